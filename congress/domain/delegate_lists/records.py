"""What goes in and what comes out of reading a delegate list: plain values."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import date, datetime, time, timedelta
from typing import Any

Cell = str | float | bool | date | datetime | time | timedelta | None
MergedRange = tuple[tuple[int, int], tuple[int, int]]

# The columns a list may have, with the words used where the list itself has no header for them.
FIELD_TITLES = {
    "name": "Họ và tên", "sex": "Giới tính", "born": "Ngày sinh", "ethnic": "Dân tộc", "religion": "Tôn giáo",
    "party": "Đảng viên", "group": "Thành phần", "phone": "Số điện thoại", "email": "Email", "id_number": "Số CCCD",
    "title": "Chức vụ", "unit": "Đơn vị công tác", "delegation": "Đoàn", "capacity": "Tư cách", "field": "Lĩnh vực",
    "direct_labour": "Lao động trực tiếp", "education": "Trình độ chuyên môn", "highest_award": "Khen thưởng cao nhất",
    "achievements": "Thành tích", "note": "Ghi chú", "degree": "Học hàm, học vị", "represents": "Tên tập thể đại diện",
    "economic_sector": "Thành phần kinh tế", "new_model": "Mô hình mới", "schooling": "Trình độ văn hóa",
    "political_theory": "Lý luận chính trị", "wants_speech": "Đăng ký tham luận",
}
# All that a column may be said to hold: the fields, and the parts that are put together into one.
COLUMN_TITLES = FIELD_TITLES | {
    "_number": "Số thứ tự", "_family_name": "Họ đệm", "_middle_name": "Chữ đệm", "_given_name": "Tên",
    "_name_title": "Họ tên, chức vụ", "_representative": "Người đại diện", "_contact": "Điện thoại và email",
    "_ethnic_religion": "Dân tộc, tôn giáo", "_born_male": "Ngày sinh của nam",
    "_born_female": "Ngày sinh của nữ", "_sex_male": "Đánh dấu nam", "_sex_female": "Đánh dấu nữ",
    "_born_day": "Ngày (sinh)", "_born_month": "Tháng (sinh)", "_born_year": "Năm (sinh)",
}
# Tables that stand side by side share Excel's row numbers; a person's key is unique all the same.
_BESIDE = 1_000_000


class NoHeader(Exception):
    """The sheet has no row with a name column and another known column, or none of its columns was said to hold names."""


@dataclass(frozen=True)
class Grid:
    """The cells of one sheet. `merged` holds zero-based (row, column) corners, both inclusive."""

    sheet: str
    rows: Sequence[Sequence[Cell]]
    merged: tuple[MergedRange, ...] = ()
    first_row: int = 1                      # Excel's own number of rows[0]
    other_sheets: tuple[str, ...] = ()      # sheets that also have a delegate header and are not read
    above: tuple[str, ...] = ()             # lines over the table that are no rows of it, as in a text document
    remarks: tuple[str, ...] = ()           # sentences from opening the file, passed on into the listing's notes


@dataclass(frozen=True)
class Group:
    """One component of the plan, as lists name it."""

    code: str
    label: str
    side: str
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CellNote:
    """A fault or a doubt about one cell. `reason` is a Vietnamese sentence that says what to do.

    `suggestion` is a text that would mend the cell, never taken unasked.
    """

    column: str
    title: str
    value: str
    reason: str
    suggestion: str = ""

    def to_json(self) -> list[str]:
        """Return the note as a list, without a suggestion there is none of."""
        plain = [self.column, self.title, self.value, self.reason]
        return [*plain, self.suggestion] if self.suggestion else plain


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedPerson:
    """One row of a list as it was understood; with errors it cannot be imported yet."""

    sheet: str
    row: int
    name: str
    name_as_typed: str
    sex: str | None = None                  # male, female
    born: str | None = None                 # ISO, as precise as typed: 1968-06-13, 1968-06, 1988
    ethnic: str | None = None
    religion: str | None = None
    party: bool | None = None               # None: the list has no such column
    group: str | None = None
    phone: str | None = None
    email: str | None = None
    id_number: str | None = None
    title: str | None = None
    unit: str | None = None
    delegation: str | None = None
    capacity: str | None = None             # individual, collective, household
    field: str | None = None
    direct_labour: bool | None = None       # None: the list has no such column
    education: str | None = None
    highest_award: str | None = None
    achievements: str | None = None
    note: str | None = None
    degree: str | None = None               # "ThS.", "Đại úy": written before the name
    represents: str | None = None           # the collective or household the person stands for
    economic_sector: str | None = None      # state, collective, private, foreign
    new_model: bool | None = None
    schooling: str | None = None            # 12/12
    political_theory: str | None = None
    wants_speech: bool | None = None
    table: int = 0                          # which of Listing.tables the row stands in
    beside: int = 0                         # how many tables stand to the left of it
    errors: tuple[CellNote, ...] = ()
    warnings: tuple[CellNote, ...] = ()
    cells: tuple[str, ...] = ()             # the identity of the row: every cell but its number, then group, delegation
    texts: tuple[tuple[str, str], ...] = ()  # the text behind every column key, to check the row again

    @property
    def key(self) -> int:
        """A number no other person of the listing has: Excel's row, but for tables that stand to the right of another."""
        return self.row + _BESIDE * self.beside

    def to_json(self) -> dict[str, Any]:
        """Return a value json.dumps takes and from_json reads back to an equal person."""
        plain = {name: value for name in _PERSON_FIELDS if (value := getattr(self, name)) is not None and value != ()}
        for kind in plain.keys() & {"errors", "warnings"}:
            plain[kind] = [note.to_json() for note in plain[kind]]
        plain["texts"] = dict(self.texts)
        return plain

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "ListedPerson":
        """Return the person that to_json wrote."""
        plain = dict(data)
        for kind in plain.keys() & {"errors", "warnings"}:
            plain[kind] = tuple(CellNote(*note) for note in plain[kind])
        plain["cells"] = tuple(plain.get("cells", ()))
        plain["texts"] = tuple(plain["texts"].items())
        return cls(**plain)


