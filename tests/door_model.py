"""What is true at the doors of one hall, kept as plain lists and looked up by hand: nothing of the service is used here.

The rules are written down a second time and in another way than in congress/, so that a mistake in one is not in the other.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, timezone

VIETNAM = timezone(timedelta(hours=7))
UNDO_WITHIN = timedelta(minutes=15)
MISSING = {
    "token": "unknown_token", "key": "unknown_token", "number": "unknown_number", "person": "unknown_person",
    "walk_in": "unknown_person",
}  # fmt: skip
DESK_MAY = {"not_approved": "let_in", "reserve": "let_in", "already_in": "owner"}


@dataclass
class Somebody:
    """A person with every badge they ever had, the newest last."""

    name: str
    number: int
    state: str = "approved"
    here: bool = True  # a delegate of this congress
    walk_in: bool = False
    badges: list[str] = field(default_factory=list)
    dead: set[str] = field(default_factory=set)
    place: str = ""  # whose place they hold, or held last: their own, until they replace somebody

    def renew(self, badge: str) -> None:
        """The badge is lost: another one, and the old ones open nothing."""
        self.dead.update(self.badges)
        self.badges.append(badge)


@dataclass
class Door:
    """The check-in of one sitting."""

    starts_at: datetime
    reentry: bool
    by_hand: bool | None = None
    by_hand_at: datetime | None = None

    def shut(self, moment: datetime) -> str | None:
        """Why nobody comes in at a moment, or None."""
        decided = self.by_hand is not None and self.by_hand_at is not None and moment >= self.by_hand_at
        if decided:
            return None if self.by_hand else "closed_by_hand"
        minutes = (moment - self.starts_at).total_seconds() / 60
        return "not_yet" if minutes < -90 else "over" if minutes > 240 else None

    def empty(self, now: datetime) -> bool:
        """Whether its day is over in Vietnam."""
        return now.astimezone(VIETNAM).date() > self.starts_at.astimezone(VIETNAM).date()


@dataclass(frozen=True)
class Happened:
    """What was done at a door, and what its device sends of it; `let_in` is what the device without network really did."""

    device: str
    gate: str
    desk: bool
    nonce: str
    way: str  # token, key, number, person, walk_in
    what: str  # the badge, the number or the name
    sitting: int
    kind: str
    at: datetime
    offline: bool = False
    shown: str = ""
    let_in: bool = False
    decided: bool = False  # somebody pressed "let in" or "it is the owner", with a reason


@dataclass(frozen=True)
class Answer:
    """What the door says."""

    result: str
    code: str
    at: datetime


@dataclass
class Kept:
    """A scan that the server has answered."""

    scan: Happened
    content: tuple[object, ...]
    answer: Answer
    person: str | None
    conflict: str = ""
    annulled: bool = False

    @property
    def order(self) -> tuple[datetime, str, str]:
        return self.answer.at, self.scan.device, self.scan.nonce


@dataclass(frozen=True)
class Came:
    """The row of somebody who came: when and where first, and since when they are out again."""

    at: datetime
    gate: str
    nonce: str
    left_at: datetime | None


@dataclass
class Truth:
    """The people, the doors, and every scan that was answered, by device and nonce."""

    people: dict[str, Somebody]
    doors: dict[int, Door]
    cancelled: bool = False
    holders: dict[str, str] = field(default_factory=dict)  # who holds the place of whom
    kept: dict[tuple[str, str], Kept] = field(default_factory=dict)

    # ---- what follows from the scans that count ----------------------------------------------------------------------

    def counting(self, name: str, sitting: int, kind: str) -> list[Kept]:
        """The scans of somebody at a sitting that were let through and not taken back."""
        return [
            kept for kept in self.kept.values()
            if kept.person == name and kept.scan.sitting == sitting and kept.scan.kind == kind
            and kept.answer.result == "ok" and not kept.annulled
        ]  # fmt: skip

    def came(self, name: str, sitting: int) -> Came | None:
        """Whether somebody came: first by their first entry; out since the first exit that no entry follows."""
        entries = self.counting(name, sitting, "entry")
        if not entries:
            return None
        first, last = min(entries, key=lambda kept: kept.order), max(kept.answer.at for kept in entries)
        exits = [kept.answer.at for kept in self.counting(name, sitting, "exit") if kept.answer.at >= last]
        return Came(first.answer.at, first.scan.gate, first.scan.nonce, min(exits, default=None))

    def attendance(self) -> dict[tuple[str, int], Came]:
        """The rows there must be."""
        found = {(name, sitting): self.came(name, sitting) for name in self.people for sitting in self.doors}
        return {key: came for key, came in found.items() if came}

    def conflicts(self) -> dict[tuple[str, str], tuple[str, bool]]:
        """{(device, nonce): (why, whether closed)} of what somebody must look at."""
        return {key: (kept.conflict, kept.annulled) for key, kept in self.kept.items() if kept.conflict}

    def counts(self, sitting: int, now: datetime) -> dict[str, int]:
        """The figures of a sitting."""
        here = [person for person in self.people.values() if person.here]
        listed = [person for person in here if person.state == "approved" and not person.walk_in]
        came = [(person, self.came(person.name, sitting)) for person in here]
        inside = [person for person, row in came if row and row.left_at is None]
        if self.doors[sitting].empty(now):
            inside = []
        from_list = sum(person in listed for person in inside)
        return {"inside": from_list, "expected": len(listed), "walk_ins": len(inside) - from_list}

    # ---- what a scan leads to ----------------------------------------------------------------------------------------

    def arrive(self, scan: Happened, now: datetime) -> Answer:
        """A scan reaches the server: its answer, which is the one it got before if it was here before."""
        before = self.kept.get((scan.device, scan.nonce))
        if before is None:
            return self._take(scan, now)
        same = before.content == self._content(scan)
        meant = same or before.answer.result == "unknown" or self._who(scan) is None
        unheard = before.answer.result != "ok" and not before.scan.offline
        if scan.let_in and unheard and meant:  # it never heard the refusal, and let in by itself
            own = replace(scan, nonce=f"{scan.nonce}/offline")
            if (own.device, own.nonce) not in self.kept:
                return self._take(own, now)
            before = self.kept[own.device, own.nonce]
            same = before.content == self._content(own)
        return before.answer if same else Answer("refused", "nonce_reused", now)

    def _take(self, scan: Happened, now: datetime) -> Answer:
        person = self._who(scan)
        at = min(scan.at, now) if scan.offline else now
        result, code = self._rules(scan, person, at)
        conflict = ""
        if scan.decided and scan.desk and code in DESK_MAY and (scan.let_in or not scan.offline):
            result, code = "ok", DESK_MAY[code]
        elif scan.let_in and result == "unknown":
            conflict = code
        elif scan.let_in and code == "already_out":
            result, code = "ok", "out"
        elif scan.let_in and result != "ok":
            result, code, conflict = "ok", "forced", code
        elif scan.offline and not scan.let_in and result == "ok":
            result, code = scan.shown, "not_let_in"
        answer = Answer(result, code, at)
        name = person.name if person and person.here else None
        if person and code == "owner":
            person.dead.update(person.badges)
        self.kept[scan.device, scan.nonce] = Kept(scan, self._content(scan), answer, name, conflict)
        return answer

    def _who(self, scan: Happened) -> Somebody | None:
        everybody = self.people.values()
        if scan.way in ("token", "key"):
            with_it = [person for person in everybody if scan.what in person.badges]
            return with_it[0] if with_it and (with_it[0].here or scan.way == "token") else None
        if scan.way == "number":
            return next((person for person in everybody if person.here and person.number == int(scan.what)), None)
        return next((person for person in everybody if person.here and person.name == scan.what), None)

    def _content(self, scan: Happened) -> tuple[object, ...]:
        by_badge = scan.way in ("token", "key") and self._who(scan)
        return (scan.sitting, scan.kind, "badge" if by_badge else scan.way, scan.what)

    def _rules(self, scan: Happened, person: Somebody | None, at: datetime) -> tuple[str, str]:
        """What the rules say now of what happened then."""
        if person is None:
            return "unknown", MISSING[scan.way]
        came = self.came(person.name, scan.sitting)
        shut = self.doors[scan.sitting].shut(at) if scan.kind == "entry" else None
        against = (
            ("replaced", person.state == "withdrawn" and self.holders.get(person.place, person.name) != person.name),
            ("badge_revoked", scan.way in ("token", "key") and scan.what in person.dead),
            ("withdrawn", person.state == "withdrawn"),
            ("reserve", person.state == "reserve" and not came),
            ("not_approved", person.state == "proposed" and not came),
            ("other_congress", not person.here),
            ("cancelled", self.cancelled),
            (shut or "", shut is not None),
        )
        for code, stands in against:
            if stands:
                return "refused", code
        return self._pass(scan, person, came)

    def _pass(self, scan: Happened, person: Somebody, came: Came | None) -> tuple[str, str]:
        if scan.kind == "handout":
            given = self.counting(person.name, scan.sitting, "handout")
            return ("again", "already_given") if given else ("ok", "given")
        outside = came is not None and came.left_at is not None
        if scan.kind == "exit":
            return ("again", "already_out") if outside else ("ok", "out")
        if came is None:
            return "ok", "in"
        if not outside:
            return "again", "already_in"
        return ("ok", "back") if self.doors[scan.sitting].reentry else ("refused", "no_reentry")

    # ---- what people decide ------------------------------------------------------------------------------------------

    def annul(self, device: str, nonce: str, at: datetime, now: datetime) -> str:
        """A device takes a scan of its own back: "annulled", or why not."""
        kept = self.kept.get((device, f"{nonce}/offline")) or self.kept.get((device, nonce))
        if kept is None:
            return "no_scan"
        if kept.annulled:
            return "annulled"
        if min(at, now) - kept.answer.at > UNDO_WITHIN:
            return "too_late"
        if kept.answer.result != "ok":
            return "not_an_entry"
        kept.annulled = True
        return "annulled"

    def substitute(self, old: str, new: str, badge: str) -> None:
        """One person takes the place and the number of another."""
        leaves, comes = self.people[old], self.people[new]
        leaves.dead.update(leaves.badges)
        comes.renew(badge)
        leaves.state, comes.state = "withdrawn", "approved"
        leaves.number, comes.number = comes.number, leaves.number
        comes.place = leaves.place
        self.holders[comes.place] = new

    def may_replace(self, old: str, now: datetime) -> bool:
        """Whether nothing keeps somebody from being replaced: they are on the list, have a place, and are in nowhere."""
        person = self.people[old]
        gone = person.state == "withdrawn" and self.holders.get(person.place, old) != old
        inside = any(self.came(old, sitting) and door.shut(now) != "over" for sitting, door in self.doors.items())
        return person.state in ("approved", "withdrawn") and not gone and not inside
