"""The list a unit sends up: composed, voted, sent within its seats; taken in above without doubling anybody, or handed back."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from congress.domain.refusals import Refused
from congress.domain.upward import Vote
from congress.models import AuditEntry, Congress, Delegate, Delegation, Exemplar, Photo, UpwardList, UpwardPerson, db
from congress.operations import allocation_table as tables
from congress.operations import upward as operations
from congress.operations import upward_arrivals as arrivals
from congress.operations.delegates import get_delegation
from congress.operations.upward_answers import answers_of
from tests.operations.test_last_seats import race
from tests.world import NOW, World, actor_for, make_congress, make_delegate, make_unit

LATER = NOW + timedelta(hours=1)
FOR = Vote(100, 70, 20, 10)


class Upward(World):
    """The commune's congress sends three exemplars and one guest to the district's."""

    def __init__(self) -> None:
        super().__init__()
        self.lower = self.lower_congress
        self.unit, self.boss = actor_for("organiser", unit=self.commune), actor_for("organiser", unit=self.district)
        self.groups = {component.code: component for component in self.plan.components}
        self.congress.planned_size = 100
        self.allocate(exemplar=3, guest=1)
        self.people = [make_delegate(self.lower, f"Người {n}", born=f"1970-01-0{n + 1}") for n in range(5)]
        db.session.commit()

    def allocate(self, note: str = "", **seats: int) -> None:
        """Issue seats for the commune."""
        components = [self.groups[code] for code in ("leader", "guest", "exemplar")]
        tables.choose_table(self.congress.id, [self.commune], components, actor=self.boss, now=NOW)
        cells = {(self.commune.id, self.groups[code].id): n for code, n in seats.items()}
        tables.set_seats(self.congress.id, cells, actor=self.boss, now=NOW)
        values = tables.IssueValues(date(2025, 3, 1), "", None, note)
        tables.issue_table(self.congress.id, values, actor=self.boss, now=NOW)

    def add(self, people: list[Delegate], *, reserve: bool = False, group: str = "") -> int:
        component, ids = self.groups.get(group), [person.id for person in people]
        return operations.add_people(self.lower.id, ids, component=component, reserve=reserve, actor=self.unit, now=NOW)

    def change(self, delegate: Delegate, do: str) -> None:
        person = next(person for person in self.current().people if person.delegate_id == delegate.id)
        operations.change_person(self.lower.id, person.id, do, actor=self.unit, now=NOW)

    def vote(self, vote: Vote = FOR) -> None:
        operations.set_vote(self.lower.id, vote, date(2025, 3, 20), actor=self.unit, now=NOW)

    def send(self) -> UpwardList:
        return operations.send_list(self.lower.id, actor=self.unit, now=LATER)

    def sent(self, seats: int = 2, reserve: int = 2) -> UpwardList:
        self.add(self.people[:seats])
        self.add(self.people[seats : seats + reserve], reserve=True)
        self.vote()
        return self.send()

    def accept(self, upward: UpwardList) -> arrivals.Taken:
        return arrivals.accept_list(self.congress.id, upward.id, actor=self.boss, now=LATER)

    def hand_back(self, upward: UpwardList, comment: str = "Thiếu nữ") -> UpwardList:
        return arrivals.return_list(self.congress.id, upward.id, comment, actor=self.boss, now=LATER)

    def current(self) -> UpwardList:
        found = operations.find_list(self.lower, self.congress)
        assert found is not None
        return found

    def names(self) -> tuple[list[str], list[str]]:
        upward = self.current()
        return (
            [p.delegate.name for p in operations.in_seats(upward)],
            [p.delegate.name for p in operations.in_reserve(upward)],
        )

    def above(self) -> list[tuple[str, str, int | None]]:
        """Name, state and rank of everybody at the district's congress."""
        found = db.session.scalars(select(Delegate).filter_by(congress_id=self.congress.id).order_by(Delegate.number))
        return [(d.name, d.state, d.rank) for d in found]


@pytest.fixture
def world(session: Any) -> Upward:
    return Upward()


