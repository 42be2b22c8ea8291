"""The times of a sitting's door: which go together, what a blank one comes to, and how they move."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from congress.domain.sittings import Times, check_times

START = datetime(2025, 5, 20, 0, 30, tzinfo=UTC)  # 07:30 in Vietnam
MOMENTS = st.none() | st.integers(-60 * 24 * 4, 60 * 24 * 4).map(lambda minutes: START + timedelta(minutes=minutes))


def at(hours: float) -> datetime:
    return START + timedelta(hours=hours)


def test_blank_times_follow_from_the_start() -> None:
    times = Times(START)
    assert (times.opening.opens, times.opening.closes) == (at(-1.5), at(4))
    assert times.exit_at == datetime(2025, 5, 20, 17, tzinfo=UTC)  # midnight in Vietnam
    assert Times().exit_at is None


@pytest.mark.parametrize(
    "times",
    [
        Times(), Times(START), Times(START, at(-3), at(10), at(11)), Times(None, at(0), at(1)), Times(None, None, at(1)),
        Times(START, closes_at=at(16.5)), Times(START, auto_exit_at=at(0)), Times(START, at(-72), at(72), at(72)),
        Times(START, closes_at=at(20), auto_exit_at=at(20)),
    ],
)  # fmt: skip
def test_what_goes_together(times: Times) -> None:
    assert check_times(times) == []


@pytest.mark.parametrize(
    ("times", "faults"),
    [
        (Times(START, at(2), at(1)), [("closes_at", "Đóng phải sau giờ mở (09:30 20/05/2025).")]),
        (Times(START, at(2), at(2)), [("closes_at", "Đóng phải sau giờ mở (09:30 20/05/2025).")]),
        (Times(START, closes_at=at(-2)), [("closes_at", "Đóng phải sau giờ mở (06:00 20/05/2025).")]),
        (
            Times(START, opens_at=at(5)),
            [("opens_at", "Mở phải trước giờ đóng (11:30 20/05/2025). Đặt giờ đóng, hoặc mở sớm hơn.")],
        ),
        (Times(START, auto_exit_at=at(-1.5)), [("auto_exit_at", "Tự ra phải sau giờ mở (06:00 20/05/2025).")]),
        (
            Times(START, closes_at=at(3), auto_exit_at=at(2)),
            [("auto_exit_at", "Tự ra phải sau giờ đóng (10:30 20/05/2025): người vào sau giờ tự ra không được tính.")],
        ),
        (
            Times(START, closes_at=at(17)),
            [("closes_at", "Đóng sau 00:00 21/05/2025, lúc mọi người được tính là đã ra. Đặt giờ tự ra muộn hơn.")],
        ),
        (
            Times(START, at(-24 * 30), at(24 * 30), at(24 * 31)),
            [
                (name, "Cách giờ bắt đầu (07:30 20/05/2025) quá 3 ngày. Xem lại ngày.")
                for name in ("opens_at", "closes_at", "auto_exit_at")
            ],
        ),
    ],
)
def test_what_does_not(times: Times, faults: list[tuple[str, str]]) -> None:
    assert check_times(times) == faults


@given(MOMENTS, MOMENTS, MOMENTS, st.integers(-5000, 5000))
def test_moved_they_stay_as_right_as_they_were(
    opens: datetime | None, closes: datetime | None, ends: datetime | None, minutes: int
) -> None:
    """What is set by hand moves with the start; the midnight that follows from a start may come closer."""
    times = Times(START, opens, closes, ends)
    moved = times.moved(START + timedelta(minutes=minutes))
    assert moved.moved(START) == times
    if ends:
        assert [name for name, _ in check_times(moved)] == [name for name, _ in check_times(times)]


@given(MOMENTS, MOMENTS, MOMENTS, MOMENTS)
def test_a_field_is_told_one_fault_and_what_passes_is_a_door_that_opens(
    start: datetime | None, opens: datetime | None, closes: datetime | None, ends: datetime | None
) -> None:
    times = Times(start, opens, closes, ends)
    faults = check_times(times)
    assert len({name for name, _ in faults}) == len(faults)
    if not faults and times.opening.opens:
        assert times.opening.barred(times.opening.opens) is None
        assert times.auto_exit_at is None or times.auto_exit_at > times.opening.opens


def test_without_a_start_nothing_moves() -> None:
    times = Times(None, at(1), at(2), at(3))
    assert times.moved(START) == Times(START, at(1), at(2), at(3))
    assert Times(START, at(1)).moved(None) == Times(None, at(1))
