"""A delegate's own page as the delegate meets it: found by its address, told to nobody, answered, followed during the day."""

import logging
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import zxingcpp
from flask import Flask
from PIL import Image, ImageDraw

from congress.models import AgendaItem, Delegate, db
from congress.operations import personal
from congress.operations.badges import issue_badges, revoke_badges, tokens_of
from tests.documents.paper import pages_lines
from tests.pages import Element, Page, PageClient
from tests.web.contract import Office, actions, fresh, statements_for
from tests.world import NOW

pytestmark = pytest.mark.usefixtures("session")


def at(hour: int, minute: int = 0, day: int = 20) -> datetime:
    """A moment of May 2025 in Vietnam; the congress starts on the 20th at half past seven."""
    return datetime(2025, 5, day, hour, minute, tzinfo=UTC) - timedelta(hours=7)


class Invitation(Office):
    """The district's congress with one invited person, whose page is `url`; the clock can be set."""

    def __init__(self, app: Flask) -> None:
        super().__init__(app)
        self.congress.place = "Hội trường huyện"
        delegation = self.delegation("xã Một")
        delegation.contact_name, delegation.contact_phone = "Nông Thị Hà", "0912345678"
        self.guest = self.person("Lò Văn An", state="approved", delegation=delegation, seat="A-12", phone="0900999222")
        self.person("Hoàng Thị Giấu", state="approved", delegation=delegation, phone="0900999111")
        for position, title in enumerate(("Đón tiếp", "Khai mạc", "Bế mạc"), 1):
            self.congress.sittings[0].items.append(AgendaItem(position=position, title=title, minutes=30))
        self.url = self.page_of(self.guest)

    def page_of(self, person: Delegate) -> str:
        sealer = self.app.extensions["sealer"]
        personal.renew_link(person, actor=personal.Actor(None, "x", everything=True), sealer=sealer, now=NOW)
        secret = personal.find_secret(person, sealer=sealer)
        db.session.commit()
        return f"/m/{secret}"

    def set_clock(self, moment: datetime) -> None:
        self.app.config["CLOCK"] = lambda: moment


@pytest.fixture
def invitation(app: Flask) -> Invitation:
    return Invitation(app)


@pytest.fixture
def phone(invitation: Invitation) -> PageClient:
    return PageClient(invitation.app)


def cards(page: Page) -> list[str]:
    """The headings of the page's cards, from the top."""
    return page.texts("h2")


def read_code(svg: Element) -> tuple[str, str]:
    """Text and level of a code drawn as runs of modules."""
    side = int(svg.attrs["viewbox"].split()[2])
    picture = Image.new("L", (side * 4, side * 4), 255)
    pen = ImageDraw.Draw(picture)
    for x, y, width in re.findall(r"M(\d+) (\d+)h(\d+)v1", svg.one("path").attrs["d"]):
        left, top = int(x) * 4, int(y) * 4
        pen.rectangle((left, top, left + int(width) * 4 - 1, top + 3), fill=0)
    [found] = zxingcpp.read_barcodes(picture)
    return found.text, found.ec_level


def answer(phone: PageClient, url: str, status: int | None = None, **fields: str) -> Page:
    phone.get(url)
    return phone.post(url, fields, status)


# ---- what it says ------------------------------------------------------------------------------------------------------


def test_before_the_day_it_asks_whether_the_delegate_comes(invitation: Invitation, phone: PageClient) -> None:
    page = phone.get(invitation.url)
    assert (page.h1, page.one("header").texts("p")) == ("Hội nghị Huyện Một", ["Lần thứ VI", "ngày 20 tháng 3 năm 2025"])
    assert cards(page) == [
        "Kính mời Lò Văn An", "Quý đại biểu có đến dự được không?", "Mã vào cửa", "Chương trình", "Cần hỏi?",
    ]  # fmt: skip
    facts = page.one("dl")
    assert dict(zip(facts.texts("dt"), facts.texts("dd"), strict=True)) == {
        "Thời gian": "07:30, Thứ Ba, 20/05/2025", "Địa điểm": "Hội trường huyện", "Chỗ ngồi": "A-12", "Đi cùng": "Đoàn xã Một",
    }  # fmt: skip
    assert page.links["Gọi 0912345678"] == "tel:0912345678"
    assert [word for word in ("Giấu", "0900999111", "0900999222") if word in page.html] == []


