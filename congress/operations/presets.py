"""Presets: plans as YAML files. Read with every fault named by path and line, loaded into rows, written back."""

from collections.abc import Hashable
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any
from unicodedata import normalize

import yaml
from sqlalchemy import select

from ..domain.access import Actor
from ..domain.delegate_lists.records import Group
from ..domain.names import fold
from ..domain.preset_parts import Fault, inside
from ..domain.presets import OwnerUnit, Preset, Tier, check_preset
from ..domain.refusals import Refused
from ..domain.units import name_key
from ..models import Component, Plan, PlanStep, PlanTier, ProgrammeItem, Unit, db
from . import audit

FOLDER = Path(__file__).resolve().parent.parent / "presets"
_LONGEST = 200_000  # characters; the longest plan we know has seven thousand


class PresetFaults(Refused):
    """A preset is not right: `faults` names every fault by path and line."""

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = sorted(faults, key=lambda fault: fault.line)
        first = self.faults[0]
        more = f" Còn {len(faults) - 1} lỗi nữa." if len(faults) > 1 else ""
        super().__init__("preset_faults", f"Tệp kế hoạch có lỗi. {say_fault(first)}{more}", "file")


def say_fault(fault: Fault) -> str:
    """A fault in one line: "dòng 12, tiers.commune.cap: …"."""
    where = [f"dòng {fault.line}"] if fault.line else []
    where += [fault.path] if fault.path else []
    return f"{', '.join(where)}: {fault.message}" if where else fault.message


# ---- reading -----------------------------------------------------------------------------------------------------------


class _Marked:
    """Plain data of a YAML text, with the line on which each path stands."""

    def __init__(self, loader: yaml.SafeLoader) -> None:
        self.loader = loader
        self.lines: dict[str, int] = {}
        self.faults: list[Fault] = []
        self._seen: set[int] = set()

    def read(self, node: yaml.Node, path: str) -> Any:
        self.lines.setdefault(path, node.start_mark.line + 1)
        if id(node) in self._seen:  # an alias: it would let a short file grow without end
            self.faults.append(Fault(path, "Không dùng dấu & và * của YAML; ghi lại giá trị.", self.lines[path]))
            return None
        self._seen.add(id(node))
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self.read(item, inside(path, place)) for place, item in enumerate(node.value)]
        return self._scalar(node, path)

    def _mapping(self, node: yaml.MappingNode, path: str) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            key = key_node.value if isinstance(key_node, yaml.ScalarNode) else ""
            under = inside(path, key)
            if not key or key in found:
                self.faults.append(Fault(under, f"Mục “{key}” ghi hai lần." if key else "Tên mục phải là chữ.", line))
                continue
            self.lines[under] = line
            found[key] = self.read(value_node, under)
        return found

    def _scalar(self, node: yaml.Node, path: str) -> Any:
        try:
            value = self.loader.construct_object(node)
        except (yaml.YAMLError, ValueError):
            self.faults.append(Fault(path, f"Không hiểu giá trị “{node.value}”.", node.start_mark.line + 1))
            return None
        return value if isinstance(value, Hashable) else None

    def line_of(self, path: str) -> int:
        """The line of a path, or of what it would stand in."""
        while path and path not in self.lines:
            path = path[: max(path.rfind("."), path.rfind("["), 0)]
        return self.lines.get(path, 1)


def read_preset(text: str) -> Preset:
    """The preset of a YAML text; raises PresetFaults with every fault in it."""
    text = normalize("NFC", text.removeprefix("\ufeff"))
    if len(text) > _LONGEST:
        raise PresetFaults([Fault("", "Tệp quá dài, không phải một kế hoạch.", 1)])
    try:
        loader = yaml.SafeLoader(text)
        node = loader.get_single_node()
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise PresetFaults([Fault("", "Không đọc được YAML ở đây: xem lại thụt dòng, dấu hai chấm và dấu nháy.", line)]) from None
    except (yaml.YAMLError, RecursionError):
        raise PresetFaults([Fault("", "Tệp không phải văn bản YAML.", 1)]) from None
    if node is None:
        raise PresetFaults([Fault("", "Tệp trống.", 1)])
    marked = _Marked(loader)
    data = marked.read(node, "")
    preset, faults = check_preset(data)
    named = {fault.path for fault in marked.faults}
    faults = marked.faults + [replace(f, line=marked.line_of(f.path)) for f in faults if f.path not in named]
    if preset is None or faults:
        raise PresetFaults(faults)
    return preset


