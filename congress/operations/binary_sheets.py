"""Looking through the records of .xls and .xlsb sheets before they are opened: far cells refused, facts gathered."""

import struct
from collections.abc import Iterator
from contextlib import contextmanager

from .list_files import DAMAGED, TOO_LARGE, SheetFacts, WorkbookRefused, too_far
from .packages import Package
from .sheet_parts import relations

_ERROR_TEXTS = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"}

# .xls (BIFF): records of a two-byte kind and a two-byte length; a cell begins with its row and column.
_BOF, _SHEET_NAME, _MACROS, _SIZE, _TEXTS = 0x0809, 0x0085, 0x00D3, 0x0200, 0x00FC
_ROW, _COLUMNS, _FILTERED, _ERROR_CELL, _FORMULA, _SEVERAL = 0x0208, 0x007D, 0x009B, 0x0205, 0x0006, 0x00BD
_FILLED = frozenset((0x0203, 0x0204, 0x0205, 0x027E, 0x00BD, 0x00D6, 0x00FD, 0x0006, 0x0206, 0x0406))

# .xlsb (BIFF12): kinds and lengths of variable size; a row stands before its cells, a cell begins with its column.
_B_ROW, _B_FILLED, _B_ERRORS, _B_SHEET = 0, frozenset((*range(2, 12), *range(13, 19))), (3, 11), 156
_B_MERGE, _B_COLUMNS, _B_FILTERED = 176, 60, 163
_FREE, _END, _TABLE = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SECTOR = 4096


def old_stream(data: bytes, *names: str) -> bytes | None:
    """Return the first of the named streams of an old office file (.xls, .doc), None when it has none of them.

    Raises WorkbookRefused when the file is cut off or its sectors run in a circle.
    """
    with _refusing_short_records():
        return _Sectors(data).find(names)


@contextmanager
def _refusing_short_records() -> Iterator[None]:
    try:
        yield
    except (struct.error, IndexError) as error:
        raise WorkbookRefused(DAMAGED) from error


