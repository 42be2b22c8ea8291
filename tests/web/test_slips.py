"""What organisers and contacts see of the delegates' own pages: making them, the slips, the address, the answers."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from congress.models import AuditEntry, Congress, Delegate, DelegateLink, db
from congress.operations import personal
from congress.web.slips import reach_of
from tests.documents.paper import codes, pages_lines, pictures
from tests.pages import Page, PageClient
from tests.web.contract import Office, actions, buttons, fresh, said, statements_for
from tests.world import NOW, make_user

pytestmark = pytest.mark.usefixtures("session")


class SlipsOffice(Office):
    """The district's congress with two delegations and somebody of none, all approved."""

    def __init__(self, app: Flask) -> None:
        super().__init__(app)
        self.one, self.two = self.delegation("xã Một"), self.delegation("xã Hai", 2)
        self.last = self.person("Lò Văn Hai", state="approved", delegation=self.two)
        self.first = self.person("Lò Thị Một", "guest", "approved", delegation=self.one, title="Bí thư", unit_text="Xã Một")
        self.proposed = self.person("Lò Văn Chờ", delegation=self.one)
        db.session.commit()
        self.slips = f"{self.home}/delegates/slips"

    def make(self) -> None:
        sealer = self.app.extensions["sealer"]
        personal.make_links(self.congress.id, actor=personal.Actor(None, "x"), sealer=sealer, now=NOW)
        db.session.commit()

    def url(self, person: Delegate) -> str:
        return f"/m/{personal.find_secret(person, sealer=self.app.extensions['sealer'])}"

    def answer(self, person: Delegate, coming: bool, reason: str = "") -> None:
        personal.answer(
            self.url(person)[3:], coming=coming, reason=reason, sealer=self.app.extensions["sealer"],
            now=NOW + timedelta(minutes=5),
        )  # fmt: skip
        db.session.commit()


@pytest.fixture
def office(app: Flask) -> SlipsOffice:
    return SlipsOffice(app)


@pytest.fixture
def organiser(office: SlipsOffice) -> PageClient:
    return office.sign_in("organiser")


def figures(page: Page) -> dict[str, str]:
    return dict(zip(page.texts("span", "stat-label"), page.texts("span", "stat-value"), strict=True))


# ---- making pages, printing slips --------------------------------------------------------------------------------------


def test_a_congress_without_anybody_approved_is_told_what_to_do(office: SlipsOffice) -> None:
    owner = office.sign_in("plan_owner")
    assert owner.get(f"/congress/{office.lower_congress.id}/delegates/slips").texts("h2") == ["Chưa có đại biểu đã duyệt"]


def test_the_badges_page_leads_here(office: SlipsOffice, organiser: PageClient) -> None:
    assert organiser.get(f"{office.home}/badges").links["Phiếu trang riêng"] == office.slips


def test_the_button_makes_what_is_missing(office: SlipsOffice, organiser: PageClient) -> None:
    page = organiser.get(office.slips)
    assert page.texts("h2") == ["Tạo trang riêng", "Đại biểu trả lời"]
    assert "2 đại biểu đã duyệt chưa có trang riêng." in page.text
    answer = organiser.post(office.slips)
    assert (answer.location, said(organiser, answer)) == (office.slips, "Đã tạo 2 trang riêng.")
    page = organiser.get(office.slips)
    assert page.texts("h2") == ["In phiếu", "Đại biểu trả lời"]
    assert figures(page) == {"Sẽ đến": "0", "Không đến": "0", "Chưa trả lời": "2"}
    assert said(organiser, organiser.post(office.slips)) == "Mọi đại biểu đã duyệt đều có trang riêng."
    assert actions().count("personal.links") == 1


def test_each_code_of_the_slips_leads_to_that_persons_page(office: SlipsOffice, organiser: PageClient) -> None:
    office.make()
    paper = organiser.post(f"{office.slips}.pdf", {"what": "all"}, 200)
    assert paper.headers["Content-Type"] == "application/pdf"
    [picture] = pictures(paper.response.data)
    texts = [code.text for code in codes(picture)]
    assert texts == [f"http://localhost{office.url(person)}" for person in (office.first, office.last)]
    names = [PageClient(office.app).get(text.removeprefix("http://localhost")).one("h2", "own-hello").text for text in texts]
    assert names == ["Kính mời Lò Thị Một", "Kính mời Lò Văn Hai"]
    line = db.session.scalars(select(AuditEntry).filter_by(action="slips.print")).one()
    assert (line.actor_name, line.difference) == ("Người organiser", {"count": 2})


