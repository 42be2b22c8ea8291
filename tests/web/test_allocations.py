"""The seats of units through the pages: chosen, typed, filled, issued, revised, printed; by whom, and who sees what."""

from datetime import date
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from flask import Flask
from sqlalchemy import select

from congress.models import Allocation, AllocationIssue, Component, Delegation, Unit, db
from congress.operations import allocation_table as tables
from congress.operations.allocations import seats_of
from tests.documents.paper import pages_lines
from tests.pages import Page, PageClient
from tests.web.contract import Office, faults, field, said, send, statements_for, toasts
from tests.world import NOW, PASSWORD, actor_for, make_unit, make_user


class Hall(Office):
    """The first district's congress of 30, two communes under it and a central agency."""

    def __init__(self, app: Flask) -> None:
        super().__init__(app)
        self.second = make_unit("X2", "Xã Hai", "commune", self.district)
        self.agency = make_unit("TW", "Kho bạc Nhà nước", "central_agency", self.district)
        self.congress.planned_size = 30
        self.commune.headcount, self.second.headcount = 30, 10
        self.groups = {component.code: component for component in self.plan.components}
        self.url = f"{self.home}/allocations"
        self.boss = actor_for("organiser", unit=self.district)
        db.session.commit()

    def choose(self, *units: Unit, groups: str = "guest exemplar") -> None:
        components = [self.groups[code] for code in groups.split()]
        wanted = units or (self.commune, self.second, self.agency)
        tables.choose_table(self.congress.id, wanted, components, actor=self.boss, now=NOW)
        db.session.commit()

    def put(self, unit: Unit, group: str, n: int) -> None:
        tables.set_seats(self.congress.id, {(unit.id, self.groups[group].id): n}, actor=self.boss, now=NOW)
        db.session.commit()

    def issue(self, note: str = "", dated_on: date = date(2025, 3, 1)) -> None:
        values = tables.IssueValues(dated_on, "12/CV-UBND", date(2025, 3, 9), note)
        tables.issue_table(self.congress.id, values, actor=self.boss, now=NOW)
        db.session.commit()

    def issued(self) -> None:
        self.choose()
        self.put(self.commune, "exemplar", 3)
        self.put(self.second, "guest", 1)
        self.issue()

    def cell(self, unit: Unit, group: str) -> str:
        return f"seats-{unit.id}-{self.groups[group].id}"

    def stored(self) -> dict[tuple[str, str], int]:
        db.session.expire_all()
        query = select(Unit.code, Component.code, Allocation.seats).join_from(Allocation, Unit).join(Component)
        return {(unit, component): n for unit, component, n in db.session.execute(query) if n}


@pytest.fixture
def hall(session: Any, app: Flask) -> Hall:
    return Hall(app)


@pytest.fixture
def boss(hall: Hall) -> PageClient:
    return hall.sign_in("organiser")


def next_steps(page: Page) -> list[str]:
    return page.texts("h2", "next-step-title")


# ---- who stands in the table -------------------------------------------------------------------------------------------


def test_an_empty_page_teaches_and_leads_to_the_choice(hall: Hall, boss: PageClient) -> None:
    page = boss.get(hall.url)
    assert (page.h1, page.one("div", "empty").one("h2").text) == ("Phân bổ", "Chưa phân bổ chỗ nào")
    page = boss.get(page.links["Chọn đơn vị"])
    assert page.texts("h3") == ["Xã, phường, thị trấn (2)", "Cơ quan Trung ương (1)"]
    ticked = [box.attrs["value"] for box in page.all("input", name="units") if "checked" in box.attrs]
    assert ticked == [str(unit.id) for unit in (hall.second, hall.commune, hall.agency)]
    labels = [str(hall.groups[code].id) for code in ("leader", "guest", "exemplar")]
    assert [box.attrs["value"] for box in page.all("input", name="components")] == labels
    answer = send(boss, page, {"units": [str(hall.commune.id)], "others": "huyện hai\r\nS1"})
    assert (answer.location, said(boss, answer)) == (f"{hall.url}/seats", "Bảng có 3 đơn vị.")
    table = tables.table_of(hall.congress)
    assert [unit.name for unit in table.units] == ["Huyện Hai", "Xã Một", "Sở Một"]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"units": []}, "Chọn ít nhất một đơn vị."),
        ({"components": []}, "Chọn ít nhất một thành phần."),
        ({"others": "Xã Ba\nXã Hai"}, "“Xã Ba” không có trong cây đơn vị."),
    ],
)
def test_a_faulty_choice_comes_back(hall: Hall, boss: PageClient, changes: dict[str, Any], words: str) -> None:
    page = send(boss, boss.get(f"{hall.url}/table"), changes, 422)
    assert words in page.one("div", "error-summary").text
    assert words in page.texts("p", "field-error")
    assert field(page, "others") == changes.get("others", "")
    assert tables.table_of(hall.congress).units == []


