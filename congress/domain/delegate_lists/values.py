"""Reading the text of one cell: the value it means, and what is wrong with it in one Vietnamese sentence."""

import re
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Generic, NamedTuple, TypeVar

from ..names import capitalise_name, fold, normalise
from ..reference_lists import NO_RELIGION, find_people, find_religion
from .records import Cell

T = TypeVar("T")


class Reading(NamedTuple, Generic[T]):
    """A value with the fault that keeps the row back, or the doubt that only asks for a look."""

    value: T
    fault: str = ""
    doubt: str = ""


_YES = frozenset("x xx √ ✓ ✔ ☑ ☒ v 1 + ● • * co true yes y (x) [x]".split())
_NO = frozenset("0 - – — khong ko k o chua false no n".split()) | {""}
_MALE = frozenset("nam male m ong trai".split())
_FEMALE = frozenset("nu female f ba gai".split())
_PARTY_YES = frozenset({"dang vien", "dv", "du bi", "dang vien du bi", "la dang vien"})
_PARTY_NO = frozenset({"ngoai dang", "quan chung", "doan vien", "khong phai", "chua vao dang"})
_CAPACITIES = {
    "ca nhan": "individual", "tap the": "collective", "ho gia dinh": "household", "gia dinh": "household",
    "ho": "household",
}
_CAPACITY_PREFIX = re.compile(r"(?:dai dien |dai bieu )+(?:cho |cac )?")

_DATE_WORDS = re.compile(r"\b(?:ngay|thang|nam|sinh|sn)\b|^'|,|:(?!\d)")
_DAY_FIRST = re.compile(r"(\d{1,2})[\s./-]+(\d{1,2})[\s./-]+(\d{4})")
_YEAR_FIRST = re.compile(r"(\d{4})[./-](\d{1,2})[./-](\d{1,2})(?:[ t]0?0:00(?::00)?)?")
_MONTH_YEAR = re.compile(r"(\d{1,2})[\s./-]+(\d{4})")
_SHORT_YEAR = re.compile(r"\d{1,2}[\s./-]+\d{1,2}[\s./-]+\d{2}")
_SERIAL_EPOCH = date(1899, 12, 30)
_DATE_ADVICE = "Ghi ngày/tháng/năm, ví dụ 12/05/1970, hoặc chỉ ghi năm."

_PHONE_SIGNS = re.compile(r"[\s.\-()–]")
_TWO_NUMBERS = re.compile(r"[/;,]| - |\n")
_MOBILE_OR_LANDLINE = re.compile(r"0[35789]\d{8}|02\d{8,9}")
_ABROAD = re.compile(r"\+(?!84)[1-9]\d{7,14}")
_EMAIL = re.compile(r"[A-Za-z0-9._%+'-]+@(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z]{2,}")
_ID_CARD = re.compile(r"\d{12}|\d{9}")
_ID_SHORTENED = re.compile(r"[1-9]\d{10}|[1-9]\d{9}")   # one or two leading zeros lost by Excel
_PASSPORT = re.compile(r"[A-Z]{1,2}\d{6,8}")

_REMARK = re.compile(r"\s*\(([^()]*)\)\s*$")
_DEGREES = re.compile(
    r"(?:(?:th\.?s|ths|ts|bs|bsck(?:i|ii|1|2)|ds|ks|cn|pgs|gs)(?:\.\s*|\s+)|đ/c\s+|đồng chí\s+|ông/bà\s+)+", re.IGNORECASE
)
_HONORIFIC = re.compile(r"(?:ông|bà)\s+", re.IGNORECASE)


def cell_text(cell: Cell) -> str:
    """Return what a person sees in the cell: whole numbers without a dot, dates as dd/mm/yyyy."""
    if isinstance(cell, str):
        return normalise(cell)
    if cell is None:
        return ""
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else f"{cell:.15g}"
    if isinstance(cell, date):
        day = f"{cell.day:02}/{cell.month:02}/{cell.year:04}"
        return f"{day} {cell:%H:%M}" if isinstance(cell, datetime) and (cell.hour or cell.minute) else day
    return str(cell)


def read_name(text: str) -> Reading[str]:
    """Read a person's name; capitals become initials, degrees and "Đ/c" before it are left out."""
    if not text:
        return Reading(text, "Chưa có họ và tên. Ghi họ và tên đại biểu.")
    if text[0] in "=+-@#":
        return Reading(text, f"“{text}” là công thức hoặc ký hiệu, không phải họ và tên. Ghi lại họ và tên.")
    if text[0].isdigit():
        return Reading(text, f"“{text}” bắt đầu bằng chữ số. Chỉ ghi họ và tên.")
    if not any(character.isalpha() for character in text):
        return Reading(text, f"“{text}” không phải họ và tên. Ghi lại họ và tên.")
    if len(text) > 120:
        return Reading(text, "Họ và tên dài hơn 120 ký tự. Ghi một người trên một dòng.")
    bare = _DEGREES.sub("", text, count=1) if _DEGREES.match(text) else text
    doubt = ""
    if _HONORIFIC.match(bare):
        if len(bare.split()) > 3:           # "Ông Cao Thắng" can be a whole name
            bare = _HONORIFIC.sub("", bare, count=1)
        doubt = f"Kiểm tra chữ “{text.split()[0]}” ở đầu họ và tên."
    if " " not in bare:
        doubt = "Họ và tên chỉ có một chữ. Kiểm tra lại."
    return Reading(capitalise_name(bare or text), doubt=doubt)


