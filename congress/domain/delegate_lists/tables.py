"""From the cells of a sheet to its tables: texts in rows of equal length, and headers that stand side by side."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ..legacy_text import LegacyEncoding, convert, detect_encoding
from .headers import Header, find_header, read_header
from .records import Cell, MergedRange, NoHeader
from .synonyms import header_key
from .values import cell_text

Row = list[str]

_SEARCHED_FOR_FONTS = 300
_NAME_OPENINGS = ("họ", "tên", "ho ", "ten", "người")
_NAME_KEYS = ("name", "_family_name", "_given_name")


@dataclass
class Table:
    """A header and the texts it stands in; those of a table beside it are blank."""

    texts: list[Row]
    header: Header
    name_titles: frozenset[str]         # texts of the sheet that can head a column of names


def read_texts(rows: Sequence[Sequence[Cell]], encoding: LegacyEncoding | None = None) -> list[Row]:
    """Return the cells as normalised texts, in rows of equal length, out of an old font's letters when one is named."""
    known: dict[str, str] = {}
    width = max(map(len, rows), default=0)
    texts = []
    for row in rows:
        line = []
        for cell in row:
            if type(cell) is str:
                text = known.get(cell)
                if text is None:
                    text = known[cell] = cell_text(convert(cell, encoding) if encoding else cell)
                line.append(text)
            else:
                line.append(cell_text(cell))
        line += [""] * (width - len(line))
        texts.append(line)
    return texts


def find_old_font(rows: Sequence[Sequence[Cell]]) -> LegacyEncoding | None:
    """Return the encoding of the old font a sheet is written in, None for Unicode."""
    return detect_encoding(cell for row in rows[:_SEARCHED_FOR_FONTS] for cell in row if isinstance(cell, str))


def has_header(rows: Sequence[Sequence[Cell]]) -> bool:
    """Tell whether a sheet looks like a delegate list, in Unicode or an old font."""
    if find_header(read_texts(rows), ()) is not None:
        return True
    encoding = find_old_font(rows)
    return encoding is not None and find_header(read_texts(rows, encoding), ()) is not None


def find_name_titles(texts: Sequence[Sequence[str]]) -> frozenset[str]:
    """Return the texts of a sheet that can head a column of names."""
    candidates = (text for text in set().union(*texts) if text[:6].lower().startswith(_NAME_OPENINGS))
    return frozenset(text for text in candidates if len(text) <= 40 and header_key(text) in _NAME_KEYS)


def find_tables(
    texts: list[Row], merged: Sequence[MergedRange], *, said: Mapping[int, str], header_row: int | None
) -> list[Table]:
    """Return the tables of a sheet from left to right, each with its first header.

    `header_row` counts from 0 and is where somebody said the header begins. Raises NoHeader.
    """
    if header_row is None:
        header = find_header(texts, merged, said=said)
    else:
        header = read_header(texts, merged, row=header_row, said=said) if 0 <= header_row < len(texts) else None
    if header is None or not header.names_people:
        raise NoHeader
    names = find_name_titles(texts)
    tables: list[Table] = []
    while True:
        start = header.stop if header.stop < len(texts[0]) else max(header.columns.values(), default=0) + 1
        if not any(_stands_right(row, names, start) for row in texts):
            return [*tables, Table(texts, header, names)]
        said = {column: key for column, key in said.items() if column >= start}
        right = [[""] * start + row[start:] for row in texts]
        beside = find_header(right, merged, said=said)
        if beside is None or not beside.names_people:
            return [*tables, Table(texts, header, names)]
        edge = min(beside.columns.values())
        for row, text in _headings_over(texts, merged, edge):
            right[row][edge] = text
        tables.append(Table([row[:edge] + [""] * (len(row) - edge) for row in texts], header, names))
        texts, header = right, beside


def _stands_right(row: Row, names: frozenset[str], start: int) -> bool:
    return not names.isdisjoint(row) and not names.isdisjoint(row[start:])


def _headings_over(texts: list[Row], merged: Sequence[MergedRange], edge: int) -> Iterator[tuple[int, str]]:
    """Yield the rows whose heading is merged over both tables, with its text."""
    for (top, left), (_, right) in merged:
        if left < edge <= right and top < len(texts) and not any(texts[top][left + 1 :]):
            yield top, texts[top][left]
