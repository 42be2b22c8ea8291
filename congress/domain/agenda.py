"""The running order: when each item begins, and whether it keeps to the plan's programme (the Bắc Kạn plan, II.3).

What the plan lists must be there; its order and "01 buổi" only warn, because units may enrich the programme.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import TypeVar

from .refusals import Violation

MOST_MINUTES = 600
TITLE_LENGTH = 300

Row = TypeVar("Row")


@dataclass(frozen=True)
class ProgrammeRule:
    """One item of a plan's programme; `forms` are those of the congresses it is for, none = all."""

    code: str
    title: str
    required: bool
    forms: tuple[str, ...] = ()

    def applies(self, form: str) -> bool:
        """Whether a congress of this form has the item."""
        return not self.forms or form in self.forms


@dataclass(frozen=True)
class Item:
    """One item of a running order; `code` says which item of the programme it is, None = one's own."""

    code: str | None
    title: str
    minutes: int


@dataclass(frozen=True)
class Span:
    """From when to when, in minutes after midnight of the sitting's day; 1440 and more is the day after."""

    starts: int
    ends: int


def span_items(start: int, minutes: Iterable[int]) -> list[Span]:
    """Items one after the other from `start` (minutes after midnight), without a gap."""
    marks = list(accumulate(minutes, initial=start))
    return [Span(*pair) for pair in zip(marks, marks[1:], strict=False)]


def clock(minute: int) -> str:
    """450 → "07:30"; past midnight the clock begins again."""
    return f"{minute // 60 % 24:02d}:{minute % 60:02d}"


def move(rows: Sequence[Row], source: int, target: int) -> list[Row]:
    """The rows with the one at `source` now standing at `target`; a target beyond an end means that end."""
    rest = [*rows[:source], *rows[source + 1 :]]
    target = max(0, min(target, len(rest)))
    return [*rest[:target], rows[source], *rest[target:]]


def check_agenda(
    programme: Sequence[ProgrammeRule], items: Sequence[Item], *, form: str, start: int | None, max_minutes: int
) -> list[Violation]:
    """All that is not as the plan has it: what is missing blocks; order, length and no start warn.

    `programme` is in the plan's order, `start` in minutes after midnight. II.3, and "01 buổi" of II.2.
    """
    rules = [rule for rule in programme if rule.applies(form)]
    there = {item.code for item in items}
    found = [
        Violation("missing_item", "block", {"title": rule.title, "code": rule.code})
        for rule in rules
        if rule.required and rule.code not in there
    ]
    found += _check_order(rules, items)
    total = sum(item.minutes for item in items)
    if total > max_minutes:
        found.append(Violation("too_long", "warn", {"minutes": total, "limit": max_minutes, "over": total - max_minutes}))
    if start is None:
        found.append(Violation("no_start", "warn"))
    return found


def place_for(code: str, programme: Sequence[ProgrammeRule], items: Sequence[Item]) -> int:
    """Where an item of the programme belongs: before the first that comes later in the plan, else at the end."""
    ranks = _ranks(programme)
    later = (place for place, item in enumerate(items) if ranks.get(item.code, -1) > ranks[code])
    return next(later, len(items))


def _check_order(rules: Sequence[ProgrammeRule], items: Sequence[Item]) -> list[Violation]:
    """One violation for each item that would have to move; one's own items may stand anywhere."""
    ranks = _ranks(rules)
    planned = [(ranks[item.code], item.title) for item in items if item.code in ranks]
    kept = _longest_in_order([rank for rank, _ in planned])
    return [_misplaced(planned, place, kept) for place in range(len(planned)) if place not in kept]


def _ranks(rules: Sequence[ProgrammeRule]) -> dict[str | None, int]:
    return {rule.code: rank for rank, rule in enumerate(rules)}


def _longest_in_order(ranks: Sequence[int]) -> list[int]:
    """The places of a longest choice of items that stand in order already, so that the fewest are called misplaced."""
    runs: list[list[int]] = []
    for place, rank in enumerate(ranks):
        before = max((run for run in runs if ranks[run[-1]] <= rank), key=len, default=[])
        runs.append([*before, place])
    return max(runs, key=len, default=[])


def _misplaced(planned: Sequence[tuple[int, str]], place: int, kept: Sequence[int]) -> Violation:
    """What a misplaced item should follow, or what should follow it, among those that stand right (there is always one)."""
    rank, title = planned[place]
    before_it = [planned[other] for other in kept if other > place and planned[other][0] < rank]
    if before_it:
        return Violation("wrong_order", "warn", {"title": title, "before": before_it[-1][1]})
    after_it = next(planned[other] for other in kept if other < place and planned[other][0] > rank)
    return Violation("wrong_order", "warn", {"title": after_it[1], "before": title})
