"""The parts of a congress and the times of their doors: which kinds there are, and which times go together."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from .attendance import automatic_exit
from .door import Opening
from .titles import VIETNAM

MAIN = "main"
KINDS = {"rehearsal": "Tổng duyệt", "preparatory": "Phiên trù bị", MAIN: "Buổi chính", "lunch": "Ăn trưa"}
NAME_LENGTH = 80
MOST_SITTINGS = 20
FAR = timedelta(days=3)  # a time further from the start than this is a slip of the date


@dataclass(frozen=True)
class Times:
    """When a sitting starts and what its door does (aware times); None: as it follows from the start."""

    starts_at: datetime | None = None
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    auto_exit_at: datetime | None = None

    @property
    def opening(self) -> Opening:
        """The window of the door."""
        return Opening(self.starts_at, self.opens_at, self.closes_at)

    @property
    def exit_at(self) -> datetime | None:
        """From when nobody counts as inside."""
        return automatic_exit(self.starts_at, self.auto_exit_at)

    def moved(self, starts_at: datetime | None) -> "Times":
        """With another start: what was set by hand keeps its distance to it."""
        if self.starts_at is None or starts_at is None:
            return Times(starts_at, self.opens_at, self.closes_at, self.auto_exit_at)
        shift = starts_at - self.starts_at
        set_by_hand = (self.opens_at, self.closes_at, self.auto_exit_at)
        return Times(starts_at, *(moment and moment + shift for moment in set_by_hand))


def check_times(times: Times) -> list[tuple[str, str]]:
    """Every (field, sentence) about times that do not go together; at most one of a field."""
    found: dict[str, str] = {}
    for name, sentence in (*_far(times), *_window(times), *_exit(times)):
        found.setdefault(name, sentence)
    return list(found.items())


def _far(times: Times) -> Iterator[tuple[str, str]]:
    if times.starts_at is None:
        return
    for name in ("opens_at", "closes_at", "auto_exit_at"):
        moment = getattr(times, name)
        if moment and abs(moment - times.starts_at) > FAR:
            yield name, f"Cách giờ bắt đầu ({_show(times.starts_at)}) quá {FAR.days} ngày. Xem lại ngày."


def _window(times: Times) -> Iterator[tuple[str, str]]:
    opens, closes = times.opening.opens, times.opening.closes
    if opens is None or closes is None or closes > opens:
        return
    if times.closes_at:
        yield "closes_at", f"Đóng phải sau giờ mở ({_show(opens)})."
    else:
        yield "opens_at", f"Mở phải trước giờ đóng ({_show(closes)}). Đặt giờ đóng, hoặc mở sớm hơn."


def _exit(times: Times) -> Iterator[tuple[str, str]]:
    ends, first = times.exit_at, times.opening.opens
    if ends is None:
        return
    if times.auto_exit_at:
        if first and ends <= first:
            yield "auto_exit_at", f"Tự ra phải sau giờ mở ({_show(first)})."
        elif times.closes_at and ends < times.closes_at:
            yield "auto_exit_at", f"Tự ra phải sau giờ đóng ({_show(times.closes_at)}): người vào sau giờ tự ra không được tính."
    elif times.closes_at and times.closes_at > ends:
        yield "closes_at", f"Đóng sau {_show(ends)}, lúc mọi người được tính là đã ra. Đặt giờ tự ra muộn hơn."


def _show(moment: datetime) -> str:
    return f"{moment.astimezone(VIETNAM):%H:%M %d/%m/%Y}"
