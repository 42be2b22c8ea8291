"""A delegate's own page on a phone: it follows the programme by itself, and leaves what is being typed alone."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Page, Request, expect

from tests.web.test_personal import Invitation, at
from tests.world import NOW

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("database_name", ["sqlite"], indirect=True),  # what the browser sees does not depend on it
]

TAKEN_OUT = "document.dispatchEvent(new Event('visibilitychange'))"  # as when the phone is taken out: it asks at once


@pytest.fixture
def invitation(session: Any, app: Flask) -> Invitation:
    return Invitation(app)


def test_the_page_follows_the_day_by_itself(invitation: Invitation, page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    invitation.set_clock(at(8, 10))
    page.goto(invitation.url)
    expect(page.locator(".own-marked")).to_contain_text("Khai mạc")
    expect(page.locator("li.is-now")).to_contain_text("Khai mạc")
    invitation.set_clock(at(8, 40))
    page.evaluate(TAKEN_OUT)
    expect(page.locator("li.is-now")).to_contain_text("Bế mạc")
    invitation.set_clock(at(12))
    page.evaluate(TAKEN_OUT)
    expect(page.locator("h2").first).to_have_text("Xin cảm ơn Lò Văn An")
    assert page.evaluate("document.documentElement.scrollWidth") == 360


def test_what_is_being_typed_stays(invitation: Invitation, page: Page) -> None:
    page.goto(invitation.url)
    page.get_by_text("Tôi không đến được").click()
    page.get_by_label("Lý do không đến được").fill("Đi công tác")
    invitation.set_clock(at(8, 10))
    page.evaluate(TAKEN_OUT)
    page.wait_for_timeout(300)
    expect(page.get_by_label("Lý do không đến được")).to_have_value("Đi công tác")
    invitation.set_clock(NOW + timedelta(hours=2))
    page.get_by_role("button", name="Gửi trả lời: không đến").click()
    expect(page.locator(".own-said")).to_contain_text("không đến được")
    expect(page.locator(".own-answer")).to_contain_text("Lý do: Đi công tác")


def test_no_request_names_the_address_to_whom_it_does_not_concern(invitation: Invitation, page: Page) -> None:
    secret = invitation.url.rpartition("/")[2]
    asked: list[Request] = []
    page.on("request", lambda request: asked.append(request))
    page.goto(invitation.url)
    with page.expect_response("**/watch") as answer:
        page.evaluate(TAKEN_OUT)
    assert answer.value.status == 304
    page.get_by_role("button", name="Tôi sẽ đến").click()
    expect(page.locator(".own-said")).to_be_visible()
    page.goto("/sign-in")
    assert [request.method for request in asked if secret in request.url] == ["GET", "GET", "POST", "GET"]
    assert [request.url for request in asked if secret in request.all_headers().get("referer", "")] == []
