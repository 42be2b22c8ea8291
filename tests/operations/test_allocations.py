"""Seats shared among units: the table, filling it, issuing it, and what an issue binds."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from congress.domain.access import COMMAND_LINE
from congress.domain.names import fold
from congress.domain.refusals import Refused
from congress.domain.wording import say
from congress.models import Allocation, AllocationIssue, AuditEntry, Component, Congress, Delegate, Delegation, Unit, db
from congress.operations import allocation_table as tables
from congress.operations.admission import change_component, set_states
from congress.operations.allocations import check_seats_kept, seats_of, used_seats, within_seats
from congress.operations.congresses import cancel, check_congress, close_list
from congress.operations.delegates import edit_delegate, get_delegation
from congress.operations.plans import remove_part
from congress.operations.upward_answers import answers_of, count_answers
from tests.operations.test_last_seats import race
from tests.world import NOW, World, actor_for, make_congress, make_delegate, make_unit

FIRST = tables.IssueValues(date(2025, 3, 1), "12/CV", date(2025, 3, 9), "")
SECOND = tables.IssueValues(date(2025, 3, 5), "15/CV", date(2025, 3, 9), "Thêm cho Xã Một")


class Shared(World):
    """The first district of 30 delegates shares seats between two communes and a central agency."""

    def __init__(self, app: Flask) -> None:
        super().__init__()
        self.app = app
        self.second = make_unit("X2", "Xã Hai", "commune", self.district)
        self.agency = make_unit("TW", "Kho bạc Nhà nước", "central_agency", self.district)
        self.commune.headcount, self.second.headcount = 30, 10
        self.units = [self.commune, self.second, self.agency]
        self.congress.planned_size = 30
        self.groups = {component.code: component for component in self.plan.components}
        self.exemplar, self.guest = self.groups["exemplar"], self.groups["guest"]
        self.owner = actor_for("organiser", unit=self.district)
        db.session.commit()

    def choose(self, units: list[Unit] | None = None, groups: str = "guest exemplar") -> tables.Table:
        components = [self.groups[code] for code in groups.split()]
        return tables.choose_table(self.congress.id, units or self.units, components, actor=self.owner, now=NOW)

    def seats(self, *cells: tuple[Unit, Component, int]) -> int:
        found = {(unit.id, component.id): n for unit, component, n in cells}
        return tables.set_seats(self.congress.id, found, actor=self.owner, now=NOW)

    def issue(self, values: tables.IssueValues = FIRST) -> AllocationIssue:
        return tables.issue_table(self.congress.id, values, actor=self.owner, now=NOW)

    def issued(self, exemplars: int = 2, guests: int = 1) -> AllocationIssue:
        """A first issue with seats for the first commune only; the second stands in it with none."""
        self.choose()
        self.seats((self.commune, self.exemplar, exemplars), (self.commune, self.guest, guests))
        return self.issue()

    def delegation(self, unit: Unit | None, name: str) -> Delegation:
        found = Delegation(congress_id=self.congress.id, name=name, folded=fold(name), position=1, unit_id=unit and unit.id)
        db.session.add(found)
        db.session.flush()
        return found

    def people(self, delegation: Delegation | None, n: int, group: str = "exemplar", state: str = "proposed") -> list[Delegate]:
        names = [f"{group} {state} {place}" for place in range(n)]
        return [make_delegate(self.congress, name, group, state, delegation=delegation) for name in names]

    def approve(self, people: list[Delegate], **more: Any) -> int:
        values = {"actor": self.owner, "sealer": self.app.extensions["sealer"], "now": NOW, **more}
        return set_states(self.congress.id, [p.id for p in people], "approved", **values)


@pytest.fixture
def world(session: Any, app: Flask) -> Shared:
    return Shared(app)


def refusal(act: Callable[[], Any]) -> Refused:
    with pytest.raises(Refused) as refused:
        act()
    return refused.value


# ---- the table ---------------------------------------------------------------------------------------------------------


def test_who_usually_sends(world: Shared) -> None:
    names = lambda congress: [unit.name for unit in tables.usual_units(congress, date(2025, 3, 1))]  # noqa: E731
    assert names(world.congress) == ["Xã Hai", "Xã Một", "Kho bạc Nhà nước"]
    provincial = make_congress(world.plan, world.province)
    assert names(provincial) == ["Huyện Hai", "Huyện Một", "Sở Một", "Kho bạc Nhà nước"]
    assert names(world.lower_congress) == []
    world.second.valid_to = date(2025, 2, 28)
    world.agency.valid_from = date(2025, 3, 2)
    assert names(world.congress) == ["Xã Một"]


def test_the_table_keeps_the_seats_of_what_stays(world: Shared) -> None:
    table = world.choose()
    assert ([u.name for u in table.units], [c.code for c in table.components]) == (
        ["Xã Hai", "Xã Một", "Kho bạc Nhà nước"],
        ["guest", "exemplar"],
    )
    assert (
        world.seats((world.commune, world.exemplar, 3), (world.second, world.exemplar, 2), (world.commune, world.guest, 1)) == 3
    )
    table = world.choose([world.commune, world.agency], "exemplar leader")
    leader = world.groups["leader"]
    assert table.seats == {
        (world.commune.id, leader.id): 0, (world.commune.id, world.exemplar.id): 3,
        (world.agency.id, leader.id): 0, (world.agency.id, world.exemplar.id): 0,
    }  # fmt: skip
    assert (table.total, table.of_unit(world.commune.id), table.of_component(world.exemplar.id)) == (3, 3, 3)
    assert table.by_side == {"honoured": 3, "invited": 0}


def test_a_table_that_cannot_be(world: Shared) -> None:
    choose = lambda units, components: tables.choose_table(  # noqa: E731
        world.congress.id, units, components, actor=world.owner, now=NOW
    )
    assert refusal(lambda: choose([], [world.exemplar])).field == "units"
    assert refusal(lambda: choose(world.units, [])).field == "components"
    assert refusal(lambda: choose(world.units, [world.groups["staff"]])).code == "no_component"
    assert db.session.scalars(select(Allocation)).all() == []


def test_cells_outside_the_table_or_out_of_bounds_change_nothing(world: Shared) -> None:
    world.choose([world.commune])
    assert refusal(lambda: world.seats((world.commune, world.guest, 1), (world.second, world.guest, 1))).code == "stale"
    for n in (-1, 10_001):
        assert refusal(lambda n=n: world.seats((world.commune, world.guest, n))).code == "seats"
    assert tables.table_of(world.congress).total == 0


def test_what_was_typed_is_written_down_cell_by_cell(world: Shared) -> None:
    world.choose()
    assert world.seats((world.commune, world.guest, 4), (world.second, world.guest, 0)) == 1
    entry = db.session.scalars(select(AuditEntry).filter_by(action="allocations.edit")).one()
    assert (entry.congress_id, entry.difference) == (world.congress.id, {"Xã Một · Khách mời": [0, 4]})


def test_once_held_the_table_rests(world: Shared) -> None:
    world.choose()
    world.congress.stage = "held"
    for act in (world.choose, lambda: world.seats((world.commune, world.guest, 1)), world.issue):
        assert refusal(act).message == "Hội nghị đã tổ chức hoặc đã hủy, không đổi phân bổ được nữa."


def test_a_delegation_named_like_a_unit_of_the_table_is_that_unit_s(world: Shared) -> None:
    for unit in (world.commune, world.second, world.agency):
        unit.folded = fold(unit.name)
    there, other = world.delegation(None, "xã Một"), world.delegation(None, "Khối cơ quan")
    set_by_hand = world.delegation(world.other_district, "xã Hai")
    world.choose()
    linked = {d.name: d.unit_id for d in (there, other, set_by_hand)}
    assert linked == {"xã Một": world.commune.id, "Khối cơ quan": None, "xã Hai": world.other_district.id}
    assert get_delegation(world.congress.id, "Đoàn Kho bạc nhà nước").unit_id == world.agency.id
    world.second.name, world.second.folded = world.commune.name, world.commune.folded
    there.name, there.folded = "cũ", "cu"
    assert get_delegation(world.congress.id, "xã Một").unit_id is None  # two units have the name
    assert get_delegation(world.other_congress.id, "xã Một").unit_id is None


# ---- filling it --------------------------------------------------------------------------------------------------------


def share(world: Shared, total: int, by: str, minimum: int = 0, **weights: int) -> list[int]:
    ids = {unit.code: unit.id for unit in world.units}
    how = tables.Sharing(total, by, minimum, {ids[code]: n for code, n in weights.items()})
    found = tables.share_component(world.congress.id, world.exemplar, how, actor=world.owner, now=NOW)
    assert found == {unit.id: tables.table_of(world.congress).seats[unit.id, world.exemplar.id] for unit in world.units}
    return [found[unit.id] for unit in world.units]


def test_a_column_is_filled_in_each_way(world: Shared) -> None:
    world.choose()
    assert share(world, 8, "equal") == [3, 3, 2]
    world.agency.headcount = 0
    assert share(world, 8, "headcount") == [6, 2, 0]
    assert share(world, 8, "headcount", 1) == [5, 2, 1]
    assert share(world, 10, "typed", X1=1, X2=8, TW=1) == [1, 8, 1]
    second = make_congress(world.plan, world.second)
    for congress, n in ((world.lower_congress, 4), (second, 12)):
        for place in range(n):
            make_delegate(congress, f"Gương {place}", "exemplar", "approved")
        make_delegate(congress, "Khách", "guest", "approved")
        make_delegate(congress, "Chờ", "exemplar")
    assert share(world, 8, "exemplars") == [2, 6, 0]
    assert tables.table_of(world.congress).of_component(world.guest.id) == 0


def test_a_unit_without_its_number_is_named(world: Shared) -> None:
    world.choose()
    refused = refusal(lambda: share(world, 8, "headcount"))
    assert (refused.field, refused.message) == (
        "by",
        "Chưa có số để chia theo của: Kho bạc Nhà nước. Nhập số ấy, hoặc chọn cách chia khác.",
    )
    assert refusal(lambda: share(world, 2, "equal", 1)).field == "minimum"
    assert refusal(lambda: share(world, 8, "by guess")).field == "by"
    assert refusal(lambda: share(world, 10_001, "equal")).field == "total"
    how = tables.Sharing(1, "equal", 0, {})
    leader = world.groups["leader"]
    refused = refusal(lambda: tables.share_component(world.congress.id, leader, how, actor=world.owner, now=NOW))
    assert (refused.code, tables.table_of(world.congress).total) == ("no_component", 0)


# ---- issuing it --------------------------------------------------------------------------------------------------------


def test_nothing_binds_before_it_is_issued_and_the_last_issue_binds_after(world: Shared) -> None:
    assert seats_of(world.congress) == {}
    world.choose()
    world.seats((world.commune, world.exemplar, 2))
    assert seats_of(world.congress) == {}
    first = world.issue()
    assert (first.number, first.reference, first.actor_name, first.at) == (1, "12/CV", "organiser thử", NOW)
    bound = {(unit.id, component.id): 0 for unit in world.units for component in (world.guest, world.exemplar)}
    assert seats_of(world.congress) == bound | {(world.commune.id, world.exemplar.id): 2}
    world.seats((world.commune, world.exemplar, 5))
    world.commune.name = "Xã Mới"
    assert seats_of(world.congress)[world.commune.id, world.exemplar.id] == 2
    assert world.issue(SECOND).number == 2
    assert seats_of(world.congress)[world.commune.id, world.exemplar.id] == 5
    assert {row.unit_name for row in tables.issued_rows(first)} == {"Xã Một", "Xã Hai", "Kho bạc Nhà nước"}
    assert [i.number for i in tables.issues_of(world.congress)] == [2, 1]


def test_what_cannot_be_issued(world: Shared) -> None:
    world.choose()
    assert refusal(world.issue).code == "no_seats"
    world.seats((world.commune, world.exemplar, 31))
    assert refusal(world.issue).message == "Đã chia 31 chỗ, quá quy mô 30. Bớt 1 chỗ, hoặc tăng quy mô."
    world.seats((world.commune, world.exemplar, 20), (world.commune, world.guest, 10))
    assert refusal(world.issue).code == "seats_invited"
    world.seats((world.commune, world.exemplar, 21), (world.commune, world.guest, 9))
    early = replace(FIRST, answer_by=date(2025, 2, 28))
    assert refusal(lambda: world.issue(early)).field == "answer_by"
    assert world.issue().number == 1


def test_a_revision_says_what_it_changes(world: Shared) -> None:
    world.issued()
    assert refusal(lambda: world.issue(SECOND)).code == "unchanged"
    world.seats((world.commune, world.exemplar, 3))
    assert refusal(lambda: world.issue(replace(SECOND, note="  "))).field == "note"
    assert refusal(lambda: world.issue(replace(SECOND, dated_on=date(2025, 2, 28)))).field == "dated_on"
    assert world.issue(SECOND).number == 2
    longer = replace(SECOND, answer_by=date(2025, 4, 1))
    assert world.issue(longer).number == 3


def test_a_revision_below_what_a_unit_has_is_named_and_still_possible(world: Shared) -> None:
    world.issued(exemplars=3)
    delegation = world.delegation(world.commune, "xã Một")
    world.people(delegation, 2, state="approved")
    world.people(delegation, 1)
    world.seats((world.commune, world.exemplar, 1))
    below = tables.BelowUsed("Xã Một", "Điển hình tiên tiến", 1, 2, 1)
    assert tables.find_below_used(world.congress, tables.table_of(world.congress)) == [below]
    assert world.issue(SECOND).number == 2
    assert used_seats(world.congress)[world.commune.id, world.exemplar.id].approved == 2


# ---- what it binds -----------------------------------------------------------------------------------------------------


def test_a_unit_fills_its_seats_and_no_more(world: Shared) -> None:
    world.issued()
    people = world.people(world.delegation(world.commune, "xã Một"), 3)
    assert world.approve(people[:1]) == 1
    refused = refusal(lambda: world.approve(people[1:]))
    assert refused.message == (
        "Chỉ duyệt được 1/2 người đã chọn, nên chưa duyệt ai. "
        "Xã Một được 2 chỗ “Điển hình tiên tiến”; đã duyệt 2. Rút 1 người, hoặc sửa phân bổ."
    )
    assert world.approve(people[1:2]) == 1
    assert refusal(lambda: world.approve(people[2:])).code == "seats_full"
    above = {"actor": actor_for("plan_owner", unit=world.province), "reason": "Ý kiến lãnh đạo", "override": True}
    assert refusal(lambda: world.approve(people[2:], **above)).code == "seats_full"  # nobody passes over it
    world.seats((world.commune, world.exemplar, 3))
    world.issue(SECOND)
    assert world.approve(people[2:]) == 1


def test_whom_no_seats_are_stated_for_is_not_held_back(world: Shared) -> None:
    world.issued()
    here = world.delegation(world.commune, "xã Một")
    outside, without_unit = world.delegation(world.other_district, "huyện Hai"), world.delegation(None, "khác")
    for delegation in (outside, without_unit, None):
        assert world.approve(world.people(delegation, 3)) == 3
    assert world.approve(world.people(here, 3, "staff")) == 3  # outside both sides
    assert world.approve(world.people(here, 1, "leader")) == 1  # not a column of the table
    none = world.people(world.delegation(world.second, "xã Hai"), 1)
    assert refusal(lambda: world.approve(none)).code == "no_seats"


def test_a_reserve_or_a_withdrawn_person_takes_no_seat(world: Shared) -> None:
    world.issued()
    here = world.delegation(world.commune, "xã Một")
    for state in ("reserve", "withdrawn"):
        world.people(here, 2, state=state)
    assert world.approve(world.people(here, 2)) == 2


def test_an_approved_person_cannot_slip_into_a_full_unit_or_component(world: Shared) -> None:
    world.issued(exemplars=1, guests=1)
    here, elsewhere = world.delegation(world.commune, "xã một"), world.delegation(None, "khác")
    world.congress.planned_size = 10
    mine, guest = world.people(here, 1, state="approved")[0], world.people(here, 1, "guest", "approved")[0]
    other = world.people(elsewhere, 1, state="approved")[0]
    values = {"name": other.name}
    db.session.commit()
    edit = lambda: edit_delegate(  # noqa: E731
        other, values, component=other.component, delegation_name="xã một", actor=world.owner, now=NOW
    )
    assert refusal(edit).message == (
        "Xã Một được 1 chỗ “Điển hình tiên tiến”; như vậy sẽ có 2 người đã duyệt. Rút bớt, hoặc sửa phân bổ."
    )
    db.session.rollback()
    assert refusal(lambda: change_component(mine, world.guest, actor=world.owner, now=NOW)).code == "seats_passed"
    assert guest.component.code == "guest"


def test_what_was_above_before_may_be_mended_but_not_made_worse(world: Shared) -> None:
    world.issued(exemplars=1)
    here, there = world.delegation(world.commune, "xã Một"), world.delegation(None, "khác")
    first, second = world.people(here, 2, state="approved")
    with within_seats(world.congress):
        first.note = "vẫn ở đoàn cũ"
    with within_seats(world.congress):
        second.delegation = there
    with pytest.raises(Refused), within_seats(world.congress):
        second.delegation = here


def test_a_list_is_not_closed_while_a_unit_has_more_than_its_seats(world: Shared) -> None:
    """Seats that a revision took after they had been filled."""
    world.issued(exemplars=3)
    world.people(world.delegation(world.commune, "xã Một"), 3, state="approved")
    assert check_seats_kept(world.congress) == []
    world.seats((world.commune, world.exemplar, 1))
    world.issue(SECOND)
    sentence = "Xã Một được 1 chỗ “Điển hình tiên tiến”; đã duyệt 3. Rút 2 người, hoặc sửa phân bổ."
    assert [say(violation) for violation in check_congress(world.congress)] == [sentence]
    close = lambda: close_list(world.congress.id, actor=COMMAND_LINE, now=NOW, override_reason="Gấp")  # noqa: E731
    assert refusal(close).message == sentence
    world.seats((world.commune, world.exemplar, 3))
    world.issue(replace(SECOND, note="Như cũ"))
    assert close().stage == "list_closed"


def test_sixteen_of_a_unit_want_its_last_two_seats(world: Shared, app: Flask) -> None:
    world.congress.planned_size = 100
    world.issued(exemplars=4)
    here = world.delegation(world.commune, "xã Một")
    world.people(here, 2, state="approved")
    rivals = world.people(here, 16)
    answers = race(app, world.congress, *(("state", person.id, "approved") for person in rivals))
    assert sorted(answers, key=str) == [1] * 2 + ["seats_full"] * 14
    assert used_seats(world.congress)[world.commune.id, world.exemplar.id].approved == 4


def test_a_revision_and_an_approval_at_once_go_one_after_the_other(world: Shared, app: Flask) -> None:
    world.issued(exemplars=1)
    person = world.people(world.delegation(world.commune, "xã Một"), 1)[0]
    revise = ("revise", world.commune.id, world.exemplar.id, 0)
    answers = race(app, world.congress, ("state", person.id, "approved"), revise)
    assert answers in ([1, 1], ["no_seats", 1])


# ---- who has answered --------------------------------------------------------------------------------------------------


def test_units_that_have_not_answered_are_late_after_the_day(world: Shared) -> None:
    issue = world.issued()
    states = lambda today: [a.state for a in answers_of(world.congress, issue, today=today)]  # noqa: E731
    assert states(date(2025, 3, 9)) == ["none"] * 3
    assert states(date(2025, 3, 10)) == ["late"] * 3


def test_a_list_that_a_contact_sent_is_an_answer_and_people_outside_the_table_are_shown(world: Shared) -> None:
    issue = world.issued()
    world.delegation(world.agency, "Kho bạc").sent_at = NOW
    world.delegation(world.second, "xã Hai").returned_at = NOW
    world.people(world.delegation(world.other_district, "huyện Hai"), 2, state="approved")
    answers = answers_of(world.congress, issue, today=date(2025, 3, 1))
    assert [(a.unit_name, a.seats, a.state, a.at, a.approved) for a in answers] == [
        ("Xã Hai", 0, "returned", NOW, 0),
        ("Xã Một", 3, "none", None, 0),
        ("Kho bạc Nhà nước", 0, "sent", NOW, 0),
        ("Huyện Hai", None, "entered", None, 2),
    ]
    assert count_answers(answers) == {"returned": 1, "none": 1, "sent": 1}


# ---- round about -------------------------------------------------------------------------------------------------------


def test_a_component_of_a_table_stays_in_the_plan(world: Shared) -> None:
    world.choose(groups="leader exemplar")
    leader = world.groups["leader"]
    refused = refusal(lambda: remove_part(world.plan, "components", leader.code, actor=COMMAND_LINE, now=NOW))
    assert refused.message == (
        "Thành phần “Lãnh đạo các cấp, các ngành” có trong một bảng phân bổ hoặc danh sách gửi lên, không bỏ được. Bỏ ở đó trước."
    )


def test_a_cancelled_congress_shares_nothing(world: Shared) -> None:
    cancel(world.congress.id, "Ghép", actor=world.owner, now=NOW)
    assert refusal(world.choose).code == "stage"
    assert db.session.get_one(Congress, world.congress.id).stage == "cancelled"
