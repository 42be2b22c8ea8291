"""The list a unit's congress sends up: what it was given above, who goes, the vote, and sending."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from ..domain.access import Actor
from ..domain.refusals import Refused, Violation
from ..domain.stages import allows
from ..domain.upward import ListedSeat, Vote, check_passed, check_people, check_vote
from ..domain.wording import say
from ..models import AllocationIssue, Component, Congress, Delegate, PlanTier, Unit, UpwardList, UpwardPerson, db, lock_row
from . import audit
from .admission import lock_congress
from .allocations import find_last_issue, seats_in

OPEN = ("draft", "returned")  # while it is the lower unit's to change


@dataclass(frozen=True)
class Invitation:
    """What a unit was given by the upper congress: the binding issue, and {component id: seats} of its own row only."""

    upper: Congress
    issue: AllocationIssue
    seats: dict[int, int]


def find_upper(congress: Congress) -> Congress | None:
    """The congress to which this one sends: of the same plan, on the tier above, of the nearest unit above; or None."""
    query = (
        select(Congress)
        .join(Unit, Congress.unit_id == Unit.id)
        .join(PlanTier, Congress.plan_tier_id == PlanTier.id)
        .where(Congress.plan_id == congress.plan_id, PlanTier.code == (congress.tier.upper_tier or ""))
        .where(Congress.stage != "cancelled", Unit.id.in_(_above(congress.unit)))
        .options(joinedload(Congress.unit))
    )
    return max(db.session.scalars(query), key=lambda upper: len(upper.unit.path), default=None)


def _above(unit: Unit) -> list[int]:
    """The ids of the units over a unit, out of its path "/1/8/40/"."""
    return [int(unit_id) for unit_id in unit.path.strip("/").split("/")[:-1]]


def find_invitation(congress: Congress) -> Invitation | None:
    """What the upper congress gives this congress's unit; None while nothing is issued to it."""
    upper = find_upper(congress)
    issue = find_last_issue(upper) if upper else None
    if upper is None or issue is None:
        return None
    rows = seats_in(upper, issue)
    seats = {component_id: n for (unit_id, component_id), n in rows.items() if unit_id == congress.unit_id}
    return Invitation(upper, issue, seats) if seats else None


def why_not_invited(congress: Congress) -> str:
    """Why there is no invitation, as one sentence to the unit."""
    if congress.tier.upper_tier == "national":
        return "Đại hội cấp trên là cấp toàn quốc, nằm ngoài kế hoạch này; danh sách gửi theo hướng dẫn của Trung ương."
    if not congress.tier.upper_tier:
        return "Kế hoạch không ghi cấp trên nhận đại biểu của cấp này."
    upper = find_upper(congress)
    if upper is None:
        return "Đơn vị cấp trên chưa lập đại hội theo kế hoạch này."
    if find_last_issue(upper) is None:
        return f"{upper.unit.name} chưa ban hành phân bổ đại biểu. Khi ban hành, số chỗ của đơn vị hiện ở đây."
    return f"Phân bổ của {upper.unit.name} không có tên đơn vị này. Hỏi lại {upper.unit.name} nếu cho là thiếu."


def find_list(congress: Congress, upper: Congress) -> UpwardList | None:
    """The list from one congress to the other, with its people."""
    return read_list(select(UpwardList).filter_by(congress_id=congress.id, upper_congress_id=upper.id))


def read_list(query: Select[UpwardList]) -> UpwardList | None:
    """The one list a query finds, with its people as the database has them now."""
    people = joinedload(UpwardList.people)
    person = people.joinedload(UpwardPerson.delegate)
    query = query.options(people.joinedload(UpwardPerson.component), person.joinedload(Delegate.component))
    return db.session.scalars(query.execution_options(populate_existing=True)).unique().one_or_none()


def in_seats(upward: UpwardList) -> list[UpwardPerson]:
    """Those in seats, in order."""
    return [person for person in upward.people if not person.reserve]


def in_reserve(upward: UpwardList) -> list[UpwardPerson]:
    """The dự khuyết, in order."""
    return [person for person in upward.people if person.reserve]


def vote_of(upward: UpwardList) -> Vote | None:
    """The vote, once it is written down."""
    if upward.present is None:
        return None
    return Vote(upward.present, upward.votes_for or 0, upward.votes_against or 0, upward.votes_other or 0)


def candidates_of(congress: Congress, upward: UpwardList | None) -> Sequence[Delegate]:
    """Who may be put on the list: everybody of this congress who is not withdrawn and not on it already."""
    there = [person.delegate_id for person in upward.people] if upward else []
    query = select(Delegate).where(Delegate.congress_id == congress.id, Delegate.state != "withdrawn", Delegate.id.not_in(there))
    return db.session.scalars(query.options(joinedload(Delegate.component)).order_by(Delegate.sort_key, Delegate.id)).all()


def check_list(upward: UpwardList, invitation: Invitation) -> list[Violation]:
    """Everything that stands against sending the list: its people, and the vote."""
    return check_seated(upward, invitation) + check_passed(vote_of(upward))


def check_seated(upward: UpwardList, invitation: Invitation) -> list[Violation]:
    """What stands against the people of the list in its seats."""
    people = [
        ListedSeat(
            person.delegate.name, person.component.code, person.component.label, person.component.side,
            own_side=person.delegate.component.side, registered=person.delegate.exemplar_id is not None,
            withdrawn=person.delegate.state == "withdrawn",
        )
        for person in in_seats(upward)
    ]  # fmt: skip
    plan = invitation.upper.plan
    seats = {component.code: invitation.seats.get(component.id, 0) for component in plan.components}
    return check_people(people, seats, register_required=plan.register_required)