def refusal(act: Callable[[], Any]) -> Refused:
    with pytest.raises(Refused) as refused:
        act()
    return refused.value


# ---- to whom -----------------------------------------------------------------------------------------------------------


def test_the_upper_congress_is_the_nearest_above_on_the_upper_tier(world: Upward) -> None:
    provincial = make_congress(world.plan, world.province)
    assert operations.find_upper(world.lower) == world.congress
    assert operations.find_upper(world.congress) == provincial
    assert operations.find_upper(provincial) is None
    world.congress.stage = "cancelled"
    assert operations.find_upper(world.lower) is None


def test_why_nobody_is_sent(world: Upward) -> None:
    why = operations.why_not_invited
    assert why(world.congress) == "Đơn vị cấp trên chưa lập đại hội theo kế hoạch này."
    provincial = make_congress(world.plan, world.province)
    assert why(provincial).startswith("Đại hội cấp trên là cấp toàn quốc")
    assert why(world.congress).startswith("Tỉnh Thử chưa ban hành phân bổ đại biểu.")
    other = make_congress(world.plan, make_unit("X2", "Xã Hai", "commune", world.district))
    assert why(other).startswith("Phân bổ của Huyện Một không có tên đơn vị này.")
    assert operations.find_invitation(other) is None


def test_a_unit_sees_its_own_row_only(world: Upward) -> None:
    second = make_unit("X2", "Xã Hai", "commune", world.district)
    both, guest = [world.commune, second], world.groups["guest"]
    tables.choose_table(world.congress.id, both, [guest], actor=world.boss, now=NOW)
    tables.set_seats(world.congress.id, {(second.id, guest.id): 9}, actor=world.boss, now=NOW)
    values = tables.IssueValues(date(2025, 3, 2), "", None, "Thêm")
    tables.issue_table(world.congress.id, values, actor=world.boss, now=NOW)
    invitation = operations.find_invitation(world.lower)
    assert invitation is not None
    assert invitation.seats == {guest.id: 1}


# ---- composed ----------------------------------------------------------------------------------------------------------


def test_people_are_put_on_moved_and_taken_off(world: Upward) -> None:
    a, b, c, d, _ = world.people
    assert (world.add([a, b, c]), world.add([a, d], reserve=True)) == (3, 1)  # somebody there is not put on twice
    assert world.names() == (["Người 0", "Người 1", "Người 2"], ["Người 3"])
    world.change(c, "up")
    world.change(a, "up")
    world.change(d, "down")
    assert world.names() == (["Người 0", "Người 2", "Người 1"], ["Người 3"])
    world.change(a, "reserve")
    assert world.names() == (["Người 2", "Người 1"], ["Người 3", "Người 0"])
    world.change(d, "seat")
    world.change(b, "remove")
    assert world.names() == (["Người 2", "Người 3"], ["Người 0"])
    assert {person.id for person in operations.candidates_of(world.lower, world.current())} == {b.id, world.people[4].id}


def test_a_component_above_may_be_another_than_at_home(world: Upward) -> None:
    world.add(world.people[:1], group="guest")
    [person] = world.current().people
    assert (person.component.code, person.delegate.component.code) == ("guest", "exemplar")


def test_only_people_of_this_congress_who_have_not_withdrawn(world: Upward) -> None:
    world.people[0].state = "withdrawn"
    stranger = make_delegate(world.other_congress, "Người lạ")
    for person in (world.people[0], stranger):
        assert refusal(lambda person=person: world.add([person])).code == "no_delegate"
    person_id = 999
    act = lambda: operations.change_person(world.lower.id, person_id, "up", actor=world.unit, now=NOW)  # noqa: E731
    assert refusal(act).code == "no_person"


def test_a_changed_list_wants_a_new_vote_and_another_order_does_not(world: Upward) -> None:
    world.add(world.people[:2])
    world.vote()
    world.change(world.people[1], "up")
    assert operations.vote_of(world.current()) == FOR
    for act in (
        lambda: world.add(world.people[2:3]),
        lambda: world.change(world.people[0], "reserve"),
        lambda: world.change(world.people[0], "remove"),
    ):
        world.vote()
        act()
        assert (operations.vote_of(world.current()), world.current().voted_on) == (None, None)


