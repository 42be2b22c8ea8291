"""The filters of the delegate list through the page: chips in the address, a long page, what is kept under a name."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from congress.models import Photo, SavedFilter, db
from tests.pages import Page, PageClient
from tests.web.contract import Office, said, statements_for
from tests.world import NOW


@pytest.fixture
def office(session: Any, app: Flask) -> Office:
    return Office(app)


@pytest.fixture
def organiser(office: Office) -> PageClient:
    return office.sign_in("organiser")


@pytest.fixture
def people(office: Office) -> str:
    """The address of the list, with three people on it."""
    first = office.person("Nông Văn An", sex="male", born="1970", capacity="household", title="Bí thư", unit_text="Xã Một")
    office.person("Lò Thị Bình", "guest", "approved", sex="female", title="Chủ tịch", unit_text="Xã Hai", phone="0912345678")
    office.person("Vi Văn Chi", "staff", walk_in=True, sex="male", title="Lái xe", unit_text="Xã Ba")
    db.session.add(Photo(delegate_id=first.id, jpeg=b"x", digest="x", at=NOW))
    db.session.commit()
    return f"{office.home}/delegates"


def names(page: Page) -> list[str]:
    return page.texts(css_class="row-title")


@pytest.mark.parametrize(
    ("chip", "found"),
    [
        ("Bên điển hình", ["Nông Văn An"]),
        ("Bên khách mời, lãnh đạo", ["Lò Thị Bình"]),
        ("Không tính tỷ lệ", ["Vi Văn Chi"]),
        ("Đại diện hộ gia đình", ["Nông Văn An"]),
        ("Cá nhân", []),
        ("Nữ", ["Lò Thị Bình"]),
        ("Thiếu ngày sinh 2", ["Lò Thị Bình", "Vi Văn Chi"]),
        ("Thiếu đại diện cho ai 1", ["Nông Văn An"]),
        ("Thiếu ảnh 2", ["Lò Thị Bình", "Vi Văn Chi"]),
        ("Có ảnh 1", ["Nông Văn An"]),
        ("Đến tại cửa 1", ["Vi Văn Chi"]),
    ],
)
def test_each_chip_filters_and_pressed_again_lets_go(
    office: Office, people: str, organiser: PageClient, chip: str, found: list[str]
) -> None:
    page = organiser.get(people)
    filtered = organiser.get(page.links[chip])
    assert names(filtered) == found
    assert [link.text for link in filtered.all("a", aria_current="true") if link.text == chip] == [chip]
    assert (filtered.links[chip], filtered.links["Bỏ lọc"]) == (people, people)


def test_chips_add_up_and_what_nobody_lacks_has_no_chip(office: Office, people: str, organiser: PageClient) -> None:
    page = organiser.get(people)
    assert "Thiếu chức vụ" not in page.text
    men = organiser.get(page.links["Nam"])
    both = organiser.get(men.links["Thiếu ngày sinh 2"])
    assert (names(both), names(men)) == (["Vi Văn Chi"], ["Nông Văn An", "Vi Văn Chi"])
    assert names(organiser.get(f"{people}?missing=khong-co&per=7&page=9")) == names(page)


def test_what_is_sensitive_is_asked_only_by_those_who_may_see_it(office: Office) -> None:
    office.person("Ma Thị Dần", congress=office.lower_congress, ethnic="Tày", religion="Không", party=True)
    office.person("Ma Thị Em", congress=office.lower_congress)
    lower = f"/congress/{office.lower_congress.id}/delegates"
    owner = office.sign_in("plan_owner")
    page = owner.get(lower)
    columns = {"dân tộc": "ethnic", "tôn giáo": "religion", "đảng viên": "party"}
    chips = {f"Thiếu thông tin {what} 1": code for what, code in columns.items()}
    assert {text: page.links[text] for text in chips} == {text: f"{lower}?missing={code}" for text, code in chips.items()}
    assert names(owner.get(f"{lower}?missing=party")) == ["Ma Thị Em"]
    organiser = office.sign_in("organiser")  # of the district: reads the commune's list without its sensitive columns
    assert not chips.keys() & organiser.get(lower).links.keys()
    assert len(names(organiser.get(f"{lower}?missing=party"))) == 2


def test_who_may_be_on_the_list_twice_is_marked(office: Office, people: str, organiser: PageClient) -> None:
    before = statements_for(organiser, people)
    assert "Có thể trùng" not in organiser.get(people).links
    office.person("Nông Văn An", born="1970-05-12")
    office.person("Nông Văn Ẩn", congress=office.lower_congress, born="1970")
    page = organiser.get(people)
    marked = [row.one("a", "row-title").text for row in page.one("table").all("tr") if row.all("a", "pill")]
    assert marked == ["Nông Văn An", "Nông Văn An"]
    assert page.links["Có thể trùng"] == f"{office.home}/duplicates"
    assert statements_for(organiser, people) == before


def test_five_hundred_stand_on_one_page(office: Office, people: str, organiser: PageClient) -> None:
    for number in range(100):
        office.person(f"Ma Văn {number:03}")
    page = organiser.get(people)
    assert len(names(page)) == 100
    long = organiser.get(page.links["Hiện 500 người một trang"])
    assert len(names(long)) == 103 and "Trang sau" not in long.links
    assert long.links["Đề cử 102"] == f"{people}?state=proposed&per=500"
    assert len(names(organiser.get(long.links["Hiện 100 người một trang"]))) == 100


def test_a_filter_is_kept_applied_and_removed(office: Office, people: str, organiser: PageClient) -> None:
    page = organiser.get(f"{people}?sex=male&missing=photo")
    saved = organiser.submit(page, {"name": "Nam thiếu ảnh"}, action=f"{people}/filters")
    assert (saved.location, said(organiser, saved)) == (f"{people}?sex=male&missing=photo", "Đã lưu bộ lọc “Nam thiếu ảnh”.")
    plain = organiser.get(people)
    applied = organiser.get(plain.links["Nam thiếu ảnh"])
    assert names(applied) == ["Vi Văn Chi"]
    kept = db.session.scalars(select(SavedFilter)).one()
    removed = organiser.submit(applied, {}, action=f"{people}/filters/{kept.id}/remove")
    assert (removed.location, said(organiser, removed)) == (people, "Đã bỏ bộ lọc.")
    assert "Nam thiếu ảnh" not in organiser.get(people).links


def test_a_typed_name_is_not_kept(office: Office, people: str, organiser: PageClient) -> None:
    page = organiser.post(f"{people}?sex=male", {"q": "Chi"}, 200)
    assert names(page) == ["Vi Văn Chi"]
    organiser.submit(page, {"name": "Ai đó"}, action=f"{people}/filters")
    assert db.session.scalars(select(SavedFilter)).one().query == {"sex": "male"}
    typed = organiser.post(people, {"q": "Chi"}, 200)
    assert f"{people}/filters" not in [form.attrs.get("action") for form in typed.all("form")]


def test_a_kept_filter_is_ones_own(office: Office, people: str, organiser: PageClient) -> None:
    organiser.follow(organiser.post(f"{people}/filters", {"keep_sex": "male", "name": "Của tôi"}))
    assert said(organiser, organiser.post(f"{people}/filters", {"keep_sex": "male", "name": ""})).startswith("Đặt tên")
    secretary = office.sign_in("secretary")
    assert "Của tôi" not in secretary.get(people).text
    kept = db.session.scalars(select(SavedFilter)).one()
    secretary.post(f"{people}/filters/{kept.id}/remove", {}, 404)
    found = office.statuses(f"{people}/filters", "POST", {"keep_sex": "male", "name": "x"})
    assert found == {**dict.fromkeys(found, 403), "plan_owner": 303, "organiser": 303, "secretary": 303}


def test_every_filter_takes_as_many_statements(office: Office, people: str, organiser: PageClient) -> None:
    found = {statements_for(organiser, people + codes) for codes in ("", "?sex=male", "?missing=photo&side=honoured", "?per=500")}
    assert len(found) == 1