def test_the_code_is_the_badges_at_level_h_with_its_number_under_it(invitation: Invitation, phone: PageClient) -> None:
    card = phone.get(invitation.url).one("section", "own-code")
    token = tokens_of(invitation.congress, invitation.app.extensions["sealer"])[invitation.guest.id]
    assert read_code(card.one("svg")) == (token, "H")
    assert card.texts("p")[:2] == ["Số thẻ 101", "Lò Văn An"]


def test_in_the_hour_of_the_congress_it_leads_with_the_code(invitation: Invitation, phone: PageClient) -> None:
    invitation.set_clock(at(6, 30))
    assert cards(phone.get(invitation.url))[0] == "Đưa mã này cho người ở cửa"
    invitation.set_clock(at(8, 10))
    page = phone.get(invitation.url)
    assert cards(page) == [
        "Đưa mã này cho người ở cửa", "Đang diễn ra", "Tiếp theo", "Chương trình", "Thông tin", "Cần hỏi?",
    ]  # fmt: skip
    assert page.one("section", "own-marked").texts("p") == ["08:00 Khai mạc", "08:30 Bế mạc"]
    assert [item.text for item in page.all("li", "is-now")] == ["08:00 Đang diễn ra Khai mạc"]
    assert page.one("section", "own-code").text.endswith("Chỗ ngồi A-12")


def test_after_the_congress_it_thanks_and_half_a_day_later_the_code_is_gone(invitation: Invitation, phone: PageClient) -> None:
    invitation.set_clock(at(11, 31))
    page = phone.get(invitation.url)
    assert cards(page) == ["Xin cảm ơn Lò Văn An", "Chương trình", "Cần hỏi?", "Mã vào cửa"]
    invitation.set_clock(at(23, 31))
    page = phone.get(invitation.url)
    assert cards(page) == ["Xin cảm ơn Lò Văn An", "Chương trình", "Cần hỏi?"]
    assert page.all("section", "own-code") == []


@pytest.mark.parametrize(
    ("change", "title"),
    [
        ({"state": "withdrawn"}, "Quý đại biểu đã được ghi là không dự"),
        ({"state": "reserve"}, "Danh sách đang được xem lại"),
        ({"stage": "cancelled"}, "Hội nghị không tổ chức nữa"),
    ],
)
def test_who_is_not_expected_is_told_kindly_and_shown_no_code(
    invitation: Invitation, phone: PageClient, change: dict[str, str], title: str
) -> None:
    for name, value in change.items():
        setattr(invitation.guest if name == "state" else invitation.congress, name, value)
    db.session.commit()
    page = phone.get(invitation.url)
    assert cards(page) == [title, "Cần hỏi?"]
    assert page.all("section", "own-code") == page.all("form") == []


def test_put_off_it_says_so_and_asks_nothing(invitation: Invitation, phone: PageClient) -> None:
    invitation.congress.postponed, invitation.congress.held_on = True, None
    db.session.commit()
    page = phone.get(invitation.url)
    assert cards(page) == ["Hội nghị tạm hoãn", "Kính mời Lò Văn An", "Chương trình", "Cần hỏi?"]
    assert "20/05/2025" not in page.text and page.all("form") == []


def test_without_a_contact_it_names_the_organiser(invitation: Invitation, phone: PageClient) -> None:
    invitation.guest.delegation_id = None
    db.session.commit()
    assert "Liên hệ đơn vị tổ chức: Huyện Một." in phone.get(invitation.url).text


def test_after_a_lost_badge_the_page_shows_the_new_code(invitation: Invitation, phone: PageClient) -> None:
    sealer = invitation.app.extensions["sealer"]
    revoke_badges(invitation.guest.id, now=NOW)
    db.session.commit()
    assert phone.get(invitation.url).all("section", "own-code") == []
    issue_badges([invitation.guest.id], sealer=sealer, now=NOW)
    db.session.commit()
    svg = phone.get(invitation.url).one("section", "own-code").one("svg")
    assert read_code(svg)[0] == tokens_of(invitation.congress, sealer)[invitation.guest.id]


