"""Layouts of whole lists: tables side by side, sections that were said, old fonts, what a row inherits and what it does not."""

import json
from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from congress.domain.delegate_lists import Grid, Group, Listing, NoHeader, has_header, read_listing, recheck
from congress.domain.delegate_lists.swapped import find_swapped_dates
from congress.domain.names import normalise
from tests.lists import tcvn3, vni

TODAY = date(2026, 11, 23)
GROUPS = (
    Group("guest", "Khách mời", "invited"),
    Group("exemplar", "Điển hình tiên tiến", "honoured", ("ĐHTT", "Điển hình")),
    Group("staff", "Ban Tổ chức", "uncounted", ("BTC",)),
    Group("service", "Phục vụ", "uncounted"),
)


def read(rows: Sequence[Sequence[Any]], merged: Sequence[Any] = (), *, first_row: int = 1, **said: Any) -> Listing:
    grid = Grid(sheet="DS", rows=rows, merged=tuple(merged), first_row=first_row)
    return read_listing(grid, file_name="ds.xlsx", groups=GROUPS, known_units=None, today=TODAY, **said)


def told(listing: Listing, *keys: str) -> list[tuple[Any, ...]]:
    return [tuple(getattr(person, key) for key in keys) for person in listing.people]


SIDE_BY_SIDE = [
    ["DANH SÁCH"], ["TT", "Họ và tên", "Năm sinh", "", "TT", "Họ và tên", "Năm sinh"], ["KHÁCH MỜI"],
    [1, "Nông Văn An", 1970, "", 3, "Lý Thị Hoa", "x"], [2, "Nông Văn Ba", 1971],
]  # fmt: skip


def test_tables_side_by_side_are_both_read_with_their_own_columns_and_keys() -> None:
    listing = read(SIDE_BY_SIDE, [((0, 0), (0, 6)), ((2, 0), (2, 6))])
    assert told(listing, "row", "key", "name", "born", "group", "table", "beside") == [
        (4, 4, "Nông Văn An", "1970", "guest", 0, 0), (5, 5, "Nông Văn Ba", "1971", "guest", 0, 0),
        (4, 1_000_004, "Lý Thị Hoa", None, "guest", 1, 1),
    ]  # fmt: skip
    faulty = listing.people[2]
    assert [(note.column, note.value) for note in faulty.errors] == [("born", "x")]
    assert (listing.place_of(faulty, "born"), listing.place_of(listing.people[0], "born")) == (6, 2)
    assert listing.notes == ("Trang có 2 bảng đặt cạnh nhau; đọc từng bảng từ trái sang phải.",)
    assert [(section.row, section.meaning) for section in listing.sections] == [(3, "group:guest")]
    assert [view.index for view in listing.header.columns] == [0, 1, 2, 4, 5, 6]
    assert faulty.cells == ("", "", "", "", "Lý Thị Hoa", "x", "guest", "")
    mended = recheck(faulty, {"born": "1980"}, groups=GROUPS, known_units=None, today=TODAY)
    assert (mended.key, mended.table, mended.errors) == (faulty.key, 1, ())
    assert Listing.from_json(json.loads(json.dumps(listing.to_json()))) == listing


def test_a_table_beside_another_may_begin_lower_and_need_no_gap() -> None:
    lower = read([
        ["TT", "Họ và tên", "Thành phần"], [1, "Nông Văn An", "Khách mời", "", "Danh sách 2"],
        [2, "Nông Văn Ba", "ĐHTT", "", "STT", "Họ tên", "Loại đại biểu"],
        [3, "Nông Văn Tư", "ĐHTT", "", 1, "Lý Thị Hoa", "Khách mời"],
    ])  # fmt: skip
    assert told(lower, "row", "name", "group") == [
        (2, "Nông Văn An", "guest"), (3, "Nông Văn Ba", "exemplar"), (4, "Nông Văn Tư", "exemplar"), (4, "Lý Thị Hoa", "guest"),
    ]  # fmt: skip
    tight = read([["Họ và tên", "Đoàn", "Họ và tên", "Đoàn"], ["Nông Văn An", "xã A", "Lý Thị Hoa", "xã B"]])
    assert told(tight, "name", "delegation") == [("Nông Văn An", "xã A"), ("Lý Thị Hoa", "xã B")]


