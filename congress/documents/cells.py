"""What every workbook that leaves the house keeps to: text stays text, and a sheet's name is one that Excel takes."""

import re
from collections.abc import Container

# xlsxwriter turns texts into formulas, links and numbers unless it is told not to: "=cmd|…" or "+84…" must stay what they are.
WRITE_TEXT_AS_TEXT = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
TEXT_FORMAT = "@"

_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]")
_NOT_IN_SHEET_NAMES = re.compile(r"[\[\]:*?/\\]")
_LONGEST_TEXT, _LONGEST_NAME = 32_767, 31


def safe_text(value: str) -> str:
    """Return a text as a cell can hold it: no control characters, at most 32,767 characters.

    Write it with write_string (xlsxwriter) or data_type "s" (openpyxl), so that a leading = + - @ is no formula.
    """
    return _CONTROL.sub("", value.replace("\r\n", "\n").replace("\r", "\n"))[:_LONGEST_TEXT]


def starts_a_formula(value: str) -> bool:
    """Tell whether Excel would take a text for a formula once somebody edits its cell; such a cell gets the quote prefix."""
    return value[:1] in ("=", "+", "-", "@") and len(value) > 1


def sheet_name(wanted: str, taken: Container[str]) -> str:
    """Return a sheet name of at most 31 characters without []:*?/\\, unlike those taken (given in small letters)."""
    plain = _NOT_IN_SHEET_NAMES.sub(" ", safe_text(wanted)).strip(" '") or "Danh sách"
    name, place = plain[:_LONGEST_NAME], 2
    while name.lower() in taken:
        end = f" ({place})"
        name, place = plain[: _LONGEST_NAME - len(end)] + end, place + 1
    return name
