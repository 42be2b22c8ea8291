"""Scans that a gate decided by itself and sent later: never refused, marked where the rules would have; on both databases."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from congress.models import Attendance, Badge, Scan, ScanConflict, Sitting, db
from congress.operations.badges import issue_badges, replace_badge
from congress.operations.checkin import Asked
from congress.operations.desk_work import set_opening
from congress.operations.door_counts import count_sitting
from congress.operations.snapshot_keys import ensure_salt
from congress.operations.snapshots import badges_without_keys, derive_keys, keep_keys
from congress.operations.substitutions import Decision, substitute
from tests.hall import DESK, GATE, NOW, OTHER_GATE, Hall

EARLIER = NOW - timedelta(minutes=20)


@pytest.fixture
def hall(session: Any, app: Flask) -> Hall:
    return Hall(app)


def conflicts() -> list[str]:
    return list(db.session.scalars(select(ScanConflict.code).order_by(ScanConflict.id)))


def inside() -> list[tuple[int, datetime, str, datetime | None]]:
    rows = db.session.scalars(select(Attendance).order_by(Attendance.delegate_id))
    return [(row.delegate_id, row.at, row.gate, row.left_at) for row in rows]


def test_an_offline_entry_counts_from_when_it_happened(hall: Hall) -> None:
    answer = hall.scan(hall.dao, offline=True, happened_at=EARLIER)
    assert (answer.result, answer.code, answer.at) == ("ok", "in", EARLIER)
    assert inside() == [(hall.dao.id, EARLIER, "Cửa 1", None)]
    [scan] = db.session.scalars(select(Scan)).all()
    assert (scan.happened_at, scan.received_at, scan.offline, scan.forced) == (EARLIER, NOW, True, False)
    assert conflicts() == []


def test_a_clock_in_the_future_is_taken_as_now(hall: Hall) -> None:
    hall.scan(hall.dao, offline=True, happened_at=NOW + timedelta(hours=7))
    assert inside() == [(hall.dao.id, NOW, "Cửa 1", None)]


def test_one_badge_at_two_gates_is_one_person_and_a_conflict(hall: Hall) -> None:
    hall.scan(hall.dao, source=OTHER_GATE, now=NOW - timedelta(minutes=5))
    answer = hall.scan(hall.dao, offline=True, happened_at=EARLIER)
    assert (answer.result, answer.code) == ("ok", "forced")
    assert inside() == [(hall.dao.id, EARLIER, "Cửa 1", None)]  # the first of the two, though it came later
    assert conflicts() == ["already_in"]
    assert db.session.scalars(select(Scan.forced).order_by(Scan.id)).all() == [False, True]


def test_a_substituted_badge_let_in_offline_is_in_and_listed(hall: Hall) -> None:
    """The clause of the lists: a gate offline since before lets it in, and somebody must close it."""
    old, new = hall.dao, hall.person("Lý Thị Mỷ", state="reserve")
    token = hall.token(old)
    substitute(hall.congress.id, old.id, new.id, Decision("ốm", "Trưởng ban"), actor=hall.chief, sealer=hall.sealer, now=NOW)
    answer = hall.scan(asked=Asked("token", token), offline=True, happened_at=EARLIER)
    assert (answer.result, conflicts()) == ("ok", ["replaced"])
    assert [row[0] for row in inside()] == [old.id]
    assert hall.scan(asked=Asked("token", token)).message == "Thẻ này đã thay bằng Lý Thị Mỷ, số thẻ 101."


@pytest.mark.parametrize(("state", "code"), [("withdrawn", "withdrawn"), ("reserve", "reserve"), ("proposed", "not_approved")])
def test_whoever_went_in_offline_stays_in(hall: Hall, state: str, code: str) -> None:
    hall.dao.state = state
    answer = hall.scan(hall.dao, offline=True, happened_at=EARLIER)
    assert (answer.result, answer.code, conflicts(), len(inside())) == ("ok", "forced", [code], 1)
    figures = count_sitting(hall.sitting, hall.congress.id, NOW)
    assert figures == {"inside": 0, "expected": 1, "walk_ins": 1}  # not of the list, but in the hall


def test_a_reprinted_badge_let_in_offline(hall: Hall) -> None:
    old = Asked("token", hall.token(hall.dao))
    replace_badge(hall.dao, actor=hall.chief, sealer=hall.sealer, now=NOW)
    hall.scan(asked=old, offline=True, happened_at=EARLIER)
    assert conflicts() == ["badge_revoked"]


def test_the_window_is_asked_at_the_time_it_happened(hall: Hall) -> None:
    late = NOW + timedelta(hours=9)
    hall.scan(hall.dao, offline=True, happened_at=NOW, now=late)
    assert conflicts() == []
    hall.scan(hall.binh, offline=True, happened_at=NOW - timedelta(hours=6), now=late)
    assert conflicts() == ["not_yet"]


def test_a_door_shut_by_hand_afterwards_was_open_before(hall: Hall) -> None:
    set_opening(hall.sitting, False, actor=hall.chief, now=NOW)
    hall.scan(hall.dao, offline=True, happened_at=EARLIER, now=NOW + timedelta(minutes=9))
    assert conflicts() == []
    hall.scan(hall.binh, offline=True, happened_at=NOW + timedelta(minutes=1), now=NOW + timedelta(minutes=9))
    assert conflicts() == ["closed_by_hand"]


@pytest.mark.parametrize("shown", ["again", "refused", "unknown"])
def test_whom_the_gate_sent_away_is_not_in(hall: Hall, shown: str) -> None:
    answer = hall.scan(hall.dao, offline=True, shown=shown, happened_at=EARLIER)
    assert (answer.result, answer.code) == (shown, "not_let_in")
    assert (inside(), conflicts()) == ([], [])


def test_what_the_rules_refuse_too_is_kept_in_their_words(hall: Hall) -> None:
    hall.dao.state = "withdrawn"
    answer = hall.scan(hall.dao, offline=True, shown="refused")
    assert (answer.result, answer.code, conflicts()) == ("refused", "withdrawn", [])


def test_an_unknown_badge_let_in_all_the_same_is_listed(hall: Hall) -> None:
    strange = Asked("key", "AAAA")
    assert hall.scan(asked=strange, offline=True, shown="unknown", override=True).code == "unknown_token"
    assert conflicts() == ["unknown_token"]
    hall.scan(asked=strange, offline=True, shown="unknown")  # sent to the desk
    assert conflicts() == ["unknown_token"]


def test_a_badge_of_another_congress_names_nobody(hall: Hall) -> None:
    stranger = hall.person("Người Huyện Khác", congress=hall.other_congress)
    answer = hall.scan(stranger, offline=True)
    assert (answer.result, answer.delegate, conflicts(), inside()) == ("ok", None, ["other_congress"], [])


def key_of(hall: Hall, delegate: Any) -> str:
    """What a gate keeps of somebody's badge."""
    salt = ensure_salt(hall.congress.id)
    rows = derive_keys(badges_without_keys(hall.congress.id), salt, hall.sealer)
    keep_keys(rows)
    badge = db.session.scalars(select(Badge.id).where(Badge.delegate_id == delegate.id, Badge.revoked_at.is_(None))).one()
    return next(row["lookup"] for row in rows if row["badge_id"] == badge)


