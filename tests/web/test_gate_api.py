"""What a paired device sends and gets: the contract of /api/gate."""

import contextvars
import io
import json
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from congress.domain.tokens import TokenKind, make_token
from congress.models import Attendance, AuditEntry, Badge, BadgeKey, DoorNotice, Photo, Scan, ScanConflict, Sitting, db
from congress.operations.snapshot_keys import derive, ensure_salt
from tests.hall import NOW, Hall
from tests.operations.pictures import picture
from tests.world import make_user

SCANS = "/api/gate/scans"


class Office(Hall):
    """A hall with a device of each profile; keys are the profiles' names."""

    def __init__(self, app: Flask) -> None:
        super().__init__(app)
        for profile in ("gate", "desk", "kiosk"):
            self.device(profile)
        self.device("gate", key="other", congress=self.other_congress)
        make_user("quan-tri", "administrator")  # or every page would lead to the first run
        db.session.commit()
        self.http: FlaskClient = app.test_client()

    def ask(self, path: str, body: Any = None, key: str = "gate", **more: Any) -> TestResponse:
        """GET, or POST a JSON body, as a device."""
        headers = {"Authorization": f"Bearer {key}", "Accept": "application/json"}
        if body is None:
            return self.open("GET", path, headers=headers, **more)
        return self.open("POST", path, headers=headers, json=body, **more)

    def open(self, method: str, path: str, **more: Any) -> TestResponse:
        """A request in a context of its own, as a server would have it; what the test has not committed it does not see."""
        db.session.rollback()
        return contextvars.Context().run(self.http.open, path, method=method, **more)

    def send(self, *bodies: dict[str, Any], key: str = "gate") -> list[dict[str, Any]]:
        """The answers to scans."""
        response = self.ask(SCANS, list(bodies), key)
        assert response.status_code == 200, response.text
        return response.json


@pytest.fixture
def office(session: Any, app: Flask) -> Office:
    app.config["CLOCK"] = lambda: NOW
    return Office(app)


def entry(nonce: str, **more: Any) -> dict[str, Any]:
    return {"nonce": nonce, "kind": "entry", **more}


def attendances() -> int:
    return db.session.scalar(select(func.count()).select_from(Attendance)) or 0


def test_a_badge_is_redeemed(office: Office) -> None:
    token = office.token(office.dao)
    [answer] = office.send(entry("a", token=token, sitting_id=office.sitting.id))
    assert answer == {
        "nonce": "a", "result": "ok", "code": "in", "message_vi": "Đã điểm danh, mời vào.", "word": "VÀO", "tone": "in",
        "at": "2025-05-20T00:41:00+00:00", "scan_id": 1, "first": None,
        "counts": {"inside": 1, "expected": 2, "walk_ins": 0},
        "delegate": {
            "id": office.dao.id, "number": 101, "name": "Nông Thị Bích Đào", "unit": "Trường Tiểu học Một",
            "delegation": "Xã Một", "group": "exemplar", "group_label": "Điển hình tiên tiến", "side": "honoured",
            "state": "approved", "seat": "", "photo_v": "", "notices": [], "handout": [],
        },
    }  # fmt: skip
    [again] = office.send(entry("b", token=token), key="desk")  # the sitting chooses itself
    assert (again["result"], again["first"]) == (
        "again", {"at": "2025-05-20T00:41:00+00:00", "clock": "07:41", "gate": "Máy gate", "device": "Máy gate"},
    )  # fmt: skip
    assert attendances() == 1


def test_a_retry_is_answered_the_same_byte_for_byte(office: Office) -> None:
    body = [entry("a", token=office.token(office.dao))]
    first = office.ask(SCANS, body)
    assert office.ask(SCANS, body).data == first.data
    [other] = office.send(entry("a", token=office.token(office.binh)))
    assert (other["result"], other["code"]) == ("refused", "nonce_reused")
    assert attendances() == 1


def test_a_batch_is_answered_in_order_and_one_bad_scan_stops_none(office: Office) -> None:
    tokens = [office.token(office.dao), office.token(office.binh)]
    answers = office.send(
        entry("a", token=tokens[0], offline=True, happened_at="2025-05-20T00:20:00Z"),
        {"kind": "entry", "token": tokens[1]},
        entry("c", token=tokens[1], number=4),
        entry("d", token=tokens[1], kind="dance"),
        entry("e", token=tokens[1], happened_at="yesterday"),
        entry("f", token=tokens[1], happened_at="2025-05-20T00:20:00"),
        entry("g", token=tokens[1], sitting_id=office.other_congress.sittings[0].id),
        entry("h", token=tokens[1], offline="yes"),
        entry("i" * 65, token=tokens[1]),
        "scan",
        entry("k", token=tokens[1]),
    )
    results = [answer["result"] for answer in answers]
    assert results == ["ok", *["invalid"] * 9, "ok"]
    assert answers[1]["message_vi"] == "Lượt quét chưa đúng dạng. Tải lại trang rồi quét lại."
    assert answers[6]["code"] == "no_sitting"
    assert (attendances(), answers[0]["counts"]["inside"]) == (2, 2)


