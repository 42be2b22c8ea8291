"""From the grid of a sheet to the people of a list."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from . import sections
from .headers import SEARCHED_ROWS, Header, find_header, header_key
from .people import FROM_SECTION, Checks, check_person
from .records import FIELD_TITLES, Cell, Grid, Group, ListedPerson, Listing, NoHeader
from .sections import GroupFinder, Sections
from .values import cell_text, find_mark, read_sex

Row = list[str]

_NUMBERING = re.compile(r"\(?(?:\d{1,2}|[A-Z])\)?")
_NAME_OPENINGS = ("họ", "tên", "ho ", "ten", "người")
_WIDE = 3                   # a merge over so many columns makes a heading of a row
# One person's own: never filled down through merged cells.
_OWN = frozenset({
    "_number", "name", "_family_name", "_given_name", "born", "_born_male", "_born_female", "sex", "_sex_male",
    "_sex_female", "phone", "email", "id_number",
})
_WORDS_FOR_SEX = {"male": "Nam", "female": "Nữ"}
MAX_NOTES = 50


def read_listing(
    grid: Grid, *, file_name: str, groups: Sequence[Group], known_units: Mapping[str, str] | None, today: date
) -> Listing:
    """Read the people of a sheet, in their order, each with the faults found in its cells.

    `known_units` maps folded names (names.fold) to names; None leaves units unchecked. Raises NoHeader.
    """
    texts = read_texts(grid.rows)
    width = len(texts[0]) if texts else 0
    merged = tuple(sorted(area for area in grid.merged if area[0][0] < len(texts) and area[0][1] < width))
    grid = replace(grid, merged=merged)
    header = find_header(texts, merged)
    if header is None:
        raise NoHeader
    checks = Checks(GroupFinder(groups), known_units, today, dict(header.titles))
    return _Reader(grid, texts, header, checks).listing(file_name)


def has_header(rows: Sequence[Sequence[Cell]]) -> bool:
    """Tell whether a sheet looks like a delegate list."""
    return find_header(read_texts(rows[:SEARCHED_ROWS]), ()) is not None


def read_texts(rows: Sequence[Sequence[Cell]]) -> list[Row]:
    """Return the cells as normalised texts, in rows of equal length."""
    known: dict[str, str] = {}
    width = max(map(len, rows), default=0)
    texts = []
    for row in rows:
        line = []
        for cell in row:
            if type(cell) is str:
                text = known.get(cell)
                if text is None:
                    text = known[cell] = cell_text(cell)
                line.append(text)
            else:
                line.append(cell_text(cell))
        line += [""] * (width - len(line))
        texts.append(line)
    return texts


class _Reader:
    """Walks down the rows below the header, knowing which sections are open."""

    def __init__(self, grid: Grid, texts: list[Row], header: Header, checks: Checks) -> None:
        self.grid, self.texts, self.checks = grid, texts, checks
        self.sections = Sections()
        self.people: list[ListedPerson] = []
        self.notes = [f"Trang “{name}” cũng có danh sách; chỉ đọc trang “{grid.sheet}”." for name in grid.other_sheets]
        self.closing = False            # inside a signature block
        self.wide = {
            top for (top, left), (_, right) in grid.merged if right - left + 1 >= _WIDE
        }
        self.name_headers = {
            text for text in set().union(*texts)
            if text[:6].lower().startswith(_NAME_OPENINGS) and _is_name_header(text)
        }
        self._take_header(header)

    def listing(self, file_name: str) -> Listing:
        index = self.header.end + 1
        while index < len(self.texts):
            row = self.texts[index]
            if any(row) and not self._repeats_header(row):
                later = self._later_header(index, row)
                if later is not None:
                    index = later
                    continue
                self._read_row(index, row)
            index += 1
        notes = self.notes[:MAX_NOTES]
        if len(self.notes) > MAX_NOTES:
            notes.append(f"Còn {len(self.notes) - MAX_NOTES} dòng khác không được đọc.")
        columns = tuple((key, title) for key, title in self.header.titles.items() if key in FIELD_TITLES)
        return Listing(file_name, self.grid.sheet, tuple(self.people), columns, tuple(notes))

    def _take_header(self, header: Header) -> None:
        self.header = header
        self.notes += [note for note in header.notes if note not in self.notes]
        self.number = header.columns.get("_number")
        self.header_rows = {tuple(row) for row in self.texts[header.start : header.end + 1]}  # a merge may reach below the sheet
        self.closing = False
        self._fill_down()

    def _fill_down(self) -> None:
        """Write the text of a vertically merged cell into every row it covers, below this header."""
        shared = {column for key, column in self.header.columns.items() if key not in _OWN}
        reached: dict[int, int] = {}        # merges cannot overlap; a file that says so must not cost the square
        for (top, left), (bottom, right) in self.grid.merged:
            if left not in shared or left != right or not max(self.header.end, reached.get(left, 0)) < top < bottom:
                continue
            reached[left] = bottom
            if self.name_headers.isdisjoint(self.texts[top]):           # not a header repeated below
                for index in range(top + 1, min(bottom + 1, len(self.texts))):
                    self.texts[index][left] = self.texts[top][left]

    def _repeats_header(self, row: Row) -> bool:
        if tuple(row) in self.header_rows:
            return True
        filled = [text for text in row if text]
        return len(filled) >= 3 and all(_NUMBERING.fullmatch(text) for text in filled)

    def _later_header(self, index: int, row: Row) -> int | None:
        """Take over a second table's header; return the row below it."""
        if self.name_headers.isdisjoint(row):
            return None
        header = find_header(self.texts[: index + 3], self.grid.merged, start=index)
        if header is None or header.start > index or "name" not in header.titles:
            return None
        self._take_header(header)
        return header.end + 1

    def _read_row(self, index: int, row: Row) -> None:
        number = row[self.number] if self.number is not None else ""
        filled = [column for column, text in enumerate(row) if text and column != self.number]
        if not filled and self.number is not None and not sections.is_number(number.strip(" .)")):
            filled, number = [self.number], ""      # a heading merged from the number column on
        if not filled or self._is_aside(row, number, filled):
            return
        words = row[filled[0]]
        marker, heading = sections.split_marker(number, words)
        lone = len(filled) == 1 or (len(filled) == 2 and marker and not sections.is_number(marker))
        if lone and self._read_lone(index, marker, heading, filled[0]):
            return
        if self.closing and (len(filled) < 3 or (self.number is not None and not number)):
            return
        self.closing = False
        self._add_person(index, row)

    def _is_aside(self, row: Row, number: str, filled: Sequence[int]) -> bool:
        """Tell totals and signature blocks, which name nobody."""
        if len(filled) > 3 or (number and number[0].isdigit()):
            return False
        texts = [number, *(row[column] for column in filled)]
        if any(sections.is_closing(text) for text in texts if text):
            self.closing = True
            return True
        return sections.is_total(row[filled[0]])

    def _read_lone(self, index: int, marker: str, heading: str, column: int) -> bool:
        """Read a row of one text as a section; return False when it is a person with nothing but a name."""
        meaning = sections.read_heading(heading, self.checks.groups)
        known = any(meaning[:3])
        if self.closing and not (known and marker):
            return True
        counted = sections.is_number(marker)
        if not known and index not in self.wide and (counted or not marker):
            if counted and column in (self.header.columns.get("name"), self.header.columns.get("_family_name")):
                return False
            self._remark(index, heading, "không đọc được như một đại biểu, đã bỏ qua")
            return True
        if known or marker:
            self.closing = False
            self.sections.enter(marker, meaning)
        if meaning.by_unit_word:
            self._remark(index, heading, "được hiểu là tên đoàn của các dòng bên dưới")
        elif not known:
            self._remark(index, heading, "không rõ là thành phần hay đoàn, đã bỏ qua")
        return True

    def _remark(self, index: int, words: str, what: str) -> None:
        self.notes.append(f"Dòng {index + self.grid.first_row}: “{words}” {what}.")

    def _add_person(self, index: int, row: Row) -> None:
        texts = self._gather(row)
        group, delegation = self.sections.group, self.sections.delegation
        for field, value in (("group", group), ("delegation", delegation), ("capacity", self.sections.capacity)):
            if value:
                texts[FROM_SECTION[field]] = value
        cells = [text for column, text in enumerate(row) if column != self.number]
        while cells and not cells[-1]:
            cells.pop()
        self.people.append(check_person(
            sheet=self.grid.sheet, row=index + self.grid.first_row, texts=texts, checks=self.checks,
            cells=(*cells, group or "", delegation or ""),
        ))

    def _gather(self, row: Row) -> dict[str, str]:
        """Return the texts by field, with divided names, dates and sex marks put together."""
        columns = self.header.columns
        texts = {key: row[column] for key, column in columns.items() if key[0] != "_"}
        if "_given_name" in columns and "_family_name" in columns:
            texts.setdefault("name", f"{row[columns['_family_name']]} {row[columns['_given_name']]}".strip())
        born = {side: row[columns[key]] for side in _WORDS_FOR_SEX if (key := f"_born_{side}") in columns}
        marks = {side: row[columns[key]] for side in _WORDS_FOR_SEX if (key := f"_sex_{side}") in columns}
        if born:
            written = {side: text for side, text in born.items() if text}
            texts.setdefault("born", " và ".join(text for text in written.values()))
            texts.setdefault("sex", _WORDS_FOR_SEX[next(iter(written))] if len(written) == 1 else "")
        if marks:
            texts.setdefault("sex", _marked_sex(marks))
        return texts


def _marked_sex(marks: Mapping[str, str]) -> str:
    """Return Nam or Nữ by the column that is marked; a text read_sex refuses when it is both or not a mark."""
    marked = []
    for side, text in marks.items():
        is_marked = True if read_sex(text).value == side else find_mark(text)
        if is_marked is None:
            return text
        if is_marked:
            marked.append(_WORDS_FOR_SEX[side])
    if len(marks) == 1 and not marked:      # a single column "Nữ": blank is a man
        return next(word for side, word in _WORDS_FOR_SEX.items() if side not in marks)
    return " và ".join(marked)


def _is_name_header(text: str) -> bool:
    return len(text) <= 40 and header_key(text) in ("name", "_family_name", "_given_name")
