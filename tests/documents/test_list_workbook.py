"""The delegate list as a workbook, read back: text everywhere, sections, and ready to print."""

from datetime import UTC, datetime
from io import BytesIO
from zipfile import ZipFile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from congress.documents.cells import row_height
from congress.documents.fonts import SERIF, word_width
from congress.documents.list_workbook import ListColumn, ListSection, ListSheet, roman, write_list

COLUMNS = [ListColumn("Số thẻ", 7), ListColumn("Họ và tên", 24), ListColumn("Số điện thoại", 14)]
AN, BINH, CHI = (["101", "Nông Văn An", "0912345678"], ["102", "=1+1", "+84912345678"], ["103", "@Chi", "-1"])


def sheet_of(*sections: ListSection, restart: bool = False) -> ListSheet:
    lines = ("Đại hội Thi đua yêu nước huyện Ba Bể", "Lần thứ VI", "ngày 23 tháng 5 năm 2025")
    made_at = datetime(2025, 3, 10, 1, 0, tzinfo=UTC)
    return ListSheet(lines, "DANH SÁCH ĐẠI BIỂU", "(Tính đến 08:00 ngày 10/03/2025)", made_at, COLUMNS, sections, restart)


def read(sheet: ListSheet) -> Worksheet:
    book = load_workbook(BytesIO(write_list(sheet)))
    [page] = book.worksheets
    return page


def rows(page: Worksheet) -> list[list[object]]:
    return [[cell for cell in row if cell is not None] for row in page.iter_rows(values_only=True)]


def test_the_list_says_whose_it_is_when_and_how_many() -> None:
    page = read(sheet_of(ListSection("", [AN, BINH, CHI])))
    assert rows(page) == [
        ["ĐẠI HỘI THI ĐUA YÊU NƯỚC HUYỆN BA BỂ"], ["LẦN THỨ VI"], ["ngày 23 tháng 5 năm 2025"], [], ["DANH SÁCH ĐẠI BIỂU"],
        ["(Tính đến 08:00 ngày 10/03/2025)"], [], ["STT", "Số thẻ", "Họ và tên", "Số điện thoại"], [1, *AN], [2, *BINH],
        [3, *CHI], ["Danh sách gồm có 3 đại biểu./."],
    ]  # fmt: skip
    assert page.title == "Danh sách đại biểu"


def test_it_opens_ready_to_print() -> None:
    page = read(sheet_of(ListSection("", [AN])))
    assert (page.page_setup.orientation, page.page_setup.paperSize) == ("landscape", 9)
    fit = (page.sheet_properties.pageSetUpPr.fitToPage, page.page_setup.fitToWidth, page.page_setup.fitToHeight)
    assert fit == (True, None, 0)  # None: one page wide
    assert (page.print_title_rows, page.print_area) == ("$8:$8", "'Danh sách đại biểu'!$A$1:$D$10")
    assert (page.oddFooter.center.text, page.freeze_panes) == ("Trang &P/&N", "A9")
    assert [page.column_dimensions[letter].width > 4 for letter in "ABCD"] == [True] * 4


def test_a_row_is_as_tall_as_its_longest_text() -> None:
    """A program that does not fit rows by itself would print a second line over the next person."""
    long = ["104", "Chủ tịch Ủy ban Mặt trận Tổ quốc Việt Nam xã Bành Trạch", "0912345678"]
    page = read(sheet_of(ListSection("", [AN, long, CHI])))
    assert [page.row_dimensions[row].height for row in (8, 9, 10, 11)] == [None, None, 49.5, None]


WORDS = """Chủ tịch Ủy ban Mặt trận Tổ quốc Việt Nam xã Bành Trạch UBND HĐND MTTQ Nguyễn Thị Mường 0912345678 đồng trường,
    (phó) ở nâng cao phương hướng nhiệm""".split()


@given(st.lists(st.sampled_from(WORDS), max_size=30).map(" ".join), st.integers(5, 60))
def test_no_row_is_too_low_for_the_real_letters(text: str, width: int) -> None:
    room, size, needed, used = 5.25 * width, 12, 1, 0.0  # points
    for word in text.split():
        length = word_width(SERIF, word) * size
        if used and used + 3 + length > room:
            needed, used = needed + 1, 0.0
        used += length + (3 if used else 0)
        needed, used = (needed + 1, used - room) if used > room else (needed, used)
    assert (row_height([(text, width)]) or 16.5) >= min(needed * 16.5, 409)


def test_sections_are_numbered_and_the_count_goes_on_or_starts_again() -> None:
    sections = (ListSection("Đoàn Xã Một", [AN, BINH]), ListSection("Đoàn Xã Hai", [CHI]))
    for restart, last in ((False, 3), (True, 1)):
        found = rows(read(sheet_of(*sections, restart=restart)))[8:]
        assert found[:4] == [["I. Đoàn Xã Một"], [1, *AN], [2, *BINH], ["II. Đoàn Xã Hai"]]
        assert found[4:] == [[last, *CHI], ["Danh sách gồm có 3 đại biểu./."]]


def test_no_text_is_a_formula_a_number_or_a_link() -> None:
    texts = ["=1+1", "+84", "-1", "@x", "\t=1", "12/5/1970", "0912345678", "https://vidu.vn", "mailto:a@b.vn", "{=1}"]
    data = write_list(sheet_of(ListSection("", [[text, text, text] for text in texts])))
    page = load_workbook(BytesIO(data)).worksheets[0]
    cells = [page.cell(row, column) for row in range(9, 9 + len(texts)) for column in (2, 3, 4)]
    assert {cell.data_type for cell in cells} == {"s"}
    assert {cell.number_format for cell in cells} == {"@"}
    quoted = {cell.value for cell in cells if cell.quotePrefix}
    assert quoted == {"=1+1", "+84", "-1", "@x", "\t=1"}
    with ZipFile(BytesIO(data)) as parts:
        assert b"<f>" not in parts.read("xl/worksheets/sheet1.xml")
        assert not [name for name in parts.namelist() if name.endswith("sheet1.xml.rels")]


@settings(max_examples=30)
@given(st.lists(st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=30), min_size=1, max_size=6))
def test_whatever_is_written_is_read_back(texts: list[str]) -> None:
    page = read(sheet_of(ListSection("", [["101", text, ""] for text in texts])))
    assert [page.cell(9 + place, 3).value or "" for place in range(len(texts))] == texts


def test_the_same_list_is_the_same_file_and_an_empty_one_too() -> None:
    assert write_list(sheet_of()) == write_list(sheet_of())
    assert rows(read(sheet_of()))[-1] == ["Danh sách gồm có 0 đại biểu./."]


@pytest.mark.parametrize(("number", "letters"), [(1, "I"), (4, "IV"), (9, "IX"), (14, "XIV"), (40, "XL"), (99, "XCIX")])
def test_roman(number: int, letters: str) -> None:
    assert roman(number) == letters
