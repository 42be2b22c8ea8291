"""What the headers of delegate lists mean: the spellings seen in lists, and abbreviations that mean several things."""

import re
from functools import lru_cache

from .sections import plain

# Folded headers without punctuation. Keys beginning with _ are parts that are put together into a field.
_SYNONYMS: dict[str, str] = {
    "_number": "stt|tt|so tt|so thu tu|no|st t",
    "name": "ho va ten|ho ten|ho va ten dai bieu|ho ten dai bieu|ho chu dem va ten|ho va ten khai sinh|ten dai bieu"
            "|nguoi tham du|ten tap the ca nhan|ho va ten ca nhan|ten ca nhan tap the|ten ca nhan"
            "|ten tap the ca nhan ho gia dinh|tap the ca nhan|ca nhan tap the|ten ca nhan tap the ho gia dinh",
    "_representative": "nguoi dai dien|ho va ten nguoi dai dien|ho ten nguoi dai dien|ten nguoi dai dien",
    "_family_name": "ho dem|ho va dem|ho chu dem|ho va chu dem|ho va ten dem|ho ten dem|ho chu lot|ho lot|ho",
    "_middle_name": "ten dem|chu dem|dem|chu lot|ten lot|lot", "_given_name": "ten",
    "born": "ngay sinh|nam sinh|ngay thang nam sinh|sinh ngay|n sinh|ngay thang sinh|sinh nam",
    "_male": "nam", "_female": "nu",
    "sex": "gioi tinh|phai|nam nu|gioi",
    "ethnic": "dan toc|thanh phan dan toc",
    "religion": "ton giao",
    "title": "chuc vu|chuc danh|cv|chuc vu chuc danh|chuc vu nghe nghiep|nghe nghiep chuc vu",
    "unit": "don vi|don vi cong tac|ten don vi|co quan|co quan don vi|noi cong tac|d c cong tac|dia chi cong tac"
            "|co quan don vi cong tac|noi lam viec",
    "delegation": "doan|doan don vi|don vi doan|doan dai bieu|thuoc doan|ten doan|dai bieu doan",
    "group": "thanh phan|loai dai bieu|doi tuong|dien|thanh phan dai bieu|thanh phan tham du|nhom dai bieu|dien dai bieu"
             "|doi tuong dai bieu|doi tuong tham du|thuoc dien|thuoc doi tuong|thuoc thanh phan|thanh phan doi tuong",
    "capacity": "tu cach|tu cach dai bieu|tu cach tham du",
    "represents": "ten tap the dai dien|tap the dai dien|ten tap the|ten tap the ho gia dinh|dai dien cho tap the|dai dien cho"
                  "|ten tap the ho gia dinh dai dien|dai dien tap the",
    "party": "dang vien|ngay vao dang|la dang vien|dang vien x|vao dang|dang",
    "education": "trinh do|trinh do chuyen mon|chuyen mon|cm|cmnv|chuyen mon nghiep vu|trinh do dao tao|bang cap|tdcm|td cm",
    "schooling": "vh|van hoa|trinh do van hoa|trinh do hoc van|hoc van|gdpt|tdvh|td vh|giao duc pho thong"
                 "|trinh do giao duc pho thong",
    "political_theory": "llct|ly luan chinh tri|ly luan|trinh do llct|trinh do ly luan chinh tri",
    "degree": "hoc ham hoc vi|hoc vi hoc ham|hoc vi|hoc ham",
    "id_number": "so cccd|cccd|cccd cmnd|so dinh danh ca nhan|so ddcn|cmtnd|cmnd|so cmnd|so can cuoc|can cuoc cong dan"
                 "|so dinh danh|so can cuoc cong dan|can cuoc|so cc",
    "phone": "so dien thoai|sdt|dien thoai|di dong|so dt|dien thoai di dong|so di dong|dien thoai lien he",
    "email": "email|e mail|thu dien tu|dia chi email|mail|gmail",
    "achievements": "thanh tich|thanh tich tieu bieu|tom tat thanh tich|thanh tich noi bat",
    "highest_award": "khen thuong|khen thuong cao nhat|hinh thuc khen thuong|danh hieu|danh hieu thi dua"
                     "|danh hieu thi dua htkt|danh hieu thi dua hinh thuc khen thuong|htkt",
    "field": "linh vuc|nganh|phong trao|nganh linh vuc|linh vuc tieu bieu|phong trao thi dua|nganh nghe",
    "economic_sector": "thanh phan kinh te|khu vuc kinh te|loai hinh kinh te",
    "new_model": "mo hinh moi|dien hinh moi|nhan to moi|mo hinh moi dien hinh moi",
    "direct_labour": "lao dong truc tiep|truc tiep lao dong|nguoi lao dong truc tiep|ldtt",
    "wants_speech": "tham luan|dang ky tham luan",
    "note": "ghi chu|luu y",
}
# Taken only when no column has a plainer header for the same thing.
_SECOND_CHOICE: dict[str, str] = {
    "unit": "dia chi|thon|xom|thon xom|noi o hien nay|noi o|thon to dan pho|dia phuong|cho o hien nay|dia chi thuong tru"
            "|noi thuong tru|noi cu tru|xa phuong|to dan pho",
    "title": "nghe nghiep", "note": "suc khoe", "name": "ten tap the|ten tap the ho gia dinh",
    "sex": "ong ba|danh xung|xung ho",
}
_PATTERNS = (
    ("", r"(?:ngay|noi|thoi gian) (?:cap|sinh hoat)\b|(?:noi sinh|que quan|nguyen quan)\b|loi\b"),
    ("", r"ho (?:va )?ten (?:cua )?(?:bo|cha|me|vo|chong|con|nguoi (?:lien he|gioi thieu|than|bao ho))\b"),
    ("_name_title", r"ho (?:va )?ten (?:va )?chuc (?:vu|danh)\b"),
    ("name", r"ho (?:va |chu dem va )?ten\b(?! dem)"),
    ("title", r"(?=.*\bchuc (?:vu|danh)\b).*\b(?:don vi|co quan|cong tac)\b"),
    ("born", r".*\b(?:ngay|nam|thang) sinh\b"),
    ("_ethnic_religion", r"dan toc\b.*\bton giao\b"),
    ("ethnic", r"dan toc\b"),
    ("religion", r"ton giao\b"),
    ("party", r"(?:la )?dang vien\b|.*\b(?:vao|ket nap) dang\b"),
    ("_contact", r"(?=.*\b(?:dien thoai|sdt|dt)\b).*\b(?:e ?mail|thu dien tu)\b"),
    ("email", r".*\b(?:e ?mail|thu dien tu)\b"),
    ("phone", r".*\b(?:dien thoai|sdt)\b"),
    ("id_number", r".*\b(?:cccd|can cuoc|dinh danh|cmnd)\b"),
    ("title", r"chuc (?:vu|danh)\b"),
    ("unit", r"(?:ten )?(?:don vi|co quan|noi cong tac)\b"),
    ("economic_sector", r"(?:thuoc )?(?:thanh phan|khu vuc) kinh te\b"),
    ("group", r"(?:thuoc )?(?:thanh phan|doi tuong|dien) (?:dai bieu|tham du|du|moi)\b"),
    ("wants_speech", r".*\btham luan\b"),
    ("new_model", r".*\b(?:mo hinh|nhan to) moi\b"),
    ("direct_labour", r".*\blao dong truc tiep\b"),
    ("political_theory", r".*\b(?:ly luan chinh tri|llct)\b"),
    ("schooling", r"trinh do (?:van hoa|hoc van|vh)\b"),
    ("education", r"trinh do (?:chuyen mon|cm)\b"),
    ("represents", r"(?:ten )?(?:tap the|ho gia dinh) (?:ma )?(?:ca nhan )?(?:duoc )?dai dien\b"),
    ("highest_award", r".*\b(?:khen thuong|danh hieu)\b"),
    ("achievements", r".*\bthanh tich\b"),
    ("field", r"linh vuc\b"),
    ("note", r"ghi chu\b"),
)
_KEYS = {spelling: key for key, spellings in _SYNONYMS.items() for spelling in spellings.split("|")}
_SECOND_KEYS = {spelling: key for key, spellings in _SECOND_CHOICE.items() for spelling in spellings.split("|")}
_COMPILED = tuple((key, re.compile(pattern)) for key, pattern in _PATTERNS)
# Abbreviations that mean several things are asked about: the fields each could be, beside others that no list has here.
_ABBREVIATIONS: dict[str, tuple[str, ...]] = {
    "dt": ("ethnic", "phone"), "tg": ("religion",), "dv": ("party", "unit"), "ns": ("born",), "gt": ("sex",),
    "tp": ("group",), "kt": ("highest_award", "economic_sector"), "td": ("education", "schooling"), "lv": ("field",),
    "tc": ("capacity",), "dh": ("highest_award",), "dc": ("unit",),
}
# "Năm sinh (Nam)", "Giới tính – Nữ": the sex a column of dates or marks is for.
_OF_ONE_SEX = re.compile(
    r"(?:(?P<born>(?:(?:ngày|tháng|năm|ngay|thang|nam)[\s,./]*)+sinh|sinh (?:ngày|năm)(?=\s*\())|giới tính|gioi tinh)"
    r"\W+(?P<sex>nam|nữ|nu)\W*"
)
_UNDER_EDUCATION = frozenset("vh cm llct nn th tin hoc ngoai ngu qlnn".split()) | {"tin hoc", "ngoai ngu", "quan ly nha nuoc"}
_TITLE_THEN_UNIT = re.compile(r"chuc (?:vu|danh)\b.*\b(?:don vi|co quan|cong tac)\b")
_LONGEST_TITLE = 120


