"""An official paper (Nghị định 30/2020/NĐ-CP, Phụ lục I): its parts, and the measures both the PDF and the DOCX keep to."""

from collections.abc import Sequence
from dataclasses import dataclass

from congress.documents.fonts import SERIF_BOLD, clean, word_width
from congress.documents.typeset import hold_together

# Millimetres, A4 portrait: within 20–25, 20–25, 30–35, 15–20.
PAGE = (210.0, 297.0)
TOP, BOTTOM, LEFT, RIGHT = 20.0, 20.0, 30.0, 20.0
WIDTH = PAGE[0] - LEFT - RIGHT
HEAD = (WIDTH * 0.42, WIDTH * 0.58)  # who issues it; the state's two lines

# Points: within what the decree gives each part.
HEAD_SIZE, MOTTO_SIZE, DATE_SIZE = 12.0, 13.0, 13.0
BODY_SIZE, TITLE_SIZE, PAGE_NUMBER_SIZE = 14.0, 14.0, 13.0
RECIPIENT_TITLE_SIZE, RECIPIENT_SIZE = 12.0, 11.0
LINE_SPACING = 1.15  # between single and 1.5
PARAGRAPH_GAP = 6.0
FIRST_LINE = 12.7  # mm
SIGNATURE_ROOM = 25.0  # mm, for the signature and the seal

STATE = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
MOTTO = "Độc lập - Tự do - Hạnh phúc"
MM = 72 / 25.4  # points


@dataclass(frozen=True)
class Passage:
    """A paragraph of the body: "heading" (bold), "text", or "item" (after a dash)."""

    kind: str
    text: str

    @property
    def written(self) -> str:
        """The words as they stand on the paper."""
        return f"- {clean(self.text)}" if self.kind == "item" else clean(self.text)


@dataclass(frozen=True, kw_only=True)
class OfficialPaper:
    """The parts in the order of the decree; `number` and `place_date` may hold blanks to be filled in by hand."""

    parent: str
    issuer: tuple[str, ...]
    number: str
    place_date: str
    kind: str
    abstract: str
    body: tuple[Passage, ...]
    signer: tuple[str, ...]
    recipients: tuple[str, ...]


def bold_width(text: str, size: float) -> float:
    """Width of a bold line in points; Times New Roman has the same."""
    return word_width(SERIF_BOLD, text) * size


def balanced_lines(text: str, size: float, width: float) -> list[str]:
    """The fewest lines of a bold text that fit a width in points, about equally long; none ends inside a compound."""
    words = hold_together(clean(text).split()) or [""]
    count = 1
    while True:
        lines = _lines(words, count)
        if count >= len(words) or all(bold_width(line, size) <= width for line in lines):
            return lines
        count += 1


def _lines(words: Sequence[str], count: int) -> list[str]:
    """The words on so many lines, each ended as near as can be to its share of the letters."""
    whole = sum(map(len, words)) or 1
    lines: list[list[str]] = [[] for _ in range(count)]
    passed = 0
    for word in words:
        place = (passed + len(word) / 2) * count / whole
        lines[min(int(place), count - 1)].append(word)
        passed += len(word)
    return [" ".join(line) for line in lines if line]


def with_signature(body: Sequence[Passage]) -> int:
    """Where the end of the body begins that stays on the signature's page: the last passage, and headings right before it."""
    place = max(len(body) - 1, 0)
    while place and body[place - 1].kind == "heading":
        place -= 1
    return place
