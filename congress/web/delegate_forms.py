"""The forms of one person: what is typed, and what the list keeps of it."""

from typing import Any

from flask import g
from wtforms import BooleanField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, NumberRange, Optional

from ..domain import person_words, structure
from ..domain.refusals import Refused
from ..models import Delegate
from ..operations import delegates as operations
from .clock import today
from .forms import Form
from .presentation import show_born

UNKNOWN = {"": "Chưa có thông tin"}
YES_NO = UNKNOWN | {"yes": "Có", "no": "Không"}
SEXES = UNKNOWN | person_words.SEXES
CAPACITIES = UNKNOWN | person_words.CAPACITIES
ECONOMIC_SECTORS = UNKNOWN | structure.ECONOMIC_SECTORS
YES_NO_FIELDS = ("direct_labour", "new_model", "wants_speech")
LONG = Length(max=300, message="Tối đa 300 ký tự.")


class DelegateForm(Form):
    """A person's data without the sensitive columns."""

    name = StringField("Họ và tên", [DataRequired("Nhập họ và tên."), Length(max=120, message="Tối đa 120 ký tự.")])
    component = SelectField("Thành phần")
    delegation = StringField("Đoàn", [LONG])
    degree = StringField("Học hàm, học vị", [LONG], description="Ghi trước tên trong danh sách: ThS., BS., PGS.TS.")
    title = StringField("Chức vụ", [LONG])
    unit_text = StringField("Đơn vị", [LONG])
    sex = SelectField("Giới tính", choices=SEXES)
    born = StringField("Ngày sinh", [LONG], description="Ngày, tháng/năm hoặc chỉ năm: 12/5/1970, 5/1970, 1970.")
    capacity = SelectField("Tư cách", choices=CAPACITIES)
    represents = StringField("Tập thể, hộ được đại diện", [LONG], description="Khi dự với tư cách đại diện.")
    field = StringField("Lĩnh vực", [LONG])
    direct_labour = SelectField("Trực tiếp lao động, sản xuất", choices=YES_NO)
    new_model = SelectField("Mô hình mới, điển hình mới", choices=YES_NO)
    economic_sector = SelectField("Thành phần kinh tế", choices=ECONOMIC_SECTORS)
    schooling = StringField("Trình độ văn hóa", [LONG])
    education = StringField("Trình độ chuyên môn", [LONG])
    highest_award = StringField("Khen thưởng cao nhất", [LONG])
    achievements = TextAreaField("Thành tích tiêu biểu", [Length(max=5000, message="Tối đa 5.000 ký tự.")])
    phone = StringField("Số điện thoại", [LONG])
    email = StringField("Email", [LONG])
    id_number = StringField("Số CCCD", [LONG])
    wants_speech = SelectField("Đăng ký tham luận", choices=YES_NO)
    seat = StringField("Chỗ ngồi", [Length(max=20, message="Tối đa 20 ký tự.")])
    rank = IntegerField(
        "Thứ tự ưu tiên",
        [Optional(), NumberRange(1, 9999, "Nhập số từ 1 đến 9999.")],
        description="1 là trước nhất: khi gợi ý danh sách và gọi dự khuyết.",
    )
    absence_reason = StringField("Lý do vắng", [LONG], description="Khi được triệu tập mà không dự được.")
    note = TextAreaField("Ghi chú", [Length(max=1000, message="Tối đa 1.000 ký tự.")])
    reason = StringField(
        "Lý do đổi thành phần",
        [LONG],
        description="Cần khi danh sách đã chốt, hoặc khi đưa khách mời, lãnh đạo ra ngoài tỷ lệ.",
    )


class NewDelegateForm(DelegateForm):
    """A new person; the second of the same name and birth date is asked for twice."""

    namesake = BooleanField("Là người khác, cùng tên và ngày sinh")


class SensitiveForm(Form):
    """What is shown on purpose only (Luật 91/2025/QH15)."""

    ethnic = StringField("Dân tộc", [LONG])
    religion = StringField("Tôn giáo", [LONG], description="Ghi “Không” nếu không theo tôn giáo; để trống nếu chưa biết.")
    party = SelectField("Đảng viên", choices=YES_NO)
    political_theory = StringField("Lý luận chính trị", [LONG], description="Sơ cấp, Trung cấp, Cao cấp hoặc Cử nhân.")


def yes_no(value: bool | None) -> str:
    return {True: "yes", False: "no", None: ""}[value]


def from_yes_no(value: str) -> bool | None:
    return {"yes": True, "no": False}.get(value)


def shown(delegate: Delegate) -> dict[str, Any]:
    """A person as the form shows them."""
    shown = {name: getattr(delegate, name) or "" for name in ("name", *operations.FIELDS)}
    return shown | {
        "component": delegate.component.code,
        "delegation": delegate.delegation.name if delegate.delegation else "",
        "born": show_born(delegate.born),
        "rank": delegate.rank,
        **{name: yes_no(getattr(delegate, name)) for name in YES_NO_FIELDS},
    }


def with_choices(form: DelegateForm) -> DelegateForm:
    form.component.choices = {c.code: c.label for c in g.congress.plan.components}
    return form


def values_of(form: DelegateForm) -> tuple[Any, dict[str, Any]]:
    """The component, and what was typed as the list keeps it."""
    component = operations.find_component(g.congress, form.component.data)
    if component is None:
        raise Refused("no_component", "Chọn thành phần trong danh sách.", "component")
    values: dict[str, Any] = {f.name: f.data or "" for f in form if f.name in operations.FIELDS}
    values |= {name: from_yes_no(values[name]) for name in YES_NO_FIELDS}
    values |= {name: values[name] or None for name in ("sex", "capacity", "economic_sector", "rank")}
    values["name"] = form.name.data
    values |= operations.read_typed({k: values[k] for k in ("born", "phone", "email", "id_number")}, today=today())
    return component, values


def sensitive_values(form: SensitiveForm) -> dict[str, Any]:
    texts = operations.read_typed({"ethnic": form.ethnic.data or "", "religion": form.religion.data or ""}, today=today())
    return {**texts, "party": from_yes_no(form.party.data), "political_theory": form.political_theory.data or None}


def stored_sensitive(delegate: Delegate) -> dict[str, str | None]:
    """The sensitive columns as their form shows them."""
    texts = {name: getattr(delegate, name) for name in operations.SENSITIVE_FIELDS}
    return {**texts, "party": yes_no(delegate.party)}
