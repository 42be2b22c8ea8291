"""Delegations: one name each, one order, leaders of their own, merged and removed without losing anybody."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from congress.domain.access import COMMAND_LINE
from congress.domain.names import fold, sort_key
from congress.domain.refusals import Refused
from congress.models import AllocationIssue, AuditEntry, Delegate, Delegation, DelegationLink, Grant, db
from congress.operations import delegations as operations
from congress.operations.delegates import add_delegate, edit_delegate, get_delegation
from congress.operations.delegations import DelegationValues, Leaders
from congress.operations.sealing import Sealer
from tests.world import NOW, World, make_delegate, make_user

pytestmark = pytest.mark.usefixtures("session")
SEALER = Sealer(bytes(32))


class Coach(World):
    """The district's congress with delegations A, B and C."""

    def __init__(self) -> None:
        super().__init__()
        self.a, self.b, self.c = (self.add(name) for name in ("Xã A", "Xã B", "Xã C"))
        db.session.flush()

    def add(self, name: str, **values: object) -> Delegation:
        return operations.add_delegation(self.congress.id, DelegationValues(name=name, **values), actor=COMMAND_LINE, now=NOW)

    def person(
        self, name: str, delegation: Delegation | None, group: str = "exemplar", state: str = "proposed", **more: object
    ) -> Delegate:
        person = make_delegate(self.congress, name, group, state, delegation=delegation, **more)
        person.folded, person.sort_key = fold(name), sort_key(name)
        db.session.flush()
        return person

    def order(self) -> list[tuple[int, str]]:
        rows = db.session.execute(select(Delegation.position, Delegation.name).order_by(Delegation.position))
        return [tuple(row) for row in rows]

    def edit(self, delegation: Delegation, *, name: str = "", unit_id: int | None = None, **leaders: Any) -> None:
        values = DelegationValues(name or delegation.name, Leaders(**leaders), unit_id)
        operations.edit_delegation(delegation, values, actor=COMMAND_LINE, now=NOW)


@pytest.fixture
def coach() -> Coach:
    return Coach()


def refused(code: str) -> pytest.RaisesExc[Refused]:
    return pytest.raises(Refused, check=lambda refusal: refusal.code == code)


def audited() -> list[tuple[str, dict[str, object]]]:
    rows = db.session.execute(select(AuditEntry.action, AuditEntry.difference).order_by(AuditEntry.id))
    return [tuple(row) for row in rows]


def test_a_new_one_comes_last_or_where_it_was_put(coach: Coach) -> None:
    coach.add("Đoàn Sở Y tế (5)", position=2)
    assert coach.order() == [(1, "Xã A"), (2, "Sở Y tế"), (3, "Xã B"), (4, "Xã C")]


@pytest.mark.parametrize(
    ("typed", "code"), [("", "no_name"), ("  ", "no_name"), ("xã b", "name_taken"), ("Đoàn XA B", "name_taken")]
)
def test_a_name_is_there_and_its_own(coach: Coach, typed: str, code: str) -> None:
    with refused(code):
        coach.add(typed)
    with refused(code):
        operations.edit_delegation(coach.a, DelegationValues(typed), actor=COMMAND_LINE, now=NOW)
    assert [name for _, name in coach.order()] == ["Xã A", "Xã B", "Xã C"]


def test_the_same_name_is_free_in_another_congress(coach: Coach) -> None:
    other = operations.add_delegation(coach.other_congress.id, DelegationValues("Xã A"), actor=COMMAND_LINE, now=NOW)
    assert (other.position, other.congress_id) == (1, coach.other_congress.id)


def test_a_renamed_one_is_found_by_its_new_name_on_a_person(coach: Coach) -> None:
    coach.edit(coach.a, name="Đoàn thị trấn Chợ Rã")
    component = coach.plan.components[2]
    person = add_delegate(
        coach.congress.id, {"name": "Lò A"}, component=component, delegation_name=coach.a.name, actor=COMMAND_LINE, now=NOW
    )
    edit_delegate(person, {"name": "Lò A"}, component=component, delegation_name=coach.a.name, actor=COMMAND_LINE, now=NOW)
    assert (person.delegation_id, get_delegation(coach.congress.id, "Đoàn Thị trấn Chợ Rã (3)").id) == (coach.a.id, coach.a.id)
    assert len(coach.order()) == 3


def test_a_renaming_is_written_down(coach: Coach) -> None:
    coach.edit(coach.b, name="Xã B", contact_phone="0900999111", contact_name="Hà")
    assert audited()[-1] == ("delegations.edit", {"contact_name": ["", "Hà"], "contact_phone": "đã đổi"})


