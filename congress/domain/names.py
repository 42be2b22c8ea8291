"""Vietnamese text and personal names: one spelling, search without accents, order by given name."""

import re
import unicodedata
from functools import lru_cache

# Letters that only look like Vietnamese ones, and characters that cannot be seen.
_ODD = re.compile("[ÐðƉɖ\u00ad\u200b-\u200f\u2060\ufeff]")
_CONTROL = re.compile("[\0-\x08\x0e-\x1b\x7f\ud800-\udfff\ufffe\uffff]")  # what no database and no paper takes
_ODD_REPLACED = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"), "") | {
    ord("Ð"): "Đ", ord("Ɖ"): "Đ", ord("ð"): "đ", ord("ɖ"): "đ",
}
_APOSTROPHES = str.maketrans("’‘ʼ`´", "'''''")
_ACCENTS = re.compile("[\u0300-\u036f]")
_NAME_PIECE = re.compile(r"[^\W\d_]+")

_ALPHABET = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
# ngang < huyền < hỏi < ngã < sắc < nặng
_TONES = {"\u0300": 1, "\u0309": 2, "\u0303": 3, "\u0301": 4, "\u0323": 5}
# ASCII characters in the order the key needs: part end < syllable end < tone < letter < anything else.
_PART_END, _SYLLABLE_END = "!", '"'
_LETTERS = {letter: chr(0x40 + place) for place, letter in enumerate(_ALPHABET)}


def normalise(text: str) -> str:
    """Return text in NFC, on one line, single spaces, no invisible characters, and Đ/đ for their look-alikes."""
    if not text.isascii():
        if not unicodedata.is_normalized("NFC", text):
            text = unicodedata.normalize("NFC", text)
        if _ODD.search(text):
            text = text.translate(_ODD_REPLACED)
    if not text.isprintable():
        text = _CONTROL.sub("", text)
    return " ".join(text.split())


def fold(text: str) -> str:
    """Return text as it is searched: lower case, no accents, đ as d, straight apostrophes, single spaces."""
    text = text.lower()
    if not text.isascii():
        text = _ACCENTS.sub("", unicodedata.normalize("NFD", normalise(text)))
        text = unicodedata.normalize("NFC", text).replace("đ", "d").translate(_APOSTROPHES)
    return " ".join(text.split())


def sort_key(full_name: str) -> str:
    """Return an ASCII string whose byte order is the Vietnamese order of names.

    Given name first, then family name, then middle names; inside each the letters of the Vietnamese
    alphabet, then the tones, one to a syllable, so that "Hòa" and "Hoà" are equal.
    """
    words = normalise(full_name).lower().split()
    parts = (words[-1:], words[:-1][:1], words[1:-1])
    return _PART_END.join(_part_key(part) for part in parts)


def capitalise_name(name: str) -> str:
    """Return a name typed all in capitals with capital initials; any other name as it is."""
    if not name.isupper():
        return name
    return _NAME_PIECE.sub(lambda piece: piece[0][0] + piece[0][1:].lower(), name)


def _part_key(words: list[str]) -> str:
    keys = [_syllable_key(word) for word in words]
    letters = _SYLLABLE_END.join(letters for letters, _ in keys)
    return letters + _PART_END + "".join(tone for _, tone in keys)


@lru_cache(maxsize=4096)
def _syllable_key(word: str) -> tuple[str, str]:
    letters, tone = [], 0
    for character in word:
        decomposed = unicodedata.normalize("NFD", character)
        tone = next((_TONES[mark] for mark in decomposed if mark in _TONES), tone)
        base = unicodedata.normalize("NFC", "".join(mark for mark in decomposed if mark not in _TONES))
        letters += [_LETTERS.get(letter) or f"~{ord(letter):06x}" for letter in base]
    return "".join(letters), str(tone)