def test_two_units_of_one_name_want_their_code(hall: Hall, boss: PageClient) -> None:
    make_unit("H2X2", "Xã Hai", "commune", hall.other_district)
    for unit in db.session.scalars(select(Unit).filter_by(name="Xã Hai")):
        unit.folded = "xa hai"
    page = send(boss, boss.get(f"{hall.url}/table"), {"others": "Xã Hai"}, 422)
    assert page.texts("p", "field-error") == ["“Xã Hai” là tên của nhiều đơn vị, ghi mã."]


# ---- the cells ---------------------------------------------------------------------------------------------------------


def test_cells_are_typed_summed_and_kept(hall: Hall, boss: PageClient) -> None:
    hall.choose()
    page = boss.get(f"{hall.url}/seats")
    values = {
        hall.cell(hall.commune, "exemplar"): " 12 ",
        hall.cell(hall.second, "guest"): "3",
        hall.cell(hall.agency, "guest"): "",
    }
    answer = boss.submit(page, values, action=f"{hall.url}/seats")
    assert (answer.location, said(boss, answer)) == (f"{hall.url}/seats", "Đã ghi, 2 ô thay đổi.")
    assert hall.stored() == {("X1", "exemplar"): 12, ("X2", "guest"): 3}
    page = boss.get(f"{hall.url}/seats")
    assert page.texts("strong", **{"data-row-sum": ""}) == ["3", "12", "0"]
    assert page.one("tfoot").texts("td") == ["Tổng số", "3", "12", "15"]
    assert page.texts("span", "stat-value") == ["30", "15", "15", "12", "3"]
    assert page.texts("span", "stat-small")[-1] == "/ 9"
    assert said(boss, boss.submit(page, {}, action=f"{hall.url}/seats")) == "Không có ô nào thay đổi."
    answer = boss.submit(page, {"and_issue": "1"}, action=f"{hall.url}/seats")
    assert answer.location == f"{hall.url}/issue"


@pytest.mark.parametrize("typed", ["ba", "-1", "1,5", "10001", "99999999999", "٣"])
def test_a_faulty_cell_is_named_and_nothing_is_written(hall: Hall, boss: PageClient, typed: str) -> None:
    hall.choose()
    name, other = hall.cell(hall.commune, "exemplar"), hall.cell(hall.second, "guest")
    page = boss.submit(boss.get(f"{hall.url}/seats"), {name: typed, other: "4"}, action=f"{hall.url}/seats", status=422)
    [line] = page.one("div", "error-summary").all("li")
    assert (line.text, line.one("a").attrs["href"]) == (
        "Xã Một, Điển hình tiên tiến: Nhập số nguyên từ 0 đến 10000.",
        f"#{name}",
    )
    assert (field(page, name), field(page, other)) == (typed, "4")
    assert page.texts("span", "cell-why") == ["Nhập số nguyên từ 0 đến 10000."]
    assert hall.stored() == {}


def test_more_than_the_congress_can_hold_is_said_while_it_is_typed(hall: Hall, boss: PageClient) -> None:
    hall.choose()
    hall.put(hall.commune, "guest", 31)
    assert boss.get(f"{hall.url}/seats").texts("div", "note") == [
        "Đã chia 31 chỗ, quá quy mô 30. Bớt 1 chỗ, hoặc tăng quy mô.",
        "Đã chia 31 chỗ khách mời và lãnh đạo, tỷ lệ của 30 đại biểu chỉ cho 9. Bớt chỗ bên này.",
    ]


@pytest.mark.parametrize("page", ["seats", "share", "issue"])
def test_without_a_table_one_is_led_to_choose(hall: Hall, boss: PageClient, page: str) -> None:
    assert boss.open(f"{hall.url}/{page}").location == f"{hall.url}/table"


# ---- filling a column --------------------------------------------------------------------------------------------------


