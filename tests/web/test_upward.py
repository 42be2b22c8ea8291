"""The list that goes up, through the pages of both congresses: chosen, voted, sent, taken in or handed back; by whom."""

from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from congress.models import Delegate, UpwardList, db
from congress.operations import allocation_table as tables
from congress.operations import upward as operations
from tests.documents.paper import pages_lines
from tests.pages import Page, PageClient
from tests.web.contract import ROLES, Office, actions, faults, field, said, send, statements_for, toasts
from tests.world import NOW, PASSWORD, actor_for, make_delegate, make_unit, make_user

VOTE = {"voted_on": "2025-03-20", "present": "100", "votes_for": "70", "votes_against": "20", "votes_other": "10"}


class Way(Office):
    """The commune sends two exemplars and a guest to the first district; `xa` organises there, `thu-ky` is its secretary."""

    def __init__(self, app: Flask) -> None:
        super().__init__(app)
        self.lower = self.lower_congress
        self.url, self.above = f"/congress/{self.lower.id}/upward", f"{self.home}/upward"
        self.congress.planned_size = 30
        self.groups = {component.code: component for component in self.plan.components}
        make_user("xa", "organiser", unit=self.commune)
        make_user("thu-ky", "secretary", unit=self.commune)
        self.people = [make_delegate(self.lower, f"Lò Thị {n}", title="Nông dân", born="1970") for n in "ABCD"]
        self.guest = make_delegate(self.lower, "Bàn Văn Khách", "guest")
        db.session.commit()

    def issue(self) -> None:
        boss, components = actor_for("organiser", unit=self.district), [self.groups[code] for code in ("guest", "exemplar")]
        second = make_unit("X2", "Xã Hai", "commune", self.district)
        tables.choose_table(self.congress.id, [self.commune, second], components, actor=boss, now=NOW)
        cells = {(self.commune.id, self.groups["exemplar"].id): 2, (self.commune.id, self.groups["guest"].id): 1}
        tables.set_seats(self.congress.id, cells | {(second.id, self.groups["exemplar"].id): 7}, actor=boss, now=NOW)
        values = tables.IssueValues(date(2025, 3, 1), "12/CV-UBND", date(2025, 3, 8), "")
        tables.issue_table(self.congress.id, values, actor=boss, now=NOW)
        db.session.commit()

    def user(self, name: str = "xa") -> PageClient:
        client = PageClient(self.app)
        client.sign_in(name, PASSWORD)
        return client

    def pick(self, client: PageClient, people: list[Delegate], **more: str) -> Page:
        return client.post(f"{self.url}/choose", {"ids": [str(person.id) for person in people], **more})

    def sent(self, client: PageClient) -> UpwardList:
        self.pick(client, self.people[:2])
        self.pick(client, self.people[2:3], reserve="1")
        client.post(f"{self.url}/vote", VOTE)
        client.post(f"{self.url}/send")
        return self.current()

    def current(self) -> UpwardList:
        db.session.expire_all()
        return db.session.scalars(select(UpwardList)).one()


@pytest.fixture
def way(session: Any, app: Flask) -> Way:
    return Way(app)


@pytest.fixture
def xa(way: Way) -> PageClient:
    way.issue()
    return way.user()


def listed(page: Page) -> list[list[str]]:
    """The names of each table of the page, in order."""
    return [[title.text for title in table.all("span", "row-title")] for table in page.all("table")]


def step(page: Page, label: str) -> dict[str, str]:
    """What the button with this label sends."""
    button = next(b for b in page.all("button") if b.attrs.get("aria-label") == label)
    assert button.parent is not None
    return {name: button.parent.one("input", name=name).attrs["value"] for name in ("person", "do")}


# ---- what the unit was given -------------------------------------------------------------------------------------------


def test_before_anything_is_issued_the_page_says_why(way: Way) -> None:
    page = way.user().get(way.url)
    assert (page.h1, page.one("div", "empty").one("p").text) == (
        "Đi dự cấp trên",
        "Huyện Một chưa ban hành phân bổ đại biểu. Khi ban hành, số chỗ của đơn vị hiện ở đây.",
    )
    assert "Chọn người" not in page.links


def test_the_unit_sees_its_own_seats_only(way: Way, xa: PageClient) -> None:
    page = xa.get(way.url)
    assert page.one("dl", "facts").texts("dd") == [
        "0 / 1 chỗ",
        "0 / 2 chỗ",
        "Lần 1, ngày 01/03/2025, số 12/CV-UBND",
        "08/03/2025 Quá hạn 2 ngày",
    ]
    assert "Xã Hai" not in page.text
    assert "7" not in page.one("dl", "facts").text
    assert page.texts("div", "empty") == [
        "Chưa chọn ai Chọn trong danh sách của hội nghị này, không nhất thiết phải có mặt; "
        "điển hình phải thuộc thành phần điển hình."
    ]


