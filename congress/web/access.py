"""Deny by default: every view says what it requires, and objects are fetched through the user's scope."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, abort, current_app, g, redirect, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from ..domain.access import PERMISSIONS, Actor, may_at
from ..models import Congress
from ..operations import delegation_links, scope
from .clock import now

Find = Callable[[Actor, str, int], Any]  # (actor, permission, congress id) → what is found there, or None
View = TypeVar("View", bound=Callable[..., Any])

PUBLIC = "public"
SIGNED_IN = "signed_in"
PORTAL = "portal.fill"  # held by an account, or by a browser that has opened a one-time link

LINK_COOKIE = "delegation-link-"  # with the link's number: each keeps the value that its link is bound to
LINK_DIGITS = 9


def public(view: View) -> View:
    """Anybody may open this view."""
    view.access = PUBLIC  # type: ignore[attr-defined]
    return view


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


def guard() -> Response | None:
    """Before every request: refuse what no rule allows."""
    if request.endpoint is None:
        return None
    view: Any = current_app.view_functions[request.endpoint]
    access = getattr(view, "access", None)
    if access == PUBLIC:
        return None
    if access is None:
        abort(403)
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


def init_access(app: Flask) -> None:
    """Refuse every view that says nothing, and let templates ask `may`."""
    app.before_request(guard)
    app.jinja_env.globals["may"] = may