# ---- changes, by the lower unit -----------------------------------------------------------------------------------------


def add_people(
    congress_id: int,
    delegate_ids: Collection[int],
    *,
    component: Component | None = None,
    reserve: bool,
    actor: Actor,
    now: datetime,
) -> int:
    """Put people of this congress at the end of the seats or of the reserve, with their own component or another of the plan.

    How many were new. A vote that was written down is taken back: it was on another list.
    """
    congress, upward = _open(congress_id, now)
    there = {person.delegate_id for person in upward.people}
    wanted = set(delegate_ids) - there
    query = select(Delegate).where(Delegate.congress_id == congress.id, Delegate.id.in_(wanted), Delegate.state != "withdrawn")
    found = db.session.scalars(query.order_by(Delegate.sort_key, Delegate.id)).all()
    if len(found) != len(wanted):
        raise Refused("no_delegate", "Có người không còn trong danh sách của hội nghị. Tải lại trang rồi chọn lại.")
    last = max((person.position for person in upward.people), default=0)
    for place, delegate in enumerate(found, 1):
        upward.people.append(
            UpwardPerson(delegate=delegate, component=component or delegate.component, reserve=reserve, position=last + place)
        )
    if found:
        _take_back_vote(upward)
        _record(upward, "add", {"people": len(found), "reserve": reserve}, actor, now)
    return len(found)


def change_person(congress_id: int, person_id: int, do: str, *, actor: Actor, now: datetime) -> UpwardPerson:
    """Move somebody "up" or "down", to a "seat" or the "reserve", or "remove" them."""
    _, upward = _open(congress_id, now)
    person = next((person for person in upward.people if person.id == person_id), None)
    if person is None:
        raise Refused("no_person", "Người này không còn trong danh sách. Tải lại trang.")
    if do in ("up", "down"):
        row = [other for other in upward.people if other.reserve == person.reserve]
        place = row.index(person)
        goal = min(max(place + (1 if do == "down" else -1), 0), len(row) - 1)
        row.insert(goal, row.pop(place))
        for position, other in enumerate(row, 1):
            other.position = position
    elif do in ("seat", "reserve"):
        person.reserve = do == "reserve"
        person.position = max(other.position for other in upward.people) + 1
        _take_back_vote(upward)
    elif do == "remove":
        upward.people.remove(person)
        _take_back_vote(upward)
    else:
        raise Refused("do", "Không có việc này.")
    _record(upward, do, {"delegate": person.delegate_id}, actor, now)
    return person


def set_vote(congress_id: int, vote: Vote, voted_on: date, *, actor: Actor, now: datetime) -> UpwardList:
    """Write the vote down; raises Refused beside the figure that cannot be."""
    check_vote(vote)
    _, upward = _open(congress_id, now)
    upward.present, upward.votes_for, upward.voted_on = vote.present, vote.votes_for, voted_on
    upward.votes_against, upward.votes_other = vote.votes_against, vote.votes_other
    _record(upward, "vote", audit.difference(upward), actor, now)
    return upward


def send_list(congress_id: int, *, actor: Actor, now: datetime) -> UpwardList:
    """Send the list to the upper congress; raises Refused with everything that stands against it."""
    congress, upward = _open(congress_id, now)
    invitation = find_invitation(congress)
    if invitation is None:
        raise Refused("not_invited", why_not_invited(congress))
    if not allows(invitation.upper.stage, "propose"):
        raise Refused("too_late", f"{invitation.upper.unit.name} đã tổ chức hoặc đã hủy đại hội, không nhận danh sách nữa.")
    found = check_list(upward, invitation)
    if found:
        raise Refused(found[0].code, " ".join(say(v) for v in found))
    upward.state, upward.sent_at, upward.comment, upward.answered_at = "sent", now, "", None
    _record(upward, "send", {"people": len(in_seats(upward)), "reserve": len(in_reserve(upward))}, actor, now)
    return upward


def _open(congress_id: int, now: datetime) -> tuple[Congress, UpwardList]:
    """The congress, locked, and its list, made when there is none; raises Refused while the list is not the unit's to change."""
    congress = lock_congress(congress_id)
    if congress.stage == "cancelled":
        raise Refused("stage", "Hội nghị đã hủy, không gửi danh sách được.")
    upper = find_upper(congress)
    if upper is None:
        raise Refused("no_upper", why_not_invited(congress))
    upward = find_list(congress, upper)
    if upward is None:
        upward = UpwardList(congress_id=congress.id, upper_congress_id=upper.id, state="draft", created_at=now)
        db.session.add(upward)
        db.session.flush()
        return congress, upward
    lock_row(UpwardList, upward.id)  # the upper congress may be answering just now
    if upward.state not in OPEN:
        raise Refused("sent", "Danh sách đã gửi, chỉ sửa được khi cấp trên trả lại.")
    return congress, upward


def _take_back_vote(upward: UpwardList) -> None:
    upward.present = upward.votes_for = upward.votes_against = upward.votes_other = upward.voted_on = None


def _record(upward: UpwardList, verb: str, changed: dict[str, object], actor: Actor, now: datetime) -> None:
    db.session.flush()
    audit.record(actor, f"upward.{verb}", upward, now=now, congress_id=upward.congress_id, changed=changed)
