"""The desk card: one small sheet, its code reads back, its words say how to use and to guard it."""

from dataclasses import replace

import pytest

from congress.documents.desk_card import GUARD, USE, DeskCardFace, print_desk_card
from congress.domain.tokens import TokenKind, make_token, spaced
from tests.documents.paper import codes, fonts, inks, opened, pages_lines, pictures, side

TOKEN = make_token(TokenKind.DESK_CARD, "31415926535897932384")
FACE = DeskCardFace(
    ("Đại hội Thi đua yêu nước huyện Ba Bể", "Lần thứ VI, giai đoạn 2025 - 2030", "Ba Bể, ngày 20 tháng 5 năm 2025"),
    TOKEN,
    "07:10 ngày 10/03/2025",
)
LONG = replace(
    FACE,
    lines=(
        "Hội nghị tuyên dương điển hình tiên tiến và Đại hội Thi đua yêu nước Cơ quan Ủy ban Mặt trận Tổ quốc Việt Nam tỉnh",
        "Lần thứ VI, giai đoạn 2025 - 2030, hướng tới kỷ niệm 80 năm Ngày truyền thống thi đua yêu nước",
        "Thành phố Bắc Kạn, ngày 20 tháng 5 năm 2025",
    ),
)
MM = 72 / 25.4


@pytest.mark.parametrize("face", [FACE, LONG])
def test_a_card_is_one_small_sheet_whose_code_reads_back(face: DeskCardFace) -> None:
    pdf = print_desk_card([face])
    with opened(pdf) as document:
        assert [tuple(round(length / MM) for length in page.get_size()) for page in document] == [(105, 148)]
    [code] = codes(pictures(pdf)[0])
    assert (code.text, code.ec_level) == (TOKEN, "H")
    assert 42 < side(code) < 46


@pytest.mark.parametrize("face", [FACE, LONG])
def test_it_says_what_it_is_how_to_use_and_to_guard_it(face: DeskCardFace) -> None:
    [lines] = pages_lines(print_desk_card([face]))
    said = " ".join(" ".join(lines).split())
    for words in (face.lines[0].upper(), "THẺ BÀN HỖ TRỢ", spaced(TOKEN), *USE, *GUARD, "Tạo lúc 07:10 ngày 10/03/2025"):
        assert words in said


@pytest.mark.parametrize("face", [FACE, LONG])
def test_nothing_lies_over_anything_or_outside(face: DeskCardFace) -> None:
    found = inks(print_desk_card([face]), 0)
    assert [(a.text, b.text) for at, a in enumerate(found) for b in found[at + 1 :] if a.overlaps(b, 0.5)] == []
    edges = [(ink.left, ink.bottom, 105 * MM - ink.right, 148 * MM - ink.top) for ink in found]
    assert min(map(min, edges)) > 4 * MM


def test_every_font_is_embedded() -> None:
    assert {embedded for _, embedded in fonts(print_desk_card([FACE]))} == {True}


def test_several_cards_are_several_sheets_and_the_same_twice_is_the_same() -> None:
    other = replace(FACE, token=make_token(TokenKind.DESK_CARD, "1" * 20))
    pdf = print_desk_card([FACE, other])
    assert [code.text for page in pictures(pdf) for code in codes(page)] == [FACE.token, other.token]
    assert print_desk_card([FACE, other]) == pdf


def test_what_is_no_card_is_refused() -> None:
    with pytest.raises(ValueError, match="no card"):
        print_desk_card([])
    with pytest.raises(ValueError, match="digits"):
        print_desk_card([replace(FACE, token="x")])
