"""The seats that bind: what the last issued table gives each unit, how many are taken, and who is above them."""

from collections import Counter
from collections.abc import Collection, Iterator
from contextlib import contextmanager

from sqlalchemy import func, select

from ..domain.allocations import Used, check_kept, check_passed, check_seat
from ..domain.refusals import Refused, Violation
from ..domain.wording import say
from ..models import Allocation, AllocationIssue, Component, Congress, Delegate, Delegation, Unit, db

Key = tuple[int, int]  # (unit id, component id)


def find_last_issue(congress: Congress) -> AllocationIssue | None:
    """The table that binds, or None while nothing is issued."""
    query = select(AllocationIssue).where(AllocationIssue.congress_id == congress.id)
    return db.session.scalars(query.order_by(AllocationIssue.number.desc()).limit(1)).one_or_none()


def seats_of(congress: Congress) -> dict[Key, int]:
    """{(unit id, component id): seats} of the last issued table; empty while nothing is issued.

    A key with 0 is a component in which the unit was given nothing; no key means that no limit is stated.
    """
    issue = find_last_issue(congress)
    return seats_in(congress, issue) if issue else {}


def seats_in(congress: Congress, issue: AllocationIssue) -> dict[Key, int]:
    """The seats of one issued table, of the components that the plan still has."""
    ids = {component.code: component.id for component in congress.plan.components}
    return {(row["unit_id"], ids[row["component"]]): row["seats"] for row in issue.seats if row["component"] in ids}


def used_seats(congress: Congress) -> dict[Key, Used]:
    """People on the upper congress's list by the unit that sends their delegation, and component. One query."""
    query = (
        select(Delegation.unit_id, Delegate.component_id, Delegate.state, func.count())
        .join(Delegation, Delegate.delegation_id == Delegation.id)
        .where(Delegate.congress_id == congress.id, Delegate.state != "withdrawn")
        .group_by(Delegation.unit_id, Delegate.component_id, Delegate.state)
    )
    states: dict[Key, dict[str, int]] = {}
    for unit_id, component_id, state, n in db.session.execute(query):
        if unit_id is not None:
            states.setdefault((unit_id, component_id), {})[state] = n
    return {key: Used(**counts) for key, counts in states.items()}


def find_sender(congress_id: int, folded: str) -> int | None:
    """The unit of this (folded) name in a congress's table, whose delegation a new one of that name is; None for two, or none."""
    return find_senders(congress_id, [folded]).get(folded)


def find_senders(congress_id: int, folded: Collection[str]) -> dict[str, int]:
    """The same for many names: those that one unit of the table has. One query."""
    query = select(Unit.folded, Unit.id).join(Allocation, Allocation.unit_id == Unit.id).distinct()
    rows = db.session.execute(query.where(Allocation.congress_id == congress_id, Unit.folded.in_(folded))).all()
    counts = Counter(row.folded for row in rows)
    return {row.folded: row.id for row in rows if counts[row.folded] == 1}


class SeatBook:
    """The seats of a congress while people are being approved one after another; open it inside the congress's lock."""

    def __init__(self, congress: Congress) -> None:
        self._seats = seats_of(congress)
        self._approved: dict[Key, int] = {}
        self._senders: dict[int, tuple[int, str]] = {}  # {delegation id: (unit id, name)}
        if self._seats:
            self._approved = {key: used.approved for key, used in used_seats(congress).items()}
            query = select(Delegation.id, Unit.id, Unit.name).join(Unit).where(Delegation.congress_id == congress.id)
            self._senders = {delegation: (unit, name) for delegation, unit, name in db.session.execute(query)}

    def check(self, delegate: Delegate) -> list[Violation]:
        """What stands against approving this person."""
        sender = self._senders.get(delegate.delegation_id or 0)
        if sender is None:
            return []
        component, key = delegate.component, (sender[0], delegate.component_id)
        approved = self._approved.get(key, 0)
        return check_seat(self._seats.get(key), approved, component.side, unit=sender[1], component=component.label)

    def take(self, delegate: Delegate) -> None:
        """This person has been approved."""
        if sender := self._senders.get(delegate.delegation_id or 0):
            key = (sender[0], delegate.component_id)
            self._approved[key] = self._approved.get(key, 0) + 1


@contextmanager
def within_seats(congress: Congress) -> Iterator[None]:
    """Refuse what is done inside when it puts a unit above its seats, or further above: a person moved to another delegation
    or component, two delegations made one, a delegation given to a unit. Use it inside the congress's lock; it flushes.
    """
    before = _over(congress)
    yield
    db.session.flush()
    worse = [key for key, over in _over(congress).items() if over > before.get(key, 0)]
    if worse:
        unit, component = db.session.get_one(Unit, worse[0][0]), db.session.get_one(Component, worse[0][1])
        seats, approved = seats_of(congress)[worse[0]], used_seats(congress)[worse[0]].approved
        [found] = check_passed(seats, approved, unit=unit.name, component=component.label)
        raise Refused(found.code, say(found))


def check_seats_kept(congress: Congress) -> list[Violation]:
    """The units with more approved people than seats: a revision took seats that had been filled. They stand against closing."""
    over = _over(congress)
    if not over:
        return []
    seats, labels = seats_of(congress), {component.id: component.label for component in congress.plan.components}
    units = db.session.execute(select(Unit.id, Unit.name).where(Unit.id.in_({unit for unit, _ in over})).order_by(Unit.sort_key))
    return [
        violation
        for unit in units
        for component, label in labels.items()
        if (key := (unit.id, component)) in over
        for violation in check_kept(seats[key], seats[key] + over[key], unit=unit.name, component=label)
    ]


def _over(congress: Congress) -> dict[Key, int]:
    """How many approved people each unit has above its seats."""
    seats = seats_of(congress)
    if not seats:
        return {}
    sides = {component.id: component.side for component in congress.plan.components}
    return {
        key: used.approved - seats[key]
        for key, used in used_seats(congress).items()
        if key in seats and sides[key[1]] != "uncounted" and used.approved > seats[key]
    }
