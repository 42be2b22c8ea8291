"""Giving an office its own list back with every fault marked: a last column "Lỗi" and the faulty cells in colour."""

import io
import re
import warnings
import zipfile
from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from math import ceil
from typing import Any
from xml.sax.saxutils import escape

import xlsxwriter
from openpyxl import load_workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.utils.datetime import to_excel
from xlsxwriter.exceptions import OverlappingRange

from ..domain.delegate_lists import Grid
from ..domain.names import fold, normalise
from .cells import TEXT_FORMAT, WRITE_TEXT_AS_TEXT, safe_text, sheet_name, starts_a_formula

FAULT_TITLE = "Lỗi"
_FAULT_FILL, _FAULT_INK = "FFD9D2", "B42318"
_MARKED = PatternFill("solid", start_color=f"FF{_FAULT_FILL}", end_color=f"FF{_FAULT_FILL}")
_WIDTH, _LINE = 52, 15.0
# Beyond these openpyxl would need more memory than a request may: unpacked sheets and styles, rows and cells, blank ones too.
_MAX_EDITED, _MAX_ROWS, _MAX_CELLS = 40 * 1024 * 1024, 30_000, 600_000
_ROW, _CELL = re.compile(rb"<(?:\w+:)?row\b"), re.compile(rb"<(?:\w+:)?c\b")
_LOST = re.compile(r"xl/(?:media/|charts/|drawings/drawing|vbaProject\.bin|ctrlProps/|embeddings/)")
_WITHOUT_RESULT = re.compile(rb'<c r="([A-Z]+)(\d+)"([^<>]*)>(<f\b[^<>]*(?:/>|>[^<]*</f>))<v\s*(?:/>|></v>)</c>')

_PICTURES_LOST = "Hình vẽ và macro của tệp gốc không được giữ lại."
_REWRITTEN = "Tệp được ghi lại dạng .xlsx: các ô như cũ, định dạng không được giữ."


@dataclass(frozen=True)
class MarkedCell:
    """A fault: sheet, Excel's row number, column counted from 0 (None: of the whole row), a sentence."""

    sheet: str
    row: int
    column: int | None
    reason: str


@dataclass(frozen=True)
class MarkedFile:
    """A finished .xlsx: what its name ends in, whether the styles are those of the original, what was lost ("" nothing)."""

    content: bytes
    file_name_suffix: str
    kept_styles: bool
    remark: str


def mark_errors(
    data: bytes, faults: Sequence[MarkedCell], *, sheets: Sequence[Grid], header_rows: Mapping[str, int]
) -> MarkedFile:
    """Return the list with a column "Lỗi" and the faulty cells coloured; one marked before gets its marks anew.

    `data` is the file as it was sent, b"" for a pasted range; an .xlsx keeps its styles, merges, widths and other sheets,
    anything else is written anew as .xlsx from `sheets`, all its sheets with their values. `header_rows`: sheet → Excel's row
    of its header.
    """
    by_sheet: dict[str, list[MarkedCell]] = {sheet: [] for sheet in header_rows}
    for fault in faults:
        by_sheet.setdefault(fault.sheet, []).append(fault)
    rows = {sheet: header_rows.get(sheet) or max(min(fault.row for fault in some) - 1, 1) for sheet, some in by_sheet.items()}
    parts = _editable_parts(data)
    if parts:
        try:
            content = _mark_own(data, by_sheet, rows, sheets)
        except (KeyError, ValueError, TypeError, AttributeError, IndexError, OSError):
            parts = []                  # openpyxl is stricter than Excel: what it cannot take is written anew
        else:
            lost = any(_LOST.match(name) for name in parts)
            return MarkedFile(content, "_loi.xlsx", True, _PICTURES_LOST if lost else "")
    return MarkedFile(_write_anew(by_sheet, rows, sheets), "_loi.xlsx", False, _REWRITTEN)


def _editable_parts(data: bytes) -> list[str]:
    """Return the parts of an .xlsx or .xlsm that openpyxl can hold, [] for any other file."""
    if not data.startswith(b"PK"):
        return []
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        sizes = {item.filename: item.file_size for item in archive.infolist()}
        sheets = [name for name in sizes if name.startswith("xl/worksheets/")]
        weight = sum(sizes[name] for name in (*sheets, *(name for name in sizes if name.startswith(("xl/shared", "xl/styles")))))
        if "xl/workbook.xml" not in sizes or weight > _MAX_EDITED:
            return []
        rows = cells = 0
        for name in sheets:
            part = archive.read(name)
            rows += sum(1 for _ in _ROW.finditer(part))
            cells += sum(1 for _ in _CELL.finditer(part))
    return list(sizes) if rows <= _MAX_ROWS and cells <= _MAX_CELLS else []


# ---- in the user's own workbook ---------------------------------------------------------------------------------------


