"""The office's own list with its faults marked: everything else of it stays, and it can be marked again."""

import io
from collections.abc import Mapping
from datetime import date
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from openpyxl.drawing.image import Image
from openpyxl.styles import Border, Font, PatternFill, Side
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from PIL import Image as Picture

from congress.documents.marked_workbook import MarkedCell, MarkedFile, mark_errors
from congress.domain.delegate_lists import Grid, read_listing
from congress.operations.workbooks import open_grid, open_pasted, open_sheets
from tests.lists import docx_tables, ods, separated, with_parts, xls, xlsb

ROWS: list[list[Any]] = [
    ["DANH SÁCH ĐẠI BIỂU", None, None, None], ["TT", "Họ và tên", "Ngày sinh", "Ghi chú"],
    [1, "Nông Văn An", date(1970, 5, 12), "=cmd|calc"], [2, "Hoàng Thị Mỷ", "30/02/1975", "+84 912"], [3, "", "1985", "Phó thôn"],
]
FAULTS = [
    MarkedCell("DS", 4, 2, "Ngày sinh “30/02/1975” không có."), MarkedCell("DS", 5, 1, "Chưa có họ và tên."),
    MarkedCell("DS", 5, None, "=HYPERLINK(1)"), MarkedCell("DS", 5, None, "=HYPERLINK(1)"),
]
RED = "FFFFD9D2"


def own_workbook() -> openpyxl.Workbook:
    """What an office sends: styles, merges, widths, a rule, a list to choose from, a name, another sheet, frozen panes."""
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    sheet.title = "DS"
    for row in ROWS:
        sheet.append(row)
    sheet["D3"].data_type = "s"
    sheet.merge_cells("A1:D1")
    sheet["A1"].font = Font(name="Times New Roman", size=14, bold=True)
    sheet["D2"].border = Border(left=Side("thin"))
    sheet["D2"].fill = PatternFill("solid", start_color="FFEDEBE6")
    sheet.column_dimensions["B"].width = 33
    sheet.row_dimensions[5].height = 15
    sheet.freeze_panes = "A3"
    chosen = DataValidation("list", formula1='"x,y"')
    chosen.add("D3:D9")
    sheet.add_data_validation(chosen)
    workbook.defined_names["Ten"] = DefinedName("Ten", attr_text="DS!$B$3:$B$9")
    workbook.create_sheet("Bìa")["A1"] = "=1+1"
    return workbook


def saved(workbook: openpyxl.Workbook) -> bytes:
    target = io.BytesIO()
    workbook.save(target)
    return target.getvalue()


def marked(data: bytes, faults: list[MarkedCell] = FAULTS, headers: Mapping[str, int] | None = None) -> MarkedFile:
    return mark_errors(data, faults, sheets=open_sheets(data, file_name="DS"), header_rows=headers or {"DS": 2})


def opened(file: MarkedFile) -> Any:
    return openpyxl.load_workbook(io.BytesIO(file.content))


def filled(sheet: Any) -> set[str]:
    return {cell.coordinate for row in sheet.iter_rows() for cell in row if cell.fill.start_color.rgb == RED}


def filled_in(file: MarkedFile, *places: str) -> list[bool]:
    return [opened(file)["DS"][place].fill.start_color.rgb == RED for place in places]


def test_an_own_workbook_comes_back_with_marks_and_all_its_own() -> None:
    file = marked(saved(own_workbook()))
    assert (file.file_name_suffix, file.kept_styles, file.remark) == ("_loi.xlsx", True, "")
    workbook = opened(file)
    sheet = workbook["DS"]
    assert [sheet.cell(row, 5).value for row in range(1, 6)] == [
        None, "Lỗi", None, "Ngày sinh “30/02/1975” không có.", "Chưa có họ và tên.\n=HYPERLINK(1)",
    ]
    assert filled(sheet) == {"C4", "B5"}
    assert [[cell.value for cell in row[:4]] for row in sheet.iter_rows()][2][1] == "Nông Văn An"
    assert workbook.sheetnames == ["DS", "Bìa"]
    assert workbook["Bìa"]["A1"].value == "=1+1"
    assert [str(area) for area in sheet.merged_cells.ranges] == ["A1:D1"]
    assert (sheet["A1"].font.name, sheet["A1"].font.size, sheet["A1"].font.bold) == ("Times New Roman", 14, True)
    assert sheet.column_dimensions["B"].width == 33
    assert sheet.freeze_panes == "A3"
    assert [str(rule.sqref) for rule in sheet.data_validations.dataValidation] == ["D3:D9"]
    assert workbook.defined_names["Ten"].attr_text == "DS!$B$3:$B$9"
    assert sheet["E2"].fill.start_color.rgb == "FFEDEBE6"                  # looks like the header beside it
    assert sheet["E5"].alignment.wrap_text
    assert sheet.row_dimensions[5].height == 30


