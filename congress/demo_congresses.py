"""How a sample congress comes about: each step as somebody would take it on the pages, on a day that fits."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from flask import current_app
from sqlalchemy import select

from .demo_data import TODAYS_REASON, TODAYS_UNIT, UNCOUNTED, Sample
from .demo_people import people_for
from .demo_work import make_report, prepare_list, replace_withdrawn
from .domain.access import Actor
from .domain.titles import VIETNAM
from .domain.upward import Vote
from .models import Component, Congress, Delegate, Plan, Unit, db
from .operations import agenda, allocation_table, allocations, badges, checkin, congresses, delegates, desk_work, imports, upward
from .operations.admission import set_states

START = time(7, 30)
SHARED_ON = date(2025, 2, 20)  # the day of the sample allocation
# How many days before the congress each stage is entered; what comes after it is counted below nought.
DAYS_BEFORE = {"submitted": 60, "plan_approved": 50, "list_open": 40, "list_closed": 8, "held": 0, "reported": -6}


def make_sample(sample: Sample, *, actor: Actor, today: date) -> Congress:
    """The congress of a sample with its list, agenda, stages and check-ins; `today` is Vietnam's date."""
    unit = db.session.scalars(select(Unit).filter_by(code=sample.unit)).one()
    congress = _create(sample, unit, actor=actor)
    if sample.workbook:
        people = people_for(sample, congress, today)
        imports.finish_import(
            congress.id, people, file_name=sample.workbook, actor=actor, sealer=_sealer(), now=_moment(sample.held_on, 35)
        )
    if sample.has_agenda:
        agenda.create_agenda(congress.sittings[0], actor=actor, now=_moment(sample.held_on, 20), with_optional=True)
    if sample.unit == TODAYS_UNIT:
        _add_uncounted(congress, actor=actor)
    prepare_list(sample, congress, actor=actor, now=_moment(sample.held_on, 30))
    _walk(sample, congress, actor=actor)
    if sample.unit == TODAYS_UNIT:
        desk_work.set_opening(congress.sittings[0], True, actor=actor, now=datetime.now(UTC))
    if sample.withdrawn:
        replace_withdrawn(sample, congress, actor=actor, sealer=_sealer(), now=_moment(sample.held_on, 5))
    if sample.present:
        _check_in(sample, congress, actor=actor)
    if sample.report:
        opening = datetime.combine(sample.held_on, START, VIETNAM).astimezone(UTC)
        make_report(sample, congress, actor=actor, now=opening)
    _end(sample, congress, actor=actor)
    return congress


def move_to(congress: Congress, day: date, *, actor: Actor) -> None:
    """Give today's congress another day; all else stays, and its door is open again."""
    main = congress.sittings[0]
    start = main.starts_at.astimezone(VIETNAM).time() if main.starts_at else START
    values = congresses.CongressValues(
        form=congress.form, ordinal=congress.ordinal, held_on=day, starts_at=datetime.combine(day, start, VIETNAM),
        place=congress.place, planned_size=congress.planned_size, attendance=congress.attendance, is_pilot=congress.is_pilot,
        date_reason=TODAYS_REASON, titles=(congress.title1, congress.title2, ""),
    )  # fmt: skip
    congresses.edit_congress(congress.id, values, actor=actor, now=datetime.now(UTC))
    desk_work.set_opening(main, True, actor=actor, now=datetime.now(UTC))


def _create(sample: Sample, unit: Unit, *, actor: Actor) -> Congress:
    plan = db.session.scalars(select(Plan).order_by(Plan.id).limit(1)).one()
    tier = next(tier for tier in plan.tiers if unit.kind in tier.unit_kinds)
    values = congresses.CongressValues(
        form=tier.forms[0], ordinal=6, held_on=sample.held_on, starts_at=datetime.combine(sample.held_on, START, VIETNAM),
        place=sample.place, planned_size=sample.planned, attendance="delegates", is_pilot=False,
        date_reason="" if sample.ending else sample.reason, titles=("", "", ""),
    )  # fmt: skip
    return congresses.create_congress(tier, unit, values, actor=actor, now=_moment(sample.held_on, 65))


def _add_uncounted(congress: Congress, *, actor: Actor) -> None:
    components = {component.code: component for component in congress.plan.components}
    for group, name, title in UNCOUNTED:
        values = {"name": name, "title": title, "unit_text": congress.unit.name if group == "staff" else ""}
        delegates.add_delegate(congress.id, values, component=components[group], actor=actor, now=datetime.now(UTC))


