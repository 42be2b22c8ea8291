"""The supervisor's page: who is inside, came and is awaited, what needs an eye, the last scans, the sittings."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from congress.models import Device, Scan, db
from congress.operations.checkin import Asked, ScanSource, record_scan
from tests.pages import Page, PageClient
from tests.web.contract import said, statements_for
from tests.web.test_conflicts import AT, LATER, MINUTE, NONCES, Gates

pytestmark = pytest.mark.usefixtures("session")


@pytest.fixture
def gates(app: Flask) -> Gates:
    return Gates(app)


@pytest.fixture
def organiser(gates: Gates) -> PageClient:
    return gates.sign_in("organiser")


@pytest.fixture
def url(gates: Gates) -> str:
    return f"{gates.home}/checkin/people"


def pass_by(gates: Gates, number: int, minutes: int, kind: str = "entry", **more: Any) -> None:
    """Somebody at the first gate, some minutes after half past seven, with a network."""
    at = AT + minutes * MINUTE
    record_scan(
        congress=gates.congress, sitting=gates.congress.sittings[0], asked=Asked("number", number), nonce=next(NONCES),
        source=ScanSource("device:1", "Cửa 1", "Lan"), kind=kind, sealer=gates.app.extensions["sealer"], now=at, **more,
    )  # fmt: skip
    db.session.commit()


def figures(page: Page) -> dict[str, str]:
    return {stat.one("span", "stat-label").text: stat.one("span", "stat-value").text for stat in page.all("div", "stat")}


def test_who_is_inside_who_came_and_who_is_awaited(gates: Gates, organiser: PageClient, url: str) -> None:
    delegation = gates.delegation("xã Một")
    people = [gates.person(f"Lò {n}", "exemplar", "approved", delegation=delegation) for n in range(3)]
    guest = gates.person("Lò Khách", "guest", "approved")
    gates.person("Lò Rút", "guest", "withdrawn")
    for person in (*people[:2], guest):
        pass_by(gates, person.number, 1)
    pass_by(gates, people[0].number, 5, "exit")
    page = organiser.get(url)
    assert page.h1 == "Điểm danh"
    assert figures(page) == {"Đang có mặt": "2", "Đã đến": "3", "Đã ra": "1", "Chưa đến": "1", "Ngoài danh sách": "0"}
    components, delegations, scans, _ = (table.rows()[1:] for table in page.all("table"))
    assert components == [["Khách mời", "1 / 1", "0"], ["Điển hình tiên tiến", "2 / 3", "1"]]
    assert delegations == [["xã Một", "2 / 3", "1"]]
    assert [(row[0], row[2]) for row in scans] == [
        ("Lò 0 101", "Ra"), ("Lò Khách 104", "Vào"), ("Lò 1 102", "Vào"), ("Lò 0 101", "Vào"),
    ]  # fmt: skip


def test_what_was_refused_says_why_and_is_not_undone(gates: Gates, organiser: PageClient, url: str) -> None:
    person = gates.person("Lò Dự Bị", state="reserve")
    pass_by(gates, person.number, 1)
    row = organiser.get(url).all("table")[1].rows()[1]
    assert row == ["Lò Dự Bị 101", "07:32 20/05/2025Cửa 1 · Lan", "Dừng Đại biểu dự bị, chưa được duyệt. Gửi bàn hỗ trợ.", ""]


def test_conflicts_and_silent_devices_stand_on_top(gates: Gates, organiser: PageClient, url: str) -> None:
    assert organiser.get(url).all("div", "note") == []
    gates.twice()
    first, second = gates.devices
    first.last_seen_at = LATER - timedelta(seconds=5)
    second.last_seen_at, second.queue_length = LATER - 7 * MINUTE, 12
    old = {"profile": "gate", "congress_id": gates.congress.id, "paired_by": "x", "paired_at": AT}
    db.session.add(Device(key_hash="hôm qua", name="Máy hôm qua", last_seen_at=LATER - timedelta(days=1), **old))
    db.session.add(Device(key_hash="thu hồi", name="Máy thu hồi", last_seen_at=LATER - 9 * MINUTE, revoked_at=AT, **old))
    db.session.commit()
    page = organiser.get(url)
    assert page.texts("div", "note") == [
        "1 lượt cần xem lại: máy mất mạng đã cho qua, còn quy tắc thì không.",
        "Mất liên lạc với máy: Máy 2 (7 phút trước, 12 lượt chờ gửi). Máy vẫn điểm danh được khi mất mạng. Xem các máy",
    ]
    assert page.links["1 lượt cần xem lại"] == gates.url
    assert [row[2] for row in page.all("table")[1].rows()[1:]] == ["Vào Cần xem lại Mất mạng", "Vào Mất mạng"]


def test_an_entry_is_undone_from_here(gates: Gates, organiser: PageClient, url: str) -> None:
    person = gates.person("Lò Văn A", state="approved")
    pass_by(gates, person.number, 1)
    scan = db.session.scalars(db.select(Scan.id)).one()
    answer = organiser.submit(organiser.get(url), {}, action=f"{gates.home}/checkin/undo")
    assert said(organiser, answer)
    page = organiser.get(url)
    assert (figures(page)["Đã đến"], page.all("table")[1].rows()[1][2]) == ("0", "Đã hoàn tác")
    db.session.expire_all()
    assert db.session.get_one(Scan, scan).annulled_at is not None


def test_a_shut_door_is_said_and_opened_from_here(gates: Gates, organiser: PageClient, url: str) -> None:
    gates.app.config["CLOCK"] = lambda: AT - timedelta(hours=5)
    page = organiser.get(url)
    assert page.texts("div", "note")[0].startswith("Chưa mở điểm danh")
    page = organiser.follow(organiser.submit(page, {}, action=f"{gates.home}/checkin/sitting"))
    organiser.get(url)
    assert organiser.get(url).all("table")[-1].rows()[1][2] == "Đang mở bằng tay"


def test_the_number_of_statements_does_not_grow(gates: Gates, organiser: PageClient, url: str) -> None:
    counts = []
    for n in range(3):
        gates.twice(f"Lò {n}")
        counts.append(statements_for(organiser, url))
    assert counts[0] == counts[2]


def test_each_role(gates: Gates, url: str) -> None:
    allowed = {"administrator": 403, "plan_owner": 200, "organiser": 200, "secretary": 403, "checkin_staff": 403, "viewer": 403}
    assert gates.statuses(url) == allowed
