"""What a gate sends and asks: scans, what it takes back, the list it carries, a photo's QR code. Paired devices only."""

from typing import Any

from flask import Blueprint, Response, abort, current_app, g, jsonify, make_response, request

from ..documents.badges import BadgeFace, SheetHeading, print_badges
from ..domain.names import normalise
from ..domain.refusals import Refused
from ..models import Delegate, db, may_write
from ..operations import badges, desk_work, snapshot_keys, snapshot_photos, snapshots
from ..operations.checkin import Asked, ScanSource, choose_sitting, record_scan
from ..operations.delegates import find_component
from ..operations.door_counts import count_sitting, with_counts
from ..operations.door_people import find_people, has_scanned
from ..operations.scan_batches import AT_ONCE, NONCE_LENGTH, Batch, answer_to_json, has_strange_keys, read_moment
from ..operations.scope import get_congress
from .access import JPEG, actor, deny, requires_device
from .clock import now
from .device_api import sent_json, sent_object
from .errors import row_number
from .frames import FRAME_BYTES, read_qr
from .photos import send_photo

bp = Blueprint("gate_api", __name__, url_prefix="/api/gate")

BAD_BATCH = f"Mỗi lần gửi một danh sách có từ 1 đến {AT_ONCE} lượt."


@bp.post("/scans")
@requires_device()
def scans() -> Response:
    """Scans in the order they happened, 1 to 200: each gets its answer, a retry the answer it got before."""
    bodies = sent_json()
    if not isinstance(bodies, list) or not 1 <= len(bodies) <= AT_ONCE:
        return deny(400, "bad_batch", BAD_BATCH)
    if has_strange_keys(bodies):
        derive_missing()  # a badge made since the list was loaded must be known by its key
    answers = Batch(g.congress, g.device, sealer=sealer(), now=now()).record(bodies)
    db.session.commit()
    return jsonify(answers)


@bp.post("/scans/<nonce>/annul")
@requires_device()
def annul(nonce: str) -> Response:
    """Take back a scan of this device, at most 15 minutes after it."""
    body, moment = sent_object(), now()
    happened_at = read_moment(body.get("happened_at"))
    scan = desk_work.annul_own(
        nonce, congress_id=g.congress.id, source=source_here(), reason=str(body.get("reason") or "")[:500],
        happened_at=happened_at, actor=actor(), now=moment,
    )  # fmt: skip
    counts = count_sitting(g.congress.get_sitting(scan.sitting_id), g.congress.id, moment)
    db.session.commit()
    message = "Đã hoàn tác: lượt này không tính."
    return jsonify(nonce=nonce, result="annulled", code="annulled", message_vi=message, counts=counts)


@bp.get("/snapshot")
@requires_device()
def snapshot() -> Response:
    """The list to carry, or 304 when nothing has changed since the cursor that a device has."""
    derive_missing()
    made = snapshots.make_snapshot(
        g.congress, since=request.args.get("since", ""), with_index=g.device.profile == "desk", sealer=sealer(), now=now()
    )
    return jsonify(made) if made else make_response("", 304)


def derive_missing() -> None:
    """Keys are made ahead by the worker; what it has not reached yet is made here, outside any transaction."""
    missing = snapshots.badges_without_keys(g.congress.id)
    salted = snapshot_keys.find_salt(g.congress.id)
    if not missing and salted:
        return
    db.session.rollback()
    before = may_write.get()
    may_write.set(True)  # a GET that has to write after all
    salt = snapshot_keys.ensure_salt(g.congress.id)
    db.session.commit()
    rows = snapshots.derive_keys(missing, salt, sealer())
    snapshots.keep_keys(rows)
    db.session.commit()
    may_write.set(before)


@bp.get("/snapshot/photos")
@requires_device()
def snapshot_pictures() -> Response:
    """Sealed photos, some at a time."""
    return jsonify(snapshot_photos.read_photos(g.congress.id, after=request.args.get("after", 0, row_number), sealer=sealer()))


@bp.post("/search")
@requires_device("desk", "gate")
def search() -> Response:
    """People by a typed number or name; a gate finds by a whole number only, to see whom it is about to let in."""
    text = sent_object().get("text")
    may_write.set(False)
    asked = text[:100] if isinstance(text, str) and (g.device.profile == "desk" or text.strip().isdigit()) else ""
    found = find_people(g.congress, asked)
    return jsonify(people=[person.to_json() for person in found])


