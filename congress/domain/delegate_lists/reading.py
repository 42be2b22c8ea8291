"""From the grid of a sheet to the people of a list."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import cast

from ..legacy_text import LegacyEncoding
from ..names import fold, normalise
from . import sections
from .headers import PARTS, Header, find_header
from .name_cells import looks_like_name
from .people import FROM_SECTION, OLD_FONT, Checks, check_person
from .records import FIELD_TITLES, Grid, Group, HeaderView, ListedPerson, Listing, SectionView
from .rows import OWN, gather_row, name_columns, split_title, typed_name
from .sections import GroupFinder, Sections
from .swapped import find_swapped_dates
from .tables import Row, Table, find_old_font, find_tables, read_texts

# "(1)", "A", "Cột 3", "4=1+2" under the titles, or a line drawn with signs.
_NUMBERING = re.compile(r"(?:[Cc]ột )?\(?(?:\d{1,2}|[A-Z])\)?(?:\s*=[\s\d+*/()x:-]+)?|[:=_-]{2,}")
_WIDE = 3                   # a merge over so many columns makes a heading of a row
MAX_NOTES = 50


@dataclass(frozen=True)
class Said:
    """What somebody said about a list, which wins over what it looks like."""

    mapping: Mapping[int, str]
    sections: Mapping[int, str]
    encoding: str | None    # tcvn3, vni; "" leaves the texts as they are, None is not said
    split_title_unit: bool


def read_listing(
    grid: Grid,
    *,
    file_name: str,
    groups: Sequence[Group],
    known_units: Mapping[str, str] | None,
    today: date,
    mapping: Mapping[int, str] | None = None,
    sections: Mapping[int, str] | None = None,
    header_row: int | None = None,
    encoding: str | None = None,
    split_title_unit: bool = False,
) -> Listing:
    """Read the people of a sheet, in their order, each with the faults found in its cells.

    `known_units` maps folded names (names.fold) to names; None leaves units unchecked. What somebody said about the
    list wins over what it looks like: `mapping` from column (from 0) to a key of COLUMN_TITLES, "" for not reading it;
    `sections` from Excel's row of a heading to a meaning as in SectionView; `header_row`, Excel's number of the first row
    of the header; `encoding` "tcvn3" or "vni", the old font texts are converted from, or "" for leaving them as they are;
    `split_title_unit`, whether "Chức vụ, đơn vị công tác" is divided at its last comma.
    Raises NoHeader, and ValueError for a key or a meaning there is not.
    """
    said = Said(mapping or {}, sections or {}, encoding, split_title_unit)
    old_font = cast(LegacyEncoding, encoding) if encoding else find_old_font(grid.rows)
    texts = read_texts(grid.rows, None if encoding == "" else old_font)
    width = len(texts[0]) if texts else 0
    merged = tuple(sorted(area for area in grid.merged if area[0][0] < len(texts) and area[0][1] < width))
    first = None if header_row is None else header_row - grid.first_row
    tables = find_tables(texts, merged, said=said.mapping, header_row=first)
    grid = replace(grid, merged=merged)
    checks = Checks(GroupFinder(groups), known_units, today, {})
    readers = [_Reader(grid, table, checks, said, beside) for beside, table in enumerate(tables)]
    return _join(readers, grid, file_name, old_font)


def _join(readers: "Sequence[_Reader]", grid: Grid, file_name: str, old_font: LegacyEncoding | None) -> Listing:
    """Read every table and put them into one listing, from left to right."""
    people: list[ListedPerson] = []
    tables: list[Mapping[str, int]] = []
    notes = [*grid.remarks]
    notes += [f"Trang “{name}” cũng có danh sách; chỉ đọc trang “{grid.sheet}”." for name in grid.other_sheets]
    if len(readers) > 1:
        notes.append(f"Trang có {len(readers)} bảng đặt cạnh nhau; đọc từng bảng từ trái sang phải.")
    for reader in readers:
        reader.old_font = old_font
        reader.read()
        people += [replace(person, table=person.table + len(tables)) for person in reader.people] if tables else reader.people
        tables += reader.places
        notes += [note for note in reader.notes if note not in notes]
    if old_font and readers[0].said.encoding is None:
        notes.insert(0, f"Danh sách viết bằng phông chữ cũ ({_FONTS[old_font]}). Chọn chuyển sang Unicode rồi đọc lại.")
    first = readers[0].first
    if len(notes) > MAX_NOTES:
        notes = [*notes[:MAX_NOTES], f"Còn {len(notes) - MAX_NOTES} ghi chú khác."]
    views = tuple(view for reader in readers for view in reader.first.views)
    return Listing(
        file_name, grid.sheet, tuple(people), notes=tuple(notes), tables=tuple(tables), encoding=old_font,
        columns=tuple((key, title) for key, title in first.titles.items() if key in FIELD_TITLES),
        header=HeaderView(first.start + grid.first_row, first.end + grid.first_row, views, first.title_unit),
        sections=tuple({section.row: section for reader in readers for section in reader.views}.values()),
    )


_FONTS = {"tcvn3": "TCVN3, .VnTime", "vni": "VNI-Times"}


class _Reader:
    """Walks down the rows below a header, knowing which sections are open."""

    def __init__(self, grid: Grid, table: Table, checks: Checks, said: Said, beside: int) -> None:
        self.grid, self.texts, self.first, self.beside = grid, table.texts, table.header, beside
        self.checks, self.said = checks, said
        self.sections = Sections()
        self.people: list[ListedPerson] = []
        self.places: list[Mapping[str, int]] = []
        self.notes: list[str] = []
        self.views: list[SectionView] = []
        self.old_font: LegacyEncoding | None = None
        self.closing = False            # inside a signature block
        self.above: dict[str, str] = {}  # what the person above has in the columns people share
        self.wide = {top for (top, left), (_, right) in grid.merged if right - left + 1 >= _WIDE}
        self.name_titles = table.name_titles
        self._take_header(table.header)
        self._read_titles(table.header.start)

    def read(self) -> None:
        """Read the rows below the header, with those of later headers."""
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
        last = max((person.row for person in self.people), default=0)
        self.views = [view for view in self.views if view.row < last or view.meaning != "ignore"]   # over nobody: no question
        self.notes += find_swapped_dates(self.grid.rows[self.first.end + 1 :], self.first.columns.get("born"))

    def _read_titles(self, end: int) -> None:
        """Let the title above the header say what everybody is, where no section below says otherwise."""
        groups, titled = self.checks.groups, "group" not in self.first.columns
        above = [] if self.beside else [self.grid.sheet, *self.grid.above]
        lines = [(place - len(above), normalise(text)) for place, text in enumerate(above)]
        for index, text in lines + [(top, text) for top in range(end) for text in self.texts[top] if text]:
            said = self.said.sections.get(index + self.grid.first_row)
            heading = sections.read_heading_above(text, groups)
            if heading is not None:
                marker, meaning = heading
                words = sections.split_marker("", text)[1]
                meaning = meaning if said is None else sections.take_meaning(said, words, groups)
                self.sections.enter(marker, meaning)
                self._tell_section(index, words, meaning, said is not None)
            elif titled and (title := sections.read_list_title(text, groups)) is not None:
                title = title if said is None else sections.take_meaning(said, text, groups)
                self.sections.start(title)
                self._remark(index, text, "được hiểu là thành phần của cả danh sách")
                self.views.append(sections.view_section(index + self.grid.first_row, text, title, said=said is not None))

    def _take_header(self, header: Header) -> None:
        self.header = header
        self.checks = replace(self.checks, titles=dict(header.titles))
        self.places.append(_places(header))
        self.notes += [note for note in header.notes if note not in self.notes]
        self.number = header.columns.get("_number")
        self.header_rows = {tuple(row) for row in self.texts[header.start : header.end + 1]}  # a merge may reach below the sheet
        column, last = self.number, len(self.texts) - 1
        numbered = (i for i in range(last, header.end, -1) if column is not None and self._number_at(i, column))
        self.last_number = next(numbered, 0)    # 0 where rows have no numbers
        self.left_out = {self.number} | {view.index for view in header.views if sections.plain(view.title) == "loi"}
        self.title_unit = header.title_unit if self.said.split_title_unit else None
        self.closing = False
        self._fill_down()

    def _number_at(self, index: int, column: int) -> bool:
        return sections.is_number(self.texts[index][column].strip(" .)"))

    def _fill_down(self) -> None:
        """Write the text of a vertically merged cell into every row it covers, below this header."""
        shared = {column for key, column in self.header.columns.items() if key not in OWN}
        reached: dict[int, int] = {}        # merges cannot overlap; a file that says so must not cost the square
        for (top, left), (bottom, right) in self.grid.merged:
            if left not in shared or left != right or not max(self.header.end, reached.get(left, 0)) < top < bottom:
                continue
            reached[left] = bottom
            if self.name_titles.isdisjoint(self.texts[top]):            # not a header repeated below
                for index in range(top + 1, min(bottom + 1, len(self.texts))):
                    self.texts[index][left] = self.texts[top][left]

    def _repeats_header(self, row: Row) -> bool:
        if tuple(row) in self.header_rows:
            return True
        filled = [text for text in row if text]
        return len(filled) >= 3 and all(_NUMBERING.fullmatch(text) for text in filled)

    def _later_header(self, index: int, row: Row) -> int | None:
        """Take over a second table's header; return the row below it."""
        if self.name_titles.isdisjoint(row):
            return None
        titles = {fold(view.title): self.said.mapping[view.index] for view in self.first.views if view.index in self.said.mapping}
        said = {column: titles[fold(text)] for column, text in enumerate(row) if text and fold(text) in titles}
        header = find_header(self.texts[: index + 3], self.grid.merged, start=index, said=said)
        if header is None or header.start > index or "name" not in header.titles:
            return None
        self._take_header(header)
        return header.end + 1

    def _read_row(self, index: int, row: Row) -> None:
        number = row[self.number] if self.number is not None else ""
        filled = [column for column, text in enumerate(row) if text and column not in self.left_out]
        if not filled and self.number is not None and not sections.is_number(number.strip(" .)")):
            filled, number = [self.number], ""      # a heading merged from the number column on
        if not filled or self._is_aside(index, row, number, filled):
            return
        marker, heading = sections.split_marker(number, row[filled[0]])
        if len(filled) == 1 and sections.is_number(marker) and self._is_prefilled(index, filled[0]):
            self._remark(index, row[filled[0]], "không có họ và tên, đã bỏ qua")
            return
        if self._stands_alone(row, marker, filled) and self._read_lone(index, marker, heading, filled[0]):
            return
        if self.closing and (len(filled) < 3 or (self.number is not None and not number)):
            return
        if len(filled) <= 2 and not number and self.last_number and not any(row[column] for column in name_columns(self.header)):
            self._remark(index, row[filled[0]], "không đọc được như một đại biểu, đã bỏ qua")
            return
        self.closing = False
        self._add_person(index, row)

    def _is_prefilled(self, index: int, column: int) -> bool:
        """Tell a numbered row that waits for its person: its one text stands behind the name, merged with nothing."""
        columns = self.header.columns
        shared = column in (columns.get("group"), columns.get("delegation"), columns.get("unit"))
        return shared and index not in self.wide and column > max(name_columns(self.header))

    def _stands_alone(self, row: Row, marker: str, filled: Sequence[int]) -> bool:
        """Tell a row of one text, perhaps with how many people come below it, or the same text in all its cells."""
        first = row[filled[0]]
        if all(row[column] == first for column in filled) or (len(filled) == 2 and sections.is_section_marker(marker)):
            return True
        return all(sections.is_count(row[column]) for column in filled[1:]) and any(
            sections.read_heading(first, self.checks.groups)[:3]
        )

    def _is_aside(self, index: int, row: Row, number: str, filled: Sequence[int]) -> bool:
        """Tell totals and signature blocks, which name nobody."""
        if number and number[0].isdigit():
            return False
        if sections.is_example(number):
            self._remark(index, row[filled[0]], "là dòng ví dụ, đã bỏ qua")
            return True
        texts = [number] * bool(number) + [row[column] for column in filled]
        if sections.is_total(texts[0]) and all(sections.is_count(text) for text in texts[1:]):
            return True
        if len(filled) > 3:
            return False
        signed = index > self.last_number > 0 and len(texts) > 1 and all(text.isupper() for text in texts)
        if signed or any(sections.is_closing(text) for text in texts):
            self.closing = True
            return True
        return sections.is_total(texts[0]) or (len(texts) == 1 and sections.is_page_number(texts[0]))

    def _read_lone(self, index: int, marker: str, heading: str, column: int) -> bool:
        """Read a row of one text as a section; return False when it is a person with nothing but a name."""
        meaning = sections.read_heading(heading, self.checks.groups)
        said = self.said.sections.get(index + self.grid.first_row)
        known = any(meaning[:3])
        if said is not None:
            meaning = sections.take_meaning(said, heading, self.checks.groups)
        elif self.closing and not (known and marker):
            return True
        elif not known and index not in self.wide and (sections.is_number(marker) or not marker):
            named = column in name_columns(self.header)
            if named and (sections.is_number(marker) or (not self.last_number and looks_like_name(heading))):
                return False
            self._remark(index, heading, "không đọc được như một đại biểu, đã bỏ qua")
            if not marker and heading[0].isalpha():
                self.views.append(sections.view_section(index + self.grid.first_row, heading, meaning, said=False))
            return True
        if said is not None or known or marker:
            self.closing = False
            self.sections.enter(marker, meaning)
        self._tell_section(index, heading, meaning, said is not None)
        return True

    def _tell_section(self, index: int, heading: str, meaning: sections.Meaning, said: bool) -> None:
        self.views.append(sections.view_section(index + self.grid.first_row, heading, meaning, said=said))
        if said:
            return
        if meaning.by_unit_word:
            self._remark(index, heading, "được hiểu là tên đoàn của các dòng bên dưới")
        elif not any(meaning[:3]):
            self._remark(index, heading, "không rõ là thành phần hay đoàn, đã bỏ qua")

    def _remark(self, index: int, words: str, what: str) -> None:
        name = index == -1 - len(self.grid.above)
        where = f"Dòng {index + self.grid.first_row}" if index >= 0 else "Tên trang" if name else "Phía trên bảng"
        self.notes.append(f"{where}: “{words}” {what}.")

    def _add_person(self, index: int, row: Row) -> None:
        raw, font = self.grid.rows[index], None if self.said.encoding == "" else self.old_font
        texts = gather_row(row, self.header, raw=raw, above=self.above, encoding=font)
        self.above = dict(texts)
        if font and self.said.encoding is None:
            texts[OLD_FONT] = typed_name(raw, self.header)
        if self.title_unit is not None:
            texts["title"], texts["unit"] = split_title(texts["title"])
        group, delegation = self.sections.group, self.sections.delegation
        for field, value in (("group", group), ("delegation", delegation), ("capacity", self.sections.capacity)):
            if value:
                texts[FROM_SECTION[field]] = value
        cells = [text for column, text in enumerate(row) if column not in self.left_out]
        while cells and not cells[-1]:
            cells.pop()
        person = check_person(
            sheet=self.grid.sheet, row=index + self.grid.first_row, texts=texts, checks=self.checks,
            cells=(*cells, group or "", delegation or ""), place=(len(self.places) - 1, self.beside),
        )
        self.people.append(person)


def _places(header: Header) -> dict[str, int]:
    """Return the column of every field and part of one; of a divided field, its first."""
    places = dict(header.columns)
    for key, column in header.columns.items():
        if key in ("_family_name", "_middle_name", "_given_name"):
            places["name"] = min(column, places.get("name", column))
        elif key in PARTS:
            places |= {field: column for field in PARTS[key] if field not in header.columns}
        elif key.startswith(("_born_", "_sex_")):
            for field in ("born", "sex") if key in ("_born_male", "_born_female") else (key.split("_")[1],):
                if field not in header.columns:
                    places[field] = min(column, places.get(field, column))
    return places
