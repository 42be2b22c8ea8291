"""What a line of a list says beside the people: components, delegations, totals, signatures."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from ..names import fold
from .lookalikes import has_foreign_letters, latinise
from .records import Group, SectionView
from .values import read_capacity

_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_SIGNS = re.compile(r"[^a-z0-9]+")
_DELEGATE_WORDS = re.compile(r"^(?:cac )?(?:dai bieu )?(?:la )?")
_CAPACITY_WORDS = re.compile(r"^(?:dai dien )?(?:ca nhan|tap the|ho gia dinh)(?: la)? | (?:ca nhan|tap the|ho gia dinh)$")
_MARKER = re.compile(
    r"(?i:phần|mục|nhóm)?\s*(?:"
    r"([IVX]+|[IVXLCDM]{2,}|\d+(?:\.\d+)*)\s*[.)/:–-]+\s*(?=\D)|(\d+\.\d+(?:\.\d+)*|[IVX]{2,})\s+(?=\D)"
    r"|([A-ZĐ]|[a-zđ](?=\)))\s*[.)/:–-]+\s+(?=\S))"
)
_BULLET = re.compile(r"[-–+•]\s*(?=[^\W\d_])")
_ROMAN = re.compile(r"[IVXLCDM]+")
_ARABIC = re.compile(r"\d+(?:\.\d+)*")
_COUNT = re.compile(r"\s*(?:\([^()]*\)|[:,–-]?\s*\d+\s*(?:đại biểu|người|đ/c|đồng chí))\s*$|\s*:\s*$", re.IGNORECASE)
_COUNT_ALONE = re.compile(r"\(?\d{1,3}\)?(?:\s*(?:đại biểu|người|đ/c|đồng chí))?|[-–]", re.IGNORECASE)
_DELEGATION = re.compile(r"đoàn(?:\s+đại\s+biểu)?\s*:?\s+(?!thanh niên|tncs|viên)(?=\S)", re.IGNORECASE)
# Accents kept: "bản" is a village, "Bàn" a family name.
_UNIT_WORDS = re.compile(
    r"(?:thôn|bản|xóm|ấp|khóm|buôn|làng|tổ|khu phố|khu|xã|phường|thị trấn|đặc khu|huyện|thành phố|thị xã|quận|tỉnh|sở"
    r"|phòng|ban|trường|bệnh viện|trung tâm|công ty|tập đoàn|doanh nghiệp|hợp tác xã|htx|khối|cụm|hội|liên đoàn|ubnd"
    r"|ủy ban|uỷ ban|công an|bộ chỉ huy|ban chqs|chi cục|cục|chi nhánh|ngân hàng|khoa|đảng ủy|đảng uỷ|cơ quan|đơn vị"
    r"|viện|tòa án|toà án|hạt|trạm|đài|đoàn thanh niên|đoàn tncs|mttq|nhà máy|chi bộ|tiểu khu)\s+\S",
    re.IGNORECASE,
)
# Words that many things start with: what they open need not be an office.
_LOOSE_UNIT_WORDS = re.compile(r"(?:tổ|ban|khối|cụm|hội|cơ quan|đơn vị)\s+\S", re.IGNORECASE)
_OFFICE_NAME = re.compile(r"(?:ban|doan|hoi|to|doi|phong|so|khoi|van phong) ")
_ABOUT_THE_CONGRESS = re.compile(r"(?:hoi nghi|dai hoi|le|chuong trinh|phuc vu|ban to chuc|cua hoi nghi|cua dai hoi)\b")
_TOTAL = re.compile(
    r"(?:tong cong(?! ty)|tong so|(?:tong|cong)(?= \d|$)|an dinh|danh sach (?:(?:tren|nay) (?:day )?)?(?:gom|co))\b"
)
# Accents kept: "Tổng cộng", but "Tống Công" is a name.
_SUM = re.compile(
    r"(?:tổng\s+cộng|tổng\s+số|tổng|cộng)\b(?:\s+(?:mục|phần|nhóm|khối|[ivx]+|[a-zđ])\b.*)?\W*(?:\([^()]*\))?\W*",
    re.IGNORECASE,
)
_SIGNATURE = re.compile(
    r"(?:nguoi (?:lap|tong hop|ky|thong ke)|lap bieu|tm |t m |kt |k t |tl |tuq |noi nhan|xac nhan cua|thu truong"
    r"|dai dien (?:don vi|co quan|lanh dao)|ky ten|cong hoa xa hoi chu nghia|doc lap tu do)"
)
_PAGE = re.compile(r"(?:(?:trang|page) (?:so )?)?\d{1,3}(?: (?:tren )?\d{1,3})?")
_PLACE_AND_DATE = re.compile(r".*\bngay (?:\d+ )?thang (?:\d+ )?nam(?: \d+)?$")


def plain(text: str) -> str:
    """Return folded text without bracketed parts and punctuation."""
    if has_foreign_letters(text):
        text = latinise(text)
    return _SIGNS.sub(" ", _BRACKETS.sub(" ", fold(text))).strip()


class Meaning(NamedTuple):
    """What a section row sets for the rows below it."""

    group: str | None
    delegation: str | None
    capacity: str | None
    by_unit_word: bool = False  # the delegation was not called "Đoàn …"
    guessed: bool = False       # its words would bear another meaning, too

    @property
    def code(self) -> str:
        """The meaning as SectionView has it."""
        if self.group:
            return f"group:{self.group}"
        return "delegation" if self.delegation else f"capacity:{self.capacity}" if self.capacity else "ignore"


_LONGEST_HEADING = 80       # a sentence that numbers its points is no heading
_LIST_TITLE = re.compile(r"(?:(?:bieu|phu luc|mau)(?: so)?(?: [\divx]+[a-z]?)? )?danh sach (?:trich ngang )?(?:cac )?(.+)")


class GroupFinder:
    """Finds the plan's component in a cell or in a heading."""

    def __init__(self, groups: Sequence[Group]) -> None:
        self.groups = tuple(groups)
        self._labels = {group.code: group.label for group in groups}
        names = [(plain(name), group.code) for group in groups for name in (group.label, *group.aliases)]
        self._exact = {_DELEGATE_WORDS.sub("", name): code for name, code in names}
        self._exact |= {plain(group.code): group.code for group in groups}
        self._inside = sorted(((name, code) for name, code in names if len(name) > 3), key=lambda pair: -len(pair[0]))
        self._cells: dict[str, str | None] = {}
        self.codes = frozenset(self._labels)

    def in_cell(self, text: str) -> str | None:
        """Return the code of the component a cell names, whole or followed by more words; None otherwise."""
        if text not in self._cells:
            bare = _DELEGATE_WORDS.sub("", plain(text))
            code = self._exact.get(bare) or self._exact.get(_CAPACITY_WORDS.sub("", bare))
            if code is None and any(bare.startswith(f"{_DELEGATE_WORDS.sub('', name)} ") for name, _ in self._inside):
                code = self.in_heading(text)
            self._cells[text] = code
        return self._cells[text]

    def capacity_in_cell(self, text: str) -> str | None:
        """Return the capacity written about a component: "Cá nhân điển hình tiên tiến", "Điển hình tiên tiến (tập thể)"."""
        code = self.in_cell(text) if text else None
        if code is None:
            return None
        words = _SIGNS.sub(" ", fold(text)).strip()
        for name, named in self._inside:
            if named == code and name in words:
                return read_capacity(words.replace(name, "", 1).strip()).value
        return None

    def is_called(self, text: str) -> str | None:
        """Return the code of the component whose whole name a text is."""
        return self._exact.get(_DELEGATE_WORDS.sub("", plain(text)))

    def in_heading(self, text: str) -> str | None:
        """Return the code of the one component a heading names; None when it names none or several."""
        rest, codes = f" {plain(text)} ", set()
        for name, code in self._inside:     # longest first, so that a name inside a longer one is not seen
            if f" {name} " in rest and not _is_part_of_an_office(rest, name):
                codes.add(code)
                rest = rest.replace(f" {name} ", " | ")
        return codes.pop() if len(codes) == 1 else self._exact.get(_DELEGATE_WORDS.sub("", plain(text)))

    def advice(self) -> str:
        """Return the components to choose from, in words."""
        return "Ghi một trong các thành phần: " + ", ".join(self._labels.values()) + "."


