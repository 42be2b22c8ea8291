"""The register of advanced models: its kinds, and who on a delegate list stands in it.

A delegate comes as a person, or for a collective or a household (Bắc Kạn plan, II.2; domain note A9): the name that is looked
for is then that of the collective or household, and the entry is of that kind.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from .names import fold

KINDS = {"individual": "Cá nhân", "collective": "Tập thể", "household": "Hộ gia đình"}


@dataclass(frozen=True)
class Matching:
    """Who was found: delegate id → entry id; those whose name stands in the register more than once; those it does not have."""

    links: dict[int, int]
    doubtful: tuple[int, ...]
    missing: tuple[int, ...]


def key_of(*, name: str, capacity: str | None, represents: str) -> tuple[str, str]:
    """(kind, folded name) under which a delegate would stand in the register; capacity not known is a person."""
    if capacity in ("collective", "household"):
        return capacity, fold(represents)
    return "individual", fold(name)


def match_register(people: Iterable[tuple[int, tuple[str, str]]], entries: Iterable[tuple[int, tuple[str, str]]]) -> Matching:
    """Link people to entries of the same kind and folded name, where exactly one is; both are (id, key)."""
    by_key: dict[tuple[str, str], list[int]] = defaultdict(list)
    for entry_id, key in entries:
        by_key[key].append(entry_id)
    links: dict[int, int] = {}
    doubtful: list[int] = []
    missing: list[int] = []
    for person_id, key in people:
        found = by_key.get(key, []) if key[1] else []
        if len(found) == 1:
            links[person_id] = found[0]
        else:
            (doubtful if found else missing).append(person_id)
    return Matching(links, tuple(doubtful), tuple(missing))
