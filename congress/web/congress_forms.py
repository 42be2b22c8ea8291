"""The forms of a congress."""

from collections.abc import Sequence
from datetime import datetime

from wtforms import BooleanField, DateField, IntegerField, SelectField, StringField, TextAreaField, TimeField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from ..domain.refusals import Refused
from ..models import Congress, PlanTier, Unit
from ..operations.congresses import CongressValues, form_name, own_titles
from .clock import from_local, local
from .forms import Form

ATTENDANCE = {"delegates": "Đại biểu được chọn", "plenary": "Toàn thể"}


class CongressForm(Form):
    """What a congress is; blank title lines are composed from the plan."""

    plan_tier_id = SelectField("Theo kế hoạch", coerce=int)
    unit_id = SelectField("Đơn vị tổ chức", coerce=int)
    form = SelectField("Hình thức")
    ordinal = IntegerField(
        "Lần thứ", [InputRequired("Nhập lần thứ bằng chữ số, ví dụ 6."), NumberRange(1, 200, "Từ 1 đến 200.")], default=1
    )
    held_on = DateField("Ngày tổ chức", [Optional()], description="Để trống nếu chưa định.")
    starts_at = TimeField("Giờ bắt đầu", [Optional()])
    place = StringField("Địa điểm", [Length(max=200, message="Tối đa 200 ký tự.")])
    planned_size = IntegerField(
        "Quy mô",
        [InputRequired("Nhập số đại biểu."), NumberRange(1, message="Từ 1 người trở lên.")],
        description="Số đại biểu, không kể phục vụ, báo chí.",
    )
    attendance = SelectField("Hình thức dự", choices=ATTENDANCE, default="delegates")
    is_pilot = BooleanField("Là hội nghị điểm", description="Kế hoạch được trình cho ý kiến trước; các đơn vị cùng cấp họp sau.")
    date_reason = TextAreaField("Lý do chọn ngày này", [Length(max=500)], description="Chỉ cần khi ngày khác khung của kế hoạch.")
    title1 = StringField("Dòng 1", [Length(max=300)])
    title2 = StringField("Dòng 2", [Length(max=100)])
    title3 = StringField("Dòng 3", [Length(max=200)])

    @classmethod
    def for_new(cls, rules: Sequence[PlanTier], units: Sequence[Unit]) -> "CongressForm":
        """An empty form with the plans, units and forms to choose from."""
        form = cls()
        form.plan_tier_id.choices = {r.id: r.plan.title[:120] for r in rules}
        form.unit_id.choices = {u.id: u.name for u in units}
        form._offer(rules)
        if not form.is_submitted():
            form.planned_size.data = rules[0].cap
        return form

    @classmethod
    def for_edit(cls, congress: Congress) -> "CongressForm":
        """The form of a congress that exists; plan and unit stay."""
        start = congress.sittings[0].starts_at
        form = cls(obj=congress, starts_at=local(start).time() if start else None)
        if not form.is_submitted():
            # A line still as composed is shown empty, so that it follows when the date or the ordinal changes.
            for line, composed in zip((form.title1, form.title2, form.title3), own_titles(congress), strict=True):
                line.data = "" if line.data == composed else line.data
        del form.plan_tier_id, form.unit_id
        form._offer([congress.tier])
        return form

    def _offer(self, rules: Sequence[PlanTier]) -> None:
        codes = dict.fromkeys((rule.plan, code) for rule in rules for code in rule.forms)
        self.form.choices = {code: form_name(plan, code) for plan, code in codes}
        if not any(rule.plenary_allowed for rule in rules):
            del self.attendance

    def chosen(self, rules: Sequence[PlanTier]) -> PlanTier:
        """The row of rules that was picked."""
        rule = next((r for r in rules if r.id == self.plan_tier_id.data), None)
        if rule is None:
            raise Refused("plan", "Chọn kế hoạch trong danh sách.", "plan_tier_id")
        return rule

    def values(self) -> CongressValues:
        """What was typed, as the operations take it."""
        day, time = self.held_on.data, self.starts_at.data
        return CongressValues(
            form=self.form.data,
            ordinal=self.ordinal.data,
            held_on=day,
            starts_at=from_local(datetime.combine(day, time)) if day and time else None,
            place=self.place.data or "",
            planned_size=self.planned_size.data,
            attendance=self.attendance.data if "attendance" in self else "delegates",
            is_pilot=self.is_pilot.data,
            date_reason=self.date_reason.data or "",
            titles=(self.title1.data or "", self.title2.data or "", self.title3.data or ""),
        )


class ReasonForm(Form):
    """A step that wants a reason."""

    reason = TextAreaField("Lý do", [DataRequired("Nêu lý do."), Length(max=1000, message="Tối đa 1.000 ký tự.")])


class PostponeForm(ReasonForm):
    """Putting off, with a new date if there is one."""

    new_date = DateField("Ngày mới", [Optional()], description="Để trống nếu chưa định.")