def test_a_second_name_for_the_same_person_is_no_second_table() -> None:
    listing = read([["TT", "Họ và tên", "Đoàn", "Họ và tên khai sinh", "Ghi chú"], [1, "Thích Minh", "A", "Lý Văn An", "x"]])
    assert told(listing, "name", "note") == [("Thích Minh", "x")]
    assert listing.notes == ("Cột “Họ và tên khai sinh” không được đọc.",)


def test_what_was_said_of_a_section_wins_over_its_words() -> None:
    rows = [
        ["TT", "Họ và tên", "Chức vụ"], ["I", "Ban Tổ chức Tỉnh ủy"], [1, "Nông Văn An", "Trưởng ban"], ["II", "Bà con xa"],
        [1, "Lý Thị Hoa", ""],
    ]  # fmt: skip
    listing = read(rows, first_row=5)
    assert told(listing, "row", "group", "delegation") == [(7, None, "Ban Tổ chức Tỉnh ủy"), (9, None, None)]
    assert [(view.row, view.text, view.meaning, view.guessed) for view in listing.sections] == [
        (6, "Ban Tổ chức Tỉnh ủy", "delegation", True), (8, "Bà con xa", "ignore", True),
    ]  # fmt: skip
    said = read(rows, first_row=5, sections={6: "group:staff", 8: "delegation"})
    assert told(said, "group", "delegation") == [("staff", None), (None, "Bà con xa")]
    assert [(view.meaning, view.guessed) for view in said.sections] == [("group:staff", False), ("delegation", False)]
    assert said.notes == ()
    ignored = read(rows, first_row=5, sections={6: "ignore", 8: "capacity:household"})
    assert told(ignored, "group", "delegation", "capacity") == [(None, None, None), (None, None, "household")]
    for wrong in ("group:nobody", "capacity:x", "else"):
        with pytest.raises(ValueError, match=wrong):
            read(rows, sections={2: wrong})


@pytest.mark.parametrize(("text", "group", "delegation", "guessed"), [
    ("Ban Tổ chức", "staff", None, False), ("Ban Tổ chức Hội nghị", "staff", None, False),
    ("Ban Tổ chức Tỉnh ủy", None, "Ban Tổ chức Tỉnh ủy", True), ("Ban Tổ chức - Kiểm tra", None, "Ban Tổ chức - Kiểm tra", True),
    ("Công ty Phục vụ công cộng", None, "Công ty Phục vụ công cộng", True), ("Tổ phục vụ", "service", None, False),
    ("Khối khách mời", "guest", None, False), ("Thôn Nà Này (3)", None, "Thôn Nà Này", False),
    ("Đoàn Ban Tổ chức Tỉnh ủy", None, "Ban Tổ chức Tỉnh ủy", False), ("Khách mời Ban Tổ chức Tỉnh ủy", "guest", None, False),
])  # fmt: skip
def test_components_and_offices_in_headings(text: str, group: str | None, delegation: str | None, guessed: bool) -> None:
    listing = read([["TT", "Họ và tên", "Chức vụ"], ["I", text], [1, "Nông Văn An", "Trưởng ban"]])
    assert told(listing, "group", "delegation") == [(group, delegation)]
    assert [section.guessed for section in listing.sections] == [guessed]


@pytest.mark.parametrize("marker", ["1.1", "1.1.", "1)", "a)", "-", "+", "Phần I.", "II", "A."])
def test_markers_of_sections_in_the_text(marker: str) -> None:
    listing = read([["TT", "Họ và tên", "Chức vụ"], ["", f"{marker} Đoàn xã Phúc Lộc"], [1, "Nông Văn An", "Trưởng ban"]])
    assert told(listing, "delegation") == [("xã Phúc Lộc",)]


LIST = [
    ["DANH SÁCH ĐẠI BIỂU"], ["TT", "Họ và tên", "Giới tính", "Dân tộc", "Thành phần", "Đơn vị"],
    [1, "Nguyễn Văn Trường", "Nam", "Tày", "Khách mời", "Xã Phúc Lộc"],
    [2, "Đặng Thị Hường", "Nữ", "Mông", "Điển hình", "Xã Bằng Thành"],
    [3, "Lưu Đức Thịnh", "Nam", "Nùng", "Điển hình", "Xã Đồng Phúc"],
]  # fmt: skip


