"""Opening an uploaded list safely: the bytes of a file or a pasted text in, the cells of its sheets with delegate lists out."""

import io
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from functools import lru_cache
from pathlib import PurePath
from typing import cast

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

from ..domain.delegate_lists import Grid, has_header
from ..domain.delegate_lists.records import Cell
from ..domain.legacy_text import convert, detect_encoding
from ..domain.names import normalise
from . import list_files
from .binary_sheets import look_through_xls, look_through_xlsb, old_stream, wrap_stream
from .file_kinds import refuse_unknown
from .list_files import (
    DAMAGED,
    EMPTY,
    LOCKED,
    MAX_ROWS,
    MAX_SHEETS,
    NO_LIST,
    TOO_HEAVY,
    TOO_LARGE,
    UNKNOWN,
    SheetFacts,
    Table,
    WorkbookRefused,
)
from .open_documents import read_open_document
from .packages import Package
from .sheet_parts import squeeze
from .text_tables import read_pasted, read_text_table
from .word_tables import read_word_tables

__all__ = ["WorkbookRefused", "open_grid", "open_grids", "open_pasted", "open_sheets"]

_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HEAD_ROWS = 80
_MACROS = "Tệp có macro; macro không được đọc và không được chạy."
_OLD_WORD = "Tệp là văn bản Word đời cũ (.doc). Mở bằng Word, lưu lại dạng .docx rồi tải lên."


def open_grid(data: bytes, *, file_name: str) -> Grid:
    """Return the first list of a file, naming the sheets of the others in `other_sheets`. Raises WorkbookRefused."""
    first, *others = open_grids(data, file_name=file_name)
    return replace(first, other_sheets=tuple(grid.sheet for grid in others))


def open_grids(data: bytes, *, file_name: str) -> list[Grid]:
    """Return every sheet, table or text of a file that has a delegate header, at least one. Raises WorkbookRefused.

    `data` is an .xlsx, .xlsm, .xlsb, .xls, .ods, .docx, .csv or .txt of at most 20 MB; its content decides which,
    `file_name` only names the sheet of a text. Hidden sheets are taken when no other holds a list.
    """
    tables = _tables(data, file_name)
    grids = [table.read(None) for table in tables if table.visible and _is_list(table)]
    hidden = [table for table in tables if not table.visible]
    if grids:
        unread = tuple(f"Trang “{table.name}” đang ẩn, không đọc." for table in hidden)
        return [replace(grid, remarks=(*grid.remarks, *unread)) for grid in grids]
    grids = [
        replace(grid, remarks=(*grid.remarks, f"Trang “{grid.sheet}” đang ẩn trong tệp."))
        for table in hidden if _is_list(table) for grid in [table.read(None)]
    ]
    if not grids:
        raise WorkbookRefused(NO_LIST)
    return grids


def open_sheets(data: bytes, *, file_name: str) -> list[Grid]:
    """Return all visible sheets, tables or the text of a file, lists or not, to write its cells anew. Raises WorkbookRefused."""
    return [table.read(None) for table in _tables(data, file_name) if table.visible]


def open_pasted(text: str) -> Grid:
    """Return a range pasted from Excel, Word or a plain text. Raises WorkbookRefused when it is no list."""
    return read_pasted(text)


def _tables(data: bytes, file_name: str) -> list[Table]:
    if not data:
        raise WorkbookRefused(EMPTY)
    if len(data) > list_files.MAX_FILE_BYTES:
        raise WorkbookRefused(TOO_HEAVY)
    if data.startswith(_OLD_OFFICE):
        tables = _old_tables(data)
    elif data.startswith(b"PK"):
        tables = _package_tables(data)
    else:
        refuse_unknown(data)
        grid = read_text_table(data, name=normalise(PurePath(file_name).stem)[:31] or "Danh sách")
        tables = iter([Table(grid.sheet, True, lambda count: grid)])
    return list(tables)[:MAX_SHEETS]


