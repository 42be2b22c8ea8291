"""What a right preset of a plan is: read from plain nested data, with every fault named by its path."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from .admission import HONOURED, INVITED, MODES, SIDES
from .colours import READABLE, contrast, is_colour
from .names import fold
from .preset_parts import Fault, Part, inside
from .steps import STEP_CODES
from .structure import YOUNG_UNTIL, Target, dimension_label, is_dimension
from .units import KINDS

TIERS = ("commune", "department", "district", "province")
NATIONAL = "national"  # the upper tier that lies outside every plan
APPROVALS = ("pilots", "all", "none")

FIELDS = (
    "code", "title", "issuer", "number", "issued_on", "period", "deadline", "unit", "units", "forms", "legal_bases", "movements",
    "pilots", "young_until", "register_required", "tiers", "components", "programme", "steps",
)  # fmt: skip
TIER_FIELDS = (
    "label", "forms", "unit_kinds", "upper_tier", "cap", "uncounted_cap", "ratio", "ratio_mode", "plenary_allowed", "window",
    "max_minutes", "plan_approval", "organiser_may_override", "structure", "targets", "clause",
)  # fmt: skip


@dataclass(frozen=True)
class Form:
    """A form of congress: "Đại hội Thi đua yêu nước" and its kin."""

    code: str
    name: str


@dataclass(frozen=True)
class OwnerUnit:
    """The unit whose plan it is."""

    code: str
    name: str
    kind: str


@dataclass(frozen=True, kw_only=True)
class Tier:
    """The rules of one tier. `ratio` is (honoured, invited) or None; `max_minutes` the length of the programme;
    `uncounted_cap` the most people outside both sides, None when the plan states none.
    """

    code: str
    label: str
    forms: tuple[str, ...]
    unit_kinds: tuple[str, ...]
    upper_tier: str | None
    cap: int
    uncounted_cap: int | None
    ratio: tuple[int, int] | None
    ratio_mode: str
    plenary_allowed: bool
    window: tuple[date, date]
    max_minutes: int
    plan_approval: str
    organiser_may_override: bool
    structure: tuple[str, ...]
    targets: tuple[Target, ...]
    clause: str


@dataclass(frozen=True)
class Component:
    """Who a delegate is, and on which side that counts."""

    code: str
    label: str
    badge_label: str
    colour: str
    side: str
    aliases: tuple[str, ...]


@dataclass(frozen=True)
class Item:
    """One item of the programme; `forms` empty means always."""

    code: str
    title: str
    required: bool
    forms: tuple[str, ...]
    minutes: int


@dataclass(frozen=True)
class Step:
    """One step of the check list; `days_before` negative means after the congress."""

    code: str
    label: str
    days_before: int | None


@dataclass(frozen=True, kw_only=True)
class Preset:
    """A whole plan as a file says it. `units` names a list of units that lies beside the file, "" for none."""

    code: str
    title: str
    issuer: str
    number: str
    issued_on: date | None
    period: tuple[int, int]
    deadline: date | None
    unit: OwnerUnit
    units: str
    forms: tuple[Form, ...]
    legal_bases: tuple[str, ...]
    movements: tuple[str, ...]
    pilots: tuple[str, ...]
    young_until: int
    register_required: bool
    tiers: tuple[Tier, ...]
    components: tuple[Component, ...]
    programme: tuple[Item, ...]
    steps: tuple[Step, ...]


def check_preset(data: Any) -> tuple[Preset | None, list[Fault]]:
    """The preset that plain data (mappings, lists, texts, numbers, dates) describes, or every fault in it."""
    faults: list[Fault] = []
    root = Part(data, "", faults)
    root.only(FIELDS)
    forms = tuple(Form(part.code("code"), part.text("name")) for part in root.parts("forms", ("code", "name"), at_least=1))
    form_codes = tuple(form.code for form in forms)
    preset = Preset(
        code=root.code("code"), title=root.text("title"), issuer=root.text("issuer"), number=root.text("number", default=""),
        issued_on=root.day("issued_on"), period=_period(root), deadline=root.day("deadline"), unit=_owner(root),
        units=_units_file(root),
        forms=forms, legal_bases=root.texts("legal_bases"), movements=root.texts("movements"), pilots=root.texts("pilots"),
        young_until=root.number_or_none("young_until", 16, 99) or YOUNG_UNTIL,
        register_required=root.flag("register_required", default=False),
        tiers=_tiers(root, form_codes), components=_components(root), programme=_programme(root, form_codes), steps=_steps(root),
    )  # fmt: skip
    if not faults:
        _check_whole(preset, root)
    return (None if faults else preset), faults


def _period(root: Part) -> tuple[int, int]:
    first, last = root.pair_of_numbers("period", 1945, 2200) or (0, 0)
    if first > last:
        root.fault("period", f"Giai đoạn {first} - {last} đi ngược: năm đầu phải trước năm cuối.")
    return first, last


def _owner(root: Part) -> OwnerUnit:
    part = root.part("unit", ("code", "name", "kind"))
    return OwnerUnit(part.text("code"), part.text("name"), part.choice("kind", tuple(KINDS)))


def _units_file(root: Part) -> str:
    name = root.text("units", default="")
    if name and (not name.endswith((".csv", ".xlsx")) or "/" in name or "\\" in name):
        root.fault("units", "Ghi tên một tệp .csv hoặc .xlsx nằm cạnh tệp này, không kèm thư mục.")
    return name


def _tiers(root: Part, forms: Sequence[str]) -> tuple[Tier, ...]:
    whole = root.part("tiers", TIERS)
    codes = [code for code in whole.data if code in TIERS]
    if not codes and whole.sound:
        root.fault("tiers", "Cần ít nhất một cấp.")
    return tuple(_tier(code, whole.part(code, TIER_FIELDS), forms) for code in codes)


def _tier(code: str, part: Part, forms: Sequence[str]) -> Tier:
    ratio = part.pair_of_numbers("ratio", 1, 1000, nullable=True)
    mode = part.choice("ratio_mode", MODES)
    if part.has("ratio", "ratio_mode") and (ratio is None) != (mode == "none"):
        words = "Có tỷ lệ thì cách áp dụng không thể là none." if ratio else "Không có tỷ lệ thì cách áp dụng phải là none."
        part.fault("ratio_mode", words)
    window = part.pair_of_days("window")
    if window[0] > window[1]:
        part.fault("window", "Khung thời gian đi ngược: ngày đầu phải trước ngày cuối.")
    return Tier(
        code=code, label=part.text("label"), forms=part.codes("forms", forms, at_least=1),
        unit_kinds=part.codes("unit_kinds", tuple(KINDS), at_least=1),
        upper_tier=part.choice("upper_tier", (*TIERS, NATIONAL), nullable=True),
        cap=part.number("cap", 1, 100_000), uncounted_cap=part.number_or_none("uncounted_cap", 0, 100_000),
        ratio=ratio, ratio_mode=mode,
        plenary_allowed=part.flag("plenary_allowed", default=False),
        window=window, max_minutes=part.number("max_minutes", 1, 1440),
        plan_approval=part.choice("plan_approval", APPROVALS, default="pilots"),
        organiser_may_override=part.flag("organiser_may_override", default=False),
        structure=part.texts("structure"), targets=_targets(part), clause=part.text("clause", default=""),
    )  # fmt: skip


def _targets(tier: Part) -> tuple[Target, ...]:
    found: list[Target] = []
    for part in tier.parts("targets", ("dimension", "count", "percent")):
        dimension = part.text("dimension")
        if dimension and not is_dimension(dimension):
            part.fault("dimension", f"Không có chỉ tiêu cơ cấu “{dimension}”.")
        elif dimension in {target.dimension for target in found}:
            part.fault("dimension", f"Chỉ tiêu “{dimension_label(dimension)}” đã ghi ở trên.")
        given = [key for key in ("count", "percent") if part.data.get(key) is not None]
        if part.sound and len(given) != 1:
            part.fault("count", "Ghi một trong hai: count (số người) hoặc percent (phần trăm).")
        count, percent = part.number_or_none("count", 1, 100_000), part.number_or_none("percent", 1, 100)
        found.append(Target(dimension, count, None if count is not None else percent))
    return tuple(found)


def _components(root: Part) -> tuple[Component, ...]:
    found = []
    names: dict[str, str] = {}
    for part in root.parts("components", ("code", "label", "badge_label", "colour", "side", "aliases"), at_least=1):
        label, aliases = part.text("label"), part.texts("aliases")
        colour = part.text("colour").lower()
        if colour and not is_colour(colour):
            part.fault("colour", f'“{colour}” không phải màu. Ghi như "#b3131b", trong ngoặc kép.')
        elif colour and contrast("#ffffff", colour) < READABLE:
            part.fault("colour", f"Chữ trắng không đọc được trên màu {colour}. Chọn màu đậm hơn.")
        component = Component(
            part.code("code"), label, part.text("badge_label", default=label), colour, part.choice("side", SIDES), aliases
        )
        for name in dict.fromkeys(fold(name) for name in (label, *aliases) if name):
            if names.setdefault(name, component.code) != component.code:
                part.fault(
                    "aliases", f"Cách ghi “{name}” đã dùng cho thành phần {names[name]}: một cách ghi chỉ thuộc một thành phần."
                )
        found.append(component)
    return tuple(found)


def _programme(root: Part, forms: Sequence[str]) -> tuple[Item, ...]:
    return tuple(
        Item(part.code("code"), part.text("title"), part.flag("required", default=True), part.codes("forms", forms),
             part.number("minutes", 0, 1440))
        for part in root.parts("programme", ("code", "title", "required", "forms", "minutes"))
    )  # fmt: skip


def _steps(root: Part) -> tuple[Step, ...]:
    return tuple(
        Step(part.choice("code", STEP_CODES), part.text("label"), part.number_or_none("days_before", -1000, 1000))
        for part in root.parts("steps", ("code", "label", "days_before"))
    )


def _check_whole(preset: Preset, root: Part) -> None:
    """What only the parts together tell."""
    kinds: dict[str, str] = {}
    uppers = {tier.code: tier.upper_tier for tier in preset.tiers}
    for tier in preset.tiers:
        tiers = f"tiers.{tier.code}"
        for kind in tier.unit_kinds:
            if kinds.setdefault(kind, tier.code) != tier.code:
                root.fault(f"{tiers}.unit_kinds", f"Loại đơn vị {kind} đã họp ở cấp {kinds[kind]}: một loại chỉ họp ở một cấp.")
        if tier.upper_tier not in (None, NATIONAL, *uppers):
            root.fault(f"{tiers}.upper_tier", f"Kế hoạch không có cấp {tier.upper_tier}.")
        elif _goes_round(uppers, tier.code):
            root.fault(f"{tiers}.upper_tier", "Cấp trên đi vòng: cấp này lại là cấp trên của chính nó.")
        if tier.ratio:
            for side in (HONOURED, INVITED):
                if all(component.side != side for component in preset.components):
                    root.fault("components", f"Cấp {tier.code} có tỷ lệ mà không thành phần nào thuộc bên {side}.")
    for place, code in enumerate(preset.pilots):
        if code in preset.pilots[:place]:
            root.fault(inside("pilots", place), f"Mã đơn vị {code} đã ghi ở trên.")


def _goes_round(uppers: dict[str, str | None], start: str) -> bool:
    step: str | None = uppers[start]
    for _ in uppers:
        if step == start:
            return True
        step = uppers.get(step) if step else None
    return False
