"""Figures of congresses: approved on each side, people in each state, badges and check-ins, in a fixed number of queries."""

from collections.abc import Collection
from dataclasses import dataclass, field

from sqlalchemy import distinct, func, select

from ..domain.admission import UNCOUNTED, Approved, Rule, rule_for
from ..domain.meter import Meter, read_meter
from ..models import Attendance, Component, Congress, Delegate, Sitting, db


@dataclass
class Figures:
    """People of one congress."""

    approved: Approved = Approved(0, 0)
    uncounted: dict[str, int] = field(default_factory=dict)  # approved, by component label
    states: dict[str, int] = field(default_factory=dict)
    present: int = 0

    @property
    def uncounted_total(self) -> int:
        """Approved people who count on no side."""
        return sum(self.uncounted.values())

    @property
    def people(self) -> int:
        """Everybody on the list but the withdrawn."""
        return sum(n for state, n in self.states.items() if state != "withdrawn")


def count_people(congress_ids: Collection[int]) -> dict[int, Figures]:
    """The figures of congresses, each present even when it has nobody. Two queries."""
    found = {congress_id: Figures() for congress_id in congress_ids}
    # Counted first, in the order of the index, and only then joined: the other way round sorts every delegate.
    kinds = (Delegate.congress_id, Delegate.state, Delegate.component_id)
    counted = select(*kinds, func.count().label("n")).where(Delegate.congress_id.in_(congress_ids)).group_by(*kinds).subquery()
    rows = db.session.execute(
        select(counted.c.congress_id, counted.c.state, Component.side, Component.label, counted.c.n)
        .join(Component, counted.c.component_id == Component.id)
        .order_by(Component.position)
    )
    for congress_id, state, side, label, n in rows:
        figures = found[congress_id]
        figures.states[state] = figures.states.get(state, 0) + n
        if state != "approved":
            continue
        if side == UNCOUNTED:
            figures.uncounted[label] = figures.uncounted.get(label, 0) + n
        else:
            figures.approved = figures.approved.plus(side, n)
    present = db.session.execute(
        select(Sitting.congress_id, func.count(distinct(Attendance.delegate_id)))
        .join(Attendance, Attendance.sitting_id == Sitting.id)
        .where(Sitting.congress_id.in_(congress_ids))
        .group_by(Sitting.congress_id)
    )
    for congress_id, n in present:
        found[congress_id].present = n
    return found


def count_one(congress: Congress) -> Figures:
    """The figures of one congress."""
    return count_people([congress.id])[congress.id]


def rule_of(congress: Congress) -> Rule:
    """The plan's rule as it applies to a congress."""
    tier = congress.tier
    return rule_for(
        cap=tier.cap,
        honoured=tier.ratio_honoured,
        invited=tier.ratio_invited,
        mode=tier.ratio_mode,
        plenary=congress.attendance == "plenary",
        uncounted_cap=tier.uncounted_cap,
    )


def meter_of(congress: Congress, figures: Figures) -> Meter:
    """The compliance meter of a congress."""
    closed = congress.stage in ("list_closed", "held", "reported")
    return read_meter(rule_of(congress), congress.planned_size, figures.approved, list(figures.uncounted.items()), closed=closed)