def decode_preset(data: bytes) -> str:
    """The text of an uploaded file; raises PresetFaults when it is not UTF-8."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise PresetFaults([Fault("", "Tệp không phải văn bản UTF-8.", 1)]) from None


# ---- what is shipped ---------------------------------------------------------------------------------------------------


@lru_cache
def shipped_presets() -> dict[str, Preset]:
    """The presets that come with the service, by code."""
    presets = (read_preset(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.yaml")))
    return {preset.code: preset for preset in presets}


def preset_names() -> list[tuple[str, str]]:
    """Code and title of each shipped preset."""
    return [(preset.code, preset.title) for preset in shipped_presets().values()]


def get_preset(code: str) -> Preset:
    """A shipped preset; raises Refused when there is none of this code."""
    if code not in shipped_presets():
        raise Refused("no_preset", f"Không có kế hoạch mẫu “{code}”. Có: {', '.join(shipped_presets())}.", "preset")
    return shipped_presets()[code]


def preset_text(code: str) -> str:
    """The YAML of a shipped preset; raises Refused when there is none."""
    return (FOLDER / f"{get_preset(code).code}.yaml").read_text(encoding="utf-8")


def preset_units(code: str) -> tuple[str, bytes] | None:
    """Name and content of the list of units beside a shipped preset, or None."""
    name = get_preset(code).units
    return (name, (FOLDER / name).read_bytes()) if name else None


def preset_groups(code: str = "bac-kan-2024") -> tuple[Group, ...]:
    """The components of a shipped preset as the reader of delegate lists wants them; no database needed."""
    return tuple(Group(c.code, c.label, c.side, c.aliases) for c in get_preset(code).components)


# ---- rows --------------------------------------------------------------------------------------------------------------


def load_preset(preset: Preset, *, unit: Unit | None, actor: Actor, now: datetime) -> Plan:
    """The plan of a preset, owned by `unit` or by the unit the preset names, which is made when it is missing.

    The same preset again gives the plan there is; raises Refused when a plan of this code differs from it.
    """
    existing = db.session.scalars(select(Plan).where(Plan.code == preset.code)).one_or_none()
    if existing is not None:
        if _rules(plan_preset(existing)) != _rules(preset):
            raise Refused(
                "plan_exists", f"Đã có kế hoạch mã {preset.code} với nội dung khác. Đổi mã trong tệp, hoặc sửa kế hoạch đang có."
            )
        return existing
    owner = unit or _owner(preset.unit, actor, now)
    plan = Plan(
        unit=owner, **plan_values(preset), tiers=_placed(PlanTier, [tier_values(tier) for tier in preset.tiers]),
        components=_placed(Component, plan_values(preset, "components")),
        programme=_placed(ProgrammeItem, plan_values(preset, "programme")), steps=_placed(PlanStep, plan_values(preset, "steps")),
    )  # fmt: skip
    db.session.add(plan)
    db.session.flush()
    audit.record(actor, "load", plan, now=now, changed={"code": [None, plan.code]})
    return plan


def _owner(wanted: OwnerUnit, actor: Actor, now: datetime) -> Unit:
    unit = db.session.scalars(select(Unit).where(Unit.code == wanted.code)).one_or_none()
    if unit is None:
        unit = Unit(
            code=wanted.code,
            name=wanted.name,
            kind=wanted.kind,
            path="",
            folded=fold(wanted.name),
            sort_key=name_key(wanted.name),
        )
        db.session.add(unit)
        db.session.flush()
        unit.path = f"/{unit.id}/"
        audit.record(actor, "create", unit, now=now, changed={"name": [None, unit.name]})
    return unit


def plan_values(preset: Preset, section: str | None = None) -> Any:
    """The columns of a plan's own row, or those of the rows of one of its lists (components, programme, steps)."""
    if section is not None:
        return [_lists(asdict(part)) for part in getattr(preset, section)]
    return {
        "code": preset.code, "title": preset.title, "issuer": preset.issuer, "number": preset.number,
        "issued_on": preset.issued_on, "deadline": preset.deadline,
        "period_from": preset.period[0], "period_to": preset.period[1],
        "forms": [asdict(form) for form in preset.forms], "legal_bases": list(preset.legal_bases),
        "movements": list(preset.movements), "pilots": list(preset.pilots),
        "young_until": preset.young_until, "register_required": preset.register_required,
    }  # fmt: skip