def _mark_own(
    data: bytes, faults: Mapping[str, Sequence[MarkedCell]], header_rows: Mapping[str, int], sheets: Sequence[Grid]
) -> bytes:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")     # openpyxl tells of extensions it leaves out
        workbook = load_workbook(io.BytesIO(data), rich_text=True)
    for sheet in workbook.worksheets:
        name = normalise(sheet.title)
        if name in faults:
            _mark_sheet(sheet, faults[name], header_rows[name])
    target = io.BytesIO()
    workbook.save(target)
    return _with_results(target.getvalue(), [normalise(sheet.title) for sheet in workbook.worksheets], sheets, workbook.epoch)


def _mark_sheet(sheet: Any, faults: Sequence[MarkedCell], header_row: int) -> None:
    column = _fault_column(sheet, header_row)
    _forget_marks(sheet, column, header_row)
    _widen(sheet, column)
    header = sheet.cell(header_row, column, FAULT_TITLE)
    if column > 1:
        header._style = copy(sheet.cell(header_row, column - 1)._style)
    header.font = Font(name=header.font.name, size=header.font.size, bold=True, color=_FAULT_INK)
    thin = Side("thin", color="BFBFBF")
    for row, reason in _reasons(faults).items():
        cell = sheet.cell(row, column)
        cell.value = reason
        cell.data_type = "s"
        cell.quotePrefix = starts_a_formula(reason)
        cell.font = Font(color=_FAULT_INK)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        cell.border = Border(thin, thin, thin, thin)
        height = sheet.row_dimensions[row].height
        if height is not None:              # a row of fixed height would hide all but the first line
            sheet.row_dimensions[row].height = max(height, _LINE * _lines(reason))
    for fault in faults:
        if fault.column is not None:
            row, place = _shown_cell(sheet, fault.row, fault.column + 1)
            sheet.cell(row, place).fill = _MARKED


def _fault_column(sheet: Any, header_row: int) -> int:
    """Return the column "Lỗi" of an earlier marking, else the one after the last with anything in it; from 1."""
    last = 0
    for cell in _cells(sheet):
        if cell.value is not None:
            if cell.row == header_row and fold(str(cell.value)) == fold(FAULT_TITLE):
                return int(cell.column)
            last = max(last, cell.column)
    return last + 1


def _cells(sheet: Any) -> list[Any]:
    """Return the cells there are; iter_rows would make all that lie between them, up to the last formatted one."""
    return list(sheet._cells.values())


def _forget_marks(sheet: Any, column: int, header_row: int) -> None:
    for cell in _cells(sheet):
        if cell.column == column and cell.row > header_row:
            cell.value = None
            cell.style = "Normal"
        elif cell.has_style and cell.fill.start_color.rgb == _MARKED.start_color.rgb:
            cell.fill = PatternFill()


def _widen(sheet: Any, column: int) -> None:
    """Give the column its width, also when it stood in a run of columns that are hidden or narrow."""
    dimensions = sheet.column_dimensions
    for key, dimension in list(dimensions.items()):
        first, last = dimension.min or 0, dimension.max or 0
        if first <= column <= last:
            del dimensions[key]
            for start, end in ((first, column - 1), (column + 1, last)):
                if start <= end:
                    piece = copy(dimension)
                    piece.index, piece.min, piece.max = get_column_letter(start), start, end
                    dimensions[piece.index] = piece
    dimensions[get_column_letter(column)].width = _WIDTH


def _shown_cell(sheet: Any, row: int, column: int) -> tuple[int, int]:
    """Return the cell that shows the value: the first one of a merged range."""
    for area in sheet.merged_cells.ranges:
        if area.min_row <= row <= area.max_row and area.min_col <= column <= area.max_col:
            return area.min_row, area.min_col
    return row, column


def _with_results(content: bytes, names: Sequence[str], sheets: Sequence[Grid], epoch: datetime) -> bytes:
    """Write back what formulas came to: openpyxl keeps a formula or its result, and phones and readers need the result."""
    grids = {grid.sheet: grid for grid in sheets}
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for item in source.infolist():
            part = source.read(item)
            found = re.fullmatch(r"xl/worksheets/sheet(\d+)\.xml", item.filename)
            grid = grids.get(names[int(found[1]) - 1]) if found else None
            if grid is not None and b"<f" in part:
                part = _WITHOUT_RESULT.sub(lambda cell, grid=grid: _result(cell, grid, epoch), part)    # type: ignore[misc]
            archive.writestr(item, part)
    return target.getvalue()


def _result(cell: re.Match[bytes], grid: Grid, epoch: datetime) -> bytes:
    letters, number, attributes, formula = cell.groups()
    row, column = int(number) - grid.first_row, sum((letter - 64) * 26**place for place, letter in enumerate(letters[::-1])) - 1
    value = grid.rows[row][column] if 0 <= row < len(grid.rows) and column < len(grid.rows[row]) else None
    if value is None or value == "":
        return cell[0]
    kind, text = b"", str(value)
    if isinstance(value, bool):
        kind, text = b' t="b"', str(int(value))
    elif isinstance(value, str):
        kind, text = b' t="e"' if value.startswith("#") else b' t="str"', escape(safe_text(value))
    elif isinstance(value, date | datetime | time | timedelta):
        text = str(to_excel(value, epoch))
    attributes = re.sub(rb' t="\w+"', b"", attributes)
    return b'<c r="' + letters + number + b'"' + attributes + kind + b">" + formula + b"<v>" + text.encode() + b"</v></c>"


