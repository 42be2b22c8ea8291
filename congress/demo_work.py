"""What is done on the sample lists once people stand on them: declared, ranked, photographed, replaced, reported."""

from datetime import datetime
from typing import Any

from sqlalchemy import select

from .demo_data import BA_BE, OPEN_PARTY, REGISTER, SENT_PARTY, Party, Sample
from .demo_portraits import draw_portrait
from .domain.access import Actor
from .models import Congress, Delegate, Delegation, Unit, db
from .operations import delegates, delegation_links, delegations, exemplars, photos, portal, reports, structure, substitutions
from .operations.admission import set_states

LINK_DAYS = 14


def fill_register(*, actor: Actor, now: datetime) -> str:
    """Write the register; for whom, in words."""
    units = {unit.code: unit for unit in db.session.scalars(select(Unit).where(Unit.code.in_({row[0] for row in REGISTER})))}
    for unit, *texts in REGISTER:
        exemplars.add_exemplar(units[unit], exemplars.ExemplarValues(*texts), actor=actor, now=now)
    return units[BA_BE].name


def prepare_list(sample: Sample, congress: Congress, *, actor: Actor, now: datetime) -> None:
    """What comes before the first stage: what the place declares, the register, ranks, photos."""
    if sample.peoples:
        structure.declare_composition(congress, peoples=sample.peoples, religions=sample.religions, actor=actor, now=now)
    if sample.in_register:
        exemplars.link_by_name(congress.id, actor=actor, now=now)
    people = db.session.scalars(select(Delegate).filter_by(congress_id=congress.id).order_by(Delegate.number)).all()
    if sample.ranked:
        _rank(list(people), actor=actor, now=now)
    if sample.photos:
        files = [(f"{person.number}.jpg", draw_portrait(person.number, person.sex)) for person in people[: sample.photos]]
        found = photos.sort_files(files, photos.owners_of(congress))
        photos.store_photos(congress.id, found.photos, actor=actor, now=now)


def _rank(people: list[Delegate], *, actor: Actor, now: datetime) -> None:
    """Everybody's place of preference, in another order than the list's."""
    for place, person in enumerate(people):
        rank = place * 37 % len(people) + 1  # all different: 37 is a prime, and they are fewer or no multiple
        delegates.edit_delegate(person, {"name": person.name, "rank": rank}, component=person.component, actor=actor, now=now)


def replace_withdrawn(sample: Sample, congress: Congress, *, actor: Actor, sealer: Any, now: datetime) -> None:
    """One approved person withdraws, and whoever was not approved stands in for them."""
    old = db.session.scalars(select(Delegate).filter_by(congress_id=congress.id, number=sample.withdrawn)).one()
    new = substitutions.candidates_for(old)[0]
    set_states(congress.id, [new.id], "reserve", actor=actor, sealer=sealer, now=now)
    decision = substitutions.Decision("Đi công tác đột xuất, có đơn xin rút", "Trưởng Ban Tổ chức hội nghị")
    substitutions.substitute(congress.id, old.id, new.id, decision, actor=actor, sealer=sealer, now=now)


def make_report(sample: Sample, congress: Congress, *, actor: Actor, now: datetime) -> None:
    """The report on who is in, read out before the congress begins."""
    sitting = congress.sittings[0]
    reports.freeze_report(congress, title=sample.report, sitting=sitting, whose="present", actor=actor, now=now)


# ---- delegations that fill in their own list ---------------------------------------------------------------------------


def send_party(congress: Congress, *, actor: Actor, sealer: Any, now: datetime) -> None:
    """A delegation whose contact opened the link that was sent, filled in the list and sent it."""
    delegation = _add(congress, SENT_PARTY, actor=actor, now=now)
    secret = delegation_links.make_link(delegation, days=LINK_DAYS, actor=actor, sealer=sealer, now=now)
    link = delegation_links.find_link(secret, sealer=sealer)
    assert link is not None
    delegation_links.open_link(link, sealer=sealer, now=now)
    contact = delegation_links.contact_actor([link])
    _fill_in(delegation, SENT_PARTY, actor=contact, now=now)
    portal.send_list(delegation, actor=contact, now=now)


def open_party(congress: Congress, *, actor: Actor, now: datetime) -> Delegation:
    """A delegation whose list is open."""
    return _add(congress, OPEN_PARTY, actor=actor, now=now)


def fill_in_open(delegation: Delegation, *, actor: Actor, now: datetime) -> None:
    """Its contact names those who come, of one of them little more than the name."""
    _fill_in(delegation, OPEN_PARTY, actor=actor, now=now)


def _add(congress: Congress, party: Party, *, actor: Actor, now: datetime) -> Delegation:
    leaders = delegations.Leaders(contact_name=party.contact, contact_phone=party.phone)
    return delegations.add_delegation(congress.id, delegations.DelegationValues(party.name, leaders), actor=actor, now=now)


def _fill_in(delegation: Delegation, party: Party, *, actor: Actor, now: datetime) -> None:
    components = {component.code: component for component in delegation.congress.plan.components}
    people = []
    for group, name, sex, born, title, field in party.people:
        values = {"name": name, "sex": sex, "born": born, "title": title, "field": field, "unit_text": party.name}
        added = portal.add_person(delegation, values, component=components[group], state="proposed", actor=actor, now=now)
        people.append(added.id)
    leaders = delegations.Leaders(
        head_id=people[0], deputy_id=people[1], contact_name=party.contact, contact_phone=party.phone,
        arrives_at=party.arrives_at, arrival_note=party.arrival_note,
    )  # fmt: skip
    portal.edit_leaders(delegation, leaders, actor=actor, now=now)
