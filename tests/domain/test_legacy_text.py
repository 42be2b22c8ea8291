"""Text of the fonts before Unicode: every Vietnamese syllable comes back, and nothing that is Unicode already is taken for it."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from congress.domain.legacy_text import LegacyEncoding, convert, detect_encoding, is_syllable
from tests.lists import TCVN3, VNI, tcvn3, vni

ONSETS = "b c ch d đ g gh gi h k kh l m n ng ngh nh p ph qu r s t th tr v x".split()
RIMES = (
    "a ai am an ang anh ao au ay ăm ăn ăng âm ân âng âu ây e em en eng eo ê êm ên ênh êu i ia iêm iên iêng iêu im in inh iu "
    "o oa oai oan oang oanh oay oăn oe oeo oi om on ong ô ôi ôm ôn ông ơ ơi ơm ơn u ua uân uây uê ui um un ung uôi uôm uôn uông "
    "uơ uy uya uyên uynh uyu ư ưa ưi ưng ươi ươm ươn ương ươu ưu y yêm yên yêu"
).split()
STOPPED = (
    "ac ach ap at ăc ăp ăt âp ât ec et êch êp êt ich iêc iêt it oac oat oc ot ôc ôp ôt ơp ơt uât uôc uôt uc ut uyêt ưc ươc ươt"
).split()
TONES = ("", "\u0300", "\u0309", "\u0303", "\u0301", "\u0323")
VOWELS = "aăâeêioôơuưy"


def toned(onset: str, rime: str, tone: str) -> str:
    """The syllable with its tone on the rime's last marked vowel, else its first."""
    places = [place for place, letter in enumerate(rime) if letter in VOWELS]
    place = next((place for place in reversed(places) if rime[place] in "ăâêôơư"), places[0])
    return unicodedata.normalize("NFC", onset + rime[: place + 1] + tone + rime[place + 1 :])


open_syllables = st.builds(toned, st.sampled_from(ONSETS), st.sampled_from(RIMES), st.sampled_from(TONES))
stopped_syllables = st.builds(toned, st.sampled_from(ONSETS), st.sampled_from(STOPPED), st.sampled_from(TONES[4:]))
syllables = open_syllables | stopped_syllables
phrases = st.lists(syllables, min_size=2, max_size=6).map(" ".join)


@given(phrases)
def test_every_syllable_comes_back_from_both(phrase: str) -> None:
    for spelled in (phrase, phrase.title()):
        assert convert(vni(spelled), "vni") == spelled
    assert convert(vni(phrase.upper()), "vni") == phrase.upper()
    assert convert(tcvn3(phrase), "tcvn3") == phrase
    # the initials of a name are capitals where the alphabet has them; toned capitals do not exist in TCVN3
    assert convert(tcvn3(phrase.title()), "tcvn3").lower() == phrase


@given(phrases)
def test_capitals_of_the_capital_font_come_back(phrase: str) -> None:
    assert convert(tcvn3(f"{phrase.upper()} NGANG"), "tcvn3") == f"{phrase.upper()} NGANG"


def test_the_tables_are_whole() -> None:
    letters = {
        unicodedata.normalize("NFC", letter + tone) for letter in "aăâeêioôơuưy" for tone in TONES
    } | {"đ"}
    assert len(letters) == 73
    lower = {letter for letter in TCVN3[1::2] if letter.islower()}
    assert lower == letters - set("aeiouy")
    assert set(TCVN3[1::2]) - lower == set("ĂÂÊÔƠƯĐ")
    assert set(VNI.split()[1::2]) == letters - set("aeiouy")
    for sign, letter in zip(TCVN3[::2], TCVN3[1::2], strict=True):
        assert convert(f"n{sign}", "tcvn3") == f"n{letter}"
    for sign, letter in zip(VNI.split()[::2], VNI.split()[1::2], strict=True):
        assert convert(sign, "vni") == letter
        assert convert(sign.upper(), "vni") == letter.upper()
        assert convert(sign[0].upper() + sign[1:], "vni") == letter.upper()


