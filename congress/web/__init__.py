"""What is asked: pages and fragments over HTTP."""

from datetime import timedelta

from flask import Flask, request
from flask_bootstrap import Bootstrap5
from flask_login import LoginManager, UserMixin
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from ..domain.access import Actor
from ..models import may_write
from ..operations.scope import find_actor
from . import (
    accounts,
    agenda,
    allocations,
    badges,
    board,
    bulk,
    checkin,
    conflicts,
    congresses,
    delegates,
    delegations,
    device_api,
    devices,
    duplicates,
    exemplars,
    exports,
    gate,
    gate_api,
    imports,
    notices,
    overview,
    paper,
    people,
    personal,
    photos,
    plans,
    portal,
    reports,
    sittings,
    slips,
    structure,
    substitutions,
    suggestions,
    tiers,
    units,
    upward,
)
from .access import free_of_tokens, init_access
from .assets import init_assets
from .errors import init_errors
from .presentation import init_presentation

AREAS = (
    accounts,
    overview,
    congresses,
    delegates,
    bulk,
    exports,
    people,
    personal,
    slips,
    photos,
    delegations,
    portal,
    exemplars,
    duplicates,
    substitutions,
    imports,
    suggestions,
    agenda,
    badges,
    checkin,
    board,
    paper,
    device_api,
    devices,
    gate,
    gate_api,
    conflicts,
    notices,
    sittings,
    plans,
    structure,
    reports,
    units,
    allocations,
    upward,
)


def init_web(app: Flask) -> None:
    """Wire the web layer to the application."""
    app.config.update(
        PERMANENT_SESSION_LIFETIME=timedelta(hours=16),  # a door's page survives the morning, and the rehearsal before it
        SESSION_REFRESH_EACH_REQUEST=False,  # sixteen hours from signing in: no cookie to sign with every scan
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=bool(app.config.get("BEHIND_HTTPS")),
        WTF_CSRF_TIME_LIMIT=None,  # as long as the session
        MAX_FORM_MEMORY_SIZE=5 * 1024 * 1024,  # a pasted list of thousands of rows is one field
        BOOTSTRAP_SERVE_LOCAL=True,
    )
    if app.config.get("BEHIND_PROXY"):
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1, x_host=1)  # type: ignore[method-assign]
    app.before_request(_declare_reading)
    app.teardown_request(_forget_reading)
    Bootstrap5(app)
    csrf = CSRFProtect(app)
    _init_login(app)
    init_access(app)
    init_assets(app)
    init_errors(app)
    init_presentation(app)
    for area in AREAS:
        app.register_blueprint(area.bp)
    tiers.register(app)
    free_of_tokens(app, csrf)


def _declare_reading() -> None:
    may_write.set(request.method not in ("GET", "HEAD", "OPTIONS"))


def _forget_reading(_error: BaseException | None) -> None:
    may_write.set(True)


class SignedIn(UserMixin):
    """Who a session belongs to, as much as every page needs."""

    def __init__(self, actor: Actor) -> None:
        self.id, self.name, self.actor = actor.user_id, actor.name, actor


def _init_login(app: Flask) -> None:
    login = LoginManager(app)
    login.session_protection = None  # phones change address between the car park and the hall

    @login.user_loader
    def load_user(session_id: str) -> SignedIn | None:
        user_id, _, session_key = session_id.partition(":")
        found = find_actor(int(user_id), session_key)
        return SignedIn(found) if found else None
