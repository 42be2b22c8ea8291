"""The composition page: actual against targets, by delegation, who is not there; small figures only for those who may."""

from typing import Any

import pytest
from flask import Flask

from congress.models import Delegation, db
from tests.operations.test_structure import enter
from tests.pages import Page, PageClient
from tests.web.contract import Office, actions, fresh, said, send, statements_for


@pytest.fixture
def office(session: Any, app: Flask) -> Office:
    """Five people in two delegations: targets on women and on the field of health."""
    office = Office(app)
    office.congress.tier.targets = [{"dimension": "women", "count": 2}, {"dimension": "sector:Y tế", "percent": 20}]
    first, second = office.delegation("Đoàn Hai", 2), office.delegation("Đoàn Một", 1)
    people = [
        ("Lò Thị A", "exemplar", "approved", first, {"sex": "female", "ethnic": "Tày", "born": "1995", "field": "y tế"}),
        ("Lò Văn B", "exemplar", "approved", first, {"sex": "male", "ethnic": "Kinh", "born": "1960", "party": True}),
        ("Lò Văn C", "exemplar", "proposed", first, {"sex": "male", "ethnic": "Tày", "religion": "Không"}),
        ("Lò Văn D", "guest", "approved", second, {"sex": "male", "ethnic": "Tày"}),
        ("Lò Văn E", "exemplar", "proposed", second, {"ethnic": "Tày"}),
        ("Lò Văn F", "staff", "approved", None, {"sex": "female"}),
        ("Lò Văn G", "exemplar", "reserve", None, {"sex": "female"}),
    ]
    for name, group, state, delegation, more in people:
        person = office.person(name, group, state, delegation_id=delegation.id if delegation else None, **more)
        if name == "Lò Thị A":
            enter(office.congress, person)
    return office


@pytest.fixture
def secretary(office: Office) -> PageClient:
    return office.sign_in("secretary")


def url(office: Office, whom: str = "") -> str:
    return f"{office.home}/structure" + (f"?whom={whom}" if whom else "")


def figures(page: Page) -> dict[str, list[str]]:
    """The table of dimensions: people, share, target, unknown, by the dimension's words."""
    return {row[0]: row[1:] for row in page.all("table")[0].rows()[1:]}


def delegations(page: Page) -> list[list[str]]:
    return page.all("table")[1].rows()[1:]


def test_each_dimension_stands_against_its_target(office: Office, secretary: PageClient) -> None:
    page = secretary.get(url(office))
    assert figures(page) == {
        "Nữ": ["1 / 5", "20%", "Cần 2 người Thiếu 1", "1 người"], "Dân tộc thiểu số": ["4 / 5", "80%", "", "0"],
        "Có tôn giáo": ["0 / 5", "0%", "", "4 người"],
        "Trẻ tuổi (từ 35 tuổi trở xuống)": ["1 / 5", "20%", "", "3 người"],
        "Lao động trực tiếp": ["0 / 5", "–", "", "5 người"], "Đảng viên": ["1 / 5", "20%", "", "4 người"],
        "Mô hình mới, điển hình mới": ["0 / 5", "–", "", "5 người"],
        "Lĩnh vực Y tế": ["1 / 5", "20%", "Cần 1 người Đủ", "4 người"],
    }  # fmt: skip
    bars = [bar.attrs["aria-label"] for bar in page.one("main").all("svg", "meter-bar")]
    assert bars[0] == "Nữ: 20%"
    marks = [line.attrs["x1"] for line in page.one("main").all("line", "meter-mark")]
    assert marks == ["40.000%", "20.000%"]


def test_a_chip_chooses_whose_composition_it_is(office: Office, secretary: PageClient) -> None:
    page = secretary.get(url(office, "approved"))
    assert [chip.text for chip in page.all("a", "chip")] == ["Đề cử và đã duyệt 5", "Đã duyệt 3", "Có mặt 1"]
    assert [chip.text for chip in page.all("a", "chip") if chip.attrs.get("aria-current")] == ["Đã duyệt 3"]
    assert figures(page)["Nữ"] == ["1 / 3", "33,33%", "Cần 2 người Thiếu 1", "0"]
    assert figures(secretary.get(url(office, "present")))["Nữ"] == ["1 / 1", "100%", "Cần 2 người Thiếu 1", "0"]
    assert figures(secretary.get(url(office, "nobody"))) == figures(secretary.get(url(office)))


