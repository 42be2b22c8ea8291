"""`delegations …`: the delegations of a congress, and links for their contacts."""

from datetime import datetime
from typing import Any

import click
from flask import current_app
from flask.cli import AppGroup

from ..domain.access import COMMAND_LINE
from ..domain.delegation_lists import LINK_DAYS, call_delegation
from ..domain.refusals import Refused
from ..operations import delegation_links as links
from ..operations import delegations, scope
from .output import commits, now, print_json, say

group = AppGroup("delegations", help="Đoàn: liệt kê, tạo liên kết cho đầu mối.")


@group.command("list")
@click.option("--congress", "number", type=int, required=True)
@click.option("--json", "as_json", is_flag=True)
@commits
def list_delegations(number: int, as_json: bool) -> None:
    """Các đoàn của một hội nghị, theo thứ tự lễ tân."""
    rows = [_row(line) for line in delegations.delegations_of(scope.get_congress(number), now=now())]
    if as_json:
        print_json(rows)
        return
    for row in rows:
        click.echo("{id}\t{position}\t{people}\t{list_state}\t{name}".format_map(row))


def _row(line: delegations.DelegationLine) -> dict[str, Any]:
    row = line.delegation
    return {
        "id": row.id,
        "position": row.position,
        "name": row.name,
        "unit": row.unit.code if row.unit else None,
        "head": row.head.name if row.head else None,
        "deputy": row.deputy.name if row.deputy else None,
        "arrives_at": _moment(row.arrives_at),
        "people": line.people,
        "sides": line.sides,
        "states": line.states,
        "list_state": line.list_state,
        "sent_at": _moment(row.sent_at),
    }


def _moment(value: datetime | None) -> str | None:
    return value.isoformat() if value else None


@group.command("link")
@click.option("--congress", "number", type=int, required=True)
@click.option("--delegation", "delegation_id", type=int, required=True, help="Mã đoàn, xem bằng delegations list.")
@click.option("--days", type=int, default=LINK_DAYS, show_default=True, help="Số ngày liên kết dùng được.")
@commits
def link(number: int, delegation_id: int, days: int) -> None:
    """Tạo liên kết một lần cho đầu mối của đoàn; đường dẫn chỉ in ra lần này, liên kết cũ hết hiệu lực."""
    delegation = delegations.find_delegation(scope.get_congress(number), delegation_id)
    if delegation is None:
        raise Refused("no_delegation", f"Hội nghị {number} không có đoàn mã {delegation_id}.")
    sealer = current_app.extensions["sealer"]
    secret = links.make_link(delegation, days=days, actor=COMMAND_LINE, sealer=sealer, now=now())
    say(f"Liên kết cho {call_delegation(delegation.name)}, dùng được {days} ngày. Ghép sau địa chỉ của máy chủ:")
    click.echo(f"/d/{secret}")
