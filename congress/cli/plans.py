"""`plan load|check|export`."""

from pathlib import Path

import click
from flask.cli import AppGroup
from sqlalchemy import select

from ..domain.access import COMMAND_LINE
from ..domain.refusals import Refused
from ..models import Plan, Unit, db
from ..operations import presets
from .output import commits, now, say

group = AppGroup("plan", help="Kế hoạch khung: nạp, kiểm tra, xuất.")


def _read(what: str) -> presets.Preset:
    """A shipped preset by its code, or a file."""
    if what in presets.shipped_presets():
        return presets.get_preset(what)
    path = Path(what)
    if not path.is_file():
        codes = ", ".join(presets.shipped_presets())
        raise click.BadParameter(f"không có tệp này, cũng không có kế hoạch mẫu tên này (có: {codes})", param_hint="CODE|FILE")
    return presets.read_preset(presets.decode_preset(path.read_bytes()))


def _say_faults(refusal: presets.PresetFaults) -> None:
    for fault in refusal.faults:
        say(presets.say_fault(fault))


@group.command("load")
@click.argument("what", metavar="CODE|FILE")
@click.option("--unit", "unit_code", help="Mã đơn vị chủ kế hoạch; bỏ qua thì theo tệp.")
@commits
def load(what: str, unit_code: str | None) -> None:
    """Nạp kế hoạch từ mã một kế hoạch mẫu hoặc từ tệp YAML."""
    try:
        preset = _read(what)
    except presets.PresetFaults as refusal:
        _say_faults(refusal)
        raise click.exceptions.Exit(1) from None
    unit = db.session.scalars(select(Unit).where(Unit.code == unit_code)).one_or_none() if unit_code else None
    if unit_code and unit is None:
        raise Refused("no_unit", f"Không có đơn vị mã {unit_code}.")
    plan = presets.load_preset(preset, unit=unit, actor=COMMAND_LINE, now=now())
    say(f"Đã có kế hoạch {plan.code}: {plan.title}.")


@group.command("check")
@click.argument("what", metavar="FILE")
def check(what: str) -> None:
    """Kiểm tra một tệp YAML; mỗi lỗi một dòng, theo số dòng và đường dẫn."""
    try:
        preset = _read(what)
    except presets.PresetFaults as refusal:
        _say_faults(refusal)
        raise click.exceptions.Exit(1) from None
    say(f"Đúng: {preset.title}, {len(preset.tiers)} cấp.")


@group.command("export")
@click.argument("code")
@commits
def export(code: str) -> None:
    """Ghi một kế hoạch ra stdout dạng YAML."""
    plan = db.session.scalars(select(Plan).where(Plan.code == code)).one_or_none()
    if plan is None:
        raise Refused("no_plan", f"Không có kế hoạch mã {code}.")
    click.echo(presets.export_plan(plan).encode(), nl=False)
