"""The first run of an empty installation: its administrator and, when one is chosen, its plan and units."""

from dataclasses import dataclass, replace
from datetime import datetime

from ..domain.access import Actor
from ..domain.names import normalise
from ..domain.presets import Preset
from ..domain.refusals import Refused
from ..domain.titles import name_in_sentence
from ..models import Plan, User
from . import accounts
from .presets import get_preset, load_preset, preset_units
from .units import import_units

SETTER_UP = Actor(None, "lần chạy đầu tiên", everything=True)
_PLACEHOLDER = "(đổi tên)"  # how a preset marks the name of a province it does not know


@dataclass(frozen=True)
class FirstPlan:
    """The preset to start from, the province where the preset leaves it open, and whether to load the units it ships with."""

    preset: str
    province: str = ""
    with_units: bool = False


def needs_province(preset: Preset) -> bool:
    """Whether a preset leaves the name of its province open."""
    return _PLACEHOLDER in preset.unit.name


def set_up(
    username: str, name: str, password: str, *, plan: FirstPlan | None, owns_plan: bool, now: datetime, fast: bool = False
) -> User:
    """Make the first administrator, load the chosen plan and, where asked, make the administrator the plan's owner too.

    Refused when there is an account already, and for whatever the account, the preset or the units refuse.
    """
    user = accounts.create_first_administrator(username, name, password, now=now, fast=fast)
    if plan is None:
        if owns_plan:
            raise Refused("owner_needs_plan", "Chọn một kế hoạch mẫu, hoặc bỏ chọn phần chủ kế hoạch.", "owns_plan")
        return user
    loaded = _load(plan, now)
    if owns_plan:
        accounts.grant_role(user, "plan_owner", loaded.unit, actor=SETTER_UP, now=now)
    return user


def _load(wanted: FirstPlan, now: datetime) -> Plan:
    preset = get_preset(wanted.preset)
    if needs_province(preset):
        province = normalise(wanted.province)
        if not province:
            raise Refused("no_province", "Chưa có tên tỉnh cho kế hoạch mẫu này.", "province")
        issuer = f"Ủy ban nhân dân {name_in_sentence(province)}"
        preset = replace(preset, unit=replace(preset.unit, name=province), issuer=issuer)
    loaded = load_preset(preset, unit=None, actor=SETTER_UP, now=now)
    units = preset_units(wanted.preset) if wanted.with_units else None
    if units:
        file_name, data = units
        import_units(data, file_name, actor=SETTER_UP, now=now)
    return loaded
