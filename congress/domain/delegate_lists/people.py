"""From the texts of a row to a checked person; checking again after a cell was mended; look-alikes in one list."""

import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import pairwise
from typing import TypeVar

from ..names import fold, normalise
from . import values
from .lookalikes import has_foreign_letters, latinise, name_foreign_letters
from .name_cells import NameCell, find_error_value, read_name_cell
from .records import FIELD_TITLES, CellNote, Group, ListedPerson
from .sections import GroupFinder, read_delegation
from .values import Reading

T = TypeVar("T")

# What a row inherits from the sections above it is kept among its texts under these keys.
FROM_SECTION = {"group": "section_group", "delegation": "section_delegation", "capacity": "section_capacity"}
OLD_FONT = "old_font"       # the name as it stands in the file, in the letters of an old font
_YEAR = re.compile(r"(?:19|20)\d\d")
_OFFICE = ("ubnd ", "uy ban nhan dan ")
_FORMULA_SIGNS = ("=", "@")


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
        joined = "\n".join(texts.values())
        if "#" in joined or "\n=" in joined or "\n@" in joined or has_foreign_letters(joined):
            self.texts = {key: self._mend(key, text) for key, text in texts.items()}

    def _mend(self, column: str, text: str) -> str:
        """Return a cell as it can be read: without a formula's error, with Latin letters for others that look the same."""
        if column not in FIELD_TITLES or column == "name" and text[:1] in "=@#":
            return text
        if error := find_error_value(text):
            self.add(column, fault=f"Ô báo lỗi công thức {error}. Sửa công thức trong tệp, hoặc ghi lại ô này.")
            return ""
        if text.startswith(_FORMULA_SIGNS):
            self.add(column, doubt=f"Ô bắt đầu bằng dấu “{text[0]}”. Kiểm tra lại.")
        if not has_foreign_letters(text):
            return text
        self.add(column, doubt=f"Có chữ {name_foreign_letters(text)} giống chữ Việt; đã thay bằng chữ Việt. Kiểm tra lại.")
        return latinise(text)

    def read(self, column: str, reader: Callable[[str], Reading[T]]) -> T | None:
        text = self.texts.get(column)
        if text is None:
            return None
        reading = reader(text)
        if reading.fault or reading.doubt:
            self.add(column, fault=reading.fault, doubt=reading.doubt, suggestion=reading.suggestion)
        return reading.value

    def words(self, column: str) -> str | None:
        return self.texts.get(column) or None

    def add(self, column: str, *, fault: str = "", doubt: str = "", suggestion: str = "") -> None:
        for reason, notes in ((fault, self.errors), (doubt, self.warnings)):
            if reason:
                title = self.checks.titles.get(column) or FIELD_TITLES[column]
                notes.append(CellNote(column, title, self.texts.get(column, ""), reason, suggestion))

    def name(self) -> NameCell:
        cell = read_name_cell(self.texts.get("name", ""))
        if old := self.texts.get(OLD_FONT):
            reason = f"Viết bằng phông chữ cũ, có thể là “{cell.name}”. Chuyển cả danh sách sang Unicode rồi đọc lại."
            self.errors.append(CellNote("name", self.checks.titles.get("name") or FIELD_TITLES["name"], old, reason, cell.name))
        elif cell.fault or cell.doubt:
            self.add("name", fault=cell.fault, doubt=cell.doubt, suggestion=cell.suggestion)
        return cell

    def sex_behind(self, name: NameCell) -> str | None:
        """Return the sex that "(nữ)" behind the name tells, when no cell tells it."""
        return None if self.texts.get("sex") else values.read_sex(name.remark).value

    def born(self, behind: str) -> str | None:
        """Return the birth date of its cell, else the one behind the name: "Nông Văn An (1970)"."""
        born = self.read("born", values.read_born)
        if born is None and not self.texts.get("born") and (born := _full_born(behind)):
            self.add("name", doubt=f"Ngày sinh “{behind}” lấy từ ô họ và tên. Kiểm tra lại.")
        age = values.check_age(born, self.checks.today)
        self.add("born", fault=age.fault, doubt=age.doubt)
        return None if age.fault else born

    def group(self) -> str | None:
        text = self.texts.get("group", "")
        code = self.checks.groups.in_cell(text) if text else self.texts.get(FROM_SECTION["group"])
        if code is None and not text:           # "Tư cách" can be another word for the component
            code = self.checks.groups.in_cell(self.texts.get("capacity", ""))
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

    def capacity(self, name: NameCell) -> str | None:
        """Return for whom the person stands: as said, as the name tells, as the section says, by whom they represent."""
        text = self.texts.get("capacity", "")
        reading = values.read_capacity(text)
        if reading.doubt and self.checks.groups.in_cell(text) is None:
            self.add("capacity", doubt=reading.doubt)
        known = reading.value or name.capacity or self.texts.get(FROM_SECTION["capacity"])
        known = known or self.checks.groups.capacity_in_cell(self.texts.get("group", ""))
        if known is None and (represented := self.texts.get("represents")):
            return "household" if fold(represented).startswith(("ho ", "gia dinh")) else "collective"
        return known

    def id_number(self, sex: str | None, born: str | None) -> str | None:
        """Return the number; lost zeros are put back where sex and birth year bear the whole number out."""
        text = self.texts.get("id_number")
        if not text:
            return None
        reading = values.read_id_number(text)
        full = reading.suggestion
        if full and sex and born and not values.check_id_number(full, sex, born):
            self.add("id_number", doubt=f"Số định danh thiếu số 0 ở đầu; đã thêm thành {full}, khớp giới tính và năm sinh.")
            return full
        self.add("id_number", fault=reading.fault, suggestion=full)
        self.add("id_number", doubt=values.check_id_number(reading.value, sex, born))
        return reading.value

    def note(self, name: NameCell) -> str | None:
        """Return the remark behind the name, the note, and the subject of a speech."""
        speech = self.texts.get("wants_speech", "")
        subject = f"Tham luận: {speech}" if speech and values.find_mark(speech) is None else ""
        taken = values.read_sex(name.remark).value or (not self.texts.get("born") and _full_born(name.remark))
        remark = "" if taken else name.remark
        return "; ".join(part for part in (remark, self.texts.get("note"), subject) if part) or None