_PERSON_FIELDS = tuple(item.name for item in fields(ListedPerson))


@dataclass(frozen=True)
class ColumnView:
    """One column of a header: what it is called, what it is read as, and what stands in it."""

    index: int                              # from 0
    letter: str                             # as Excel shows it
    title: str                              # as typed; "" for a column without a header
    field: str = ""                         # a key of COLUMN_TITLES; "" is not read
    choices: tuple[str, ...] = ()           # fields its title could mean: must be asked, read as none of them until then
    samples: tuple[str, ...] = ()           # the first five cells that are not empty


@dataclass(frozen=True)
class HeaderView:
    """The first header of a list. Rows are Excel's."""

    start: int
    end: int
    columns: tuple[ColumnView, ...]
    title_unit: int | None = None           # a column of "Chức vụ, đơn vị công tác" that split_title_unit divides


@dataclass(frozen=True)
class SectionView:
    """A heading among the rows and what it sets for those below it."""

    row: int                                # Excel's; below 1 for a line over the table that is no row of it
    text: str
    meaning: str                            # group:<code>, delegation, capacity:<capacity> or ignore
    guessed: bool                           # told only by a word of it, or not known: worth asking


@dataclass(frozen=True)
class Listing:
    """A whole list: its people, its columns as (key, header as typed), and sentences about what was passed over."""

    file_name: str
    sheet: str
    people: tuple[ListedPerson, ...]
    columns: tuple[tuple[str, str], ...]
    notes: tuple[str, ...] = ()
    header: HeaderView = HeaderView(0, 0, ())
    sections: tuple[SectionView, ...] = ()
    tables: tuple[Mapping[str, int], ...] = ()  # for each table: field or column key → column from 0
    encoding: str | None = None             # tcvn3, vni: the old font the texts are in, whether they were converted or not

    @property
    def questions(self) -> tuple[ColumnView, ...]:
        """Columns that must be asked about: their titles mean several things, and none of them is read."""
        return tuple(column for column in self.header.columns if column.choices)

    @property
    def places(self) -> Mapping[str, int]:
        """The columns of the first table by field key, counted from 0."""
        return self.tables[0] if self.tables else {}

    def place_of(self, person: ListedPerson, key: str) -> int | None:
        """Return the column, from 0, in which a person's field stands; None when the list has none for it."""
        places = self.tables[person.table] if person.table < len(self.tables) else {}
        return places.get(f"_{key}_{person.sex}", places.get(key))

    def to_json(self) -> dict[str, Any]:
        """Return a value json.dumps takes and from_json reads back to an equal listing."""
        return asdict(replace(self, people=())) | {"people": [person.to_json() for person in self.people]}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Listing":
        """Return the listing that to_json wrote."""
        return cls(
            file_name=data["file_name"], sheet=data["sheet"], notes=tuple(data["notes"]),
            people=tuple(ListedPerson.from_json(person) for person in data["people"]),
            columns=tuple((key, title) for key, title in data["columns"]),
            header=_read_header(data["header"]) if "header" in data else HeaderView(0, 0, ()),
            sections=tuple(SectionView(**section) for section in data.get("sections", ())),
            tables=tuple(data.get("tables", ())), encoding=data.get("encoding"),
        )


def _read_header(data: Mapping[str, Any]) -> HeaderView:
    columns = (
        ColumnView(**(column | {"choices": tuple(column["choices"]), "samples": tuple(column["samples"])}))
        for column in data["columns"]
    )
    return HeaderView(data["start"], data["end"], tuple(columns), data["title_unit"])
