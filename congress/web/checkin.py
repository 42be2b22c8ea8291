"""The door: its dark page, what its script asks, and the supervisor's page."""

from typing import Any

from flask import Blueprint, Response, abort, current_app, flash, g, jsonify, redirect, render_template, request, url_for
from sqlalchemy import case
from werkzeug.wrappers import Response as AnyResponse

from ..domain.door import TONES, WORDS, say
from ..domain.refusals import Refused
from ..domain.titles import VIETNAM
from ..models import Congress, Delegate, db
from ..operations import checkin as door
from ..operations import scope
from ..operations.delegates import find_component, find_delegate
from ..operations.door_people import DoorPerson, PastScan, count_attendance, find_people, recent_scans
from ..operations.doors import find_door
from .access import actor, may, requires
from .checkin_forms import EntryForm, Place, ScanForm, WalkInForm, device, find_place, get_place, new_nonce, sent
from .clock import local, now, today
from .errors import back_page, row_number, wants_json
from .frames import FRAME_BYTES, read_qr
from .photos import send_photo

bp = Blueprint("checkin", __name__)

PAGE_SIZE = 100
LAST_AT_DOOR = 5
LAST_FOR_SUPERVISOR = 50
LIST_IS_CLOSED = ("list_closed", "held", "reported", "cancelled")


@bp.get("/doors")
@requires("checkin.scan")
def doors() -> str:
    """The congresses whose door this person may keep: today's, then those to come, then those gone by."""
    day = today()
    rank = case((Congress.held_on == day, 0), (Congress.held_on > day, 1), (Congress.held_on.is_(None), 2), else_=3)
    coming = case((Congress.held_on >= day, Congress.held_on))
    query = scope.congresses_for(actor(), "checkin.scan").order_by(rank, coming, Congress.held_on.desc(), Congress.id)
    wanted = request.args.get("page", 1, type=row_number)
    page = db.paginate(query, page=wanted, per_page=PAGE_SIZE, error_out=False)
    return render_template("checkin/doors.html", page=page, today=day, page_url=lambda n: url_for("checkin.doors", page=n))


@bp.route("/congress/<int:congress_id>/checkin", methods=["GET", "POST"])
@requires("checkin.scan")
def index(congress_id: int) -> str | tuple[str, int]:
    """The door. With script it talks to the addresses below; without, the form posts here and the answer is the page."""
    place = find_place()
    if place is None:
        return render_template("checkin/no_sitting.html")
    form, answer, found = EntryForm(), None, []
    if form.validate_on_submit():
        answer, found = _enter(form, place)
        db.session.commit()
    typed = form.entry.data or ""
    form.nonce.data, form.entry.data = new_nonce(), "" if answer else typed
    shown = {"form": form, "answer": answer, "found": found, "nothing": bool(typed and not answer and not found)}
    return render_template("checkin/door.html", place=place, **shown, **_around(place)), 422 if form.errors else 200


def _enter(form: EntryForm, place: Place) -> tuple[door.ScanAnswer | None, list[DoorPerson]]:
    """What was typed: a scan, or people to choose from."""
    if form.delegate_id.data:
        return _record(place.sitting, place.gate, form.nonce.data, delegate_id=form.delegate_id.data), []
    if len(form.digits) > 9:  # no badge number is that long
        return _record(place.sitting, place.gate, form.nonce.data, token=form.digits), []
    return None, find_people(g.congress, form.digits or form.entry.data or "")


def _record(sitting: Any, gate: str, nonce: str | None, **asked: Any) -> door.ScanAnswer:
    return door.record_scan(
        congress=g.congress, sitting=sitting, nonce=nonce or "", device=device(), gate=gate, actor=actor(),
        sealer=current_app.extensions["sealer"], now=now(), **asked,
    )  # fmt: skip


def _around(place: Place) -> dict[str, Any]:
    """What stands round the answer."""
    scans = recent_scans(place.sitting, limit=LAST_AT_DOOR, device=device())
    return {
        "count": count_attendance(place.sitting), "scans": [_line(scan) for scan in scans], "notice": _notice(place),
        "list_open": g.congress.stage not in LIST_IS_CLOSED, "supervises": may("checkin.supervise", g.congress),
        "sittings": g.congress.sittings, "words": WORDS, "tones": TONES,
    }  # fmt: skip


def _notice(place: Place) -> str:
    """Why the door is shut, or nothing."""
    opening = door.opening_of(place.sitting)
    barred = opening.barred(now())
    return say(barred, now=now(), opening=opening) if barred else ""


def _line(scan: PastScan) -> dict[str, Any]:
    """A past scan as the door's last line shows it."""
    word = "đã hoàn tác" if scan.annulled else WORDS[scan.result].lower()
    return {
        "id": scan.id, "tone": "wait" if scan.annulled else TONES[scan.result],
        "name": scan.person.name if scan.person else "Chưa rõ ai",
        "note": f"{local(scan.at):%H:%M:%S} · {word}", "can_undo": scan.result == "ok" and not scan.annulled,
    }  # fmt: skip


@bp.post("/congress/<int:congress_id>/checkin/scans")
@requires("checkin.scan", find=find_door)
def scans(congress_id: int) -> Response | tuple[Response, int]:
    """One scan of the door's script: {nonce, sitting_id, gate, token | number | delegate_id} → the answer."""
    form = ScanForm(sent())
    if not form.validate():
        return jsonify(code="bad_scan", message="Lượt quét chưa đúng. Tải lại trang rồi quét lại."), 400
    sitting = g.congress.get_sitting(form.sitting_id.data)
    answer = _record(sitting, form.gate.data or "", form.nonce.data, **form.asked())
    db.session.commit()
    return jsonify(answer.to_json() | {"clock": f"{answer.at.astimezone(VIETNAM):%H:%M:%S}"})


