"""One person of a congress's list: data, state, badge; the sensitive columns have their own door."""

from typing import Any

from flask import Blueprint, abort, current_app, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ..domain.admission import UNCOUNTED
from ..domain.refusals import Refused
from ..models import Delegate, db
from ..operations import admission, audit, counting, duplicates, personal, substitutions
from ..operations import badges as badge_operations
from ..operations import delegates as operations
from .access import actor, may, requires
from .clock import now
from .delegate_forms import (
    DelegateForm,
    NewDelegateForm,
    SensitiveForm,
    sensitive_values,
    shown,
    stored_sensitive,
    values_of,
    with_choices,
)
from .delegates import moves_for
from .exemplars import found_in_register
from .substitutions import stage_allows

bp = Blueprint("people", __name__, url_prefix="/congress/<int:congress_id>/delegates")


@bp.route("/new", methods=["GET", "POST"])
@requires("delegates.edit")
def new(congress_id: int) -> str | Response | tuple[str, int]:
    """Put one person on the list."""
    form = with_choices(NewDelegateForm())
    sensitive = SensitiveForm()
    if form.validate_on_submit() and sensitive.validate():
        try:
            component, values = values_of(form)
            values |= sensitive_values(sensitive)
            _require_new(values, form.namesake.data)
            operations.add_delegate(
                congress_id, values, component=component, delegation_name=form.delegation.data or "", actor=actor(), now=now()
            )
        except Refused as refusal:
            db.session.rollback()
            (sensitive if refusal.field in operations.SENSITIVE_FIELDS else form).refuse(refusal)
        else:
            db.session.commit()
            flash("Đã thêm vào danh sách, ở trạng thái đề cử.", "ok")
            return redirect(url_for("delegates.index", congress_id=congress_id), code=303)
    page = render_template("delegates/form.html", congress=g.congress, form=form, sensitive=sensitive, delegate=None)
    return page, 422 if form.errors or sensitive.errors else 200


def _require_new(values: dict[str, Any], namesake: bool) -> None:
    """Somebody who presses twice adds one person; two people of one name and birth date are said to be two."""
    same = operations.find_namesake(admission.lock_congress(g.congress.id), values["name"], values["born"])
    if same and not namesake:
        who = f"{same.name}, số thẻ {same.number}"
        raise Refused("namesake", f"Đã có {who} trong danh sách. Nếu là hai người, đánh dấu ô này rồi thêm.", "namesake")


@bp.route("/<int:delegate_id>", methods=["GET", "POST"])
@requires("delegates.edit")
def edit(congress_id: int, delegate_id: int) -> str | Response | tuple[str, int]:
    """A person: data, state, badge. The sensitive columns have their own door."""
    delegate = _get(delegate_id)
    form = with_choices(DelegateForm(data=shown(delegate)))
    if form.validate_on_submit() and _edited(delegate, form):
        flash("Đã ghi.", "ok")
        return redirect(url_for("delegates.index", congress_id=congress_id), code=303)
    page = render_template(
        "delegates/form.html",
        congress=g.congress,
        form=form,
        delegate=delegate,
        sensitive=None,
        states=admission.STATES,
        moves=moves_for(g.congress, delegate),
        override=_may_override(delegate),
        twins=duplicates.find_duplicates(g.congress, actor=actor(), delegate_id=delegate_id),
        replaceable=_may_replace(delegate),
        successor=substitutions.find_successor(congress_id, delegate_id) if delegate.state == "withdrawn" else None,
        in_register=found_in_register(delegate),
        **_own_page(delegate),
    )
    return page, 422 if form.errors else 200


def _edited(delegate: Delegate, form: DelegateForm) -> bool:
    delegation, reason = form.delegation.data or "", form.reason.data or ""
    try:
        component, values = values_of(form)
        operations.edit_delegate(
            delegate, values, component=component, delegation_name=delegation, actor=actor(), now=now(), reason=reason
        )
    except Refused as refusal:
        db.session.rollback()
        form.refuse(refusal)
        return False
    db.session.commit()
    return True


