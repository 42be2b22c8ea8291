"""People as plain facts out of the rows, and what a place declares."""

from typing import Any

import pytest
from sqlalchemy import event, select

from congress.domain.refusals import Refused
from congress.domain.structure import Calendar, PersonFact, Target
from congress.models import Attendance, AuditEntry, Congress, Delegation, Scan, Sitting, db
from congress.operations import structure
from tests.world import NOW, World, actor_for, make_delegate

BY: dict[str, Any] = {"actor": actor_for("organiser"), "now": NOW}


@pytest.fixture
def world(session: Any) -> World:
    return World()


def enter(congress: Congress, delegate: Any, sitting: Sitting | None = None) -> None:
    """Somebody is in."""
    sitting = sitting or congress.sittings[0]
    scan = Scan(
        sitting_id=sitting.id, device="x", nonce=f"{sitting.id}-{delegate.id}", how="number", delegate_id=delegate.id,
        result="ok", code="in", answer={}, actor_name="x", happened_at=NOW, received_at=NOW,
    )  # fmt: skip
    db.session.add(scan)
    db.session.flush()
    db.session.add(Attendance(delegate_id=delegate.id, sitting_id=sitting.id, scan_id=scan.id, at=NOW))
    db.session.flush()


def test_a_person_is_read_with_everything_the_statistics_look_at(world: World) -> None:
    delegation = Delegation(congress_id=world.congress.id, name="Đoàn Một", folded="doan mot", position=1)
    db.session.add(delegation)
    db.session.flush()
    facts: dict[str, Any] = {
        "absence_reason": "ốm", "sex": "female", "ethnic": "Dao", "religion": "Không", "party": True, "direct_labour": False,
        "field": "Y tế", "economic_sector": "private", "new_model": True, "capacity": "household", "education": "ĐH",
        "political_theory": "TC", "schooling": "12/12", "highest_award": "Giấy khen",
    }  # fmt: skip
    known = make_delegate(
        world.congress,
        "Lò Thị A",
        "guest",
        "approved",
        delegation_id=delegation.id,
        unit_text="Xã Một",
        born="1968-06-13",
        **facts,
    )
    make_delegate(world.congress, "Lò Văn B", "staff")
    make_delegate(world.congress, "Lò Văn C", state="withdrawn")
    make_delegate(world.other_congress, "Lò Văn D")
    enter(world.congress, known)
    assert structure.read_people(world.congress) == [
        PersonFact(
            id=known.id, side="invited", component="Khách mời", state="approved", present=True, delegation="Đoàn Một",
            name="Lò Thị A", unit="Xã Một", born=1968, **facts,
        ),
        PersonFact(id=known.id + 1, side="uncounted", component="Ban Tổ chức, phục vụ", state="proposed", name="Lò Văn B"),
    ]  # fmt: skip


def test_present_is_at_one_sitting_or_at_any(world: World) -> None:
    main = world.congress.sittings[0]
    rehearsal = Sitting(congress_id=world.congress.id, kind="rehearsal", name="Tổng duyệt")
    db.session.add(rehearsal)
    db.session.flush()
    for name, sittings in (("Lò Văn A", [main]), ("Lò Văn B", [rehearsal]), ("Lò Văn C", [main, rehearsal]), ("Lò Văn D", [])):
        person = make_delegate(world.congress, name, state="approved")
        for sitting in sittings:
            enter(world.congress, person, sitting)
    found = {sitting: [p.present for p in structure.read_people(world.congress, sitting)] for sitting in (None, main, rehearsal)}
    assert found == {None: [True, True, True, False], main: [True, False, True, False], rehearsal: [False, True, True, False]}


def test_people_are_read_in_one_query(world: World) -> None:
    def queries() -> int:
        db.session.flush()
        seen: list[str] = []
        event.listen(db.engine, "before_cursor_execute", lambda *call: seen.append(call[2]))
        structure.read_people(world.congress)
        return len(seen)

    make_delegate(world.congress, "Lò Văn A")
    assert queries() == 1
    for name in ("Lò Văn B", "Lò Văn C"):
        make_delegate(world.congress, name, "guest", "approved")
    assert queries() == 1


def test_the_year_is_that_of_the_opening_day_or_this_one(world: World) -> None:
    world.plan.young_until = 30
    assert structure.calendar_of(world.congress, now=NOW.replace(year=2030)) == Calendar(2025, 30)
    world.congress.held_on = None
    assert structure.calendar_of(world.congress, now=NOW.replace(year=2030)) == Calendar(2030, 30)
    new_year = NOW.replace(year=2029, month=12, day=31, hour=18)  # one in the morning of the first of January in Vietnam
    assert structure.calendar_of(world.congress, now=new_year).year == 2030


def test_targets_and_delegations_in_their_order(world: World) -> None:
    world.congress.tier.targets = [{"dimension": "women", "percent": 30}]
    for name, position in (("Đoàn A", 2), ("Đoàn B", 1)):
        db.session.add(Delegation(congress_id=world.congress.id, name=name, folded=name.lower(), position=position))
    db.session.flush()
    assert structure.targets_of(world.congress) == [Target("women", percent=30)]
    assert structure.delegation_names(world.congress) == ["Đoàn B", "Đoàn A"]
    assert structure.delegation_names(world.other_congress) == []


def test_a_place_declares_its_peoples_and_religions_in_the_order_of_the_state(world: World) -> None:
    structure.declare_composition(world.congress, peoples=["Dao", "Tày"], religions=["Tin lành"], **BY)
    db.session.flush()
    structure.declare_composition(world.congress, peoples=["Tày", "Dao"], religions=["Tin lành"], **BY)
    db.session.commit()
    assert (world.congress.declared_peoples, world.congress.declared_religions) == (["Tày", "Dao"], ["Tin lành"])
    entries = db.session.execute(select(AuditEntry.action, AuditEntry.congress_id, AuditEntry.difference)).all()
    assert [tuple(entry) for entry in entries] == [
        ("structure.declare", world.congress.id,
         {"declared_peoples": [[], ["Tày", "Dao"]], "declared_religions": [[], ["Tin lành"]]}),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("peoples", "religions", "field"),
    [(["Người nước ngoài"], [], "peoples"), (["H'Mông"], [], "peoples"), ([], ["Không"], "religions")],
)
def test_what_the_states_lists_lack_is_refused(world: World, peoples: list[str], religions: list[str], field: str) -> None:
    with pytest.raises(Refused) as refused:
        structure.declare_composition(world.congress, peoples=peoples, religions=religions, **BY)
    assert refused.value.field == field
    assert (world.congress.declared_peoples, world.congress.declared_religions) == ([], [])
