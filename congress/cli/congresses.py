"""`congress …`: the congresses and their rule."""

from datetime import UTC, datetime

import click
from flask.cli import AppGroup
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from ..domain.access import COMMAND_LINE, Actor
from ..domain.refusals import Refused
from ..domain.wording import say as in_words
from ..models import Congress, User, db
from ..operations import congresses as operations
from ..operations import counting, scope
from .output import commits, now, print_json, say

group = AppGroup("congress", help="Hội nghị: liệt kê, kiểm tra, quy mô, chốt danh sách.")


@group.command("list")
@click.option("--json", "as_json", is_flag=True)
@commits
def list_congresses(as_json: bool) -> None:
    """Liệt kê các hội nghị."""
    query = select(Congress).options(joinedload(Congress.unit), joinedload(Congress.tier)).order_by(Congress.id)
    found = db.session.scalars(query).all()
    figures = counting.count_people([c.id for c in found])
    rows = [
        {
            "id": c.id,
            "tier": c.tier.code,
            "unit": c.unit.name,
            "name": f"{c.title1} {c.title2[:1].lower()}{c.title2[1:]}".strip(),
            "state": "postponed" if c.postponed else c.stage,
            "planned": c.planned_size,
            "approved": figures[c.id].approved.total,
            "uncounted": figures[c.id].uncounted_total,
            "present": figures[c.id].present,
        }
        for c in found
    ]
    if as_json:
        print_json(rows)
        return
    for row in rows:
        click.echo("{id}\t{tier}\t{state}\t{approved}/{planned}\t{name}".format_map(row))


@group.command("check")
@click.argument("number", type=int)
@click.option("--json", "as_json", is_flag=True)
@commits
def check(number: int, as_json: bool) -> None:
    """Những điều còn chưa đúng của một hội nghị."""
    found = operations.check_congress(scope.get_congress(number))
    if as_json:
        print_json([{"code": v.code, "severity": v.severity, "numbers": v.numbers, "message": in_words(v)} for v in found])
        return
    for violation in found:
        click.echo(f"{violation.severity}\t{violation.code}\t{in_words(violation)}")
    if not found:
        say("Không có gì sai.")


@group.command("set-planned")
@click.argument("number", type=int)
@click.argument("size", type=int)
@commits
def set_planned(number: int, size: int) -> None:
    """Đổi quy mô (số đại biểu dự kiến)."""
    operations.set_planned(number, size, actor=COMMAND_LINE, now=now())
    say(f"Quy mô hội nghị {number}: {size} đại biểu.")


@group.command("close")
@click.argument("number", type=int)
@click.option("--override-reason", default="", help="Lý do chốt khác tỷ lệ; cần --as.")
@click.option("--as", "username", default="", help="Tên đăng nhập của người quyết định.")
@commits
def close(number: int, override_reason: str, username: str) -> None:
    """Chốt danh sách đại biểu."""
    if override_reason and not username:
        raise click.UsageError("--override-reason cần --as USER: ai quyết định khác tỷ lệ.")
    operations.close_list(number, actor=_actor(username), now=now(), override_reason=override_reason)
    say(f"Đã chốt danh sách hội nghị {number} lúc {datetime.now(UTC).astimezone():%H:%M %d/%m/%Y}.")


def _actor(username: str) -> Actor:
    if not username:
        return COMMAND_LINE
    user = db.session.scalars(select(User).filter_by(username=username.lower(), active=True)).one_or_none()
    if user is None:
        raise Refused("no_user", f"Không có tài khoản “{username}”.")
    return scope.actor_of(user)
