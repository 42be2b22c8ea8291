"""Check-in on both databases: one attendance per delegate and sitting, whatever the door, the retry or the race."""

import itertools
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, func, select

from congress.domain.access import COMMAND_LINE
from congress.domain.names import fold, sort_key
from congress.domain.refusals import Refused
from congress.domain.tokens import TokenKind, make_token
from congress.models import Attendance, AuditEntry, Badge, Delegate, Delegation, Scan, Sitting, db
from congress.operations.badges import issue_badges, tokens_of
from congress.operations.checkin import ScanAnswer, choose_sitting, get_sitting, let_in, record_scan, set_opening, undo_scan
from congress.operations.door_people import count_attendance, find_people, recent_scans
from tests.world import World, actor_for, make_delegate

NOW = datetime(2025, 5, 20, 0, 41, tzinfo=UTC)  # 07:41 in Vietnam, the sitting starts at 07:30
NONCES = (f"n{i}" for i in itertools.count())


class Hall(World):
    """The province with people at the first district's congress, each with a badge."""

    def __init__(self, app: Flask) -> None:
        super().__init__()
        self.sealer = app.extensions["sealer"]
        self.sitting = self.congress.sittings[0]
        self.staff = actor_for("checkin_staff", congress=self.congress)
        self.chief = actor_for("organiser", unit=self.district)
        self.delegation = Delegation(congress_id=self.congress.id, name="Xã Một", folded="xa mot", position=1)
        db.session.add(self.delegation)
        db.session.flush()
        self.dao = self.person("Nông Thị Bích Đào", unit_text="Trường Tiểu học Một", delegation_id=self.delegation.id)
        self.binh = self.person("Đàm Văn Bình", group="guest")
        db.session.commit()

    def person(self, name: str, group: str = "exemplar", state: str = "approved", congress: Any = None, **more: Any) -> Delegate:
        delegate = make_delegate(congress or self.congress, name, group, state, **more)
        delegate.folded, delegate.sort_key = fold(name), sort_key(name)
        issue_badges([delegate.id], sealer=self.sealer, now=NOW)
        return delegate

    def token(self, delegate: Delegate) -> str:
        return tokens_of(db.session.get_one(type(self.congress), delegate.congress_id), self.sealer)[delegate.id]

    def scan(self, delegate: Delegate | None = None, **more: Any) -> ScanAnswer:
        given = {"nonce": next(NONCES), "device": "máy 1", "gate": "Cửa 1", "now": NOW, "actor": self.staff, **more}
        if delegate:
            given["token"] = self.token(delegate)
        return record_scan(congress=self.congress, sitting=self.sitting, sealer=self.sealer, **given)

    def let_in(self, **more: Any) -> ScanAnswer:
        given = {
            "nonce": next(NONCES), "device": "máy 1", "gate": "Cửa 1", "now": NOW, "actor": self.chief,
            "reason": "Đi thay ông Hưng", **more,
        }  # fmt: skip
        return let_in(congress=self.congress, sitting=self.sitting, sealer=self.sealer, **given)


@pytest.fixture
def hall(session: Any, app: Flask) -> Hall:
    return Hall(app)


def attendances() -> int:
    return db.session.scalar(select(func.count()).select_from(Attendance)) or 0


def group_code(hall: Hall, code: str) -> Any:
    return next(c for c in hall.plan.components if c.code == code)


def test_a_badge_lets_in_once_then_says_when_and_where(hall: Hall) -> None:
    answer = hall.scan(hall.dao)
    assert answer.to_json() == {
        "result": "ok", "code": "in", "message": "Đã điểm danh, mời vào.", "word": "VÀO", "tone": "in",
        "at": "2025-05-20T00:41:00+00:00", "scan_id": 1, "first": None, "counts": {"inside": 1, "expected": 2},
        "delegate": {
            "id": hall.dao.id, "number": 101, "name": "Nông Thị Bích Đào", "unit": "Trường Tiểu học Một", "delegation": "Xã Một",
            "group": "exemplar", "group_label": "Điển hình tiên tiến", "side": "honoured", "state": "approved",
        },
    }  # fmt: skip
    again = hall.scan(hall.dao, now=NOW + timedelta(minutes=3), gate="Cửa 2", device="máy 2")
    assert (again.result, again.code, again.message) == ("again", "already_in", "Đã vào lúc 07:41, Cửa 1.")
    assert again.to_json()["first"] == {"at": "2025-05-20T00:41:00+00:00", "clock": "07:41", "gate": "Cửa 1"}
    assert attendances() == 1
    rows = db.session.execute(select(Scan.result, Scan.how, Scan.gate, Scan.delegate_id).order_by(Scan.id)).all()
    assert rows == [("ok", "token", "Cửa 1", hall.dao.id), ("again", "token", "Cửa 2", hall.dao.id)]


