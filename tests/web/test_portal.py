"""The portal: one delegation's contact, by link or account, fills in and sends its list, and sees nothing else."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from congress.models import AllocationIssue, AuditEntry, Delegate, Delegation, db
from congress.operations import delegation_links as links
from congress.web.presentation import show_moment
from tests.pages import Page, PageClient
from tests.web.contract import Office, actions, buttons, faults, field, fresh, options, said, send, statements_for
from tests.world import NOW, PASSWORD, make_user

pytestmark = pytest.mark.usefixtures("session")


class PortalOffice(Office):
    """The office with two delegations; contacts come by a link or by an account."""

    def __init__(self, app: Flask) -> None:
        super().__init__(app)
        self.mine, self.other = self.delegation("xã Một"), self.delegation("xã Hai", 2)
        self.mine.unit_id = self.commune.id
        db.session.commit()
        self.url = f"/portal/{self.mine.id}"

    def link(self, delegation: Delegation | None = None, days: int = 14) -> str:
        actor = links.contact_actor([])
        sealer, now = self.app.extensions["sealer"], NOW + timedelta(hours=1)
        secret = links.make_link(delegation or self.mine, days=days, actor=actor, sealer=sealer, now=now)
        db.session.commit()
        return f"/d/{secret}"

    def by_link(self) -> PageClient:
        client, url = PageClient(self.app), self.link()
        client.submit(client.get(url), {})
        return client

    def by_account(self) -> PageClient:
        make_user("dau-moi", "delegation_contact", delegation=self.mine)
        db.session.commit()
        return self.sign_in("dau-moi")

    def issue(self, **seats: int) -> None:
        rows = [{"unit_id": self.commune.id, "unit": "Xã Một", "component": code, "seats": n} for code, n in seats.items()]
        values = {"congress_id": self.congress.id, "number": 1, "dated_on": date(2025, 3, 1), "seats": rows}
        db.session.add(AllocationIssue(**values, actor_name="x", at=NOW))
        db.session.commit()


@pytest.fixture
def office(app: Flask) -> PortalOffice:
    return PortalOffice(app)


@pytest.fixture(params=["link", "account"])
def contact(office: PortalOffice, request: pytest.FixtureRequest) -> PageClient:
    """The contact of the first delegation, both ways in."""
    return office.by_link() if request.param == "link" else office.by_account()


# The link


def test_looking_at_a_link_opens_nothing_and_names_nobody(office: PortalOffice) -> None:
    office.person("Hoàng Thị Kín", delegation=office.mine)
    url = office.link()
    for _ in range(2):
        page = PageClient(office.app).get(url)
        assert page.h1 == "Danh sách của Đoàn xã Một" and "Hội nghị Huyện Một" in page.text and "Kín" not in page.text
        assert page.response.headers.getlist("Set-Cookie") == [
            c for c in page.response.headers.getlist("Set-Cookie") if c.startswith("session=")
        ]
    assert PageClient(office.app).open(url, "HEAD").status == 200
    assert "delegations.open_link" not in actions()


def test_the_button_opens_it_in_this_browser_and_in_no_other(office: PortalOffice) -> None:
    url, first, second = office.link(), PageClient(office.app), PageClient(office.app)
    page, seen = first.get(url), second.get(url)
    answer = first.submit(page, {})
    assert answer.location == office.url
    assert first.follow(answer).h1 == "Đoàn xã Một"
    late = second.submit(seen, {}, status=410)
    assert late.h1 == "Không mở được liên kết" and "đã mở ở một trình duyệt khác" in late.text
    assert "đã mở ở một trình duyệt khác" in second.get(url, 410).text
    assert second.get(office.url, 302).location.startswith("/sign-in")
    assert first.get(url, 303).location == office.url  # the same message is opened again the next day
    assert actions().count("delegations.open_link") == 1


def test_what_the_browser_keeps_is_out_of_reach_of_scripts_and_lasts_as_long_as_the_link(office: PortalOffice) -> None:
    client, url = PageClient(office.app), office.link(days=3)
    answer = client.submit(client.get(url), {})
    [kept] = [cookie for cookie in answer.response.headers.getlist("Set-Cookie") if cookie.startswith("delegation-link-")]
    assert [part for part in ("HttpOnly", "SameSite=Lax", "Max-Age=259200", "Path=/") if part not in kept] == []
    secret = url.rpartition("/")[2]
    assert secret not in kept and secret not in client.follow(answer).html


def test_no_page_that_names_the_secret_is_told_to_another_site_or_kept(office: PortalOffice) -> None:
    headers = PageClient(office.app).get(office.link()).headers
    assert (headers["Referrer-Policy"], headers["Cache-Control"]) == ("same-origin", "no-store")


def test_opening_needs_the_forms_token(office: PortalOffice) -> None:
    url, client = office.link(), PageClient(office.app)
    client.get(url)
    client.csrf_token = "made up"
    client.post(url, status=400)
    assert "delegations.open_link" not in actions()


def test_a_link_nobody_was_given(office: PortalOffice) -> None:
    client = PageClient(office.app)
    assert "không mở được danh sách nào" in client.get("/d/khong-co-lien-ket-nao", 404).text


@pytest.mark.parametrize("opened", [False, True])
def test_an_expired_link_opens_no_more(office: PortalOffice, opened: bool) -> None:
    client, url = PageClient(office.app), office.link(days=1)
    if opened:
        client.submit(client.get(url), {})
    office.app.config["CLOCK"] = lambda: NOW + timedelta(days=1, hours=2)
    assert "đã hết hạn" in client.get(url, 410).text
    assert client.get(office.url, 302).location.startswith("/sign-in")


@pytest.mark.parametrize("end", ["revoke", "replace"])
def test_a_revoked_or_replaced_link_ends_at_once(office: PortalOffice, end: str) -> None:
    client, url = PageClient(office.app), office.link()
    client.submit(client.get(url), {})
    client.get(office.url)
    organiser = office.sign_in("organiser")
    home = f"{office.home}/delegations/{office.mine.id}/link"
    organiser.post(f"{home}/revoke" if end == "revoke" else home, {"days": "7"}, 303 if end == "revoke" else 200)
    assert client.get(office.url, 302).location.startswith("/sign-in")
    assert "đã bị thu hồi hoặc thay bằng liên kết mới" in client.get(url, 410).text


@pytest.mark.parametrize("value", ["", "x", "made-up"])
def test_a_made_up_cookie_opens_nothing(office: PortalOffice, value: str) -> None:
    url, client = office.link(), PageClient(office.app)
    client.submit(client.get(url), {})
    thief = PageClient(office.app)
    for name in ("delegation-link-1", "delegation-link-x", "delegation-link-" + "9" * 30, "delegation-link-"):
        thief.http.set_cookie(name, value)
    assert thief.get(office.url, 302).location.startswith("/sign-in")


def test_a_browser_may_hold_the_links_of_two_delegations(office: PortalOffice) -> None:
    client = PageClient(office.app)
    for delegation in (office.mine, office.other):
        client.submit(client.get(office.link(delegation)), {})
    page = client.get("/portal")
    assert [cells[0] for cells in page.rows()[1:]] == ["Đoàn xã MộtHội nghị Huyện Một", "Đoàn xã HaiHội nghị Huyện Một"]
    client.get(f"/portal/{office.other.id}")


def test_somebody_signed_in_keeps_the_own_work_and_name(office: PortalOffice) -> None:
    client, url = office.sign_in("organiser"), office.link()
    client.get(office.url, 403)
    client.submit(client.get(url), {})
    client.get(f"{office.home}/delegates")
    send(client, client.get(f"{office.url}/people/new"), {"name": "Lò Văn A", "component": "exemplar"})
    line = db.session.scalars(select(AuditEntry).filter_by(action="delegates.add")).one()
    assert line.actor_name == "Người organiser"


# What a contact sees


def test_the_contact_lands_on_the_own_delegation(office: PortalOffice, contact: PageClient) -> None:
    assert contact.get("/portal", 302).location == office.url
    page = contact.get(office.url)
    assert (page.h1, page.texts("h2")) == ("Đoàn xã Một", ["Danh sách còn trống"])


def test_an_account_lands_there_from_signing_in_and_from_the_front_page(office: PortalOffice) -> None:
    client = office.by_account()
    assert client.get("/", 302).location == "/portal"
    assert list(client.get(office.url).links).count("Đoàn") == 1


def test_no_other_page_opens(office: PortalOffice, contact: PageClient) -> None:
    person = office.person("Hoàng Thị Kín", delegation=office.mine)
    urls = [
        office.home, f"{office.home}/delegates", f"{office.home}/delegations", f"{office.home}/delegations/{office.mine.id}",
        f"{office.home}/delegates/{person.id}", f"{office.home}/badges", f"{office.home}/checkin", "/units", "/plans",
        "/accounts", "/congresses", "/doors",
    ]  # fmt: skip
    for url in urls:
        answer = contact.open(url)
        assert answer.status in (403, 404) or answer.location.startswith("/sign-in"), f"{url}: {answer.status} {answer.location}"


def test_a_link_is_no_account(office: PortalOffice) -> None:
    client = office.by_link()
    for url in ("/", "/password", "/doors", office.home, f"{office.home}/delegations/{office.mine.id}"):
        assert client.get(url, 302).location.startswith("/sign-in"), url
    client.get(office.url)


def test_another_delegation_is_not_found(office: PortalOffice, contact: PageClient) -> None:
    theirs, mine = office.person("Hoàng Thị Kín", delegation=office.other), office.person("Lò Thị Ta", delegation=office.mine)
    outside = office.person("Hoàng Văn Kín")
    other = f"/portal/{office.other.id}"
    for url in (
        other,
        f"{other}/people/new",
        f"{other}/people/{theirs.id}",
        f"{other}/people/{mine.id}",
        f"{other}/send",
        f"{other}/about",
    ):
        contact.get(url, 404)
    for person in (theirs, outside):
        contact.get(f"{office.url}/people/{person.id}", 404)
        contact.post(f"{office.url}/people/{person.id}", {"name": "x", "component": "guest"}, 404)
        contact.post(f"{office.url}/people/{person.id}/withdraw", status=404)
    contact.post(f"{other}/people/{theirs.id}/withdraw", status=404)
    contact.post(f"{other}/send", status=404)
    assert "Kín" not in contact.get(office.url).html
    assert {fresh(p).state for p in (theirs, outside)} == {"proposed"}


@pytest.mark.parametrize("role", ["plan_owner", "organiser", "secretary", "administrator", "checkin_staff", "viewer"])
def test_the_portal_is_the_contacts_alone(office: PortalOffice, role: str) -> None:
    client = office.sign_in(role)
    for url in ("/portal", office.url, f"{office.url}/people/new", f"{office.url}/send", f"{office.url}/about"):
        client.get(url, 403)


def test_people_and_seats(office: PortalOffice, contact: PageClient) -> None:
    office.issue(exemplar=2)
    head = office.person("Lò Thị Trưởng", "leader", "approved", delegation=office.mine)
    office.person("Lò Văn Dự", state="reserve", delegation=office.mine, rank=1, title="Bí thư", unit_text="Xã Một")
    office.person("Lò Văn Rút", state="withdrawn", delegation=office.mine)
    office.mine.head_id = head.id
    page = contact.get(office.url)
    seats, people = page.all("table")
    assert seats.rows()[1:] == [["Lãnh đạo các cấp, các ngành", "—", "1", "0"], ["Điển hình tiên tiến", "2", "0", "1"]]
    assert [row[1:4] for row in people.rows()[1:]] == [
        ["Lò Thị Trưởng Trưởng đoàn", "Lãnh đạo các cấp, các ngành", "Đã duyệt"],
        ["Lò Văn Dự Bí thư, Xã Một", "Điển hình tiên tiến", "Dự khuyết ưu tiên 1"],
    ]


def test_the_number_of_statements_does_not_grow_with_the_people(office: PortalOffice, contact: PageClient) -> None:
    counts = []
    for place in range(3):
        office.person(f"Lò {place}", delegation=office.mine)
        counts.append((statements_for(contact, office.url), statements_for(contact, f"{office.url}/send")))
    assert counts[0] == counts[2]


# Filling in

WHOLE = {
    "name": "Lò Thị Mới", "component": "exemplar", "state": "reserve", "rank": "2", "title": "Trưởng thôn",
    "unit_text": "Thôn Một", "capacity": "household", "represents": "Hộ ông Lò Văn A", "field": "Nông nghiệp", "sex": "female",
    "born": "12/5/1970", "phone": "0912 345 678", "email": "moi@vidu.vn", "id_number": "006170001122", "ethnic": "Tày",
    "religion": "Không", "party": "yes", "note": "Ăn chay",
}  # fmt: skip


def test_a_person_is_written_down_whole(office: PortalOffice, contact: PageClient) -> None:
    page = contact.get(f"{office.url}/people/new")
    assert options(page, "component")[0] == "Chọn thành phần"
    assert "được trả lời trong 2 ngày làm việc" in page.text
    answer = send(contact, page, WHOLE)
    assert (answer.location, said(contact, answer)) == (office.url, "Đã thêm vào danh sách của đoàn.")
    person = db.session.scalars(select(Delegate)).one()
    assert (person.name, person.state, person.rank, person.delegation_id) == ("Lò Thị Mới", "reserve", 2, office.mine.id)
    assert (person.born, person.phone, person.ethnic, person.religion, person.party) == (
        "1970-05-12",
        "0912345678",
        "Tày",
        "Không",
        True,
    )
    assert (person.capacity, person.represents, person.component.code) == ("household", "Hộ ông Lò Văn A", "exemplar")
    page = contact.get(f"{office.url}/people/{person.id}")
    assert {name: field(page, name) for name in ("name", "born", "ethnic", "party", "represents", "rank")} == {
        "name": "Lò Thị Mới", "born": "12/05/1970", "ethnic": "Tày", "party": "yes", "represents": "Hộ ông Lò Văn A", "rank": "2",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": ""}, {"name": ["Nhập họ và tên."]}),
        ({"name": "x" * 121}, {"name": ["Tối đa 120 ký tự."]}),
        ({"component": ""}, {"component": ["Chọn thành phần."]}),
        ({"component": "vua"}, {"component": ["Chọn một mục trong danh sách."]}),
        ({"rank": "x"}, {"rank": ["Nhập một số nguyên, ví dụ 200."]}),
        ({"rank": "0"}, {"rank": ["Từ 1 đến 999."]}),
        ({"title": "x" * 301}, {"title": ["Tối đa 300 ký tự."]}),
        ({"unit_text": "x" * 301}, {"unit_text": ["Tối đa 300 ký tự."]}),
        ({"capacity": "x"}, {"capacity": ["Chọn một mục trong danh sách."]}),
        ({"represents": "x" * 301}, {"represents": ["Tối đa 300 ký tự."]}),
        ({"field": "x" * 301}, {"field": ["Tối đa 300 ký tự."]}),
        ({"sex": "x"}, {"sex": ["Chọn một mục trong danh sách."]}),
        ({"party": "x"}, {"party": ["Chọn một mục trong danh sách."]}),
        ({"note": "x" * 1001}, {"note": ["Tối đa 1.000 ký tự."]}),
    ],
)  # fmt: skip
def test_each_field_says_what_is_wrong(office: PortalOffice, changes: dict[str, str], words: dict[str, list[str]]) -> None:
    contact = office.by_link()
    answer = send(contact, contact.get(f"{office.url}/people/new"), {**WHOLE, **changes}, 422)
    assert faults(answer) == words
    assert field(answer, "ethnic") == "Tày"
    assert db.session.scalars(select(Delegate.id)).all() == []


@pytest.mark.parametrize("state", ["approved", "withdrawn"])
def test_a_contact_cannot_approve(office: PortalOffice, state: str) -> None:
    contact = office.by_link()
    answer = send(contact, contact.get(f"{office.url}/people/new"), {**WHOLE, "state": state}, 422)
    assert answer.texts("p", "field-error") == ["Chọn một mục trong danh sách."]
    assert db.session.scalars(select(Delegate.id)).all() == []


@pytest.mark.parametrize("name", ["born", "phone", "email", "id_number", "ethnic"])
def test_what_cannot_be_read_is_said_beside_it(office: PortalOffice, name: str) -> None:
    contact = office.by_link()
    answer = send(contact, contact.get(f"{office.url}/people/new"), {**WHOLE, name: "xyz 123"}, 422)
    assert list(faults(answer)) == [name]


def test_pressed_twice_adds_one(office: PortalOffice, contact: PageClient) -> None:
    page = contact.get(f"{office.url}/people/new")
    send(contact, page, WHOLE)
    assert faults(send(contact, page, WHOLE, 422)) == {
        "name": ["Lò Thị Mới đã có trong danh sách của đoàn. Nếu là hai người, ghi rõ ngày sinh."]
    }


def test_an_entry_is_changed_and_taken_off(office: PortalOffice, contact: PageClient) -> None:
    person = office.person("Lò Văn A", delegation=office.mine, highest_award="Huân chương")
    answer = send(contact, contact.get(f"{office.url}/people/{person.id}"), {"title": "Bí thư", "state": "reserve"})
    assert said(contact, answer) == "Đã ghi."
    assert (fresh(person).title, person.state, person.highest_award) == ("Bí thư", "reserve", "Huân chương")
    answer = contact.post(f"{office.url}/people/{person.id}/withdraw")
    assert said(contact, answer) == "Đã rút Lò Văn A khỏi danh sách."
    assert fresh(person).state == "withdrawn"
    contact.get(f"{office.url}/people/{person.id}", 404)


def test_who_is_approved_is_locked_and_the_sensitive_columns_stay_shut(office: PortalOffice, contact: PageClient) -> None:
    person = office.person("Lò Văn A", state="approved", delegation=office.mine, ethnic="Dân tộc kín")
    page = contact.get(office.url)
    assert [text for text in buttons(page) if text in ("Sửa", "Rút")] == [] and "Dân tộc kín" not in page.html
    words = "Lò Văn A đã được duyệt, không sửa ở đây được. Liên hệ đơn vị tổ chức."
    assert said(contact, contact.get(f"{office.url}/people/{person.id}", 303)) == words
    changes = {"name": "Tên khác", "component": "guest"}
    assert said(contact, contact.post(f"{office.url}/people/{person.id}", changes)) == words
    assert said(contact, contact.post(f"{office.url}/people/{person.id}/withdraw")) == words
    assert (fresh(person).name, person.state) == ("Lò Văn A", "approved")


def test_who_leads_and_when_the_delegation_comes(office: PortalOffice, contact: PageClient) -> None:
    office.person("Hoàng Thị Kín", delegation=office.other)
    head = office.person("Lò Văn A", delegation=office.mine)
    page = contact.get(f"{office.url}/about")
    assert options(page, "head_id") == ["Chưa chọn", "Lò Văn A"]
    typed = {
        "head_id": head.id,
        "contact_phone": "0912 345 678",
        "arrives_at": "2025-03-20T07:15",
        "name": "xã Khác",
        "unit_id": "1",
    }
    send(contact, page, typed)
    mine = fresh(office.mine)
    assert (mine.head_id, mine.contact_phone, show_moment(mine.arrives_at)) == (head.id, "0912345678", "07:15 20/03/2025")
    assert (mine.name, mine.unit_id) == ("xã Một", office.commune.id)
    assert list(faults(send(contact, page, {"contact_phone": "không có"}, 422))) == ["contact_phone"]


# Sending


def test_a_list_is_counted_sent_and_locked(office: PortalOffice, contact: PageClient) -> None:
    person = office.person("Lò Văn A", delegation=office.mine, ethnic="Dân tộc kín", born="1970")
    office.person("Lò Văn B", state="reserve", delegation=office.mine)
    page = contact.get(f"{office.url}/send")
    assert page.texts("span", "stat-value") == ["1", "1"] and buttons(page) == ["Gửi 2 người"]
    assert "1 người chưa có năm sinh; 2 người chưa có giới tính; 1 người chưa có dân tộc" in page.text
    answer = send(contact, page, {})
    assert said(contact, answer) == "Đã gửi danh sách. Đơn vị tổ chức xem được ngay."
    assert fresh(office.mine).sent_at == NOW + timedelta(hours=1)
    page = contact.get(office.url)
    assert "Đã gửi lúc 09:00 10/03/2025." in page.text and buttons(page) == [] and "Dân tộc kín" not in page.html
    for refused in every_change(contact, office, person):
        assert said(contact, refused()) == "Đoàn đã gửi danh sách. Muốn sửa, đề nghị đơn vị tổ chức trả lại."
    assert (fresh(person).name, person.state, len(db.session.scalars(select(Delegate.id)).all())) == ("Lò Văn A", "proposed", 2)


def every_change(contact: PageClient, office: PortalOffice, person: Delegate) -> list[Callable[[], Page]]:
    """Everything a contact could change, and the forms that show what is masked now."""
    one = f"{office.url}/people/{person.id}"
    return [
        lambda: contact.get(one, 303),
        lambda: contact.get(f"{office.url}/people/new", 303),
        lambda: contact.get(f"{office.url}/send", 303),
        lambda: contact.get(f"{office.url}/about", 303),
        lambda: contact.post(f"{office.url}/about", {"contact_name": "x"}, 303),
        lambda: contact.post(f"{office.url}/people/new", WHOLE, 303),
        lambda: contact.post(one, WHOLE, 303),
        lambda: contact.post(f"{one}/withdraw"),
        lambda: contact.post(f"{office.url}/send"),
    ]


def test_a_returned_list_is_mended_and_sent_again(office: PortalOffice, contact: PageClient) -> None:
    person = office.person("Lò Văn A", delegation=office.mine)
    contact.post(f"{office.url}/send")
    office.sign_in("organiser").post(f"{office.home}/delegations/{office.mine.id}/return", {"comment": "Thiếu năm sinh"})
    page = contact.get(office.url)
    assert "Đơn vị tổ chức trả lại lúc 09:00 10/03/2025: Thiếu năm sinh" in page.text
    send(contact, contact.get(f"{office.url}/people/{person.id}"), {"born": "1970"})
    contact.post(f"{office.url}/send")
    assert (fresh(office.mine).returned_at, office.mine.return_comment, person.born) == (None, "", "1970")


def test_a_closed_congress_locks_the_list(office: PortalOffice, contact: PageClient) -> None:
    person = office.person("Lò Văn A", delegation=office.mine)
    office.congress.stage = "list_closed"
    words = "Danh sách của hội nghị đã chốt. Muốn đổi người, liên hệ đơn vị tổ chức."
    page = contact.get(office.url)
    assert words in page.text and buttons(page) == []
    for refused in every_change(contact, office, person):
        assert said(contact, refused()) == words
    assert (fresh(person).name, person.state, fresh(office.mine).sent_at) == ("Lò Văn A", "proposed", None)


def test_more_than_the_seats_cannot_be_sent(office: PortalOffice, contact: PageClient) -> None:
    office.issue(exemplar=1)
    office.person("Lò Văn A", delegation=office.mine)
    extra = office.person("Lò Văn B", delegation=office.mine)
    page = contact.get(f"{office.url}/send")
    words = "Điển hình tiên tiến có 2 người, được 1 chỗ. Chuyển bớt sang dự khuyết rồi gửi lại."
    assert words in page.text and buttons(page) == []
    assert said(contact, contact.post(f"{office.url}/send")) == f"Quá số được phân bổ: {words}"
    assert fresh(office.mine).sent_at is None
    send(contact, contact.get(f"{office.url}/people/{extra.id}"), {"state": "reserve"})
    contact.post(f"{office.url}/send")
    assert fresh(office.mine).sent_at == NOW + timedelta(hours=1)


def test_an_empty_list_is_not_sent(office: PortalOffice, contact: PageClient) -> None:
    assert buttons(contact.get(f"{office.url}/send")) == []
    assert said(contact, contact.post(f"{office.url}/send")) == "Danh sách của đoàn chưa có ai. Thêm người rồi gửi."


def test_nothing_is_taken_without_the_forms_token(office: PortalOffice, contact: PageClient) -> None:
    person = office.person("Lò Văn A", delegation=office.mine)
    contact.get(office.url)
    for rest in ("/people/new", f"/people/{person.id}", f"/people/{person.id}/withdraw", "/send", "/about"):
        contact.csrf_token = "made up"
        contact.post(office.url + rest, WHOLE, 400)
    assert (fresh(person).state, fresh(office.mine).sent_at) == ("proposed", None)


def test_no_typed_value_stands_in_an_address_or_in_the_audit(office: PortalOffice, contact: PageClient) -> None:
    answer = send(contact, contact.get(f"{office.url}/people/new"), WHOLE)
    kept = " ".join(str(line.difference) for line in db.session.scalars(select(AuditEntry)))
    for value in ("Tày", "0912345678", "moi@vidu.vn", "006170001122", "1970"):
        assert value not in answer.location and value not in kept


def test_a_contact_signs_in_with_the_password_only(office: PortalOffice) -> None:
    make_user("dau-moi", "delegation_contact", delegation=office.mine)
    client = PageClient(office.app)
    assert client.sign_in("dau-moi", PASSWORD).location.endswith(office.url) or client.get("/portal", 302).location == office.url
