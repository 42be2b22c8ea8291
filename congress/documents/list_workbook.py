"""A delegate list as a workbook that opens ready to print: A4 landscape, one page wide, its header on every page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from .cells import TEXT_FORMAT, WRITE_TEXT_AS_TEXT, row_height, safe_text, starts_a_formula

SHEET_NAME = "Danh sách đại biểu"  # at most 31 characters, none of []:*?/\
FONT = "Times New Roman"
A4 = 9
_ROMAN = ((100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))


@dataclass(frozen=True)
class ListColumn:
    """A column: its title and its width in characters."""

    title: str
    width: float


@dataclass(frozen=True)
class ListSection:
    """People under one heading; without a heading in a list that is not divided. A row has a text for each column."""

    heading: str
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True)
class ListSheet:
    """What the workbook shows. `as_of` is written as it stands; `made_at` only dates the file."""

    lines: tuple[str, str, str]
    title: str
    as_of: str
    made_at: datetime
    columns: Sequence[ListColumn]
    sections: Sequence[ListSection]
    restart: bool = False  # the running number starts again in each section

    @property
    def count(self) -> int:
        """People in all sections."""
        return sum(len(section.rows) for section in self.sections)


def write_list(sheet: ListSheet) -> bytes:
    """The workbook as .xlsx. Every cell but the running number is text, also one that looks like a formula or a number."""
    target = BytesIO()
    with Workbook(target, {**WRITE_TEXT_AS_TEXT, "in_memory": True}) as book:
        book.set_properties({"title": sheet.title, "author": "", "created": sheet.made_at.replace(tzinfo=None)})
        page = book.add_worksheet(SHEET_NAME)
        styles = _Styles(book)
        header = _write_heading(page, sheet, styles)
        end = _write_people(page, sheet, styles, header + 1)
        last = len(sheet.columns)
        page.merge_range(end + 1, 0, end + 1, last, "", styles.closing)
        page.write_string(end + 1, 0, f"Danh sách gồm có {sheet.count} đại biểu./.", styles.closing)
        _set_up_print(page, header, end + 1, last)
    return target.getvalue()


def roman(number: int) -> str:
    """1 → "I"; for the numbers of sections."""
    text = ""
    for value, letters in _ROMAN:
        text += letters * (number // value)
        number %= value
    return text


class _Styles:
    """The formats of one workbook."""

    def __init__(self, book: Workbook) -> None:
        def style(size: int = 12, **more: Any) -> Any:
            return book.add_format({"font_name": FONT, "font_size": size, "valign": "vcenter", "text_wrap": True, **more})

        boxed: dict[str, Any] = {"border": 1, "num_format": TEXT_FORMAT, "valign": "top"}
        self.line = style(13, bold=True, align="center")
        self.title = style(14, bold=True, align="center")
        self.as_of = style(12, italic=True, align="center")
        self.header = style(bold=True, align="center", border=1, bg_color="#EDEBE6")
        self.section = style(bold=True, border=1, num_format=TEXT_FORMAT)
        self.number = style(border=1, align="center", valign="top")
        self.text = style(**boxed)
        self.quoted = style(**boxed, quote_prefix=True)
        self.closing = style(italic=True, num_format=TEXT_FORMAT)


def _write_heading(page: Worksheet, sheet: ListSheet, styles: _Styles) -> int:
    """The title block and the header; the row of the header, counted from 0."""
    last = len(sheet.columns)
    name, ordinal, where = sheet.lines
    lines = ((name.upper(), styles.line), (ordinal.upper(), styles.line), (where, styles.as_of))
    block = [(line, style) for line, style in lines if line]
    block += [("", styles.line), (sheet.title, styles.title), (sheet.as_of, styles.as_of), ("", styles.as_of)]
    for row, (text, style) in enumerate(block):
        page.merge_range(row, 0, row, last, "", style)
        if text:
            page.write_string(row, 0, text, style)
    header = len(block)
    page.write_string(header, 0, "STT", styles.header)
    page.set_column(0, 0, 5)
    for place, column in enumerate(sheet.columns, 1):
        page.write_string(header, place, column.title, styles.header)
        page.set_column(place, place, column.width)
    page.set_row(header, row_height((column.title, 0.9 * column.width) for column in sheet.columns))  # bold is wider
    return header


def _write_people(page: Worksheet, sheet: ListSheet, styles: _Styles, row: int) -> int:
    """The sections one under the other; the last row written."""
    last, number, named = len(sheet.columns), 0, 0
    for section in sheet.sections:
        if section.heading:
            named += 1
            page.merge_range(row, 0, row, last, "", styles.section)
            page.write_string(row, 0, f"{roman(named)}. {section.heading}", styles.section)
            row += 1
        number = 0 if sheet.restart else number
        for texts in section.rows:
            number += 1
            _write_person(page, row, number, (texts, sheet.columns), styles)
            row += 1
    return row - 1


def _write_person(
    page: Worksheet, row: int, number: int, cells: tuple[Sequence[str], Sequence[ListColumn]], styles: _Styles
) -> None:
    texts, columns = [safe_text(text) for text in cells[0]], cells[1]
    page.write_number(row, 0, number, styles.number)
    for place, text in enumerate(texts, 1):
        style = styles.quoted if starts_a_formula(text) else styles.text
        if text:
            page.write_string(row, place, text, style)
        else:
            page.write_blank(row, place, None, style)
    page.set_row(row, row_height((text, column.width) for text, column in zip(texts, columns, strict=True)))


def _set_up_print(page: Worksheet, header: int, end: int, last: int) -> None:
    page.set_landscape()
    page.set_paper(A4)
    page.set_margins(left=0.6, right=0.4, top=0.6, bottom=0.7)  # inches
    page.fit_to_pages(1, 0)
    page.repeat_rows(header)
    page.print_area(0, 0, end, last)
    page.set_footer('&C&"Times New Roman"&10Trang &P/&N')
    page.freeze_panes(header + 1, 0)
    page.hide_gridlines(2)
