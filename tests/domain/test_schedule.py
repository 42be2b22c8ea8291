"""Dates against the plan: always a warning, said with the figures its sentence needs."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from congress.domain.schedule import Neighbour, check_date
from congress.domain.wording import say

WINDOW = (date(2025, 4, 1), date(2025, 6, 30))
PILOT = Neighbour("Thành phố Bắc Kạn", date(2025, 4, 15))
UPPER = Neighbour("Tỉnh Bắc Kạn", date(2025, 6, 20))


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (date(2025, 4, 15), []),
        (date(2025, 6, 20), []),
        (date(2025, 4, 1), ["Ngày họp sớm hơn hội nghị điểm Thành phố Bắc Kạn (15/04/2025)."]),
        (date(2025, 6, 30), ["Ngày họp muộn hơn đại hội cấp trên Tỉnh Bắc Kạn (20/06/2025)."]),
        (date(2025, 3, 31), [
            "Ngày họp sớm hơn khung 01/04/2025 - 30/06/2025 của kế hoạch.",
            "Ngày họp sớm hơn hội nghị điểm Thành phố Bắc Kạn (15/04/2025).",
        ]),
        (date(2025, 7, 1), [
            "Ngày họp muộn hơn khung 01/04/2025 - 30/06/2025 của kế hoạch.",
            "Ngày họp muộn hơn đại hội cấp trên Tỉnh Bắc Kạn (20/06/2025).",
        ]),
    ],
)  # fmt: skip
def test_what_is_said_of_a_day(day: date, said: list[str]) -> None:
    assert [say(violation) for violation in check_date(day, window=WINDOW, pilots=[PILOT], uppers=[UPPER])] == said


def test_several_pilots_are_told_in_the_order_of_their_days() -> None:
    pilots = [Neighbour("B", date(2025, 6, 1)), Neighbour("A", date(2025, 5, 1)), Neighbour("C", date(2025, 4, 1))]
    found = check_date(date(2025, 4, 20), window=WINDOW, pilots=pilots)
    assert [(v.code, v.numbers["name"]) for v in found] == [("before_pilot", "A"), ("before_pilot", "B")]


@given(st.integers(-400, 400), st.integers(0, 200))
def test_only_warnings_and_none_inside_the_window(offset: int, length: int) -> None:
    window = (WINDOW[0], WINDOW[0] + timedelta(days=length))
    day = WINDOW[0] + timedelta(days=offset)
    found = check_date(day, window=window)
    assert {v.severity for v in found} <= {"warn"}
    assert (found == []) == (0 <= offset <= length)
