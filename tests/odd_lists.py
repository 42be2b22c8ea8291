"""Makers of workbooks laid out as offices really do it: title blocks, merges, sections, pages, closing lines."""

import io
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_range

Rows = Sequence[Sequence[Any]]

TITLE_BLOCK: list[list[Any]] = [
    ["ỦY BAN NHÂN DÂN", "", "", "", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"],
    ["XÃ NÀ PHẶC", "", "", "", "Độc lập - Tự do - Hạnh phúc"],
    ["-------"],
    ["", "", "", "", "Nà Phặc, ngày 12 tháng 02 năm 2025"],
    ["DANH SÁCH ĐẠI BIỂU"],
    ["Dự Hội nghị tuyên dương điển hình tiên tiến xã Nà Phặc lần thứ I"],
    ["(Kèm theo Kế hoạch số 05/KH-UBND ngày 10/01/2025 của UBND xã)"],
    [],
]
SIGNATURES: list[list[Any]] = [
    [],
    ["", "NGƯỜI LẬP BIỂU", "", "TM. ỦY BAN NHÂN DÂN"],
    ["", "", "", "CHỦ TỊCH"],
    ["", "(Ký, ghi rõ họ tên)", "", "(Ký tên, đóng dấu)"],
    ["", "Hà Văn Lập", "", "Lý Văn Ký"],
]


def workbook(rows: Rows, *, merged: Sequence[str] = (), sheet: str = "Sheet1", date_1904: bool = False) -> bytes:
    """Return an .xlsx; `merged` are ranges as Excel names them, the text that of their first cell."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"date_1904": date_1904})
    page = book.add_worksheet(sheet)
    day = book.add_format({"num_format": "dd/mm/yyyy"})
    inside = _merge(page, rows, merged)
    for row, line in enumerate(rows):
        for column, cell in enumerate(line):
            if (row, column) in inside or cell == "":
                continue
            if isinstance(cell, date | datetime):
                page.write_datetime(row, column, cell, day)  # type: ignore[arg-type]
            elif isinstance(cell, str):
                page.write_string(row, column, cell)
            else:
                page.write(row, column, cell)
    book.close()
    return target.getvalue()


def _merge(page: Any, rows: Rows, merged: Sequence[str]) -> set[tuple[int, int]]:
    """Merge the ranges and return the cells they cover."""
    inside = set()
    for area in merged:
        first, last = (_place(corner) for corner in area.split(":"))
        line = rows[first[0]]
        page.merge_range(xl_range(*first, *last), line[first[1]] if first[1] < len(line) else "")
        inside |= {(row, column) for row in range(first[0], last[0] + 1) for column in range(first[1], last[1] + 1)}
    return inside


def _place(corner: str) -> tuple[int, int]:
    letters = corner.rstrip("0123456789")
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(corner[len(letters) :]) - 1, column - 1