# ---- composed ----------------------------------------------------------------------------------------------------------


def test_people_are_picked_for_seats_and_for_the_reserve(way: Way, xa: PageClient) -> None:
    page = xa.get(f"{way.url}/choose")
    assert page.texts("span", "row-title") == ["Bàn Văn Khách", *(f"Lò Thị {n}" for n in "ABCD")]
    assert xa.get(f"{way.url}/choose?group=guest").texts("span", "row-title") == ["Bàn Văn Khách"]
    answer = way.pick(xa, way.people[:2])
    assert (answer.location, said(xa, answer)) == (way.url, "Đã đưa 2 người vào danh sách chính thức.")
    assert said(xa, way.pick(xa, [way.guest], reserve="1", component="leader")) == "Đã đưa 1 người vào dự khuyết."
    page = xa.get(way.url)
    assert listed(page) == [["1. Lò Thị A", "2. Lò Thị B"], ["1. Bàn Văn Khách"]]
    assert page.texts("span", "pill")[:4] == ["Đang lập", *["Điển hình tiên tiến"] * 2, "Lãnh đạo các cấp, các ngành"]
    assert xa.get(f"{way.url}/choose").texts("span", "row-title") == ["Lò Thị C", "Lò Thị D"]


def test_picking_nobody_is_said(way: Way, xa: PageClient) -> None:
    back = {"Referer": f"http://localhost{way.url}"}
    assert said(xa, xa.post(f"{way.url}/choose", {"reserve": "1"}, headers=back)) == "Đánh dấu ít nhất một người."


def test_the_buttons_move_swap_and_take_off(way: Way, xa: PageClient) -> None:
    way.pick(xa, way.people[:3])
    page = xa.get(way.url)
    labels = [b.attrs["aria-label"] for b in page.all("button", "btn-sm")]
    assert labels[:3] == ["Xuống: Lò Thị A", "Dự khuyết: Lò Thị A", "Bỏ: Lò Thị A"]
    for label, after in (
        ("Xuống: Lò Thị A", [["1. Lò Thị B", "2. Lò Thị A", "3. Lò Thị C"]]),
        ("Dự khuyết: Lò Thị A", [["1. Lò Thị B", "2. Lò Thị C"], ["1. Lò Thị A"]]),
        ("Chính thức: Lò Thị A", [["1. Lò Thị B", "2. Lò Thị C", "3. Lò Thị A"]]),
        ("Bỏ: Lò Thị C", [["1. Lò Thị B", "2. Lò Thị A"]]),
    ):
        page = xa.follow(xa.post(f"{way.url}/change", step(page, label)))
        assert listed(page) == after
    xa.post(f"{way.url}/change", {"person": "x", "do": "up"}, status=400)
    back = {"Referer": f"http://localhost{way.url}"}
    gone = xa.post(f"{way.url}/change", {"person": "999", "do": "up"}, headers=back)
    assert said(xa, gone) == "Người này không còn trong danh sách. Tải lại trang."


# ---- voted and sent ----------------------------------------------------------------------------------------------------


def test_the_vote_is_shown_in_people_and_shares(way: Way, xa: PageClient) -> None:
    way.pick(xa, way.people[:2])
    page = xa.get(f"{way.url}/vote")
    assert field(page, "voted_on") == "2025-03-20"
    odd = {"present": "180", "votes_for": "127", "votes_against": "53", "votes_other": "0"}
    page = xa.follow(send(xa, page, odd))
    assert toasts(page) == ["Đã ghi kết quả biểu quyết."]
    assert page.texts("span", "stat-value") == ["180", "127", "53", "0"]
    assert page.texts("span", "stat-small") == ["70,55 %", "29,44 %", "0 %"]
    assert "Đạt" in page.texts("span", "pill")
    assert field(xa.get(f"{way.url}/vote"), "votes_for") == "127"


@pytest.mark.parametrize(
    ("name", "typed", "words"),
    [
        ("voted_on", "", "Nhập ngày biểu quyết."),
        ("present", "", "Nhập số người có mặt."),
        ("present", "0", "Nhập số người có mặt."),
        ("present", "trăm", "Nhập một số nguyên, ví dụ 200."),
        ("present", "99", "Ba loại ý kiến cộng lại là 100, số có mặt là 99. Sửa cho khớp."),
        ("votes_for", "-70", "Số người phải từ 0 trở lên."),
        ("votes_against", "", "Nhập số, 0 nếu không có."),
        ("votes_other", "", "Nhập số, 0 nếu không có."),
    ],
)
def test_a_faulty_vote_is_not_kept(way: Way, xa: PageClient, name: str, typed: str, words: str) -> None:
    way.pick(xa, way.people[:2])
    page = send(xa, xa.get(f"{way.url}/vote"), {**VOTE, name: typed}, 422)
    assert faults(page) == {name: [words]}
    assert (field(page, "votes_for"), way.current().present) == (typed if name == "votes_for" else "70", None)


