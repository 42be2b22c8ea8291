"""What a desk decides with a reason, and taking back; on both databases."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from congress.domain.refusals import Refused
from congress.models import Attendance, AuditEntry, Badge, Delegate, Scan, ScanConflict, db
from congress.operations.checkin import Asked
from congress.operations.desk_work import annul_own, annul_scan, set_opening
from congress.operations.door_people import count_attendance
from tests.hall import DESK, GATE, NOW, OTHER_GATE, Hall


@pytest.fixture
def hall(session: Any, app: Flask) -> Hall:
    return Hall(app)


def group_code(hall: Hall, code: str) -> Any:
    return next(c for c in hall.plan.components if c.code == code)


def attendances() -> int:
    return db.session.scalar(select(func.count()).select_from(Attendance)) or 0


def test_a_desk_lets_a_walk_in_in_and_counts_it_apart(hall: Hall) -> None:
    hall.scan(hall.dao)
    guest = group_code(hall, "guest")
    answer = hall.let_in(name="  lý thị MỶ ", unit_text="Báo Một", component=guest, nonce="w")
    assert (answer.result, answer.code, answer.delegate.name, answer.delegate.number) == ("ok", "let_in", "lý thị MỶ", 103)
    assert (answer.inside, answer.expected) == (1, 2)
    added = db.session.get_one(Delegate, answer.delegate.id)
    assert (added.state, added.walk_in, added.unit_text) == ("proposed", True, "Báo Một")
    assert db.session.scalars(select(Scan.reason).where(Scan.how == "walk_in")).all() == ["Đi thay ông Hưng"]
    assert hall.let_in(name="lý thị MỶ", unit_text="Báo Một", component=guest, nonce="w") == answer  # sent twice
    assert db.session.scalar(select(func.count()).select_from(Delegate).where(Delegate.walk_in)) == 1
    count = count_attendance(hall.sitting, NOW)
    assert (count.inside, count.expected, count.walk_ins) == (1, 2, 1)
    assert hall.scan(asked=Asked("number", 103)).code == "already_in"


def test_a_desk_lets_in_somebody_who_is_not_approved_yet(hall: Hall) -> None:
    hall.dao.state = "reserve"
    assert hall.let_in(delegate_id=hall.dao.id).code == "let_in"
    assert (hall.dao.walk_in, hall.dao.state) == (True, "reserve")
    assert (count_attendance(hall.sitting, NOW).inside, count_attendance(hall.sitting, NOW).walk_ins) == (0, 1)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"reason": "  "}, "no_reason"),
        ({"name": " "}, "no_name"),
        ({"component": None}, "no_component"),
        ({"delegate_id": 2}, "approved"),
        ({"delegate_id": 99}, "unknown_person"),
        ({"now": NOW - timedelta(hours=9)}, "not_yet"),
    ],
)
def test_letting_in_is_refused(hall: Hall, change: dict[str, Any], code: str) -> None:
    given = {"name": "Lý Thị Mỷ", "component": group_code(hall, "guest"), **change}
    with pytest.raises(Refused) as refusal:
        hall.let_in(**given)
    assert refusal.value.code == code
    db.session.rollback()
    assert (attendances(), db.session.scalar(select(func.count()).select_from(Delegate))) == (0, 2)


def test_the_withdrawn_and_strangers_are_not_let_in(hall: Hall) -> None:
    hall.dao.state = "withdrawn"
    stranger = hall.person("Người Huyện Khác", state="proposed", congress=hall.other_congress)
    for delegate, code in ((hall.dao, "withdrawn"), (stranger, "unknown_person")):
        with pytest.raises(Refused) as refusal:
            hall.let_in(delegate_id=delegate.id)
        assert refusal.value.code == code


def test_only_a_desk_lets_in(hall: Hall) -> None:
    with pytest.raises(Refused, match="ở bàn hỗ trợ"):
        hall.let_in(name="Lý Thị Mỷ", component=group_code(hall, "guest"), source=GATE)


def test_a_cancelled_congress_lets_nobody_in(hall: Hall) -> None:
    hall.congress.stage = "cancelled"
    with pytest.raises(Refused, match="đã hủy"):
        hall.let_in(name="Lý Thị Mỷ", component=group_code(hall, "guest"))


def test_the_owner_of_a_badge_comes_second_and_its_token_dies(hall: Hall) -> None:
    token = hall.token(hall.dao)
    hall.scan(hall.dao)  # somebody else with a copy
    asked = Asked("token", token)
    assert hall.scan(asked=asked, source=GATE, override=True, reason="Đúng người trong ảnh").code == "already_in"  # not a desk
    assert hall.scan(asked=asked, source=DESK, override=True).code == "already_in"  # no reason
    answer = hall.scan(asked=asked, source=DESK, override=True, reason="Đúng người trong ảnh", nonce="o")
    assert (answer.result, answer.code) == ("ok", "owner")
    assert attendances() == 1
    assert hall.scan(asked=asked).code == "badge_revoked"
    fresh = hall.token(hall.dao)
    assert fresh != token and hall.scan(hall.dao).code == "already_in"
    again = hall.scan(asked=asked, source=DESK, override=True, reason="Đúng người trong ảnh", nonce="o")
    assert (again.code, hall.token(hall.dao)) == ("owner", fresh)  # the retry issues no other badge
    assert db.session.scalars(select(AuditEntry.action)).all() == ["badges.replace"]
    assert db.session.scalar(select(func.count()).select_from(Badge).where(Badge.delegate_id == hall.dao.id)) == 2


def test_a_desk_lets_in_the_badge_of_somebody_not_approved(hall: Hall) -> None:
    hall.binh.state = "reserve"
    assert hall.scan(hall.binh, source=DESK).code == "reserve"
    assert hall.scan(hall.binh, source=DESK, override=True, reason="Trưởng đoàn bảo lãnh").code == "let_in"
    count = count_attendance(hall.sitting, NOW)
    assert (count.inside, count.walk_ins) == (0, 1)


def test_undo_takes_the_entry_back_and_keeps_the_scan(hall: Hall) -> None:
    answer = hall.scan(hall.dao, nonce="a")
    later = NOW + timedelta(minutes=15)
    annul_own("a", congress_id=hall.congress.id, source=GATE, reason="Quét nhầm", actor=hall.staff, now=later)
    assert attendances() == 0
    scan = db.session.get_one(Scan, answer.scan_id)
    assert (scan.result, scan.annulled_by, scan.annulled_at, scan.annul_reason) == ("ok", "checkin_staff thử", later, "Quét nhầm")
    annul_own("a", congress_id=hall.congress.id, source=GATE, actor=hall.staff, now=later)  # the retry
    assert db.session.scalars(select(AuditEntry.action)).all() == ["checkin.undo"]
    assert hall.scan(hall.dao).result == "ok"


def test_a_device_undoes_its_own_for_a_quarter_of_an_hour_a_supervisor_always(hall: Hall) -> None:
    scan_id = hall.scan(hall.dao, nonce="a").scan_id or 0
    late = NOW + timedelta(minutes=15, seconds=1)
    for source, now, code in ((OTHER_GATE, NOW, "no_scan"), (GATE, late, "too_late")):
        with pytest.raises(Refused) as refusal:
            annul_own("a", congress_id=hall.congress.id, source=source, actor=hall.staff, now=now)
        assert (refusal.value.code, attendances()) == (code, 1)
    with pytest.raises(Refused, match="Chỉ người phụ trách cửa"):
        annul_scan(scan_id, congress=hall.congress, actor=hall.staff, now=late)
    annul_scan(scan_id, congress=hall.congress, actor=hall.chief, now=late)
    assert attendances() == 0


def test_what_was_taken_back_without_network_counts_from_then(hall: Hall) -> None:
    hall.scan(hall.dao, nonce="a", offline=True)
    when = {"happened_at": NOW + timedelta(minutes=1), "now": NOW + timedelta(hours=3)}
    annul_own("a", congress_id=hall.congress.id, source=GATE, actor=hall.staff, **when)
    assert attendances() == 0


def test_what_is_no_entry_cannot_be_undone(hall: Hall) -> None:
    entry, again = hall.scan(hall.dao), hall.scan(hall.dao)
    annul_scan(entry.scan_id or 0, congress=hall.congress, actor=hall.chief, now=NOW)
    for scan_id, congress, code in (
        (again.scan_id, hall.congress, "not_an_entry"), (entry.scan_id, hall.congress, "already_undone"),
        (999, hall.congress, "no_scan"),
    ):  # fmt: skip
        with pytest.raises(Refused) as refusal:
            annul_scan(scan_id or 0, congress=congress, actor=hall.chief, now=NOW)
        assert refusal.value.code == code


def test_a_scan_of_another_congress_is_not_undone_here(hall: Hall) -> None:
    scan_id = hall.scan(hall.dao).scan_id or 0
    with pytest.raises(Refused) as refusal:
        annul_scan(scan_id, congress=hall.lower_congress, actor=hall.plan_owner(), now=NOW)
    assert refusal.value.code == "no_scan"


def test_undoing_one_of_two_entries_leaves_the_other(hall: Hall) -> None:
    first = hall.scan(hall.dao)
    later = {"happened_at": NOW + timedelta(minutes=2), "now": NOW + timedelta(minutes=3)}
    forced = hall.scan(hall.dao, source=OTHER_GATE, offline=True, **later)
    assert db.session.scalar(select(func.count()).select_from(ScanConflict).where(ScanConflict.closed_at.is_(None))) == 1
    annul_scan(first.scan_id or 0, congress=hall.congress, actor=hall.chief, now=NOW + timedelta(minutes=5))
    [row] = db.session.scalars(select(Attendance)).all()
    assert (row.at, row.gate, row.scan_id) == (NOW + timedelta(minutes=2), "Cửa 2", forced.scan_id)
    annul_scan(forced.scan_id or 0, congress=hall.congress, actor=hall.chief, now=NOW + timedelta(minutes=6))
    assert attendances() == 0
    assert db.session.scalars(select(ScanConflict.note)).all() == ["Lượt đã được hoàn tác."]


def test_an_undone_exit_brings_back_inside(hall: Hall) -> None:
    hall.scan(hall.dao)
    out = hall.scan(hall.dao, kind="exit", now=NOW + timedelta(minutes=10))
    assert (out.code, out.inside) == ("out", 0)
    annul_scan(out.scan_id or 0, congress=hall.congress, actor=hall.chief, now=NOW + timedelta(minutes=11))
    assert count_attendance(hall.sitting, NOW).inside == 1


def test_opening_by_hand_remembers_since_when(hall: Hall) -> None:
    set_opening(hall.sitting, True, actor=hall.chief, now=NOW)
    set_opening(hall.sitting, True, actor=hall.chief, now=NOW + timedelta(minutes=5))  # it is open: nothing changes
    assert hall.sitting.opened_by_hand_at == NOW
    assert db.session.scalars(select(AuditEntry.difference)).all() == [{"opened_by_hand": [None, True]}]
