"""Annexes: the issued table and the list that goes up, read back as people read them."""

from dataclasses import replace
from io import BytesIO

import openpyxl
import pytest

from congress.documents.allocation_table import AllocationSheet, print_allocation, write_allocation
from congress.documents.annex import Annex, AnnexColumn, AnnexRow, print_annex
from congress.documents.upward_list import UpwardLine, UpwardSheet, print_upward_list
from tests.documents.paper import inks, opened, pages_lines

SHEET = AllocationSheet(
    title="PHÂN BỔ ĐẠI BIỂU DỰ ĐẠI HỘI THI ĐUA YÊU NƯỚC HUYỆN BA BỂ",
    issued_with="(Kèm theo văn bản số 12/CV-UBND ngày 10 tháng 02 năm 2025)",
    answer_by="Gửi danh sách đại biểu chậm nhất ngày 01/04/2025.",
    components=("Khách mời", "Điển hình tiên tiến"),
    rows=(("Xã Bành Trạch", (1, 12)), ("Ủy ban Mặt trận Tổ quốc Việt Nam huyện", (0, 3))),
)


def words(pdf: bytes) -> str:
    return " ".join(line.strip() for page in pages_lines(pdf) for line in page)


def test_the_table_on_one_page() -> None:
    assert words(print_allocation(SHEET)) == (
        "Phụ lục PHÂN BỔ ĐẠI BIỂU DỰ ĐẠI HỘI THI ĐUA YÊU NƯỚC HUYỆN BA BỂ "
        "(Kèm theo văn bản số 12/CV-UBND ngày 10 tháng 02 năm 2025) "
        "TT Cơ quan, đơn vị, địa phương Khách mời Điển hình tiên tiến Tổng số "
        "1 Xã Bành Trạch 1 12 13 2 Ủy ban Mặt trận Tổ quốc Việt Nam huyện 0 3 3 Tổng cộng 1 15 16 "
        "Gửi danh sách đại biểu chậm nhất ngày 01/04/2025."
    )


def test_150_units_keep_their_header_and_their_total() -> None:
    rows = tuple((f"Xã số {n}", (n % 5, n % 3)) for n in range(150))
    pages = pages_lines(print_allocation(replace(SHEET, rows=rows, answer_by="")))
    assert len(pages) == 5
    for number, lines in enumerate(pages, 1):
        text = " ".join(lines)
        assert text.count("Cơ quan, đơn vị, địa phương") == 1
        assert lines[-1] == f"Trang {number}/5"
    assert "Tổng cộng 300 150 450" in " ".join(" ".join(pages[-1]).split())
    found = [line for lines in pages for line in lines if "Xã số" in line]
    assert len(found) == 150


@pytest.mark.parametrize(("columns", "wide"), [(5, False), (6, True)])
def test_many_columns_turn_the_page(columns: int, wide: bool) -> None:
    sheet = replace(SHEET, components=("Khách mời",) * columns, rows=(("Xã", (1,) * columns),))
    with opened(print_allocation(sheet)) as document:
        width, height = document[0].get_size()
    assert (width > height) is wide


def test_nothing_is_drawn_over_anything_else() -> None:
    pdf = print_allocation(SHEET)
    runs = inks(pdf, 0)
    assert [(a.text, b.text) for place, a in enumerate(runs) for b in runs[place + 1 :] if a.overlaps(b, 1.0)] == []


def test_a_cell_taller_than_a_page_breaks_inside() -> None:
    columns = (AnnexColumn("TT", 1), AnnexColumn("Nội dung", 3))
    annex = Annex("", "Dài", (), columns, (AnnexRow(("1", "chữ " * 4000)), AnnexRow(("2", "hết"))))
    pages = pages_lines(print_annex(annex))
    assert " ".join(" ".join(lines) for lines in pages).count("chữ") == 4000
    assert "hết" in " ".join(pages[-1])


def test_the_same_table_gives_the_same_bytes() -> None:
    assert print_allocation(SHEET) == print_allocation(SHEET)


def test_the_workbook_is_text_and_numbers_and_ready_to_print() -> None:
    sheet = replace(SHEET, rows=(("=HYPERLINK(1)", (1, 12)), ("+84 Xã", (0, 3))))
    page = openpyxl.load_workbook(BytesIO(write_allocation(sheet))).active
    assert page is not None
    assert (page["A1"].value, page["A2"].value) == (SHEET.title, SHEET.issued_with)
    cells = [[cell.value for cell in row] for row in page.iter_rows(min_row=4, max_row=7)]
    assert cells == [
        ["TT", "Cơ quan, đơn vị, địa phương", "Khách mời", "Điển hình tiên tiến", "Tổng số"],
        [1, "=HYPERLINK(1)", 1, 12, 13],
        [2, "+84 Xã", 0, 3, 3],
        ["Tổng cộng", None, 1, 15, 16],
    ]
    assert page["B5"].data_type == "s"
    assert (page.freeze_panes, page.print_title_rows, page.page_setup.paperSize) == ("C5", "$4:$4", 9)
    assert page["A9"].value == SHEET.answer_by
    assert [page.row_dimensions[row].height for row in (4, 5)] == [33.0, None]
    assert page.oddFooter.center.text == "Trang &P/&N"


PERSON = UpwardLine("Lò Thị Hoa", "Nữ", "1970", "Nông dân, xã Bành Trạch", "Điển hình tiên tiến")
LIST = UpwardSheet("ĐẠI BIỂU DỰ ĐẠI HỘI", "Xã Bành Trạch", "", (PERSON, PERSON), (PERSON,), "Biểu quyết: đạt.")


def test_the_list_counts_each_part_anew() -> None:
    line = "Lò Thị Hoa Nữ 1970 Nông dân, xã Bành Trạch Điển hình tiên tiến"
    assert words(print_upward_list(LIST)) == (
        "DANH SÁCH ĐẠI BIỂU DỰ ĐẠI HỘI Xã Bành Trạch "
        "TT Họ và tên Nam, nữ Năm sinh Chức vụ, đơn vị Thành phần "
        f"I. Đại biểu chính thức (2 người) 1 {line} 2 {line} "
        f"II. Đại biểu dự khuyết, theo thứ tự (1 người) 1 {line} "
        "Danh sách gồm có 2 đại biểu chính thức và 1 đại biểu dự khuyết./. Biểu quyết: đạt."
    )


def test_without_reserve_nothing_is_said_of_it() -> None:
    text = words(print_upward_list(replace(LIST, reserve=(), state="(Dự thảo)")))
    assert "dự khuyết" not in text
    assert "Xã Bành Trạch (Dự thảo)" in text
    assert "Danh sách gồm có 2 đại biểu chính thức./." in text
