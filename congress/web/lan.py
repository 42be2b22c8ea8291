"""`run.py --lan`: how a device comes to trust this machine, and what still opens without encryption.

Nothing here exists otherwise: `init_lan` is called by the start, once the certificate is there.
"""

from ipaddress import ip_address

from flask import Blueprint, Flask, Response, current_app, make_response, redirect, render_template, request, url_for
from flask.sessions import SecureCookieSessionInterface
from werkzeug.wrappers import Response as AnyResponse

from ..lan import LanFacts
from .access import public
from .assets import CONTENT_SECURITY_POLICY

bp = Blueprint("lan", __name__, url_prefix="/lan")

# What opens over plain http from another machine: this page, its files, and the gate, which works online without a secure
# context too. Passwords, lists and papers travel by https alone.
OPEN_PATHS = ("/lan", "/assets", "/gate", "/api/devices", "/api/gate")
# Whose steps stand open, by what the browser says it runs on; the first that fits.
KINDS = (
    ("Android", "android"), ("iPhone", "ios"), ("iPad", "ios"), ("Windows", "windows"), ("CrOS", "chromeos"), ("Mac OS", "macos"),
)  # fmt: skip
THIS_MACHINE = ("localhost", "127.0.0.1", "::1")


@bp.get("")
@public
def authority() -> Response:
    """How a device comes to trust this machine, in pictures, and a check that it does."""
    lan = _facts()
    host = current_host()
    secure = lan.secure_url(host if host in lan.hosts else lan.hosts[0])  # another host would never turn green
    kind = next((kind for mark, kind in KINDS if mark in request.user_agent.string), "")
    response = make_response(render_template("lan/authority.html", lan=lan, secure=secure, kind=kind))
    policy = CONTENT_SECURITY_POLICY.replace("connect-src 'self'", f"connect-src {secure}")
    response.headers["Content-Security-Policy"] = policy
    return response


@bp.get("/authority.crt")
@public
def certificate() -> Response:
    """The authority's certificate, to be installed on a device."""
    response = Response(_facts().authority.der, mimetype="application/x-x509-ca-cert")
    response.headers["Content-Disposition"] = 'attachment; filename="thi-dua-yeu-nuoc.crt"'
    return response


def _facts() -> LanFacts:
    facts: LanFacts = current_app.extensions["lan"]
    return facts


def current_host() -> str:
    """The host that this request was sent to, without its port; "" where it names none."""
    host = request.host.lower()
    return host.rpartition(":")[0] if not host.endswith("]") and ":" in host else host


def is_from_here() -> bool:
    """Whether a browser on this very machine asks: nothing crosses the network, and localhost is a secure context."""
    try:
        address = ip_address(request.remote_addr or "")
    except ValueError:
        return False
    return address.is_loopback and current_host().strip("[]") in THIS_MACHINE


def keep_to_https() -> AnyResponse | None:
    """Before every request: over plain http another machine gets what is in OPEN_PATHS, and else the page on trust.

    It is not sent to the secure address: a device that does not trust it yet would meet a warning and learn to click it away.
    """
    if request.is_secure or is_from_here():
        return None
    if any(request.path == path or request.path.startswith(f"{path}/") for path in OPEN_PATHS):
        return None
    return redirect(url_for("lan.authority"), 303)


class SecureSessions(SecureCookieSessionInterface):
    """Sessions whose cookie travels by https only, except from this machine to itself."""

    def get_cookie_secure(self, app: Flask) -> bool:
        return request.is_secure or not is_from_here()


def init_lan(app: Flask, facts: LanFacts) -> None:
    """Open the pages on trust, and keep everything that needs a password to https."""
    app.extensions["lan"] = facts
    app.session_interface = SecureSessions()
    app.config["SESSION_COOKIE_SECURE"] = True
    app.before_request_funcs.setdefault(None, []).insert(0, keep_to_https)
    app.register_blueprint(bp)
