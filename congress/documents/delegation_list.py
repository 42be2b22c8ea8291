"""The list of delegates by delegation: A4 portrait, a section for each delegation, numbered through."""

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

from congress.documents.fonts import SERIF, SERIF_BOLD, SERIF_ITALIC, clean
from congress.documents.pdf import INK, MUTED, Pen, fill, open_pdf
from congress.documents.typeset import Box, Style, stack

_PAGE_WIDTH, _PAGE_HEIGHT = A4
_LEFT, _RIGHT, _TOP, _BOTTOM = 22 * mm, 14 * mm, 16 * mm, 18 * mm  # room to bind on the left
_WIDTH = _PAGE_WIDTH - _LEFT - _RIGHT
_COLUMNS = (10 * mm, 12 * mm, 43 * mm, 53 * mm, 34 * mm, _WIDTH - 152 * mm)
_HEADERS = ("STT", "Số thẻ", "Họ và tên", "Chức vụ, đơn vị", "Thành phần", "Ghi chú")
_CENTRED = (0, 1)
_CLOSING = 12 * mm  # of the line under the table
_TALL = 600  # letters; a row of more may fill a page and is let break


@dataclass(frozen=True)
class SectionPerson:
    """One line: badge number, name, title and unit, component, and what else there is to say ("Trưởng đoàn")."""

    number: int
    name: str
    place: str
    component: str
    note: str


@dataclass(frozen=True)
class DelegationSection:
    """A delegation and its people in order."""

    title: str
    people: tuple[SectionPerson, ...]


@dataclass(frozen=True)
class DelegationSheet:
    """A congress's three-line title, what the list is called, of when it is, the delegations in order."""

    lines: tuple[str, str, str]
    title: str
    subtitle: str
    sections: tuple[DelegationSection, ...]


def print_delegation_list(sheet: DelegationSheet) -> bytes:
    """The list as PDF: the header row on every page, "Trang x/y" when there is more than one, the count at the end.

    Raises FontMissing when a face is not installed.
    """
    with open_pdf(clean(f"{sheet.title} – {sheet.lines[0]}"), A4) as (pen, buffer):
        top = _draw_heading(pen, sheet)
        parts = _split(_table(sheet.sections), pen.canvas, top - _BOTTOM)
        for page, (part, height) in enumerate(parts, 1):
            if page > 1:
                pen.canvas.showPage()
                top = _PAGE_HEIGHT - _TOP
            part.drawOn(pen.canvas, _LEFT, top - height)
            if page == len(parts):
                _draw_closing(pen, top - height, sum(len(section.people) for section in sheet.sections))
            if len(parts) > 1:
                _draw_page_number(pen, page, len(parts))
    return buffer.getvalue()


def _draw_heading(pen: Pen, sheet: DelegationSheet) -> float:
    """The congress's title, a rule, what the list is; returns the height where the table begins."""
    first, second, third = sheet.lines
    top = _PAGE_HEIGHT - _TOP
    title = [
        (first.upper(), Style(SERIF_BOLD, 13, INK)), (second.upper(), Style(SERIF_BOLD, 12, INK)),
        (third, Style(SERIF_ITALIC, 12, INK)),
    ]  # fmt: skip
    what = [(sheet.title.upper(), Style(SERIF_BOLD, 15, INK, 1.5)), (sheet.subtitle, Style(SERIF_ITALIC, 12, INK))]
    lines = stack(title, Box(_LEFT, top - 21 * mm, _WIDTH, 21 * mm))
    lines += stack(what, Box(_LEFT, top - 42 * mm, _WIDTH, 17 * mm))
    rule = fill(INK, _LEFT + _WIDTH / 2 - 20 * mm, top - 23 * mm, 40 * mm, 0.3 * mm)
    pen.put(f"q {rule} {pen.lines(lines)} Q")
    return float(top - 46 * mm)


