"""Delegate reports through the pages: made once, frozen, the same on the page, in the PDF and in the DOCX."""

from io import BytesIO
from typing import Any

import docx
import pytest
from flask import Flask
from sqlalchemy import func, select

from congress.domain.report_figures import TITLES
from congress.models import Delegate, DelegateReport, db
from tests.documents.paper import pages_lines
from tests.operations.test_structure import enter
from tests.pages import Page, PageClient
from tests.web.contract import Office, actions, buttons, faults, fresh, said, send, statements_for

PEOPLES = ["Kinh"] * 4 + ["Tày"] * 4 + ["Dao"]


@pytest.fixture
def office(session: Any, app: Flask) -> Office:
    """Nine approved people, four of them in; one of them a Dao, one of them seventy."""
    office = Office(app)
    for number, people in enumerate(PEOPLES):
        person = office.person(
            f"Lò Văn {'ABCDEGHIK'[number]}", "guest" if number < 2 else "exemplar", "approved", ethnic=people, sex="male",
            born="1955" if number == 0 else "1980", unit_text="Xã Một",
        )  # fmt: skip
        if number < 4:
            enter(office.congress, person)
    return office


@pytest.fixture
def secretary(office: Office) -> PageClient:
    return office.sign_in("secretary")


def url(office: Office, rest: str = "") -> str:
    return f"{office.home}/reports{rest}"


def make(office: Office, client: PageClient, **changes: Any) -> str:
    """A new report; its address."""
    return send(client, client.get(url(office, "/new")), changes).location


def groups(page: Page) -> dict[str, list[list[str]]]:
    """The lines of each group, by its title."""
    return {card.one("h2").text: card.one("table").rows()[1:] for card in page.all("section", "card") if card.all("table")}


def words(text: str) -> str:
    return " ".join(text.split())


def pdf_text(data: bytes) -> str:
    return words(" ".join(" ".join(lines) for lines in pages_lines(data)))


def docx_text(data: bytes) -> str:
    parts = []
    for block in docx.Document(BytesIO(data)).iter_inner_content():
        parts += [cell.text for cell in block.rows[0].cells] if hasattr(block, "rows") else [block.text]
    return words(" ".join(parts))


def test_a_report_is_made_and_shown(office: Office, secretary: PageClient) -> None:
    form = secretary.get(url(office, "/new"))
    done = send(secretary, form, {})
    row = db.session.scalars(select(DelegateReport)).one()
    assert (done.location, row.title, row.number) == (url(office, f"/{row.id}"), TITLES[0], 1)
    assert said(secretary, done) == "Đã lập báo cáo số 1. Số liệu giữ nguyên dù danh sách đổi."
    assert actions()[-1] == "reports.make"
    page = secretary.get(done.location)
    assert page.one("p", "page-sub").text == "Báo cáo số 1, tính đến 09:00 10/03/2025. Lập: Người secretary."
    assert page.one("main").texts(css_class="stat-value") == ["10", "9", "4", "5"]
    found = groups(page)
    assert found["Thành phần"] == [
        ["Khách mời", "02", "22,22%"], ["Điển hình tiên tiến", "07", "77,78%"], ["Cộng", "09", ""],
    ]  # fmt: skip
    assert found["Dân tộc"] == [["Kinh", "04", "44,44%"], ["Dân tộc thiểu số", "05", "55,56%"], ["Cộng", "09", ""]]
    assert found["Các dân tộc thiểu số"] == [["Tày", "04", "80%"], ["Dao", "01", "20%"], ["Cộng", "05", ""]]
    ages = [card.text for card in page.all("section", "card") if card.all("h2") and card.one("h2").text == "Độ tuổi"]
    assert "Bình quân 47,78 tuổi, tính trên 09 đại biểu có năm sinh." in ages[0]
    assert "Nhiều tuổi nhất: 70 tuổi: Lò Văn A, Xã Một." in ages[0]


