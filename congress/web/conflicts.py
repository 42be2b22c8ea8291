"""What gates without network let in and the rules would not have: seen, looked into, closed."""

from datetime import datetime, timedelta

from flask import Blueprint, abort, flash, g, redirect, render_template, request
from flask_sqlalchemy.pagination import Pagination
from werkzeug.wrappers import Response

from ..domain.conflicts import NOTE_LENGTH, NOTES
from ..models import Device, db
from ..operations import conflicts as operations
from ..operations.desk_work import annul_scan
from ..operations.devices import devices_of
from .access import actor, requires
from .clock import now
from .device_lines import ago, state_of
from .errors import back_page, row_number
from .presentation import page_urls

bp = Blueprint("conflicts", __name__, url_prefix="/congress/<int:congress_id>/checkin/conflicts")

PAGE_SIZE = 50
MISSED_FOR = timedelta(hours=6)
STATES = {"open": "Còn mở", "closed": "Đã xong"}


class _Lines(Pagination):
    """One page of the conflicts of a congress."""

    def _query_items(self) -> list[operations.ConflictLine]:
        where = {"closed": self._query_args["closed"], "limit": self.per_page, "offset": self._query_offset}
        return operations.list_conflicts(g.congress.id, **where)

    def _query_count(self) -> int:
        return operations.count_conflicts(g.congress.id, closed=self._query_args["closed"])


@bp.app_template_global()
def open_conflicts() -> int:
    """How many entries of the page's congress somebody must still look into; asked once a page."""
    if "open_conflicts" not in g:
        g.open_conflicts = operations.count_open(g.congress.id)
    count: int = g.open_conflicts
    return count


@bp.app_template_global()
def lost_devices() -> list[tuple[Device, str]]:
    """Devices of the page's congress that fell silent today or still have scans to send, each with when it was last heard."""
    moment = now()
    lost = [device for device in devices_of(g.congress) if state_of(device, moment) == "lost"]
    return [(device, ago(device.last_seen_at, moment)) for device in lost if _is_missed(device, moment)]


def _is_missed(device: Device, moment: datetime) -> bool:
    """One of yesterday that has sent everything is not."""
    seen = device.last_seen_at
    return device.queue_length > 0 or (seen is not None and moment - seen <= MISSED_FOR)


@bp.get("")
@requires("checkin.supervise")
def index(congress_id: int) -> str:
    """Entries to look into, or those that somebody has: who, what the rules said on arrival, the entry beside it."""
    state = request.args.get("state", "open")
    if state not in STATES:
        abort(404)
    lines = _Lines(
        page=request.args.get("page", 1, type=row_number), per_page=PAGE_SIZE, error_out=False, closed=state == "closed"
    )
    counts = {code: operations.count_conflicts(congress_id, closed=code == "closed") for code in STATES}
    return render_template(
        "checkin/conflicts.html", congress=g.congress, page=lines, state=state, states=STATES, counts=counts, notes=NOTES,
        note_length=NOTE_LENGTH, page_url=page_urls(".index", congress_id=congress_id, state=state),
    )  # fmt: skip


@bp.post("/<int:conflict_id>/close")
@requires("checkin.supervise")
def close(congress_id: int, conflict_id: int) -> Response:
    """Say what was found out: whoever is in stays in."""
    conflict = operations.find_conflict(congress_id, conflict_id) or abort(404)
    operations.close_conflict(conflict.id, congress_id, request.form.get("note", ""), actor=actor(), now=now())
    db.session.commit()
    flash("Đã xong một lượt.", "ok")
    return redirect(back_page(), code=303)


@bp.post("/<int:conflict_id>/annul")
@requires("checkin.supervise")
def annul(congress_id: int, conflict_id: int) -> Response:
    """Take the entry back, with a reason: it counts no more, and there is nothing left to look into."""
    conflict = operations.find_conflict(congress_id, conflict_id) or abort(404)
    reason = operations.need_words(request.form.get("reason", ""), "Ghi lý do hủy lượt này.", "reason")
    annul_scan(conflict.scan_id, congress=g.congress, actor=actor(), reason=reason, now=now())
    db.session.commit()
    flash("Đã hủy lượt này.", "ok")
    return redirect(back_page(), code=303)
