"""Whole lists as offices draw them up: other headers, other orders, sections, merges, closing lines."""

import json
import unicodedata
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from congress.domain.delegate_lists import (
    Grid,
    Group,
    ListedPerson,
    Listing,
    NoHeader,
    column_index,
    find_pairs,
    find_repeats,
    has_header,
    read_listing,
    recheck,
    signature,
)
from congress.domain.delegate_lists.headers import letter as letter_of

TODAY = date(2026, 11, 23)
GROUPS = (
    Group("leader", "Lãnh đạo các cấp, các ngành", "invited", ("Lãnh đạo",)),
    Group("guest", "Khách mời", "invited", ("Đại biểu mời",)),
    Group("exemplar", "Điển hình tiên tiến", "honoured", ("ĐHTT", "Điển hình")),
    Group("service", "Phục vụ", "uncounted", ("Phục vụ khách mời",)),
)


def read(
    rows: Sequence[Sequence[Any]], merged: Sequence[Any] = (), *, known_units: dict[str, str] | None = None, **said: Any
) -> Listing:
    grid = Grid(sheet="DS", rows=rows, merged=tuple(merged))
    return read_listing(grid, file_name="ds.xlsx", groups=GROUPS, known_units=known_units, today=TODAY, **said)


def told(listing: Listing, *keys: str) -> list[tuple[Any, ...]]:
    return [tuple(getattr(person, key) for key in keys) for person in listing.people]


def one(header: str, cell: Any) -> ListedPerson:
    return read([["TT", "Họ và tên", "Thành phần", header], [1, "Nông Văn An", "Khách mời", cell]]).people[0]


