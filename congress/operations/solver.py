"""The suggested list, solved by HiGHS: one thread, a fixed seed and a limit of work, so that the answer is always the same."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import highspy

from ..domain.admission import HONOURED, INVITED, UNCOUNTED
from ..domain.refusals import Refused
from ..domain.suggestion import Candidate, Problem, Tally, find_broken, find_shortfalls

# Work, not seconds: the same on a fast and on a slow machine. Branches tried for each question × numbers in its rows; with
# 2,000 people and a dozen targets that is some ten branches and about five seconds at the most.
MOST_WORK = 250_000
_OPTIONS: dict[str, bool | int | float | str] = {
    "output_flag": False,
    "threads": 1,
    "parallel": "off",
    "random_seed": 0,
    "mip_rel_gap": 0.0,
    "mip_abs_gap": 0.999,  # objectives are whole numbers
}


@dataclass(frozen=True)
class Solution:
    """The people chosen, and how far the best can still be when the work ended first (0 = this is the best).

    `more_people`: people that a better list could have more. `less_short`: people fewer short of the targets. `order_left`:
    by how much the sum of the places of those chosen (1 = first) could still be smaller.
    """

    chosen: tuple[int, ...]
    shortfalls: dict[str, int]
    more_people: int = 0
    less_short: int = 0
    order_left: int = 0


@dataclass(frozen=True)
class _Stage:
    values: list[int]
    objective: int
    bound: int  # the objective cannot be better than this


def solve(problem: Problem) -> Solution:
    """The best list: the most people, then the least short of the targets, then those who stand first.

    Raises Refused when the approved people alone break the rule.
    """
    people = [c for c in problem.candidates if c.side != UNCOUNTED]
    if find_broken(problem, Tally.of(c for c in people if c.fixed)) and not _can_mend(problem, people):
        raise Refused(
            "no_list", "Những người đã duyệt vượt quy mô, tỷ lệ hoặc phân bổ, không gợi ý được. Rút bớt, hoặc tăng quy mô."
        )
    model = _Model(problem, people)
    counted = model.solve([-1] * len(people))
    total = -counted.objective
    model.fix_total(total)
    model.add_targets(total)
    shorts = len(model.targets)
    met = model.solve([0] * len(people) + [1] * shorts)
    model.limit_shortfall(met.objective)
    ordered = model.solve([n + 1 for n in range(len(people))] + [0] * shorts, start=met.values)
    chosen = [c for c, taken in zip(people, ordered.values, strict=False) if taken]
    return Solution(
        tuple(c.id for c in chosen),
        find_shortfalls(problem, Tally.of(chosen)),
        more_people=-counted.bound - total,
        less_short=met.objective - met.bound,
        order_left=ordered.objective - ordered.bound,
    )


def _can_mend(problem: Problem, people: Sequence[Candidate]) -> bool:
    """Whether only the ratio is broken, which more honoured people may bring back."""
    fixed = Tally.of(c for c in people if c.fixed)
    broken = find_broken(problem, fixed)
    return broken is not None and broken.code == "ratio"


class _Model:
    """The rows and columns of the problem; a column for every person, 1 = on the list."""

    def __init__(self, problem: Problem, people: Sequence[Candidate]) -> None:
        self.problem, self.people = problem, people
        self.targets: list[int] = []
        self.highs = highspy.Highs()
        for option, value in _OPTIONS.items():
            self.highs.setOptionValue(option, value)
        for person in people:
            self._add_integer(1 if person.fixed else 0, 1)
        self._add_rule()

    def _add_integer(self, low: float, high: float) -> None:
        self.highs.addVar(low, high)
        self.highs.changeColIntegrality(self.highs.getNumCol() - 1, highspy.HighsVarType.kInteger)

    def _add_row(self, terms: Sequence[tuple[int, int]], low: float, high: float) -> None:
        columns = [column for column, _ in terms]
        self.highs.addRow(low, high, len(terms), columns, [float(weight) for _, weight in terms])

    def _add_rule(self) -> None:
        everybody = range(len(self.people))
        self._add_row([(n, 1) for n in everybody], 0, self.problem.planned)
        for side, limit in self.problem.most.items():
            self._add_row([(n, 1) for n in everybody if self.people[n].side == side], 0, limit)
        for seat, limit in self.problem.seats.items():
            members = [(n, 1) for n in everybody if self.people[n].seat == seat]
            if len(members) > limit:
                self._add_row(members, 0, limit)
        if self.problem.binding and self.problem.mendable and self.problem.rule.ratio:
            honoured, invited = self.problem.rule.ratio
            weights = {HONOURED: invited, INVITED: -honoured}
            slack = honoured + invited if self.problem.rule.mode == "exact" else 0
            high = slack if slack else math.inf
            self._add_row([(n, weights[self.people[n].side]) for n in everybody], -slack, high)

    def fix_total(self, total: int) -> None:
        """From now on exactly so many people."""
        self.highs.changeRowBounds(0, total, total)

    def add_targets(self, total: int) -> None:
        """A row for each target, with a column for what it stays short of."""
        for target in self.problem.targets:
            least = target.least(total)
            self._add_integer(0, least)
            short = self.highs.getNumCol() - 1
            self.targets.append(short)
            members = [(n, 1) for n, person in enumerate(self.people) if target.trait in person.traits]
            self._add_row([*members, (short, 1)], least, math.inf)

    def limit_shortfall(self, most: int) -> None:
        """From now on at most so many people short of all targets together."""
        if self.targets:
            self._add_row([(column, 1) for column in self.targets], 0, most)

    def solve(self, costs: Sequence[int], start: Sequence[int] | None = None) -> _Stage:
        """Minimise; the best list found, and how low the objective can still go."""
        for column, cost in enumerate(costs):
            self.highs.changeColCost(column, float(cost))
        if start is not None:
            solution = highspy.HighsSolution()
            solution.col_value = [float(value) for value in start]
            self.highs.setSolution(solution)
        self.highs.setOptionValue("mip_max_nodes", 1 + MOST_WORK // (1 + self.highs.getNumNz()))
        self.highs.run()
        info = self.highs.getInfo()
        if info.primal_solution_status != 2:  # no list at all was found
            raise Refused("no_list", "Không có danh sách nào đúng quy mô, tỷ lệ và phân bổ với những người đã duyệt.")
        values = [round(value) for value in self.highs.getSolution().col_value]
        objective = sum(cost * value for cost, value in zip(costs, values, strict=True))
        bound = math.ceil(info.mip_dual_bound - 1e-6) if math.isfinite(info.mip_dual_bound) else objective
        return _Stage(values, objective, min(bound, objective))