class _Sectors:
    """An old office file: sectors in chains, a directory of names. Streams under 4,096 bytes lie in a chain of their own."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.size = 1 << min(struct.unpack_from("<H", data, 30)[0], 12)
        (directory, _, self.small_below, small_table, _, more, _) = struct.unpack_from("<7I", data, 48)
        tables = list(struct.unpack_from("<109I", data, 76))
        seen: set[int] = set()
        while more < _END and more not in seen:
            seen.add(more)
            *some, more = struct.unpack(f"<{self.size // 4}I", self.sector(more))
            tables += some
        tables = [table for table in tables if table < _END][: len(data) // self.size * 4 // self.size + 1]
        self.next = [place for table in tables for place in self._places(self.sector(table))]
        self.directory = self.chain(directory)
        self.small_next = self._places(self.chain(small_table)) if small_table < _END else []

    def _places(self, content: bytes) -> list[int]:
        return list(struct.unpack(f"<{len(content) // 4}I", content))

    def sector(self, number: int) -> bytes:
        content = self.data[(number + 1) * self.size : (number + 2) * self.size]
        return content.ljust(self.size, b"\0") if content else b""

    def chain(self, start: int) -> bytes:
        parts, left = [], len(self.next)
        while start < _END and left >= 0:
            parts.append(self.sector(start))
            start, left = self.next[start], left - 1
        if left < 0:
            raise IndexError(start)
        return b"".join(parts)

    def find(self, names: tuple[str, ...]) -> bytes | None:
        entries = [self.directory[place : place + 128] for place in range(0, len(self.directory) - 127, 128)]
        named = {_entry_name(entry): entry for entry in entries}
        entry = next((named[name] for name in names if name in named), None)
        if entry is None:
            return None
        start, size = struct.unpack_from("<2I", entry, 116)
        if size >= self.small_below:
            return self.chain(start)[:size]
        return self._small(struct.unpack_from("<I", entries[0], 116)[0], start, size)

    def _small(self, root: int, start: int, size: int) -> bytes:
        content, parts, left = self.chain(root), [], len(self.small_next)
        while start < _END and left >= 0:
            parts.append(content[start * 64 : start * 64 + 64])
            start, left = self.small_next[start], left - 1
        return b"".join(parts)[:size]


def _entry_name(entry: bytes) -> str:
    return entry[: max(struct.unpack_from("<H", entry, 64)[0] - 2, 0)].decode("utf-16-le", "replace")


def wrap_stream(stream: bytes) -> bytes:
    """Return an old office file with nothing but a workbook stream, in sectors one after the other.

    The reader trusts a file's own tables, and ends the whole program when they ask for more memory than there is.
    """
    count = max(-(-len(stream) // _SECTOR), 1)
    tables = -(-(count + 1) // (_SECTOR // 4 - 1))      # a table holds a place for itself too
    chain = [*range(1, count), _END, _END, *[_TABLE] * tables]
    directory = b"".join((      # the root may not be without a sector; nothing of its own is in it
        _entry("Root Entry", 5, 1, 0, 0), _entry("Workbook", 2, _FREE, 0, max(len(stream), _SECTOR)),
    ))
    header = _OLD_OFFICE + bytes(16) + struct.pack("<5H", 0x3E, 4, 0xFFFE, 12, 6) + bytes(6) + struct.pack(
        "<10I", 1, tables, count, 0, _SECTOR, _END, 0, _END, 0, count + 1
    )
    places = range(count + 2, count + 1 + tables)
    header += struct.pack(f"<{len(places)}I", *places)
    table = struct.pack(f"<{len(chain)}I", *chain)
    return b"".join((
        header.ljust(512, b"\xff").ljust(_SECTOR, b"\0"), stream.ljust(count * _SECTOR, b"\0"), directory.ljust(_SECTOR, b"\0"),
        table.ljust(tables * _SECTOR, b"\xff"),
    ))


def _entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
    written = (name + "\0").encode("utf-16-le")
    head = written.ljust(64, b"\0") + struct.pack("<HBB3I", len(written), kind, 1, _FREE, _FREE, child)
    return head + bytes(36) + struct.pack("<2I", start, size) + bytes(4)


def look_through_xls(stream: bytes) -> tuple[list[SheetFacts], bool]:
    """Return the facts of the sheets of an .xls workbook stream in their order, and whether it carries macros.

    Raises WorkbookRefused when a filled cell lies too far away.
    """
    starts: dict[int, SheetFacts] = {}
    current: SheetFacts | None = None
    macros = False
    for place, kind, size, record in _old_records(stream):
        if kind == _SHEET_NAME:
            starts[struct.unpack_from("<I", record)[0]] = SheetFacts()
        elif kind == _MACROS:
            macros = True
        elif kind == _BOF:
            current = starts.get(place, current)
        elif kind in (_SIZE, _TEXTS):
            _check_counts(record, len(stream), rows_of=("<4H" if size < 14 else "<2I2H") if kind == _SIZE else None)
        elif current is not None:
            _take_old(kind, record, current)
    return list(starts.values()), macros


def _check_counts(record: bytes, length: int, *, rows_of: str | None) -> None:
    """Refuse the numbers for which the reader sets memory aside before it has seen a cell: of texts, of rows and columns."""
    if rows_of is None:
        possible = struct.unpack_from("<I", record, 4)[0] <= length // 3
    else:
        first_row, last_row, first_column, last_column = struct.unpack_from(rows_of, record)
        possible = first_row <= last_row <= 65_536 and first_column <= last_column <= 256
    if not possible:
        raise WorkbookRefused(DAMAGED)


def _old_records(stream: bytes) -> Iterator[tuple[int, int, int, bytes]]:
    """Yield place, kind, size and content of the records, these filled up to 16 bytes."""
    place, end = 0, len(stream) - 4
    while place <= end:
        kind, size = struct.unpack_from("<HH", stream, place)
        record = stream[place + 4 : place + 4 + size]
        if len(record) == size:
            yield place, kind, size, record.ljust(16, b"\0") if size < 16 else record
        place += 4 + size


def _take_old(kind: int, record: bytes, facts: SheetFacts) -> None:
    if kind in _FILLED:
        row, column = struct.unpack_from("<HH", record)
        if too_far(row, column + max(len(record) // 6 - 2, 0) if kind == _SEVERAL else column):
            raise WorkbookRefused(TOO_LARGE)
        if kind == _ERROR_CELL and record[7] or kind == _FORMULA and record[6] == 2 and record[12:14] == b"\xff\xff":
            code = record[6] if kind == _ERROR_CELL else record[8]
            facts.errors[row, column] = _ERROR_TEXTS.get(code, "#REF!")
    elif kind == _ROW and record[12] & 0x20:
        facts.hidden_rows.add(struct.unpack_from("<H", record)[0])
    elif kind == _COLUMNS and record[8] & 1:
        first, last = struct.unpack_from("<HH", record)
        facts.hidden_columns |= set(range(first, min(last, 255) + 1))
    elif kind == _FILTERED:
        facts.filtered = True


def look_through_xlsb(package: Package) -> dict[str, SheetFacts]:
    """Return the facts of the sheets of an .xlsb by name. Raises WorkbookRefused when a filled cell lies too far away."""
    targets = relations(package, "xl/_rels/workbook.bin.rels")
    parts = {name.lower(): name for name in package.sizes}
    facts = {}
    with _refusing_short_records():
        for kind, record in _records(package.read("xl/workbook.bin")):
            if kind == _B_SHEET:
                link, rest = _wide_text(record[8:])
                part = parts.get(targets.get(link, ""), "")
                facts[_wide_text(rest)[0]] = _look_through(package.read(part))
    return facts


def _wide_text(record: bytes) -> tuple[str, bytes]:
    size = 2 * struct.unpack_from("<I", record.ljust(4, b"\0"))[0]
    return record[4 : 4 + size].decode("utf-16-le", "replace"), record[4 + size :]


def _look_through(part: bytes) -> SheetFacts:
    facts, row = SheetFacts(), 0
    for kind, record in _records(part):
        if kind == _B_ROW:
            row = struct.unpack_from("<I", record)[0]
            if record[11] & 0x10:
                facts.hidden_rows.add(row)
        elif kind in _B_FILLED:
            column = struct.unpack_from("<I", record)[0]
            if too_far(row, column):
                raise WorkbookRefused(TOO_LARGE)
            if kind in _B_ERRORS:
                facts.errors[row, column] = _ERROR_TEXTS.get(record[8], "#REF!")
        elif kind == _B_MERGE:
            top, bottom, left, right = struct.unpack_from("<4I", record)
            facts.merged.append(((top, left), (bottom, right)))
        elif kind == _B_COLUMNS and record[16] & 1:
            first, last = struct.unpack_from("<2I", record)
            facts.hidden_columns |= set(range(first, min(last, 255) + 1))
        elif kind == _B_FILTERED:
            facts.filtered = True
    return facts


def _records(part: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield kind and content of the records of an .xlsb part; numbers are written seven bits to a byte."""
    place, end = 0, len(part)
    while place < end:
        kind = part[place]
        place += 1
        if kind & 0x80 and place < end:
            kind = kind & 0x7F | part[place] << 7
            place += 1
        size, shift = 0, 0
        while place < end and shift < 28:
            size |= (part[place] & 0x7F) << shift
            place, shift = place + 1, shift + 7
            if not part[place - 1] & 0x80:
                break
        record = part[place : place + size]
        yield kind, record if size >= 18 else record.ljust(18, b"\0")
        place += size
