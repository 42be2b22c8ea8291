"""The first page: every congress one may see, by tier; and where those land who see none."""

from datetime import date
from typing import Any

import pytest
from flask import Flask

from congress.models import Attendance, Grant, Scan, User, db
from tests.pages import PageClient
from tests.web.contract import Office, buttons, fresh, statements_for
from tests.world import NOW, PASSWORD, make_congress, make_unit, make_user


@pytest.fixture
def office(session: Any, app: Flask) -> Office:
    return Office(app)


def let_in(office: Office, name: str) -> None:
    """Approve somebody and let them in."""
    sitting = office.congress.sittings[0].id
    delegate = office.person(name, state="approved")
    scan = Scan(
        sitting_id=sitting, device="x", nonce=name, how="number", delegate_id=delegate.id, result="ok", code="in", answer={},
        actor_name="x", happened_at=NOW, received_at=NOW,
    )  # fmt: skip
    db.session.add(scan)
    db.session.flush()
    db.session.add(Attendance(delegate_id=delegate.id, sitting_id=sitting, scan_id=scan.id, at=NOW))


def test_congresses_stand_by_tier_the_highest_first(office: Office) -> None:
    let_in(office, "Nông Văn Một")
    let_in(office, "Nông Văn Hai")
    office.person("Lý Thị Khách", "guest", "approved")
    provincial = make_congress(office.plan, office.province, planned=450, stage="held", held_on=date(2025, 8, 1))
    provincial.postponed = False
    undated = make_congress(office.plan, make_unit("H0", "Huyện An", "district", office.province), stage="draft")
    undated.held_on = None
    dropped = make_congress(office.plan, make_unit("H4", "Huyện Bốn", "district", office.province), stage="cancelled")
    dropped.held_on = date(2025, 5, 22)
    office.lower_congress.postponed = True
    page = office.sign_in("plan_owner").get("/")
    assert page.h1 == "Tổng quan"
    assert [card.text for card in page.all("a", "tier-card")] == [
        "Cấp tỉnh 1 hội nghị 0 đã chốt danh sách · 1 đã tổ chức · 450 chỗ",
        "Cấp huyện 3 hội nghị 0 đã chốt danh sách · 0 đã tổ chức · 30 chỗ",
        "Cấp xã 1 hội nghị 0 đã chốt danh sách · 0 đã tổ chức · 10 chỗ",
    ]
    assert [[row[0], *row[1:2], *row[3:]] for row in page.rows()[1:]] == [
        ["Cấp tỉnh"],
        ["Tỉnh ThửHội nghị Tỉnh Thử", "01/08/2025", "Đã tổ chức", "0/450", "0"],
        ["Cấp huyện"],
        ["Huyện MộtHội nghị Huyện Một", "20/05/2025", "Đang lập danh sách", "3/10· 66,66 %", "2"],
        ["Huyện HaiHội nghị Huyện Hai", "21/05/2025", "Đang lập danh sách", "0/10", "0"],
        ["Huyện BốnHội nghị Huyện Bốn", "22/05/2025", "Đã hủy", "0/10", "0"],
        ["Huyện AnHội nghị Huyện An", "Chưa định", "Nháp", "0/10", "0"],
        ["Cấp xã"],
        ["Xã MộtHội nghị Xã Một", "20/03/2025", "Tạm hoãn", "0/10", "0"],
    ]
    assert (page.links["Huyện Một"], page.rows()[2][2]) == (office.home, "01/07–28/09/2025")


@pytest.mark.parametrize("role", ["organiser", "secretary", "viewer"])
def test_one_sees_the_own_unit_and_those_below(office: Office, role: str) -> None:
    office.person("Nông Thị Kín", state="approved", phone="0900999111")
    office.step(actor_name="Người Kín")
    page = office.sign_in(role).get("/")
    assert [row[0] for row in page.rows()[1:]] == [
        "Cấp huyện", "Huyện MộtHội nghị Huyện Một", "Cấp xã", "Xã MộtHội nghị Xã Một",
    ]  # fmt: skip
    assert ("Kín" in page.text, "Hai" in page.text, buttons(page)) == (False, False, [])
    assert page.all("a", "tier-card")[0].attrs["href"] == "/district"


def test_an_administrator_sees_all_figures_and_nobody(office: Office) -> None:
    office.person("Nông Thị Kín", state="approved")
    page = office.sign_in("administrator").get("/")
    assert len(page.rows()) == 6
    assert "Kín" not in page.text


def test_who_has_only_a_door_is_led_to_it(office: Office) -> None:
    client = office.sign_in("checkin_staff")
    assert client.get("/", 302).location == "/doors"
    client.get("/congresses", 403)


def test_who_only_keeps_accounts_is_led_to_them_and_who_has_nothing_is_told(office: Office, client: PageClient) -> None:
    nobody = make_user("moi", "viewer", unit=office.district)
    nobody.grants = []
    client.sign_in("moi", PASSWORD)
    page = client.get("/")
    assert page.one("h2").text == "Tài khoản chưa được giao việc gì"
    assert buttons(page) == []


def test_without_a_congress_the_page_teaches(office: Office, client: PageClient) -> None:
    far = make_unit("T2", "Tỉnh Xa", "province")
    make_user("xa", "plan_owner", unit=far)
    client.sign_in("xa", PASSWORD)
    page = client.get("/")
    assert page.one("h2").text == "Chưa có hội nghị nào"
    assert page.links["Tạo hội nghị"] == "/congresses"
    assert client.get("/congresses", 302).location == "/province"


def test_the_entry_of_congresses_leads_to_ones_own_tier(office: Office) -> None:
    assert office.sign_in("organiser").get("/congresses", 302).location == "/district"
    user = db.session.scalars(db.select(User).filter_by(username="viewer")).one()
    user.grants = [Grant(role="viewer", unit_id=office.commune.id)]
    assert office.sign_in("viewer").get("/congresses", 302).location == "/commune"


def test_signed_out_people_sign_in_first(office: Office, client: PageClient) -> None:
    assert client.get("/", 302).location == "/sign-in?next=/"


def test_the_page_takes_as_many_statements_for_three_as_for_one(office: Office) -> None:
    client = office.sign_in("viewer")
    fresh(office.lower_congress).unit = office.other_district
    assert len(client.get("/").rows()) == 3
    one = statements_for(client, "/")
    for number in range(2):
        unit = make_unit(f"X9{number}", f"Xã Chín {number}", "commune", office.district)
        office.person(f"Nông Văn {number}", state="approved", congress=make_congress(office.plan, unit))
        let_in(office, f"Lò Văn {number}")
    assert len(client.get("/").rows()) == 6
    assert statements_for(client, "/") == one


def test_a_hundred_congresses_fill_a_page(office: Office) -> None:
    for _ in range(100):
        make_congress(office.plan, office.commune)
    client = office.sign_in("plan_owner")
    page = client.get("/")
    assert len([row for row in page.rows() if len(row) == 6]) == 101
    assert len([row for row in client.get(page.links["Trang sau"]).rows() if len(row) == 6]) == 4
    assert client.get("/?page=99999999999999999999").rows() == page.rows()