# ---- as a new workbook ------------------------------------------------------------------------------------------------


def _write_anew(faults: Mapping[str, Sequence[MarkedCell]], header_rows: Mapping[str, int], sheets: Sequence[Grid]) -> bytes:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {**WRITE_TEXT_AS_TEXT, "in_memory": True}) as workbook:
        formats = _Formats(workbook)
        taken: set[str] = set()
        for grid in sheets:
            name = sheet_name(grid.sheet, taken)
            taken.add(name.lower())
            _write_sheet(workbook.add_worksheet(name), grid, faults.get(grid.sheet, ()), header_rows.get(grid.sheet), formats)
    return target.getvalue()


class _Formats:
    """The formats in use, made once: by kind of value, and marked or not."""

    def __init__(self, workbook: Any) -> None:
        self.workbook = workbook
        self.made: dict[tuple[str, bool, bool], Any] = {}
        self.title = workbook.add_format({"bold": True, "font_color": f"#{_FAULT_INK}", "valign": "top"})

    def get(self, number_format: str, *, marked: bool = False, quoted: bool = False, reason: bool = False) -> Any:
        key = (number_format if not reason else "reason", marked, quoted)
        if key not in self.made:
            properties: dict[str, Any] = {"valign": "top", "text_wrap": True, "num_format": number_format, "quote_prefix": quoted}
            if marked:
                properties["bg_color"] = f"#{_FAULT_FILL}"
            if reason:
                properties |= {"font_color": f"#{_FAULT_INK}", "border": 1, "border_color": "#BFBFBF"}
            self.made[key] = self.workbook.add_format(properties)
        return self.made[key]


def _write_sheet(
    sheet: Any, grid: Grid, faults: Sequence[MarkedCell], header_row: int | None, formats: _Formats
) -> None:
    top = grid.first_row - 1
    header = header_row - grid.first_row if header_row is not None else -1
    rows = [list(row) for row in grid.rows]
    old = [place for place, cell in enumerate(rows[header]) if fold(str(cell)) == fold(FAULT_TITLE)] if header >= 0 else []
    width = old[0] if old else max((len(row) for row in rows), default=0)
    marked = {(fault.row - grid.first_row, fault.column) for fault in faults}
    covered: set[tuple[int, int]] = set()
    for area in grid.merged:
        covered |= _merge(sheet, area, top)
    for index, row in enumerate(rows):
        for column, value in enumerate(row):
            is_fault = (index, column) in marked
            if not (old and column == width and index >= header) and (index, column) not in covered:
                _write(sheet, top + index, column, value, formats, marked=is_fault)
    for column in range(width):
        longest = max((len(str(row[column])) for row in rows[:300] if column < len(row) and row[column] is not None), default=0)
        sheet.set_column(column, column, min(max(longest, 4), 40) + 1)
    if header_row is not None:
        sheet.write_string(top + header, width, FAULT_TITLE, formats.title)
        sheet.set_column(width, width, _WIDTH)
        for number, reason in _reasons(faults).items():
            sheet.write_string(number - 1, width, reason, formats.get("", quoted=starts_a_formula(reason), reason=True))


def _merge(sheet: Any, area: tuple[tuple[int, int], tuple[int, int]], top: int) -> set[tuple[int, int]]:
    """Merge a range; return its cells but the first, which holds the value."""
    (first, left), (last, right) = area
    try:
        sheet.merge_range(top + first, left, top + last, right, "")
    except OverlappingRange:
        return set()
    return {(row, column) for row in range(first, last + 1) for column in range(left, right + 1)} - {(first, left)}


def _write(sheet: Any, row: int, column: int, value: object, formats: _Formats, *, marked: bool) -> None:
    if isinstance(value, bool):
        sheet.write_boolean(row, column, value, formats.get("", marked=marked))
    elif isinstance(value, int | float):
        sheet.write_number(row, column, value, formats.get("0" if float(value).is_integer() else "", marked=marked))
    elif isinstance(value, datetime | date | time | timedelta):
        shown = "hh:mm" if isinstance(value, time | timedelta) else "dd/mm/yyyy"
        sheet.write_datetime(row, column, value, formats.get(shown, marked=marked))
    elif value:
        text = safe_text(str(value))
        sheet.write_string(row, column, text, formats.get(TEXT_FORMAT, marked=marked, quoted=starts_a_formula(text)))
    elif marked:
        sheet.write_blank(row, column, None, formats.get("", marked=True))


def _reasons(faults: Sequence[MarkedCell]) -> dict[int, str]:
    """Return the sentences of every faulty row, each once, one under the other."""
    reasons: dict[int, list[str]] = {}
    for fault in faults:
        reasons.setdefault(fault.row, []).append(fault.reason)
    return {row: safe_text("\n".join(dict.fromkeys(some))) for row, some in reasons.items()}


def _lines(text: str) -> int:
    return sum(ceil(max(len(line), 1) / (_WIDTH - 4)) for line in text.split("\n"))
