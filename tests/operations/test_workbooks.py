"""Uploaded files: the three real lists to the letter, and everything that is not a list refused in words."""

import io
import json
import struct
from collections.abc import Callable, Sequence
from datetime import date, datetime
from pathlib import Path
from random import Random

import pytest
import xlsxwriter

from congress.domain.delegate_lists import Group, Listing, read_listing
from congress.operations import list_files, workbooks
from congress.operations.workbooks import WorkbookRefused, open_grid, open_grids, open_sheets
from tests.lists import (
    LIST,
    MAIN,
    cell,
    compound,
    docx_tables,
    ods,
    ods_cell,
    sheet_xml,
    tcvn3,
    vni,
    workbook,
    xls,
    xlsb,
    xlsx,
    zipped,
)

ROOT = Path(workbooks.__file__).parents[2]
SAMPLES = ROOT / "congress" / "presets" / "samples"
EXPECTED = json.loads((Path(__file__).parents[1] / "data" / "expected.json").read_text("utf-8"))
GROUPS = (
    Group("leader", "Lãnh đạo các cấp, các ngành", "invited", ("Lãnh đạo",)),
    Group("guest", "Khách mời", "invited"),
    Group("exemplar", "Điển hình tiên tiến", "honoured", ("ĐHTT", "Điển hình")),
    Group("press", "Phóng viên, báo chí", "uncounted"),
)


def listing_of(name: str) -> Listing:
    grid = open_grid((SAMPLES / name).read_bytes(), file_name=name)
    return read_listing(grid, file_name=name, groups=GROUPS, known_units=None, today=date(2026, 11, 23))


def refusal(data: bytes) -> str:
    with pytest.raises(WorkbookRefused) as refused:
        open_grid(data, file_name="ds.xlsx")
    return refused.value.message


@pytest.mark.parametrize(("name", "rows", "good"), [
    ("xa-banh-trach.xlsx", 186, 186), ("huyen-ba-be.xlsx", 300, 300), ("so-y-te.xlsx", 150, 138),
])
def test_the_real_lists_give_exactly_the_expected_people(name: str, rows: int, good: int) -> None:
    people = listing_of(name).people
    assert len(people) == rows
    expected = EXPECTED[name]["delegates"]
    assert len(expected) == good
    read = [person for person in people if not person.errors]
    assert [{key: getattr(person, key) for key in told} for person, told in zip(read, expected, strict=True)] == expected


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_the_real_lists_bad_cells_are_named(name: str) -> None:
    listing = listing_of(name)
    bad = [
        {"row": person.row, "column": note.column, "value": note.value} for person in listing.people for note in person.errors
    ]
    assert bad == EXPECTED[name].get("bad_rows", [])
    titles = dict(listing.columns)
    assert [note for person in listing.people for note in person.errors if note.title != titles[note.column]] == []
    assert {person.sheet for person in listing.people} == {listing.sheet}
    assert listing.notes == ()


def test_the_sheet_with_the_list_is_found_and_others_are_named() -> None:
    data = workbook({
        "Hướng dẫn": sheet_xml([["Ghi theo mẫu"]]), "DS 1": sheet_xml([[""], *LIST]), "DS 2": sheet_xml(LIST),
        "Ẩn": sheet_xml(LIST),
    }, hidden=["Ẩn"])
    grid = open_grid(data, file_name="ds.xlsx")
    assert (grid.sheet, grid.other_sheets) == ("DS 1", ("DS 2",))
    people = read_listing(grid, file_name="ds.xlsx", groups=GROUPS, known_units=None, today=date(2026, 11, 23)).people
    assert [(person.row, person.name) for person in people] == [(3, "Nông Văn An")]


def test_a_hidden_sheet_is_read_when_no_other_has_a_list() -> None:
    data = workbook({"Bìa": sheet_xml([["x"]]), "Ẩn": sheet_xml(LIST)}, hidden=["Ẩn"])
    assert open_grid(data, file_name="ds.xlsx").sheet == "Ẩn"


