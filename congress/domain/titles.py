"""The three-line formal name of a congress (the Bắc Kạn plan, II.4.c) and Vietnamese dates."""

from datetime import date, timedelta, timezone

# Asia/Ho_Chi_Minh: seven hours ahead of UTC, no summer time since 1975.
VIETNAM = timezone(timedelta(hours=7))

_ROMAN = (
    (1000, "M"),
    (900, "CM"),
    (500, "D"),
    (400, "CD"),
    (100, "C"),
    (90, "XC"),
    (50, "L"),
    (40, "XL"),
    (10, "X"),
    (9, "IX"),
    (5, "V"),
    (4, "IV"),
    (1, "I"),
)

# Common nouns that a unit's name starts with: lower case inside a sentence, dropped where only the place is meant.
_PLACE_KINDS = ("Tỉnh", "Thành phố", "Thị xã", "Huyện", "Quận", "Thị trấn", "Phường", "Xã", "Đặc khu")

_WEEKDAYS = ("Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ nhật")


def roman(number: int) -> str:
    """A Roman numeral of 1–3999."""
    if not 1 <= number <= 3999:
        raise ValueError("Roman numerals run from 1 to 3999")
    out = ""
    for value, sign in _ROMAN:
        out += sign * (number // value)
        number %= value
    return out


def name_in_sentence(unit_name: str) -> str:
    """A name inside a sentence: "Huyện Ba Bể" → "huyện Ba Bể"; "Sở Y tế" and "Huyện ủy Ba Bể" stay."""
    if place_name(unit_name) != unit_name:
        return unit_name[0].lower() + unit_name[1:]
    return unit_name


def place_name(unit_name: str) -> str:
    """The place written before a date: "Huyện Ba Bể" → "Ba Bể"; "Tỉnh đoàn Bắc Kạn" is no place and stays."""
    for kind in _PLACE_KINDS:
        rest = unit_name.removeprefix(kind + " ")
        if rest != unit_name and not rest[:1].islower():
            return rest
    return unit_name


def long_date(day: date) -> str:
    """ "ngày 05 tháng 02 năm 2025": days below 10 and months 1 and 2 take a nought (NĐ 30/2020)."""
    month = f"{day.month:02d}" if day.month < 3 else str(day.month)
    return f"ngày {day.day:02d} tháng {month} năm {day.year}"


def weekday_date(day: date) -> str:
    """ "Thứ Sáu, 23/05/2025"."""
    return f"{_WEEKDAYS[day.weekday()]}, {day:%d/%m/%Y}"


def compose_title(*, form_name: str, unit_name: str, ordinal: int, place: str, held_on: date | None) -> tuple[str, str, str]:
    """The three lines: form and unit; ordinal in Roman numerals; place and date (blank while there is no date)."""
    when = long_date(held_on) if held_on else "ngày    tháng    năm"
    return f"{form_name} {name_in_sentence(unit_name)}", f"Lần thứ {roman(ordinal)}", f"{place}, {when}"
