"""What is asked: pages and fragments over HTTP."""

from datetime import timedelta

from flask import Flask, request
from flask_bootstrap import Bootstrap5
from flask_login import LoginManager
from flask_wtf import CSRFProtect
from sqlalchemy import select
from sqlalchemy.orm import joinedload
from werkzeug.middleware.proxy_fix import ProxyFix

from ..models import Grant, User, db, may_write
from . import accounts, agenda, badges, checkin, congresses, delegates, imports, overview, plans, tiers, units
from .access import init_access
from .assets import init_assets
from .errors import init_errors
from .presentation import init_presentation

AREAS = (accounts, overview, congresses, delegates, imports, agenda, badges, checkin, plans, units)


def init_web(app: Flask) -> None:
    """Wire the web layer to the application."""
    app.config.update(
        PERMANENT_SESSION_LIFETIME=timedelta(hours=16),  # a door's page survives the morning, and the rehearsal before it
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=bool(app.config.get("BEHIND_HTTPS")),
        WTF_CSRF_TIME_LIMIT=None,  # as long as the session
        BOOTSTRAP_SERVE_LOCAL=True,
    )
    if app.config.get("BEHIND_PROXY"):
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1, x_host=1)  # type: ignore[method-assign]
    app.before_request(_declare_reading)
    app.teardown_request(_forget_reading)
    Bootstrap5(app)
    CSRFProtect(app)
    _init_login(app)
    init_access(app)
    init_assets(app)
    init_errors(app)
    init_presentation(app)
    for area in AREAS:
        app.register_blueprint(area.bp)
    tiers.register(app)


def _declare_reading() -> None:
    may_write.set(request.method not in ("GET", "HEAD", "OPTIONS"))


def _forget_reading(_error: BaseException | None) -> None:
    may_write.set(True)


def _init_login(app: Flask) -> None:
    login = LoginManager(app)
    login.session_protection = None  # phones change address between the car park and the hall

    @login.user_loader
    def load_user(session_id: str) -> User | None:
        user_id, _, session_key = session_id.partition(":")
        query = select(User).where(User.id == int(user_id)).options(joinedload(User.grants).joinedload(Grant.unit))
        user = db.session.scalars(query).unique().one_or_none()
        return user if user and user.active and user.session_key == session_key else None
