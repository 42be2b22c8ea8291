"""Cyrillic and Greek letters that look like Latin ones: seen by nobody, found by no search."""

import re
import unicodedata

_CYRILLIC = dict(zip("АВЕЅІЈКМНОРСТУХаеѕіјорсухһԁԛԝԚԜ", "ABESIJKMHOPCTYXaesijopcyxhdqwQW", strict=True))
_GREEK = dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧαικνορυ", "ABEZHIKMNOPTYXaikvopu", strict=True))
_TWINS = _CYRILLIC | _GREEK
_TABLE = str.maketrans(_TWINS)
_FOREIGN = re.compile("[\u0370-\u03ff\u0400-\u052f]")
_SCRIPTS = (("\u0400", "Kirin"), ("\u0370", "Hy Lạp"))


def has_foreign_letters(text: str) -> bool:
    """Tell whether a text holds a letter of another alphabet."""
    return not text.isascii() and bool(_FOREIGN.search(text))


def latinise(text: str) -> str:
    """Return the text with Latin letters for those that look the same."""
    return unicodedata.normalize("NFC", text.translate(_TABLE))


def name_foreign_letters(text: str) -> str:
    """Return the letters of another alphabet in words: "“а” (Kirin)"."""
    found = dict.fromkeys(_FOREIGN.findall(text))
    return ", ".join(f"“{letter}” ({next(name for start, name in _SCRIPTS if letter >= start)})" for letter in found)