def test_a_plain_list_below_a_title_block() -> None:
    listing = read([
        ["ỦY BAN NHÂN DÂN", "", "", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"],
        ["DANH SÁCH ĐẠI BIỂU KHÁCH MỜI"],
        ["Số thứ tự", "Điện thoại liên hệ", "Thành phần tham dự", "HỌ VÀ TÊN ĐẠI BIỂU (viết in hoa)", "Ngày tháng năm sinh *"],
        [1.0, 912345678.0, "khách mời", "NÔNG VĂN AN", date(1970, 5, 12)],
        [2.0, "", "ĐHTT", "Hoàng Thị Mỷ", 1985.0],
    ])
    assert told(listing, "row", "name", "name_as_typed", "group", "phone", "born") == [
        (4, "Nông Văn An", "NÔNG VĂN AN", "guest", "0912345678", "1970-05-12"),
        (5, "Hoàng Thị Mỷ", "Hoàng Thị Mỷ", "exemplar", None, "1985"),
    ]
    assert listing.columns == (
        ("phone", "Điện thoại liên hệ"), ("group", "Thành phần tham dự"), ("name", "HỌ VÀ TÊN ĐẠI BIỂU (viết in hoa)"),
        ("born", "Ngày tháng năm sinh *"),
    )
    assert listing.notes == ()


def test_missing_columns_are_not_known_and_blanks_under_an_x_column_are_no() -> None:
    listing = read([["Họ và tên", "Thành phần", "Đảng viên"], ["Nông Văn An", "Khách mời", ""], ["Lý Thị Hoa", "ĐHTT", "x"]])
    assert told(listing, "party", "direct_labour", "sex", "born", "religion") == [
        (False, None, None, None, None), (True, None, None, None, None),
    ]


def test_dates_in_the_column_of_the_sex_with_a_merged_header_and_numbered_columns() -> None:
    rows = [
        ["TT", "Họ và tên", "Năm sinh", "", "Thành phần"],
        ["", "", "Nam", "Nữ", ""],
        ["(1)", "(2)", "(3)", "(4)", "(5)"],
        [1, "Nông Văn An", "12/5/1970", "", "Khách mời"],
        [2, "Hoàng Thị Mỷ", "", 1985.0, "Khách mời"],
        [3, "Bế Văn Sơn", 1985.0, 1986.0, "Khách mời"],
    ]
    listing = read(rows, [((0, 0), (1, 0)), ((0, 1), (1, 1)), ((0, 2), (0, 3)), ((0, 4), (1, 4))])
    assert told(listing, "sex", "born") == [("male", "1970-05-12"), ("female", "1985"), (None, None)]
    assert [(note.column, note.title, note.value) for note in listing.people[2].errors] == [
        ("born", "Năm sinh", "1985 và 1986")
    ]
    assert read(rows).people == listing.people          # the same when nothing is merged


@pytest.mark.parametrize(("male", "female", "sex", "faults"), [
    ("x", "", "male", 0), ("", "√", "female", 0), ("1", "", "male", 0), ("", "", None, 0), ("x", "X", None, 1),
    ("?", "", None, 1), ("Nam", "", "male", 0),
])
def test_sex_by_marks(male: str, female: str, sex: str | None, faults: int) -> None:
    listing = read([
        ["TT", "Họ đệm", "Tên", "Giới tính", "", "Thành phần"], ["", "", "", "Nam", "Nữ", ""],
        [1, "Nông Văn ", "An", male, female, "Khách mời"],
    ])
    assert told(listing, "name", "sex") == [("Nông Văn An", sex)]
    assert [note.column for note in listing.people[0].errors] == ["sex"] * faults


def test_nam_and_nu_without_a_parent_are_told_by_their_cells() -> None:
    dates = read([["Họ và tên", "Nam", "Nữ", "Thành phần"], ["Lý Thị Hoa", "", "1970", "Khách mời"]])
    marks = read([["Họ và tên", "Nam", "Nữ", "Thành phần"], ["Lý Thị Hoa", "", "x", "Khách mời"]])
    assert told(dates, "sex", "born") == [("female", "1970")]
    assert told(marks, "sex", "born") == [("female", None)]


def test_a_single_column_nu_means_the_others_are_men() -> None:
    listing = read([["Họ và tên", "Nữ", "Thành phần"], ["Lý Thị Hoa", "x", "ĐHTT"], ["Lý Văn An", "", "ĐHTT"]])
    assert told(listing, "sex") == [("female",), ("male",)]


def test_roman_sections_set_the_component_and_inner_ones_the_delegation() -> None:
    listing = read([
        ["TT", "Họ và tên", "Năm sinh", "Chức vụ"],
        ["I", "ĐẠI BIỂU LÃNH ĐẠO CÁC CẤP, CÁC NGÀNH (18)", "", ""],
        [1, "Nông Văn An", 1970, "Chủ tịch"],
        ["II", "Khách mời: 12 người", "", ""],
        ["1.", "Đoàn xã Phúc Lộc (2)", "", ""],
        [1, "Lý Văn Ba", 1971, ""],
        ["2.", "Thôn Nà Này", "", ""],
        [1, "Lý Văn Tư", 1972, ""],
        ["III", "ĐIỂN HÌNH TIÊN TIẾN", "", ""],
        ["", "Tập thể", "", ""],
        [1, "Lý Văn Năm", 1973, ""],
    ])
    assert told(listing, "group", "delegation", "capacity") == [
        ("leader", None, None), ("guest", "xã Phúc Lộc", None), ("guest", "Thôn Nà Này", None), ("exemplar", None, "collective"),
    ]
    assert listing.notes == ("Dòng 7: “Thôn Nà Này” được hiểu là tên đoàn của các dòng bên dưới.",)


def test_lettered_sections_pass_through_letters_that_are_roman_numbers() -> None:
    rows: list[list[Any]] = [["TT", "Họ và tên", "Thành phần"]]
    for letter in "ABCDĐEGHIKLMV":
        rows += [[letter, f"Đoàn xã {letter}", ""], [1, f"Nông Văn {letter}{letter.lower()}", "Khách mời"]]
    assert told(read(rows), "delegation") == [(f"xã {letter}",) for letter in "ABCDĐEGHIKLMV"]


def test_a_letter_that_is_a_roman_number_is_no_section_inside_the_one_before() -> None:
    listing = read([
        ["TT", "Họ và tên", "Chức vụ"], ["B", "Đoàn xã B", ""], ["C", "Đoàn xã C", ""], ["D", "Khách mời", ""],
        [1, "Nông Văn An", "Chủ tịch"],
    ])
    assert told(listing, "group", "delegation") == [("guest", None)]


def test_a_section_merged_from_the_number_column_on_with_its_marker_in_the_text() -> None:
    listing = read([
        ["TT", "Họ và tên", "Chức vụ"], ["I. KHÁCH MỜI", "", ""], [1, "Nông Văn An", "Chủ tịch"], ["2. ĐIỂN HÌNH", "", ""],
        [1, "Nông Văn Ba", "Nông dân"],
    ], [((1, 0), (1, 2)), ((3, 0), (3, 2))])
    assert told(listing, "name", "group") == [("Nông Văn An", "guest"), ("Nông Văn Ba", "exemplar")]


def test_an_unknown_section_is_told_and_ends_the_one_before() -> None:
    listing = read([
        ["TT", "Họ và tên", "Chức vụ"], ["I", "Khách mời", ""], [1, "Nông Văn An", "Chủ tịch"], ["II", "Bà con xa", ""],
        [1, "Nông Văn Ba", "Nông dân"],
    ])
    assert told(listing, "group") == [("guest",), (None,)]
    assert listing.notes == ("Dòng 4: “Bà con xa” không rõ là thành phần hay đoàn, đã bỏ qua.",)
    assert [(note.column, note.title, note.value) for note in listing.people[1].errors] == [("group", "Thành phần", "")]


@pytest.mark.parametrize(("text", "group"), [
    ("Khách mời", "guest"), ("đại biểu khách mời", "guest"), ("Các đại biểu khách mời", "guest"), ("ĐHTT", "exemplar"),
    ("exemplar", "exemplar"), ("Lãnh đạo huyện", "leader"), ("Phục vụ khách mời", "service"), ("Điển hình (tập thể)", "exemplar"),
    ("Lãnh đạo, khách mời", None), ("Người nhà", None), ("Người nhà khách mời", None),
])
def test_components_in_cells(text: str, group: str | None) -> None:
    person = read([["Họ và tên", "Thành phần"], ["Nông Văn An", text]]).people[0]
    assert person.group == group
    assert [note.value for note in person.errors] == ([] if group else [text])


def test_the_component_fault_names_the_plan_s_components() -> None:
    person = read([["Họ và tên", "Thành phần"], ["Nông Văn An", "Người nhà"]]).people[0]
    assert person.errors[0].reason == (
        "Thành phần “Người nhà” không có trong kế hoạch. Ghi một trong các thành phần: "
        "Lãnh đạo các cấp, các ngành, Khách mời, Điển hình tiên tiến, Phục vụ."
    )


def test_a_cell_wins_over_the_section() -> None:
    listing = read([
        ["TT", "Họ và tên", "Đoàn", "Thành phần"], ["I", "Khách mời", "", ""], ["1", "Đoàn xã A", "", ""],
        [1, "Nông Văn An", "Đoàn xã B", "Lãnh đạo"], [2, "Nông Văn Ba", "", ""],
    ])
    assert told(listing, "group", "delegation") == [("leader", "xã B"), ("guest", "xã A")]


def test_merged_unit_cells_fill_down_but_names_do_not() -> None:
    rows = [
        ["TT", "Họ và tên", "Đơn vị", "Thành phần"], [1, "Nông Văn An", "xã A", "Khách mời"], [2, "Nông Văn Ba", "", ""],
        [3, "", "xã B", "Khách mời"],
    ]
    listing = read(rows, [((1, 2), (2, 2)), ((1, 3), (2, 3)), ((2, 1), (3, 1)), ((900, 2), (999, 2)), ((1, 90), (2, 90))])
    assert told(listing, "name", "unit", "group") == [
        ("Nông Văn An", "xã A", "guest"), ("Nông Văn Ba", "xã A", "guest"), ("", "xã B", "guest"),
    ]


def test_repeated_headers_totals_blanks_and_the_signature_block_are_skipped() -> None:
    header = [["STT", "Họ và tên", "Giới tính", "", "Thành phần"], ["", "", "Nam", "Nữ", ""]]
    listing = read([
        *header, ["", "", "", "", ""], [1, "Nông Văn An", "x", "", "Khách mời"], *header, [2, "Lý Thị Hoa", "", "x", "ĐHTT"],
        ["", "Cộng: 2", "", "", ""], [3, "Bàn Văn Sơn", "x", "", "ĐHTT"], [4, "", "", "", ""],
        ["", "Tổng cộng", "", "", 3], ["", "", "", "Phúc Lộc, ngày 12 tháng 02 năm 2025", ""],
        ["", "NGƯỜI LẬP BIỂU", "", "TM. ỦY BAN NHÂN DÂN", ""], ["", "", "", "CHỦ TỊCH", ""],
        ["", "Hà Văn Lập", "", "Lý Văn Ký", ""],
    ])
    assert told(listing, "row", "name") == [(4, "Nông Văn An"), (7, "Lý Thị Hoa"), (9, "Bàn Văn Sơn")]
    assert listing.notes == ()


def test_a_repeated_header_keeps_what_was_said_of_the_first() -> None:
    header = ["TT", "Họ và tên", "DT", "Thành phần"]
    rows = [header, [1, "Nông Văn An", "Tày", "Khách mời"], header, [2, "Nông Văn Ba", "Dao", "Khách mời"]]
    later = ["TT", "DT", "Họ và tên", "Năm sinh", "Thành phần"]
    rows += [later, [3, "Nùng", "Nông Văn Tư", 1970, "ĐHTT"]]
    assert told(read(rows), "ethnic") == [(None,)] * 3
    assert told(read(rows, mapping={2: "ethnic"}), "ethnic", "born") == [("Tày", None), ("Dao", None), ("Nùng", "1970")]


def test_of_two_columns_for_the_same_thing_the_first_is_read() -> None:
    listing = read([["Họ và tên", "Đơn vị", "Thành phần", "Cơ quan"], ["Nông Văn An", "xã A", "ĐHTT", "xã B"]])
    assert told(listing, "unit") == [("xã A",)]
    assert listing.notes == ("Cột “Cơ quan” không được đọc.",)


def test_a_second_table_with_its_own_columns_is_read_by_its_own_header() -> None:
    listing = read([
        ["TT", "Họ và tên", "Năm sinh", "Thành phần"], [1, "Nông Văn An", 1970, "Khách mời"], ["", "NGƯỜI LẬP", "", ""],
        ["TT", "Thành phần", "Họ tên đại biểu", "Ngày sinh"], [1, "ĐHTT", "Lý Thị Hoa", 1980],
    ])
    assert told(listing, "name", "born", "group") == [("Nông Văn An", "1970", "guest"), ("Lý Thị Hoa", "1980", "exemplar")]


def test_nobody_is_lost_after_a_false_signature_and_stray_lines_are_told() -> None:
    listing = read([
        ["TT", "Họ và tên", "Chức vụ", "Thành phần"], ["", "Người lập biểu ghi", "", ""], [1, "Nông Văn An", "Chủ tịch", "ĐHTT"],
        ["", "* Ghi chú thêm", "", ""],
    ])
    assert told(listing, "name") == [("Nông Văn An",)]
    assert listing.notes == ("Dòng 4: “* Ghi chú thêm” không đọc được như một đại biểu, đã bỏ qua.",)


def test_a_numbered_row_with_only_a_name_is_a_person() -> None:
    listing = read([["TT", "Họ và tên", "Chức vụ"], ["I", "Khách mời", ""], [1, "Bàn Văn Sơn", ""]])
    assert told(listing, "name", "group") == [("Bàn Văn Sơn", "guest")]


def test_text_in_other_unicode_forms_reads_the_same() -> None:
    rows = [["STT", "Họ và tên", "Dân tộc", "Thành phần", "Đơn vị"], [1, "Đặng Thị Mỷ", "Nùng", "Điển hình", "xã Đồng Phúc"]]
    expected = read(rows)

    def respell(spell: Callable[[str], str]) -> list[list[Any]]:
        return [[spell(cell) if isinstance(cell, str) else cell for cell in row] for row in rows]

    assert read(respell(lambda text: unicodedata.normalize("NFD", text))) == expected
    assert read(respell(lambda text: text.replace("Đ", "Ð").replace(" ", "\u00a0"))) == expected


@pytest.mark.parametrize(("header", "cells", "choices"), [
    ("DT", ["Tày", "Nùng", "Dao"], ("ethnic", "phone")), ("DT", ["0912345678", "912345679"], ("ethnic", "phone")),
    ("D.T", [], ("ethnic", "phone")), ("TG", ["Không", "K", "Phật giáo"], ("religion",)),
    ("ĐV", ["x", "x", "x"], ("party", "unit")), ("NS", ["Bắc Kạn", "1970"], ("born",)), ("NS", [], ("born",)),
    ("GT", ["Giấy khen"], ("sex",)),
])
def test_clashing_abbreviations_are_asked_and_never_guessed(header: str, cells: list[Any], choices: tuple[str, ...]) -> None:
    rows = [["Họ và tên", "Thành phần", header], ["Nông Văn An", "ĐHTT", ""], *(["Nông Văn An", "ĐHTT", cell] for cell in cells)]
    listing = read(rows)
    assert [(view.letter, view.choices, view.field) for view in listing.questions] == [("C", choices, "")]
    assert listing.columns == (("name", "Họ và tên"), ("group", "Thành phần"))
    assert [note.startswith(f"Cột “{header}” (cột C) có thể là ") for note in listing.notes] == [True]
    for answer in (*choices, ""):
        answered = read(rows, mapping={2: answer})
        assert (answered.questions, answered.notes) == ((), ())
        assert answered.columns[2:] == (((answer, header),) if answer else ())


@pytest.mark.parametrize(("header", "cells", "key"), [
    ("NS", [1970, "5/1971", "5-12-70"], "born"), ("GT", ["Nam", "Nữ", "Nam"], "sex"), ("ĐT", ["0912345678"], "phone"),
])
def test_an_abbreviation_with_one_meaning_is_read_when_its_cells_bear_it_out(header: str, cells: list[Any], key: str) -> None:
    listing = read([["Họ và tên", "Thành phần", header], *(["Nông Văn An", "ĐHTT", cell] for cell in cells)])
    assert (listing.columns[2:], listing.questions, listing.notes) == (((key, header),), (), ())


def test_a_question_stands_beside_a_plain_column_for_the_same_thing() -> None:
    listing = read([["Họ và tên", "Dân tộc", "Điện thoại", "DT"], ["Nông Văn An", "Tày", "0912345678", "Nùng"]])
    assert [view.title for view in listing.questions] == ["DT"]
    assert told(listing, "ethnic", "phone") == [("Tày", "0912345678")]


def test_what_was_said_of_the_columns_wins() -> None:
    rows = [["TT", "Họ và tên", "Dân tộc", "Tên gọi khác", "Thành phần"], [1, "Nông Văn An", "ĐHTT", "Ông Sáng", "Tày"]]
    listing = read(rows, mapping={2: "group", 4: "ethnic", 3: "note", 0: ""})
    assert told(listing, "group", "ethnic", "note", "errors") == [("exemplar", "Tày", "Ông Sáng", ())]
    assert told(read(rows, mapping={2: ""}), "ethnic", "texts")[0] == (None, (("name", "Nông Văn An"), ("group", "Tày")))
    with pytest.raises(NoHeader):
        read(rows, mapping={1: ""})
    with pytest.raises(ValueError, match="colour"):
        read(rows, mapping={1: "colour"})


def test_a_header_that_was_pointed_out() -> None:
    rows = [["Người", "Là ai"], ["Nông Văn An", "ĐHTT"]]
    with pytest.raises(NoHeader):
        read(rows)
    pointed = read(rows, header_row=1, mapping={0: "name", 1: "group"})
    assert told(pointed, "row", "name", "group") == [(2, "Nông Văn An", "exemplar")]
    with pytest.raises(NoHeader):
        read(rows, header_row=9, mapping={0: "name"})


def test_the_header_is_shown_with_samples_and_letters() -> None:
    people = (["", place, f"Lý {place}", "", "x", "A"] for place in range(1, 8))
    listing = read([[], ["", "TT", "Họ tên", "DT", "", "Đoàn"], *people])
    assert (listing.header.start, listing.header.end) == (2, 2)
    assert [(view.index, view.letter, view.title, view.field, view.samples) for view in listing.header.columns] == [
        (1, "B", "TT", "_number", ("1", "2", "3", "4", "5")),
        (2, "C", "Họ tên", "name", ("Lý 1", "Lý 2", "Lý 3", "Lý 4", "Lý 5")),
        (3, "D", "DT", "", ()), (4, "E", "", "", ("x",) * 5), (5, "F", "Đoàn", "delegation", ("A",) * 5),
    ]
    assert listing.notes[1:] == ("Cột E có chữ nhưng không có tiêu đề; không được đọc.",)
    assert [letter_of(place) for place in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]
    assert [column_index(letters) for letters in ("A", "z", "AA", "ZZ", "AAA")] == [0, 25, 26, 701, 702]


def test_the_signature_tells_layouts_apart_and_not_their_spelling() -> None:
    def sign(*titles: str) -> str:
        return signature(read([titles, ["Nông Văn An", "Khách mời"]]).header)

    assert sign("Họ và tên", "Thành phần") == sign("HỌ VÀ TÊN", unicodedata.normalize("NFD", "Thành  phần"))
    assert len({sign("Họ và tên", "Thành phần"), sign("Họ và tên", "Đoàn"), sign("Họ và tên", "", "Thành phần")}) == 3


@pytest.mark.parametrize(("header", "key"), [
    ("Chức vụ, đơn vị công tác", "title"), ("Thành phần dân tộc", "ethnic"), ("Số CCCD/CMND", "id_number"), ("Sđt", "phone"),
    ("Đ/c công tác", "unit"), ("Địa chỉ", "unit"), ("Thuộc đoàn", "delegation"), ("Loại đại biểu", "group"),
    ("Tư cách", "capacity"), ("Danh hiệu thi đua/HTKT", "highest_award"), ("Tóm tắt thành tích", "achievements"),
    ("Phong trào", "field"),
    ("Lao động\ntrực tiếp", "direct_labour"), ("Thư điện tử", "email"), ("Nơi sinh", None),
    ("Thành phần kinh tế", "economic_sector"),
    ("Tên tập thể đại diện", "represents"), ("Đăng ký tham luận", "wants_speech"), ("Mô hình mới (x)", "new_model"),
    ("Lý luận chính trị", "political_theory"), ("Trình độ văn hóa", "schooling"), ("Lỗi", None), ("Ngày cấp CCCD", None),
    ("Đơn vị, chức vụ", "title"), ("Họ và tên vợ", None), ("Ngày kết nạp Đảng", "party"), ("Nơi ở hiện nay", "unit"),
    ("Ghi chú (nếu có)", "note"), ("N/sinh", "born"),
])
def test_headers(header: str, key: str | None) -> None:
    listing = read([["TT", "Họ tên", header, "Giới tính"], [1, "Nông Văn An", "", "Nam"]])
    assert [found for found, _ in listing.columns] == ["name", *([key] if key else []), "sex"]


def test_a_divided_header_for_the_schooling_leaves_languages_and_computers() -> None:
    listing = read([
        ["TT", "Họ và tên", "Trình độ", "", "", "", "", "Thành phần"], ["", "", "VH", "CM", "LLCT", "NN", "TH", ""],
        [1, "Nông Văn An", "12/12", "Đại học", "Cao cấp", "B", "A", "ĐHTT"],
    ], [((0, 0), (1, 0)), ((0, 1), (1, 1)), ((0, 2), (0, 6)), ((0, 7), (1, 7))])
    assert told(listing, "schooling", "education", "political_theory") == [("12/12", "Đại học", "Cao cấp")]
    assert listing.notes == ("Cột “Trình độ – NN” không được đọc.", "Cột “Trình độ – TH” không được đọc.")


def test_units_are_checked_only_against_a_known_list_and_kept_as_typed() -> None:
    units = ("thị trấn Chợ Rã", "UBND xã A", "xã B")
    rows = [["Họ và tên", "Đơn vị", "Thành phần"], *(["Nông Văn An", unit, "ĐHTT"] for unit in units)]
    people = read(rows, known_units={"thi tran cho ra": "Thị trấn Chợ Rã", "xa a": "Xã A"}).people
    assert [person.unit for person in people] == list(units)
    assert [[note.value for note in person.warnings] for person in people] == [[], [], ["xã B"]]
    assert [person.warnings for person in read(rows).people] == [(), (), ()]


def test_a_remark_behind_the_name_goes_to_the_note() -> None:
    person = one("Ghi chú", "ăn chay")
    assert (person.note, person.name) == ("ăn chay", "Nông Văn An")
    listing = read([["Họ và tên", "Ghi chú", "Thành phần"], ["NÔNG VĂN AN (Trưởng đoàn)", "ăn chay", "ĐHTT"]])
    assert told(listing, "name", "name_as_typed", "note") == [
        ("Nông Văn An", "NÔNG VĂN AN (Trưởng đoàn)", "Trưởng đoàn; ăn chay"),
    ]


def test_an_id_number_against_sex_and_year_only_warns() -> None:
    listing = read([
        ["Họ và tên", "Giới tính", "Năm sinh", "CCCD", "Thành phần"], ["Nông Văn An", "Nam", 1963, "006163667254", "ĐHTT"],
    ])
    assert [note.column for note in listing.people[0].warnings] == ["id_number"]
    assert listing.people[0].errors == ()


def test_cells_are_the_row_without_its_number_and_with_what_it_inherits() -> None:
    rows = [
        ["TT", "Họ và tên", "Năm sinh", "Ghi chú"], ["I", "Khách mời", "", ""], [1, "Nông Văn An", 1970, ""],
        ["II", "Điển hình", "", ""], [7, "Nông Văn An", 1970, ""], [8, "Nông Văn An", 1970, ""],
    ]
    assert told(read(rows), "cells") == [
        (("Nông Văn An", "1970", "guest", ""),), *[(("Nông Văn An", "1970", "exemplar", ""),)] * 2,
    ]


def test_recheck_mends_a_cell_and_keeps_the_row_s_identity() -> None:
    listing = read([
        ["TT", "Họ và tên", "Sinh ngày", "Điện thoại", "Thành phần"], [1, "=1+1", "12/13/1980", "09x12", "Người nhà"],
    ])
    person = listing.people[0]
    assert [note.column for note in person.errors] == ["name", "born", "group", "phone"]
    changes = {"name": unicodedata.normalize("NFD", "nông  văn an"), "born": "13/12/1980", "phone": "", "group": "Khách  mời"}
    mended = recheck(person, changes, groups=GROUPS, known_units=None, today=TODAY)
    assert (mended.name, mended.born, mended.phone, mended.group) == ("nông văn an", "1980-12-13", None, "guest")
    assert mended.errors == ()
    assert (mended.cells, mended.row, mended.sheet) == (person.cells, 2, "DS")
    worse = recheck(mended, {"born": "2031"}, groups=GROUPS, known_units=None, today=TODAY, columns=listing.columns)
    assert [(note.title, note.value) for note in worse.errors] == [("Sinh ngày", "2031")]
    assert recheck(person, {}, groups=GROUPS, known_units=None, today=TODAY, columns=listing.columns) == person
    with pytest.raises(KeyError, match="colour"):
        recheck(person, {"colour": "x"}, groups=GROUPS, known_units=None, today=TODAY)


def test_recheck_keeps_what_the_section_gave() -> None:
    person = read([
        ["TT", "Họ và tên", "Năm sinh"], ["I", "Khách mời", ""], ["1", "Đoàn xã A", ""], [1, "Nông Văn An", "197"],
    ]).people[0]
    mended = recheck(person, {"born": "1970"}, groups=GROUPS, known_units=None, today=TODAY)
    assert (mended.group, mended.delegation, mended.born, mended.errors) == ("guest", "xã A", "1970", ())


def test_a_listing_survives_json() -> None:
    listing = read([
        ["TT", "Họ và tên", "Đảng viên", "Thành phần", "DT"], [1, "Nông Văn An", "", "Người nhà", ""],
        [2, "Lý Hoa", "x", "ĐHTT", ""], [3, "Ông Lý Hoa", "x", "ĐHTT", ""],
    ])
    assert Listing.from_json(json.loads(json.dumps(listing.to_json()))) == listing


def test_pairs_are_same_name_and_year_and_repeats_the_same_id() -> None:
    rows: list[list[Any]] = [
        ["Họ và tên", "Năm sinh", "CCCD", "Thành phần"], ["Nông Thị Hòa", "1/2/1970", "", "ĐHTT"],
        ["NÔNG THỊ HOÀ", 1970, "", "ĐHTT"], ["Nông Thị Hoa", 1971, "", "ĐHTT"],
        ["Lý Văn An", 1980, "006080000001", "ĐHTT"], ["Lý Văn An", 1980, "006080000001", "ĐHTT"],
        ["Bế Sơn", 1990, "006090000001", "ĐHTT"], ["Bế Sơn", 1990, "006090000002", "ĐHTT"], ["Bế Sơn", 1991, "", "ĐHTT"],
    ]
    people = read(rows).people
    assert find_pairs(people) == [(2, 3), (7, 8)]
    assert find_repeats(people) == [(5, 6)]


def test_pairs_are_also_the_same_name_in_one_unit_and_names_without_accents() -> None:
    rows: list[list[Any]] = [
        ["Họ và tên", "Năm sinh", "Đơn vị", "Thành phần"], ["Nông Thị Hòa", 1970, "xã A", "ĐHTT"],
        ["Nong Thi Hoa", 1980, "Xã A", "Khách mời"], ["Nông Thị Hoa", 1970, "xã B", "ĐHTT"], ["Nông Thị Hoa", "", "", "ĐHTT"],
    ]
    assert find_pairs(read(rows).people) == [(2, 3), (2, 4)]


corner = st.tuples(st.integers(0, 9), st.integers(0, 9))
some_cell = st.sampled_from(
    ["", "", "1", "x", "I", "A", "Họ và tên", "Nam", "Nữ", "Năm sinh", "Khách mời", "Đoàn xã A", "Tổng cộng: 3", "(1)",
     "TM. ỦY BAN", "Nông Văn An", 1970.0, True, None, date(1970, 1, 2)],
)


@given(st.lists(st.lists(some_cell, max_size=6), max_size=12), st.lists(st.tuples(corner, corner), max_size=4))
def test_no_layout_breaks_the_reading(rows: list[list[Any]], merged: list[Any]) -> None:
    listing = read([["TT", "Họ và tên", "Đơn vị", "Thành phần"], *rows], merged)
    numbers = [person.key for person in listing.people]
    assert numbers == sorted(set(numbers))
    for person in listing.people:
        assert recheck(person, {}, groups=GROUPS, known_units=None, today=TODAY).name == person.name
        assert bool(person.errors) or (person.name and person.group)


def test_a_sheet_without_a_header_is_refused() -> None:
    for rows in ([], [[]], [["Họ và tên"], ["Nông Văn An"]], [["Mã", "Giá"], ["a", 1]]):
        assert not has_header(rows)
        with pytest.raises(NoHeader):
            read(rows)