@pytest.mark.parametrize("body", [{}, [], "x", 3, [{}] * 201])
def test_a_request_without_a_list_of_scans_is_told_so(office: Office, body: Any) -> None:
    response = office.ask(SCANS, body)
    assert (response.status_code, response.json["code"]) == (400, "bad_batch")


def test_what_is_not_json_is_not_read(office: Office) -> None:
    headers = {"Authorization": "Bearer gate"}
    assert office.open("POST", SCANS, headers=headers, data={"nonce": "a"}).status_code == 415
    broken = office.open("POST", SCANS, headers={**headers, "Content-Type": "application/json"}, data=b"[{")
    assert broken.status_code == 400


def test_who_may_send_what(office: Office) -> None:
    by_name = entry("a", delegate_id=office.dao.id)
    [refused] = office.send(by_name | {"reason": "quên thẻ"})
    assert (refused["result"], refused["code"]) == ("invalid", "not_at_gate")
    [silent] = office.send(by_name, key="desk")
    assert silent["code"] == "not_at_gate"
    [ticked] = office.send(by_name | {"reason": "quên thẻ"}, key="desk")
    assert ticked["code"] == "in"
    assert db.session.execute(select(Scan.how, Scan.reason)).all() == [("name", "quên thẻ")]
    assert office.send(entry("b", number=102))[0]["code"] == "in"
    assert office.send(entry("c", number=102), key="kiosk")[0]["code"] == "not_at_gate"


def test_another_congress_s_device_knows_nobody_here(office: Office) -> None:
    [answer] = office.send(entry("a", token=office.token(office.dao)), key="other")
    assert (answer["result"], answer["code"], answer["delegate"]) == ("refused", "other_congress", None)
    assert office.ask(f"/api/gate/photos/{office.dao.id}", key="other").status_code == 404


def test_notices_hand_outs_and_the_delegation_of_a_head(office: Office) -> None:
    office.delegation.head_id = office.dao.id
    member = office.person("Hoàng Văn Thành Viên", delegation_id=office.delegation.id)
    board = {"congress_id": office.congress.id, "position": 1}
    db.session.add(DoorNotice(**board, kind="notice", text="Mời ngồi hàng đầu", numbers=[101]))
    db.session.add(DoorNotice(**board, kind="handout", text="Cặp tài liệu"))
    db.session.commit()
    assert office.ask("/api/gate/snapshot").status_code == 200  # derives the keys
    [answer] = office.send(entry("a", token=office.token(office.dao)))
    person = answer["delegate"]
    assert (person["notices"], person["handout"]) == (["Mời ngồi hàng đầu"], ["Cặp tài liệu"])
    names = [(each["name"], each["inside"]) for each in person["members"]]
    assert names == [("Nông Thị Bích Đào", True), ("Hoàng Văn Thành Viên", False)]
    [came] = office.send(entry("b", key=person["members"][1]["key"]))
    assert (came["result"], came["delegate"]["id"]) == ("ok", member.id)


def test_a_conflict_between_gates_is_listed(office: Office) -> None:
    token = office.token(office.dao)
    office.send(entry("a", token=token, offline=True, happened_at="2025-05-20T00:20:00Z", shown="ok"))
    [second] = office.send(entry("a", token=token, offline=True, happened_at="2025-05-20T00:22:00Z", shown="ok"), key="desk")
    assert (second["result"], second["code"]) == ("ok", "forced")
    assert db.session.scalars(select(ScanConflict.code)).all() == ["already_in"]
    assert attendances() == 1


def test_the_last_two_hundred_may_be_offered_again(office: Office) -> None:
    people = [office.person(f"Người Thứ {n}") for n in range(20)]
    db.session.commit()
    batch = [entry(f"n{n}", token=office.token(p), offline=True, shown="ok") for n, p in enumerate(people)]
    first = office.send(*batch)
    assert office.send(*batch) == first
    assert (attendances(), len(db.session.scalars(select(Scan)).all()), conflicts()) == (20, 20, 0)


def conflicts() -> int:
    return db.session.scalar(select(func.count()).select_from(ScanConflict)) or 0