def test_page_pdf_and_docx_say_the_same(office: Office, secretary: PageClient) -> None:
    address = make(office, secretary)
    page, pdf, file = secretary.get(address), secretary.get(f"{address}/pdf"), secretary.get(f"{address}/docx")
    assert pdf.headers["Content-Disposition"] == 'inline; filename="Bao-cao-dai-bieu-Huyen-Mot-1.pdf"'
    assert pdf.headers["Content-Type"] == "application/pdf"
    assert file.headers["Content-Disposition"] == 'attachment; filename="Bao-cao-dai-bieu-Huyen-Mot-1.docx"'
    assert file.headers["Content-Type"].endswith("wordprocessingml.document")
    pdf_words, docx_words = pdf_text(pdf.data), docx_text(file.data)
    number = pdf_words.split(" 2 ", 1)  # the page number
    assert sorted(" ".join(number).split()) == sorted(docx_words.split())
    for title, rows in groups(page).items():
        if title in ("Đoàn", "Các dân tộc thiểu số"):
            continue
        for label, count, share in rows[:-1]:
            line = f"- {label}: {count} đại biểu, chiếm {share}"
            assert (line in pdf_words, line in docx_words) == (True, True), line
    for text in (
        "Số: /BC-BTC", "Tình hình đại biểu dự Hội nghị Huyện Một lần thứ VI", "Một, ngày tháng 3 năm 2025", "HUYỆN MỘT",
        "gồm: Tày 04; Dao 01.", "Nhiều tuổi nhất: 70 tuổi, 01 đại biểu: Lò Văn A (Xã Một).", "TM. BAN TỔ CHỨC TRƯỞNG BAN",
        "Các đại biểu có tên trong danh sách triệu tập đã được duyệt, đủ tư cách tham dự./.",
        "Có mặt tại buổi chính: 04 đại biểu, bằng 44,44% số được triệu tập.",
    ):  # fmt: skip
        assert (text in pdf_words, text in docx_words) == (True, True), text


def test_nothing_changes_when_the_list_does(office: Office, secretary: PageClient) -> None:
    address = make(office, secretary)
    secretary.get(address)  # says that it was made
    before = secretary.get(address).one("main").text, secretary.get(f"{address}/pdf").data
    for delegate in db.session.scalars(select(Delegate)):
        delegate.ethnic, delegate.sex, delegate.state, delegate.name = "Mông", "female", "withdrawn", "Tên Khác"
    office.congress.title1, office.congress.unit.name = "Tên khác", "Huyện Khác"
    db.session.commit()
    assert (
        secretary.get(address).one("main").text.replace("Tên khác", "Hội nghị Huyện Một"),
        secretary.get(f"{address}/pdf").data,
    ) == before


def test_what_is_published_hides_names_and_small_figures(office: Office, secretary: PageClient) -> None:
    address = make(office, secretary)
    for ending, read in (("pdf", pdf_text), ("docx", docx_text)):
        full, public = (read(secretary.get(f"{address}/{ending}{query}").data) for query in ("", "?public=1"))
        assert ("Lò Văn A" in full, "Dao 01" in full) == (True, True)
        assert ("Lò Văn" in public, "Dao" in public, "gồm: Các dòng khác 05" in public) == (False, False, True)
        assert "Số nhỏ hơn 3" in public
    assert [box.attrs["name"] for box in secretary.get(address).all("input", type="checkbox")] == ["public"]


def test_a_viewer_gets_figures_without_names(office: Office, secretary: PageClient) -> None:
    address = make(office, secretary)
    viewer = office.sign_in("viewer")
    page = viewer.get(address)
    assert groups(page)["Các dân tộc thiểu số"] == [["Các dòng khác", "05", "100%"], ["Cộng", "05", ""]]
    assert "Lò Văn" not in page.one("main").text
    assert page.all("input", type="checkbox") == []
    texts = [pdf_text(viewer.get(f"{address}/pdf").data), docx_text(viewer.get(f"{address}/docx").data)]
    assert [("Lò Văn" in text, "Dao" in text) for text in texts] == [(False, False)] * 2
    # The district's organiser reads the commune's reports below the same way.
    for name in ("Lò Văn M", "Lò Văn N", "Lò Văn P"):
        office.person(
            name, "exemplar", "approved", congress=office.lower_congress, ethnic="Dao" if name.endswith("M") else "Kinh"
        )
    db.session.commit()
    lower = f"/congress/{office.lower_congress.id}/reports"
    owner = office.sign_in("plan_owner")
    made = send(owner, owner.get(f"{lower}/new"), {}).location
    assert "Dao" in owner.get(made).one("main").text
    assert "Dao" not in office.sign_in("organiser").get(made).one("main").text


def test_the_list_of_reports(office: Office, secretary: PageClient) -> None:
    empty = secretary.get(url(office)).one("main")
    assert (empty.one("h2").text, empty.one("a", "btn-primary").attrs["href"]) == ("Chưa có báo cáo nào", url(office, "/new"))
    make(office, secretary)
    make(office, secretary, title="own", own_title="Báo cáo nhanh")
    rows = secretary.get(url(office)).one("table").rows()[1:]
    assert [row[:5] for row in rows] == [
        ["2", "Báo cáo nhanh", "09:00 10/03/2025", "9", "4"], ["1", TITLES[0], "09:00 10/03/2025", "9", "4"],
    ]  # fmt: skip
    viewer = office.sign_in("viewer").get(url(office)).one("main")
    assert (len(viewer.one("table").rows()), viewer.all("a", "btn-primary")) == (3, [])


