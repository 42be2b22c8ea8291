"""The delegate list: adding, editing, finding and sorting people."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from congress.domain.names import fold, sort_key
from congress.domain.refusals import Refused
from congress.models import AuditEntry, Component, Delegate, db
from congress.operations.admission import count_approved, set_states
from congress.operations.delegate_queries import (
    ListFilter,
    count_by_delegation,
    delegates_of,
    offer_reserve,
    pick_delegates,
)
from congress.operations.delegates import (
    add_delegate,
    edit_delegate,
    edit_sensitive,
    find_component,
    find_delegate,
    get_delegation,
    read_typed,
)
from tests.world import NOW, World, actor_for, make_congress, make_delegate, make_unit

TODAY = date(2025, 3, 10)


class Desk(World):
    """The first district's list and its secretary."""

    def __init__(self, app: Flask) -> None:
        super().__init__()
        self.sealer = app.extensions["sealer"]
        self.secretary = actor_for("secretary", unit=self.district)
        self.organiser = actor_for("organiser", unit=self.district)
        self.commune.folded = fold(self.commune.name)

    def component(self, code: str) -> Component:
        component = find_component(self.congress, code)
        assert component
        return component

    def add(self, name: str, group: str = "exemplar", delegation: str = "", **values: Any) -> Delegate:
        return add_delegate(
            self.congress.id, {"name": name, **values}, component=self.component(group), delegation_name=delegation,
            actor=self.secretary, now=NOW,
        )  # fmt: skip

    def edit(self, delegate: Delegate, *, group: str = "exemplar", delegation: str = "", **values: Any) -> None:
        edit_delegate(
            delegate, {"name": delegate.name, **values}, component=self.component(group), delegation_name=delegation,
            actor=self.secretary, now=NOW,
        )  # fmt: skip

    def named(self, show: ListFilter | None = None) -> list[str]:
        return [delegate.name for delegate in db.session.scalars(delegates_of(self.congress, show or ListFilter()))]


@pytest.fixture
def desk(session: Any, app: Flask) -> Desk:
    return Desk(app)


def refusal(act: Callable[[], object]) -> tuple[str, str | None]:
    with pytest.raises(Refused) as refused:
        act()
    return refused.value.code, refused.value.field


def edits() -> list[dict[str, Any]]:
    return list(db.session.scalars(select(AuditEntry.difference).filter_by(action="delegates.edit").order_by(AuditEntry.id)))


# ---- adding and editing ------------------------------------------------------------------------------------------------


def test_people_are_added_as_proposed_with_the_next_number(desk: Desk) -> None:
    one = desk.add("NÔNG  THỊ bích", title="Giáo viên", unit_text="Xã Một", delegation="Xã Một")
    two = desk.add("Đàm Văn Bình", "guest")
    assert (one.number, two.number, one.state) == (101, 102, "proposed")
    assert (one.folded, one.sort_key, one.unit_id, one.delegation.name) == (
        fold(one.name),
        sort_key(one.name),
        desk.commune.id,
        "Xã Một",
    )
    assert (two.component.code, two.delegation_id, two.unit_id) == ("guest", None, None)
    added = db.session.scalars(select(AuditEntry.difference).filter_by(action="delegates.add").order_by(AuditEntry.id)).all()
    assert added == [{"number": 101}, {"number": 102}]


def test_a_number_is_never_given_again(desk: Desk) -> None:
    one = desk.add("Nông Thị Bích")
    set_states(desk.congress.id, [one.id], "withdrawn", actor=desk.organiser, sealer=desk.sealer, now=NOW)
    assert desk.add("Đàm Văn Bình").number == 102


def test_names_all_in_capitals_get_capital_initials(desk: Desk) -> None:
    assert desk.add("NÔNG THỊ BÍCH ĐÀO").name == "Nông Thị Bích Đào"


def test_what_a_person_cannot_be(desk: Desk) -> None:
    assert refusal(lambda: desk.add(" \u00a0")) == ("no_name", "name")
    other = Component(plan_id=0, position=1, code="x", label="X", badge_label="X", colour="#000000", side="invited", aliases=[])
    add = {"component": other, "actor": desk.secretary, "now": NOW}
    assert refusal(lambda: add_delegate(desk.congress.id, {"name": "An"}, **add)) == ("no_component", "component")


@pytest.mark.parametrize("stage", ["held", "reported", "cancelled"])
def test_nobody_is_added_once_it_is_over(desk: Desk, stage: str) -> None:
    desk.congress.stage = stage
    assert refusal(lambda: desk.add("Nông Thị Bích")) == ("stage", None)


