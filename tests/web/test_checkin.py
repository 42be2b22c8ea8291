"""The door over HTTP: its page without script, what its script asks, and the supervisor's page."""

import io
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import qrcode
from flask import Flask
from PIL import Image
from sqlalchemy import event, func, select

from congress.domain.names import fold, sort_key
from congress.models import Attendance, Delegate, Delegation, Grant, Scan, Sitting, User, db
from congress.operations.badges import issue_badges, tokens_of
from tests.pages import Page, PageClient
from tests.world import PASSWORD, World, make_delegate, make_user

NOW = datetime(2025, 5, 20, 0, 41, tzinfo=UTC)  # 07:41 in Vietnam on the day of the district's congress
JSON = {"Accept": "application/json"}


class Hall(World):
    """The province on the morning of the first district's congress, with its door staff and organiser."""

    def __init__(self, app: Flask) -> None:
        super().__init__()
        self.app, self.time = app, NOW
        app.config["CLOCK"] = lambda: self.time
        self.sitting = self.congress.sittings[0]
        delegation = Delegation(congress_id=self.congress.id, name="Xã Một", folded="xa mot", position=1)
        db.session.add(delegation)
        db.session.flush()
        self.dao = self.person("Nông Thị Bích Đào", unit_text="Trường Một", delegation_id=delegation.id, phone="0912345678")
        self.binh = self.person("Đàm Văn Bình", group="guest")
        self.late = self.person("Lý Thị Mỷ", state="proposed")
        make_user("cua", "checkin_staff", congress=self.congress)
        make_user("truong", "organiser", unit=self.district)
        db.session.commit()
        self.door = f"/congress/{self.congress.id}/checkin"

    def person(self, name: str, group: str = "exemplar", state: str = "approved", **more: Any) -> Delegate:
        delegate = make_delegate(self.congress, name, group, state, **more)
        delegate.folded, delegate.sort_key = fold(name), sort_key(name)
        issue_badges([delegate.id], sealer=self.app.extensions["sealer"], now=NOW)
        return delegate

    def token(self, delegate: Delegate) -> str:
        return tokens_of(self.congress, self.app.extensions["sealer"])[delegate.id]


@pytest.fixture
def hall(session: Any, app: Flask) -> Hall:
    return Hall(app)


@pytest.fixture
def staff(hall: Hall, client: PageClient) -> PageClient:
    client.sign_in("cua", PASSWORD)
    client.get(hall.door)
    return client


@pytest.fixture
def chief(hall: Hall, app: Flask) -> PageClient:
    client = PageClient(app)
    client.sign_in("truong", PASSWORD)
    client.get(hall.door)
    return client


def ask(client: PageClient, url: str, body: Any, status: int = 200) -> Any:
    """What the door's script gets for a JSON question."""
    page = client.open(url, "POST", json=body, headers={**JSON, "X-CSRFToken": client.csrf_token})
    assert page.status == status, page.data
    return page.json


def scan(hall: Hall, client: PageClient, status: int = 200, **asked: Any) -> Any:
    nonce = asked.pop("nonce", f"n{next_nonce()}")
    return ask(client, f"{hall.door}/scans", {"nonce": nonce, "sitting_id": hall.sitting.id, "gate": "Cửa 1", **asked}, status)


def next_nonce() -> int:
    return db.session.scalar(select(func.count()).select_from(Scan)) or 0


def send(client: PageClient, page: Page, changes: dict[str, Any], status: int | None = None, *, to: str) -> Page:
    """Fill in the page's form whose address ends in `to`, before the question mark."""
    [action] = {url for f in page.all("form", method="post") if (url := f.attrs["action"]).partition("?")[0].endswith(to)}
    return client.submit(page, changes, action=action, status=status)


def shown(page: Page) -> dict[str, str]:
    """The answer as it stands on the page: the parts that are seen."""
    answer = page.one("section", id="door-answer")
    parts = {line.attrs["data-part"]: line.text for line in answer.all("p") if "hidden" not in line.attrs}
    return {"answer": answer.attrs["data-answer"], **parts}


def attendances() -> int:
    return db.session.scalar(select(func.count()).select_from(Attendance)) or 0


