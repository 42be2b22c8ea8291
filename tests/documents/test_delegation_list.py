"""The list by delegation, read back from the paper."""

import re

import pytest

from congress.documents.delegation_list import DelegationSection, DelegationSheet, SectionPerson, print_delegation_list, roman
from tests.documents.paper import inks, pages_lines, pictures

LINES = ("Đại hội Thi đua yêu nước huyện Ba Bể", "Lần thứ VI", "ngày 20 tháng 5 năm 2025")


def person(number: int, name: str = "", **more: str) -> SectionPerson:
    values = {"place": "Chủ tịch Ủy ban nhân dân, xã Bành Trạch", "component": "Điển hình tiên tiến", "note": "", **more}
    return SectionPerson(number=number, name=name or f"Nguyễn Văn Thử {number}", **values)


def sheet(*sizes: int) -> DelegationSheet:
    """Delegations of these sizes, badge numbers running from 101."""
    sections, number = [], 101
    for place, size in enumerate(sizes, 1):
        sections.append(DelegationSection(f"Đoàn xã Thử {place}", tuple(person(number + n) for n in range(size))))
        number += size
    return DelegationSheet(
        LINES, "Danh sách đại biểu theo đoàn", "(Đại biểu đã duyệt, đến 08:00)", tuple(sections)
    )


def text(pdf: bytes) -> str:
    return " ".join(" ".join(lines) for lines in pages_lines(pdf))


def test_title_sections_and_count() -> None:
    leader = DelegationSection("Đoàn Sở Y tế", (person(7, "ThS. Hà Thị Lầu", note="Trưởng đoàn"),))
    words = text(print_delegation_list(DelegationSheet(LINES, "Danh sách đại biểu theo đoàn", "(đến 08:00)", (leader,))))
    for expected in (
        "ĐẠI HỘI THI ĐUA YÊU NƯỚC HUYỆN BA BỂ", "LẦN THỨ VI", "ngày 20 tháng 5 năm 2025", "DANH SÁCH ĐẠI BIỂU THEO ĐOÀN",
        "STT", "Số thẻ", "I. Đoàn Sở Y tế (1 đại biểu)", "ThS. Hà Thị Lầu", "Trưởng", "Danh sách gồm có 1 đại biểu./.",
    ):  # fmt: skip
        assert expected in words
    assert "Trang" not in words


def test_the_numbers_run_on_through_the_sections() -> None:
    lines = [line for page in pages_lines(print_delegation_list(sheet(2, 3))) for line in page]
    rows = [re.findall(r"\d+", line)[:2] for line in lines if re.match(r"\d+ 10\d", line)] or [
        [line, lines[place + 1]] for place, line in enumerate(lines) if line.isdigit() and lines[place + 1].isdigit()
    ]
    assert rows == [["1", "101"], ["2", "102"], ["3", "103"], ["4", "104"], ["5", "105"]]


@pytest.mark.parametrize("sizes", [(1,), (30,), (40, 41), (3,) * 60])
def test_every_page_has_its_header_and_number_and_the_last_the_count(sizes: tuple[int, ...]) -> None:
    pages = [" ".join(lines) for lines in pages_lines(print_delegation_list(sheet(*sizes)))]
    assert all("Họ và tên" in page for page in pages)
    if len(pages) > 1:
        assert [f"Trang {n}/{len(pages)}" in page for n, page in enumerate(pages, 1)] == [True] * len(pages)
    assert [f"Danh sách gồm có {sum(sizes)} đại biểu./." in page for page in pages] == [False] * (len(pages) - 1) + [True]


def test_a_heading_is_never_the_last_line_of_a_page() -> None:
    for page in pages_lines(print_delegation_list(sheet(*(1, 2) * 40))):
        rows = [line for line in page if not line.startswith("Trang") and "gồm có" not in line]
        assert not re.match(r"[IVXLC]+\. Đoàn", rows[-1])


@pytest.mark.parametrize("size", range(14, 34))
def test_the_count_stands_under_the_table_and_over_the_page_number(size: int) -> None:
    pdf = print_delegation_list(sheet(size))
    last = len(pictures(pdf)) - 1
    found = inks(pdf, last)
    assert [(a, b) for place, a in enumerate(found) for b in found[place + 1 :] if a.overlaps(b, 1)] == []


def test_very_long_words_stay_in_their_column_and_on_the_page() -> None:
    endless = DelegationSection("Đoàn " + "rất dài " * 30, (person(1, "W" * 90, place="Phó " * 400, note="x" * 200),))
    pages = pages_lines(print_delegation_list(DelegationSheet(LINES, "Danh sách", "", (endless,))))
    assert len(pages) >= 1 and sum(page.count("Danh sách gồm có 1 đại biểu./.") for page in pages) == 1


def test_markup_in_a_name_is_text() -> None:
    section = DelegationSection("Đoàn A & B", (person(1, "Lê <b>Thị</b> & Hoa"),))
    words = text(print_delegation_list(DelegationSheet(LINES, "Danh sách", "", (section,))))
    assert "Đoàn A & B" in words and "<b>Thị</b> & Hoa" in words


def test_the_same_list_gives_the_same_bytes() -> None:
    assert print_delegation_list(sheet(5, 5)) == print_delegation_list(sheet(5, 5))


def test_roman_numbers() -> None:
    assert [roman(n) for n in (1, 4, 9, 14, 40, 49, 90, 99, 105)] == "I IV IX XIV XL XLIX XC XCIX CV".split()
