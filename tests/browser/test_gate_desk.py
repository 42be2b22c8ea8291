"""The desk, the kiosk, a page without encryption, a device taken back, and what lies in a browser that was used."""

import base64
import re
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from congress.domain.names import fold
from congress.models import Delegate, Device, db
from congress.operations.devices import revoke
from tests.browser.gates import BINH, DAO, HOA, MY, Gate, Hall, film, listen, opened

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("database_name", ["sqlite"], indirect=True),  # what the browser sees does not depend on it
]
# Everything that this browser keeps, as one text: bytes as Latin-1, what is base64 also as what it stands for.
DUMP = """async () => {
  const found = [];
  const take = (value) => {
    if (typeof value === "string") {
      found.push(value);
      if (/^[A-Za-z0-9+/]{8,}={0,2}$/.test(value) && value.length % 4 === 0) found.push(atob(value));
    } else if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) {
      const bytes = new Uint8Array(value.buffer ?? value);
      found.push(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""), new TextDecoder().decode(bytes));
    } else if (value instanceof CryptoKey) found.push(`CryptoKey extractable=${value.extractable}`);
    else if (value && typeof value === "object") Object.entries(value).forEach(([key, each]) => { take(key); take(each); });
    else found.push(String(value));
  };
  for (const { name } of await indexedDB.databases()) {
    const database = await new Promise((done) => { indexedDB.open(name).onsuccess = (event) => done(event.target.result); });
    for (const store of database.objectStoreNames) {
      const request = database.transaction(store).objectStore(store).getAll();
      const rows = await new Promise((done) => { request.onsuccess = () => done(request.result); });
      rows.forEach((row) => { take(store); take(row); });
    }
    database.close();
  }
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) { take(request.url); take(await (await cache.match(request)).text()); }
  }
  for (const storage of [localStorage, sessionStorage]) Object.entries(storage).flat().forEach(take);
  return found.join("\\n");
}"""


def unlock(desk: Gate, card: str) -> None:
    """Scan a desk card."""
    desk.page.keyboard.type(card)
    desk.page.keyboard.press("Enter")
    desk.expect("wait", "Đã mở danh sách tên")


def choose(desk: Gate, text: str, name: str) -> None:
    """Type a name and choose somebody found."""
    desk.page.locator("#entry").press_sequentially(text, delay=10)
    desk.page.locator("#door-found").get_by_role("button", name=name).click()


def give_reason(desk: Gate, ready: str) -> None:
    """Press a ready reason and go on."""
    desk.press(ready)
    desk.page.locator("#door-reason button[value=ok]").click()


def secrets_of(hall: Hall) -> list[str]:
    """Whatever may not lie in a browser: everybody's name, unit and phone in several spellings, and every token."""
    people = db.session.execute(db.select(Delegate.name, Delegate.unit_text)).all()
    typed = {"Chị Nga Trực Cửa", "0912 345 678", "Vàng Thị Khách", "Cháu ruột ông Tủa"}
    texts = {text for row in people for text in row if text} | typed
    db.session.rollback()
    return [spelt for text in texts for spelt in (text, fold(text), text.upper())] + list(hall.tokens.values())


def assert_empty_of_people(gate: Gate, hall: Hall, *more: str) -> str:
    """Read the whole browser; nobody may be in it. What was read."""
    kept = gate.page.evaluate(DUMP)
    assert [secret for secret in [*secrets_of(hall), *more] if secret in kept] == []
    assert [secret for secret in secrets_of(hall) if base64.b64encode(secret.encode()).decode().rstrip("=") in kept] == []
    return str(kept)


def test_a_desk_searches_online_ticks_with_a_reason_and_lets_in(desk: Gate, hall: Hall) -> None:
    page = desk.page
    choose(desk, "dao bich", DAO)
    page.locator("[data-do=tick]").click()
    give_reason(desk, "Quên thẻ")
    desk.expect("in", "VÀO", DAO)
    choose(desk, "mỷ lý", MY)
    expect(page.locator("#door-person-state")).to_have_text("Số thẻ 103 · Chưa duyệt")
    page.locator("[data-do=tick]").click()
    give_reason(desk, "Có giấy mời")
    desk.expect("in", "VÀO", MY)
    expect(page.locator(".door-message")).to_have_text("Đã cho vào, tính riêng ngoài danh sách.")
    page.locator("#entry").press_sequentially("khong ai", delay=10)
    expect(page.locator("#door-nothing")).to_have_text("Không tìm thấy. Gõ ít chữ hơn, hoặc ghi khách ngoài danh sách.")
    page.locator("#entry").fill("102")
    page.keyboard.press("Enter")
    desk.expect("ask", "Số 102?", BINH)
    desk.press("Cho vào")
    desk.expect("in", "VÀO", BINH)
    assert [(scan.how, scan.result, scan.code, scan.reason) for scan in hall.scans()] == [
        ("name", "ok", "in", "Quên thẻ"), ("name", "refused", "not_approved", "Có giấy mời"),
        ("name", "ok", "let_in", "Có giấy mời"), ("number", "ok", "in", ""),
    ]  # fmt: skip


