"""The list a gate carries for when the network is gone: every record opens only with the badge it is about.

A record's name and key come from the badge's token by PBKDF2 (`snapshot_keys`), so that whoever takes the device without the
badges learns how many people there are, and nothing of anybody. Records are padded to one length. docs/threats.md weighs this.
"""

import json
from base64 import b64encode
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from secrets import token_bytes
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import and_, bindparam, or_, select
from sqlalchemy.dialects import postgresql, sqlite

from ..domain.door import SENTENCES
from ..domain.stages import allows
from ..models import Attendance, Badge, BadgeKey, Delegate, DeskCard, Scan, db
from .checkin import opening_of
from .door_counts import count_sitting
from .doors import DoorCongress
from .sealing import Sealer
from .snapshot_keys import ITERATIONS, derive, ensure_salt, open_opener, seal_opener
from .snapshot_records import OVERLAP, Record, last_change, read_records, sitting_to_json, structure_of

KEPT_AFTER = timedelta(hours=12)  # after the last sitting's end; then a device deletes its list
BLOCK = 64  # bytes: lengths are rounded up to this

_BADGE, _KEY, _DELEGATE, _ATTENDANCE, _SCAN, _CARD = (
    model.__table__.c for model in (Badge, BadgeKey, Delegate, Attendance, Scan, DeskCard)
)
_WITHOUT_KEY = (
    select(_BADGE.id, _BADGE.token_sealed)
    .join_from(Badge.__table__, Delegate.__table__, _BADGE.delegate_id == _DELEGATE.id)
    .outerjoin(BadgeKey.__table__, _KEY.badge_id == _BADGE.id)
    .where(_DELEGATE.congress_id == bindparam("congress_id"), _KEY.badge_id.is_(None))
    .order_by(_BADGE.id)
)


# ---- keys, made ahead -------------------------------------------------------------------------------------------------


def badges_without_keys(congress_id: int, limit: int = 10_000) -> list[tuple[int, str]]:
    """(badge id, sealed token) of a congress's badges whose keys nobody has derived yet."""
    rows = db.session.connection().execute(_WITHOUT_KEY.limit(limit), {"congress_id": congress_id})
    return [(row.id, row.token_sealed) for row in rows]


def derive_keys(badges: Iterable[tuple[int, str]], salt: bytes, sealer: Sealer) -> list[dict[str, Any]]:
    """The rows of `badge_key` for these badges: some milliseconds each, on all cores. Touches no database."""

    def row(badge: tuple[int, str]) -> dict[str, Any]:
        lookup, opener = derive(sealer.open(badge[1]), salt)
        return {"badge_id": badge[0], "lookup": lookup, "opener_sealed": seal_opener(opener, sealer)}

    with ThreadPoolExecutor() as pool:
        return list(pool.map(row, badges))


def keep_keys(rows: list[dict[str, Any]]) -> None:
    """Write derived keys; somebody else may have written some meanwhile, the same ones."""
    if rows:
        connection = db.session.connection()
        insert: Any = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
        connection.execute(insert(BadgeKey.__table__).on_conflict_do_nothing(index_elements=["badge_id"]), rows)


# ---- what the list holds ----------------------------------------------------------------------------------------------


def _who_is_in(sitting_ids: list[int]) -> dict[int, dict[str, Any]]:
    """{delegate id: {sitting id: when and where they came in, and whether they left}}."""
    query = select(
        _ATTENDANCE.delegate_id, _ATTENDANCE.sitting_id, _ATTENDANCE.at, _ATTENDANCE.gate, _ATTENDANCE.device_name,
        _ATTENDANCE.left_at,
    ).where(_ATTENDANCE.sitting_id.in_(sitting_ids))  # fmt: skip
    found: dict[int, dict[str, Any]] = {}
    for row in db.session.connection().execute(query):
        left = row.left_at.isoformat() if row.left_at else None
        entry = {"at": row.at.isoformat(), "gate": row.gate, "device": row.device_name, "left": left}
        found.setdefault(row.delegate_id, {})[str(row.sitting_id)] = entry
    return found


def _who_was_given(sitting_ids: list[int]) -> dict[int, dict[str, Any]]:
    """{delegate id: {sitting id: when and where they got the hand-outs}}."""
    query = (
        select(_SCAN.delegate_id, _SCAN.sitting_id, _SCAN.happened_at, _SCAN.gate)
        .where(_SCAN.sitting_id.in_(sitting_ids), _SCAN.kind == "handout", _SCAN.result == "ok", _SCAN.annulled_at.is_(None))
        .order_by(_SCAN.happened_at.desc())
    )
    found: dict[int, dict[str, Any]] = {}
    for row in db.session.connection().execute(query):  # the first is the last to be written
        entry = {"at": row.happened_at.isoformat(), "gate": row.gate, "device": ""}
        found.setdefault(row.delegate_id, {})[str(row.sitting_id)] = entry
    return found


# ---- the list itself --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Opened:
    """A record with the key that seals it."""

    record: Record
    opener: bytes


