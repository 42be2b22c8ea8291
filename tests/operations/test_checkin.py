"""Check-in on both databases: one attendance per delegate and sitting, whatever the door, the retry or the race."""

import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, func, select

from congress.domain.refusals import Refused
from congress.domain.tokens import TokenKind, make_token
from congress.models import Attendance, AuditEntry, Badge, Scan, Sitting, db
from congress.operations.badges import issue_badges
from congress.operations.checkin import Asked, choose_sitting, get_sitting, record_scan
from congress.operations.desk_work import set_opening
from congress.operations.door_people import count_attendance, find_people, recent_scans
from tests.hall import NOW, OTHER_GATE, Hall


@pytest.fixture
def hall(session: Any, app: Flask) -> Hall:
    return Hall(app)


def attendances() -> int:
    return db.session.scalar(select(func.count()).select_from(Attendance)) or 0


def test_a_badge_lets_in_once_then_says_when_and_where(hall: Hall) -> None:
    answer = hall.scan(hall.dao, nonce="first")
    assert answer.to_json() == {
        "result": "ok", "code": "in", "message": "Đã điểm danh, mời vào.", "word": "VÀO", "tone": "in",
        "at": "2025-05-20T00:41:00+00:00", "scan_id": 1, "first": None, "nonce": "first",
        "counts": {"inside": 1, "expected": 2, "walk_ins": 0},
        "delegate": {
            "id": hall.dao.id, "number": 101, "name": "Nông Thị Bích Đào", "unit": "Trường Tiểu học Một", "delegation": "Xã Một",
            "group": "exemplar", "group_label": "Điển hình tiên tiến", "side": "honoured", "state": "approved",
            "seat": "", "photo_v": "", "notices": [], "handout": [],
        },
    }  # fmt: skip
    again = hall.scan(hall.dao, now=NOW + timedelta(minutes=3), source=OTHER_GATE)
    assert (again.result, again.code, again.message) == ("again", "already_in", "Đã vào lúc 07:41, Cửa 1.")
    assert again.to_json()["first"] == {"at": "2025-05-20T00:41:00+00:00", "clock": "07:41", "gate": "Cửa 1", "device": ""}
    assert attendances() == 1
    rows = db.session.execute(select(Scan.result, Scan.how, Scan.gate, Scan.delegate_id).order_by(Scan.id)).all()
    assert rows == [("ok", "token", "Cửa 1", hall.dao.id), ("again", "token", "Cửa 2", hall.dao.id)]


def test_a_number_and_a_chosen_name_let_in_too(hall: Hall) -> None:
    assert hall.scan(asked=Asked("number", 101)).delegate.name == "Nông Thị Bích Đào"
    assert hall.scan(asked=Asked("name", hall.binh.id)).result == "ok"
    assert db.session.scalars(select(Scan.how).order_by(Scan.id)).all() == ["number", "name"]


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        (Asked("token", "19999999999999999999999"), "malformed"),
        (Asked("token", ""), "malformed"),
        (Asked("token", make_token(TokenKind.BADGE, "0" * 20)), "unknown_token"),
        (Asked("token", make_token(TokenKind.GATE, "0" * 20)), "wrong_kind"),
        (Asked("number", 999), "unknown_number"),
        (Asked("number", 10**30), "unknown_number"),
        (Asked("name", 999), "unknown_person"),
        (Asked("name", -1), "unknown_person"),
    ],
)
def test_what_nobody_carries_is_unknown_and_kept(hall: Hall, asked: Asked, code: str) -> None:
    answer = hall.scan(asked=asked)
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
    assert hall.scan(asked=Asked("token", old)).code == "badge_revoked"
    assert hall.scan(hall.dao).code == "in"


def test_another_congress_is_told_without_a_name(hall: Hall) -> None:
    stranger = hall.person("Người Huyện Khác", congress=hall.other_congress)
    answer = hall.scan(stranger)
    assert (answer.result, answer.code, answer.delegate) == ("refused", "other_congress", None)
    assert db.session.scalars(select(Scan.delegate_id)).all() == [None]
    assert hall.scan(asked=Asked("name", stranger.id)).code == "unknown_person"
    assert hall.scan(asked=Asked("number", stranger.number + 800)).code == "unknown_number"


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