# ---- sent --------------------------------------------------------------------------------------------------------------


def test_a_list_in_order_is_sent_and_rests(world: Upward) -> None:
    upward = world.sent()
    assert (upward.state, upward.sent_at) == ("sent", LATER)
    for act in (
        lambda: world.add(world.people[4:]),
        lambda: world.change(world.people[0], "remove"),
        world.vote,
        world.send,
    ):
        assert refusal(act).message == "Danh sách đã gửi, chỉ sửa được khi cấp trên trả lại."
    actions = db.session.scalars(select(AuditEntry.action).where(AuditEntry.subject == "upward_list").order_by(AuditEntry.id))
    assert list(actions) == ["upward.add", "upward.add", "upward.vote", "upward.send"]


def test_everything_against_sending_is_said_at_once(world: Upward) -> None:
    world.add(world.people[:4])
    assert refusal(world.send).message == (
        "Phân bổ 3 chỗ “Điển hình tiên tiến”, danh sách có 4. Bớt 1 người, hoặc chuyển sang dự khuyết. "
        "Chưa ghi kết quả biểu quyết. Ghi số có mặt, tán thành, không tán thành, ý kiến khác."
    )
    world.change(world.people[0], "reserve")
    world.vote(Vote(100, 50, 50, 0))
    assert refusal(world.send).code == "vote_failed"
    world.vote()
    world.people[1].state = "withdrawn"
    assert refusal(world.send).message == "Người 1 đã rút khỏi hội nghị của đơn vị. Bỏ khỏi danh sách gửi lên."
    world.people[1].state = "proposed"
    world.plan.register_required = True
    assert refusal(world.send).code == "upward_unregistered"
    world.plan.register_required = False
    assert world.send().state == "sent"


def test_a_guest_does_not_go_as_an_exemplar(world: Upward) -> None:
    guest = make_delegate(world.lower, "Khách", "guest")
    world.add([guest], group="exemplar")
    world.vote()
    assert refusal(world.send).code == "upward_not_model"


def test_nothing_is_sent_to_a_congress_that_is_over(world: Upward) -> None:
    world.add(world.people[:1])
    world.vote()
    world.congress.stage = "held"
    assert refusal(world.send).code == "too_late"
    world.lower.stage = "cancelled"
    assert refusal(world.vote).code == "stage"


# ---- taken in ----------------------------------------------------------------------------------------------------------


def test_a_list_brings_its_people_with_their_data(world: Upward) -> None:
    exemplar = Exemplar(
        unit_id=world.commune.id, kind="individual", name="Người 0", folded="nguoi 0", sort_key="nguoi 0", created_at=NOW
    )
    db.session.add(exemplar)
    db.session.flush()
    first = world.people[0]
    first.ethnic, first.id_number, first.exemplar_id, first.seat, first.note = "Tày", "006099001122", exemplar.id, "A1", "riêng"
    db.session.add(Photo(delegate_id=first.id, jpeg=b"anh", digest="d", at=NOW))
    upward = world.sent()
    assert world.accept(upward) == arrivals.Taken(added=4, linked=0)
    assert world.above() == [
        ("Người 0", "proposed", None), ("Người 1", "proposed", None), ("Người 2", "reserve", 3), ("Người 3", "reserve", 4),
    ]  # fmt: skip
    copy = db.session.scalars(select(Delegate).filter_by(congress_id=world.congress.id, name="Người 0")).one()
    same = ("ethnic", "id_number", "exemplar_id", "born", "component_id", "folded", "sort_key")
    assert [getattr(copy, key) for key in same] == [getattr(first, key) for key in same]
    assert (copy.seat, copy.note, copy.number, copy.badges) == ("", "", 101, [])
    assert db.session.get_one(Photo, copy.id).jpeg == b"anh"
    delegation = db.session.get_one(Delegation, copy.delegation_id)
    assert (delegation.name, delegation.unit_id, delegation.head_id) == ("Xã Một", world.commune.id, copy.id)
    assert {p.delegate.name: p.upper_delegate_id for p in upward.people}["Người 0"] == copy.id
    assert (upward.state, upward.answered_at) == ("accepted", LATER)
    entries = db.session.scalars(select(AuditEntry).filter_by(action="upward.accepted")).all()
    assert {entry.congress_id for entry in entries} == {world.congress.id, world.lower.id}


