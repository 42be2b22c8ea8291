"""What an import does to cap, ratio and the seats of the units that send people."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, select

from ..domain.admission import Approved
from ..domain.names import fold
from ..models import Congress, Delegation, Unit, db
from .allocations import seats_of


@dataclass(frozen=True)
class Movement:
    """`new`: (component code, delegation) of the people added; `changed`: delegate → what becomes of "group" and "delegation"."""

    new: Sequence[tuple[str, str]]
    changed: Mapping[int, Mapping[str, Any]]
    withdraw: Collection[int]


@dataclass(frozen=True)
class Seats:
    """The seats of one unit for one component: given, people there now (proposed and approved), people there afterwards."""

    unit: str
    component: str
    seats: int
    before: int
    after: int


def count_sides(sides: Iterable[str]) -> Approved:
    """People by the side they count on."""
    approved = Approved(0, 0)
    for side in sides:
        approved = approved.plus(side)
    return approved


def approved_after(congress: Congress, people: Iterable[Row[Any]], movement: Movement) -> Approved:
    """The approved people once the import is written and everybody new is approved too."""
    sides = {c.code: c.side for c in congress.plan.components}
    there = (one for one in people if one.state == "approved" and one.id not in movement.withdraw)
    stay = (sides[movement.changed.get(one.id, {}).get("group", one.group)] for one in there)
    return count_sides([*stay, *(sides[code] for code, _ in movement.new)])


def seats_after(congress: Congress, people: Iterable[Row[Any]], movement: Movement) -> list[Seats]:
    """The seats of the units that the import touches; none where no table was issued."""
    given = seats_of(congress)
    if not given:
        return []
    units = _names({unit for unit, _ in given})
    senders = _senders(congress, units)
    ids = {c.code: c.id for c in congress.plan.components}
    before: dict[tuple[int, int], int] = {}
    after: dict[tuple[int, int], int] = {}
    touched: set[int | None] = set()
    for one in people:
        if one.state == "reserve":
            continue
        sender = one.sender or senders.get(fold(one.delegation or ""))
        _add(before, sender, one.component_id)
        said = movement.changed.get(one.id, {})
        if one.id in movement.withdraw or said:
            touched.add(sender)
        if one.id not in movement.withdraw:
            sender = senders.get(fold(said["delegation"])) if "delegation" in said else sender
            touched |= {sender} if said else set()
            _add(after, sender, ids.get(said.get("group", one.group), 0))
    for code, delegation in movement.new:
        sender = senders.get(fold(delegation))
        touched.add(sender)
        _add(after, sender, ids[code])
    labels = {c.id: c.label for c in congress.plan.components}
    return [
        Seats(units[unit], labels[component], seats, before.get((unit, component), 0), after.get((unit, component), 0))
        for (unit, component), seats in given.items()
        if unit in touched
    ]


def _names(ids: Collection[int]) -> dict[int, str]:
    return {unit.id: unit.name for unit in db.session.execute(select(Unit.id, Unit.name).where(Unit.id.in_(ids)))}


def _senders(congress: Congress, units: Mapping[int, str]) -> dict[str, int]:
    """Folded name of a delegation → the unit that sends it: as set by hand, else the unit of that name."""
    query = select(Delegation.folded, Delegation.unit_id).where(Delegation.congress_id == congress.id)
    set_by_hand = {one.folded: one.unit_id for one in db.session.execute(query) if one.unit_id}
    return {fold(name): unit_id for unit_id, name in units.items()} | set_by_hand


def _add(counts: dict[tuple[int, int], int], unit: int | None, component: int) -> None:
    if unit:
        counts[unit, component] = counts.get((unit, component), 0) + 1
