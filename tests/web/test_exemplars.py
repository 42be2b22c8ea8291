"""The register of advanced models through its pages, and linking a list of delegates to it."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from congress.models import Exemplar, db
from tests.pages import PageClient
from tests.web.contract import Office, actions, buttons, faults, field, fresh, options, said, send, statements_for
from tests.world import make_exemplar

GOOD = {"kind": "collective", "name": "HTX  Một", "field": "Nông nghiệp", "summary": "Hai năm liền", "decision": "QĐ 12/QĐ-UBND"}
INVALID = [
    ("name", "", "Nhập tên."),
    ("name", "x" * 301, "Tối đa 300 ký tự."),
    ("kind", "?", "Chọn một mục trong danh sách."),
    ("field", "x" * 201, "Tối đa 200 ký tự."),
    ("summary", "x" * 5001, "Tối đa 5.000 ký tự."),
    ("decision", "x" * 301, "Tối đa 300 ký tự."),
]


@pytest.fixture
def office(session: Any, app: Flask) -> Office:
    return Office(app)


@pytest.fixture
def organiser(office: Office) -> PageClient:
    return office.sign_in("organiser")


def test_an_entry_is_added_and_changed(office: Office, organiser: PageClient) -> None:
    page = organiser.get("/exemplars/new")
    assert options(page, "unit") == ["Huyện Một"]
    answer = send(organiser, page, GOOD)
    assert (answer.location, said(organiser, answer)) == ("/exemplars", "Đã ghi HTX Một vào sổ điển hình.")
    entry = db.session.scalars(select(Exemplar)).one()
    assert (entry.unit_id, entry.kind, entry.name, entry.field) == (office.district.id, "collective", "HTX Một", "Nông nghiệp")
    page = organiser.get(f"/exemplars/{entry.id}")
    assert (page.h1, field(page, "decision"), page.all("select", name="unit")) == ("HTX Một", "QĐ 12/QĐ-UBND", [])
    assert said(organiser, send(organiser, page, {"name": "HTX Hai"})) == "Đã ghi."
    assert (fresh(entry).name, entry.folded, actions()) == ("HTX Hai", "htx hai", ["exemplars.add", "exemplars.edit"])


@pytest.mark.parametrize("adding", [True, False])
def test_each_field_says_what_is_wrong_with_it(office: Office, organiser: PageClient, adding: bool) -> None:
    entry = make_exemplar(office.district, "Nông Thị Ánh")
    page = organiser.get("/exemplars/new" if adding else f"/exemplars/{entry.id}")
    for name, typed, words in INVALID:
        assert faults(send(organiser, page, {**GOOD, name: typed}, 422)) == {name: [words]}
    assert (db.session.scalars(select(Exemplar.name)).all(), actions()) == (["Nông Thị Ánh"], [])


def test_pressing_twice_adds_one_entry(office: Office, organiser: PageClient) -> None:
    page = organiser.get("/exemplars/new")
    send(organiser, page, GOOD)
    assert faults(send(organiser, page, GOOD, 422)) == {"name": ["Sổ của đơn vị đã có HTX Một với đúng những lời này."]}


def test_a_unit_of_somebody_else_cannot_be_chosen(office: Office, organiser: PageClient) -> None:
    answer = send(organiser, organiser.get("/exemplars/new"), {**GOOD, "unit": str(office.commune.id)}, 422)
    assert faults(answer) == {"unit": ["Chọn một mục trong danh sách."]}
    owner = office.sign_in("plan_owner")
    send(owner, owner.get("/exemplars/new"), {**GOOD, "unit": str(office.commune.id)})
    assert db.session.scalars(select(Exemplar.unit_id)).all() == [office.commune.id]


def test_the_register_is_read_within_reach_and_searched_by_post(office: Office, organiser: PageClient) -> None:
    own = make_exemplar(office.district, "Lò Văn Đức", field="Y tế")
    make_exemplar(office.commune, "HTX Đức Thịnh", "collective")
    make_exemplar(office.other_district, "Nông Văn Kín")
    page = organiser.get("/exemplars")
    assert page.rows()[1:] == [
        ["Lò Văn Đức", "Cá nhân", "Huyện Một", "Y tế", ""], ["HTX Đức Thịnh", "Tập thể", "Xã Một", "", ""],
    ]  # fmt: skip
    assert page.links["Lò Văn Đức"] == f"/exemplars/{own.id}" and "HTX Đức Thịnh" not in page.links
    assert [row[0] for row in organiser.get(page.links["Tập thể"]).rows()[1:]] == ["HTX Đức Thịnh"]
    assert [row[0] for row in organiser.post("/exemplars", {"q": "duc lo"}, 200).rows()[1:]] == ["Lò Văn Đức"]
    assert organiser.post("/exemplars", {"q": "kin"}, 200).one("h2").text == "Không có mục nào như vậy"
    assert len(organiser.get("/exemplars?q=duc&kind=?&page=99999999999").rows()) == 3


def test_an_empty_register_teaches(office: Office, organiser: PageClient) -> None:
    page = organiser.get("/exemplars")
    assert page.one("h2").text == "Sổ còn trống"
    assert page.links["Thêm vào sổ"] == "/exemplars/new"


def test_who_reads_and_who_writes(office: Office, organiser: PageClient) -> None:
    own, below, beside = (make_exemplar(u, u.name) for u in (office.district, office.commune, office.other_district))
    found = office.statuses("/exemplars")
    assert found == {**dict.fromkeys(found, 403), "plan_owner": 200, "organiser": 200, "secretary": 200}
    for url in ("/exemplars/new", f"/exemplars/{own.id}"):
        found = office.statuses(url)
        assert found == {**dict.fromkeys(found, 403), "plan_owner": 200, "organiser": 200, "secretary": 200}
    for entry in (below, beside):
        organiser.get(f"/exemplars/{entry.id}", 404)
    assert "Điển hình" in organiser.get("/exemplars").links
    assert "Điển hình" not in office.sign_in("viewer").get("/plans").links


def test_the_register_takes_as_many_statements_for_three_as_for_one(office: Office, organiser: PageClient) -> None:
    make_exemplar(office.district, "Nông Văn Một")
    one = statements_for(organiser, "/exemplars")
    make_exemplar(office.commune, "Nông Văn Hai")
    make_exemplar(office.district, "Nông Văn Ba")
    assert len(organiser.get("/exemplars").rows()) == 4
    assert statements_for(organiser, "/exemplars") == one


def test_the_register_is_paged_at_a_hundred(office: Office, organiser: PageClient) -> None:
    for n in range(101):
        make_exemplar(office.district, f"Nông Văn {n:03}")
    page = organiser.get("/exemplars")
    assert (len(page.rows()), page.links["Trang sau"]) == (101, "/exemplars?page=2")
    assert organiser.get("/exemplars?page=2").rows()[1][0] == "Nông Văn 100"


# ---- a list and the register -----------------------------------------------------------------------------------------


def test_a_list_is_linked_by_name_at_once(office: Office, organiser: PageClient) -> None:
    url = f"{office.home}/exemplars"
    entry = make_exemplar(office.commune, "Nông Thị Ánh")
    for unit in (office.district, office.commune):
        make_exemplar(unit, "Lò Văn Đức")
    person = office.person("Nông Thị Ánh")
    office.person("Lò Văn Đức")
    office.person("Bế Văn Lạ")
    page = organiser.get(url)
    assert page.texts(css_class="stat-value") == ["0", "3", "1"]
    assert [(row[0], row[2]) for row in page.rows()[1:]] == [
        ("Nông Thị Ánh", "Có một mục"), ("Lò Văn Đức", "Nhiều mục cùng tên"), ("Bế Văn Lạ", "Chưa có"),
    ]  # fmt: skip
    answer = organiser.submit(page, {}, action=url)
    assert answer.location == url
    words = "Đã nối 1 người với sổ. 1 người có nhiều mục cùng tên: chọn từng người. 1 người chưa có trong sổ."
    assert said(organiser, answer) == words
    assert fresh(person).exemplar_id == entry.id
    assert buttons(organiser.get(url)) == []


def test_an_entry_is_picked_by_other_words(office: Office, organiser: PageClient) -> None:
    person = office.person("Nông Thị Ánh", capacity="collective", represents="Hợp tác xã Một")
    entry = make_exemplar(office.commune, "HTX Một", "collective")
    make_exemplar(office.other_district, "HTX Một", "collective")
    url = f"{office.home}/delegates/{person.id}/exemplar"
    page = organiser.get(url)
    assert page.one("h2").text == "Sổ chưa có mục cùng tên"
    found = organiser.post(url, {"q": "htx mot"}, 200)
    assert [row[0] for row in found.rows()[1:]] == ["HTX Một"]
    organiser.submit(found, {}, action=f"{url}/link")
    assert fresh(person).exemplar_id == entry.id


def test_what_belongs_elsewhere_is_not_linked(office: Office, organiser: PageClient) -> None:
    person = office.person("Nông Thị Ánh")
    stranger = make_exemplar(office.other_district, "Nông Thị Ánh")
    other = office.person("Nông Thị Kín", congress=office.other_congress)
    organiser.get(f"{office.home}/exemplars")
    answer = organiser.post(f"{office.home}/delegates/{person.id}/exemplar/link", {"exemplar_id": stranger.id})
    assert said(organiser, answer) == "Không có mục này trong sổ điển hình của đơn vị."
    organiser.get(f"{office.home}/delegates/{other.id}/exemplar", 404)
    organiser.post(f"{office.home}/delegates/{other.id}/exemplar/link", {}, 404)
    assert fresh(person).exemplar_id is None


def test_who_sees_and_who_links(office: Office) -> None:
    person = office.person("Nông Thị Ánh")
    url, pick = f"{office.home}/exemplars", f"{office.home}/delegates/{person.id}/exemplar"
    three = {"plan_owner", "organiser", "secretary"}
    for address, method in ((url, "GET"), (url, "POST"), (pick, "GET"), (f"{pick}/link", "POST")):
        assert {role for role, status in office.statuses(address, method).items() if status != 403} == three
    below = f"/congress/{office.lower_congress.id}/exemplars"
    assert "Nối với sổ theo tên" not in buttons(office.sign_in("organiser").get(below))


def test_everybody_linked_and_nobody_there_are_said(office: Office, organiser: PageClient) -> None:
    url = f"{office.home}/exemplars"
    assert organiser.get(url).one("h2").text == "Chưa có đại biểu điển hình"
    office.person("Nông Thị Ánh", exemplar_id=make_exemplar(office.district, "Nông Thị Ánh").id)
    assert organiser.get(url).one("h2").text == "Ai cũng đã có trong sổ"


def test_the_links_take_as_many_statements_for_three_as_for_one(office: Office, organiser: PageClient) -> None:
    url = f"{office.home}/exemplars"
    office.person("Nông Văn Một")
    one = statements_for(organiser, url)
    office.person("Nông Văn Hai")
    office.person("Nông Văn Ba")
    assert len(organiser.get(url).rows()) == 4
    assert statements_for(organiser, url) == one