def test_a_column_is_filled_and_nothing_is_issued(hall: Hall, boss: PageClient) -> None:
    hall.choose()
    page = boss.get(f"{hall.url}/share")
    weights = {f"weight-{unit.id}": n for unit, n in ((hall.commune, "60"), (hall.second, "1.200"), (hall.agency, ""))}
    assert field(page, f"weight-{hall.commune.id}") == "30"
    answer = send(boss, page, {"component": str(hall.groups["exemplar"].id), "total": "7", "minimum": "1"})
    assert said(boss, answer) == "Đã chia 7 chỗ cho 3 đơn vị. Xem lại từng ô rồi ban hành."
    assert hall.stored() == {("X2", "exemplar"): 3, ("X1", "exemplar"): 2, ("TW", "exemplar"): 2}
    typed = {"component": str(hall.groups["guest"].id), "total": "21", "minimum": "0", "by": "typed"}
    page = send(boss, page, {**typed, **weights}, 422)
    assert page.texts("p", "field-error") == [
        "Chưa có số để chia theo của: Kho bạc Nhà nước. Nhập số ấy, hoặc chọn cách chia khác."
    ]
    assert field(page, f"weight-{hall.second.id}") == "1.200"
    send(boss, page, {**typed, **weights, f"weight-{hall.agency.id}": "0"})
    assert {key: n for key, n in hall.stored().items() if key[1] == "guest"} == {("X2", "guest"): 20, ("X1", "guest"): 1}
    assert seats_of(hall.congress) == {}


@pytest.mark.parametrize(
    ("name", "typed", "words"),
    [
        ("total", "", "Nhập số chỗ."),
        ("total", "ba", "Nhập một số nguyên, ví dụ 200."),
        ("total", "-1", "Từ 0 đến 10000."),
        ("minimum", "", "Nhập mức tối thiểu, 0 nếu không có."),
        ("minimum", "3", "Tối thiểu 3 chỗ cho 3 đơn vị cần 9 chỗ, chỉ có 7. Bớt mức tối thiểu."),
        ("component", "0", "Chọn một mục trong danh sách."),
    ],
)
def test_a_faulty_way_of_sharing_changes_nothing(hall: Hall, boss: PageClient, name: str, typed: str, words: str) -> None:
    hall.choose()
    page = send(boss, boss.get(f"{hall.url}/share"), {"total": "7", name: typed}, 422)
    assert faults(page) == {name: [words]}
    assert hall.stored() == {}


def test_a_weight_that_is_no_number_is_named(hall: Hall, boss: PageClient) -> None:
    hall.choose()
    values = {"total": "7", "by": "typed", f"weight-{hall.second.id}": "nhiều"}
    page = send(boss, boss.get(f"{hall.url}/share"), values, 422)
    assert page.texts("p", "field-error") == ["Trọng số của Xã Hai phải là số nguyên từ 0."]


# ---- issuing -----------------------------------------------------------------------------------------------------------


def test_a_table_is_issued_and_binds(hall: Hall, boss: PageClient) -> None:
    hall.choose()
    hall.put(hall.commune, "exemplar", 3)
    assert next_steps(boss.get(hall.url)) == ["Việc tiếp theo: nhập số chỗ rồi ban hành"]
    page = boss.get(f"{hall.url}/issue")
    assert (page.h1, field(page, "dated_on"), page.all("textarea")) == ("Ban hành phân bổ", "2025-03-10", [])
    answer = send(boss, page, {"reference": "12/CV-UBND", "answer_by": "2025-03-20"})
    assert (answer.location, said(boss, answer)) == (
        hall.url,
        "Đã ban hành phân bổ lần 1. Từ nay số chỗ này ràng buộc việc duyệt.",
    )
    issue = db.session.scalars(select(AllocationIssue)).one()
    assert (issue.dated_on, issue.reference, issue.answer_by) == (date(2025, 3, 10), "12/CV-UBND", date(2025, 3, 20))
    assert issue.actor_name == "Người organiser"
    assert seats_of(hall.congress)[hall.commune.id, hall.groups["exemplar"].id] == 3