def test_a_key_stands_for_its_badge_and_a_retry_may_come_as_either(hall: Hall) -> None:
    key = key_of(hall, hall.dao)
    first = hall.scan(hall.dao, nonce="a")
    by_key = hall.scan(asked=Asked("key", key), nonce="a", offline=True)
    assert (by_key.result, by_key.scan_id, conflicts()) == ("ok", first.scan_id, [])
    assert hall.scan(hall.binh, nonce="a", offline=True).code == "nonce_reused"


def test_a_refusal_that_nobody_heard_does_not_put_out_whoever_is_in(hall: Hall) -> None:
    """The answer was lost on its way, the gate let in by its own list, and sends the same scan again."""
    key = key_of(hall, hall.dao)
    hall.dao.state = "withdrawn"
    assert hall.scan(hall.dao, nonce="a").code == "withdrawn"
    sent = {"asked": Asked("key", key), "nonce": "a", "offline": True, "shown": "ok"}
    assert hall.scan(**sent).code == "forced"
    assert (len(inside()), conflicts()) == (1, ["withdrawn"])
    assert hall.scan(**sent).code == "forced"  # and again: nothing more
    assert (len(inside()), conflicts(), len(db.session.scalars(select(Scan)).all())) == (1, ["withdrawn"], 2)


