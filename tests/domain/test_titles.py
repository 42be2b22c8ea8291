"""The three lines of a congress's name, and dates as papers write them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from congress.domain.titles import compose_title, long_date, name_in_sentence, place_name, roman, weekday_date

DIGITS = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100, "D": 500, "M": 1000}


@pytest.mark.parametrize(
    ("number", "numeral"),
    [
        (1, "I"),
        (4, "IV"),
        (6, "VI"),
        (9, "IX"),
        (14, "XIV"),
        (40, "XL"),
        (90, "XC"),
        (444, "CDXLIV"),
        (1999, "MCMXCIX"),
        (3999, "MMMCMXCIX"),
    ],
)
def test_roman_numerals(number: int, numeral: str) -> None:
    assert roman(number) == numeral


@given(st.integers(1, 3999))
def test_a_numeral_reads_back_and_never_repeats_a_sign_four_times(number: int) -> None:
    numeral = roman(number)
    values = [DIGITS[sign] for sign in numeral]
    assert number == sum(-v if v < max(values[i:]) else v for i, v in enumerate(values))
    assert not any(sign * 4 in numeral for sign in DIGITS)


@pytest.mark.parametrize("number", [0, -1, 4000])
def test_no_numeral_outside_the_romans_reach(number: int) -> None:
    with pytest.raises(ValueError, match="from 1 to 3999"):
        roman(number)


@pytest.mark.parametrize(
    ("unit", "in_sentence", "place"),
    [
        ("Huyện Ba Bể", "huyện Ba Bể", "Ba Bể"), ("Thành phố Bắc Kạn", "thành phố Bắc Kạn", "Bắc Kạn"),
        ("Thị trấn Chợ Rã", "thị trấn Chợ Rã", "Chợ Rã"), ("Xã Bành Trạch", "xã Bành Trạch", "Bành Trạch"),
        ("Tỉnh Bắc Kạn", "tỉnh Bắc Kạn", "Bắc Kạn"), ("Sở Y tế", "Sở Y tế", "Sở Y tế"),
        ("Tỉnh đoàn Bắc Kạn", "Tỉnh đoàn Bắc Kạn", "Tỉnh đoàn Bắc Kạn"), ("Huyện ủy Ba Bể", "Huyện ủy Ba Bể", "Huyện ủy Ba Bể"),
        ("Xã hội học tập", "Xã hội học tập", "Xã hội học tập"),
    ],
)  # fmt: skip
def test_a_unit_inside_a_sentence_and_its_place(unit: str, in_sentence: str, place: str) -> None:
    assert (name_in_sentence(unit), place_name(unit)) == (in_sentence, place)


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2025, 1, 5), "ngày 05 tháng 01 năm 2025"), (date(2025, 2, 10), "ngày 10 tháng 02 năm 2025"),
        (date(2025, 3, 9), "ngày 09 tháng 3 năm 2025"), (date(2025, 12, 31), "ngày 31 tháng 12 năm 2025"),
    ],
)  # fmt: skip
def test_a_date_in_full(day: date, words: str) -> None:
    assert long_date(day) == words


def test_a_date_with_its_weekday() -> None:
    assert [weekday_date(date(2025, 5, day)) for day in (19, 23, 25)] == [
        "Thứ Hai, 19/05/2025",
        "Thứ Sáu, 23/05/2025",
        "Chủ nhật, 25/05/2025",
    ]


def test_the_three_lines() -> None:
    name = {"form_name": "Đại hội Thi đua yêu nước", "unit_name": "Huyện Ba Bể", "ordinal": 6, "place": "Ba Bể"}
    assert compose_title(**name, held_on=date(2025, 5, 20)) == (
        "Đại hội Thi đua yêu nước huyện Ba Bể", "Lần thứ VI", "Ba Bể, ngày 20 tháng 5 năm 2025",
    )  # fmt: skip
    assert compose_title(**name, held_on=None)[2] == "Ba Bể, ngày    tháng    năm"
