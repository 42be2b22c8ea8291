"""What a device asks about itself: to become one, what it needs to know every five seconds, and how it ends. JSON only."""

from datetime import datetime
from typing import Any

from flask import Blueprint, Response, abort, current_app, g, jsonify, request

from ..domain.refusals import Refused
from ..models import db, may_write
from ..operations import devices, pairings
from ..operations.checkin import choose_sitting
from ..operations.door_counts import count_sitting
from ..operations.doors import components_of
from ..operations.gates import list_gates
from ..operations.heartbeats import Status, heartbeat
from ..operations.snapshot_records import cursor_of, sitting_to_json
from .access import JSON, deny, forget_device, keep_device, public, public_post, requires_device, this_device
from .clock import now
from .forms import tidy

bp = Blueprint("device_api", __name__, url_prefix="/api")

NOBODY = {"inside": 0, "expected": 0, "walk_ins": 0}
BAD_STATUS = "Yêu cầu gửi chưa đúng. Tải lại trang."


@bp.after_app_request
def tell_time(response: Response) -> Response:
    """Every answer to a device says what time it is here: its own clock may be hours wrong."""
    if request.path.startswith("/api/"):
        response.headers["X-Server-Time"] = now().isoformat()
    return response


def sent_json() -> Any:
    """The JSON of a request, its texts in NFC and without what no database takes; 400 where it is none."""
    try:
        return _tidy(request.get_json())
    except RecursionError:  # brackets within brackets, thousands deep
        abort(400)


def sent_object() -> dict[str, Any]:
    """The same where it must be an object; 400 for anything else."""
    body = sent_json()
    if not isinstance(body, dict):
        abort(400)
    return body


def _tidy(value: Any) -> Any:
    if isinstance(value, list):
        return [_tidy(each) for each in value]
    if isinstance(value, dict):
        return {tidy(name): _tidy(each) for name, each in value.items()}
    return tidy(value)


@bp.post("/devices/redeem")
@public_post(JSON)
def redeem() -> Response:
    """Make this browser the device that a pairing code stands for; a device it was before ends with that."""
    body, former = sent_object(), this_device()
    sealer, version = current_app.extensions["sealer"], str(body.get("version") or "")
    try:
        device, key = pairings.redeem(str(body.get("pairing_code") or ""), version=version, sealer=sealer, now=now())
    except Refused as refusal:
        db.session.rollback()
        return deny(404, refusal.code, refusal.message)
    if former is not None:
        devices.leave(former.id, now=now())
    answer = jsonify(token=key, device={"id": device.id, "name": device.name, "profile": device.profile})
    db.session.commit()
    keep_device(answer, key)
    return answer


@bp.route("/devices/me", methods=["GET", "POST"])
@requires_device()
def me() -> Response:
    """What a device needs to know; a POST also says how it is: {queue, version, operator?, gate_id?, snapshot_at?}."""
    moment, device = now(), g.device
    if request.method == "POST":
        status = read_status(sent_object())
        if status is None:
            return deny(400, "bad_status", BAD_STATUS)
        device = heartbeat(device, status, congress_id=g.congress.id, now=moment)
        db.session.commit()
        may_write.set(False)  # what follows only reads: let those through who scan
    return jsonify(about_device(device) | about_congress(moment) | {"server_time": moment.isoformat()})


def read_status(body: dict[str, Any]) -> Status | None:
    """What a device says of itself; None when a field is of a wrong kind."""
    kinds: dict[str, type] = {"queue": int, "version": str, "operator": str, "gate_id": int, "snapshot_at": str}
    given = {name: value for name in kinds if (value := body.get(name)) is not None}
    if any(not isinstance(value, kinds[name]) or isinstance(value, bool) for name, value in given.items()):
        return None
    if "snapshot_at" in given:
        try:
            given["snapshot_at"] = datetime.fromisoformat(given["snapshot_at"])
        except ValueError:
            return None
        if given["snapshot_at"].tzinfo is None:
            return None
    return Status(**given)


def about_device(device: devices.DeviceFacts) -> dict[str, Any]:
    """The device as its page shows it; a desk may do all desk work."""
    gate = {"id": device.gate_id, "name": device.gate_name} if device.gate_id is not None else None
    shown = {name: getattr(device, name) for name in ("id", "name", "profile", "operator", "revoked")}
    return {"device": shown | {"gate": gate}, "supervises": device.profile == "desk"}


def about_congress(moment: datetime) -> dict[str, Any]:
    """The device's congress, its gates and sittings, and the figures of the sitting that chooses itself."""
    congress = g.congress
    sitting = choose_sitting(congress.sittings, moment)
    found = {
        "congress": {
            "id": congress.id, "title1": congress.title1, "stage": congress.stage, "cancelled": congress.stage == "cancelled",
        },
        "gates": [{"id": gate.id, "name": gate.name} for gate in list_gates(congress.id)],
        "sittings": [sitting_to_json(each) for each in congress.sittings],
        "sitting_id": sitting.id if sitting else None,
        "counts": count_sitting(sitting, congress.id, moment) if sitting else NOBODY,
        "cursor": cursor_of(congress, current_app.extensions["sealer"], moment),
    }  # fmt: skip
    if g.device.profile == "desk":
        found["components"] = [{"code": code, "label": label} for code, label in components_of(congress)]
    return found


@bp.post("/devices/leave")
@requires_device(revoked=True)
def leave() -> Response:
    """The device gives itself up; its page has deleted what it carried."""
    devices.leave(g.device.id, now=now())
    return _gone()


@bp.post("/devices/wiped")
@requires_device(revoked=True)
def wiped() -> Response:
    """A revoked device has deleted what it carried."""
    devices.note_wiped(g.device.id, now=now())
    return _gone()


def _gone() -> Response:
    db.session.commit()
    answer = jsonify(gone=True)
    forget_device(answer)
    return answer


@bp.get("/gate/ping")
@public
def ping() -> Response:
    """Whether the server is there; no question to the database."""
    return jsonify(now=now().isoformat())