@pytest.mark.parametrize(("encode", "encoding"), [(tcvn3, "tcvn3"), (vni, "vni")])
def test_old_fonts_are_found_and_never_converted_unasked(encode: Any, encoding: str) -> None:
    rows = [[encode(cell) if isinstance(cell, str) else cell for cell in row] for row in LIST]
    assert has_header(rows)
    listing, plain = read(rows), read(LIST)
    assert (listing.encoding, plain.encoding) == (encoding, None)
    assert "phông chữ cũ" in listing.notes[0]
    typed = [encode(str(row[1])) for row in LIST[2:]]
    names = [str(row[1]) for row in LIST[2:]]
    assert [[(n.column, n.value, n.suggestion) for n in p.errors] for p in listing.people] == [
        [("name", old, name)] for old, name in zip(typed, names, strict=True)
    ]  # fmt: skip
    converted = read(rows, encoding=encoding)
    assert told(converted, "name", "sex", "ethnic", "group", "unit", "errors") == told(
        plain, "name", "sex", "ethnic", "group", "unit", "errors"
    )
    assert (converted.encoding, converted.notes) == (encoding, ())
    assert all(not person.errors for person in converted.people)
    mended = recheck(listing.people[0], {"unit": "Xã A"}, groups=GROUPS, known_units=None, today=TODAY)
    assert [note.column for note in mended.errors] == ["name"]
    mended = recheck(listing.people[0], {"name": "Nguyễn Văn Trường"}, groups=GROUPS, known_units=None, today=TODAY)
    assert mended.errors == ()


def test_texts_left_in_the_old_font_have_no_known_header() -> None:
    rows = [[tcvn3(cell) if isinstance(cell, str) else cell for cell in row] for row in LIST]
    with pytest.raises(NoHeader):
        read(rows, encoding="")
    kept = read([LIST[1], *rows[2:]], encoding="")
    assert told(kept, "name")[0] == (normalise(tcvn3("Nguyễn Văn Trường")),)


def test_post_and_unit_are_divided_only_when_asked() -> None:
    rows = [
        ["TT", "Họ và tên", "Chức vụ, đơn vị công tác", "Thành phần"],
        [1, "Nông Văn An", "Phó Trưởng phòng, Phòng Nội vụ, Sở Y tế", "ĐHTT"], [2, "Lý Thị Hoa", "Nông dân", "ĐHTT"],
    ]  # fmt: skip
    kept, divided = read(rows), read(rows, split_title_unit=True)
    assert told(kept, "title", "unit") == [("Phó Trưởng phòng, Phòng Nội vụ, Sở Y tế", None), ("Nông dân", None)]
    assert told(divided, "title", "unit") == [("Phó Trưởng phòng, Phòng Nội vụ", "Sở Y tế"), ("Nông dân", None)]
    assert [listing.header.title_unit for listing in (kept, divided)] == [2, 2]
    assert [person.cells for person in kept.people] == [person.cells for person in divided.people]
    both = [["Họ và tên", "Chức vụ, đơn vị", "Đơn vị"], ["Lý Hoa", "Nông dân, thôn A", "xã B"]]
    assert (read(both).header.title_unit, told(read(both, split_title_unit=True), "title", "unit")) == (
        None, [("Nông dân, thôn A", "xã B")],
    )  # fmt: skip


def test_new_columns_and_what_follows_from_them() -> None:
    listing = read([
        ["TT", "Họ và tên", "Thành phần", "Tên tập thể đại diện", "Thành phần kinh tế", "Mô hình mới", "LLCT", "VH",
         "Tham luận", "Học vị"],
        [1, "Nông Văn An", "ĐHTT", "HTX Nà Này", "Kinh tế tập thể", "x", "Cao cấp", "12/12", "Trồng bí", "TS."],
        [2, "ThS. Lý Hoa", "ĐHTT", "Hộ ông Lý A", "FDI", "", "", date(2025, 12, 9), "x", ""],
        [3, "Bế Sơn", "ĐHTT", "", "gì đó", "", "", "", "", ""],
    ])  # fmt: skip
    keys = ("capacity", "represents", "economic_sector", "new_model", "political_theory", "schooling", "wants_speech", "note",
     "degree")
    assert told(listing, *keys) == [
        ("collective", "HTX Nà Này", "collective", True, "Cao cấp", "12/12", True, "Tham luận: Trồng bí", "TS."),
        ("household", "Hộ ông Lý A", "foreign", False, None, "9/12", True, None, "ThS."),
        (None, None, None, False, None, None, False, None, None),
    ]  # fmt: skip
    assert [[note.column for note in person.warnings] for person in listing.people] == [[], ["schooling"], ["economic_sector"]]


