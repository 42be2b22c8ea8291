"""Workbooks laid out in ways offices really use, made here cell by cell: exactly who is read and exactly what is a fault.

The component is the section's or a column's; every person without a fault below can be imported as they stand.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import pytest

from congress.domain.delegate_lists import Listing, find_pairs, find_repeats, read_listing
from congress.operations.presets import preset_groups
from congress.operations.workbooks import open_grids
from tests.odd_lists import SIGNATURES, TITLE_BLOCK, workbook

TODAY = date(2026, 11, 23)


def read(rows: Sequence[Sequence[Any]], merged: Sequence[str] = (), **said: Any) -> Listing:
    [grid] = open_grids(workbook(rows, merged=merged), file_name="ds.xlsx")
    return read_listing(grid, file_name="ds.xlsx", groups=preset_groups(), known_units=None, today=TODAY, **said)


def told(listing: Listing, *keys: str) -> list[tuple[Any, ...]]:
    return [tuple(getattr(person, key) for key in keys) for person in listing.people]


def faults(listing: Listing) -> list[tuple[int, str, str, str]]:
    return [(p.row, note.column, note.title, note.value) for p in listing.people for note in p.errors]


def test_the_typical_file_of_a_commune() -> None:
    listing = read([
        *TITLE_BLOCK,
        ["TT", "Họ và tên", "Ngày, tháng, năm sinh", "", "Dân tộc", "Tôn giáo", "Trình độ", "", "", "Đảng viên",
         "Chức vụ, đơn vị công tác", "Thành tích tiêu biểu", "Điện thoại", "Ghi chú"],
        ["", "", "Nam", "Nữ", "", "", "VH", "CM", "LLCT"],
        [f"({column})" for column in range(1, 15)],
        ["I", "ĐẠI BIỂU KHÁCH MỜI (12)"],
        [1, "Nông Văn Thắng", "12/5/1970", "", "Tày", "Không", "12/12", "ĐH", "CC", "x", "Phó Bí thư Đảng ủy xã", "",
         "0912 345 678"],
        ["II", "ĐẠI BIỂU ĐIỂN HÌNH TIÊN TIẾN"],
        ["1.", "Thôn Nà Này"],
        [1, "Hoàng Thị Mỷ", "", 1985, "Dao", 0, "9/12", "", "", "", "Nông dân", "Trồng bí thơm", "", "ăn chay"],
        ["", "Tổng cộng: 45 đại biểu"],
        *SIGNATURES,
    ], ["A5:N5", "A9:A10", "B9:B10", "C9:D9", "E9:E10", "F9:F10", "G9:I9", "J9:J10", "K9:K10", "L9:L10", "M9:M10", "N9:N10",
        "B12:N12"])  # fmt: skip
    keys = ("row", "name", "sex", "born", "ethnic", "religion", "schooling", "education", "political_theory", "party", "group")
    assert told(listing, *keys, "delegation", "phone", "note") == [
        (13, "Nông Văn Thắng", "male", "1970-05-12", "Tày", "Không", "12/12", "ĐH",
         "CC", True, "guest", None, "0912345678", None),
        (16, "Hoàng Thị Mỷ", "female", "1985", "Dao", "Không", "9/12", None, None, False, "exemplar",
         "Thôn Nà Này", None, "ăn chay"),
    ]  # fmt: skip
    assert faults(listing) == []
    assert listing.notes == ("Dòng 15: “Thôn Nà Này” được hiểu là tên đoàn của các dòng bên dưới.",)


def test_a_header_of_three_rows() -> None:
    listing = read([
        ["TT", "Thông tin cá nhân", "", "", "", "Công tác", "", "Thành phần"],
        ["", "Họ và tên", "Năm sinh", "", "Dân tộc", "Chức vụ", "Đơn vị"],
        ["", "", "Nam", "Nữ"], [1, "Nông Văn An", 1970, "", "Tày", "Chủ tịch", "xã A", "Khách mời"],
    ], ["A1:A3", "B1:E1", "F1:G1", "H1:H3", "B2:B3", "C2:D2", "E2:E3", "F2:F3", "G2:G3"])  # fmt: skip
    assert told(listing, "row", "name", "sex", "born", "ethnic", "title", "unit", "group") == [
        (4, "Nông Văn An", "male", "1970", "Tày", "Chủ tịch", "xã A", "guest"),
    ]  # fmt: skip
    assert (listing.header.start, listing.header.end, listing.notes) == (1, 3, ())


def test_a_second_header_row_that_nothing_is_merged_over() -> None:
    listing = read([
        ["STT", "Họ tên", "Lý lịch", "", "", "Đoàn", "Diện"], ["", "", "Giới tính", "Ngày sinh", "Tôn giáo"],
        ["1", "Lý Thị Hoa", "nữ", datetime(1980, 3, 8), "Tin lành", "Đoàn xã A", "Khách mời"],
    ])  # fmt: skip
    assert told(listing, "name", "sex", "born", "religion", "delegation", "group") == [
        ("Lý Thị Hoa", "female", "1980-03-08", "Tin lành", "xã A", "guest"),
    ]  # fmt: skip


def test_the_header_comes_again_on_every_page_with_the_heading_above_it() -> None:
    header = ["TT", "Họ và tên", "Giới tính", "Năm sinh", "Thành phần"]
    listing = read([
        header, [1, "Nông Văn An", "Nam", 1970, "Khách mời"], ["Trang 1/2"],
        ["UBND XÃ", "", "", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"],
        ["", "", "", "Độc lập - Tự do - Hạnh phúc"], header, ["(1)", "(2)", "(3)", "(4)", "(5)"],
        [2, "Lý Thị Hoa", "Nữ", 1980, "ĐHTT"],
        ["Cộng", 2], ["* Ghi chú: danh sách có thể thay đổi"],
    ])  # fmt: skip
    assert told(listing, "row", "name", "group") == [(2, "Nông Văn An", "guest"), (8, "Lý Thị Hoa", "exemplar")]
    assert (faults(listing), listing.sections) == ([], ())
    assert listing.notes == (
        "Dòng 10: “* Ghi chú: danh sách có thể thay đổi” không đọc được như một đại biểu, đã bỏ qua.",
    )  # fmt: skip


def test_a_header_far_down_and_far_right_with_blank_columns_and_rows() -> None:
    listing = read([
        *([f"Căn cứ văn bản số {number}"] for number in range(1, 46)), [],
        ["", "", "", "STT", "Họ và tên", "", "Thành phần", "", "Phái"], [],
        ["", "", "", "01", "Nông Văn An", "", "Khách mời", "", "Nam"], [], ["", "", "", "01", "Lý Thị Hoa", "", "ĐHTT", "", "Nữ"],
    ])  # fmt: skip
    assert told(listing, "row", "name", "group", "sex") == [(49, "Nông Văn An", "guest", "male"),
     (51, "Lý Thị Hoa", "exemplar", "female")]
    assert (listing.places["name"], listing.notes) == (4, ())


def test_sections_in_sections_with_numbers_that_begin_again() -> None:
    listing = read([
        ["STT", "Họ và tên", "Chức vụ"], ["A", "KHÁCH MỜI"], ["I", "Đoàn xã Phúc Lộc"], ["1", "Nông Văn An", "Chủ tịch"],
        ["II", "Đoàn xã Hà Hiệu", "", ], ["1", "Nông Văn Ba", "Chủ tịch"], ["1", "Nông Văn Bốn", "Chủ tịch"],
        ["B", "ĐIỂN HÌNH TIÊN TIẾN"],
        ["1", "Tập thể"], ["1.1", "Bản Nà Này"], ["-", "Bàn Văn Sơn", "Trưởng bản"], ["2", "Cá nhân"],
        ["", "Lý Thị Hoa", "Nông dân"],
        ["a)", "Hộ gia đình"], ["", "Lý Thị Mai", "Nông dân"],
    ])  # fmt: skip
    assert told(listing, "row", "name", "group", "delegation", "capacity") == [
        (4, "Nông Văn An", "guest", "xã Phúc Lộc", None), (6, "Nông Văn Ba", "guest", "xã Hà Hiệu", None),
        (7, "Nông Văn Bốn", "guest", "xã Hà Hiệu", None), (11, "Bàn Văn Sơn", "exemplar", "Bản Nà Này", "collective"),
        (13, "Lý Thị Hoa", "exemplar", None, "individual"), (15, "Lý Thị Mai", "exemplar", None, "household"),
    ]  # fmt: skip
    assert faults(listing) == []


def test_a_section_named_like_a_component_that_is_an_office() -> None:
    listing = read([
        ["TT", "Họ và tên", "Chức vụ", "Thành phần"], ["I", "Ban Tổ chức Tỉnh ủy"], [1, "Nông Văn An", "Trưởng ban", "Khách mời"],
        ["II", "Ban Tổ chức"], [1, "Nông Văn Ba", "Thư ký"],
    ])  # fmt: skip
    assert told(listing, "name", "group", "delegation") == [
        ("Nông Văn An", "guest", "Ban Tổ chức Tỉnh ủy"), ("Nông Văn Ba", "staff", None),
    ]  # fmt: skip
    assert [(view.row, view.meaning, view.guessed) for view in listing.sections] == [(2, "delegation", True),
     (4, "group:staff", False)]


def test_sections_with_their_numbers_of_people_and_merged_over_the_width() -> None:
    listing = read([
        ["STT", "Họ và tên", "Chức vụ", "Số lượng"], ["I. KHÁCH MỜI: 2 người"], ["1", "Đoàn xã Phúc Lộc", "", "2 người"],
        ["1", "Nông Văn An", "Chủ tịch"], ["II. ĐẠI BIỂU ĐIỂN HÌNH"], ["2", "Lý Thị Hoa", "Nông dân"],
    ], ["A2:D2", "A5:D5"])  # fmt: skip
    assert told(listing, "name", "group", "delegation") == [
        ("Nông Văn An", "guest", "xã Phúc Lộc"), ("Lý Thị Hoa", "exemplar", None),
    ]  # fmt: skip


def test_totals_with_sums_and_a_signature_without_its_usual_words() -> None:
    listing = read([
        ["TT", "Họ và tên", "Nam", "Nữ", "Đảng viên", "Dân tộc", "Thành phần"],
        [1, "Nông Văn An", "x", "", "x", "Tày", "Khách mời"],
        [2, "Lý Thị Hoa", "", "✓", "", "Dao", "ĐHTT"], ["", "Tổng cộng", 1, 1, 1, 2], ["Danh sách này gồm có 02 đại biểu./."],
        ["", "THƯ KÝ", "", "", "", "CHỦ TRÌ HỘI NGHỊ"], ["", "Hà Văn Lập", "", "", "", "Lý Văn Ký"],
    ])  # fmt: skip
    assert told(listing, "row", "name", "sex", "party") == [(2, "Nông Văn An", "male", True), (3, "Lý Thị Hoa", "female", False)]
    assert (faults(listing), listing.notes) == ([], ())


def test_a_list_without_serial_numbers() -> None:
    listing = read([
        ["Họ và tên", "Chức vụ", "Đơn vị"], ["KHÁCH MỜI"], ["Nông Văn An", "Chủ tịch", "Xã A"], ["Bàn Văn Sơn"],
        ["ĐIỂN HÌNH TIÊN TIẾN"],
        ["Lý Thị Hoa", "Nông dân", "Xã B"], ["Tổng cộng: 3 người"], ["Người lập", "", "Thủ trưởng"],
    ])  # fmt: skip
    assert told(listing, "row", "name", "group") == [
        (3, "Nông Văn An", "guest"), (4, "Bàn Văn Sơn", "guest"), (6, "Lý Thị Hoa", "exemplar"),
    ]  # fmt: skip


def test_villages_inside_a_component_without_any_marker() -> None:
    listing = read([
        ["TT", "Họ và tên", "Năm sinh", "Ghi chú"], ["ĐIỂN HÌNH TIÊN TIẾN"], ["", "Thôn Nà Này:"], [1, "Nông Văn An", 1970],
        ["", "Tổ 5, phường Đức Xuân"], [2, "Lý Thị Hoa", 1980], ["KHÁCH MỜI"], [3, "Lý Thị Mai", 1981],
    ], ["A2:D2", "A7:D7"])  # fmt: skip
    assert told(listing, "row", "group", "delegation") == [
        (4, "exemplar", "Thôn Nà Này"), (6, "exemplar", "Tổ 5, phường Đức Xuân"), (8, "guest", None),
    ]  # fmt: skip


def test_parents_of_a_header_above_it_that_nothing_is_merged_over() -> None:
    listing = read([
        ["DANH SÁCH"], ["", "", "Năm sinh", "", "Trình độ", "", "Thành phần"], ["TT", "Họ và tên", "Nam", "Nữ", "CM", "LLCT"],
        [1, "Nông Văn An", 1970, "", "ĐH", "CC", "ĐHTT"],
    ])  # fmt: skip
    assert told(listing, "name", "sex", "born", "education", "political_theory", "group") == [
        ("Nông Văn An", "male", "1970", "ĐH", "CC", "exemplar"),
    ]  # fmt: skip


def test_two_tables_side_by_side() -> None:
    listing = read([
        ["DANH SÁCH ĐẠI BIỂU"], ["TT", "Họ và tên", "Thành phần", "", "TT", "Họ và tên", "Thành phần"],
        [1, "Nông Văn An", "Khách mời", "", 3, "Lý Thị Hoa", "Người nhà"],
        [2, "Nông Văn Ba", "ĐHTT", "", 4, "Bàn Văn Sơn", "Điển hình"],
    ], ["A1:G1"])  # fmt: skip
    assert told(listing, "row", "name", "group") == [
        (3, "Nông Văn An", "guest"), (4, "Nông Văn Ba", "exemplar"), (3, "Lý Thị Hoa", None), (4, "Bàn Văn Sơn", "exemplar"),
    ]  # fmt: skip
    assert faults(listing) == [(3, "group", "Thành phần", "Người nhà")]
    assert listing.place_of(listing.people[2], "group") == 6


def test_a_second_list_below_with_other_columns() -> None:
    listing = read([
        ["TT", "Họ và tên", "Năm sinh", "Thành phần"], [1, "Nông Văn An", 1970, "Khách mời"], [], ["DANH SÁCH BỔ SUNG"],
        ["STT", "Loại đại biểu", "Họ tên đại biểu", "Di động"], [1, "ĐHTT", "Lý Thị Hoa", 912345678],
    ])  # fmt: skip
    assert told(listing, "row", "name", "born", "group", "phone") == [
        (2, "Nông Văn An", "1970", "guest", None), (6, "Lý Thị Hoa", None, "exemplar", "0912345678"),
    ]  # fmt: skip


def test_two_people_in_one_cell() -> None:
    listing = read([
        ["TT", "Họ và tên", "Ngày sinh", "Thành phần"], [1, "Nông Văn An\nLý Thị Hoa", "1970\n1980", "ĐHTT"],
        [2, "Nông Văn\nBa", 1970, "ĐHTT"],
        [3, "Nông Văn Tư\n(Trưởng đoàn)", 1971, "ĐHTT"], [4, "Bế Văn Sơn và Lý Thị Mai", 1972, "ĐHTT"],
        [5, "Bế A/Lý B", 1972, "ĐHTT"],
        [6, "Bế Văn A; Lý Thị B", 1972, "ĐHTT"],
    ])  # fmt: skip
    assert told(listing, "row", "name", "note")[1:3] == [(3, "Nông Văn Ba", None), (4, "Nông Văn Tư", "Trưởng đoàn")]
    assert faults(listing) == [
        (2, "name", "Họ và tên", "Nông Văn An / Lý Thị Hoa"), (2, "born", "Ngày sinh", "1970 1980"),
        (5, "name", "Họ và tên", "Bế Văn Sơn và Lý Thị Mai"), (6, "name", "Họ và tên", "Bế A/Lý B"),
        (7, "name", "Họ và tên", "Bế Văn A; Lý Thị B"),
    ]  # fmt: skip
    assert all("một người trên một dòng" in note.reason for p in listing.people for note in p.errors if note.column == "name")


def test_cells_merged_over_several_people() -> None:
    listing = read([
        ["TT", "Họ và tên", "Đơn vị công tác", "Điện thoại", "Thành phần"], [1, "Nông Văn An", "xã A", "0912345678", "Khách mời"],
        [2, "Nông Văn Ba"], [3, "Lý Thị Hoa", "xã B", "", "ĐHTT"], [4, "Lý Thị Mai"],
    ], ["C2:C3", "D2:D3", "E2:E3", "C4:C5", "E4:E5"])  # fmt: skip
    assert told(listing, "name", "unit", "phone", "group") == [
        ("Nông Văn An", "xã A", "0912345678", "guest"), ("Nông Văn Ba", "xã A", None, "guest"),
        ("Lý Thị Hoa", "xã B", None, "exemplar"),
        ("Lý Thị Mai", "xã B", None, "exemplar"),
    ]  # fmt: skip


@pytest.mark.parametrize("merged", [["B1:C1"], []])
def test_a_name_over_two_columns_under_one_title(merged: list[str]) -> None:
    listing = read([
        ["TT", "Họ và tên", "", "Thành phần"], [1, "Nông Văn", "An", "Khách mời"], [2, "Lý Thị", "Hoa", "ĐHTT"],
    ], merged)  # fmt: skip
    assert told(listing, "name") == [("Nông Văn An",), ("Lý Thị Hoa",)]


def test_names_in_two_columns_and_other_columns_in_any_order() -> None:
    listing = read([
        ["Ghi chú", "Thành phần", "Tên", "Số ĐDCN", "Họ và chữ đệm", "Nữ", "Stt"],
        ["vắng", "ĐHTT", "Hoa", "006185000001", "LÝ THỊ", "x", 1],
        ["thay đ/c Sơn", "Khách mời", "An", "", "NÔNG VĂN", "", 2],
    ])  # fmt: skip
    assert told(listing, "name", "sex", "id_number", "group", "note") == [
        ("Lý Thị Hoa", "female", "006185000001", "exemplar", "vắng"), ("Nông Văn An", "male", None, "guest", "thay đ/c Sơn"),
    ]  # fmt: skip


def test_a_birth_date_in_three_columns() -> None:
    listing = read([
        ["TT", "Họ và tên", "Ngày tháng năm sinh", "", "", "Thành phần"], ["", "", "Ngày", "Tháng", "Năm"],
        [1, "Nông Văn An", 12, 5, 1970, "ĐHTT"], [2, "Lý Thị Hoa", "", "", 1980, "ĐHTT"], [3, "Lý Thị Mai", "", 5, 1980, "ĐHTT"],
        [4, "Lý Thị Ba", 30, 2, 1980, "ĐHTT"],
    ], ["C1:E1"])  # fmt: skip
    assert told(listing, "born") == [("1970-05-12",), ("1980",), ("1980-05",), (None,)]
    assert faults(listing) == [(6, "born", "Ngày tháng năm sinh", "30/2/1980")]


def test_birth_dates_of_every_kind() -> None:
    good = {"12/5/1970": "1970-05-12", "5/1970": "1970-05", "Tháng 5/1970": "1970-05", 1970: "1970", "1970 ": "1970",
    "'1970": "1970",
            datetime(1968, 6, 13): "1968-06-13", "1970-05-12 00:00:00": "1970-05-12", "12.5.1970": "1970-05-12", "": None,
            "12/05/1970 12:00:00 AM": "1970-05-12", "1970-05": "1970-05"}  # fmt: skip
    bad = ["05-12-70", "30/02/1975", "12/13/1980", "00/00/1965", "không rõ", "01/01/2031", "70"]
    listing = read([["TT", "Họ và tên", "Ngày sinh",
     "Thành phần"], *([1, "Nông Văn An", cell, "ĐHTT"] for cell in (*good, *bad))])
    assert [person.born for person in listing.people] == [*good.values(), *[None] * len(bad)]
    assert faults(listing) == [(len(good) + 2 + place, "born", "Ngày sinh", text) for place, text in enumerate(bad)]
    reasons = [person.errors[0].reason for person in listing.people if person.errors]
    words = ["hai chữ số", "không có trong lịch", "tháng 13", "bằng 0", "Không đọc được", "tương lai", "hai chữ số"]
    assert [word in reason for word, reason in zip(words, reasons, strict=True)] == [True] * len(bad)


def test_names_with_what_stands_about_them() -> None:
    written = {
        "NGUYỄN VĂN AN": ("Nguyễn Văn An", None, None), "Th.S Nguyễn  Văn An": ("Nguyễn Văn An", "Th.S", None),
        "PGS.TS. Lê Thị B": ("Lê Thị B", "PGS.TS.", None), "BSCKII. Đàm Văn Sơn": ("Đàm Văn Sơn", "BSCKII.", None),
        "Đại úy Lý Văn Sơn": ("Lý Văn Sơn", "Đại úy", None), "Đ/c Hoàng Văn An": ("Hoàng Văn An", None, None),
        "Nông Văn An (Trưởng đoàn)": ("Nông Văn An", None, "Trưởng đoàn"),
        "Nông Văn An - thay đ/c Sơn": ("Nông Văn An", None, "thay đ/c Sơn"),
        "H’Hen Niê": ("H’Hen Niê", None, None), "Y Thông Ayun": ("Y Thông Ayun", None, None),
        "Ban Văn Sơn": ("Ban Văn Sơn", None, None),
        "Ông\u00a0Nguyễn\u200b Văn An": ("Nguyễn Văn An", None, None), "Ðặng Vãn Ðông": ("Đặng Vãn Đông", None, None),
    }  # fmt: skip
    listing = read([["TT", "Họ và tên", "Thành phần"], *([1, name, "ĐHTT"] for name in written)])
    assert told(listing, "name", "degree", "note") == list(written.values())
    assert faults(listing) == []
    assert [person.name_as_typed for person in listing.people if person.warnings] == ["Ông Nguyễn Văn An"]


def test_names_that_are_faults() -> None:
    written = ["", "=cmd|' /C calc'!A0", "#REF!", "12 Lý Hoa", "-", "Lý 😀 Hoa", "NguyÔn V¨n An", "Lý " * 60]
    rows = [["TT", "Họ và tên", "Chức vụ", "Thành phần"], *([number, name, "x",
     "ĐHTT"] for number, name in enumerate(written, 1))]
    assert faults(read(rows)) == [(row, "name", "Họ và tên", name.strip()) for row, name in enumerate(written, 2)]


def test_collectives_and_households_with_whom_they_send() -> None:
    listing = read([
        ["TT", "Tên tập thể, cá nhân", "Thành phần"], [1, "Tập thể nhân dân và cán bộ thôn Nà Này", "ĐHTT"],
        [2, "Hộ ông Lý A Sáng", "ĐHTT"],
        [3, "Tập thể thôn Nà Này, đại diện ông Nông Văn An", "ĐHTT"], [4, "Gia đình bà Lý Thị Hoa", "ĐHTT"],
        [5, "Lý Văn Sơn", "ĐHTT"],
        [6, "HTX Nông nghiệp Nà Này (đại diện: Bàn Văn Ba)", "ĐHTT"],
    ])  # fmt: skip
    assert told(listing, "name", "capacity", "represents") == [
        ("Tập thể nhân dân và cán bộ thôn Nà Này", "collective", "Tập thể nhân dân và cán bộ thôn Nà Này"),
        ("Lý A Sáng", "household", "Hộ ông Lý A Sáng"), ("Nông Văn An", "collective", "Tập thể thôn Nà Này"),
        ("Lý Thị Hoa", "household", "Gia đình bà Lý Thị Hoa"), ("Lý Văn Sơn", None, None),
        ("Bàn Văn Ba", "collective", "HTX Nông nghiệp Nà Này"),
    ]  # fmt: skip
    assert faults(listing) == []
    assert [person.row for person in listing.people if person.warnings] == [2, 3, 5]


def test_columns_shifted_by_one() -> None:
    listing = read([
        ["TT", "Họ và tên", "Dân tộc", "Tôn giáo", "CCCD", "SĐT", "Thành phần"],
        [1, "Nông Văn An", "Không", "Tày", "0912345678", "006080000001", "ĐHTT"],
        [2, "Lý Thị Hoa", "Tày", "Không", "4.085E+09", "01681234567", "ĐHTT"],
        [3, "Lý Thị Mai", "H’Mông", "-", "095123456", "912345678/0987", "ĐHTT"],
    ])  # fmt: skip
    assert faults(listing) == [
        (2, "ethnic", "Dân tộc", "Không"), (2, "religion", "Tôn giáo", "Tày"), (2, "phone", "SĐT", "006080000001"),
        (2, "id_number", "CCCD", "0912345678"), (3, "phone", "SĐT", "01681234567"), (3, "id_number", "CCCD", "4.085E+09"),
    ]  # fmt: skip
    assert told(listing, "ethnic", "religion", "phone", "id_number")[2] == ("Mông", "Không", "0912345678", "095123456")
    assert [note.suggestion for note in listing.people[1].errors] == ["0381234567", ""]


def test_clashing_abbreviations_in_a_workbook_are_asked_by_letter() -> None:
    rows = [["TT", "Họ tên", "NS", "DT", "TG", "CV", "Thành phần"],
     [1, "Nông Văn An", 1970, "0912345678", "Không", "Chủ tịch", "Khách mời"]]
    listing = read(rows)
    assert [(view.letter, view.title, view.choices) for view in listing.questions] == [
        ("D", "DT", ("ethnic", "phone")), ("E", "TG", ("religion",)),
    ]  # fmt: skip
    assert told(listing, "born", "phone", "ethnic", "religion", "title") == [("1970", None, None, None, "Chủ tịch")]
    answered = read(rows, mapping={3: "phone", 4: "religion"})
    assert told(answered, "phone", "ethnic", "religion", "title") == [("0912345678", None, "Không", "Chủ tịch")]


def test_the_same_person_twice_and_under_two_components() -> None:
    listing = read([
        ["TT", "Họ và tên", "Năm sinh", "Đơn vị", "CCCD"], ["I", "KHÁCH MỜI"], [1, "Nông Văn An", 1970, "xã A", "006070000001"],
        [2, "Lý Thị Hòa", 1980, "xã B", ""], ["II", "ĐIỂN HÌNH TIÊN TIẾN"],
        [3, "NÔNG VĂN AN", "1/1/1970", "xã A", "006070000001"],
        [4, "Lý Thị Hoà", 1980, "xã C", ""], [5, "Lý Thị Hòa", 1990, "xã D", ""],
    ])  # fmt: skip
    assert (find_repeats(listing.people), find_pairs(listing.people)) == ([(3, 6)], [(4, 7)])
    assert told(listing, "group") == [("guest",), ("guest",), ("exemplar",), ("exemplar",), ("exemplar",)]


def test_long_texts_and_ages_only_ask_for_a_look() -> None:
    long = "Thành tích " * 450
    listing = read([
        ["TT", "Họ và tên", "Năm sinh", "Thành tích", "Thành phần"], [1, "Nông Văn An", 1970, long, "ĐHTT"],
        [2, "Lý Thị Hoa", 1910, "", "ĐHTT"],
        [3, "Lý Thị Mai", 2020, "", "ĐHTT"], [4, "Nguyễn " + "Văn " * 14 + "An", 1970, "", "ĐHTT"],
    ])  # fmt: skip
    assert listing.people[0].achievements == long.strip()
    assert faults(listing) == []
    assert [[note.column for note in person.warnings] for person in listing.people] == [[], ["born"], ["born"], ["name"]]