def check_person(
    *, sheet: str, row: int, texts: Mapping[str, str], cells: tuple[str, ...], checks: Checks, place: tuple[int, int] = (0, 0)
) -> ListedPerson:
    """Return the person a row tells of, with every fault and doubt found in it.

    `place` is the row's table, and how many tables stand to the left of it.
    """
    reader = _Row(texts, checks)
    name = reader.name()
    sex, born = reader.read("sex", values.read_sex) or reader.sex_behind(name), reader.born(name.remark)
    return ListedPerson(
        sheet=sheet, row=row, name=name.name, name_as_typed=texts.get(OLD_FONT) or texts.get("name", ""), sex=sex, born=born,
        ethnic=reader.read("ethnic", values.read_ethnic), religion=reader.read("religion", values.read_religion),
        party=reader.read("party", values.read_party), group=reader.group(),
        phone=reader.read("phone", values.read_phone), email=reader.read("email", values.read_email),
        id_number=reader.id_number(sex, born), title=reader.words("title"), unit=reader.unit(),
        delegation=reader.delegation(), field=reader.words("field"), capacity=reader.capacity(name),
        direct_labour=reader.read("direct_labour", values.read_mark), education=reader.words("education"),
        highest_award=reader.words("highest_award"), achievements=reader.words("achievements"), note=reader.note(name),
        degree=reader.words("degree") or name.degree or None, represents=reader.words("represents") or name.represents or None,
        economic_sector=reader.read("economic_sector", values.read_sector), new_model=reader.read("new_model", values.read_mark),
        schooling=reader.read("schooling", values.read_schooling), political_theory=reader.words("political_theory"),
        wants_speech=reader.read("wants_speech", values.read_speech), table=place[0], beside=place[1],
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
    if "name" in changes:
        texts.pop(OLD_FONT, None)
    checks = Checks(GroupFinder(groups), known_units, today, dict(columns))
    place = person.table, person.beside
    return check_person(sheet=person.sheet, row=person.row, texts=texts, cells=person.cells, checks=checks, place=place)


def find_pairs(people: Sequence[ListedPerson]) -> list[tuple[int, int]]:
    """Return the keys, two by two, of people who may be one: the same folded name, with the same birth year or the same unit.

    They are taken for two people; equal ID numbers are what find_repeats reports.
    """
    alike: dict[tuple[str, str, str], list[ListedPerson]] = defaultdict(list)
    for person in people:
        name = fold(person.name)
        if name and person.born:
            alike[name, "born", person.born[:4]].append(person)
        if name and person.unit:
            alike[name, "unit", fold(person.unit)].append(person)
    return sorted({
        (one.key, other.key)
        for same in alike.values() if len(same) > 1 for one, other in pairwise(same)
        if one.id_number is None or one.id_number != other.id_number
    })


def find_repeats(people: Sequence[ListedPerson]) -> list[tuple[int, int]]:
    """Return the keys, as (first, again), of people whose ID number stood in an earlier row."""
    first: dict[str, int] = {}
    return [
        (first[person.id_number], person.key)
        for person in people
        if person.id_number and first.setdefault(person.id_number, person.key) != person.key
    ]


def _full_born(remark: str) -> str | None:
    """Return the date a remark is, none for one without a year of four digits."""
    full = _YEAR.fullmatch(remark[-4:]) and (len(remark) == 4 or not remark.isdigit())
    return values.read_born(remark).value if full else None


def _is_known(unit: str, known: Mapping[str, str]) -> bool:
    folded = _fold_unit(unit)
    return folded in known or any(folded.startswith(office) and folded.removeprefix(office) in known for office in _OFFICE)


@lru_cache(maxsize=2048)
def _fold_unit(unit: str) -> str:
    return fold(unit)
