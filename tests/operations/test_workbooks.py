"""Uploaded files: the three real lists to the letter, and everything that is not a list refused in words."""

import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import pytest

from congress.domain.delegate_lists import Group, Listing, read_listing
from congress.operations import workbooks
from congress.operations.workbooks import WorkbookRefused, open_grid

ROOT = Path(workbooks.__file__).parents[2]
SAMPLES = ROOT / "congress" / "presets" / "samples"
EXPECTED = json.loads((Path(__file__).parents[1] / "data" / "expected.json").read_text("utf-8"))
GROUPS = (
    Group("leader", "Lãnh đạo các cấp, các ngành", "invited", ("Lãnh đạo",)),
    Group("guest", "Khách mời", "invited"),
    Group("exemplar", "Điển hình tiên tiến", "honoured", ("ĐHTT", "Điển hình")),
    Group("press", "Phóng viên, báo chí", "uncounted"),
)
MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"


def listing_of(name: str) -> Listing:
    grid = open_grid((SAMPLES / name).read_bytes(), file_name=name)
    return read_listing(grid, file_name=name, groups=GROUPS, known_units=None, today=date(2026, 11, 23))


def cell(place: str, value: object) -> str:
    return f'<c r="{place}" t="inlineStr"><is><t>{value}</t></is></c>'


def sheet_xml(rows: Sequence[Sequence[object]], more: str = "") -> str:
    lines = [
        f'<row r="{number}">' + "".join(cell(f"{chr(65 + column)}{number}", value) for column, value in enumerate(row)) + "</row>"
        for number, row in enumerate(rows, start=1)
    ]
    return f'<worksheet {MAIN}><sheetData>{"".join(lines)}{more}</sheetData></worksheet>'


def workbook(sheets: Mapping[str, str], *, hidden: Sequence[str] = (), parts: Mapping[str, bytes] | None = None) -> bytes:
    """Write the least an .xlsx needs: sheet names to sheet XML."""
    states = {name: 'state="hidden"' if name in hidden else "" for name in sheets}
    entries = "".join(
        f'<sheet name="{name}" sheetId="{place}" r:id="rId{place}" {states[name]}/>'
        for place, name in enumerate(sheets, start=1)
    )
    links = "".join(
        f'<Relationship Id="rId{place}" Type="{OFFICE}/worksheet" Target="worksheets/sheet{place}.xml"/>'
        for place in range(1, len(sheets) + 1)
    )
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", f'<Types xmlns="{PACKAGE}/content-types"/>')
        start = f'<Relationship Id="rId1" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/>'
        archive.writestr("_rels/.rels", f'<Relationships xmlns="{PACKAGE}/relationships">{start}</Relationships>')
        archive.writestr("xl/workbook.xml", f'<workbook {MAIN} xmlns:r="{OFFICE}"><sheets>{entries}</sheets></workbook>')
        archive.writestr("xl/_rels/workbook.xml.rels", f'<Relationships xmlns="{PACKAGE}/relationships">{links}</Relationships>')
        for place, xml in enumerate(sheets.values(), start=1):
            archive.writestr(f"xl/worksheets/sheet{place}.xml", xml)
        for name, content in (parts or {}).items():
            archive.writestr(name, content)
    return target.getvalue()


LIST = [["TT", "Họ và tên", "Chức vụ"], ["1", "Nông Văn An", "Chủ tịch"]]


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


@pytest.mark.parametrize(("data", "words"), [
    (b"", "Tệp rỗng"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"), "có mật khẩu"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "bị hỏng"),
    (b"PK\x03\x04 not a zip", "bị hỏng"),
    (b"\r\n<html><table><tr><td>", "trang web"),
    ("<html>".encode("utf-16"), "trang web"),
    (b"\xef\xbb\xbf<?xml version='1.0'?><Workbook/>", "dạng XML"),
    (b"%PDF-1.7", "PDF"),
    (b"STT;Ho ten\n1;An", "không phải bảng tính"),
    (workbook({"DS": "<worksheet"}), "Không tìm thấy danh sách"),
    (workbook({"DS": sheet_xml([["Mã", "Giá"]])}), "Họ và tên"),
    (workbook({}, parts={"word/document.xml": b"<w/>"}), "văn bản Word"),
    (b"0" * (workbooks.MAX_FILE_BYTES + 1), "tối đa 20 MB"),
])
def test_what_is_not_a_list_is_refused_with_what_to_do(data: bytes, words: str) -> None:
    message = refusal(data)
    assert words in message
    assert message.endswith(".")


def test_other_zip_files_and_broken_ones_are_refused() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("a.xml", "<a/>")
    assert "không phải bảng tính" in refusal(target.getvalue())
    whole = workbook({"DS": sheet_xml(LIST * 50)})
    place = whole.index(b"xl/worksheets/sheet1.xml") + 60
    assert "bị hỏng" in refusal(whole[:place] + b"\xff" * 8 + whole[place + 8:])
    assert "bị hỏng" in refusal(whole[: len(whole) // 2])


def test_a_zip_bomb_is_refused_before_it_is_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbooks, "MAX_UNPACKED_BYTES", 100_000)
    assert "quá lớn" in refusal(workbook({"DS": sheet_xml(LIST)}, parts={"xl/more.xml": b" " * 100_001}))
    assert open_grid(workbook({"DS": sheet_xml(LIST)}, parts={"xl/media/a.png": b" " * 100_001}), file_name="x").sheet == "DS"


def test_a_size_that_lies_is_found_out() -> None:
    data = workbook({"DS": sheet_xml(LIST)}, parts={"xl/more.xml": b" " * 1000})
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