# ---- the door without script ---------------------------------------------------------------------------------------------


def test_staff_find_their_door_today_first(hall: Hall, client: PageClient) -> None:
    user = db.session.scalars(select(User).filter_by(username="cua")).one()
    user.grants.append(Grant(role="checkin_staff", congress_id=hall.lower_congress.id))
    client.sign_in("cua", PASSWORD)
    page = client.get("/doors")
    assert page.h1 == "Cửa"
    assert page.rows()[1:] == [
        ["Hội nghị Huyện Một", "Hôm nay", "Đang lập danh sách", "Vào cửa"],
        ["Hội nghị Xã Một", "20/03/2025", "Đang lập danh sách", "Vào cửa"],
    ]


def test_the_door_of_another_congress_is_hidden(hall: Hall, staff: PageClient) -> None:
    other = f"/congress/{hall.other_congress.id}/checkin"
    for url in (other, f"{other}/counts?sitting={hall.other_congress.sittings[0].id}"):
        staff.get(url, 404)
    ask(staff, f"{other}/scans", {}, 404)
    staff.get(f"{hall.door}?sitting={hall.other_congress.sittings[0].id}", 404)
    scan(hall, staff, 409, sitting_id=hall.other_congress.sittings[0].id, number=101)


def test_the_page_says_where_it_stands(hall: Hall, staff: PageClient) -> None:
    page = staff.get(f"{hall.door}?gate=C%E1%BB%ADa%202")
    assert page.h1 == "Cửa 2 · Buổi chính"
    assert page.one("span", id="door-count").text == "0 / 2 có mặt · 0 ngoài danh sách"
    assert [note.text for note in page.all("p", "door-banner") if "hidden" not in note.attrs] == [
        "Danh sách chưa chốt — vẫn điểm danh."
    ]
    hall.congress.stage = "list_closed"
    hall.time = NOW - timedelta(hours=3)
    page = staff.get(hall.door)
    assert [note.text for note in page.all("p", "door-banner") if "hidden" not in note.attrs] == [
        "Chưa mở điểm danh (mở lúc 06:00). Người phụ trách cửa có thể mở ngay."
    ]


def test_a_number_typed_without_script_is_confirmed_then_lets_in(hall: Hall, staff: PageClient) -> None:
    asked = send(staff, staff.get(hall.door), {"entry": "101"}, 200, to="/checkin")
    assert (shown(asked)["answer"], attendances()) == ("wait", 0)
    [choice] = asked.one("ul", id="door-found").all("button")
    assert choice.text == "Nông Thị Bích Đào 101 · Trường Một · Đoàn Xã Một · Điển hình tiên tiến"
    form = {"delegate_id": choice.attrs["value"]}
    page = send(staff, asked, form, 200, to="/checkin")
    answer = {
        "answer": "in", "word": "VÀO", "name": "Nông Thị Bích Đào", "where": "Trường Một · Đoàn Xã Một",
        "message": "Đã điểm danh, mời vào.",
    }  # fmt: skip
    assert shown(page) == answer
    assert (attendances(), page.one("ol", id="door-last").texts("span", "door-last-name")) == (1, ["Nông Thị Bích Đào"])


def test_a_token_typed_in_fours_scans_and_a_reload_is_the_same_scan(hall: Hall, staff: PageClient) -> None:
    token = hall.token(hall.dao)
    fours = " ".join(token[at : at + 4] for at in range(0, 23, 4))
    fields = {"nonce": "x", "entry": fours}
    page = staff.post(hall.door, fields, 200)
    assert shown(page)["answer"] == "in"
    assert shown(staff.post(hall.door, fields, 200)) == shown(page)
    again = staff.post(hall.door, {**fields, "nonce": "y"}, 200)
    assert (shown(again)["answer"], shown(again)["message"]) == ("again", "Đã vào lúc 07:41, Cửa 1.")
    assert shown(staff.post(hall.door, {"nonce": "z", "entry": "12345678901"}, 200))["message"] == (
        "Không đọc được mã. Quét lại, hoặc gõ số thẻ."
    )


