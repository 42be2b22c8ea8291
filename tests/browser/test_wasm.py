"""The decoder that npm brings, in a real Chromium under our policy, with no network behind the page."""

import base64
import io
import shutil
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest
from flask import Flask, render_template_string
from PIL import Image
from playwright.sync_api import Page
from werkzeug.serving import make_server

from congress.web.assets import init_assets
from tests.browser.gates import film

ROOT = Path(__file__).parent.parent.parent
STATIC = ROOT / "static"
TOKEN = "12345678901234567890123"
SHELL = """<!doctype html><html lang="vi"><head><title>x</title><link rel="icon" href="{{ asset_url('img/favicon.svg') }}"></head>
<body data-wasm="{{ asset_url('js/door-wasm.js') }}"
{%- if has_asset('vendor/zxing-reader.wasm') %} data-module="{{ asset_url('vendor/zxing-reader.js') }}"
 data-code="{{ asset_url('vendor/zxing-reader.wasm') }}"{% endif %}></body></html>"""
READER = """async () => {
  const { wasm, module, code } = document.body.dataset;
  window.reader = await (await import(wasm)).wasmReader(module, code);
  return window.reader !== null;
}"""
READ = """async ([jpeg, how]) => {
  const file = new Blob([Uint8Array.from(atob(jpeg), (c) => c.charCodeAt(0))], { type: "image/jpeg" });
  if (how === "file") return reader.read(file);
  const bitmap = await createImageBitmap(file);
  const canvas = new OffscreenCanvas(bitmap.width, bitmap.height).getContext("2d");
  canvas.drawImage(bitmap, 0, 0);
  return reader.read(canvas.getImageData(0, 0, bitmap.width, bitmap.height));
}"""

pytestmark = pytest.mark.browser


@pytest.fixture
def with_decoder() -> bool:
    return True


@pytest.fixture
def address(with_decoder: bool, tmp_path: Path) -> Iterator[str]:
    """A page of static files and nothing else, with the decoder or without."""
    if with_decoder and not (STATIC / "vendor").is_dir():
        pytest.skip("no decoder here: install npm, then run.py fetches it")
    static = tmp_path / "static"
    shutil.copytree(STATIC, static, ignore=None if with_decoder else shutil.ignore_patterns("vendor"))
    app = Flask("small", static_folder=str(static))
    init_assets(app)
    app.add_url_rule("/", "shell", lambda: render_template_string(SHELL))
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize("how", ["file", "frame"])
def test_a_printed_badge_is_read_without_network(page: Page, how: str) -> None:
    page.goto("/")
    assert page.evaluate(READER) is True
    page.context.set_offline(True)
    assert page.evaluate(READ, [base64.b64encode(film(TOKEN)).decode(), how]) == TOKEN
    wall = io.BytesIO()
    Image.new("RGB", (640, 480), (120, 110, 100)).save(wall, "JPEG")
    assert page.evaluate(READ, [base64.b64encode(wall.getvalue()).decode(), how]) is None


@pytest.mark.parametrize("with_decoder", [False])
def test_without_the_decoder_there_is_no_reader(page: Page) -> None:
    page.goto("/")
    assert page.evaluate(READER) is False