def test_a_number_and_a_chosen_name_let_in_too(hall: Hall) -> None:
    assert hall.scan(number=101).delegate.name == "Nông Thị Bích Đào"
    assert hall.scan(delegate_id=hall.binh.id).result == "ok"
    assert db.session.scalars(select(Scan.how).order_by(Scan.id)).all() == ["number", "name"]


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"token": "19999999999999999999999"}, "malformed"),
        ({"token": ""}, "malformed"),
        ({"token": make_token(TokenKind.BADGE, "0" * 20)}, "unknown_token"),
        ({"token": make_token(TokenKind.GATE, "0" * 20)}, "wrong_kind"),
        ({"number": 999}, "unknown_number"),
        ({"number": 10**30}, "unknown_number"),
        ({"delegate_id": 999}, "unknown_person"),
        ({"delegate_id": -1}, "unknown_person"),
    ],
)
def test_what_nobody_carries_is_unknown_and_kept(hall: Hall, asked: dict[str, Any], code: str) -> None:
    answer = hall.scan(**asked)
    assert (answer.result, answer.code, answer.delegate) == ("unknown", code, None)
    assert db.session.execute(select(Scan.result, Scan.code, Scan.delegate_id)).all() == [("unknown", code, None)]


@pytest.mark.parametrize(("state", "code"), [("withdrawn", "withdrawn"), ("reserve", "reserve"), ("proposed", "not_approved")])
def test_who_is_not_approved_is_sent_to_the_desk(hall: Hall, state: str, code: str) -> None:
    hall.dao.state = state
    answer = hall.scan(hall.dao)
    assert (answer.result, answer.code, answer.delegate.name) == ("refused", code, "Nông Thị Bích Đào")
    assert attendances() == 0


def test_a_reprinted_badge_kills_the_old_one(hall: Hall) -> None:
    old = hall.token(hall.dao)
    db.session.execute(Badge.__table__.update().values(revoked_at=NOW))
    issue_badges([hall.dao.id], sealer=hall.sealer, now=NOW)
    assert hall.scan(token=old).code == "badge_revoked"
    assert hall.scan(hall.dao).code == "in"


def test_another_congress_is_told_without_a_name(hall: Hall) -> None:
    stranger = hall.person("Người Huyện Khác", congress=hall.other_congress)
    answer = hall.scan(stranger)
    assert (answer.result, answer.code, answer.delegate) == ("refused", "other_congress", None)
    assert db.session.scalars(select(Scan.delegate_id)).all() == [None]
    assert hall.scan(delegate_id=stranger.id).code == "unknown_person"
    assert hall.scan(number=stranger.number + 800).code == "unknown_number"


def test_the_door_opens_by_window_and_by_hand(hall: Hall) -> None:
    early = NOW - timedelta(hours=3)
    assert hall.scan(hall.dao, now=early).message == "Chưa mở điểm danh (mở lúc 06:00). Người phụ trách cửa có thể mở ngay."
    set_opening(hall.sitting, True, actor=hall.chief, now=early)
    assert hall.scan(hall.dao, now=early).result == "ok"
    set_opening(hall.sitting, False, actor=hall.chief, now=NOW)
    assert hall.scan(hall.binh).code == "closed_by_hand"
    set_opening(hall.sitting, None, actor=hall.chief, now=NOW)
    assert hall.scan(hall.binh).result == "ok"
    with pytest.raises(Refused, match="Chỉ người phụ trách cửa"):
        set_opening(hall.sitting, False, actor=hall.staff, now=NOW)
    actions = db.session.execute(select(AuditEntry.action, AuditEntry.difference).order_by(AuditEntry.id)).all()
    assert actions == [
        ("checkin.open", {"opened_by_hand": [None, True]}),
        ("checkin.close", {"opened_by_hand": [True, False]}),
        ("checkin.by_window", {"opened_by_hand": [False, None]}),
    ]


@pytest.mark.parametrize("stage", ["draft", "submitted", "list_open", "list_closed", "held", "reported"])
def test_no_stage_shuts_the_door(hall: Hall, stage: str) -> None:
    hall.congress.stage = stage
    assert hall.scan(hall.dao).result == "ok"


def test_a_cancelled_congress_does(hall: Hall) -> None:
    hall.congress.stage = "cancelled"
    assert hall.scan(hall.dao).code == "cancelled"
    with pytest.raises(Refused, match="đã hủy"):
        set_opening(hall.sitting, True, actor=hall.chief, now=NOW)
    with pytest.raises(Refused, match="đã hủy"):
        hall.let_in(name="Lý Thị Mỷ", component=group_code(hall, "guest"))