def split_remark(text: str) -> tuple[str, str]:
    """Return ("Nông Văn An", "Trưởng đoàn") for "Nông Văn An (Trưởng đoàn)"."""
    found = _REMARK.search(text)
    return (text[: found.start()], found[1].strip()) if found and found.start() else (text, "")


@lru_cache(maxsize=8192)
def read_born(text: str) -> Reading[str | None]:
    """Read a birth date as ISO text, as precise as it was typed. A zero day or month is a fault."""
    if not text:
        return Reading(None)
    plain = " ".join(_DATE_WORDS.sub(" ", fold(text)).split())
    if re.fullmatch(r"\d{4}", plain):
        return _dated(text, int(plain))
    if found := _DAY_FIRST.fullmatch(plain):
        return _dated(text, int(found[3]), int(found[2]), int(found[1]))
    if found := _YEAR_FIRST.fullmatch(plain):
        return _dated(text, int(found[1]), int(found[2]), int(found[3]))
    if found := _MONTH_YEAR.fullmatch(plain):
        return _dated(text, int(found[2]), int(found[1]))
    if _SHORT_YEAR.fullmatch(plain):
        return Reading(None, f"Năm sinh trong “{text}” chỉ có hai chữ số. Ghi đủ bốn chữ số của năm.")
    if re.fullmatch(r"\d{5}", plain):       # a date that lost its date format
        day = _SERIAL_EPOCH + timedelta(days=int(plain))
        return Reading(day.isoformat(), doubt=f"Số {plain} được hiểu là ngày {day:%d/%m/%Y}. Kiểm tra lại ngày sinh.")
    return Reading(None, f"Không đọc được ngày sinh “{text}”. {_DATE_ADVICE}")


def _dated(text: str, year: int, month: int | None = None, day: int | None = None) -> Reading[str | None]:
    if day == 0 or month == 0:
        return Reading(None, f"Ngày sinh “{text}” có ngày hoặc tháng bằng 0. Nếu chỉ biết năm thì ghi {year}.")
    if year < 1900:
        return Reading(None, f"Năm sinh {year} không hợp lý. {_DATE_ADVICE}")
    if month is not None and month > 12:
        return Reading(None, f"Ngày sinh “{text}” có tháng {month}. Ghi ngày trước, tháng sau, ví dụ 13/12/1980.")
    if day is None:
        return Reading(f"{year}" if month is None else f"{year}-{month:02}")
    try:
        return Reading(date(year, month or 1, day).isoformat())
    except ValueError:
        return Reading(None, f"Ngày {text} không có trong lịch. Ghi lại ngày sinh hoặc chỉ ghi năm {year}.")


def check_age(born: str | None, today: date) -> Reading[None]:
    """A birth after today is a fault; an age under 14 or over 100 years is a doubt."""
    if born is None:
        return Reading(None)
    if born > today.isoformat()[: len(born)]:
        return Reading(None, "Ngày sinh ở tương lai. Ghi lại ngày sinh.")
    age = today.year - int(born[:4])
    if not 14 <= age <= 100:
        return Reading(None, doubt=f"Theo năm sinh thì đại biểu {age} tuổi. Kiểm tra lại năm sinh.")
    return Reading(None)


@lru_cache(maxsize=1024)
def read_sex(text: str) -> Reading[str | None]:
    """Read a word for the sex; blank is not known."""
    folded = fold(text)
    if folded in _MALE:
        return Reading("male")
    if folded in _FEMALE:
        return Reading("female")
    return Reading(None, f"Không đọc được giới tính “{text}”. Ghi Nam hoặc Nữ." if text else "")


@lru_cache(maxsize=1024)
def find_mark(text: str) -> bool | None:
    """Return True for x, √, ✓, 1 and the like, False for blank, 0 and -, None for anything else."""
    folded = fold(text)
    return True if folded in _YES else False if folded in _NO else None


def read_mark(text: str) -> Reading[bool | None]:
    """Read a cell of an x-column; blank is "no"."""
    marked = find_mark(text)
    return Reading(marked, f"Không đọc được “{text}”. Ghi x nếu có, để trống nếu không." if marked is None else "")


