"""Deny by default: every view says what it requires, and objects are fetched through the user's scope."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, Response, abort, current_app, g, jsonify, redirect, request, url_for
from flask_login import current_user
from flask_wtf import CSRFProtect
from werkzeug.wrappers import Response as AnyResponse

from ..domain.access import PERMISSIONS, Actor, may_at
from ..models import Congress
from ..operations import delegation_links, scope
from ..operations.device_doors import find_at_door
from ..operations.devices import PROFILES, DeviceFacts, device_congress_id, find_device
from ..operations.doors import get_door
from ..operations.sealing import Sealer
from .clock import now

Find = Callable[[Actor, str, int], Any]  # (actor, permission, congress id) → what is found there, or None
View = TypeVar("View", bound=Callable[..., Any])

PUBLIC = "public"
SIGNED_IN = "signed_in"
PORTAL = "portal.fill"  # held by an account, or by a browser that has opened a one-time link
DEVICE = "device"  # a browser that was paired: a helper at a door has no account

LINK_COOKIE = "delegation-link-"  # with the link's number: each keeps the value that its link is bound to
LINK_DIGITS = 9
DEVICE_COOKIE = "device"
DEVICE_SECONDS = 400 * 24 * 3600  # as long as browsers keep a cookie
JSON, JPEG = "application/json", "image/jpeg"

NO_DEVICE = "Máy này chưa được ghép. Nhờ người phụ trách bấm Ghép máy mới, rồi quét mã bằng máy này."
REVOKED = "Máy này đã bị thu hồi. Dữ liệu trên máy được xóa; muốn dùng lại thì ghép máy lần nữa."
WRONG_PROFILE = "Máy này không làm việc này được. Gửi sang bàn hỗ trợ."
NO_CONGRESS = "Đơn vị của máy này chưa có hội nghị nào."
WRONG_TYPE = "Yêu cầu gửi chưa đúng dạng. Tải lại trang."


def public(view: View) -> View:
    """Anybody may open this view."""
    view.access = PUBLIC  # type: ignore[attr-defined]
    return view


def public_post(takes: str) -> Callable[[View], View]:
    """Anybody may send this view a body of one type, without a token of ours: see `free_of_tokens`."""

    def mark(view: View) -> View:
        view.takes = takes  # type: ignore[attr-defined]
        return public(view)

    return mark


def requires_device(*profiles: str, takes: str = JSON, revoked: bool = False) -> Callable[[View], View]:
    """Only a paired device of one of these profiles (none named: of any) may open this view. A POST must carry the type `takes`.

    The view finds the device as `g.device` (DeviceFacts) and its congress as `g.congress` (DoorCongress). With `revoked` those
    are let in too that have been ended, and there is no congress.
    """
    if unknown := set(profiles) - set(PROFILES):
        raise ValueError(f"unknown profiles {sorted(unknown)}")

    def mark(view: View) -> View:
        view.access, view.profiles = DEVICE, profiles or tuple(PROFILES)  # type: ignore[attr-defined]
        view.takes, view.revoked = takes, revoked  # type: ignore[attr-defined]
        return view

    return mark


def requires(permission: str, *, find: Find = scope.find_congress) -> Callable[[View], View]:
    """Only who holds a permission may open this view; "signed_in" asks for an account only.

    Where the address names a congress, the permission must hold there: the view finds it as `g.congress`, or as much of it as
    `find` gives.
    """
    if permission not in (*PERMISSIONS, SIGNED_IN):
        raise ValueError(f"unknown permission {permission}")

    def mark(view: View) -> View:
        view.access, view.find = permission, find  # type: ignore[attr-defined]
        return view

    return mark


def actor() -> Actor:
    """Who acts in this request."""
    if "actor" not in g:
        g.actor = current_user.actor if current_user.is_authenticated else Actor(None, "khách")
    return g.actor


def act_by_links() -> None:
    """On the portal's pages, and there only, a browser that has opened one-time links acts for their delegations too."""
    if kept := browser_values():
        links = delegation_links.links_of_browser(kept, sealer=current_app.extensions["sealer"], now=now())
        if links:
            g.actor = delegation_links.contact_actor(links, current_user.actor if current_user.is_authenticated else None)


def browser_values() -> dict[int, str]:
    """What this browser keeps for each one-time link it has opened: {link id: value}."""
    found = {}
    for name, value in request.cookies.items():
        prefix, _, number = name.partition(LINK_COOKIE)
        if not prefix and number.isascii() and number.isdigit() and len(number) <= LINK_DIGITS:
            found[int(number)] = value
    return found


