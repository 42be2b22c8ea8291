"""The contact of a delegation fills in and sends its list, by an account or by a one-time link; nothing else opens here."""

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ..domain.delegation_lists import STATES as LIST_STATES
from ..domain.delegation_lists import call_delegation
from ..domain.refusals import Refused
from ..models import Delegate, Delegation, DelegationLink, db
from ..operations import delegation_links as links
from ..operations import portal as operations
from ..operations.admission import STATES
from ..operations.delegations import list_state, people_of
from ..operations.personal import ANSWERS, answers_of
from .access import LINK_COOKIE, PORTAL, actor, browser_values, public, requires
from .clock import now
from .delegation_forms import LeadersForm
from .delegation_forms import shown as shown_delegation
from .portal_forms import PLACES, PersonForm, shown

bp = Blueprint("portal", __name__)

NO_SUCH_LINK = "Địa chỉ này không mở được danh sách nào. Kiểm tra xem liên kết có được chép đủ không."


@bp.context_processor
def words() -> dict[str, object]:
    """How a delegation and the state of its list are called, for every page of the portal."""
    return {"call": call_delegation, "list_states": LIST_STATES}


@bp.errorhandler(Refused)
def show_refusal(refusal: Refused) -> Response:
    """A button was refused: say it on the page of the delegation, where the person was."""
    db.session.rollback()
    flash(refusal.message, "error")
    delegation_id = (request.view_args or {}).get("delegation_id")
    return redirect(url_for(".show", delegation_id=delegation_id) if delegation_id else url_for(".index"), code=303)


@bp.route("/d/<secret>", methods=["GET", "POST"])
@public
def open_link(secret: str) -> str | Response | tuple[str, int]:
    """A one-time link: looking at it opens nothing, so that a preview does not use it up; the button opens it in this browser."""
    link = links.find_link(secret, sealer=current_app.extensions["sealer"])
    if link is None:
        return render_template("portal/dead_link.html", reason=NO_SUCH_LINK), 404
    delegation_id, reason = link.delegation_id, _why_dead(link)
    if not reason and link.opened_at is not None:
        return redirect(url_for(".show", delegation_id=delegation_id), code=303)
    if not reason and request.method == "POST":
        try:
            return _opened(link)
        except Refused as refusal:
            db.session.rollback()
            reason = refusal.message
    if reason:
        return render_template("portal/dead_link.html", reason=reason), 410
    shown = {"delegation": link.delegation, "congress": link.delegation.congress, "expires": link.expires_at}
    return render_template("portal/open.html", **shown)


def _why_dead(link: DelegationLink) -> str:
    browser = browser_values().get(link.id, "")
    return links.why_dead(link, browser=browser, sealer=current_app.extensions["sealer"], now=now())


def _opened(link: DelegationLink) -> Response:
    """The delegation's page, with what this browser is to keep for as long as the link is good."""
    number, delegation_id, seconds = link.id, link.delegation_id, int((link.expires_at - now()).total_seconds())
    kept = links.open_link(link, sealer=current_app.extensions["sealer"], now=now())
    db.session.commit()
    response = redirect(url_for(".show", delegation_id=delegation_id), code=303)
    response.set_cookie(
        f"{LINK_COOKIE}{number}", kept, max_age=seconds, httponly=True, samesite="Lax",
        secure=current_app.config["SESSION_COOKIE_SECURE"],
    )  # fmt: skip
    return response


@bp.get("/portal")
@requires(PORTAL)
def index() -> str | Response:
    """The delegations whose contact this is; the only one at once."""
    delegations = operations.delegations_of(actor())
    if len(delegations) == 1:
        return redirect(url_for(".show", delegation_id=delegations[0].id))
    return render_template("portal/index.html", delegations=delegations, state_of=_state_of)


def _state_of(delegation: Delegation) -> str:
    return list_state(delegation, has_contact=True)


def _get(delegation_id: int) -> Delegation:
    return operations.find_delegation(actor(), delegation_id) or abort(404)


def _person(delegation: Delegation, delegate_id: int) -> Delegate:
    return operations.find_person(delegation, delegate_id) or abort(404)


@bp.get("/portal/<int:delegation_id>")
@requires(PORTAL)
def show(delegation_id: int) -> str:
    """The delegation's list: its people, its seats, and what is next."""
    delegation = _get(delegation_id)
    lines, people = operations.seat_lines(delegation), people_of(delegation)
    return render_template(
        "portal/show.html",
        delegation=delegation,
        congress=delegation.congress,
        people=people,
        answers=answers_of(people),
        answer_words=ANSWERS,
        lines=lines,
        over=operations.over_seats(lines),
        closed=operations.why_closed(delegation),
        state=_state_of(delegation),
        states=STATES | PLACES,
    )