def test_what_stands_against_sending_is_on_the_page_and_the_button_comes_when_nothing_does(way: Way, xa: PageClient) -> None:
    way.pick(xa, way.people[:3])
    page = xa.get(way.url)
    assert page.texts("div", "note") == [
        "Phân bổ 2 chỗ “Điển hình tiên tiến”, danh sách có 3. Bớt 1 người, hoặc chuyển sang dự khuyết.",
        "Chưa ghi kết quả biểu quyết. Ghi số có mặt, tán thành, không tán thành, ý kiến khác.",
    ]
    assert page.all("form", action=f"{way.url}/send") == []
    back = {"Referer": f"http://localhost{way.url}"}
    assert said(xa, xa.post(f"{way.url}/send", headers=back)).startswith("Phân bổ 2 chỗ")
    xa.post(f"{way.url}/change", step(page, "Dự khuyết: Lò Thị C"))
    xa.post(f"{way.url}/vote", {**VOTE, "votes_for": "50", "votes_against": "50", "votes_other": "0"})
    assert "Không đạt" in xa.get(way.url).texts("span", "pill")
    assert said(xa, xa.post(f"{way.url}/send", headers=back)).startswith("Biểu quyết không đạt: 50/100 tán thành (50 %)")
    xa.post(f"{way.url}/vote", VOTE)
    page = xa.follow(xa.submit(xa.get(way.url), {}, action=f"{way.url}/send"))
    assert toasts(page) == ["Đã gửi danh sách lên Huyện Một. Sửa được khi cấp trên trả lại."]
    assert (way.current().state, "Chọn người" in page.links, page.all("button", "btn-sm")) == ("sent", False, [])


def test_the_list_is_printed_with_its_vote(way: Way, xa: PageClient) -> None:
    empty = xa.open(f"{way.url}/print", headers={"Referer": f"http://localhost{way.url}"})
    assert (empty.location, said(xa, empty)) == (way.url, "Chưa có danh sách để in. Chọn người trước.")
    way.pick(xa, way.people[:2])
    way.pick(xa, way.people[2:3], reserve="1")
    draft = " ".join(" ".join(page) for page in pages_lines(xa.get(f"{way.url}/print").data))
    assert "(Dự thảo)" in draft
    assert draft.endswith("Danh sách chưa biểu quyết.")
    xa.post(f"{way.url}/vote", VOTE)
    xa.post(f"{way.url}/send")
    page = xa.get(f"{way.url}/print")
    assert page.headers["Content-Disposition"] == 'inline; filename="Danh-Sach-Di-Du-Cap-Tren-Xa-Mot.pdf"'
    words = " ".join(" ".join(page) for page in pages_lines(page.data))
    assert words.startswith("DANH SÁCH ĐẠI BIỂU DỰ HỘI NGHỊ HUYỆN MỘT LẦN THỨ VI Xã Một")
    assert "I. Đại biểu chính thức (2 người) 1 Lò Thị A 1970 Nông dân Điển hình tiên tiến" in words
    assert "II. Đại biểu dự khuyết, theo thứ tự (1 người) 1 Lò Thị C" in words
    assert words.endswith(
        "Danh sách gồm có 2 đại biểu chính thức và 1 đại biểu dự khuyết./. Biểu quyết ngày 20/03/2025: 100 người có mặt; "
        "70 tán thành (70 %); 20 không tán thành (20 %); 10 ý kiến khác (10 %). Kết quả: đạt."
    )


# ---- at the upper congress ---------------------------------------------------------------------------------------------


def test_a_list_arrives_is_opened_and_taken_in(way: Way, xa: PageClient) -> None:
    upward = way.sent(xa)
    boss = way.sign_in("organiser")
    page = boss.get(f"{way.home}/allocations")
    assert [row for row in page.rows() if row[0] == "Xã Một"][0][-2:] == ["Đã gửi 10/03/2025", "Mở danh sách của Xã Một"]
    page = boss.get(page.links["Mở danh sách của Xã Một"])
    assert (page.h1, listed(page)) == ("Danh sách của Xã Một", [["1. Lò Thị A", "2. Lò Thị B"], ["1. Lò Thị C"]])
    page = boss.follow(boss.submit(page, {}, action=f"{way.above}/lists/{upward.id}/accept"))
    assert toasts(page) == ["Đã nhận danh sách: thêm 3 người ở trạng thái đề cử, dự khuyết."]
    db.session.expire_all()
    states = {d.name: d.state for d in db.session.scalars(select(Delegate).filter_by(congress_id=way.congress.id))}
    assert states == {"Lò Thị A": "proposed", "Lò Thị B": "proposed", "Lò Thị C": "reserve"}
    assert "Đã nhận" in xa.get(way.url).texts("span", "pill")
    again = boss.post(
        f"{way.above}/lists/{upward.id}/accept", headers={"Referer": f"http://localhost{way.above}/lists/{upward.id}"}
    )
    assert said(boss, again) == "Danh sách này không còn chờ ở đây: đã được nhận hoặc trả lại. Tải lại trang."


