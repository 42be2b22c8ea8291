"""What a list of units says: its header, then one unit a row, every fault named by line and column."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from .names import fold, normalise
from .units import KINDS

COLUMNS = {
    "code": "Mã",
    "name": "Tên",
    "kind": "Loại",
    "parent_code": "Mã cấp trên",
    "emulation_block": "Khối thi đua",
    "headcount": "Số người",
    "valid_from": "Từ ngày",
    "valid_to": "Đến ngày",
}
REQUIRED = ("code", "name", "kind")

_HEADERS = {fold(title): key for key, title in COLUMNS.items()} | {key: key for key in COLUMNS} | {
    "ma don vi": "code", "ten don vi": "name", "loai don vi": "kind",
    "ma don vi cap tren": "parent_code", "truc thuoc": "parent_code",
    "cum, khoi thi dua": "emulation_block", "bien che": "headcount", "co hieu luc tu": "valid_from", "het hieu luc": "valid_to",
}  # fmt: skip
_KINDS = {kind: kind for kind in KINDS} | {fold(label): kind for kind, label in KINDS.items()} | {
    **dict.fromkeys(("huyen", "quan", "thi xa", "thanh pho"), "district"),
    **dict.fromkeys(("xa", "phuong", "thi tran", "dac khu", "xa, phuong, dac khu"), "commune"),
    **dict.fromkeys(("so", "ban", "nganh"), "department"),
    **dict.fromkeys(("doan the", "mttq"), "mass_organization"),
}  # fmt: skip
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")
_DAY = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")


@dataclass(frozen=True)
class RowFault:
    """A fault of a list of units; `column` is the title, "" where the whole line or file is meant."""

    line: int
    column: str
    message: str


@dataclass(frozen=True)
class UnitRow:
    """One unit as listed; `values` holds only the columns the list has."""

    line: int
    code: str
    values: dict[str, Any] = field(hash=False)


def read_rows(table: Iterable[tuple[int, Sequence[Any]]]) -> tuple[list[UnitRow], list[RowFault]]:
    """The units of a table of (line, cells), its first filled line being the header; or what is wrong with it."""
    lines = [(line, cells) for line, cells in table if any(_text(cell) for cell in cells)]
    if not lines:
        return [], [RowFault(1, "", "Tệp trống.")]
    columns, faults = _header(*lines[0])
    if faults:
        return [], faults
    rows = [_row(line, cells, columns, faults) for line, cells in lines[1:]]
    first: dict[str, int] = {}
    for row in rows:
        if row.code and first.setdefault(row.code, row.line) != row.line:
            faults.append(RowFault(row.line, COLUMNS["code"], f"Mã {row.code} đã có ở dòng {first[row.code]}."))
    if not rows:
        faults.append(RowFault(lines[0][0], "", "Dưới dòng tiêu đề không có đơn vị nào."))
    return rows, faults


def _header(line: int, cells: Sequence[Any]) -> tuple[dict[int, str], list[RowFault]]:
    columns: dict[int, str] = {}
    faults = []
    for place, cell in enumerate(cells):
        key = _HEADERS.get(fold(_text(cell)))
        if key and key in columns.values():
            faults.append(RowFault(line, COLUMNS[key], f"Có hai cột “{COLUMNS[key]}”."))
        elif key:
            columns[place] = key
    missing = [key for key in REQUIRED if key not in columns.values()]
    faults += [RowFault(line, COLUMNS[key], f"Thiếu cột “{COLUMNS[key]}” ({key}) ở dòng tiêu đề.") for key in missing]
    return columns, faults


def _row(line: int, cells: Sequence[Any], columns: dict[int, str], faults: list[RowFault]) -> UnitRow:
    values: dict[str, Any] = {}
    for place, key in columns.items():
        cell = cells[place] if place < len(cells) else None
        try:
            values[key] = _READERS[key](cell)
        except ValueError as error:
            faults.append(RowFault(line, COLUMNS[key], str(error)))
            values[key] = None
    start, end = values.get("valid_from"), values.get("valid_to")
    if start and end and start > end:
        faults.append(RowFault(line, COLUMNS["valid_to"], "Đến ngày đứng trước Từ ngày."))
    return UnitRow(line, values["code"] or "", values)


def _text(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return normalise(str(cell))


def read_code(cell: Any) -> str:
    """A unit's code; raises ValueError with a sentence."""
    text = _text(cell)
    if not _CODE.fullmatch(text):
        raise ValueError(f"Mã “{text}” chỉ được gồm chữ không dấu, số, dấu chấm và gạch nối." if text else "Thiếu mã.")
    return text


def _name(cell: Any) -> str:
    text = _text(cell)
    if not text:
        raise ValueError("Thiếu tên.")
    return text


def _kind(cell: Any) -> str:
    text = _text(cell)
    kind = _KINDS.get(fold(text))
    if kind is None:
        said = f"Không có loại “{text}”." if text else "Thiếu loại."
        raise ValueError(f"{said} Ghi một trong: {', '.join(KINDS)} (hoặc {', '.join(KINDS.values())}).")
    return kind


def _parent(cell: Any) -> str | None:
    return read_code(cell) if _text(cell) else None


def _headcount(cell: Any) -> int | None:
    text = _text(cell).replace(".", "")
    if text and not (text.isascii() and text.isdigit() and len(text) < 8):
        raise ValueError(f"“{_text(cell)}” không phải số người.")
    return int(text) if text else None


def _day(cell: Any) -> date | None:
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    text = _text(cell)
    if not text:
        return None
    try:
        if found := _DAY.fullmatch(text):
            return date(int(found[3]), int(found[2]), int(found[1]))
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"“{text}” không phải ngày. Ghi như 01/07/2025.") from None


_READERS: dict[str, Any] = {
    "code": read_code, "name": _name, "kind": _kind, "parent_code": _parent, "emulation_block": _text, "headcount": _headcount,
    "valid_from": _day, "valid_to": _day,
}  # fmt: skip