@pytest.mark.parametrize(
    ("there", "linked"),
    [
        ({"name": "Tên khác", "id_number": "1"}, True),
        ({"name": "Người 0", "born": "1970-01-01"}, True),
        ({"name": "Người 0", "born": "1970-01-01", "id_number": "2"}, False),
        ({"name": "Người 0", "born": "1970"}, False),
        ({"name": "Người 0", "born": "1970-01-01", "state": "withdrawn"}, False),
    ],
)
def test_whoever_is_there_is_linked_and_not_added(world: Upward, there: dict[str, Any], linked: bool) -> None:
    world.people[0].id_number = "1"
    known = make_delegate(world.congress, **there)
    upward = world.sent(1, 0)
    db.session.commit()
    assert world.accept(upward) == arrivals.Taken(added=not linked, linked=linked)
    [person] = upward.people
    assert (person.upper_delegate_id == known.id) is linked
    assert known.delegation_id == (db.session.scalars(select(Delegation.id)).one() if linked else None)


def test_namesakes_of_one_year_are_one_person_only_inside_the_delegation(world: Upward) -> None:
    own = Delegation(congress_id=world.congress.id, name="xã Một", folded="xa mot", position=1, unit_id=world.commune.id)
    db.session.add(own)
    for person, born in ((world.people[0], "1970"), (world.people[1], None)):
        person.born = born
    here = make_delegate(world.congress, "Người 0", born="1970", delegation=own)
    make_delegate(world.congress, "Người 1", born=None)
    upward = world.sent(2, 0)
    assert world.accept(upward) == arrivals.Taken(added=1, linked=1)
    assert upward.people[0].upper_delegate_id == here.id


def test_two_units_of_one_name_have_a_delegation_each(world: Upward) -> None:
    db.session.add(
        Delegation(congress_id=world.congress.id, name="Xã Một", folded="xa mot", position=1, unit_id=world.other_district.id)
    )
    world.accept(world.sent(1, 0))
    found = db.session.scalars(select(Delegation).filter_by(unit_id=world.commune.id)).one()
    assert (found.name, found.position) == ("Xã Một, Huyện Một", 2)


def test_a_list_above_the_seats_of_a_revision_is_not_taken_in(world: Upward) -> None:
    upward = world.sent(3, 0)
    world.allocate(note="Bớt", exemplar=2, guest=1)
    assert refusal(lambda: world.accept(upward)).message == (
        "Phân bổ 2 chỗ “Điển hình tiên tiến”, danh sách có 3. Bớt 1 người, hoặc chuyển sang dự khuyết. Trả lại để đơn vị sửa."
    )
    assert world.above() == []


def test_a_list_is_taken_in_once_and_only_at_its_own_congress(world: Upward, app: Flask) -> None:
    upward = world.sent(2, 1)
    act = lambda: arrivals.accept_list(world.other_congress.id, upward.id, actor=world.boss, now=NOW)  # noqa: E731
    assert refusal(act).code == "no_list"
    assert arrivals.find_arrived(world.other_congress, upward.id) is None
    answers = race(app, world.congress, ("accept", upward.id), ("accept", upward.id), ("accept", upward.id))
    assert sorted(answers, key=str) == [3, "no_list", "no_list"]
    assert len(world.above()) == 3


def test_taking_in_and_handing_back_at_once_is_one_of_them(world: Upward, app: Flask) -> None:
    upward = world.sent(2, 0)
    answers = race(app, world.congress, ("accept", upward.id), ("return", upward.id))
    assert answers in ([2, 1], ["no_list", 1])  # what was taken in may still be handed back
    assert (world.current().state, len(world.above())) == ("returned", 2 if answers[0] == 2 else 0)


