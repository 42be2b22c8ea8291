"""Reading the text of one cell: the value it means, and what is wrong with it in one Vietnamese sentence."""

import re
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Generic, NamedTuple, TypeVar

from ..names import fold, normalise
from ..reference_lists import NO_RELIGION, find_people, find_religion
from .records import Cell

T = TypeVar("T")


class Reading(NamedTuple, Generic[T]):
    """A value with the fault that keeps the row back, or the doubt that only asks for a look."""

    value: T
    fault: str = ""
    doubt: str = ""
    suggestion: str = ""        # a text that would mend the cell


_YES = frozenset("x xx × ✗ х √ ✓ ✔ ☑ ☒ v 1 + ● • * co true yes y (x) [x]".split())
_NO = frozenset("0 - – — khong ko k o chua false no n".split()) | {""}
_MALE = frozenset("nam male m ong trai".split())
_FEMALE = frozenset("nu female f ba gai".split())
_EITHER_SEX = frozenset({"d/c", "dc", "dong chi", "ong/ba"})      # under "Danh xưng": says nothing
_NOT_KNOWN = frozenset({"khong ro", "chua ro", "chua xac dinh", "khong xac dinh", "chua co thong tin"})
_PARTY_YES = frozenset({"dang vien", "dv", "du bi", "dang vien du bi", "la dang vien"})
_PARTY_NO = frozenset({"ngoai dang", "quan chung", "doan vien", "khong phai", "chua vao dang"})
_CAPACITIES = {
    "ca nhan": "individual", "tap the": "collective", "ho gia dinh": "household", "gia dinh": "household",
    "ho": "household",
}
_CAPACITY_PREFIX = re.compile(r"(?:dai dien |dai bieu )+(?:cho |cac )?")

_SECTORS = (
    ("foreign", re.compile(r"nuoc ngoai|\bfdi\b")), ("collective", re.compile(r"tap the|hop tac|\bhtx\b|\btht\b")),
    ("state", re.compile(r"nha nuoc|quoc doanh|\bdnnn\b|\bnn\b")),
    ("private", re.compile(r"tu nhan|ca the|\bho\b|tieu chu|\bdntn\b|tnhh|co phan")),
)
_CLASS_AS_DATE = re.compile(r"(\d{2})/(\d{2})/20\d{2}")

_DATE_WORDS = re.compile(r"\b(?:ngay|thang|nam|sinh|sn)\b|^'|,|:(?!\d)| \d{1,2}:\d{2}(?::\d{2})?(?: ?[ap]m)?$")
_DAY_FIRST = re.compile(r"(\d{1,2})[\s./-]+(\d{1,2})[\s./-]+(\d{4})")
_YEAR_FIRST = re.compile(r"(\d{4})[./-](\d{1,2})[./-](\d{1,2})(?:[ t]0?0:00(?::00)?)?")
_YEAR_MONTH = re.compile(r"(\d{4})[./-](\d{1,2})")
_MONTH_YEAR = re.compile(r"(\d{1,2})[\s./-]+(\d{4})")
_SHORT_YEAR = re.compile(r"(?:\d{1,2}[\s./-]+){0,2}'?\d{2}")
_DATE_SHAPE = re.compile(r"\d{1,2}[./-]\d{1,2}[./-]\d{2,4}$")
_SERIAL_EPOCH = date(1899, 12, 30)
_DATE_ADVICE = "Ghi ngày/tháng/năm, ví dụ 12/05/1970, hoặc chỉ ghi năm."

_PHONE_SIGNS = re.compile(r"[\s.\-()–]")
_TWO_NUMBERS = re.compile(r"[/;,]| - |\n")
_MOBILE_OR_LANDLINE = re.compile(r"0[35789]\d{8}|02\d{8,9}")
_ABROAD = re.compile(r"\+(?!84)[1-9]\d{7,14}")
_PHONE_WORDS = re.compile(r"^(?:đt|sđt|tel|di động|điện thoại)\s*[:.]?\s*|\s*\([^()\d]*\)", re.IGNORECASE)
# Mobile numbers of eleven digits became ten on 15 September 2018 (plan 798/QĐ-BTTTT).
_NEW_PREFIXES = {f"016{digit}": f"03{digit}" for digit in range(2, 10)} | {
    "0120": "070", "0121": "079", "0122": "077", "0126": "076", "0128": "078", "0123": "083", "0124": "084", "0125": "085",
    "0127": "081", "0129": "082", "0186": "056", "0188": "058", "0199": "059",
}
_EMAIL = re.compile(r"[A-Za-z0-9._%+'-]+@(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z]{2,}")
_ID_CARD = re.compile(r"\d{12}|\d{9}")
_ID_SHORTENED = re.compile(r"[1-9]\d{10}|[1-9]\d{9}")   # one or two leading zeros lost by Excel
_SCIENTIFIC = re.compile(r"\d(?:[.,]\d+)?[eE]\+?\d{1,2}")
_PASSPORT = re.compile(r"[A-Z]{1,2}\d{6,8}")


