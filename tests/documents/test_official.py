"""Official papers: the parts of Nghị định 30/2020 at their places, and the same words in the PDF and the DOCX."""

import re
from dataclasses import replace
from io import BytesIO
from typing import Any

import docx
import pytest
from docx.oxml.ns import qn
from docx.shared import Pt

from congress.documents.official import HEAD_SIZE, MM, STATE, OfficialPaper, Passage, balanced_lines, bold_width
from congress.documents.official_docx import write_official
from congress.documents.official_pdf import print_official
from tests.documents.paper import fonts, inks, opened, pages_lines, pictures

PAPER = OfficialPaper(
    parent="HUYỆN BA BỂ",
    issuer=("BAN TỔ CHỨC", "ĐẠI HỘI THI ĐUA YÊU NƯỚC"),
    number="Số:       /BC-BTC",
    place_date="Ba Bể, ngày      tháng 5 năm 2025",
    kind="BÁO CÁO",
    abstract="Tình hình đại biểu dự Đại hội Thi đua yêu nước huyện Ba Bể lần thứ VI",
    body=(
        Passage("text", "Tính đến 07 giờ 30 phút, có mặt 1.234 đại biểu & <một> khách."),
        Passage("heading", "1. Số lượng đại biểu"),
        Passage("item", "Nữ: 85 đại biểu, chiếm 42,5%."),
        Passage("text", "Các đại biểu đủ tư cách tham dự./."),
    ),
    signer=("TM. BAN TỔ CHỨC", "TRƯỞNG BAN"),
    recipients=("Đoàn Chủ tịch;", "Lưu: VT, Ban Tổ chức."),
)
LONG = replace(PAPER, body=PAPER.body[:1] + tuple(
    passage for n in range(30) for passage in (
        Passage("heading", f"{n + 1}. Mục số {n + 1}"), Passage("item", f"Dòng {n + 1} " + "dài " * 40 + "hết."),
    )
))  # fmt: skip
BODY = [passage.written for passage in PAPER.body]
PAGE_WIDTH, PAGE_HEIGHT = 210 * MM, 297 * MM


def words(text: str) -> str:
    return " ".join(text.split())


def pdf_text(paper: OfficialPaper) -> str:
    return words(" ".join(" ".join(lines) for lines in pages_lines(print_official(paper))))


def document(paper: OfficialPaper) -> Any:
    return docx.Document(BytesIO(write_official(paper)))


def docx_blocks(paper: OfficialPaper) -> list[Any]:
    """The paragraphs in the order they are read, those of the two tables in their place."""
    found: list[Any] = []
    for block in document(paper).iter_inner_content():
        if hasattr(block, "rows"):
            found += [paragraph for cell in block.rows[0].cells for paragraph in cell.paragraphs]
        else:
            found.append(block)
    return found


def test_every_part_stands_in_both_and_in_the_order_of_the_decree() -> None:
    parts = [
        "HUYỆN BA BỂ", "BAN TỔ CHỨC", "ĐẠI HỘI THI ĐUA YÊU NƯỚC", "Số: /BC-BTC", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc", "Ba Bể, ngày tháng 5 năm 2025", "BÁO CÁO", "Tình hình đại biểu dự Đại hội",
        "Thi đua yêu nước huyện Ba Bể lần thứ VI", "Tính đến 07 giờ 30 phút, có mặt 1.234 đại biểu & <một> khách.",
        "1. Số lượng đại biểu", "- Nữ: 85 đại biểu, chiếm 42,5%.", "Các đại biểu đủ tư cách tham dự./.",
        "Nơi nhận:", "- Đoàn Chủ tịch;", "- Lưu: VT, Ban Tổ chức.", "TM. BAN TỔ CHỨC", "TRƯỞNG BAN",
    ]  # fmt: skip
    assert [words(block.text) for block in docx_blocks(PAPER) if block.text.strip()] == parts
    text = pdf_text(PAPER)
    assert [part for part in parts if part not in text] == []
    assert sorted(text.split()) == sorted(" ".join(parts).split())


def test_a_long_paper_has_the_same_words_in_both_and_its_pages_numbered_from_the_second() -> None:
    pages = [words(" ".join(lines)) for lines in pages_lines(print_official(LONG))]
    assert len(pages) == 5
    assert [page.split()[0] for page in pages[1:]] == ["2", "3", "4", "5"]
    body = " ".join([pages[0], *(page.split(" ", 1)[1] for page in pages[1:])])
    inside = [passage.written for passage in LONG.body]
    assert [text for text in inside if words(text) not in body] == []
    assert [words(block.text) for block in docx_blocks(LONG) if words(block.text) in map(words, inside)] == [*map(words, inside)]
    assert not any(re.search(r"\d+\. Mục số \d+$", page) for page in pages)  # a heading never ends a page


def test_nothing_lies_in_the_margins_but_the_page_number() -> None:
    pdf = print_official(LONG)
    for page in range(4):
        found = [ink for ink in inks(pdf, page) if ink.text.strip() != str(page + 1)]
        assert min(ink.left for ink in found) >= 30 * MM - 1
        assert max(ink.right for ink in found) <= PAGE_WIDTH - 20 * MM + 1
        assert max(ink.top for ink in found) <= PAGE_HEIGHT - 20 * MM + 1
        assert min(ink.bottom for ink in found) >= 20 * MM - 1
    [number] = [ink for ink in inks(pdf, 1) if ink.text.strip() == "2"]
    assert abs((number.left + number.right) / 2 - (30 * MM + 80 * MM)) < 3
    assert number.bottom > PAGE_HEIGHT - 20 * MM