def _table(sections: Sequence[DelegationSection]) -> Table:
    rows = [[_cell(title, SERIF_BOLD, centred=True) for title in _HEADERS]]
    style = [
        ("VALIGN", (0, 0), (-1, -1), "TOP"), ("VALIGN", (0, 0), (-1, 0), "MIDDLE"),
        ("LEFTPADDING", (0, 0), (-1, -1), 3), ("RIGHTPADDING", (0, 0), (-1, -1), 3),
        ("TOPPADDING", (0, 0), (-1, -1), 1.5), ("BOTTOMPADDING", (0, 0), (-1, -1), 3.5),
        ("GRID", (0, 0), (-1, -1), 0.4, HexColor(INK)),
    ]  # fmt: skip
    done = 0
    for place, section in enumerate(sections, 1):
        here = len(rows)
        style.append(("SPAN", (0, here), (-1, here)))
        if len(section.title) + sum(map(len, _texts(section.people[0]))) < _TALL:
            style.append(("NOSPLIT", (0, here), (-1, here + 1)))  # a heading keeps its first line
        count = f"({len(section.people)} đại biểu)"
        rows.append([_cell(f"{roman(place)}. {section.title} {count}", SERIF_BOLD), *[""] * (len(_COLUMNS) - 1)])
        for person in section.people:
            done += 1
            rows.append(_person_row(done, person))
    return Table(rows, colWidths=_COLUMNS, repeatRows=1, style=style)


def _person_row(place: int, person: SectionPerson) -> list[Paragraph]:
    texts = (str(place), str(person.number), *_texts(person))
    return [_cell(text, SERIF_BOLD if column == 2 else SERIF, centred=column in _CENTRED) for column, text in enumerate(texts)]


def _texts(person: SectionPerson) -> tuple[str, ...]:
    return person.name, person.place, person.component, person.note


def _cell(text: str, face: str, *, centred: bool = False) -> Paragraph:
    style = ParagraphStyle("cell", fontName=face, fontSize=11, leading=13.5, splitLongWords=1)
    style.textColor = HexColor(INK)
    if centred:
        style.alignment = TA_CENTER
    return Paragraph(escape(clean(text)), style)


def roman(number: int) -> str:
    """1 → "I", 4 → "IV", 105 → "CV"; numbers from 1."""
    text = ""
    signs = ((100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))
    for value, sign in signs:
        count, number = divmod(number, value)
        text += sign * count
    return text


def _split(table: Table, canvas: Canvas, room: float) -> list[tuple[Table, float]]:
    """The table cut into pages, each with its height, room for the closing line on the last; `room` is what the first has."""
    parts: list[tuple[Table, float]] = []
    while True:
        _, height = table.wrapOn(canvas, _WIDTH, room)
        if height + _CLOSING <= room:
            return [*parts, (table, height)]
        pieces = table.splitOn(canvas, _WIDTH, min(room, height - 1))
        if not pieces:
            table.splitInRow = 1  # one row is taller than a page: let it break inside
            pieces = table.splitOn(canvas, _WIDTH, min(room, height - 1))
        head, table = pieces
        table.splitInRow = 0
        parts.append((head, head.wrapOn(canvas, _WIDTH, room)[1]))
        room = _PAGE_HEIGHT - _TOP - _BOTTOM


def _draw_closing(pen: Pen, top: float, people: int) -> None:
    box = Box(_LEFT, top - _CLOSING + 2 * mm, _WIDTH, 7 * mm)
    pen.put(f"q {pen.lines(stack([(f'Danh sách gồm có {people} đại biểu./.', Style(SERIF_ITALIC, 12, INK))], box, left=True))} Q")


def _draw_page_number(pen: Pen, page: int, pages: int) -> None:
    number = stack([(f"Trang {page}/{pages}", Style(SERIF, 11, MUTED))], Box(_LEFT, 8 * mm, _WIDTH, 6 * mm))
    pen.put(f"q {pen.lines(number)} Q")