def may(permission: str, congress: Congress | None = None) -> bool:
    """Whether the signed-in person holds a permission, at a congress where one is given. Templates ask this too."""
    if congress is None:
        return actor().may(permission)
    return may_at(actor(), permission, unit_id=congress.unit_id, unit_path=congress.unit.path, congress_id=congress.id)


def guard() -> AnyResponse | None:
    """Before every request: refuse what no rule allows."""
    if request.endpoint is None:
        return None
    view: Any = current_app.view_functions[request.endpoint]
    access = getattr(view, "access", None)
    if access is not None and request.method == "POST" and getattr(view, "takes", request.mimetype) != request.mimetype:
        return deny(415, "wrong_type", WRONG_TYPE)
    if access == PUBLIC:
        return None
    if access is None:
        abort(403)
    if access == DEVICE:
        return _require_device(view)
    if access == PORTAL:
        act_by_links()
    if not current_user.is_authenticated and not (access == PORTAL and actor().may(PORTAL)):
        if request.accept_mimetypes.best == "application/json":
            abort(401)
        next_page = request.full_path.rstrip("?") if request.method == "GET" else None
        return redirect(url_for("accounts.sign_in", next=next_page))
    if access != SIGNED_IN:
        _require(access, view.find)
    return None


def _require(permission: str, find: Find) -> None:
    congress_id = (request.view_args or {}).get("congress_id")
    if congress_id is None:
        if not actor().may(permission):
            abort(403)
        return
    congress = find(actor(), permission, congress_id)
    if congress is None:
        # Someone who may see the congress learns that this page is not theirs; to others it does not exist.
        seen = scope.find_congress(actor(), "congresses.read", congress_id) or scope.find_congress(
            actor(), "checkin.scan", congress_id
        )
        abort(403 if seen else 404)
    g.congress = congress


def _require_device(view: Any) -> Response | None:
    """Find the device and its congress, or say in JSON why not."""
    device, congress = find_at_door(key, sealer=_sealer()) if (key := _sent_key()) else (None, None)
    if device is None:
        return deny(401, "no_device", NO_DEVICE)
    if device.revoked and not view.revoked:
        return deny(410, "revoked", REVOKED)
    if device.profile not in view.profiles:
        return deny(403, "wrong_profile", WRONG_PROFILE)
    g.device, g.actor = device, device.actor
    if view.revoked:
        return None  # about itself alone
    if congress is None:  # it goes where its unit holds one
        congress_id = device_congress_id(device, now())
        if congress_id is None:
            return deny(404, "no_congress", NO_CONGRESS)
        congress = get_door(congress_id)
    g.congress = congress
    return None


def this_device() -> DeviceFacts | None:
    """The device that this browser is, a revoked one too: by its cookie, or by the key a script sends."""
    return find_device(key, sealer=_sealer()) if (key := _sent_key()) else None


def _sent_key() -> str | None:
    auth = request.authorization
    return auth.token if auth is not None and auth.type == "bearer" else request.cookies.get(DEVICE_COOKIE)


def _sealer() -> Sealer:
    sealer: Sealer = current_app.extensions["sealer"]
    return sealer


def keep_device(response: AnyResponse, key: str) -> None:
    """Let this browser keep the key of the device it has become; no script of a page can read it."""
    response.set_cookie(
        DEVICE_COOKIE, key, max_age=DEVICE_SECONDS, path="/", httponly=True, samesite="Strict", secure=request.is_secure
    )


def forget_device(response: AnyResponse) -> None:
    """Take the key away from a browser that is a device no more."""
    response.delete_cookie(DEVICE_COOKIE, path="/", httponly=True, samesite="Strict", secure=request.is_secure)


def deny(status: int, code: str, message: str) -> Response:
    """A refusal as the device API says it."""
    response = jsonify(code=code, message=message)
    response.status_code = status
    return response


def free_of_tokens(app: Flask, csrf: CSRFProtect) -> None:
    """Views that take one type of body (JSON, a JPEG) ask for no CSRF token.

    No form of another site can send such a type, a script of one would need our leave for it (CORS, which we never give), and
    the device's cookie is SameSite=Strict: it does not travel with what another site starts. A page kept for days at a gate has
    no token of today's.
    """
    for view in app.view_functions.values():
        if hasattr(view, "takes"):
            csrf.exempt(view)


def device_views(app: Flask) -> dict[str, Any]:
    """The views that a device opens, by endpoint."""
    return {name: view for name, view in app.view_functions.items() if getattr(view, "access", None) == DEVICE}


def init_access(app: Flask) -> None:
    """Refuse every view that says nothing, and let templates ask `may`."""
    app.before_request(guard)
    app.jinja_env.globals["may"] = may
