"""Printing badges through the page: what there is to print, the sheets, and who may."""

from typing import Any

import pytest
import zxingcpp
from flask import Flask
from sqlalchemy import select

from congress.models import Badge, PrintBatch, db
from congress.operations.badges import tokens_of
from tests.documents.paper import DPI, opened
from tests.pages import Page, PageClient
from tests.web.contract import Office, actions, buttons, fresh, said, statements_for


@pytest.fixture
def office(session: Any, app: Flask) -> Office:
    return Office(app)


@pytest.fixture
def secretary(office: Office) -> PageClient:
    return office.sign_in("secretary")


@pytest.fixture
def badges(office: Office) -> str:
    """The address of the page."""
    return f"{office.home}/badges"


def stats(page: Page) -> list[str]:
    return page.one("main").texts(css_class="stat-value")


def codes_on(pdf: bytes) -> set[str]:
    """The texts of all QR codes on all sheets."""
    found = set()
    with opened(pdf) as document:
        for page in document:
            picture = page.render(scale=DPI / 72, grayscale=True).to_pil()
            found |= {code.text for code in zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormat.QRCode)}
    return found


def printed(office: Office, client: PageClient, **fields: str) -> set[str]:
    """The names whose badges come out."""
    answer = client.post(f"{office.home}/badges/print", fields, 200)
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Disposition"] == 'inline; filename="The-Huyen-Mot.pdf"'
    token = tokens_of(fresh(office.congress), office.app.extensions["sealer"])
    names = {token[badge.delegate_id]: badge.delegate.name for badge in db.session.scalars(select(Badge))}
    return {names[code] for code in codes_on(answer.data)}


def layout(page: Page) -> str:
    return page.all("option")[0].attrs["value"]


def test_badges_are_printed_all_then_new_then_changed(office: Office, badges: str, secretary: PageClient) -> None:
    first = office.person("Nông Văn Một", state="approved")
    office.person("Ma Văn Phục", "staff", "approved")
    office.person("Lò Văn Chờ")
    page = secretary.get(badges)
    assert (stats(page), page.one("button", "btn-primary").text) == (["2", "2", "0"], "In tất cả 2 thẻ")
    assert [text for text in buttons(page) if "chưa in" in text or "đã đổi" in text] == []
    assert printed(office, secretary, what="all", layout=layout(page)) == {"Nông Văn Một", "Ma Văn Phục"}
    office.person("Lý Thị Sau", "guest", "approved")
    page = secretary.get(badges)
    assert (stats(page), "In 1 thẻ chưa in" in buttons(page)) == (["3", "1", "0"], True)
    assert printed(office, secretary, what="new", layout=layout(page)) == {"Lý Thị Sau"}
    fresh(first).name = "Nông Văn Mốt"
    page = secretary.get(badges)
    assert (stats(page), "In lại 1 thẻ đã đổi" in buttons(page)) == (["3", "0", "1"], True)
    assert printed(office, secretary, what="changed", layout=layout(page)) == {"Nông Văn Mốt"}
    assert stats(secretary.get(badges)) == ["3", "0", "0"]
    assert secretary.get(badges).texts("dd") == [
        "Đã đổi từ lần in trước: 1 thẻNgười secretary",
        "Chưa in: 1 thẻNgười secretary",
        "Tất cả: 2 thẻNgười secretary",
    ]
    assert actions() == ["badges.print"] * 3


def test_badges_are_printed_by_number(office: Office, badges: str, secretary: PageClient) -> None:
    for name in ("Một", "Hai", "Ba"):
        office.person(f"Nông Văn {name}", state="approved")
    plain = layout(secretary.get(badges))
    assert printed(office, secretary, what="picked", layout=plain, numbers="103; 101,101") == {"Nông Văn Một", "Nông Văn Ba"}
    picked = {"what": "picked", "layout": plain}
    for typed, words in (
        ("", "Nhập các số thẻ, cách nhau bằng dấu phẩy: 101, 102, 115."),
        ("một trăm", "Nhập các số thẻ, cách nhau bằng dấu phẩy: 101, 102, 115."),
        ("9" * 5000, "Nhập các số thẻ, cách nhau bằng dấu phẩy: 101, 102, 115."),
        ("101, 999, 777", "Không có thẻ số 777, 999. Chưa in thẻ nào."),
    ):
        assert said(secretary, secretary.post(f"{badges}/print", {**picked, "numbers": typed})) == words
    assert [batch.count for batch in db.session.scalars(select(PrintBatch))] == [2]


def test_without_an_approved_person_there_is_nothing_to_print(office: Office, badges: str, secretary: PageClient) -> None:
    office.person("Lò Văn Chờ")
    page = secretary.get(badges)
    assert (page.one("h2").text, buttons(page)) == ("Chưa có thẻ", [])
    words = said(secretary, secretary.post(f"{badges}/print", {"what": "all", "layout": "86x54"}))
    assert words == "Không có thẻ nào để in. Thẻ có từ khi duyệt đại biểu."


def test_a_wrong_call_prints_nothing(office: Office, badges: str, secretary: PageClient) -> None:
    office.person("Nông Văn Một", state="approved")
    plain = layout(secretary.get(badges))
    secretary.post(f"{badges}/print", {"what": "all", "layout": "a0"}, 400)
    secretary.post(f"{badges}/print", {"what": "nobody", "layout": plain}, 400)
    fresh(office.congress).stage = "cancelled"
    secretary.post(f"{badges}/print", {"what": "all", "layout": plain})
    assert (actions(), db.session.scalars(select(Badge.printed_at)).all()) == ([], [None])


def test_who_prints(office: Office, badges: str) -> None:
    office.person("Nông Văn Một", state="approved")
    found = office.statuses(badges)
    assert found == {**dict.fromkeys(found, 403), "plan_owner": 200, "organiser": 200, "secretary": 200}
    found = office.statuses(f"{badges}/print", "POST", {"what": "all", "layout": "86x54"})
    assert found == {**dict.fromkeys(found, 403), "plan_owner": 200, "organiser": 200, "secretary": 200}
    organiser = office.sign_in("organiser")
    organiser.get(f"/congress/{office.other_congress.id}/badges", 404)
    organiser.get(f"/congress/{office.lower_congress.id}/badges", 403)


def test_the_page_takes_as_many_statements_for_three_as_for_one(office: Office, badges: str, secretary: PageClient) -> None:
    office.person("Nông Văn Một", state="approved", delegation=office.delegation("Đoàn Một"))
    one = statements_for(secretary, badges)
    office.person("Nông Văn Hai", "guest", "approved", delegation=office.delegation("Đoàn Hai", 2))
    office.person("Ma Văn Phục", "staff", "approved", delegation=office.delegation("Đoàn Ba", 3))
    assert stats(secretary.get(badges))[0] == "3"
    assert statements_for(secretary, badges) == one