@pytest.mark.parametrize(
    ("title", "about"),
    [
        (TITLES[1], "Thành phần, số lượng, cơ cấu đại biểu dự Hội nghị Huyện Một lần thứ VI"),
        (TITLES[2], "Kết quả thẩm tra tư cách đại biểu dự Hội nghị Huyện Một lần thứ VI"),
        ("Báo cáo nhanh về đại biểu", "BÁO CÁO Nhanh về đại biểu"),
        ("Tình hình đoàn ta", "BÁO CÁO Tình hình đoàn ta"),
        ("Báo cáo", "BÁO CÁO Báo cáo"),
    ],
)
def test_the_title_may_be_chosen_or_be_ones_own(office: Office, secretary: PageClient, title: str, about: str) -> None:
    changes = {"title": title} if title in TITLES else {"title": "own", "own_title": title}
    address = make(office, secretary, **changes)
    assert secretary.get(address).one("h1").text == title
    assert about in pdf_text(secretary.get(f"{address}/pdf").data)


def test_the_composition_may_be_that_of_those_present(office: Office, secretary: PageClient) -> None:
    page = secretary.get(make(office, secretary, whose="present", names=[]))
    assert groups(page)["Dân tộc"] == [["Kinh", "04", "100%"], ["Cộng", "04", ""]]
    assert "Lò Văn" not in page.one("main").text


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"title": "own", "own_title": ""}, {"own_title": ["Nhập tên báo cáo, không quá 200 ký tự."]}),
        ({"own_title": "x" * 201}, {"own_title": ["Tối đa 200 ký tự."]}),
        ({"closing": "x" * 1001}, {"closing": ["Tối đa 1.000 ký tự."]}),
        ({"sitting": "99"}, {"sitting": ["Chọn một mục trong danh sách."]}),
    ],
)
def test_a_form_that_is_not_right_says_so(
    office: Office, secretary: PageClient, changes: dict[str, str], wrong: dict[str, list[str]]
) -> None:
    page = send(secretary, secretary.get(url(office, "/new")), changes, 422)
    assert faults(page) == wrong
    assert db.session.scalar(select(func.count(DelegateReport.id))) == 0


def test_an_empty_list_has_nothing_to_report(office: Office) -> None:
    owner = office.sign_in("plan_owner")
    page = send(owner, owner.get(f"/congress/{office.other_congress.id}/reports/new"), {}, 422)
    assert faults(page) == {"": ["Chưa duyệt đại biểu nào: chưa có gì để báo cáo."]}


def test_figures_that_do_not_add_up_are_flagged(office: Office, secretary: PageClient) -> None:
    address = make(office, secretary)
    assert secretary.get(address).one("main").all("div", "danger") == []
    row = db.session.scalars(select(DelegateReport)).one()
    figures = dict(row.figures)
    figures["groups"] = [
        {**group, "rows": [{**group["rows"][0], "count": 338}, *group["rows"][1:]]} if group["code"] == "sex" else group
        for group in figures["groups"]
    ]
    row.figures = figures
    fresh(row)
    note = secretary.get(address).one("main").one("div", "danger").text
    assert note == "Số liệu không khớp: các dòng không cộng đủ tổng ở Giới tính. Không dùng báo cáo này; lập báo cáo mới."


def test_who_may_read_and_who_may_make(office: Office, secretary: PageClient) -> None:
    address = make(office, secretary)
    read = {"administrator": 403, "plan_owner": 200, "organiser": 200, "secretary": 200, "checkin_staff": 403, "viewer": 200}
    for where in (url(office), address, f"{address}/pdf", f"{address}/docx"):
        assert office.statuses(where) == read
    assert office.statuses(url(office, "/new")) == {**read, "viewer": 403}
    assert "Báo cáo" in [tab.text for tab in secretary.get(office.home).all("a") if tab.attrs["href"] == url(office)]
    assert "In PDF" in buttons(secretary.get(address))


def test_another_congresss_report_is_not_found(office: Office, secretary: PageClient) -> None:
    report_id = make(office, secretary).rsplit("/", 1)[1]
    owner = office.sign_in("plan_owner")
    for rest in ("", "/pdf", "/docx"):
        owner.get(f"/congress/{office.other_congress.id}/reports/{report_id}{rest}", 404)
        owner.get(url(office, f"/{report_id}{rest}"), 200)
    secretary.get(f"/congress/{office.other_congress.id}/reports", 404)


def test_the_pages_take_a_fixed_number_of_queries(office: Office, secretary: PageClient) -> None:
    address = make(office, secretary)
    few = [statements_for(secretary, where) for where in (url(office), address)]
    for number in range(3):
        office.person(f"Hoàng Văn {number}", "exemplar", "approved")
        make(office, secretary)
    assert [statements_for(secretary, where) for where in (url(office), address)] == few
