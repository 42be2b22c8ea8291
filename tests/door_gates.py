"""Simulated devices at the doors of a hall: each knows its last list and its own scans, as the page of `static/js/door*.js` does.

`Server` is what answers them: the operations behind the device API, in one transaction that is never committed.
"""

import json
from base64 import b64decode
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from congress.domain.door import Entry, Found, Opening, Successor, judge
from congress.domain.refusals import Refused
from congress.models import Scan, db
from congress.operations import snapshot_keys, snapshots
from congress.operations.checkin import ScanSource
from congress.operations.desk_work import annul_own, annul_scan
from congress.operations.devices import DeviceFacts
from congress.operations.doors import get_door
from congress.operations.scan_batches import Batch, has_strange_keys
from tests.door_model import Answer, Happened
from tests.hall import Hall

DESK_MAY = {"not_approved": "let_in", "reserve": "let_in", "already_in": "owner"}
DOUBT = timedelta(seconds=2)


class Server:
    """What stands behind the device API of one hall, and its clock."""

    def __init__(self, hall: Hall, start: datetime) -> None:
        self.hall, self.sealer, self.congress_id, self.start = hall, hall.sealer, hall.congress.id, start
        self.now = start
        self.salt = snapshot_keys.ensure_salt(self.congress_id)
        self.derived: dict[str, tuple[str, bytes]] = {}

    def derive(self, token: str) -> tuple[str, bytes]:
        """What a device makes of a token; remembered, for it takes some milliseconds."""
        if token not in self.derived:
            self.derived[token] = snapshot_keys.derive(token, self.salt)
        return self.derived[token]

    def scans(self, facts: DeviceFacts, bodies: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """POST /api/gate/scans."""
        if has_strange_keys(bodies):
            self.derive_missing()
        answers = Batch(get_door(self.congress_id), facts, sealer=self.sealer, now=self.now).record(bodies)
        db.session.flush()
        return answers

    def annul(self, source: ScanSource, nonce: str, at: datetime) -> str:
        """POST /api/gate/scans/<nonce>/annul."""
        try:
            annul_own(
                nonce, congress_id=self.congress_id, source=source, happened_at=at, actor=self.hall.staff, now=self.now
            )  # fmt: skip
        except Refused as refusal:
            return refusal.code
        return "annulled"

    def supervise(self, scan: Scan) -> str:
        """A supervisor takes back any scan."""
        try:
            annul_scan(scan.id, congress=self.hall.congress, actor=self.hall.chief, now=self.now)
        except Refused as refusal:
            return refusal.code
        return "annulled"

    def derive_missing(self) -> None:
        """What the worker does: keys of badges that have none yet."""
        rows = []
        for badge_id, sealed in snapshots.badges_without_keys(self.congress_id):
            lookup, opener = self.derive(self.sealer.open(sealed))
            rows.append(
                {"badge_id": badge_id, "lookup": lookup, "opener_sealed": snapshot_keys.seal_opener(opener, self.sealer)}
            )  # fmt: skip
        snapshots.keep_keys(rows)

    def snapshot(self, since: str) -> dict[str, Any] | None:
        """GET /api/gate/snapshot."""
        self.derive_missing()
        return snapshots.make_snapshot(
            get_door(self.congress_id), since=since, with_index=False, sealer=self.sealer, now=self.now
        )


@dataclass
class Item:
    """What waits in a device's queue: a scan or an annul, with what really happened."""

    nonce: str
    body: dict[str, Any]
    scan: Happened | None = None  # None: an annul


@dataclass
class Seen:
    """Somebody came, left, was handed something, or had that taken back, by this device."""

    key: str
    sitting: int
    kind: str
    at: datetime
    told: datetime | None = None


@dataclass
class Device:
    """One browser at a door."""

    facts: DeviceFacts
    server: Server
    network: bool = True
    skew: timedelta = timedelta(0)  # how wrong its clock is
    corrects: bool = True  # by the server's time
    made: int = 0  # scans so far
    listed: dict[str, Any] | None = None  # all of the list but the entries
    entries: dict[str, dict[str, str]] = field(default_factory=dict)
    queue: list[Item] = field(default_factory=list)
    done: list[Item] = field(default_factory=list)
    seen: dict[str, Seen] = field(default_factory=dict)
    passed: list[Happened] = field(default_factory=list)  # whom the screen said "in" to, to be taken back

    @property
    def name(self) -> str:
        return f"device:{self.facts.id}"

    @property
    def source(self) -> ScanSource:
        return ScanSource(self.name, self.facts.gate_name, "Lan", self.facts.profile, self.facts.id, self.facts.name)

    @property
    def clock(self) -> datetime:
        return self.server.now if self.corrects else self.server.now + self.skew

    def attempt(self, way: str, what: str, sitting: int, kind: str, decided: bool) -> Happened:
        """Something is held to this device."""
        self.made += 1
        return Happened(
            self.name, self.facts.gate_name, self.facts.profile == "desk", f"{self.facts.id}-{self.made}", way, what, sitting,
            kind, self.clock, decided=decided,
        )  # fmt: skip

    def wire(self, scan: Happened, people: dict[str, int]) -> dict[str, Any]:
        """The scan as it is sent; `people` are the numbers of rows by name."""
        way = {"person": "delegate_id"}.get(scan.way, scan.way)
        value = {"key": scan.what, "token": scan.what, "number": scan.what, "person": people.get(scan.what, 0)}[scan.way]
        if scan.way == "key":
            value = self.server.derive(scan.what)[0]
        reason = "người ấy ở đây" if scan.desk and (scan.decided or scan.way == "person") else ""
        return {
            "nonce": scan.nonce, way: int(value) if way in ("number", "delegate_id") else value, "sitting_id": scan.sitting,
            "kind": scan.kind, "happened_at": scan.at.isoformat(), "offline": scan.offline, "override": scan.decided,
            "operator": "Lan", **({"reason": reason} if reason else {}), **({"shown": scan.shown} if scan.offline else {}),
        }  # fmt: skip

    # ---- with the network --------------------------------------------------------------------------------------------

    def heard(self, scan: Happened, answer: Answer, people: dict[str, int]) -> None:
        """Remember what the server has answered, to judge by it and to offer it again."""
        key = self.server.derive(scan.what)[0] if scan.way in ("token", "key") else ""
        if key and answer.result == "ok":
            self.seen[scan.nonce] = Seen(key, scan.sitting, scan.kind, answer.at, self.clock)
        if answer.result == "ok":
            self.passed.append(replace(scan, at=answer.at))
        kept = replace(scan, way="key" if scan.way == "token" else scan.way, offline=True, shown=answer.result)
        kept = replace(kept, let_in=answer.result == "ok", decided=scan.decided and answer.result != "unknown")
        self.done.append(Item(scan.nonce, self.wire(kept, people), kept))

    def refresh(self) -> None:
        """Fetch the list, or what has changed of it."""
        self.take(self.server.snapshot(self.listed["cursor"] if self.listed else ""))

    def take(self, told: dict[str, Any] | None) -> None:
        """Keep a list, whole or in part; None where it has not changed."""
        if told is None:
            return
        if told["full"]:
            self.entries = {}
        self.entries.update((entry["k"], entry) for entry in told["entries"])
        self.listed = told
        made = datetime.fromisoformat(told["generated_at"])
        self.seen = {nonce: fact for nonce, fact in self.seen.items() if fact.told is None or fact.told + DOUBT >= made}

    # ---- without it --------------------------------------------------------------------------------------------------

    def decide(self, scan: Happened, people: dict[str, int]) -> None:
        """Judge by the list in this device, and keep the scan in the queue."""
        if self.listed is None or scan.way == "number":
            return  # shown as unknown, and kept nowhere
        key, record = self.find(scan.what) if scan.way != "person" else ("", None)
        result, code = self.weigh(record, key, scan)
        if scan.decided:  # a desk's decision, or "let in" for a badge that is not in the list yet
            decided = DESK_MAY.get(code) if scan.desk else None
            result = "ok" if code == "not_listed" or decided else result
        shown = replace(
            scan, way="key" if scan.way == "token" else scan.way, offline=True, shown=result, let_in=result == "ok"
        )  # fmt: skip
        if shown.let_in:
            self.passed.append(shown)
            if key:
                self.seen[scan.nonce] = Seen(key, scan.sitting, scan.kind, scan.at)
        self.queue.append(Item(scan.nonce, self.wire(shown, people), shown))

    def find(self, token: str) -> tuple[str, dict[str, Any] | None]:
        """The name of a badge's record, and the record where the list has one that the badge opens."""
        key, opener = self.server.derive(token)
        sealed = self.entries.get(key)
        return key, open_entry(sealed, opener) if sealed else None

    def weigh(self, record: dict[str, Any] | None, key: str, scan: Happened) -> tuple[str, str]:
        first, left, given = self.facts_of(record, key, scan.sitting)
        if record is None:
            inside = scan.kind == "entry" and key and first and not left
            return ("again", "already_in") if inside else ("unknown", "not_listed")
        listed = self.listed or {}
        here = next(each for each in listed["sittings"] if each["id"] == scan.sitting)
        times = [datetime.fromisoformat(here[name]) if here[name] else None for name in _TIMES]
        successor = Successor(**record["replaced"]) if record["replaced"] else None
        place = Entry(first, "") if first else None
        found = Found(record["revoked"], record["state"], True, place, left, Entry(given, "") if given else None, successor)
        opening = Opening(times[0], times[1], times[2], here["opened_by_hand"], times[3])
        verdict = judge(
            found, kind=scan.kind, cancelled=listed["cancelled"], barred=opening.barred(self.clock), reentry=here["reentry"]
        )  # fmt: skip
        return verdict.result, verdict.code

    def facts_of(
        self, record: dict[str, Any] | None, key: str, sitting: int
    ) -> tuple[datetime | None, datetime | None, datetime | None]:
        """First entry, since when outside, first hand-out: by the list, then by what this device saw since."""
        came = record["in"].get(str(sitting)) if record else None
        first = datetime.fromisoformat(came["at"]) if came else None
        left = datetime.fromisoformat(came["left"]) if came and came["left"] else None
        got = record["given"].get(str(sitting)) if record else None
        given = datetime.fromisoformat(got["at"]) if got else None
        facts = [fact for fact in self.seen.values() if fact.key == key and fact.sitting == sitting]
        for fact in sorted(facts, key=lambda fact: fact.at):
            if fact.kind == "entry":
                first, left = first or fact.at, None
            elif fact.kind == "exit":
                left = left or fact.at
            else:
                given = given or fact.at
        return first, left, given

    def take_back(self, scan: Happened) -> Item:
        """Somebody presses "undo" of a scan that was let in; with the network it is sent at once, else it waits."""
        self.passed.remove(scan)
        self.seen.pop(scan.nonce, None)
        return Item(scan.nonce, {"happened_at": self.clock.isoformat()})

    def settle(self, items: list[Item]) -> None:
        """The server has answered these: they leave the queue, and are offered again another day."""
        for item in items:
            self.queue.remove(item)
            self.done.append(item)
            if fact := self.seen.get(item.nonce):
                fact.told = self.clock


_TIMES = ("starts_at", "opens_at", "closes_at", "opened_by_hand_at")


def open_entry(sealed: dict[str, str], opener: bytes) -> dict[str, Any]:
    """The record of a badge, opened with what comes from its token."""
    plain = AESGCM(opener).decrypt(b64decode(sealed["n"]), b64decode(sealed["d"]), None)
    return json.loads(plain)  # type: ignore[no-any-return]


def read_answer(told: dict[str, Any]) -> Answer:
    """An answer as the device API gives it."""
    return Answer(told["result"], told["code"], datetime.fromisoformat(told["at"]).astimezone(UTC))