@bp.post("/frame")
@requires_device(takes=JPEG)
def frame() -> Response:
    """The text of the QR code in a JPEG, for browsers that cannot read one."""
    db.session.rollback()  # nothing is written here: let those through who do
    if (request.content_length or 0) > FRAME_BYTES:
        abort(413)
    return jsonify(text=read_qr(request.get_data()))


@bp.get("/photos/<int:delegate_id>")
@requires_device()
def photo(delegate_id: int) -> Response:
    """The photo beside the name; a desk sees everybody's, a gate or a kiosk those of whoever it has scanned."""
    get_delegate(delegate_id)
    if g.device.profile != "desk" and not has_scanned(g.device.id, delegate_id):
        abort(404)
    return send_photo(delegate_id)


@bp.post("/walk-ins")
@requires_device("desk")
def walk_in() -> Response:
    """Let in, with a reason, somebody who is not on the list: {nonce, sitting_id, name, unit_text, component, reason}.

    {offline: true, happened_at} says that a desk without network has done so.
    """
    body, moment = {key: value for key, value in sent_object().items() if isinstance(value, str | int)}, now()
    congress = get_congress(g.congress.id)
    sitting = g.congress.get_sitting(body.get("sitting_id"))
    answer = desk_work.let_in(
        congress=congress, sitting=sitting, name=str(body.get("name") or "")[:120],
        unit_text=str(body.get("unit_text") or "")[:200], component=find_component(congress, str(body.get("component") or "")),
        reason=str(body.get("reason") or "")[:500], nonce=str(body.get("nonce") or "")[:NONCE_LENGTH], source=source_here(),
        happened_at=read_moment(body.get("happened_at")) if body.get("offline") is True else None, actor=actor(),
        sealer=sealer(), now=moment,
    )  # fmt: skip
    told = answer_to_json(with_counts(answer, sitting, g.congress.id, moment))
    db.session.commit()
    return jsonify(told)


@bp.post("/badges/<int:delegate_id>")
@requires_device("desk")
def badge(delegate_id: int) -> Response:
    """One badge as PDF: a new one, the old token dead ({reason}), or the live one again ({keep: true})."""
    body, moment, delegate = sent_object(), now(), get_delegate(delegate_id)
    congress, reason = get_congress(g.congress.id), normalise(str(body.get("reason") or ""))[:500]
    if body.get("keep") is not True:
        if not reason:
            raise Refused("no_reason", "Ghi lý do thay thẻ.", "reason")
        badges.replace_badge(delegate, actor=actor(), sealer=sealer(), now=moment)
    faces = badges.start_print(congress, "picked", numbers=[delegate.number], actor=actor(), sealer=sealer(), now=moment)
    note_print(delegate, str(body.get("nonce") or moment.isoformat()), reason)
    heading = SheetHeading((congress.title1, congress.title2, congress.title3))
    sheet = print_badges([BadgeFace(**face.printed_values()) for face in faces], heading)
    db.session.commit()
    return Response(sheet, mimetype="application/pdf", headers={"Content-Disposition": 'inline; filename="The.pdf"'})


def note_print(delegate: Delegate, nonce: str, reason: str) -> None:
    """A print is a scan too: who got a badge at the desk, and when."""
    sitting = choose_sitting(g.congress.sittings, now())
    if sitting:
        record_scan(
            congress=g.congress, sitting=sitting, asked=Asked("name", delegate.id), nonce=f"print-{nonce}"[:NONCE_LENGTH],
            source=source_here(), kind="print", reason=reason, sealer=sealer(), now=now(),
        )  # fmt: skip


def get_delegate(delegate_id: int) -> Delegate:
    """A delegate of the device's congress; 404 for anybody else."""
    delegate = db.session.get(Delegate, delegate_id)
    return delegate if delegate and delegate.congress_id == g.congress.id else abort(404)


def source_here() -> ScanSource:
    """The device of this request as a place that scans come from."""
    device = g.device
    return ScanSource(
        f"device:{device.id}", device.gate_name or device.name, device.operator or device.name, device.profile, device.id,
        device.name,
    )  # fmt: skip


def sealer() -> Any:
    """The instance's sealer."""
    return current_app.extensions["sealer"]
