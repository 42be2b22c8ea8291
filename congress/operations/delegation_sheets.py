""" "Danh sách đại biểu theo đoàn": what stands on it."""

from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from ..domain.access import Actor
from ..domain.delegation_lists import call_delegation, order_people
from ..domain.refusals import Refused
from ..domain.titles import VIETNAM
from ..models import Congress, Delegate, Delegation, db
from . import audit
from .admission import STATES

OUTSIDE = "Đại biểu không thuộc đoàn"


@dataclass(frozen=True)
class Person:
    """One line of the list."""

    number: int
    name: str
    place: str
    component: str
    note: str


@dataclass(frozen=True)
class Section:
    """One delegation and its people in order."""

    title: str
    people: tuple[Person, ...]


@dataclass(frozen=True)
class Sheet:
    """The whole list: the congress's title, what the list is called, of when and of whom it is, its sections."""

    lines: tuple[str, str, str]
    title: str
    subtitle: str
    sections: tuple[Section, ...]


def list_by_delegation(
    congress: Congress, *, delegation: Delegation | None, everybody: bool, actor: Actor, now: datetime
) -> Sheet:
    """The approved people (or everybody not withdrawn) by delegation in protocol order, or of one delegation.

    Writes down that the list was printed. Raises Refused when nobody would stand on it.
    """
    people = _people(congress, delegation, everybody)
    if not people:
        raise Refused("nobody", "Chưa có ai để in. Duyệt đại biểu trước, hoặc chọn in cả người chưa duyệt.")
    sections = tuple(_section(group, list(members), everybody) for group, members in groupby(people, key=lambda p: p.delegation))
    audit.record(
        actor, "delegations.print", delegation or congress, now=now, congress_id=congress.id, changed={"people": len(people)}
    )
    whom = "cả người chưa duyệt" if everybody else "đại biểu đã duyệt"
    return Sheet(
        lines=(congress.title1, congress.title2, congress.title3),
        title=f"Danh sách đại biểu {call_delegation(delegation.name)}" if delegation else "Danh sách đại biểu theo đoàn",
        subtitle=f"({whom[0].upper()}{whom[1:]}, đến {now.astimezone(VIETNAM):%H:%M ngày %d/%m/%Y})",
        sections=sections,
    )


def _people(congress: Congress, delegation: Delegation | None, everybody: bool) -> list[Delegate]:
    """By delegation; those outside any come last."""
    query = select(Delegate).where(Delegate.congress_id == congress.id)
    query = query.where(Delegate.state != "withdrawn") if everybody else query.where(Delegate.state == "approved")
    if delegation:
        query = query.where(Delegate.delegation_id == delegation.id)
    people = db.session.scalars(query.options(joinedload(Delegate.component), joinedload(Delegate.delegation)))

    def place(person: Delegate) -> tuple[bool, int, int]:
        own = person.delegation
        return own is None, own.position if own else 0, own.id if own else 0

    return sorted(people, key=place)


def _section(delegation: Delegation | None, people: list[Delegate], everybody: bool) -> Section:
    if delegation is None:
        return Section(OUTSIDE, tuple(_person(p, "", everybody) for p in order_people(people, head_id=None, deputy_id=None)))
    offices = {delegation.deputy_id: "Phó đoàn", delegation.head_id: "Trưởng đoàn"}
    ordered = order_people(people, head_id=delegation.head_id, deputy_id=delegation.deputy_id)
    return Section(call_delegation(delegation.name), tuple(_person(p, offices.get(p.id, ""), everybody) for p in ordered))


def _person(person: Delegate, office: str, everybody: bool) -> Person:
    stands_for = f"đại diện {person.represents}" if person.represents else ""
    state = STATES[person.state] if everybody and person.state != "approved" else ""
    return Person(
        number=person.number,
        name=f"{person.degree} {person.name}".strip(),
        place=", ".join(text for text in (person.title, person.unit_text, stands_for) if text),
        component=person.component.label,
        note="; ".join(text for text in (office, state) if text),
    )