def test_the_programme_is_a_paper(invitation: Invitation, phone: PageClient) -> None:
    link = phone.get(invitation.url).links["Tải bản in (PDF)"]
    for url in (link, f"{invitation.url}/programme.pdf"):
        paper = phone.get(url)
        assert paper.headers["Content-Type"] == "application/pdf"
        assert any("Khai mạc" in line for line in pages_lines(paper.response.data)[0])
    phone.get(f"{invitation.url}/programme.pdf?sitting={invitation.other_congress.sittings[0].id}", 404)
    invitation.guest.state = "withdrawn"
    db.session.commit()
    phone.get(link, 404)


# ---- the address is told to nobody -------------------------------------------------------------------------------------


@pytest.mark.parametrize("rest", ["", "/watch", "/programme.pdf"])
def test_no_search_engine_no_cache_and_no_next_page_learns_the_address(
    invitation: Invitation, phone: PageClient, rest: str
) -> None:
    for url, status in ((invitation.url + rest, 200), (f"/m/{'x' * 22}{rest}", 404)):
        headers = phone.get(url, status).headers
        assert {name: headers[name] for name in ("Referrer-Policy", "X-Robots-Tag", "Cache-Control")} == {
            "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex, nofollow", "Cache-Control": "no-store",
        }  # fmt: skip


def test_every_address_on_the_page_is_ours(invitation: Invitation, phone: PageClient) -> None:
    page = phone.get(invitation.url)
    targets = [e.attrs[name] for e in page.all() for name in ("href", "src", "action") if name in e.attrs]
    assert [target for target in targets if not target.startswith(("/assets/", f"{invitation.url}/programme.pdf", "tel:"))] == []


def test_a_wrong_address_is_answered_kindly_and_names_nobody(invitation: Invitation, phone: PageClient) -> None:
    page = phone.get("/m/khong-co-trang-nay", 404)
    assert page.h1 == "Chưa mở được trang của quý đại biểu" and "Hội nghị Huyện Một" not in page.text
    phone.get(invitation.url)
    assert phone.post("/m/khong-co-trang-nay", {"coming": "yes"}, 404).h1 == page.h1


def test_a_replaced_address_opens_no_more(invitation: Invitation, phone: PageClient) -> None:
    invitation.page_of(invitation.guest)
    for rest in ("", "/watch", "/programme.pdf"):
        phone.get(invitation.url + rest, 404)


def test_no_log_of_ours_names_the_address(
    invitation: Invitation, phone: PageClient, caplog: pytest.LogCaptureFixture
) -> None:
    secret = invitation.url.rpartition("/")[2]
    with caplog.at_level(logging.DEBUG):
        answer(phone, invitation.url, coming="no", reason="Ốm")
        phone.csrf_token = "made up"
        phone.post(invitation.url, {"coming": "yes"}, 400)
        phone.get(f"{invitation.url}/watch")
    assert [record.getMessage() for record in caplog.records if secret in record.getMessage()] == []


# ---- the answer --------------------------------------------------------------------------------------------------------


def test_one_touch_says_yes(invitation: Invitation, phone: PageClient) -> None:
    page = answer(phone, invitation.url, 303, coming="yes")
    assert page.location == invitation.url
    page = phone.follow(page)
    assert page.texts(css_class="own-said") == ["Đã ghi nhận: quý đại biểu sẽ đến. Xin cảm ơn."]
    assert cards(page)[1] == "Đã trả lời: sẽ đến"
    person = fresh(invitation.guest)
    assert (person.coming, person.absence_reason, person.answered_at) == (True, "", NOW + timedelta(hours=1))
    assert actions()[-1] == "personal.answer"


