"""The compliance meter: what a congress shows all the time about its size and ratio."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from .admission import Approved, Rule, blocking, carried, check_close, most_invited, share_text
from .wording import say


@dataclass(frozen=True)
class Meter:
    """Every figure and word the meter needs; counts are people."""

    planned: int
    honoured: int
    invited: int
    invited_max: int | None
    honoured_need: int | None
    seats_left: int
    invited_left: int | None
    carried: int | None
    amber_from: int  # invited people beyond what today's honoured ones carry
    share_text: str
    mode: str
    mark: float | None  # where the ratio stands on the bar, 0–1
    tone: str  # ok, warn, danger
    headline: str
    reason: str
    room_text: str
    uncounted: tuple[tuple[str, int], ...]
    honoured_label: str = "điển hình"
    invited_label: str = "lãnh đạo và khách mời"


def read_meter(
    rule: Rule, planned: int, approved: Approved, uncounted: Sequence[tuple[str, int]] = (), *, closed: bool = False
) -> Meter:
    """The meter of a congress; `uncounted` are (component label, people) that count on no side."""
    limit = most_invited(rule, planned)
    load = carried(rule, approved)
    seats = max(planned - approved.total, 0)
    invited_left = None if limit is None else max(min(limit - approved.invited, seats), 0)
    outside = sum(n for _, n in uncounted)
    tone, headline, reason = _verdict(rule, planned, approved, outside, closed)
    return Meter(
        planned=planned,
        honoured=approved.honoured,
        invited=approved.invited,
        invited_max=limit,
        honoured_need=None if limit is None else planned - limit,
        seats_left=seats,
        invited_left=invited_left,
        carried=load,
        amber_from=0 if load is None else max(approved.invited - load, 0),
        share_text=share_text(approved.honoured, approved.total) if rule.ratio and approved.total else "",
        mode=rule.mode,
        mark=None if rule.ratio is None else float(Fraction(rule.ratio[0], sum(rule.ratio))),
        tone=tone,
        headline=headline,
        reason=reason,
        room_text=_room(seats, invited_left),
        uncounted=tuple(uncounted),
    )


def _room(seats: int, invited_left: int | None) -> str:
    if not seats:
        return "đã đủ chỗ"
    if invited_left is None:
        return f"còn {seats} chỗ"
    return f"còn {seats} chỗ, trong đó tối đa {invited_left} lãnh đạo và khách mời"


def _verdict(rule: Rule, planned: int, approved: Approved, uncounted: int, closed: bool) -> tuple[str, str, str]:
    found = check_close(rule, planned, approved, uncounted)
    hard = blocking(found)
    if hard and hard[0].code == "nobody":
        return "ok", "Chưa duyệt ai", "Duyệt đại biểu ở trang Đại biểu."
    if hard:
        lost = "kế hoạch" if hard[0].code == "uncounted_over" else "tỷ lệ"
        headline = f"Danh sách đã chốt không còn đúng {lost}" if closed else "Chốt bây giờ chưa được"
        return "danger" if closed else "warn", headline, " ".join(say(v) for v in hard)
    if found:
        return "warn", "Chưa đúng tỷ lệ, chỉ nhắc", " ".join(say(v) for v in found)
    if rule.ratio is None:
        return "ok", "Đúng kế hoạch", "Kế hoạch không quy định tỷ lệ."
    return (
        "ok",
        "Đúng tỷ lệ",
        f"{approved.honoured}/{approved.total} = {share_text(approved.honoured, approved.total)} điển hình.",
    )
