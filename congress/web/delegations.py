"""Delegations of a congress: their order, their people, their contacts, and the list that prints by them."""

from typing import Any

from flask import Blueprint, abort, current_app, flash, g, redirect, render_template, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from ..documents.delegation_list import DelegationSection, DelegationSheet, SectionPerson, print_delegation_list
from ..documents.qr import link_path
from ..domain import delegation_lists as rules
from ..domain.names import fold
from ..domain.refusals import Refused
from ..domain.stages import allows
from ..models import Delegation, Unit, db
from ..operations import delegation_links as links
from ..operations import delegation_sheets
from ..operations import delegations as operations
from ..operations.admission import STATES
from ..operations.personal import ANSWERS, answers_of
from .access import actor, may, requires
from .clock import now
from .delegation_forms import DelegationForm, shown
from .errors import row_number
from .forms import tidy

bp = Blueprint("delegations", __name__, url_prefix="/congress/<int:congress_id>/delegations")


@bp.get("")
@requires("delegates.read")
def index(congress_id: int) -> str:
    """Every delegation in protocol order, with who leads it, its people counted and where its list stands."""
    return render_template(
        "delegations/index.html",
        congress=g.congress,
        lines=operations.delegations_of(g.congress, now=now()),
        outside=operations.count_outside(g.congress),
        list_states=rules.STATES,
        call=rules.call_delegation,
        can_manage=_may_manage(),
    )


def _may_manage() -> bool:
    return may("delegations.manage", g.congress) and allows(g.congress.stage, "edit_person")


def _get(delegation_id: int) -> Delegation:
    return operations.find_delegation(g.congress, delegation_id) or abort(404)


def _to(delegation: Delegation) -> Response:
    return redirect(url_for(".show", congress_id=g.congress.id, delegation_id=delegation.id), code=303)


def _to_list(anchor: int | None = None) -> Response:
    return redirect(url_for(".index", congress_id=g.congress.id, _anchor=f"delegation-{anchor}" if anchor else None), code=303)


@bp.route("/new", methods=["GET", "POST"])
@requires("delegations.manage")
def new(congress_id: int) -> str | Response | tuple[str, int]:
    """Add a delegation; it is the last in order unless a place is typed."""
    form = DelegationForm().offer(_units(), [])
    if form.validate_on_submit():
        try:
            delegation = operations.add_delegation(congress_id, form.values(), actor=actor(), now=now())
        except Refused as refusal:
            db.session.rollback()
            form.refuse(refusal)
        else:
            db.session.commit()
            flash(f"Đã thêm {rules.call_delegation(delegation.name)}.", "ok")
            return _to(delegation)
    page = render_template("delegations/form.html", congress=g.congress, form=form, delegation=None, call=rules.call_delegation)
    return page, 422 if form.errors else 200


def _units() -> list[tuple[int, str]]:
    """The units that may send a delegation, in the order of the tree."""
    return [(row.id, row.name) for row in db.session.execute(select(Unit.id, Unit.name).order_by(Unit.path))]


@bp.get("/<int:delegation_id>")
@requires("delegates.read")
def show(congress_id: int, delegation_id: int) -> str:
    """A delegation: its people in order, its contact, its list."""
    return _page(_get(delegation_id))


def _page(delegation: Delegation, secret: str = "") -> str:
    """The page of a delegation; with the secret of a link that was made this moment, which is shown once."""
    can_manage, people = _may_manage(), operations.people_of(delegation)
    address = url_for("portal.open_link", secret=secret, _external=True) if secret else ""
    return render_template(
        "delegations/show.html",
        congress=g.congress,
        delegation=delegation,
        people=people,
        answers=answers_of(people),
        answer_words=ANSWERS,
        list_state=operations.list_state(delegation, has_contact=operations.has_contact(delegation, now=now())),
        list_states=rules.STATES,
        states=STATES,
        call=rules.call_delegation,
        can_manage=can_manage,
        can_ask=can_manage and not rules.why_closed(g.congress.stage, sent=False),
        contacts=operations.contacts_of(delegation) if can_manage else [],
        link=links.find_live_link(delegation, now=now()) if can_manage else None,
        others=[line.delegation for line in operations.delegations_of(g.congress, now=now())] if can_manage else [],
        days=rules.LINK_DAYS,
        address=address,
        code=link_path(address) if address else None,
    )


@bp.route("/<int:delegation_id>/edit", methods=["GET", "POST"])
@requires("delegations.manage")
def edit(congress_id: int, delegation_id: int) -> str | Response | tuple[str, int]:
    """Name, sending unit, place, head and deputy, contact and arrival."""
    delegation = _get(delegation_id)
    form = DelegationForm(data=shown(delegation)).offer(_units(), operations.people_of(delegation))
    if form.validate_on_submit():
        try:
            operations.edit_delegation(delegation, form.values(), actor=actor(), now=now())
        except Refused as refusal:
            db.session.rollback()
            form.refuse(refusal)
        else:
            db.session.commit()
            flash("Đã ghi.", "ok")
            return _to(delegation)
    page = render_template(
        "delegations/form.html", congress=g.congress, form=form, delegation=delegation, call=rules.call_delegation
    )
    return page, 422 if form.errors else 200