@pytest.mark.parametrize(("place", "names"), [(1, "CAB"), (2, "ACB"), (3, "ABC"), (0, "CAB"), (99, "ABC")])
def test_move_to_a_place(coach: Coach, place: int, names: str) -> None:
    before = len(audited())
    operations.move_delegation(coach.c, place, actor=COMMAND_LINE, now=NOW)
    assert coach.order() == [(n, f"Xã {name}") for n, name in enumerate(names, 1)]
    assert len(audited()) - before == (names != "ABC")


def test_positions_that_came_doubled_are_numbered_anew(coach: Coach) -> None:
    coach.a.position = coach.b.position = coach.c.position = 1
    operations.move_delegation(coach.a, 2, actor=COMMAND_LINE, now=NOW)
    assert coach.order() == [(1, "Xã B"), (2, "Xã A"), (3, "Xã C")]


def test_head_and_deputy_are_two_of_its_people(coach: Coach) -> None:
    mine, second = coach.person("Lò A", coach.a), coach.person("Lò B", coach.a)
    gone, other = coach.person("Lò C", coach.a, state="withdrawn"), coach.person("Lò D", coach.b)
    for stranger in (gone, other):
        for office in ("head_id", "deputy_id"):
            with pytest.raises(Refused) as caught:
                coach.edit(coach.a, **{office: stranger.id})
            assert (caught.value.code, caught.value.field) == ("not_of_delegation", office)
    with refused("same_leader"):
        coach.edit(coach.a, head_id=mine.id, deputy_id=mine.id)
    coach.edit(coach.a, head_id=second.id, deputy_id=mine.id)
    assert [p.name for p in operations.people_of(coach.a)] == ["Lò B", "Lò A"]


def test_people_counted_by_side_and_state(coach: Coach) -> None:
    coach.person("Lò A", coach.a, state="approved")
    coach.person("Lò B", coach.a, "guest")
    coach.person("Lò C", coach.a, "staff", "reserve")
    coach.person("Lò D", coach.a, state="withdrawn")
    coach.person("Lò E", None)
    coach.person("Lò F", None, state="withdrawn")
    first, second, _ = operations.delegations_of(coach.congress, now=NOW)
    assert (first.delegation.name, first.people) == ("Xã A", 3)
    assert first.sides == {"honoured": 1, "invited": 1, "uncounted": 1}
    assert first.states == {"approved": 1, "proposed": 1, "reserve": 1}
    assert (second.people, second.sides, second.states) == (0, {}, {})
    assert operations.count_outside(coach.congress) == 1


def test_the_state_of_a_list_follows_its_contact(coach: Coach) -> None:
    user = make_user("dau-moi", "delegation_contact", delegation=coach.a)
    link = {"delegation_id": coach.b.id, "actor_name": "x", "created_at": NOW, "expires_at": NOW + timedelta(days=1)}
    db.session.add(DelegationLink(secret_hash="1", **link))
    dead = {**link, "delegation_id": coach.c.id}
    db.session.add(DelegationLink(secret_hash="2", revoked_at=NOW, **dead))
    db.session.add(DelegationLink(secret_hash="3", **{**dead, "expires_at": NOW}))
    db.session.flush()
    states = {line.delegation.name: line.list_state for line in operations.delegations_of(coach.congress, now=NOW)}
    assert states == {"Xã A": "waiting", "Xã B": "waiting", "Xã C": "none"}
    assert [grant.user for grant in operations.contacts_of(coach.a)] == [user]


def test_merge_moves_everybody_and_fills_only_what_is_blank(coach: Coach) -> None:
    head, mine = coach.person("Lò A", coach.a), coach.person("Lò B", coach.b)
    gone = coach.person("Lò C", coach.a, state="withdrawn")
    coach.edit(coach.a, head_id=head.id, contact_name="Hà", contact_phone="0900111222", arrival_note="Xe 1")
    coach.edit(coach.b, contact_name="Bình", unit_id=coach.commune.id)
    moved = operations.merge_delegation(coach.a, coach.b, actor=COMMAND_LINE, now=NOW)
    db.session.expire_all()
    assert (moved, {head.delegation_id, mine.delegation_id, gone.delegation_id}) == (2, {coach.b.id})
    b = coach.b
    assert (b.head_id, b.contact_name, b.contact_phone, b.arrival_note) == (head.id, "Bình", "0900111222", "Xe 1")
    assert (b.unit_id, coach.order()) == (coach.commune.id, [(1, "Xã B"), (2, "Xã C")])
    assert audited()[-1] == ("delegations.merge", {"merged": ["Xã A", "Xã B"], "people": 2})