def test_the_delegations_stand_in_protocol_order(office: Office, secretary: PageClient) -> None:
    assert delegations(secretary.get(url(office))) == [
        ["Đoàn Một", "2", "0 1 chưa rõ", "2", "chưa rõ", "chưa rõ", "chưa rõ", "chưa rõ", "chưa rõ"],
        ["Đoàn Hai", "3", "1", "2", "0 2 chưa rõ", "1 1 chưa rõ", "chưa rõ", "1 2 chưa rõ", "chưa rõ"],
    ]


def test_what_is_missing_leads_to_those_of_whom_it_is_missing(office: Office, secretary: PageClient) -> None:
    page = secretary.get(url(office, "approved"))
    links = {a.text: a.attrs["href"] for row in page.all("table")[0].all("tr") for a in row.all("a") if "Đảng viên" in row.text}
    assert links == {"2 người": f"{office.home}/structure/missing?dimension=party&whom=approved"}
    shown = secretary.get(links["2 người"])
    assert shown.one("p", "page-sub").text == "Đã duyệt: 2 người chưa có thông tin này."
    assert [row[1:] for row in shown.one("table").rows()[1:]] == [
        ["Lò Thị A", "", "Điển hình tiên tiến", "Đoàn Hai"], ["Lò Văn D", "", "Khách mời", "Đoàn Một"],
    ]  # fmt: skip
    secretary.get(shown.one("table").all("a")[0].attrs["href"], 200)
    assert shown.links["Mở trong danh sách"] == f"{office.home}/delegates?missing=party"
    lower = f"/congress/{office.lower_congress.id}/structure/missing?dimension=party"
    office.person("Lò Văn H", congress=office.lower_congress)
    assert "Mở trong danh sách" in office.sign_in("plan_owner").get(lower).links
    assert "Mở trong danh sách" not in office.sign_in("organiser").get(lower).links
    born = secretary.get(f"{office.home}/structure/missing?dimension=young")
    [lead] = [a.attrs["href"] for a in born.all("a") if a.text == "Mở trong danh sách"]
    assert (lead, len(born.one("table").rows())) == (f"{office.home}/delegates?missing=born", 4)
    secretary.get(lead, 200)


def test_what_a_group_does_not_know_leads_to_those_people(office: Office, secretary: PageClient) -> None:
    page = secretary.get(url(office))
    found = {card.one("h2").text: card.all("a") for card in page.all("section", "card")}
    assert {title: [a.text for a in links] for title, links in found.items()} == {
        "Tư cách tham dự": ["5 người"], "Các dân tộc thiểu số": [], "Lĩnh vực": ["4 người"], "Thành phần kinh tế": ["5 người"],
    }  # fmt: skip
    field = secretary.get(found["Lĩnh vực"][0].attrs["href"])
    assert (field.h1, len(field.one("table").rows())) == ("Chưa có thông tin: lĩnh vực", 5)
    assert field.links["Mở trong danh sách"] == f"{office.home}/delegates?missing=field"


def test_nobody_missing_and_no_such_dimension(office: Office, secretary: PageClient) -> None:
    page = secretary.get(f"{office.home}/structure/missing?dimension=minority")
    assert page.one("main").one("h2").text == "Đã đủ thông tin"
    assert secretary.get(f"{office.home}/structure/missing?dimension=men").one("h1").text == "Chưa có thông tin: giới tính"
    sector = secretary.get(f"{office.home}/structure/missing?dimension=sector:Y tế&whom=present")
    assert sector.one("h1").text == "Chưa có thông tin: lĩnh vực"


def test_small_sensitive_figures_are_hidden_from_those_who_may_not_see_them(office: Office) -> None:
    provincial = office.sign_in("plan_owner")
    assert delegations(provincial.get(url(office)))[0][3] == "2"
    # The organiser of the district reads the commune's list, and is not among those who see its sensitive columns.
    delegation = Delegation(congress_id=office.lower_congress.id, name="Đoàn Ba", folded="doan ba", position=1)
    db.session.add(delegation)
    db.session.flush()
    for name, ethnic in (
        ("Lò Văn A", "Tày"),
        ("Lò Văn B", "Dao"),
        ("Lò Văn C", "Kinh"),
        ("Lò Văn D", "Kinh"),
        ("Lò Văn E", "Kinh"),
    ):
        more = {"ethnic": ethnic, "sex": "male", "party": name == "Lò Văn A", "delegation_id": delegation.id}
        office.person(name, congress=office.lower_congress, **more)
    db.session.commit()
    lower = f"/congress/{office.lower_congress.id}/structure"
    page = office.sign_in("organiser").get(lower)
    assert (figures(page)["Dân tộc thiểu số"][:2], figures(page)["Đảng viên"][:2]) == (["(*) / 5", ""], ["(*) / 5", ""])
    assert figures(page)["Nữ"][:2] == ["0 / 5", "0%"]
    assert delegations(page)[0][3] == "(*)"
    assert "Dao" not in page.one("main").text
    assert "Số nhỏ hơn 3" in page.one("main").text
    open_page = office.sign_in("plan_owner").get(lower)
    assert figures(open_page)["Dân tộc thiểu số"][:2] == ["2 / 5", "40%"]
    assert "Dao" in open_page.one("main").text
    assert "Số nhỏ hơn 3" not in open_page.one("main").text