def _walk(sample: Sample, congress: Congress, *, actor: Actor) -> None:
    """From stage to stage; who is approved is so once the list is open."""
    for stage in sample.path:
        now = _moment(sample.held_on, DAYS_BEFORE[stage])
        if stage == "list_closed":
            congresses.close_list(congress.id, actor=actor, now=now)
        else:
            congresses.move_on(congress.id, stage, actor=actor, now=now)
        if stage == "list_open" and any(sample.approved):
            _approve(sample, congress, actor=actor)
        if stage == "list_closed":
            badges.start_print(congress, "all", actor=actor, sealer=_sealer(), now=now + timedelta(days=1))


def _approve(sample: Sample, congress: Congress, *, actor: Actor) -> None:
    honoured, invited = sample.approved
    query = select(Delegate.id, Component.side).join(Component).where(Delegate.congress_id == congress.id)
    sides: dict[str, list[int]] = {"honoured": [], "invited": [], "uncounted": []}
    for delegate_id, side in db.session.execute(query.order_by(Delegate.number)):
        sides[side].append(delegate_id)
    chosen = sides["honoured"][:honoured] + sides["invited"][:invited] + sides["uncounted"]
    set_states(congress.id, chosen, "approved", actor=actor, sealer=_sealer(), now=_moment(sample.held_on, 15))


def _check_in(sample: Sample, congress: Congress, *, actor: Actor) -> None:
    first = datetime.combine(sample.held_on, time(6, 50), VIETNAM).astimezone(UTC)
    tokens: Sequence[str] = list(badges.tokens_of(congress, _sealer()).values())
    source = checkin.ScanSource("sample", gate="Cửa chính", operator=actor.name)
    for place, token in enumerate(tokens[: sample.present]):
        checkin.record_scan(
            congress=congress, sitting=congress.sittings[0], asked=checkin.Asked("token", token), nonce=f"sample-{place}",
            source=source, sealer=_sealer(), now=first + timedelta(seconds=25 * place),
        )  # fmt: skip


def _end(sample: Sample, congress: Congress, *, actor: Actor) -> None:
    now = _moment(sample.held_on, 12)
    if sample.ending == "postpone":
        congresses.postpone(congress.id, sample.reason, None, actor=actor, now=now)
    elif sample.ending == "cancel":
        congresses.cancel(congress.id, sample.reason, actor=actor, now=now)


def share_seats(upper: Congress, lower: Congress, *, actor: Actor) -> None:
    """The upper congress issues the seats its list was made up by; one unit's list, voted and sent, waits to be taken in."""
    now = datetime.combine(SHARED_ON, START, VIETNAM).astimezone(UTC)
    units, columns = allocation_table.usual_units(upper, SHARED_ON), allocation_table.shared_components(upper)[:3]
    table = allocation_table.choose_table(upper.id, units, columns, actor=actor, now=now)
    seats = {key: used.approved for key, used in allocations.used_seats(upper).items() if key in table.seats}
    allocation_table.set_seats(upper.id, seats, actor=actor, now=now)
    values = allocation_table.IssueValues(SHARED_ON, "18/CV-BTC", date(2025, 4, 10), "")
    allocation_table.issue_table(upper.id, values, actor=actor, now=now)
    assert lower.held_on is not None
    held = _moment(lower.held_on, 0)
    for group, first, reserve in (("exemplar", 6, 2), ("leader", 2, 0)):
        query = select(Delegate.id).join(Component).where(Delegate.congress_id == lower.id, Component.code == group)
        ids = list(db.session.scalars(query.order_by(Delegate.number).limit(first + reserve)))
        upward.add_people(lower.id, ids[:first], reserve=False, actor=actor, now=held)
        upward.add_people(lower.id, ids[first:], reserve=True, actor=actor, now=held)
    upward.set_vote(lower.id, Vote(186, 179, 2, 5), lower.held_on, actor=actor, now=held)
    upward.send_list(lower.id, actor=actor, now=held + timedelta(hours=3))


def _moment(day: date, before: int) -> datetime:
    """Nine in the morning so many days before a day."""
    return datetime.combine(day - timedelta(days=before), time(9), VIETNAM).astimezone(UTC)


def _sealer() -> Any:
    return current_app.extensions["sealer"]