def test_the_owner_of_a_badge_gets_in_and_a_new_badge(desk: Gate, hall: Hall, window: BrowserContext) -> None:
    old = desk.tokens[DAO]
    desk.scan(DAO)
    desk.expect("in", "VÀO", DAO)
    desk.scan(DAO)
    desk.expect("again", "ĐÃ VÀO", DAO)
    desk.press("Đúng chủ thẻ")
    give_reason(desk, "Đã xem giấy tờ tùy thân")
    desk.expect("in", "VÀO", DAO)
    expect(desk.page.locator(".door-message")).to_have_text("Đúng chủ thẻ, mời vào. Thẻ cũ hết hiệu lực, in thẻ mới.")
    with desk.page.expect_response("**/api/gate/badges/*") as printed:
        desk.press("In thẻ mới")
    assert (printed.value.status, printed.value.headers["content-type"]) == (200, "application/pdf")
    hall.read_tokens()
    assert hall.tokens[DAO] != old
    for page in window.pages[1:]:
        page.close()
    desk.page.bring_to_front()
    desk.until("document.hasFocus()")
    desk.tokens[DAO] = old
    desk.scan(DAO)
    desk.expect("stop", "DỪNG", DAO)
    expect(desk.page.locator(".door-message")).to_have_text(re.compile("^Thẻ này đã được thay bằng thẻ mới"))


def test_the_desk_card_opens_the_names_offline_until_reload_or_lock(desk: Gate, hall: Hall, window: BrowserContext) -> None:
    page = desk.page
    card = hall.desk_card()
    page.get_by_role("button", name="Cài đặt cửa").click()
    page.wait_for_timeout(200)
    desk.press("Tải lại danh sách")
    desk.press("Xong")
    unlock(desk, card)
    hall.stop()
    choose(desk, "bich dao", DAO)
    page.locator("[data-do=tick]").click()
    give_reason(desk, "Mất thẻ")
    desk.expect("in", "VÀO", DAO)
    desk.wait_for_network("Mất mạng")
    choose(desk, "ly thi", MY)
    page.locator("[data-do=tick]").click()
    give_reason(desk, "Có giấy mời")
    desk.expect("in", "VÀO", MY)
    page.locator("#entry").fill("102")
    page.keyboard.press("Enter")
    desk.expect("ask", "Số 102?", BINH)
    desk.press("Cho vào")
    desk.expect("in", "VÀO", BINH)
    page.locator("#door-walk-in-button").click()
    page.get_by_label("Họ và tên").fill("Vàng Thị Khách")
    page.get_by_label("Thành phần", exact=True).select_option("Khách mời")
    page.locator("#walk-in-reason").fill("Cháu ruột ông Tủa")
    page.locator("#door-walk-in button[value=ok]").click()
    desk.expect("in", "VÀO", "Vàng Thị Khách")
    page.locator("#door-lock").click()
    expect(page.locator(".door-word")).to_have_text(re.compile("^Đã khóa"))
    expect(page.locator("#door-last li")).to_have_count(0)
    assert DAO not in page.content()
    assert_empty_of_people(desk, hall, card)  # a locked desk that was used
    page.locator("#entry").press_sequentially("bich dao", delay=10)
    expect(page.locator("#door-nothing")).to_have_text("Mất mạng: quét thẻ bàn để tìm tên trong máy.")
    unlock(desk, card)
    page.reload()
    expect(page.locator("#door-index")).to_have_text("Quét thẻ bàn để tìm được tên khi mất mạng.")
    hall.start()
    desk.wait_until_sent()
    assert [(scan.how, scan.code, scan.reason) for scan in hall.scans()] == [
        ("name", "in", "Mất thẻ"), ("name", "not_approved", "Có giấy mời"), ("name", "let_in", "Có giấy mời"),
        ("name", "in", "Gõ số thẻ, mất mạng"), ("walk_in", "let_in", "Cháu ruột ông Tủa"),
    ]  # fmt: skip


def test_an_idle_desk_locks_itself(desk: Gate, hall: Hall) -> None:
    page = desk.page
    card = hall.desk_card()
    page.get_by_role("button", name="Cài đặt cửa").click()
    desk.press("Tải lại danh sách")
    desk.press("Xong")
    unlock(desk, card)
    page.evaluate("() => { const real = Date.now; Date.now = () => real() + 15 * 60 * 1000; }")  # nobody touches it for so long
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.locator(".door-word")).to_have_text(re.compile("^Đã khóa"))