def _is_part_of_an_office(rest: str, name: str) -> bool:
    """Tell the "Ban Tổ chức" in "Ban Tổ chức Tỉnh ủy" from the one of the congress."""
    if not _OFFICE_NAME.match(name):
        return False
    after = rest.partition(f" {name} ")[2].strip()
    return bool(after) and not after.startswith("|") and not _ABOUT_THE_CONGRESS.match(after)


def read_delegation(text: str) -> str:
    """Return "xã Phúc Lộc" for "Đoàn xã Phúc Lộc (19)"; "Đoàn Thanh niên" is an organisation and stays."""
    text = _COUNT.sub("", text)
    return _DELEGATION.sub("", text, count=1) if _DELEGATION.match(text) else text


def split_marker(number: str, text: str) -> tuple[str, str]:
    """Return the marker of a section ("I", "A", "1.2", "-", "") and its words, from the number cell or the text."""
    if number:
        return number.strip(" .)/:-–*+") or "-", text
    if found := _MARKER.match(text):
        return found[found.lastindex or 0], text[found.end():]
    bullet = _BULLET.match(text)
    return ("-", text[bullet.end():]) if bullet else ("", text)


def is_number(marker: str) -> bool:
    """Tell whether a marker is an arabic number, as people have, too."""
    return bool(_ARABIC.fullmatch(marker))


def is_section_marker(marker: str) -> bool:
    """Tell I, A or a), which sections have and people have not."""
    return bool(marker) and marker != "-" and not is_number(marker)


def is_page_number(text: str) -> bool:
    """Tell "Trang 2" and "2/5" between the pages of a list."""
    return bool(_PAGE.fullmatch(plain(text)))


def is_example(number: str) -> bool:
    """Tell the row that shows how to fill in a form: "VD" where its number would be."""
    return plain(number) in ("vd", "vi du", "mau")