@bp.post("/<int:delegation_id>/move")
@requires("delegations.manage")
def move(congress_id: int, delegation_id: int) -> Response:
    """To another place in protocol order, 1 = first."""
    place = request.form.get("to", type=row_number)
    if place is None:
        abort(400)
    operations.move_delegation(_get(delegation_id), place, actor=actor(), now=now())
    db.session.commit()
    return _to_list(delegation_id)


@bp.post("/<int:delegation_id>/merge")
@requires("delegations.manage")
def merge(congress_id: int, delegation_id: int) -> Response:
    """All its people to another delegation; this one goes, and its contact's link with it."""
    delegation = _get(delegation_id)
    into = operations.find_delegation(g.congress, request.form.get("into", 0, type=row_number))
    if into is None:
        raise Refused("merge", "Chọn đoàn để gộp vào.", "into")
    moved = operations.merge_delegation(delegation, into, actor=actor(), now=now())
    db.session.commit()
    flash(f"Đã gộp {moved} người vào {rules.call_delegation(into.name)}.", "ok")
    return _to(into)


@bp.post("/<int:delegation_id>/remove")
@requires("delegations.manage")
def remove(congress_id: int, delegation_id: int) -> Response:
    """Delete a delegation that has nobody."""
    delegation = _get(delegation_id)
    name = delegation.name
    operations.remove_delegation(delegation, actor=actor(), now=now())
    db.session.commit()
    flash(f"Đã xóa {rules.call_delegation(name)}.", "ok")
    return _to_list()


@bp.post("/<int:delegation_id>/link")
@requires("delegations.manage")
def make_link(congress_id: int, delegation_id: int) -> str:
    """A new one-time link for the contact; the answer is the only page that ever shows it."""
    delegation, days = _get(delegation_id), request.form.get("days", 0, type=row_number)
    secret = links.make_link(delegation, days=days, actor=actor(), sealer=current_app.extensions["sealer"], now=now())
    db.session.commit()
    return _page(delegation, secret)


@bp.post("/<int:delegation_id>/link/revoke")
@requires("delegations.manage")
def revoke_link(congress_id: int, delegation_id: int) -> Response:
    """Kill the link, opened or not."""
    delegation = _get(delegation_id)
    links.revoke_link(delegation, actor=actor(), now=now())
    db.session.commit()
    flash("Đã thu hồi liên kết. Người đã mở liên kết cũng không vào được nữa.", "ok")
    return _to(delegation)


@bp.post("/<int:delegation_id>/return")
@requires("delegations.manage")
def give_back(congress_id: int, delegation_id: int) -> Response:
    """Give a sent list back to its contact, with what is to be mended."""
    delegation = _get(delegation_id)
    operations.return_list(delegation, tidy(request.form.get("comment", ""))[:1000], actor=actor(), now=now())
    db.session.commit()
    flash("Đã trả lại. Đầu mối của đoàn sửa được danh sách và thấy lời nhắn của bạn.", "ok")
    return _to(delegation)


@bp.post("/print")
@requires("delegates.export")
def print_list(congress_id: int) -> Response:
    """ "Danh sách đại biểu theo đoàn" as PDF: every delegation, or one; the approved, or everybody not withdrawn."""
    delegation_id = request.form.get("delegation", type=row_number)
    delegation = _get(delegation_id) if delegation_id else None
    everybody = request.form.get("who") == "everybody"
    sheet = delegation_sheets.list_by_delegation(
        g.congress, delegation=delegation, everybody=everybody, actor=actor(), now=now()
    )  # fmt: skip
    pdf = print_delegation_list(_paper(sheet))
    db.session.commit()
    name = "-".join(["Danh-sach-doan", *fold(delegation.name if delegation else g.congress.unit.name).title().split()])
    safe = "".join(letter for letter in name if letter.isalnum() or letter == "-")
    return Response(pdf, mimetype="application/pdf", headers={"Content-Disposition": f'inline; filename="{safe}.pdf"'})


def _paper(sheet: delegation_sheets.Sheet) -> DelegationSheet:
    """What the document prints, of what the operation gave."""
    sections = tuple(
        DelegationSection(section.title, tuple(SectionPerson(**vars(person)) for person in section.people))
        for section in sheet.sections
    )
    plain: dict[str, Any] = {**vars(sheet), "sections": sections}
    return DelegationSheet(**plain)
