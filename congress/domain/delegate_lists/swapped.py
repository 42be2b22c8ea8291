"""Dates whose day and month Excel changed round: typed day first where Excel expected the month first."""

from collections.abc import Sequence
from datetime import date

from .records import Cell
from .values import cell_text, read_born

_ENOUGH = 3
_SENTENCE = (
    "Cột ngày sinh có ô là ngày của Excel, có ô là chữ; mọi ngày của Excel đều không quá 12, mọi ô chữ đều quá 12. "
    "Có thể Excel đã đổi chỗ ngày và tháng; đối chiếu vài người trước khi nhập."
)


def find_swapped_dates(rows: Sequence[Sequence[Cell]], column: int | None) -> list[str]:
    """Return a sentence when real dates all have a day up to 12 and typed ones all a day over 12, as Excel leaves them."""
    if column is None:
        return []
    real, typed = 0, 0
    for row in rows:
        cell = row[column] if column < len(row) else None
        if isinstance(cell, date):
            real += 1
            if cell.day > 12:
                return []
        elif isinstance(cell, str) and "/" in cell and (born := read_born(cell_text(cell)).value) and len(born) == 10:
            typed += 1
            if int(born[8:]) <= 12:
                return []
    return [_SENTENCE] if real >= _ENOUGH and typed >= _ENOUGH else []
