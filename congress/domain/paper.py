"""What is copied from a signed sheet: times as people write them, and lines of badge numbers."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from .titles import VIETNAM

BAD_CLOCK = "Giờ “{typed}” chưa đúng. Ghi như 07:35."
NOT_YET = "{clock} ngày {day} chưa đến: bây giờ là {now}. Xem lại giờ."
NO_CLOCK = "Ghi giờ đến, hoặc ghi giờ chung ở trên."
SLACK = timedelta(minutes=5)  # the clock beside the paper may be a little fast

_CLOCK = re.compile(r"(\d{1,2})\s*(?::|\.|h|g|giờ)\s*(?:(\d{1,2})\s*(?:'|p|ph|phút)?)?", re.ASCII)
_DIGITS = re.compile(r"(\d{1,2})(\d{2})", re.ASCII)
_LINE = re.compile(r"(\d{1,9})(?:[\s,;:.\-–]+(.*))?", re.ASCII)


@dataclass(frozen=True)
class Line:
    """One typed line: its place from 1, the badge number and the time as typed ("" for none), or why it says nothing."""

    place: int
    number: int = 0
    clock: str = ""
    fault: str = ""


def read_clock(typed: str) -> time | None:
    """ "07:35", "7h35", "7 giờ 35 phút", "7h", "0735" → 07:35 or 07:00; None for anything else."""
    text = " ".join(typed.lower().split())
    found = _CLOCK.fullmatch(text) or _DIGITS.fullmatch(text)
    if found is None:
        return None
    hour, minute = int(found[1]), int(found[2] or 0)
    return time(hour, minute) if hour < 24 and minute < 60 else None


def read_moment(typed: str, day: date, *, now: datetime) -> tuple[datetime | None, str]:
    """A time of Vietnam's clock on a day, as a moment; or a sentence that says what is wrong with it."""
    clock = read_clock(typed)
    if clock is None:
        return None, BAD_CLOCK.format(typed=typed[:20])
    moment = datetime.combine(day, clock, VIETNAM)
    if moment > now + SLACK:
        local = now.astimezone(VIETNAM)
        return None, NOT_YET.format(clock=f"{clock:%H:%M}", day=f"{day:%d/%m/%Y}", now=f"{local:%H:%M %d/%m/%Y}")
    return moment, ""


def read_lines(text: str) -> Iterator[Line]:
    """Lines of "số thẻ, giờ" (the time may be missing); blank ones are passed over, a number that comes twice is a fault."""
    seen: dict[int, int] = {}
    for place, typed in enumerate(text.splitlines(), 1):
        line = " ".join(typed.split())
        if not line:
            continue
        found = _LINE.fullmatch(line)
        if found is None:
            yield Line(place, fault=f"“{line[:40]}” chưa đúng. Ghi số thẻ rồi giờ, như 101 07:35.")
            continue
        number = int(found[1])
        if number in seen:
            yield Line(place, number, fault=f"Số thẻ {number} đã ghi ở dòng {seen[number]}.")
            continue
        seen[number] = place
        yield Line(place, number, (found[2] or "").strip())


def tick_nonce(sitting_id: int, delegate_id: int, moment: datetime, annulled: int) -> str:
    """What stands for one tick: the same sheet typed twice is one scan.

    `annulled` is how many scans of this person at this sitting were taken back before: after that the same time is said anew.
    """
    return f"{sitting_id}-{delegate_id}-{moment.astimezone(VIETNAM):%Y%m%dT%H%M}-{annulled}"