def _package_tables(data: bytes) -> Iterator[Table]:
    package = Package(data)
    names = package.sizes.keys()
    if "xl/workbook.xml" in names:
        content, facts = squeeze(package)
        return _workbook_tables(content, facts, macros="xl/vbaProject.bin" in names)
    if "xl/workbook.bin" in names:
        return _workbook_tables(io.BytesIO(data), look_through_xlsb(package), macros="xl/vbaProject.bin" in names)
    if "word/document.xml" in names:
        return read_word_tables(package)
    if "content.xml" in names and b"spreadsheet" in package.read("mimetype"):
        return read_open_document(package)
    if any(name.lower().endswith((".xlsx", ".xls", ".docx", ".csv")) for name in names):
        raise WorkbookRefused("Tệp là tệp nén (.zip). Giải nén rồi tải lên từng tệp danh sách bên trong.")
    raise WorkbookRefused(UNKNOWN)


def _old_tables(data: bytes) -> Iterator[Table]:
    if old_stream(data, "EncryptedPackage") is not None:
        raise WorkbookRefused(LOCKED)
    stream = old_stream(data, "Workbook", "Book", "WORKBOOK", "BOOK")
    if stream is None:
        raise WorkbookRefused(_OLD_WORD if old_stream(data, "WordDocument") is not None else UNKNOWN)
    facts, macros = look_through_xls(stream)
    return _workbook_tables(io.BytesIO(wrap_stream(stream)), facts, macros=macros)


def _workbook_tables(file: io.BytesIO, facts: Mapping[str, SheetFacts] | list[SheetFacts], *, macros: bool) -> Iterator[Table]:
    workbook = _open(file)
    sheet_of = lru_cache(maxsize=1)(workbook.get_sheet_by_name)     # its head is looked at, then all of it
    metadata = workbook.sheets_metadata
    by_name = facts if isinstance(facts, Mapping) else dict(zip((item.name for item in metadata), facts, strict=False))
    remarks = (_MACROS,) if macros else ()
    for item in metadata:
        if item.typ is not SheetTypeEnum.WorkSheet:
            continue                        # a sheet that is one chart
        sheet = _Sheet(sheet_of, item.name, by_name.get(item.name, SheetFacts()), remarks)
        yield Table(normalise(item.name), item.visible is SheetVisibleEnum.Visible, sheet.read)


def _open(file: io.BytesIO) -> CalamineWorkbook:
    with _refusing_faults():
        file.seek(0)
        return CalamineWorkbook.from_filelike(file)


@contextmanager
def _refusing_faults() -> Iterator[None]:
    """Turn what the reader raises about a file into a refusal; its own faults come as PanicException, which is no Exception."""
    try:
        yield
    except PasswordError as error:
        raise WorkbookRefused(LOCKED) from error
    except (CalamineError, OSError) as error:
        raise WorkbookRefused(DAMAGED) from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise
        raise WorkbookRefused(DAMAGED) from error


class _Sheet:
    """A sheet of a workbook, put together from its values and what was found beside them."""

    def __init__(self, sheet_of: Callable[[str], CalamineSheet], name: str, facts: SheetFacts, remarks: tuple[str, ...]) -> None:
        self.sheet_of, self.name, self.facts, self.remarks = sheet_of, name, facts, remarks

    def read(self, count: int | None) -> Grid:
        with _refusing_faults():
            sheet = self.sheet_of(self.name)
        if sheet.total_height > MAX_ROWS:
            raise WorkbookRefused(TOO_LARGE)
        rows = cast(list[list[Cell]], sheet.to_python(skip_empty_area=False, nrows=count))
        for (row, column), text in self.facts.errors.items():
            if count is None or row < count:
                _put(rows, row, column, text)
        name = normalise(self.name)
        told = self.facts.remarks(name, height=len(rows), width=max(map(len, rows), default=0))
        merged = sheet.merged_cell_ranges or self.facts.merged
        return Grid(sheet=name, rows=rows, merged=tuple(merged), remarks=(*self.remarks, *told))


def _put(rows: list[list[Cell]], row: int, column: int, text: str) -> None:
    rows += [[] for _ in range(len(rows), row + 1)]
    rows[row] += [None] * (column + 1 - len(rows[row]))
    rows[row][column] = text


def _is_list(table: Table) -> bool:
    """Tell whether a sheet has a delegate header, in Unicode or in the letters of an old font."""
    head = table.read(_HEAD_ROWS)
    if has_header(head.rows):
        return True
    texts = [cell for row in head.rows for cell in row if isinstance(cell, str)]
    encoding = detect_encoding(texts)
    return encoding is not None and has_header(
        [[convert(cell, encoding) if isinstance(cell, str) else cell for cell in row] for row in head.rows]
    )