def test_slips_of_one_delegation_or_of_some_numbers(office: SlipsOffice, organiser: PageClient) -> None:
    office.make()

    def names(**fields: str) -> list[str]:
        [lines] = pages_lines(organiser.post(f"{office.slips}.pdf", fields, 200).response.data)
        return [line for line in lines if line.startswith("Lò ")]

    assert names(what="delegation", delegation=str(office.two.id)) == ["Lò Văn Hai"]
    assert names(what="picked", numbers=f"{office.first.number}; {office.last.number}") == ["Lò Thị Một", "Lò Văn Hai"]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"what": "picked", "numbers": "x"}, "Nhập các số thẻ, cách nhau bằng dấu phẩy: 101, 102, 115."),
        ({"what": "picked", "numbers": "103"}, "Số thẻ 103 chưa có trang riêng. Chưa in phiếu nào."),
        ({"what": "delegation", "delegation": "x"}, "Không có phiếu nào để in. Tạo trang riêng cho đại biểu đã duyệt trước."),
    ],
)
def test_what_cannot_be_printed_is_said(
    office: SlipsOffice, organiser: PageClient, fields: dict[str, str], words: str
) -> None:
    office.make()
    referrer = {"Referer": f"http://localhost{office.slips}"}
    answer = organiser.post(f"{office.slips}.pdf", fields, 303, headers=referrer)
    assert (answer.location, said(organiser, answer)) == (office.slips, words)
    assert "slips.print" not in actions()


def test_once_it_is_over_nothing_is_offered(office: SlipsOffice, organiser: PageClient) -> None:
    office.make()
    office.congress.stage = "held"
    db.session.commit()
    assert buttons(organiser.get(office.slips)) == []
    organiser.post(office.slips, status=303)
    organiser.post(f"{office.slips}.pdf", {"what": "all"}, 303)
    assert "slips.print" not in actions()


@pytest.mark.parametrize(
    ("url", "reach"),
    [
        ("http://localhost:8080/", "nobody"),
        ("http://127.0.0.1:8080/", "nobody"),
        ("http://[::1]:8080/", "nobody"),
        ("https://192.168.1.20:8443/", "here"),
        ("https://may-chu/", "here"),
        ("https://may-chu.local/", "here"),
        ("https://thidua.backan.gov.vn/", "everybody"),
        ("https://203.113.1.1/", "everybody"),
    ],
)
def test_who_can_open_an_address(url: str, reach: str) -> None:
    assert reach_of(url) == reach


def test_the_page_says_when_phones_cannot_open_what_it_prints(office: SlipsOffice, organiser: PageClient) -> None:
    office.make()
    assert "python3 run.py --lan" in organiser.get(office.slips).text
    client = PageClient(office.app)
    for host, words in (("192.168.1.20:8443", "điện thoại phải vào cùng mạng"), ("thidua.vn", "Tám phiếu một trang A4")):
        client.http.set_cookie("session", organiser.http.get_cookie("session").value, domain=host.partition(":")[0])
        page = client.open(office.slips, base_url=f"http://{host}")
        assert words in page.text and f"http://{host}" in page.text and "--lan" not in page.text


def test_slips_are_for_who_prints_badges(office: SlipsOffice) -> None:
    office.make()
    may = {"plan_owner": 200, "organiser": 200, "secretary": 200}
    refused = {"administrator": 403, "checkin_staff": 403, "viewer": 403}
    assert office.statuses(office.slips) == may | refused
    assert office.statuses(f"{office.slips}.pdf", "POST", {"what": "all"}) == may | refused


# ---- the person's page -------------------------------------------------------------------------------------------------


def test_the_persons_page_shows_the_address_and_the_answer(office: SlipsOffice, organiser: PageClient) -> None:
    url = f"{office.home}/delegates/{office.first.id}"
    assert "Trang riêng của đại biểu" in organiser.get(url).texts("h2")
    assert "Tạo trang riêng" in buttons(organiser.get(url))
    office.make()
    page = organiser.get(url)
    assert page.one("input", id="own-page").attrs["value"] == f"http://localhost{office.url(office.first)}"
    assert "Chép địa chỉ" in buttons(page) and "Chưa trả lời" in page.texts(css_class="pill")
    office.answer(office.first, False, "Ốm")
    page = organiser.get(url)
    assert "Không đến trả lời lúc 08:05 10/03/2025" in page.text
    assert page.one("input", id="absence_reason").attrs["value"] == "Ốm"
    assert "Trang riêng của đại biểu" not in organiser.get(f"{office.home}/delegates/{office.proposed.id}").texts("h2")


