"""Signing in and out, accounts and their roles."""

import re
from typing import Any

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, session, url_for
from flask_login import current_user, login_user, logout_user
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload
from werkzeug.wrappers import Response

from ..domain.delegation_lists import name_delegation
from ..domain.names import fold
from ..domain.refusals import Refused
from ..models import Congress, Delegation, Grant, Unit, User, db
from ..operations import accounts, scope
from ..operations.first_run import set_up
from ..operations.scope import actor_of
from ..operations.sealing import Sealer
from .access import PORTAL, actor, public, requires
from .account_forms import AccountForm, FirstRunForm, GrantForm, NewAccountForm, NewPasswordForm, OwnPasswordForm, SignInForm
from .clock import now
from .forms import Form

bp = Blueprint("accounts", __name__)

PAGE_SIZE = 100
CONTACT = "delegation_contact"
_PLACES = (joinedload(Grant.unit), joinedload(Grant.congress), joinedload(Grant.delegation).joinedload(Delegation.congress))
_SAME_SITE = re.compile(r"/(?![/\\])[^\\\x00-\x20\x7f]*")


@bp.before_app_request
def begin_with_first_run() -> Response | None:
    """While nobody can sign in, every page leads to the one that makes the first account."""
    always = ("accounts.first_run", "assets.send", "lan.authority", "lan.certificate", None)
    if request.endpoint in always or current_app.extensions.get("has_users"):
        return None
    current_app.extensions["has_users"] = accounts.has_users()
    return None if current_app.extensions["has_users"] else redirect(url_for("accounts.first_run"), code=303)


@bp.route("/first-run", methods=["GET", "POST"])
@public
def first_run() -> Response | str | tuple[str, int]:
    """Make the first administrator, and load a preset plan if one is chosen."""
    if accounts.has_users():
        return redirect(url_for("accounts.sign_in"), code=303)
    form = FirstRunForm()
    if not form.validate_on_submit():
        return _page("accounts/first_run.html", form)
    person = (form.username.data or "", form.name.data or "", form.password.data or "")
    try:
        user = set_up(*person, plan=form.chosen_plan(), owns_plan=form.owns_plan.data, now=now(), **_speed())
    except Refused as refusal:
        return _refused("accounts/first_run.html", form, refusal)
    db.session.commit()
    start_session(user)
    flash("Đã sẵn sàng.", "ok")
    return redirect(main_page(user), code=303)


@bp.route("/sign-in", methods=["GET", "POST"])
@public
def sign_in() -> Response | str | tuple[str, int]:
    """Sign in; what is refused is counted per account and per address."""
    form = SignInForm(next=request.args.get("next", ""))
    if not form.validate_on_submit():
        return _page("accounts/sign_in.html", form)
    answer = _try(form.username.data or "", form.password.data or "")
    db.session.commit()
    if answer.user is None:
        form.form_errors.append(answer.message)
        return render_template("accounts/sign_in.html", form=form), 429 if answer.result == "wait" else 422
    wanted = form.next.data or ""
    start_session(answer.user)
    return redirect(wanted if _SAME_SITE.fullmatch(wanted) else main_page(answer.user), code=303)


@bp.post("/sign-out")
@public
def sign_out() -> Response:
    """End the session."""
    logout_user()
    session.clear()
    flash("Đã đăng xuất.", "ok")
    return redirect(url_for("accounts.sign_in"), code=303)


@bp.route("/accounts", methods=["GET", "POST"])
@requires("accounts.manage")
def index() -> str:
    """All accounts by pages, or those found by a typed name, which travels by POST."""
    words = request.form.get("q", "").strip()
    query = select(User).order_by(User.username)
    if words:
        found = [user.id for user in accounts.find_users(words)]
        query = query.where(User.id.in_(found[:PAGE_SIZE]))
    query = query.options(selectinload(User.grants).options(*_PLACES))
    page = db.paginate(query, per_page=PAGE_SIZE, max_per_page=PAGE_SIZE, error_out=False)
    more = max(len(found) - PAGE_SIZE, 0) if words else 0
    shown = {"page": page, "words": words, "more": more}
    return render_template("accounts/index.html", **shown, describe=accounts.describe, pages_of=_page_url)


