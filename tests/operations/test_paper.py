"""The sheet and its ticks on both databases: who stands on it, scans with the paper's time, typed twice is once."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from congress.domain.names import fold, sort_key
from congress.domain.refusals import Refused
from congress.models import Attendance, AuditEntry, Delegate, Delegation, Scan, ScanConflict, Sitting, db
from congress.operations import paper
from congress.operations.checkin import Asked, ScanSource, record_scan
from congress.operations.desk_work import annul_scan
from congress.operations.paper import OUTSIDE, PartyLine, Recorded, Tick
from tests.web.contract import counted
from tests.world import World, actor_for, make_delegate


class Hall(World):
    """The first district's congress an hour after its start, with two delegations and somebody of none."""

    def __init__(self, app: Flask) -> None:
        super().__init__()
        self.sealer = app.extensions["sealer"]
        self.sitting = self.congress.sittings[0]
        assert self.sitting.starts_at
        self.start: datetime = self.sitting.starts_at
        self.now = self.start + timedelta(hours=1)
        self.chief = actor_for("organiser", unit=self.district)
        self.health, self.youth = self.party("Sở Y tế", 2), self.party("Đoàn Thanh niên", 1)
        self.dao = self.person("Nông Thị Đào", delegation=self.health, title="Bác sĩ", unit_text="Bệnh viện", seat="A1")
        self.binh = self.person("Đàm Văn Bình", "guest", delegation=self.health, degree="ThS.")
        self.health.head_id = self.binh.id
        self.an = self.person("Lò Văn An", "leader")
        db.session.commit()

    def party(self, name: str, position: int) -> Delegation:
        row = Delegation(congress_id=self.congress.id, name=name, folded=fold(name), position=position)
        db.session.add(row)
        db.session.flush()
        return row

    def person(self, name: str, group: str = "exemplar", state: str = "approved", **more: Any) -> Delegate:
        row = make_delegate(more.pop("congress", self.congress), name, group, state, **more)
        row.folded, row.sort_key = fold(name), sort_key(name)
        return row

    def tick(self, *people: Delegate, minutes: int = 5) -> Recorded:
        ticks = [Tick(person.id, self.start + timedelta(minutes=minutes)) for person in people]
        done = paper.record_ticks(
            self.congress, self.sitting, ticks, actor=self.chief, sealer=self.sealer, now=self.now
        )  # fmt: skip
        db.session.commit()
        return done

    def sheet(self, delegation_id: int | None = None) -> paper.Sheet:
        return paper.make_sheet(
            self.congress, self.sitting, delegation_id=delegation_id, actor=self.chief, now=self.now
        )  # fmt: skip


@pytest.fixture
def hall(session: Any, app: Flask) -> Hall:
    return Hall(app)


def entries() -> dict[int, tuple[datetime, str]]:
    rows = db.session.execute(select(Attendance.delegate_id, Attendance.at, Attendance.gate))
    return {row.delegate_id: (row.at, row.gate) for row in rows}


# The sheet


def test_the_sheet_is_by_delegation_in_protocol_order_led_by_its_head(hall: Hall) -> None:
    hall.person("Dự", state="reserve", delegation=hall.health)
    hall.person("Khách", state="approved", delegation=hall.health, walk_in=True)
    hall.person("Nơi khác", congress=hall.other_congress)
    young = hall.person("Vi Văn Bí", delegation=hall.youth)
    sheet = hall.sheet()
    assert [(s.title, s.leader, [(p.number, p.name, p.place, p.seat) for p in s.people]) for s in sheet.sections] == [
        ("Đoàn Thanh niên", "", [(young.number, "Vi Văn Bí", "", "")]),
        (
            "Đoàn Sở Y tế", "Trưởng đoàn: Đàm Văn Bình",
            [(102, "ThS. Đàm Văn Bình", "", ""), (101, "Nông Thị Đào", "Bác sĩ, Bệnh viện", "A1")],
        ),
        ("Đại biểu không thuộc đoàn", "", [(103, "Lò Văn An", "", "")]),
    ]  # fmt: skip
    assert sheet.lines == ("Hội nghị Huyện Một", "Lần thứ VI", "ngày 20 tháng 3 năm 2025")
    assert sheet.subtitle == "(Buổi chính, bắt đầu 07 giờ 30 phút ngày 20/05/2025)"