def test_exits_and_entries_of_two_gates_in_any_order(hall: Hall) -> None:
    moments = [("entry", 0, GATE), ("exit", 10, OTHER_GATE), ("entry", 20, GATE), ("exit", 30, OTHER_GATE)]
    for kind, minute, source in reversed(moments):
        hall.scan(hall.dao, kind=kind, source=source, offline=True, happened_at=EARLIER + timedelta(minutes=minute - 20))
    start = EARLIER - timedelta(minutes=20)
    assert inside() == [(hall.dao.id, start, "Cửa 1", EARLIER + timedelta(minutes=10))]


def test_re_entry_and_its_refusal(hall: Hall) -> None:
    hall.scan(hall.dao)
    hall.scan(hall.dao, kind="exit", now=NOW + timedelta(minutes=5))
    assert hall.scan(hall.dao, kind="exit", now=NOW + timedelta(minutes=6)).message == "Đã ra lúc 07:46."
    hall.sitting.reentry = False
    refused = hall.scan(hall.dao, now=NOW + timedelta(minutes=7))
    assert (refused.result, refused.message) == ("refused", "Đã ra lúc 07:46, buổi này không vào lại. Gửi bàn hỗ trợ.")
    hall.sitting.reentry = True
    assert hall.scan(hall.dao, now=NOW + timedelta(minutes=8)).code == "back"
    assert inside() == [(hall.dao.id, NOW, "Cửa 1", None)]


def test_hand_outs_are_given_once(hall: Hall) -> None:
    assert hall.scan(hall.dao, kind="handout", source=DESK).code == "given"
    again = hall.scan(hall.dao, kind="handout", now=NOW + timedelta(minutes=1))
    assert (again.result, again.message) == ("again", "Đã phát lúc 07:41, Bàn hỗ trợ.")
    assert inside() == []


def test_sittings_count_apart_and_nobody_is_inside_after_midnight(hall: Hall) -> None:
    noon = NOW + timedelta(hours=4)
    lunch = Sitting(congress=hall.congress, kind="lunch", name="Bữa trưa", starts_at=noon, opened_by_hand=True)
    db.session.add(lunch)
    db.session.flush()
    hall.scan(hall.dao)
    hall.scan(hall.dao, sitting=lunch)
    hall.scan(hall.binh, sitting=lunch)
    figures = [count_sitting(s, hall.congress.id, NOW)["inside"] for s in (hall.sitting, lunch)]
    assert figures == [1, 2]
    assert count_sitting(hall.sitting, hall.congress.id, NOW + timedelta(hours=17))["inside"] == 0  # midnight in Vietnam is past


def test_new_badges_get_keys_too(hall: Hall) -> None:
    key_of(hall, hall.dao)
    late = hall.person("Người Đến Sau")
    assert [badge for badge, _ in badges_without_keys(hall.congress.id)] == [late.badges[0].id]
    issue_badges([late.id], sealer=hall.sealer, now=NOW)
    assert len(badges_without_keys(hall.congress.id)) == 1