@pytest.mark.parametrize(("written", "encoding", "meant"), [
    ("NguyÔn V¨n A", "tcvn3", "Nguyễn Văn A"),
    ("Nguyeãn Vaên A", "vni", "Nguyễn Văn A"),
    ("Lª ThÞ H\xadêng", "tcvn3", "Lê Thị Hường"),
    ("TØNH ñY B¾C K¹N", "tcvn3", "TỈNH ỦY BẮC KẠN"),
    ("UBND x· B¶n Thi", "tcvn3", "UBND xã Bản Thi"),
    ("Lª V¡N T¸M", "tcvn3", "LÊ VĂN TÁM"),
    ("§ång chÝ NguyÔn H÷u Thä", "tcvn3", "Đồng chí Nguyễn Hữu Thọ"),
    ("TRÖÔØNG TIEÅU HOÏC Ñöùc Xuaân", "vni", "TRƯỜNG TIỂU HỌC Đức Xuân"),
    ("Ngaøy sinh: 12/5/1970", "vni", "Ngày sinh: 12/5/1970"),
    ("Nguyễn Văn A", "tcvn3", "Nguyễn Văn A"),
    ("Nguyễn Vaên", "vni", "Nguyễn Vaên"),
    ("STT 01 a@b.vn", "tcvn3", "STT 01 a@b.vn"),
])
def test_texts_as_they_are_found(written: str, encoding: LegacyEncoding, meant: str) -> None:
    assert convert(written, encoding) == meant


SHEET = ["Họ và tên", "Ngày sinh", "Nông Văn Thắng", "Hoàng Thị Mỷ", "Trưởng phòng Nội vụ", "Hoà Bình", "quý", "2 đồng chí"]


def test_a_sheet_of_an_old_font_is_told() -> None:
    assert detect_encoding([tcvn3(text) for text in SHEET]) == "tcvn3"
    assert detect_encoding([vni(text) for text in SHEET]) == "vni"
    assert detect_encoding([tcvn3("Nguyễn Văn A")]) == "tcvn3"
    assert detect_encoding([vni("Nguyễn Văn A")]) == "vni"


@pytest.mark.parametrize("texts", [
    [],
    SHEET,
    [unicodedata.normalize("NFD", text) for text in SHEET],
    ["Lê Hà", "Hoà", "toán", "khoẻ", "Tú", "bé", "quí", "nhà trò", "là"],
    ["Name", "Position", "John Smith – Director"],
    ["François Hollande", "Hélène Lefèvre", "Loïc Gaël", "Noël à Évian", "crème brûlée", "où êtes-vous", "dîner", "août"],
    ["Müller", "Jürgen Groß", "Björn Ågren", "José Nuñez", "São João", "Citroën", "naïve café"],
    ["Niê Kđăm", "Y Brâu", "H'Hen Niê", "K'Ho", "Ksor Phước", "Rơ Châm", "Đắk Lắk"],
    ["x", "√", "½", "25°C", "50 m²", "©", "12·5", "§ 3"],
])
def test_what_is_no_old_font_is_left_alone(texts: list[str]) -> None:
    assert detect_encoding(texts) is None


def test_a_few_foreign_words_in_an_old_font_and_a_few_old_ones_in_unicode() -> None:
    assert detect_encoding([*(tcvn3(text) for text in SHEET), "Café", "Müller"]) == "tcvn3"
    assert detect_encoding([*SHEET, *SHEET, tcvn3("Nguyễn Văn A")]) is None


@given(phrases)
def test_unicode_never_fires(phrase: str) -> None:
    assert detect_encoding([phrase, phrase.upper(), unicodedata.normalize("NFD", phrase)]) is None


@given(syllables)
def test_syllables_are_known_in_any_case_and_form(syllable: str) -> None:
    assert is_syllable(syllable)
    assert is_syllable(unicodedata.normalize("NFD", syllable.upper()))


@pytest.mark.parametrize("word", ["", "hat", "học1", "Müller", "đđ", "ngk", "vaên", "hóà", "Linz"])
def test_other_words_are_none(word: str) -> None:
    assert not is_syllable(word)