def test_the_sheet_of_one_delegation_and_of_those_of_none(hall: Hall) -> None:
    assert [len(s.people) for s in hall.sheet(hall.health.id).sections] == [2]
    assert [s.title for s in hall.sheet(OUTSIDE).sections] == ["Đại biểu không thuộc đoàn"]
    with pytest.raises(Refused) as refusal:
        hall.sheet(hall.youth.id)
    assert refusal.value.code == "nobody"


def test_that_it_was_printed_is_written_down(hall: Hall) -> None:
    hall.sheet()
    entry = db.session.scalars(select(AuditEntry)).one()
    assert (entry.action, entry.subject, entry.difference) == ("paper.print", "sitting", {"people": 3})


# What there is to type in


def test_delegations_with_those_who_came_and_people_of_none_last(hall: Hall) -> None:
    hall.tick(hall.dao)
    hall.person("Vi Văn Bí", delegation=hall.youth)
    assert paper.parties_of(hall.congress, hall.sitting) == [
        PartyLine(hall.youth.id, "Đoàn Thanh niên", 0, 1), PartyLine(hall.health.id, "Đoàn Sở Y tế", 1, 2),
        PartyLine(OUTSIDE, "Không thuộc đoàn nào", 0, 1),
    ]  # fmt: skip


def test_rows_in_the_order_of_the_paper_with_when_they_came(hall: Hall) -> None:
    hall.tick(hall.dao)
    rows = paper.rows_of(hall.congress, hall.sitting, hall.health)
    assert [(row.name, row.at, row.gate) for row in rows] == [
        ("ThS. Đàm Văn Bình", None, ""), ("Nông Thị Đào", hall.start + timedelta(minutes=5), "Phiếu giấy"),
    ]  # fmt: skip
    assert [row.name for row in paper.rows_of(hall.congress, hall.sitting, None)] == ["Lò Văn An"]


def test_as_many_queries_for_many_people_as_for_few(hall: Hall) -> None:
    counts, party = [], hall.health
    for size in (1, 3):
        for n in range(size):
            hall.person(f"Người {size}{n}", delegation=hall.party(f"Xã {size}{n}", 3))
            hall.person(f"Bác sĩ {size}{n}", delegation=hall.health)
        _loaded = (hall.congress.id, hall.sitting.id, party.name)
        with counted() as statements:
            paper.parties_of(hall.congress, hall.sitting)
            paper.rows_of(hall.congress, hall.sitting, party)
        counts.append(len([text for text in statements if text.startswith("SELECT")]))
    assert counts == [2, 2]


@pytest.mark.parametrize(("starts", "held", "day"), [(True, True, 20), (False, True, 21), (False, False, 22)])
def test_the_day_is_the_sittings_else_the_congresss_else_today(hall: Hall, starts: bool, held: bool, day: int) -> None:
    hall.sitting.starts_at = hall.sitting.starts_at if starts else None
    hall.congress.held_on = date(2025, 5, 21) if held else None
    now = datetime.fromisoformat("2025-05-21T23:00:00+00:00")  # 06:00 on the 22nd in Vietnam
    assert paper.day_of(hall.congress, hall.sitting, now=now) == date(2025, 5, day)


# Typing it in


def test_a_tick_is_a_scan_with_the_papers_time(hall: Hall) -> None:
    assert hall.tick(hall.dao, hall.binh) == Recorded(2, 0, 0)
    at = hall.start + timedelta(minutes=5)
    assert entries() == dict.fromkeys((hall.dao.id, hall.binh.id), (at, "Phiếu giấy"))
    scans = db.session.execute(
        select(Scan.device, Scan.how, Scan.kind, Scan.offline, Scan.forced, Scan.actor_name, Scan.happened_at, Scan.received_at)
    ).all()
    assert scans == [("paper", "paper", "entry", True, False, hall.chief.name, at, hall.now)] * 2
    entry = db.session.scalars(select(AuditEntry)).one()
    assert (entry.action, entry.difference) == ("checkin.paper", {"people": 2})


