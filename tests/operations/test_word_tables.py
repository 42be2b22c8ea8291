"""Tables of Word documents as lists: merged cells as ranges, broken tables put together, nothing that is not shown."""

from congress.operations.workbooks import open_grids, open_sheets
from tests.lists import LIST, docx_tables, word_xml

MIXED = [
    ["TT", "Họ và tên", "Năm sinh", "", "Đơn vị"], ["", "", "Nam", "Nữ", ""],
    ["1", "Nông Văn An", "1970", "", "Thôn Nà Này"], ["2", "Hoàng Thị Mỷ", "", "1985", ""],
    ["3", "Lý A Sáng", "1990", "", "Bản Thi"],
]
AREAS = [(0, 0, 1, 0), (0, 1, 1, 1), (0, 2, 0, 3), (0, 4, 1, 4), (2, 4, 3, 4)]


def cell(text: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:tc>"


def row(*cells: str, properties: str = "") -> str:
    return f"<w:tr><w:trPr>{properties}</w:trPr>{''.join(cells)}</w:tr>"


def table(*rows: str) -> str:
    return f"<w:tbl>{''.join(rows)}</w:tbl>"


HEADER = row(cell("TT"), cell("Họ và tên"), cell("Chức vụ"))


def rows_of(body: str) -> list[list[object]]:
    return [list(line) for line in open_grids(word_xml(body), file_name="x")[0].rows]


def test_merged_cells_keep_one_text_and_give_their_ranges() -> None:
    [grid] = open_grids(docx_tables(MIXED, merged=AREAS), file_name="ds.docx")
    assert [list(line) for line in grid.rows] == MIXED
    assert set(grid.merged) == {((top, left), (bottom, right)) for top, left, bottom, right in AREAS}
    assert (grid.sheet, grid.first_row, grid.remarks) == ("Bảng 1", 1, ())


def test_every_table_with_a_header_is_a_list_under_its_own_number() -> None:
    data = docx_tables([["ỦY BAN NHÂN DÂN", "CỘNG HÒA"]], LIST, [["NGƯỜI LẬP", "CHỦ TỊCH"]], [*LIST, ["2", "Lý A Sáng", ""]])
    assert [(grid.sheet, len(grid.rows)) for grid in open_grids(data, file_name="x")] == [("Bảng 2", 2), ("Bảng 4", 3)]
    assert [grid.sheet for grid in open_sheets(data, file_name="x")] == ["Bảng 1", "Bảng 2", "Bảng 3", "Bảng 4"]


def test_a_table_that_goes_on_after_a_break_is_read_on() -> None:
    data = docx_tables(LIST, [["2", "Lý A Sáng", "Trưởng thôn"], ["3", "Đặng Phước", ""]], [["NGƯỜI LẬP", "CHỦ TỊCH"]])
    [grid] = open_grids(data, file_name="x")
    assert [line[1] for line in grid.rows] == ["Họ và tên", "Nông Văn An", "Lý A Sáng", "Đặng Phước"]
    assert grid.remarks == ("Bảng 2 không có dòng tiêu đề, được đọc tiếp vào Bảng 1 từ dòng 3.",)


def test_tables_that_are_no_lists_stay_apart() -> None:
    data = docx_tables([["ỦY BAN", "CỘNG HÒA"]], [["XÃ", "Độc lập"]], LIST)
    assert [grid.sheet for grid in open_sheets(data, file_name="x")] == ["Bảng 1", "Bảng 2", "Bảng 3"]


def test_moved_edges_and_indented_rows_do_not_make_columns() -> None:
    body = table(
        row(cell("TT"), cell("Họ và tên", '<w:gridSpan w:val="2"/>'), cell("Chức vụ", '<w:gridSpan w:val="3"/>')),
        row(cell("1"), cell("An", '<w:gridSpan w:val="2"/>'), cell("Bí thư", '<w:gridSpan w:val="3"/>')),
        row(cell("Bình", '<w:gridSpan w:val="2"/>'), cell("Phó", '<w:gridSpan w:val="3"/>'),
            properties='<w:gridBefore w:val="1"/>'),
        row(cell("Đại biểu khách mời", '<w:gridSpan w:val="6"/>')),
    )
    [grid] = open_grids(word_xml(body), file_name="x")
    assert [list(line) for line in grid.rows] == [
        ["TT", "Họ và tên", "Chức vụ"], ["1", "An", "Bí thư"], ["", "Bình", "Phó"], ["Đại biểu khách mời", "", ""],
    ]
    assert grid.merged == (((3, 0), (3, 2)),)


def test_lines_tabs_and_pieces_are_one_text_and_taken_out_text_is_not_read() -> None:
    pieces = (
        "<w:tc><w:p><w:r><w:t>Nông Văn</w:t><w:tab/><w:t>An</w:t></w:r>"
        "<w:del><w:r><w:delText>x</w:delText><w:t>cũ</w:t></w:r></w:del>"
        "<w:ins><w:r><w:t> Em</w:t></w:r></w:ins></w:p><w:p><w:r><w:t>Lý</w:t><w:br/><w:t>Sáng</w:t></w:r></w:p></w:tc>"
    )
    control = f"<w:sdt><w:sdtContent>{cell('Bí thư')}</w:sdtContent></w:sdt>"
    assert rows_of(table(HEADER, row(cell("1"), pieces, control))) == [
        ["TT", "Họ và tên", "Chức vụ"], ["1", "Nông Văn An Em\nLý\nSáng", "Bí thư"],
    ]


def test_a_table_within_a_cell_is_a_table_of_its_own() -> None:
    inner = table(HEADER, row(cell("1"), cell("An"), cell("Bí thư")))
    body = table(row(f"<w:tc><w:p><w:r><w:t>Khung</w:t></w:r></w:p>{inner}<w:p/></w:tc>"))
    [grid] = open_grids(word_xml(body), file_name="x")
    assert (grid.sheet, grid.rows[1]) == ("Bảng 2", ["1", "An", "Bí thư"])
    assert [list(other.rows) for other in open_sheets(word_xml(body), file_name="x")][0] == [["Khung"]]


def test_a_row_with_fewer_cells_ends_early() -> None:
    assert rows_of(table(HEADER, row(cell("Tổng cộng: 1")), row(cell("1"), cell("An"))))[1:] == [
        ["Tổng cộng: 1", "", ""], ["1", "An", ""],
    ]
