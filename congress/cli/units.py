"""`units import`."""

from pathlib import Path

import click
from flask.cli import AppGroup

from ..domain.access import COMMAND_LINE
from ..operations import units
from ..operations.unit_files import UnitFaults, say_fault
from .output import commits, now, say

group = AppGroup("units", help="Đơn vị: nạp danh sách.")


@group.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@commits
def import_list(file: Path) -> None:
    """Thêm và sửa đơn vị theo danh sách CSV hoặc XLSX; có một dòng lỗi thì không ghi gì."""
    try:
        result = units.import_units(file.read_bytes(), file.name, actor=COMMAND_LINE, now=now())
    except UnitFaults as refusal:
        for fault in refusal.faults:
            say(say_fault(fault))
        raise click.exceptions.Exit(1) from None
    say(f"Đã thêm {result.created}, sửa {result.updated}, giữ nguyên {result.unchanged} đơn vị.")
