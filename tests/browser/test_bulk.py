"""Editing many people in a real Chromium: ticks, everybody of the filter, and the undo after a reload and another's work."""

from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from PIL import Image
from playwright.sync_api import Page, expect

from congress.models import Delegate, db
from tests.operations.pictures import picture, turned
from tests.pages import PageClient
from tests.web.contract import Office, send
from tests.world import PASSWORD

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("database_name", ["sqlite"], indirect=True),  # what the browser sees does not depend on it
]


@pytest.fixture
def office(session: Any, app: Flask) -> Office:
    office = Office(app)
    for number in range(120):
        office.person(f"Nông Văn {number:03}", title="Nông dân")
    db.session.commit()
    return office


def sign_in(page: Page, home: str) -> None:
    page.goto("/sign-in")
    page.get_by_label("Tên đăng nhập").fill("organiser")
    page.get_by_label("Mật khẩu", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Đăng nhập").click()
    page.wait_for_url("**/")
    page.goto(f"{home}/delegates")


def titles() -> dict[str, int]:
    db.session.rollback()
    rows = db.session.execute(db.select(Delegate.title, db.func.count()).group_by(Delegate.title))
    return {title: n for title, n in rows}  # noqa: C416 - rows, which dict() is not typed for


def test_an_undo_after_a_reload_and_another_persons_work(office: Office, app: Flask, page: Page) -> None:
    sign_in(page, office.home)
    bar = page.locator("[data-bulk-bar]")
    expect(bar).to_be_hidden()
    page.get_by_label("Chọn Nông Văn 000").check()
    expect(bar).to_contain_text("1 người đã chọn")
    page.get_by_label("Cả 120 người đang lọc").check()
    expect(bar).to_contain_text("120 người đã chọn")
    bar.get_by_role("button", name="Sửa").click()
    expect(page.locator("h1")).to_have_text("Sửa 120 người")
    page.get_by_role("textbox", name="Chức vụ").fill("Trưởng thôn")
    page.get_by_role("button", name="Ghi cho 120 người").click()
    expect(page.get_by_text("Đã đổi 120 người.")).to_be_visible()
    assert titles() == {"Trưởng thôn": 120}

    secretary = PageClient(app)
    secretary.sign_in("secretary", PASSWORD)
    person = db.session.scalars(db.select(Delegate.id).filter_by(name="Nông Văn 007")).one()
    send(secretary, secretary.get(f"{office.home}/delegates/{person}"), {"title": "Bí thư chi bộ"})

    page.reload()
    page.get_by_role("button", name="Hoàn tác").click()
    expect(page.get_by_text("Đã hoàn tác; 1 ô đã được sửa sau đó nên giữ nguyên.")).to_be_visible()
    expect(page.get_by_role("heading", name="Đã giữ nguyên: 1 ô đã được sửa sau đó")).to_be_visible()
    assert titles() == {"Nông dân": 119, "Bí thư chi bộ": 1}
    page.goto(f"{office.home}/delegates")
    expect(page.get_by_role("button", name="Hoàn tác")).to_have_count(0)


def test_pictures_of_a_camera_are_made_small_before_they_are_sent(office: Office, page: Page) -> None:
    sign_in(page, office.home)
    page.goto(f"{office.home}/photos")
    noise = Image.effect_noise((3000, 2000), 90).convert("RGB")
    target = BytesIO()
    noise.save(target, "JPEG", quality=95)
    assert len(target.getvalue()) > 4_000_000
    photo = turned(target.getvalue(), 6)  # held upright: 2000 × 3000
    files = [{"name": f"{number}.jpg", "mimeType": "image/jpeg", "buffer": photo} for number in range(101, 109)]
    page.get_by_label("Tệp ảnh hoặc tệp zip").set_input_files(files)  # type: ignore[arg-type]
    with page.expect_request(lambda request: request.method == "POST") as sent:
        page.get_by_role("button", name="Gửi ảnh").click()
    assert int(sent.value.all_headers()["content-length"]) < 4_000_000
    expect(page.get_by_text("8 người có ảnh lần đầu")).to_be_visible()


def test_an_unmatched_photo_is_given_without_leaving_the_page(office: Office, page: Page) -> None:
    sign_in(page, office.home)
    page.goto(f"{office.home}/photos")
    files = [{"name": name, "mimeType": "image/jpeg", "buffer": picture()} for name in ("101.jpg", "ai do.jpg", "ai nua.jpg")]
    page.get_by_label("Tệp ảnh hoặc tệp zip").set_input_files(files)  # type: ignore[arg-type]
    page.get_by_role("button", name="Gửi ảnh").click()
    rows = page.locator(".photo-rows li")
    expect(rows).to_have_count(2)
    page.get_by_label("Ảnh ai do.jpg của ai").fill("102 Nông Văn 001")
    rows.first.get_by_role("button", name="Ghi").click()
    expect(page.get_by_text("Đã ghi ảnh cho Nông Văn 001, số 102.")).to_be_visible()
    expect(rows).to_have_count(1)