def test_a_name_that_nobody_has_is_said(hall: Hall, staff: PageClient) -> None:
    page = staff.post(hall.door, {"nonce": "x", "entry": "khong co"}, 200)
    assert page.one("p", id="door-nothing").text == "Không tìm thấy. Gõ ít chữ hơn, hoặc gửi bàn hỗ trợ."
    assert staff.post(hall.door, {"entry": "101"}, 422)


def test_a_congress_without_a_sitting_says_so(hall: Hall, chief: PageClient) -> None:
    db.session.delete(hall.sitting)
    for url in (hall.door, f"{hall.door}/people"):
        assert chief.get(url).one("h2").text == "Chưa có buổi nào"


# ---- what the script asks ----------------------------------------------------------------------------------------------------


def test_scans_answer_in_json(hall: Hall, staff: PageClient) -> None:
    answer = scan(hall, staff, token=hall.token(hall.dao))
    person = {
        "id": hall.dao.id, "number": 101, "name": "Nông Thị Bích Đào", "unit": "Trường Một", "delegation": "Xã Một",
        "group": "exemplar", "group_label": "Điển hình tiên tiến", "side": "honoured", "state": "approved",
    }  # fmt: skip
    assert answer == {
        "result": "ok", "code": "in", "message": "Đã điểm danh, mời vào.", "word": "VÀO", "tone": "in", "scan_id": 1,
        "at": "2025-05-20T00:41:00+00:00", "clock": "07:41:00", "delegate": person, "first": None,
        "counts": {"inside": 1, "expected": 2},
    }  # fmt: skip
    assert scan(hall, staff, number=101)["word"] == "ĐÃ VÀO"
    assert scan(hall, staff, delegate_id=hall.late.id)["code"] == "not_approved"
    assert scan(hall, staff, token="xyz")["code"] == "malformed"


@pytest.mark.parametrize(
    "fault",
    [
        {}, {"token": "1", "number": 2}, {"number": "x"}, {"number": 101, "nonce": ""}, {"number": 101, "nonce": "n" * 65},
        {"number": 101, "gate": "c" * 41}, {"token": "1" * 201}, {"number": 101, "sitting_id": "x"},
    ],
)  # fmt: skip
def test_a_scan_that_makes_no_sense_is_refused(hall: Hall, staff: PageClient, fault: dict[str, Any]) -> None:
    assert scan(hall, staff, 400, **fault)["code"] == "bad_scan"
    assert db.session.scalars(select(Scan.id)).all() == []


def test_json_that_is_no_object_and_a_missing_csrf_token_are_refused(hall: Hall, staff: PageClient) -> None:
    ask(staff, f"{hall.door}/scans", [1], 400)
    staff.csrf_token = ""
    assert scan(hall, staff, 400, number=101)["code"] == "http_400"
    assert attendances() == 0


def test_signed_out_scripts_are_told_so(hall: Hall, client: PageClient) -> None:
    client.get("/sign-in")
    assert scan(hall, client, 401, number=101)["code"] == "http_401"


def test_search_gives_only_what_the_door_may_see(hall: Hall, staff: PageClient) -> None:
    people = ask(staff, f"{hall.door}/search", {"text": "dao NONG"})["people"]
    assert people == [
        {
            "id": hall.dao.id, "number": 101, "name": "Nông Thị Bích Đào", "unit": "Trường Một", "delegation": "Xã Một",
            "group": "exemplar", "group_label": "Điển hình tiên tiến", "side": "honoured", "state": "approved",
        }
    ]  # fmt: skip
    assert ask(staff, f"{hall.door}/search", {})["people"] == []


def test_no_door_page_shows_contact_data(hall: Hall, staff: PageClient) -> None:
    scan(hall, staff, number=101)
    pages = [staff.get(hall.door).html, staff.post(hall.door, {"nonce": "q", "entry": "dao"}, 200).html]
    assert [page for page in pages if "0912345678" in page] == []


def picture(text: str) -> bytes:
    frame = Image.new("RGB", (640, 480), (120, 110, 100))
    frame.paste(qrcode.make(text).get_image().convert("RGB").resize((240, 240)), (190, 110))
    out = io.BytesIO()
    frame.save(out, "JPEG")
    return out.getvalue()


