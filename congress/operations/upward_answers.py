"""Who has answered an issued allocation: the lists of units' congresses, and the lists that contacts of delegations sent."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select

from ..domain.allocations import find_answer
from ..models import AllocationIssue, Congress, Delegation, Unit, UpwardList, UpwardPerson, db
from .allocations import Key, seats_in, used_seats

ARRIVED = ("sent", "accepted")  # lists that the upper congress may open


@dataclass(frozen=True)
class Answer:
    """How a unit stands: `state` as `domain.allocations.find_answer` gives it, and `at`, the moment of its last step.

    `seats` is None for a unit outside the table. `proposed` and `approved` are people in the components it has seats in (outside
    the table: in any). `upward_id` is its list when it may be opened, `listed` the people in the seats of that list.
    """

    unit_id: int
    unit_name: str
    seats: int | None
    state: str
    at: datetime | None
    upward_id: int | None
    listed: int | None
    proposed: int
    approved: int


@dataclass(frozen=True)
class _List:
    id: int
    state: str
    at: datetime | None
    listed: int


def answers_of(congress: Congress, issue: AllocationIssue, *, today: date) -> list[Answer]:
    """Every unit of the issue in its order, then those outside it who sent a list or have people. Five queries."""
    lists, sent = _lists_to(congress), _sent_by_contacts(congress)
    used, seats = used_seats(congress), seats_in(congress, issue)
    names: dict[int, str] = {row["unit_id"]: row["unit"] for row in issue.seats}
    outside = (
        {unit_id for unit_id, found in lists.items() if found.state != "draft"} | {unit for unit, _ in used}
    ) - names.keys()
    rows = db.session.execute(select(Unit.id, Unit.name).where(Unit.id.in_(outside)).order_by(Unit.sort_key, Unit.id))
    everybody = [*((unit_id, name, True) for unit_id, name in names.items()), *((unit_id, name, False) for unit_id, name in rows)]
    found = []
    for unit_id, name, inside in everybody:
        upward, contact = lists.get(unit_id), sent.get(unit_id)
        states = [part[0] for part in (contact, (upward.state,) if upward else None) if part]
        people = [n for key, n in used.items() if key[0] == unit_id and (key in seats or not inside)]
        proposed, approved = (sum(getattr(n, state) for n in people) for state in ("proposed", "approved"))
        answer_by = issue.answer_by if inside else None
        state = find_answer(states=states, people=proposed + approved, answer_by=answer_by, today=today)
        found.append(
            Answer(
                unit_id, name, _sum_of(seats, unit_id) if inside else None, state, _moment(state, upward, contact),
                upward_id=upward.id if upward and upward.state in ARRIVED else None,
                listed=upward.listed if upward and upward.state in ARRIVED else None,
                proposed=proposed, approved=approved,
            )
        )  # fmt: skip
    return found


def count_answers(answers: list[Answer]) -> dict[str, int]:
    """How many units of the table stand at each state."""
    found: dict[str, int] = {}
    for answer in answers:
        if answer.seats is not None:
            found[answer.state] = found.get(answer.state, 0) + 1
    return found


def _sum_of(seats: dict[Key, int], unit_id: int) -> int:
    return sum(n for (unit, _), n in seats.items() if unit == unit_id)


def _moment(state: str, upward: _List | None, contact: tuple[str, datetime] | None) -> datetime | None:
    """When the answer that counts was given."""
    if upward is not None and upward.state == state:
        return upward.at
    return contact[1] if contact and contact[0] == state else None


def _lists_to(congress: Congress) -> dict[int, _List]:
    """{unit id: its list} of the lists made for this congress."""
    people = select(func.count()).where(UpwardPerson.upward_list_id == UpwardList.id, UpwardPerson.reserve.is_(False))
    columns = (UpwardList.id, UpwardList.state, UpwardList.sent_at, UpwardList.answered_at, people.scalar_subquery())
    query = select(Congress.unit_id, *columns).join(Congress, UpwardList.congress_id == Congress.id)
    query = query.where(UpwardList.upper_congress_id == congress.id, Congress.stage != "cancelled")
    return {
        unit_id: _List(list_id, state, sent_at if state == "sent" else answered_at, n)
        for unit_id, list_id, state, sent_at, answered_at, n in db.session.execute(query)
    }


def _sent_by_contacts(congress: Congress) -> dict[int, tuple[str, datetime]]:
    """{unit id: (state, when)} of the delegations whose contact sent a list, or got it back."""
    query = select(Delegation.unit_id, Delegation.sent_at, Delegation.returned_at).where(Delegation.congress_id == congress.id)
    found: dict[int, tuple[str, datetime]] = {}
    for unit_id, sent_at, returned_at in db.session.execute(query.where(Delegation.unit_id.is_not(None)).order_by(Delegation.id)):
        step = ("sent", sent_at) if sent_at else ("returned", returned_at) if returned_at else None
        if unit_id is not None and step is not None:
            found[unit_id] = step
    return found
