"""The supervisor's pages about devices in a real Chromium: the code that notices it was used, the table that follows."""

import re
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from congress.models import db
from congress.operations import devices
from tests.pages import PageClient
from tests.web.contract import Office
from tests.world import NOW, PASSWORD

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("database_name", ["sqlite"], indirect=True),  # what the browser sees does not depend on it
]
MOMENT = NOW + timedelta(hours=1)


@pytest.fixture
def office(session: Any, app: Flask) -> Office:
    office = Office(app)
    db.session.commit()  # no transaction of the test's stays open before the pages write
    return office


def sign_in(page: Page, url: str) -> None:
    page.goto("/sign-in")
    page.get_by_label("Tên đăng nhập").fill("organiser")
    page.get_by_label("Mật khẩu", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Đăng nhập").click()
    page.wait_for_url("**/")
    page.goto(url)


def test_the_page_of_a_code_says_by_itself_who_has_used_it(office: Office, app: Flask, page: Page) -> None:
    sign_in(page, f"{office.home}/checkin/devices/pair")
    page.get_by_label("Tên máy").fill("Máy của Bình")
    page.get_by_role("button", name="Hiện mã").click()
    expect(page.get_by_role("img", name="Mã QR để ghép máy")).to_be_visible()
    expect(page.locator("#pairing-left")).to_have_text(re.compile(r"\(còn 1[45]:\d\d\)"))
    code = page.locator(".pair-digits").inner_text()
    answer = PageClient(app).open("/api/devices/redeem", "POST", json={"pairing_code": code})
    assert answer.status == 200
    expect(page.get_by_text("Đã ghép xong. Máy của Bình đã nhận việc.")).to_be_visible()
    expect(page.get_by_role("img", name="Mã QR để ghép máy")).to_be_hidden()


def test_an_expired_code_hides_by_itself(office: Office, app: Flask, page: Page) -> None:
    sign_in(page, f"{office.home}/checkin/devices/pair")
    page.get_by_role("button", name="Hiện mã").click()
    expect(page.locator(".pair-digits")).to_be_visible()
    app.config["CLOCK"] = lambda: MOMENT + timedelta(minutes=15)
    expect(page.get_by_text("Mã đã hết hạn.")).to_be_visible()
    expect(page.locator(".pair-digits")).to_be_hidden()


def test_the_table_follows_and_a_question_stays_open(office: Office, app: Flask, page: Page) -> None:
    given: dict[str, Any] = {"gate": None, "version": "", "paired_by": "x", "sealer": app.extensions["sealer"], "now": MOMENT}
    first, _ = devices.make_device(office.congress, profile="gate", name="Máy 1", **given)
    number = first.id
    db.session.commit()
    sign_in(page, f"{office.home}/checkin/devices")
    row = page.locator(f"#device-{number}")
    expect(row).to_contain_text("Đang nối")
    app.config["CLOCK"] = lambda: MOMENT + timedelta(minutes=3)
    devices.make_device(office.congress, profile="gate", name="Máy 2", **given)
    db.session.commit()
    expect(row).to_contain_text("Mất liên lạc", timeout=15_000)
    expect(page.get_by_text("Máy 2", exact=True)).to_be_visible()
    row.get_by_role("button", name="Thu hồi").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Thu hồi “Máy 1”?")
    page.wait_for_timeout(6000)  # longer than the table waits between two questions
    dialog.get_by_role("button", name="Thu hồi").click()
    expect(page.get_by_text("Đã thu hồi Máy 1.")).to_be_visible()
    expect(row).to_contain_text("Đã thu hồi, chờ xóa")


def test_this_browser_becomes_a_gate(office: Office, page: Page) -> None:
    sign_in(page, f"{office.home}/checkin/here")
    page.get_by_role("button", name="Bắt đầu").click()
    page.wait_for_url("**/gate")
    [kept] = [cookie for cookie in page.context.cookies() if cookie.get("name") == "device"]
    assert (kept.get("httpOnly"), kept.get("sameSite"), kept.get("path")) == (True, "Strict", "/")
    page.goto(f"{office.home}/checkin/here")
    expect(page.get_by_role("link", name="Mở trang cửa")).to_be_visible()
