"""The programme as a handout: A4 portrait, free layout, no number and no signature."""

from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_CENTER
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph, Table

from congress.documents.fonts import SERIF, SERIF_BOLD, SERIF_ITALIC, clean, word_width
from congress.documents.pdf import GOLD, INK, LINE, MUTED, RED, Pen, fill, open_pdf
from congress.documents.typeset import Box, Style, hold_together, stack

_PAGE_WIDTH, _PAGE_HEIGHT = A4
_SIDE, _TOP, _BOTTOM = 22 * mm, 18 * mm, 20 * mm
_WIDTH = _PAGE_WIDTH - 2 * _SIDE
_COLUMNS = (11 * mm, 29 * mm, 80 * mm, _WIDTH - 120 * mm)
_HEADERS = ("TT", "Thời gian", "Nội dung", "Người thực hiện")
_PADDING = 5.5
_GAP = 6.0


@dataclass(frozen=True)
class ProgrammeLine:
    """One item; times as "07:30", `ends`, `presenter` and `note` may be empty."""

    starts: str
    ends: str
    title: str
    presenter: str
    note: str


@dataclass(frozen=True)
class ProgrammeSheet:
    """A congress's three-line title, what the sheet is called, when and where, the items."""

    lines: tuple[str, str, str]
    subtitle: str
    date_text: str
    place: str
    items: tuple[ProgrammeLine, ...]


def print_programme(sheet: ProgrammeSheet) -> bytes:
    """The handout as PDF; pages are numbered "Trang x/y" when there is more than one.

    Raises FontMissing when a face is not installed.
    """
    with open_pdf(clean(f"{sheet.subtitle} – {sheet.lines[0]}"), A4) as (pen, buffer):
        top = _draw_heading(pen, sheet)
        parts = _split(_table(sheet.items), pen.canvas, top - _BOTTOM)
        for page, (part, height) in enumerate(parts, 1):
            if page > 1:
                pen.canvas.showPage()
                top = _PAGE_HEIGHT - _TOP
            part.drawOn(pen.canvas, _SIDE, top - height)
            if len(parts) > 1:
                _draw_page_number(pen, page, len(parts))
    return buffer.getvalue()


def _draw_heading(pen: Pen, sheet: ProgrammeSheet) -> float:
    """Title, rule, subtitle, time and place; returns the height where the table begins."""
    first, second, third = sheet.lines
    top = _PAGE_HEIGHT - _TOP
    title = [
        (first.upper(), Style(SERIF_BOLD, 16, RED)),
        (second.upper(), Style(SERIF_BOLD, 13, INK)),
        (third, Style(SERIF_ITALIC, 12.5, INK)),
    ]
    when = [
        (sheet.subtitle.upper(), Style(SERIF_BOLD, 20, INK, 1.5)),
        (sheet.date_text, Style(SERIF, 12, INK)),
        (f"Địa điểm: {sheet.place}" if sheet.place.strip() else "", Style(SERIF, 12, INK)),
    ]
    lines = stack(title, Box(_SIDE, top - 28 * mm, _WIDTH, 28 * mm))
    lines += stack(when, Box(_SIDE, top - 63 * mm, _WIDTH, 27 * mm))
    rule = fill(GOLD, (_PAGE_WIDTH - 40 * mm) / 2, top - 32 * mm, 40 * mm, 0.4 * mm)
    pen.put(f"q {rule} {pen.lines(lines)} Q")
    return float(top - 68 * mm)


def _table(items: Sequence[ProgrammeLine]) -> Table:
    rows = [[_paragraph(title, SERIF_BOLD, column, RED) for column, title in enumerate(_HEADERS)]]
    for number, item in enumerate(items, 1):
        times = " – ".join(time for time in (item.starts, item.ends) if time)
        what = [_paragraph(item.title, SERIF_BOLD, 2)]
        if item.note.strip():
            what.append(_paragraph(item.note, SERIF_ITALIC, 2, MUTED, size=11))
        rows.append(
            [_paragraph(str(number), SERIF, 0, MUTED), _paragraph(times, SERIF, 1), what, _paragraph(item.presenter, SERIF, 3)]
        )
    style = [
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LEFTPADDING", (0, 0), (-1, -1), _GAP),
        ("RIGHTPADDING", (0, 0), (-1, -1), _GAP),
        ("TOPPADDING", (0, 0), (-1, -1), _PADDING),
        ("BOTTOMPADDING", (0, 0), (-1, -1), _PADDING + 2),
        ("LINEBELOW", (0, 1), (-1, -1), 0.5, HexColor(LINE)),
        ("LINEABOVE", (0, 0), (-1, 0), 1, HexColor(GOLD)),
        ("LINEBELOW", (0, 0), (-1, 0), 1, HexColor(GOLD)),
    ]
    return Table(rows, colWidths=_COLUMNS, repeatRows=1, style=style)


def _paragraph(text: str, face: str, column: int, colour: str = INK, *, size: float = 12.0) -> Paragraph:
    style = ParagraphStyle("cell", fontName=face, fontSize=size, leading=size * 1.3)
    style.textColor = HexColor(colour)
    if column < 2:
        style.alignment = TA_CENTER
    room = (_COLUMNS[column] - 2 * _GAP) / size
    return Paragraph(escape(_without_widow(text, face, room)), style)


def _without_widow(text: str, face: str, room: float) -> str:
    """The text with no-break spaces inside compounds and before the last word, where they leave room to break."""
    pieces = hold_together(clean(text).split())
    pieces[-2:] = [" ".join(pieces[-2:])]
    return " ".join(piece.replace(" ", "\N{NO-BREAK SPACE}") if word_width(face, piece) <= room else piece for piece in pieces)


def _split(table: Table, canvas: Canvas, room: float) -> list[tuple[Table, float]]:
    """The table cut into pages, each with its height; `room` is what the first page has."""
    parts: list[tuple[Table, float]] = []
    while True:
        _, height = table.wrapOn(canvas, _WIDTH, room)
        if height <= room:
            return [*parts, (table, height)]
        pieces = table.splitOn(canvas, _WIDTH, room)
        if not pieces:
            # One row is taller than a page: let it break inside.
            table.splitInRow = 1
            pieces = table.splitOn(canvas, _WIDTH, room)
        head, table = pieces
        table.splitInRow = 0
        parts.append((head, head.wrapOn(canvas, _WIDTH, room)[1]))
        room = _PAGE_HEIGHT - _TOP - _BOTTOM


def _draw_page_number(pen: Pen, page: int, pages: int) -> None:
    box = Box(_SIDE, 9 * mm, _WIDTH, 6 * mm)
    number = stack([(f"Trang {page}/{pages}", Style(SERIF, 11, MUTED))], box)
    pen.put(f"q {pen.lines(number)} Q")
