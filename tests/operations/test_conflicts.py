"""Entries of gates without network that the rules would have refused: listed with what clashes, closed once, counted."""

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from congress.domain.door import say
from congress.domain.refusals import Refused
from congress.models import Attendance, AuditEntry, Delegate, Device, Scan, ScanConflict, Substitution, db
from congress.operations import conflicts
from congress.operations.badges import issue_badges, tokens_of
from congress.operations.checkin import Asked, ScanSource, record_scan
from congress.operations.desk_work import annul_scan
from tests.web.contract import counted
from tests.world import World, actor_for, make_delegate

AT = datetime(2025, 5, 20, 0, 31, tzinfo=UTC)  # 07:31 in Vietnam, the sitting starts at 07:30
LATER = AT + timedelta(minutes=30)  # when the gates have a network again
MINUTE = timedelta(minutes=1)


class Gates(World):
    """The province with two gates at the first district's congress, and people with badges."""

    def __init__(self, app: Flask) -> None:
        super().__init__()
        self.sealer, self.nonces = app.extensions["sealer"], count()
        self.by: dict[str, Any] = {"actor": actor_for("organiser", unit=self.district), "now": LATER}
        self.sitting = self.congress.sittings[0]
        self.devices = [self.device("Máy 1"), self.device("Máy 2")]
        self.dao, self.binh = self.person("Nông Thị Đào", unit_text="Trường Một"), self.person("Đàm Văn Bình")
        db.session.commit()

    def device(self, name: str) -> Device:
        device = Device(
            key_hash=name, name=name, profile="gate", congress_id=self.congress.id, paired_by="x", paired_at=AT
        )  # fmt: skip
        db.session.add(device)
        db.session.flush()
        return device

    def person(self, name: str, state: str = "approved", **more: Any) -> Delegate:
        delegate = make_delegate(more.pop("congress", self.congress), name, state=state, **more)
        issue_badges([delegate.id], sealer=self.sealer, now=AT)
        return delegate

    def token(self, delegate: Delegate) -> str:
        return tokens_of(db.session.get_one(type(self.congress), delegate.congress_id), self.sealer)[delegate.id]

    def enter(self, who: Delegate | str, gate: int, at: datetime = AT, *, offline: bool = True, kind: str = "entry") -> int:
        """What gate 1 or 2 did, sent when the network is back; the id of the scan."""
        token = who if isinstance(who, str) else self.token(who)
        device = self.devices[gate - 1]
        source = ScanSource(f"device:{device.id}", f"Cửa {gate}", "Lan", device_id=device.id, device_name=device.name)
        answer = record_scan(
            congress=self.congress, sitting=self.sitting, asked=Asked("token", token), nonce=f"n{next(self.nonces)}",
            source=source, kind=kind, happened_at=at, offline=offline, shown="ok" if offline else "", sealer=self.sealer,
            now=LATER if offline else at,
        )  # fmt: skip
        db.session.flush()
        return answer.scan_id or 0

    def open(self) -> list[conflicts.ConflictLine]:
        return conflicts.list_conflicts(self.congress.id, closed=False, limit=50)

    def closed(self) -> list[conflicts.ConflictLine]:
        return conflicts.list_conflicts(self.congress.id, closed=True, limit=50)


@pytest.fixture
def gates(session: Any, app: Flask) -> Gates:
    return Gates(app)


def refused(call: Any, *arguments: Any, **named: Any) -> tuple[str, str | None]:
    with pytest.raises(Refused) as told:
        call(*arguments, **named)
    return told.value.code, told.value.field


def inside() -> set[int]:
    return set(db.session.scalars(select(Attendance.delegate_id)))