def test_text_that_looks_like_a_formula_stays_text() -> None:
    sheet = opened(marked(saved(own_workbook()), [MarkedCell("DS", 4, None, "=1+1"), MarkedCell("DS", 3, None, "@x")]))["DS"]
    assert [(sheet[place].value, sheet[place].data_type) for place in ("D3", "D4", "E3", "E4")] == [
        ("=cmd|calc", "s"), ("+84 912", "s"), ("@x", "s"), ("=1+1", "s"),
    ]
    assert sheet["E4"].quotePrefix
    sheets = open_sheets(saved(own_workbook()), file_name="x")
    anew = opened(mark_errors(b"", [MarkedCell("DS", 4, None, "=1+1")], sheets=sheets, header_rows={"DS": 2}))["DS"]
    assert [(anew[place].value, anew[place].data_type, anew[place].quotePrefix) for place in ("D3", "D4", "E4")] == [
        ("=cmd|calc", "s", True), ("+84 912", "s", True), ("=1+1", "s", True),
    ]


@pytest.mark.parametrize("own", [True, False])
def test_a_list_marked_before_gets_its_marks_anew(own: bool) -> None:
    data = saved(own_workbook())
    once = marked(data) if own else mark_errors(b"", FAULTS, sheets=open_sheets(data, file_name="x"), header_rows={"DS": 2})
    file = marked(once.content, [MarkedCell("DS", 3, 3, "Ghi chú là công thức.")])
    sheet = opened(file)["DS"]
    assert [sheet.cell(row, 5).value for row in range(2, 6)] == ["Lỗi", "Ghi chú là công thức.", None, None]
    assert sheet.max_column == 5
    assert filled(sheet) == {"D3"}


def test_the_sheets_of_several_lists_are_each_marked() -> None:
    workbook = own_workbook()
    second = workbook.create_sheet("Đoàn 2 ")
    for row in ROWS[1:]:
        second.append(row)
    file = marked(saved(workbook), [*FAULTS, MarkedCell("Đoàn 2", 3, 1, "Trùng.")], {"DS": 2, "Đoàn 2": 1})
    marks = opened(file)["Đoàn 2 "]
    assert [marks.cell(row, 5).value for row in range(1, 4)] == ["Lỗi", None, "Trùng."]
    assert filled(marks) == {"B3"}


def test_a_list_without_faults_gets_an_empty_column() -> None:
    sheet = opened(marked(saved(own_workbook()), []))["DS"]
    assert [sheet.cell(row, 5).value for row in range(1, 6)] == [None, "Lỗi", None, None, None]
    assert filled(sheet) == set()


def test_hidden_columns_to_the_edge_do_not_hide_the_marks() -> None:
    workbook = own_workbook()
    dimension = workbook["DS"].column_dimensions["E"]
    dimension.min, dimension.max, dimension.hidden = 5, 16384, True
    columns = opened(marked(saved(workbook)))["DS"].column_dimensions
    assert (columns["E"].hidden, columns["E"].width) == (False, 52)
    assert (columns["F"].hidden, columns["F"].min, columns["F"].max) == (True, 6, 16384)


def test_a_fault_in_a_merged_cell_marks_the_cell_that_shows_it() -> None:
    workbook = own_workbook()
    workbook["DS"].merge_cells("D4:D5")
    assert filled(opened(marked(saved(workbook), [MarkedCell("DS", 5, 3, "Không rõ.")]))["DS"]) >= {"D4"}


def test_formulas_keep_what_they_came_to() -> None:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target) as workbook:
        sheet = workbook.add_worksheet("DS")
        for row, cells in enumerate(ROWS[:2]):
            sheet.write_row(row, 0, [cell for cell in cells if cell is not None])
        sheet.write_formula("A3", "=ROW()-2", None, 1)
        sheet.write_formula("B3", '="Nông "&"An"', None, "Nông An")
        sheet.write_formula("C3", "=DATE(1970,5,12)", workbook.add_format({"num_format": "dd/mm/yyyy"}), 25700)
        sheet.write_formula("D3", "=1/0", None, "#DIV/0!")
    file = marked(target.getvalue(), [MarkedCell("DS", 3, 3, "Ô lỗi.")])
    assert [opened(file)["DS"].cell(3, column).value for column in (1, 2, 3)] == ["=ROW()-2", '="Nông "&"An"', "=DATE(1970,5,12)"]
    again = open_grid(file.content, file_name="x")
    assert list(again.rows[2]) == [1.0, "Nông An", date(1970, 5, 12), "#DIV/0!", "Ô lỗi."]
    assert again.remarks == ()


