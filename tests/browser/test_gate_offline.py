"""The gate page without network: the server killed, the page reloaded, the browser killed; all is kept and sent once."""

import os
import re
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import flask_migrate
import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from congress import create_app
from congress.models import Delegate, ScanConflict, db
from congress.operations.badges import issue_badges
from tests.browser.gates import BINH, DAO, HOA, MY, SWITCHES, Gate, Hall, listen, opened
from tests.conftest import MIGRATIONS
from tests.world import make_delegate

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.browser
ON_SQLITE = pytest.mark.parametrize("database_name", ["sqlite"], indirect=True)  # what the browser sees does not depend on it
COUNT = """new Promise((done) => {
  indexedDB.open("gate").onsuccess = ({ target: { result: database } }) => {
    const request = database.transaction("STORE").objectStore("STORE").count();
    request.onsuccess = () => { database.close(); done(request.result); };
  };
})"""
CROWD = [f"Người Thứ {number}" for number in range(20)]


class KilledHall(Hall):
    """A hall whose server is a process of its own on a file of SQLite: `python3 run.py`, ended by SIGKILL."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def settle(self, more: int = 0) -> None:
        del self.app.config["CLOCK"]
        self.world.congress.sittings[0].starts_at = self.now() - timedelta(minutes=11)
        super().settle(more=len(CROWD))

    def start(self) -> None:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("CONGRESS_")}
        environment = {**kept, "CONGRESS_NO_VENV": "1", "CONGRESS_INSTANCE": str(self.app.instance_path)}
        command = [sys.executable, str(ROOT / "run.py"), "--port", str(self.port)]
        self.process = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True, encoding="utf-8")
        for line in self.process.stderr or ():
            if found := re.match(r"Đang chạy ở http://127\.0\.0\.1:(\d+)/", line):
                self.port = int(found[1])
                return
        raise AssertionError("the server did not start")

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.communicate()


@pytest.fixture
def killed_hall(tmp_path: Path) -> Iterator[KilledHall]:
    app = create_app({"INSTANCE_DIR": str(tmp_path), "ARGON2_FAST": True, "TESTING": True})
    with app.app_context():
        flask_migrate.upgrade(MIGRATIONS)
        hall = KilledHall(app)
        yield hall
        hall.stop()
        db.session.remove()
        db.engine.dispose()


def test_the_server_is_killed_the_page_reloaded_and_twenty_scans_are_there_once(
    killed_hall: KilledHall, window: BrowserContext
) -> None:
    hall, gate = killed_hall, killed_hall.gate(window)
    page = gate.page
    gate.wait_for_list()
    hall.stop()
    page.reload()
    expect(page.locator("h1")).to_have_text("Cửa 1 · Buổi chính")
    for place, name in enumerate(CROWD, 1):
        gate.scan(name)
        gate.expect("in", "VÀO", name)
        gate.count(f"{place} / 23")
    gate.scan(CROWD[7])
    gate.expect("again", "ĐÃ VÀO", CROWD[7])
    expect(page.locator(".door-message")).to_have_text(re.compile(r"^Đã vào lúc \d\d:\d\d, Cửa 1\.$"))
    gate.wait_for_network("Mất mạng")
    expect(page.locator("#door-queue")).to_have_text("21 lượt chờ gửi")

    offered: list[int] = []
    page.on("request", lambda request: offered.append(len(request.post_data_json)) if request.url.endswith("/scans") else None)
    hall.start()
    gate.wait_until_sent()
    gate.wait_for_network("Có mạng")
    kept = [(scan.result, scan.code, scan.offline) for scan in hall.scans()]
    assert Counter(kept) == {("ok", "in", True): 20, ("again", "already_in", True): 1}
    gate.count("20 / 23")
    for _ in range(100):  # after the reconnect the day's scans are offered once more, and change nothing
        if len(offered) >= 2:
            break
        page.wait_for_timeout(100)
    assert offered[:2] == [21, 21]
    page.wait_for_timeout(500)
    assert [(scan.result, scan.code, scan.offline) for scan in hall.scans()] == kept
    assert {urlopen(f"{hall.url}/api/gate/ping", timeout=10).status} == {200}
    assert gate.faults == []


@ON_SQLITE
def test_rules_photo_seat_and_notices_are_there_without_network(gate: Gate, hall: Hall) -> None:
    page = gate.page
    gate.until(COUNT.replace("STORE", "photos"))
    hall.stop()
    gate.scan(DAO)
    gate.expect("in", "VÀO", DAO)
    expect(page.locator(".door-message")).to_have_text("Đã điểm danh, mời vào.")
    expect(page.locator(".door-notices li")).to_have_text(["Mời ngồi hàng đầu"])
    expect(page.locator("[data-fact=seat] dd")).to_have_text("C-17")
    expect(page.locator("[data-fact=handout] dd")).to_have_text("Cặp tài liệu")
    expect(page.locator(".door-photo")).to_have_attribute("src", re.compile("^blob:"))
    gate.scan(DAO)
    gate.expect("again", "ĐÃ VÀO", DAO)
    expect(page.locator(".door-photo")).to_be_visible()
    gate.scan(MY)
    gate.expect("stop", "DỪNG", MY)
    expect(page.locator(".door-message")).to_have_text("Chưa được duyệt vào danh sách. Gửi bàn hỗ trợ.")
    page.locator("#entry").fill("102")
    page.keyboard.press("Enter")
    gate.expect("ask", "HỎI BÀN")
    gate.wait_for_network("Mất mạng")
    gate.scan(DAO)
    gate.press("Cả đoàn (3 người)")
    gate.press("Cho vào 2 người")
    gate.expect("in", "VÀO")
    expect(page.locator(".door-message")).to_have_text("Cả đoàn: 2 người vừa ghi.")
    gate.scan(BINH)
    gate.expect("again", "ĐÃ VÀO", BINH)
    gate.count("3 / 3")
    page.locator("#door-kinds").get_by_text("Ra").click()
    gate.scan(BINH)
    gate.expect("in", "RA", BINH)
    page.locator("#door-kinds").get_by_text("Vào").click()
    gate.scan(BINH)
    gate.expect("in", "VÀO", BINH)
    hall.start()
    gate.wait_until_sent()
    assert [(scan.kind, scan.result) for scan in hall.scans()] == [
        ("entry", "ok"), ("entry", "again"), ("entry", "refused"), ("entry", "again"), ("entry", "ok"), ("entry", "ok"),
        ("entry", "again"), ("exit", "ok"), ("entry", "ok"),
    ]  # fmt: skip


@ON_SQLITE
def test_what_was_answered_online_is_known_when_the_network_goes(gate: Gate, hall: Hall) -> None:
    gate.scan(DAO)
    gate.expect("in", "VÀO", DAO)
    gate.page.wait_for_timeout(300)  # it is written down after it is shown
    hall.stop()
    gate.scan(DAO)
    gate.expect("again", "ĐÃ VÀO", DAO)
    hall.start()
    gate.wait_until_sent()
    assert [(scan.result, scan.offline) for scan in hall.scans()] == [("ok", False), ("again", True)]


@ON_SQLITE
def test_a_lost_answer_is_decided_here_and_kept_once(gate: Gate, hall: Hall) -> None:
    """The server has the scan, and its answer gets lost on the way back."""
    nonces: list[str] = []
    page = gate.page
    page.on("request", lambda r: nonces.extend(each["nonce"] for each in r.post_data_json) if r.url.endswith("/scans") else None)
    page.route("**/api/gate/scans", lambda route: (route.fetch(), route.abort()), times=1)
    gate.scan(DAO)
    gate.expect("in", "VÀO", DAO)
    gate.wait_until_sent()
    assert len(nonces) >= 2 and len(set(nonces)) == 1
    assert [(scan.result, scan.code) for scan in hall.scans()] == [("ok", "in")]
    gate.count("1 / 3")


@ON_SQLITE
def test_an_upload_cut_in_the_middle_goes_on_where_it_was(gate: Gate, hall: Hall) -> None:
    """The server gets the batch, its answer is lost; the next try gets another answer, and nothing is there twice."""
    hall.stop()
    for name in (DAO, BINH, HOA):
        gate.scan(name)
        gate.expect("in", "VÀO", name)
    gate.page.route("**/api/gate/scans", lambda route: (route.fetch(), route.abort()), times=1)
    hall.start()
    gate.wait_until_sent()
    assert [(scan.result, scan.code) for scan in hall.scans()] == [("ok", "in")] * 3


@ON_SQLITE
def test_a_reoffer_after_the_reconnect_changes_nothing(desk: Gate, hall: Hall) -> None:
    page = desk.page
    desk.scan(DAO)
    desk.expect("in", "VÀO", DAO)
    desk.press("Hoàn tác")
    desk.expect("wait", "Đã hoàn tác")
    page.locator("#entry").fill("102")
    page.keyboard.press("Enter")
    desk.press("Cho vào")
    desk.expect("in", "VÀO", BINH)
    page.locator("#entry").press_sequentially("hoa", delay=10)
    page.locator("#door-found").get_by_role("button", name=HOA).click()
    page.locator("[data-do=tick]").click()
    desk.press("Quên thẻ")
    page.locator("#door-reason button[value=ok]").click()
    desk.expect("in", "VÀO", HOA)
    desk.scan(MY)
    desk.expect("stop", "DỪNG", MY)
    page.wait_for_timeout(300)
    before = [(scan.nonce, scan.result, scan.code, bool(scan.annulled_at)) for scan in hall.scans()]
    hall.stop()
    desk.wait_for_network("Mất mạng")
    offered: list[str] = []
    page.on("request", lambda r: offered.extend(each["nonce"] for each in r.post_data_json) if r.url.endswith("/scans") else None)
    with page.expect_response("**/annul", timeout=20000):
        hall.start()
        desk.wait_for_network("Có mạng")
        for _ in range(100):
            if len(offered) >= 4:
                break
            page.wait_for_timeout(100)
    assert sorted(offered) == sorted(nonce for nonce, *_ in before)
    assert [(scan.nonce, scan.result, scan.code, bool(scan.annulled_at)) for scan in hall.scans()] == before


@ON_SQLITE
def test_what_another_gate_saw_comes_with_the_next_list(gate: Gate, hall: Hall, browser: Browser) -> None:
    with opened(browser) as window:
        other = hall.gate(window)
        other.scan(BINH)
        other.expect("in", "VÀO", BINH)
        assert other.faults == []
    page = gate.page
    page.get_by_role("button", name="Cài đặt cửa").click()
    with page.expect_response("**/api/gate/snapshot?since=*") as answer:
        gate.press("Tải lại danh sách")
    changed = answer.value.json()
    assert (changed["full"], len(changed["entries"])) == (False, 1)
    gate.press("Xong")
    hall.stop()
    gate.scan(BINH)
    gate.expect("again", "ĐÃ VÀO", BINH)
    expect(page.locator(".door-message")).to_have_text("Đã vào lúc 07:41, Cửa 1. Máy: Máy chị Lan.")


@ON_SQLITE
def test_a_badge_that_the_list_does_not_know_asks_the_desk(gate: Gate, hall: Hall) -> None:
    page, congress = gate.page, hall.world.congress
    fresh = make_delegate(congress, "Chu Văn Mới", state="approved", unit_text="Trường Hai")
    db.session.flush()
    fresh_id = fresh.id
    issue_badges([fresh_id], sealer=hall.sealer, now=hall.now())
    db.session.commit()
    hall.read_tokens()
    hall.stop()
    gate.scan("Chu Văn Mới")
    gate.expect("ask", "HỎI BÀN")
    expect(page.locator(".door-message")).to_have_text("Chưa có trong danh sách tải lúc 07:41. Gửi sang bàn hỗ trợ.")
    gate.press("Cho vào")
    gate.expect("in", "VÀO")
    gate.scan("Chu Văn Mới")
    gate.expect("again", "ĐÃ VÀO")
    hall.start()
    gate.wait_until_sent()
    # The first was sent away, the second let in by hand; for somebody approved that is no conflict.
    assert [(scan.result, scan.delegate_id == fresh_id) for scan in hall.scans()] == [
        ("unknown", True), ("ok", True), ("again", True),
    ]  # fmt: skip


@ON_SQLITE
def test_somebody_cancelled_meanwhile_stays_in_and_is_a_conflict(gate: Gate, hall: Hall) -> None:
    hall.stop()
    db.session.execute(db.update(Delegate).where(Delegate.name == BINH).values(state="withdrawn"))
    db.session.commit()
    gate.scan(BINH)
    gate.expect("in", "VÀO", BINH)
    hall.start()
    gate.wait_until_sent()
    (scan,) = hall.scans()
    assert (scan.result, scan.code, scan.forced) == ("ok", "forced", True)
    assert [conflict.code for conflict in db.session.scalars(db.select(ScanConflict))] == ["withdrawn"]
    db.session.rollback()


@ON_SQLITE
def test_a_scan_still_queued_is_taken_back_in_order(gate: Gate, hall: Hall) -> None:
    page = gate.page
    hall.stop()
    gate.scan(DAO)
    gate.expect("in", "VÀO", DAO)
    gate.press("Hoàn tác")
    gate.expect("wait", "Đã hoàn tác")
    gate.scan(DAO)
    gate.expect("in", "VÀO", DAO)
    expect(page.locator("#door-queue")).to_have_text("3 lượt chờ gửi")
    page.reload()
    expect(page.locator("#door-last small")).to_have_text([re.compile("vào · chờ gửi$"), re.compile("đã hoàn tác · chờ gửi$")])
    page.locator("#door-last").get_by_role("button").first.click()
    gate.expect("wait", "Đã hoàn tác")
    hall.start()
    gate.wait_until_sent()
    assert [(scan.result, bool(scan.annulled_at)) for scan in hall.scans()] == [("ok", True), ("ok", True)]
    gate.count("0 / 3")


@ON_SQLITE
def test_the_switch_of_the_hand_wins_and_the_queue_is_sent_all_the_same(gate: Gate, hall: Hall) -> None:
    page = gate.page
    page.get_by_role("button", name="Cài đặt cửa").click()
    page.get_by_label("Làm việc không mạng").check()
    gate.press("Xong")
    gate.wait_for_network("Không mạng (bật tay)")
    gate.scan(HOA)
    gate.expect("in", "VÀO", HOA)
    gate.wait_until_sent()
    assert [(scan.result, scan.offline) for scan in hall.scans()] == [("ok", True)]
    page.reload()
    gate.wait_for_network("Không mạng (bật tay)")


@ON_SQLITE
def test_a_list_past_its_time_is_deleted(gate: Gate, hall: Hall) -> None:
    hall.started -= 24 * 3600  # the hall's clock goes on to the next day
    gate.beat()
    gate.page.wait_for_timeout(500)
    gate.beat()
    expect(gate.page.locator("#door-age")).to_have_text("chưa có danh sách", timeout=15000)
    assert gate.page.evaluate(COUNT.replace("STORE", "entries")) == 0
    hall.stop()
    gate.scan(DAO)
    gate.expect("ask", "HỎI BÀN")
    expect(gate.page.locator(".door-message")).to_have_text("Mất mạng, mà máy này chưa tải danh sách. Gửi sang bàn hỗ trợ.")


@ON_SQLITE
def test_a_machine_that_lost_its_cookie_sends_its_queue_once_it_is_paired_again(gate: Gate, hall: Hall) -> None:
    page = gate.page
    hall.stop()
    gate.scan(DAO)
    gate.expect("in", "VÀO", DAO)
    page.context.clear_cookies()
    code = hall.code("gate")
    hall.start()
    expect(page.locator("#door-pair")).to_be_visible(timeout=15000)
    page.locator("#pairing-code").fill(code)
    gate.press("Ghép máy này")
    expect(page.locator("#door-answer")).to_be_visible()
    gate.wait_until_sent()
    assert [(scan.result, scan.offline, scan.device) for scan in hall.scans()] == [("ok", True, "device:2")]


@ON_SQLITE
def test_the_queue_survives_the_death_of_the_browser(hall: Hall, chromium: str, tmp_path: Path, browser: Browser) -> None:
    def open_window() -> BrowserContext:
        kind = browser.browser_type
        return kind.launch_persistent_context(tmp_path / "profile", executable_path=chromium, args=SWITCHES)

    gate = hall.gate(open_window())
    gate.wait_for_list()
    hall.stop()
    for name in (DAO, BINH):
        gate.scan(name)
        gate.expect("in", "VÀO", name)
    cookies: Any = gate.page.context.cookies()
    os.kill(browser_of(tmp_path / "profile"), signal.SIGKILL)
    with suppress(Exception):
        gate.page.context.close()

    window = open_window()
    window.add_cookies(cookies)  # Chromium writes a cookie down within half a minute: this machine was not paired just now
    again = Gate(window.new_page(), hall.tokens)
    listen(again)
    again.page.goto(f"{hall.url}/gate")
    expect(again.page.locator("#door-queue")).to_have_text("2 lượt chờ gửi")
    expect(again.page.locator("#door-last li")).to_have_count(2)
    again.scan(DAO)
    again.expect("again", "ĐÃ VÀO", DAO)
    hall.start()
    again.wait_until_sent()
    assert [scan.result for scan in hall.scans()] == ["ok", "ok", "again"]
    again.page.context.close()


def browser_of(profile: Path) -> int:
    """The process of the browser that uses a profile."""
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            words = (folder / "cmdline").read_bytes().decode(errors="replace").split("\0")
            if f"--user-data-dir={profile}" in words and not any(word.startswith("--type=") for word in words):
                return int(folder.name)
    raise AssertionError("no such browser")