def test_the_lines_under_the_motto_the_issuer_and_the_abstract_are_drawn() -> None:
    [picture, *_] = pictures(print_official(PAPER))
    dark = [
        sum(1 for value in picture.crop((0, y, picture.width, y + 1)).tobytes() if value < 140)
        for y in range(picture.height // 3)
    ]
    found = inks(print_official(PAPER), 0)
    scale = picture.height / PAGE_HEIGHT
    for text in ("Hạnh phúc", "YÊU NƯỚC", "lần thứ VI"):
        [ink] = [ink for ink in found if text in ink.text]
        under = range(int((PAGE_HEIGHT - ink.bottom) * scale), int((PAGE_HEIGHT - ink.bottom) * scale) + 18)
        assert max(dark[y] for y in under) > 60


def test_a_signature_is_never_torn_from_its_place() -> None:
    for extra in range(14, 22):
        paper = replace(PAPER, body=tuple(Passage("item", f"Dòng {n}.") for n in range(extra)))
        last = words(" ".join(pages_lines(print_official(paper))[-1]))
        assert "TM. BAN TỔ CHỨC" in last
        assert "- Lưu: VT, Ban Tổ chức." in last
        assert f"- Dòng {extra - 1}." in last  # never alone on a page


def test_faces_are_embedded_and_the_same_paper_gives_the_same_bytes() -> None:
    pdf = print_official(PAPER)
    assert print_official(PAPER) == pdf
    assert fonts(pdf) == {("Tinos-Regular", True), ("Tinos-Bold", True), ("Tinos-Italic", True)}
    with opened(pdf) as opened_pdf:
        assert opened_pdf.get_metadata_dict()["Title"] == f"BÁO CÁO {PAPER.abstract}"
        assert [round(size) for size in opened_pdf[0].get_size()] == [595, 842]


def test_the_docx_keeps_margins_sizes_and_styles() -> None:
    file = document(PAPER)
    [section] = file.sections
    margins = (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
    assert [round(margin.mm) for margin in margins] == [20, 20, 30, 20]
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    assert section.different_first_page_header_footer
    assert "PAGE" in section.header.paragraphs[0]._p.xml
    assert file.styles["Normal"].font.name == "Times New Roman"
    looks = {
        words(block.text): (block.runs[0].font.size.pt, bool(block.runs[0].bold), bool(block.runs[0].italic))
        for block in docx_blocks(PAPER) if block.text.strip()
    }  # fmt: skip
    assert [looks[text] for text in (
        "HUYỆN BA BỂ", "BAN TỔ CHỨC", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc", "Số: /BC-BTC",
        "Ba Bể, ngày tháng 5 năm 2025", "BÁO CÁO", "1. Số lượng đại biểu", "- Nữ: 85 đại biểu, chiếm 42,5%.", "Nơi nhận:",
        "- Đoàn Chủ tịch;", "TRƯỞNG BAN",
    )] == [
        (12, False, False), (12, True, False), (12, True, False), (13, True, False), (13, False, False), (13, False, True),
        (14, True, False), (14, True, False), (14, False, False), (12, True, True), (11, False, False), (14, True, False),
    ]  # fmt: skip
    assert [block.paragraph_format.keep_with_next for block in docx_blocks(PAPER) if block.text in BODY] == [
        False,
        True,
        False,
        True,
    ]
    [body] = [block for block in docx_blocks(PAPER) if block.text.startswith("- Nữ")]
    assert (round(body.paragraph_format.first_line_indent.mm, 1), body.paragraph_format.space_after) == (12.7, Pt(6))
    for rule in (block for block in docx_blocks(PAPER) if "pBdr" in block._p.xml):
        order = [child.tag.split("}")[1] for child in rule._p.pPr]
        assert order == sorted(order, key=["keepNext", "pBdr", "spacing", "ind", "jc"].index)
    assert sum("pBdr" in block._p.xml for block in docx_blocks(PAPER)) == 3  # issuer, motto, abstract
    for table in file.tables:  # with the margins cells usually have, the name of the state would break in two
        assert [margin.get(qn("w:w")) for margin in table._tbl.tblPr.find(qn("w:tblCellMar"))] == ["0", "0"]
    assert file.tables[0].columns[1].width.pt > bold_width(STATE, HEAD_SIZE)
    assert (file.core_properties.author, file.core_properties.title) == ("", f"BÁO CÁO {PAPER.abstract}")


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("Tình hình đại biểu", 400, ["Tình hình đại biểu"]),
        ("ĐẠI HỘI THI ĐUA YÊU NƯỚC", 120, ["ĐẠI HỘI", "THI ĐUA YÊU NƯỚC"]),
        ("A B", 1, ["A", "B"]),
        ("", 100, [""]),
    ],
)
def test_lines_are_balanced_and_never_end_inside_a_compound(text: str, width: float, lines: list[str]) -> None:
    assert balanced_lines(text, 12, width) == lines
    assert bold_width("Tình hình đại biểu", 14) == 2 * bold_width("Tình hình đại biểu", 7)