def test_a_list_is_handed_back_with_words(way: Way, xa: PageClient) -> None:
    upward = way.sent(xa)
    boss, url = way.sign_in("organiser"), f"{way.above}/lists/{upward.id}"
    back = {"Referer": f"http://localhost{url}"}
    assert said(boss, boss.post(f"{url}/return", {"comment": " "}, headers=back)) == "Ghi điều đơn vị cần sửa."
    answer = boss.submit(boss.get(url), {"comment": "Thiếu đại biểu nữ"}, action=f"{url}/return")
    assert (answer.location, said(boss, answer)) == (f"{way.home}/allocations", "Đã trả lại danh sách cho Xã Một.")
    boss.get(url, 404)
    page = xa.get(way.url)
    assert page.texts("div", "note")[0] == "Cấp trên trả lại ngày 10/03/2025: Thiếu đại biểu nữ"
    assert "Chọn người" in page.links
    assert actions()[-2:] == ["upward.returned"] * 2


def test_a_draft_is_not_seen_above(way: Way, xa: PageClient) -> None:
    way.pick(xa, way.people[:2])
    boss = way.sign_in("organiser")
    boss.get(f"{way.above}/lists/{way.current().id}", 404)
    assert "Mở danh sách của Xã Một" not in boss.get(f"{way.home}/allocations").links


def test_the_pages_take_the_same_statements_for_one_person_and_for_three(way: Way, xa: PageClient) -> None:
    boss, counts = way.sign_in("organiser"), []
    for people in ([way.people[0]], way.people[1:3]):
        way.pick(xa, people)
        upward = way.current()
        upward.state = "sent"
        db.session.commit()
        list_url = f"{way.above}/lists/{upward.id}"
        counts.append([statements_for(xa, way.url), statements_for(xa, f"{way.url}/choose"), statements_for(boss, list_url)])
        upward.state = "draft"
        db.session.commit()
    assert counts[0] == counts[1]
    assert max(counts[0]) <= 12


# ---- by whom -----------------------------------------------------------------------------------------------------------


def test_the_secretary_composes_and_the_organiser_sends(way: Way, xa: PageClient) -> None:
    secretary = way.user("thu-ky")
    way.pick(secretary, way.people[:2])
    secretary.post(f"{way.url}/vote", VOTE)
    page = secretary.get(way.url)
    assert page.all("form", action=f"{way.url}/send") == []
    assert "Danh sách đã đủ điều kiện. Đơn vị tổ chức bấm gửi." in page.text
    secretary.post(f"{way.url}/send", status=403)
    xa.post(f"{way.url}/send")
    assert way.current().state == "sent"


def test_only_who_approves_above_answers(way: Way, xa: PageClient) -> None:
    upward = way.sent(xa)
    url = f"{way.above}/lists/{upward.id}"
    readers = {"plan_owner": 200, "organiser": 200, "secretary": 200}
    assert way.statuses(url) == {role: readers.get(role, 403) for role in ROLES}
    page = way.sign_in("secretary").get(url)
    assert [form.attrs["action"] for form in page.all("form") if url in form.attrs.get("action", "")] == []
    for verb in ("accept", "return"):
        for role in ("secretary", "viewer"):
            way.sign_in(role).post(f"{url}/{verb}", {"comment": "x"}, status=403)
        xa.post(f"{url}/{verb}", {"comment": "x"}, status=404)
    assert way.current().state == "sent"


def test_another_unit_s_list_is_hidden(way: Way, xa: PageClient) -> None:
    upward = way.sent(xa)
    make_user("huyen-hai", "organiser", unit=way.other_district)
    other = way.user("huyen-hai")
    other.get(way.url, 404)
    other.get(f"/congress/{way.other_congress.id}/upward/lists/{upward.id}", 404)
    other.post(f"/congress/{way.other_congress.id}/upward/lists/{upward.id}/accept", status=303)
    assert (way.current().state, operations.find_list(way.lower, way.other_congress)) == ("sent", None)
