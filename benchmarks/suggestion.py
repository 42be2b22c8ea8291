"""The suggested list: 500 seats for 2,000 candidates, against the same rows solved without whole people."""

import random
from time import perf_counter
from typing import Any

import highspy

from congress.domain.admission import HONOURED, INVITED, Rule
from congress.domain.suggestion import LAST, Candidate, Problem, Target
from congress.operations.solver import solve

TRAITS = {"women": 0.3, "minority": 0.5, "young": 0.25, "direct_labour": 0.3, "new_model": 0.1, "party": 0.6}
WANTED = {"women": 42, "minority": 66, "young": 38, "direct_labour": 45, "new_model": 14, "party": 70}
SECTORS, UNITS = 12, 150


def make_problem(candidates: int, seats: int) -> Problem:
    """People with chance traits and ranks, seats for each unit, targets that cannot all be met."""
    chance = random.Random(1)
    people = []
    for number in range(1, candidates + 1):
        side = HONOURED if chance.random() < 0.72 else INVITED
        traits = {trait for trait, part in TRAITS.items() if chance.random() < part}
        traits.add(f"sector:{chance.randrange(SECTORS)}")
        seat = (chance.randrange(UNITS), 1 if side == HONOURED else 2)
        rank = chance.choice((chance.randrange(1, 400), LAST))
        people.append(Candidate(number, side, seat, frozenset(traits), rank))
    given = {(unit, part): 1 + seats // UNITS // part for unit in range(UNITS) for part in (1, 2)}
    targets = [Target(trait, trait, percent=percent) for trait, percent in WANTED.items()]
    targets += [Target(f"sector:{n}", f"sector {n}", count=seats // SECTORS + 2) for n in range(SECTORS)]
    return Problem(seats, Rule(seats, 7, 3, "min_models"), tuple(people), given, tuple(targets))


def run(candidates: int = 2000, seats: int = 500, rounds: int = 3) -> list[dict[str, Any]]:
    """The best of some rounds; the floor is one linear program with a column for every person and a row for every seat."""
    problem = make_problem(candidates, seats)
    figure = min(_time(lambda: solve(problem)) for _ in range(rounds))
    floor = min(_time(lambda: _relaxed(problem)) for _ in range(rounds))
    return [
        {
            "name": f"list of {seats} out of {candidates} candidates",
            "figure": round(figure, 3),
            "unit": "s",
            "floor": round(floor, 4),
            "ratio": round(figure / floor, 2),
            "aim": "≤ 5 s",
            "met": figure <= 5,
        }
    ]


def _time(work: Any) -> float:
    start = perf_counter()
    work()
    return perf_counter() - start


def _relaxed(problem: Problem) -> None:
    highs = highspy.Highs()
    highs.setOptionValue("output_flag", False)
    highs.setOptionValue("threads", 1)
    for place in range(len(problem.candidates)):
        highs.addVar(0, 1)
        highs.changeColCost(place, place - 10.0 * len(problem.candidates))
    rows = [[n for n, c in enumerate(problem.candidates) if c.seat == seat] for seat in problem.seats]
    for limit, row in zip((problem.planned, *problem.seats.values()), ([*range(len(problem.candidates))], *rows), strict=True):
        highs.addRow(0, limit, len(row), row, [1.0] * len(row))
    highs.run()
