"""The issued table of seats: as an annex in PDF, and as a workbook ready to print."""

from dataclasses import dataclass
from io import BytesIO

import xlsxwriter

from congress.documents.annex import Annex, AnnexColumn, AnnexRow, print_annex
from congress.documents.cells import WRITE_TEXT_AS_TEXT, row_height, safe_text

_MOST_UPRIGHT = 5  # columns of figures on an upright page
_FACE = "Times New Roman"


@dataclass(frozen=True)
class AllocationSheet:
    """What is issued: the upper congress's name, the line that says with which document, the columns, and each unit's seats."""

    title: str
    issued_with: str
    answer_by: str
    components: tuple[str, ...]
    rows: tuple[tuple[str, tuple[int, ...]], ...]

    @property
    def totals(self) -> tuple[int, ...]:
        """The sum of each column."""
        return tuple(sum(seats[place] for _, seats in self.rows) for place in range(len(self.components)))


def print_allocation(sheet: AllocationSheet) -> bytes:
    """The table as PDF. Raises FontMissing when a face is not installed."""
    figures = [AnnexColumn(label, 5.5, "centre") for label in sheet.components]
    lines = [AnnexRow((str(place), name, *map(str, seats), str(sum(seats)))) for place, (name, seats) in enumerate(sheet.rows, 1)]
    total = AnnexRow(("", "Tổng cộng", *map(str, sheet.totals), str(sum(sheet.totals))), "total")
    annex = Annex(
        label="Phụ lục",
        title=sheet.title,
        notes=(sheet.issued_with,),
        columns=(
            AnnexColumn("TT", 2.6, "centre"),
            AnnexColumn("Cơ quan, đơn vị, địa phương", 13),
            *figures,
            AnnexColumn("Tổng số", 4, "centre"),
        ),
        rows=(*lines, total),
        closing=(sheet.answer_by,) if sheet.answer_by else (),
        wide=len(figures) > _MOST_UPRIGHT,
    )
    return print_annex(annex)


def write_allocation(sheet: AllocationSheet) -> bytes:
    """The table as an .xlsx that opens ready to print; texts are texts, whatever they start with."""
    buffer, last = BytesIO(), len(sheet.components) + 2
    with xlsxwriter.Workbook(buffer, {**WRITE_TEXT_AS_TEXT, "in_memory": True}) as book:
        page = book.add_worksheet("Phân bổ")
        plain = {"font_name": _FACE, "font_size": 12, "border": 1, "valign": "vcenter"}
        text, number = book.add_format({**plain, "text_wrap": True}), book.add_format({**plain, "align": "center"})
        strong = book.add_format({**plain, "bold": True, "align": "center", "text_wrap": True})
        title = book.add_format(
            {"font_name": _FACE, "font_size": 14, "bold": True, "align": "center", "text_wrap": True, "valign": "vcenter"}
        )
        note = book.add_format({"font_name": _FACE, "font_size": 12, "italic": True, "align": "center", "text_wrap": True})
        page.merge_range(0, 0, 0, last, safe_text(sheet.title), title)
        page.merge_range(1, 0, 1, last, safe_text(sheet.issued_with), note)
        page.set_row(0, 40)
        titles = ("TT", "Cơ quan, đơn vị, địa phương", *sheet.components, "Tổng số")
        for column, words in enumerate(titles):
            page.write_string(3, column, safe_text(words), strong)
        page.set_row(3, row_height((words, 0.9 * _width(column)) for column, words in enumerate(titles)))  # bold is wider
        for place, (name, seats) in enumerate(sheet.rows, 1):
            page.write_number(3 + place, 0, place, number)
            page.write_string(3 + place, 1, safe_text(name), text)
            page.set_row(3 + place, row_height([(name, _width(1))]))
            for column, n in enumerate((*seats, sum(seats)), 2):
                page.write_number(3 + place, column, n, number)
        end = 4 + len(sheet.rows)
        page.merge_range(end, 0, end, 1, "Tổng cộng", strong)
        for column, n in enumerate((*sheet.totals, sum(sheet.totals)), 2):
            page.write_number(end, column, n, strong)
        if sheet.answer_by:
            page.write_string(end + 2, 0, sheet.answer_by, book.add_format({"font_name": _FACE, "font_size": 12}))
        _set_up_page(page, last, wide=len(sheet.components) > _MOST_UPRIGHT)
    return buffer.getvalue()


def _width(column: int) -> float:
    """In characters."""
    return {0: 6, 1: 44}.get(column, 14)


def _set_up_page(page: "xlsxwriter.worksheet.Worksheet", last: int, *, wide: bool) -> None:
    for column in range(last + 1):
        page.set_column(column, column, _width(column))
    page.freeze_panes(4, 2)
    page.repeat_rows(3)
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    page.set_footer('&C&"Times New Roman"&10Trang &P/&N')
    if wide:
        page.set_landscape()
