"""A real server and a real Chromium whose every fault is told: console, page errors, CSP reports, calls to other hosts."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from urllib.parse import urlsplit

import pytest
from flask import Flask
from playwright.sync_api import ConsoleMessage, Page, Request, sync_playwright
from werkzeug.serving import make_server

SWITCHES = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
REPORT_CSP = "addEventListener('securitypolicyviolation', (e) => console.error('CSP', e.violatedDirective, e.blockedURI))"


@pytest.fixture(scope="module")
def chromium() -> str:
    """The path of Chromium; without one the test is skipped."""
    names = ("chromium", "chromium-browser", "google-chrome")
    found = next((path for name in names if (path := shutil.which(name))), None)
    if found is None:
        pytest.skip("no Chromium here: install it (Debian: apt install chromium)")
    return found


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    """Where the application is served for real, without the slash at the end."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def page(chromium: str, address: str, tmp_path: Path) -> Iterator[Page]:
    """A window at the served application, 1440 × 900, that saves a PDF as a file; at the end it may have met no fault."""
    faults: list[str] = []

    def tell(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            faults.append(f"{message.type}: {message.text}")

    def tell_host(request: Request) -> None:
        url = urlsplit(request.url)
        if url.scheme not in ("data", "blob") and url.netloc != urlsplit(address).netloc:
            faults.append(f"asked another host: {request.url}")

    settings = tmp_path / "browser" / "Default" / "Preferences"
    settings.parent.mkdir(parents=True)
    settings.write_text(json.dumps({"plugins": {"always_open_pdf_externally": True}}))
    with sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            tmp_path / "browser", executable_path=chromium, args=SWITCHES, base_url=address, locale="vi-VN",
            viewport={"width": 1440, "height": 900},
        )  # fmt: skip
        context.add_init_script(REPORT_CSP)
        context.on("console", tell)
        context.on("weberror", lambda error: faults.append(str(error.error)))
        context.on("request", tell_host)
        yield context.new_page()
        context.close()
    assert faults == []
