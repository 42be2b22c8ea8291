"""A real server and a real Chromium whose every fault is told: console, page errors, CSP reports, calls to other hosts."""

import json
import shutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, sync_playwright
from werkzeug.serving import make_server

from congress.web import assets
from tests.browser import gates

SWITCHES = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
REPORT_CSP = "addEventListener('securitypolicyviolation', (e) => console.error('CSP', e.violatedDirective, e.blockedURI))"


@pytest.fixture(scope="session", autouse=True)
def one_set_of_files() -> Iterator[None]:
    """Every application of these tests sends the same files: they are read, and pressed small, once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(assets, "load_assets", cache(assets.load_assets))
        yield


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


@pytest.fixture(scope="module")
def camera(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The film that the fake camera plays; it is read when a page opens the camera."""
    film = tmp_path_factory.mktemp("camera") / "camera.mjpeg"
    film.write_bytes(b"")
    return film


@pytest.fixture(scope="module")
def browser(chromium: str, camera: Path) -> Iterator[Browser]:
    """A Chromium with a fake camera, for the tests of a file."""
    with sync_playwright() as playwright:
        switches = [*gates.SWITCHES, f"--use-file-for-fake-video-capture={camera}"]
        browser = playwright.chromium.launch(executable_path=chromium, args=switches)
        yield browser
        browser.close()


@pytest.fixture
def hall(session: Any, app: Flask) -> Iterator[gates.Hall]:
    """A congress on its morning, behind a real server."""
    hall = gates.Hall(app)
    yield hall
    hall.stop()


@pytest.fixture
def window(browser: Browser) -> Iterator[BrowserContext]:
    """A window of its own, 1440 px wide."""
    with gates.opened(browser) as context:
        yield context


@pytest.fixture
def gate(hall: gates.Hall, window: BrowserContext) -> Iterator[gates.Gate]:
    """A paired gate whose list is in the machine; at the end its page may have met no fault."""
    gate = hall.gate(window)
    gate.wait_for_list()
    yield gate
    assert gate.faults == []


@pytest.fixture
def desk(hall: gates.Hall, window: BrowserContext) -> Iterator[gates.Gate]:
    """The same for a desk."""
    desk = hall.gate(window, "desk")
    desk.wait_for_list()
    yield desk
    assert desk.faults == []