def test_an_edit_keeps_the_number_and_writes_what_changed(desk: Desk) -> None:
    person = desk.add("Nông Thị Bích", title="Giáo viên", unit_text="Xã Một", phone="0912345678")
    desk.edit(
        person,
        name="Nông Thị Bích Đào",
        title="Hiệu trưởng",
        unit_text="Trường Tiểu học",
        phone="0987654321",
        delegation="Xã Một",
    )
    assert (person.number, person.name, person.title, person.unit_id) == (101, "Nông Thị Bích Đào", "Hiệu trưởng", None)
    assert edits() == [
        {
            "name": ["Nông Thị Bích", "Nông Thị Bích Đào"], "title": ["Giáo viên", "Hiệu trưởng"], "phone": "đã đổi",
            "unit_text": ["Xã Một", "Trường Tiểu học"], "unit_id": [desk.commune.id, None],
            "delegation_id": [None, person.delegation_id],
        }
    ]  # fmt: skip


def test_an_edit_that_changes_nothing_writes_nothing(desk: Desk) -> None:
    desk.edit(desk.add("Nông Thị Bích"))
    assert edits() == []


def test_the_component_of_an_approved_person_is_not_the_secretarys(desk: Desk) -> None:
    person = make_delegate(desk.congress, "Nông Thị Bích", "exemplar", "approved")
    assert refusal(lambda: desk.edit(person, group="guest")) == ("not_yours", None)
    desk.edit(person, title="Hiệu trưởng")
    assert (person.component.code, person.title) == ("exemplar", "Hiệu trưởng")


def test_a_reported_congress_is_not_edited_any_more(desk: Desk) -> None:
    person = desk.add("Nông Thị Bích")
    desk.congress.stage = "held"
    desk.edit(person, title="Hiệu trưởng")
    desk.congress.stage = "reported"
    assert refusal(lambda: desk.edit(person, title="Giáo viên")) == ("stage", None)
    sensitive = {"ethnic": "Tày", "religion": None, "party": None}
    assert refusal(lambda: edit_sensitive(person, sensitive, actor=desk.secretary, now=NOW)) == ("stage", None)


def test_of_sensitive_columns_only_the_fact_is_written(desk: Desk) -> None:
    person = desk.add("Nông Thị Bích")
    values = {"ethnic": "Tày", "religion": "Không", "party": True, "political_theory": "Trung cấp"}
    edit_sensitive(person, values, actor=desk.secretary, now=NOW)
    assert {column: getattr(person, column) for column in values} == values
    assert edits() == [dict.fromkeys(values, "đã đổi")]


@pytest.mark.parametrize(
    ("texts", "values"),
    [
        ({"born": "12/5/1970", "phone": "0912.345.678"}, {"born": "1970-05-12", "phone": "0912345678"}),
        ({"born": "5/1970", "email": ""}, {"born": "1970-05", "email": None}), ({"born": " 1970 "}, {"born": "1970"}),
    ],
)  # fmt: skip
def test_typed_texts_are_read_like_the_cells_of_a_list(texts: dict[str, str], values: dict[str, str | None]) -> None:
    assert read_typed(texts, today=TODAY) == values


@pytest.mark.parametrize(
    ("field", "text"),
    [("born", "30/02/1975"), ("born", "01/01/2031"), ("phone", "09x12"), ("email", "khong-phai-email"), ("ethnic", "Hỏa Tinh")],
)
def test_what_cannot_be_read_is_refused_beside_its_field(field: str, text: str) -> None:
    assert refusal(lambda: read_typed({field: text}, today=TODAY)) == ("value", field)


# ---- delegations -------------------------------------------------------------------------------------------------------


def test_a_delegation_is_made_once_however_it_is_typed(desk: Desk) -> None:
    names = ["Xã Phúc Lộc", "xã phúc lộc ", "XA PHUC LOC", "Huyện Hai"]
    found = [get_delegation(desk.congress.id, name) for name in names]
    assert [(d.name, d.position) for d in found] == [("Xã Phúc Lộc", 1)] * 3 + [("Huyện Hai", 2)]
    assert get_delegation(desk.other_congress.id, "Xã Phúc Lộc").id != found[0].id


def test_delegations_are_counted_in_protocol_order(desk: Desk) -> None:
    for name, delegation in (("An", "Xã Hai"), ("Bình", "Xã Một"), ("Chi", "Xã Hai"), ("Dũng", "Xã Ba")):
        desk.add(name, delegation=delegation)
    gone = db.session.scalars(select(Delegate).filter_by(name="Dũng")).one()
    gone.state = "withdrawn"
    assert [tuple(row[1:]) for row in count_by_delegation(desk.congress)] == [("Xã Hai", 2), ("Xã Một", 1), ("Xã Ba", 0)]


# ---- finding and sorting -----------------------------------------------------------------------------------------------


