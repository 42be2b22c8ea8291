"""Who of a new list is already on the list, and what the new list says otherwise of them.

One person is known by the ID number; else by folded name and birth year; else by folded name and unit. Where that leaves a choice
it is asked, never guessed. Two rows are never the same delegate.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

# The columns of a list that a newer one may change, as ListedPerson calls them → as a delegate's row does.
COMPARED = {
    "name": "name", "sex": "sex", "born": "born", "title": "title", "unit": "unit_text", "capacity": "capacity",
    "represents": "represents", "field": "field", "economic_sector": "economic_sector", "direct_labour": "direct_labour",
    "new_model": "new_model", "education": "education", "schooling": "schooling", "degree": "degree",
    "highest_award": "highest_award", "achievements": "achievements", "wants_speech": "wants_speech", "phone": "phone",
    "email": "email", "id_number": "id_number", "note": "note", "ethnic": "ethnic", "religion": "religion", "party": "party",
    "political_theory": "political_theory",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Identity:
    """What tells one person from another. `key` is a row of the new list, or a delegate's id; `name` and `unit` are folded."""

    key: int
    name: str
    born: str | None = None
    id_number: str | None = None
    unit: str = ""


@dataclass(frozen=True)
class Matches:
    """`same`: row → delegate. `ask`: row → the delegates it may be, for somebody to say which, or none of them."""

    same: Mapping[int, int]
    ask: Mapping[int, tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class Change:
    """One value that a newer list gives otherwise; `field` as ListedPerson calls it."""

    field: str
    old: Any
    new: Any


_Key = Callable[[Identity], Hashable]

# From what tells most to what tells least; None: this person cannot be known that way.
_WAYS: tuple[_Key, ...] = (
    lambda one: one.id_number,
    lambda one: (one.name, one.born, one.unit) if one.born and one.unit else None,
    lambda one: (one.name, one.born) if one.born else None,
    lambda one: (one.name, one.born[:4], one.unit) if one.born and one.unit else None,
    lambda one: (one.name, one.born[:4]) if one.born else None,
    lambda one: (one.name, one.unit) if one.unit else None,
    lambda one: one.name,
)
_NAME_AND_UNIT, _NAME_ALONE = _WAYS[-2:]


def match_people(
    rows: Sequence[Identity], known: Sequence[Identity], said: Mapping[int, int | None], replaced: Collection[int] = ()
) -> Matches:
    """Tell which rows are which delegates. `said` is what somebody decided: row → delegate, or None for a new person.

    `replaced` are the delegates named by the very list that the new one replaces: there the name and the unit, or a name that
    nothing speaks against, are enough.
    """
    same = {row: delegate for row, delegate in said.items() if delegate is not None}
    taken = set(same.values())
    open_rows = [row for row in rows if row.key not in said and row.name]
    free = [one for one in known if one.key not in taken]
    for way in _WAYS:
        found = {row.key: one.key for row, one in _single_pairs(open_rows, free, way) if _is_enough(way, row, one, replaced)}
        if found:
            same |= found
            taken = set(found.values())
            open_rows = [row for row in open_rows if row.key not in found]
            free = [one for one in free if one.key not in taken]
    return Matches(same, _questions(open_rows, free))


def _single_pairs(rows: Iterable[Identity], known: Iterable[Identity], way: _Key) -> Iterable[tuple[Identity, Identity]]:
    """The pairs that this way leaves no choice about."""
    alike = _grouped(rows, way)
    there = _grouped(known, way) if alike else {}
    for key in alike.keys() & there.keys():
        if len(alike[key]) == 1 and len(there[key]) == 1:
            yield alike[key][0], there[key][0]


def _is_enough(way: _Key, row: Identity, one: Identity, replaced: Collection[int]) -> bool:
    if way is _WAYS[0]:
        return True
    if _differ(row.id_number, one.id_number):
        return False
    if way is _NAME_AND_UNIT:
        return one.key in replaced or not _differ(_year(row), _year(one))
    if way is _NAME_ALONE:  # a list of bare names: only the very list it replaces says that these are the same people
        return one.key in replaced and _may_be_one(row, one)
    return True


def _questions(rows: Iterable[Identity], free: Sequence[Identity]) -> dict[int, tuple[int, ...]]:
    by_name = _grouped(free, _NAME_ALONE)
    found = {row.key: tuple(one.key for one in by_name.get(row.name, ()) if _is_alike(row, one)) for row in rows}
    return {row: delegates for row, delegates in found.items() if delegates}


def _is_alike(row: Identity, one: Identity) -> bool:
    """Whether two of one name may be one person: nothing speaks against it, or the year or the unit speaks for it."""
    if _differ(row.id_number, one.id_number):
        return False
    year, unit = _year(row), row.unit
    return bool((year and year == _year(one)) or (unit and unit == one.unit)) or _may_be_one(row, one)


def _may_be_one(row: Identity, one: Identity) -> bool:
    return not _differ(_year(row), _year(one)) and not _differ(row.unit, one.unit)


def _differ(one: str | None, other: str | None) -> bool:
    return bool(one and other and one != other)


def _year(one: Identity) -> str:
    return (one.born or "")[:4]


def _grouped(people: Iterable[Identity], way: _Key) -> dict[Hashable, list[Identity]]:
    groups: dict[Hashable, list[Identity]] = defaultdict(list)
    for one in people:
        key = way(one)
        if key:
            groups[key].append(one)
    return groups


def find_changes(said: Mapping[str, Any], stored: Mapping[str, Any]) -> tuple[Change, ...]:
    """What a list says of somebody that is stored otherwise; both by ListedPerson's words.

    A blank cell says nothing, and a birth year nothing against the full date of that year.
    """
    changes = []
    for field, new in said.items():
        old = stored[field]
        if new is None or new == "" or new == old:
            continue
        if field == "born" and old and old.startswith(f"{new}-"):
            continue
        changes.append(Change(field, old, new))
    return tuple(changes)


def propose_replaced(found: Collection[int], lists: Mapping[int, Collection[int]]) -> int | None:
    """The earlier list of which at least half of the people are found again, the most of them; None when there is none.

    `found` are delegates, `lists` an earlier list → its delegates.
    """
    again = {number: len(set(found) & set(people)) for number, people in lists.items()}
    likely = [number for number, people in lists.items() if people and 2 * again[number] >= len(people)]
    return max(likely, key=lambda number: (again[number], number), default=None)
