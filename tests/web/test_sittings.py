"""The page of the parts of a congress: seen, added, changed, removed, opened by hand; by whom."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from congress.models import AgendaItem, Sitting, db
from tests.pages import Page, PageClient
from tests.web.contract import Office, actions, buttons, faults, field, said, send, statements_for
from tests.world import World

pytestmark = pytest.mark.usefixtures("session")

START = datetime(2025, 5, 20, 0, 30, tzinfo=UTC)  # 07:30 in Vietnam, of the district's congress


@pytest.fixture
def office(app: Flask) -> Office:
    office = Office(app)
    app.config["CLOCK"] = lambda: START
    return office


@pytest.fixture
def organiser(office: Office) -> PageClient:
    return office.sign_in("organiser")


@pytest.fixture
def url(office: Office) -> str:
    return f"{office.home}/checkin/sittings"


def put(office: World, name: str, kind: str = "lunch", congress: Any = None, **more: Any) -> Sitting:
    sitting = Sitting(congress_id=(congress or office.congress).id, name=name, kind=kind, **more)
    db.session.add(sitting)
    db.session.commit()
    return sitting


def kept() -> list[Sitting]:
    db.session.expire_all()
    return list(db.session.scalars(select(Sitting).where(Sitting.congress_id == 1).order_by(Sitting.id)))


def rows(page: Page) -> list[list[str]]:
    return [row[:6] for row in page.rows()[1:]]


def test_every_part_with_its_door(office: Office, organiser: PageClient, url: str) -> None:
    lunch = {"starts_at": START + timedelta(hours=4), "auto_exit_at": START + timedelta(hours=6), "reentry": False}
    put(office, "Ăn trưa", **lunch)
    put(office, "Buổi tối", "main", opens_at=START, closes_at=START + timedelta(days=1), opened_by_hand=True)
    page = organiser.get(url)
    assert page.h1 == "Các buổi"
    assert rows(page) == [
        [
            "Buổi chính", "07:30 20/05/2025", "06:00 – 11:30 theo giờ bắt đầu",
            "Được vào lại tự ra 00:00 21/05/2025", "0", "Đang mở",
        ],
        [
            "Ăn trưa", "11:30 20/05/2025", "10:00 – 15:30 theo giờ bắt đầu",
            "Không vào lại tự ra 13:30", "0", "Đang đóng",
        ],
        ["Buổi tối Buổi chính", "Chưa có giờ", "07:30 20/05/2025 – 07:30 21/05/2025", "Được vào lại", "0", "Đang mở bằng tay"],
    ]  # fmt: skip
    assert buttons(page) == ["Đóng", "Xóa", "Mở ngay", "Xóa", "Đóng", "Theo giờ", "Xóa"]


def test_a_congress_without_any_says_so(office: Office, organiser: PageClient, url: str) -> None:
    db.session.delete(office.congress.sittings[0])
    db.session.commit()
    assert organiser.get(url).texts("h2") == ["Chưa có buổi nào"]


def test_a_part_is_added(organiser: PageClient, url: str) -> None:
    page = organiser.get(f"{url}/new")
    assert (page.h1, field(page, "kind"), field(page, "reentry")) == ("Thêm buổi", "rehearsal", "y")
    assert page.texts("span", "field-hint") == [
        "Để trống: 90 phút trước giờ bắt đầu.", "Để trống: 4 giờ sau giờ bắt đầu.", "Để trống: nửa đêm sau giờ bắt đầu.",
    ]  # fmt: skip
    answer = send(organiser, page, {"name": "Tổng duyệt", "starts_at": "2025-05-19T14:00", "reentry": "y"})
    new = kept()[-1]
    assert answer.location == f"{url}#sitting-{new.id}"
    assert (new.name, new.kind, new.starts_at, new.opens_at, new.reentry) == (
        "Tổng duyệt", "rehearsal", datetime(2025, 5, 19, 7, 0, tzinfo=UTC), None, True,
    )  # fmt: skip
    assert (said(organiser, answer), actions()[-1]) == ("Đã thêm “Tổng duyệt”.", "sittings.add")


def test_its_times_come_back_as_vietnam_reads_them(office: Office, organiser: PageClient, url: str) -> None:
    main = kept()[0]
    page = organiser.get(f"{url}/{main.id}")
    assert (page.h1, field(page, "starts_at"), field(page, "opens_at")) == ("Buổi chính", "2025-05-20T07:30", "")
    assert page.texts("span", "field-hint") == [
        "Để trống: 06:00 20/05/2025 (90 phút trước giờ bắt đầu).", "Để trống: 11:30 20/05/2025 (4 giờ sau giờ bắt đầu).",
        "Để trống: 00:00 21/05/2025 (nửa đêm sau giờ bắt đầu).",
    ]  # fmt: skip
    typed = {"opens_at": "2025-05-20T05:30", "closes_at": "12:00 20/05/2025", "auto_exit_at": "20/05/2025 13:00"}
    page = organiser.get(f"{url}/{main.id}")
    form = {"name": "Phiên toàn thể", "kind": "main", "starts_at": field(page, "starts_at"), **typed}
    answer = organiser.post(f"{url}/{main.id}", form)  # the tick for coming back is taken away
    assert said(organiser, answer) == "Đã ghi."
    main = kept()[0]
    assert (main.name, main.starts_at, main.opens_at, main.closes_at, main.auto_exit_at, main.reentry) == (
        "Phiên toàn thể", START, START - timedelta(hours=2), START + timedelta(hours=4.5), START + timedelta(hours=5.5), False,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": " "}, {"name": ["Nhập tên buổi."]}),
        ({"name": "x" * 81}, {"name": ["Tối đa 80 ký tự."]}),
        ({"name": "Ăn trưa"}, {"name": ["Đã có “Ăn trưa”. Đặt tên khác."]}),
        ({"kind": "party"}, {"kind": ["Chọn một mục trong danh sách."]}),
        ({"kind": "lunch"}, {"kind": ["Hội nghị phải có một buổi chính."]}),
        ({"starts_at": "mai"}, {"starts_at": ["Nhập ngày và giờ."]}),
        ({"starts_at": "0025-05-20T07:30"}, {"starts_at": ["Ghi đủ năm, từ 2000 đến 2100."]}),
        (
            {"starts_at": "2025-05-21T07:30"},
            {"starts_at": ["Buổi chính bắt đầu trong ngày tổ chức, 20/05/2025. Đổi ngày ở trang Tổng quan, mục Sửa."]},
        ),
        ({"opens_at": "x"}, {"opens_at": ["Nhập ngày và giờ."]}),
        (
            {"opens_at": "2025-05-20T12:00"},
            {"opens_at": ["Mở phải trước giờ đóng (11:30 20/05/2025). Đặt giờ đóng, hoặc mở sớm hơn."]},
        ),
        ({"closes_at": "2025-05-20T05:00"}, {"closes_at": ["Đóng phải sau giờ mở (06:00 20/05/2025)."]}),
        ({"auto_exit_at": "2025-05-20T05:00"}, {"auto_exit_at": ["Tự ra phải sau giờ mở (06:00 20/05/2025)."]}),
        (
            {"opens_at": "2025-06-20T07:00", "closes_at": "2025-06-20T08:00", "auto_exit_at": "2025-06-20T09:00"},
            {
                name: ["Cách giờ bắt đầu (07:30 20/05/2025) quá 3 ngày. Xem lại ngày."]
                for name in ("opens_at", "closes_at", "auto_exit_at")
            },
        ),
    ],
)
def test_each_field_says_what_is_wrong(
    office: Office, organiser: PageClient, url: str, changes: dict[str, str], words: dict[str, list[str]]
) -> None:
    put(office, "Ăn trưa")
    main = kept()[0]
    answer = send(organiser, organiser.get(f"{url}/{main.id}"), {"name": "Tên mới", **changes}, 422)
    assert faults(answer) == words
    assert field(answer, "name") == changes.get("name", "Tên mới").strip()
    assert kept()[0].name == "Buổi chính"


def test_a_new_part_is_checked_alike(organiser: PageClient, url: str) -> None:
    typed = {"name": "Buổi chính", "starts_at": "2025-05-20T11:30"}
    assert faults(send(organiser, organiser.get(f"{url}/new"), typed, 422)) == {"name": ["Đã có “Buổi chính”. Đặt tên khác."]}
    typed = {"name": "Trưa", "starts_at": "2025-05-20T11:30", "closes_at": "2025-05-20T09:00"}
    assert faults(send(organiser, organiser.get(f"{url}/new"), typed, 422)) == {
        "closes_at": ["Đóng phải sau giờ mở (10:00 20/05/2025)."]
    }
    assert len(kept()) == 1


def test_only_an_empty_part_may_go(office: Office, organiser: PageClient, url: str) -> None:
    empty, planned = put(office, "Trống"), put(office, "Có mục")
    db.session.add(AgendaItem(sitting_id=planned.id, position=1, title="Văn nghệ", minutes=10))
    db.session.commit()
    page = organiser.get(url)
    assert [form.attrs["action"] for form in page.all("form") if "remove" in form.attrs["action"]] == [f"{url}/{empty.id}/remove"]
    assert said(organiser, organiser.submit(page, {}, action=f"{url}/{empty.id}/remove")) == "Đã xóa “Trống”."
    back = {"Referer": f"http://localhost{url}"}
    refused = organiser.post(f"{url}/{planned.id}/remove", headers=back)
    assert said(organiser, refused) == "“Có mục” có 1 mục chương trình. Bỏ các mục ấy trước."
    refused = organiser.post(f"{url}/{kept()[0].id}/remove", headers=back)
    assert said(organiser, refused) == "Hội nghị phải có một buổi chính."


def test_opened_and_shut_from_here(office: Office, organiser: PageClient, url: str) -> None:
    main = kept()[0]
    back = {"Referer": f"http://localhost{url}"}
    answer = organiser.post(f"{office.home}/checkin/sitting", {"sitting_id": main.id, "how": "close"}, headers=back)
    assert answer.location == url
    page = organiser.follow(answer)
    assert rows(page)[0][5] == "Đang đóng bằng tay"
    note = organiser.get(f"{url}/{main.id}").one("div", "note").text
    assert note == "Cửa đang đóng bằng tay: giờ dưới đây có tác dụng khi để cửa theo giờ."


@pytest.mark.parametrize(("stage", "left"), [("held", ["Đóng"]), ("cancelled", [])])
def test_what_a_stage_leaves(office: Office, organiser: PageClient, url: str, stage: str, left: list[str]) -> None:
    office.congress.stage = stage
    db.session.commit()
    page = organiser.get(url)
    assert (buttons(page), "Thêm buổi" in page.links) == (left, False)
    answer = send(organiser, organiser.get(f"{url}/new"), {"name": "Trưa"}, 422)
    assert list(faults(answer)) == [""]


def test_the_number_of_statements_does_not_grow_with_the_rows(office: Office, organiser: PageClient, url: str) -> None:
    counts = []
    for n in range(3):
        put(office, f"Buổi {n}")
        counts.append(statements_for(organiser, url))
    assert counts[0] == counts[2]


def test_each_role(office: Office, url: str) -> None:
    allowed = {"administrator": 403, "plan_owner": 200, "organiser": 200, "secretary": 403, "checkin_staff": 403, "viewer": 403}
    for where in ("", "/new", f"/{kept()[0].id}"):
        assert office.statuses(f"{url}{where}") == allowed
    removed = {role: 303 if status == 200 else status for role, status in allowed.items()}
    assert office.statuses(f"{url}/{kept()[0].id}/remove", "POST") == removed


def test_another_congress_is_hidden(office: Office, organiser: PageClient, url: str) -> None:
    other = put(office, "của huyện khác", congress=office.other_congress)
    organiser.get(f"/congress/{office.other_congress.id}/checkin/sittings", 404)
    organiser.get(f"{url}/{other.id}", 404)
    organiser.post(f"{url}/{other.id}", {"name": "x", "kind": "lunch"}, 404)
    organiser.post(f"{url}/{other.id}/remove", {}, 404)
    assert "của huyện khác" not in organiser.get(url).text
