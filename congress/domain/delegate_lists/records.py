"""What goes in and what comes out of reading a delegate list: plain values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, time, timedelta
from typing import Any

Cell = str | float | bool | date | datetime | time | timedelta | None
MergedRange = tuple[tuple[int, int], tuple[int, int]]

# The columns a list may have, with the words used where the list itself has no header for them.
FIELD_TITLES = {
    "name": "Họ và tên", "sex": "Giới tính", "born": "Ngày sinh", "ethnic": "Dân tộc", "religion": "Tôn giáo",
    "party": "Đảng viên", "group": "Thành phần", "phone": "Số điện thoại", "email": "Email", "id_number": "Số CCCD",
    "title": "Chức vụ", "unit": "Đơn vị công tác", "delegation": "Đoàn", "capacity": "Tư cách", "field": "Lĩnh vực",
    "direct_labour": "Lao động trực tiếp", "education": "Trình độ", "highest_award": "Khen thưởng cao nhất",
    "achievements": "Thành tích", "note": "Ghi chú",
}


class NoHeader(Exception):
    """The sheet has no row with a name column and another known column."""


@dataclass(frozen=True)
class Grid:
    """The cells of one sheet. `merged` holds zero-based (row, column) corners, both inclusive."""

    sheet: str
    rows: Sequence[Sequence[Cell]]
    merged: tuple[MergedRange, ...] = ()
    first_row: int = 1                      # Excel's own number of rows[0]
    other_sheets: tuple[str, ...] = ()      # sheets that also have a delegate header and are not read


@dataclass(frozen=True)
class Group:
    """One component of the plan, as lists name it."""

    code: str
    label: str
    side: str
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CellNote:
    """A fault or a doubt about one cell. `reason` is a Vietnamese sentence that says what to do."""

    column: str
    title: str
    value: str
    reason: str


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
    errors: tuple[CellNote, ...] = ()
    warnings: tuple[CellNote, ...] = ()
    cells: tuple[str, ...] = ()             # the identity of the row: every cell but its number, then group, delegation
    texts: tuple[tuple[str, str], ...] = ()  # the text behind every column key, to check the row again

    def to_json(self) -> dict[str, Any]:
        """Return a value json.dumps takes and from_json reads back to an equal person."""
        plain = {item.name: value for item in fields(self) if (value := getattr(self, item.name)) not in (None, ())}
        for kind in plain.keys() & {"errors", "warnings"}:
            plain[kind] = [[note.column, note.title, note.value, note.reason] for note in plain[kind]]
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


@dataclass(frozen=True)
class Listing:
    """A whole list: its people, its columns as (key, header as typed), and sentences about what was passed over."""

    file_name: str
    sheet: str
    people: tuple[ListedPerson, ...]
    columns: tuple[tuple[str, str], ...]
    notes: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return a value json.dumps takes and from_json reads back to an equal listing."""
        return {
            "file_name": self.file_name, "sheet": self.sheet, "columns": self.columns, "notes": self.notes,
            "people": [person.to_json() for person in self.people],
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Listing":
        """Return the listing that to_json wrote."""
        return cls(
            file_name=data["file_name"], sheet=data["sheet"], notes=tuple(data["notes"]),
            people=tuple(ListedPerson.from_json(person) for person in data["people"]),
            columns=tuple((key, title) for key, title in data["columns"]),
        )
