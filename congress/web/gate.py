"""The gate page: one shell for everybody, its service worker and its manifest. No database, no session: it is nobody's."""

import json
from hashlib import sha256
from pathlib import Path

from flask import Blueprint, Response, current_app, jsonify, url_for

from .access import public

bp = Blueprint("gate", __name__, url_prefix="/gate")

TEMPLATE = "gate/door.html"
WORKER = "door-sw.js"
NOT_AT_THE_GATE = {WORKER, "door-people.js"}  # the supervisor's page has a script of a similar name
LATER = "door-wasm.js"  # loaded when it is needed
STYLES = ("bootstrap.css", "app.css", "door.css")
PICTURES = ("icons.svg", "img/favicon.svg", "img/gate.svg", "img/gate-180.png")
DECODER = {"decoder-module": "vendor/zxing-reader.js", "decoder-wasm": "vendor/zxing-reader.wasm"}
GROUND = "#12171f"


@bp.get("")
@public
def door() -> Response:
    """The gate page, the same bytes for everybody: who the device is, its script asks."""
    return _shell()


@bp.get("/pair")
@public
def pair() -> Response:
    """The same page, opened by the QR code of a pairing: the code stands behind the # and is never sent as an address."""
    return _shell()


def _shell() -> Response:
    # Not `render_template`: its context would ask who is signed in.
    scripts = [current_app.jinja_env.globals["asset_url"](f"js/{name}") for name in script_names() if name != LATER]
    shell = current_app.jinja_env.get_template(TEMPLATE).render(
        version=version(), worker_url=url_for("gate.worker"), decoder=decoder_urls(), scripts=scripts,
        lan="lan" in current_app.blueprints,
    )  # fmt: skip
    return Response(shell, headers={"Cache-Control": "no-cache"})


@bp.get("/sw.js")
@public
def worker() -> Response:
    """The service worker of the gate page, with the list of the files that it keeps."""
    script = (_static() / "js" / WORKER).read_text(encoding="utf-8")
    facts = {"VERSION": version(), "SHELL": url_for("gate.door"), "FILES": kept_files()}
    head = "".join(f"const {name} = {json.dumps(value)};\n" for name, value in facts.items())
    headers = {"Service-Worker-Allowed": url_for("gate.door"), "Cache-Control": "no-cache"}
    return Response(head + script, mimetype="text/javascript", headers=headers)


@bp.get("/manifest.webmanifest")
@public
def manifest() -> Response:
    """What a phone needs to put the gate page on its home screen."""
    asset_url, shell = current_app.jinja_env.globals["asset_url"], url_for("gate.door")
    answer = jsonify(
        name="Cửa điểm danh", short_name="Cửa", lang="vi", id=shell, start_url=shell, scope=shell, display="standalone",
        background_color=GROUND, theme_color=GROUND,
        icons=[
            {"src": asset_url("img/gate.svg"), "sizes": "any", "type": "image/svg+xml", "purpose": "any maskable"},
            *({"src": asset_url(f"img/gate-{size}.png"), "sizes": f"{size}x{size}", "type": "image/png"} for size in (192, 512)),
        ],
    )  # fmt: skip
    answer.mimetype = "application/manifest+json"
    return answer


def kept_files() -> list[str]:
    """The addresses of everything that the page needs, each with the hash of its content."""
    asset_url = current_app.jinja_env.globals["asset_url"]
    names = (*STYLES, *PICTURES, *(f"js/{name}" for name in script_names()))
    return [asset_url(name) for name in names] + list(decoder_urls().values())


def script_names() -> list[str]:
    """The modules of the page."""
    return sorted(path.name for path in (_static() / "js").glob("door*.js") if path.name not in NOT_AT_THE_GATE)


def decoder_urls() -> dict[str, str]:
    """Where the QR decoder for gates without network lies; empty where it is not installed."""
    helpers = current_app.jinja_env.globals
    if not all(helpers["has_asset"](name) for name in DECODER.values()):
        return {}
    return {key: helpers["asset_url"](name) for key, name in DECODER.items()}


def version() -> str:
    """Another text as soon as anything of the page differs."""
    shell = (Path(current_app.root_path).parent / "templates" / TEMPLATE).read_bytes()
    worker_script = (_static() / "js" / WORKER).read_bytes()
    return sha256(b"\0".join([shell, worker_script, json.dumps(kept_files()).encode()])).hexdigest()[:12]


def _static() -> Path:
    return Path(current_app.static_folder or "static")
