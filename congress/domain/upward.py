"""The list of delegates that goes up to the upper congress: the vote on it, and whether it keeps to its seats.

Source: the Bắc Kạn plan, II.3 item 9; domain notes A18 (who may stand in it: any component, models for the honoured side, no more
than the seats, dự khuyết besides) and A19 (a show of hands: passed by more than half of those present).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from .admission import HONOURED, UNCOUNTED, share_text
from .refusals import Numbers, Refused, Violation

STATES = {"draft": "Đang lập", "sent": "Đã gửi", "returned": "Trả lại", "accepted": "Đã nhận"}

MOST_PEOPLE = 100_000  # in one hall: more is a slip of the hand


@dataclass(frozen=True)
class Vote:
    """A show of hands, in people; together the three answers are those present."""

    present: int
    votes_for: int
    votes_against: int
    votes_other: int

    @property
    def passed(self) -> bool:
        """Whether more than half of those present were for it."""
        return 2 * self.votes_for > self.present

    def share(self, votes: int) -> str:
        """A number of votes as a share of those present, "70,5 %"."""
        return share_text(votes, self.present)


def check_vote(vote: Vote) -> None:
    """Raise Refused, beside the field, unless the figures are possible and add up."""
    for field in ("present", "votes_for", "votes_against", "votes_other"):
        if getattr(vote, field) < 0:
            raise Refused("vote", "Số người phải từ 0 trở lên.", field)
        if getattr(vote, field) > MOST_PEOPLE:
            raise Refused("vote", f"Số người nhiều nhất là {MOST_PEOPLE}.", field)
    if not vote.present:
        raise Refused("vote", "Nhập số người có mặt.", "present")
    given = vote.votes_for + vote.votes_against + vote.votes_other
    if given != vote.present:
        raise Refused("vote", f"Ba loại ý kiến cộng lại là {given}, số có mặt là {vote.present}. Sửa cho khớp.", "present")


@dataclass(frozen=True)
class ListedSeat:
    """One person in a seat of the list, as the rule sees it; `component` is a code, `side` the side above, `own_side` at home."""

    name: str
    component: str
    label: str
    side: str
    own_side: str
    registered: bool
    withdrawn: bool = False


def check_people(people: Iterable[ListedSeat], seats: Mapping[str, int], *, register_required: bool) -> list[Violation]:
    """What stands against sending these people in seats; `seats` by component code, one that is missing has none."""
    people, found = list(people), []
    if not people:
        return [Violation("upward_empty", "block")]
    taken: dict[tuple[str, str], int] = {}
    for person in people:
        if person.side != UNCOUNTED:
            key = (person.component, person.label)
            taken[key] = taken.get(key, 0) + 1
        if person.withdrawn:
            found.append(Violation("upward_withdrawn", "block", {"name": person.name}))
        found += check_model(person, register_required=register_required)
    for (component, label), n in taken.items():
        if n > (limit := seats.get(component, 0)):
            found.append(Violation("upward_over", "block", {"component": label, "n": n, "seats": limit, "over": n - limit}))
    return found


def check_model(person: ListedSeat, *, register_required: bool) -> list[Violation]:
    """On the honoured side go people of the honoured side, who stand in the register where the plan asks for that."""
    if person.side != HONOURED:
        return []
    if person.own_side != HONOURED:
        return [Violation("upward_not_model", "block", {"name": person.name, "component": person.label})]
    if register_required and not person.registered:
        return [Violation("upward_unregistered", "block", {"name": person.name})]
    return []


def check_passed(vote: Vote | None) -> list[Violation]:
    """What stands against sending a list with this vote, or with none."""
    if vote is None:
        return [Violation("vote_missing", "block")]
    if not vote.passed:
        figures: Numbers = {"votes": vote.votes_for, "present": vote.present, "share": vote.share(vote.votes_for)}
        return [Violation("vote_failed", "block", figures)]
    return []
