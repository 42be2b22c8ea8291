"""The workbook an office fills in: its header, its lists to choose from, what it says; filled in, it is read without a fault."""

import io
from datetime import date
from typing import Any

import openpyxl
import pytest

from congress.documents.list_template import make_template
from congress.domain.delegate_lists import Group, read_listing
from congress.operations.workbooks import open_grid, open_grids

TITLE = "Hội nghị điển hình tiên tiến xã Bành Trạch lần thứ I"
COMPONENTS = ("Lãnh đạo các cấp, các ngành", "Khách mời", "Điển hình tiên tiến")
GROUPS = tuple(Group(code, label, "invited") for code, label in zip(("leader", "guest", "exemplar"), COMPONENTS, strict=True))
HEADER = [
    "STT", "Họ và tên*", "Giới tính", "Ngày sinh (dd/mm/yyyy hoặc năm)", "Dân tộc", "Tôn giáo", "Đảng viên (x)", "Chức vụ",
    "Đơn vị công tác", "Đoàn", "Thành phần*", "Tư cách (cá nhân / đại diện tập thể / đại diện hộ gia đình)",
    "Tên tập thể đại diện", "Lĩnh vực", "Lao động trực tiếp (x)", "Trình độ chuyên môn", "Lý luận chính trị",
    "Khen thưởng cao nhất", "Thành tích tiêu biểu", "Đăng ký tham luận (x)", "Số điện thoại", "Email", "Số CCCD", "Ghi chú",
]
FILLED = [
    ["1", "Nông Văn Thắng", "Nam", "12/05/1970", "Tày", "Không", "x", "Trưởng thôn", "Thôn Nà Này", "Đoàn Bành Trạch",
     "Điển hình tiên tiến", "Đại diện tập thể", "Tổ rau sạch Nà Này", "Kinh tế", "x", "Đại học", "Trung cấp", "Bằng khen",
     "Vận động 30 hộ", "x", "0912345678", "thang@donvi.vn", "004070001234", "Trưởng đoàn"],
    ["2", "Hoàng Thị Mỷ", "Nữ", "1985", "Mông", "Tin lành", "", "Trạm trưởng", "Trạm Y tế", "", "Khách mời", "Cá nhân",
     *[""] * 12],
]
EXPECTED = [
    {"name": "Nông Văn Thắng", "sex": "male", "born": "1970-05-12", "ethnic": "Tày", "religion": "Không", "party": True,
     "title": "Trưởng thôn", "unit": "Thôn Nà Này", "delegation": "Bành Trạch", "group": "exemplar",
     "capacity": "collective", "represents": "Tổ rau sạch Nà Này", "field": "Kinh tế", "direct_labour": True,
     "education": "Đại học", "political_theory": "Trung cấp", "highest_award": "Bằng khen", "achievements": "Vận động 30 hộ",
     "wants_speech": True, "phone": "0912345678", "email": "thang@donvi.vn", "id_number": "004070001234", "note": "Trưởng đoàn"},
    {"name": "Hoàng Thị Mỷ", "sex": "female", "born": "1985", "ethnic": "Mông", "religion": "Tin lành", "party": False,
     "group": "guest", "capacity": "individual", "wants_speech": False, "phone": None},
]


@pytest.fixture(scope="module")
def template() -> bytes:
    return make_template(COMPONENTS, congress_title=TITLE)


def opened(data: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(data))


def test_it_has_three_sheets_and_one_frozen_header_row(template: bytes) -> None:
    workbook = opened(template)
    assert workbook.sheetnames == ["Danh sách", "Hướng dẫn", "Danh mục"]
    sheet = workbook["Danh sách"]
    assert [[cell.value for cell in row] for row in sheet.iter_rows()] == [HEADER]
    assert sheet.freeze_panes == "C2"
    assert workbook.properties.title == f"Danh sách đại biểu – {TITLE}"


def test_dates_phones_and_numbers_are_text_before_anything_is_typed(template: bytes) -> None:
    columns = opened(template)["Danh sách"].column_dimensions
    texts = {letter for letter, column in columns.items() if column._style and column.number_format == "@"}
    assert texts == {"D", "U", "W"}


