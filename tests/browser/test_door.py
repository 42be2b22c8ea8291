"""The door in a real Chromium: a scanner's burst, a fake camera before a rendered badge, the network gone and back."""

import io
import json
import re
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread
from typing import Any

import pypdfium2
import pytest
from flask import Flask
from PIL import Image
from playwright.sync_api import Browser, Page, expect, sync_playwright
from werkzeug.serving import make_server

from congress.documents.badges import BadgeFace, SheetHeading, print_badges
from congress.domain.names import fold, sort_key
from congress.models import Delegate, db
from congress.operations.badges import issue_badges, tokens_of
from tests.world import PASSWORD, World, make_delegate, make_user

CHROMIUM = next((found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None)
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here: install it (Debian: apt install chromium)"),
    pytest.mark.parametrize("database_name", ["sqlite"], indirect=True),  # what the browser sees does not depend on it
]
SWITCHES = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream",
]  # fmt: skip
NOW = datetime(2025, 5, 20, 0, 41, tzinfo=UTC)


class Door:
    """A served congress, its people's tokens and a page of its door."""

    def __init__(self, url: str, tokens: dict[str, str]) -> None:
        self.url, self.tokens = url, tokens
        self.page: Page
        self.faults: list[str] = []

    def scan(self, name: str) -> None:
        """What a hand-held scanner does: a burst of digits and Enter."""
        self.page.keyboard.type(self.tokens[name])
        self.page.keyboard.press("Enter")

    def expect(self, answer: str, word: str, name: str | None = None) -> None:
        expect(self.page.locator("#door-answer")).to_have_attribute("data-answer", answer)
        expect(self.page.locator(".door-word")).to_have_text(word)
        if name:
            expect(self.page.locator(".door-name")).to_have_text(name)