# Control characters, and how a workbook writes a carriage return.
_HIDDEN = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f]|_x000[Dd]_")


def cell_text(cell: Cell) -> str:
    """Return what a person sees in the cell: whole numbers without a dot, dates as dd/mm/yyyy."""
    if isinstance(cell, str):
        return normalise(cell if cell.isprintable() and "_x000" not in cell else _HIDDEN.sub(" ", cell))
    if cell is None:
        return ""
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else f"{cell:.15g}"
    if isinstance(cell, date):
        day = f"{cell.day:02}/{cell.month:02}/{cell.year:04}"
        return f"{day} {cell:%H:%M}" if isinstance(cell, datetime) and (cell.hour or cell.minute) else day
    return str(cell)


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
    if found := _YEAR_MONTH.fullmatch(plain):
        return _dated(text, int(found[1]), int(found[2]))
    if _SHORT_YEAR.fullmatch(plain):
        return Reading(None, f"Năm sinh trong “{text}” chỉ có hai chữ số. Ghi đủ bốn chữ số của năm.")
    if re.fullmatch(r"\d{5}", plain):       # a date that lost its date format
        day = _SERIAL_EPOCH + timedelta(days=int(plain))
        return Reading(day.isoformat(), doubt=f"Số {plain} được hiểu là ngày {day:%d/%m/%Y}. Kiểm tra lại ngày sinh.")
    run = f"{plain[:2]}/{plain[2:4]}/{plain[4:]}" if re.fullmatch(r"[0-3]\d[01]\d(?:19|20)\d\d", plain) else ""
    return Reading(None, f"Không đọc được ngày sinh “{text}”. {_DATE_ADVICE}", suggestion=run)


def looks_like_date(text: str) -> bool:
    """Tell a birth date, good or not, from a place of birth."""
    return bool(read_born(text).value or _DATE_SHAPE.match(text))


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
    said = text and folded not in _EITHER_SEX
    return Reading(None, f"Không đọc được giới tính “{text}”. Ghi Nam hoặc Nữ." if said else "")


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
    if known or not text or fold(text) in _NOT_KNOWN:
        return Reading(known)
    if find_religion(text):
        return Reading(None, f"“{text}” là tôn giáo, không phải dân tộc. Có thể các cột bị lệch; kiểm tra lại.")
    return Reading(None, f"“{text}” không có trong danh mục 54 dân tộc. Ghi tên dân tộc, ví dụ Tày, Nùng, Dao; "
                   "với người nước ngoài ghi Người nước ngoài.")


def read_religion(text: str) -> Reading[str | None]:
    """Read the religion; "Không" and blank (not known) differ. An unlisted one is kept with a doubt."""
    known = find_religion(text) if text else None
    if known or not text or fold(text) in _NOT_KNOWN:
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


@lru_cache(maxsize=1024)
def read_sector(text: str) -> Reading[str | None]:
    """Read the economic sector: state, collective, private or foreign; blank is not known."""
    folded = fold(text)
    known = next((sector for sector, words in _SECTORS if words.search(folded)), None) if text else None
    doubt = f"Không rõ thành phần kinh tế “{text}”. Ghi nhà nước, tập thể, tư nhân hoặc có vốn đầu tư nước ngoài."
    return Reading(known, doubt=doubt if text and not known else "")


def read_schooling(text: str) -> Reading[str | None]:
    """Read the years of school; "12/12" that Excel took for the twelfth of December is put back, with a doubt."""
    if found := _CLASS_AS_DATE.fullmatch(text):
        years = f"{int(found[1])}/{int(found[2])}"
        return Reading(years, doubt=f"Excel đã đổi trình độ thành ngày {text}; hiểu là {years}. Kiểm tra lại.")
    return Reading(text or None)


