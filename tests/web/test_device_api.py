"""What a device asks about itself: the contract of /api/devices and of the ping."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from congress.models import AuditEntry, Device, Gate, Pairing, Sitting, db
from congress.operations import devices, pairings
from congress.operations.devices import PROFILES
from congress.web.access import REVOKED
from tests.pages import Page, PageClient
from tests.web.contract import Office, counted, fresh
from tests.world import NOW, actor_for

pytestmark = pytest.mark.usefixtures("session")
MOMENT = NOW + timedelta(hours=1)  # of the office's clock
ME = "/api/devices/me"


class Machine:
    """A browser that knows no page, only the API."""

    def __init__(self, office: Office, key: str = "") -> None:
        self.client = PageClient(office.app)
        if key:
            self.client.http.set_cookie("device", key)

    def get(self, url: str = ME, status: int = 200, **more: Any) -> Any:
        return self._checked(self.client.open(url, **more), status)

    def post(self, url: str, body: Any = None, status: int = 200, **more: Any) -> Any:
        return self._checked(self.client.open(url, "POST", json={} if body is None else body, **more), status)

    def redeem(self, code: Any, status: int = 200, **more: Any) -> Any:
        return self.post("/api/devices/redeem", {"pairing_code": code, **more}, status)

    @property
    def cookie(self) -> str:
        kept = self.client.http.get_cookie("device")
        return kept.value if kept else ""

    @staticmethod
    def _checked(page: Page, status: int) -> Any:
        assert page.status == status, page.data.decode(errors="replace")[:500]
        assert page.headers["X-Server-Time"] == "2025-03-10T02:00:00+00:00"
        assert page.headers["Content-Type"] == "application/json"
        if status >= 400:
            assert set(page.json) == {"code", "message"} and page.json["message"]
        return page.json


@pytest.fixture
def office(app: Flask) -> Office:
    return Office(app)


def pair(office: Office, place: Any = None, profile: str = "gate", **more: Any) -> tuple[Pairing, str]:
    """A pairing and its code."""
    given = {"gate": None, "name": "Máy 1", "now": MOMENT, **more}
    supervisor, sealer = actor_for("plan_owner", unit=office.province), office.app.extensions["sealer"]
    place = place or office.congress
    made = pairings.make_pairing(place, profile=profile, actor=supervisor, sealer=sealer, **given)
    db.session.commit()
    return made, sealer.open(made.code_sealed)


def machine(office: Office, place: Any = None, profile: str = "gate", **more: Any) -> Machine:
    """A browser that has been paired."""
    made = Machine(office)
    made.redeem(pair(office, place, profile, **more)[1])
    return made


def gate(office: Office, name: str) -> Gate:
    row = Gate(congress_id=office.congress.id, name=name, folded=name.lower())
    db.session.add(row)
    db.session.commit()
    return row


def row_of(each: Machine) -> Device:
    number = each.get("/api/devices/me")["device"]["id"]
    return fresh(db.session.get_one(Device, number))


# ---- becoming one -------------------------------------------------------------------------------------------------------


def test_a_code_makes_a_browser_a_device(office: Office) -> None:
    pairing, code = pair(office, profile="desk")
    browser = Machine(office)
    page = browser.client.open("/api/devices/redeem", "POST", json={"pairing_code": code, "version": "v7"})
    assert set(page.json) == {"token", "device"}
    assert page.json["device"] == {"id": fresh(pairing).device_id, "name": "Máy 1", "profile": "desk"}
    [header] = [value for name, value in page.headers.items() if name == "Set-Cookie"]
    assert header.startswith(f"device={page.json['token']};")
    assert all(mark in header for mark in ("HttpOnly", "SameSite=Strict", "Path=/", "Max-Age=34560000"))
    assert browser.get()["device"]["name"] == "Máy 1"
    assert Machine(office).get(headers={"Authorization": f"Bearer {page.json['token']}"})["device"]["name"] == "Máy 1"
    assert db.session.scalars(select(Device.version)).all() == ["v7"]


def test_a_code_may_be_typed_in_groups_and_is_used_up(office: Office) -> None:
    _, code = pair(office)
    typed = " ".join(code[at : at + 4] for at in range(0, 23, 4))
    Machine(office).redeem(typed)
    assert Machine(office).redeem(code, 404) == {"code": "used_code", "message": pairings.USED}


def test_an_expired_or_unknown_code_says_what_to_do(office: Office) -> None:
    _, code = pair(office, now=MOMENT - timedelta(minutes=15))
    browser = Machine(office)
    assert browser.redeem(code, 404) == {"code": "expired_code", "message": pairings.EXPIRED}
    for odd in ("", None, 7, [], {"x": 1}, "x" * 5000, "2" * 23, "\0", "²" * 23):
        assert browser.redeem(odd, 404) == {"code": "unknown_code", "message": pairings.UNKNOWN}
    assert browser.cookie == "" and db.session.scalars(select(Device)).all() == []


def test_what_is_no_object_is_refused(office: Office) -> None:
    each = machine(office)
    for url in ("/api/devices/redeem", ME):
        for body in ([], "x", 7, False):
            assert each.post(url, body, 400)["code"] == "http_400"
        assert each._checked(each.client.open(url, "POST", data="{", content_type="application/json"), 400)["code"] == "http_400"


def test_a_browser_is_one_device_at_a_time(office: Office) -> None:
    each = machine(office, name="Cũ")
    each.redeem(pair(office, name="Mới")[1])
    assert each.get()["device"]["name"] == "Mới"
    rows = db.session.scalars(select(Device).order_by(Device.id)).all()
    assert [(row.name, row.revoked_at is None) for row in rows] == [("Cũ", False), ("Mới", True)]
    each.redeem("0", 404)
    assert each.get()["device"]["name"] == "Mới"  # a wrong code ends nothing


# ---- me -----------------------------------------------------------------------------------------------------------------


def test_me_tells_all_that_the_page_shows(office: Office) -> None:
    first, second = gate(office, "Cửa chính"), gate(office, "Cửa bên")
    [sitting] = office.congress.sittings
    sitting.opened_by_hand, sitting.opened_by_hand_at, sitting.reentry = True, NOW, False
    office.congress.sittings.append(Sitting(kind="lunch", name="Bữa trưa", starts_at=MOMENT + timedelta(days=80)))
    db.session.commit()
    office.person("Một", state="approved"), office.person("Hai", state="approved"), office.person("Ba", state="reserve")
    each = machine(office, gate=first)
    told = each.get()
    lunch = office.congress.sittings[1]
    assert told.pop("cursor")
    assert told == {
        "device": {
            "id": told["device"]["id"], "name": "Máy 1", "profile": "gate", "operator": "",
            "gate": {"id": first.id, "name": "Cửa chính"}, "revoked": False,
        },
        "supervises": False,
        "congress": {"id": office.congress.id, "title1": "Hội nghị Huyện Một", "stage": "list_open", "cancelled": False},
        "gates": [{"id": first.id, "name": "Cửa chính"}, {"id": second.id, "name": "Cửa bên"}],
        "sittings": [
            {
                "id": sitting.id, "name": "Buổi chính", "kind": "main", "starts_at": "2025-05-20T00:30:00+00:00",
                "opens_at": "2025-05-19T23:00:00+00:00", "closes_at": "2025-05-20T04:30:00+00:00", "opened_by_hand": True,
                "opened_by_hand_at": "2025-03-10T01:00:00+00:00", "reentry": False,
            },
            {
                "id": lunch.id, "name": "Bữa trưa", "kind": "lunch", "starts_at": "2025-05-29T02:00:00+00:00",
                "opens_at": "2025-05-29T00:30:00+00:00", "closes_at": "2025-05-29T06:00:00+00:00", "opened_by_hand": None,
                "opened_by_hand_at": None, "reentry": True,
            },
        ],
        "sitting_id": sitting.id, "counts": {"inside": 0, "expected": 2, "walk_ins": 0},
        "server_time": "2025-03-10T02:00:00+00:00",
    }  # fmt: skip


def test_a_desk_supervises_and_may_name_components(office: Office) -> None:
    told = machine(office, profile="desk").get()
    assert told["supervises"] is True and told["device"]["gate"] is None
    assert told["components"][2] == {"code": "exemplar", "label": "Điển hình tiên tiến"}
    assert "components" not in machine(office, profile="kiosk").get()


def test_a_congress_without_a_sitting_or_cancelled_is_told_so(office: Office) -> None:
    each = machine(office)
    office.congress.stage = "cancelled"
    office.congress.sittings[0].congress = office.other_congress
    db.session.commit()
    told = each.get()
    assert (told["sittings"], told["sitting_id"]) == ([], None)
    assert told["counts"] == {"inside": 0, "expected": 0, "walk_ins": 0} and told["congress"]["cancelled"] is True


def test_a_heartbeat_is_kept_and_answered(office: Office) -> None:
    gate(office, "Cửa chính"), gate(office, "Cửa bên")
    each = machine(office)
    assert each.get()["device"]["gate"] is None
    side = db.session.scalars(select(Gate).filter_by(name="Cửa bên")).one()
    body = {"queue": 12, "version": "v2", "operator": " Lan ", "gate_id": side.id, "snapshot_at": "2025-03-10T01:30:00.000Z"}
    told = each.post(ME, body)
    assert told["device"]["gate"] == {"id": side.id, "name": "Cửa bên"} and told["device"]["operator"] == "Lan"
    row = row_of(each)
    assert (row.queue_length, row.version, row.operator, row.gate_id) == (12, "v2", "Lan", side.id)
    assert row.snapshot_at == NOW + timedelta(minutes=30)
    assert each.post(ME, {})["device"] == told["device"]
    who = db.session.execute(select(AuditEntry.actor_name, AuditEntry.difference).filter_by(action="devices.move")).all()
    assert [tuple(line) for line in who] == [("Lan", {"operator": ["", "Lan"], "gate": ["", "Cửa bên"]})]


@pytest.mark.parametrize(
    "body",
    [
        {"queue": "12"}, {"queue": True}, {"queue": 1.5}, {"version": 2}, {"operator": ["Lan"]}, {"gate_id": "1"},
        {"snapshot_at": "hôm nay"}, {"snapshot_at": "2025-03-10T01:30:00"}, {"snapshot_at": 5},
    ],
)  # fmt: skip
def test_a_heartbeat_of_a_wrong_kind_is_refused(office: Office, body: dict[str, Any]) -> None:
    each = machine(office)
    assert each.post(ME, body, 400)["code"] == "bad_status"


def test_figures_no_column_holds_break_nothing(office: Office) -> None:
    each = machine(office)
    each.post(ME, {"queue": 10**30, "gate_id": 10**30, "version": "x" * 5000, "operator": "\0\ud800" + "ă" * 5000})
    row = row_of(each)
    assert (row.queue_length, len(row.version), row.operator) == (0, 60, "ă" * 60)


def test_a_unit_s_device_follows_its_unit(office: Office) -> None:
    each = machine(office, office.district)
    told = each.post(ME, {"queue": 0})
    assert told["congress"]["id"] == office.congress.id and told["device"]["gate"]["name"] == "Cửa 1"
    nobody = machine(office, office.department)
    assert nobody.get(status=404)["code"] == "no_congress"
    nobody.post("/api/devices/leave")


def test_the_questions_of_me_do_not_grow(office: Office) -> None:
    each, desk = machine(office), machine(office, profile="desk")
    office.person("Một", state="approved")

    def asked(browser: Machine, post: bool) -> list[str]:
        browser.get()  # what is kept for a few seconds is read now
        db.session.commit()
        with counted() as statements:
            browser.post(ME, {"queue": 1}) if post else browser.get()
        return [statement for statement in statements if not statement.startswith(("BEGIN", "SAVEPOINT"))]

    before = [asked(browser, post) for browser in (each, desk) for post in (True, False)]
    for number in range(20):
        office.person(f"Người {number}", state="approved")
        gate(office, f"Cửa phụ {number}")
    after = [asked(browser, post) for browser in (each, desk) for post in (True, False)]
    assert [len(statements) for statements in after] == [len(statements) for statements in before]
    assert max(map(len, before)) <= 8
    # While the list is as it was, nobody's row is read: people are counted by the database.
    for statements in (each_time for each_time in after):
        rows = [s for s in statements if "delegate.name" in s or "badge_key" in s]
        assert rows == []


# ---- the end ------------------------------------------------------------------------------------------------------------


def test_a_device_leaves(office: Office) -> None:
    each = machine(office)
    row, key = row_of(each), each.cookie
    assert each.post("/api/devices/leave") == {"gone": True}
    assert each.cookie == "" and fresh(row).revoked_at == fresh(row).wiped_at == MOMENT
    assert each.get(status=401)["code"] == "no_device"
    assert Machine(office, key).get(status=410)["code"] == "revoked"
    assert Machine(office, key).post("/api/devices/leave") == {"gone": True}


def test_a_revoked_device_learns_it_and_says_when_it_is_wiped(office: Office) -> None:
    each = machine(office)
    row = row_of(each)
    assert each.post("/api/devices/wiped", status=409)["code"] == "not_revoked"
    assert each.cookie != ""
    devices.revoke(row, actor=actor_for("organiser", unit=office.district), now=MOMENT)
    db.session.commit()
    for answer in (each.get(status=410), each.post(ME, {"queue": 3}, 410)):
        assert answer == {"code": "revoked", "message": REVOKED}
    assert fresh(row).queue_length == 0
    assert each.post("/api/devices/wiped") == {"gone": True}
    assert each.cookie == "" and fresh(row).wiped_at == MOMENT


def test_without_a_key_there_is_no_device(office: Office) -> None:
    for key in ("", "x", "ă\0"):
        assert Machine(office, key).get(status=401)["code"] == "no_device"
    for header in ("Bearer x", "Bearer", "Basic eDp5", "Bearer ă"):
        assert Machine(office).get(status=401, headers={"Authorization": header})["code"] == "no_device"


def test_an_account_is_no_device(office: Office) -> None:
    client = office.sign_in("organiser")
    assert client.open(ME).status == 401


@pytest.mark.parametrize("profile", PROFILES)
def test_the_api_is_the_same_for_all_profiles(office: Office, profile: str) -> None:
    each = machine(office, profile=profile)
    assert each.get()["device"]["profile"] == each.post(ME)["device"]["profile"] == profile


# ---- the ping -----------------------------------------------------------------------------------------------------------


def test_the_ping_answers_without_the_database(office: Office) -> None:
    browser = machine(office)
    db.session.commit()
    with counted() as statements:
        assert browser.get("/api/gate/ping") == {"now": "2025-03-10T02:00:00+00:00"}
    assert statements == []


def test_answers_of_other_pages_tell_no_time(office: Office) -> None:
    assert "X-Server-Time" not in PageClient(office.app).get("/sign-in").headers
