"""What a delegate's own page says at a moment, as plain values: nothing of anybody else but whom to ask."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from ..domain import personal as rules
from ..domain.delegation_lists import call_delegation
from ..domain.door import Opening
from ..domain.titles import VIETNAM, weekday_date
from ..models import Badge, Congress, Delegate, Sitting, db
from .agenda import item_times, sittings_of
from .sealing import Sealer
from .substitutions import find_successor


@dataclass(frozen=True)
class PersonalItem:
    """One item of a programme; times as "07:30", empty while they are not set; `mark` is "now", "next" or ""."""

    starts: str
    ends: str
    title: str
    presenter: str
    note: str
    minutes: int
    mark: str


@dataclass(frozen=True)
class PersonalSitting:
    """A sitting with its running order; `mark` only where it has no items."""

    id: int
    name: str
    when: str
    items: tuple[PersonalItem, ...]
    mark: str


@dataclass(frozen=True)
class Personal:
    """A delegate's own page.

    `standing` is "invited", "replaced", "withdrawn" or "waiting"; to all but the invited little else is said. `token` is "" where
    no code is shown, `why_no_answer` "" while the invitation can be answered.
    """

    name: str
    titles: tuple[str, str, str]
    organiser: str
    standing: str
    off: str  # "cancelled", "postponed" or ""
    phase: str  # before, during, after
    when: str
    place: str
    number: int = 0
    token: str = ""
    seat: str = ""
    delegation: str = ""
    contact_name: str = ""
    contact_phone: str = ""
    coming: bool | None = None
    reason: str = ""
    answered_at: datetime | None = None
    why_no_answer: str = ""
    sittings: tuple[PersonalSitting, ...] = ()

    @property
    def marked(self) -> dict[str, tuple[PersonalSitting, PersonalItem | None]]:
        """What is on ("now") and what follows ("next"), each with its sitting; nothing where the programme says nothing."""
        found: dict[str, tuple[PersonalSitting, PersonalItem | None]] = {}
        for sitting in self.sittings:
            found |= {item.mark: (sitting, item) for item in sitting.items if item.mark}
            found |= {sitting.mark: (sitting, None)} if sitting.mark else {}
        return found


def times_of(congress: Congress, sittings: Sequence[Sitting]) -> rules.Times:
    """When a congress begins and ends for a guest, all sittings taken together; of which only the day is known, that day."""
    starts = [(sitting.starts_at, sitting) for sitting in sittings if sitting.starts_at is not None]
    if not starts or congress.postponed:
        return rules.day_times(congress.held_on)
    main = [start for start, sitting in starts if sitting.kind == "main"] or [start for start, _ in starts]
    return rules.Times(
        opens=min(_opening(sitting).opens or start for start, sitting in starts),
        starts=min(main),
        ends=max(_end(sitting, start) for start, sitting in starts),
    )


def page_of(delegate: Delegate, *, sealer: Sealer, now: datetime) -> Personal:
    """The page of a delegate at a moment."""
    congress = delegate.congress
    sittings = sittings_of(congress)
    times = times_of(congress, sittings)
    base = {
        "name": " ".join(part for part in (delegate.degree, delegate.name) if part),
        "titles": (congress.title1, congress.title2, congress.title3),
        "organiser": congress.unit.name,
        "standing": _standing(delegate),
        "off": "cancelled" if congress.stage == "cancelled" else "postponed" if congress.postponed else "",
        "phase": rules.phase_of(times, stage=congress.stage, now=now),
        "when": say_start(congress, sittings),
        "place": congress.place,
        **_whom_to_ask(delegate),
    }
    if base["standing"] != "invited":
        return Personal(**base)  # type: ignore[arg-type]
    good = rules.shows_code(times, stage=congress.stage, now=now) and not congress.postponed
    return Personal(
        **base,  # type: ignore[arg-type]
        number=delegate.number,
        token=_token(delegate, sealer) if good else "",
        seat=delegate.seat,
        coming=delegate.coming,
        reason=delegate.absence_reason if delegate.coming is False else "",
        answered_at=delegate.answered_at,
        why_no_answer=rules.why_no_answer(times, stage=congress.stage, postponed=congress.postponed, now=now),
        sittings=_programme(congress, sittings, now),
    )


def _standing(delegate: Delegate) -> str:
    if delegate.state == "approved":
        return "invited"
    if delegate.state != "withdrawn":
        return "waiting"
    return "replaced" if find_successor(delegate.congress_id, delegate.id) else "withdrawn"


def _whom_to_ask(delegate: Delegate) -> dict[str, str]:
    """The contact of the delegate's own delegation."""
    delegation = delegate.delegation
    if delegation is None:
        return {}
    return {
        "delegation": call_delegation(delegation.name),
        "contact_name": delegation.contact_name,
        "contact_phone": delegation.contact_phone or "",
    }