@lru_cache(maxsize=1024)
def read_party(text: str) -> Reading[bool | None]:
    """Read party membership: a mark, a word, or the date of admission."""
    folded = fold(text)
    if folded in _PARTY_NO:
        return Reading(False)
    if folded in _PARTY_YES or (find_mark(text) is None and read_born(text).value):
        return Reading(True)
    return read_mark(text)


def read_ethnic(text: str) -> Reading[str | None]:
    """Read the people a person belongs to, by the list of 54; blank is not known."""
    known = find_people(text) if text else None
    if known or not text:
        return Reading(known)
    return Reading(None, f"“{text}” không có trong danh mục 54 dân tộc. Ghi tên dân tộc, ví dụ Tày, Nùng, Dao.")


def read_religion(text: str) -> Reading[str | None]:
    """Read the religion; "Không" and blank (not known) differ. An unlisted one is kept with a doubt."""
    known = find_religion(text) if text else None
    if known or not text:
        return Reading(known)
    if find_people(text):
        return Reading(None, f"“{text}” là tên dân tộc, không phải tôn giáo. Có thể các cột bị lệch; kiểm tra lại.")
    return Reading(text, doubt=f"“{text}” không có trong danh mục tôn giáo. Kiểm tra lại; nếu không theo thì ghi "
                   f"{NO_RELIGION}.")


@lru_cache(maxsize=1024)
def read_capacity(text: str) -> Reading[str | None]:
    """Read for whom a person stands: individual, collective, household; blank is not known."""
    known = _CAPACITIES.get(_CAPACITY_PREFIX.sub("", fold(text), count=1))
    doubt = f"Không rõ tư cách “{text}”. Ghi cá nhân, đại diện tập thể hoặc đại diện hộ gia đình."
    return Reading(known, doubt=doubt if text and not known else "")


def read_phone(text: str) -> Reading[str | None]:
    """Read a telephone number as ten (mobile) or eleven digits from 0; of two numbers the first, with a doubt."""
    if not text:
        return Reading(None)
    first, *others = [part for part in _TWO_NUMBERS.split(text) if part.strip()] or [text]
    digits = _PHONE_SIGNS.sub("", first)
    if digits.startswith(("+84", "0084")):
        digits = "0" + digits.partition("84")[2].removeprefix("0")
    elif re.fullmatch(r"84[235789]\d{8,9}", digits):
        digits = "0" + digits[2:]
    elif re.fullmatch(r"[35789]\d{8}|2\d{9}", digits):      # Excel kept it as a number and dropped the 0
        digits = "0" + digits
    if not _MOBILE_OR_LANDLINE.fullmatch(digits) and not _ABROAD.fullmatch(digits):
        return Reading(None, f"Số điện thoại “{text}” không đúng. Ghi 10 chữ số, bắt đầu bằng 0, hoặc bỏ ô này.")
    return Reading(digits, doubt=f"Ô có nhiều số điện thoại; chỉ lấy số đầu {digits}." if others else "")


def read_email(text: str) -> Reading[str | None]:
    """Read one e-mail address."""
    address = text.removeprefix("mailto:")
    if not address or _EMAIL.fullmatch(address):
        return Reading(address or None)
    return Reading(None, f"“{text}” không phải địa chỉ thư điện tử. Ghi dạng ten@donvi.vn, hoặc bỏ ô này.")


def read_id_number(text: str) -> Reading[str | None]:
    """Read an identity number: 12 digits, 9 of the old card, or a passport; lost leading zeros are put back."""
    compact = re.sub(r"[\s.'-]", "", text).upper()
    if not compact or _ID_CARD.fullmatch(compact) or _PASSPORT.fullmatch(compact):
        return Reading(compact or None)
    if _ID_SHORTENED.fullmatch(compact):
        full = compact.zfill(12)
        return Reading(full, doubt=f"Số định danh chỉ có {len(compact)} chữ số; đã thêm số 0 thành {full}. Kiểm tra lại.")
    return Reading(None, f"Số định danh “{text}” không đúng. Ghi 12 chữ số (hoặc 9 chữ số của CMND), hoặc bỏ ô này.")


def check_id_number(id_number: str | None, sex: str | None, born: str | None) -> str:
    """Return a doubt when a 12-digit number tells another sex or birth year than the list, else ""."""
    if not id_number or len(id_number) != 12 or not id_number.isdigit():
        return ""
    mark = int(id_number[3])                # 0/1 male/female of the 1900s, 2/3 of the 2000s …
    if sex and sex != ("female" if mark % 2 else "male"):
        return "Số CCCD cho biết giới tính khác với danh sách. Kiểm tra lại hai ô."
    year = 1900 + 100 * (mark // 2) + int(id_number[4:6])
    if born and int(born[:4]) != year:
        return f"Số CCCD cho biết năm sinh {year}, khác với danh sách. Kiểm tra lại hai ô."
    return ""
