"""The door: every attempt is a row and a plain answer, the same answer to every retry; nobody is in twice."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import Row, select
from sqlalchemy.dialects import postgresql, sqlite

from ..domain.access import Actor
from ..domain.attendance import Event
from ..domain.door import Entry, Found, Opening, Successor, Verdict, judge, say
from ..domain.refusals import Refused
from ..domain.stages import allows
from ..models import Congress, Delegate, Scan, ScanConflict, Sitting, db
from .badges import replace_badge
from .door_answers import ScanAnswer, entry_from_json, entry_to_json
from .door_look_up import Asked as Asked  # for whoever records a scan
from .door_look_up import LookUp
from .door_people import DoorPerson, people, person_of
from .doors import DoorCongress, DoorSitting
from .presence import Events, entry_of, write_attendance
from .sealing import Sealer
from .substitutions import find_successor

AnySitting = TypeVar("AnySitting", Sitting, DoorSitting)
# What a desk may decide with a reason, and as what it is kept.
_DESK_DECIDES = {"not_approved": "let_in", "reserve": "let_in", "already_in": "owner"}


@dataclass(frozen=True)
class ScanSource:
    """Where a scan comes from. `device` names whose nonces they are: "device:12", "cli", "paper"."""

    device: str
    gate: str
    operator: str
    profile: str = "gate"  # gate, desk, kiosk
    device_id: int | None = None
    device_name: str = ""


@dataclass(frozen=True)
class Attempt:
    """One thing asked at a door, before anybody knows what it is.

    `shown` is what a device without network told the person by itself ("" for one that let in without saying): only ok, or a
    deliberate `override` where it did not know the badge, means that somebody went in.
    """

    congress: Congress | DoorCongress
    sitting: Sitting | DoorSitting
    asked: Asked
    nonce: str
    source: ScanSource
    kind: str
    happened_at: datetime
    now: datetime
    offline: bool = False
    shown: str = ""
    override: bool = False
    reason: str = ""

    @property
    def went_in(self) -> bool:
        """Whether a device without network let the person through: nothing that is said now can undo that."""
        return self.offline and (self.shown in ("", "ok") or (self.override and self.shown == "unknown"))

    @property
    def decided_at_desk(self) -> bool:
        """Whether somebody at a desk let the person in, and said why."""
        stands = self.went_in or not self.offline  # without network it may have asked, and been refused all the same
        return self.override and self.source.profile == "desk" and bool(self.reason) and stands


@dataclass(frozen=True)
class Judgement:
    """A verdict, and what else is to be written: `conflict` is why an offline entry would have been refused."""

    verdict: Verdict
    conflict: str = ""
    forced: bool = False
    first: Entry | None = None
    left: datetime | None = None
    successor: Successor | None = None


@dataclass(frozen=True)
class Case:
    """An attempt with whom it led to (nobody: `row` is None), the scans of theirs that count, and the judgement."""

    attempt: Attempt
    row: Row[Any] | None
    events: Events | None
    judged: Judgement
    sealer: Sealer
    look_up: LookUp

    @property
    def person(self) -> DoorPerson | None:
        """Who is named: of another congress nobody is."""
        here = self.row is not None and self.row.congress_id == self.attempt.congress.id
        return person_of(self.row) if self.row is not None and here else None

    @property
    def asked_hash(self) -> str:
        """What a nonce stands for: the badge, whether its token or its key was read; so a retry may come either way."""
        asked = self.attempt.asked
        badge = ("badge", str(self.row.badge_id)) if self.row is not None and self.row.badge_id else (asked.how, str(asked.value))
        return self.sealer.digest("asked", str(self.attempt.sitting.id), self.attempt.kind, *badge)


def record_scan(
    *,
    congress: Congress | DoorCongress,
    sitting: Sitting | DoorSitting,
    asked: Asked,
    nonce: str,
    source: ScanSource,
    kind: str = "entry",
    happened_at: datetime | None = None,
    offline: bool = False,
    shown: str = "",
    override: bool = False,
    reason: str = "",
    sealer: Sealer,
    now: datetime,
    look_up: LookUp | None = None,
) -> ScanAnswer:
    """Judge one attempt (entry, exit, handout, print) and keep it, whatever comes of it.

    The same nonce of the same device gets the first answer again; with other content it is refused ("nonce_reused"). What a
    device let in while `offline` is never refused: where the rules would have, it is marked and listed for somebody to close.
    What is asked with the network happens now, whatever the device's clock says; offline, a time after `now` is taken as now.
    The answer carries no figures: `door_counts.with_counts` adds them. `look_up` is for many at once.
    """  # fmt: skip
    happened_at = min(happened_at or now, now) if offline else now
    attempt = Attempt(congress, sitting, asked, nonce, source, kind, happened_at, now, offline, shown, override, reason)
    look_up = look_up or LookUp(congress.id, sealer)
    row, missing = look_up.find(asked)
    if row is None:
        unknown = Judgement(Verdict("unknown", missing), missing if attempt.went_in else "", forced=attempt.went_in)
        return _keep(Case(attempt, None, None, unknown, sealer, look_up))
    events = look_up.events(row.id, sitting.id)
    return _keep(Case(attempt, row, events, _judge(attempt, row, events), sealer, look_up))


def _judge(attempt: Attempt, row: Row[Any], events: Events) -> Judgement:
    here = row.congress_id == attempt.congress.id
    successor = find_successor(attempt.congress.id, row.id) if here and row.state == "withdrawn" else None
    presence = events.presence
    first = entry_of(presence.first) if presence else None
    left = presence.left_at if presence else None
    found = Found(row.revoked_at is not None, row.state, here, first, left, events.given, successor)
    moment = attempt.happened_at if attempt.offline else attempt.now
    verdict = Verdict("ok", "printed")
    if attempt.kind != "print":
        verdict = judge(
            found, kind=attempt.kind, cancelled=not allows(attempt.congress.stage, "check_in"),
            barred=opening_of(attempt.sitting).barred(moment), reentry=attempt.sitting.reentry,
        )  # fmt: skip
    shown_first = events.given if attempt.kind == "handout" else first
    judged = Judgement(verdict, first=shown_first if verdict.result == "again" else None, left=left, successor=successor)
    return _as_it_was(attempt, judged)


def _as_it_was(attempt: Attempt, judged: Judgement) -> Judgement:
    """What a desk decided with a reason stands, and what a device without network did: in is in, sent away is sent away."""
    verdict = judged.verdict
    if attempt.decided_at_desk and verdict.code in _DESK_DECIDES:
        return replace(judged, verdict=Verdict("ok", _DESK_DECIDES[verdict.code]), forced=True)
    if not attempt.offline:
        return judged
    if not attempt.went_in:
        return replace(judged, verdict=Verdict(attempt.shown, "not_let_in")) if verdict.result == "ok" else judged
    if verdict.code == "already_out":
        return replace(judged, verdict=Verdict("ok", "out"))
    signed_too = verdict.result == "again" and attempt.asked.how == "paper"  # on the sheet and at the gate is no conflict
    if verdict.result == "ok" or signed_too:
        return judged
    return replace(judged, verdict=Verdict("ok", "forced"), conflict=verdict.code, forced=True)


def _keep(case: Case) -> ScanAnswer:
    """Write the scan and what follows from it; a nonce that is taken gets the answer it got before."""
    attempt, judged, person = case.attempt, case.judged, case.person
    verdict, source = judged.verdict, attempt.source
    said: dict[str, Any] = {
        "now": attempt.now, "first": judged.first, "left": judged.left, "opening": opening_of(attempt.sitting),
    }  # fmt: skip
    message = say(verdict.code, **said, successor=judged.successor)
    kept = say(verdict.code, **said, successor=judged.successor and judged.successor.nameless)
    scan_id = _insert_once(
        sitting_id=attempt.sitting.id, device=source.device, device_id=source.device_id, nonce=attempt.nonce, kind=attempt.kind,
        gate=source.gate, how=attempt.asked.how, asked_hash=case.asked_hash, delegate_id=person.id if person else None,
        result=verdict.result, code=verdict.code, offline=attempt.offline, forced=judged.forced, reason=attempt.reason,
        answer={"message": kept, "first": entry_to_json(judged.first)}, actor_name=source.operator,
        happened_at=attempt.happened_at, received_at=attempt.now,
    )  # fmt: skip
    if scan_id is None:
        return _replay(case)
    _follow(case, scan_id, person)
    return ScanAnswer(attempt.nonce, verdict.result, verdict.code, message, attempt.happened_at, scan_id, person, judged.first)


def _follow(case: Case, scan_id: int, person: DoorPerson | None) -> None:
    """What a scan changes: who is in, whose badge dies, what somebody must look at."""
    attempt, judged, source = case.attempt, case.judged, case.attempt.source
    if person and case.events and judged.verdict.result == "ok" and attempt.kind != "print":
        event = Event(
            attempt.happened_at, attempt.kind, source.device, attempt.nonce, scan_id, source.gate, source.device_name
        )  # fmt: skip
        case.look_up.note(person.id, attempt.sitting.id, event)
        if event.kind != "handout":
            write_attendance(person.id, attempt.sitting.id, case.events.plus(event).presence)
    if person and judged.verdict.code == "owner":  # whoever came with it before is not the owner: that badge opens nothing more
        actor = Actor(None, source.operator)
        with suppress(Refused):  # somebody let in without a badge has none to kill
            replace_badge(db.session.get_one(Delegate, person.id), actor=actor, sealer=case.sealer, now=attempt.now)
            case.look_up.forget()
    if judged.conflict:
        place = {"congress_id": attempt.congress.id, "scan_id": scan_id}
        db.session.add(ScanConflict(**place, code=judged.conflict, made_at=attempt.now))
        db.session.flush()


def _insert_once(**values: Any) -> int | None:
    """Insert a scan unless its device has used the nonce; its id, or None."""
    connection = db.session.connection()
    inserted: int | None = connection.execute(_insert_statement(connection.dialect.name), values).scalar()
    return inserted


@cache
def _insert_statement(database: str) -> Any:
    """Each database has its own INSERT for this."""
    insert: Any = sqlite.insert if database == "sqlite" else postgresql.insert
    statement = insert(Scan.__table__).on_conflict_do_nothing(index_elements=["device", "nonce"])
    defaults = {"annulled_by": "", "annul_reason": ""}
    return statement.values(defaults).returning(Scan.__table__.c.id)


def _replay(case: Case) -> ScanAnswer:
    """The answer given to this nonce before; its name is read afresh, so that names are stored once.

    An answer can get lost on its way to a device that then let somebody in by itself: the entry is kept as a scan of its own,
    since the refusal that nobody heard stands too.
    """
    attempt = case.attempt
    scan = db.session.scalars(select(Scan).filter_by(device=attempt.source.device, nonce=attempt.nonce)).one()
    same = scan.asked_hash == case.asked_hash
    unheard = scan.result != "ok" and not scan.offline and attempt.went_in
    if unheard and (same or scan.result == "unknown" or case.row is None):
        own = replace(case, attempt=replace(attempt, nonce=f"{attempt.nonce}/offline"))
        return replace(_keep(own), nonce=attempt.nonce)
    if not same:
        verdict = Verdict("refused", "nonce_reused")
        message = say(verdict.code, now=attempt.now)
        return ScanAnswer(attempt.nonce, verdict.result, verdict.code, message, attempt.now, None, None, None)
    return _answer_of(scan, attempt)


def _answer_of(scan: Scan, attempt: Attempt) -> ScanAnswer:
    found = db.session.execute(people().where(Delegate.id == scan.delegate_id)).one_or_none() if scan.delegate_id else None
    person: DoorPerson | None = person_of(found) if found else None
    message = scan.answer["message"]
    if scan.code == "replaced" and person:
        message = say(scan.code, now=scan.received_at, successor=find_successor(attempt.congress.id, person.id))
    first = entry_from_json(scan.answer["first"])
    return ScanAnswer(attempt.nonce, scan.result, scan.code, message, scan.happened_at, scan.id, person, first)


def opening_of(sitting: Sitting | DoorSitting) -> Opening:
    """When a sitting's check-in is open."""
    return Opening(
        sitting.starts_at, sitting.opens_at, sitting.closes_at, sitting.opened_by_hand, sitting.opened_by_hand_at
    )  # fmt: skip


def choose_sitting(sittings: Sequence[AnySitting], now: datetime) -> AnySitting | None:
    """The sitting a door most likely means: one that is open (the main one first), else the main one, else the first."""
    by_rank = sorted(sittings, key=lambda s: (opening_of(s).barred(now) is not None, s.kind != "main", s.id))
    return by_rank[0] if by_rank else None


def get_sitting(congress: Congress, sitting_id: int) -> Sitting:
    """A sitting of this congress; raises Refused when there is none."""
    sitting = db.session.get(Sitting, sitting_id)
    if sitting is None or sitting.congress_id != congress.id:
        raise Refused("no_sitting", "Không có buổi này trong hội nghị.", "sitting_id")
    return sitting