def test_the_order_is_vietnamese_by_given_name(desk: Desk) -> None:
    names = ["Nông Thị Ý", "Đàm Văn Đào", "Hoàng Văn Dũng", "Bế Thị Ánh", "Bế Văn An", "Âu Văn Ấn", "Lý Ân", "An Thị An"]
    for name in names:
        desk.add(name)
    assert desk.named() == [
        "An Thị An", "Bế Văn An", "Bế Thị Ánh", "Lý Ân", "Âu Văn Ấn", "Hoàng Văn Dũng", "Đàm Văn Đào", "Nông Thị Ý",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("dao", ["Nông Thị Bích Đào"]), ("ĐÀO nong", ["Nông Thị Bích Đào"]),
        ("bich  thi", ["Nông Thị Bích Đào", "Lê Thị Hồng Bích"]),
        ("bích hồng", ["Lê Thị Hồng Bích"]), ("xyz", []), ("100%", []), ("b_ch", []),
        ("", ["Lê Thị Hồng Bích", "Đàm Văn Bình", "Nông Thị Bích Đào"]),
    ],
)  # fmt: skip
def test_search_needs_no_accents_and_no_order(desk: Desk, text: str, found: list[str]) -> None:
    for name in ("Nông Thị Bích Đào", "Lê Thị Hồng Bích", "Đàm Văn Bình"):
        desk.add(name)
    assert sorted(desk.named(ListFilter(text=text))) == sorted(found)


def test_filters(desk: Desk) -> None:
    one = desk.add("Lê An", "exemplar", "Xã Một")
    desk.add("Lê Bình", "guest", "Xã Hai")
    desk.add("Lê Chi", "leader")
    away = desk.add("Lê Dũng", "exemplar", "Xã Một")
    away.state = "withdrawn"
    make_delegate(make_congress(desk.plan, desk.other_district), "Lê Ở Nơi Khác")
    show = ListFilter()
    assert desk.named() == ["Lê An", "Lê Bình", "Lê Chi"]
    assert desk.named(replace(show, state="withdrawn")) == ["Lê Dũng"]
    assert desk.named(replace(show, state="approved")) == []
    assert desk.named(replace(show, group="guest")) == ["Lê Bình"]
    assert desk.named(replace(show, side="invited")) == ["Lê Bình", "Lê Chi"]
    assert desk.named(replace(show, delegation=one.delegation_id)) == ["Lê An"]
    assert desk.named(replace(show, side="invited", text="chi")) == ["Lê Chi"]


def test_a_person_is_found_in_the_own_congress_only(desk: Desk) -> None:
    theirs = make_delegate(desk.other_congress, "Lê Ở Nơi Khác")
    assert find_delegate(desk.congress, theirs.id) is None
    assert find_delegate(desk.other_congress, theirs.id) is theirs


def test_who_of_a_group_is_picked(desk: Desk) -> None:
    states = ("proposed", "approved", "reserve", "withdrawn", "proposed")
    people = [make_delegate(desk.congress, f"Lê {state}", "exemplar", state) for state in states]
    make_delegate(desk.congress, "Khách", "guest")

    def picked(state: str, limit: int | None = None) -> list[int]:
        ids = pick_delegates(desk.congress, group="exemplar", state=state, limit=limit)
        return [people.index(next(p for p in people if p.id == i)) for i in ids]

    assert [picked("approved"), picked("approved", 1)] == [[0, 4], [0]]
    assert [picked("proposed"), picked("withdrawn"), picked("reserve")] == [[1, 2], [0, 1, 2, 4], [0, 1, 4]]


def test_a_unit_named_by_two_stays_text(desk: Desk) -> None:
    make_unit("X8", "Xã Một", "commune", desk.other_district).folded = desk.commune.folded
    assert desk.add("Lê An", unit_text="Xã Một").unit_id is None


def test_the_reserve_is_offered_once_a_closed_list_lost_its_ratio(desk: Desk) -> None:
    congress = desk.congress
    congress.planned_size = 20
    exemplars = [make_delegate(congress, f"Lò Văn {n}", "exemplar", "approved") for n in range(14)]
    for n in range(6):
        make_delegate(congress, f"Mã Văn {n}", "guest", "approved")
    waiting = make_delegate(congress, "Nông Thị Chờ", "exemplar", "reserve")
    make_delegate(congress, "Vi Thị Khách", "guest", "reserve")
    make_delegate(congress, "Bế Thị Phục Vụ", "staff", "reserve")
    congress.stage = "list_closed"
    assert offer_reserve(congress, count_approved(congress.id)) == []
    exemplars[0].state = "withdrawn"
    assert offer_reserve(congress, count_approved(congress.id)) == [waiting]
    congress.stage = "list_open"  # here the meter says what is missing, and anybody may still be proposed
    assert offer_reserve(congress, count_approved(congress.id)) == []
