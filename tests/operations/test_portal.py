"""What a contact may do: fill in an open list of one delegation, send it within its seats, mend it when it comes back."""

from datetime import date, datetime
from typing import Any

import pytest
from sqlalchemy import select

from congress.domain.access import COMMAND_LINE, Actor, GrantFact
from congress.domain.refusals import Refused
from congress.models import AllocationIssue, AuditEntry, Component, Delegate, Delegation, db
from congress.operations import portal as operations
from congress.operations.delegations import DelegationValues, Leaders, add_delegation, people_of, return_list
from tests.world import NOW, World, make_delegate

pytestmark = pytest.mark.usefixtures("session")


class Desk(World):
    """The district's congress; the contact of the commune's delegation at work, another delegation beside it."""

    def __init__(self) -> None:
        super().__init__()
        self.a, self.b = (
            add_delegation(self.congress.id, DelegationValues(name, unit_id=unit.id), actor=COMMAND_LINE, now=NOW)
            for name, unit in (("Xã A", self.commune), ("Xã B", self.department))
        )
        self.contact = Actor(None, "Đầu mối Đoàn Xã A", (GrantFact("delegation_contact", delegation_id=self.a.id),))

    def component(self, code: str = "exemplar") -> Component:
        return next(component for component in self.plan.components if component.code == code)

    def add(self, name: str, group: str = "exemplar", state: str = "proposed", **values: Any) -> Delegate:
        whole = {"name": name, "born": None, **values}
        return operations.add_person(self.a, whole, component=self.component(group), state=state, actor=self.contact, now=NOW)

    def edit(self, person: Delegate, group: str = "exemplar", state: str = "proposed", **values: Any) -> None:
        whole = {"name": person.name, "born": person.born, **values}
        component = self.component(group)
        operations.edit_person(self.a, person, whole, component=component, state=state, actor=self.contact, now=NOW)

    def send(self, now: datetime = NOW) -> None:
        operations.send_list(self.a, actor=self.contact, now=now)

    def issue(self, **seats: int) -> None:
        rows = [{"unit_id": self.commune.id, "unit": "Xã Một", "component": code, "seats": n} for code, n in seats.items()]
        values = {"congress_id": self.congress.id, "number": 1, "dated_on": date(2025, 3, 1), "seats": rows}
        db.session.add(AllocationIssue(**values, actor_name="x", at=NOW))
        db.session.flush()


@pytest.fixture
def desk() -> Desk:
    return Desk()


def refused(code: str) -> pytest.RaisesExc[Refused]:
    return pytest.raises(Refused, check=lambda refusal: refusal.code == code)


def audited() -> list[tuple[str, str]]:
    rows = db.session.execute(select(AuditEntry.action, AuditEntry.actor_name).order_by(AuditEntry.id))
    return [tuple(row) for row in rows]


def test_a_contact_finds_the_delegation_named_and_no_other(desk: Desk) -> None:
    assert [d.id for d in operations.delegations_of(desk.contact)] == [desk.a.id]
    assert operations.find_delegation(desk.contact, desk.a.id) is desk.a
    assert operations.find_delegation(desk.contact, desk.b.id) is None
    organiser = Actor(1, "x", (GrantFact("organiser", desk.district.id, desk.district.path),))
    assert operations.find_delegation(organiser, desk.a.id) is None


def test_a_contact_finds_the_delegations_people_and_no_others(desk: Desk) -> None:
    mine, gone = desk.add("Lò A"), make_delegate(desk.congress, "x", state="withdrawn", delegation=desk.a)
    other = make_delegate(desk.congress, "y", delegation=desk.b)
    assert operations.find_person(desk.a, mine.id) is mine
    assert [operations.find_person(desk.a, person.id) for person in (gone, other)] == [None, None]


def test_somebody_added_is_proposed_or_reserve_and_of_this_delegation(desk: Desk) -> None:
    first, second = desk.add("Lò Văn A", ethnic="Tày", party=True, rank=2), desk.add("Lò Thị B", "guest", "reserve")
    assert (first.state, first.delegation_id, first.ethnic, first.party, first.rank) == ("proposed", desk.a.id, "Tày", True, 2)
    assert (second.state, second.delegation_id, second.component.code) == ("reserve", desk.a.id, "guest")
    assert audited()[2:] == [
        ("delegates.add", "Đầu mối Đoàn Xã A"),
        ("delegates.add", "Đầu mối Đoàn Xã A"),
        ("delegates.reserve", "Đầu mối Đoàn Xã A"),
    ]


