"""Lists that are only text: every encoding and separator Excel and other programs write, and ranges pasted from a window."""

import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from congress.operations.workbooks import WorkbookRefused, open_grid, open_pasted
from tests.lists import separated, tcvn3, vni

ROWS = [
    ["DANH SÁCH ĐẠI BIỂU", "", ""], ["", "", ""], ["TT", "Họ và tên", "Chức vụ, đơn vị"],
    ["1", "Nguyễn Thị Mỷ", 'Phó thôn "Nà Này"; tổ 2'], ["2", "Hoàng Văn Thắng", "Bí thư\nTrưởng thôn"],
    ["3", "Đặng Phước", "+84 912"],
]


def spelled_1258(text: str) -> bytes:
    """Vietnamese Windows has the hats and horns in its letters and the tones behind them, where it has no letter with both."""
    written = b""
    for letter in text:
        try:
            written += letter.encode("cp1258")
        except UnicodeEncodeError:
            base, tone = unicodedata.normalize("NFD", letter)[:-1], unicodedata.normalize("NFD", letter)[-1]
            if tone not in "\u0300\u0301\u0303\u0309\u0323":        # ậ: the dot stands before the hat
                base, tone = unicodedata.normalize("NFD", letter)[0] + tone, unicodedata.normalize("NFD", letter)[1]
            written += unicodedata.normalize("NFC", base).encode("cp1258") + tone.encode("cp1258")
    return written


ENCODERS: dict[str, Callable[[str], bytes]] = {
    "utf-8": str.encode,
    "utf-8 with its mark": lambda text: text.encode("utf-8-sig"),
    "utf-16": lambda text: b"\xff\xfe" + text.encode("utf-16-le"),
    "utf-16 from a Macintosh": lambda text: b"\xfe\xff" + text.encode("utf-16-be"),
    "utf-16 without its mark": lambda text: text.encode("utf-16-le"),
    "utf-16 big-endian without its mark": lambda text: text.encode("utf-16-be"),
    "Vietnamese Windows": spelled_1258,
    "decomposed": lambda text: unicodedata.normalize("NFD", text).encode(),
}


@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
@pytest.mark.parametrize("encoder", ENCODERS)
def test_every_encoding_and_separator_gives_the_same_rows(encoder: str, separator: str) -> None:
    grid = open_grid(ENCODERS[encoder](separated(ROWS, separator)), file_name="/tmp/DS xã Nà Phặc.csv")
    form = "NFD" if encoder == "decomposed" else "NFC"
    assert grid.rows == [[unicodedata.normalize(form, cell) for cell in row] for row in ROWS]
    assert (grid.sheet, grid.first_row, grid.remarks) == ("DS xã Nà Phặc", 1, ())


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_line_end_and_a_stated_separator(end: str) -> None:
    rows = [["TT", "Họ và tên", "Ghi chú"], [], ["1", "Nông Văn An", "a;b"]]
    grid = open_grid(separated(rows, ",", end).encode(), file_name="x")
    assert grid.rows == [["TT", "Họ và tên", "Ghi chú"], ["", "", ""], ["1", "Nông Văn An", "a;b"]]
    if end != "\r":
        grid = open_grid(f"sep=,{end}{separated(rows, ',', end)}".encode(), file_name="x")
        assert [row[1] for row in grid.rows] == ["Họ và tên", "", "Nông Văn An"]


@pytest.mark.parametrize(("encode", "name"), [(tcvn3, "NguyÔn V¨n H\xadêng"), (vni, "Nguyeãn Vaên Höôøng")])
def test_a_text_in_an_old_font_keeps_its_letters_for_the_user_to_decide(encode: Callable[[str], str], name: str) -> None:
    rows = [[encode(cell) for cell in row] for row in [*ROWS[2:], ["4", "Nguyễn Văn Hường", "Trưởng ban"]]]
    grid = open_grid(separated(rows, ";").encode("cp1252"), file_name="x")
    assert grid.rows[-1][1] == name
    assert open_grid(separated(rows, ";").encode(), file_name="x").rows[-1][1] == name
    assert grid.remarks == ()


def test_one_name_in_an_old_font_is_enough_not_to_be_taken_for_vietnamese_windows() -> None:
    rows = [["TT", "Ho ten", "Chuc vu"], ["1", "Nguyeãn Vaên An", "x"]]
    assert open_grid(separated(rows, ";").encode("cp1252"), file_name="x").rows == rows


@pytest.mark.parametrize("encoding", ["utf-8", "cp1258"])
def test_a_text_taken_for_western_and_saved_again_is_mended_and_said(encoding: str) -> None:
    written = separated(ROWS, ";").encode() if encoding == "utf-8" else spelled_1258(separated(ROWS, ";"))
    seen = "".join(bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in written)
    grid = open_grid(seen.encode(), file_name="x")
    assert grid.rows == ROWS
    assert grid.remarks == ("Chữ trong tệp bị mở sai bảng mã và đã được đọc lại; kiểm tra vài họ tên trước khi nhập.",)


