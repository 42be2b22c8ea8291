"""Rows that look like one person: found by what they share, each pair once, and not again once it is explained."""

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from congress.domain.duplicates import (
    DIFFERS,
    ID_NUMBER,
    LEFT,
    NAME_BORN,
    NAME_UNIT,
    RIGHT,
    SAME,
    Explained,
    Row,
    Twins,
    compare,
    find_twins,
    pair_of,
)


def rows_of(*columns: tuple[str, str, str, str], ours: int = 2) -> list[Row]:
    """Rows by (name, year, unit, ID number); the first `ours` are of the list looked at."""
    return [Row(n, n <= ours, *values) for n, values in enumerate(columns, 1)]


def test_one_id_number_is_enough_whatever_else_differs() -> None:
    rows = rows_of(("nong thi anh", "1970", "xa mot", "006"), ("nong thi oanh", "1971", "xa hai", "006"))
    assert find_twins(rows) == [Twins(1, 2, (ID_NUMBER,))]


def test_one_name_wants_one_birth_year_or_one_unit() -> None:
    alone = rows_of(("lo van duc", "1970", "xa mot", ""), ("lo van duc", "1971", "xa hai", ""))
    assert find_twins(alone) == []
    both = rows_of(("lo van duc", "1970", "xa mot", ""), ("lo van duc", "1970", "xa mot", ""))
    assert find_twins(both) == [Twins(1, 2, (NAME_BORN, NAME_UNIT))]


def test_what_is_not_known_is_nothing_in_common() -> None:
    assert find_twins(rows_of(("lo van duc", "", "", ""), ("lo van duc", "", "", ""))) == []
    assert find_twins(rows_of(("", "1970", "xa mot", ""), ("", "1970", "xa mot", ""))) == []


def test_pairs_of_other_lists_are_not_ours_to_ask_about() -> None:
    same = ("lo van duc", "1970", "", "")
    assert find_twins(rows_of(same, same, same, ours=1)) == [Twins(1, 2, (NAME_BORN,)), Twins(1, 3, (NAME_BORN,))]
    assert find_twins(rows_of(same, same, ours=0)) == []


def test_the_surest_come_first() -> None:
    rows = rows_of(
        ("a", "1970", "", ""), ("a", "1970", "", ""), ("b", "", "x", ""), ("b", "", "x", ""),
        ("c", "", "", "6"), ("d", "", "", "6"),
        ours=6,
    )  # fmt: skip
    assert [twins.reasons for twins in find_twins(rows)] == [(ID_NUMBER,), (NAME_BORN,), (NAME_UNIT,)]


def test_a_person_sent_up_twice_over_is_one_person() -> None:
    """Commune → district → province: the first and the last are explained by way of the second."""
    same = ("lo van duc", "1970", "", "")
    explained = Explained(same=[(1, 2), (2, 3)])
    assert find_twins(rows_of(same, same, same, ours=1), explained) == []
    assert find_twins(rows_of(same, same, same, ours=1), Explained(same=[(1, 2)])) == [Twins(1, 3, (NAME_BORN,))]


def test_who_was_said_to_be_two_is_not_asked_about_again_but_a_third_is() -> None:
    same = ("lo van duc", "1970", "", "")
    found = find_twins(rows_of(same, same, same, ours=3), Explained(apart=[(1, 2), (2, 3)]))
    assert found == [Twins(1, 3, (NAME_BORN,))]


FEW = st.sampled_from(["", "a", "b"])
ROWS = st.lists(st.tuples(FEW, FEW, FEW, FEW, st.booleans()), max_size=9)
PAIRS = st.lists(st.tuples(st.integers(1, 9), st.integers(1, 9)).filter(lambda p: p[0] < p[1]), max_size=4)


@given(ROWS, PAIRS, PAIRS)
def test_the_same_pairs_are_found_as_by_comparing_everybody_with_everybody(
    columns: list[tuple[str, str, str, str, bool]], same: list[tuple[int, int]], apart: list[tuple[int, int]]
) -> None:
    rows = [Row(n, ours, name, year, unit, number) for n, (name, year, unit, number, ours) in enumerate(columns, 1)]
    joined = {n: {n} for n in range(1, 10)}
    for one, other in same:  # merge by hand: everybody reachable
        union = joined[one] | joined[other]
        for member in union:
            joined[member] = union
    expected = {}
    for one, other in combinations(rows, 2):
        reasons = tuple(
            reason
            for reason, shared in (
                (ID_NUMBER, one.id_number and one.id_number == other.id_number),
                (NAME_BORN, one.name and one.year and (one.name, one.year) == (other.name, other.year)),
                (NAME_UNIT, one.name and one.unit and (one.name, one.unit) == (other.name, other.unit)),
            )
            if shared
        )
        known = (one.id, other.id) in apart or other.id in joined[one.id]
        if reasons and (one.ours or other.ours) and not known:
            expected[one.id, other.id] = reasons
    found = find_twins(rows, Explained(same, apart))
    assert {(twins.low, twins.high): twins.reasons for twins in found} == expected
    assert len(found) == len(expected)


def test_a_pair_has_one_order() -> None:
    assert (pair_of(2, 1), pair_of(1, 2)) == ((1, 2), (1, 2))


def test_how_two_texts_stand_to_each_other() -> None:
    assert [compare(*texts) for texts in (("a", "a"), ("a", "b"), ("a", ""), ("", "b"))] == [SAME, DIFFERS, LEFT, RIGHT]