def test_a_scan_is_annulled_by_its_device(office: Office) -> None:
    office.send(entry("a", token=office.token(office.dao)))
    other = office.ask(f"{SCANS}/a/annul", {"reason": "nhầm"}, key="desk")
    assert (other.status_code, other.json["code"]) == (409, "no_scan")
    done = office.ask(f"{SCANS}/a/annul", {"reason": "nhầm"})
    assert done.json == {
        "nonce": "a", "result": "annulled", "code": "annulled", "message_vi": "Đã hoàn tác: lượt này không tính.",
        "counts": {"inside": 0, "expected": 2, "walk_ins": 0},
    }  # fmt: skip
    assert office.ask(f"{SCANS}/a/annul", {}).status_code == 200  # a retry
    assert attendances() == 0


def test_an_annul_that_comes_too_late(office: Office, app: Flask) -> None:
    office.send(entry("a", token=office.token(office.dao)))
    app.config["CLOCK"] = lambda: NOW + timedelta(minutes=16)
    late = office.ask(f"{SCANS}/a/annul", {})
    assert (late.status_code, late.json["code"]) == (409, "too_late")
    queued = office.ask(f"{SCANS}/a/annul", {"happened_at": "2025-05-20T00:50:00Z"})  # taken back in time, sent late
    assert (queued.status_code, attendances()) == (200, 0)
    assert office.ask(f"{SCANS}/a/annul", {"happened_at": "x"}).json["code"] == "bad_scan"


def test_the_list_is_derived_once_and_then_unchanged(office: Office) -> None:
    first = office.ask("/api/gate/snapshot")
    assert first.status_code == 200
    assert db.session.scalar(select(func.count()).select_from(BadgeKey)) == 2
    lookup, _ = derive(office.token(office.dao), ensure_salt(office.congress.id))
    assert lookup in [entry["k"] for entry in first.json["entries"]]
    assert office.ask("/api/gate/snapshot", query_string={"since": first.json["cursor"]}).status_code == 304
    text = first.get_data(as_text=True)
    assert [word for word in ("Đào", "Trường", "Xã Một", office.token(office.dao)) if word in text] == []
    assert office.ask("/api/gate/snapshot", key="other").json["entries"] == []
    assert office.ask("/api/devices/me").json["cursor"] == first.json["cursor"]


def test_a_badge_made_after_the_list_is_known_by_its_key(office: Office) -> None:
    office.ask("/api/gate/snapshot")
    late = office.person("Người Đến Sau")
    db.session.commit()
    key, _ = derive(office.token(late), ensure_salt(office.congress.id))
    [answer] = office.send(entry("a", key=key, offline=True, shown="unknown", override=True))
    assert (answer["result"], answer["code"], conflicts()) == ("ok", "in", 0)


def test_names_are_searched_at_desks_and_a_gate_asks_by_a_whole_number(office: Office) -> None:
    assert office.ask("/api/gate/search", {"text": "dao"}, key="kiosk").json["code"] == "wrong_profile"
    assert office.ask("/api/gate/search", {"text": "dao"}).json == {"people": []}
    assert [person["name"] for person in office.ask("/api/gate/search", {"text": "101"}).json["people"]] == ["Nông Thị Bích Đào"]
    assert office.ask("/api/gate/search", {"text": "10"}).json == {"people": []}
    found = office.ask("/api/gate/search", {"text": "dao bich"}, key="desk").json["people"]
    assert [person["name"] for person in found] == ["Nông Thị Bích Đào"]
    assert office.ask("/api/gate/search", {"text": 5}, key="desk").json == {"people": []}


def test_a_walk_in_at_the_desk(office: Office) -> None:
    body = {"nonce": "w", "sitting_id": office.sitting.id, "name": "Lý Thị Mỷ", "unit_text": "Báo Một", "component": "guest"}
    assert office.ask("/api/gate/walk-ins", body | {"reason": "phóng viên"}).json["code"] == "wrong_profile"
    assert office.ask("/api/gate/walk-ins", body, key="desk").json["code"] == "no_reason"
    assert office.ask("/api/gate/walk-ins", body | {"reason": "x", "sitting_id": 99}, key="desk").json["code"] == "no_sitting"
    assert office.ask("/api/gate/walk-ins", body | {"reason": "x", "component": "?"}, key="desk").json["code"] == "no_component"
    answer = office.ask("/api/gate/walk-ins", body | {"reason": "phóng viên"}, key="desk").json
    assert (answer["code"], answer["delegate"]["number"]) == ("let_in", 103)
    assert answer["counts"] == {"inside": 0, "expected": 2, "walk_ins": 1}
    assert office.ask("/api/gate/walk-ins", body | {"reason": "phóng viên"}, key="desk").json == answer


