"""Levels in free text: education, political theory, schooling, awards, as offices write them in their lists.

The text itself is kept; these only tell in which line of a report it counts. Where several are named the highest counts
("Thạc sĩ, bác sĩ CKI"). Blank gives "", which is "chưa có thông tin"; what cannot be told gives `OTHER`.
"""

import re
from collections.abc import Sequence
from functools import lru_cache

from .names import fold

OTHER = "Khác"

# All from high to low, as a report lists them.
EDUCATION = ("Tiến sĩ", "Thạc sĩ", "Đại học", "Cao đẳng", "Trung cấp", "Sơ cấp", "Chưa qua đào tạo")
POLITICAL_THEORY = ("Cử nhân", "Cao cấp", "Trung cấp", "Sơ cấp", "Chưa qua đào tạo")
SCHOOLING = ("Trung học phổ thông", "Trung học cơ sở", "Tiểu học")
AWARDS = (
    "Danh hiệu Anh hùng",
    "Huân chương",
    "Danh hiệu vinh dự Nhà nước khác",
    "Huy chương",
    "Chiến sĩ thi đua toàn quốc",
    "Cờ thi đua của Chính phủ",
    "Bằng khen của Thủ tướng Chính phủ",
    "Chiến sĩ thi đua cấp bộ, ngành, tỉnh",
    "Cờ thi đua cấp bộ, ngành, tỉnh",
    "Bằng khen cấp bộ, ngành, tỉnh",
    "Kỷ niệm chương",
    "Chiến sĩ thi đua cơ sở",
    "Giấy khen",
    "Lao động tiên tiến",
    "Gia đình văn hóa",
)

_Words = Sequence[tuple[str, re.Pattern[str]]]
_SIGNS = re.compile(r"[^a-z0-9/]+")


def _words(*pairs: tuple[str, str]) -> _Words:
    return [(level, re.compile(rf"\b(?:{pattern})\b")) for level, pattern in pairs]


