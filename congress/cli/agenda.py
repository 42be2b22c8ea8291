"""`programme …`: the running order as a handout."""

from pathlib import Path

import click
from flask.cli import AppGroup

from ..domain.refusals import Refused
from ..operations import scope
from ..operations.agenda import MAIN
from ..web.agenda import programme_pdf
from .output import commits, say

group = AppGroup("programme", help="Chương trình hội nghị.")


@group.command("print")
@click.option("--congress", "number", type=int, required=True)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True)
@commits
def print_sheet(number: int, out: Path) -> None:
    """In chương trình buổi chính ra một tệp PDF."""
    congress = scope.get_congress(number)
    sitting = next((sitting for sitting in congress.sittings if sitting.kind == MAIN), None)
    if sitting is None:
        raise Refused("no_sitting", f"Hội nghị số {number} chưa có buổi chính.")
    out.write_bytes(programme_pdf(congress, sitting))
    say(f"Đã ghi chương trình {len(sitting.items)} mục vào {out}.")
