"""The faces of every paper. The only module that names a font."""

import unicodedata
from functools import cache
from importlib.resources import as_file, files

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

SERIF = "Serif"
SERIF_BOLD = "Serif-Bold"
SERIF_ITALIC = "Serif-Italic"
SANS = "Sans"
SANS_MEDIUM = "Sans-Medium"
SANS_BOLD = "Sans-Bold"

_TINOS = (
    "Tinos",
    "pdfboss_fonts",
    "fonts",
    "python -m pip install --no-deps --ignore-requires-python -r requirements-fonts.txt",
)
_BE_VIETNAM = (
    "Be Vietnam Pro",
    "fontpkg_be_vietnam_pro",
    "files",
    "python -m pip install -r requirements.txt",
)
_FACES = {
    SERIF: (_TINOS, "Tinos-Regular.ttf"),
    SERIF_BOLD: (_TINOS, "Tinos-Bold.ttf"),
    SERIF_ITALIC: (_TINOS, "Tinos-Italic.ttf"),
    SANS: (_BE_VIETNAM, "BeVietnamPro-Regular.ttf"),
    SANS_MEDIUM: (_BE_VIETNAM, "BeVietnamPro-Medium.ttf"),
    SANS_BOLD: (_BE_VIETNAM, "BeVietnamPro-Bold.ttf"),
}
# Be Vietnam Pro has no № and none of the Central Highlands' letters (ĕ, ŏ, ƀ); Tinos has them all.
_WIDER = {SANS: SERIF, SANS_MEDIUM: SERIF_BOLD, SANS_BOLD: SERIF_BOLD}

_VIETNAMESE = frozenset(range(0x1EA0, 0x1EFA)) | frozenset(map(ord, "ăâđêôơưĂÂĐÊÔƠƯàáãèéìíòóõùúýĩũ"))


class FontMissing(RuntimeError):
    """A face cannot be used; the message (Vietnamese) says what to install."""


def load_faces() -> None:
    """Register every face with the PDF library, once. Raises FontMissing."""
    for name in _FACES:
        _load(name)


def covering(face: str, text: str) -> str:
    """The face itself, or the wider one where it lacks a letter of the text."""
    wider = _WIDER.get(face)
    if wider is None or text.isascii() or all(map(_letters(face).__contains__, map(ord, text))):
        return face
    return wider


@cache
def word_width(face: str, word: str) -> float:
    """Width of the word at size 1, in points."""
    return float(_load(face).stringWidth(word, 1))


def clean(text: str) -> str:
    """One line of NFC text without invisible characters, which would be drawn as empty boxes."""
    if not text.isprintable():
        text = "".join(letter for letter in text if letter.isprintable() or letter.isspace())
    return " ".join(unicodedata.normalize("NFC", text).split())


@cache
def _letters(face: str) -> frozenset[int]:
    return frozenset(_load(face).face.charToGlyph)


@cache
def _load(name: str) -> TTFont:
    (family, package, folder, install), file = _FACES[name]
    try:
        with as_file(files(package) / folder / file) as path:
            font = TTFont(name, str(path))
    except (ModuleNotFoundError, OSError) as fault:
        raise FontMissing(f"Thiếu bộ chữ {family}. Cài bằng lệnh: {install}") from fault
    if not font.face.charToGlyph.keys() >= _VIETNAMESE:
        raise FontMissing(f"Bộ chữ {family} trên máy thiếu chữ Việt. Cài lại bằng lệnh: {install}")
    pdfmetrics.registerFont(font)
    return font