def test_a_button_pressed_twice_adds_one_person(desk: Desk) -> None:
    desk.add("Lò Văn A", born="1970")
    with refused("namesake"):
        desk.add("lò văn a", born="1970")
    desk.add("Lò Văn A", born="1971")
    assert len(people_of(desk.a)) == 2


def test_a_namesake_of_another_delegation_is_not_told(desk: Desk) -> None:
    other = make_delegate(desk.congress, "Lò Văn A", delegation=desk.b)
    other.folded = "lo van a"
    db.session.flush()
    assert desk.add("Lò Văn A").id != other.id


def test_an_entry_is_changed_and_no_value_of_it_stands_in_the_audit(desk: Desk) -> None:
    person = desk.add("Lò Văn A", born="1970", ethnic="Tày")
    desk.edit(person, "guest", "reserve", born="1971", ethnic="Nùng", religion="Không", phone="0900999111", title="Trưởng thôn")
    assert (person.state, person.component.code, person.born, person.ethnic) == ("reserve", "guest", "1971", "Nùng")
    line = db.session.scalars(select(AuditEntry).filter_by(action="delegates.edit")).one().difference
    assert line == {
        "born": "đã đổi", "ethnic": "đã đổi", "religion": "đã đổi", "phone": "đã đổi", "title": ["", "Trưởng thôn"],
    }  # fmt: skip


def test_what_the_form_does_not_show_stays(desk: Desk) -> None:
    person = desk.add("Lò Văn A")
    person.highest_award, person.seat = "Huân chương Lao động hạng Ba", "A-12"
    db.session.flush()
    desk.edit(person, title="Trưởng thôn")
    assert (person.highest_award, person.seat) == ("Huân chương Lao động hạng Ba", "A-12")


def test_somebody_taken_off_is_withdrawn(desk: Desk) -> None:
    person = desk.add("Lò Văn A")
    operations.withdraw_person(desk.a, person, actor=desk.contact, now=NOW)
    assert (person.state, people_of(desk.a)) == ("withdrawn", [])
    assert audited()[-1] == ("delegates.withdrawn", "Đầu mối Đoàn Xã A")


@pytest.mark.parametrize(("state", "code"), [("approved", "approved"), ("withdrawn", "not_of_delegation")])
def test_who_is_approved_or_gone_is_locked(desk: Desk, state: str, code: str) -> None:
    person = make_delegate(desk.congress, "Lò Văn A", state=state, delegation=desk.a)
    with refused(code):
        desk.edit(person, title="x")
    with refused(code):
        operations.withdraw_person(desk.a, person, actor=desk.contact, now=NOW)
    assert (person.state, person.title) == (state, "")


def test_somebody_of_another_delegation_is_not_touched(desk: Desk) -> None:
    other = make_delegate(desk.congress, "Lò Văn B", delegation=desk.b)
    with refused("not_of_delegation"):
        desk.edit(other, title="x")
    with refused("not_of_delegation"):
        operations.withdraw_person(desk.a, other, actor=desk.contact, now=NOW)


def assert_locked(desk: Desk, person: Delegate) -> None:
    before = len(audited())
    with refused("list_closed"):
        desk.add("Lò Văn Mới")
    with refused("list_closed"):
        desk.edit(person, title="x")
    with refused("list_closed"):
        operations.withdraw_person(desk.a, person, actor=desk.contact, now=NOW)
    with refused("list_closed"):
        desk.send()
    assert len(audited()) == before


@pytest.mark.parametrize("stage", ["list_closed", "held", "reported", "cancelled"])
def test_a_closed_congress_locks_the_list(desk: Desk, stage: str) -> None:
    person = desk.add("Lò Văn A")
    desk.congress.stage = stage
    db.session.flush()
    assert_locked(desk, person)


