"""The forms of an allocation: who stands in the table, its cells, filling a column, issuing it."""

from collections.abc import Iterable, Mapping
from datetime import date

from wtforms import DateField, IntegerField, RadioField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import InputRequired, NumberRange, Optional

from ..domain.names import fold, normalise
from ..domain.refusals import Refused
from ..models import AllocationIssue, Component, Unit
from ..operations.allocation_table import MOST_SEATS, WAYS, IssueValues, Sharing, Table
from ..operations.allocations import Key
from .congress_forms import DATES, at_most, in_our_days
from .forms import Form

MOST_WEIGHT = 100_000_000


class TableForm(Form):
    """Which units and components the table has; other units are typed by name or code."""

    units = SelectMultipleField("Đơn vị", coerce=int, validate_choice=False)
    others = TextAreaField(
        "Đơn vị khác", [at_most(4000)], description="Mỗi dòng một đơn vị: tên đầy đủ như ở trang Đơn vị, hoặc mã."
    )
    components = SelectMultipleField("Thành phần", coerce=int, validate_choice=False)

    def offer(self, units: Iterable[Unit], components: Iterable[Component]) -> None:
        """Let these be chosen."""
        self.units.choices = {unit.id: unit.name for unit in units}
        self.components.choices = {component.id: component.label for component in components}

    def typed(self) -> list[str]:
        """The lines typed under other units."""
        return [line for line in map(normalise, (self.others.data or "").splitlines()) if line]


class SeatsForm(Form):
    """The cells of the table; they are read by `read_cells`, the form carries the token and the faults above them."""


def read_cells(
    fields: Mapping[str, str], keys: Iterable[Key], *, most: int = MOST_SEATS
) -> tuple[dict[Key, int], dict[Key, str]]:
    """(numbers, faults) of the cells "seats-<unit>-<component>" that were sent; a blank one is 0."""
    numbers: dict[Key, int] = {}
    faults: dict[Key, str] = {}
    for key in keys:
        text = fields.get(f"seats-{key[0]}-{key[1]}")
        if text is None:
            continue
        number = read_number(text, most)
        if number is None:
            faults[key] = f"Nhập số nguyên từ 0 đến {most}."
        else:
            numbers[key] = number
    return numbers, faults


def read_number(text: str, most: int) -> int | None:
    """A whole number of 0…`most`, thousands with dots as people write them; blank is 0; None for anything else."""
    text = "".join(text.split()).replace(".", "")
    if not text:
        return 0
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(most))) or int(text) > most:
        return None
    return int(text)


class ShareForm(Form):
    """How a column is filled."""

    component = SelectField("Thành phần", coerce=int)
    total = IntegerField(
        "Số chỗ đem chia", [InputRequired("Nhập số chỗ."), NumberRange(0, MOST_SEATS, f"Từ 0 đến {MOST_SEATS}.")]
    )
    minimum = IntegerField(
        "Tối thiểu mỗi đơn vị",
        [InputRequired("Nhập mức tối thiểu, 0 nếu không có."), NumberRange(0, MOST_SEATS, "Từ 0 trở lên.")],
        default=1,
    )
    by = RadioField("Cách chia", choices=WAYS, default="equal")

    def offer(self, table: Table) -> None:
        """Let a column of the table be chosen."""
        self.component.choices = {component.id: component.label for component in table.components}

    def sharing(self, fields: Mapping[str, str], table: Table) -> Sharing:
        """What was typed, as the operation takes it; raises Refused for a weight that is no number."""
        weights: dict[int, int] = {}
        for unit in table.units if self.by.data == "typed" else ():
            text = fields.get(f"weight-{unit.id}", "").strip()
            number = read_number(text, MOST_WEIGHT) if text else None
            if text and number is None:
                raise Refused("weights", f"Trọng số của {unit.name} phải là số nguyên từ 0.", "by")
            if number is not None:
                weights[unit.id] = number
        return Sharing(self.total.data or 0, self.by.data, self.minimum.data or 0, weights)


class IssueForm(Form):
    """With what a table is issued."""

    dated_on = DateField("Ngày ban hành", [InputRequired("Nhập ngày ban hành."), in_our_days], format=DATES)
    reference = StringField("Số, ký hiệu văn bản", [at_most(100)], description="Ví dụ: 12/CV-UBND. In trên phụ lục.")
    answer_by = DateField("Hạn gửi danh sách", [Optional(), in_our_days], format=DATES, description="Để trống nếu chưa định.")
    note = TextAreaField("Nội dung điều chỉnh", [at_most(1000)])

    @classmethod
    def for_next(cls, last: AllocationIssue | None, today: date) -> "IssueForm":
        """The form of the next issue; only a revision says what it changes, and it keeps a day that has not passed."""
        kept = last.answer_by if last and last.answer_by and last.answer_by >= today else None
        form = cls(dated_on=today, answer_by=kept)
        if last is None:
            del form.note
        return form

    def values(self) -> IssueValues:
        """What was typed, as the operation takes it."""
        return IssueValues(
            dated_on=self.dated_on.data,
            reference=self.reference.data or "",
            answer_by=self.answer_by.data,
            note=self.note.data if "note" in self and self.note.data else "",
        )


def match_units(lines: Iterable[str], units: Iterable[Unit]) -> list[Unit]:
    """The units that typed lines name, by code or by full name; raises Refused with the lines that name none, or several."""
    by_code: dict[str, Unit] = {}
    by_name: dict[str, list[Unit]] = {}
    for unit in units:
        by_code[unit.code.casefold()] = unit
        by_name.setdefault(fold(unit.name), []).append(unit)
    found, faults = [], []
    for line in lines:
        matches = [by_code[line.casefold()]] if line.casefold() in by_code else by_name.get(fold(line), [])
        if len(matches) == 1:
            found.append(matches[0])
        else:
            faults.append(f"“{line}” {'là tên của nhiều đơn vị, ghi mã' if matches else 'không có trong cây đơn vị'}")
    if faults:
        raise Refused("others", "; ".join(faults[:5]) + ".", "others")
    return found