def test_pictures_and_macros_are_lost_and_that_is_said() -> None:
    workbook = own_workbook()
    picture = io.BytesIO()
    Picture.new("RGB", (4, 4)).save(picture, "PNG")
    workbook["DS"].add_image(Image(picture), "F9")
    lost = "Hình vẽ và macro của tệp gốc không được giữ lại."
    for data in (saved(workbook), with_parts(saved(own_workbook()), {"xl/vbaProject.bin": b"Sub Auto_Open()"})):
        file = marked(data)
        assert (file.kept_styles, file.remark) == (True, lost)
        assert b"vbaProject" not in file.content
        assert opened(file)["DS"]["E4"].value == "Ngày sinh “30/02/1975” không có."


OTHERS = {
    "xls": xls(ROWS, merged=[(0, 0, 0, 3)]),
    "xlsb": xlsb([[None if isinstance(cell, date) else cell for cell in row] for row in ROWS], merged=[(0, 0, 0, 3)]),
    "ods": ods([["" if cell is None else cell for cell in row] for row in ROWS]),
    "csv": separated(ROWS, ";").encode(),
}


@pytest.mark.parametrize("kind", OTHERS)
def test_other_kinds_come_back_as_a_new_workbook_with_the_same_cells(kind: str) -> None:
    data = OTHERS[kind]
    [grid] = open_sheets(data, file_name="DS")
    file = marked(data)
    assert (file.file_name_suffix, file.kept_styles) == ("_loi.xlsx", False)
    assert file.remark == "Tệp được ghi lại dạng .xlsx: các ô như cũ, định dạng không được giữ."
    again = open_grid(file.content, file_name="x")
    assert [[cell or "" for cell in row[:4]] for row in again.rows] == [[cell or "" for cell in row] for row in grid.rows]
    assert (again.sheet, again.merged) == (grid.sheet, grid.merged)
    sheet = opened(file)["DS"]
    assert [sheet.cell(row, 5).value for row in range(1, 6)] == [
        None, "Lỗi", None, "Ngày sinh “30/02/1975” không có.", "Chưa có họ và tên.\n=HYPERLINK(1)",
    ]
    assert filled(sheet) == {"C4", "B5"}


def test_a_document_and_a_pasted_range_come_back_as_workbooks_too() -> None:
    texts = [[str(cell or "") for cell in row] for row in ROWS[1:]]
    data = docx_tables(texts)
    file = marked(data, [MarkedCell("Bảng 1", 3, 2, "Sai.")], {"Bảng 1": 1})
    assert filled(opened(file)["Bảng 1"]) == {"C3"}
    grid = open_pasted(separated(texts, "\t"))
    file = mark_errors(b"", [MarkedCell(grid.sheet, 3, 2, "Sai.")], sheets=[grid], header_rows={grid.sheet: 1})
    assert [cell.value for cell in opened(file)["Vùng dán"]["E"]] == ["Lỗi", None, "Sai.", None]


def test_odd_sheet_names_and_control_characters_are_made_fit() -> None:
    rows = [["Họ và tên", "Chức vụ"], ["Nông\x0bVăn An", "x\r\ny"]]
    names = ["DS: xã [Nà Phặc] / 2025 – danh sách dài", "DS: xã [Nà Phặc] / 2025 – danh sách khác"]
    sheets = [Grid(names[0], rows), Grid(names[1], rows, first_row=4)]
    file = mark_errors(b"", [MarkedCell(sheets[1].sheet, 5, 0, "a\x00b")], sheets=sheets, header_rows={sheets[1].sheet: 4})
    workbook = opened(file)
    first, second = workbook.sheetnames
    assert first.lower() != second.lower() and len(second) <= 31
    assert [[cell.value for cell in row] for row in workbook[second].iter_rows(min_row=4)] == [
        ["Họ và tên", "Chức vụ", "Lỗi"], ["NôngVăn An", "x\ny", "ab"],
    ]


def test_a_workbook_too_heavy_for_its_own_marks_is_written_anew() -> None:
    workbook = own_workbook()
    for row in range(6, 30_100):
        workbook["DS"].row_dimensions[row].height = 20
    file = marked(saved(workbook))
    assert (file.kept_styles, filled(opened(file)["DS"])) == (False, {"C4", "B5"})


def test_a_far_formatted_cell_costs_nothing() -> None:
    workbook = own_workbook()
    workbook["DS"]["XFD1048576"].font = Font(bold=True)
    file = marked(saved(workbook))
    assert (file.kept_styles, filled_in(file, "C4", "B5")) == (True, [True, True])


def test_a_marked_list_is_read_like_the_one_before() -> None:
    data = saved(own_workbook())
    before, after = (
        read_listing(open_grid(file, file_name="x"), file_name="x", groups=(), known_units=None, today=date(2026, 11, 23))
        for file in (data, marked(data).content)
    )
    assert [(person.row, person.name, person.born, person.errors) for person in after.people] == [
        (person.row, person.name, person.born, person.errors) for person in before.people
    ]
    assert dict(after.columns) == dict(before.columns)