@bp.route("/accounts/new", methods=["GET", "POST"])
@requires("accounts.manage")
def new() -> Response | str | tuple[str, int]:
    """Make an account; roles follow on its own page."""
    form = NewAccountForm()
    if not form.validate_on_submit():
        return _page("accounts/new.html", form)
    try:
        user = accounts.create_user(
            form.username.data or "", form.name.data or "", form.password.data or "", actor=actor(), now=now(), **_speed()
        )
    except Refused as refusal:
        return _refused("accounts/new.html", form, refusal)
    db.session.commit()
    flash(f"Đã tạo tài khoản {user.username}. Giao vai trò để bắt đầu dùng.", "ok")
    return redirect(url_for("accounts.edit", user_id=user.id), code=303)


@bp.route("/accounts/<int:user_id>", methods=["GET", "POST"])
@requires("accounts.manage")
def edit(user_id: int) -> Response | str | tuple[str, int]:
    """Name and use of an account, and its roles."""
    user = _account(user_id)
    form = AccountForm(obj=user)
    if not form.validate_on_submit():
        return _edit_page(user, form, GrantForm(formdata=None), 422 if form.errors else 200)
    try:
        accounts.edit_user(user, name=form.name.data or "", active=form.active.data, actor=actor(), now=now())
    except Refused as refusal:
        db.session.rollback()
        form.refuse(refusal)
        return _edit_page(user, form, GrantForm(formdata=None), 422)
    db.session.commit()
    flash("Đã ghi.", "ok")
    return redirect(url_for("accounts.edit", user_id=user_id), code=303)


@bp.post("/accounts/<int:user_id>/grants")
@requires("accounts.manage")
def grant(user_id: int) -> Response | tuple[str, int]:
    """Give a role at a unit, or for a congress."""
    user, form = _account(user_id), GrantForm()
    try:
        if form.validate():
            unit, congress = _typed_unit(form.unit.data or ""), _typed_congress(form.congress.data or "")
            delegation = _typed_delegation(congress, form.delegation.data or "") if form.role.data == CONTACT else None
            accounts.grant_role(user, form.role.data, unit, congress, delegation=delegation, actor=actor(), now=now())
            db.session.commit()
            flash("Đã giao vai trò.", "ok")
            return redirect(url_for("accounts.edit", user_id=user_id), code=303)
    except Refused as refusal:
        db.session.rollback()
        form.refuse(refusal)
    return _edit_page(user, AccountForm(formdata=None, obj=user), form, 422)


@bp.post("/accounts/<int:user_id>/grants/<int:grant_id>/withdraw")
@requires("accounts.manage")
def withdraw(user_id: int, grant_id: int) -> Response:
    """Take a role away."""
    found = next((grant for grant in _account(user_id).grants if grant.id == grant_id), None)
    accounts.withdraw_grant(found or abort(404), actor=actor(), now=now())
    db.session.commit()
    flash("Đã thôi giao vai trò.", "ok")
    return redirect(url_for("accounts.edit", user_id=user_id), code=303)


@bp.route("/accounts/<int:user_id>/password", methods=["GET", "POST"])
@requires("accounts.manage")
def reset_password(user_id: int) -> Response | str | tuple[str, int]:
    """A new password for somebody who lost theirs; their sessions end."""
    user, form = _account(user_id), NewPasswordForm()
    if not form.validate_on_submit():
        return _page("accounts/reset_password.html", form, account=user)
    try:
        accounts.set_password(user, form.password.data or "", actor=actor(), now=now(), **_speed())
    except Refused as refusal:
        return _refused("accounts/reset_password.html", form, refusal, account=user)
    db.session.commit()
    if user.id == current_user.id:
        start_session(user)
    flash(f"Đã đặt mật khẩu mới cho {user.username}. Các phiên đang mở của tài khoản này đã kết thúc.", "ok")
    return redirect(url_for("accounts.edit", user_id=user_id), code=303)


@bp.route("/password", methods=["GET", "POST"])
@requires("signed_in")
def password() -> Response | str | tuple[str, int]:
    """Change one's own password."""
    form, user = OwnPasswordForm(), _account(current_user.id)
    if not form.validate_on_submit():
        return _page("accounts/password.html", form)
    # The old password is tried as at the door of the house, so that a phone left open cannot guess without end.
    answer = _try(user.username, form.old.data or "")
    try:
        if answer.user:
            accounts.set_password(user, form.password.data or "", actor=actor(), now=now(), **_speed())
    except Refused as refusal:
        return _refused("accounts/password.html", form, refusal)
    db.session.commit()
    if answer.user is None:
        form.refuse(Refused("wrong", answer.message if answer.result == "wait" else "Mật khẩu hiện tại không đúng.", "old"))
        return render_template("accounts/password.html", form=form), 422
    start_session(user)
    flash("Đã đổi mật khẩu. Các phiên khác của bạn đã kết thúc.", "ok")
    return redirect(main_page(user), code=303)


