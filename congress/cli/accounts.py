"""`user`: accounts from the command line."""

import sys
from secrets import token_urlsafe

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy import select

from ..domain.access import COMMAND_LINE, ROLES
from ..domain.refusals import Refused
from ..models import Delegation, Unit, db
from ..operations import accounts
from ..operations.scope import get_congress
from .output import commits, now, say

group = AppGroup("user", help="Tài khoản.")


@group.command("create")
@click.argument("username")
@click.option("--name", required=True, help="Họ tên.")
@click.option("--role", required=True, type=click.Choice(list(ROLES)), help="Vai trò.")
@click.option("--unit", "unit_code", help="Mã đơn vị được giao (plan_owner, organiser, secretary, viewer).")
@click.option("--congress", "congress_id", type=int, help="Số hội nghị được giao (checkin_staff).")
@click.option("--delegation", "delegation_id", type=int, help="Mã đoàn được giao (delegation_contact).")
@click.option("--password-stdin", is_flag=True, help="Đọc mật khẩu từ stdin.")
@click.option("--generate", is_flag=True, help="Tự đặt mật khẩu và in ra stdout.")
@commits
def create(
    *,
    username: str,
    name: str,
    role: str,
    unit_code: str | None,
    congress_id: int | None,
    delegation_id: int | None,
    **how: bool,
) -> None:
    """Tạo tài khoản với một vai trò."""
    unit = _unit(unit_code) if unit_code else None
    congress = get_congress(congress_id) if congress_id is not None else None
    delegation = _delegation(delegation_id) if delegation_id is not None else None
    password = _password(**how)
    fast = bool(current_app.config.get("ARGON2_FAST"))
    account = accounts.create_user(username, name, password, actor=COMMAND_LINE, now=now(), fast=fast)
    accounts.grant_role(account, role, unit, congress, delegation=delegation, actor=COMMAND_LINE, now=now())
    say(f"Đã tạo tài khoản {account.username}.")
    if how["generate"]:
        click.echo(password)


def _password(*, password_stdin: bool, generate: bool) -> str:
    if password_stdin and generate:
        raise click.UsageError("Chọn một: --password-stdin hoặc --generate.")
    if generate:
        return token_urlsafe(12)
    if password_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    typed: str = click.prompt("Mật khẩu", hide_input=True, confirmation_prompt="Nhập lại mật khẩu", err=True)
    return typed


def _unit(code: str) -> Unit:
    unit = db.session.scalars(select(Unit).filter_by(code=code)).one_or_none()
    if unit is None:
        raise Refused("no_unit", f"Không có đơn vị mã {code}.")
    return unit


def _delegation(delegation_id: int) -> Delegation:
    delegation = db.session.get(Delegation, delegation_id)
    if delegation is None:
        raise Refused("no_delegation", f"Không có đoàn mã {delegation_id}. Xem mã bằng lệnh: delegations list.")
    return delegation
