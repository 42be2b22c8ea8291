"""Static files under hashed addresses, the sprite of icons, and the headers of every response.

A file's address holds the hash of its folder, not of itself alone: an ES module that imports `./toast.js` gets the
neighbour of the same release without a build step. Bodies and their compressed forms stay in memory.
"""

import gzip
import hashlib
import re
from dataclasses import dataclass, field
from pathlib import Path

import brotli
import flask_bootstrap
from flask import Blueprint, Flask, Response, abort, request, url_for
from flask_compress import Compress
from markupsafe import Markup

from .access import public

# 'wasm-unsafe-eval' lets the decoder of gates without network be compiled; it opens no way to scripts.
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; worker-src 'self'; media-src 'self' blob:; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
SECURITY_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(self)",
    # Almost every answer holds somebody's data; what may be kept says so itself.
    "Cache-Control": "no-store",
}

BOOTSTRAP = Path(flask_bootstrap.__file__).parent / "static" / "bootstrap5"
# One file for the pages: fewer round trips on a slow line, and it compresses better whole.
APP_CSS = ("theme", "layout", "components", "forms", "tables", "meter", "board", "devices", "print")
ICONS = tuple(
    """
    arrow-counterclockwise arrow-down arrow-left arrow-right arrow-up award bar-chart box-arrow-in-right box-arrow-right
    building calendar-event camera check-circle-fill check-lg chevron-down chevron-left chevron-right clock clock-history
    diagram-3 door-open download envelope exclamation-circle-fill exclamation-lg exclamation-triangle-fill eye
    file-earmark-excel file-earmark-pdf file-earmark-text funnel gear geo-alt grid grip-vertical house inbox info-circle-fill
    journal-text key list-ol lock pencil people person person-badge person-check person-gear person-plus person-x plus-lg
    printer qr-code-scan search shield-check star-fill telephone three-dots trash unlock upload wifi wifi-off x-lg
    x-octagon-fill
    """.split()
)
# Not `mimetypes`: on Windows it believes the registry, which often calls a script plain text.
MIMETYPES = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".wasm": "application/wasm",
    ".webmanifest": "application/manifest+json",
}
LARGE = 500_000
COMPRESSIBLE = set(MIMETYPES.values()) - {"image/png"}


@dataclass
class Asset:
    """One static file: its bytes, its type, the version in its address, and its compressed forms once asked for."""

    body: bytes
    mimetype: str
    version: str = ""
    encoded: dict[str, bytes] = field(default_factory=dict)

    def encode(self, coding: str) -> bytes:
        """The body in `br` or `gzip`, compressed at the first request and kept."""
        if coding not in self.encoded:
            best = 9 if len(self.body) > LARGE else 11  # five seconds on the decoder would save a tenth
            packed = brotli.compress(self.body, quality=best) if coding == "br" else gzip.compress(self.body, mtime=0)
            self.encoded[coding] = packed
        return self.encoded[coding]


def build_sprite() -> bytes:
    """The icons of `ICONS` out of the package's file, as one SVG of symbols."""
    drawn = (BOOTSTRAP / "icons" / "bootstrap-icons.svg").read_text(encoding="utf-8")
    symbols = []
    for name in ICONS:
        found = re.search(rf'<symbol[^>]* id="{name}">(.*?)</symbol>', drawn, re.DOTALL)
        if not found:
            raise LookupError(f"bootstrap-icons has no icon {name!r}")
        symbols.append(f'<symbol viewBox="0 0 16 16" id="{name}">{found[1].strip()}</symbol>')
    return f'<svg xmlns="http://www.w3.org/2000/svg">{"".join(symbols)}</svg>'.encode()


def load_assets(static_folder: Path) -> dict[str, Asset]:
    """Every static file by the name templates use, with its version."""
    css = static_folder / "css"
    bootstrap = (BOOTSTRAP / "css" / "bootstrap.min.css").read_bytes()
    assets = {
        "bootstrap.css": Asset(re.sub(rb"/\*# sourceMappingURL=.*?\*/", b"", bootstrap), "text/css"),
        "app.css": Asset(b"\n".join((css / f"{part}.css").read_bytes() for part in APP_CSS), "text/css"),
        "icons.svg": Asset(build_sprite(), "image/svg+xml"),
    }
    for path in sorted(static_folder.rglob("*")):
        name = path.relative_to(static_folder).as_posix()
        if path.suffix in MIMETYPES and not (path.parent == css and path.stem in APP_CSS):
            assets[name.removeprefix("css/")] = Asset(path.read_bytes(), MIMETYPES[path.suffix])
    for name, asset in assets.items():
        folder = name.rpartition("/")[0]
        parts = [asset] if not folder else [other for key, other in assets.items() if key.rpartition("/")[0] == folder]
        asset.version = hashlib.sha256(b"\0".join(part.body for part in parts)).hexdigest()[:12]
    return assets


def send_asset(assets: dict[str, Asset], version: str, name: str) -> Response:
    """Answer one file, compressed the best way the browser takes."""
    asset = assets.get(name) or abort(404)
    coding = request.accept_encodings.best_match(["br", "gzip"]) if asset.mimetype in COMPRESSIBLE else None
    response = Response(asset.encode(coding) if coding else asset.body, mimetype=asset.mimetype)
    if coding:
        response.headers["Content-Encoding"] = coding
    response.headers["Vary"] = "Accept-Encoding"
    # A page kept from an older release asks for a version that is gone: it gets today's file, but does not keep it.
    kept = version == asset.version
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable" if kept else "no-cache"
    return response


def add_security_headers(response: Response) -> Response:
    for name, value in SECURITY_HEADERS.items():
        response.headers.setdefault(name, value)
    return response


def init_assets(app: Flask) -> None:
    """Serve `/assets/…`, give templates `asset_url(name)` and `icon(name)`, compress pages, set the headers."""
    assets = load_assets(Path(app.static_folder or "static"))

    def asset_url(name: str) -> str:
        return url_for("assets.send", version=assets[name].version, name=name)

    def has_asset(name: str) -> bool:
        """Whether a file is there that may be missing: those of `vendor/` come by npm."""
        return name in assets

    def icon(name: str) -> Markup:
        if name not in ICONS:
            raise LookupError(f"icon {name!r} is not in the sprite: add it to ICONS")
        return Markup('<svg class="icon" aria-hidden="true"><use href="{}#{}"/></svg>').format(asset_url("icons.svg"), name)

    blueprint = Blueprint("assets", __name__)

    @blueprint.get("/assets/<version>/<path:name>")
    @public
    def send(version: str, name: str) -> Response:
        """A static file, kept by browsers for a year: its address changes with its content."""
        return send_asset(assets, version, name)

    app.register_blueprint(blueprint)
    app.jinja_env.globals.update(asset_url=asset_url, has_asset=has_asset, icon=icon)
    app.config.setdefault("COMPRESS_ALGORITHM", ["br", "gzip"])
    app.config.setdefault("COMPRESS_MIN_SIZE", 1400)  # what fits one packet arrives no sooner when it is smaller
    Compress(app)
    app.after_request(add_security_headers)
