"""Devices and gates of a congress, signed in: this browser as a gate, others by a code, who is connected, the desk card."""

from typing import Any

from flask import Blueprint, Response, abort, current_app, flash, g, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from ..documents.desk_card import DeskCardFace, print_desk_card
from ..documents.qr import link_path
from ..domain.refusals import Refused
from ..domain.tokens import spaced
from ..models import Congress, Device, Gate, Pairing, Unit, db
from ..operations import desk_cards, pairings
from ..operations import devices as operations
from ..operations import gates as gate_operations
from ..operations.sealing import Sealer
from . import gate
from .access import actor, keep_device, may, requires, this_device
from .clock import local, now
from .device_forms import EVERYWHERE, DeviceForm, GateForm, PairForm
from .device_lines import line_of, reach, summarise
from .downloads import send_paper
from .errors import row_number
from .forms import tidy

bp = Blueprint("devices", __name__, url_prefix="/congress/<int:congress_id>/checkin")


def _sealer() -> Sealer:
    sealer: Sealer = current_app.extensions["sealer"]
    return sealer


@bp.route("/here", methods=["GET", "POST"])
@requires("checkin.scan")
def here(congress_id: int) -> str | AnyResponse | tuple[str, int]:
    """Make this browser a gate, a desk or a kiosk of the congress, without a code, and go to its page."""
    profiles = [p for p in operations.PROFILES if p != "desk" or may("checkin.supervise", g.congress)]
    form = DeviceForm(name=f"Máy của {actor().name}"[: operations.LONGEST])
    form.offer(gate_operations.list_gates(congress_id), profiles)
    if form.validate_on_submit():
        try:
            return _opened_here(form)
        except Refused as refusal:
            db.session.rollback()
            form.refuse(refusal)
    page = render_template("devices/here.html", congress=g.congress, form=form, mine=this_device())
    return page, 422 if form.errors else 200


def _opened_here(form: DeviceForm) -> AnyResponse:
    """The gate's page, with the key that this browser is to keep; a device it was before ends with that."""
    former, profile = this_device(), form.profile.data or ""
    given: dict[str, Any] = {"name": form.name.data or "", "actor": actor(), "sealer": _sealer(), "now": now()}
    _, key = operations.open_here(g.congress, profile=profile, gate=_gate_named(form.gate_name), **given)
    if former is not None:
        operations.leave(former.id, now=now())
    db.session.commit()
    response = redirect(url_for("gate.door"), code=303)
    keep_device(response, key)
    return response


def _gate_named(name: str) -> Gate | None:
    return gate_operations.ensure_gate(g.congress.id, name, actor=actor(), now=now()) if name else None


@bp.get("/devices")
@requires("checkin.supervise")
def index(congress_id: int) -> str:
    """Every device with where it stands, when it was last heard of and what it carries; the gates; the desk card."""
    return _page(GateForm())


def _page(form: GateForm) -> str:
    moment, page = now(), gate.version()
    lines = [line_of(device, moment, page) for device in operations.devices_of(g.congress)]
    return render_template(
        "devices/index.html", congress=g.congress, now=[line for line in lines if line.state != "wiped"],
        past=[line for line in lines if line.state == "wiped"], summary=summarise(lines),
        gates=gate_operations.list_gates(g.congress.id), profiles=operations.PROFILES, form=form,
        card=desk_cards.find_card(g.congress.id), closed=g.congress.stage == "cancelled",
    )  # fmt: skip


def _device(device_id: int) -> Device:
    return operations.find_of(g.congress, device_id) or abort(404)


def _gate(gate_id: int) -> Gate:
    return gate_operations.find_gate(g.congress.id, gate_id) or abort(404)


def _done(words: str, anchor: str = "") -> AnyResponse:
    db.session.commit()
    flash(words, "ok")
    return redirect(url_for(".index", congress_id=g.congress.id, _anchor=anchor or None), code=303)


@bp.post("/devices/<int:device_id>/revoke")
@requires("checkin.supervise")
def revoke(congress_id: int, device_id: int) -> AnyResponse:
    """End a device; it deletes what it carries when it is next connected."""
    device = _device(device_id)
    operations.revoke(device, actor=actor(), now=now())
    return _done(f"Đã thu hồi {device.name}. Danh sách trên máy được xóa khi máy nối mạng lần tới.")


@bp.post("/gates")
@requires("checkin.supervise")
def add_gate(congress_id: int) -> AnyResponse | tuple[str, int]:
    """Name another gate."""
    form = GateForm()
    if form.validate_on_submit():
        try:
            gate_operations.add_gate(congress_id, form.name.data or "", actor=actor(), now=now())
        except Refused as refusal:
            db.session.rollback()
            form.refuse(refusal)
        else:
            return _done(f"Đã thêm {form.name.data}.", "gates")
    return _page(form), 422