@pytest.mark.parametrize(("data", "words"), [
    (b"\xff\xfeH\0o\0 \0\x00", "bị hỏng"),
    (b"\x00\x01\x02\x03" * 100, "không phải bảng tính"),
    ("Họ và tên\nNông Văn An".encode(), "Không tìm thấy danh sách"),
    ("Kính gửi: các đồng chí.\nĐề nghị lập danh sách.".encode(), "Không tìm thấy danh sách"),
    (("Họ và tên;Chức vụ\n" + "An;\n" * 20_001).encode(), "20.000 dòng"),
    (("Họ và tên;Chức vụ\n" + ";\n" * 20_001 + "An;").encode(), "20.000 dòng"),
    (("Họ và tên;Chức vụ\n" * 90 + "An" + ";" * 104 + "x").encode(), "20.000 dòng"),
    (b"a" * (12 * 1024 * 1024 + 1), "20.000 dòng"),
])
def test_texts_that_are_no_list_are_refused(data: bytes, words: str) -> None:
    with pytest.raises(WorkbookRefused) as refused:
        open_grid(data, file_name="x.csv")
    assert words in refused.value.message


def test_rows_and_columns_of_nothing_at_the_end_do_not_count() -> None:
    grid = open_grid(("Họ và tên;Chức vụ\nLý A Sáng;Bí thư" + ";" * 300 + "\n;" * 20_001).encode(), file_name="x")
    assert [row[:2] for row in grid.rows] == [["Họ và tên", "Chức vụ"], ["Lý A Sáng", "Bí thư"]]


def test_a_quote_never_closed_loses_nothing() -> None:
    grid = open_grid('TT;Họ và tên;Chức vụ\n1;"Nông Văn An;Bí thư\n2;Lý A Sáng;'.encode(), file_name="x")
    assert grid.rows[1:] == [["1", '"Nông Văn An', "Bí thư"], ["2", "Lý A Sáng", ""]]


texts = st.text(st.characters(codec="utf-8", exclude_categories=("C",), include_characters='\n";,\t'), max_size=12)


@given(st.lists(st.lists(texts, min_size=3, max_size=3), max_size=5), st.sampled_from([";", ",", "\t"]))
def test_whatever_stands_in_the_cells_comes_back(rows: list[list[str]], separator: str) -> None:
    header = ["TT", "Họ và tên", "Chức vụ"]
    rows = [header, *rows, ["9", "Nông Văn An", ""]]
    assert open_grid(separated(rows, separator).encode(), file_name="x").rows == rows


# ---- pasted ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", [
    separated(ROWS[2:], "\t"),
    "\n\n" + separated(ROWS[2:], "\t", "\n").rstrip("\n"),
    separated(ROWS[2:], ";"),
    separated(ROWS[2:], "|"),
])
def test_a_pasted_range_is_a_list(text: str) -> None:
    grid = open_pasted(text)
    assert grid.rows == ROWS[2:]
    assert (grid.sheet, grid.first_row) == ("Vùng dán", 1)


def test_a_quote_within_a_pasted_cell_stays() -> None:
    assert open_pasted('Họ và tên\tChức vụ\nLý A Sáng\t"Nà Này" thôn\n').rows[1] == ["Lý A Sáng", '"Nà Này" thôn']


def test_a_drawn_table_and_one_of_spaces() -> None:
    drawn = "| TT | Họ và tên | Chức vụ |\n| 1 | Lý A Sáng | Bí thư |"
    read = [[str(cell).strip() for cell in row] for row in open_pasted(drawn).rows]
    assert read == [["TT", "Họ và tên", "Chức vụ"], ["1", "Lý A Sáng", "Bí thư"]]
    spaced = "TT   Họ và tên      Chức vụ\n1    Lý A Sáng      Bí thư thôn"
    assert open_pasted(spaced).rows == [["TT", "Họ và tên", "Chức vụ"], ["1", "Lý A Sáng", "Bí thư thôn"]]


@pytest.mark.parametrize(("text", "words"), [
    ("", "Chưa dán gì"), (" \n\t\n", "Chưa dán gì"), ("Nông Văn An\tBí thư", "cả dòng tiêu đề"),
    ("Kính gửi ban tổ chức", "cả dòng tiêu đề"),
])
def test_what_is_pasted_without_a_header_is_refused(text: str, words: str) -> None:
    with pytest.raises(WorkbookRefused) as refused:
        open_pasted(text)
    assert words in refused.value.message


def test_a_pasted_list_in_an_old_font_is_taken() -> None:
    rows = [[tcvn3(cell) for cell in row] for row in ROWS[2:]]
    assert open_pasted(separated(rows, "\t")).rows == rows
