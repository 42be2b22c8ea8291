"""Seats that an upper congress gives to units: whether a split fits its own rule, and whether a unit keeps to its seats.

Source: the Bắc Kạn plan, II.3 item 9 ("số lượng theo phân bổ của cấp có thẩm quyền"); domain notes A18 and A24. The last issued
table binds. A unit that does not stand in it, or a component that it does not share out, has no limit stated; people outside
both sides never have one.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from .admission import HONOURED, INVITED, UNCOUNTED, Rule, most_honoured, most_invited
from .refusals import Numbers, Violation

# The sides whose components are shared out.
SHARED_SIDES = (HONOURED, INVITED)


@dataclass(frozen=True)
class Used:
    """People of a unit's delegation in one component at the upper congress, by state."""

    proposed: int = 0
    approved: int = 0
    reserve: int = 0


@dataclass(frozen=True)
class SeatRow:
    """The seats of one component for one unit; unit and component by their codes, or ids, and their names."""

    unit: int
    unit_name: str
    component: str
    component_label: str
    seats: int


@dataclass(frozen=True)
class SeatChange:
    """What a revision does to one unit's seats of one component; None where the table does not name them."""

    unit_name: str
    component_label: str
    before: int | None
    after: int | None


def check_seat(seats: int | None, approved: int, side: str, *, unit: str, component: str) -> list[Violation]:
    """What stands against approving one more person of a unit in a component, `approved` of whom are approved already."""
    if seats is None or side == UNCOUNTED or approved < seats:
        return []
    if not seats:
        return [Violation("no_seats", "block", {"unit": unit, "component": component})]
    return [Violation("seats_full", "block", {"unit": unit, "component": component, "seats": seats, "approved": approved})]


def check_passed(seats: int, approved: int, *, unit: str, component: str) -> list[Violation]:
    """What stands against a change after which a unit has so many approved people for so many seats."""
    if approved <= seats:
        return []
    return [Violation("seats_passed", "block", {"unit": unit, "component": component, "seats": seats, "approved": approved})]


def check_kept(seats: int, approved: int, *, unit: str, component: str) -> list[Violation]:
    """What stands against closing a list on which a unit has so many approved people for so many seats."""
    if approved <= seats:
        return []
    figures: Numbers = {"unit": unit, "component": component, "seats": seats, "approved": approved, "over": approved - seats}
    return [Violation("seats_above", "block", figures)]


def check_split(rule: Rule, planned: int, shared: Mapping[str, int]) -> list[Violation]:
    """What stands against issuing a table that shares out so many seats on each side, of a planned size.

    No more seats than the size; on the invited side, and in mode `exact` on the honoured one, no more than the ratio leaves.
    """
    honoured, invited = shared.get(HONOURED, 0), shared.get(INVITED, 0)
    total, found = honoured + invited, []
    if total > planned:
        found.append(Violation("seats_over", "block", {"total": total, "planned": planned, "over": total - planned}))
    if (limit := most_invited(rule, planned)) is not None and invited > limit:
        found.append(Violation("seats_invited", rule.severity, {"seats": invited, "limit": limit, "planned": planned}))
    if (limit := most_honoured(rule, planned)) is not None and honoured > limit:
        found.append(Violation("seats_honoured", rule.severity, {"seats": honoured, "limit": limit, "planned": planned}))
    return found


def compare_tables(before: Iterable[SeatRow], after: Iterable[SeatRow]) -> list[SeatChange]:
    """What has changed from one table to the next, in the order of the new one and then of what it leaves out."""
    old = {(row.unit, row.component): row for row in before}
    new = {(row.unit, row.component): row for row in after}
    changes = []
    for key in [*new, *(key for key in old if key not in new)]:
        row = new.get(key) or old[key]
        seats = [table[key].seats if key in table else None for table in (old, new)]
        if seats[0] != seats[1]:
            changes.append(SeatChange(row.unit_name, row.component_label, *seats))
    return changes


def find_answer(*, states: Iterable[str], people: int, answer_by: date | None, today: date) -> str:
    """How a unit stands: "accepted", "sent" or "returned" by its list; without one "entered" when people of it are on the upper
    congress's list all the same (out of a workbook, say); else "late" once the day to answer by has passed, else "none".
    """
    known = set(states)
    for state in ("accepted", "sent", "returned"):
        if state in known:
            return state
    if people:
        return "entered"
    return "late" if answer_by is not None and today > answer_by else "none"