@bp.post("/gates/<int:gate_id>/rename")
@requires("checkin.supervise")
def rename_gate(congress_id: int, gate_id: int) -> AnyResponse:
    """Call a gate something else; scans keep the name of their day."""
    row = _gate(gate_id)
    gate_operations.rename_gate(row, tidy(request.form.get("name", "")), actor=actor(), now=now())
    return _done(f"Đã đổi tên thành {row.name}.", "gates")


@bp.post("/gates/<int:gate_id>/remove")
@requires("checkin.supervise")
def remove_gate(congress_id: int, gate_id: int) -> AnyResponse:
    """Take a gate away at which no device stands."""
    row = _gate(gate_id)
    name = row.name
    gate_operations.remove_gate(row, actor=actor(), now=now())
    return _done(f"Đã bỏ {name}.", "gates")


# ---- another machine, by a code -----------------------------------------------------------------------------------------


@bp.route("/devices/pair", methods=["GET", "POST"])
@requires("checkin.supervise")
def pair(congress_id: int) -> str | AnyResponse | tuple[str, int]:
    """What another machine is to be, `?like=` the one before; the answer is the page with its code."""
    form = PairForm.like(pairings.find_pairing(g.congress, request.args.get("like", 0, type=row_number)))
    form.offer(gate_operations.list_gates(congress_id)).offer_unit(g.congress.unit.name)
    if form.validate_on_submit():
        try:
            pairing = _make_pairing(form)
        except Refused as refusal:
            db.session.rollback()
            form.refuse(refusal)
        else:
            db.session.commit()
            return redirect(url_for(".pairing", congress_id=congress_id, pairing_id=pairing.id), code=303)
    return render_template("devices/pair.html", congress=g.congress, form=form), 422 if form.errors else 200


def _make_pairing(form: PairForm) -> Pairing:
    place: Congress | Unit = g.congress.unit if form.scope.data == EVERYWHERE else g.congress
    there = _gate_named(form.gate_name) if form.needs_gate() else None
    given: dict[str, Any] = {"name": form.name.data or "", "actor": actor(), "sealer": _sealer(), "now": now()}
    return pairings.make_pairing(place, profile=form.profile.data or "", gate=there, **given)


def _pairing(pairing_id: int) -> Pairing:
    return pairings.find_pairing(g.congress, pairing_id) or abort(404)


@bp.get("/devices/pair/<int:pairing_id>")
@requires("checkin.supervise")
def pairing(congress_id: int, pairing_id: int) -> str:
    """The code as a large QR and as digits to type, until when it is good, and whether it was used."""
    found = _pairing(pairing_id)
    code, where = pairings.code_of(found, sealer=_sealer(), now=now()), reach()
    return render_template(
        "devices/pairing.html", congress=g.congress, pairing=found, state=pairings.state_of(found, now=now()), moment=now(),
        digits=spaced(code), code=link_path(f"{where.origin}{url_for('gate.pair')}#{code}") if code else None,
        device=_made_by(found), profiles=operations.PROFILES, where=where,
    )  # fmt: skip


def _made_by(pairing: Pairing) -> Device | None:
    return db.session.get(Device, pairing.device_id) if pairing.device_id else None


@bp.get("/devices/pair/<int:pairing_id>/state")
@requires("checkin.supervise")
def pairing_state(congress_id: int, pairing_id: int) -> Response:
    """Where a code stands, for the page that shows it; 304 while nothing changed."""
    found = _pairing(pairing_id)
    device = _made_by(found)
    response = jsonify(state=pairings.state_of(found, now=now()), device=device.name if device else None)
    response.add_etag()
    return response.make_conditional(request)


# ---- the desk card ------------------------------------------------------------------------------------------------------


@bp.post("/desk-card")
@requires("checkin.supervise")
def make_desk_card(congress_id: int) -> AnyResponse:
    """A new desk card; the former opens nothing any more."""
    renewed = desk_cards.find_card(congress_id) is not None
    desk_cards.make_card(g.congress, actor=actor(), sealer=_sealer(), now=now())
    return _done("Đã đổi thẻ bàn hỗ trợ. In thẻ mới, hủy thẻ cũ." if renewed else "Đã tạo thẻ bàn hỗ trợ. In thẻ.", "desk-card")


@bp.get("/desk-card.pdf")
@requires("checkin.supervise")
def desk_card(congress_id: int) -> Response:
    """The desk card as PDF."""
    token = desk_cards.token_of(g.congress, sealer=_sealer())
    card = desk_cards.find_card(congress_id)
    made = f"{local(card.made_at):%H:%M ngày %d/%m/%Y}" if card else ""
    face = DeskCardFace((g.congress.title1, g.congress.title2, g.congress.title3), token, made)
    return send_paper(print_desk_card([face]), "pdf", "The ban ho tro", g.congress.unit.name)