def test_two_gates_without_network(gates: Gates) -> None:
    first, second = gates.enter(gates.dao, 1), gates.enter(gates.dao, 2, AT + 2 * MINUTE)
    [line] = gates.open()
    assert (line.code, line.scan_id, line.sentence) == (
        "already_in", second, "Vào hai cửa: Cửa 1 lúc 07:31 và Cửa 2 lúc 07:33, hai máy đều mất mạng.",
    )  # fmt: skip
    assert (line.person.name, line.person.number, line.person.unit) == ("Nông Thị Đào", 101, "Trường Một")
    assert (line.entry.gate, line.entry.device, line.operator, line.received_at) == ("Cửa 2", "Máy 2", "Lan", LATER)
    assert (line.other.gate, line.other.at, line.can_annul, line.sitting) == ("Cửa 1", AT, True, "Buổi chính")
    assert (conflicts.count_open(gates.congress.id), inside()) == (1, {gates.dao.id})
    assert db.session.scalars(select(Attendance.scan_id)).all() == [first]


def test_the_entry_that_was_sent_late_may_have_been_the_first(gates: Gates) -> None:
    gates.enter(gates.dao, 2, AT + 2 * MINUTE, offline=False)
    late = gates.enter(gates.dao, 1)
    [line] = gates.open()
    assert (line.scan_id, line.sentence) == (
        late, "Vào hai cửa: Cửa 1 lúc 07:31 và Cửa 2 lúc 07:33, máy ở Cửa 1 mất mạng.",
    )  # fmt: skip
    assert db.session.scalars(select(Attendance.scan_id)).all() == [late]  # the fact is told by the time, not by the arrival


def test_who_was_replaced_says_by_whom(gates: Gates) -> None:
    token, new = gates.token(gates.dao), gates.person("Lò Thị Thay")
    gates.dao.state = "withdrawn"
    row = Substitution(
        congress_id=gates.congress.id, old_id=gates.dao.id, new_id=new.id, number=101, reason="x", decided_by="x",
        actor_name="x", at=AT,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    gates.enter(token, 1)
    [line] = gates.open()
    assert (line.code, line.sentence) == (
        "replaced", f"Vào lúc 07:31 bằng thẻ đã chuyển cho Lò Thị Thay, số thẻ {new.number}.",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        ("withdrawn", "Vào lúc 07:31 khi đã rút khỏi danh sách."),
        ("reserve", "Vào lúc 07:31 khi còn là dự bị, chưa được duyệt."),
        ("proposed", "Vào lúc 07:31 khi chưa được duyệt."),
    ],
)
def test_who_is_not_on_the_list_is_in_and_listed(gates: Gates, state: str, sentence: str) -> None:
    gates.dao.state = state
    gates.enter(gates.dao, 1)
    assert ([line.sentence for line in gates.open()], inside()) == ([sentence], {gates.dao.id})


def test_before_the_door_opened_and_after_it_shut(gates: Gates) -> None:
    gates.enter(gates.dao, 1, AT - 3 * timedelta(hours=1))
    gates.sitting.closes_at = AT
    gates.enter(gates.binh, 1, AT + MINUTE)
    assert [line.sentence for line in gates.open()] == [
        "Vào lúc 07:32, sau giờ đóng cửa 07:31.", "Vào lúc 04:31, trước giờ mở cửa 06:00.",
    ]  # fmt: skip


def test_nobody_of_this_congress_has_no_name_here(gates: Gates) -> None:
    stranger = gates.person("Người Huyện Khác", congress=gates.other_congress)
    gates.enter(stranger, 1)
    gates.enter("1" * 23, 1)
    lines = gates.open()
    assert [(line.person, line.other) for line in lines] == [(None, None), (None, None)]
    assert [line.sentence for line in lines] == [
        "Cho vào lúc 07:31 một mã không đọc được.", "Vào lúc 07:31 bằng thẻ của hội nghị khác.",
    ]  # fmt: skip
    assert [line.can_annul for line in lines] == [False, True]


