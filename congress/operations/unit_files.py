"""Files of units: their lines and cells, and what is said when a list is not right."""

import csv
from collections.abc import Iterator, Sequence
from io import BytesIO, StringIO
from typing import Any

from python_calamine import CalamineError, load_workbook

from ..domain.refusals import Refused
from ..domain.unit_lists import RowFault


class UnitFaults(Refused):
    """A list of units is not right, and nothing of it was written: `faults` names every fault by line and column."""

    def __init__(self, faults: list[RowFault]) -> None:
        self.faults = sorted(faults, key=lambda fault: fault.line)
        more = f" Còn {len(faults) - 1} lỗi nữa." if len(faults) > 1 else ""
        super().__init__("unit_faults", f"Danh sách đơn vị có lỗi. {say_fault(self.faults[0])}{more}", "file")


def say_fault(fault: RowFault) -> str:
    """A fault in one line: "dòng 12, cột Loại: …"."""
    return f"dòng {fault.line}{f', cột {fault.column}' if fault.column else ''}: {fault.message}"


def read_table(data: bytes, file_name: str) -> Iterator[tuple[int, Sequence[Any]]]:
    """Line and cells of each line of a CSV (UTF-8; comma, semicolon or tab) or of an XLSX's first sheet; raises UnitFaults."""
    if data[:4] == b"PK\x03\x04" or file_name.lower().endswith((".xlsx", ".xls")):
        try:
            sheet = load_workbook(BytesIO(data)).get_sheet_by_index(0)
        except (CalamineError, OSError):
            raise UnitFaults([RowFault(1, "", "Không mở được tệp Excel. Lưu lại dạng .xlsx rồi thử lại.")]) from None
        yield from enumerate(sheet.to_python(skip_empty_area=False), 1)
        return
    try:
        text = data.decode("utf-8-sig")
        yield from _csv_rows(text)
    except (UnicodeDecodeError, csv.Error):
        raise UnitFaults(
            [RowFault(1, "", "Tệp CSV không phải UTF-8 hoặc bị hỏng. Lưu lại dạng “CSV UTF-8” rồi thử lại.")]
        ) from None


def _csv_rows(text: str) -> Iterator[tuple[int, Sequence[str]]]:
    head = text.lstrip().partition("\n")[0]
    separator = max(",;\t", key=head.count)
    reader = csv.reader(StringIO(text, newline=""), delimiter=separator)
    line = 1
    for cells in reader:
        yield line, cells
        line = reader.line_num + 1