def test_a_retry_gets_the_same_answer_and_enters_nobody_twice(hall: Hall) -> None:
    first = hall.scan(hall.dao, nonce="x")
    later = hall.scan(hall.dao, nonce="x", now=NOW + timedelta(minutes=1))
    assert later == first
    assert hall.scan(hall.dao, nonce="x", device="máy 2").code == "already_in"  # nonces are each device's own
    again = hall.scan(hall.dao, nonce="y")
    hall.dao.name = "Nông Thị Đào"  # a corrected name shows in a replay: it is stored once
    replay = hall.scan(hall.dao, nonce="y", now=NOW + timedelta(days=1))
    assert (replay.message, replay.first, replay.at) == (again.message, again.first, again.at)
    assert replay.delegate.name == "Nông Thị Đào"
    assert attendances() == 1


def test_a_nonce_with_other_content_is_refused_and_changes_nothing(hall: Hall) -> None:
    hall.scan(hall.dao, nonce="x")
    reused = hall.scan(hall.binh, nonce="x")
    assert (reused.result, reused.code, reused.scan_id, reused.delegate) == ("refused", "nonce_reused", None, None)
    assert attendances() == 1
    assert db.session.scalars(select(Scan.result)).all() == ["ok"]


def test_no_answer_stores_a_name_or_a_token(hall: Hall) -> None:
    hall.scan(hall.dao)
    hall.scan(hall.dao)
    stored = " ".join(str(value) for row in db.session.execute(select(Scan.__table__)) for value in row)
    assert [word for word in ("Đào", hall.token(hall.dao)) if word in stored] == []


def statements(work: Any) -> list[str]:
    seen: list[str] = []
    listen = lambda _c, _cursor, statement, *_more: seen.append(statement.split()[0])  # noqa: E731
    event.listen(db.engine, "before_cursor_execute", listen)
    try:
        work()
    finally:
        event.remove(db.engine, "before_cursor_execute", listen)
    return [word for word in seen if word not in ("BEGIN", "COMMIT")]


def test_a_scan_takes_four_statements(hall: Hall) -> None:
    token = hall.token(hall.dao)
    assert hall.congress.stage and hall.sitting.id  # loaded by whoever asks
    assert statements(lambda: hall.scan(token=token)) == ["SELECT", "INSERT", "INSERT", "SELECT"]
    assert statements(lambda: hall.scan(token=token)) == ["SELECT", "INSERT", "SELECT"]


RIVAL = """
import sys
from datetime import UTC, datetime
from congress import create_app
from congress.models import Sitting, db
from congress.domain.access import COMMAND_LINE
from congress.operations.checkin import record_scan
url, key, token, device, nonce = sys.argv[1:]
app = create_app({"SQLALCHEMY_DATABASE_URI": url, "INSTANCE_KEY": key, "TESTING": True})
with app.app_context():
    db.session.execute(db.select(1))  # connected before the start
    db.session.rollback()
    print("ready", flush=True)
    sys.stdin.readline()
    sitting = db.session.get(Sitting, 1)
    answer = record_scan(congress=sitting.congress, sitting=sitting, token=token, nonce=nonce, device=device, gate=device,
        actor=COMMAND_LINE, sealer=app.extensions["sealer"], now=datetime(2025, 5, 20, 0, 41, tzinfo=UTC))
    db.session.commit()
    print(answer.result, answer.first.gate if answer.first else "", sep="|", flush=True)
"""


def race(app: Flask, token: str, rivals: list[tuple[str, str]]) -> list[list[str]]:
    """What processes answer that scan the same badge at the same moment, each as (device, nonce)."""
    settings = [app.config["SQLALCHEMY_DATABASE_URI"], app.config["INSTANCE_KEY"], token]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True, "cwd": Path(__file__).parents[2]}
    running = [subprocess.Popen([sys.executable, "-c", RIVAL, *settings, *rival], **pipes) for rival in rivals]  # type: ignore[call-overload]
    try:
        for process in running:
            assert process.stdout.readline() == "ready\n"
        for process in running:
            process.stdin.write("go\n")
            process.stdin.flush()
        return [process.communicate(timeout=60)[0].strip().split("|") for process in running]
    finally:
        for process in running:
            process.kill()
            process.wait()


