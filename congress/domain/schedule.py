"""Whether a congress's date keeps to the plan: its window, after the pilot, before the congress above.

All of it warns and asks for a reason; nothing blocks: the plan says "tổ chức vào Quý I", and real congresses slipped
(reading A16).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from .refusals import Violation


@dataclass(frozen=True)
class Neighbour:
    """Another congress and its day."""

    name: str
    on: date


def check_date(
    day: date, *, window: tuple[date, date], pilots: Iterable[Neighbour] = (), uppers: Iterable[Neighbour] = ()
) -> list[Violation]:
    """What is odd about a day, each as a warning.

    `window` is the tier's, both days inside it (the Bắc Kạn plan, II.2). `pilots` are those this congress should learn from
    (III.2; none for a pilot itself), `uppers` those it elects delegates to (II.3).
    """
    found = []
    if day < window[0]:
        found.append(Violation("before_window", "warn", {"window": say_window(window)}))
    if day > window[1]:
        found.append(Violation("after_window", "warn", {"window": say_window(window)}))
    found += [_about("before_pilot", pilot) for pilot in _by_day(pilots) if day < pilot.on]
    found += [_about("after_upper", upper) for upper in _by_day(uppers) if day > upper.on]
    return found


def say_window(window: tuple[date, date]) -> str:
    """ "01/01/2025 - 31/03/2025"."""
    return f"{window[0]:%d/%m/%Y} - {window[1]:%d/%m/%Y}"


def _by_day(congresses: Iterable[Neighbour]) -> list[Neighbour]:
    return sorted(congresses, key=lambda congress: (congress.on, congress.name))


def _about(code: str, congress: Neighbour) -> Violation:
    return Violation(code, "warn", {"name": congress.name, "date": f"{congress.on:%d/%m/%Y}"})