# ---- handed back -------------------------------------------------------------------------------------------------------


def test_a_returned_list_is_changed_and_sent_again_and_brings_nobody_twice(world: Upward) -> None:
    upward = world.sent(2, 1)
    world.accept(upward)
    assert refusal(lambda: world.hand_back(upward, "  ")).field == "comment"
    world.hand_back(upward)
    assert (upward.state, upward.comment) == ("returned", "Thiếu nữ")
    assert arrivals.find_arrived(world.congress, upward.id) is None
    world.change(world.people[0], "remove")
    world.change(world.people[2], "seat")
    world.add(world.people[3:4], reserve=True)
    world.vote()
    again = world.send()
    assert (again.id, again.comment) == (upward.id, "")
    assert world.accept(again) == arrivals.Taken(added=1, linked=2)
    names = [(name, state) for name, state, _ in world.above()]
    assert names == [
        ("Người 0", "proposed"), ("Người 1", "proposed"), ("Người 2", "proposed"), ("Người 3", "reserve"),
    ]  # fmt: skip
    assert [d.name for d in arrivals.find_left_over(world.congress, world.current())] == ["Người 0"]


def test_somebody_approved_meanwhile_stays_so(world: Upward) -> None:
    upward = world.sent(2, 0)
    world.accept(upward)
    above = db.session.scalars(select(Delegate).filter_by(congress_id=world.congress.id, name="Người 1")).one()
    above.state = "approved"
    world.hand_back(upward)
    world.change(world.people[1], "reserve")
    world.vote()
    world.accept(world.send())
    assert [(name, state) for name, state, _ in world.above()] == [("Người 0", "proposed"), ("Người 1", "approved")]


def test_the_upper_congress_follows_the_steps_of_a_list(world: Upward) -> None:
    issue = tables.issues_of(world.congress)[0]
    step = lambda: next(  # noqa: E731
        (a.state, a.at, a.upward_id is not None, a.listed) for a in answers_of(world.congress, issue, today=date(2025, 3, 1))
    )
    world.add(world.people[:2])
    assert step() == ("none", None, False, None)
    world.vote()
    upward = world.send()
    assert step() == ("sent", LATER, True, 2)
    world.accept(upward)
    assert step() == ("accepted", LATER, True, 2)
    world.hand_back(upward)
    assert step() == ("returned", LATER, False, None)


def test_people_of_lists_and_their_copies_are_known_to_belong_together(world: Upward) -> None:
    world.accept(world.sent(1, 0))
    pair = db.session.execute(select(UpwardPerson.delegate_id, UpwardPerson.upper_delegate_id)).one()
    upper = db.session.scalars(select(Delegate.id).filter_by(congress_id=world.congress.id)).one()
    assert tuple(pair) == (world.people[0].id, upper)
    assert db.session.get_one(Congress, world.lower.id).stage == "list_open"


def test_a_list_takes_no_seats_for_people_already_approved(world: Upward) -> None:
    """One seat, taken; the list names somebody approved who was of no delegation and would take another."""
    world.allocate("Bớt", exemplar=1)
    delegation = get_delegation(world.congress.id, "Xã Một")
    make_delegate(world.congress, "Người khác", state="approved", delegation=delegation)
    there = make_delegate(world.congress, "Người 0", state="approved", born="1970-01-01")
    there.folded = world.people[0].folded
    upward = world.sent(1, 0)
    db.session.commit()
    assert refusal(lambda: world.accept(upward)).code == "seats_passed"
    db.session.rollback()
    assert there.delegation_id is None


def test_a_list_moves_no_guest_out_of_the_ratio(world: Upward) -> None:
    there = make_delegate(world.congress, "Người 0", "guest", born="1970-01-01")
    there.folded = world.people[0].folded
    world.add(world.people[:1], group="staff")
    world.vote()
    world.accept(world.send())
    db.session.commit()
    assert (there.component.code, there.delegation and there.delegation.name) == ("guest", "Xã Một")
