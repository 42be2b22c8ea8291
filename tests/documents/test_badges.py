import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from congress.documents.badge_layouts import A4_4UP, A4_MM, LAYOUTS, SheetLayout
from congress.documents.badges import BadgeFace, SheetHeading, ink_on, print_badges
from congress.documents.qr import MODULES, QUIET_MODULES
from congress.domain.colours import contrast
from congress.domain.tokens import TokenKind, make_token, spaced
from tests.documents.paper import DPI, Ink, codes, fonts, inks, lines_within, opened, pictures, side
from tests.operations.pictures import picture

MM = 72 / 25.4
HEADING = SheetHeading(("Đại hội Thi đua yêu nước huyện Ba Bể", "Lần thứ VI", "Ba Bể, ngày 23 tháng 5 năm 2025"))
LONG_HEADING = SheetHeading(
    (
        "Hội nghị điển hình tiên tiến Ủy ban Mặt trận Tổ quốc Việt Nam tỉnh Bắc Kạn",
        "Lần thứ XXXVIII, giai đoạn 2025 - 2030",
        "Thành phố Bắc Kạn, ngày 23 tháng 5 năm 2025",
    )
)
FAMILY = ["Nguyễn", "Trần", "Lường", "Hoàng", "Nông", "Triệu", "Đặng"]
MIDDLE = ["Văn", "Thị Hồng", "Đức", "Minh", "Xuân"]
GIVEN = ["Hường", "Tuấn", "Phượng", "Nghĩa", "Thủy", "Quỳnh", "Đạt", "Sỹ", "Ưng", "Uyên", "Bích"]


def face(number: int = 7, **changes: object) -> BadgeFace:
    token = make_token(TokenKind.BADGE, f"{number * 7919**5 % 10**20:020d}")
    name = f"{FAMILY[number % 7]} {MIDDLE[number % 5]} {GIVEN[number % 11]}"
    plain = BadgeFace(number, name, "Nông dân", "thôn Nà Mèo", "xã Bành Trạch", "Điển hình tiên tiến", "#b3131b", token)
    return replace(plain, **changes)  # type: ignore[arg-type]


FACES = [face(number) for number in range(1, 301)]
LONGEST = [
    face(
        12345,
        name="Nguyễn Phúc Công Tằng Tôn Nữ Thị Hoàng Thương Huyền Trân",
        title="Phó Trưởng ban Thường trực Ban Dân vận, Phó Chủ tịch Ủy ban Mặt trận Tổ quốc Việt Nam huyện Ngân Sơn",
        unit="Trường Phổ thông Dân tộc bán trú Tiểu học và Trung học cơ sở Thượng Giáo, huyện Ba Bể",
        delegation="Khối cơ quan Đảng, Mặt trận Tổ quốc và các đoàn thể chính trị - xã hội huyện",
        group_label="Ban Tổ chức, phục vụ và phóng viên báo chí",
    ),
    face(8, name="Nguyễn Thị Hường Ngẫm", title="Phó Chủ tịch Ủy ban Mặt trận Tổ quốc Việt Nam huyện Ba Bể"),
    face(11, name="Trịnh Thị Ngọc Ẳng Ẵm Ẫm"),
    face(9, name="Lý Ẩn", title="", unit="xã Bành Trạch", delegation=""),
    face(10, name="Y Bhăm Ƀuôl Ŏng", title="", unit="Buôn Ŏng", delegation="", colour="#f2c230"),
]

PHOTO = picture(450, 600)
LONGEST += [replace(one, photo=PHOTO) for one in LONGEST]


def corner(layout: SheetLayout, place: int) -> tuple[float, float]:
    x, y = layout.corners()[place]
    return x * MM, y * MM


def within(layout: SheetLayout, place: int) -> tuple[float, float, float, float]:
    x, y = corner(layout, place)
    return x, y, x + layout.width * MM, y + layout.height * MM


def test_a_badge_shows_these_lines_and_nothing_else() -> None:
    one = face(42, name="Nguyễn Thị Hồng Bích")
    pdf = print_badges([one], HEADING)
    assert lines_within(pdf, 0, within(A4_4UP, 0)) == [
        "ĐẠI HỘI THI ĐUA YÊU NƯỚC",
        "HUYỆN BA BỂ",
        "LẦN THỨ VI",
        "Ba Bể, ngày 23 tháng 5 năm 2025",
        "ĐIỂN HÌNH TIÊN TIẾN",
        "SỐ THẺ",
        "NGUYỄN THỊ",
        "HỒNG BÍCH",
        "Nông dân",
        "thôn Nà Mèo",
        "Đoàn xã Bành Trạch",
        "042",
        spaced(one.token),
    ]