@bp.route("/portal/<int:delegation_id>/people/new", methods=["GET", "POST"])
@requires(PORTAL)
def new(delegation_id: int) -> str | Response | tuple[str, int]:
    """Put one person on the list."""
    delegation = _get(delegation_id)
    _require_open(delegation)
    form = PersonForm().offer(delegation.congress)
    if form.validate_on_submit():
        try:
            component = form.chosen(delegation.congress)
            operations.add_person(
                delegation, form.values(), component=component, state=form.state.data, actor=actor(), now=now()
            )  # fmt: skip
        except Refused as refusal:
            db.session.rollback()
            form.refuse(refusal)
        else:
            return _saved(delegation_id, "Đã thêm vào danh sách của đoàn.")
    return _form_page(delegation, form, None)


@bp.route("/portal/<int:delegation_id>/people/<int:delegate_id>", methods=["GET", "POST"])
@requires(PORTAL)
def edit(delegation_id: int, delegate_id: int) -> str | Response | tuple[str, int]:
    """Change a person who is not approved yet, while the list is open; afterwards the entry is not shown any more."""
    delegation = _get(delegation_id)
    person = _person(delegation, delegate_id)
    _require_open(delegation, person)
    form = PersonForm(data=shown(person)).offer(delegation.congress)
    if form.validate_on_submit():
        try:
            operations.edit_person(
                delegation, person, form.values(), component=form.chosen(delegation.congress), state=form.state.data,
                actor=actor(), now=now(), reason=form.reason.data or "",
            )  # fmt: skip
        except Refused as refusal:
            db.session.rollback()
            form.refuse(refusal)
        else:
            return _saved(delegation_id, "Đã ghi.")
    return _form_page(delegation, form, person)


def _require_open(delegation: Delegation, person: Delegate | None = None) -> None:
    """The form is not even shown where it cannot be sent: it holds what is masked once the list has gone."""
    if reason := operations.why_closed(delegation):
        raise Refused("list_closed", reason)
    if person is not None and person.state == "approved":
        raise Refused("approved", f"{person.name} đã được duyệt, không sửa ở đây được. Liên hệ đơn vị tổ chức.")


def _saved(delegation_id: int, words: str) -> Response:
    db.session.commit()
    flash(words, "ok")
    return redirect(url_for(".show", delegation_id=delegation_id), code=303)


def _form_page(delegation: Delegation, form: PersonForm, person: Delegate | None) -> tuple[str, int]:
    page = render_template("portal/person.html", delegation=delegation, congress=delegation.congress, form=form, person=person)
    return page, 422 if form.errors else 200


@bp.post("/portal/<int:delegation_id>/people/<int:delegate_id>/withdraw")
@requires(PORTAL)
def withdraw(delegation_id: int, delegate_id: int) -> Response:
    """Take somebody off the list."""
    delegation = _get(delegation_id)
    person = _person(delegation, delegate_id)
    name = person.name
    operations.withdraw_person(delegation, person, actor=actor(), now=now())
    return _saved(delegation_id, f"Đã rút {name} khỏi danh sách.")


@bp.route("/portal/<int:delegation_id>/about", methods=["GET", "POST"])
@requires(PORTAL)
def about(delegation_id: int) -> str | Response | tuple[str, int]:
    """Head and deputy, whom to ask, and when the delegation comes."""
    delegation = _get(delegation_id)
    _require_open(delegation)
    form = LeadersForm(data=shown_delegation(delegation)).offer_people(people_of(delegation))
    if form.validate_on_submit():
        try:
            operations.edit_leaders(delegation, form.leaders(), actor=actor(), now=now())
        except Refused as refusal:
            db.session.rollback()
            form.refuse(refusal)
        else:
            return _saved(delegation_id, "Đã ghi.")
    page = render_template("portal/about.html", delegation=delegation, congress=delegation.congress, form=form)
    return page, 422 if form.errors else 200


@bp.route("/portal/<int:delegation_id>/send", methods=["GET", "POST"])
@requires(PORTAL)
def send(delegation_id: int) -> str | Response:
    """What is about to be sent, counted; the button sends it."""
    delegation = _get(delegation_id)
    if request.method == "POST":
        operations.send_list(delegation, actor=actor(), now=now())
        return _saved(delegation_id, "Đã gửi danh sách. Đơn vị tổ chức xem được ngay.")
    _require_open(delegation)
    lines, people = operations.seat_lines(delegation), people_of(delegation)
    over = operations.over_seats(lines)
    shown = {"delegation": delegation, "congress": delegation.congress, "people": people, "lines": lines, "over": over}
    return render_template("portal/send.html", **shown, missing=_missing(people))


def _missing(people: list[Delegate]) -> dict[str, int]:
    """How many people lack what the organiser's figures ask for."""
    asked = {"năm sinh": "born", "giới tính": "sex", "dân tộc": "ethnic", "chức vụ hoặc nghề nghiệp": "title"}
    counts = {label: sum(not getattr(person, column) for person in people) for label, column in asked.items()}
    return {label: count for label, count in counts.items() if count}
