"""The forms of a delegation: the organiser's, and its contact's."""

from collections.abc import Sequence
from typing import Any, Self

from wtforms import DateTimeLocalField, IntegerField, SelectField, StringField
from wtforms.validators import DataRequired, Length, NumberRange, Optional

from ..domain.refusals import Refused
from ..models import Delegate, Delegation
from ..operations.delegates import read_typed
from ..operations.delegations import DelegationValues, Leaders
from .clock import from_local, local, today
from .forms import Form

LONG = Length(max=300, message="Tối đa 300 ký tự.")
MOMENTS = ["%Y-%m-%dT%H:%M", "%d/%m/%Y %H:%M", "%H:%M %d/%m/%Y"]  # what a browser's field sends, and what people type
NOBODY = 0


class LeadersForm(Form):
    """Who leads a delegation, who is asked about it and when it comes: what its own contact may say, too."""

    head_id = SelectField("Trưởng đoàn", coerce=int, default=NOBODY)
    deputy_id = SelectField("Phó đoàn", coerce=int, default=NOBODY)
    contact_name = StringField("Người đầu mối", [LONG])
    contact_phone = StringField("Điện thoại đầu mối", [LONG])
    contact_email = StringField("Email đầu mối", [LONG])
    arrives_at = DateTimeLocalField("Đến lúc", [Optional()], format=MOMENTS)
    arrival_note = StringField("Ghi chú đón tiếp", [LONG], description="Xe, chỗ nghỉ, người đón.")

    def offer_people(self, people: Sequence[Delegate]) -> Self:
        """Whom there is to choose from."""
        nobody = "Chưa chọn" if people else "Đoàn chưa có ai"
        self.head_id.choices = self.deputy_id.choices = {NOBODY: nobody, **{person.id: person.name for person in people}}
        return self

    def leaders(self) -> Leaders:
        """What was typed, as the operations take it; raises Refused beside a phone or an address that cannot be read."""
        arrives = self.arrives_at.data
        return Leaders(
            head_id=self.head_id.data or None,
            deputy_id=self.deputy_id.data or None,
            contact_name=self.contact_name.data or "",
            **_read_contact({"phone": self.contact_phone.data or "", "email": self.contact_email.data or ""}),
            arrives_at=from_local(arrives) if arrives else None,
            arrival_note=self.arrival_note.data or "",
        )


class DelegationForm(LeadersForm):
    """The same, with what the organiser decides: name, sending unit, place in protocol order."""

    name = StringField(
        "Tên đoàn", [DataRequired("Nhập tên đoàn."), Length(max=200, message="Tối đa 200 ký tự.")],
        description="Không cần chữ “Đoàn” ở đầu: Xã Bành Trạch, Sở Y tế.",
    )  # fmt: skip
    unit_id = SelectField("Đơn vị cử", coerce=int, default=NOBODY, description="Phân bổ của đơn vị này là phân bổ của đoàn.")
    position = IntegerField("Thứ tự lễ tân", [Optional(), NumberRange(1, 9999, "Từ 1 trở lên.")], description="1 là đầu tiên.")

    def offer(self, units: Sequence[tuple[int, str]], people: Sequence[Delegate]) -> Self:
        """What there is to choose from."""
        self.unit_id.choices = {NOBODY: "Chưa rõ", **dict(units)}
        return self.offer_people(people)

    def values(self) -> DelegationValues:
        """What was typed, as the operations take it; raises Refused as `leaders`."""
        return DelegationValues(
            name=self.name.data or "", leaders=self.leaders(), unit_id=self.unit_id.data or None, position=self.position.data
        )


def _read_contact(texts: dict[str, str]) -> dict[str, Any]:
    try:
        return {f"contact_{name}": value for name, value in read_typed(texts, today=today()).items()}
    except Refused as refusal:
        raise Refused(refusal.code, refusal.message, f"contact_{refusal.field}") from None


def shown(delegation: Delegation) -> dict[str, Any]:
    """A delegation as its form shows it."""
    names = ("name", "position", "contact_name", "contact_phone", "contact_email", "arrival_note")
    arrives = delegation.arrives_at
    return {name: getattr(delegation, name) for name in names} | {
        "unit_id": delegation.unit_id or NOBODY,
        "head_id": delegation.head_id or NOBODY,
        "deputy_id": delegation.deputy_id or NOBODY,
        "arrives_at": local(arrives).replace(tzinfo=None) if arrives else None,
    }
