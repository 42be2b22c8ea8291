"""Vietnamese typed with the fonts of before Unicode: telling TCVN3 (.VnTime) and VNI (VNI-Times) text, and converting it.

Both put Vietnamese letters at the places of Western European ones: "NguyÔn V¨n A" and "Nguyeãn Vaên A" are Nguyễn Văn A.
The tables are those of TCVN 5712:1993 (VN3) and of the VNI character set for Windows. Conversion takes the text as the file
has it: U+00AD, which is invisible in Unicode, is the letter ư in TCVN3.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import Literal

LegacyEncoding = Literal["tcvn3", "vni"]

_GRAVE, _HOOK, _TILDE, _ACUTE, _DOT = "\u0300\u0309\u0303\u0301\u0323"
_TONES = _GRAVE + _HOOK + _TILDE + _ACUTE + _DOT

# TCVN3: the code of a toneless letter, then of its five tones in the order above. Capitals have no toned codes of their own:
# the font .VnTimeH draws the small ones as capitals.
_TCVN3_TONELESS = dict(zip("\xa1\xa2\xa3\xa4\xa5\xa6\xa7\xa8\xa9\xaa\xab\xac\xad\xae", "ĂÂÊÔƠƯĐăâêôơưđ", strict=True))
_TCVN3_TONED = {
    "a": "\xb5\xb6\xb7\xb8\xb9", "ă": "\xbb\xbc\xbd\xbe\xc6", "â": "\xc7\xc8\xc9\xca\xcb", "e": "\xcc\xce\xcf\xd0\xd1",
    "ê": "\xd2\xd3\xd4\xd5\xd6", "i": "\xd7\xd8\xdc\xdd\xde", "o": "\xdf\xe1\xe2\xe3\xe4", "ô": "\xe5\xe6\xe7\xe8\xe9",
    "ơ": "\xea\xeb\xec\xed\xee", "u": "\xef\xf1\xf2\xf3\xf4", "ư": "\xf5\xf6\xf7\xf8\xf9", "y": "\xfa\xfb\xfc\xfd\xfe",
}
# VNI: a plain letter followed by a sign, which is the toneless mark or a tone, or the hat or breve together with a tone.
_VNI_SIGNS = (
    ({"a": "a", "e": "e", "o": "o", "u": "u", "y": "y", "ô": "ơ", "ö": "ư"}, "", "øûõùï"),
    ({"a": "â", "e": "ê", "o": "ô"}, "â", "àåãáä"),
    ({"a": "ă"}, "ê", "èúüéë"),
)
_VNI_ALONE = dict(zip("ìæóíòîôöñ", "ìỉĩíịỵơưđ", strict=True))

_ONSETS = frozenset(["", *"b c ch d đ g gh gi h k kh l m n ng ngh nh p ph q qu r s t th tr v x".split()])
_RIMES = frozenset(
    "a ac ach ai am an ang anh ao ap at au ay ăc ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây e ec em en eng eo ep et "
    "ê êch êm ên ênh êp êt êu i ia ich iêc iêm iên iêng iêp iêt iêu im in inh ip it iu "
    "o oa oac oach oai oam oan oang oanh oao oap oat oay oăc oăm oăn oăng oăt oc oe oen oeo oet oi om on ong ooc oong op ot "
    "ô ôc ôi ôm ôn ông ôp ôt ơ ơi ơm ơn ơp ơt u ua uân uâng uât uây uc uê uêch uênh ui um un ung uôc uôi uôm uôn uông uôp uôt "
    "uơ up ut uy uya uych uyên uyêt uynh uyp uyt uyu ư ưa ưc ưi ưm ưn ưng ươc ươi ươm ươn ương ươp ươt ươu ưt ưu "
    "y yêm yên yêng yêt yêu".split()
)
_STOPPED = ("c", "ch", "p", "t")        # rimes that end so take only the acute tone or the dot
_UNICODE_ONLY = re.compile("[\u0102-\u01b0\u1ea0-\u1ef9\u0300-\u036f]")
_WORD = re.compile(r"[^\s!-,./:-@\[-`{-~–—“”‘’…]+")
_CAPITAL, _SMALL = re.compile("[A-Z]"), re.compile("[a-z]")
_LEAST_WORDS = 2


def _tcvn3_table() -> dict[str, str]:
    toned = {
        code: unicodedata.normalize("NFC", letter + tone)
        for letter, codes in _TCVN3_TONED.items() for code, tone in zip(codes, _TONES, strict=True)
    }
    return toned | _TCVN3_TONELESS


def _vni_table() -> dict[str, str]:
    small = dict(_VNI_ALONE)
    for letters, toneless, signs in _VNI_SIGNS:
        for written, letter in letters.items():
            if toneless:
                small[written + toneless] = letter
            small |= {
                written + sign: unicodedata.normalize("NFC", letter + tone) for sign, tone in zip(signs, _TONES, strict=True)
            }
    table = dict(small)
    for written, letter in small.items():   # a capital may be followed by a small sign or by a capital one
        table[written[0].upper() + written[1:]] = table[written.upper()] = letter.upper()
    return table


_TCVN3 = str.maketrans(_tcvn3_table())
_VNI = _vni_table()
_VNI_WRITTEN = re.compile("|".join(sorted(_VNI, key=len, reverse=True)))


def detect_encoding(texts: Iterable[str]) -> LegacyEncoding | None:
    """Tell in which legacy encoding a sheet's texts are, None when they are not.

    Asks for at least two different words that are Vietnamese syllables only after conversion, for twice as many of them as
    there are words that are Vietnamese without it, and for more than there are words that are not Vietnamese at all: ordinary
    Vietnamese, composed or not, and foreign names do not fire.
    """
    plain, strange, found = 0, 0, {"tcvn3": 0, "vni": 0}
    for word in _odd_words(texts):
        converted = {name: _convert(word, name) for name in found} if not _UNICODE_ONLY.search(word) else {}
        fits = [name for name, letters in converted.items() if letters != word and is_syllable(letters)]
        if not is_syllable(word):
            strange += not fits
            for name in fits:
                found[name] += 1
        elif not fits:
            plain += 1
    most = max(found.values())
    if found["tcvn3"] == found["vni"] or most < max(_LEAST_WORDS, 2 * plain) or most <= strange:
        return None
    return "tcvn3" if found["tcvn3"] > found["vni"] else "vni"


def convert(text: str, encoding: LegacyEncoding) -> str:
    """Return a text of a legacy encoding in Unicode (NFC); one with letters that only Unicode has is returned as it is.

    A TCVN3 word whose plain letters are capitals was drawn in capitals (.VnTimeH) and becomes so.
    """
    if text.isascii() or _UNICODE_ONLY.search(text):
        return text
    return _convert(text, encoding)


def is_syllable(word: str) -> bool:
    """Tell whether a word could be one Vietnamese syllable; its tone may stand on any vowel, and case does not matter."""
    return _is_syllable(unicodedata.normalize("NFC", word).lower())


@lru_cache(maxsize=8192)
def _is_syllable(word: str) -> bool:
    marks = unicodedata.normalize("NFD", word)
    tones = [mark for mark in marks if mark in _TONES]
    letters = unicodedata.normalize("NFC", "".join(mark for mark in marks if mark not in _TONES))
    if len(tones) > 1 or (letters.endswith(_STOPPED) and tones not in ([_ACUTE], [_DOT])):
        return False
    return any(letters[:cut] in _ONSETS and letters[cut:] in _RIMES for cut in range(4))


def _odd_words(texts: Iterable[str]) -> set[str]:
    """Return the different words with a letter outside ASCII."""
    return {
        word for text in {*texts} if not text.isascii()
        for word in _WORD.findall(unicodedata.normalize("NFC", text)) if not word.isascii()
    }


def _convert(text: str, encoding: str) -> str:
    if encoding == "vni":
        return _VNI_WRITTEN.sub(lambda found: _VNI[found[0]], text)
    capitals = not _SMALL.search(text) and len(_CAPITAL.findall(text)) > 1
    return _WORD.sub(lambda found: _from_tcvn3(found[0], capitals), text)


def _from_tcvn3(word: str, capitals: bool) -> str:
    """Convert a word; a capital anywhere but at its beginning, and no small letter, says that it was drawn in capitals."""
    letters = word.translate(_TCVN3)
    if capitals or (not _SMALL.search(word) and _CAPITAL.search(word, 1)):
        return letters.upper()
    return letters
