"""What a door says of some people: which kinds there are, for whom, and badge numbers typed as "101, 105-110"."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

KINDS = {"notice": "Lời nhắc", "handout": "Phát tại cửa"}
AUDIENCES = {"everybody": "Mọi người", "component": "Một thành phần", "delegation": "Một đoàn", "numbers": "Theo số thẻ"}
SUGGESTIONS = (
    ("notice", "Mời ngồi hàng đầu"),
    ("notice", "Nhận khen thưởng: mời lên khu chờ"),
    ("notice", "Thẻ ở hộp số 1"),
    ("handout", "Cặp tài liệu"),
    ("handout", "Phiếu ăn"),
)

TEXT_LENGTH = 120  # it stands under a name that is read at two metres
MOST_NOTICES = 60  # every record that a gate carries is padded to the longest
MOST_NUMBERS = 2000
WIDEST_RANGE = 1000
LARGEST_NUMBER = 99999  # five digits

_RANGE_SIGN = re.compile(r"\s*(?:[-–—−]|\bđến\b|\btới\b)\s*", re.IGNORECASE)
_NOISE = re.compile(r"\b(?:từ|số|thẻ)\b", re.IGNORECASE)
_GAP = re.compile(r"[\s,;.+&]+|\bvà\b", re.IGNORECASE)
_PIECE = re.compile(r"([0-9]+)(?:-([0-9]+))?")


@dataclass(frozen=True)
class Numbers:
    """Badge numbers as they were typed: in order, each once; with a sentence for everything that is not a number."""

    numbers: tuple[int, ...]
    faults: tuple[str, ...] = ()


def read_numbers(text: str) -> Numbers:
    """The numbers and ranges of a text, both ends included; duplicates and overlaps are one. Nothing is guessed.

    Where there is a fault the numbers are those of the pieces that could be read.
    """
    found: set[int] = set()
    faults: list[str] = []
    for piece in _pieces(text):
        ends = _PIECE.fullmatch(piece)
        fault = _fault(piece, ends)
        if fault:
            faults.append(fault)
        elif ends:
            found.update(range(int(ends[1]), int(ends[2] or ends[1]) + 1))
    if len(found) > MOST_NUMBERS:
        faults.append(f"Có {_figure(len(found))} số thẻ, tối đa {_figure(MOST_NUMBERS)}. Chọn theo thành phần hoặc theo đoàn.")
    return Numbers(tuple(sorted(found)), tuple(dict.fromkeys(faults)))


def show_numbers(numbers: Iterable[int]) -> str:
    """The numbers as somebody would type them: "101, 105-110"."""
    return ", ".join(str(first) if first == last else f"{first}-{last}" for first, last in _runs(numbers))


def _pieces(text: str) -> list[str]:
    """What stands between commas, blanks and the like; a range is one piece."""
    tidy = _RANGE_SIGN.sub("-", _NOISE.sub(" ", text))
    return [piece for piece in _GAP.split(tidy) if piece]


def _fault(piece: str, ends: re.Match[str] | None) -> str:
    """Why a piece is no number and no range, or ""."""
    if ends is None:
        return f"“{piece[:20]}” không phải số thẻ. Ghi số, cách nhau bằng dấu phẩy: 101, 105-110."
    if any(len(end.lstrip("0")) > len(str(LARGEST_NUMBER)) or int(end) == 0 for end in ends.groups() if end):
        return f"“{piece[:20]}”: số thẻ từ 1 đến {LARGEST_NUMBER}."
    first, last = int(ends[1]), int(ends[2] or ends[1])
    if last < first:
        return f"Khoảng {first}-{last} ngược. Ghi số nhỏ trước: {last}-{first}."
    if last - first + 1 > WIDEST_RANGE:
        return f"Khoảng {first}-{last} có {_figure(last - first + 1)} số, tối đa {_figure(WIDEST_RANGE)}. Xem lại số cuối."
    return ""


def _runs(numbers: Iterable[int]) -> list[tuple[int, int]]:
    """Numbers that follow each other as (first, last); two alone stay two."""
    runs: list[tuple[int, int]] = []
    for number in sorted(set(numbers)):
        if runs and number == runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], number)
        else:
            runs.append((number, number))
    return [part for first, last in runs for part in ([(first, first), (last, last)] if last - first == 1 else [(first, last)])]


def _figure(number: int) -> str:
    return f"{number:,}".replace(",", ".")