def read_speech(text: str) -> Reading[bool | None]:
    """Read whether a person wants to speak: a mark, or the subject itself."""
    marked = find_mark(text)
    return Reading(True if marked is None else marked)


def read_phone(text: str) -> Reading[str | None]:
    """Read a telephone number as ten (mobile) or eleven digits from 0; of two numbers the first, with a doubt."""
    if not text or (text.isdigit() and _MOBILE_OR_LANDLINE.fullmatch(text)):
        return Reading(text or None)
    spoken = _PHONE_WORDS.sub("", text)
    first, *others = [part for part in _TWO_NUMBERS.split(spoken) if part.strip()] or [spoken]
    digits = _PHONE_SIGNS.sub("", first)
    if digits.startswith(("+84", "0084")):
        digits = "0" + digits.partition("84")[2].removeprefix("0")
    elif re.fullmatch(r"84[235789]\d{8,9}", digits):
        digits = "0" + digits[2:]
    elif re.fullmatch(r"[35789]\d{8}|2\d{9}", digits):      # Excel kept it as a number and dropped the 0
        digits = "0" + digits
    if not _MOBILE_OR_LANDLINE.fullmatch(digits) and not _ABROAD.fullmatch(digits):
        return _wrong_phone(text, digits)
    return Reading(digits, doubt=f"Ô có nhiều số điện thoại; chỉ lấy số đầu {digits}." if others else "")


def _wrong_phone(text: str, digits: str) -> Reading[str | None]:
    """Say what is wrong, with the number a mobile of eleven digits has had since 2018."""
    if digits[:4] in _NEW_PREFIXES and re.fullmatch(r"\d{11}", digits):
        number = _NEW_PREFIXES[digits[:4]] + digits[4:]
        reason = f"Số điện thoại “{text}” là số 11 chữ số cũ, nay có thể là {number}. Ghi lại, hoặc bỏ ô này."
        return Reading(None, reason, suggestion=number)
    if _SCIENTIFIC.fullmatch(text.replace(" ", "")):
        return Reading(None, f"“{text}” là số Excel đã rút gọn, mất chữ số. Ghi lại đủ số điện thoại, hoặc bỏ ô này.")
    if re.fullmatch(r"0[35789]\d{7}", digits):
        return Reading(None, f"Số điện thoại “{text}” thiếu một chữ số. Ghi 10 chữ số, bắt đầu bằng 0, hoặc bỏ ô này.")
    if _ID_CARD.fullmatch(digits):
        return Reading(None, f"“{text}” trông như số CCCD, không phải số điện thoại. Kiểm tra lại hai cột, hoặc bỏ ô này.")
    return Reading(None, f"Số điện thoại “{text}” không đúng. Ghi 10 chữ số, bắt đầu bằng 0, hoặc bỏ ô này.")


def read_email(text: str) -> Reading[str | None]:
    """Read one e-mail address."""
    address = text.removeprefix("mailto:")
    if not address or _EMAIL.fullmatch(address):
        return Reading(address or None)
    return Reading(None, f"“{text}” không phải địa chỉ thư điện tử. Ghi dạng ten@donvi.vn, hoặc bỏ ô này.")


def read_id_number(text: str) -> Reading[str | None]:
    """Read an identity number: 12 digits, 9 of the old card, or a passport. Lost leading zeros are only suggested."""
    compact = re.sub(r"[\s.'-]", "", text).upper()
    if not compact or _ID_CARD.fullmatch(compact) or _PASSPORT.fullmatch(compact):
        return Reading(compact or None)
    if _ID_SHORTENED.fullmatch(compact):
        full = compact.zfill(12)
        reason = f"Số định danh “{text}” chỉ có {len(compact)} chữ số, có thể mất số 0 ở đầu: {full}. Xác nhận, hoặc bỏ ô này."
        return Reading(None, reason, suggestion=full)
    if _SCIENTIFIC.fullmatch(text.replace(" ", "")):
        return Reading(None, f"“{text}” là số Excel đã rút gọn, mất chữ số. Ghi lại đủ số định danh, hoặc bỏ ô này.")
    if _MOBILE_OR_LANDLINE.fullmatch(compact):
        return Reading(None, f"“{text}” trông như số điện thoại, không phải số CCCD. Kiểm tra lại hai cột, hoặc bỏ ô này.")
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
