import pytest
from hypothesis import given
from hypothesis import strategies as st

from congress.documents.fonts import SANS, SANS_BOLD, SERIF_BOLD, clean
from congress.documents.typeset import LEADING, Box, Style, fit, stack

BOLD = Style(SANS_BOLD, 27, "#000000")
texts = st.lists(st.text("NGUYỄNẶẪỨƠĐabcdệữ,.", min_size=1, max_size=14), min_size=1, max_size=16).map(" ".join)


@given(texts, st.floats(40, 300), st.floats(8, 80))
def test_nothing_is_cut_and_nothing_overflows(text: str, width: float, height: float) -> None:
    fitted = fit(text, BOLD, width, height)
    assert " ".join(fitted.lines) == clean(text)
    assert max(fitted.widths) <= width + 0.001
    assert fitted.height <= height + 0.001
    assert 0 < fitted.size <= BOLD.largest


@given(st.lists(texts, min_size=1, max_size=3), st.floats(40, 300), st.floats(8, 80))
def test_a_stack_stays_in_its_box(pieces: list[str], width: float, height: float) -> None:
    box = Box(10, 20, width, height)
    for line in stack([(piece, BOLD) for piece in pieces], box):
        assert box.x - 0.001 <= line.x
        assert box.y <= line.y
        assert line.y + 0.72 * line.size <= box.y + box.height + 0.001


def test_a_short_name_stands_on_one_line_at_the_largest_size() -> None:
    fitted = fit("LÝ AN", BOLD, 220, 56)
    assert (fitted.lines, fitted.size) == (("LÝ AN",), 27)


def test_a_longer_name_takes_two_balanced_lines() -> None:
    assert fit("NGUYỄN THỊ HỒNG BÍCH", BOLD, 220, 56).lines == ("NGUYỄN THỊ", "HỒNG BÍCH")


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("ĐẠI HỘI THI ĐUA YÊU NƯỚC HUYỆN BA BỂ", ("ĐẠI HỘI THI ĐUA YÊU NƯỚC", "HUYỆN BA BỂ")),
        (
            "HỘI NGHỊ TUYÊN DƯƠNG ĐIỂN HÌNH TIÊN TIẾN XÃ BÀNH TRẠCH",
            ("HỘI NGHỊ TUYÊN DƯƠNG", "ĐIỂN HÌNH TIÊN TIẾN XÃ BÀNH TRẠCH"),
        ),
    ],
)
def test_a_title_breaks_between_its_words_of_several_syllables(text: str, lines: tuple[str, ...]) -> None:
    assert fit(text, Style(SERIF_BOLD, 12, "#000000"), 221, 59).lines == lines


def test_pieces_of_a_stack_come_from_the_top_down_and_empty_ones_leave_no_gap() -> None:
    style = Style(SANS, 10, "#000000")
    with_gap = stack([("Nông dân", style), (" ", style), ("xã Bành Trạch", style)], Box(0, 0, 200, 50))
    assert [line.text for line in with_gap] == ["Nông dân", "xã Bành Trạch"]
    assert with_gap[0].y - with_gap[1].y == pytest.approx(10 * LEADING)