def is_count(text: str) -> bool:
    """Tell how many people come below a heading, or a sum: "12", "12 người", "-"."""
    return bool(_COUNT_ALONE.fullmatch(text))


def is_total(text: str) -> bool:
    """Tell "Tổng cộng: 45 đại biểu" and its kin."""
    if _SUM.fullmatch(text):
        return True
    return bool(_TOTAL.match(plain(text))) and (":" in text or any(sign.isdigit() for sign in text) or len(text) < 12)


def is_closing(text: str) -> bool:
    """Tell the lines of a signature block: who drew the list up, on whose behalf, place and date."""
    words = plain(text) + " "
    return bool(_SIGNATURE.match(words) or _PLACE_AND_DATE.match(words.strip()))


def read_list_title(text: str, groups: GroupFinder) -> Meaning | None:
    """Return the component that a list's own title names as a whole ("DANH SÁCH KHÁCH MỜI"), None for any other title."""
    words = plain(text)
    found = _LIST_TITLE.match(words)
    group = groups.is_called(found[1] if found else words)
    return Meaning(group, None, None, guessed=bool(found)) if group else None


def read_heading_above(text: str, groups: GroupFinder) -> tuple[str, Meaning] | None:
    """Return marker and meaning of a heading that stands over the header ("I. Khách mời"), None for any other line."""
    marker, words = split_marker("", text)
    if not marker or len(words) > _LONGEST_HEADING or is_closing(words):
        return None
    meaning = read_heading(words, groups)
    return (marker, meaning) if any(meaning[:3]) else None


def read_heading(text: str, groups: GroupFinder) -> Meaning:
    """Return what a section row means; all None when its words are not known."""
    words = _COUNT.sub("", text)
    group = groups.in_heading(words)
    if _DELEGATION.match(words):
        return Meaning(group, read_delegation(words), None)
    is_unit, is_loose = bool(_UNIT_WORDS.match(words)), bool(_LOOSE_UNIT_WORDS.match(words))
    if group and is_unit and not is_loose and groups.in_cell(words) != group:
        return Meaning(None, words, None, by_unit_word=True, guessed=True)
    capacity = read_capacity(words).value or groups.capacity_in_cell(words)
    if group or capacity or not is_unit:
        return Meaning(group, None, capacity)
    return Meaning(None, words, None, by_unit_word=True, guessed=is_loose)


def take_meaning(code: str, text: str, groups: GroupFinder) -> Meaning:
    """Return what somebody said a section means, as in SectionView. Raises ValueError for a word that is none of them."""
    kind, _, value = code.partition(":")
    words = _COUNT.sub("", text)
    if kind == "group" and value in groups.codes:
        return Meaning(value, None, read_capacity(words).value)
    if code == "delegation":
        return Meaning(None, read_delegation(words), None)
    if kind == "capacity" and value in ("individual", "collective", "household"):
        return Meaning(None, None, value)
    if code != "ignore":
        raise ValueError(code)
    return Meaning(None, None, None)


def view_section(row: int, text: str, meaning: Meaning, *, said: bool) -> SectionView:
    """Return a section as it is shown to be confirmed."""
    return SectionView(row, text, meaning.code, not said and (meaning.guessed or not any(meaning[:3])))


@dataclass
class _Open:
    kind: str
    marker: str
    meaning: Meaning


class Sections:
    """The sections open at a row. A marker of a kind seen before closes that section and those inside it."""

    def __init__(self) -> None:
        self._open: list[_Open] = []

    def start(self, meaning: Meaning) -> None:
        """Open what the whole list is, by its title; no later section closes it."""
        self._open.insert(0, _Open("title", "", meaning))

    def enter(self, marker: str, meaning: Meaning) -> None:
        """Open a section."""
        kind = self._kind(marker) or f"unmarked {meaning.code.partition(':')[0]}"     # a village inside a component
        for depth, section in enumerate(self._open):
            if section.kind == kind:
                del self._open[depth:]
                break
        self._open.append(_Open(kind, marker, meaning))

    @property
    def group(self) -> str | None:
        """The code of the component set by the nearest section."""
        return next((part.meaning.group for part in reversed(self._open) if part.meaning.group), None)

    @property
    def delegation(self) -> str | None:
        """The delegation set by the nearest section."""
        return next((part.meaning.delegation for part in reversed(self._open) if part.meaning.delegation), None)

    @property
    def capacity(self) -> str | None:
        """The capacity set by the nearest section."""
        return next((part.meaning.capacity for part in reversed(self._open) if part.meaning.capacity), None)

    def _kind(self, marker: str) -> str:
        if not marker:
            return ""
        if marker == "-":
            return "bullet"
        if is_number(marker):
            return f"arabic{marker.count('.')}"
        if len(marker) == 1:                # C, D, I, L, M, V, X are letters after the letter before them
            letters = [part.marker for part in self._open if part.kind == "letter"]
            if letters and 0 < ord(marker.upper()) - ord(letters[-1].upper()[0]) <= 2:
                return "letter"
            if marker.islower():
                return "small letter"
        return "roman" if _ROMAN.fullmatch(marker.upper()) else "letter"
