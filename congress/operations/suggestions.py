"""Suggesting a list: the candidates as the solver asks for them, its answer kept, and applied under the rule."""

from collections.abc import Iterable
from dataclasses import asdict, replace
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from ..domain import structure
from ..domain.access import Actor
from ..domain.admission import HONOURED, UNCOUNTED, Rule
from ..domain.reference_lists import NO_RELIGION
from ..domain.refusals import Refused
from ..domain.stages import require
from ..domain.suggestion import LAST, Candidate, Problem, Reason, Tally, Target, explain
from ..models import Congress, Delegate, Suggestion, db
from . import audit
from .admission import lock_congress, set_states
from .allocations import seats_of
from .counting import rule_of
from .sealing import Sealer
from .solver import Solution, solve
from .structure import calendar_of, targets_of

_LOOKED_AT = (
    "sex ethnic religion party direct_labour field economic_sector new_model capacity".split()
)  # what a target may ask of a person, beside the year of birth
ABOUT_PEOPLE, ABOUT_RELIGION, RATIO = "people:", "religion:", "side:honoured"


def read_problem(congress: Congress, *, now: datetime) -> Problem:
    """The question as the list stands now: everybody proposed, approved or in reserve who counts on a side.

    Where the plan asks for the register, whoever of the honoured side is not in it is no candidate.
    """
    targets = _targets(congress)
    traits = [target.trait for target in targets]
    calendar = calendar_of(congress, now=now)
    candidates = [
        Candidate(
            id=delegate.id,
            side=delegate.component.side,
            seat=_seat(delegate),
            traits=frozenset(_traits_of(delegate, traits, calendar)),
            rank=delegate.rank or LAST,
            fixed=delegate.state == "approved",
        )
        for delegate in candidates_of(congress)
        if not lacks_register(congress, delegate)
    ]
    return Problem(congress.planned_size, rule_of(congress), tuple(candidates), seats_of(congress), tuple(targets))


def candidates_of(congress: Congress) -> list[Delegate]:
    """Everybody who could be on the list, with what is looked at."""
    query = (
        select(Delegate)
        .where(Delegate.congress_id == congress.id, Delegate.state.in_(("proposed", "approved", "reserve")))
        .options(joinedload(Delegate.component), joinedload(Delegate.delegation))
        .order_by(Delegate.id)
    )
    return [d for d in db.session.scalars(query) if d.component.side != UNCOUNTED]


def lacks_register(congress: Congress, delegate: Delegate) -> bool:
    """Whether the plan keeps somebody off the list until they stand in the register."""
    needed = congress.plan.register_required and delegate.component.side == HONOURED and delegate.state != "approved"
    return needed and delegate.exemplar_id is None


def _seat(delegate: Delegate) -> tuple[int, int] | None:
    if delegate.delegation is None or delegate.delegation.unit_id is None:
        return None
    return delegate.delegation.unit_id, delegate.component_id


def _targets(congress: Congress) -> list[Target]:
    """The plan's targets, one of each people and religion the commune declares, and a ratio that only advises."""
    young = congress.plan.young_until
    found = [Target(t.dimension, structure.dimension_label(t.dimension, young), t.count, t.percent) for t in targets_of(congress)]
    found += [Target(ABOUT_PEOPLE + name, f"Dân tộc {name}", 1) for name in congress.declared_peoples]
    found += [Target(ABOUT_RELIGION + name, name, 1) for name in congress.declared_religions if name != NO_RELIGION]
    rule = rule_of(congress)
    if rule.ratio is not None and rule.severity == "warn":
        found.append(_ratio_target(rule))
    return found


