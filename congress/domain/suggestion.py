"""The best list within the rule: what is asked of it, what it falls short of, and a reason for everybody in and out.

What must hold: the planned size, the ratio of the two sides (S4, II.2) and the seats allocated to each unit. What is wished
for: the targets of the structure, soft, each with what it stays short of. Between two equal lists the one whose people stand
further to the front wins: by rank, then by id. Solving is not done here; these functions judge a list that is given.
"""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from functools import cached_property

from .admission import HONOURED, INVITED, Approved, Rule, check_ratio, most_honoured, most_invited

Seat = tuple[int, int]  # (unit id, component id)
LAST = 10**9  # the rank of whom nobody ranked


@dataclass(frozen=True)
class Candidate:
    """One person who could be on the list. `fixed`: approved already, stays. `traits` are codes that targets count."""

    id: int
    side: str
    seat: Seat | None
    traits: frozenset[str]
    rank: int = LAST
    fixed: bool = False

    @property
    def order(self) -> tuple[int, int]:
        """Who comes first."""
        return self.rank, self.id


@dataclass(frozen=True)
class Target:
    """At least `count` people, or `percent` of those chosen, who carry a trait."""

    trait: str
    label: str
    count: int | None = None
    percent: int | None = None

    def least(self, chosen: int) -> int:
        """People the target asks of a list of so many; a share is rounded up."""
        return self.count if self.count is not None else -(-(self.percent or 0) * chosen // 100)


@dataclass(frozen=True)
class Problem:
    """A congress's question: `planned` people, under a rule, with at most `seats` per unit and component."""

    planned: int
    rule: Rule
    candidates: tuple[Candidate, ...]
    seats: dict[Seat, int]
    targets: tuple[Target, ...] = ()
    mendable: bool = True  # False: those approved have broken the ratio beyond mending; it is only wished for

    def __post_init__(self) -> None:
        object.__setattr__(self, "candidates", tuple(sorted(self.candidates, key=lambda c: c.order)))

    @cached_property
    def place(self) -> dict[int, int]:
        """Candidate id → place in the order, 1 = first."""
        return {c.id: n for n, c in enumerate(self.candidates, 1)}

    @property
    def binding(self) -> bool:
        """Whether the ratio must hold; otherwise it only advises."""
        return self.rule.ratio is not None and self.rule.severity == "block"

    @property
    def most(self) -> dict[str, int]:
        """The most people of each side that a list of the planned size may have, where the ratio says so."""
        limits = {INVITED: most_invited(self.rule, self.planned), HONOURED: most_honoured(self.rule, self.planned)}
        return {side: limit for side, limit in limits.items() if limit is not None and self.binding}


@dataclass(frozen=True)
class Tally:
    """A list in numbers: people by side, by seat and by trait."""

    sides: Counter[str]
    seats: Counter[Seat]
    traits: Counter[str]

    @classmethod
    def of(cls, people: Iterable[Candidate]) -> "Tally":
        """Count a list."""
        found = cls(Counter(), Counter(), Counter())
        for person in people:
            found.add(person, 1)
        return found

    def add(self, person: Candidate, n: int) -> None:
        """Count a person in (1) or out (-1)."""
        self.sides[person.side] += n
        if person.seat is not None:
            self.seats[person.seat] += n
        for trait in person.traits:
            self.traits[trait] += n

    @property
    def total(self) -> int:
        """People on the two sides that count."""
        return self.sides[HONOURED] + self.sides[INVITED]


@dataclass(frozen=True)
class Broken:
    """The first thing that keeps a list from being allowed: "size", "side", "seat" or "ratio"."""

    code: str
    subject: str = ""
    limit: int = 0
    seat: Seat | None = None


def find_broken(problem: Problem, tally: Tally) -> Broken | None:
    """What a list breaks that must hold, or None."""
    if tally.total > problem.planned:
        return Broken("size", limit=problem.planned)
    for side, limit in problem.most.items():
        if tally.sides[side] > limit:
            return Broken("side", side, limit)
    for seat, n in tally.seats.items():
        if n > problem.seats.get(seat, n):
            return Broken("seat", limit=problem.seats[seat], seat=seat)
    if problem.binding and problem.mendable and not ratio_holds(problem.rule, tally):
        return Broken("ratio")
    return None


def ratio_holds(rule: Rule, tally: Tally) -> bool:
    """Whether the closing test of the ratio holds, for lists of less than ten too."""
    approved = Approved(tally.sides[HONOURED], tally.sides[INVITED])
    return not check_ratio(rule, approved)


def find_shortfalls(problem: Problem, tally: Tally) -> dict[str, int]:
    """Trait → people missing for its target; only those that stay short."""
    missing = {t.trait: t.least(tally.total) - tally.traits[t.trait] for t in problem.targets}
    return {trait: n for trait, n in missing.items() if n > 0}


@dataclass(frozen=True)
class Reason:
    """Why a person is in or out, against the nearest on the other side of the line.

    `code`: fixed; order (stands before or after `other`); target (with `other` instead, `subject` would be short by `n` more);
    no_rival (in: nobody of that side is left out who could come; out: nobody there could make room); unsettled (the solver's
    work ended before this was decided). For who is out `full` says what adding the person would break, of which `side` and at
    which `limit`.
    """

    code: str
    other: int | None = None
    subject: str = ""
    n: int = 0
    full: str = ""
    side: str = ""
    limit: int = 0


def explain(problem: Problem, chosen: Collection[int]) -> dict[int, Reason]:
    """A reason for every candidate, in their order."""
    lines = _Lines(problem, set(chosen))
    return {c.id: lines.why_in(c) if c.id in lines.chosen else lines.why_out(c) for c in problem.candidates}


class _Lines:
    """The two sides of the line: the first person left out and the last taken, by side and by seat."""

    def __init__(self, problem: Problem, chosen: set[int]) -> None:
        self.problem, self.chosen = problem, chosen
        self.tally = Tally.of(c for c in problem.candidates if c.id in chosen)
        self.shortfalls = find_shortfalls(problem, self.tally)
        self.first_out: dict[object, Candidate] = {}
        self.last_in: dict[object, Candidate] = {}
        for c in problem.candidates:
            if c.id not in chosen:
                self.first_out.setdefault((c.side, c.seat), c)
                if self._has_room(c.seat):
                    self.first_out.setdefault(c.side, c)
            elif not c.fixed:
                self.last_in[c.side] = self.last_in[c.side, c.seat] = c

    def _has_room(self, seat: Seat | None) -> bool:
        return seat is None or seat not in self.problem.seats or self.tally.seats[seat] < self.problem.seats[seat]

    def why_in(self, person: Candidate) -> Reason:
        if person.fixed:
            return Reason("fixed")
        rivals = [self.first_out[key] for key in (person.side, (person.side, person.seat)) if key in self.first_out]
        if not rivals:
            return Reason("no_rival")
        rival = min(rivals, key=lambda c: c.order)
        return self._compare(rival, leaves=person, comes=rival)

    def why_out(self, person: Candidate) -> Reason:
        self.tally.add(person, 1)
        broken = find_broken(self.problem, self.tally)
        self.tally.add(person, -1)
        if broken is None:
            return Reason("unsettled")
        key = person.side if self._has_room(person.seat) else (person.side, person.seat)
        rival = self.last_in.get(key)
        found = self._compare(rival, leaves=rival, comes=person) if rival else Reason("no_rival")
        return replace(found, full=broken.code, side=broken.subject, limit=broken.limit)

    def _compare(self, other: Candidate, *, leaves: Candidate, comes: Candidate) -> Reason:
        """What the list would lose if one left and another of the same side came."""
        if leaves.order < comes.order:
            return Reason("order", other.id)
        worse = self._worse(leaves, comes)
        if not worse:
            return Reason("unsettled", other.id)
        trait = max(worse, key=lambda t: (worse[t], t))
        return Reason("target", other.id, trait, worse[trait])

    def _worse(self, leaves: Candidate, comes: Candidate) -> dict[str, int]:
        self.tally.add(leaves, -1)
        self.tally.add(comes, 1)
        after = find_shortfalls(self.problem, self.tally)
        self.tally.add(comes, -1)
        self.tally.add(leaves, 1)
        return {t: n - self.shortfalls.get(t, 0) for t, n in after.items() if n > self.shortfalls.get(t, 0)}
