"""Finding the header of a delegate list and what each column holds."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from ..reference_lists import find_people, find_religion
from . import values
from .records import MergedRange
from .sections import plain

Texts = Sequence[Sequence[str]]

SEARCHED_ROWS = 80          # title blocks end long before
_MAX_HEADER_ROWS = 3
_SAMPLE_ROWS = 60

# Folded headers without punctuation. Keys beginning with _ are parts that reading.py puts together.
_SYNONYMS: dict[str, str] = {
    "_number": "stt|tt|so tt|so thu tu|no",
    "name": "ho va ten|ho ten|ho va ten dai bieu|ho ten dai bieu|ho chu dem va ten|ho va ten khai sinh|ten dai bieu"
            "|nguoi tham du|ten tap the ca nhan|ho va ten ca nhan|ho va ten nguoi dai dien|ten ca nhan tap the",
    "_family_name": "ho dem|ho va dem|ho chu dem|ho va chu dem|ho va ten dem|ho ten dem|ho",
    "_given_name": "ten",
    "born": "ngay sinh|nam sinh|ngay thang nam sinh|sinh ngay|n sinh|ngay thang sinh|sinh nam",
    "_male": "nam", "_female": "nu",
    "sex": "gioi tinh|phai|nam nu|gioi",
    "ethnic": "dan toc|thanh phan dan toc",
    "religion": "ton giao",
    "title": "chuc vu|chuc danh|chuc vu chuc danh|chuc vu nghe nghiep",
    "unit": "don vi|don vi cong tac|ten don vi|co quan|co quan don vi|noi cong tac|d c cong tac|dia chi cong tac"
            "|co quan don vi cong tac",
    "delegation": "doan|doan dai bieu|thuoc doan|ten doan",
    "group": "thanh phan|loai dai bieu|doi tuong|dien|thanh phan dai bieu|thanh phan tham du|nhom dai bieu",
    "capacity": "tu cach|tu cach dai bieu|tu cach tham du",
    "party": "dang vien|ngay vao dang|la dang vien|dang vien x",
    "education": "trinh do|trinh do chuyen mon|chuyen mon",
    "id_number": "so cccd|cccd|cccd cmnd|so dinh danh ca nhan|so ddcn|cmtnd|cmnd|so cmnd|so can cuoc|can cuoc cong dan"
                 "|so dinh danh|so can cuoc cong dan",
    "phone": "so dien thoai|sdt|dien thoai|di dong|so dt|dien thoai di dong|so di dong|dien thoai lien he",
    "email": "email|e mail|thu dien tu|dia chi email|mail",
    "achievements": "thanh tich|thanh tich tieu bieu|tom tat thanh tich|thanh tich noi bat",
    "highest_award": "khen thuong|khen thuong cao nhat|hinh thuc khen thuong|danh hieu|danh hieu thi dua"
                     "|danh hieu thi dua htkt|danh hieu thi dua hinh thuc khen thuong|htkt",
    "field": "linh vuc|nganh|phong trao|nganh linh vuc|linh vuc tieu bieu|phong trao thi dua",
    "direct_labour": "lao dong truc tiep|truc tiep lao dong|nguoi lao dong truc tiep|ldtt",
    "note": "ghi chu|luu y",
}
# Taken only when no column has a plainer header for the same thing.
_SECOND_CHOICE: dict[str, str] = {
    "unit": "dia chi|thon|xom|thon xom|noi o hien nay|noi o|thon to dan pho|dia phuong", "title": "nghe nghiep",
}
_PATTERNS = (
    ("name", r"ho (?:va |chu dem va )?ten\b(?! dem)"),
    ("born", r".*\b(?:ngay|nam|thang) sinh\b"),
    ("ethnic", r"dan toc\b"),
    ("religion", r"ton giao\b"),
    ("party", r"(?:la )?dang vien\b"),
    ("email", r".*\b(?:e ?mail|thu dien tu)\b"),
    ("phone", r".*\b(?:dien thoai|sdt)\b"),
    ("id_number", r".*\b(?:cccd|can cuoc|dinh danh|cmnd)\b"),
    ("title", r"chuc (?:vu|danh)\b"),
    ("unit", r"(?:ten )?(?:don vi|co quan|noi cong tac)\b"),
    ("group", r"thanh phan (?:dai bieu|tham du|du)\b"),
    ("direct_labour", r".*\blao dong truc tiep\b"),
    ("education", r"trinh do chuyen mon\b"),
    ("highest_award", r".*\b(?:khen thuong|danh hieu)\b"),
    ("achievements", r".*\bthanh tich\b"),
    ("field", r"linh vuc\b"),
    ("note", r"ghi chu\b"),
)
_KEYS = {spelling: key for key, spellings in _SYNONYMS.items() for spelling in spellings.split("|")}
_SECOND_KEYS = {spelling: key for key, spellings in _SECOND_CHOICE.items() for spelling in spellings.split("|")}
_COMPILED = tuple((key, re.compile(pattern)) for key, pattern in _PATTERNS)
# Abbreviations that mean several things: told by the cells below, or left alone.
_TESTS: dict[str, Callable[[str], object]] = {
    "ethnic": find_people, "religion": find_religion, "born": lambda text: values.read_born(text).value,
    "phone": lambda text: values.read_phone(text).value, "sex": lambda text: values.read_sex(text).value,
    "party": lambda text: values.find_mark(text) is not None,
}
_ABBREVIATIONS = {
    "dt": ("ethnic", "phone"), "tg": ("religion",), "ns": ("born",), "gt": ("sex",), "dv": ("party",), "cv": (),
}


_NAME_PARTS = ("_family_name", "_given_name")


@dataclass(frozen=True)
class Header:
    """Where the header ends and which column holds what. Rows and columns count from 0."""

    start: int
    end: int                                # its last row
    columns: Mapping[str, int]
    titles: Mapping[str, str]               # field key → header as typed
    notes: tuple[str, ...]


@lru_cache(maxsize=2048)
def header_key(text: str) -> str | None:
    """Return the column key a header means, None when it is unknown or an ambiguous abbreviation."""
    if not text or len(text) > 120:
        return None
    words = plain(text)
    if key := _KEYS.get(words):
        return key
    return next((key for key, pattern in _COMPILED if pattern.match(words)), None)


def find_header(texts: Texts, merged: Sequence[MergedRange], *, start: int = 0) -> Header | None:
    """Return the first header at or below row `start`: a name column and one more known column, on 1 to 3 rows."""
    for index in range(start, min(len(texts), start + SEARCHED_ROWS)):
        if _is_header_row(texts[index]):
            first, last = _extent(texts, merged, index)
            return _map_columns(texts, merged, first, last)
    return None


def _is_header_row(row: Sequence[str]) -> bool:
    keys = {header_key(text) for text in row if text} - {None}
    named = "name" in keys or {"_family_name", "_given_name"} <= keys or {"_number", "_given_name"} <= keys
    return named and len(keys - {"_number"}) >= 2


def _extent(texts: Texts, merged: Sequence[MergedRange], index: int) -> tuple[int, int]:
    first, last = index, index
    for (top, left), (bottom, right) in merged:
        if top <= index <= bottom and left < right <= left + 12 and bottom - top < _MAX_HEADER_ROWS:
            last = max(last, bottom)
        elif top <= index <= bottom and bottom - top < _MAX_HEADER_ROWS:
            first, last = min(first, top), max(last, bottom)
    above = texts[first - 1] if first else ()
    if first == index and any(header_key(text) for text in above) and any(
        header_key(text) in ("_male", "_female") or _is_sub_header(text) for text in texts[index]
    ):
        first -= 1
    while last + 1 < len(texts) and last - first + 1 < _MAX_HEADER_ROWS and _is_second_row(texts[last + 1]):
        last += 1
    return first, last


def _is_sub_header(text: str) -> bool:
    return plain(text) in ("vh", "cm", "llct", "van hoa", "chuyen mon", "ly luan chinh tri", "nn", "th")


def _is_second_row(row: Sequence[str]) -> bool:
    filled = [text for text in row if text]
    return bool(filled) and all(header_key(text) in ("_male", "_female") or _is_sub_header(text) for text in filled)


def _map_columns(texts: Texts, merged: Sequence[MergedRange], first: int, last: int) -> Header:
    stacks = _stacks(texts, merged, first, last)
    below = texts[last + 1 : last + 1 + _SAMPLE_ROWS]
    columns: dict[str, int] = {}
    for column, stack in enumerate(stacks):
        if key := _column_key(stack, column, below):
            columns.setdefault(key, column)
    for column, stack in enumerate(stacks):
        if stack and column not in columns.values() and (key := _SECOND_KEYS.get(plain(stack[-1]))):
            columns.setdefault(key, column)
    if "_number" not in columns and not stacks[0] and _are_numbers(_sample(below, 0)):
        columns["_number"] = 0
    if "_given_name" in columns and not columns.keys() & {"name", "_family_name"}:
        columns["name"] = columns.pop("_given_name")
    headers = [" – ".join(stack) for stack in stacks]
    titles = {key: headers[column] for key, column in sorted(columns.items(), key=lambda item: item[1])}
    unread = [title for column, title in enumerate(headers) if title and column not in columns.values()]
    return Header(first, last, columns, _field_titles(titles), tuple(f"Cột “{title}” không được đọc." for title in unread))


def _stacks(texts: Texts, merged: Sequence[MergedRange], first: int, last: int) -> list[list[str]]:
    """Return for every column its header texts from top to bottom, with those merged over it."""
    width = max(len(row) for row in texts[first : last + 1])
    block = [[row[column] if column < len(row) else "" for column in range(width)] for row in texts[first : last + 1]]
    spread = [list(row) for row in block]
    for (top, left), (_, right) in merged:
        if first <= top <= last and left < right:
            for column in range(left, min(right + 1, width)):
                spread[top - first][column] = block[top - first][left]
    for upper, lower in zip(spread, block[1:], strict=False):     # a parent over blank neighbours, not merged
        for column in range(1, width):
            if lower[column] and not upper[column]:
                upper[column] = upper[column - 1]
    return [list(dict.fromkeys(row[column] for row in spread if row[column])) for column in range(width)]


def _column_key(stack: Sequence[str], column: int, below: Texts) -> str | None:
    if not stack:
        return None
    leaf, parent = header_key(stack[-1]), header_key(stack[-2]) if len(stack) > 1 else None
    if leaf in ("_male", "_female"):
        about = parent if parent in ("born", "sex") else _born_or_sex(_sample(below, column))
        return f"_{about}{leaf}"
    if plain(stack[-1]) in _ABBREVIATIONS:
        return _by_content(_ABBREVIATIONS[plain(stack[-1])], _sample(below, column))
    if parent == "education":
        return "education" if plain(stack[-1]) in ("cm", "chuyen mon") else None
    return leaf or parent


def _sample(below: Texts, column: int) -> list[str]:
    return [row[column] for row in below if column < len(row) and row[column]]


def _are_numbers(sample: Sequence[str]) -> bool:
    return sum(text.strip(" .").isdigit() for text in sample) * 2 > len(sample)


def _born_or_sex(sample: Sequence[str]) -> str:
    return "born" if any(values.read_born(text).value for text in sample) else "sex"


def _by_content(candidates: Sequence[str], sample: Sequence[str]) -> str | None:
    fits = [
        key for key in candidates
        if len(sample) >= 3 and sum(1 for text in sample if _TESTS[key](text)) * 5 >= len(sample) * 4
    ]
    return fits[0] if len(fits) == 1 else None


def _field_titles(titles: Mapping[str, str]) -> dict[str, str]:
    """Return the titles by field in the order of the sheet: "Họ đệm / Tên" for a divided name, the parent of Nam | Nữ."""
    fields: dict[str, str] = {}
    for key, title in titles.items():
        if key in _NAME_PARTS:
            fields.setdefault("name", " / ".join(titles[part] for part in _NAME_PARTS if part in titles))
        elif key.startswith(("_born_", "_sex_")):
            shared = title.rpartition(" – ")[0] or title
            for field in ("born", "sex") if key.startswith("_born_") else ("sex",):
                if field not in titles:
                    fields.setdefault(field, shared)
        elif key != "_number":
            fields[key] = title
    return fields