def test_merge_ends_links_and_contacts_of_the_one_that_goes(coach: Coach) -> None:
    user = make_user("dau-moi", "delegation_contact", delegation=coach.a)
    for key, delegation in (("1", coach.a), ("2", coach.b)):
        db.session.add(
            DelegationLink(
                delegation_id=delegation.id, secret_hash=key, actor_name="x", created_at=NOW, expires_at=NOW + timedelta(days=1)
            )
        )
    db.session.flush()
    operations.merge_delegation(coach.a, coach.b, actor=COMMAND_LINE, now=NOW)
    assert list(db.session.scalars(select(Grant).filter_by(user_id=user.id))) == []
    assert list(db.session.scalars(select(DelegationLink.delegation_id))) == [coach.b.id]


def test_merge_stays_in_the_congress_and_wants_another_one(coach: Coach) -> None:
    stranger = operations.add_delegation(coach.other_congress.id, DelegationValues("Xã X"), actor=COMMAND_LINE, now=NOW)
    for into in (coach.a, stranger):
        with refused("merge"):
            operations.merge_delegation(coach.a, into, actor=COMMAND_LINE, now=NOW)


def issue(coach: Coach, seats: int) -> None:
    row = {"unit_id": coach.commune.id, "unit": "Xã Một", "component": "exemplar", "seats": seats}
    db.session.add(
        AllocationIssue(congress_id=coach.congress.id, number=1, dated_on=date(2025, 3, 1), seats=[row], actor_name="x", at=NOW)
    )
    db.session.flush()


def test_a_unit_cannot_be_put_above_its_seats_by_merging_or_by_naming_who_sends(coach: Coach) -> None:
    coach.edit(coach.b, unit_id=coach.commune.id)
    coach.person("Lò A", coach.a, state="approved")
    coach.person("Lò B", coach.b, state="approved")
    issue(coach, 1)
    with pytest.raises(Refused):
        operations.merge_delegation(coach.a, coach.b, actor=COMMAND_LINE, now=NOW)
    db.session.rollback()


def test_a_sending_unit_cannot_bring_more_approved_people_than_it_has_seats(coach: Coach) -> None:
    coach.person("Lò A", coach.a, state="approved")
    issue(coach, 0)
    db.session.commit()
    with pytest.raises(Refused):
        coach.edit(coach.a, unit_id=coach.commune.id)
    db.session.rollback()
    assert db.session.get_one(Delegation, coach.a.id).unit_id is None


def test_only_an_empty_one_is_removed(coach: Coach) -> None:
    coach.person("Lò A", coach.a, state="withdrawn")
    with refused("not_empty"):
        operations.remove_delegation(coach.a, actor=COMMAND_LINE, now=NOW)
    operations.remove_delegation(coach.b, actor=COMMAND_LINE, now=NOW)
    assert coach.order() == [(1, "Xã A"), (2, "Xã C")]
    assert audited()[-1] == ("delegations.remove", {"name": ["Xã B", None]})


def test_a_list_is_returned_once_with_words(coach: Coach) -> None:
    with refused("not_sent"):
        operations.return_list(coach.a, "Thiếu năm sinh", actor=COMMAND_LINE, now=NOW)
    coach.a.sent_at = NOW
    db.session.flush()
    with refused("needs_comment"):
        operations.return_list(coach.a, "  ", actor=COMMAND_LINE, now=NOW)
    operations.return_list(coach.a, " Thiếu năm sinh ", actor=COMMAND_LINE, now=NOW)
    assert (coach.a.sent_at, coach.a.returned_at, coach.a.return_comment) == (None, NOW, "Thiếu năm sinh")
    assert audited()[-1][0] == "delegations.return"


@pytest.mark.parametrize("stage", ["reported", "cancelled"])
def test_nothing_changes_once_the_congress_is_over(coach: Coach, stage: str) -> None:
    coach.congress.stage = stage
    db.session.flush()
    for change in (
        lambda: coach.add("Xã D"),
        lambda: coach.edit(coach.a, name="Xã Đ"),
        lambda: operations.move_delegation(coach.a, 2, actor=COMMAND_LINE, now=NOW),
        lambda: operations.merge_delegation(coach.a, coach.b, actor=COMMAND_LINE, now=NOW),
        lambda: operations.remove_delegation(coach.a, actor=COMMAND_LINE, now=NOW),
        lambda: operations.return_list(coach.a, "x", actor=COMMAND_LINE, now=NOW),
    ):
        with refused("stage"):
            change()
