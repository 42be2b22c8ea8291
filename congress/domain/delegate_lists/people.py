"""From the texts of a row to a checked person; checking again after a cell was mended; look-alikes in one list."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import pairwise
from typing import TypeVar

from ..names import fold, normalise, sort_key
from . import values
from .records import FIELD_TITLES, CellNote, Group, ListedPerson
from .sections import GroupFinder, read_delegation
from .values import Reading

T = TypeVar("T")

# What a row inherits from the sections above it is kept among its texts under these keys.
FROM_SECTION = {"group": "section_group", "delegation": "section_delegation", "capacity": "section_capacity"}
_OFFICE = ("ubnd ", "uy ban nhan dan ")


@dataclass(frozen=True)
class Checks:
    """What rows are checked against. `known_units` maps folded names to names; None means units are not checked."""

    groups: GroupFinder
    known_units: Mapping[str, str] | None
    today: date
    titles: Mapping[str, str]


class _Row:
    """Reads the texts of one row column by column and gathers what is wrong."""

    def __init__(self, texts: Mapping[str, str], checks: Checks) -> None:
        self.texts, self.checks = texts, checks
        self.errors: list[CellNote] = []
        self.warnings: list[CellNote] = []

    def read(self, column: str, reader: Callable[[str], Reading[T]]) -> T | None:
        text = self.texts.get(column)
        if text is None:
            return None
        reading = reader(text)
        self.add(column, fault=reading.fault, doubt=reading.doubt)
        return reading.value

    def words(self, column: str) -> str | None:
        return self.texts.get(column) or None

    def add(self, column: str, *, fault: str = "", doubt: str = "") -> None:
        for reason, notes in ((fault, self.errors), (doubt, self.warnings)):
            if reason:
                title = self.checks.titles.get(column) or FIELD_TITLES[column]
                notes.append(CellNote(column, title, self.texts.get(column, ""), reason))

    def name(self) -> tuple[str, str]:
        typed = self.texts.get("name", "")
        bare, remark = values.split_remark(typed)
        reading = values.read_name(bare)
        self.add("name", fault=reading.fault, doubt=reading.doubt)
        return reading.value, remark

    def born(self) -> str | None:
        born = self.read("born", values.read_born)
        age = values.check_age(born, self.checks.today)
        self.add("born", fault=age.fault, doubt=age.doubt)
        return None if age.fault else born

    def group(self) -> str | None:
        text = self.texts.get("group", "")
        code = self.checks.groups.in_cell(text) if text else self.texts.get(FROM_SECTION["group"])
        if code is None:
            opening = f"Thành phần “{text}” không có trong kế hoạch." if text else "Chưa có thành phần."
            self.add("group", fault=f"{opening} {self.checks.groups.advice()}")
        return code

    def unit(self) -> str | None:
        unit, known = self.words("unit"), self.checks.known_units
        if unit and known is not None and not _is_known(unit, known):
            self.add("unit", doubt=f"Đơn vị “{unit}” chưa có trong danh mục; tên được giữ như đã ghi. Kiểm tra chính tả.")
        return unit

    def delegation(self) -> str | None:
        text = self.texts.get("delegation", "")
        return read_delegation(text) if text else self.texts.get(FROM_SECTION["delegation"])

    def id_number(self, sex: str | None, born: str | None) -> str | None:
        id_number = self.read("id_number", values.read_id_number)
        self.add("id_number", doubt=values.check_id_number(id_number, sex, born))
        return id_number


def check_person(
    *, sheet: str, row: int, texts: Mapping[str, str], cells: tuple[str, ...], checks: Checks
) -> ListedPerson:
    """Return the person a row tells of, with every fault and doubt found in it."""
    reader = _Row(texts, checks)
    name, remark = reader.name()
    sex, born = reader.read("sex", values.read_sex), reader.born()
    return ListedPerson(
        sheet=sheet, row=row, name=name, name_as_typed=texts.get("name", ""), sex=sex, born=born,
        ethnic=reader.read("ethnic", values.read_ethnic), religion=reader.read("religion", values.read_religion),
        party=reader.read("party", values.read_party), group=reader.group(),
        phone=reader.read("phone", values.read_phone), email=reader.read("email", values.read_email),
        id_number=reader.id_number(sex, born), title=reader.words("title"), unit=reader.unit(),
        delegation=reader.delegation(), field=reader.words("field"),
        capacity=reader.read("capacity", values.read_capacity) or texts.get(FROM_SECTION["capacity"]),
        direct_labour=reader.read("direct_labour", values.read_mark), education=reader.words("education"),
        highest_award=reader.words("highest_award"), achievements=reader.words("achievements"),
        note="; ".join(part for part in (remark, texts.get("note")) if part) or None,
        errors=tuple(reader.errors), warnings=tuple(reader.warnings), cells=cells, texts=tuple(texts.items()),
    )


def recheck(
    person: ListedPerson, changes: Mapping[str, str], *, groups: Sequence[Group],
    known_units: Mapping[str, str] | None, today: date, columns: Sequence[tuple[str, str]] = (),
) -> ListedPerson:
    """Return the person as read with new texts in some columns; an empty text leaves the cell out.

    `changes` maps column keys to what was typed, `columns` is the listing's, for the titles in the notes.
    `cells` stay those of the file. Raises KeyError for a column a list cannot have.
    """
    unknown = changes.keys() - FIELD_TITLES.keys()
    if unknown:
        raise KeyError(*sorted(unknown))
    texts = dict(person.texts) | {column: normalise(text) for column, text in changes.items()}
    checks = Checks(GroupFinder(groups), known_units, today, dict(columns))
    return check_person(sheet=person.sheet, row=person.row, texts=texts, cells=person.cells, checks=checks)


def find_pairs(people: Sequence[ListedPerson]) -> list[tuple[int, int]]:
    """Return the rows, two by two, of people with the same name and birth year who are not shown to be one.

    They are taken for two people; equal ID numbers are what find_repeats reports.
    """
    alike: dict[tuple[str, str], list[ListedPerson]] = defaultdict(list)
    for person in people:
        if person.name and person.born:
            alike[sort_key(person.name), person.born[:4]].append(person)
    return sorted(
        (one.row, other.row)
        for same in alike.values() for one, other in pairwise(same)
        if one.id_number is None or one.id_number != other.id_number
    )


def find_repeats(people: Sequence[ListedPerson]) -> list[tuple[int, int]]:
    """Return the rows, as (first, again), of people whose ID number stood in an earlier row."""
    first: dict[str, int] = {}
    return [
        (first[person.id_number], person.row)
        for person in people
        if person.id_number and first.setdefault(person.id_number, person.row) != person.row
    ]


def _is_known(unit: str, known: Mapping[str, str]) -> bool:
    folded = _fold_unit(unit)
    return folded in known or any(folded.startswith(office) and folded.removeprefix(office) in known for office in _OFFICE)


@lru_cache(maxsize=2048)
def _fold_unit(unit: str) -> str:
    return fold(unit)