def _token(delegate: Delegate, sealer: Sealer) -> str:
    query = select(Badge.token_sealed).where(Badge.delegate_id == delegate.id, Badge.revoked_at.is_(None))
    sealed = db.session.scalars(query.order_by(Badge.id.desc()).limit(1)).first()
    return sealer.open(sealed) if sealed else ""


def say_start(congress: Congress, sittings: Sequence[Sitting]) -> str:
    """When a congress starts: "07:30, Thứ Ba, 20/05/2025", the day alone while the hour is not set, "" while neither is."""
    start = times_of(congress, sittings).starts
    if start is None or congress.postponed:
        return ""
    timed = any(sitting.starts_at for sitting in sittings)
    return say_when(start) if timed else weekday_date(start.astimezone(VIETNAM).date())


def say_when(moment: datetime) -> str:
    """ "07:30, Thứ Ba, 20/05/2025" in Vietnam's time."""
    start = moment.astimezone(VIETNAM)
    return f"{start:%H:%M}, {weekday_date(start.date())}"


# ---- the programme -----------------------------------------------------------------------------------------------------


def _opening(sitting: Sitting) -> Opening:
    return Opening(sitting.starts_at, sitting.opens_at, sitting.closes_at)


def _spans(sitting: Sitting) -> list[rules.Span]:
    """The items of a sitting from when to when, by the item's id; a sitting without items is one span, by its id below nought."""
    if sitting.starts_at is None:
        return []
    if not sitting.items:
        return [rules.Span(-sitting.id, sitting.starts_at, _end(sitting, sitting.starts_at))]
    return _chained(sitting, sitting.starts_at)


def _chained(sitting: Sitting, start: datetime) -> list[rules.Span]:
    return rules.chain([(item.id, item.minutes) for item in sitting.items], start)


def _end(sitting: Sitting, start: datetime) -> datetime:
    """When a sitting is over: by its running order or by its door, whichever is later."""
    return max(_opening(sitting).closes or start, *(span.ends for span in _chained(sitting, start)), start)


def _programme(congress: Congress, sittings: Sequence[Sitting], now: datetime) -> tuple[PersonalSitting, ...]:
    marks = _marks([span for sitting in sittings for span in _spans(sitting)], congress, now)
    return tuple(
        PersonalSitting(
            id=sitting.id, name=sitting.name, items=_items(sitting, marks),
            # Put off without a new date, a sitting keeps its hour and its old day.
            when=say_when(sitting.starts_at) if sitting.starts_at and not congress.postponed else "",
            mark="" if sitting.items else marks.get(-sitting.id, ""),
        )
        for sitting in sittings
    )  # fmt: skip


def _marks(spans: Sequence[rules.Span], congress: Congress, now: datetime) -> dict[int, str]:
    if congress.postponed or congress.stage == "cancelled":
        return {}
    current, following = rules.now_and_next(spans, now)
    return {key: mark for key, mark in ((current, "now"), (following, "next")) if key is not None}


def _items(sitting: Sitting, marks: dict[int, str]) -> tuple[PersonalItem, ...]:
    return tuple(
        PersonalItem(starts, ends, item.title, item.presenter, item.note, item.minutes, marks.get(item.id, ""))
        for item, (starts, ends) in zip(sitting.items, item_times(sitting), strict=True)
    )


def find_programme(delegate: Delegate, sitting_id: int | None = None) -> Sitting | None:
    """The sitting of a delegate's congress whose programme can be printed for them: the one asked for, else the main one."""
    printable = [sitting for sitting in sittings_of(delegate.congress) if sitting.items and delegate.state == "approved"]
    if sitting_id is not None:
        return next((sitting for sitting in printable if sitting.id == sitting_id), None)
    return min(printable, key=lambda sitting: sitting.kind != "main", default=None)