def test_tu_cach_may_be_another_word_for_the_component() -> None:
    listing = read([["TT", "Họ và tên", "Tư cách"], [1, "Nông Văn An", "Khách mời"], [2, "Lý Hoa", "người nhà"]])
    assert told(listing, "group", "capacity") == [("guest", None), (None, None)]
    assert [[note.column for note in p.errors + p.warnings] for p in listing.people] == [[], ["group", "capacity"]]


def test_a_column_of_reasons_is_neither_read_nor_part_of_the_row() -> None:
    rows = [["TT", "Họ và tên", "Thành phần", "Lỗi"], [1, "Nông Văn An", "ĐHTT", "Năm sinh không đúng"]]
    listing = read(rows)
    assert listing.notes == ()
    assert listing.people[0].cells == read([row[:3] for row in rows]).people[0].cells


def test_ditto_marks_repeat_what_people_share_and_never_what_is_one_person_s_own() -> None:
    listing = read([
        ["TT", "Họ và tên", "Đơn vị", "Thành phần", "Số điện thoại"], [1, "Nông Văn An", "Xã A", "ĐHTT", "0912345678"],
        [2, "Lý Thị Hoa", "-nt-", "nt", '"'], [3, "Lý Thị Ba", '"', "như trên", ""],
    ])  # fmt: skip
    assert told(listing, "unit", "group", "phone") == [
        ("Xã A", "exemplar", "0912345678"), ("Xã A", "exemplar", None), ("Xã A", "exemplar", None),
    ]  # fmt: skip
    assert [[note.column for note in person.errors] for person in listing.people] == [[], ["phone"], []]


def test_lost_zeros_are_put_back_only_where_sex_and_year_bear_them_out() -> None:
    listing = read([
        ["TT", "Họ và tên", "Giới tính", "Năm sinh", "CCCD", "Thành phần"],
        [1, "Nông Thị An", "Nữ", 1963, 6163667254.0, "ĐHTT"], [2, "Nông Văn An", "Nam", 1963, 6163667254.0, "ĐHTT"],
        [3, "Nông Thị Ba", "Nữ", "", "6163667254", "ĐHTT"],
    ])  # fmt: skip
    assert told(listing, "id_number") == [("006163667254",), (None,), (None,)]
    assert [[(n.column, n.suggestion) for n in p.errors] for p in listing.people] == [
        [], [("id_number", "006163667254")], [("id_number", "006163667254")],
    ]  # fmt: skip
    assert [[n.column for n in p.warnings] for p in listing.people] == [["id_number"], [], []]
    taken = recheck(listing.people[2], {"id_number": "006163667254"}, groups=GROUPS, known_units=None, today=TODAY)
    assert (taken.id_number, taken.errors) == ("006163667254", ())


def test_foreign_letters_and_formula_errors_are_named_cell_by_cell() -> None:
    listing = read([
        ["TT", "Họ và tên", "Đơn vị", "Chức vụ", "Giới tính", "Ghi chú", "Thành phần"],
        [1, "Nông Vаn An", "Xã Α", "#REF!", "Nаm", "=cmd|' /C calc'!A0", "ĐHTT"],
    ])  # fmt: skip
    person = listing.people[0]
    assert (person.name, person.unit, person.title, person.sex, person.note) == (
        "Nông Van An", "Xã A", None, "male", "=cmd|' /C calc'!A0",
    )  # fmt: skip
    assert person.name_as_typed == "Nông Vаn An"
    assert [(note.column, note.value) for note in person.errors] == [("title", "#REF!")]
    assert [note.column for note in person.warnings] == ["name", "unit", "sex", "note"]
    assert ["“а” (Kirin)" in person.warnings[0].reason, "“Α” (Hy Lạp)" in person.warnings[1].reason] == [True, True]