def test_the_same_sheet_typed_twice_is_once(hall: Hall) -> None:
    hall.tick(hall.dao)
    assert hall.tick(hall.dao) == Recorded(0, 0, 1)
    assert hall.tick(hall.dao, hall.binh, minutes=9) == Recorded(1, 0, 1)
    assert db.session.scalar(select(func.count()).select_from(Scan)) == 2
    assert entries()[hall.dao.id][0] == hall.start + timedelta(minutes=5)


def test_two_who_type_the_same_sheet_at_once_make_one_scan(hall: Hall) -> None:
    """The second one looked before the first had written: its nonce is the same, so it gets the same answer."""
    hall.tick(hall.dao)
    source = ScanSource(device="paper", device_name=paper.SOURCE, gate=paper.SOURCE, operator="x", profile="desk")
    nonce = db.session.scalars(select(Scan.nonce)).one()
    answer = record_scan(
        congress=hall.congress, sitting=hall.sitting, asked=Asked("paper", hall.dao.id), nonce=nonce, source=source,
        happened_at=hall.start + timedelta(minutes=5), offline=True, sealer=hall.sealer, now=hall.now,
    )  # fmt: skip
    assert answer.result == "ok"
    assert db.session.scalar(select(func.count()).select_from(Scan)) == 1


def test_whoever_a_gate_let_in_keeps_the_gates_time(hall: Hall) -> None:
    record_scan(
        congress=hall.congress, sitting=hall.sitting, asked=Asked("name", hall.dao.id), nonce="1",
        source=ScanSource(device="device:1", gate="Cửa 1", operator="Lan"), sealer=hall.sealer, now=hall.start,
    )  # fmt: skip
    assert hall.tick(hall.dao) == Recorded(0, 0, 1)
    assert entries()[hall.dao.id] == (hall.start, "Cửa 1")


def test_after_an_annulment_the_same_time_can_be_said_anew(hall: Hall) -> None:
    hall.tick(hall.dao)
    scan = db.session.scalars(select(Scan)).one()
    annul_scan(scan.id, congress=hall.congress, actor=hall.chief, now=hall.now)
    assert entries() == {}
    assert hall.tick(hall.dao) == Recorded(1, 0, 0)
    assert list(entries()) == [hall.dao.id]


def test_nobody_is_refused_and_what_the_rules_would_refuse_is_listed(hall: Hall) -> None:
    reserve = hall.person("Dự", state="reserve")
    assert hall.tick(reserve, hall.dao) == Recorded(2, 1, 0)
    assert set(entries()) == {reserve.id, hall.dao.id}
    assert db.session.scalars(select(ScanConflict.code)).all() == ["reserve"]


def test_a_time_outside_the_opening_is_kept_and_listed(hall: Hall) -> None:
    assert hall.tick(hall.dao, minutes=-300) == Recorded(1, 1, 0)
    assert db.session.scalars(select(ScanConflict.code)).all() == ["not_yet"]


def test_each_sitting_has_its_own_sheet(hall: Hall) -> None:
    other = Sitting(congress_id=hall.congress.id, name="Phiên trù bị", kind="preparatory", opened_by_hand=True)
    db.session.add(other)
    db.session.flush()
    hall.tick(hall.dao)
    hall.sitting = other
    assert hall.tick(hall.dao) == Recorded(1, 0, 0)
    assert db.session.scalar(select(func.count()).select_from(Attendance)) == 2


def test_numbers_are_those_of_this_congress(hall: Hall) -> None:
    make_delegate(hall.other_congress, "Nơi khác").number = 555
    db.session.flush()
    assert paper.find_numbers(hall.congress, [101, 103, 555, 999]) == {101: hall.dao.id, 103: hall.an.id}