def test_a_walk_in_of_a_desk_without_network_is_in_whatever_the_door_is_now(office: Office, app: Flask) -> None:
    app.config["CLOCK"] = lambda: NOW + timedelta(hours=9)
    who = {"name": "Lý Thị Mỷ", "unit_text": "", "component": "guest", "reason": "x"}
    body = {"nonce": "w", "sitting_id": office.sitting.id, **who}
    assert office.ask("/api/gate/walk-ins", body, key="desk").json["code"] == "over"
    late = body | {"offline": True, "happened_at": "2025-05-20T00:41:00Z"}
    answer = office.ask("/api/gate/walk-ins", late, key="desk").json
    assert (answer["code"], answer["at"], conflicts()) == ("let_in", "2025-05-20T00:41:00+00:00", 0)
    assert office.ask("/api/gate/walk-ins", late, key="desk").json == answer


def test_a_number_brings_the_key_of_its_badge(office: Office) -> None:
    office.ask("/api/gate/snapshot")
    key, _ = derive(office.token(office.dao), ensure_salt(office.congress.id))
    [answer] = office.send(entry("a", number=101))
    assert answer["delegate"]["key"] == key


def test_a_new_badge_at_the_desk_kills_the_old_one(office: Office) -> None:
    old = office.token(office.dao)
    path = f"/api/gate/badges/{office.dao.id}"
    assert office.ask(path, {"reason": "mất"}).json["code"] == "wrong_profile"
    assert office.ask(path, {}, key="desk").json["code"] == "no_reason"
    again = office.ask(path, {"keep": True}, key="desk")
    assert (again.mimetype, again.data[:5], office.token(office.dao)) == ("application/pdf", b"%PDF-", old)
    fresh = office.ask(path, {"reason": "mất", "nonce": "p"}, key="desk")
    assert fresh.mimetype == "application/pdf"
    assert office.token(office.dao) != old
    assert office.send(entry("a", token=old))[0]["code"] == "badge_revoked"
    prints = db.session.execute(select(Scan.kind, Scan.result, Scan.reason).where(Scan.kind == "print")).all()
    assert prints == [("print", "ok", ""), ("print", "ok", "mất")]
    assert attendances() == 0
    assert "badges.replace" in db.session.scalars(select(AuditEntry.action)).all()
    assert db.session.scalar(select(func.count()).select_from(Badge).where(Badge.revoked_at.is_not(None))) == 1
    assert office.ask("/api/gate/badges/99", {"reason": "x"}, key="desk").status_code == 404


def test_the_owner_of_a_badge_is_let_in_at_the_desk(office: Office) -> None:
    token = office.token(office.dao)
    office.send(entry("a", token=token))
    [answer] = office.send(entry("b", token=token, override=True, reason="đúng người trong ảnh"), key="desk")
    assert (answer["result"], answer["code"]) == ("ok", "owner")
    assert office.send(entry("c", token=token))[0]["code"] == "badge_revoked"


def test_photos_and_frames(office: Office) -> None:
    db.session.add(Photo(delegate_id=office.dao.id, jpeg=picture(), digest="ab" * 32, at=NOW))
    db.session.commit()
    assert office.ask(f"/api/gate/photos/{office.dao.id}").status_code == 404  # it has not had this badge yet
    assert office.ask(f"/api/gate/photos/{office.dao.id}", key="desk").status_code == 200
    office.send(entry("a", token=office.token(office.dao)))
    shown = office.ask(f"/api/gate/photos/{office.dao.id}")
    assert (shown.mimetype, shown.headers["Cache-Control"]) == ("image/jpeg", "private, no-cache")
    office.ask("/api/gate/snapshot")
    assert len(office.ask("/api/gate/snapshot/photos").json["photos"]) == 1
    blank = io.BytesIO()
    Image.new("RGB", (64, 64)).save(blank, "JPEG")
    headers = {"Authorization": "Bearer gate", "Content-Type": "image/jpeg"}
    assert office.open("POST", "/api/gate/frame", headers=headers, data=blank.getvalue()).json == {"text": None}
    assert office.open("POST", "/api/gate/frame", headers=headers, data=b"x" * (8 * 1024 * 1024 + 1)).status_code == 413


def test_a_walk_through_two_sittings_counts_each(office: Office) -> None:
    lunch = Sitting(congress=office.congress, kind="lunch", name="Bữa trưa", opened_by_hand=True)
    db.session.add(lunch)
    db.session.commit()
    token = office.token(office.dao)
    answers = office.send(
        entry("a", token=token, sitting_id=office.sitting.id), entry("b", token=token, sitting_id=lunch.id),
        entry("c", token=token, kind="exit", sitting_id=lunch.id),
    )  # fmt: skip
    assert [(answer["code"], answer["counts"]["inside"]) for answer in answers] == [("in", 1), ("in", 0), ("out", 0)]


def test_nothing_said_holds_a_token(office: Office) -> None:
    token = office.token(office.dao)
    office.send(entry("a", token=token), entry("b", token=make_token(TokenKind.BADGE, "0" * 20)))
    stored = json.dumps([[str(value) for value in row] for row in db.session.execute(select(Scan.__table__))])
    assert token not in stored and "0" * 20 not in stored