def tier_values(tier: Tier) -> dict[str, Any]:
    """The columns of a tier's row."""
    values = _lists(asdict(tier)) | {"targets": [target.row() for target in tier.targets]}
    values["ratio_honoured"], values["ratio_invited"] = values.pop("ratio") or (None, None)
    values["window_from"], values["window_to"] = values.pop("window")
    return values


def _placed(model: type[Any], parts: list[dict[str, Any]]) -> list[Any]:
    return [model(position=position, **values) for position, values in enumerate(parts, 1)]


def _lists(values: dict[str, Any]) -> dict[str, Any]:
    return {key: list(value) if isinstance(value, tuple) else value for key, value in values.items()}


def _rules(preset: Preset) -> Preset:
    """A preset without what a plan's row does not keep or may have otherwise: the owner and the list of units."""
    return replace(preset, units="", unit=OwnerUnit("", "", ""))


# ---- writing back ------------------------------------------------------------------------------------------------------


def plan_data(plan: Plan) -> dict[str, Any]:
    """A plan as the plain nested data of a preset."""
    return {
        "code": plan.code, "title": plan.title, "issuer": plan.issuer, "number": plan.number, "issued_on": plan.issued_on,
        "period": [plan.period_from, plan.period_to], "deadline": plan.deadline,
        "unit": {"code": plan.unit.code, "name": plan.unit.name, "kind": plan.unit.kind},
        "forms": [dict(form) for form in plan.forms], "legal_bases": list(plan.legal_bases), "movements": list(plan.movements),
        "pilots": list(plan.pilots), "young_until": plan.young_until, "register_required": plan.register_required,
        "tiers": {tier.code: _tier_data(tier) for tier in plan.tiers},
        "components": [_row_data(c, ("code", "label", "badge_label", "side", "colour", "aliases")) for c in plan.components],
        "programme": [_row_data(i, ("code", "title", "required", "forms", "minutes")) for i in plan.programme],
        "steps": [_row_data(s, ("code", "label", "days_before")) for s in plan.steps],
    }  # fmt: skip


def _tier_data(tier: PlanTier) -> dict[str, Any]:
    ratio = [tier.ratio_honoured, tier.ratio_invited]
    return {
        **_row_data(tier, ("label", "forms", "unit_kinds", "upper_tier", "cap", "uncounted_cap")),
        "ratio": None if ratio == [None, None] else ratio, "ratio_mode": tier.ratio_mode, "plenary_allowed": tier.plenary_allowed,
        "window": [tier.window_from, tier.window_to],
        **_row_data(tier, ("max_minutes", "plan_approval", "organiser_may_override", "structure")),
        "targets": [dict(target) for target in tier.targets], "clause": tier.clause,
    }  # fmt: skip


def _row_data(row: Any, keys: tuple[str, ...]) -> dict[str, Any]:
    values = {key: getattr(row, key) for key in keys}
    return {key: list(value) if isinstance(value, list) else value for key, value in values.items()}


def plan_preset(plan: Plan) -> Preset:
    """A plan's rows as a preset; raises PresetFaults (without lines) when they are not right."""
    preset, faults = check_preset(plan_data(plan))
    if preset is None:
        raise PresetFaults(faults)
    return preset


@dataclass
class _Flow:
    """A list written on one line."""

    values: list[Any]


class _Dumper(yaml.SafeDumper):
    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)


_Dumper.add_representer(
    _Flow, lambda dumper, flow: dumper.represent_sequence("tag:yaml.org,2002:seq", flow.values, flow_style=True)
)


def export_plan(plan: Plan) -> str:
    """A plan as YAML that read_preset reads back to the same rules."""
    data = plan_data(plan)
    data["period"] = _Flow(data["period"])
    for tier in data["tiers"].values():
        tier["window"] = _Flow(tier["window"])
        tier["ratio"] = tier["ratio"] and _Flow(tier["ratio"])
    return str(yaml.dump(data, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=120))
