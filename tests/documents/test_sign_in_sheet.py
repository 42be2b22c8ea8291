"""The sign-in sheet, read back from the paper: rows to sign in, everybody once, the header again on every page."""

import re

import pytest
from PIL import Image

from congress.documents.sign_in_sheet import ROW, SignInPerson, SignInSection, SignInSheet, print_sign_in_sheet
from tests.documents.paper import DPI, inks, pages_lines, pictures

LINES = ("Đại hội Thi đua yêu nước huyện Ba Bể", "Lần thứ VI", "ngày 20 tháng 5 năm 2025")
HEADERS = ("STT", "Số thẻ", "Họ và tên", "Chức vụ, đơn vị", "Ghế", "Giờ đến", "Ký tên")
MM = DPI / 25.4  # dots of a picture


def person(number: int, name: str = "", **more: str) -> SignInPerson:
    values = {"place": "Bí thư Chi bộ, thôn Nà Đon", "seat": "A12", **more}
    return SignInPerson(number=number, name=name or f"Nguyễn Văn Thử {number}", **values)


def sheet(*sizes: int, apart: bool = False) -> SignInSheet:
    """Delegations of these sizes, badge numbers running from 101."""
    sections, number = [], 101
    for place, size in enumerate(sizes, 1):
        people = tuple(person(number + n) for n in range(size))
        sections.append(SignInSection(f"Đoàn xã Thử {place}", f"Trưởng đoàn: {people[0].name}", people))
        number += size
    return SignInSheet(LINES, "Danh sách đại biểu ký tên điểm danh", "(Buổi chính)", tuple(sections), apart)


def words_of(pdf: bytes) -> list[str]:
    """The text of each page."""
    return [" ".join(lines) for lines in pages_lines(pdf)]


def row_heights(page: Image.Image) -> list[float]:
    """Distances between the rules across a page in the column where people sign, in millimetres, from the top."""
    column = page.crop((int(180 * MM), 0, int(195 * MM), page.height)).resize((1, page.height), Image.Resampling.BOX)
    rules = [y for y in range(page.height) if column.getpixel((0, y)) < 160]
    edges = [rule for rule, before in zip(rules, [-9, *rules[:-1]], strict=True) if rule - before > 2]
    return [round((b - a) / MM, 1) for a, b in zip(edges, edges[1:], strict=False)]


def test_title_heading_and_the_cells_of_a_row() -> None:
    leader = SignInSection("Đoàn Sở Y tế", "Trưởng đoàn: ThS. Hà Thị Lầu", (person(7, "ThS. Hà Thị Lầu", seat="B3"),))
    [words] = words_of(print_sign_in_sheet(SignInSheet(LINES, "Danh sách ký tên", "(Buổi chính)", (leader,))))
    for expected in (
        "ĐẠI HỘI THI ĐUA YÊU NƯỚC HUYỆN BA BỂ", "LẦN THỨ VI", "ngày 20 tháng 5 năm 2025", "DANH SÁCH KÝ TÊN", "(Buổi chính)",
        *HEADERS, "I. Đoàn Sở Y tế – Trưởng đoàn: ThS. Hà Thị Lầu – 1 đại biểu", "B3", "Danh sách gồm có 1 đại biểu. Có mặt: ..",
        "Trang 1/1",
    ):  # fmt: skip
        assert expected in words


@pytest.mark.parametrize("sizes", [(1,), (60,), (31, 8, 3, 45), (2,) * 60])
@pytest.mark.parametrize("apart", [False, True])
def test_everybody_stands_on_it_exactly_once_in_order(sizes: tuple[int, ...], apart: bool) -> None:
    pages = words_of(print_sign_in_sheet(sheet(*sizes, apart=apart)))
    found = re.findall(r"(?<!Trưởng đoàn: )Nguyễn Văn Thử (\d+)", " ".join(pages))
    assert list(map(int, found)) == list(range(101, 101 + sum(sizes)))


