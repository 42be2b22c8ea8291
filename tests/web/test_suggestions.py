"""The page of the suggested list: asked for, read with its reasons, approved as a whole."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from congress.models import Delegate, db
from tests.pages import Page
from tests.web.contract import Office, buttons, fresh, said, statements_for


@pytest.fixture
def office(session: Any, app: Flask) -> Office:
    return Office(app)


@pytest.fixture
def page(office: Office) -> str:
    return f"{office.home}/suggestion"


def fill(office: Office, models: int = 9, guests: int = 4) -> None:
    for number in range(1, models + 1):
        office.person(f"Điển Hình {number}", rank=number)
    for number in range(1, guests + 1):
        office.person(f"Khách Mời {number}", "guest", rank=50 + number)
    db.session.commit()


def approved(office: Office) -> list[str]:
    db.session.expire_all()
    return sorted(db.session.scalars(select(Delegate.name).filter_by(congress_id=office.congress.id, state="approved")))


def people(page: Page) -> list[list[str]]:
    """The rows under the list's heading."""
    rows = page.rows()
    return rows[[row[0] for row in rows].index("Thứ tự") + 1 :]


def test_without_candidates_the_page_says_where_they_come_from(office: Office, page: str) -> None:
    shown = office.sign_in("organiser").get(page)
    assert shown.one("main").texts("h2") == ["Chưa có ứng viên"]
    assert buttons(shown) == []


def test_the_list_is_suggested_with_reasons_and_approved(office: Office, page: str) -> None:
    fill(office)
    client = office.sign_in("organiser")
    before = client.get(page)
    assert buttons(before) == ["Gợi ý danh sách"]
    assert said(client, client.submit(before, {}, action=page)) == "Đã gợi ý 10 người trong 13 ứng viên."
    assert approved(office) == []
    shown = client.get(page)
    rows = people(shown)
    assert [row[0] for row in rows] == ["1", "2", "3", "4", "5", "6", "7", "8", "9", "10"]
    assert rows[0][3] == "Cùng bên không còn ai ở ngoài có thể vào thay."
    assert rows[9][3] == "Xếp trước Khách Mời 2 (thứ tự 11), người gần nhất ở ngoài."
    assert [row[3] for row in people(client.get(f"{page}?part=out"))] == [
        "Đã đủ quy mô 10 người. Khách Mời 1 (thứ tự 10), người cuối cùng được chọn, xếp trước."
    ] * 3
    answer = client.submit(shown, {}, action=f"{page}/apply")
    assert said(client, answer) == "Đã duyệt 10 người theo gợi ý."
    assert approved(office) == sorted([*(f"Điển Hình {n}" for n in range(1, 10)), "Khách Mời 1"])


def test_a_target_that_stays_short_is_named(office: Office, page: str) -> None:
    office.congress.tier.targets = [{"dimension": "women", "count": 3}]
    fill(office, 11, 0)
    office.person("Nữ Duy Nhất", sex="female", rank=90)
    db.session.commit()
    client = office.sign_in("organiser")
    client.submit(client.get(page), {}, action=page)
    shown = client.get(page)
    assert [row for row in shown.rows() if row[0] == "Nữ"] == [["Nữ", "3", "1", "Thiếu 2"]]
    name, reason = people(shown)[-1][1], people(shown)[-1][3]
    assert name == "Nữ Duy Nhất"
    assert reason == "Nếu thay bằng Điển Hình 10 (thứ tự 10), người gần nhất ở ngoài, thì “Nữ” thiếu thêm 1 người."


def test_a_list_that_changed_since_must_be_asked_again(office: Office, page: str) -> None:
    fill(office)
    client = office.sign_in("organiser")
    client.submit(client.get(page), {}, action=page)
    office.person("Người Mới")
    fresh(office.congress)
    shown = client.get(page)
    assert buttons(shown) == ["Gợi ý lại"]
    answer = client.post(f"{page}/apply")
    assert said(client, answer) == "Danh sách đã đổi sau lần gợi ý. Gợi ý lại rồi duyệt."
    assert approved(office) == []


def test_who_may_ask_and_who_may_approve(office: Office, page: str) -> None:
    fill(office)
    shown = {"administrator": 403, "plan_owner": 200, "organiser": 200, "secretary": 200, "checkin_staff": 403, "viewer": 403}
    assert office.statuses(page) == shown
    assert office.statuses(page, "POST") == {role: 303 if status == 200 else status for role, status in shown.items()}
    secretary = office.sign_in("secretary")
    assert buttons(secretary.get(page)) == ["Gợi ý lại"]
    secretary.post(f"{page}/apply", status=403)


def test_another_units_list_does_not_exist_for_one(office: Office) -> None:
    client = office.sign_in("organiser")
    address = f"/congress/{office.other_congress.id}/suggestion"
    client.get(address, 404)
    client.post(address, status=404)


def test_the_page_asks_the_same_of_the_database_for_one_and_for_many(office: Office, page: str) -> None:
    fill(office, 1, 0)
    client = office.sign_in("organiser")
    client.submit(client.get(page), {}, action=page)
    one = statements_for(client, page)
    fill(office, 6, 3)
    client.submit(client.get(page), {}, action=page)
    assert statements_for(client, page) == one
