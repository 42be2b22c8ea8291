"""What the list of a gate holds, before anything is sealed: everybody with a badge, and where the list stands."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import bindparam, func, select

from ..models import AuditEntry, Badge, BadgeKey, Delegate, DeskCard, Scan, Sitting, db
from .checkin import opening_of
from .door_people import people, person_of
from .doors import DoorCongress, DoorSitting
from .notices import notices_for
from .sealing import Sealer
from .substitutions import successors_of

OVERLAP = timedelta(minutes=1)  # how much later a slow transaction is committed than its times and numbers say

_BADGE, _KEY, _DELEGATE, _SCAN = (model.__table__.c for model in (Badge, BadgeKey, Delegate, Scan))
_LAST_AUDITED = select(func.max(AuditEntry.__table__.c.id))
_RECORDS = (
    people(_BADGE.id.label("badge_id"), _KEY.lookup, _KEY.opener_sealed, _BADGE.revoked_at, _DELEGATE.folded)
    .join(Badge.__table__, _BADGE.delegate_id == _DELEGATE.id)
    .outerjoin(BadgeKey.__table__, _KEY.badge_id == _BADGE.id)
    .where(_DELEGATE.congress_id == bindparam("congress_id"))
    .order_by(_DELEGATE.sort_key, _DELEGATE.id, _BADGE.id)
)


@dataclass(frozen=True)
class Record:
    """What a gate may know of one badge; `plain` is what is sealed, without who is in."""

    badge_id: int
    lookup: str  # "" while nobody has derived the badge's keys
    opener_sealed: str
    delegate_id: int
    delegation_id: int | None
    heads: bool
    live: bool
    folded: str
    plain: Mapping[str, Any]


def read_records(congress_id: int) -> list[Record]:
    """Everybody with a badge, dead badges too: a gate must know that they are. A fixed number of queries."""
    board, successors = notices_for(congress_id), successors_of(congress_id)
    records = []
    for row in db.session.connection().execute(_RECORDS, {"congress_id": congress_id}):
        person = person_of(row)
        words = board.of(component_id=row.component_id, delegation_id=row.delegation_id, number=row.number)
        successor = successors.get(row.id) if row.state == "withdrawn" else None
        plain = person.to_json() | {
            "revoked": row.revoked_at is not None, "walk_in": row.walk_in, "notices": words[0], "handout": words[1],
            "replaced": {"name": successor.name, "number": successor.number} if successor else None,
        }  # fmt: skip
        plain["photo"] = plain.pop("photo_v")
        live = row.revoked_at is None and row.state == "approved"
        keys = (row.lookup or "", row.opener_sealed or "")
        records.append(Record(row.badge_id, *keys, row.id, row.delegation_id, person.heads, live, row.folded, plain))
    return records


def sitting_to_json(sitting: DoorSitting | Sitting) -> dict[str, Any]:
    """A sitting as a gate needs it: `opens_at` and `closes_at` are the window that holds."""
    opening = opening_of(sitting)
    times = {
        "starts_at": sitting.starts_at, "opens_at": opening.opens, "closes_at": opening.closes,
        "opened_by_hand_at": sitting.opened_by_hand_at,
    }  # fmt: skip
    return {
        "id": sitting.id, "name": sitting.name, "kind": sitting.kind, "opened_by_hand": sitting.opened_by_hand,
        "reentry": sitting.reentry, **{key: moment.isoformat() if moment else None for key, moment in times.items()},
    }  # fmt: skip


def structure_of(congress: DoorCongress, records: list[Record], sealer: Sealer) -> str:
    """A digest of all that a list holds besides who is in."""
    cards = _live_cards(congress.id)
    told = [sitting_to_json(sitting) for sitting in congress.sittings]
    whole = json.dumps([told, congress.stage, cards, [(r.badge_id, r.delegation_id, r.heads, r.plain) for r in records]])
    return sealer.digest("snapshot", sha256(whole.encode()).hexdigest())[:16]


@dataclass(frozen=True)
class _Seen:
    """What the list of a congress looked like when the last line of the audit was this one."""

    audited: int
    until: datetime
    structure: str


_seen: "WeakKeyDictionary[Sealer, dict[int, _Seen]]" = WeakKeyDictionary()  # by instance, by congress


def cursor_of(congress: DoorCongress, sealer: Sealer, now: datetime) -> str:
    """Where the list of a congress stands: another text as soon as it differs, or somebody came or went.

    Every change but a scan writes a line of the audit, so the people are read anew only after one; and once a minute, for a line
    that a slower transaction committed after a later one.
    """
    audited = db.session.connection().execute(_LAST_AUDITED).scalar() or 0
    kept = _seen.setdefault(sealer, {})
    seen = kept.get(congress.id)
    if seen is None or seen.audited != audited or not seen.until - OVERLAP <= now < seen.until:
        seen = _Seen(audited, now + OVERLAP, structure_of(congress, read_records(congress.id), sealer))
        kept[congress.id] = seen
    return f"{seen.structure}.{last_change(congress)}"


def last_change(congress: DoorCongress) -> str:
    """Milliseconds of the last scan received or taken back, and how many there are: of two at once one is committed later."""
    latest = select(
        func.max(_SCAN.received_at), func.max(_SCAN.annulled_at), func.count(), func.count(_SCAN.annulled_at)
    ).where(_SCAN.sitting_id.in_([sitting.id for sitting in congress.sittings]))
    received, annulled, scans, undone = db.session.connection().execute(latest).one()
    times = [moment for moment in (received, annulled) if moment]
    return f"{int(max(times).timestamp() * 1000) if times else 0}.{scans + undone}"


def _live_cards(congress_id: int) -> str:
    ids = db.session.scalars(select(DeskCard.id).where(DeskCard.congress_id == congress_id, DeskCard.revoked_at.is_(None)))
    return ",".join(map(str, sorted(ids)))
