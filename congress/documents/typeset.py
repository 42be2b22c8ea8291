"""Fits text into boxes: the largest size at which it fits, in balanced lines."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

from congress.documents.fonts import clean, covering, word_width

# Letters carry two marks above and one below: tighter lines would touch.
LEADING = 1.25
# A capital of the sans face with all its marks (Ẳ over Ị) is 1.47 sizes high.
CAPITALS_LEADING = 1.45
# Digits have no marks.
DIGITS_LEADING = 0.95
# Height of a capital, and half the marks over it, so that a line looks centred.
_OPTICAL_HEIGHT = 0.76
# A further line must pay for itself with letters this much larger.
_GAIN = 1.15
# Words of several syllables that titles and units are made of: a line does not end inside one.
_COMPOUNDS = """
đại hội, hội nghị, thi đua yêu nước, điển hình tiên tiến, tuyên dương, giai đoạn, lần thứ,
ủy ban, uỷ ban, mặt trận, tổ quốc, việt nam, nhân dân, hội đồng, chủ tịch, bí thư, giám đốc,
hiệu trưởng, trưởng ban, trưởng phòng, thường trực, thường vụ, thành phố, thị trấn, thị xã,
dân tộc, trung tâm, trung học, tiểu học, phổ thông, cơ sở, bán trú, nội trú, y tế, giáo dục,
đào tạo, cơ quan, đoàn thể, công ty, bệnh viện, đa khoa, nông dân, phụ nữ, thanh niên,
tổ chức, khách mời, đại biểu, đồng chí, khen thưởng, phong trào, phương hướng, nhiệm vụ,
khai mạc, bế mạc, tham luận, giao lưu, biểu dương, tôn vinh, hưởng ứng, danh sách, văn nghệ
"""
_DASHES = ("-", "–")
_HELD = frozenset(
    pair for compound in _COMPOUNDS.split(",") for pair in zip(compound.split(), compound.split()[1:], strict=False)
)


@dataclass(frozen=True)
class Box:
    """A rectangle in points, origin bottom left."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Style:
    """A face, its largest size in points, its colour as #rrggbb, line height ÷ size."""

    face: str
    largest: float
    colour: str
    leading: float = LEADING


@dataclass(frozen=True)
class Fitted:
    """Lines of one style at one size; widths and line height in points."""

    lines: tuple[str, ...]
    widths: tuple[float, ...]
    style: Style
    size: float

    @property
    def line_height(self) -> float:
        return self.size * self.style.leading

    @property
    def height(self) -> float:
        return len(self.lines) * self.line_height


@dataclass(frozen=True)
class Placed:
    """One line of text with the point its baseline starts from."""

    text: str
    x: float
    y: float
    face: str
    size: float
    colour: str


def fit(text: str, style: Style, width: float, height: float) -> Fitted:
    """The text at the largest size (≤ style.largest) at which it fits width × height.

    Never cuts and never overflows: a very long text becomes small. The style in the answer has
    the face that covers every letter.
    """
    text = clean(text)
    style = replace(style, face=covering(style.face, text))
    words = hold_together(text.split())
    widths = [word_width(style.face, word) for word in words]
    space = word_width(style.face, " ")
    size = 0.0
    ends: tuple[int, ...] = (len(words),)
    for lines in range(1, len(words) + 1):
        most = min(style.largest, height / (lines * style.leading))
        if most <= size * _GAIN:
            break
        widest, breaks = _balance(widths, space, lines)
        here = min(most, width / max(widest, space))
        if here > size * _GAIN:
            size, ends = here, breaks
    spans = list(zip((0, *ends[:-1]), ends, strict=True))
    return Fitted(
        lines=tuple(" ".join(words[a:b]) for a, b in spans),
        widths=tuple((sum(widths[a:b]) + space * (b - a - 1)) * size for a, b in spans),
        style=style,
        size=size,
    )


def stack(pieces: Sequence[tuple[str, Style]], box: Box, *, left: bool = False) -> list[Placed]:
    """Pieces one under another, as a block in the middle of the box; empty pieces are left out.

    All pieces shrink together when the block would be too high.
    """
    kept = [(text, style) for text, style in pieces if text.strip()]
    scale = 1.0
    while True:
        blocks = [fit(text, replace(style, largest=style.largest * scale), box.width, box.height) for text, style in kept]
        if sum(block.height for block in blocks) <= box.height + 0.01:
            return _place(blocks, box, left)
        scale *= 0.96


def _place(blocks: Sequence[Fitted], box: Box, left: bool) -> list[Placed]:
    y = box.y + (box.height + sum(block.height for block in blocks)) / 2
    placed = []
    for block in blocks:
        drop = (block.line_height + block.size * _OPTICAL_HEIGHT) / 2
        for line, width in zip(block.lines, block.widths, strict=True):
            x = box.x if left else box.x + (box.width - width) / 2
            look = (block.style.face, block.size, block.style.colour)
            placed.append(Placed(line, x, y - drop, *look))
            y -= block.line_height
    return placed


def hold_together(words: Sequence[str]) -> list[str]:
    """The words with those of one compound joined: a line may end between the pieces only."""
    held: list[str] = []
    last = ""
    for word in words:
        plain = word.strip(",.;()").casefold()
        if held and ((last, plain) in _HELD or plain in _DASHES or (last in _DASHES and plain.isdigit())):
            held[-1] += f" {word}"
        else:
            held.append(word)
        # "Ban Tổ chức, Thi đua": a comma ends a word.
        last = plain if word[-1] not in ",.;" else ""
    return held


def _balance(widths: Sequence[float], space: float, lines: int) -> tuple[float, tuple[int, ...]]:
    """Break into `lines` lines so that the widest is as narrow as can be: its width, line ends."""
    count = len(widths)
    if lines == 1:
        return sum(widths) + space * (count - 1), (count,)

    @cache
    def rest(start: int, left: int) -> tuple[float, tuple[int, ...]]:
        if left == 1:
            return sum(widths[start:]) + space * (count - start - 1), (count,)
        best: tuple[float, tuple[int, ...]] = (float("inf"), ())
        line = -space
        for end in range(start + 1, count - left + 2):
            line += widths[end - 1] + space
            if line >= best[0]:
                break
            below, ends = rest(end, left - 1)
            best = min(best, (max(line, below), (end, *ends)))
        return best

    return rest(0, lines)
