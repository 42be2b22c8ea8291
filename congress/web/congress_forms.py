"""The forms of a congress."""

from collections.abc import Sequence
from datetime import date, datetime

from wtforms import BooleanField, DateField, IntegerField, SelectField, StringField, TextAreaField, TimeField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional, ValidationError

from ..domain.admission import suggest_attendance
from ..domain.refusals import Refused
from ..models import Congress, PlanTier, Unit
from ..operations.congresses import CongressValues, form_name, own_titles
from ..operations.sittings import main_sitting
from .clock import from_local, local
from .forms import Form

ATTENDANCE = {"delegates": "Đại biểu được chọn", "plenary": "Toàn thể"}
BY_HEADCOUNT = {"": "Theo số người của đơn vị"}  # asked for where the unit is chosen in the same form
DATES = ["%Y-%m-%d", "%d/%m/%Y"]  # what a browser's date field sends, and what people type where there is none
YEARS = range(2000, 2101)


def at_most(length: int) -> Length:
    """A text of at most so many characters."""
    return Length(max=length, message=f"Tối đa {length:,} ký tự.".replace(",", "."))


def in_our_days(_form: Form, field: DateField) -> None:
    """A date field takes "25" for the year 25: more often a slip than a date."""
    day: date | None = field.data
    if day and day.year not in YEARS:
        raise ValidationError(f"Ghi đủ năm, từ {YEARS[0]} đến {YEARS[-1]}.")


def plenary_hint(unit: Unit, cap: int) -> str:
    """What the unit's headcount says about how people attend (A7)."""
    headcount = unit.headcount
    if not headcount:
        return f"Chưa ghi số người của đơn vị. Không quá {cap} người thì có thể họp toàn thể."
    if suggest_attendance(headcount=headcount, cap=cap) == "plenary":
        return f"Đơn vị có {headcount} người, không quá {cap}: có thể họp toàn thể; khi đó tỷ lệ chỉ nhắc."
    return f"Đơn vị có {headcount} người, quá {cap}: nên chọn đại biểu."


