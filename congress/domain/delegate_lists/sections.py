"""What a line of a list says beside the people: components, delegations, totals, signatures."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from ..names import fold
from .records import Group
from .values import read_capacity

_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_SIGNS = re.compile(r"[^a-z0-9]+")
_DELEGATE_WORDS = re.compile(r"^(?:cac )?(?:dai bieu )?(?:la )?")
_MARKER = re.compile(r"([IVXLCDM]+|[A-ZĐ]|\d+(?:\.\d+)*)\s*[.)/:–-]+\s+(?=\S)")
_ROMAN = re.compile(r"[IVXLCDM]+")
_ARABIC = re.compile(r"\d+(?:\.\d+)*")
_COUNT = re.compile(r"\s*(?:\([^()]*\)|[:,–-]?\s*\d+\s*(?:đại biểu|người|đ/c|đồng chí))\s*$|\s*:\s*$", re.IGNORECASE)
_DELEGATION = re.compile(r"đoàn(?:\s+đại\s+biểu)?\s*:?\s+(?!thanh niên|tncs|viên)(?=\S)", re.IGNORECASE)
# Accents kept: "bản" is a village, "Bàn" a family name.
_UNIT_WORDS = re.compile(
    r"(?:thôn|bản|xóm|ấp|khóm|buôn|làng|tổ|khu phố|khu|xã|phường|thị trấn|đặc khu|huyện|thành phố|thị xã|quận|tỉnh|sở"
    r"|phòng|ban|trường|bệnh viện|trung tâm|công ty|tập đoàn|doanh nghiệp|hợp tác xã|htx|khối|cụm|hội|liên đoàn|ubnd"
    r"|ủy ban|uỷ ban|công an|bộ chỉ huy|ban chqs|chi cục|cục|chi nhánh|ngân hàng|khoa|đảng ủy|đảng uỷ|cơ quan|đơn vị"
    r"|viện|tòa án|toà án|hạt|trạm|đài|đoàn thanh niên|đoàn tncs|mttq|nhà máy|chi bộ|tiểu khu)\s+\S",
    re.IGNORECASE,
)
_TOTAL = re.compile(r"(?:tong cong(?! ty)|tong so|(?:tong|cong)(?= \d|$)|an dinh|danh sach (?:nay )?(?:gom|co))\b")
_SIGNATURE = re.compile(
    r"(?:nguoi (?:lap|tong hop|ky|thong ke)|lap bieu|tm |t m |kt |k t |tl |tuq |noi nhan|xac nhan cua|thu truong"
    r"|dai dien (?:don vi|co quan|lanh dao)|ky ten|cong hoa xa hoi chu nghia|doc lap tu do)"
)
_PLACE_AND_DATE = re.compile(r".*\bngay (?:\d+ )?thang (?:\d+ )?nam(?: \d+)?$")


def plain(text: str) -> str:
    """Return folded text without bracketed parts and punctuation."""
    return _SIGNS.sub(" ", _BRACKETS.sub(" ", fold(text))).strip()


class Meaning(NamedTuple):
    """What a section row sets for the rows below it."""

    group: str | None
    delegation: str | None
    capacity: str | None
    by_unit_word: bool          # the delegation was not called "Đoàn …"


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

    def in_cell(self, text: str) -> str | None:
        """Return the code of the component a cell names, whole or followed by more words; None otherwise."""
        if text not in self._cells:
            bare = _DELEGATE_WORDS.sub("", plain(text))
            code = self._exact.get(bare)
            if code is None and any(bare.startswith(f"{_DELEGATE_WORDS.sub('', name)} ") for name, _ in self._inside):
                code = self.in_heading(text)
            self._cells[text] = code
        return self._cells[text]

    def in_heading(self, text: str) -> str | None:
        """Return the code of the one component a heading names; None when it names none or several."""
        rest, codes = f" {plain(text)} ", set()
        for name, code in self._inside:     # longest first, so that a name inside a longer one is not seen
            if f" {name} " in rest:
                codes.add(code)
                rest = rest.replace(f" {name} ", " | ")
        return codes.pop() if len(codes) == 1 else self._exact.get(_DELEGATE_WORDS.sub("", plain(text)))

    def advice(self) -> str:
        """Return the components to choose from, in words."""
        return "Ghi một trong các thành phần: " + ", ".join(self._labels.values()) + "."


def read_delegation(text: str) -> str:
    """Return "xã Phúc Lộc" for "Đoàn xã Phúc Lộc (19)"; "Đoàn Thanh niên" is an organisation and stays."""
    text = _COUNT.sub("", text)
    return _DELEGATION.sub("", text, count=1) if _DELEGATION.match(text) else text


def split_marker(number: str, text: str) -> tuple[str, str]:
    """Return the marker of a section ("I", "A", "1.2", "") and its words, from the number cell or the text."""
    if number:
        return number.strip(" .)/:-–"), text
    found = _MARKER.match(text)
    return (found[1], text[found.end():]) if found else ("", text)


def is_number(marker: str) -> bool:
    """Tell whether a marker is an arabic number, as people have, too."""
    return bool(_ARABIC.fullmatch(marker))


def is_total(text: str) -> bool:
    """Tell "Tổng cộng: 45 đại biểu" and its kin."""
    return bool(_TOTAL.match(plain(text))) and (":" in text or any(sign.isdigit() for sign in text) or len(text) < 12)


def is_closing(text: str) -> bool:
    """Tell the lines of a signature block: who drew the list up, on whose behalf, place and date."""
    words = plain(text) + " "
    return bool(_SIGNATURE.match(words) or _PLACE_AND_DATE.match(words.strip()))


def read_heading(text: str, groups: GroupFinder) -> Meaning:
    """Return what a section row means; all None when its words are not known."""
    words = _COUNT.sub("", text)
    group = groups.in_heading(words)
    if _DELEGATION.match(words):
        return Meaning(group, read_delegation(words), None, False)
    capacity = read_capacity(words).value
    by_unit_word = group is None and capacity is None and bool(_UNIT_WORDS.match(words))
    return Meaning(group, words if by_unit_word else None, capacity, by_unit_word)


@dataclass
class _Open:
    kind: str
    marker: str
    meaning: Meaning


class Sections:
    """The sections open at a row. A marker of a kind seen before closes that section and those inside it."""

    def __init__(self) -> None:
        self._open: list[_Open] = []

    def enter(self, marker: str, meaning: Meaning) -> None:
        """Open a section."""
        kind = self._kind(marker)
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
            return "unmarked"
        if is_number(marker):
            return f"arabic{marker.count('.')}"
        if len(marker) == 1:                # C, D, I, L, M, V, X are letters after the letter before them
            letters = [part.marker for part in self._open if part.kind == "letter"]
            if letters and 0 < ord(marker.upper()) - ord(letters[-1].upper()[0]) <= 2:
                return "letter"
        return "roman" if _ROMAN.fullmatch(marker.upper()) else "letter"
