"""The newer columns of a person's form, what its page says beside it, and reasons for leaving the ratio."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from congress.models import AuditEntry, Delegate, db
from tests.pages import PageClient
from tests.web.contract import Office, actions, faults, field, fresh, said, send, statements_for
from tests.world import make_exemplar

TYPED = {
    "degree": "ThS.", "represents": "HTX Một", "economic_sector": "collective", "new_model": "yes", "schooling": "12/12",
    "wants_speech": "no", "seat": "C-17", "rank": "2", "absence_reason": "Đi công tác", "capacity": "collective",
}  # fmt: skip
STORED = {**TYPED, "new_model": True, "wants_speech": False, "rank": 2}


@pytest.fixture
def office(session: Any, app: Flask) -> Office:
    return Office(app)


@pytest.fixture
def organiser(office: Office) -> PageClient:
    return office.sign_in("organiser")


@pytest.fixture
def people(office: Office) -> str:
    return f"{office.home}/delegates"


def stored(person: Delegate) -> dict[str, Any]:
    fresh(person)
    return {name: getattr(person, name) for name in STORED}


def test_the_newer_columns_are_kept_on_adding_and_on_editing(office: Office, people: str, organiser: PageClient) -> None:
    send(organiser, organiser.get(f"{people}/new"), {"name": "Nông Thị Mới", "component": "exemplar", **TYPED})
    person = db.session.scalars(select(Delegate)).one()
    assert stored(person) == STORED
    page = organiser.get(f"{people}/{person.id}")
    assert {name: field(page, name) for name in TYPED} == TYPED
    blank = {**dict.fromkeys(TYPED, ""), "capacity": ""}
    send(organiser, page, blank)
    assert stored(person) == {
        "degree": "", "represents": "", "economic_sector": None, "new_model": None, "schooling": "", "wants_speech": None,
        "seat": "", "rank": None, "absence_reason": "", "capacity": None,
    }  # fmt: skip
    assert actions() == ["delegates.add", "delegates.edit"]


@pytest.mark.parametrize(
    ("name", "typed", "words"),
    [
        ("degree", "x" * 301, "Tối đa 300 ký tự."),
        ("represents", "x" * 301, "Tối đa 300 ký tự."),
        ("economic_sector", "?", "Chọn một mục trong danh sách."),
        ("new_model", "?", "Chọn một mục trong danh sách."),
        ("schooling", "x" * 301, "Tối đa 300 ký tự."),
        ("wants_speech", "?", "Chọn một mục trong danh sách."),
        ("seat", "x" * 21, "Tối đa 20 ký tự."),
        ("rank", "0", "Nhập số từ 1 đến 9999."),
        ("rank", "một", "Nhập một số nguyên, ví dụ 200."),
        ("absence_reason", "x" * 301, "Tối đa 300 ký tự."),
    ],
)
def test_each_field_says_what_is_wrong_with_it(office: Office, organiser: PageClient, name: str, typed: str, words: str) -> None:
    person = office.person("Nông Thị Ánh")
    answer = send(organiser, organiser.get(f"{office.home}/delegates/{person.id}"), {name: typed}, 422)
    assert faults(answer) == {name: [words]}


def test_political_theory_is_sensitive(office: Office, people: str, organiser: PageClient) -> None:
    person = office.person("Nông Thị Ánh", political_theory="Cao cấp")
    page = organiser.get(f"{people}/{person.id}")
    assert "Cao cấp" not in page.html
    url = f"{people}/{person.id}/sensitive"
    shown = organiser.submit(page, {}, action=url, status=200)
    assert field(shown, "political_theory") == "Cao cấp"
    send(organiser, shown, {"political_theory": "Trung cấp"})
    assert fresh(person).political_theory == "Trung cấp"
    entry = db.session.scalars(select(AuditEntry).filter_by(action="delegates.edit")).one()
    assert entry.difference == {"political_theory": "đã đổi"}


def test_a_representative_who_names_nobody_is_warned_about(office: Office, people: str, organiser: PageClient) -> None:
    person = office.person("Nông Thị Ánh", capacity="household")
    words = "Chưa ghi đại diện cho ai. Ghi tên tập thể hoặc hộ gia đình."
    assert words in organiser.get(f"{people}/{person.id}").text
    person.represents = "Hộ bà Ánh"
    assert words not in organiser.get(f"{people}/{person.id}").text
    person.capacity, person.represents = "individual", ""
    assert words not in organiser.get(f"{people}/{person.id}").text


def test_leaving_the_invited_side_for_none_wants_a_reason_that_is_kept(
    office: Office, people: str, organiser: PageClient
) -> None:
    person = office.person("Lý Thị Khách", "guest")
    page = organiser.get(f"{people}/{person.id}")
    answer = send(organiser, page, {"component": "staff"}, 422)
    assert faults(answer) == {"reason": ["Đưa khách mời, lãnh đạo ra ngoài tỷ lệ: nêu lý do đổi thành phần."]}
    send(organiser, page, {"component": "staff", "reason": "Vào tổ phục vụ"})
    assert fresh(person).component.code == "staff"
    entry = db.session.scalars(select(AuditEntry)).one()
    assert entry.difference == {"component": ["Khách mời", "Ban Tổ chức, phục vụ"], "reason": ["Vào tổ phục vụ"]}


def test_the_page_names_whom_a_person_may_be_and_who_may_replace(office: Office, people: str, organiser: PageClient) -> None:
    person = office.person("Nông Thị Ánh", born="1970", state="approved")
    other = office.person("Nông Thị Ánh", born="1970-05-12")
    page = organiser.get(f"{people}/{person.id}")
    assert page.links["Nông Thị Ánh, số thẻ 102"] == f"{office.home}/duplicates/{person.id}/{other.id}"
    assert page.links["Thay bằng người khác"] == f"{office.home}/substitutions/{person.id}"
    assert "Thay bằng người khác" not in organiser.get(f"{people}/{other.id}").links
    secretary = office.sign_in("secretary").get(f"{people}/{person.id}")
    assert "Thay bằng người khác" not in secretary.links
    office.congress.stage = "held"
    assert "Thay bằng người khác" not in organiser.get(f"{people}/{person.id}").links


def test_one_click_links_a_person_to_the_register(office: Office, people: str, organiser: PageClient) -> None:
    person, entry = office.person("Nông Thị Ánh"), make_exemplar(office.commune, "NÔNG THỊ ÁNH", field="Y tế")
    make_exemplar(office.other_district, "Nông Thị Ánh", field="Kín")
    url = f"{people}/{person.id}"
    page = organiser.get(url)
    assert "Có trong sổ: NÔNG THỊ ÁNH Xã Một · Y tế" in page.text and "Kín" not in page.text
    answer = organiser.submit(page, {}, action=f"{url}/exemplar/link")
    assert (answer.location, said(organiser, answer)) == (url, "Đã nối với sổ điển hình.")
    assert fresh(person).exemplar_id == entry.id
    answer = organiser.submit(organiser.get(url), {}, action=f"{url}/exemplar/link")
    assert (said(organiser, answer), fresh(person).exemplar_id) == ("Đã bỏ nối với sổ điển hình.", None)
    guest = office.person("Khách", "guest")
    assert "Sổ điển hình" not in [head.text for head in organiser.get(f"{people}/{guest.id}").all("h2")]


def test_a_persons_page_takes_as_many_statements_with_three_twins_as_with_one(
    office: Office, people: str, organiser: PageClient
) -> None:
    person = office.person("Nông Thị Ánh", born="1970")
    office.person("Nông Thị Ánh", born="1970")
    one = statements_for(organiser, f"{people}/{person.id}")
    office.person("Nông Thị Ánh", born="1970", congress=office.lower_congress)
    office.person("Nông Thị Ánh", born="1970", congress=office.other_congress)
    assert statements_for(organiser, f"{people}/{person.id}") == one