class CongressForm(Form):
    """What a congress is; blank title lines are composed from the plan."""

    plan_tier_id = SelectField("Theo kế hoạch", coerce=int)
    unit_id = SelectField("Đơn vị tổ chức", coerce=int)
    form = SelectField("Hình thức")
    ordinal = IntegerField(
        "Lần thứ", [InputRequired("Nhập lần thứ bằng chữ số, ví dụ 6."), NumberRange(1, 200, "Từ 1 đến 200.")], default=1
    )
    held_on = DateField("Ngày tổ chức", [Optional(), in_our_days], format=DATES, description="Để trống nếu chưa định.")
    starts_at = TimeField("Giờ bắt đầu", [Optional()])
    place = StringField("Địa điểm", [at_most(200)])
    planned_size = IntegerField(
        "Quy mô", [InputRequired("Nhập số đại biểu.")], description="Số đại biểu, không kể phục vụ, báo chí."
    )
    attendance = SelectField("Hình thức dự", choices=ATTENDANCE, default="delegates")
    is_pilot = BooleanField("Là hội nghị điểm", description="Kế hoạch được trình cho ý kiến trước; các đơn vị cùng cấp họp sau.")
    date_reason = TextAreaField("Lý do chọn ngày này", [at_most(500)], description="Chỉ cần khi ngày khác khung của kế hoạch.")
    title1 = StringField("Dòng 1", [at_most(300)])
    title2 = StringField("Dòng 2", [at_most(100)])
    title3 = StringField("Dòng 3", [at_most(200)])

    def validate_starts_at(self, field: TimeField) -> None:
        """A time alone would be lost: the start is a day and a time."""
        if field.data and not self.held_on.data and not self.held_on.errors:
            raise ValidationError("Đặt ngày trước, rồi mới đặt giờ.")

    @classmethod
    def for_new(cls, rules: Sequence[PlanTier], units: Sequence[Unit]) -> "CongressForm":
        """An empty form with the plans, units and forms to choose from."""
        form = cls()
        form.plan_tier_id.choices = {r.id: r.plan.title[:120] for r in rules}
        form.unit_id.choices = {u.id: u.name for u in units}
        form._offer(rules)
        if not form.is_submitted():
            form.planned_size.data = rules[0].cap
        form._suggest(rules, units)
        return form

    @classmethod
    def for_edit(cls, congress: Congress) -> "CongressForm":
        """The form of a congress that exists; plan and unit stay."""
        start = main_sitting(congress).starts_at
        form = cls(obj=congress, starts_at=local(start).time() if start else None)
        if not form.is_submitted():
            # A line still as composed is shown empty, so that it follows when the date or the ordinal changes.
            for line, composed in zip((form.title1, form.title2, form.title3), own_titles(congress), strict=True):
                line.data = "" if line.data == composed else line.data
        del form.plan_tier_id, form.unit_id
        form._offer([congress.tier])
        if "attendance" in form:
            form.attendance.description = plenary_hint(congress.unit, congress.tier.cap)
        return form

    def _offer(self, rules: Sequence[PlanTier]) -> None:
        codes = dict.fromkeys((rule.plan, code) for rule in rules for code in rule.forms)
        self.form.choices = {code: form_name(plan, code) for plan, code in codes}
        if not any(rule.plenary_allowed for rule in rules):
            del self.attendance

    def _suggest(self, rules: Sequence[PlanTier], units: Sequence[Unit]) -> None:
        """Preselect how people attend, by the unit's headcount (A7); with several units to choose from, once one is chosen."""
        if "attendance" not in self:
            return
        cap = rules[0].cap
        if len(units) > 1:
            self.attendance.choices = BY_HEADCOUNT | ATTENDANCE
            self.attendance.description = f"Đơn vị không quá {cap} người có thể họp toàn thể; khi đó tỷ lệ chỉ nhắc."
            self.attendance.data = self.attendance.data if self.is_submitted() else ""
            return
        self.attendance.description = plenary_hint(units[0], cap)
        if not self.is_submitted():
            self.attendance.data = suggest_attendance(headcount=units[0].headcount, cap=cap) or "delegates"
            if self.attendance.data == "plenary":
                self.planned_size.data = units[0].headcount

    def chosen(self, rules: Sequence[PlanTier]) -> PlanTier:
        """The row of rules that was picked."""
        rule = next((r for r in rules if r.id == self.plan_tier_id.data), None)
        if rule is None:
            raise Refused("plan", "Chọn kế hoạch trong danh sách.", "plan_tier_id")
        return rule

    def values(self, rule: PlanTier, unit: Unit) -> CongressValues:
        """What was typed, as the operations take it; how people attend follows the headcount where it was left open."""
        suggested = (rule.plenary_allowed and suggest_attendance(headcount=unit.headcount, cap=rule.cap)) or "delegates"
        day, time = self.held_on.data, self.starts_at.data
        return CongressValues(
            form=self.form.data,
            ordinal=self.ordinal.data,
            held_on=day,
            starts_at=from_local(datetime.combine(day, time)) if day and time else None,
            place=self.place.data or "",
            planned_size=self.planned_size.data,
            attendance=(self.attendance.data or suggested) if "attendance" in self else "delegates",
            is_pilot=self.is_pilot.data,
            date_reason=self.date_reason.data or "",
            titles=(self.title1.data or "", self.title2.data or "", self.title3.data or ""),
        )


class ReasonForm(Form):
    """A step that wants a reason."""

    reason = TextAreaField("Lý do", [DataRequired("Nêu lý do."), at_most(1000)])


class PostponeForm(ReasonForm):
    """Putting off, with a new date if there is one."""

    new_date = DateField("Ngày mới", [Optional(), in_our_days], format=DATES, description="Để trống nếu chưa định.")