def test_rows_keep_excel_s_numbers_when_the_sheet_begins_below() -> None:
    xml = f'<worksheet {MAIN}><sheetData><row r="5">{cell("C5", "Họ và tên")}{cell("D5", "Chức vụ")}</row>' \
          f'<row r="9">{cell("C9", "Nông Văn An")}{cell("D9", "Chủ tịch")}</row></sheetData></worksheet>'
    grid = open_grid(workbook({"DS": xml}), file_name="ds.xlsx")
    listing = read_listing(grid, file_name="ds.xlsx", groups=GROUPS, known_units=None, today=date(2026, 11, 23))
    assert [person.row for person in listing.people] == [9]


OLD_WORD = compound({"WordDocument": b"x", "1Table": b"y"})


@pytest.mark.parametrize(("data", "words"), [
    (b"", "Tệp rỗng"),
    (compound({"EncryptionInfo": b"x", "EncryptedPackage": b"y"}), "có mật khẩu"),
    (OLD_WORD, "Word đời cũ (.doc)"),
    (compound({"PowerPoint Document": b"x"}), "không phải bảng tính"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "bị hỏng"),
    (xls(LIST)[:2000], "bị hỏng"),
    (b"PK\x03\x04 not a zip", "bị hỏng"),
    (b"\r\n<html><table><tr><td>", "trang web"),
    ("<html>".encode("utf-16"), "trang web"),
    (b"MIME-Version: 1.0\r\nContent-Type: multipart/related", "trang web"),
    (b"\xef\xbb\xbf<?xml version='1.0'?><Workbook/>", "dạng XML"),
    (b"%PDF-1.7", "PDF"),
    (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "hình ảnh"),
    (b"\xff\xd8\xff\xe0\0\x10JFIF", "hình ảnh"),
    (b"Rar!\x1a\x07\x01\0", "tệp nén"),
    (b"{\\rtf1\\ansi Ho va ten}", ".rtf"),
    (b"\x09\x04\x06\x00\x07\x00\x10\x00", "quá cũ"),
    (b"STT;Ho ten\n1;An", "Không tìm thấy danh sách"),
    (bytes(range(256)) * 40, "không phải bảng tính"),
    (workbook({"DS": "<worksheet"}), "bị hỏng"),
    (workbook({"DS": sheet_xml([["Mã", "Giá"]])}), "Họ và tên"),
    (workbook({}), "Không tìm thấy danh sách"),
    (zipped({"word/document.xml": "<w/>"}), "Không tìm thấy danh sách"),
    (zipped({"word/document.xml": "<w"}), "bị hỏng"),
    (zipped({"ds/a.xlsx": b"x", "ds/b.xlsx": b"y"}), "Giải nén"),
    (zipped({"a.xml": "<a/>"}), "không phải bảng tính"),
    (zipped({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": "<a/>"}), "không phải bảng tính"),
    (zipped({"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "META-INF/manifest.xml": "<m:encryption-data/>",
             "content.xml": "\x12\x34"}), "có mật khẩu"),
    (b"0" * (list_files.MAX_FILE_BYTES + 1), "tối đa 20 MB"),
])
def test_what_is_not_a_list_is_refused_with_what_to_do(data: bytes, words: str) -> None:
    message = refusal(data)
    assert words in message
    assert message.endswith(".")


def test_a_locked_zip_and_broken_ones_are_refused() -> None:
    whole = workbook({"DS": sheet_xml(LIST * 50)})
    locked = bytearray(whole)
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):        # the flag "encrypted" of every part
        start = whole.find(mark)
        while start >= 0:
            locked[start + place] |= 1
            start = whole.find(mark, start + 1)
    assert "có mật khẩu" in refusal(bytes(locked))
    place = whole.index(b"xl/worksheets/sheet1.xml") + 60
    assert "bị hỏng" in refusal(whole[:place] + b"\xff" * 8 + whole[place + 8:])
    assert "bị hỏng" in refusal(whole[: len(whole) // 2])


@pytest.mark.parametrize("start", [b'<!DOCTYPE x [<!ENTITY a "aaaa">]>', "\ufeff".encode("utf-16-le")])
def test_xml_that_declares_its_own_entities_or_hides_in_utf_16_is_refused(start: bytes) -> None:
    sheet = sheet_xml(LIST).encode()
    assert "bị hỏng" in refusal(workbook({"DS": ""}, parts={"xl/worksheets/sheet1.xml": start + sheet}))
    assert "bị hỏng" in refusal(zipped({"word/document.xml": start + b"<w/>"}))


def test_a_zip_bomb_is_refused_before_it_is_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(list_files, "MAX_UNPACKED_BYTES", 100_000)
    blanks = "<sst>" + " " * 100_001
    assert "quá lớn" in refusal(workbook({"DS": sheet_xml(LIST)}, parts={"xl/sharedStrings.xml": blanks.encode()}))
    assert "quá lớn" in refusal(workbook({"DS": sheet_xml(LIST), "B": blanks[:60_000], "C": blanks[:60_000]}))
    assert open_grid(workbook({"DS": sheet_xml(LIST)}, parts={"xl/media/a.png": b" " * 100_001}), file_name="x").sheet == "DS"


def test_a_size_that_lies_is_found_out() -> None:
    data = workbook({"DS": sheet_xml(LIST)}, parts={"xl/styles.xml": b" " * 1000})
    assert data.count((1000).to_bytes(4, "little")) == 2
    assert "bị hỏng" in refusal(data.replace((1000).to_bytes(4, "little"), (10).to_bytes(4, "little")))


@pytest.mark.parametrize("far", [
    f'<row r="20001">{cell("A20001", "x")}</row>',
    f'<row r="1048576">{cell("A1048576", "x")}</row>',
    f'<row r="3">{cell("XFD3", "x")}</row>',
    f'<row r="3">{cell("DA3", "x")}</row>',
    '<row r="1048576"><c t="str"><v>x</v></c></row>',
    "<row r='99999'><c s='1' r='b99999'><v>1</v></c></row>",
])
def test_a_cell_far_away_is_refused_before_the_sheet_is_spread_out(far: str) -> None:
    assert "20.000 dòng" in refusal(workbook({"DS": sheet_xml(LIST, far)}))


def test_formatted_blank_rows_do_not_count() -> None:
    blank = "".join(f'<row r="{row}"><c r="A{row}" s="1"/><c r="XFD{row}" s="1"></c></row>' for row in range(20001, 20200))
    grid = open_grid(workbook({"DS": sheet_xml(LIST, blank)}), file_name="ds.xlsx")
    assert [list(row) for row in grid.rows] == LIST


# ---- every kind of workbook --------------------------------------------------------------------------------------------

HEADER = ["TT", "Họ và tên", "Năm sinh", "", "Chức vụ"]
MIXED = [
    ["DANH SÁCH ĐẠI BIỂU", None, None, None, None], HEADER, ["", "", "Nam", "Nữ", ""],
    [1, "Nông Văn An", 1970, None, "Chủ tịch"], [2, "#REF!", None, None, "Trưởng thôn"],
    [3, "Hoàng Thị Mỷ", None, 1985.5, "Phó thôn"],
]
MIXED_MERGED = [(0, 0, 0, 4), (1, 2, 1, 3), (1, 1, 2, 1)]
BLANKS = '<table:covered-table-cell table:number-columns-repeated="4"/>'
FAILED = '<table:table-cell office:value-type="string" calcext:value-type="error"><text:p>#REF!</text:p></table:table-cell>'
CORNERS = {((0, 0), (0, 4)), ((1, 2), (1, 3)), ((1, 1), (2, 1))}


def ods_row(*cells: str, more: str = "") -> str:
    return f"<table:table-row {more}>{''.join(cells)}</table:table-row>"


def ods_mixed() -> bytes:
    row = ods_row
    return ods([], "".join([
        row(ods_cell(MIXED[0][0], 'table:number-columns-spanned="5"'), BLANKS),
        row(ods_cell("TT"), ods_cell("Họ và tên", 'table:number-rows-spanned="2"'),
            ods_cell("Năm sinh", 'table:number-columns-spanned="2"'), "<table:covered-table-cell/>", ods_cell("Chức vụ")),
        row(ods_cell(None), "<table:covered-table-cell/>", ods_cell("Nam"), ods_cell("Nữ"), ods_cell(None)),
        row(*map(ods_cell, MIXED[3])),
        row(ods_cell(2), FAILED, ods_cell(None, 'table:number-columns-repeated="2"'), ods_cell("Trưởng thôn"),
            more='table:visibility="collapse"'),
        row(*map(ods_cell, MIXED[5])),
        row(ods_cell(None, 'table:number-columns-repeated="16384"'), more='table:number-rows-repeated="1048570"'),
    ]))


def tidy(rows: Sequence[Sequence[object]]) -> list[list[object]]:
    """Rows with None for every blank cell."""
    return [[None if cell == "" else cell for cell in row] for row in rows]


@pytest.mark.parametrize(("data", "hidden"), [
    (xls(MIXED, merged=MIXED_MERGED, hidden_rows=[4]), True), (xlsb(MIXED, merged=MIXED_MERGED, hidden_rows=[4]), True),
    (ods_mixed(), True), (xlsx(MIXED, merged=MIXED_MERGED), False),
], ids=["xls", "xlsb", "ods", "xlsx"])
def test_every_kind_gives_the_same_cells_merges_and_error_texts(data: bytes, hidden: bool) -> None:
    grid = open_grid(data, file_name="danh-sach.csv")
    assert (grid.sheet, grid.first_row) == ("DS", 1)
    assert tidy(grid.rows) == tidy(MIXED)
    assert set(grid.merged) == CORNERS
    assert grid.remarks == (("Trang “DS” có 1 dòng đang ẩn; các dòng ấy vẫn được đọc.",) if hidden else ())


def test_dates_and_numbers_are_values_also_when_counted_from_1904() -> None:
    rows = [HEADER, [1, "Nông Văn An", date(1970, 5, 12), 0.5, datetime(2026, 1, 2, 7, 30)]]
    for options in ({}, {"date_1904": True}):
        grid = open_grid(xlsx(rows, options={**options, "default_date_format": "dd/mm/yyyy hh:mm"}), file_name="x")
        assert grid.rows[1] == [1.0, "Nông Văn An", date(1970, 5, 12), 0.5, datetime(2026, 1, 2, 7, 30)]
    assert open_grid(xls(rows), file_name="x").rows[1][2] == date(1970, 5, 12)
    dated = '<table:table-row><table:table-cell office:value-type="date" office:date-value="1970-05-12"/></table:table-row>'
    assert open_grid(ods(LIST, dated), file_name="x").rows[2][0] == date(1970, 5, 12)


def test_blank_rows_and_cells_between_keep_their_places() -> None:
    gap = ods_row(ods_cell(None, 'table:number-columns-repeated="16384"'), more='table:number-rows-repeated="3"')
    last = ods_row(ods_cell(None, 'table:number-columns-repeated="2"'), ods_cell("x", 'table:number-columns-repeated="2"'))
    grid = open_grid(ods(LIST, gap + last), file_name="x")
    assert [len(row) for row in grid.rows] == [4] * 6
    assert tidy(grid.rows)[5] == [None, None, "x", "x"]


def test_open_document_texts_keep_their_lines_and_lose_comments() -> None:
    text = "<text:p>Nông<text:s text:c='2'/>Văn <text:span>An</text:span></text:p><text:p>Bản Thi</text:p>"
    note = "<office:annotation><text:p>xem lại</text:p></office:annotation>"
    row = f'<table:table-row><table:table-cell office:value-type="string">{note}{text}</table:table-cell></table:table-row>'
    assert open_grid(ods(LIST, row), file_name="x").rows[2][0] == "Nông  Văn An\nBản Thi"


def test_formulas_give_their_last_value_and_one_never_worked_out_is_remarked() -> None:
    rows = '<row r="2"><c r="A2"><f>ROW()</f><v>1</v></c><c r="B2" t="str"><f>"Nông"&amp;" An"</f><v>Nông An</v></c></row>' \
        '<row r="3"><c r="B3"><f>CONCATENATE("a")</f><v></v></c><c r="C3" t="str"><f>""</f><v></v></c></row>' \
        '<row r="4"><c r="B4"><f>A1</f></c><c r="C4" t="e"><f>1/0</f><v>#DIV/0!</v></c></row>'
    grid = open_grid(workbook({"DS": sheet_xml(LIST[:1], rows)}), file_name="x")
    assert tidy(grid.rows)[1:] == [[1.0, "Nông An", None], [None, None, None], [None, None, "#DIV/0!"]]
    assert grid.remarks == (
        "Trang “DS”: ô B3 và 1 ô khác là công thức chưa có kết quả, đọc như ô trống. Mở bằng Excel, lưu lại rồi tải lên.",
    )
    formula = '<table:table-row><table:table-cell table:formula="of:=1+1"/></table:table-row>'
    assert open_grid(ods(LIST, formula), file_name="x").remarks == (
        "Trang “DS”: ô A3 là công thức chưa có kết quả, đọc như ô trống. Mở bằng Excel, lưu lại rồi tải lên.",
    )


def test_hidden_rows_and_columns_and_filters_are_read_and_remarked() -> None:
    hidden = f'<row r="3" hidden="1">{cell("B3", "Nông Văn Bình")}</row><row r="9" hidden="1"><c r="A9" s="1"/></row>'
    columns = '<cols><col min="3" max="3" width="9" hidden="1"/><col min="20" max="16384" hidden="1"/></cols>'
    data = workbook({"DS": sheet_xml(LIST, hidden, before=columns)})
    grid = open_grid(data, file_name="x")
    assert tidy(grid.rows)[2] == [None, "Nông Văn Bình", None]
    assert grid.remarks == (
        "Trang “DS” có 1 dòng đang ẩn; các dòng ấy vẫn được đọc.", "Trang “DS” có 1 cột đang ẩn; các cột ấy vẫn được đọc.",
    )
    filtered = '<autoFilter ref="A1:C9"><filterColumn colId="0"/></autoFilter>'
    grid = open_grid(workbook({"DS": sheet_xml(LIST, hidden, after=filtered)}), file_name="x")
    assert grid.remarks == ("Trang “DS” đang lọc; 1 dòng bị ẩn vẫn được đọc.",)


def test_macros_are_left_alone_and_said() -> None:
    data = workbook({"DS": sheet_xml(LIST)}, parts={"xl/vbaProject.bin": b"Sub Auto_Open()"})
    assert open_grid(data, file_name="x.xlsm").remarks == ("Tệp có macro; macro không được đọc và không được chạy.",)


def test_all_lists_are_opened_and_all_sheets_can_be() -> None:
    data = workbook(
        {"Bìa": sheet_xml([["x"]]), "A": sheet_xml(LIST), "B": sheet_xml([[], *LIST]), "Ẩn": sheet_xml(LIST)}, hidden=["Ẩn"],
    )
    remark = "Trang “Ẩn” đang ẩn, không đọc."
    assert [(grid.sheet, len(grid.rows), grid.remarks) for grid in open_grids(data, file_name="x")] == [
        ("A", 2, (remark,)), ("B", 3, (remark,)),
    ]
    assert [grid.sheet for grid in open_sheets(data, file_name="x")] == ["Bìa", "A", "B"]
    alone = workbook({"Ẩn": sheet_xml(LIST)}, hidden=["Ẩn"])
    assert [grid.remarks for grid in open_grids(alone, file_name="x")] == [("Trang “Ẩn” đang ẩn trong tệp.",)]


@pytest.mark.parametrize("encode", [tcvn3, vni])
def test_a_list_in_an_old_font_is_opened_as_it_is(encode: Callable[[str], str]) -> None:
    rows = [[encode(text) for text in row] for row in [*LIST, ["2", "Hoàng Thị Mỷ", "Trưởng thôn"]]]
    assert open_grid(xlsx(rows), file_name="x").rows == rows


@pytest.mark.parametrize("data", [
    xls(LIST, far=(65535, 255)), xls(LIST, far=(2, 200)), xls(LIST, far=(30000, 1)), xlsb(LIST, far=(1048575, 16383)),
    xlsb(LIST, far=(3, 110)),
    ods(LIST, f'<table:table-row table:number-rows-repeated="99999">{ods_cell(None)}</table:table-row>'
        f"<table:table-row>{ods_cell('x')}</table:table-row>"),
    ods(LIST, ods_row(ods_cell('x', 'table:number-columns-repeated="16384"'))),
    ods(LIST, f'<table:table-row table:number-rows-repeated="1048000">{ods_cell("x")}</table:table-row>'),
    xlsx([*LIST, *([["x"]] * 20_001)]),
])
def test_far_cells_of_the_other_kinds_are_refused_too(data: bytes) -> None:
    assert "20.000 dòng" in refusal(data)


def test_an_old_workbook_whose_chains_run_in_a_circle_is_refused() -> None:
    whole = compound({"Workbook": b"x" * 5000})
    table = len(whole) - 512
    assert "bị hỏng" in refusal(whole[:table] + (0).to_bytes(4, "little") + whole[table + 4 :])


def test_a_sheet_that_is_a_chart_is_passed_over() -> None:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target) as book:
        chart = book.add_chart({"type": "bar"})
        chart.add_series({"values": "=DS!$A$1:$A$2"})
        book.add_chartsheet("Biểu đồ").set_chart(chart)
        sheet = book.add_worksheet("DS")
        for row, cells in enumerate(LIST):
            sheet.write_row(row, 0, cells)
    assert [grid.sheet for grid in open_sheets(target.getvalue(), file_name="x")] == ["DS"]


def old_records(*records: tuple[int, bytes]) -> bytes:
    return b"".join(struct.pack("<HH", kind, len(content)) + content for kind, content in records)


def excel_95(rows: Sequence[Sequence[str]], size: bytes = b"") -> bytes:
    """A workbook of Excel 95: one sheet of texts in the code page of Windows."""
    first, end = (0x0809, struct.pack("<4H", 0x0500, 5, 0, 0)), (0x000A, b"")
    start = len(old_records(first, (0x0085, bytes(6) + b"\x02DS"), end))
    cells = [
        (0x0204, struct.pack("<4H", row, column, 0, len(text)) + text.encode("cp1252"))
        for row, line in enumerate(rows) for column, text in enumerate(line)
    ]
    sheet = [(0x0809, struct.pack("<4H", 0x0500, 0x10, 0, 0)), *([(0x0200, size)] if size else []), *cells, end]
    name = (0x0085, struct.pack("<IBB", start, 0, 0) + b"\x02DS")
    return compound({"Book": old_records(first, name, end, *sheet)})


def test_a_workbook_of_excel_95_in_an_old_font_is_opened() -> None:
    rows = [[tcvn3(text) for text in row] for row in [*LIST, ["2", "Hoàng Thị Mỷ", "Trưởng thôn"]]]
    assert open_grid(excel_95(rows, struct.pack("<5H", 0, 3, 0, 3, 0)), file_name="x").rows == rows


@pytest.mark.parametrize("size", [
    struct.pack("<IIHHH", 0, 0xFFFFFFC2, 0, 5, 0), struct.pack("<IIHHH", 9, 3, 0, 5, 0), struct.pack("<5H", 0, 9, 0, 60_000, 0),
])
def test_an_old_workbook_that_states_a_size_it_cannot_have_is_refused(size: bytes) -> None:
    assert "bị hỏng" in refusal(excel_95([["TT", "Ten"]], size))
    texts = struct.pack("<HHII", 0x00FC, 8, 9, 0x7FFFFFFF)
    assert "bị hỏng" in refusal(compound({"Workbook": texts}))


def test_a_document_s_tables_are_lists() -> None:
    assert [grid.sheet for grid in open_grids(docx_tables(LIST), file_name="ds.xlsx")] == ["Bảng 1"]


def test_files_damaged_anywhere_are_opened_or_refused_and_nothing_else() -> None:
    rows = [*LIST, *([str(number), "Nông Văn An", "x"] for number in range(30))]
    chance = Random(5)
    for data in (xls(rows), xlsb(rows), ods(rows), docx_tables(rows), xlsx(rows)):
        for _ in range(80):
            damaged = bytearray(data)
            for _ in range(chance.randint(1, 10)):
                damaged[chance.randrange(len(damaged))] = chance.randrange(256)
            try:
                open_grids(bytes(damaged), file_name="x")
            except WorkbookRefused as refused:
                assert refused.message.endswith(".")