@bp.post("/congress/<int:congress_id>/checkin/search")
@requires("checkin.scan")
def search(congress_id: int) -> Response:
    """People by a typed number or name, for the door's script."""
    return jsonify(people=[person.to_json() for person in find_people(g.congress, sent().get("text", "")[:100])])


@bp.get("/congress/<int:congress_id>/checkin/photos/<int:delegate_id>")
@requires("checkin.scan")
def photo(congress_id: int, delegate_id: int) -> Response:
    """The photo beside the name at the door."""
    return send_photo(delegate_id)


@bp.post("/congress/<int:congress_id>/checkin/frame")
@requires("checkin.scan")
def frame(congress_id: int) -> Response:
    """The text of the QR code in a JPEG, for browsers that cannot read one."""
    db.session.rollback()  # nothing is written here: let those through who do
    if (request.content_length or 0) > FRAME_BYTES:
        abort(413)
    return jsonify(text=read_qr(request.get_data()))


@bp.post("/congress/<int:congress_id>/checkin/undo")
@requires("checkin.scan")
def undo(congress_id: int) -> AnyResponse:
    """Take back one entry."""
    scan_id = sent().get("scan_id", 0, row_number)
    door.undo_scan(scan_id, congress=g.congress, device=device(), actor=actor(), now=now())
    db.session.commit()
    message = "Đã hoàn tác: người này chưa vào."
    if wants_json():
        return jsonify(message=message, scan_id=scan_id)
    flash(message, "ok")
    return redirect(back_page(), code=303)


@bp.route("/congress/<int:congress_id>/checkin/walk-in", methods=["GET", "POST"])
@requires("checkin.supervise")
def walk_in(congress_id: int) -> AnyResponse | str | tuple[str, int]:
    """Let in, with a reason, somebody new or (by ?delegate=) somebody of the list who is not approved."""
    place = get_place()
    delegate = find_delegate(g.congress, request.args.get("delegate", 0, row_number))
    form = _walk_in_form(delegate)
    if form.validate_on_submit():
        try:
            answer = _let_in(form, place, delegate)
            db.session.commit()
            flash(f"{answer.message} Số thẻ {answer.delegate.number if answer.delegate else ''}.", "ok")
            return redirect(place.url("checkin.index"), code=303)
        except Refused as refusal:
            db.session.rollback()
            form.refuse(refusal)
    elif not form.is_submitted():
        form.nonce.data = new_nonce()
    return render_template("checkin/walk_in.html", form=form, place=place, delegate=delegate), 422 if form.errors else 200


def _walk_in_form(delegate: Delegate | None) -> WalkInForm:
    form = WalkInForm()
    if delegate:
        del form.name, form.unit_text, form.component
    else:
        form.component.choices = [("", "Chọn thành phần"), *((c.code, c.label) for c in g.congress.plan.components)]
    return form


def _let_in(form: WalkInForm, place: Place, delegate: Delegate | None) -> door.ScanAnswer:
    if delegate:
        who: dict[str, Any] = {"delegate_id": delegate.id}
    else:
        component = find_component(g.congress, form.component.data or "")
        who = {"name": form.name.data or "", "unit_text": form.unit_text.data or "", "component": component}
    return door.let_in(
        congress=g.congress, sitting=place.sitting, reason=form.reason.data or "", nonce=form.nonce.data or "", device=device(),
        gate=place.gate, actor=actor(), sealer=current_app.extensions["sealer"], now=now(), **who,
    )  # fmt: skip


@bp.post("/congress/<int:congress_id>/checkin/sitting")
@requires("checkin.supervise")
def sitting(congress_id: int) -> AnyResponse:
    """Open or close a sitting by hand, or leave it to its window."""
    words = {"open": (True, "Đã mở điểm danh."), "close": (False, "Đã đóng điểm danh."), "auto": (None, "Mở và đóng theo giờ.")}
    opened, message = words.get(request.form.get("how", "")) or (None, "")
    if not message:
        raise Refused("bad_opening", "Chọn mở, đóng hoặc theo giờ.")
    sitting = door.get_sitting(g.congress, request.form.get("sitting_id", 0, row_number))
    door.set_opening(sitting, opened, actor=actor(), now=now())
    db.session.commit()
    flash(message, "ok")
    return redirect(back_page(), code=303)


@bp.get("/congress/<int:congress_id>/checkin/counts")
@requires("checkin.scan")
def counts(congress_id: int) -> Response:
    """Live figures; 304 while nothing changed."""
    place = get_place()
    response = jsonify(count_attendance(place.sitting).to_json() | {"notice": _notice(place)})
    response.add_etag()
    return response.make_conditional(request)


@bp.get("/congress/<int:congress_id>/checkin/people")
@requires("checkin.supervise")
def people(congress_id: int) -> str:
    """The supervisor's page: who is in by group and delegation, the sittings, the last scans."""
    place = find_place()
    if place is None:
        return render_template("checkin/no_sitting.html")
    openings = [(s, door.opening_of(s), door.opening_of(s).barred(now())) for s in g.congress.sittings]
    scans = recent_scans(place.sitting, limit=LAST_FOR_SUPERVISOR)
    shown = {"place": place, "openings": openings, "scans": scans, "words": WORDS, "tones": TONES}
    return render_template("checkin/people.html", count=count_attendance(place.sitting), notice=_notice(place), **shown)
