"""The door: when a sitting is open, who is let in, and the sentence that says so.

The order of the checks is the order in which a receptionist can help: is it a badge of ours, is it still good, is the person
on the list, is it this congress, is the door open, and only then whether the person is already in.

A gate without network asks the same rules in JavaScript (`static/js/door-rules.js`); `tests/data/door-vectors.json` holds both
to the same answers, and the words go to the gate with its list.
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
    "back": "Vào lại, mời vào.",
    "out": "Đã ghi lượt ra.",
    "given": "Đã phát, mời nhận.",
    "printed": "Đã ghi lượt in thẻ.",
    "let_in": "Đã cho vào, tính riêng ngoài danh sách.",
    "owner": "Đúng chủ thẻ, mời vào. Thẻ cũ hết hiệu lực, in thẻ mới.",
    "forced": "Đã cho vào khi mất mạng. Lượt này cần xem lại.",
    "already_in": "Đã vào lúc {first}.",
    "already_out": "Đã ra lúc {left}.",
    "already_given": "Đã phát lúc {first}.",
    "no_reentry": "Đã ra lúc {left}, buổi này không vào lại. Gửi bàn hỗ trợ.",
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
    "not_let_in": "Cửa chưa cho vào khi mất mạng.",
    "not_listed": "Chưa có trong danh sách tải lúc {listed}. Gửi bàn hỗ trợ.",
    "needs_network": "Mất mạng: không tìm được theo số thẻ. Quét mã trên thẻ, hoặc gửi bàn hỗ trợ.",
}


@dataclass(frozen=True)
class Opening:
    """When the check-in of a sitting is open: by hand, else by its window (aware times)."""

    starts_at: datetime | None
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    by_hand: bool | None = None
    by_hand_at: datetime | None = None  # since when; what happened before is judged by the window

    @property
    def opens(self) -> datetime | None:
        """The start of the window: as set, else 90 minutes before the sitting starts."""
        return self.opens_at or (self.starts_at - OPENS_BEFORE if self.starts_at else None)

    @property
    def closes(self) -> datetime | None:
        """The end of the window: as set, else four hours after the sitting starts."""
        return self.closes_at or (self.starts_at + STAYS_OPEN if self.starts_at else None)

    def barred(self, moment: datetime) -> str | None:
        """Why nobody comes in at a moment ("not_yet", "over", "closed_by_hand"), or None while it is open.

        The last moment is within.
        """
        if self.by_hand is not None and (self.by_hand_at is None or moment >= self.by_hand_at):
            return None if self.by_hand else "closed_by_hand"
        if self.opens is None or moment < self.opens:
            return "not_yet"
        if self.closes is not None and moment > self.closes:
            return "over"
        return None


@dataclass(frozen=True)
class Entry:
    """When and where somebody came in."""

    at: datetime
    gate: str
    device: str = ""


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
    first: Entry | None = None  # the first entry at this sitting
    left: datetime | None = None  # since when they are outside again
    given: Entry | None = None  # when the hand-outs were given
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


def judge(found: Found, *, kind: str = "entry", cancelled: bool, barred: str | None, reentry: bool = True) -> Verdict:
    """What the door answers about somebody it found; `barred` is what `Opening.barred` gave, `kind` entry, exit or handout.

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
    if barred and kind == "entry":  # a closed door still lets people out, and a desk still hands out
        return Verdict("refused", barred)
    return _by_kind(found, kind, reentry)


def _by_kind(found: Found, kind: str, reentry: bool) -> Verdict:
    if kind == "exit":
        return Verdict("again", "already_out") if found.left else Verdict("ok", "out")
    if kind == "handout":
        return Verdict("again", "already_given") if found.given else Verdict("ok", "given")
    if found.first is None:
        return Verdict("ok", "in")
    if found.left is None:
        return Verdict("again", "already_in")
    return Verdict("ok", "back") if reentry else Verdict("refused", "no_reentry")


def say(
    code: str, *, now: datetime, first: Entry | None = None, left: datetime | None = None, opening: Opening | None = None,
    successor: Successor | None = None, listed: datetime | None = None,
) -> str:  # fmt: skip
    """The sentence of a code; times as Vietnam's clock shows them, with the date when it is not today.

    `listed` is when the list was made that a gate without network carries.
    """
    place = f", {first.gate}" if first and first.gate else ""
    return SENTENCES[code].format(
        first=f"{_clock(first.at, now)}{place}" if first else "",
        left=_clock(left, now) if left else "",
        opens=f" (mở lúc {_clock(opening.opens, now)})" if opening and opening.opens else "",
        closes=f" lúc {_clock(opening.closes, now)}" if opening and opening.closes else "",
        name=successor.name if successor else "",
        number=successor.number if successor else "",
        listed=_clock(listed, now) if listed else "",
    )


def _clock(moment: datetime, now: datetime) -> str:
    local = moment.astimezone(VIETNAM)
    same_day = local.date() == now.astimezone(VIETNAM).date()
    return f"{local:%H:%M}" if same_day else f"{local:%H:%M} ngày {local:%d/%m/%Y}"
