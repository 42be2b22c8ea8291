"""What every workbook that leaves the house keeps to: text stays text, and a sheet's name is one that Excel takes."""

import re
import unicodedata
from collections.abc import Container, Iterable
from functools import cache

# xlsxwriter turns texts into formulas, links and numbers unless it is told not to: "=cmd|…" or "+84…" must stay what they are.
WRITE_TEXT_AS_TEXT = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
TEXT_FORMAT = "@"

_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]")
_NOT_IN_SHEET_NAMES = re.compile(r"[\[\]:*?/\\]")
_LONGEST_TEXT, _LONGEST_NAME = 32_767, 31
# Points: a line of Times New Roman 12 and the tallest row there is; its letters, and a figure, in which columns are measured.
_LINE, _TALLEST = 16.5, 409.0
_LETTERS = (("ijlt.,;:'/ ", 3.4), ("frsI-()", 4.7), ("acezJ", 5.4), ("mwMW", 10.7))
_SPACE, _SMALL, _CAPITAL, _HORN, _FIGURE = 3.0, 6.0, 8.7, 0.7, 5.25


def safe_text(value: str) -> str:
    """Return a text as a cell can hold it: no control characters, at most 32,767 characters.

    Write it with write_string (xlsxwriter) or data_type "s" (openpyxl), so that a leading = + - @ is no formula.
    """
    return _CONTROL.sub("", value.replace("\r\n", "\n").replace("\r", "\n"))[:_LONGEST_TEXT]


def starts_a_formula(value: str) -> bool:
    """Tell whether Excel would take a text for a formula once somebody edits its cell; such a cell gets the quote prefix."""
    return value[:1] in ("=", "+", "-", "@", "\t") and len(value) > 1


def row_height(cells: Iterable[tuple[str, float]]) -> float | None:
    """Return the height in points of a row of (text, width of its column in characters); None when one line will do.

    For wrapped Times New Roman 12. Not every program fits the rows of a workbook that says nothing of their height, and none
    fits merged cells: the text would run into the row below.
    """
    lines = max((_count_lines(text, width * _FIGURE) for text, width in cells), default=1)
    return min(lines * _LINE, _TALLEST) if lines > 1 else None


def _count_lines(text: str, room: float) -> int:
    """Lines of a text in so many points; where it is near, rather one more than one less."""
    if len(text) * _CAPITAL < room and "\n" not in text:
        return 1
    lines = 0
    for paragraph in text.split("\n"):
        lines, used = lines + 1, 0.0
        for word in paragraph.split():
            length = sum(map(_length, word))
            if used and used + _SPACE + length > room:
                lines, used = lines + 1, 0.0
            used += length + (_SPACE if used else 0)
            while used > room:  # a word longer than a line breaks where the line ends
                lines, used = lines + 1, used - room
    return lines


@cache
def _length(letter: str) -> float:
    parts = unicodedata.normalize("NFD", letter)
    base = parts[0]
    plain = next((points for letters, points in _LETTERS if base in letters), _CAPITAL if base.isupper() else _SMALL)
    return plain + (_HORN if "\u031b" in parts else 0)


def sheet_name(wanted: str, taken: Container[str]) -> str:
    """Return a sheet name of at most 31 characters without []:*?/\\, unlike those taken (given in small letters)."""
    plain = _NOT_IN_SHEET_NAMES.sub(" ", safe_text(wanted)).strip(" '") or "Danh sách"
    name, place = plain[:_LONGEST_NAME], 2
    while name.lower() in taken:
        end = f" ({place})"
        name, place = plain[: _LONGEST_NAME - len(end)] + end, place + 1
    return name
