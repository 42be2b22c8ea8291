"""What a delegate's own page shows at a moment: before, during and after the congress, and what is on now and next."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from .refusals import Refused
from .titles import VIETNAM

# A programme overruns, and somebody may still want the cloakroom: the code stays good half a day after the planned end.
CODE_LASTS = timedelta(hours=12)
REASON_LENGTH = 300


@dataclass(frozen=True)
class Span:
    """One item, or a sitting without items, from when to when (aware times); `key` says which."""

    key: int
    starts: datetime
    ends: datetime


@dataclass(frozen=True)
class Times:
    """When a congress begins and ends as a guest feels it: doors open, the main sitting starts, the last sitting is over."""

    opens: datetime | None
    starts: datetime | None
    ends: datetime | None


def day_times(day: date | None) -> Times:
    """The times of a congress of which only the day is known, or not even that: from midnight to midnight in Vietnam."""
    if day is None:
        return Times(None, None, None)
    begins = datetime.combine(day, time(), VIETNAM)
    return Times(begins, begins, begins + timedelta(days=1))


def phase_of(times: Times, *, stage: str, now: datetime) -> str:
    """ "before", "during" (the page leads with the code) or "after" (it thanks).

    The clock decides as far as there are times: an office may say "đã tổ chức" while people still sit in the hall.
    """
    if stage == "reported" or (times.ends is None and stage == "held") or (times.ends and now >= times.ends):
        return "after"
    return "during" if times.opens and now >= times.opens else "before"


def shows_code(times: Times, *, stage: str, now: datetime) -> bool:
    """Whether the code that opens the door is still shown to somebody whose badge is good."""
    over = now >= times.ends + CODE_LASTS if times.ends else stage == "held"
    return stage not in ("reported", "cancelled") and not over


def why_no_answer(times: Times, *, stage: str, postponed: bool, now: datetime) -> str:
    """Why an invitation cannot be answered now, in a sentence; "" while it can: until the main sitting starts."""
    if stage == "cancelled":
        return "Hội nghị đã hủy, không cần trả lời nữa."
    if postponed:
        return "Hội nghị tạm hoãn. Khi có ngày mới, trang này sẽ mở lại để trả lời."
    if stage in ("held", "reported") or (times.starts and now >= times.starts):
        return "Hội nghị đã bắt đầu, câu trả lời không đổi ở đây được nữa."
    return ""


def check_reason(coming: bool, reason: str) -> None:
    """Raise Refused for a "no" without its reason: the report tells those who excused themselves from those who did not."""
    if not coming and not reason.strip():
        raise Refused("needs_reason", "Ghi lý do, dù chỉ vài chữ.", "reason")
    if len(reason) > REASON_LENGTH:
        raise Refused("long_reason", f"Tối đa {REASON_LENGTH} ký tự.", "reason")


def chain(key_minutes: Iterable[tuple[int, int]], starts: datetime) -> list[Span]:
    """Items (key, minutes) one after the other from a moment, without a gap."""
    spans = []
    for key, minutes in key_minutes:
        ends = starts + timedelta(minutes=minutes)
        spans.append(Span(key, starts, ends))
        starts = ends
    return spans


def now_and_next(spans: Sequence[Span], now: datetime) -> tuple[int | None, int | None]:
    """The keys of what is on and of what comes next the same day; of two that overlap the later begun is on."""
    on = [span for span in spans if span.starts <= now < span.ends]
    current = max(on, key=lambda span: span.starts, default=None)
    later = [span for span in spans if span.starts > now and _day(span.starts) == _day(now)]
    coming = min(later, key=lambda span: span.starts, default=None)
    return current.key if current else None, coming.key if coming else None


def _day(moment: datetime) -> date:
    return moment.astimezone(VIETNAM).date()