def make_snapshot(
    congress: DoorCongress, *, since: str, with_index: bool, sealer: Sealer, now: datetime
) -> dict[str, Any] | None:
    """The list as a device carries it, or None where nothing has changed since a cursor; keys must have been derived.

    Since a cursor of the same structure only those records come whose attendance may have changed.
    """
    everybody = read_records(congress.id)
    structure = structure_of(congress, everybody, sealer)
    cursor = f"{structure}.{last_change(congress)}"
    if since == cursor:
        return None
    before, millis, _ = (*since.split("."), "", "")[:3]
    changed = _changed_since(congress, int(millis)) if before == structure and millis.isdigit() else None
    records = [_Opened(record, open_opener(record.opener_sealed, sealer)) for record in everybody if record.lookup]
    return {
        "cursor": cursor, "full": changed is None, "generated_at": now.isoformat(), "server_time": now.isoformat(),
        "expires_at": expires_at(congress, now).isoformat(), "salt": b64encode(ensure_salt(congress.id)).decode(),
        "iterations": ITERATIONS, "cancelled": not allows(congress.stage, "check_in"),
        "sittings": [sitting_to_json(sitting) for sitting in congress.sittings], "sentences": SENTENCES,
        "counts": {str(s.id): count_sitting(s, congress.id, now) for s in congress.sittings},
        "entries": _entries(records, [sitting.id for sitting in congress.sittings], changed), "bundles": _bundles(records),
        "index": _indexes(congress.id, records, sealer) if with_index else [],
    }  # fmt: skip


def _changed_since(congress: DoorCongress, millis: int) -> set[int]:
    """Who was scanned since, or had a scan taken back."""
    since = datetime.fromtimestamp(millis / 1000, UTC) - OVERLAP
    query = select(_SCAN.delegate_id).where(
        _SCAN.sitting_id.in_([sitting.id for sitting in congress.sittings]), _SCAN.delegate_id.is_not(None),
        or_(_SCAN.received_at > since, and_(_SCAN.annulled_at.is_not(None), _SCAN.annulled_at > since)),
    )  # fmt: skip
    return set(db.session.connection().execute(query).scalars())


def expires_at(congress: DoorCongress, now: datetime) -> datetime:
    """When a device deletes the list: twelve hours after the last sitting's end, or after now where none has an end."""
    ends = [end for sitting in congress.sittings if (end := opening_of(sitting).closes)]
    return (max(ends) if ends else now) + KEPT_AFTER


def _entries(people: list[_Opened], sitting_ids: list[int], changed: set[int] | None) -> list[dict[str, str]]:
    bundles, inside, given = _bundle_keys(people), _who_is_in(sitting_ids), _who_was_given(sitting_ids)

    def plain(record: Record) -> dict[str, Any]:
        bundle = bundles.get(record.delegation_id or 0) if record.heads and record.live else None
        carried = {"k": b64encode(bundle[0]).decode(), "key": b64encode(bundle[1]).decode()} if bundle else None
        came, got = inside.get(record.delegate_id, {}), given.get(record.delegate_id, {})
        return {**record.plain, "in": came, "given": got, "bundle": carried}

    texts = [_json(plain(each.record)) for each in people]
    size = _rounded(max(map(len, texts), default=0))
    return [
        seal_entry(each.record.lookup, each.opener, text.ljust(size))
        for each, text in zip(people, texts, strict=True)
        if changed is None or each.record.delegate_id in changed
    ]


def _bundle_keys(people: list[_Opened]) -> dict[int, tuple[bytes, bytes]]:
    """{delegation id: name and key of its bundle}, made from the openers of its members: the same until one of them changes."""
    seeds = {number: b"".join(sorted(each.opener for each in members)) for number, members in _members(people).items()}
    return {number: (sha256(b"name" + seed).digest(), sha256(b"key" + seed).digest()) for number, seed in seeds.items()}


def _members(people: list[_Opened]) -> dict[int, list[_Opened]]:
    found: dict[int, list[_Opened]] = {}
    for each in people:
        if each.record.live and each.record.delegation_id:
            found.setdefault(each.record.delegation_id, []).append(each)
    return found


def _bundles(people: list[_Opened]) -> list[dict[str, str]]:
    """The keys of a delegation's records, sealed with a key that its head's record holds."""
    keys, led = _bundle_keys(people), {each.record.delegation_id for each in people if each.record.heads and each.record.live}
    texts = {
        number: _json(
            {
                "delegation": members[0].record.plain["delegation"],
                "members": [{"k": each.record.lookup, "key": b64encode(each.opener).decode()} for each in members],
            }
        )
        for number, members in _members(people).items()
        if number in led
    }
    size = _rounded(max(map(len, texts.values()), default=0))
    return [seal_entry(b64encode(keys[n][0]).decode(), keys[n][1], text.ljust(size)) for n, text in texts.items()]


def _indexes(congress_id: int, people: list[_Opened], sealer: Sealer) -> list[dict[str, str]]:
    """The names for a desk, sealed once for each live desk card."""
    cards = db.session.execute(
        select(_CARD.lookup, _CARD.opener_sealed).where(_CARD.congress_id == congress_id, _CARD.revoked_at.is_(None))
    ).all()
    kept = ("id", "number", "name", "unit", "delegation", "group_label", "state", "seat")
    index = [
        {
            "k": each.record.lookup, "key": b64encode(each.opener).decode(), "folded": each.record.folded,
            **{key: each.record.plain[key] for key in kept},
        }
        for each in people
        if not each.record.plain["revoked"]
    ]  # fmt: skip
    text = _json({"people": index}) if cards else b""
    return [seal_entry(card.lookup, open_opener(card.opener_sealed, sealer), text) for card in cards]


def seal_entry(lookup: str, opener: bytes, text: bytes, about: bytes | None = None) -> dict[str, str]:
    """A record as it travels: its name, a fresh nonce, and the text sealed with its key (AES-256-GCM)."""
    nonce = token_bytes(12)
    sealed = AESGCM(opener).encrypt(nonce, text, about)
    return {"k": lookup, "n": b64encode(nonce).decode(), "d": b64encode(sealed).decode()}


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _rounded(size: int) -> int:
    return -(-size // BLOCK) * BLOCK
