"""The forms of a plan: each gives its part as a preset would say it."""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from flask_wtf.file import FileField
from wtforms import (
    BooleanField,
    ColorField,
    DateField,
    IntegerField,
    RadioField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from ..domain.names import fold
from ..domain.presets import NATIONAL, TIERS
from ..domain.refusals import Refused
from ..domain.steps import STEP_CODES
from ..domain.structure import DIMENSIONS, dimension_label, find_dimension, read_targets
from ..domain.units import KINDS
from ..models import Component, Plan, PlanStep, PlanTier, ProgrammeItem, Unit
from .forms import Form

TIER_NAMES = {
    "commune": "Cấp xã",
    "department": "Cấp sở, ngành",
    "district": "Cấp huyện",
    "province": "Cấp tỉnh",
    NATIONAL: "Toàn quốc",
}
MODES = {
    "min_models": "Điển hình ít nhất bằng tỷ lệ (chặn khi chốt)",
    "exact": "Đúng tỷ lệ, lệch không quá 1 người (chặn khi chốt)",
    "advisory": "Chỉ nhắc, không chặn",
    "none": "Không quy định tỷ lệ",
}
APPROVALS = {"pilots": "Chỉ hội nghị điểm", "all": "Mọi hội nghị", "none": "Không hội nghị nào"}
SIDES = {"honoured": "Điển hình", "invited": "Khách mời và lãnh đạo", "uncounted": "Không tính"}
STEP_NAMES = {
    "plan_ready": "Có kế hoạch tổ chức",
    "date_set": "Đã định ngày",
    "agenda_ready": "Chương trình đủ mục, đúng thứ tự",
    "list_open": "Đã mở danh sách",
    "delegates_in": "Danh sách có người",
    "list_closed": "Đã chốt danh sách",
    "badges_printed": "Mọi người đã duyệt có thẻ in",
    "held": "Đã tổ chức",
    "reported": "Đã báo cáo",
}
# What a fault of a preset calls a value, and the field that shows it.
FIELD_OF = {
    "ratio": "ratio_honoured", "window": "window_from", "period": "period_from",
    "dimension": "targets", "count": "targets", "percent": "targets",
}  # fmt: skip
ONE_A_LINE = "Mỗi dòng một mục."
_TARGET = re.compile(r"(.+):\s*(\d{1,6})\s*(%|người|đại biểu|)")


def choices(pairs: Iterable[tuple[Any, str]]) -> list[SelectChoice]:
    """What a field offers, from codes and their words."""
    return [SelectChoice(value, words) for value, words in pairs]


def lines(text: str | None) -> list[str]:
    """The lines of a text area that hold anything."""
    return [line.strip() for line in (text or "").splitlines() if line.strip()]


def target_lines(rows: Iterable[Any]) -> str:
    """A tier's targets as they are typed: "Nữ: 30%", "Lĩnh vực Y tế: 5 người"."""
    return "\n".join(
        f"{dimension_label(target.dimension)}: {f'{target.percent}%' if target.count is None else f'{target.count} người'}"
        for target in read_targets(rows)
    )


def typed_target(line: str) -> dict[str, Any]:
    """A target as a preset says it; raises ValidationError with what to type instead."""
    found = _TARGET.fullmatch(line)
    if found is None:
        raise ValidationError(f"“{line}”: ghi dạng “Nữ: 30%” hoặc “Nữ: 30 người”.")
    words, number, unit = found.groups()
    dimension = find_dimension(words)
    if dimension is None:
        raise ValidationError(f"Không có chỉ tiêu “{words}”. Dùng: {', '.join(DIMENSIONS.values())}, lĩnh vực …, kinh tế ….")
    return {"dimension": dimension, "percent" if unit == "%" else "count": int(number)}


def new_code(title: str, taken: Sequence[str]) -> str:
    """A code made of a title's words that no other part has."""
    words = "".join(letter if letter.isascii() and letter.isalnum() else " " for letter in fold(title)).split()
    stem = "_".join(words[:5])[:40].strip("_") or "muc"
    code, n = stem, 1
    while code in taken:
        n += 1
        code = f"{stem}_{n}"
    return code


class CheckboxesField(SelectMultipleField):
    """Several of some, as boxes."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class PresetForm(Form):
    """A form whose refusals come from the rules of a preset."""

    def refuse(self, refusal: Refused) -> None:
        super().refuse(Refused(refusal.code, refusal.message, FIELD_OF.get(refusal.field or "", refusal.field)))


class NewPlanForm(PresetForm):
    """A shipped preset, or a file of one's own."""

    preset = RadioField("Kế hoạch mẫu")
    file = FileField(
        "Hoặc tệp YAML của tỉnh", description="Tệp xuất từ hệ thống này, hoặc soạn theo mẫu. Có tệp thì bỏ qua kế hoạch mẫu."
    )
    unit_id = SelectField("Đơn vị chủ kế hoạch", coerce=int)

    @classmethod
    def offering(cls, presets: Sequence[tuple[str, str]], units: Sequence[Unit]) -> "NewPlanForm":
        """The form with what there is to choose."""
        form = cls()
        form.preset.choices = choices(presets)
        form.preset.data = form.preset.data or presets[0][0]
        form.unit_id.choices = choices((unit.id, unit.name) for unit in units)
        return form


class BasicsForm(PresetForm):
    """A plan's own lines."""

    title = StringField("Tên kế hoạch", [InputRequired("Chưa có tên kế hoạch."), Length(max=500)])
    issuer = StringField("Cơ quan ban hành", [InputRequired("Chưa có cơ quan ban hành."), Length(max=200)])
    number = StringField("Số", [Length(max=100)])
    issued_on = DateField("Ngày ban hành", [Optional()])
    period_from = IntegerField("Giai đoạn, từ năm", [InputRequired("Nhập năm.")])
    period_to = IntegerField("đến năm", [InputRequired("Nhập năm.")])
    deadline = DateField("Hạn các đơn vị xong kế hoạch", [Optional()], description="Ngày cuối cùng còn đúng hạn.")
    forms = TextAreaField("Hình thức tổ chức", description="Mỗi dòng một hình thức, dạng “mã: tên”.")
    young_until = IntegerField(
        "Trẻ tuổi: đến hết tuổi", [InputRequired("Nhập số tuổi.")], default=35,
        description="Tính bằng năm họp trừ năm sinh; in kèm trong báo cáo.",
    )  # fmt: skip
    register_required = BooleanField(
        "Đại biểu điển hình phải có trong sổ điển hình", description="Bỏ chọn: đại biểu điển hình không cần có trong sổ."
    )
    legal_bases = TextAreaField("Căn cứ", description=ONE_A_LINE)
    movements = TextAreaField("Phong trào thi đua trọng tâm", description=ONE_A_LINE)
    pilots = TextAreaField("Đơn vị điểm", description="Mỗi dòng một mã đơn vị.")

    @classmethod
    def for_plan(cls, plan: Plan) -> "BasicsForm":
        """The form of a plan."""
        forms = "\n".join(f"{form['code']}: {form['name']}" for form in plan.forms)
        texts = {key: "\n".join(getattr(plan, key)) for key in ("legal_bases", "movements", "pilots")}
        return cls(obj=_Shown(plan, forms=forms, **texts))

    def values(self) -> dict[str, Any]:
        """What was typed, as a preset says it."""
        forms = [line.partition(":") for line in lines(self.forms.data)]
        return {
            "title": self.title.data, "issuer": self.issuer.data, "number": self.number.data or "",
            "issued_on": self.issued_on.data,
            "period": [self.period_from.data, self.period_to.data], "deadline": self.deadline.data,
            "forms": [{"code": code.strip(), "name": name.strip()} for code, _, name in forms],
            "legal_bases": lines(self.legal_bases.data), "movements": lines(self.movements.data),
            "pilots": lines(self.pilots.data), "young_until": self.young_until.data,
            "register_required": self.register_required.data,
        }  # fmt: skip


class TierForm(PresetForm):
    """The rules of one tier."""

    label = StringField("Tên cấp trong kế hoạch", [InputRequired("Chưa có tên cấp."), Length(max=200)])
    forms = CheckboxesField("Hình thức tổ chức")
    unit_kinds = CheckboxesField("Loại đơn vị họp ở cấp này", choices=choices(KINDS.items()))
    upper_tier = SelectField(
        "Bầu đại biểu đi dự cấp", choices=choices([("", "Không có"), *((code, TIER_NAMES[code]) for code in (*TIERS, NATIONAL))])
    )
    cap = IntegerField(
        "Số đại biểu tối đa", [InputRequired("Nhập số đại biểu tối đa."), NumberRange(1, 100_000, "Từ 1 đến 100.000.")]
    )
    uncounted_cap = IntegerField(
        "Số người không tính tối đa", [Optional()],
        description="Ban Tổ chức, phục vụ, báo chí, văn nghệ. Để trống: kế hoạch không quy định.",
    )  # fmt: skip
    ratio_honoured = IntegerField("Tỷ lệ: điển hình", [Optional()], description="Ví dụ 7, để trống cả hai khi không quy định.")
    ratio_invited = IntegerField("khách mời và lãnh đạo", [Optional()], description="Ví dụ 3.")
    ratio_mode = SelectField("Cách áp dụng tỷ lệ", choices=choices(MODES.items()))
    window_from = DateField("Tổ chức từ ngày", [InputRequired("Chọn ngày đầu.")])
    window_to = DateField("đến ngày", [InputRequired("Chọn ngày cuối.")])
    max_minutes = IntegerField(
        "Chương trình dài tối đa (phút)", [InputRequired("Nhập số phút.")], description="Một buổi: 240 phút."
    )
    plan_approval = SelectField("Trình kế hoạch tổ chức để có ý kiến", choices=choices(APPROVALS.items()))
    plenary_allowed = BooleanField("Được họp toàn thể", description="Hội nghị toàn thể: tỷ lệ và số tối đa chỉ để nhắc.")
    organiser_may_override = BooleanField(
        "Đơn vị tổ chức được chốt khác tỷ lệ", description="Phải ghi lý do. Bỏ chọn: chỉ chủ kế hoạch."
    )
    structure = TextAreaField("Yêu cầu về cơ cấu", description=ONE_A_LINE)
    targets = TextAreaField(
        "Chỉ tiêu cơ cấu", description="Mỗi dòng một chỉ tiêu, dạng “Nữ: 30%” hoặc “Lĩnh vực Y tế: 5 người”. Thiếu thì chỉ nhắc."
    )
    clause = StringField("Mục trong kế hoạch", [Length(max=100)])
    confirmed = BooleanField("Tôi đã xem các hội nghị bị ảnh hưởng và vẫn đổi")

    @classmethod
    def for_tier(cls, plan: Plan, tier: PlanTier | None) -> "TierForm":
        """The form of a tier, or of one that the plan does not have yet."""
        form = cls(obj=_Shown(tier, **cls._texts(tier))) if tier else cls()
        form.forms.choices = choices((item["code"], item["name"]) for item in plan.forms)
        return form

    @staticmethod
    def _texts(tier: PlanTier) -> dict[str, str]:
        texts = {"structure": "\n".join(tier.structure), "targets": target_lines(tier.targets)}
        return {**texts, "upper_tier": tier.upper_tier or ""}

    def validate_targets(self, field: TextAreaField) -> None:
        """Every line must name a target and how many."""
        for line in lines(field.data):
            typed_target(line)

    def values(self, tier: PlanTier | None) -> dict[str, Any]:
        """What was typed, as a preset says it; the tier's usual form stays first."""
        ratio = [self.ratio_honoured.data, self.ratio_invited.data]
        chosen = self.forms.data or []
        return {
            "label": self.label.data, "forms": sorted(chosen, key=lambda code: not (tier and tier.forms[:1] == [code])),
            "unit_kinds": self.unit_kinds.data or [], "upper_tier": self.upper_tier.data or None, "cap": self.cap.data,
            "uncounted_cap": self.uncounted_cap.data,
            "ratio": None if ratio == [None, None] else ratio, "ratio_mode": self.ratio_mode.data,
            "plenary_allowed": self.plenary_allowed.data, "window": [self.window_from.data, self.window_to.data],
            "max_minutes": self.max_minutes.data, "plan_approval": self.plan_approval.data,
            "organiser_may_override": self.organiser_may_override.data, "structure": lines(self.structure.data),
            "targets": [typed_target(line) for line in lines(self.targets.data)], "clause": self.clause.data or "",
        }  # fmt: skip


class ComponentForm(PresetForm):
    """Who a delegate is."""

    heading = "Thành phần"
    label = StringField("Tên thành phần", [InputRequired("Chưa có tên thành phần."), Length(max=200)])
    badge_label = StringField("Chữ trên thẻ", [Length(max=60)], description="Để trống thì theo tên thành phần.")
    side = RadioField("Tính vào bên", choices=choices(SIDES.items()), default="uncounted")
    colour = ColorField("Màu dải trên thẻ", default="#4b5563", description="Màu đậm: chữ trắng phải đọc được.")
    aliases = TextAreaField("Các cách ghi khác trong danh sách", description=f"{ONE_A_LINE} Dùng khi nhập danh sách từ Excel.")
    confirmed = BooleanField("Tôi đã xem các hội nghị bị ảnh hưởng và vẫn đổi")

    @classmethod
    def for_row(cls, plan: Plan, row: Component | None) -> "ComponentForm":
        """The form of a component, or an empty one."""
        return cls(obj=_Shown(row, aliases="\n".join(row.aliases))) if row else cls()

    def values(self, plan: Plan, row: Component | None) -> dict[str, Any]:
        """What was typed, as a preset says it."""
        label = self.label.data or ""
        return {
            "code": row.code if row else new_code(label, [c.code for c in plan.components]), "label": label,
            "badge_label": self.badge_label.data or label, "colour": self.colour.data or "", "side": self.side.data,
            "aliases": lines(self.aliases.data),
        }  # fmt: skip


class ItemForm(PresetForm):
    """One item of the programme."""

    heading = "Mục chương trình"
    title = StringField("Nội dung", [InputRequired("Chưa có nội dung."), Length(max=500)])
    required = BooleanField("Bắt buộc", default=True)
    forms = CheckboxesField("Chỉ khi tổ chức dưới hình thức", description="Không chọn gì: mọi hình thức.")
    minutes = IntegerField(
        "Số phút dự kiến", [InputRequired("Nhập số phút."), NumberRange(0, 600, "Từ 0 đến 600 phút.")], default=10
    )

    @classmethod
    def for_row(cls, plan: Plan, row: ProgrammeItem | None) -> "ItemForm":
        """The form of an item, or an empty one."""
        form = cls(obj=row)
        form.forms.choices = choices((item["code"], item["name"]) for item in plan.forms)
        return form

    def values(self, plan: Plan, row: ProgrammeItem | None) -> dict[str, Any]:
        """What was typed, as a preset says it."""
        title = self.title.data or ""
        return {
            "code": row.code if row else new_code(title, [item.code for item in plan.programme]), "title": title,
            "required": self.required.data, "forms": self.forms.data or [], "minutes": self.minutes.data,
        }  # fmt: skip


class StepForm(PresetForm):
    """One step of the check list."""

    heading = "Việc cần làm"
    code = SelectField("Xong khi")
    label = StringField("Tên việc", [InputRequired("Chưa có tên việc."), Length(max=200)])
    days_before = IntegerField(
        "Hạn: số ngày trước hội nghị", [Optional(), NumberRange(-1000, 1000, "Từ -1000 đến 1000.")],
        description="Số âm: sau hội nghị. Để trống: không có hạn.",
    )  # fmt: skip

    @classmethod
    def for_row(cls, plan: Plan, row: PlanStep | None) -> "StepForm":
        """The form of a step, or an empty one; a plan has each step once."""
        form = cls(obj=row)
        taken = {step.code for step in plan.steps}
        codes = [row.code] if row else [code for code in STEP_CODES if code not in taken]
        form.code.choices = choices((code, STEP_NAMES[code]) for code in codes)
        return form

    def values(self, plan: Plan, row: PlanStep | None) -> dict[str, Any]:
        """What was typed, as a preset says it."""
        return {"code": self.code.data, "label": self.label.data, "days_before": self.days_before.data}


PART_FORMS: dict[str, type[Any]] = {"components": ComponentForm, "programme": ItemForm, "steps": StepForm}


class _Shown:
    """A row with some of its values written otherwise, for a form to be filled from."""

    def __init__(self, row: Any, **instead: Any) -> None:
        self.row = row
        self.__dict__.update(instead)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.row, name)
