"""The suggested list against every list there is: small problems, tried out one by one."""

import random
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from congress.domain.admission import Rule
from congress.domain.refusals import Refused
from congress.domain.suggestion import LAST, Candidate, Problem, Tally, Target, explain, find_broken, find_shortfalls
from congress.operations import solver
from congress.operations.solver import solve

TRAITS = ("women", "young", "minority")
SEATS = ((1, 1), (1, 2), (2, 1))


@st.composite
def problems(draw: st.DrawFn) -> Problem:
    people = [
        Candidate(
            id=number,
            side=draw(st.sampled_from(("honoured", "honoured", "invited"))),
            seat=draw(st.sampled_from((*SEATS, None))),
            traits=frozenset(draw(st.sets(st.sampled_from(TRAITS)))),
            rank=draw(st.sampled_from((1, 2, 3, LAST))),
            fixed=draw(st.integers(0, 7)) == 0,
        )
        for number in range(1, draw(st.integers(1, 8)) + 1)
    ]
    targets = [
        Target(trait, trait, **draw(st.sampled_from(({"count": 1}, {"count": 3}, {"percent": 50}, {"percent": 30}))))
        for trait in draw(st.sets(st.sampled_from(TRAITS)))
    ]
    seats = draw(st.dictionaries(st.sampled_from(SEATS), st.integers(0, 3)))
    mode = draw(st.sampled_from(("min_models", "exact", "advisory", "none")))
    return Problem(draw(st.integers(1, 8)), Rule(8, 7, 3, mode), tuple(people), seats, tuple(targets))


def worth(problem: Problem, people: tuple[Candidate, ...]) -> tuple[int, int, int]:
    """What a list is worth, smaller is better: people, what is short, places in the order."""
    tally = Tally.of(people)
    return -tally.total, sum(find_shortfalls(problem, tally).values()), sum(problem.place[c.id] for c in people)


def every_list(problem: Problem) -> list[tuple[Candidate, ...]]:
    """All lists that hold the rule and keep who is approved."""
    fixed = {c.id for c in problem.candidates if c.fixed}
    lists = [people for n in range(len(problem.candidates) + 1) for people in combinations(problem.candidates, n)]
    return [p for p in lists if fixed <= {c.id for c in p} and not find_broken(problem, Tally.of(p))]


@settings(max_examples=150, deadline=None)
@given(problems())
def test_no_list_is_better(problem: Problem) -> None:
    lists = every_list(problem)
    if not lists:
        with pytest.raises(Refused):
            solve(problem)
        return
    found = solve(problem)
    chosen = tuple(c for c in problem.candidates if c.id in found.chosen)
    assert chosen in lists
    assert worth(problem, chosen) == min(worth(problem, people) for people in lists)
    assert (found.more_people, found.less_short, found.order_left) == (0, 0, 0)
    assert found.shortfalls == find_shortfalls(problem, Tally.of(chosen))


@settings(max_examples=60, deadline=None)
@given(problems(), st.randoms(use_true_random=False))
def test_the_answer_does_not_hang_on_the_order_of_the_question(problem: Problem, chance: object) -> None:
    shuffled = list(problem.candidates)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    again = Problem(problem.planned, problem.rule, tuple(shuffled), problem.seats, problem.targets)
    try:
        assert solve(again) == solve(problem)
    except Refused:
        assert not every_list(problem)


@settings(max_examples=150, deadline=None)
@given(problems())
def test_every_reason_is_true(problem: Problem) -> None:
    if not every_list(problem):
        return
    chosen = set(solve(problem).chosen)
    by_id = {c.id: c for c in problem.candidates}
    inside = [c for c in problem.candidates if c.id in chosen]
    for number, reason in explain(problem, chosen).items():
        person = by_id[number]
        if reason.full:
            assert find_broken(problem, Tally.of([*inside, person])).code == reason.full  # type: ignore[union-attr]
        if reason.code == "fixed":
            assert person.fixed and number in chosen
        if reason.other is None:
            continue
        other = by_id[reason.other]
        assert other.side == person.side and (other.id in chosen) != (number in chosen)
        leaves, comes = (person, other) if number in chosen else (other, person)
        swapped = Tally.of([*(c for c in inside if c is not leaves), comes])
        assert find_broken(problem, swapped) is None
        if reason.code == "order":
            assert leaves.order < comes.order
        elif reason.code == "target":
            missing = find_shortfalls(problem, Tally.of(inside)).get(reason.subject, 0)
            assert find_shortfalls(problem, swapped)[reason.subject] == missing + reason.n
        else:
            raise AssertionError(reason)


def people(side: str, numbers: range, *traits: str) -> list[Candidate]:
    return [Candidate(n, side, None, frozenset(traits), rank=n) for n in numbers]


def test_what_stays_short_is_named() -> None:
    models = [*people("honoured", range(1, 8)), *people("honoured", range(8, 10), "women")]
    problem = Problem(7, Rule(8, 7, 3, "min_models"), tuple(models), {}, (Target("women", "nữ", count=3),))
    found = solve(problem)
    assert found.chosen == (1, 2, 3, 4, 5, 8, 9)
    assert found.shortfalls == {"women": 1}
    reasons = explain(problem, found.chosen)
    assert (reasons[9].code, reasons[9].other, reasons[9].subject, reasons[9].n) == ("target", 6, "women", 1)
    assert (reasons[6].code, reasons[6].other, reasons[6].full, reasons[6].limit) == ("target", 9, "size", 7)
    assert (reasons[1].code, reasons[1].other) == ("order", 6)


def test_guests_stop_where_the_ratio_does() -> None:
    problem = Problem(10, Rule(10, 7, 3, "min_models"), (*people("honoured", range(1, 8)), *people("invited", range(8, 13))), {})
    found = solve(problem)
    assert found.chosen == (1, 2, 3, 4, 5, 6, 7, 8, 9, 10)
    reasons = explain(problem, found.chosen)
    assert (reasons[11].code, reasons[11].other, reasons[11].full) == ("order", 10, "size")
    assert reasons[1].code == "no_rival"


def hard_problem() -> Problem:
    """Many targets that pull against each other: one branch does not settle it."""
    chance = random.Random(1)
    candidates = [
        Candidate(
            n, "honoured" if chance.random() < 0.7 else "invited", None,
            frozenset(f"t{k}" for k in range(20) if chance.random() < 0.3), chance.randrange(1, 500),
        )
        for n in range(1, 201)
    ]  # fmt: skip
    targets = tuple(Target(f"t{k}", f"t{k}", percent=chance.choice((34, 36, 38))) for k in range(20))
    return Problem(75, Rule(75, 7, 3, "min_models"), tuple(candidates), {}, targets)


def test_when_the_work_ends_first_it_says_how_much_better_the_best_can_be(monkeypatch: pytest.MonkeyPatch) -> None:
    problem = hard_problem()
    best = solve(problem)
    assert (best.more_people, best.less_short, best.order_left) == (0, 0, 0)
    monkeypatch.setattr(solver, "MOST_WORK", 0)
    found = solve(problem)
    assert found == solve(problem)
    assert (len(found.chosen), found.shortfalls) == (len(best.chosen), best.shortfalls)
    first, second = (sum(problem.place[number] for number in solution.chosen) for solution in (best, found))
    assert found.order_left > 0 and second - found.order_left <= first <= second
