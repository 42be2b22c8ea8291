"""Names: one spelling, search without accents, Vietnamese order as a plain string."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from congress.domain.names import capitalise_name, fold, normalise, sort_key

ALPHABET = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
TONES = {"\u0300": 1, "\u0309": 2, "\u0303": 3, "\u0301": 4, "\u0323": 5}
LETTERS = "aàảãáạăằẳẵắặâầẩẫấậbcdđeèẻẽéẹêềểễếệghiìỉĩíịklmnoòỏõóọôồổỗốộơờởỡớợpqrstuùủũúụưừửữứựvxyỳỷỹýỵ'"


def tuple_key(name: str) -> tuple[object, ...]:
    """The order written the plain way, as tuples; the string key must sort the same."""

    def part(words: list[str]) -> tuple[object, ...]:
        letters: list[int] = []
        tones = []
        for word in words:
            letters += [-1] if letters else []
            tone = 0
            for character in word:
                marks = unicodedata.normalize("NFD", character)
                tone = next((TONES[mark] for mark in marks if mark in TONES), tone)
                base = unicodedata.normalize("NFC", "".join(mark for mark in marks if mark not in TONES))
                letters += [ALPHABET.find(base) if base in ALPHABET else 100 + ord(base)] if base else []
            tones.append(tone)
        return tuple(letters), tuple(tones)

    words = name.lower().split()
    return part(words[-1:]), part(words[:-1][:1]), part(words[1:-1])


names = st.lists(st.text(LETTERS + LETTERS.upper(), min_size=1, max_size=5), min_size=1, max_size=5).map(" ".join)


@given(names, names)
def test_sort_key_orders_as_the_vietnamese_tuple_does(one: str, other: str) -> None:
    assert (sort_key(one) < sort_key(other)) == (tuple_key(one) < tuple_key(other))


@given(names)
def test_sort_key_is_the_same_for_composed_and_decomposed_text(name: str) -> None:
    assert sort_key(unicodedata.normalize("NFD", name)) == sort_key(name)
    assert sort_key(name).isascii()


def test_names_are_sorted_by_given_name_then_family_then_middle() -> None:
    expected = [
        "Nông Văn An", "Hoàng Thị Ánh", "Bế Văn Bình", "Chu Bá Dũng", "Chu Đức Đạt", "Đặng Văn Hoa", "Âu Văn Hòa",
        "Bàn Thị Hoà", "Đàm Văn Hòa", "Dương Văn Hoá", "Lý Văn Mỷ", "Lý Văn Mỹ", "Lý Văn Mý", "Nông Văn Ưng", "Vi Văn Ý",
    ]
    assert sorted(set(expected), key=sort_key) == expected


def test_d_with_stroke_comes_after_d_and_circumflex_after_plain() -> None:
    assert sorted(["Đinh An", "Du An", "Ân", "An", "Ăn"], key=sort_key) == ["An", "Du An", "Đinh An", "Ăn", "Ân"]


def test_tone_place_does_not_matter_but_the_tone_does() -> None:
    assert sort_key("Nông Thị Hoà") == sort_key("Nông Thị Hòa")
    assert sort_key("Nông Thị Hoa") != sort_key("Nông Thị Hòa")


@pytest.mark.parametrize(("typed", "expected"), [
    ("  Nông\u00a0Văn\n An ", "Nông Văn An"),
    ("Ðàm Thị Hoa", "Đàm Thị Hoa"),
    ("ðặng", "đặng"),
    ("Nông\u200b Văn\u00ad An\ufeff", "Nông Văn An"),
    ("Nguyê\u0303n Thiê\u0323n", "Nguyễn Thiện"),
    ("e\u0323\u0302", "ệ"),
    ("plain", "plain"),
])
def test_normalise(typed: str, expected: str) -> None:
    assert normalise(typed) == expected


@given(st.text())
def test_normalise_is_stable_and_composed(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once
    assert unicodedata.is_normalized("NFC", once)


@pytest.mark.parametrize(("typed", "expected"), [
    ("Đặng  Thị Hương", "dang thi huong"), ("H’Mông", "h'mong"), ("ĐIỂN HÌNH", "dien hinh"), ("Ðào", "dao"), ("ABC", "abc"),
    (unicodedata.normalize("NFD", "Triệu Thị Mỷ"), "trieu thi my"),
])
def test_fold(typed: str, expected: str) -> None:
    assert fold(typed) == expected


@pytest.mark.parametrize(("typed", "expected"), [
    ("LIÊU THỊ BÍCH THẢO", "Liêu Thị Bích Thảo"), ("ĐÀM ĐỨC Ý", "Đàm Đức Ý"), ("H'HEN NIÊ", "H'Hen Niê"),
    ("Nông Văn AN", "Nông Văn AN"), ("nông văn an", "nông văn an"), ("TÔN NỮ-LAN", "Tôn Nữ-Lan"), ("", ""),
])
def test_only_names_all_in_capitals_change(typed: str, expected: str) -> None:
    assert capitalise_name(typed) == expected
