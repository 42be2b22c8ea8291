"""Lists as offices of several provinces send them: columns that hold two things, headings outside tables, honours."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest

from congress.domain.delegate_lists import Listing, read_listing
from congress.operations.presets import preset_groups
from congress.operations.workbooks import open_grids
from tests.lists import docx_tables, word_xml
from tests.odd_lists import workbook

TODAY = date(2026, 11, 23)
GUEST = "Khách mời"


def read(rows: Sequence[Sequence[Any]], merged: Sequence[str] = (), sheet: str = "Sheet1", **said: Any) -> Listing:
    return read_file(workbook(rows, merged=merged, sheet=sheet), **said)


def read_file(data: bytes, **said: Any) -> Listing:
    [grid] = open_grids(data, file_name="ds")
    return read_listing(grid, file_name="ds", groups=preset_groups(), known_units=None, today=TODAY, **said)


def told(listing: Listing, *keys: str) -> list[tuple[Any, ...]]:
    return [tuple(getattr(person, key) for key in ("row", "name", *keys)) for person in listing.people]


def faults(listing: Listing) -> list[tuple[int, str]]:
    return [(person.row, note.column) for person in listing.people for note in person.errors]


# ---- one column that holds two things -----------------------------------------------------------------------------------


def test_telephone_and_email_in_one_column() -> None:
    listing = read([
        ["STT", "Họ và tên", "Số điện thoại/Email", "Diện"],
        [1, "Sùng A Páo", "0912 345 678 / pao@gmail.com", GUEST], [2, "Giàng Thị Sò", "sogiang@vi-du.vn", GUEST],
        [3, "Vàng A Súa", 987654321, GUEST], [4, "Lò Thị Mai", "không có", GUEST],
    ])  # fmt: skip
    assert told(listing, "phone", "email") == [
        (2, "Sùng A Páo", "0912345678", "pao@gmail.com"), (3, "Giàng Thị Sò", None, "sogiang@vi-du.vn"),
        (4, "Vàng A Súa", "0987654321", None), (5, "Lò Thị Mai", None, None),
    ]  # fmt: skip
    assert faults(listing) == [(5, "phone")]
    assert listing.place_of(listing.people[0], "email") == listing.place_of(listing.people[3], "phone") == 2
    assert dict(listing.columns)["phone"] == "Số điện thoại/Email"


def test_name_and_post_in_one_column_whose_header_says_so() -> None:
    listing = read([
        ["STT", "Họ tên, chức vụ", "Đơn vị", "Diện"],
        [1, "Nông Văn An, Bí thư Đảng ủy", "A", GUEST], [2, "Hoàng Thị Bé - Chủ tịch", "B", GUEST],
        [3, "Đ/c Lý Văn Cường\nPhó Bí thư, kiêm", "C", GUEST], [4, "Ma Văn Tư", "D", GUEST],
    ])  # fmt: skip
    assert told(listing, "title", "unit") == [
        (2, "Nông Văn An", "Bí thư Đảng ủy", "A"), (3, "Hoàng Thị Bé", "Chủ tịch", "B"),
        (4, "Lý Văn Cường", "Phó Bí thư, kiêm", "C"), (5, "Ma Văn Tư", None, "D"),
    ]  # fmt: skip
    plain = read([["STT", "Họ tên", "Diện"], [1, "Đ/c Lý Văn Cường\nPhó Bí thư", GUEST]])
    assert faults(plain) == [(2, "name")]       # two lines under a plain header can be two people


def test_a_collective_and_its_representative_in_two_columns() -> None:
    listing = read([
        ["TT", "Tên tập thể, cá nhân, hộ gia đình", "Người đại diện", "Chức vụ", "Diện"],
        [1, "Hợp tác xã Nhung Lũy", "Nông Thị Nhung", "GĐ", "Điển hình tiên tiến"],
        [2, "Hộ ông Lý A Sáng", "Lý A Sáng", "", "Điển hình tiên tiến"], [3, "Hoàng Văn Cường", "", "", "Điển hình tiên tiến"],
    ])  # fmt: skip
    assert told(listing, "represents", "capacity") == [
        (2, "Nông Thị Nhung", "Hợp tác xã Nhung Lũy", "collective"), (3, "Lý A Sáng", "Hộ ông Lý A Sáng", "household"),
        (4, "Hoàng Văn Cường", None, None),
    ]  # fmt: skip
    plain = read([["TT", "Họ và tên", "Người đại diện", "Diện"], [1, "Nông Văn An", "Lý Văn Ba", GUEST]])
    assert (told(plain), plain.notes) == ([(2, "Nông Văn An")], ("Cột “Người đại diện” không được đọc.",))


def test_the_birth_date_and_the_sex_behind_the_name() -> None:
    listing = read([
        ["STT", "Họ và tên/Năm sinh", "Chức vụ", "Diện"],
        [1, "Nông Văn An\n1970", "CT", GUEST], [2, "Lý Thị Bé (12/5/1971)", "CT", GUEST], [3, "MA VĂN TƯ - sn 1972", "CT", GUEST],
        [4, "Lò Thanh Mai (nữ)", "CT", GUEST], [5, "Lý Văn Năm (A)", "CT", GUEST],
    ])  # fmt: skip
    assert told(listing, "born", "sex", "note") == [
        (2, "Nông Văn An", "1970", None, None), (3, "Lý Thị Bé", "1971-05-12", None, None),
        (4, "Ma Văn Tư", "1972", None, None), (5, "Lò Thanh Mai", None, "female", None), (6, "Lý Văn Năm", None, None, "A"),
    ]  # fmt: skip
    assert [bool(person.warnings) for person in listing.people] == [True, True, True, False, False]
    beside = read([["STT", "Họ và tên", "Năm sinh", "Diện"], [1, "Nông Văn An (1970)", 1971, GUEST]])
    assert told(beside, "born", "note") == [(2, "Nông Văn An", "1971", "1970")]     # nothing is lost, nothing is chosen


def test_people_and_religion_in_one_column() -> None:
    cells = ["Kinh/không", "Khmer - Phật giáo", "Tày", "Công giáo", "", "Kinh, lạ"]
    rows = [[place, f"Ma Văn {place * 'a'}", cell, GUEST] for place, cell in enumerate(cells, start=1)]
    listing = read([["STT", "Họ và tên", "Dân tộc/Tôn giáo", "Diện"], *rows])
    assert [(person.ethnic, person.religion) for person in listing.people] == [
        ("Kinh", "Không"), ("Khmer", "Phật giáo"), ("Tày", None), (None, "Công giáo"), (None, None), ("Kinh", "lạ"),
    ]  # fmt: skip
    assert [[note.column for note in person.warnings] for person in listing.people][-1] == ["religion"]


# ---- titles of columns --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("titles", [("Năm sinh (Nam)", "Năm sinh (Nữ)"), ("Ngày, tháng, năm sinh - Nam", "Ngày sinh nữ")])
def test_a_column_of_dates_for_each_sex(titles: tuple[str, str]) -> None:
    listing = read([["TT", "Họ và tên", *titles, "Diện"], [1, "Ma Văn An", 1970, "", GUEST], [2, "Lý Thị Bé", "", 1985, GUEST]])
    assert told(listing, "sex", "born") == [(2, "Ma Văn An", "male", "1970"), (3, "Lý Thị Bé", "female", "1985")]


def test_a_column_of_marks_for_each_sex() -> None:
    header = ["TT", "Họ và tên", "Giới tính (Nam)", "Giới tính (Nữ)", "Diện"]
    listing = read([header, [1, "Ma Văn An", "x", "", GUEST], [2, "Lý Thị Bé", "", "x", GUEST]])
    assert told(listing, "sex") == [(2, "Ma Văn An", "male"), (3, "Lý Thị Bé", "female")]


def test_a_column_of_how_people_are_addressed_tells_the_sex() -> None:
    rows = [[1, "Ông", "Ma Văn An", GUEST], [2, "Bà", "Lý Thị Bé", GUEST], [3, "Đ/c", "Lý Ba", GUEST]]
    listing = read([["STT", "Ông/Bà", "Họ và tên", "Thuộc diện (khách mời, điển hình…)"], *rows])
    assert told(listing, "sex", "group") == [
        (2, "Ma Văn An", "male", "guest"), (3, "Lý Thị Bé", "female", "guest"), (4, "Lý Ba", None, "guest"),
    ]  # fmt: skip
    assert faults(listing) == []


def test_a_name_in_three_columns_keeps_its_middle() -> None:
    listing = read([["STT", "Họ", "Tên đệm", "Tên", "Diện"], [1, "Nông", "Văn", "An", GUEST], [2, "Ma", "", "Ba", GUEST]])
    assert told(listing) == [(2, "Nông Văn An"), (3, "Ma Ba")]


def test_an_office_telephone_is_no_office() -> None:
    listing = read([
        ["STT", "Họ và tên", "Điện thoại", "", "Diện"], ["", "", "Cơ quan", "Di động"],
        [1, "Ma Văn An", "02093870123", "0912345678", GUEST],
    ], ["C1:D1"])  # fmt: skip
    assert told(listing, "phone", "unit") == [(3, "Ma Văn An", "0912345678", None)]


def test_many_columns_nobody_reads_are_one_note() -> None:
    extra = [f"Tiêu chí {number}" for number in range(60)]
    listing = read([["STT", "Họ và tên", *extra, "Diện"], [1, "Ma Văn An", *range(60), GUEST]])
    assert listing.notes == ("60 cột không được đọc, từ “Tiêu chí 0” (cột C) đến “Tiêu chí 59” (cột BJ).",)


def test_titles_typed_over_two_rows_without_a_merge() -> None:
    listing = read([
        ["Số", "Họ và tên", "Ngày, tháng", "Dân", "Chức vụ,", "Thành phần"],
        ["TT", "đại biểu", "năm sinh", "tộc", "đơn vị", "đại biểu"],
        [1, "Nông Văn An", "12/5/1970", "Tày", "CT, UBND xã", GUEST],
    ])  # fmt: skip
    assert told(listing, "born", "ethnic", "title", "group") == [(3, "Nông Văn An", "1970-05-12", "Tày", "CT, UBND xã", "guest")]
    assert listing.notes == ()
    first = read([["Số", "Họ và tên", "Dân", "Diện"], ["x", "Lý Văn Ba", "tộc", GUEST]])
    assert told(first) == [(2, "Lý Văn Ba")]        # one title that goes on makes no header


def test_a_title_merged_over_a_blank_column_is_read_once() -> None:
    listing = read([["TT", "Họ và tên", "", "Diện"], [1, "Nông Văn An", "", GUEST]], ["B1:C1", "B2:C2"])
    assert (told(listing), listing.notes) == ([(2, "Nông Văn An")], ())


# ---- rows that are nobody ----------------------------------------------------------------------------------------------


def test_sums_of_sections_and_column_numbers_with_formulas_are_nobody() -> None:
    listing = read([
        ["STT", "Họ và tên", "Năm sinh", "Đơn vị"], ["---", "---", "---", "---"], ["A", "B", "1", "2=1+1"],
        ["Cột 1", "Cột 2", "Cột 3", "Cột 4"], ["VD", "Nguyễn Văn A", 1970, "Sở B"],
        ["I", "KHÁCH MỜI"], ["I.1", "Nông Văn An", 1970, "A"], ["", "Cộng mục I", "", "1"],
        ["", "Tổng cộng (I)", "", "1"], ["", "Tống Công Minh", 1970, "B"],
    ])  # fmt: skip
    assert told(listing) == [(7, "Nông Văn An"), (10, "Tống Công Minh")]
    assert listing.notes == ("Dòng 5: “Nguyễn Văn A” là dòng ví dụ, đã bỏ qua.",)


@pytest.mark.parametrize("text", ["Chưa cử", "(Chưa có)", "Sẽ bổ sung sau", "01 đại biểu", "Chưa xác định tên"])
def test_words_in_the_place_of_a_name_are_a_fault(text: str) -> None:
    listing = read([["STT", "Họ và tên", "Diện"], [1, text, GUEST], [2, "Khuyết Văn An", GUEST]])
    assert faults(listing) == [(2, "name")]
    assert listing.people[0].errors[0].reason.startswith(f"“{text}” chưa phải tên người.")


def test_numbered_rows_waiting_for_people_set_nothing() -> None:
    rows = [[number, "", "Điển hình tiên tiến"] for number in range(3, 5)]
    listing = read([["STT", "Họ và tên", "Diện"], [1, "Nông Văn An", GUEST], *rows, [5, "Lý Văn Ba", ""]])
    assert told(listing, "group") == [(2, "Nông Văn An", "guest"), (5, "Lý Văn Ba", None)]
    assert (faults(listing), len(listing.notes)) == ([(5, "group")], 2)


def test_remarks_below_the_last_person_are_no_question() -> None:
    listing = read([
        ["STT", "Họ và tên", "Diện"], [1, "Nông Văn An", GUEST],
        ["Lưu ý: các đại biểu có mặt lúc 7h30."], ["- Danh sách trên gồm 01 đồng chí."],
    ])  # fmt: skip
    assert (told(listing), listing.sections) == ([(2, "Nông Văn An")], ())
    assert listing.notes == ("Dòng 3: “Lưu ý: các đại biểu có mặt lúc 7h30.” không đọc được như một đại biểu, đã bỏ qua.",)


# ---- what stands over the table ----------------------------------------------------------------------------------------


def test_a_heading_over_the_header_and_a_second_block_with_other_columns() -> None:
    listing = read([
        ["DANH SÁCH ĐẠI BIỂU"],
        ["1. Căn cứ Kế hoạch số 05, Ủy ban nhân dân xã gửi danh sách đại biểu khách mời dự hội nghị như sau đây:"],
        ["I. KHÁCH MỜI"], ["TT", "Họ và tên", "Chức vụ"], [1, "Nông Văn An", "Bí thư"],
        ["II. ĐIỂN HÌNH TIÊN TIẾN"], ["TT", "Họ và tên", "Năm sinh", "Thành tích"], [1, "Ma Văn Ba", 1970, "Hiến đất"],
    ])  # fmt: skip
    assert told(listing, "group", "title", "achievements") == [
        (5, "Nông Văn An", "guest", "Bí thư", None), (8, "Ma Văn Ba", "exemplar", None, "Hiến đất"),
    ]  # fmt: skip
    assert [(section.row, section.meaning) for section in listing.sections] == [(3, "group:guest"), (6, "group:exemplar")]
    ignored = read([["I. KHÁCH MỜI"], ["TT", "Họ và tên", "Chức vụ"], [1, "An Văn", "x"]], sections={1: "ignore"})
    assert told(ignored, "group") == [(3, "An Văn", None)]


@pytest.mark.parametrize("title", ["DANH SÁCH KHÁCH MỜI", "Biểu 1: Danh sách khách mời"])
def test_titles_of_lists(title: str) -> None:
    assert told(read([[title], ["TT", "Họ và tên", "Chức vụ"], [1, "An Văn", "x"]]), "group") == [(3, "An Văn", "guest")]


def test_a_sheet_called_like_a_component() -> None:
    listing = read([["TT", "Họ và tên", "Chức vụ"], [1, "Nông Văn An", "CT"]], sheet=GUEST)
    assert told(listing, "group") == [(2, "Nông Văn An", "guest")]
    assert listing.notes == ("Tên trang: “Khách mời” được hiểu là thành phần của cả danh sách.",)


def paragraph(text: str) -> str:
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def table(*rows: Sequence[str]) -> str:
    cells = ("".join(f"<w:tc>{paragraph(text)}</w:tc>" for text in row) for row in rows)
    return f"<w:tbl>{''.join(f'<w:tr>{row}</w:tr>' for row in cells)}</w:tbl>"


HEADER = ("TT", "Họ và tên", "Chức vụ")


def test_headings_between_the_tables_of_a_document() -> None:
    listing = read_file(word_xml(
        paragraph("DANH SÁCH ĐẠI BIỂU") + paragraph("I. Khách mời") + table(HEADER, ("1", "Nông Văn An", "CT"))
        + paragraph("II. Điển hình tiên tiến") + table(HEADER, ("1", "Ma Văn Ba", "ND"))
        + paragraph("Ghi chú") + table(("2", "Ma Thị Tư", "ND")) + paragraph("Ấn định danh sách có 03 đại biểu./.")
    ))  # fmt: skip
    assert told(listing, "group") == [(2, "Nông Văn An", "guest"), (5, "Ma Văn Ba", "exemplar"), (6, "Ma Thị Tư", "exemplar")]
    assert listing.notes == (
        "Bảng 2 có cùng dòng tiêu đề, được đọc tiếp vào Bảng 1 từ dòng 4.",
        "Bảng 3 không có dòng tiêu đề, được đọc tiếp vào Bảng 1 từ dòng 6.",
    )
    assert [(section.row, section.text) for section in listing.sections] == [(0, "Khách mời"), (3, "Điển hình tiên tiến")]


def test_numbered_sections_of_a_document_with_other_columns_each() -> None:
    listing = read_file(word_xml(
        paragraph("1. Đoàn xã Bành Trạch") + table(("TT", "Họ và tên", "Chức vụ", "Diện"), ("1", "Nông Văn An", "CT", GUEST))
        + paragraph("2. Đoàn xã Phúc Lộc") + table(("TT", "Họ và tên", "Diện"), ("1", "Lý Thị Bé", GUEST))
    ))  # fmt: skip
    assert told(listing, "delegation", "group") == [
        (2, "Nông Văn An", "xã Bành Trạch", "guest"), (5, "Lý Thị Bé", "xã Phúc Lộc", "guest"),
    ]  # fmt: skip


def test_lists_of_a_document_without_such_headings_stay_apart() -> None:
    data = docx_tables([list(HEADER), ["1", "An Văn", ""]], [["TT", "Họ và tên", "Năm sinh"], ["1", "Ba Văn", "1970"]])
    assert [grid.sheet for grid in open_grids(data, file_name="x")] == ["Bảng 1", "Bảng 2"]


# ---- words in cells -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("text", "name", "degree"), [
    ("Thượng tọa Thích Minh Quang", "Thích Minh Quang", "Thượng tọa"), ("Đại đức Thạch Sô Thone", "Thạch Sô Thone", "Đại đức"),
    ("Linh mục Giuse Nguyễn Văn Tân", "Giuse Nguyễn Văn Tân", "Linh mục"), ("Bà mẹ VNAH Lê Thị Tư", "Lê Thị Tư", "Bà mẹ VNAH"),
    ("Anh hùng Lao động Lê Văn Tám", "Lê Văn Tám", "Anh hùng Lao động"), ("Già làng A Ngưn", "A Ngưn", "Già làng"),
    ("GS.TSKH Trần Văn Bình", "Trần Văn Bình", "GS.TSKH"), ("H'Hen Niê", "H'Hen Niê", None),
    ("Y Thông Ayun", "Y Thông Ayun", None),
    ("Điểu K'Ré", "Điểu K'Ré", None), ("Hòa Thượng", "Hòa Thượng", None),
])  # fmt: skip
def test_honours_before_a_name(text: str, name: str, degree: str | None) -> None:
    listing = read([["STT", "Họ và tên", "Diện"], [1, text, GUEST]])
    assert (told(listing, "degree"), listing.people[0].warnings) == ([(2, name, degree)], ())


@pytest.mark.parametrize("text", ["Cụ Nông Thị Xanh", "Ông: Nông Thị Xanh", "Thầy giáo Nông Thị Xanh", "Ô. Nông Thị Xanh"])
def test_words_of_address_are_taken_off_and_told(text: str) -> None:
    listing = read([["STT", "Họ và tên", "Diện"], [1, text, GUEST]])
    assert (told(listing), [note.column for note in listing.people[0].warnings]) == ([(2, "Nông Thị Xanh")], ["name"])


def test_titles_over_tables_side_by_side_each_stay_with_their_table() -> None:
    listing = read([
        ["KHÁCH MỜI", "", "", "ĐIỂN HÌNH TIÊN TIẾN"], ["TT", "Họ và tên", "Đoàn/Đơn vị", "TT", "Họ và tên", "Chức vụ"],
        [1, "Nông Văn An", "xã A", 1, "Ma Văn Tư", "ND"],
    ])  # fmt: skip
    assert told(listing, "group", "delegation") == [(3, "Nông Văn An", "guest", "xã A"), (3, "Ma Văn Tư", "exemplar", None)]
    assert not any(section.guessed for section in listing.sections)


@pytest.mark.parametrize(("text", "group", "capacity"), [
    ("Cá nhân điển hình tiên tiến", "exemplar", "individual"), ("Điển hình tiên tiến (tập thể)", "exemplar", "collective"),
    ("Điển hình tiên tiến - Hộ gia đình", "exemplar", "household"), ("Khách mời", "guest", None),
])  # fmt: skip
def test_the_capacity_beside_the_component(text: str, group: str, capacity: str | None) -> None:
    assert told(read([["STT", "Họ và tên", "Diện"], [1, "Ma Văn An", text]]), "group", "capacity") == [
        (2, "Ma Văn An", group, capacity)
    ]


@pytest.mark.parametrize("sign", ["-//-", "″", "”", "- nt -", "//"])
def test_more_ditto_marks(sign: str) -> None:
    listing = read([["STT", "Họ và tên", "Đơn vị", "Diện"], [1, "Ma Văn An", "Sở Y tế", GUEST], [2, "Lý Thị Bé", sign, sign]])
    assert told(listing, "unit", "group")[1] == (3, "Lý Thị Bé", "Sở Y tế", "guest")


def test_faults_that_say_what_to_do() -> None:
    listing = read([
        ["STT", "Họ và tên", "Ngày sinh", "Dân tộc", "Điện thoại", "Diện"],
        [1, "Kim Min-jun", "12051970", "Hàn Quốc", "9.12E+08", GUEST],
    ])  # fmt: skip
    by_column = {note.column: note for note in listing.people[0].errors}
    assert by_column["born"].suggestion == "12/05/1970"
    assert "người nước ngoài ghi Người nước ngoài" in by_column["ethnic"].reason
    assert "Excel đã rút gọn" in by_column["phone"].reason