def choices_of(workbook: Any) -> dict[str, tuple[str, list[str]]]:
    """Each rule of the list: the column's title, how strict, and the texts it offers."""
    sheet, lists = workbook["Danh sách"], workbook["Danh mục"]
    rules = {}
    for rule in sheet.data_validations.dataValidation:
        area = rule.formula1.removeprefix("'Danh mục'!").replace("$", "")
        [column] = rule.sqref.ranges
        assert (column.min_row, column.max_row) == (2, 2001)
        texts = [cell[0].value for cell in lists[area]]
        rules[sheet.cell(1, column.min_col).value] = (rule.errorStyle or "stop", texts)
    return rules


def test_the_lists_to_choose_from_stand_in_their_own_sheet(template: bytes) -> None:
    rules = choices_of(opened(template))
    assert set(rules) == {HEADER[place] for place in (2, 4, 5, 6, 10, 11, 14, 15, 16, 19)}
    assert rules["Thành phần*"] == ("stop", list(COMPONENTS))
    assert rules["Giới tính"] == ("stop", ["Nam", "Nữ"])
    assert rules["Đảng viên (x)"] == ("stop", ["x"])
    assert (rules["Dân tộc"][0], len(rules["Dân tộc"][1])) == ("warning", 54)
    assert rules["Tôn giáo"][1][0] == "Không"


def test_every_offered_text_is_understood_by_the_reader(template: bytes) -> None:
    for title, (_, texts) in choices_of(opened(template)).items():
        workbook = opened(template)
        for row, text in enumerate(texts, start=2):
            workbook["Danh sách"].cell(row, 2, "Nông Văn An")
            workbook["Danh sách"].cell(row, 8, f"Chức vụ {row}")
            workbook["Danh sách"].cell(row, 11, COMPONENTS[0])
            workbook["Danh sách"].cell(row, HEADER.index(title) + 1, text)
        people = listing(workbook).people
        assert len(people) == len(texts)
        assert [note for person in people for note in (*person.errors, *person.warnings) if note.title == title] == []


def listing(workbook: Any) -> Any:
    target = io.BytesIO()
    workbook.save(target)
    [grid] = open_grids(target.getvalue(), file_name="x")
    return read_listing(grid, file_name="x", groups=GROUPS, known_units=None, today=date(2026, 11, 23))


def test_filled_in_it_is_read_without_a_fault(template: bytes) -> None:
    workbook = opened(template)
    for row in FILLED:
        workbook["Danh sách"].append(row)
    read = listing(workbook)
    assert [person.errors for person in read.people] == [(), ()]
    assert [{key: getattr(person, key) for key in told} for person, told in zip(read.people, EXPECTED, strict=True)] == EXPECTED
    assert [note for note in read.notes if "không được đọc" in note] == []


def test_the_guide_tells_how_to_fill_it_in_and_what_becomes_of_the_data(template: bytes) -> None:
    guide = [[cell.value for cell in row] for row in opened(template)["Hướng dẫn"].iter_rows()]
    texts = [row[0] for row in guide if row[0]]
    assert texts[1] == TITLE
    place = texts.index("Cột")
    assert texts[place + 1 : place + 25] == HEADER
    sheet = opened(template)["Hướng dẫn"]
    tall = [row[0].value for row in sheet.iter_rows() if (sheet.row_dimensions[row[0].row].height or 0) > 17]
    assert {"Dữ liệu nhạy cảm", "Ai được xem", "Giữ bao lâu", "Quyền của đại biểu"} <= set(tall)
    assert (sheet.sheet_properties.pageSetUpPr.fitToPage, sheet.page_setup.orientation) == (True, "portrait")
    assert texts[-6:] == ["Mục đích", "Dữ liệu", "Dữ liệu nhạy cảm", "Ai được xem", "Giữ bao lâu", "Quyền của đại biểu"]


def test_without_components_and_with_an_odd_title_it_is_still_a_workbook() -> None:
    data = make_template((), congress_title="=1+1\x00 Đại hội")
    assert "Thành phần*" not in choices_of(opened(data))
    assert opened(data)["Hướng dẫn"]["A2"].value == "=1+1 Đại hội"
    assert opened(data)["Hướng dẫn"]["A2"].data_type == "s"
    assert open_grid(data, file_name="x").sheet == "Danh sách"
