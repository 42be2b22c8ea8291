"""When a delegate's own page changes its face, how long it shows the code, until when it takes an answer, what it calls now."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from congress.domain.personal import (
    REASON_LENGTH,
    Span,
    Times,
    chain,
    check_reason,
    day_times,
    now_and_next,
    phase_of,
    shows_code,
    why_no_answer,
)
from congress.domain.refusals import Refused
from congress.domain.titles import VIETNAM


def at(hour: int, minute: int = 0, day: int = 20) -> datetime:
    return datetime(2025, 5, day, hour, minute, tzinfo=VIETNAM)


TIMES = Times(opens=at(6), starts=at(7, 30), ends=at(11, 30))
UNKNOWN = day_times(None)


@pytest.mark.parametrize(
    ("moment", "phase", "code"),
    [
        (at(5, 59), "before", True),
        (at(6), "during", True),
        (at(11, 29), "during", True),
        (at(11, 30), "after", True),
        (at(23, 29), "after", True),
        (at(23, 30), "after", False),
    ],
)
def test_the_page_leads_with_the_code_from_the_doors_to_the_end_and_keeps_it_half_a_day(
    moment: datetime, phase: str, code: bool
) -> None:
    assert phase_of(TIMES, stage="list_closed", now=moment) == phase
    assert shows_code(TIMES, stage="list_closed", now=moment) == code


def test_the_clock_says_that_it_is_over_and_not_an_office_that_clicks_early() -> None:
    assert (phase_of(TIMES, stage="held", now=at(9)), shows_code(TIMES, stage="held", now=at(9))) == ("during", True)
    assert (phase_of(TIMES, stage="reported", now=at(9)), shows_code(TIMES, stage="reported", now=at(9))) == ("after", False)


@pytest.mark.parametrize(("stage", "phase", "code"), [("list_open", "before", True), ("held", "after", False)])
def test_without_any_time_the_stage_decides(stage: str, phase: str, code: bool) -> None:
    assert (phase_of(UNKNOWN, stage=stage, now=at(9)), shows_code(UNKNOWN, stage=stage, now=at(9))) == (phase, code)


def test_of_a_cancelled_congress_no_code_is_shown() -> None:
    assert not shows_code(TIMES, stage="cancelled", now=at(9))


def test_where_only_the_day_is_known_it_is_the_whole_day() -> None:
    assert day_times(date(2025, 5, 20)) == Times(at(0), at(0), at(0, day=21))
    assert day_times(None) == Times(None, None, None)


@pytest.mark.parametrize(
    ("moment", "stage", "postponed", "words"),
    [
        (at(7, 29), "list_open", False, ""),
        (at(7, 29), "draft", False, ""),  # an office that stepped back still wants to know
        (at(7, 30), "list_closed", False, "Hội nghị đã bắt đầu, câu trả lời không đổi ở đây được nữa."),
        (at(6), "held", False, "Hội nghị đã bắt đầu, câu trả lời không đổi ở đây được nữa."),
        (at(6), "cancelled", True, "Hội nghị đã hủy, không cần trả lời nữa."),
        (at(6), "list_open", True, "Hội nghị tạm hoãn. Khi có ngày mới, trang này sẽ mở lại để trả lời."),
    ],
)
def test_an_answer_is_taken_until_the_main_sitting_starts(moment: datetime, stage: str, postponed: bool, words: str) -> None:
    assert why_no_answer(TIMES, stage=stage, postponed=postponed, now=moment) == words


def test_without_a_start_an_answer_is_taken() -> None:
    assert why_no_answer(UNKNOWN, stage="list_open", postponed=False, now=at(9)) == ""


def test_only_a_no_needs_its_reason() -> None:
    check_reason(True, "")
    check_reason(False, "Ốm")
    with pytest.raises(Refused, match="Ghi lý do"):
        check_reason(False, "  ")
    with pytest.raises(Refused, match=f"Tối đa {REASON_LENGTH} ký tự"):
        check_reason(False, "x" * (REASON_LENGTH + 1))


SPANS = [*chain([(1, 30), (2, 0), (3, 15)], at(7, 30)), Span(-5, at(11, 30), at(12, 30)), Span(9, at(8, day=21), at(9, day=21))]


@pytest.mark.parametrize(
    ("moment", "current", "following"),
    [
        (at(23, day=19), None, None),  # the day before says nothing of the morning
        (at(6), None, 1),
        (at(7, 30), 1, 2),
        (at(8), 3, -5),
        (at(8, 15), None, -5),
        (at(11, 30), -5, None),  # tomorrow's sitting is not what comes next today
        (at(12, 30), None, None),
        (at(8, 30, day=21), 9, None),
    ],
)
def test_what_is_on_and_what_is_next(moment: datetime, current: int | None, following: int | None) -> None:
    assert now_and_next(SPANS, moment) == (current, following)


def test_of_two_at_once_the_later_begun_is_on() -> None:
    assert now_and_next([Span(1, at(7), at(9)), Span(2, at(8), at(10))], at(8, 30)) == (2, None)


@given(st.lists(st.integers(0, 600), max_size=20), st.integers(-60, 6000))
def test_at_most_one_item_is_on_and_it_holds_the_moment(minutes: list[int], offset: int) -> None:
    moment = at(7) + timedelta(minutes=offset)
    spans = chain(enumerate(minutes), at(7))
    current, following = now_and_next(spans, moment)
    holding = [span.key for span in spans if span.starts <= moment < span.ends]
    assert holding == ([] if current is None else [current])
    assert following is None or spans[following].starts > moment
    assert [span.ends for span in spans[:-1]] == [span.starts for span in spans[1:]]