def test_a_no_with_its_reason_and_then_a_yes(invitation: Invitation, phone: PageClient) -> None:
    page = phone.follow(answer(phone, invitation.url, 303, coming="no", reason="Đi công tác"))
    assert page.one("section", "own-answer").texts("p")[:1] == ["Lý do: Đi công tác"]
    assert fresh(invitation.guest).absence_reason == "Đi công tác"
    answer(phone, invitation.url, 303, coming="yes", reason="Đi công tác")
    assert (fresh(invitation.guest).coming, invitation.guest.absence_reason) == (True, "")


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"coming": "no", "reason": " "}, ["Ghi lý do, dù chỉ vài chữ."]),
        ({"coming": "no", "reason": "ă" * 301}, ["Tối đa 300 ký tự."]),
        ({"coming": "", "reason": "Bận họp"}, ["Chọn sẽ đến hay không đến."]),
        ({"coming": "maybe", "reason": "Bận họp"}, ["Chọn một mục trong danh sách."]),
        ({"reason": "Bận họp"}, ["Chọn sẽ đến hay không đến."]),
    ],
)
def test_what_is_missing_is_said_on_top_and_what_was_typed_is_kept(
    invitation: Invitation, phone: PageClient, fields: dict[str, str], words: list[str]
) -> None:
    page = answer(phone, invitation.url, 422, **fields)
    card = page.all("section", "own-card")[0]
    assert card.texts("p", "field-error") == words
    assert "open" in card.one("details").attrs
    assert card.one("textarea").text == fields["reason"].strip()
    assert fresh(invitation.guest).answered_at is None


def test_once_it_has_started_the_answer_stands(invitation: Invitation, phone: PageClient) -> None:
    invitation.set_clock(at(7, 29))
    answer(phone, invitation.url, 303, coming="yes")
    invitation.set_clock(at(7, 30))
    page = answer(phone, invitation.url, 422, coming="no", reason="Ốm")
    assert page.texts("p", "field-error") == ["Hội nghị đã bắt đầu, câu trả lời không đổi ở đây được nữa."]
    page = phone.get(invitation.url)
    assert "Đã trả lời: sẽ đến" in cards(page) and page.all("form") == []
    assert fresh(invitation.guest).coming is True


def test_an_answer_needs_the_forms_token_but_no_referrer(invitation: Invitation) -> None:
    client = PageClient(invitation.app)
    secure: dict[str, Any] = {"base_url": "https://localhost"}
    page = client.open(invitation.url, **secure)
    token = page.all("input", name="csrf_token")[0].attrs["value"]
    # With "no-referrer" a browser sends none, over https too, where the general check would ask for one.
    sent = client.open(invitation.url, "POST", data={"csrf_token": token, "coming": "yes"}, **secure)
    assert sent.status == 303
    for data in ({"coming": "no", "reason": "x"}, {"csrf_token": "made up", "coming": "no", "reason": "x"}):
        assert client.open(invitation.url, "POST", data=data, **secure).status == 400
    assert fresh(invitation.guest).coming is True


# ---- the day -----------------------------------------------------------------------------------------------------------


def watch(phone: PageClient, url: str, seen: str) -> int:
    return phone.open(f"{url}/watch", headers={"If-None-Match": f'"{seen}"', "Accept": "application/json"}).status


def test_its_script_asks_and_is_told_only_of_a_change(invitation: Invitation, phone: PageClient) -> None:
    invitation.set_clock(at(8, 10))
    page = phone.get(invitation.url)
    body = page.one("body").attrs
    assert body["data-watch"] == f"{invitation.url}/watch"
    seen = body["data-seen"]
    assert watch(phone, invitation.url, seen) == 304
    invitation.set_clock(at(8, 29))
    assert watch(phone, invitation.url, seen) == 304
    invitation.set_clock(at(8, 30))  # the next item begins
    assert watch(phone, invitation.url, seen) == 200
    seen = phone.get(invitation.url).one("body").attrs["data-seen"]
    invitation.guest.seat = "B-1"
    db.session.commit()
    assert watch(phone, invitation.url, seen) == 200
    assert phone.open("/m/khong-co/watch").status == 404


def test_the_number_of_statements_does_not_grow_with_the_programme(invitation: Invitation, phone: PageClient) -> None:
    few = [statements_for(phone, invitation.url + rest) for rest in ("", "/watch")]
    sitting = invitation.congress.sittings[0]
    for position in range(4, 30):
        sitting.items.append(AgendaItem(position=position, title="x", minutes=5))
    db.session.commit()
    assert [statements_for(phone, invitation.url + rest) for rest in ("", "/watch")] == few
    assert few[1] <= 5
