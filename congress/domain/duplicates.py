"""Rows that look like one person (domain note 4.6): one ID number, or one name with one birth year, or one name with one unit.

It only asks: many people share a name. Pairs that are explained are not asked about.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

ID_NUMBER, NAME_BORN, NAME_UNIT = REASONS = ("id_number", "name_born", "name_unit")

Pair = tuple[int, int]  # two row ids, the smaller first


@dataclass(frozen=True)
class Row:
    """What is compared of a delegate: folded name and unit, birth year, ID number; "" where it is not known. `ours` rows are
    those of the list being looked at.
    """

    id: int
    ours: bool
    name: str
    year: str = ""
    unit: str = ""
    id_number: str = ""


@dataclass(frozen=True)
class Explained:
    """What is known already: `same` pairs are one person in two congresses (also by way of a third), `apart` pairs two people."""

    same: Collection[Pair] = ()
    apart: Collection[Pair] = ()


@dataclass(frozen=True)
class Twins:
    """Two rows that look like one person, and by what: some of REASONS, the surest first."""

    low: int
    high: int
    reasons: tuple[str, ...]


def pair_of(one: int, other: int) -> Pair:
    """Two ids as a pair, the smaller first."""
    return (one, other) if one < other else (other, one)


def find_twins(rows: Iterable[Row], explained: Explained | None = None) -> list[Twins]:
    """The pairs of rows that look like one person, at least one of each ours, without the explained; surest first, then by id.

    Rows are sorted into boxes by what they have in common, so that the work grows with the rows and the pairs found.
    """
    explained = explained or Explained()
    found: dict[Pair, list[str]] = defaultdict(list)
    for reason, boxes in _boxes(rows):
        for box in boxes:
            for pair in _pairs(box):
                found[pair].append(reason)
    root, apart = _roots(explained.same), set(explained.apart)
    twins = [
        Twins(*pair, tuple(reasons))
        for pair, reasons in found.items()
        if pair not in apart and root.get(pair[0], pair[0]) != root.get(pair[1], pair[1])
    ]
    return sorted(twins, key=lambda t: ([REASONS.index(reason) for reason in t.reasons], t.low, t.high))


def _boxes(rows: Iterable[Row]) -> Iterator[tuple[str, Iterable[Sequence[Row]]]]:
    by_number: dict[str, list[Row]] = defaultdict(list)
    by_year: dict[tuple[str, str], list[Row]] = defaultdict(list)
    by_unit: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in rows:
        if row.id_number:
            by_number[row.id_number].append(row)
        if row.name and row.year:
            by_year[row.name, row.year].append(row)
        if row.name and row.unit:
            by_unit[row.name, row.unit].append(row)
    return iter(((ID_NUMBER, by_number.values()), (NAME_BORN, by_year.values()), (NAME_UNIT, by_unit.values())))


def _pairs(box: Sequence[Row]) -> Iterator[Pair]:
    """The pairs of a box with one of ours in them, without looking at those that have none."""
    ours, others = [row.id for row in box if row.ours], [row.id for row in box if not row.ours]
    yield from (pair_of(*pair) for pair in combinations(ours, 2))
    yield from (pair_of(one, other) for one in ours for other in others)


def _roots(pairs: Iterable[Pair]) -> dict[int, int]:
    """For every id in these pairs, one id that stands for all it is joined with."""
    root: dict[int, int] = {}

    def find(row_id: int) -> int:
        while root.setdefault(row_id, row_id) != row_id:
            root[row_id] = root[root[row_id]]
            row_id = root[row_id]
        return row_id

    for one, other in pairs:
        root[find(one)] = find(other)
    return {row_id: find(row_id) for row_id in list(root)}


# ---- two rows side by side -------------------------------------------------------------------------------------------

SAME, DIFFERS, LEFT, RIGHT = "same", "differs", "left", "right"


def compare(left: str, right: str) -> str:
    """How two texts stand to each other: the same, different, or only one of them says something."""
    if left == right:
        return SAME
    if not (left and right):
        return LEFT if left else RIGHT
    return DIFFERS