def test_a_retry_gets_the_same_answer_and_enters_nobody_twice(hall: Hall) -> None:
    first = hall.scan(hall.dao, nonce="x")
    later = hall.scan(hall.dao, nonce="x", now=NOW + timedelta(minutes=1))
    assert later == first
    assert hall.scan(hall.dao, nonce="x", source=OTHER_GATE).code == "already_in"  # nonces are each device's own
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


def test_a_scan_takes_few_statements(hall: Hall) -> None:
    token = hall.token(hall.dao)
    assert hall.congress.stage and hall.sitting.id  # loaded by whoever asks
    looked = ["SELECT", "SELECT"]  # the person, locked with that, and their scans that count
    assert statements(lambda: hall.scan(asked=Asked("token", token))) == [*looked, "INSERT", "INSERT", "SELECT"]
    assert statements(lambda: hall.scan(asked=Asked("token", token))) == [*looked, "INSERT", "SELECT"]


RIVAL = """
import sys
from datetime import UTC, datetime
from congress import create_app
from congress.models import Sitting, db
from congress.operations.checkin import Asked, ScanSource, record_scan
url, key, token, device, nonce = sys.argv[1:]
app = create_app({"SQLALCHEMY_DATABASE_URI": url, "INSTANCE_KEY": key, "TESTING": True})
with app.app_context():
    db.session.execute(db.select(1))  # connected before the start
    db.session.rollback()
    print("ready", flush=True)
    sys.stdin.readline()
    sitting = db.session.get(Sitting, 1)
    answer = record_scan(congress=sitting.congress, sitting=sitting, asked=Asked("token", token), nonce=nonce,
        source=ScanSource(device, device, "x"), sealer=app.extensions["sealer"], now=datetime(2025, 5, 20, 0, 41, tzinfo=UTC))
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
        assert hall.scan(hall.dao, source=OTHER_GATE).result == "again"
        return
    from threading import Thread

    token, answers = hall.token(hall.dao), []
    db.session.commit()

    def second() -> None:
        with app.app_context():
            sitting = db.session.get_one(Sitting, 1)
            answers.append(
                record_scan(
                    congress=sitting.congress, sitting=sitting, asked=Asked("token", token), nonce="b", source=OTHER_GATE,
                    sealer=hall.sealer, now=NOW,
                )
            )  # fmt: skip
            db.session.commit()

    assert hall.scan(asked=Asked("token", token), nonce="a").result == "ok"  # not committed yet
    thread = Thread(target=second)
    thread.start()
    thread.join(0.5)
    assert thread.is_alive()  # it waits for us
    db.session.commit()
    thread.join(10)
    assert [(a.result, a.message) for a in answers] == [("again", "Đã vào lúc 07:41, Cửa 1.")]
    kept = db.session.execute(select(Scan.result, Scan.code, Scan.answer).order_by(Scan.id)).all()[1]
    assert kept[:2] == ("again", "already_in") and kept[2]["message"] == "Đã vào lúc 07:41, Cửa 1."


@pytest.mark.parametrize("rows", [1, 3])
def test_counts_by_group_and_delegation_in_one_query(hall: Hall, rows: int) -> None:
    for n in range(rows):
        hall.scan(hall.person(f"Người {n}", group="staff", delegation_id=hall.delegation.id))
    hall.scan(hall.dao)
    hall.person("Vắng", state="withdrawn")
    hall.person("Người Huyện Khác", congress=hall.other_congress)
    db.session.flush()
    count = count_attendance(hall.sitting, NOW)
    assert (count.inside, count.expected, count.walk_ins) == (rows + 1, rows + 2, 0)
    assert [(line.label, line.came, line.expected) for line in count.groups] == [
        ("Khách mời", 0, 1), ("Điển hình tiên tiến", 1, 1), ("Ban Tổ chức, phục vụ", rows, rows),
    ]  # fmt: skip
    assert [(line.label, line.came, line.expected) for line in count.delegations] == [("Xã Một", rows + 1, rows + 1)]
    assert statements(lambda: count_attendance(hall.sitting, NOW)) == ["SELECT"]


def test_an_empty_sitting_counts_nothing(hall: Hall) -> None:
    count = count_attendance(hall.other_congress.sittings[0], NOW)
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
    hall.scan(hall.dao, source=OTHER_GATE)
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