@pytest.mark.parametrize(
    ("name", "typed", "words"),
    [
        ("dated_on", "", "Nhập ngày ban hành."),
        ("dated_on", "hôm nay", "Nhập ngày theo dạng ngày/tháng/năm."),
        ("dated_on", "0025-03-10", "Ghi đủ năm, từ 2000 đến 2100."),
        ("answer_by", "2025-03-09", "Hạn trả lời đứng trước ngày ban hành."),
        ("reference", "x" * 101, "Tối đa 100 ký tự."),
        ("", "", "Bảng chưa có chỗ nào. Nhập số chỗ trước khi ban hành."),
    ],
)
def test_a_faulty_issue_is_none(hall: Hall, boss: PageClient, name: str, typed: str, words: str) -> None:
    hall.choose()
    if name:
        hall.put(hall.commune, "exemplar", 3)
    page = send(boss, boss.get(f"{hall.url}/issue"), {"reference": "số kín", name: typed}, 422)
    assert faults(page) == {name: [words]}
    assert field(page, "reference") == (typed if name == "reference" else "số kín")
    assert db.session.scalars(select(AllocationIssue)).all() == []


def test_a_revision_shows_what_changes_and_who_falls_short(hall: Hall, boss: PageClient) -> None:
    hall.issued()
    delegation = Delegation(congress_id=hall.congress.id, name="xã Một", folded="xa mot", position=1, unit_id=hall.commune.id)
    db.session.add(delegation)
    hall.person("Lò Thị A", state="approved", delegation=delegation)
    hall.person("Lò Thị B", delegation=delegation)
    page = boss.get(hall.url)
    assert next_steps(page) == []
    hall.put(hall.commune, "exemplar", 1)
    page = boss.get(hall.url)
    assert next_steps(page) == ["Việc tiếp theo: ban hành điều chỉnh"]
    page = boss.get(page.links["Xem và ban hành"])
    assert page.rows() == [["Đơn vị", "Thành phần", "Trước", "Sau"], ["Xã Một", "Điển hình tiên tiến", "3", "1"]]
    assert "Xã Một: còn 1 chỗ “Điển hình tiên tiến”, đã duyệt 1, đang đề cử 1." in page.one("div", "note").texts("li")
    assert faults(send(boss, page, {}, 422)) == {"note": ["Ghi nội dung điều chỉnh."]}
    page = boss.follow(send(boss, page, {"note": "Bớt một chỗ"}))
    assert "Đang áp dụng Bớt một chỗ" in page.one("dl", "facts").all("dd")[0].text
    page = boss.get(page.links["Lần 2"])
    assert page.texts("div", "note") == ["Nội dung điều chỉnh: Bớt một chỗ"]
    assert page.rows()[:2] == [["Đơn vị", "Thành phần", "Trước", "Sau"], ["Xã Một", "Điển hình tiên tiến", "3", "1"]]
    assert "Thay đổi" not in boss.get(f"{hall.url}/issues/1").text
    boss.get(f"{hall.url}/issues/3", 404)


# ---- seen --------------------------------------------------------------------------------------------------------------


def test_the_page_shows_seats_answers_and_what_is_outside(hall: Hall, boss: PageClient) -> None:
    hall.issued()
    hall.put(hall.agency, "guest", 2)  # being worked on, not issued: not shown in the table
    delegation = Delegation(
        congress_id=hall.congress.id, name="kho bạc", folded="kho bac", position=1, unit_id=hall.agency.id, sent_at=NOW
    )
    outside = Delegation(congress_id=hall.congress.id, name="hai", folded="hai", position=2, unit_id=hall.other_district.id)
    db.session.add_all([delegation, outside])
    hall.person("Lò Thị A", state="approved", delegation=outside)
    page = boss.get(hall.url)
    assert [row[:-1] for row in page.rows()] == [
        ["Đơn vị", "Khách mời", "Điển hình tiên tiến", "Tổng", "Đã duyệt", "Trả lời"],
        ["Xã Hai", "1", "0", "1", "0", "Quá hạn"],
        ["Xã Một", "0", "3", "3", "0", "Quá hạn"],
        ["Kho bạc Nhà nước", "0", "0", "0", "0", "Đã gửi 10/03/2025"],
        ["Huyện Hai", "—", "—", "—", "1", "Đã có người Ngoài phân bổ"],
        ["Tổng số", "1", "3", "4", "", ""],
    ]
    assert [chip.text for chip in page.all("a", "chip")] == ["Tất cả 3", "Quá hạn 2", "Đã gửi 1"]
    page = boss.get(f"{hall.url}?state=sent")
    assert [row[0] for row in page.rows()[1:-1]] == ["Kho bạc Nhà nước"]