def test_an_empty_list_teaches(office: Office, secretary: PageClient) -> None:
    page = office.sign_in("plan_owner").get(f"/congress/{office.other_congress.id}/structure")
    assert page.one("main").one("h2").text == "Chưa có ai để tính cơ cấu"
    assert page.all("table") == []


def test_a_list_without_delegations_is_not_divided_by_them(office: Office, secretary: PageClient) -> None:
    office.person("Lò Văn H", congress=office.lower_congress)
    page = office.sign_in("plan_owner").get(f"/congress/{office.lower_congress.id}/structure")
    assert (len(page.all("table")), "Theo đoàn" in page.texts("h2")) == (1, False)
    assert "Theo đoàn" in secretary.get(url(office)).texts("h2")


def test_the_page_takes_a_fixed_number_of_queries(office: Office, secretary: PageClient) -> None:
    few = statements_for(secretary, url(office))
    for number in range(3):
        office.person(f"Hoàng Văn {number}", delegation_id=office.delegation(f"Đoàn Mới {number}", 5 + number).id)
    assert statements_for(secretary, url(office)) == few


def test_the_list_of_the_missing_takes_a_fixed_number_of_queries(office: Office, secretary: PageClient) -> None:
    missing = f"{office.home}/structure/missing?dimension=party"
    few = statements_for(secretary, missing)
    for number in range(3):
        office.person(f"Hoàng Văn {number}")
    assert statements_for(secretary, missing) == few


# ---- what the place declares -------------------------------------------------------------------------------------------


def test_the_peoples_of_the_place_are_declared_and_the_absent_named(office: Office) -> None:
    organiser = office.sign_in("organiser")
    page = organiser.get(f"{office.home}/structure/declare")
    done = send(organiser, page, {"peoples": ["Dao", "Tày", "Mông"], "religions": ["Tin lành"]})
    assert done.location == url(office)
    assert said(organiser, done) == "Đã ghi dân tộc, tôn giáo của địa phương."
    congress = fresh(office.congress)
    assert (congress.declared_peoples, congress.declared_religions) == (["Tày", "Mông", "Dao"], ["Tin lành"])
    assert actions()[-1] == "structure.declare"
    notes = [note.text for note in organiser.get(url(office)).one("main").all("div", "note")]
    assert notes == [
        "Dân tộc chưa có đại biểu: Mông, Dao. Địa phương đã khai có người các dân tộc này.",
        "Tôn giáo chưa có đại biểu: Tin lành. Địa phương đã khai có người theo các tôn giáo này.",
    ]
    again = organiser.get(f"{office.home}/structure/declare")
    checked = [box.attrs["value"] for box in again.all("input", type="checkbox") if "checked" in box.attrs]
    assert checked == ["Tày", "Mông", "Dao", "Tin lành"]


@pytest.mark.parametrize("changes", [{"peoples": ["Người Sao Hỏa"]}, {"religions": ["Không"]}])
def test_what_is_not_in_the_lists_is_refused(office: Office, changes: dict[str, list[str]]) -> None:
    organiser = office.sign_in("organiser")
    page = send(organiser, organiser.get(f"{office.home}/structure/declare"), changes, 422)
    assert page.all(css_class="error-summary")
    assert fresh(office.congress).declared_peoples == []


def test_who_may_look_and_who_may_declare(office: Office) -> None:
    may = {"administrator": 403, "plan_owner": 200, "organiser": 200, "secretary": 200, "checkin_staff": 403, "viewer": 403}
    assert office.statuses(url(office)) == may
    assert office.statuses(f"{office.home}/structure/missing?dimension=women") == may
    assert office.statuses(f"{office.home}/structure/declare") == {**may, "secretary": 403}
    links = [a.text for a in office.sign_in("secretary").get(url(office)).one("main").all("a") if "declare" in a.attrs["href"]]
    assert links == []
    office.sign_in("secretary").get(f"/congress/{office.other_congress.id}/structure", 404)
