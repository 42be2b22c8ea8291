"""What a delegation's contact types about one person."""

from typing import Any

from wtforms import IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from ..domain.person_words import show_born
from ..domain.refusals import Refused
from ..models import Component, Congress, Delegate
from ..operations.delegates import find_component, read_typed
from .clock import today
from .delegate_forms import CAPACITIES, LONG, SEXES, YES_NO, from_yes_no, yes_no
from .forms import Form

PLACES = {"proposed": "Chính thức", "reserve": "Dự khuyết"}
_TEXTS = ("title", "unit_text", "represents", "field", "note")
_READ = ("born", "phone", "email", "id_number", "ethnic", "religion")  # typed texts that must be readable
_CHOSEN = ("sex", "capacity")


class PersonForm(Form):
    """One person of a delegation, the sensitive columns too: the contact writes them down for the delegation's own people."""

    name = StringField("Họ và tên", [DataRequired("Nhập họ và tên."), Length(max=120, message="Tối đa 120 ký tự.")])
    component = SelectField("Thành phần", [InputRequired("Chọn thành phần.")])
    state = RadioField("Diện", choices=PLACES, default="proposed")
    rank = IntegerField("Thứ tự ưu tiên", [Optional(), NumberRange(1, 999, "Từ 1 đến 999.")], description="1 là người đầu tiên.")
    title = StringField("Chức vụ", [LONG])
    unit_text = StringField("Đơn vị", [LONG])
    capacity = SelectField("Tư cách", choices=CAPACITIES)
    represents = StringField("Đại diện cho", [LONG], description="Tên tập thể hoặc hộ gia đình, nếu đi đại diện.")
    field = StringField("Lĩnh vực", [LONG])
    sex = SelectField("Giới tính", choices=SEXES)
    born = StringField("Ngày sinh", [LONG], description="Ngày, tháng/năm hoặc chỉ năm: 12/5/1970, 5/1970, 1970.")
    phone = StringField("Số điện thoại", [LONG])
    email = StringField("Email", [LONG])
    id_number = StringField("Số CCCD", [LONG], description="Không bắt buộc; giúp tránh ghi trùng người.")
    ethnic = StringField("Dân tộc", [LONG])
    religion = StringField("Tôn giáo", [LONG], description="Ghi “Không” nếu không theo tôn giáo; để trống nếu chưa biết.")
    party = SelectField("Đảng viên", choices=YES_NO)
    note = TextAreaField("Ghi chú", [Length(max=1000, message="Tối đa 1.000 ký tự.")])
    reason = StringField("Lý do đổi thành phần", [LONG], description="Cần khi chuyển sang thành phần không tính vào tỷ lệ.")

    def offer(self, congress: Congress) -> "PersonForm":
        """The components there are to choose from."""
        self.component.choices = {"": "Chọn thành phần", **{c.code: c.label for c in congress.plan.components}}
        return self

    def chosen(self, congress: Congress) -> Component:
        """The component that was picked."""
        component = find_component(congress, self.component.data or "")
        if component is None:
            raise Refused("no_component", "Chọn thành phần trong danh sách.", "component")
        return component

    def values(self) -> dict[str, Any]:
        """What was typed, as the list keeps it; raises Refused beside what cannot be read."""
        values: dict[str, Any] = {name: self[name].data or "" for name in _TEXTS}
        values |= read_typed({name: self[name].data or "" for name in _READ}, today=today())
        values |= {name: self[name].data or None for name in _CHOSEN}
        return values | {"name": self.name.data, "party": from_yes_no(self.party.data), "rank": self.rank.data}


def shown(person: Delegate) -> dict[str, Any]:
    """A person as the form shows them."""
    values = {name: getattr(person, name) or "" for name in ("name", *_TEXTS, *_READ, *_CHOSEN)}
    return values | {
        "component": person.component.code, "state": person.state, "rank": person.rank, "born": show_born(person.born),
        "party": yes_no(person.party),
    }  # fmt: skip
