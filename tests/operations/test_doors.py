"""The door of a congress, found by one query, and only where one may scan."""

from dataclasses import astuple, fields

import pytest
from sqlalchemy import event

from congress.domain.refusals import Refused
from congress.models import Congress, Sitting, db
from congress.operations.checkin import opening_of
from congress.operations.doors import DoorCongress, DoorSitting, components_of, find_door, get_door
from tests.world import NOW, World, actor_for

pytestmark = pytest.mark.usefixtures("session")


def door_of(congress: Congress, role: str = "checkin_staff") -> DoorCongress | None:
    return find_door(actor_for(role, congress=congress, unit=congress.unit), "checkin.scan", congress.id)


def test_the_door_says_what_the_congress_says() -> None:
    congress = World().congress
    congress.sittings.append(Sitting(kind="main", name="Buổi chiều", opened_by_hand=True))
    db.session.commit()
    seen: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda *args: seen.append(args[2].split()[0]))
    door = door_of(congress)
    assert door is not None
    assert (door.id, door.stage) == (congress.id, "list_open")
    assert {s.id: opening_of(s) for s in door.sittings} == {s.id: opening_of(s) for s in congress.sittings}
    columns = [field.name for field in fields(DoorSitting)]
    assert {s.id: astuple(s) for s in door.sittings} == {
        s.id: tuple(getattr(s, name) for name in columns) for s in congress.sittings
    }  # fmt: skip
    seen.clear()
    assert find_door(actor_for("checkin_staff", congress=congress), "checkin.scan", door.id) == door
    assert [word for word in seen if word != "BEGIN"] == ["SELECT"]


def test_a_congress_without_a_sitting_still_has_its_stage() -> None:
    congress = World().congress
    db.session.delete(congress.sittings[0])
    db.session.commit()
    known = {"title1": congress.title1, "unit_id": congress.unit_id, "plan_id": congress.plan_id}
    assert door_of(congress) == DoorCongress(congress.id, "list_open", (), **known)


def test_a_sitting_is_found_in_its_own_congress_only() -> None:
    world = World()
    door = door_of(world.congress)
    assert door is not None
    assert door.get_sitting(world.congress.sittings[0].id).id == world.congress.sittings[0].id
    with pytest.raises(Refused) as refusal:
        door.get_sitting(world.other_congress.sittings[0].id)
    assert (refusal.value.code, refusal.value.field) == ("no_sitting", "sitting_id")


def test_sittings_come_by_their_start_on_both_databases() -> None:
    congress = World().congress
    early = Sitting(name="Buổi tối trước", starts_at=NOW)
    congress.sittings += [Sitting(name="Chưa có giờ"), early, Sitting(name="Cũng chưa")]
    db.session.commit()
    names = ["Buổi tối trước", "Buổi chính", "Chưa có giờ", "Cũng chưa"]
    assert [sitting.name for sitting in get_door(congress.id).sittings] == names


def test_a_device_s_door_is_found_without_asking_who() -> None:
    world = World()
    assert get_door(world.congress.id) == door_of(world.congress)
    assert components_of(get_door(world.congress.id))[:2] == [("leader", "Lãnh đạo các cấp, các ngành"), ("guest", "Khách mời")]
    with pytest.raises(Refused) as refusal:
        get_door(999)
    assert refusal.value.code == "no_congress"


def test_there_is_no_door_where_one_may_not_scan() -> None:
    world = World()
    staff = actor_for("checkin_staff", congress=world.congress)
    assert [find_door(staff, "checkin.scan", c.id) is not None for c in (world.congress, world.other_congress)] == [True, False]
    roles = ("plan_owner", "organiser", "secretary", "viewer", "administrator")
    found = {role: door_of(world.congress, role) is not None for role in roles}
    assert found == {"plan_owner": True, "organiser": True, "secretary": False, "viewer": False, "administrator": False}
    assert find_door(staff, "checkin.scan", 999) is None
