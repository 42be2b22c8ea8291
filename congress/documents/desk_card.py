"""The desk card: a small sheet whose code opens a desk's list of names when the network is gone."""

from collections.abc import Sequence
from dataclasses import dataclass

from reportlab.lib.pagesizes import A6
from reportlab.lib.units import mm

from congress.documents.fonts import SANS, SANS_BOLD, SANS_MEDIUM, SERIF_BOLD, SERIF_ITALIC, clean
from congress.documents.pdf import GOLD, INK, MUTED, RED, Pen, fill, open_pdf
from congress.documents.qr import MODULES, qr_path
from congress.documents.typeset import Box, Style, stack
from congress.domain.tokens import spaced

_WIDTH, _HEIGHT = A6
_MARGIN = 8 * mm
_INSIDE = _WIDTH - 2 * _MARGIN
_CODE = 44 * mm  # a side of the QR code, without its white edge
_CODE_FOOT = 55 * mm

USE = (
    "Khi mất mạng: mở trang bàn hỗ trợ rồi quét thẻ này để tìm đại biểu theo tên.",
    "Quét lại sau khi tải lại trang, khóa máy, hoặc 15 phút không dùng.",
)
GUARD = (
    "Giữ như chìa khóa: thẻ này cùng một máy của bàn hỗ trợ mở được tên của mọi đại biểu. Không chụp ảnh, không để lại trên bàn.",
    "Mất thẻ: báo ngay người phụ trách điểm danh để đổi thẻ; thẻ cũ hết tác dụng.",
)


@dataclass(frozen=True)
class DeskCardFace:
    """What one card shows: the congress's three-line title, the token, and when it was made ("07:10 ngày 10/03/2025")."""

    lines: tuple[str, str, str]
    token: str
    made: str


def print_desk_card(faces: Sequence[DeskCardFace]) -> bytes:
    """A PDF of A6 sheets, one card each.

    Raises ValueError for no card or a token that is not digits; FontMissing when a face is not installed.
    """
    if not faces:
        raise ValueError("no card to print")
    with open_pdf(clean(f"Thẻ bàn hỗ trợ – {faces[0].lines[0]}"), A6) as (pen, buffer):
        for at, face in enumerate(faces):
            if at:
                pen.canvas.showPage()
            _draw(pen, face)
    return buffer.getvalue()


def _draw(pen: Pen, face: DeskCardFace) -> None:
    first, second, third = face.lines
    heading = [
        (first.upper(), Style(SERIF_BOLD, 9, RED)), (second.upper(), Style(SERIF_BOLD, 8, INK)),
        (third, Style(SERIF_ITALIC, 8, INK)),
    ]  # fmt: skip
    lines = stack(heading, Box(_MARGIN, _HEIGHT - 26 * mm, _INSIDE, 18 * mm))
    lines += stack([("THẺ BÀN HỖ TRỢ", Style(SANS_BOLD, 20, INK, 1.4))], Box(_MARGIN, _HEIGHT - 43 * mm, _INSIDE, 12 * mm))
    digits = Style(SANS, 8, MUTED, 1.1)
    lines += stack([(spaced(face.token), digits)], Box(_MARGIN, _CODE_FOOT - 8 * mm, _INSIDE, 4 * mm))
    use = [(text, Style(SANS_MEDIUM, 8, INK)) for text in USE]
    guard = [(text, Style(SANS, 8, INK)) for text in GUARD]
    lines += stack(use, Box(_MARGIN, 27 * mm, _INSIDE, 18 * mm), left=True)
    lines += stack(guard, Box(_MARGIN, 10 * mm, _INSIDE, 16 * mm), left=True)
    made = Style(SANS, 6.5, MUTED, 1.2)
    lines += stack([(f"Tạo lúc {face.made}", made)], Box(_MARGIN, 5 * mm, _INSIDE, 4 * mm), left=True)
    rule = fill(GOLD, _WIDTH / 2 - 12 * mm, _HEIGHT - 28.5 * mm, 24 * mm, 0.4 * mm)
    pen.put(f"q {rule} {pen.lines(lines)} Q")
    module, left = _CODE / MODULES, (_WIDTH - _CODE) / 2
    pen.put(f"q 0 g {module:.4f} 0 0 {module:.4f} {left:.2f} {_CODE_FOOT:.2f} cm {qr_path(face.token)} f Q")