def test_two_desks_with_one_badge_let_in_once(hall: Hall, app: Flask) -> None:
    token = hall.token(hall.dao)
    db.session.commit()
    answers = race(app, token, [("Cửa A", "1"), ("Cửa B", "1")])
    assert sorted(result for result, _first in answers) == ["again", "ok"]
    gates = {result: gate for (result, _first), gate in zip(answers, ("Cửa A", "Cửa B"), strict=True)}
    assert dict(answers) == {"ok": "", "again": gates["ok"]}
    assert (attendances(), sorted(db.session.scalars(select(Scan.result)))) == (1, ["again", "ok"])


def test_the_loser_of_a_race_learns_who_was_first(hall: Hall, app: Flask, database_name: str) -> None:
    """The second desk looks before the first commits: on PostgreSQL that is a true race, SQLite lets writers in one by one."""
    if database_name == "sqlite":
        hall.scan(hall.dao)
        assert hall.scan(hall.dao, device="máy 2").result == "again"
        return
    from threading import Thread

    token, answers = hall.token(hall.dao), []
    db.session.commit()

    def second() -> None:
        with app.app_context():
            sitting = db.session.get_one(Sitting, 1)
            answers.append(
                record_scan(
                    congress=sitting.congress, sitting=sitting, token=token, nonce="b", device="máy 2", gate="Cửa 2",
                    actor=COMMAND_LINE, sealer=hall.sealer, now=NOW,
                )
            )  # fmt: skip
            db.session.commit()

    assert hall.scan(token=token, nonce="a").result == "ok"  # not committed yet
    thread = Thread(target=second)
    thread.start()
    thread.join(0.5)
    assert thread.is_alive()  # it waits for us
    db.session.commit()
    thread.join(10)
    assert [(a.result, a.message) for a in answers] == [("again", "Đã vào lúc 07:41, Cửa 1.")]
    kept = db.session.execute(select(Scan.result, Scan.code, Scan.answer).order_by(Scan.id)).all()[1]
    assert kept[:2] == ("again", "already_in") and kept[2]["message"] == "Đã vào lúc 07:41, Cửa 1."


def test_a_supervisor_lets_a_walk_in_in_and_counts_it_apart(hall: Hall) -> None:
    hall.scan(hall.dao)
    guest = group_code(hall, "guest")
    answer = hall.let_in(name="  lý thị MỶ ", unit_text="Báo Một", component=guest, nonce="w")
    assert (answer.result, answer.code, answer.delegate.name, answer.delegate.number) == ("ok", "let_in", "lý thị MỶ", 103)
    assert (answer.inside, answer.expected) == (1, 2)
    added = db.session.get_one(Delegate, answer.delegate.id)
    assert (added.state, added.walk_in, added.unit_text) == ("proposed", True, "Báo Một")
    assert db.session.scalars(select(Scan.reason).where(Scan.how == "walk_in")).all() == ["Đi thay ông Hưng"]
    assert hall.let_in(name="lý thị MỶ", unit_text="Báo Một", component=guest, nonce="w") == answer
    assert db.session.scalar(select(func.count()).select_from(Delegate).where(Delegate.walk_in)) == 1
    count = count_attendance(hall.sitting)
    assert (count.inside, count.expected, count.walk_ins) == (1, 2, 1)
    assert hall.scan(number=103).code == "already_in"


def test_a_supervisor_lets_in_somebody_who_is_not_approved_yet(hall: Hall) -> None:
    hall.dao.state = "reserve"
    assert hall.let_in(delegate_id=hall.dao.id).code == "let_in"
    assert (hall.dao.walk_in, hall.dao.state) == (True, "reserve")
    assert (count_attendance(hall.sitting).inside, count_attendance(hall.sitting).walk_ins) == (0, 1)


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


def test_check_in_staff_alone_may_not_let_in(hall: Hall) -> None:
    with pytest.raises(Refused, match="Chỉ người phụ trách cửa"):
        hall.let_in(name="Lý Thị Mỷ", component=group_code(hall, "guest"), actor=hall.staff)


def test_undo_takes_the_entry_back_and_keeps_the_scan(hall: Hall) -> None:
    answer = hall.scan(hall.dao)
    undo_scan(answer.scan_id, congress=hall.congress, device="máy 1", actor=hall.staff, now=NOW + timedelta(minutes=15))
    assert attendances() == 0
    scan = db.session.get_one(Scan, answer.scan_id)
    assert (scan.result, scan.annulled_by, scan.annulled_at) == ("ok", "checkin_staff thử", NOW + timedelta(minutes=15))
    assert db.session.scalars(select(AuditEntry.action)).all() == ["checkin.undo"]
    assert hall.scan(hall.dao).result == "ok"


