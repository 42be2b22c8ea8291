"""The signed-in side of check-in: which doors somebody keeps, and the supervisor's page. The door itself is `web/gate.py`."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, abort, flash, g, jsonify, redirect, render_template, request, url_for
from sqlalchemy import case
from werkzeug.wrappers import Response as AnyResponse

from ..domain.door import TONES, WORDS, say
from ..domain.refusals import Refused
from ..models import Congress, Sitting, db
from ..operations import checkin as door
from ..operations import desk_work, scope
from ..operations.door_people import count_attendance, recent_scans
from .access import actor, may, requires
from .clock import now, today
from .errors import back_page, row_number

bp = Blueprint("checkin", __name__)

PAGE_SIZE = 100
LAST_FOR_SUPERVISOR = 50


@dataclass(frozen=True)
class Place:
    """The sitting that the supervisor looks at."""

    sitting: Sitting

    def url(self, endpoint: str, **more: Any) -> str:
        """The address of one of the pages around it."""
        return url_for(endpoint, congress_id=self.sitting.congress_id, sitting=self.sitting.id, **more)


def find_place() -> Place | None:
    """The sitting named by the address, else the likely one; None when the congress has none."""
    sittings = g.congress.sittings
    if "sitting" in request.args:
        wanted = request.args.get("sitting", type=int)
        return Place(next((s for s in sittings if s.id == wanted), None) or abort(404))
    sitting = door.choose_sitting(sittings, now())
    return Place(sitting) if sitting else None


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


@bp.get("/congress/<int:congress_id>/checkin")
@requires("checkin.scan")
def index(congress_id: int) -> AnyResponse:
    """Leads on: who supervises to the supervisor's page, anybody else to opening this browser as a gate."""
    wanted = "checkin.people" if may("checkin.supervise", g.congress) else "devices.here"
    return redirect(url_for(wanted, congress_id=congress_id), code=303)


def _notice(sitting: Sitting) -> str:
    """Why the door is shut, or nothing."""
    opening = door.opening_of(sitting)
    barred = opening.barred(now())
    return say(barred, now=now(), opening=opening) if barred else ""


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
    return render_template(
        "checkin/people.html", count=count_attendance(place.sitting, now()), notice=_notice(place.sitting), **shown
    )  # fmt: skip


@bp.get("/congress/<int:congress_id>/checkin/counts")
@requires("checkin.supervise")
def counts(congress_id: int) -> Response:
    """Live figures of the supervisor's page; 304 while nothing changed."""
    place = find_place() or abort(404)
    response = jsonify(count_attendance(place.sitting, now()).to_json() | {"notice": _notice(place.sitting)})
    response.add_etag()
    return response.make_conditional(request)


@bp.post("/congress/<int:congress_id>/checkin/undo")
@requires("checkin.supervise")
def undo(congress_id: int) -> AnyResponse:
    """Take back one scan, at any time."""
    scan_id = request.form.get("scan_id", 0, row_number)
    reason = request.form.get("reason", "")[:500]
    desk_work.annul_scan(scan_id, congress=g.congress, actor=actor(), reason=reason, now=now())
    db.session.commit()
    flash("Đã hoàn tác: lượt này không tính.", "ok")
    return redirect(back_page(), code=303)


@bp.post("/congress/<int:congress_id>/checkin/sitting")
@requires("checkin.supervise")
def sitting(congress_id: int) -> AnyResponse:
    """Open or close a sitting by hand, or leave it to its window."""
    words = {"open": (True, "Đã mở điểm danh."), "close": (False, "Đã đóng điểm danh."), "auto": (None, "Mở và đóng theo giờ.")}
    opened, message = words.get(request.form.get("how", "")) or (None, "")
    if not message:
        raise Refused("bad_opening", "Chọn mở, đóng hoặc theo giờ.")
    sitting = door.get_sitting(g.congress, request.form.get("sitting_id", 0, row_number))
    desk_work.set_opening(sitting, opened, actor=actor(), now=now())
    db.session.commit()
    flash(message, "ok")
    return redirect(back_page(), code=303)