def test_a_frame_is_read_on_the_server(hall: Hall, staff: PageClient) -> None:
    def read(body: bytes, status: int = 200) -> Any:
        headers = {**JSON, "X-CSRFToken": staff.csrf_token}
        page = staff.open(f"{hall.door}/frame", "POST", data=body, headers=headers, content_type="image/jpeg")
        assert page.status == status
        return page.json

    token = hall.token(hall.dao)
    assert read(picture(token)) == {"text": token}
    blank = io.BytesIO()
    Image.new("RGB", (64, 48)).save(blank, "JPEG")
    assert read(blank.getvalue()) == {"text": None}
    assert read(picture(token)[:400]) == {"text": None}
    assert read(b"") == {"text": None}
    assert read(b"x" * (8 * 1024 * 1024 + 1), 413)["code"] == "http_413"


def test_undo_from_the_script_and_from_the_form(hall: Hall, staff: PageClient) -> None:
    first = scan(hall, staff, number=101)["scan_id"]
    done = ask(staff, f"{hall.door}/undo", {"scan_id": first})
    assert done == {"scan_id": first, "message": "Đã hoàn tác: người này chưa vào."}
    assert ask(staff, f"{hall.door}/undo", {"scan_id": first}, 409)["code"] == "already_undone"
    second = scan(hall, staff, number=101)["scan_id"]
    page = staff.post(f"{hall.door}/undo", {"scan_id": second}, headers={"Referer": f"http://localhost{hall.door}"})
    assert staff.follow(page).one("ol", id="door-last").texts("small") == ["07:41:00 · đã hoàn tác", "07:41:00 · đã hoàn tác"]
    assert attendances() == 0


def test_counts_are_polled_with_an_etag(hall: Hall, staff: PageClient) -> None:
    url = f"{hall.door}/counts?sitting={hall.sitting.id}"
    first = staff.get(url, headers=JSON)
    assert first.json == {
        "inside": 0, "expected": 2, "walk_ins": 0, "notice": "",
        "groups": [
            {"label": "Khách mời", "inside": 0, "expected": 1}, {"label": "Điển hình tiên tiến", "inside": 0, "expected": 1},
        ],
        "delegations": [{"label": "Xã Một", "inside": 0, "expected": 1}],
    }  # fmt: skip
    same = {**JSON, "If-None-Match": first.headers["ETag"]}
    assert staff.get(url, 304, headers=same).data == b""
    scan(hall, staff, number=101)
    assert staff.get(url, headers=same).json["inside"] == 1


@pytest.mark.parametrize("rows", [1, 3])
def test_the_door_asks_the_database_a_fixed_number_of_times(hall: Hall, staff: PageClient, rows: int) -> None:
    for n in range(rows):
        person = hall.person(f"Người {n}")
        db.session.commit()
        scan(hall, staff, number=person.number)
    seen: list[str] = []
    body = {"nonce": "last", "sitting_id": hall.sitting.id, "gate": "", "number": 101}
    event.listen(db.engine, "before_cursor_execute", lambda *args: seen.append(args[2].split()[0]))
    staff.get(hall.door)
    assert seen.count("SELECT") == 5  # account, congress with its unit, sittings, counts, last scans
    seen.clear()
    ask(staff, f"{hall.door}/scans", body)
    # account, congress with its sittings, badge; the scan, the attendance; counts
    assert [word for word in seen if word != "BEGIN"] == ["SELECT"] * 3 + ["INSERT"] * 2 + ["SELECT"]


# ---- the supervisor ------------------------------------------------------------------------------------------------------


def test_staff_may_not_supervise(hall: Hall, staff: PageClient) -> None:
    staff.get(f"{hall.door}/people", 403)
    staff.get(f"{hall.door}/walk-in?sitting={hall.sitting.id}", 403)
    staff.post(f"{hall.door}/sitting", {"sitting_id": hall.sitting.id, "how": "close"}, 403)
    assert [label for label in staff.get(hall.door).links if "ngoài danh sách" in label] == []


