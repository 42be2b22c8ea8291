"""The main job as a person does it, in a real Chromium: from the plan to the door, on Bành Trạch's real list."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pypdfium2
import pytest
from flask import Flask
from playwright.sync_api import Locator, Page, expect

from congress.domain.access import COMMAND_LINE
from congress.models import Unit, User, db
from congress.operations import presets, units
from congress.operations.accounts import create_user, grant_role
from tests.documents.paper import codes

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("database_name", ["sqlite"], indirect=True),  # what the browser sees does not depend on it
]
NOW = datetime(2025, 3, 14, 0, 5, tzinfo=UTC)  # 07:05 in Vietnam, the doors are open
PASSWORD = "mot-cau-kha-dai"
WORKBOOK = Path(__file__).parents[2] / "congress" / "presets" / "samples" / "xa-banh-trach.xlsx"


@pytest.fixture
def organiser(app: Flask) -> User:
    """The commune's organiser under the real plan, with the province's 150 units and no congress yet."""
    app.config["CLOCK"] = lambda: NOW
    with app.app_context():
        presets.load_preset(presets.get_preset("bac-kan-2024"), unit=None, actor=COMMAND_LINE, now=NOW)
        name, data = presets.preset_units("bac-kan-2024") or ("", b"")
        units.import_units(data, name, actor=COMMAND_LINE, now=NOW)
        commune = db.session.scalars(db.select(Unit).filter_by(code="BK06101891")).one()
        user = create_user("banh-trach", "Lý Thị Thu", PASSWORD, actor=COMMAND_LINE, now=NOW, fast=True)
        grant_role(user, "organiser", commune, actor=COMMAND_LINE, now=NOW)
        db.session.commit()
        return user


def test_from_the_plan_to_the_door(organiser: User, page: Page, tmp_path: Path) -> None:
    sign_in(page)
    create_congress(page)
    import_workbook(page)
    approve_everybody(page)
    be_refused(page)
    mend(page)
    close_list(page)
    check_in(page, print_badges(page, tmp_path))


def sign_in(page: Page) -> None:
    page.goto("/")
    page.get_by_label("Tên đăng nhập").fill("banh-trach")
    page.get_by_label("Mật khẩu", exact=True).fill(PASSWORD)
    press(page, "Đăng nhập")
    expect(page.locator("h1")).to_have_text("Tổng quan")


def create_congress(page: Page) -> None:
    page.goto("/commune")
    page.get_by_role("link", name="Tạo hội nghị").first.click()
    page.get_by_label("Ngày tổ chức").fill("2025-03-14")
    page.get_by_label("Giờ bắt đầu").fill("07:30")
    page.get_by_label("Lần thứ").fill("6")
    expect(page.get_by_label("Đơn vị tổ chức").locator("option:checked")).to_have_text("Xã Bành Trạch")
    expect(page.get_by_label("Quy mô")).to_have_value("200")
    press(page, "Tạo hội nghị")
    expect(page.locator("h1")).to_have_text("Hội nghị tuyên dương điển hình tiên tiến xã Bành Trạch")
    expect(page.locator("header.page-head, .page-head").first).to_contain_text("Lần thứ VI · Thứ Sáu, 14/03/2025")
    press(page, "Mở danh sách")


def import_workbook(page: Page) -> None:
    open_tab(page, "Đại biểu")
    page.get_by_role("link", name="Nhập danh sách").first.click()
    page.locator("input[type=file]").set_input_files(WORKBOOK)
    press(page, "Đọc danh sách")
    expect(page.locator("h1")).to_have_text("Xem trước: xa-banh-trach.xlsx")
    expect(page.get_by_text("130/186 = 69,89 % điển hình (cần 70 %)")).to_be_visible()  # before anything is written
    press(page, "Ghi 186 người")
    expect(page.get_by_text("Đã thêm 186 người, ở trạng thái đề cử.")).to_be_visible()
    open_tab(page, "Đại biểu")


def approve_everybody(page: Page) -> None:
    """A page of a hundred at a time, as the list shows them."""
    for there in (100, 86):
        chip(page, "Đề cử").click()
        page.get_by_label("Chọn mọi dòng trên trang").check()
        expect(page.locator("[data-bulk-count]")).to_have_text(str(there))
        bulk(page, "Duyệt")
        expect(page.get_by_text(f"Đã duyệt: {there} người.").first).to_be_visible()  # the toast, and the offer to undo


def be_refused(page: Page) -> None:
    open_tab(page, "Tổng quan")
    press(page, "Chốt danh sách")
    refusal = "130/186 = 69,89 % điển hình (cần 70 %). Thêm 1 điển hình, hoặc bớt 1 khách mời."
    expect(page.get_by_role("alert").get_by_text(refusal)).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text(f"Chốt bây giờ chưa được: {refusal}")
    expect(page.get_by_role("button", name="Chốt danh sách")).to_be_visible()


def mend(page: Page) -> None:
    """The list was one model short: add him, and approve him."""
    open_tab(page, "Đại biểu")
    page.get_by_role("link", name="Thêm người").click()
    page.get_by_label("Họ và tên").fill("Nông Văn Bằng")
    page.get_by_label("Thành phần", exact=True).select_option(label="Điển hình tiên tiến")
    press(page, "Thêm vào danh sách")
    open_tab(page, "Đại biểu")
    chip(page, "Đề cử").click()
    page.get_by_label("Chọn Nông Văn Bằng").check()
    bulk(page, "Duyệt")
    expect(page.get_by_text("Đã duyệt: 1 người.").first).to_be_visible()


def close_list(page: Page) -> None:
    open_tab(page, "Tổng quan")
    expect(page.get_by_role("main")).to_contain_text("Đúng tỷ lệ: 131/187 = 70,05 % điển hình.")
    press(page, "Chốt danh sách")
    expect(page.get_by_role("main")).to_contain_text("Đã chốt danh sách")


def print_badges(page: Page, folder: Path) -> str:
    """Print all badges; the token that the QR of the first one says, as a camera would see the sheet."""
    open_tab(page, "Thẻ")
    with page.expect_download() as saved:  # the new window becomes the file
        page.get_by_role("button", name="In tất cả 187 thẻ").click()
    saved.value.save_as(folder / "badges.pdf")
    sheet = pypdfium2.PdfDocument(folder / "badges.pdf")
    assert len(sheet) == 47  # 187 badges, four on a page
    found = codes(sheet[0].render(scale=150 / 72).to_pil().convert("L"))
    assert len(found) == 4
    return found[0].text


def check_in(page: Page, token: str) -> None:
    """What a hand-held scanner does: a burst of digits and Enter; the second time the same badge is in already."""
    assert re.fullmatch(r"1\d{22}", token)
    open_tab(page, "Điểm danh")
    page.get_by_role("link", name="Mở cửa trên máy này").click()
    page.get_by_label("Tên máy").fill("Máy Lan")
    press(page, "Bắt đầu")
    expect(page.locator("#door-age")).to_contain_text("danh sách lúc")  # the list is there
    for word, message in (("VÀO", "Đã điểm danh, mời vào."), ("ĐÃ VÀO", "Đã vào lúc 07:05, Cửa 1. Máy: Máy Lan.")):
        page.keyboard.type(token)
        page.keyboard.press("Enter")
        expect(page.locator(".door-word")).to_have_text(word)
        expect(page.locator(".door-message")).to_have_text(message)
    expect(page.locator("#door-count")).to_contain_text("1 / 187 có mặt")


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).first.click()


def open_tab(page: Page, name: str) -> None:
    page.get_by_role("navigation").get_by_role("link", name=name, exact=True).last.click()


def chip(page: Page, name: str) -> Locator:
    return page.locator("a.chip", has_text=name)


def bulk(page: Page, name: str) -> None:
    page.locator("[data-bulk-bar]").get_by_role("button", name=name, exact=True).click()