def _ratio_target(rule: Rule) -> Target:
    honoured, invited = rule.ratio or (0, 1)
    return Target(RATIO, "Tỷ lệ điển hình", percent=-(-100 * honoured // (honoured + invited)))


def _traits_of(delegate: Delegate, traits: Iterable[str], calendar: structure.Calendar) -> Iterable[str]:
    fact = _fact(delegate)
    yield f"side:{delegate.component.side}"
    own = {ABOUT_PEOPLE + structure.people_of(fact), ABOUT_RELIGION + structure.religion_of(fact)}
    for trait in traits:
        if trait in own or (structure.is_dimension(trait) and structure.stands_in(fact, trait, calendar)):
            yield trait


def _fact(delegate: Delegate) -> structure.PersonFact:
    born = int(delegate.born[:4]) if delegate.born else None
    known = {name: getattr(delegate, name) for name in _LOOKED_AT}
    return structure.PersonFact(side=delegate.component.side, component=delegate.component.label, born=born, **known)


def digest_problem(problem: Problem) -> str:
    """Changes whenever the question does: an answer to an older question says so."""
    people = [(c.id, c.side, c.seat, sorted(c.traits), c.rank, c.fixed) for c in problem.candidates]
    rest = (problem.planned, problem.rule, sorted(problem.seats.items()), problem.targets)
    return sha256(repr((people, rest)).encode()).hexdigest()


def _solve(problem: Problem) -> tuple[Problem, Solution]:
    """Solve it; where those approved have broken the ratio beyond mending, the best list without it, its lack named."""
    try:
        return problem, solve(problem)
    except Refused:
        if not problem.binding:
            raise
        problem = replace(problem, mendable=False, targets=(*problem.targets, _ratio_target(problem.rule)))
        return problem, solve(problem)


def suggest(problem: Problem) -> dict[str, Any]:
    """The best list with a reason for everybody; takes seconds and touches no database."""
    if not problem.candidates:
        raise Refused("nobody", "Chưa có ứng viên: nhập danh sách đề cử trước.")
    digest = digest_problem(problem)
    problem, found = _solve(problem)
    reasons = explain(problem, found.chosen)
    chosen = set(found.chosen)
    traits = Tally.of(c for c in problem.candidates if c.id in chosen).traits
    return {
        "digest": digest,
        "chosen": list(found.chosen),
        "shortfalls": found.shortfalls,
        "labels": {target.trait: target.label for target in problem.targets},
        "least": {target.trait: target.least(len(found.chosen)) for target in problem.targets},
        "met": {target.trait: traits[target.trait] for target in problem.targets},
        "more_people": found.more_people,
        "less_short": found.less_short,
        "order_left": found.order_left,
        "reasons": {str(number): asdict(reason) for number, reason in reasons.items()},
    }


def keep_suggestion(congress: Congress, result: dict[str, Any], *, actor: Actor, now: datetime) -> Suggestion:
    """Keep the answer in the place of an earlier one."""
    for earlier in db.session.scalars(select(Suggestion).filter_by(congress_id=congress.id, applied_at=None)):
        db.session.delete(earlier)
    suggestion = Suggestion(congress_id=congress.id, result=result, actor_name=actor.name, at=now)
    db.session.add(suggestion)
    db.session.flush()
    counts = {"chosen": len(result["chosen"]), "candidates": len(result["reasons"])}
    audit.record(actor, "suggestions.make", suggestion, now=now, congress_id=congress.id, changed=counts)
    return suggestion


def find_suggestion(congress: Congress) -> Suggestion | None:
    """The last answer, or None."""
    query = select(Suggestion).filter_by(congress_id=congress.id).order_by(Suggestion.id.desc()).limit(1)
    return db.session.scalars(query).one_or_none()


def read_reasons(suggestion: Suggestion) -> dict[int, Reason]:
    """The kept reasons by delegate id."""
    return {int(number): Reason(**reason) for number, reason in suggestion.result["reasons"].items()}


def apply_suggestion(congress_id: int, *, actor: Actor, sealer: Sealer, now: datetime) -> int:
    """Approve everybody chosen, all or none, under the rule; how many. Raises Refused when the list has changed since."""
    congress = lock_congress(congress_id)
    require(congress.stage, "approve")
    suggestion = find_suggestion(congress)
    if suggestion is None or suggestion.applied_at is not None:
        raise Refused("no_suggestion", "Chưa có gợi ý nào để duyệt. Bấm Gợi ý danh sách trước.")
    if digest_problem(read_problem(congress, now=now)) != suggestion.result["digest"]:
        raise Refused("stale", "Danh sách đã đổi sau lần gợi ý. Gợi ý lại rồi duyệt.")
    approved = set_states(congress.id, suggestion.result["chosen"], "approved", actor=actor, sealer=sealer, now=now)
    suggestion.applied_at = now
    db.session.flush()
    return approved