def test_a_walk_in_is_let_in_with_a_reason(hall: Hall, chief: PageClient) -> None:
    url = f"{hall.door}/walk-in?sitting={hall.sitting.id}&gate=B%C3%A0n"
    fields = {"name": "Triệu Tiến Đạt", "unit_text": "Báo Một", "component": "guest", "reason": "Phóng viên đến thay"}
    page = chief.follow(send(chief, chief.get(url), fields, to="/walk-in"))
    assert (page.h1, page.one("span", id="door-count").text) == ("Bàn · Buổi chính", "0 / 2 có mặt · 1 ngoài danh sách")
    assert "Đã cho vào, tính riêng ngoài danh sách. Số thẻ 104." in page.text
    kept = db.session.execute(select(Scan.how, Scan.reason, Scan.gate)).all()
    assert kept == [("walk_in", "Phóng viên đến thay", "Bàn")]


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("name", " ", "Nhập họ và tên."),
        ("component", "", "Chọn thành phần."),
        ("reason", "", "Ghi lý do cho vào."),
        ("name", "x" * 121, "Tên dài quá."),
        ("reason", "x" * 501, "Lý do dài quá."),
    ],
)
def test_each_field_of_a_walk_in(hall: Hall, chief: PageClient, field: str, value: str, words: str) -> None:
    url = f"{hall.door}/walk-in?sitting={hall.sitting.id}"
    fields = {"name": "Triệu Tiến Đạt", "component": "guest", "reason": "Đến thay", field: value}
    page = send(chief, chief.get(url), fields, 422, to="/walk-in")
    assert page.texts("p", "field-error") == [words]
    assert attendances() == 0


def test_a_shut_door_lets_no_walk_in_in(hall: Hall, chief: PageClient) -> None:
    hall.time = NOW - timedelta(days=1)
    url = f"{hall.door}/walk-in?sitting={hall.sitting.id}"
    page = send(chief, chief.get(url), {"name": "Đạt", "component": "guest", "reason": "Đến thay"}, 422, to="/walk-in")
    assert page.one(css_class="error-summary").all("li")[0].text.startswith("Chưa mở điểm danh")


def test_somebody_of_the_list_is_let_in_from_the_answer(hall: Hall, chief: PageClient) -> None:
    page = chief.post(hall.door, {"nonce": "x", "delegate_id": hall.late.id}, 200)
    assert shown(page)["message"] == "Chưa được duyệt vào danh sách. Gửi bàn hỗ trợ."
    form = chief.get(page.links["Cho vào, ghi lý do"])
    assert form.h1 == "Lý Thị Mỷ"
    chief.follow(send(chief, form, {"reason": "Lãnh đạo đồng ý"}, to="/walk-in"))
    assert db.session.scalars(select(Scan.delegate_id).where(Scan.result == "ok")).all() == [hall.late.id]


def test_the_supervisor_sees_who_is_in_and_undoes(hall: Hall, chief: PageClient, staff: PageClient) -> None:
    scan(hall, staff, number=101)
    scan(hall, staff, number=102)
    page = chief.get(f"{hall.door}/people")
    tables = [table.rows() for table in page.all("table")]
    assert tables[0][1:] == [["Khách mời", "1 / 1", "0"], ["Điển hình tiên tiến", "1 / 1", "0"]]
    assert tables[1][1:] == [["Xã Một", "1 / 1", "0"]]
    assert [row[0] for row in tables[2][1:]] == ["Đàm Văn Bình 102", "Nông Thị Bích Đào 101 · Trường Một"]
    chief.post(f"{hall.door}/undo", {"scan_id": 1})
    assert db.session.scalars(select(Attendance.delegate_id)).all() == [hall.binh.id]


def test_the_supervisor_opens_and_closes(hall: Hall, chief: PageClient) -> None:
    url = f"{hall.door}/sitting"
    for how, opened in (("close", False), ("open", True), ("auto", None)):
        chief.post(url, {"sitting_id": hall.sitting.id, "how": how})
        db.session.expire_all()
        assert db.session.get_one(Sitting, hall.sitting.id).opened_by_hand is opened
    page = chief.follow(
        chief.post(url, {"sitting_id": hall.sitting.id, "how": "x"}, headers={"Referer": f"http://localhost{hall.door}/people"})
    )
    assert "Chọn mở, đóng hoặc theo giờ." in page.text


# ---- the command line ----------------------------------------------------------------------------------------------------


def test_the_command_line_scans(hall: Hall, app: Flask) -> None:
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
