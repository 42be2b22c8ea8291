"""Units as the rules see them: their kinds, where each may stand in the tree, their order, and what a list of units says."""

import re
from collections.abc import Mapping, Sequence
from datetime import date

from .names import sort_key

KINDS = {
    "province": "Tỉnh",
    "district": "Huyện, thành phố",
    "commune": "Xã, phường, thị trấn",
    "department": "Sở, ban, ngành",
    "mass_organization": "MTTQ, đoàn thể",
    "enterprise": "Doanh nghiệp",
    "central_agency": "Cơ quan Trung ương",
}

# Under which kinds a unit may stand; a province stands under nobody.
PARENTS: dict[str, tuple[str, ...]] = {
    "province": (),
    "district": ("province",),
    **dict.fromkeys(("commune", "department", "mass_organization", "enterprise", "central_agency"), ("province", "district")),
}


def name_key(name: str) -> str:
    """The place of a unit in a list: syllable by syllable as in a Vietnamese dictionary, numbers by their value."""
    return "".join(sort_key(re.sub(r"\d+", lambda digits: digits[0].zfill(6), word)) for word in name.split())


def may_stand_under(kind: str, parent_kind: str | None) -> bool:
    """Whether a unit of a kind may have a parent of another kind (None: no parent)."""
    return not PARENTS[kind] if parent_kind is None else parent_kind in PARENTS[kind]


def find_cycle(parents: Mapping[str, str | None]) -> list[str]:
    """The codes of one ring in a map of unit code → parent code, [] when there is none."""
    done: set[str] = set()
    for start in parents:
        path: list[str] = []
        code: str | None = start
        while code is not None and code not in done and code in parents:
            if code in path:
                return path[path.index(code) :]
            path.append(code)
            code = parents[code]
        done.update(path)
    return []


def parents_first(parents: Mapping[str, str | None]) -> Sequence[str]:
    """The codes so that each stands after its parent; the map must have no ring."""
    placed: dict[str, None] = {}

    def place(code: str) -> None:
        chain = []
        step: str | None = code
        while step is not None and step in parents and step not in placed:
            chain.append(step)
            step = parents[step]
        placed.update(dict.fromkeys(reversed(chain)))

    for code in parents:
        place(code)
    return list(placed)


def exists_on(day: date, *, valid_from: date | None, valid_to: date | None) -> bool:
    """Whether a unit exists on a day; both ends are days on which it does."""
    return (valid_from is None or valid_from <= day) and (valid_to is None or day <= valid_to)