@lru_cache(maxsize=2048)
def header_key(text: str) -> str | None:
    """Return the column key a header means, None when it is unknown or an abbreviation that must be asked about."""
    if not text or len(text) > _LONGEST_TITLE:
        return None
    if text.upper() in ("ĐT", "ĐTDĐ"):      # with the bar of Đ it is no "dân tộc"
        return "phone"
    if found := _OF_ONE_SEX.fullmatch(text.lower()):
        return f"_{'born' if found['born'] else 'sex'}_{'male' if found['sex'] == 'nam' else 'female'}"
    words = plain(text)
    if words == "nam" and "ă" in text.lower():      # a year, no man
        return None
    if key := _KEYS.get(words):
        return key
    return next((key for key, pattern in _COMPILED if pattern.match(words)), None) or None


@lru_cache(maxsize=2048)
def find_choices(text: str) -> tuple[str, ...]:
    """Return the fields an ambiguous abbreviation could mean, empty for any other header."""
    words = plain(text).split()
    letters = "".join(words) if all(len(word) == 1 for word in words) else " ".join(words)      # "D.T"
    return () if header_key(text) else _ABBREVIATIONS.get(letters, ())


def second_key(text: str) -> str | None:
    """Return the key a header stands for when no other column does."""
    return _SECOND_KEYS.get(plain(text))


def is_sub_header(text: str) -> bool:
    """Tell what stands in the second row of a header under "Trình độ"."""
    return plain(text) in _UNDER_EDUCATION


def is_title(text: str) -> bool:
    """Tell whether a cell can stand in a header."""
    return bool(header_key(text) or find_choices(text) or is_sub_header(text))


def holds_title_and_unit(text: str) -> bool:
    """Tell "Chức vụ, đơn vị công tác": two things in one cell, the post before the unit."""
    return bool(_TITLE_THEN_UNIT.match(plain(text)))


def is_fault_column(text: str) -> bool:
    """Tell the column of reasons that this service wrote into a workbook it gave back."""
    return plain(text) == "loi"
