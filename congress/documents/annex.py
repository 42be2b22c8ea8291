"""An annex to an office's own document (NĐ 30/2020: "Phụ lục"): a title, one table over its pages, lines under it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal
from xml.sax.saxutils import escape

from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_CENTER, TA_LEFT, TA_RIGHT
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, Paragraph, Spacer, Table

from congress.documents.fonts import SERIF, SERIF_BOLD, SERIF_ITALIC, clean
from congress.documents.pdf import INK, MUTED, Pen, open_pdf
from congress.documents.typeset import Box, Style, stack

_LEFT, _RIGHT, _TOP, _BOTTOM = 25 * mm, 15 * mm, 20 * mm, 20 * mm
_SIZE = 12.0
_ALIGN = {"left": TA_LEFT, "centre": TA_CENTER, "right": TA_RIGHT}


@dataclass(frozen=True)
class AnnexColumn:
    """A column: its title, its share of the width, how its cells stand."""

    title: str
    share: float
    align: Literal["left", "centre", "right"] = "left"


@dataclass(frozen=True)
class AnnexRow:
    """A row of cells; a "group" has one text over all columns, a "total" stands bold."""

    cells: tuple[str, ...]
    kind: Literal["row", "group", "total"] = "row"


@dataclass(frozen=True)
class Annex:
    """What is printed: `label` over the title ("Phụ lục"), `notes` in italics under it, `closing` under the table."""

    label: str
    title: str
    notes: tuple[str, ...]
    columns: tuple[AnnexColumn, ...]
    rows: tuple[AnnexRow, ...]
    closing: tuple[str, ...] = ()
    wide: bool = False  # on its side


def print_annex(annex: Annex) -> bytes:
    """The annex as PDF on A4: header row on every page, "Trang x/y" when there is more than one.

    Raises FontMissing when a face is not installed.
    """
    page = landscape(A4) if annex.wide else A4
    with open_pdf(clean(annex.title), page) as (pen, buffer):
        width, height = page[0] - _LEFT - _RIGHT, page[1] - _TOP - _BOTTOM
        pages = _paginate([*_heading(annex), _table(annex, width), *_closing(annex)], pen.canvas, width, height)
        for number, pieces in enumerate(pages, 1):
            if number > 1:
                pen.canvas.showPage()
            top = page[1] - _TOP
            for piece, taken in pieces:
                top -= taken
                piece.drawOn(pen.canvas, _LEFT, top)
            if len(pages) > 1:
                _draw_page_number(pen, number, len(pages), width)
    return buffer.getvalue()


def _heading(annex: Annex) -> list[Flowable]:
    lines = [_text(annex.label, SERIF_BOLD, align="centre", size=13)] if annex.label else []
    lines.append(_text(annex.title, SERIF_BOLD, align="centre", size=14))
    lines += [_text(note, SERIF_ITALIC, align="centre", size=12.5) for note in annex.notes if note.strip()]
    return [*lines, Spacer(0, 5 * mm)]


def _closing(annex: Annex) -> list[Flowable]:
    return [Spacer(0, 4 * mm), *(_text(line, SERIF, size=13) for line in annex.closing)] if annex.closing else []


def _table(annex: Annex, width: float) -> Table:
    whole = sum(column.share for column in annex.columns)
    rows: list[list[Flowable | str]] = [[_text(column.title, SERIF_BOLD, align="centre") for column in annex.columns]]
    style: list[tuple[object, ...]] = [
        ("VALIGN", (0, 0), (-1, -1), "TOP"), ("VALIGN", (0, 0), (-1, 0), "MIDDLE"),
        ("LEFTPADDING", (0, 0), (-1, -1), 4), ("RIGHTPADDING", (0, 0), (-1, -1), 4),
        ("TOPPADDING", (0, 0), (-1, -1), 2), ("BOTTOMPADDING", (0, 0), (-1, -1), 4.5),
        ("GRID", (0, 0), (-1, -1), 0.5, HexColor(INK)),
    ]  # fmt: skip
    for row in annex.rows:
        here = len(rows)
        if row.kind == "group":
            style += [("SPAN", (0, here), (-1, here)), ("NOSPLIT", (0, here), (-1, here + 1))]  # never alone at a page's end
            rows.append([_text(row.cells[0], SERIF_BOLD), *[""] * (len(annex.columns) - 1)])
            continue
        face = SERIF_BOLD if row.kind == "total" else SERIF
        rows.append([_text(cell, face, align=column.align) for cell, column in zip(row.cells, annex.columns, strict=True)])
    widths = [width * column.share / whole for column in annex.columns]
    return Table(rows, colWidths=widths, repeatRows=1, style=style)


def _text(text: str, face: str, *, align: str = "left", size: float = _SIZE) -> Paragraph:
    style = ParagraphStyle("text", fontName=face, fontSize=size, leading=size * 1.3, splitLongWords=1)
    style.textColor, style.alignment = HexColor(INK), _ALIGN[align]
    return Paragraph(escape(clean(text)), style)


def _paginate(pieces: Sequence[Flowable], canvas: Canvas, width: float, height: float) -> list[list[tuple[Flowable, float]]]:
    """The pieces on pages, each with its height; a table is cut between rows, or inside one that is taller than a page."""
    pages: list[list[tuple[Flowable, float]]] = [[]]
    waiting, room = list(pieces), height
    while waiting:
        piece = waiting.pop(0)
        taken = piece.wrapOn(canvas, width, room)[1]
        if taken <= room:
            pages[-1].append((piece, taken))
            room -= taken
            continue
        parts = piece.splitOn(canvas, width, room) if isinstance(piece, Table) else []
        if not parts and not pages[-1]:
            piece.splitInRow = 1
            parts = piece.splitOn(canvas, width, room)
        if parts:
            pages[-1].append((parts[0], parts[0].wrapOn(canvas, width, room)[1]))
            piece = parts[1]
            piece.splitInRow = 0
        waiting.insert(0, piece)
        pages.append([])
        room = height
    return pages


def _draw_page_number(pen: Pen, page: int, pages: int, width: float) -> None:
    number = stack([(f"Trang {page}/{pages}", Style(SERIF, 11, MUTED))], Box(_LEFT, 9 * mm, width, 6 * mm))
    pen.put(f"q {pen.lines(number)} Q")
