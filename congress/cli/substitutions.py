"""`delegates substitute`: one delegate in the place of another."""

import click
from flask import current_app
from flask.cli import with_appcontext

from ..domain.access import COMMAND_LINE
from ..operations import substitutions
from .output import commits, now, say


@click.command("substitute")
@click.option("--congress", "number", type=int, required=True)
@click.option("--old", "old_id", type=int, required=True, help="Mã đại biểu không dự được.")
@click.option("--new", "new_id", type=int, required=True, help="Mã đại biểu thay, cùng bên.")
@click.option("--reason", required=True, help="Lý do thay.")
@click.option("--decided-by", required=True, help="Người quyết định.")
@with_appcontext
@commits
def substitute(*, number: int, old_id: int, new_id: int, reason: str, decided_by: str) -> None:
    """Thay một đại biểu: người thay giữ số thẻ và chỗ ngồi, thẻ cũ hết hiệu lực."""
    decision = substitutions.Decision(reason, decided_by)
    sealer = current_app.extensions["sealer"]
    row = substitutions.substitute(number, old_id, new_id, decision, actor=COMMAND_LINE, sealer=sealer, now=now())
    say(f"{row.new.name} đã thay {row.old.name}, số thẻ {row.number}.")