def test_the_pages_ask_the_same_of_the_database_for_one_unit_and_for_three(hall: Hall, boss: PageClient) -> None:
    hall.choose(hall.commune)
    hall.put(hall.commune, "exemplar", 1)
    hall.issue()
    pages = ("", "/seats", "/share", "/issue", "/issues/1")
    few = [statements_for(boss, hall.url + page) for page in pages]
    hall.choose()
    hall.put(hall.second, "exemplar", 1)
    for unit in (hall.commune, hall.second, hall.agency):
        delegation = Delegation(congress_id=hall.congress.id, name=unit.name, folded=unit.name, position=1, unit_id=unit.id)
        db.session.add(delegation)
        hall.person("Lò Thị A", state="approved", delegation=delegation)
    hall.issue("Thêm", date(2025, 3, 2))
    assert [statements_for(boss, hall.url + page) for page in pages] == few
    assert max(few) <= 14


def test_once_held_it_is_read_only(hall: Hall, boss: PageClient) -> None:
    hall.issued()
    hall.congress.stage = "held"
    page = boss.get(hall.url)
    assert "Hội nghị đã tổ chức hoặc đã hủy, không đổi phân bổ được nữa." in page.texts("div", "note")
    assert [link for link in page.links if link in ("Sửa phân bổ", "Xem và ban hành")] == []
    page = boss.submit(boss.get(f"{hall.url}/seats"), {}, action=f"{hall.url}/seats", status=422)
    assert page.one("div", "error-summary").texts("li") == ["Hội nghị đã tổ chức hoặc đã hủy, không đổi phân bổ được nữa."]


# ---- on paper ----------------------------------------------------------------------------------------------------------


def test_an_issue_is_printed_and_saved_as_it_was(hall: Hall, boss: PageClient) -> None:
    hall.issued()
    hall.put(hall.commune, "exemplar", 9)
    pdf = boss.get(f"{hall.url}/issues/1/pdf")
    assert (pdf.headers["Content-Type"], pdf.headers["Content-Disposition"]) == (
        "application/pdf",
        'inline; filename="Phan-Bo-Huyen-Mot-Lan-1.pdf"',
    )
    words = " ".join(line.strip() for page in pages_lines(pdf.data) for line in page)
    assert words.startswith("Phụ lục PHÂN BỔ ĐẠI BIỂU DỰ HỘI NGHỊ HUYỆN MỘT LẦN THỨ VI")
    assert "(Kèm theo văn bản số 12/CV-UBND ngày 01 tháng 3 năm 2025)" in words
    assert "Tổng cộng 1 3 4" in words
    assert words.endswith("Gửi danh sách đại biểu chậm nhất ngày 09/03/2025.")
    book = openpyxl.load_workbook(BytesIO(boss.get(f"{hall.url}/issues/1/xlsx").data))
    rows = [[cell for cell in row if cell is not None] for row in book.active.iter_rows(min_row=4, values_only=True)]
    assert rows[:5] == [
        ["TT", "Cơ quan, đơn vị, địa phương", "Khách mời", "Điển hình tiên tiến", "Tổng số"],
        [1, "Xã Hai", 1, 0, 1],
        [2, "Xã Một", 0, 3, 3],
        [3, "Kho bạc Nhà nước", 0, 0, 0],
        ["Tổng cộng", 1, 3, 4],
    ]


# ---- by whom -----------------------------------------------------------------------------------------------------------

READERS = {"administrator": 403, "plan_owner": 200, "organiser": 200, "secretary": 200, "checkin_staff": 403, "viewer": 403}
EDITORS = {**READERS, "secretary": 403}


@pytest.mark.parametrize(("page", "who"), [("", READERS), ("/issues/1", READERS), ("/seats", EDITORS), ("/table", EDITORS)])
def test_who_reads_and_who_edits(hall: Hall, page: str, who: dict[str, int]) -> None:
    hall.issued()
    assert hall.statuses(hall.url + page) == who


def test_another_unit_s_allocation_is_not_found(hall: Hall, app: Flask) -> None:
    hall.issued()
    client = PageClient(app)
    make_user("xa", "organiser", unit=hall.commune)
    client.sign_in("xa", PASSWORD)
    for page in ("", "/seats", "/issues/1", "/issues/1/pdf"):
        client.get(hall.url + page, 404)
    page = client.get(f"/congress/{hall.lower_congress.id}/upward")
    assert "3 chỗ" in page.text
    assert "Xã Hai" not in page.text
    assert toasts(page) == []
