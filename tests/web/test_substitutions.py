"""Replacing a delegate through the pages: who may come, somebody new, and the list of who replaced whom."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from congress.models import Delegate, Substitution, db
from tests.pages import PageClient
from tests.web.contract import Office, actions, faults, field, fresh, options, said, send, statements_for

WHY = {"reason": "Ốm, có đơn", "decided_by": "Trưởng Ban Tổ chức"}


@pytest.fixture
def office(session: Any, app: Flask) -> Office:
    return Office(app)


@pytest.fixture
def organiser(office: Office) -> PageClient:
    return office.sign_in("organiser")


@pytest.fixture
def old(office: Office) -> Delegate:
    delegation = office.delegation("Đoàn Một")
    return office.person("Nông Thị Ánh", state="approved", delegation_id=delegation.id, seat="C-17", title="Bí thư")


@pytest.fixture
def url(office: Office) -> str:
    return f"{office.home}/substitutions"


def test_somebody_of_the_reserve_takes_the_place(office: Office, url: str, organiser: PageClient, old: Delegate) -> None:
    new = office.person("Lò Thị Dự", state="reserve", rank=1)
    office.person("Khách Dự", "guest", "reserve")
    page = organiser.get(f"{url}/{old.id}")
    assert (page.h1, page.one("p", "page-sub").text) == ("Thay Nông Thị Ánh", "Số thẻ 101, chỗ C-17: người thay giữ nguyên.")
    assert options(page, "new_id") == ["Lò Thị Dự · Dự khuyết · thứ tự 1", "Người mới, ghi ở dưới"]
    answer = send(organiser, page, WHY)
    assert answer.location == url
    assert said(organiser, answer) == "Lò Thị Dự đã thay Nông Thị Ánh, số thẻ 101. In thẻ mới ở mục Chưa in."
    assert (fresh(new).state, new.number, new.seat, old.state) == ("approved", 101, "C-17", "withdrawn")
    row = organiser.get(url).rows()[1]
    assert row == [
        "101", "Lò Thị Dự", "Nông Thị Ánh", "Ốm, có đơn", "Trưởng Ban Tổ chức", "09:00 10/03/2025 Người organiser",
    ]  # fmt: skip
    replaced = organiser.get(f"{office.home}/delegates/{old.id}")
    assert "Đã thay bằng Lò Thị Dự, số thẻ 101. Xem vì sao" in replaced.texts("p")
    assert (replaced.links["Xem vì sao"], "Thay bằng người khác" in replaced.links) == (url, False)


def test_somebody_new_is_typed_in(office: Office, url: str, organiser: PageClient, old: Delegate) -> None:
    page = organiser.get(f"{url}/{old.id}")
    assert options(page, "component") == ["Điển hình tiên tiến"]
    assert "Không có dự khuyết cùng bên. Ghi người mới ở dưới." in page.text
    answer = send(organiser, page, {**WHY, "new_id": "0", "name": "Hoàng Văn Mới", "title": "Chủ tịch", "unit_text": "Xã Một"})
    assert answer.location == url
    new = db.session.scalars(select(Delegate).filter_by(name="Hoàng Văn Mới")).one()
    assert (new.state, new.number, new.seat, new.title) == ("approved", 101, "C-17", "Chủ tịch")
    assert new.delegation_id == old.delegation_id
    assert actions() == ["delegates.add", "delegates.withdrawn", "delegates.approved", "substitutions.substitute"]


def test_a_refused_substitution_adds_nobody(office: Office, url: str, organiser: PageClient, old: Delegate) -> None:
    office.plan.register_required = True
    page = organiser.get(f"{url}/{old.id}")
    answer = send(organiser, page, {**WHY, "new_id": "0", "name": "Hoàng Văn Mới"}, 422)
    words = "Chưa có trong sổ điển hình: Hoàng Văn Mới. Thêm vào sổ, rồi nối ở mục Sổ điển hình của danh sách."
    assert (faults(answer), field(answer, "name")) == ({"": [words]}, "Hoàng Văn Mới")
    assert (db.session.scalars(select(Delegate.name)).all(), actions()) == (["Nông Thị Ánh"], [])


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ({"reason": ""}, {"reason": ["Nêu lý do thay."]}),
        ({"reason": "x" * 1001}, {"reason": ["Tối đa 1.000 ký tự."]}),
        ({"decided_by": ""}, {"decided_by": ["Ghi người quyết định."]}),
        ({"decided_by": "x" * 301}, {"decided_by": ["Tối đa 300 ký tự."]}),
        ({"new_id": "999"}, {"new_id": ["Chọn một mục trong danh sách."]}),
        ({"name": ""}, {"name": ["Nhập họ và tên."]}),
        ({"name": "x" * 301}, {"name": ["Tối đa 300 ký tự."]}),
        ({"title": "x" * 301}, {"title": ["Tối đa 300 ký tự."]}),
        ({"unit_text": "x" * 301}, {"unit_text": ["Tối đa 300 ký tự."]}),
        ({"component": "guest"}, {"component": ["Chọn một mục trong danh sách."]}),
    ],
)
def test_each_field_says_what_is_wrong_with_it(
    url: str, organiser: PageClient, old: Delegate, typed: dict[str, str], found: dict[str, list[str]]
) -> None:
    page = organiser.get(f"{url}/{old.id}")
    answer = send(organiser, page, {**WHY, "new_id": "0", "name": "Hoàng Văn Mới", **typed}, 422)
    assert (faults(answer), fresh(old).state) == (found, "approved")


def test_whoever_cannot_come_is_found_by_a_name_that_stands_in_no_address(
    office: Office, url: str, organiser: PageClient, old: Delegate
) -> None:
    page = organiser.post(url, {"q": "anh"}, 200)
    assert page.rows()[1][:2] == ["101", "Nông Thị ÁnhBí thư"]
    assert page.links["Thay Nông Thị Ánh"] == f"{url}/{old.id}"
    assert organiser.post(url, {"q": "khong co"}, 200).one("h2").text == "Không có ai đã duyệt như vậy"
    assert organiser.get(f"{url}?q=anh").rows() == []


def test_places_left_open_are_offered(office: Office, url: str, organiser: PageClient, old: Delegate) -> None:
    assert organiser.get(url).one("h2").text == "Chưa thay ai"
    fresh(old).state = "withdrawn"
    page = organiser.get(url)
    assert (page.one("h2").text, page.links["Chọn người thay Nông Thị Ánh"]) == ("Chỗ chưa có người thay", f"{url}/{old.id}")


def test_somebody_without_a_place_is_not_replaced(office: Office, url: str, organiser: PageClient) -> None:
    waiting = office.person("Lò Văn Chờ")
    answer = organiser.get(f"{url}/{waiting.id}", 303)
    assert said(organiser, answer) == "Lò Văn Chờ chưa có chỗ trong danh sách. Chỉ thay người đã duyệt, hoặc đã rút."


def test_who_reads_and_who_replaces(office: Office, url: str, old: Delegate) -> None:
    office.person("Lò Thị Dự", state="reserve")
    found = office.statuses(url)
    assert found == {**dict.fromkeys(found, 403), "plan_owner": 200, "organiser": 200, "secretary": 200}
    found = office.statuses(f"{url}/{old.id}")
    assert found == {**dict.fromkeys(found, 403), "plan_owner": 200, "organiser": 200}
    found = office.statuses(f"{url}/{old.id}", "POST", {**WHY, "new_id": str(old.id + 1)})
    assert {role for role, status in found.items() if status not in (403,)} == {"plan_owner", "organiser"}
    secretary = office.sign_in("secretary").get(url)
    assert "Chọn người thay Nông Thị Ánh" not in secretary.links and not secretary.all("form", role="search")


def test_somebody_of_another_congress_is_not_found(office: Office, url: str, organiser: PageClient) -> None:
    other = office.person("Nông Thị Kín", state="approved", congress=office.other_congress)
    organiser.get(f"{url}/{other.id}", 404)
    organiser.get(f"/congress/{office.other_congress.id}/substitutions", 404)
    mine = office.person("Nông Thị Ánh", state="approved")
    answer = send(organiser, organiser.get(f"{url}/{mine.id}"), {**WHY, "new_id": str(other.id)}, 422)
    assert (list(faults(answer)), db.session.query(Substitution).count()) == (["new_id"], 0)


def test_the_list_takes_as_many_statements_for_three_as_for_one(office: Office, url: str, organiser: PageClient) -> None:
    def replaced(n: int) -> None:
        old, new = office.person(f"Cũ {n}", state="withdrawn"), office.person(f"Mới {n}", state="approved")
        values = {"number": n, "reason": "x", "decided_by": "x", "actor_name": "x", "at": office.congress.created_at}
        db.session.add(Substitution(congress_id=office.congress.id, old_id=old.id, new_id=new.id, **values))
        office.person(f"Rút {n}", state="approved").state = "withdrawn"

    replaced(1)
    one = statements_for(organiser, url)
    replaced(2)
    replaced(3)
    assert len(organiser.get(url).rows()) == 8
    assert statements_for(organiser, url) == one