def start_session(user: User) -> None:
    """Sign a person in under a fresh session, which lasts a long morning."""
    session.clear()
    session.permanent = True
    login_user(user)


def main_page(user: User) -> str:
    """Where a person's main work is: the overview, or the door of who only stands at doors."""
    who = actor_of(user)
    if who.may(PORTAL) and not who.may("congresses.read") and not who.may("checkin.scan"):
        mine = db.session.scalars(scope.delegations_for(who).limit(2)).all()
        return url_for("portal.show", delegation_id=mine[0].id) if len(mine) == 1 else url_for("portal.index")
    if who.may("checkin.scan") and not who.may("congresses.read"):
        doors = db.session.scalars(scope.congresses_for(who, "checkin.scan").limit(2)).all()
        return url_for("devices.here", congress_id=doors[0].id) if len(doors) == 1 else url_for("checkin.doors")
    return url_for("overview.show")


def _page_url(page: int) -> str:
    return url_for("accounts.index", page=page)


def _try(username: str, password: str) -> accounts.SignInAnswer:
    sealer: Sealer = current_app.extensions["sealer"]
    return accounts.sign_in(username, password, address=request.remote_addr or "", sealer=sealer, now=now(), **_speed())


def _speed() -> dict[str, bool]:
    return {"fast": bool(current_app.config.get("ARGON2_FAST"))}


def _page(template: str, form: Form, **values: Any) -> str | tuple[str, int]:
    page = render_template(template, form=form, **values)
    return (page, 422) if form.errors else page


def _refused(template: str, form: Form, refusal: Refused, **values: Any) -> tuple[str, int]:
    db.session.rollback()
    form.refuse(refusal)
    return render_template(template, form=form, **values), 422


def _account(user_id: int) -> User:
    return db.session.get(User, user_id) or abort(404)


def _edit_page(user: User, form: AccountForm, grant_form: GrantForm, status: int) -> tuple[str, int]:
    units = db.session.execute(select(Unit.name, Unit.code).order_by(Unit.path)).all()
    congresses = db.session.execute(select(Congress.id, Congress.title1).order_by(Congress.id)).all()
    page = render_template(
        "accounts/edit.html", account=user, form=form, grant_form=grant_form, describe=accounts.describe,
        units=[f"{name} ({code})" for name, code in units], congresses=[f"{title} (số {number})" for number, title in congresses],
    )  # fmt: skip
    return page, status


def _typed_unit(text: str) -> Unit | None:
    """The unit of "name (code)", of a code alone, or of a name that only one unit has; None for nothing typed."""
    if not text:
        return None
    code = text.rpartition("(")[2].rstrip(")") if text.endswith(")") else text
    found = db.session.scalars(select(Unit).where((Unit.code == code) | (Unit.name == text)).limit(2)).all()
    if len(found) != 1:
        raise Refused("no_unit", "Không có đơn vị này. Gõ vài chữ của tên rồi chọn trong danh sách.", "unit")
    return found[0]


def _typed_congress(text: str) -> Congress | None:
    """The congress of "name (số 12)" or of its number alone; None for nothing typed."""
    number = re.search(r"(\d+)\)?$", text)
    congress = db.session.get(Congress, int(number[1])) if number else None
    if text and congress is None:
        raise Refused("no_congress", "Không có hội nghị này. Gõ vài chữ của tên rồi chọn trong danh sách.", "congress")
    return congress


def _typed_delegation(congress: Congress | None, text: str) -> Delegation | None:
    """The delegation of that name in a congress, with or without the word "Đoàn"; None for nothing typed."""
    if congress is None or not text:
        return None
    names = (fold(text), fold(name_delegation(text)))
    query = select(Delegation).where(Delegation.congress_id == congress.id, Delegation.folded.in_(names))
    found = db.session.scalars(query.limit(1)).one_or_none()
    if found is None:
        raise Refused("no_delegation", "Hội nghị này không có đoàn tên như vậy. Xem tên ở trang Đoàn của hội nghị.", "delegation")
    return found
