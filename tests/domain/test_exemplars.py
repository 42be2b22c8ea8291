"""Who on a list stands in the register of advanced models."""

import pytest

from congress.domain.exemplars import Matching, key_of, match_register


@pytest.mark.parametrize(
    ("capacity", "represents", "key"),
    [
        (None, "", ("individual", "nong thi anh")),
        ("individual", "HTX Một", ("individual", "nong thi anh")),
        ("collective", "HTX  Một", ("collective", "htx mot")),
        ("household", "Hộ bà Ánh", ("household", "ho ba anh")),
        ("collective", "", ("collective", "")),
    ],
)
def test_a_representative_is_looked_for_under_what_they_stand_for(
    capacity: str | None, represents: str, key: tuple[str, str]
) -> None:
    assert key_of(name="Nông Thị Ánh", capacity=capacity, represents=represents) == key


def test_exactly_one_entry_of_the_kind_and_name_is_a_match() -> None:
    entries = [
        (1, ("individual", "nong thi anh")),
        (2, ("collective", "htx mot")),
        (3, ("individual", "lo van duc")),
        (4, ("individual", "lo van duc")),
    ]
    people = [
        (10, ("individual", "nong thi anh")),
        (11, ("collective", "nong thi anh")),
        (12, ("collective", "htx mot")),
        (13, ("individual", "lo van duc")),
        (14, ("collective", "")),
    ]
    assert match_register(people, entries) == Matching({10: 1, 12: 2}, doubtful=(13,), missing=(11, 14))


def test_representatives_who_say_nothing_match_no_nameless_entry() -> None:
    assert match_register([(1, ("collective", ""))], [(9, ("collective", ""))]) == Matching({}, (), (1,))