def test_a_unit_without_a_title_begins_with_a_capital_and_a_named_group_is_not_doubled() -> None:
    pdf = print_badges([face(title="", unit="xã Bành Trạch", delegation="Đoàn Thanh niên")], HEADING)
    assert lines_within(pdf, 0, within(A4_4UP, 0))[-4:-2] == ["Xã Bành Trạch", "Đoàn Thanh niên"]


def test_every_name_is_read_back_in_its_place() -> None:
    pdf = print_badges(FACES, HEADING)
    read = []
    for at, one in enumerate(FACES):
        lines = lines_within(pdf, at // 4, within(A4_4UP, at % 4))
        # The name stands between the badge's label and the title.
        read.append((" ".join(lines[lines.index("SỐ THẺ") + 1 : lines.index(one.title)]), lines[-2]))
    assert read == [(one.name.upper(), f"{one.number:03d}") for one in FACES]


def test_every_code_of_300_badges_reads_at_150_dpi_in_its_place() -> None:
    pages = [codes(picture) for picture in pictures(print_badges(FACES, HEADING))]
    assert [code.text for page in pages for code in page] == [one.token for one in FACES]
    assert {code.ec_level for page in pages for code in page} == {"H"}
    assert min(side(code) for page in pages for code in page) >= 22


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
class TestEachLayout:
    def test_codes_read_and_are_at_least_22_mm(self, layout: SheetLayout) -> None:
        some = FACES[: layout.per_sheet + 1]
        pages = [codes(picture) for picture in pictures(print_badges(some, HEADING, layout=layout))]
        assert [[code.text for code in page] for page in pages] == [
            [one.token for one in some[:-1]],
            [some[-1].token],
        ]
        assert min(layout.art.qr.width, layout.art.qr.height) >= 22 * MM
        # A pixel or two is lost at the edges of a picture.
        assert all(side(code) >= 22 - 0.4 for page in pages for code in page)

    def test_the_longest_texts_neither_touch_nor_leave_the_badge(self, layout: SheetLayout) -> None:
        for one in LONGEST:
            found = inks(print_badges([one], LONG_HEADING, layout=layout), 0)
            left, bottom, right, top = within(layout, 0)
            for ink in found:
                assert left + 3 * MM <= ink.left < ink.right <= right - 3 * MM, ink
                assert bottom <= ink.bottom < ink.top <= top - 10 * MM, ink
            touching = [(a.text, b.text) for a, b in combinations(found, 2) if a.overlaps(b, slack=0.6)]
            assert touching == []

    def test_nothing_enters_the_white_edge_of_the_code(self, layout: SheetLayout) -> None:
        x, y = corner(layout, 0)
        code = layout.art.qr
        quiet = QUIET_MODULES * code.width / MODULES
        edge = Ink("", x + code.x - quiet, y + code.y - quiet, x + code.x + code.width + quiet, y + code.y + code.height + quiet)
        for one in LONGEST:
            found = inks(print_badges([one], LONG_HEADING, layout=layout), 0)
            assert [ink.text for ink in found if ink.overlaps(edge, slack=0)] == []
        band, rule = layout.art.band, layout.art.rule
        for art in (band, rule):
            ink = Ink("", x + art.x, y + art.y, x + art.x + art.width, y + art.y + art.height)
            assert not ink.overlaps(edge, slack=0)

    def test_a_photo_stands_upright_in_its_place_and_no_word_on_it(self, layout: SheetLayout) -> None:
        x, y = corner(layout, 0)
        box = layout.art.photo
        place = Ink("", x + box.x, y + box.y, x + box.x + box.width, y + box.y + box.height)
        assert abs(box.width / box.height - 3 / 4) < 0.001
        for one in LONGEST[len(LONGEST) // 2 :]:
            sheet = print_badges([one], LONG_HEADING, layout=layout)
            assert [ink.text for ink in inks(sheet, 0) if ink.overlaps(place, slack=0)] == []
            [page] = pictures(sheet)
            grey = [page.getpixel(((place.left + box.width / 2) / 72 * DPI, page.height - at / 72 * DPI)) for at in
                    (place.top - box.height / 4, place.bottom + box.height / 4)]  # fmt: skip
            assert [round(int(tone) / 10) * 10 for tone in grey] == [90, 60]  # its red above, its blue below

    def test_the_group_stays_on_its_band_and_other_text_off_it(self, layout: SheetLayout) -> None:
        x, y = corner(layout, 0)
        art = layout.art
        band = Ink("", x + art.band.x, y + art.band.y, x + art.band.x + art.band.width, y + art.band.y + art.band.height)
        for one in LONGEST:
            allowed = one.group_label.upper().split() + ([] if art.number_label else [f"{one.number:03d}"])
            found = [ink for ink in inks(print_badges([one], LONG_HEADING, layout=layout), 0) if ink.overlaps(band, slack=0)]
            assert " ".join(ink.text for ink in found).split() == allowed
            assert all(band.bottom <= ink.bottom and ink.top <= band.top for ink in found)

    def test_the_sheet_has_crop_marks_at_every_cut_and_a_free_lanyard_zone(self, layout: SheetLayout) -> None:
        picture = pictures(print_badges(FACES[: layout.per_sheet], HEADING, layout=layout))[0]
        pixel = DPI / 25.4
        reach = layout.gutter / 2
        for x, y in layout.corners():
            left, top = x * pixel, (A4_MM[1] - y - layout.height) * pixel
            right, bottom = left + layout.width * pixel, top + layout.height * pixel
            for cut_x in (left, right):
                for mark_y in (top - reach * pixel, bottom + reach * pixel):
                    assert darkest(picture, cut_x, mark_y) < 200
            for cut_y in (top, bottom):
                for mark_x in (left - reach * pixel, right + reach * pixel):
                    assert darkest(picture, mark_x, cut_y) < 200
            zone = picture.crop((round(left) + 3, round(top) + 3, round(right) - 3, round(top + 10 * pixel)))
            assert zone.getextrema() == (255, 255)

    def test_badges_fit_the_sheet_with_room_for_marks(self, layout: SheetLayout) -> None:
        for x, y in layout.corners():
            assert 9 <= x <= A4_MM[0] - layout.width - 9
            assert 9 <= y <= A4_MM[1] - layout.height - 9


def darkest(picture: object, x: float, y: float) -> int:
    box = (round(x) - 2, round(y) - 2, round(x) + 3, round(y) + 3)
    return picture.crop(box).getextrema()[0]  # type: ignore[attr-defined, no-any-return]


def test_pages_fonts_and_metadata() -> None:
    pdf = print_badges(FACES[:5], HEADING)
    with opened(pdf) as document:
        assert len(document) == 2
        assert [round(length * 25.4 / 72) for length in document[0].get_size()] == [210, 297]
        facts = document.get_metadata_dict()
    assert facts["Title"] == "Thẻ đại biểu – Đại hội Thi đua yêu nước huyện Ba Bể"
    assert (facts["Author"], facts["Creator"], facts["Subject"]) == ("", "", "")
    assert b"/Lang (vi)" in pdf
    assert fonts(pdf) == {
        ("Tinos-Bold", True),
        ("Tinos-Italic", True),
        ("BeVietnamPro-Regular", True),
        ("BeVietnamPro-Medium", True),
        ("BeVietnamPro-Bold", True),
    }


def test_the_same_badges_are_the_same_bytes_also_from_many_threads(hasty_threads: None) -> None:
    starts = range(0, 120, 2)
    alone = [print_badges(FACES[at : at + 2], HEADING) for at in starts]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda at: print_badges(FACES[at : at + 2], HEADING), starts))
    assert together == alone


@pytest.fixture
def hasty_threads() -> Iterator[None]:
    """Threads that take turns a hundred times as often, so that a missing lock shows."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(usual / 100)
    yield
    sys.setswitchinterval(usual)


def test_decomposed_text_is_printed_composed() -> None:
    pdf = print_badges([face(name="Ly\u0301 A\u0309n")], HEADING)
    assert "LÝ ẢN" in lines_within(pdf, 0, within(A4_4UP, 0))


@pytest.mark.parametrize(
    ("faces", "message"),
    [
        ([], "no badges"),
        ([face(colour="red")], "#rrggbb"),
        ([face(colour="#zzzzzz")], "hexadecimal"),
        ([face(token="DH25/ABC")], "digits"),
    ],
)
def test_what_cannot_be_printed(faces: list[BadgeFace], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        print_badges(faces, HEADING)


@given(st.integers(0, 0xFFFFFF))
def test_words_on_any_colour_read_at_4_5_to_1(colour: int) -> None:
    code = f"#{colour:06x}"
    assert contrast(ink_on(code), code) >= 4.5


def test_white_is_kept_where_it_reads() -> None:
    assert (ink_on("#b3131b"), ink_on("#f2c230")) == ("#ffffff", "#000000")
