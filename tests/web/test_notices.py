"""The page of what the door says of some people: seen, added, changed, ordered, removed; by whom."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from congress.models import DoorNotice, db
from congress.operations import notices as operations
from congress.operations.notices import NoticeValues
from tests.pages import Page, PageClient
from tests.web.contract import Office, actions, buttons, faults, field, options, said, send, statements_for, toasts
from tests.world import NOW, actor_for

pytestmark = pytest.mark.usefixtures("session")

NO_NUMBER = "“x” không phải số thẻ. Ghi số, cách nhau bằng dấu phẩy: 101, 105-110."


@pytest.fixture
def office(app: Flask) -> Office:
    return Office(app)


@pytest.fixture
def organiser(office: Office) -> PageClient:
    return office.sign_in("organiser")


@pytest.fixture
def url(office: Office) -> str:
    return f"{office.home}/checkin/notices"


def put(office: Office, text: str, kind: str = "notice", congress: Any = None, **whom: Any) -> DoorNotice:
    by = {"actor": actor_for("organiser", unit=office.district), "now": NOW}
    notice = operations.add_notice(congress or office.congress, NoticeValues(kind, text, **whom), **by)
    db.session.commit()
    return notice


def kept() -> list[tuple[str, str, int | None, int | None, list[int]]]:
    db.session.expire_all()
    columns = (DoorNotice.kind, DoorNotice.text, DoorNotice.component_id, DoorNotice.delegation_id, DoorNotice.numbers)
    return [tuple(row) for row in db.session.execute(select(*columns).order_by(DoorNotice.position))]


def texts() -> list[str]:
    return [row[1] for row in kept()]


def add(client: PageClient, url: str, **typed: Any) -> Page:
    return send(client, client.get(url), typed)


def test_an_empty_page_teaches_and_suggests(organiser: PageClient, url: str) -> None:
    page = organiser.get(url)
    assert (page.h1, page.texts("h2")) == ("Nhắc ở cửa", ["Chưa nhắc gì", "Thêm lời nhắc"])
    assert page.texts("a", "chip") == [
        "Mời ngồi hàng đầu", "Nhận khen thưởng: mời lên khu chờ", "Thẻ ở hộp số 1", "Cặp tài liệu", "Phiếu ăn",
    ]  # fmt: skip
    assert buttons(page) == ["Thêm lời nhắc"]


def test_a_suggestion_fills_the_form_in(organiser: PageClient, url: str) -> None:
    page = organiser.get(organiser.get(url).links["Cặp tài liệu"])
    assert field(page, "text") == "Cặp tài liệu"
    assert page.one("input", name="kind", value="handout").attrs.get("checked") == ""
    assert field(organiser.get(f"{url}?suggest=99"), "text") == ""


def test_for_everybody_for_a_component_for_a_delegation_and_by_number(
    office: Office, organiser: PageClient, url: str
) -> None:
    delegation = office.delegation("xã Một")
    leader = office.person("Lò Văn A", "leader", "approved", delegation=delegation)
    office.person("Lò Thị B", state="approved")
    db.session.commit()
    offered = options(organiser.get(url), "audience")
    assert (offered[0], offered[1], offered[-2:]) == (
        "Mọi người", "Lãnh đạo các cấp, các ngành", ["Đoàn xã Một", "Theo số thẻ"],
    )  # fmt: skip
    assert said(organiser, add(organiser, url, kind="handout", text="Cặp tài liệu")) == "Đã thêm. Đến 2 người đã duyệt."
    add(organiser, url, text="Mời ngồi hàng đầu", audience=f"component-{leader.component_id}")
    add(organiser, url, text="Xe ở cổng B", audience=f"delegation-{delegation.id}")
    add(organiser, url, text="Lên khu chờ", audience="numbers", numbers="102, 101-102")
    assert kept() == [
        ("handout", "Cặp tài liệu", None, None, []),
        ("notice", "Mời ngồi hàng đầu", leader.component_id, None, []),
        ("notice", "Xe ở cổng B", None, delegation.id, []),
        ("notice", "Lên khu chờ", None, None, [101, 102]),
    ]
    assert [row[1:4] for row in organiser.get(url).rows()[1:]] == [
        ["Cặp tài liệu Phát tại cửa", "Mọi người", "2"],
        ["Mời ngồi hàng đầu Lời nhắc", "Lãnh đạo các cấp, các ngành", "1"],
        ["Xe ở cổng B Lời nhắc", "Đoàn xã Một", "1"],
        ["Lên khu chờ Lời nhắc", "Số thẻ 101, 102", "2"],
    ]


def test_numbers_that_nobody_carries_are_told_and_kept(office: Office, organiser: PageClient, url: str) -> None:
    office.person("Lò Văn A", state="approved")
    office.person("Lò Thị Rút", state="withdrawn")
    db.session.commit()
    page = organiser.follow(add(organiser, url, text="Lên khu chờ", audience="numbers", numbers="101-104"))
    assert toasts(page) == [
        "Đã thêm. Đến 1 người đã duyệt.",
        "Số thẻ 103, 104 chưa có ai trong hội nghị: xem lại, hoặc để nguyên nếu sẽ cấp sau. Số thẻ 102 là của người đã rút.",
    ]
    assert page.texts("div", "row-sub") == ["Chưa có ai mang số 103, 104", "Số 102 đã rút"]
    assert kept()[0][4] == [101, 102, 103, 104]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"text": " "}, {"text": ["Nhập nội dung."]}),
        ({"text": "x" * 121}, {"text": ["Tối đa 120 ký tự."]}),
        ({"text": "Có rồi"}, {"text": ["Đã có đúng lời nhắc này cho đúng những người này."]}),
        ({"audience": "delegation-999"}, {"audience": ["Chọn một mục trong danh sách."]}),
        ({"audience": "numbers"}, {"numbers": ["Nhập ít nhất một số thẻ."]}),
        ({"numbers": "101"}, {"numbers": ["Đã ghi số thẻ: chọn “Theo số thẻ” ở mục Cho ai, hoặc xóa ô này."]}),
        ({"audience": "numbers", "numbers": "101," * 1501}, {"numbers": ["Dài quá. Chọn theo thành phần hoặc theo đoàn."]}),
        ({"audience": "numbers", "numbers": "x, 9-5"}, {"numbers": [f"{NO_NUMBER} Khoảng 9-5 ngược. Ghi số nhỏ trước: 5-9."]}),
    ],
)  # fmt: skip
@pytest.mark.parametrize("where", ["", "/2"])
def test_each_field_says_what_is_wrong(
    office: Office, organiser: PageClient, where: str, changes: dict[str, str], words: dict[str, list[str]]
) -> None:
    put(office, "Có rồi")
    put(office, "Sửa", "handout")
    page = organiser.get(f"{office.home}/checkin/notices{where}")
    answer = send(organiser, page, {"kind": "notice", "text": "mới", "numbers": "", **changes}, 422)
    assert faults(answer) == words
    assert field(answer, "text") == changes.get("text", "mới").strip()
    assert texts() == ["Có rồi", "Sửa"]


def test_a_kind_that_there_is_not(organiser: PageClient, url: str) -> None:
    answer = send(organiser, organiser.get(url), {"text": "x", "kind": "shout"}, 422)
    assert answer.one("fieldset", id="kind").texts("p", "field-error") == ["Chọn một mục trong danh sách."]


def test_there_is_an_end_to_what_a_door_says(office: Office, organiser: PageClient, url: str) -> None:
    for n in range(60):
        db.session.add(DoorNotice(congress_id=office.congress.id, position=n + 1, kind="notice", text=f"Lời {n}"))
    db.session.commit()
    answer = send(organiser, organiser.get(url), {"text": "một lời nữa"}, 422)
    assert faults(answer) == {"": ["Đã có 60 lời nhắc. Bỏ lời nhắc không còn dùng trước."]}


def test_one_is_changed(office: Office, organiser: PageClient, url: str) -> None:
    notice = put(office, "Lên khu chờ", numbers=(101, 105, 106, 107))
    page = organiser.get(f"{url}/{notice.id}")
    assert (page.h1, field(page, "text"), field(page, "audience"), field(page, "numbers")) == (
        "Sửa lời nhắc", "Lên khu chờ", "numbers", "101, 105-107",
    )  # fmt: skip
    answer = send(organiser, page, {"text": "Phiếu ăn", "kind": "handout", "audience": "everybody", "numbers": ""})
    assert answer.location == f"{url}#notice-{notice.id}"
    assert (said(organiser, answer), kept()) == ("Đã ghi. Đến 0 người đã duyệt.", [("handout", "Phiếu ăn", None, None, [])])
    for audience in (f"component-{office.plan.components[1].id}", f"delegation-{office.delegation('xã Một').id}"):
        db.session.commit()
        send(organiser, organiser.get(f"{url}/{notice.id}"), {"audience": audience})
        assert field(organiser.get(f"{url}/{notice.id}"), "audience") == audience


def test_up_and_down_and_away(office: Office, organiser: PageClient, url: str) -> None:
    first, _, last = (put(office, text).id for text in "abc")
    answer = organiser.post(f"{url}/{last}/move", {"to": "1"})
    assert (answer.location, texts()) == (f"{url}#notice-{last}", ["c", "a", "b"])
    organiser.post(f"{url}/{last}/move", {"to": "x"}, 400)
    assert said(organiser, organiser.post(f"{url}/{first}/remove")) == "Đã bỏ “a”."
    assert (texts(), actions()[-2:]) == (["c", "b"], ["notices.move", "notices.remove"])
    organiser.post(f"{url}/{first}/remove", {}, 404)


def test_the_number_of_statements_does_not_grow_with_the_rows(office: Office, organiser: PageClient, url: str) -> None:
    counts = []
    for n in range(3):
        put(office, f"Lời {n}", numbers=(101 + n,))
        counts.append(statements_for(organiser, url))
    assert counts[0] == counts[2]


def test_each_role(office: Office, url: str) -> None:
    notice = put(office, "a")
    allowed = {"administrator": 403, "plan_owner": 200, "organiser": 200, "secretary": 403, "checkin_staff": 403, "viewer": 403}
    assert office.statuses(url) == allowed
    assert office.statuses(f"{url}/{notice.id}") == allowed
    moved = {role: 303 if status == 200 else status for role, status in allowed.items()}
    assert office.statuses(f"{url}/{notice.id}/move", "POST", {"to": "1"}) == moved


def test_another_congress_is_hidden(office: Office, organiser: PageClient, url: str) -> None:
    other = put(office, "của huyện khác", congress=office.other_congress)
    organiser.get(f"/congress/{office.other_congress.id}/checkin/notices", 404)
    for way in ("", "/move", "/remove"):
        organiser.post(f"{url}/{other.id}{way}", {"to": "1", "text": "x"}, 404)
    assert "của huyện khác" not in organiser.get(url).text
    assert texts() == ["của huyện khác"]
