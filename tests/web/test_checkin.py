"""The signed-in side of check-in: whose doors, the supervisor's page, and the command line."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, select

from congress.models import Attendance, AuditEntry, Grant, Scan, Sitting, User, db
from tests.hall import NOW, Hall
from tests.pages import PageClient
from tests.world import PASSWORD, make_user

JSON = {"Accept": "application/json"}


class Morning(Hall):
    """The hall on the morning of the first district's congress, with its door staff and organiser."""

    def __init__(self, app: Flask) -> None:
        super().__init__(app)
        app.config["CLOCK"] = lambda: NOW
        self.dao.phone = "0912345678"
        self.late = self.person("Lý Thị Mỷ", state="proposed")
        make_user("cua", "checkin_staff", congress=self.congress)
        make_user("truong", "organiser", unit=self.district)
        db.session.commit()
        self.door = f"/congress/{self.congress.id}/checkin"


@pytest.fixture
def hall(session: Any, app: Flask) -> Morning:
    return Morning(app)


@pytest.fixture
def staff(hall: Morning, client: PageClient) -> PageClient:
    client.sign_in("cua", PASSWORD)
    client.get("/doors")
    return client


@pytest.fixture
def chief(hall: Morning, app: Flask) -> PageClient:
    client = PageClient(app)
    client.sign_in("truong", PASSWORD)
    client.get(f"{hall.door}/people")
    return client


def test_staff_find_their_door_today_first(hall: Morning, client: PageClient) -> None:
    user = db.session.scalars(select(User).filter_by(username="cua")).one()
    user.grants.append(Grant(role="checkin_staff", congress_id=hall.lower_congress.id))
    client.sign_in("cua", PASSWORD)
    page = client.get("/doors")
    assert page.h1 == "Cửa"
    assert page.rows()[1:] == [
        ["Hội nghị Huyện Một", "Hôm nay", "Đang lập danh sách", "Vào cửa"],
        ["Hội nghị Xã Một", "20/03/2025", "Đang lập danh sách", "Vào cửa"],
    ]


def test_check_in_leads_each_to_their_own_page(hall: Morning, staff: PageClient, chief: PageClient) -> None:
    assert staff.get(hall.door, 303).location == f"{hall.door}/here"
    assert chief.get(hall.door, 303).location == f"{hall.door}/people"
    staff.get(f"/congress/{hall.other_congress.id}/checkin", 404)


def test_staff_may_not_supervise(hall: Morning, staff: PageClient) -> None:
    staff.get(f"{hall.door}/people", 403)
    staff.get(f"{hall.door}/counts", 403)
    staff.post(f"{hall.door}/undo", {"scan_id": 1}, 403)
    staff.post(f"{hall.door}/sitting", {"sitting_id": hall.sitting.id, "how": "close"}, 403)


def test_a_congress_without_a_sitting_says_so(hall: Morning, chief: PageClient) -> None:
    db.session.delete(hall.sitting)
    db.session.commit()
    assert chief.get(f"{hall.door}/people").one("h2").text == "Chưa có buổi nào"
    chief.get(f"{hall.door}/counts", 404)


def test_counts_are_polled_with_an_etag(hall: Morning, chief: PageClient) -> None:
    url = f"{hall.door}/counts?sitting={hall.sitting.id}"
    first = chief.get(url, headers=JSON)
    assert first.json == {
        "inside": 0, "came": 0, "expected": 2, "walk_ins": 0, "notice": "",
        "groups": [
            {"label": "Khách mời", "came": 0, "expected": 1}, {"label": "Điển hình tiên tiến", "came": 0, "expected": 1},
        ],
        "delegations": [{"label": "Xã Một", "came": 0, "expected": 1}],
    }  # fmt: skip
    same = {**JSON, "If-None-Match": first.headers["ETag"]}
    assert chief.get(url, 304, headers=same).data == b""
    hall.scan(hall.dao)
    db.session.commit()
    assert chief.get(url, headers=same).json["came"] == 1


def test_another_congress_s_sitting_and_scans_are_hidden(hall: Morning, chief: PageClient) -> None:
    scan_id = hall.scan(hall.dao).scan_id
    db.session.commit()
    chief.get(f"{hall.door}/people?sitting={hall.other_congress.sittings[0].id}", 404)
    chief.get(f"/congress/{hall.other_congress.id}/checkin/people", 404)
    chief.post(f"/congress/{hall.other_congress.id}/checkin/undo", {"scan_id": scan_id}, 404)


@pytest.mark.parametrize("rows", [1, 3])
def test_the_supervisor_s_page_asks_a_fixed_number_of_times(hall: Morning, chief: PageClient, rows: int) -> None:
    for n in range(rows):
        hall.scan(hall.person(f"Người {n}"))
    db.session.commit()
    seen: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda *args: seen.append(args[2].split()[0]))
    chief.get(f"{hall.door}/people")
    assert seen.count("SELECT") == 7


def test_the_supervisor_sees_who_is_in_and_undoes(hall: Morning, chief: PageClient) -> None:
    scan_id = hall.scan(hall.dao).scan_id
    hall.scan(hall.binh)
    db.session.commit()
    page = chief.get(f"{hall.door}/people")
    for words in ("Nông Thị Bích Đào", "Đàm Văn Bình", "Khách mời", "Xã Một"):
        assert words in page.text
    assert "0912345678" not in page.text
    chief.post(f"{hall.door}/undo", {"scan_id": scan_id, "reason": "nhầm người"})
    assert db.session.scalars(select(Attendance.delegate_id)).all() == [hall.binh.id]
    assert db.session.scalars(select(Scan.annul_reason).where(Scan.annulled_at.is_not(None))).all() == ["nhầm người"]


def test_the_supervisor_opens_and_closes(hall: Morning, chief: PageClient) -> None:
    url = f"{hall.door}/sitting"
    for how, opened in (("close", False), ("open", True), ("auto", None)):
        chief.post(url, {"sitting_id": hall.sitting.id, "how": how})
        db.session.expire_all()
        assert db.session.get_one(Sitting, hall.sitting.id).opened_by_hand is opened
    assert db.session.scalars(select(AuditEntry.action)).all() == ["checkin.close", "checkin.open", "checkin.by_window"]
    page = chief.follow(
        chief.post(url, {"sitting_id": hall.sitting.id, "how": "x"}, headers={"Referer": f"http://localhost{hall.door}/people"})
    )
    assert "Chọn mở, đóng hoặc theo giờ." in page.text


# ---- the command line ----------------------------------------------------------------------------------------------------


def test_the_command_line_scans(hall: Morning, app: Flask) -> None:
    token = hall.token(hall.dao)
    db.session.commit()
    command = ["checkin", "scan", "--congress", str(hall.congress.id), "--token", token, "--at", "2025-05-20T07:41"]

    def run(*more: str) -> Any:
        return app.test_cli_runner().invoke(args=[*command, *more])

    answer = run("--nonce", "a", "--json")
    assert answer.exit_code == 0
    assert app.json.loads(answer.stdout)["result"] == "ok"
    again = run("--nonce", "b")
    assert (again.exit_code, again.stdout) == (0, "ĐÃ VÀO · Nông Thị Bích Đào · Đã vào lúc 07:41, dòng lệnh.\n")
    assert run("--nonce", "c", "--sitting", "99").exit_code == 1
    assert run("--nonce", "c", "--at", "hôm nay").exit_code == 2
    assert db.session.execute(select(Scan.device, Scan.gate, Scan.nonce)).all() == [
        ("cli", "dòng lệnh", "a"), ("cli", "dòng lệnh", "b"),
    ]  # fmt: skip
