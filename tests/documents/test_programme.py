from dataclasses import replace

from congress.documents.programme import ProgrammeLine, ProgrammeSheet, print_programme
from tests.documents.paper import fonts, inks, opened, pages_lines

ITEMS = (
    ProgrammeLine("07:30", "07:45", "Đón tiếp đại biểu", "Ban Tổ chức", ""),
    ProgrammeLine("07:45", "", "Chào cờ", "", ""),
    ProgrammeLine("08:00", "08:15", "Tham luận <1> & <2>", "05 điển hình", "Mỗi tham luận 7 phút"),
)
SHEET = ProgrammeSheet(
    lines=("Đại hội Thi đua yêu nước huyện Ba Bể", "Lần thứ VI", "Ba Bể, ngày 23 tháng 5 năm 2025"),
    subtitle="Chương trình",
    date_text="Thứ Sáu, 23/05/2025, từ 07:30 đến 11:00",
    place="Trung tâm Văn hóa huyện",
    items=ITEMS,
)
HEADER = "TT Thời gian Nội dung Người thực hiện"


def many(count: int) -> ProgrammeSheet:
    title = "Báo cáo tổng kết phong trào thi đua và công tác khen thưởng 5 năm qua, phương hướng 5 năm tới, lần"
    return replace(SHEET, items=tuple(replace(ITEMS[0], title=f"{title} {at}") for at in range(1, count + 1)))


def words(pdf: bytes) -> list[str]:
    return [" ".join(" ".join(lines).split()) for lines in pages_lines(pdf)]


def test_a_short_programme_is_one_page_read_in_order_without_page_number() -> None:
    assert words(print_programme(SHEET)) == [
        "ĐẠI HỘI THI ĐUA YÊU NƯỚC HUYỆN BA BỂ LẦN THỨ VI Ba Bể, ngày 23 tháng 5 năm 2025 "
        "CHƯƠNG TRÌNH Thứ Sáu, 23/05/2025, từ 07:30 đến 11:00 Địa điểm: Trung tâm Văn hóa huyện "
        f"{HEADER} "
        "1 07:30 – 07:45 Đón tiếp đại biểu Ban Tổ chức "
        "2 07:45 Chào cờ "
        "3 08:00 – 08:15 Tham luận <1> & <2> Mỗi tham luận 7 phút 05 điển hình"
    ]


def test_a_programme_without_place_and_items_is_still_a_sheet() -> None:
    pages = words(print_programme(replace(SHEET, place="", items=())))
    assert pages[0].endswith(f"từ 07:30 đến 11:00 {HEADER}")
    assert len(pages) == 1


def test_a_long_programme_repeats_its_header_and_numbers_its_pages() -> None:
    pages = words(print_programme(many(40)))
    assert len(pages) == 4
    assert [page.count(HEADER) for page in pages] == [1, 1, 1, 1]
    assert [f"Trang {at}/4" in page for at, page in enumerate(pages, 1)] == [True] * 4
    text = " ".join(pages)
    places = [text.index(f"5 năm tới, lần {at} ") for at in range(1, 41)]
    assert places == sorted(places)


def test_long_text_stays_on_the_paper_and_off_its_neighbours() -> None:
    pdf = print_programme(many(12))
    found = inks(pdf, 0)
    assert all(60 <= ink.left < ink.right <= 595.3 - 60 for ink in found)
    assert [(a.text, b.text) for a in found for b in found if a is not b and a.overlaps(b, slack=0.6)] == []


def test_no_word_is_cut_and_no_line_ends_inside_a_compound() -> None:
    presenter = "Chủ tịch Ủy ban nhân dân huyện & Hội đồng Thi đua - Khen thưởng"
    items = (replace(ITEMS[0], title="Biểu dương, tôn vinh các điển hình tiên tiến giai đoạn 2025 - 2030", presenter=presenter),)
    lines = pages_lines(print_programme(replace(SHEET, items=items)))[0]
    assert [line.strip() for line in lines[-6:]] == [
        "1 07:30 – 07:45 Biểu dương, tôn vinh các",
        "điển hình tiên tiến giai đoạn 2025 - 2030",
        "Chủ tịch Ủy ban",
        "nhân dân huyện &",
        "Hội đồng",
        "Thi đua - Khen thưởng",
    ]


def test_an_item_taller_than_a_page_runs_on() -> None:
    sheet = replace(SHEET, items=(replace(ITEMS[0], note="rất dài " * 1500), *ITEMS))
    pages = words(print_programme(sheet))
    assert sum(page.count("rất dài") for page in pages) >= 1490  # a page may end inside a pair
    assert pages[-1].count("Chào cờ") == 1


def test_fonts_metadata_and_same_bytes() -> None:
    pdf = print_programme(SHEET)
    assert print_programme(SHEET) == pdf
    assert fonts(pdf) == {("Tinos-Regular", True), ("Tinos-Bold", True), ("Tinos-Italic", True)}
    with opened(pdf) as document:
        facts = document.get_metadata_dict()
    assert (facts["Title"], facts["Author"]) == ("Chương trình – Đại hội Thi đua yêu nước huyện Ba Bể", "")
    assert b"/Lang (vi)" in pdf