def test_a_sent_list_is_locked_until_it_is_returned(desk: Desk) -> None:
    person = desk.add("Lò Văn A")
    desk.send()
    assert (desk.a.sent_at, operations.why_closed(desk.a)) == (
        NOW, "Đoàn đã gửi danh sách. Muốn sửa, đề nghị đơn vị tổ chức trả lại.",
    )  # fmt: skip
    assert_locked(desk, person)
    return_list(desk.a, "Thiếu năm sinh", actor=COMMAND_LINE, now=NOW)
    desk.edit(person, born="1970")
    later = NOW.replace(day=12)
    desk.send(later)
    assert (desk.a.sent_at, desk.a.returned_at, desk.a.return_comment) == (later, None, "")
    assert [line for line in audited() if line[0] == "delegations.send"] == [("delegations.send", "Đầu mối Đoàn Xã A")] * 2


def test_the_contact_says_who_leads_but_not_what_the_organiser_decides(desk: Desk) -> None:
    person = desk.add("Lò A")
    leaders = Leaders(head_id=person.id, contact_name="Hà", contact_phone="0900111222", arrives_at=NOW)
    operations.edit_leaders(desk.a, leaders, actor=desk.contact, now=NOW)
    a = desk.a
    assert (a.head_id, a.contact_name, a.contact_phone, a.arrives_at) == (person.id, "Hà", "0900111222", NOW)
    assert (a.name, a.unit_id, a.position) == ("Xã A", desk.commune.id, 1)
    stranger = make_delegate(desk.congress, "x", delegation=desk.b)
    with refused("not_of_delegation"):
        operations.edit_leaders(desk.a, Leaders(head_id=stranger.id), actor=desk.contact, now=NOW)
    desk.send()
    with refused("list_closed"):
        operations.edit_leaders(desk.a, Leaders(), actor=desk.contact, now=NOW)
    assert a.contact_name == "Hà"


def test_an_empty_list_is_not_sent(desk: Desk) -> None:
    make_delegate(desk.congress, "x", state="withdrawn", delegation=desk.a)
    with refused("nobody"):
        desk.send()


def test_no_more_than_the_seats_are_sent_the_reserve_aside(desk: Desk) -> None:
    desk.issue(exemplar=1, guest=0)
    extra = [desk.add("Lò A"), desk.add("Lò B")][1]
    desk.add("Lò C", "staff")  # outside both sides there are no seats
    with pytest.raises(Refused, match="Điển hình tiên tiến có 2 người, được 1 chỗ"):
        desk.send()
    assert desk.a.sent_at is None
    desk.edit(extra, state="reserve")
    desk.send()
    assert desk.a.sent_at == NOW


def test_seats_and_who_fills_them(desk: Desk) -> None:
    desk.issue(exemplar=3, guest=0)
    desk.add("Lò A")
    make_delegate(desk.congress, "Lò B", state="approved", delegation=desk.a)
    desk.add("Lò C", state="reserve")
    desk.add("Lò D", "staff")
    make_delegate(desk.congress, "Lò E", "guest", delegation=desk.b)
    lines = [(line.component.code, line.seats, line.people, line.reserve) for line in operations.seat_lines(desk.a)]
    assert lines == [("exemplar", 3, 2, 1), ("staff", None, 1, 0)]


def test_two_delegations_of_a_unit_share_its_seats(desk: Desk) -> None:
    second = add_delegation(desk.congress.id, DelegationValues("Xã A 2", unit_id=desk.commune.id), actor=COMMAND_LINE, now=NOW)
    desk.issue(exemplar=1)
    make_delegate(desk.congress, "Lò A", delegation=second)
    desk.add("Lò B")
    with refused("over_seats"):
        desk.send()


def test_without_a_table_or_a_unit_there_is_no_limit(desk: Desk) -> None:
    for name in "ABC":
        desk.add(f"Lò {name}")
    db.session.get_one(Delegation, desk.a.id).unit_id = None
    desk.issue(exemplar=1)
    lines = [(line.component.code, line.seats, line.people) for line in operations.seat_lines(desk.a)]
    assert lines == [("exemplar", None, 3)]
    desk.send()
    assert desk.a.sent_at == NOW
