"""Changing many people at once under the rule, and taking the last change back after others have worked on."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from congress.domain.admission import Approved
from congress.domain.refusals import Refused
from congress.models import AuditEntry, Badge, BulkChange, Delegate, StageEvent, Substitution, db
from congress.operations import bulk, delegations
from congress.operations.admission import change_components, count_approved, set_states
from congress.operations.badges import tokens_of
from congress.operations.delegates import edit_delegate, find_component
from tests.web.contract import Office, actions, counted
from tests.world import NOW, actor_for

LATER = NOW + timedelta(minutes=5)


class Desk(Office):
    def __init__(self, app: Flask) -> None:
        super().__init__(app)
        self.by = {"actor": actor_for("organiser", unit=self.district), "now": NOW}
        self.sealer = app.extensions["sealer"]

    def edit(self, people: list[Delegate], values: dict[str, Any] | None = None, **more: Any) -> int:
        group = more.pop("group", None)
        component = find_component(self.congress, group) if group else None
        ids = [person.id for person in people]
        return bulk.edit_people(self.congress.id, ids, values or {}, component=component, **{**self.by, **more})

    def move(self, people: list[Delegate], state: str, **more: Any) -> int:
        return bulk.move_people(self.congress.id, [p.id for p in people], state, sealer=self.sealer, **{**self.by, **more})

    def undo(self, **more: Any) -> list[bulk.Step]:
        change = bulk.find_last_change(self.congress)
        assert change
        return bulk.undo_change(self.congress.id, change.id, sealer=self.sealer, **{**self.by, "now": LATER, **more})


@pytest.fixture
def desk(session: Any, app: Flask) -> Desk:
    return Desk(app)


@pytest.fixture
def people(desk: Desk) -> list[Delegate]:
    return [desk.person(f"Nông Văn {name}", phone="0912345678", ethnic="Tày") for name in ("Một", "Hai", "Ba")]


def values(people: list[Delegate], *columns: str) -> list[tuple[Any, ...]]:
    db.session.expire_all()
    return [tuple(getattr(person, column) for column in columns) for person in people]


def test_people_get_the_same_values_and_the_undo_gives_each_their_own_back(desk: Desk, people: list[Delegate]) -> None:
    one, two, three = people
    one.note, two.title, two.direct_labour, three.unit_text = "Ăn chay", "Bí thư", True, "Chỗ cũ"
    three.unit_id = desk.commune.id
    db.session.flush()
    columns = ("note", "title", "direct_labour", "capacity", "delegation_id", "unit_text", "unit_id", "economic_sector")
    before = values(people, *columns)
    wanted = {"note": "", "title": "Trưởng thôn", "direct_labour": None, "capacity": "household", "unit_text": "Huyện Hai"}
    desk.other_district.folded = "huyen hai"
    assert desk.edit(people, {**wanted, "economic_sector": "private"}, delegation_name="Đoàn Xã Một") == 3
    after = ("", "Trưởng thôn", None, "household", one.delegation_id, "Huyện Hai", desk.other_district.id, "private")
    assert (one.delegation and one.delegation.name, values(people, *columns)) == ("Xã Một", [after] * 3)
    assert (desk.undo(), values(people, *columns)) == ([], before)
    change = db.session.scalars(select(BulkChange)).one()
    assert (change.actor_name, change.undone_at) == ("organiser thử", LATER)
    assert change.label == "Đoàn, Chức vụ, Đơn vị, Tư cách, Lao động trực tiếp, Thành phần kinh tế, Ghi chú: 3 người"
    assert actions() == [*["delegates.edit"] * 3, "bulk.change", *["delegates.edit"] * 3, "bulk.undo"]


def test_only_who_changes_is_counted_and_kept_and_nothing_sensitive_is_kept(desk: Desk, people: list[Delegate]) -> None:
    people[0].field = "Nông nghiệp"
    db.session.flush()
    assert desk.edit(people, {"field": "Nông nghiệp"}) == 2
    change = db.session.scalars(select(BulkChange)).one()
    assert [row["delegate_id"] for row in change.rows] == [people[1].id, people[2].id]
    assert {column for row in change.rows for column in (*row["before"], *row["after"])} == {"field"}
    assert desk.edit(people, {"field": "Nông nghiệp"}) == 0
    assert db.session.scalar(select(func.count()).select_from(BulkChange)) == 1
    private = {column.name for column in Delegate.__table__.columns if column.info.get("privacy")}
    assert private & set(bulk.LABELS) == set()
    with pytest.raises(ValueError, match="phone"):
        desk.edit(people, {"phone": "0900000000"})


def test_what_somebody_changed_since_stays_and_is_told(desk: Desk, people: list[Delegate]) -> None:
    one, two, three = people
    desk.edit(people, {"title": "Trưởng thôn", "field": "Y tế"})
    two.title = "Chủ tịch"  # somebody else's work
    db.session.flush()
    [left] = desk.undo()
    assert (left.delegate, left.label, left.before, left.after, left.now) == (two, "Chức vụ", "", "Trưởng thôn", "Chủ tịch")
    assert values(people, "title", "field") == [("", ""), ("Chủ tịch", ""), ("", "")]
    change = bulk.find_last_change(desk.congress)
    assert change and [step.delegate for step in bulk.read_steps(desk.congress, change) if not step.back] == [two]
    undo = bulk.find_undo(change)
    assert undo and (undo.actor_name, undo.difference) == ("organiser thử", {"people": 3, "left": 1})


def test_an_undo_is_for_the_last_change_once_and_needs_something_left(desk: Desk, people: list[Delegate]) -> None:
    desk.edit(people, {"note": "một"})
    first = db.session.scalars(select(BulkChange.id)).one()
    desk.edit(people, {"note": "hai"})

    def refusal(change_id: int) -> str:
        with pytest.raises(Refused) as refused:
            bulk.undo_change(desk.congress.id, change_id, sealer=desk.sealer, **desk.by)
        return refused.value.code

    last = bulk.find_last_change(desk.congress)
    assert last and refusal(first) == refusal(last.id + 99) == "not_last"
    for person in people:
        person.note = "ba"
    db.session.flush()
    assert refusal(last.id) == "nothing_left"
    people[0].note = "hai"
    db.session.flush()
    desk.undo()
    assert ([note for (note,) in values(people, "note")], refusal(last.id)) == (["một", "ba", "ba"], "undone")


def test_states_go_back_and_a_badge_is_the_same_one(desk: Desk, people: list[Delegate]) -> None:
    one, two, three = people
    two.state = "reserve"
    db.session.flush()
    assert desk.move(people, "approved") == 3
    tokens = tokens_of(desk.congress, desk.sealer)
    desk.undo()
    assert [state for (state,) in values(people, "state")] == ["proposed", "reserve", "proposed"]
    desk.move(people, "approved")
    desk.move(people, "withdrawn")
    desk.undo()
    assert [state for (state,) in values(people, "state")] == ["approved"] * 3
    assert tokens_of(desk.congress, desk.sealer) == tokens
    assert db.session.scalar(select(func.count()).select_from(Badge)) == 3


def test_an_undo_that_the_rule_refuses_undoes_nothing(desk: Desk, people: list[Delegate]) -> None:
    desk.congress.planned_size = 3
    desk.move(people, "approved")
    desk.move(people[:2], "withdrawn")
    filler = desk.person("Lò Văn Thay")
    set_states(desk.congress.id, [filler.id], "approved", sealer=desk.sealer, **desk.by)
    with pytest.raises(Refused, match="Chưa hoàn tác gì. Chỉ duyệt được 1/2 người đã chọn"):
        desk.undo()
    db.session.rollback()


def test_components_go_through_the_rule_all_or_none_both_ways(desk: Desk, people: list[Delegate]) -> None:
    desk.congress.planned_size = 10
    desk.move(people, "approved")
    guests = [desk.person(f"Lý Thị {n}", "guest", "approved") for n in range(2)]
    db.session.commit()
    with pytest.raises(Refused, match="Chỉ đổi được 1/3 người đã chọn, nên chưa đổi ai. Đã đủ 3/3 khách mời"):
        desk.edit(people, group="guest")
    db.session.rollback()
    assert {person.component.code for person in people} == {"exemplar"}
    assert desk.edit([*people, *guests], group="exemplar") == 2
    desk.undo()
    assert {person.component.code for person in guests} == {"guest"}
    with pytest.raises(Refused, match="nêu lý do"):
        desk.edit(guests, group="staff")
    desk.edit(guests, group="staff", reason="Giúp việc")
    desk.undo()
    assert {person.component.code for person in guests} == {"guest"}


def test_people_who_change_places_are_judged_by_the_list_they_leave(desk: Desk) -> None:
    """Three of ten may be invited. The undo brings an exemplar back to the guests while another leaves them: full, and right."""
    desk.congress.planned_size = 10
    guest, exemplar = desk.person("Lý Thị Một", "guest", "approved"), desk.person("Nông Văn Một", "exemplar", "approved")
    for n in range(2):
        desk.person(f"Lý Thị {n}", "guest", "approved")
    desk.congress.tier.ratio_mode = "exact"
    for n in range(6):
        desk.person(f"Nông Văn {n}", "exemplar", "approved")
    assert count_approved(desk.congress.id) == Approved(7, 3)
    wanted = {guest.id: exemplar.component, exemplar.id: guest.component}
    change_components(desk.congress, wanted, **desk.by)
    assert (guest.component.code, exemplar.component.code) == ("exemplar", "guest")


@pytest.mark.parametrize("many", [3, 12])
def test_a_closed_list_is_amended_once_by_many_changes_and_once_by_their_undo(desk: Desk, many: int) -> None:
    desk.congress.planned_size, desk.congress.stage = 100, "list_closed"
    guests = [desk.person(f"Lý Thị {n}", "guest", "approved") for n in range(many)]
    db.session.commit()
    with pytest.raises(Refused, match="nêu lý do đổi thành phần"):
        desk.edit(guests, group="exemplar")
    db.session.rollback()
    assert [guest.state for guest in guests] == ["approved"] * many
    with counted() as statements:
        desk.edit(guests, group="exemplar", reason="Bổ sung điển hình")
    assert len([said for said in statements if said.startswith(("SELECT", "UPDATE"))]) == 14
    notes = select(StageEvent.reason).filter_by(congress_id=desk.congress.id, kind="amend").order_by(StageEvent.id)
    assert list(db.session.scalars(notes)) == ["Bổ sung điển hình"]
    assert count_approved(desk.congress.id) == Approved(many, 0)
    desk.congress.stage = "list_open"
    desk.congress.planned_size = 4 * many
    desk.undo(reason="Nhầm")
    assert list(db.session.scalars(notes)) == ["Bổ sung điển hình"]
    assert count_approved(desk.congress.id) == Approved(0, many)


def test_whoever_leaves_a_delegation_leads_it_no_more(desk: Desk, people: list[Delegate]) -> None:
    one, two, three = people
    desk.edit(people, {}, delegation_name="Xã Một")
    delegation = one.delegation
    assert delegation is not None

    def lead() -> None:
        delegation.head_id, delegation.deputy_id = one.id, two.id
        db.session.flush()

    def leaders() -> tuple[int | None, int | None]:
        db.session.expire_all()
        return delegation.head_id, delegation.deputy_id

    lead()
    desk.edit([three], {}, delegation_name="")
    assert leaders() == (one.id, two.id)
    desk.edit([one, three], {}, delegation_name="Xã Hai")
    assert leaders() == (None, two.id)
    edit_delegate(two, {"name": two.name}, component=two.component, **desk.by)
    assert leaders() == (None, None)
    lines = select(AuditEntry.difference).filter_by(action="delegations.edit").order_by(AuditEntry.id)
    assert list(db.session.scalars(lines)) == [{"head_id": [one.id, None]}, {"deputy_id": [two.id, None]}]
    desk.edit(people, {}, delegation_name="Xã Một")
    lead()
    desk.undo()
    assert leaders() == (None, None)


@pytest.mark.parametrize("merged", [True, False])
def test_nobody_is_put_back_into_a_delegation_that_is_gone(desk: Desk, people: list[Delegate], merged: bool) -> None:
    """SQLite gives the id of the last row again: a new delegation must not get the people of the old one."""
    others, old = desk.delegation("Xã Khác"), desk.delegation("Xã Cũ")
    for person in people:
        person.delegation = old
    db.session.flush()
    desk.edit(people, {"note": "x"}, delegation_name="Xã Khác")
    if merged:
        delegations.merge_delegation(old, others, **desk.by)
    else:
        delegations.remove_delegation(old, **desk.by)
    desk.delegation("Xã Mới")
    left = desk.undo()
    assert {(step.column, step.before, step.now) for step in left} == {("delegation_id", "(đã bỏ)", "Xã Khác")}
    assert values(people, "note", "delegation_id") == [("", others.id)] * 3


def test_who_was_replaced_or_merged_since_is_not_brought_back(desk: Desk, people: list[Delegate]) -> None:
    one, two, three = people
    desk.move(people, "withdrawn")
    db.session.add(
        Substitution(
            congress_id=desk.congress.id, old_id=one.id, new_id=desk.person("Lò Văn Thay").id, number=one.number, reason="Ốm",
            decided_by="Ban Tổ chức", actor_name="x", at=LATER,
        )
    )  # fmt: skip
    two.merged_into_id = three.id
    db.session.flush()
    left = desk.undo(now=LATER + timedelta(minutes=1))
    assert [step.delegate for step in left] == [one, two]
    assert [state for (state,) in values(people, "state")] == ["withdrawn", "withdrawn", "proposed"]


def test_another_congress_a_closed_door_and_a_secretary_are_refused(desk: Desk, people: list[Delegate]) -> None:
    stranger = desk.person("Lò Văn Lạ", congress=desk.other_congress)
    with pytest.raises(Refused, match=f"Không có đại biểu mã {stranger.id}"):
        desk.edit([*people, stranger], {"note": "x"})
    desk.move(people, "approved")
    secretary = actor_for("secretary", unit=desk.district)
    with pytest.raises(Refused, match="việc duyệt và rút người đã duyệt"):
        desk.edit(people, group="staff", actor=secretary)
    with pytest.raises(Refused, match="việc duyệt và rút người đã duyệt"):
        desk.undo(actor=secretary)
    desk.congress.stage = "reported"
    for refused in (lambda: desk.edit(people, {"note": "x"}), desk.undo):
        with pytest.raises(Refused) as refusal:
            refused()
        assert refusal.value.code == "stage"


def test_a_closed_list_asks_the_undo_for_a_reason(desk: Desk, people: list[Delegate]) -> None:
    desk.move(people, "approved")
    desk.congress.planned_size = 3
    desk.congress.stage = "list_closed"
    db.session.flush()
    desk.move(people[:1], "withdrawn")
    with pytest.raises(Refused, match="Chưa hoàn tác gì. Danh sách đã chốt: nêu lý do bổ sung."):
        desk.undo()
    desk.undo(reason="Rút nhầm")
    assert people[0].state == "approved"
    assert db.session.scalars(select(AuditEntry).filter_by(action="bulk.undo")).one()


def test_what_a_change_did_is_read_in_as_many_statements_for_three_as_for_one(desk: Desk, people: list[Delegate]) -> None:
    found = []
    for some in (people[:1], people):
        desk.edit(some, {"note": str(len(some))}, delegation_name=f"Đoàn {len(some)}")
        db.session.commit()
        change = bulk.find_last_change(desk.congress)
        assert change and change.rows and desk.congress.plan.components
        with counted() as statements:
            steps = bulk.read_steps(desk.congress, change)
        assert len({step.delegate.id for step in steps}) == len(some)
        found.append(len(statements))
    assert found[0] == found[1]