@pytest.mark.parametrize("sizes", [(1,), (60,), (31, 8, 3, 45), (2,) * 60])
def test_every_page_has_the_header_and_its_number_and_the_last_the_count(sizes: tuple[int, ...]) -> None:
    pages = words_of(print_sign_in_sheet(sheet(*sizes)))
    assert all(header in page for page in pages for header in HEADERS)
    assert [f"Trang {n}/{len(pages)}" in page for n, page in enumerate(pages, 1)] == [True] * len(pages)
    assert [f"Danh sách gồm có {sum(sizes)} đại biểu." in page for page in pages] == [False] * (len(pages) - 1) + [True]


def test_twenty_to_twenty_five_people_sign_on_a_full_page() -> None:
    pages = words_of(print_sign_in_sheet(sheet(100)))
    counts = [len(re.findall(r"(?<!Trưởng đoàn: )Nguyễn Văn Thử", page)) for page in pages]
    assert all(20 <= count <= 25 for count in counts[:-1]) and len(counts) == 5


def test_a_row_is_at_least_eight_millimetres_high() -> None:
    """Measured on the printed page, not taken from the code: header, heading, then a row for everybody."""
    [first, second, *_] = pictures(print_sign_in_sheet(sheet(60)))
    for page, people in ((first, 20), (second, 24)):
        heights = row_heights(page)
        assert len(heights) == 2 + people
        assert all(abs(height - ROW / 72 * 25.4) < 0.3 and height >= 8 for height in heights[2:])


def test_long_words_make_their_own_row_higher_and_stay_in_their_cell() -> None:
    long = "Phó Chủ tịch Ủy ban Mặt trận Tổ quốc Việt Nam huyện, Ủy viên Ban Thường vụ Huyện ủy, Trưởng ban Dân vận " * 3
    odd = person(103, "Nguyễn Hoàng Bảo Quỳnh Anh Thủy Tiên", seat="Khán đài B, hàng 12")
    people = (person(101), person(102, place=long), odd)
    pdf = print_sign_in_sheet(SignInSheet(LINES, "Danh sách", "", (SignInSection("Đoàn", "", people),)))
    heights = row_heights(pictures(pdf)[0])[2:]
    assert heights[1] > heights[0] and min(heights) >= 8
    found = inks(pdf, 0)
    assert [(a, b) for place, a in enumerate(found) for b in found[place + 1 :] if a.overlaps(b, 1)] == []


def test_a_delegation_that_goes_on_says_so_and_a_heading_is_never_last() -> None:
    pages = words_of(print_sign_in_sheet(sheet(19, 30)))
    assert "II. Đoàn xã Thử 2" not in pages[0] and "II. Đoàn xã Thử 2 – Trưởng đoàn" in pages[1]
    assert "II. Đoàn xã Thử 2 (tiếp theo) – Trưởng đoàn: Nguyễn Văn Thử 120 – 30 đại biểu" in pages[2]
    for lines in pages_lines(print_sign_in_sheet(sheet(*(1, 2) * 40))):
        rows = [line for line in lines if not line.startswith(("Trang", "Danh sách gồm"))]
        assert not re.match(r"[IVXLC]+\. Đoàn", rows[-1])


def test_apart_every_delegation_begins_its_own_titled_page() -> None:
    pages = words_of(print_sign_in_sheet(sheet(3, 30, 1, apart=True)))
    assert [LINES[0].upper() in page for page in pages] == [True, True, False, True]
    assert [re.findall(r"([IV]+)\. Đoàn", page) for page in pages] == [["I"], ["II"], ["II"], ["III"]]


@pytest.mark.parametrize("size", range(17, 24))
def test_the_count_stands_under_the_table_and_over_the_page_number(size: int) -> None:
    pdf = print_sign_in_sheet(sheet(size))
    found = inks(pdf, len(pages_lines(pdf)) - 1)
    assert [(a, b) for place, a in enumerate(found) for b in found[place + 1 :] if a.overlaps(b, 1)] == []


def test_the_same_list_gives_the_same_bytes() -> None:
    assert print_sign_in_sheet(sheet(5, 5)) == print_sign_in_sheet(sheet(5, 5))
