"""Editing many people at once through the pages, and the undo of the last change after others have worked on."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from congress.models import BulkChange, Delegate, db
from tests.pages import Page, PageClient
from tests.web.contract import Office, actions, buttons, faults, field, fresh, said, send, statements_for


@pytest.fixture
def office(session: Any, app: Flask) -> Office:
    return Office(app)


@pytest.fixture
def organiser(office: Office) -> PageClient:
    return office.sign_in("organiser")


@pytest.fixture
def people(office: Office) -> list[Delegate]:
    return [office.person(f"Nông Văn {name}", sex="male") for name in ("An", "Bình", "Chi")]


@pytest.fixture
def home(office: Office) -> str:
    return f"{office.home}/delegates"


def open_form(client: PageClient, home: str, people: list[Delegate], **more: Any) -> Page:
    return client.post(f"{home}/bulk", {"ids": [person.id for person in people], **more}, 200)


def write(client: PageClient, page: Page, changes: dict[str, Any], status: int | None = None) -> Page:
    return client.submit(page, changes, action=page.response.request.path, status=status)


def values(people: list[Delegate], column: str) -> list[Any]:
    db.session.expire_all()
    return [getattr(person, column) for person in people]


def test_picked_people_are_given_values_and_the_rest_stays(
    office: Office, home: str, organiser: PageClient, people: list[Delegate]
) -> None:
    people[0].note = "Ăn chay"
    office.delegation("Xã Một")
    page = organiser.get(f"{home}?sex=male")
    form = organiser.submit(page, {"ids": [people[0].id, people[1].id]}, action=f"{home}/state", status=400)
    form = open_form(organiser, home, people[:2], keep_sex="male", keep_page="")
    assert form.h1 == "Sửa 2 người"
    assert form.texts("ul", "plain-list") == ["101 · Nông Văn An 102 · Nông Văn Bình"]
    assert [option.attrs["value"] for option in form.one("datalist").all("option")] == ["Xã Một"]
    answer = write(
        organiser, form, {"title": "Trưởng thôn", "delegation": "Đoàn Xã Một", "capacity": "household", "clear": "note"}
    )
    assert (answer.location, said(organiser, answer)) == (f"{home}?sex=male", "Đã đổi 2 người.")
    assert values(people, "title") == ["Trưởng thôn", "Trưởng thôn", ""]
    assert [person.delegation and person.delegation.name for person in people] == ["Xã Một", "Xã Một", None]
    assert (values(people, "note"), values(people, "capacity")) == ([""] * 3, ["household", "household", None])
    again = write(organiser, open_form(organiser, home, people[:1]), {"title": "Trưởng thôn"})
    assert said(organiser, again) == "Không ai phải đổi: mọi người đã có các giá trị này."


def test_all_that_the_filter_shows_are_taken_on_every_page(office: Office, home: str, organiser: PageClient) -> None:
    for number in range(101):
        office.person(f"Ma Văn {number:03}", sex="female")
    other = office.person("Ma Văn Khác", sex="male")
    page = organiser.get(f"{home}?sex=female")
    assert page.one("input", name="all").attrs["data-bulk-all"] == "101"
    everybody = {"all": "yes", "keep_sex": "female", "keep_page": ""}
    form = organiser.post(f"{home}/bulk", everybody, 200)
    assert (form.h1, "và 1 người nữa." in form.text) == ("Sửa 101 người", True)
    assert said(organiser, write(organiser, form, {"field": "Y tế"})) == "Đã đổi 101 người."
    moved = organiser.post(f"{home}/state", {**everybody, "state": "reserve"})
    assert said(organiser, moved) == "Dự khuyết: 101 người."
    named = {"all": "yes", "keep_q": "khac", "keep_page": ""}
    assert said(organiser, organiser.post(f"{home}/state", {**named, "state": "withdrawn"})) == "Đã rút: 1 người."
    assert fresh(other).state == "withdrawn"


def test_what_is_wrong_stands_beside_its_field(office: Office, home: str, organiser: PageClient, people: list[Delegate]) -> None:
    form = open_form(organiser, home, people)
    for changes, found in (
        ({}, {"": ["Chọn ít nhất một ô để đổi."]}),
        ({"title": "x" * 301}, {"title": ["Tối đa 300 ký tự."]}),
        ({"note": "x" * 1001}, {"note": ["Tối đa 1.000 ký tự."]}),
        ({"capacity": "?"}, {"capacity": ["Chọn một mục trong danh sách."]}),
        ({"component": "?"}, {"component": ["Chọn một mục trong danh sách."]}),
    ):
        assert faults(write(organiser, form, changes, 422)) == found
    both = write(organiser, form, {"title": "Bí thư", "clear": "title"}, 422)
    assert "Vừa ghi vừa xóa: Chức vụ. Chọn một trong hai." in both.text
    assert (field(both, "title"), actions()) == ("Bí thư", [])


def test_a_component_changes_under_the_rule_for_all_or_none(
    office: Office, home: str, organiser: PageClient, people: list[Delegate]
) -> None:
    organiser.get(home)
    organiser.post(f"{home}/state", {"ids": [person.id for person in people], "state": "approved"})
    for number in range(2):
        office.person(f"Lý Thị {number}", "guest", "approved")
    form = open_form(organiser, home, people)
    answer = write(organiser, form, {"component": "guest", "note": "Đổi bên"}, 422)
    full = (
        "Chỉ đổi được 1/3 người đã chọn, nên chưa đổi ai. "
        "Đã đủ 3/3 khách mời và lãnh đạo (30 % của 10). Rút 1 người, hoặc tăng quy mô."
    )
    assert (faults(answer), field(answer, "note")) == ({"": [full]}, "Đổi bên")
    assert {fresh(person).component.code for person in people} == {"exemplar"}
    assert said(organiser, write(organiser, form, {"component": "staff"})) == "Đã đổi 3 người."
    assert {fresh(person).component.code for person in people} == {"staff"}


def test_nobody_others_and_those_who_may_not_are_refused(
    office: Office, home: str, organiser: PageClient, people: list[Delegate]
) -> None:
    stranger = office.person("Lò Văn Lạ", congress=office.other_congress)
    organiser.get(home)
    assert said(organiser, organiser.post(f"{home}/bulk", {})) == "Đánh dấu ít nhất một người."
    words = f"Không có đại biểu mã {stranger.id} trong hội nghị này. Chưa đổi ai."
    assert said(organiser, organiser.post(f"{home}/bulk", {"ids": stranger.id})) == words
    found = office.statuses(f"{home}/bulk", "POST", {"ids": people[0].id})
    assert found == {**dict.fromkeys(found, 403), "plan_owner": 200, "organiser": 200, "secretary": 200}
    organiser.post(f"/congress/{office.lower_congress.id}/delegates/bulk", {"ids": 1}, 403)
    organiser.post(f"/congress/{office.other_congress.id}/delegates/bulk", {"ids": 1}, 404)


# ---- the undo --------------------------------------------------------------------------------------------------------


def test_an_undo_survives_a_reload_and_other_peoples_work(
    office: Office, home: str, organiser: PageClient, people: list[Delegate]
) -> None:
    write(organiser, open_form(organiser, home, people), {"title": "Trưởng thôn", "field": "Y tế"})
    organiser.get(home)
    secretary = office.sign_in("secretary")
    send(secretary, secretary.get(f"{home}/{people[1].id}"), {"title": "Chủ tịch"})
    again = office.sign_in("organiser")
    page = again.get(home)
    change = db.session.scalars(select(BulkChange)).one()
    assert "Lĩnh vực: 3 người" in page.text and "Người organiser, 09:00 10/03/2025." in page.text
    preview = again.get(page.links["Xem đã đổi những gì"])
    assert preview.texts("h2") == ["Sẽ giữ nguyên: 1 ô đã được sửa sau đó", "Sẽ trả lại như trước: 5 ô"]
    answer = again.submit(page, {}, action=f"{home}/bulk/{change.id}/undo")
    assert said(again, answer) == "Đã hoàn tác; 1 ô đã được sửa sau đó nên giữ nguyên."
    assert (values(people, "title"), values(people, "field")) == (["", "Chủ tịch", ""], ["", "", ""])
    done = again.get(answer.location)
    assert done.texts("h2") == ["Đã giữ nguyên: 1 ô đã được sửa sau đó", "Đã trả lại như trước: 5 ô"]
    assert done.rows()[1] == ["102", "Nông Văn Bình", "Chức vụ", "(trống)", "Trưởng thôn", "Chủ tịch"]
    assert "Đã hoàn tác lúc 09:00 10/03/2025, bởi Người organiser." in done.text
    assert "Hoàn tác" not in buttons(done) and "Hoàn tác" not in buttons(again.get(home))
    assert said(again, again.post(f"{home}/bulk/{change.id}/undo")) == "Thay đổi này đã được hoàn tác."


def test_moves_from_the_list_are_undone_and_a_move_of_one_person_is_not_kept(
    office: Office, home: str, organiser: PageClient, people: list[Delegate]
) -> None:
    page = organiser.get(home)
    organiser.submit(page, {"ids": [person.id for person in people], "state": "approved"}, action=f"{home}/state")
    person = organiser.get(f"{home}/{people[0].id}")
    organiser.submit(person, {"state": "withdrawn"}, action=f"{home}/state")
    change = db.session.scalars(select(BulkChange)).one()
    assert change.label == "Đã duyệt: 3 người"
    organiser.post(f"{home}/bulk/{change.id}/undo")
    assert values(people, "state") == ["withdrawn", "proposed", "proposed"]


def test_an_older_change_and_another_congresss_are_not_undone(
    office: Office, home: str, organiser: PageClient, people: list[Delegate]
) -> None:
    for text in ("một", "hai"):
        organiser.follow(write(organiser, open_form(organiser, home, people), {"note": text}))
    first, _ = db.session.scalars(select(BulkChange.id).order_by(BulkChange.id)).all()
    old = organiser.post(f"{home}/bulk/{first}/undo")
    assert said(organiser, old) == "Đã có thay đổi hàng loạt mới hơn. Chỉ hoàn tác được thay đổi vừa rồi."
    office.sign_in("plan_owner").post(f"/congress/{office.other_congress.id}/delegates/bulk/{first}/undo", {}, 404)
    found = office.statuses(f"{home}/bulk/{first}/undo", "POST")
    assert found == {**dict.fromkeys(found, 403), "plan_owner": 303, "organiser": 303, "secretary": 303}
    assert values(people, "note") == ["hai"] * 3


def test_a_page_without_a_change_teaches_and_a_refused_undo_says_why(
    office: Office, home: str, organiser: PageClient, people: list[Delegate]
) -> None:
    assert organiser.get(f"{home}/bulk").one("h2").text == "Chưa có thay đổi hàng loạt nào"
    page = organiser.get(home)
    ids = {"ids": [person.id for person in people]}
    organiser.submit(page, {**ids, "state": "approved"}, action=f"{home}/state")
    office.congress.planned_size = 3
    organiser.submit(page, {"ids": [people[0].id], "state": "withdrawn"}, action=f"{home}/state")
    office.congress.stage = "list_closed"
    change = db.session.scalars(select(BulkChange.id).order_by(BulkChange.id.desc())).first()
    assert "Hoàn tác" not in buttons(organiser.get(home))
    shown = organiser.get(f"{home}/bulk")
    refused = organiser.submit(shown, {}, action=f"{home}/bulk/{change}/undo")
    assert said(organiser, refused) == "Chưa hoàn tác gì. Danh sách đã chốt: nêu lý do bổ sung."
    organiser.submit(shown, {"reason": "Rút nhầm"}, action=f"{home}/bulk/{change}/undo")
    assert fresh(people[0]).state == "approved"


def test_the_page_of_a_change_takes_as_many_statements_for_three_as_for_one(
    office: Office, home: str, organiser: PageClient, people: list[Delegate]
) -> None:
    found = []
    for some in (people[:1], people):
        write(organiser, open_form(organiser, home, some), {"note": str(len(some))})
        found.append(statements_for(organiser, f"{home}/bulk"))
    assert found[0] == found[1]