def test_a_kiosk_shows_an_answer_for_four_seconds_and_nothing_else(hall: Hall, window: BrowserContext, camera: Any) -> None:
    camera.write_bytes(film(hall.tokens[DAO]) * 10)
    kiosk = hall.gate(window, "kiosk")
    page = kiosk.page
    expect(page.locator("#door-camera")).to_be_visible()
    kiosk.expect("in", "VÀO", DAO)  # the camera runs by itself
    kiosk.expect("wait", "Đưa mã trên thẻ hoặc điện thoại vào khung")
    for hidden in ("#door-last", "#door-typing", "#door-settings-button", "#door-kinds", "#door-count", "[data-act=undo]"):
        expect(page.locator(hidden)).to_be_hidden()
    assert page.locator("button:visible, a:visible, input:visible").count() == 0
    page.keyboard.type("102")
    page.keyboard.press("Enter")
    page.wait_for_timeout(400)
    assert [scan.how for scan in hall.scans()] == ["token"]
    assert kiosk.faults == []


def test_on_plain_http_the_page_says_what_is_missing_and_works_online(browser: Browser, hall: Hall, tmp_path: Any) -> None:
    with opened(browser) as window:
        gate = Gate(window.new_page(), hall.tokens)
        listen(gate)
        page = gate.page
        page.goto(f"http://gate.test:{hall.port}/gate/pair#{hall.code('gate')}")
        warning = "Trang này chưa an toàn (http): không quét bằng camera, không chạy khi mất mạng."
        expect(page.locator("#door-plain")).to_contain_text(warning)
        gate.scan(DAO)
        gate.expect("in", "VÀO", DAO)
        page.locator("#entry").fill("102")
        page.keyboard.press("Enter")
        gate.press("Cho vào")
        gate.expect("in", "VÀO", BINH)
        photo = tmp_path / "photo.jpg"
        photo.write_bytes(film(hall.tokens[HOA]))
        page.locator("#door-photo").set_input_files(photo)
        gate.expect("in", "VÀO", HOA)
        gate.press("Quét bằng camera")
        expect(page.locator(".door-message")).to_contain_text("chỉ mở camera ở địa chỉ https")
        hall.stop()
        gate.scan(MY)
        gate.expect("ask", "CHỜ MẠNG")
        expect(page.locator("#door-queue")).to_have_text("1 lượt chờ gửi")
        hall.start()
        gate.expect("stop", "DỪNG", MY)
        expect(page.locator("#door-queue")).to_have_text("")
        assert len(hall.scans()) == 4
        assert gate.faults == []


def test_a_device_taken_back_deletes_everything(gate: Gate, hall: Hall) -> None:
    page = gate.page
    gate.scan(DAO)
    gate.expect("in", "VÀO", DAO)
    revoke(db.session.get_one(Device, 1), actor=hall.boss, now=hall.now())
    db.session.commit()
    expect(page.locator("#door-welcome-title")).to_have_text("Máy này đã bị thu hồi", timeout=15000)
    expect(page.locator("#door-answer")).to_be_hidden()
    assert page.evaluate("indexedDB.databases().then((all) => all.length)") == 0
    assert page.evaluate("caches.keys().then((all) => all.length)") == 0
    assert page.evaluate("navigator.serviceWorker.getRegistrations().then((all) => all.length)") == 0
    assert DAO not in page.content()
    assert db.session.get_one(Device, 1).wiped_at is not None
    db.session.rollback()
    page.locator("#pairing-code").focus()
    page.keyboard.type(hall.code("gate"))  # typed quickly, it is no scan
    page.keyboard.press("Enter")
    expect(page.locator("#door-answer")).to_be_visible()


def test_a_used_gate_holds_nobody(gate: Gate, hall: Hall) -> None:
    page = gate.page
    page.get_by_role("button", name="Cài đặt cửa").click()
    page.get_by_label("Người đứng cửa").fill("Chị Nga Trực Cửa 0912 345 678")
    gate.press("Xong")
    for name in (DAO, DAO, MY):
        gate.scan(name)
        expect(page.locator(".door-name")).to_have_text(name)
    gate.page.wait_for_timeout(500)
    hall.stop()
    gate.scan(BINH)
    gate.expect("in", "VÀO", BINH)
    gate.press("Hoàn tác")
    gate.expect("wait", "Đã hoàn tác")
    gate.scan(DAO)
    gate.press("Cả đoàn (3 người)")
    gate.press("Cho vào 2 người")
    gate.expect("in", "VÀO")
    kept = assert_empty_of_people(gate, hall)
    assert "CryptoKey extractable=false" in kept
    assert kept.count("entries") >= 4 and kept.count("queue") >= 4 and "photos" in kept and "done" in kept


def test_a_new_version_takes_over_by_itself(gate: Gate, hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    page = gate.page
    assert page.evaluate("document.body.dataset.version") != "later"
    monkeypatch.setattr("congress.web.gate.version", lambda: "later")
    page.evaluate("navigator.serviceWorker.getRegistration().then((registration) => registration.update())")
    expect(page.locator("body")).to_have_attribute("data-version", "later", timeout=20000)
    gate.until("caches.keys().then((names) => names.join() === 'gate-later')")
    gate.scan(DAO)
    gate.expect("in", "VÀO", DAO)