def test_dates_that_excel_turned_round_are_told() -> None:
    real, typed = [date(1970, 5, 1), date(1971, 2, 12), date(1972, 1, 3)], ["13/05/1970", "25/1/1980", "30/12/1990"]
    rows = [["", cell] for cell in (*real, *typed)]
    assert len(find_swapped_dates(rows, 1)) == 1
    assert find_swapped_dates(rows, None) == find_swapped_dates(rows[1:], 1) == find_swapped_dates(rows[:5], 1) == []
    assert find_swapped_dates([*rows, ["", date(1970, 5, 13)]], 1) == find_swapped_dates([*rows, ["", "12/05/1970"]], 1) == []
    listing = read([["Họ và tên", "Ngày sinh"], *(["Nông An", cell] for cell in (*real, *typed))])
    assert "đổi chỗ ngày và tháng" in listing.notes[0]


cells = st.sampled_from(
    ["", "", "1", "x", "I", "-", "TT", "Họ và tên", "Họ đệm", "Tên", "DT", "Ngày sinh", "Nam", "Nữ", "Năm", "VH", "Khách mời",
     "Tổng cộng",
     "Đoàn xã A", "NGƯỜI LẬP", "Lý A\nLý B", "Trang 2", "NguyÔn V¨n A", "а", "#N/A", "-nt-", 1970.0, True, None, date(1970, 1, 2)]
)  # fmt: skip
corner = st.tuples(st.integers(0, 8), st.integers(0, 8))
said = st.fixed_dictionaries({
    "mapping": st.dictionaries(st.integers(0, 8), st.sampled_from(["", "name", "_born_male", "unit", "_given_name"]), max_size=3),
    "header_row": st.none() | st.integers(0, 9), "encoding": st.sampled_from([None, "", "tcvn3", "vni"]),
    "sections": st.dictionaries(st.integers(1, 9), st.sampled_from(["ignore", "delegation", "group:guest"]), max_size=3),
    "split_title_unit": st.booleans(),
})  # fmt: skip


@given(st.lists(st.lists(cells, max_size=8), max_size=9), st.lists(st.tuples(corner, corner), max_size=4), said)
def test_no_layout_and_no_answer_breaks_the_reading(rows: list[list[Any]], merged: list[Any], said: dict[str, Any]) -> None:
    try:
        listing = read(rows, merged, **said)
    except NoHeader:
        return
    keys = [person.key for person in listing.people]
    assert len(set(keys)) == len(keys)
    assert Listing.from_json(json.loads(json.dumps(listing.to_json()))) == listing
    for person in listing.people:
        again = recheck(person, {}, groups=GROUPS, known_units=None, today=TODAY, columns=listing.columns)
        assert (again.name, again.key) == (person.name, person.key)
        assert all(listing.place_of(person, note.column) is not None or note.column == "group" for note in person.errors)


def test_the_title_of_a_list_says_who_everybody_is() -> None:
    def groups(title: str, *more: list[Any], sections: dict[int, str] | None = None) -> tuple[list[str | None], list[str]]:
        rows = [[title], ["TT", "Họ và tên", "Năm sinh"], ["1", "Nông Văn An", "1970"], *more]
        listing = read(rows, sections=sections)
        return [person.group for person in listing.people], [view.meaning for view in listing.sections]

    assert groups("DANH SÁCH ĐẠI BIỂU KHÁCH MỜI") == (["guest"], ["group:guest"])
    assert groups("DANH SÁCH KHÁCH MỜI", sections={1: "group:exemplar"}) == (["exemplar"], ["group:exemplar"])
    assert groups("DANH SÁCH KHÁCH MỜI", ["II", "Điển hình tiên tiến"], ["2", "Lý Thị Bé", "1980"])[0] == ["guest", "exemplar"]
    assert groups("Danh sách đại biểu dự Hội nghị điển hình tiên tiến") == ([None], [])
    assert groups("DANH SÁCH ĐẠI BIỂU") == ([None], [])