_EDUCATION = _words(
    ("Tiến sĩ", r"tien s[iy](?: khoa hoc)?|tskh|t ?s|pgs|(?:pho )?giao su|ph ?d"),
    ("Thạc sĩ", r"thac s[iy]|th ?s[iy]?|cao hoc|sau dai hoc|msc|mba"),
    (
        "Đại học",
        r"dai hoc|dh[a-z]*|cu nhan|cn|ky su|ks|bac s[iy]|bs[a-z]*|duoc s[iy]|kien truc su|luat su|ck ?(?:i|ii|1|2)"
        r"|chuyen khoa (?:i|ii|1|2|cap i|cap ii)",
    ),
    ("Cao đẳng", r"cao dang|cd[a-z]*"),
    ("Trung cấp", r"trung cap|tc|tccn|thcn|trung hoc chuyen nghiep|y s[iy]"),
    ("Sơ cấp", r"so cap|sc|scn|chung chi(?: nghe)?"),
    ("Chưa qua đào tạo", r"chua(?: qua| duoc)?(?: dao tao)?|khong(?: qua)?(?: dao tao)?|lao dong pho thong|ldpt"),
)
_LEARNING = re.compile(r"\b(?:sinh vien|hoc sinh|dang hoc|hoc vien)\b")  # not yet what the rest of the text says
_POLITICAL_PIECE = re.compile(
    r"\b(?:so cap|trung cap|cao cap|cu nhan|tc|cc|sc|cn) ?(?:ve )?(?:ly luan|chinh tri|llct)[a-z ]*"  # beside the training
)
_POLITICAL_THEORY = _words(
    ("Cử nhân", r"cu nhan|cn[a-z]*"),
    ("Cao cấp", r"cao cap|cc[a-z]*"),
    ("Trung cấp", r"trung cap|tc[a-z]*"),
    ("Sơ cấp", r"so cap|sc[a-z]*"),
    ("Chưa qua đào tạo", r"chua.*|khong.*|0"),
)
_SCHOOLING = _words(
    ("Trung học phổ thông", r"trung hoc pho thong|thpt|ptth|cap (?:3|iii)|bo tuc thpt|btthpt"),
    ("Trung học cơ sở", r"trung hoc co so|thcs|ptcs|cap (?:2|ii)"),
    ("Tiểu học", r"tieu hoc|cap (?:1|i)|th"),
)
_GRADE = re.compile(r"\b(\d{1,2}) ?/ ?(10|12)\b|\blop (\d{1,2})\b|^(\d{1,2})$")
_AWARDS = _words(
    ("Danh hiệu Anh hùng", r"(?<!thanh pho )(?<!tinh )anh hung(?: lao dong| luc luong vu trang.*)?|ahld|ahllvt[a-z]*"),
    ("Huân chương", r"huan chuong|hc(?!v)[a-z]*"),
    (
        "Danh hiệu vinh dự Nhà nước khác",
        r"(?:nha giao|thay thuoc|nghe s[iy]|nghe nhan) (?:nhan dan|uu tu)|ng(?:nd|ut)|tt(?:nd|ut)"
        r"|giai thuong (?:ho chi minh|nha nuoc)",
    ),
    ("Huy chương", r"huy chuong"),
    ("Chiến sĩ thi đua toàn quốc", r"(?:chien s[iy] thi dua|cst ?d) ?(?:toan quoc|tq)"),
    ("Cờ thi đua của Chính phủ", r"co thi dua (?:cua )?(?:thu tuong )?(?:chinh phu|cp)"),
    ("Bằng khen của Thủ tướng Chính phủ", r"(?:bang khen|bk)(?: cua)? ?(?:thu tuong|tt ?g|tt ?cp|chinh phu).*"),
    (
        "Chiến sĩ thi đua cấp bộ, ngành, tỉnh",
        r"(?:chien s[iy] thi dua|cst ?d) ?(?:cap )?(?:bo|ban|nganh|tinh|thanh pho|trung uong|quan khu|toan quan)",
    ),
    ("Cờ thi đua cấp bộ, ngành, tỉnh", r"co thi dua"),
    ("Bằng khen cấp bộ, ngành, tỉnh", r"bang khen|bk[a-z]*"),
    ("Kỷ niệm chương", r"k[yi] niem chuong|knc"),
    ("Chiến sĩ thi đua cơ sở", r"(?:chien s[iy] thi dua|cst ?d) ?(?:cap )?(?:co so|cs|huyen)|cstdcs"),
    ("Giấy khen", r"giay khen|gk[a-z]*"),
    ("Lao động tiên tiến", r"(?:lao dong|chien s[iy]) tien tien|ldtt|cstt"),
    ("Gia đình văn hóa", r"gia dinh van hoa|gdvh"),
)


@lru_cache(maxsize=4096)
def read_education(text: str) -> str:
    """The level of professional training (Đại học of any kind, bác sĩ and kỹ sư too)."""
    plain = _POLITICAL_PIECE.sub(" ", _plain(text))
    if _LEARNING.search(plain):
        return OTHER
    return _highest(text, plain, _EDUCATION)


@lru_cache(maxsize=4096)
def read_political_theory(text: str) -> str:
    """The level of political theory (lý luận chính trị)."""
    return _highest(text, _plain(text), _POLITICAL_THEORY)


@lru_cache(maxsize=4096)
def read_schooling(text: str) -> str:
    """The level of general schooling; "9/12" is a grade of twelve, "7/10" one of the older ten."""
    plain = _plain(text)
    for found in _GRADE.finditer(plain):
        grade, of = int(next(n for n in (found[1], found[3], found[4]) if n)), int(found[2] or 12)
        if 1 <= grade <= of:
            secondary, upper = (6, 10) if of == 12 else (5, 8)
            return SCHOOLING[0] if grade >= upper else SCHOOLING[1] if grade >= secondary else SCHOOLING[2]
    return _highest(text, plain, _SCHOOLING)


@lru_cache(maxsize=4096)
def read_award(text: str) -> str:
    """The highest award named; the order is the one in which reports list them (Luật 06/2022/QH15 gives no ladder)."""
    return _highest(text, _plain(text), _AWARDS)


def _plain(text: str) -> str:
    return _SIGNS.sub(" ", fold(text)).strip()


def _highest(text: str, plain: str, words: _Words) -> str:
    """The first level of those words that the plain text names; "" for a text that says nothing at all."""
    if not any(letter.isalnum() for letter in text):
        return ""
    return next((level for level, pattern in words if pattern.search(plain)), OTHER)