def test_a_new_address_ends_the_old_one(office: SlipsOffice, organiser: PageClient) -> None:
    office.make()
    old, url = office.url(office.first), f"{office.home}/delegates/{office.first.id}"
    answer = organiser.post(f"{url}/link")
    assert (answer.location, said(organiser, answer)) == (url, "Đã có địa chỉ mới. Gửi cho đại biểu, hoặc in lại phiếu.")
    phone = PageClient(office.app)
    phone.get(old, 404)
    phone.get(office.url(office.first))
    assert db.session.scalars(select(DelegateLink).filter_by(delegate_id=office.first.id)).all()[0].revoked_at is not None


def test_who_is_not_approved_gets_none(office: SlipsOffice, organiser: PageClient) -> None:
    answer = organiser.post(f"{office.home}/delegates/{office.proposed.id}/link")
    assert said(organiser, answer) == "Trang riêng chỉ dành cho đại biểu đã duyệt của hội nghị chưa tổ chức."
    assert db.session.scalars(select(DelegateLink)).all() == []


# ---- the delegation's pages --------------------------------------------------------------------------------------------


@pytest.fixture(params=["organiser", "contact"])
def reader(office: SlipsOffice, request: pytest.FixtureRequest) -> tuple[PageClient, str]:
    """Who reads the answers of a delegation, and where: the organiser, and its own contact."""
    if request.param == "organiser":
        return office.sign_in("organiser"), f"{office.home}/delegations/{office.one.id}"
    make_user("dau-moi", "delegation_contact", delegation=office.one)
    db.session.commit()
    return office.sign_in("dau-moi"), f"/portal/{office.one.id}"


def answers(page: Page) -> dict[str, str]:
    rows = [row for row in page.rows() if "STT" not in row]
    return {row[1].split(" Bí thư")[0]: row[4] for row in rows}


def test_before_anybody_was_asked_there_is_no_column(office: SlipsOffice, reader: tuple[PageClient, str]) -> None:
    client, url = reader
    page = client.get(url)
    assert "Trả lời" not in page.texts("th") and "Trả lời giấy mời" not in page.text


def test_the_delegation_sees_who_comes(office: SlipsOffice, reader: tuple[PageClient, str]) -> None:
    client, url = reader
    no, silent = office.person("Lò Ốm", state="approved", delegation=office.one), office.person(
        "Lò Im", state="approved", delegation=office.one
    )
    office.make()
    office.answer(office.first, True)
    office.answer(no, False, "Đi viện")
    office.answer(office.last, False, "Việc của đoàn khác")
    page = client.get(url)
    assert "Trả lời giấy mời: sẽ đến 1 · không đến 1 · chưa trả lời 1" in page.text
    assert answers(page) == {
        "Lò Im": "Chưa trả lời", "Lò Thị Một": "Sẽ đến", "Lò Ốm": "Không đến Đi viện", "Lò Văn Chờ": "",
    }  # fmt: skip
    assert "Việc của đoàn khác" not in page.text
    office.answer(no, True)
    assert answers(client.get(url))["Lò Ốm"] == "Sẽ đến"
    assert fresh(silent).coming is None


def test_the_number_of_statements_does_not_grow_with_the_answers(
    office: SlipsOffice, reader: tuple[PageClient, str]
) -> None:
    client, url = reader
    counts = []
    for place in range(3):
        person = office.person(f"Lò {place}", state="approved", delegation=office.one)
        office.make()
        office.answer(person, False, "Bận")
        counts.append(statements_for(client, url))
    assert counts[0] == counts[2]


def test_the_delegate_list_is_filtered_by_answer(office: SlipsOffice, organiser: PageClient) -> None:
    url = f"{office.home}/delegates"
    assert "Chưa trả lời" not in organiser.get(url).text
    office.make()
    office.answer(office.first, False, "Ốm")
    page = organiser.get(url)
    shown = {chip: organiser.get(page.links[chip]).texts(css_class="row-title") for chip in ("Không đến 1", "Chưa trả lời 1")}
    assert shown == {"Không đến 1": ["Lò Thị Một"], "Chưa trả lời 1": ["Lò Văn Hai"]}
    assert organiser.get(page.links["Sẽ đến 0"]).texts(css_class="row-title") == []
    assert len(organiser.get(f"{url}?answer=x").texts(css_class="row-title")) == 3


def test_another_congress_has_its_own_pages(office: SlipsOffice, organiser: PageClient) -> None:
    office.make()
    other = db.session.get_one(Congress, office.other_congress.id)
    organiser.get(f"/congress/{other.id}/delegates/slips", 404)
    organiser.post(f"/congress/{other.id}/delegates/slips.pdf", {"what": "all"}, 404)