@pytest.mark.parametrize(("device", "minutes", "code"), [("máy 2", 0, "other_device"), ("máy 1", 15.1, "too_late")])
def test_staff_undo_their_own_device_for_a_quarter_of_an_hour(hall: Hall, device: str, minutes: float, code: str) -> None:
    answer = hall.scan(hall.dao)
    when = {"device": device, "now": NOW + timedelta(minutes=minutes)}
    with pytest.raises(Refused) as refusal:
        undo_scan(answer.scan_id, congress=hall.congress, actor=hall.staff, **when)
    assert (refusal.value.code, attendances()) == (code, 1)
    undo_scan(answer.scan_id, congress=hall.congress, actor=hall.chief, **when)
    assert attendances() == 0


def test_what_is_no_entry_cannot_be_undone(hall: Hall) -> None:
    entry, again = hall.scan(hall.dao), hall.scan(hall.dao)
    who = {"device": "máy 1", "actor": hall.chief, "now": NOW}
    undo_scan(entry.scan_id, congress=hall.congress, **who)
    for scan_id, congress, code in (
        (again.scan_id, hall.congress, "not_an_entry"), (entry.scan_id, hall.congress, "already_undone"),
        (entry.scan_id, hall.other_congress, "no_scan"), (999, hall.congress, "no_scan"),
    ):  # fmt: skip
        with pytest.raises(Refused) as refusal:
            undo_scan(scan_id, congress=congress, **who)
        assert refusal.value.code == code


@pytest.mark.parametrize("rows", [1, 3])
def test_counts_by_group_and_delegation_in_one_query(hall: Hall, rows: int) -> None:
    for n in range(rows):
        hall.scan(hall.person(f"Người {n}", group="staff", delegation_id=hall.delegation.id))
    hall.scan(hall.dao)
    hall.person("Vắng", state="withdrawn")
    hall.person("Người Huyện Khác", congress=hall.other_congress)
    db.session.flush()
    count = count_attendance(hall.sitting)
    assert (count.inside, count.expected, count.walk_ins) == (rows + 1, rows + 2, 0)
    assert [(line.label, line.inside, line.expected) for line in count.groups] == [
        ("Khách mời", 0, 1), ("Điển hình tiên tiến", 1, 1), ("Ban Tổ chức, phục vụ", rows, rows),
    ]  # fmt: skip
    assert [(line.label, line.inside, line.expected) for line in count.delegations] == [("Xã Một", rows + 1, rows + 1)]
    assert statements(lambda: count_attendance(hall.sitting)) == ["SELECT"]


def test_an_empty_sitting_counts_nothing(hall: Hall) -> None:
    count = count_attendance(hall.other_congress.sittings[0])
    assert (count.inside, count.expected, count.walk_ins, count.groups, count.delegations) == (0, 0, 0, (), ())


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("bich dao", ["Nông Thị Bích Đào"]),
        ("ĐÀO nông", ["Nông Thị Bích Đào"]),
        ("b", ["Đàm Văn Bình", "Nông Thị Bích Đào"]),
        ("ao", []),  # words from their beginning
        ("101", ["Nông Thị Bích Đào"]),
        ("%", []),
        ("  ", []),
        ("9" * 40, []),
    ],
)
def test_people_are_found_without_accents_in_any_order(hall: Hall, text: str, names: list[str]) -> None:
    hall.person("Bích Người Huyện Khác", congress=hall.other_congress)
    assert [person.name for person in find_people(hall.congress, text)] == names


def test_the_last_scans_name_only_who_was_found_here(hall: Hall) -> None:
    hall.scan(hall.dao, device="máy 2")
    hall.scan(hall.person("Người Huyện Khác", congress=hall.other_congress))
    found = [(s.code, s.person.name if s.person else None) for s in recent_scans(hall.sitting, limit=5)]
    assert found == [("other_congress", None), ("in", "Nông Thị Bích Đào")]
    assert [s.code for s in recent_scans(hall.sitting, limit=5, device="máy 2")] == ["in"]


def test_the_door_means_the_open_sitting_else_the_main_one(hall: Hall) -> None:
    lunch = Sitting(congress=hall.congress, kind="lunch", name="Bữa trưa", starts_at=NOW + timedelta(hours=20))
    db.session.add(lunch)
    db.session.flush()
    sittings = [lunch, hall.sitting]
    assert choose_sitting(sittings, NOW - timedelta(days=9)) is hall.sitting
    lunch.opened_by_hand = True
    assert choose_sitting(sittings, NOW - timedelta(days=9)) is lunch
    assert choose_sitting(sittings, NOW) is hall.sitting
    assert choose_sitting([], NOW) is None
    with pytest.raises(Refused, match="Không có buổi này"):
        get_sitting(hall.other_congress, lunch.id)