def _own_page(delegate: Delegate) -> dict[str, Any]:
    """The address of the person's own page, as it stands on the slip, and whether it may be renewed."""
    secret = personal.find_secret(delegate, sealer=current_app.extensions["sealer"])
    address = url_for("personal.show", page_secret=secret, _external=True) if secret else ""
    return {"address": address, "can_renew": g.congress.stage not in personal.OVER}


def _may_override(delegate: Delegate) -> bool:
    """Whether the page offers to approve somebody against the ratio: where there is one, to who may decide that."""
    congress = delegate.congress
    return (
        "approved" in moves_for(congress, delegate)
        and delegate.component.side != UNCOUNTED
        and counting.rule_of(congress).ratio is not None
        and admission.may_override(actor(), congress)
    )


def _may_replace(delegate: Delegate) -> bool:
    """Whether the page offers to replace somebody: who has, or had, a place on a list that may still change."""
    placed = delegate.state == "approved" or (delegate.state == "withdrawn" and delegate.merged_into_id is None)
    return placed and may("delegates.approve", g.congress) and stage_allows(g.congress.stage)


@bp.post("/<int:delegate_id>/sensitive")
@requires("delegates.sensitive")
def sensitive(congress_id: int, delegate_id: int) -> str | Response | tuple[str, int]:
    """Ethnicity, religion and Party membership: opened on purpose, and the opening is written down."""
    delegate = _get(delegate_id)
    saving = "ethnic" in request.form
    # Saving never falls back on what is stored: that would show it without the line in the audit.
    form = SensitiveForm() if saving else SensitiveForm(formdata=None, data=stored_sensitive(delegate))
    if not saving:
        audit.record(actor(), "delegates.show_sensitive", delegate, now=now(), congress_id=congress_id)
        db.session.commit()
    elif form.validate() and _saved(delegate, form):
        flash("Đã ghi.", "ok")
        return redirect(url_for(".edit", congress_id=congress_id, delegate_id=delegate_id), code=303)
    return render_template(
        "delegates/sensitive.html", congress=g.congress, form=form, delegate=delegate
    ), 422 if form.errors else 200


def _saved(delegate: Delegate, form: SensitiveForm) -> bool:
    try:
        operations.edit_sensitive(delegate, sensitive_values(form), actor=actor(), now=now())
    except Refused as refusal:
        db.session.rollback()
        form.refuse(refusal)
        return False
    db.session.commit()
    return True


@bp.post("/<int:delegate_id>/replace-badge")
@requires("badges.print")
def replace_badge(congress_id: int, delegate_id: int) -> Response:
    """Kill a lost badge; the new one is printed as "chưa in"."""
    badge_operations.replace_badge(_get(delegate_id), actor=actor(), sealer=current_app.extensions["sealer"], now=now())
    db.session.commit()
    flash("Thẻ cũ hết hiệu lực. In thẻ mới ở trang Thẻ, mục Chưa in.", "ok")
    return redirect(url_for("badges.index", congress_id=congress_id), code=303)


@bp.post("/<int:delegate_id>/link")
@requires("delegates.edit")
def renew_link(congress_id: int, delegate_id: int) -> Response:
    """A new address for the person's own page; the old one, and the slip with it, opens no more."""
    personal.renew_link(_get(delegate_id), actor=actor(), sealer=current_app.extensions["sealer"], now=now())
    db.session.commit()
    flash("Đã có địa chỉ mới. Gửi cho đại biểu, hoặc in lại phiếu.", "ok")
    return redirect(url_for(".edit", congress_id=congress_id, delegate_id=delegate_id), code=303)


def _get(delegate_id: int) -> Delegate:
    return operations.find_delegate(g.congress, delegate_id) or abort(404)