def test_closed_with_words_once_and_who_is_in_stays_in(gates: Gates) -> None:
    gates.enter(gates.dao, 1)
    gates.enter(gates.dao, 2, AT + MINUTE)
    line, congress_id = gates.open()[0], gates.congress.id
    assert refused(conflicts.close_conflict, line.id, congress_id, " ", **gates.by) == ("needs_words", "note")
    assert refused(conflicts.close_conflict, line.id, congress_id, "x" * 501, **gates.by) == ("long_words", "note")
    assert refused(conflicts.close_conflict, line.id, gates.other_congress.id, "x", **gates.by) == ("no_conflict", None)
    assert refused(conflicts.close_conflict, 999, congress_id, "x", **gates.by) == ("no_conflict", None)
    conflicts.close_conflict(line.id, congress_id, " Đã kiểm tra,  đúng người ", **gates.by)
    assert refused(conflicts.close_conflict, line.id, congress_id, "x", **gates.by) == ("closed", None)
    [done] = gates.closed()
    assert (done.note, done.closed_by, done.closed_at) == ("Đã kiểm tra, đúng người", gates.by["actor"].name, LATER)
    assert (gates.open(), conflicts.count_open(congress_id), inside()) == ([], 0, {gates.dao.id})
    kept = db.session.execute(select(AuditEntry.action, AuditEntry.difference)).all()
    assert kept == [
        (
            "checkin.close_conflict",
            {
                "closed_at": [None, "2025-05-20T01:01:00+00:00"], "closed_by": ["", gates.by["actor"].name],
                "note": ["", "Đã kiểm tra, đúng người"],
            },
        )
    ]  # fmt: skip


def test_annulled_there_is_nothing_left_to_look_into(gates: Gates) -> None:
    first = gates.enter(gates.dao, 1)
    second = gates.enter(gates.dao, 2, AT + MINUTE)
    annul_scan(second, congress=gates.congress, reason="Quét hộ", **gates.by)
    [line] = gates.closed()
    assert (gates.open(), line.annul_reason, line.can_annul) == ([], "Quét hộ", False)
    assert db.session.scalars(select(Attendance.scan_id)).all() == [first]


def test_where_the_other_entry_was_annulled_it_says_so(gates: Gates) -> None:
    first = gates.enter(gates.dao, 1)
    gates.enter(gates.dao, 2, AT + MINUTE)
    annul_scan(first, congress=gates.congress, **gates.by)
    [line] = gates.open()
    assert (line.sentence, line.other) == ("Vào lúc 07:32; lượt kia đã được hủy.", None)


def test_the_newest_first_a_page_at_a_time_of_this_congress_only(gates: Gates) -> None:
    people = [gates.person(f"Lò {n}", state="proposed") for n in range(3)]
    for person in people:
        gates.enter(person, 1)
    scan = db.session.scalars(select(Scan.id).order_by(Scan.id)).first()
    db.session.execute(ScanConflict.__table__.update().where(ScanConflict.scan_id == scan).values(made_at=LATER + MINUTE))
    where = {"closed": False, "limit": 2}
    first = [line.person.name for line in conflicts.list_conflicts(gates.congress.id, **where)]
    rest = [line.person.name for line in conflicts.list_conflicts(gates.congress.id, offset=2, **where)]
    assert (first, rest) == (["Lò 0", "Lò 2"], ["Lò 1"])
    assert conflicts.list_conflicts(gates.other_congress.id, **where) == []


def test_the_list_takes_a_fixed_number_of_queries(gates: Gates) -> None:
    counts = []
    for n in range(3):
        gates.enter(gates.person(f"Lò {n}", state="proposed"), 1)
        with counted() as statements:
            gates.open()
        counts.append(len(statements))
    assert counts == [2, 2, 2]


def test_a_conflict_is_said_by_the_door_too(gates: Gates) -> None:
    """The codes of this list are the door's own."""
    gates.dao.state = "reserve"
    gates.enter(gates.dao, 1)
    assert say(gates.open()[0].code, now=LATER) == "Đại biểu dự bị, chưa được duyệt. Gửi bàn hỗ trợ."