@pytest.fixture
def served(session: Any, app: Flask) -> Iterator[Door]:
    """The application behind a real server, on the morning of its congress."""
    app.config["CLOCK"] = lambda: NOW
    world = World()
    for name, state in (("Nông Thị Bích Đào", "approved"), ("Đàm Văn Bình", "approved"), ("Lý Thị Mỷ", "proposed")):
        delegate = make_delegate(world.congress, name, state=state, unit_text="Trường Một")
        delegate.folded, delegate.sort_key = fold(name), sort_key(name)
    people = db.session.scalars(db.select(Delegate)).all()
    issue_badges([delegate.id for delegate in people], sealer=app.extensions["sealer"], now=NOW)
    make_user("cua", "checkin_staff", congress=world.congress)
    tokens = tokens_of(world.congress, app.extensions["sealer"])
    by_name = {delegate.name: tokens[delegate.id] for delegate in people}
    db.session.commit()
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield Door(f"http://127.0.0.1:{server.server_port}", by_name)
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def camera(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The film that the fake camera plays; it is read when a page opens the camera."""
    return tmp_path_factory.mktemp("camera") / "camera.mjpeg"


@pytest.fixture(scope="module")
def browser(camera: Path) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        camera.write_bytes(b"")
        switches = [*SWITCHES, f"--use-file-for-fake-video-capture={camera}"]
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=switches)
        yield browser
        browser.close()


def film(token: str) -> bytes:
    """What a camera sees of a badge as it is printed: the sheet rendered, the badge on a grey ground; one JPEG."""
    face = BadgeFace(
        number=101, name="Nông Thị Bích Đào", title="Giáo viên", unit="Trường Một", delegation="Xã Một",
        group_label="ĐIỂN HÌNH TIÊN TIẾN", colour="#b3131b", token=token,
    )  # fmt: skip
    pdf = print_badges([face], SheetHeading(("Hội nghị Huyện Một", "Lần thứ VI", "ngày 20 tháng 5 năm 2025")))
    sheet = pypdfium2.PdfDocument(pdf)[0].render(scale=150 / 72).to_pil().convert("RGB")
    badge = sheet.crop((0, 0, sheet.width // 2 + 60, sheet.height // 2 + 60))
    badge.thumbnail((640, 480))
    frame = Image.new("RGB", (640, 480), (120, 110, 100))
    frame.paste(badge, ((640 - badge.width) // 2, 0))
    jpeg = io.BytesIO()
    frame.save(jpeg, "JPEG", quality=90)
    return jpeg.getvalue()


def open_door(browser: Browser, door: Door, width: int = 1440) -> Iterator[Door]:
    """Sign in, go to the door, and at the end tell of every error in the console and every CSP report."""
    context = browser.new_context(permissions=["camera"], viewport={"width": width, "height": 800}, locale="vi-VN")
    door.page = context.new_page()
    door.page.add_init_script("addEventListener('securitypolicyviolation', (e) => console.error('CSP', e.violatedDirective))")
    door.page.on("console", lambda message: door.faults.append(message.text) if message.type in ("error", "warning") else None)
    door.page.on("pageerror", lambda error: door.faults.append(str(error)))
    door.page.goto(f"{door.url}/sign-in?next=/congress/1/checkin")
    door.page.fill("[name=username]", "cua")
    door.page.fill("[name=password]", PASSWORD)
    door.page.keyboard.press("Enter")
    expect(door.page.locator("h1")).to_have_text("Cửa 1 · Buổi chính")
    expect(door.page.locator("#door-ways")).to_be_visible()  # the script listens
    try:
        yield door
        assert door.faults == []
    finally:
        context.close()


@pytest.fixture
def door(browser: Browser, served: Door) -> Iterator[Door]:
    yield from open_door(browser, served)


@pytest.fixture(params=[360, 768, 1440])
def door_of_width(browser: Browser, served: Door, request: pytest.FixtureRequest) -> Iterator[Door]:
    yield from open_door(browser, served, request.param)


def test_a_scanner_lets_in_says_again_and_stops(door: Door) -> None:
    door.scan("Nông Thị Bích Đào")
    door.expect("in", "VÀO", "Nông Thị Bích Đào")
    expect(door.page.locator("#door-count")).to_have_text(re.compile("^1 / 2 có mặt"))
    door.scan("Nông Thị Bích Đào")
    door.expect("again", "ĐÃ VÀO", "Nông Thị Bích Đào")
    expect(door.page.locator(".door-message")).to_have_text("Đã vào lúc 07:41, Cửa 1.")
    door.scan("Lý Thị Mỷ")
    door.expect("stop", "DỪNG", "Lý Thị Mỷ")
    assert door.page.locator("#door-last li").count() == 3
    expect(door.page.locator("#door-groups td")).to_have_text("1 / 2")  # polled
    assert door.page.locator("#entry").input_value() == ""


def test_a_scanner_is_read_by_place_of_keys_whatever_the_input_method_makes_of_them(door: Door) -> None:
    """Under the native Vietnamese layout the digit row types letters: the place of the key counts."""
    door.page.locator("#entry").fill("bi")
    door.page.evaluate(
        """(token) => {
            const entry = document.getElementById("entry");
            entry.focus();
            const press = (code, key) => {
              entry.dispatchEvent(new KeyboardEvent("keydown", { code, key, bubbles: true, cancelable: true }));
              if (key.length === 1) entry.value += key;
            };
            for (const digit of token) press(`Digit${digit}`, "ă");
            press("Enter", "Enter");
        }""",
        door.tokens["Đàm Văn Bình"],
    )
    door.expect("in", "VÀO", "Đàm Văn Bình")


def test_a_badge_before_the_camera_is_scanned_once(door: Door, camera: Path) -> None:
    camera.write_bytes(film(door.tokens["Nông Thị Bích Đào"]) * 10)
    door.page.get_by_role("button", name="Quét bằng camera").click()
    door.expect("in", "VÀO", "Nông Thị Bích Đào")
    door.page.wait_for_timeout(1500)  # several frames of the same badge
    assert door.page.locator("#door-last li").count() == 1
    door.page.get_by_role("button", name="Tắt camera").click()
    expect(door.page.locator("#door-camera")).to_be_hidden()


def test_the_browser_s_own_reader_is_used_where_it_knows_qr(door: Door, camera: Path) -> None:
    camera.write_bytes(film(door.tokens["Nông Thị Bích Đào"]) * 10)
    token = json.dumps(door.tokens["Đàm Văn Bình"])
    door.page.evaluate(
        f"""() => {{ window.BarcodeDetector = class {{
            static async getSupportedFormats() {{ return ["qr_code"]; }}
            async detect() {{ return [{{ rawValue: {token} }}]; }}
        }}; }}"""
    )
    door.page.get_by_role("button", name="Quét bằng camera").click()
    door.expect("in", "VÀO", "Đàm Văn Bình")


def test_a_photo_is_read_where_no_camera_opens(door: Door, tmp_path: Path) -> None:
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(film(door.tokens["Nông Thị Bích Đào"]))
    door.page.locator("#door-photo").set_input_files(photo)
    door.expect("in", "VÀO", "Nông Thị Bích Đào")
    Image.new("RGB", (200, 200)).save(photo, "JPEG")
    door.page.locator("#door-photo").set_input_files(photo)
    door.expect("ask", "CHƯA ĐỌC ĐƯỢC")


def test_a_typed_number_shows_the_name_to_confirm(door: Door) -> None:
    door.page.keyboard.type("102", delay=150)  # nothing has the focus
    door.page.keyboard.press("Enter")
    door.expect("ask", "Số 102?", "Đàm Văn Bình")
    assert door.page.locator("#door-last li").count() == 0
    door.page.get_by_role("button", name="Không phải").click()
    door.expect("wait", "Quét thẻ, hoặc gõ số thẻ")
    door.page.keyboard.type("102", delay=150)
    door.page.keyboard.press("Enter")
    expect(door.page.get_by_role("button", name="Cho vào")).to_be_focused()
    door.page.keyboard.press("Enter")
    door.expect("in", "VÀO", "Đàm Văn Bình")
    door.page.keyboard.type("999", delay=150)
    door.page.keyboard.press("Enter")
    door.expect("stop", "DỪNG")


def test_a_name_is_found_as_it_is_typed_and_undone(door: Door) -> None:
    door.page.locator("#entry").press_sequentially("dao bich", delay=20)
    door.page.get_by_role("button", name="Nông Thị Bích Đào").click()
    door.expect("in", "VÀO", "Nông Thị Bích Đào")
    door.page.locator("#door-answer").get_by_role("button", name="Hoàn tác").click()
    door.expect("wait", "Đã hoàn tác")
    expect(door.page.locator("#door-last small")).to_have_text("07:41:00 · đã hoàn tác")
    expect(door.page.locator("#door-count")).to_have_text(re.compile("^0 / 2"))
    door.page.locator("#entry").press_sequentially("khong ai", delay=20)
    expect(door.page.locator("#door-nothing")).to_have_text("Không tìm thấy. Gõ ít chữ hơn, hoặc gửi bàn hỗ trợ.")


def test_a_lost_network_keeps_the_scan_and_sends_it_once(door: Door) -> None:
    sent: list[str] = []
    scans = lambda request: sent.append(request.post_data_json["nonce"]) if request.url.endswith("/scans") else None  # noqa: E731
    door.page.on("request", scans)
    # The server gets the first try, and its answer is lost on the way back.
    door.page.route("**/checkin/scans", lambda route: (route.fetch(), route.abort()), times=1)
    door.scan("Nông Thị Bích Đào")
    door.expect("ask", "CHỜ MẠNG")
    expect(door.page.locator("#door-net")).to_have_text(re.compile("Mất mạng\\s+1 lượt chưa gửi"))
    door.expect("in", "VÀO", "Nông Thị Bích Đào")  # the retry: the same nonce, the same answer
    expect(door.page.locator("#door-net")).to_have_attribute("data-state", "online")
    assert len(sent) == 2 and len(set(sent)) == 1
    door.faults = [fault for fault in door.faults if "ERR_FAILED" not in fault]  # the browser's own word on the lost answer


def test_every_answer_fits_the_screen_with_a_large_name(door_of_width: Door) -> None:
    door = door_of_width
    for name, answer in (("Đàm Văn Bình", "in"), ("Đàm Văn Bình", "again"), ("Lý Thị Mỷ", "stop")):
        door.scan(name)
        expect(door.page.locator("#door-answer")).to_have_attribute("data-answer", answer)
        size = door.page.locator(".door-name").evaluate("(e) => parseFloat(getComputedStyle(e).fontSize)")
        assert size >= 40
        assert door.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        word = door.page.locator(".door-word").evaluate("(e) => e.scrollWidth <= e.clientWidth")
        assert word
        small = door.page.locator("main button:visible, main a:visible, footer button:visible").evaluate_all(
            "(all) => all.map((e) => e.getBoundingClientRect()).filter((r) => r.width < 44 || r.height < 44).length"
        )
        assert small == 0
