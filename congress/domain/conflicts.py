"""An offline entry that the rules would have refused: what happened, in a sentence for whoever must close it."""

from dataclasses import dataclass
from datetime import datetime

from .door import Opening, Successor
from .titles import VIETNAM

NOTE_LENGTH = 500
NOTES = ("Đã kiểm tra, đúng người", "Quét trùng, chỉ một người vào", "Ban Tổ chức đồng ý cho vào", "Đã nhắc người đứng cửa")

DOINGS = {"entry": "Vào", "exit": "Ra", "handout": "Nhận đồ phát"}
# What the rules said on arrival of what a device without network had done already. {did} is one of the doings, {at} when.
SENTENCES = {
    "badge_revoked": "{did} lúc {at} bằng thẻ cũ: thẻ ấy đã được thay, máy ở cửa chưa biết.",
    "replaced": "{did} lúc {at} bằng thẻ đã chuyển cho người khác.",
    "withdrawn": "{did} lúc {at} khi đã rút khỏi danh sách.",
    "reserve": "{did} lúc {at} khi còn là dự bị, chưa được duyệt.",
    "not_approved": "{did} lúc {at} khi chưa được duyệt.",
    "other_congress": "{did} lúc {at} bằng thẻ của hội nghị khác.",
    "cancelled": "{did} lúc {at} khi hội nghị đã hủy.",
    "not_yet": "{did} lúc {at}, khi cửa chưa mở.",
    "over": "{did} lúc {at}, khi cửa đã đóng.",
    "closed_by_hand": "{did} lúc {at} khi người phụ trách đã đóng cửa.",
    "no_reentry": "{did} lúc {at} sau khi đã ra; buổi này không cho vào lại.",
    "malformed": "Cho vào lúc {at} một mã không đọc được.",
    "wrong_kind": "Cho vào lúc {at} một mã không phải thẻ đại biểu.",
    "unknown_token": "Cho vào lúc {at} một thẻ không có trong hội nghị.",
    "unknown_number": "Cho vào lúc {at} một số thẻ không có trong hội nghị.",
    "unknown_person": "Cho vào lúc {at} một người không có trong hội nghị.",
}
OTHERWISE = "{did} lúc {at} khi quy tắc ở cửa không cho."


@dataclass(frozen=True)
class Passage:
    """One entry: when it happened, where, and whether its device had no network then."""

    at: datetime
    gate: str = ""
    device: str = ""
    offline: bool = True

    @property
    def where(self) -> str:
        """The gate, else the device."""
        return self.gate or self.device or "cửa"


def explain(
    code: str, entry: Passage, *, kind: str = "entry", other: Passage | None = None, opening: Opening | None = None,
    successor: Successor | None = None,
) -> str:  # fmt: skip
    """What happened, in one sentence: `entry` is the passage to look at, `other` the one it clashes with."""
    at, did = _clock(entry.at), DOINGS.get(kind, DOINGS["entry"])
    if code in ("already_in", "already_given"):
        return _twice(did, entry, other)
    if code == "replaced" and successor:
        return f"{did} lúc {at} bằng thẻ đã chuyển cho {successor.name}, số thẻ {successor.number}."
    if code == "not_yet" and opening and opening.opens:
        return f"{did} lúc {at}, trước giờ mở cửa {_clock(opening.opens, entry.at)}."
    if code == "over" and opening and opening.closes:
        return f"{did} lúc {at}, sau giờ đóng cửa {_clock(opening.closes, entry.at)}."
    return SENTENCES.get(code, OTHERWISE).format(did=did, at=at)


def _twice(did: str, entry: Passage, other: Passage | None) -> str:
    if other is None:
        return f"{did} lúc {_clock(entry.at)}; lượt kia đã được hủy."
    first, second = sorted((entry, other), key=lambda passage: passage.at)
    times = _clock(first.at, second.at), _clock(second.at, first.at)
    if first.where == second.where:
        return f"{did} hai lần ở {first.where}: lúc {times[0]} và lúc {times[1]}, máy mất mạng."
    network = "hai máy đều mất mạng" if other.offline else f"máy ở {entry.where} mất mạng"
    where = "hai cửa" if did == DOINGS["entry"] else "hai nơi"
    return f"{did} {where}: {first.where} lúc {times[0]} và {second.where} lúc {times[1]}, {network}."


def _clock(moment: datetime, beside: datetime | None = None) -> str:
    """07:31 as Vietnam's clock shows it, with the date when it stands beside a moment of another day."""
    local = moment.astimezone(VIETNAM)
    same_day = beside is None or local.date() == beside.astimezone(VIETNAM).date()
    return f"{local:%H:%M}" if same_day else f"{local:%H:%M} ngày {local:%d/%m/%Y}"
