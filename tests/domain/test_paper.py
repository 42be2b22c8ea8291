"""What people write on a sheet and type from it: times, lines of numbers, one tick that is the same tick."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from congress.domain.paper import Line, read_clock, read_lines, read_moment, tick_nonce

DAY = date(2025, 5, 20)
NOW = datetime(2025, 5, 20, 2, 0, tzinfo=UTC)  # 09:00 in Vietnam


@pytest.mark.parametrize(
    "typed", ["07:35", "7:35", "7h35", "7H35", "7 giờ 35", "7 giờ 35 phút", "7g35", "0735", "735", "7.35", " 7 : 35 ", "7h35'"]
)
def test_a_time_is_read_as_people_write_it(typed: str) -> None:
    assert read_clock(typed) == time(7, 35)


@pytest.mark.parametrize(("typed", "clock"), [("7h", time(7)), ("0h05", time(0, 5)), ("23:59", time(23, 59)), ("7 giờ", time(7))])
def test_full_hours_and_the_ends_of_the_day(typed: str, clock: time) -> None:
    assert read_clock(typed) == clock


@pytest.mark.parametrize(
    "typed", ["", "7", "24:00", "7h60", "7:35:00", "sáng", "٠٧:٣٥", "-7:35", "7:35 20/5", "12345", "9" * 5000]
)
def test_what_is_no_time_is_none(typed: str) -> None:
    assert read_clock(typed) is None


@given(st.text(max_size=12))
def test_no_text_breaks_the_reading(text: str) -> None:
    assert read_clock(text) is None or isinstance(read_clock(text), time)
    assert all(line.fault or line.number >= 0 for line in read_lines(text))


@given(st.times().map(lambda clock: clock.replace(second=0, microsecond=0)))
def test_a_time_of_the_clock_is_read_back(clock: time) -> None:
    assert read_clock(f"{clock:%H:%M}") == read_clock(f"{clock.hour}h{clock.minute:02}") == clock


def test_a_time_is_vietnams_on_the_day_of_the_sitting() -> None:
    assert read_moment("07:35", DAY, now=NOW) == (datetime(2025, 5, 20, 0, 35, tzinfo=UTC), "")
    assert read_moment("23:50", date(2025, 5, 19), now=NOW)[0] == datetime(2025, 5, 19, 16, 50, tzinfo=UTC)


@pytest.mark.parametrize(
    ("typed", "day", "fault"),
    [
        ("7h75", DAY, "Giờ “7h75” chưa đúng. Ghi như 07:35."),
        ("19:35", DAY, "19:35 ngày 20/05/2025 chưa đến: bây giờ là 09:00 20/05/2025. Xem lại giờ."),
        ("07:35", date(2025, 5, 21), "07:35 ngày 21/05/2025 chưa đến: bây giờ là 09:00 20/05/2025. Xem lại giờ."),
    ],
)
def test_a_bad_time_is_told_in_a_sentence(typed: str, day: date, fault: str) -> None:
    assert read_moment(typed, day, now=NOW) == (None, fault)


def test_a_clock_a_little_fast_is_believed() -> None:
    assert read_moment("09:05", DAY, now=NOW)[1] == ""
    assert read_moment("09:06", DAY, now=NOW)[0] is None


def test_lines_of_numbers_with_and_without_a_time() -> None:
    text = "101 07:35\n\n  102 \n103, 7h35\n104-7:30\n105;0735\n106:\t7 giờ 35\n107,"
    assert list(read_lines(text)) == [
        Line(1, 101, "07:35"), Line(3, 102), Line(4, 103, "7h35"), Line(5, 104, "7:30"), Line(6, 105, "0735"),
        Line(7, 106, "7 giờ 35"), Line(8, 107),
    ]  # fmt: skip


def test_every_faulty_line_is_named() -> None:
    assert [(line.place, line.fault) for line in read_lines("abc\n101\n101 07:40\n12345678901\n٣")] == [
        (1, "“abc” chưa đúng. Ghi số thẻ rồi giờ, như 101 07:35."),
        (2, ""),
        (3, "Số thẻ 101 đã ghi ở dòng 2."),
        (4, "“12345678901” chưa đúng. Ghi số thẻ rồi giờ, như 101 07:35."),
        (5, "“٣” chưa đúng. Ghi số thẻ rồi giờ, như 101 07:35."),
    ]


def test_the_same_tick_is_the_same_and_any_other_is_not() -> None:
    tick = (1, 7, NOW, 0)
    assert tick_nonce(*tick) == tick_nonce(1, 7, NOW + timedelta(seconds=20), 0) == "1-7-20250520T0900-0"
    others = [(2, 7, NOW, 0), (1, 8, NOW, 0), (1, 7, NOW + timedelta(minutes=1), 0), (1, 7, NOW, 1)]
    assert len({tick_nonce(*other) for other in (tick, *others)}) == 5
    assert len(tick_nonce(2**31 - 1, 2**31 - 1, NOW, 999)) <= 64
