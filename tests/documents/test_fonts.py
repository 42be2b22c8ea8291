import sys
from collections.abc import Iterator

import pytest

from congress.documents import fonts


@pytest.fixture
def fresh() -> Iterator[None]:
    fonts._load.cache_clear()
    yield
    fonts._load.cache_clear()
    fonts.load_faces()


@pytest.mark.usefixtures("fresh")
@pytest.mark.parametrize(
    ("package", "message"),
    [
        (
            "pdfboss_fonts",
            "Thiếu bộ chữ Tinos. Cài bằng lệnh: "
            "python -m pip install --no-deps --ignore-requires-python -r requirements-fonts.txt",
        ),
        (
            "fontpkg_be_vietnam_pro",
            "Thiếu bộ chữ Be Vietnam Pro. Cài bằng lệnh: python -m pip install -r requirements.txt",
        ),
    ],
)
def test_a_missing_face_says_what_to_install(monkeypatch: pytest.MonkeyPatch, package: str, message: str) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(fonts.FontMissing) as refusal:
        fonts.load_faces()
    assert str(refusal.value) == message


@pytest.mark.usefixtures("fresh")
def test_a_face_without_vietnamese_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(fonts._FACES, fonts.SERIF, (("Vera", "reportlab", "fonts", "lệnh cài"), "Vera.ttf"))
    with pytest.raises(fonts.FontMissing) as refusal:
        fonts.load_faces()
    assert str(refusal.value) == "Bộ chữ Vera trên máy thiếu chữ Việt. Cài lại bằng lệnh: lệnh cài"


@pytest.mark.parametrize(
    ("text", "face"),
    [("Nguyễn Thị Hường", fonts.SANS_BOLD), ("Y Bhăm Ŏng", fonts.SERIF_BOLD), ("Trường № 1", fonts.SERIF_BOLD)],
)
def test_the_wider_face_is_taken_for_letters_the_first_lacks(text: str, face: str) -> None:
    assert fonts.covering(fonts.SANS_BOLD, text) == face


def test_clean_text_is_nfc_on_one_line_without_invisible_letters() -> None:
    assert fonts.clean("  Nguye\u0302\u0303n\u00a0Thị\n\u200bHường\ufeff ") == "Nguyễn Thị Hường"
