"""Figures of congresses: people on each side, beside it and in the hall, in a fixed number of queries."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event

from congress.models import Attendance, Scan, Sitting, db
from congress.operations.counting import count_one, count_people, meter_of, rule_of
from tests.world import NOW, World, make_congress, make_delegate


@pytest.fixture
def world(session: Any) -> World:
    return World()


@contextmanager
def statements() -> Iterator[list[str]]:
    found: list[str] = []

    def listen(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        found.append(statement)

    event.listen(db.engine, "before_cursor_execute", listen)
    try:
        yield found
    finally:
        event.remove(db.engine, "before_cursor_execute", listen)


def fill(world: World) -> None:
    for group, state in (
        ("exemplar", "approved"), ("exemplar", "approved"), ("exemplar", "proposed"), ("leader", "approved"),
        ("guest", "approved"), ("guest", "reserve"), ("staff", "approved"), ("staff", "withdrawn"), ("exemplar", "withdrawn"),
    ):  # fmt: skip
        make_delegate(world.congress, f"{group} {state}", group, state)


def test_each_person_is_counted_where_they_belong(world: World) -> None:
    fill(world)
    make_delegate(world.other_congress, "Ở nơi khác", "exemplar", "approved")
    figures = count_one(world.congress)
    assert (figures.approved.honoured, figures.approved.invited) == (2, 2)
    assert (figures.uncounted, figures.uncounted_total) == ({"Ban Tổ chức, phục vụ": 1}, 1)
    assert (figures.states, figures.people) == ({"approved": 5, "proposed": 1, "reserve": 1, "withdrawn": 2}, 7)


def test_a_congress_without_people_has_its_figures_too(world: World) -> None:
    found = count_people([world.congress.id, world.lower_congress.id])
    assert list(found) == [world.congress.id, world.lower_congress.id]
    assert [(f.approved.total, f.states, f.people, f.uncounted_total, f.present) for f in found.values()] == [
        (0, {}, 0, 0, 0)
    ] * 2


def test_somebody_in_two_sittings_is_one_person_present(world: World) -> None:
    person = make_delegate(world.congress, "Nông Thị Đào", "exemplar", "approved")
    world.congress.sittings.append(Sitting(kind="lunch", name="Ăn trưa"))
    db.session.flush()
    for nonce, sitting in enumerate(world.congress.sittings):
        scan = Scan(
            sitting_id=sitting.id, device="máy 1", nonce=str(nonce), how="token", delegate_id=person.id, result="ok", code="ok",
            answer={}, actor_name="Lan", happened_at=NOW, received_at=NOW,
        )  # fmt: skip
        db.session.add(scan)
        db.session.flush()
        db.session.add(Attendance(sitting_id=sitting.id, delegate_id=person.id, scan_id=scan.id, at=NOW))
    db.session.flush()
    assert (count_one(world.congress).present, count_one(world.other_congress).present) == (1, 0)


def test_the_queries_are_two_however_many_congresses(world: World) -> None:
    fill(world)
    some = [world.congress.id]
    many = some + [make_congress(world.plan, world.other_district).id for _ in range(5)]
    for ids in (some, many):
        db.session.flush()
        with statements() as asked:
            count_people(ids)
        assert len([text for text in asked if text.startswith("SELECT")]) == 2


def test_the_rule_is_the_tiers_and_a_plenary_congress_is_only_advised(world: World) -> None:
    rule = rule_of(world.congress)
    assert (rule.cap, rule.honoured, rule.invited, rule.mode) == (300, 7, 3, "min_models")
    world.congress.attendance = "plenary"
    assert (rule_of(world.congress).cap, rule_of(world.congress).mode) == (300, "advisory")


def test_the_meter_shows_the_uncounted_beside_and_is_red_once_closed(world: World) -> None:
    world.congress.planned_size = 20
    for n in range(20):
        make_delegate(world.congress, f"Người {n}", "exemplar" if n < 13 else "guest", "approved")
    make_delegate(world.congress, "Lái xe", "staff", "approved")
    meter = meter_of(world.congress, count_one(world.congress))
    assert (meter.honoured, meter.invited, meter.planned, meter.uncounted) == (13, 7, 20, (("Ban Tổ chức, phục vụ", 1),))
    tones = []
    for stage in ("list_open", "list_closed", "held", "reported"):
        world.congress.stage = stage
        tones.append(meter_of(world.congress, count_one(world.congress)).tone)
    assert tones == ["warn", "danger", "danger", "danger"]
