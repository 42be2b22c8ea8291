"""The door: when a sitting is open, who is let in, and the sentence that says so.

The order of the checks is the order in which a receptionist can help: is it a badge of ours, is it still good, is the person
on the list, is it this congress, is the door open, and only then whether the person is already in.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from .titles import VIETNAM
from .tokens import TokenKind, is_well_formed

OPENS_BEFORE = timedelta(minutes=90)
STAYS_OPEN = timedelta(hours=4)
UNDO_WITHIN = timedelta(minutes=15)

# The one word of an answer, readable at two metres, and the colour that goes with it.
WORDS = {"ok": "VÀO", "again": "ĐÃ VÀO", "refused": "DỪNG", "unknown": "DỪNG"}
TONES = {"ok": "in", "again": "again", "refused": "stop", "unknown": "stop"}

SENTENCES = {
    "in": "Đã điểm danh, mời vào.",
    "let_in": "Đã cho vào, tính riêng ngoài danh sách.",
    "already_in": "Đã vào lúc {first}.",
    "badge_revoked": "Thẻ này đã được thay bằng thẻ mới. Hỏi thẻ mới, hoặc gửi bàn hỗ trợ.",
    "replaced": "Thẻ này đã thay bằng {name}, số thẻ {number}.",
    "withdrawn": "Đại biểu đã rút khỏi danh sách. Gửi bàn hỗ trợ.",
    "reserve": "Đại biểu dự bị, chưa được duyệt. Gửi bàn hỗ trợ.",
    "not_approved": "Chưa được duyệt vào danh sách. Gửi bàn hỗ trợ.",
    "other_congress": "Thẻ của hội nghị khác. Chỉ đường đến đúng hội trường, hoặc gửi bàn hỗ trợ.",
    "cancelled": "Hội nghị đã hủy, không điểm danh.",
    "not_yet": "Chưa mở điểm danh{opens}. Người phụ trách cửa có thể mở ngay.",
    "over": "Điểm danh đã đóng{closes}. Nhờ người phụ trách cửa mở lại.",
    "closed_by_hand": "Điểm danh đang đóng. Nhờ người phụ trách cửa mở lại.",
    "malformed": "Không đọc được mã. Quét lại, hoặc gõ số thẻ.",
    "wrong_kind": "Mã này không phải thẻ đại biểu. Hỏi thẻ đại biểu.",
    "unknown_token": "Không có thẻ này. Quét lại, hoặc tìm theo tên.",
    "unknown_number": "Không có số thẻ này trong hội nghị. Gõ lại, hoặc tìm theo tên.",
    "unknown_person": "Không có người này trong hội nghị. Tìm lại theo tên.",
    "nonce_reused": "Lượt này trùng mã với một lượt khác. Quét lại thẻ.",
}


@dataclass(frozen=True)
class Opening:
    """When the check-in of a sitting is open: by hand, else by its window (aware times)."""

    starts_at: datetime | None
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    by_hand: bool | None = None

    @property
    def opens(self) -> datetime | None:
        """The start of the window: as set, else 90 minutes before the sitting starts."""
        return self.opens_at or (self.starts_at - OPENS_BEFORE if self.starts_at else None)

    @property
    def closes(self) -> datetime | None:
        """The end of the window: as set, else four hours after the sitting starts."""
        return self.closes_at or (self.starts_at + STAYS_OPEN if self.starts_at else None)

    def barred(self, now: datetime) -> str | None:
        """Why nobody comes in now ("not_yet", "over", "closed_by_hand"), or None while it is open; the last moment is within."""
        if self.by_hand is not None:
            return None if self.by_hand else "closed_by_hand"
        if self.opens is None or now < self.opens:
            return "not_yet"
        if self.closes is not None and now > self.closes:
            return "over"
        return None


@dataclass(frozen=True)
class Entry:
    """When and where somebody came in."""

    at: datetime
    gate: str


@dataclass(frozen=True)
class Successor:
    """Who holds the place of somebody who was replaced."""

    name: str
    number: int

    @property
    def nameless(self) -> "Successor":
        """As it is kept with a scan: names are stored once, with the person."""
        return Successor("người khác", self.number)


@dataclass(frozen=True)
class Found:
    """What a badge, number or name led to."""

    revoked: bool
    state: str  # of the delegate: proposed, approved, reserve, withdrawn
    here: bool  # a delegate of this congress
    first: Entry | None = None
    successor: Successor | None = None


@dataclass(frozen=True)
class Verdict:
    """`result` is ok, again, refused or unknown; `code` says why."""

    result: str
    code: str


def misread(token: str) -> str | None:
    """Why a text cannot be a badge's token ("malformed", "wrong_kind"), or None."""
    if not is_well_formed(token):
        return "malformed"
    return None if int(token[0]) == TokenKind.BADGE else "wrong_kind"


def judge(found: Found, *, cancelled: bool, barred: str | None) -> Verdict:
    """What the door answers about somebody it found; `barred` is what `Opening.barred` gave.

    Somebody let in though not approved is in: asked again, the door says so.
    """
    if found.successor:  # the badge is revoked then too, but this tells the receptionist whom to ask for
        return Verdict("refused", "replaced")
    if found.revoked:
        return Verdict("refused", "badge_revoked")
    if found.state == "withdrawn":
        return Verdict("refused", "withdrawn")
    if found.state != "approved" and found.first is None:
        return Verdict("refused", "reserve" if found.state == "reserve" else "not_approved")
    if not found.here:
        return Verdict("refused", "other_congress")
    if cancelled:
        return Verdict("refused", "cancelled")
    if barred:
        return Verdict("refused", barred)
    return Verdict("again", "already_in") if found.first else Verdict("ok", "in")


def say(
    code: str, *, now: datetime, first: Entry | None = None, opening: Opening | None = None, successor: Successor | None = None
) -> str:
    """The sentence of a code; times as Vietnam's clock shows them, with the date when it is not today."""
    place = f", {first.gate}" if first and first.gate else ""
    return SENTENCES[code].format(
        first=f"{_clock(first.at, now)}{place}" if first else "",
        opens=f" (mở lúc {_clock(opening.opens, now)})" if opening and opening.opens else "",
        closes=f" lúc {_clock(opening.closes, now)}" if opening and opening.closes else "",
        name=successor.name if successor else "",
        number=successor.number if successor else "",
    )


def _clock(moment: datetime, now: datetime) -> str:
    local = moment.astimezone(VIETNAM)
    same_day = local.date() == now.astimezone(VIETNAM).date()
    return f"{local:%H:%M}" if same_day else f"{local:%H:%M} ngày {local:%d/%m/%Y}"
