"""The parts of a congress: added, changed, removed; what moves along when the day or the hour changes."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from congress.domain.refusals import Refused
from congress.domain.sittings import MOST_SITTINGS, Times
from congress.models import AgendaItem, Attendance, AuditEntry, Scan, Sitting, db
from congress.operations import agenda, congresses, sittings
from congress.operations.congresses import CongressValues
from congress.operations.sittings import SittingValues
from tests.web.contract import counted
from tests.world import NOW, World, actor_for, make_delegate

START = datetime(2025, 5, 20, 0, 30, tzinfo=UTC)  # 07:30 in Vietnam, of the district's congress
DAY = timedelta(days=1)


class Day(World):
    """The province, with the main sitting of the first district."""

    def __init__(self) -> None:
        super().__init__()
        self.by: dict[str, Any] = {"actor": actor_for("organiser", unit=self.district), "now": NOW}
        self.main = self.congress.sittings[0]

    def add(self, name: str = "Tổng duyệt", kind: str = "rehearsal", *times: datetime | None, reentry: bool = True) -> Sitting:
        return sittings.add_sitting(self.congress.id, SittingValues(name, kind, Times(*times), reentry), **self.by)

    def edit(self, sitting: Sitting, name: str = "", kind: str = "", *times: datetime | None) -> None:
        values = SittingValues(name or sitting.name, kind or sitting.kind, Times(*times or (sitting.starts_at,)))
        sittings.edit_sitting(sitting, values, **self.by)

    def scanned(self, sitting: Sitting) -> None:
        """Somebody came to a sitting."""
        delegate = make_delegate(self.congress, "Lò Văn A", state="approved")
        scan = Scan(
            sitting_id=sitting.id, device="x", nonce=f"n{sitting.id}", how="number", delegate_id=delegate.id, result="ok",
            code="in", answer={}, actor_name="x", happened_at=NOW, received_at=NOW,
        )  # fmt: skip
        db.session.add(scan)
        db.session.flush()
        db.session.add(Attendance(delegate_id=delegate.id, sitting_id=sitting.id, scan_id=scan.id, at=NOW))
        db.session.flush()


@pytest.fixture
def world(session: Any) -> Day:
    return Day()


def refused(call: Any, *arguments: Any, **named: Any) -> tuple[str, str | None]:
    with pytest.raises(Refused) as told:
        call(*arguments, **named)
    db.session.rollback()
    return told.value.code, told.value.field


def names(world: Day) -> list[str]:
    return [line.sitting.name for line in sittings.sittings_of(world.congress, NOW)]


def test_a_part_is_added_and_stands_where_it_starts(world: Day) -> None:
    world.add("Ăn trưa", "lunch", START + timedelta(hours=4))
    world.add("Tổng duyệt", "rehearsal", START - DAY)
    world.add("Chưa có giờ", "preparatory")
    assert names(world) == ["Tổng duyệt", "Buổi chính", "Ăn trưa", "Chưa có giờ"]
    assert [s.kind for s in world.congress.sittings if s.starts_at] == ["rehearsal", "main", "lunch"]
    kept = db.session.execute(select(AuditEntry.action, AuditEntry.difference)).first()
    assert kept == ("sittings.add", {"name": [None, "Ăn trưa"], "kind": [None, "lunch"]})


def test_a_line_says_when_the_door_is_open_and_who_came(world: Day) -> None:
    world.scanned(world.main)
    db.session.add(AgendaItem(sitting_id=world.main.id, position=1, title="Khai mạc", minutes=10))
    db.session.flush()
    world.add("Ăn trưa", "lunch", START + timedelta(hours=4), None, None, START + timedelta(hours=6))
    main, lunch = sittings.sittings_of(world.congress, START)
    assert (main.barred, main.items, main.scans, main.came, main.removable) == (None, 1, 1, 1, False)
    assert (lunch.barred, lunch.items, lunch.scans, lunch.came, lunch.removable) == ("not_yet", 0, 0, 0, True)
    assert (lunch.opening.opens, lunch.exit_at) == (START + timedelta(hours=2.5), START + timedelta(hours=6))


def test_the_lines_take_a_fixed_number_of_queries(world: Day) -> None:
    counts = []
    for n in range(3):
        world.add(f"Buổi {n}", "lunch")
        db.session.flush()
        with counted() as statements:
            sittings.sittings_of(world.congress, NOW)
        counts.append(len(statements))
    assert counts == [4, 4, 4]


def test_everything_is_changed(world: Day) -> None:
    values = SittingValues(" Phiên  toàn thể ", "main", Times(START, START - DAY, None, START + DAY), reentry=False)
    sittings.edit_sitting(world.main, values, **world.by)
    sittings.edit_sitting(world.main, values, **world.by)  # nothing new, nothing written
    db.session.expire_all()
    main = world.main
    assert (main.name, main.opens_at, main.closes_at, main.auto_exit_at, main.reentry) == (
        "Phiên toàn thể", START - DAY, None, START + DAY, False,
    )  # fmt: skip
    assert db.session.execute(select(AuditEntry.action, AuditEntry.difference)).all() == [
        (
            "sittings.edit",
            {
                "name": ["Buổi chính", "Phiên toàn thể"], "opens_at": [None, "2025-05-19T00:30:00+00:00"],
                "auto_exit_at": [None, "2025-05-21T00:30:00+00:00"], "reentry": [True, False],
            },
        )
    ]  # fmt: skip


def test_what_is_refused(world: Day) -> None:
    world.add()
    db.session.commit()
    assert refused(world.add, "tong duyet", "lunch") == ("name_taken", "name")
    assert refused(world.add, " ", "lunch") == ("name", "name")
    assert refused(world.add, "x" * 81, "lunch") == ("name", "name")
    assert refused(world.add, "Tiệc", "party") == ("kind", "kind")
    assert refused(world.add, "Trưa", "lunch", START, START, START) == ("times", "closes_at")
    assert refused(world.edit, world.main, "", "lunch") == ("last_main", "kind")
    assert refused(world.edit, world.main, "", "", START + DAY) == ("other_day", "starts_at")
    world.congress.held_on = None
    db.session.commit()
    assert refused(world.edit, world.main, "", "", START + DAY) == ("no_date", "starts_at")
    world.edit(world.main, "Tên mới")  # while a congress waits for a date its hour stays
    assert names(world) == ["Tên mới", "Tổng duyệt"]


def test_a_second_main_sitting_may_be_on_another_day_and_then_the_first_may_go(world: Day) -> None:
    second = world.add("Ngày hai", "main", START + DAY)
    world.edit(second, "", "", START + 2 * DAY)
    assert sittings.main_sitting(world.congress) is world.main
    sittings.remove_sitting(world.main, **world.by)
    assert sittings.main_sitting(world.congress) is second


def test_there_is_an_end_to_the_parts_of_a_day(world: Day) -> None:
    for n in range(MOST_SITTINGS - 1):
        world.add(f"Buổi {n}", "lunch")
    assert refused(world.add, "một buổi nữa", "lunch") == ("too_many", None)


def test_only_an_empty_part_is_removed(world: Day) -> None:
    empty, used, planned = world.add("Trống", "lunch"), world.add("Có người", "lunch"), world.add("Có mục", "lunch")
    world.scanned(used)
    db.session.add(AgendaItem(sitting_id=planned.id, position=1, title="Văn nghệ", minutes=10))
    db.session.commit()
    assert refused(sittings.remove_sitting, used, **world.by) == ("has_scans", None)
    assert refused(sittings.remove_sitting, planned, **world.by) == ("has_items", None)
    assert refused(sittings.remove_sitting, world.main, **world.by) == ("last_main", None)
    sittings.remove_sitting(empty, **world.by)
    assert "Trống" not in names(world)
    assert db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id.desc())).first() == "sittings.remove"


def test_the_door_may_be_set_after_the_day_but_not_the_programme(world: Day) -> None:
    world.congress.stage = "held"
    db.session.commit()
    world.edit(world.main, "", "", START, None, START + timedelta(hours=9))
    assert world.main.closes_at == START + timedelta(hours=9)
    db.session.commit()
    assert refused(world.edit, world.main, "", "", START + timedelta(hours=1)) == ("stage", None)
    assert refused(world.add, "Trưa", "lunch") == ("stage", None)
    world.congress.stage = "cancelled"
    db.session.commit()
    assert refused(world.edit, world.main, "Tên mới") == ("stage", None)


# ---- what moves along ------------------------------------------------------------------------------------------------------


def test_another_hour_takes_the_door_along(world: Day) -> None:
    world.edit(world.main, "", "", START, START - timedelta(hours=1), START + timedelta(hours=3), START + timedelta(hours=5))
    agenda.set_start(world.main, time(8, 0), **world.by)
    half = timedelta(minutes=30)
    assert (world.main.starts_at, world.main.opens_at, world.main.closes_at, world.main.auto_exit_at) == (
        START + half, START - half, START + timedelta(hours=3.5), START + timedelta(hours=5.5),
    )  # fmt: skip


def values_on(world: Day, day: date, start: datetime) -> CongressValues:
    c = world.congress
    return CongressValues(
        form=c.form, ordinal=c.ordinal, held_on=day, starts_at=start, place="", planned_size=c.planned_size,
        attendance="delegates", is_pilot=False, date_reason="", titles=("", "", ""),
    )  # fmt: skip


def test_another_day_takes_every_part_along(world: Day) -> None:
    rehearsal = world.add("Tổng duyệt", "rehearsal", START - DAY, START - DAY - timedelta(hours=1))
    unset = world.add("Trưa", "lunch")
    db.session.commit()
    later = START + 3 * DAY + timedelta(hours=1)
    congresses.edit_congress(world.congress.id, values_on(world, date(2025, 5, 23), later), **world.by)
    assert (world.main.starts_at, rehearsal.starts_at, unset.starts_at) == (later, START + 2 * DAY, None)
    assert rehearsal.opens_at == START + 2 * DAY - timedelta(hours=1)


def test_the_hour_alone_moves_the_main_sitting_only(world: Day) -> None:
    rehearsal = world.add("Tổng duyệt", "rehearsal", START - DAY)
    db.session.commit()
    later = START + timedelta(hours=1)
    congresses.edit_congress(world.congress.id, values_on(world, date(2025, 5, 20), later), **world.by)
    assert (world.main.starts_at, rehearsal.starts_at) == (later, START - DAY)


def test_put_off_everything_moves(world: Day) -> None:
    rehearsal = world.add("Tổng duyệt", "rehearsal", START - DAY)
    world.edit(world.main, "", "", START, START - timedelta(hours=1))
    db.session.commit()
    congresses.postpone(world.congress.id, "Mưa lũ", date(2025, 5, 27), **world.by)
    week = timedelta(days=7)
    assert (world.main.starts_at, rehearsal.starts_at) == (START + week, START - DAY + week)
    assert world.main.opens_at == START + week - timedelta(hours=1)
