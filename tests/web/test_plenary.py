"""Toàn thể: suggested by a unit's headcount, its ratio advisory, its cap a warning (domain note A7)."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from congress.domain.refusals import Refused
from congress.models import Congress, Unit, db
from congress.operations.admission import set_states
from congress.operations.congresses import check_congress, close_list, set_planned
from tests.pages import PageClient
from tests.web.contract import Office, faults, field, fresh, options, send
from tests.world import NOW, actor_for, make_congress, make_unit, make_user

GOOD = {"held_on": "2025-05-06", "starts_at": "07:30", "place": "Hội trường Sở", "ordinal": "6"}


@pytest.fixture
def office(session: Any, app: Flask) -> Office:
    return Office(app)


@pytest.fixture
def department(office: Office) -> PageClient:
    """Somebody who organises the department's congress and no other."""
    make_user("so-mot", "organiser", unit=office.department)
    return office.sign_in("so-mot")


def hint(page: Any) -> str:
    return page.one("span", id="attendance-hint").text


def plenary(office: Office, *, planned: int = 10, stage: str = "list_open") -> Congress:
    congress = make_congress(office.plan, office.department, planned=planned, stage=stage)
    congress.attendance = "plenary"
    return congress


@pytest.mark.parametrize(
    ("headcount", "suggested", "words"),
    [
        (148, ("plenary", "148"), "Đơn vị có 148 người, không quá 300: có thể họp toàn thể; khi đó tỷ lệ chỉ nhắc."),
        (300, ("plenary", "300"), "Đơn vị có 300 người, không quá 300: có thể họp toàn thể; khi đó tỷ lệ chỉ nhắc."),
        (301, ("delegates", "300"), "Đơn vị có 301 người, quá 300: nên chọn đại biểu."),
        (None, ("delegates", "300"), "Chưa ghi số người của đơn vị. Không quá 300 người thì có thể họp toàn thể."),
    ],
)
def test_a_new_congress_is_suggested_what_its_headcount_allows(
    office: Office, department: PageClient, headcount: int | None, suggested: tuple[str, str], words: str
) -> None:
    office.department.headcount = headcount
    page = department.get("/department/new")
    assert ((field(page, "attendance"), field(page, "planned_size")), hint(page)) == (suggested, words)
    send(department, page, GOOD)
    congress = db.session.scalars(select(Congress).filter_by(unit_id=office.department.id)).one()
    assert (congress.attendance, str(congress.planned_size)) == suggested


def test_a_suggestion_is_only_one(office: Office, department: PageClient) -> None:
    office.department.headcount = 148
    send(department, department.get("/department/new"), {**GOOD, "attendance": "delegates", "planned_size": "100"})
    congress = db.session.scalars(select(Congress).filter_by(unit_id=office.department.id)).one()
    assert (congress.attendance, congress.planned_size) == ("delegates", 100)
    page = department.get(f"/congress/{congress.id}/edit")
    assert hint(page) == "Đơn vị có 148 người, không quá 300: có thể họp toàn thể; khi đó tỷ lệ chỉ nhắc."


@pytest.mark.parametrize(("headcount", "attendance"), [(148, "plenary"), (301, "delegates"), (None, "delegates")])
def test_where_several_units_stand_to_choose_the_chosen_ones_headcount_decides(
    office: Office, headcount: int | None, attendance: str
) -> None:
    other = make_unit("S2", "Sở Hai", "department", office.province)
    other.headcount = headcount
    owner = office.sign_in("plan_owner")
    page = owner.get("/department/new")
    assert options(page, "attendance") == ["Theo số người của đơn vị", "Đại biểu được chọn", "Toàn thể"]
    assert hint(page) == "Đơn vị không quá 300 người có thể họp toàn thể; khi đó tỷ lệ chỉ nhắc."
    send(owner, page, {**GOOD, "planned_size": "100", "unit_id": str(other.id)})
    assert db.session.scalars(select(Congress.attendance).filter_by(unit_id=other.id)).one() == attendance


def test_a_tier_without_plenary_congresses_does_not_ask(office: Office) -> None:
    unit = make_unit("H3", "Huyện Ba", "district", office.province)
    unit.headcount = 10
    owner = office.sign_in("plan_owner")
    page = owner.get("/district/new")
    assert page.all("select", name="attendance") == []
    send(owner, page, {**GOOD, "planned_size": "100", "unit_id": str(unit.id)})
    assert db.session.scalars(select(Congress.attendance).filter_by(unit_id=unit.id)).one() == "delegates"


def test_its_cap_is_a_warning_on_its_home_and_in_the_check(office: Office, department: PageClient) -> None:
    congress = plenary(office)
    page = department.get(f"/congress/{congress.id}/edit")
    send(department, page, {**GOOD, "planned_size": "301"})
    assert fresh(congress).planned_size == 301
    home = department.get(f"/congress/{congress.id}")
    words = "Họp toàn thể 301 người, quá mức 300 của kế hoạch. Nên chọn đại biểu."
    assert [note.text for note in home.all("div", "note") if "toàn thể" in note.text] == [words]
    assert ("plenary_over_cap", "warn") in [(v.code, v.severity) for v in check_congress(congress)]
    answer = send(department, department.get(f"/congress/{congress.id}/edit"), {"attendance": "delegates"}, 422)
    assert faults(answer) == {"planned_size": ["Quy mô 301 vượt mức tối đa 300 của kế hoạch. Chọn 300 trở xuống."]}


def test_its_ratio_advises_and_its_size_holds(office: Office) -> None:
    congress, sealer = plenary(office, planned=2), office.app.extensions["sealer"]
    organiser = actor_for("organiser", unit=office.department)
    guests = [office.person(f"Lý Thị {n}", "guest", congress=congress) for n in range(3)]
    who: dict[str, Any] = {"actor": organiser, "sealer": sealer, "now": NOW}
    assert set_states(congress.id, [guest.id for guest in guests[:2]], "approved", **who) == 2
    with pytest.raises(Refused) as refused:
        set_states(congress.id, [guests[2].id], "approved", **who)
    assert refused.value.message == "Đã đủ 2/2 đại biểu. Rút 1 người, hoặc tăng quy mô."
    set_planned(congress.id, 302, actor=organiser, now=NOW)
    assert set_states(congress.id, [guests[2].id], "approved", **who) == 1
    assert close_list(congress.id, actor=organiser, now=NOW).stage == "list_closed"


def test_chosen_delegates_keep_the_cap(office: Office) -> None:
    congress = make_congress(office.plan, office.department)
    with pytest.raises(Refused) as refused:
        set_planned(congress.id, 301, actor=actor_for("organiser", unit=office.department), now=NOW)
    assert refused.value.code == "size_cap"
    assert db.session.get_one(Unit, congress.unit_id).headcount is None
