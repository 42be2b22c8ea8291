"""Reading one part of nested data, value by value, with a fault beside its path for each that is not right."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from difflib import get_close_matches
from typing import Any

CODE = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")
MISSING = "Thiếu mục này."
_NOTHING: Any = object()


@dataclass(frozen=True)
class Fault:
    """What is wrong with one value; `path` as in "tiers.commune.cap", `line` 0 where there is no file."""

    path: str
    message: str
    line: int = 0


def inside(path: str, key: str | int) -> str:
    """The path of what lies under a key or at a place of a list."""
    if isinstance(key, int):
        return f"{path}[{key}]"
    return f"{path}.{key}" if path else key


class Part:
    """One mapping. Every reader gives a value of its type, a harmless one where it noted a fault."""

    def __init__(self, data: Any, path: str, faults: list[Fault]) -> None:
        self.path = path
        self.sound = isinstance(data, dict)
        self.data: dict[str, Any] = data if isinstance(data, dict) else {}
        self.faults = faults if self.sound else []  # one fault is enough where the whole part is missing
        if not self.sound:
            faults.append(Fault(path, MISSING if data is None and path else "Cần các mục dạng “tên: giá trị”."))

    def fault(self, key: str | int, message: str) -> None:
        """Note a fault under a key."""
        self.faults.append(Fault(inside(self.path, key), message))

    def has(self, *keys: str) -> bool:
        """Whether all these keys are there without a fault."""
        return all(key in self.data for key in keys) and not {inside(self.path, key) for key in keys} & {
            f.path for f in self.faults
        }

    def only(self, allowed: Sequence[str]) -> None:
        """Note every key that is not allowed."""
        for key in self.data:
            if key not in allowed:
                close = get_close_matches(str(key), allowed, 1)
                self.fault(key, f"Không có mục “{key}”." + (f" Có phải “{close[0]}”?" if close else ""))

    def text(self, key: str, *, default: str | None = None) -> str:
        """One line of text; without a default it must be there and not be empty."""
        value = self._value(key, "" if default is None else default)
        if value is _NOTHING:
            return ""
        if not isinstance(value, str):
            self.fault(key, f"Cần chữ, đang là {_shown(value)}. Đặt trong ngoặc kép nếu là số hoặc ngày.")
            return ""
        if default is None and not value.strip():
            self.fault(key, MISSING if key not in self.data else "Mục này đang trống.")
        return " ".join(value.split())

    def code(self, key: str) -> str:
        """A code: small letters without accents, digits, hyphens."""
        value = self.text(key)
        if value and not CODE.fullmatch(value):
            self.fault(key, f"Mã “{value}” chỉ được gồm chữ thường không dấu, số và dấu nối.")
        return value

    def choice(self, key: str, choices: Sequence[str], *, default: str | None = None, nullable: bool = False) -> Any:
        """One of some codes (None too, where null is allowed)."""
        value = self._value(key, default if default is not None else _NOTHING)
        if value is None and nullable:
            return None
        if value is _NOTHING:
            self.fault(key, MISSING)
        elif value not in choices:
            self.fault(key, f"Không có giá trị {_shown(value)}. Chọn: {', '.join(choices)}.")
        return value if isinstance(value, str) and value in choices else choices[0]

    def number(self, key: str, low: int, high: int) -> int:
        """A whole number between two bounds."""
        value = self._value(key, _NOTHING)
        if value is _NOTHING:
            self.fault(key, MISSING)
        elif not is_number(value, low, high):
            self.fault(key, f"Cần số nguyên từ {low} đến {high}, đang là {_shown(value)}.")
        else:
            return int(value)
        return low

    def number_or_none(self, key: str, low: int, high: int) -> int | None:
        """A whole number, or nothing."""
        return None if self.data.get(key) is None else self.number(key, low, high)

    def flag(self, key: str, *, default: bool) -> bool:
        """true or false."""
        value = self._value(key, default)
        if not isinstance(value, bool):
            self.fault(key, f"Cần true hoặc false, đang là {_shown(value)}.")
            return default
        return value

    def day(self, key: str) -> date | None:
        """A day, or None where it is not given."""
        value = self.data.get(key)
        if value is None or is_day(value):
            return value
        self.fault(key, f"Cần ngày dạng 2025-03-31, đang là {_shown(value)}.")
        return None

    def pair_of_days(self, key: str) -> tuple[date, date]:
        """[first day, last day]."""
        pair = self._pair(key)
        if pair and all(is_day(value) for value in pair):
            return pair[0], pair[1]
        if pair != []:
            self.fault(key, "Cần hai ngày dạng [2025-01-01, 2025-03-31].")
        return date.min, date.max

    def pair_of_numbers(self, key: str, low: int, high: int, *, nullable: bool = False) -> tuple[int, int] | None:
        """[number, number], or None where null is allowed and given."""
        if nullable and key in self.data and self.data[key] is None:
            return None
        pair = self._pair(key)
        if pair and all(is_number(value, low, high) for value in pair):
            return pair[0], pair[1]
        if pair != []:
            self.fault(key, f"Cần hai số nguyên từ {low} đến {high}, dạng [a, b].")
        return None

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts, empty where it is not given."""
        found = []
        for place, value in enumerate(self._list(key)):
            if isinstance(value, str) and value.strip():
                found.append(" ".join(value.split()))
            else:
                self.fault(inside(key, place), f"Cần chữ, đang là {_shown(value)}.")
        return tuple(found)

    def codes(self, key: str, among: Sequence[str], *, at_least: int = 0) -> tuple[str, ...]:
        """A list of codes, each one of some and none twice."""
        values = self._list(key)
        if len(values) < at_least and isinstance(self.data.get(key, []), list):
            self.fault(key, f"Cần ít nhất {at_least} mục. Chọn trong: {', '.join(among)}.")
        for place, value in enumerate(values):
            if value not in among:
                self.fault(inside(key, place), f"Không có giá trị {_shown(value)}. Chọn trong: {', '.join(among)}.")
            elif value in values[:place]:
                self.fault(inside(key, place), f"{_shown(value)} đã ghi ở trên.")
        return tuple(value for value in values if value in among)

    def part(self, key: str, allowed: Sequence[str]) -> "Part":
        """The mapping under a key."""
        part = Part(self.data.get(key), inside(self.path, key), self.faults)
        part.only(allowed)
        return part

    def parts(self, key: str, allowed: Sequence[str], *, at_least: int = 0) -> list["Part"]:
        """The mappings listed under a key; their field "code" must differ."""
        values = self._list(key)
        if len(values) < at_least and isinstance(self.data.get(key, []), list):
            self.fault(key, f"Cần ít nhất {at_least} mục.")
        found, codes = [], set()
        for place, value in enumerate(values):
            part = Part(value, inside(inside(self.path, key), place), self.faults)
            part.only(allowed)
            code = part.data.get("code")
            if isinstance(code, str) and code in codes:
                part.fault("code", f"Mã “{code}” đã dùng ở trên.")
            codes.add(code if isinstance(code, str) else "")
            found.append(part)
        return found

    def _value(self, key: str, default: Any) -> Any:
        value = self.data.get(key, default)
        return default if value is None and default not in (None, _NOTHING) else value

    def _list(self, key: str) -> list[Any]:
        value = self.data.get(key)
        if value is None:
            return []
        if not isinstance(value, list):
            self.fault(key, f"Cần một danh sách, đang là {_shown(value)}.")
            return []
        return value

    def _pair(self, key: str) -> list[Any] | None:
        """Two values; [] when the key is missing (noted), None when it is something else."""
        if key not in self.data:
            self.fault(key, MISSING)
            return []
        value = self.data[key]
        return value if isinstance(value, list) and len(value) == 2 else None


def is_number(value: Any, low: int, high: int) -> bool:
    """Whether a value is a whole number between two bounds; true and false are not numbers."""
    return isinstance(value, int) and not isinstance(value, bool) and low <= value <= high


def is_day(value: Any) -> bool:
    """Whether a value is a day without a time."""
    return isinstance(value, date) and not isinstance(value, datetime)


def _shown(value: Any) -> str:
    text = {None: "để trống", True: "true", False: "false"}.get(value) if value is None or isinstance(value, bool) else None
    if text is None:
        text = "một danh sách" if isinstance(value, list) else "các mục con" if isinstance(value, dict) else f"“{value}”"
    return text if len(text) <= 60 else text[:57] + "…”"
