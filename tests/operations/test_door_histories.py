"""Random mornings at several doors, with outages, clocks that are wrong, lost answers and second thoughts, against a plain model.

Every history is one transaction that is rolled back at its end; `pytest -m long` plays 10,000 of them on each database.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from congress.domain.refusals import Refused
from congress.domain.tokens import TokenKind, make_token
from congress.models import Attendance, Badge, Delegate, Scan, ScanConflict, Sitting, db
from congress.operations.badges import issue_badges, replace_badge, tokens_of
from congress.operations.desk_work import let_in, set_opening
from congress.operations.devices import DeviceFacts
from congress.operations.door_counts import with_counts
from congress.operations.doors import get_door
from congress.operations.substitutions import Decision, substitute
from tests.door_gates import Device, Item, Server, read_answer
from tests.door_model import Answer, Came, Door, Happened, Somebody, Truth
from tests.hall import NOW, Hall

PEOPLE = {"An": "approved", "Bình": "approved", "Chi": "approved", "Dũng": "reserve", "Em": "proposed", "Phúc": "proposed"}
STRANGER = "Người Huyện Khác"
NAMES = [*PEOPLE, STRANGER, "không có ai"]
NOBODY = make_token(TokenKind.BADGE, "1" * 20)
KINDS = ("entry", "exit", "handout")
MINUTES = (0, 0, 1, 1, 5, 14, 30, 200, 600)
HOURS = (-7, -1, 0, 5)

# ---- what may happen -------------------------------------------------------------------------------------------------

devices, sittings, few = st.integers(0, 3), st.sampled_from((0, 0, 0, 1)), st.integers(0, 2)
names = st.sampled_from((0, 0, 0, 1, 1, *range(len(NAMES))))  # the same people again and again
fates = st.sampled_from(("heard", "heard", "heard", "lost", "cut"))
seldom = st.sampled_from((False, False, False, True))
STATES = ("approved", "approved", "withdrawn", "withdrawn", "reserve", "proposed")
DOINGS: dict[str, tuple[int, st.SearchStrategy[tuple[Any, ...]]]] = {  # of which how many, and with what
    "wait": (10, st.tuples(st.sampled_from(MINUTES))),
    "scan": (40, st.tuples(
        devices, names, few, st.sampled_from(("badge", "badge", "badge", "number", "person")),
        st.sampled_from(("entry", "entry", "entry", *KINDS)), sittings, seldom, fates,
    )),
    "upload": (12, st.tuples(devices, st.integers(1, 6), fates)),
    "switch": (12, st.tuples(devices, st.booleans())),
    "undo": (5, st.tuples(devices, few, seldom)),
    "refresh": (4, st.tuples(devices)),
    "reoffer": (2, st.tuples(devices, st.integers(0, 3))),
    "reuse": (2, st.tuples(devices, few, names, seldom)),
    "supervise": (2, st.tuples(st.integers(0, 5))),
    "renew": (3, st.tuples(names)),
    "move": (4, st.tuples(names, st.sampled_from(STATES))),
    "substitute": (3, st.tuples(names, names)),
    "open": (2, st.tuples(sittings, st.sampled_from((True, False, None)))),
    "let_in": (2, st.tuples(names, sittings)),
    "cancel": (1, st.tuples(seldom)),
    "set_clock": (2, st.tuples(devices, st.sampled_from(HOURS), st.booleans())),
}  # fmt: skip
OFTEN = st.sampled_from([name for name, (times, _) in DOINGS.items() for _ in range(times)])


@st.composite
def steps(draw: st.DrawFn) -> tuple[Any, ...]:
    """One thing that happens, as often as it does in life."""
    name = draw(OFTEN)
    return (name, *draw(DOINGS[name][1]))


chapters = st.lists(st.lists(steps(), min_size=1, max_size=12), min_size=1, max_size=10)
histories = chapters.map(lambda chapters: [step for chapter in chapters for step in chapter])  # lists of lists are longer


def held(who: int, at: int = 0, *, decided: bool = False, fate: str = "heard") -> tuple[Any, ...]:
    """The step of somebody's newest badge at a device; the desk is device 3."""
    return ("scan", at, who, 0, "badge", "entry", 0, decided, fate)


FOUND = (  # what went wrong once
    [("renew", 0), held(0), ("reoffer", 0, 0)],  # a key that nobody had derived yet was taken for another scan
    [held(0), ("switch", 1, False), ("renew", 0), held(0, 1, decided=True)],  # … and its holder, let in, was nobody
    [held(0), ("refresh", 0), held(1, 1), ("refresh", 0)],  # of two scans within a millisecond the list told one
    [held(0), ("refresh", 1), ("switch", 1, False), held(0, 1, decided=True)],  # pressed "let in", and was refused all the same
    [("move", 0, "withdrawn"), held(0, 3, decided=True), ("reoffer", 3, 0)],  # … at the desk, and then offered again
    [("switch", 0, False), held(6, decided=True)],  # a retry of an unknown badge that was let in was listed twice
    [held(6, fate="lost", decided=True)],  # a badge refused on the way, and let in as unknown
    [("let_in", 5, 0), ("let_in", 5, 0)],  # the owner of no badge has none to be killed
    [("switch", 3, False), held(0, 3), *[held(0, 3, decided=True)] * 2],  # the first decision kills the badge of the second
    [("set_clock", 0, -7, False), held(0), ("undo", 0, 0, False)],  # with the network the device's clock does not matter
)


def found_once(test: Any) -> Any:
    """Play what went wrong once as well."""
    for history in FOUND:
        test = example(history=list(history))(test)
    return test


class House:
    """The rows that all histories start from."""

    def __init__(self, app: Flask) -> None:
        self.hall = Hall(app)
        hall = self.hall
        for delegate in (hall.dao, hall.binh):
            delegate.state = "withdrawn"  # of the hall, not of the histories
        self.sittings = [
            Sitting(congress=hall.congress, kind="main", name="Buổi một", starts_at=NOW - timedelta(minutes=11)),
            Sitting(congress=hall.congress, kind="lunch", name="Buổi hai", starts_at=NOW + timedelta(hours=1), reentry=False),
        ]
        db.session.add_all(self.sittings)
        self.rows = {name: hall.person(name, state=state) for name, state in PEOPLE.items()}
        self.rows[STRANGER] = hall.person(STRANGER, congress=hall.other_congress)
        self.rows[STRANGER].number = 555  # nobody's here
        db.session.flush()
        db.session.execute(Badge.__table__.delete().where(Badge.delegate_id == self.rows["Phúc"].id))
        profiles = {"Cửa 1": "gate", "Cửa 2": "gate", "Cửa 3": "kiosk", "Bàn": "desk"}
        self.devices = {name: hall.device(profile, key=name) for name, profile in profiles.items()}
        self.server = Server(hall, NOW)
        self.server.derive_missing()
        self.tokens = tokens_of(hall.congress, hall.sealer) | tokens_of(hall.other_congress, hall.sealer)
        db.session.commit()
        self.ids = {name: row.id for name, row in self.rows.items()}
        self.names = {number: name for name, number in self.ids.items()}
        self.doors = [sitting.id for sitting in self.sittings]
        self.list = self.server.snapshot("")
        self.facts = [
            DeviceFacts(row.id, row.name, row.profile, hall.congress.id, None, None, name, "", revoked=False)
            for name, row in self.devices.items()
        ]  # fmt: skip

    def truth(self) -> Truth:
        """The model as it is before anything happens."""
        people = {}
        for name, row in self.rows.items():
            badges = [self.tokens[row.id]] if row.id in self.tokens else []
            people[name] = Somebody(name, row.number, row.state, name != STRANGER, badges=badges, place=name)
        return Truth(people, {sitting.id: Door(sitting.starts_at, sitting.reentry) for sitting in self.sittings})


class Morning:
    """One history: each step happens to the service and to the model, and both must agree."""

    def __init__(self, house: House) -> None:
        self.house, self.server, self.truth = house, house.server, house.truth()
        self.server.now = NOW
        self.devices = [Device(facts, self.server) for facts in house.facts]
        for device in self.devices:
            device.take(house.list)
        self.answered: list[tuple[Device, Item, Answer]] = []
        self.written: dict[int, tuple[Any, ...]] = {}
        self.annulled: dict[int, tuple[Any, ...]] = {}

    # ---- steps -------------------------------------------------------------------------------------------------------

    def scan(self, *how: Any) -> None:
        at, who, age, way, kind, place, decided, fate = how
        device = self.devices[at]
        way, what = self.held(NAMES[who], age, way)
        if way == "person" and device.facts.profile != "desk":
            return
        if way == "number" and device.facts.profile == "kiosk":
            return
        scan = device.attempt(way, what, self.house.doors[place], kind, decided)
        if not device.network:
            device.decide(scan, self.house.ids)
            return
        item = Item(scan.nonce, device.wire(scan, self.house.ids), scan)
        told = self.send(device, [item], fate)
        if told:
            device.heard(scan, told[0], self.house.ids)
        else:
            device.decide(scan, self.house.ids)

    def held(self, name: str, age: int, way: str) -> tuple[str, str]:
        person = self.truth.people.get(name)
        if person is None:
            return ("token", NOBODY) if way == "badge" else (way, "9999" if way == "number" else name)
        if way == "number":
            return way, str(person.number)
        return ("token", person.badges[-1 - age % len(person.badges)]) if way == "badge" and person.badges else ("person", name)

    def upload(self, at: int, size: int, fate: str) -> None:
        device = self.devices[at]
        if not device.network or not device.queue:
            return
        if device.queue[0].scan is None:
            self.send_annul(device, device.queue[0], fate)
            return
        batch = []
        for item in device.queue[:size]:
            if item.scan is None:
                break
            batch.append(item)
        if self.send(device, batch, fate):
            device.settle(batch)

    def send(self, device: Device, items: list[Item], fate: str = "heard") -> list[Answer]:
        """Post scans. Cut: the server never got to its commit. Lost: it did, but the answer did not come."""
        bodies = [item.body for item in items]
        if fate == "cut":
            with_nothing = db.session.begin_nested()
            self.server.scans(device.facts, bodies)
            with_nothing.rollback()
            return []
        told = self.server.scans(device.facts, bodies)
        wanted = [self.truth.arrive(item.scan, self.server.now) for item in items if item.scan]
        assert [read_answer(each) for each in told] == wanted
        for each, item in zip(told, items, strict=True):
            assert each["counts"] == self.truth.counts(item.body["sitting_id"], self.server.now)
        self.answered += [(device, item, answer) for item, answer in zip(items, wanted, strict=True)]
        if any(answer.code == "owner" for answer in wanted):
            self.learn_badges()
        self.check()
        return wanted if fate == "heard" else []

    def learn_badges(self) -> None:
        for number, token in tokens_of(self.house.hall.congress, self.server.sealer).items():
            person = self.truth.people.get(self.house.names.get(number, ""))
            if person and token not in person.badges:
                person.badges.append(token)

    def switch(self, at: int, on: bool) -> None:
        self.devices[at].network = on

    def refresh(self, at: int) -> None:
        device = self.devices[at]
        if not device.network:
            return
        device.refresh()
        for name, person in self.truth.people.items():
            if not person.here:
                continue
            for badge in person.badges:
                self.check_record(device, name, badge)

    def check_record(self, device: Device, name: str, badge: str) -> None:
        """A list that was just fetched tells of everybody what is true."""
        person = self.truth.people[name]
        record = device.find(badge)[1]
        assert record is not None
        came = {str(place): row for (who, place), row in self.truth.attendance().items() if who == name}
        left = {place: row.left_at.isoformat() if row.left_at else None for place, row in came.items()}
        handouts = {str(place): self.truth.counting(name, place, "handout") for place in self.truth.doors}
        given = {place: min(kept.answer.at for kept in some).isoformat() for place, some in handouts.items() if some}
        assert {place: row["at"] for place, row in record["given"].items()} == given
        assert (record["state"], record["revoked"]) == (person.state, badge in person.dead)
        assert {place: (row["at"], row["gate"], row["left"]) for place, row in record["in"].items()} == {
            place: (row.at.isoformat(), row.gate, left[place]) for place, row in came.items()
        }

    def reoffer(self, at: int, back: int) -> None:
        device = self.devices[at]
        batch = [item for item in device.done if item.scan][back:]
        if device.network and batch:
            self.send(device, batch)

    def reuse(self, at: int, back: int, who: int, let_in: bool) -> None:
        """The nonce of an earlier scan with another badge."""
        device = self.devices[at]
        mine = [item for sender, item, _ in self.answered if sender is device and item.scan]
        person = self.truth.people.get(NAMES[who])
        if not mine or person is None or not person.badges:
            return
        scan = mine[-1 - back % len(mine)].scan
        assert scan is not None
        other = replace(
            scan, way="token", what=person.badges[-1], offline=let_in, shown="ok" if let_in else "", let_in=let_in, decided=False
        )
        self.send(device, [Item(other.nonce, device.wire(other, self.house.ids), other)])

    def undo(self, at: int, back: int, lost: bool) -> None:
        device = self.devices[at]
        if not device.passed:
            return
        scan = device.passed[-1 - back % len(device.passed)]
        waits = any(item.nonce == scan.nonce for item in device.queue)
        item = device.take_back(scan)
        if waits or not device.network or self.send_annul(device, item, "lost" if lost else "heard") is None:
            device.queue.append(item)

    def send_annul(self, device: Device, item: Item, fate: str) -> str | None:
        at = device.clock if item not in device.queue else read_moment(item)
        if fate == "cut":
            with_nothing = db.session.begin_nested()
            self.server.annul(device.source, item.nonce, at)
            with_nothing.rollback()
            return None
        told = self.server.annul(device.source, item.nonce, at)
        assert told == self.truth.annul(device.name, item.nonce, at, self.server.now)
        self.check()
        if fate == "heard" and item in device.queue:
            device.settle([item])
        return told if fate == "heard" else None

    def supervise(self, back: int) -> None:
        rows = db.session.scalars(select(Scan).order_by(Scan.id.desc()).limit(6)).all()
        if not rows:
            return
        scan = rows[back % len(rows)]
        kept = self.truth.kept[scan.device, scan.nonce]
        wanted = "already_undone" if kept.annulled else "annulled" if kept.answer.result == "ok" else "not_an_entry"
        assert self.server.supervise(scan) == wanted
        kept.annulled = kept.annulled or wanted == "annulled"
        self.check()

    def renew(self, who: int) -> None:
        person = self.truth.people.get(NAMES[who])
        if person and person.here and set(person.badges) - person.dead and not self.truth.cancelled:
            row = db.session.get_one(Delegate, self.house.ids[person.name])
            replace_badge(row, actor=self.house.hall.chief, sealer=self.server.sealer, now=self.server.now)
            person.dead.update(person.badges)
            self.learn_badges()

    def move(self, who: int, state: str) -> None:
        person = self.truth.people.get(NAMES[who])
        if person is None or not person.here:
            return
        row = db.session.get_one(Delegate, self.house.ids[person.name])
        row.state = person.state = state
        db.session.flush()
        if state == "approved":
            issue_badges([row.id], sealer=self.server.sealer, now=self.server.now)
            self.learn_badges()

    def substitute(self, who: int, instead: int) -> None:
        old, new = self.truth.people.get(NAMES[who]), self.truth.people.get(NAMES[instead])
        if old is None or new is None or not old.here or not new.here or old is new or self.truth.cancelled:
            return
        may = self.truth.may_replace(old.name, self.server.now) and new.state != "approved"
        ids = [self.house.ids[person.name] for person in (old, new)]
        hall, decision = self.house.hall, Decision("ốm", "Trưởng ban")
        try:
            substitute(hall.congress.id, *ids, decision, actor=hall.chief, sealer=hall.sealer, now=self.server.now)
        except Refused as refusal:
            assert not may, refusal.code
            return
        assert may
        self.truth.substitute(old.name, new.name, tokens_of(hall.congress, hall.sealer)[ids[1]])

    def open(self, place: int, by_hand: bool | None) -> None:
        sitting, door = self.house.sittings[place], self.truth.doors[self.house.doors[place]]
        if by_hand == door.by_hand or (by_hand and self.truth.cancelled):
            return
        set_opening(sitting, by_hand, actor=self.house.hall.chief, now=self.server.now)
        db.session.flush()
        door.by_hand, door.by_hand_at = by_hand, self.server.now

    def let_in(self, who: int, place: int) -> None:
        """The desk lets in somebody of the list who is not approved."""
        person, desk, door = self.truth.people.get(NAMES[who]), self.devices[3], self.house.doors[place]
        if person is None or not desk.network:
            return
        scan = desk.attempt("walk_in", person.name, door, "entry", True)
        may = person.here and person.state in ("proposed", "reserve") and not self.truth.cancelled
        hall, now = self.house.hall, self.server.now
        try:
            answer = let_in(
                congress=hall.congress, sitting=self.house.sittings[place], delegate_id=self.house.ids[person.name],
                reason="đi thay", nonce=scan.nonce, source=desk.source, actor=hall.chief, sealer=hall.sealer, now=now,
            )  # fmt: skip
        except Refused as refusal:
            assert not may or self.truth.doors[door].shut(now), refusal.code
            return
        assert may and not self.truth.doors[door].shut(now)
        person.walk_in = True
        assert Answer(answer.result, answer.code, answer.at) == self.truth.arrive(replace(scan, at=now), now)
        counted = with_counts(answer, get_door(hall.congress.id).get_sitting(door), hall.congress.id, now)
        assert counted.inside == self.truth.counts(door, now)["inside"]
        self.learn_badges()
        self.check()

    def cancel(self, cancelled: bool) -> None:
        self.house.hall.congress.stage = "cancelled" if cancelled else "list_open"
        self.truth.cancelled = cancelled
        db.session.flush()

    def set_clock(self, at: int, hours: int, corrects: bool) -> None:
        self.devices[at].skew, self.devices[at].corrects = timedelta(hours=hours), corrects

    def wait(self, minutes: int) -> None:
        self.server.now += timedelta(minutes=minutes, seconds=3)

    # ---- what must hold ----------------------------------------------------------------------------------------------

    def check(self) -> None:
        """The tables say what the model says; what was written stays; who went in without network is in."""
        scans = {row.id: row for row in db.session.connection().execute(select(Scan.__table__)).all()}
        self.check_written(scans)
        came = self.attendance(scans)
        assert came == self.truth.attendance()
        listed = db.session.connection().execute(select(ScanConflict.__table__)).all()
        told = {(scans[row.scan_id].device, scans[row.scan_id].nonce): (row.code, row.closed_at is not None) for row in listed}
        assert (told, len(listed)) == (self.truth.conflicts(), len(told))
        for device, item, answer in self.answered:
            if item.scan and item.scan.let_in and item.scan.kind == "entry" and answer.code != "nonce_reused":
                self.check_in(device, item.scan, came)

    def check_written(self, scans: dict[int, Any]) -> None:
        now = {
            number: tuple(value for name, value in row._mapping.items() if "annul" not in name) for number, row in scans.items()
        }
        undone = {number: (row.annulled_at, row.annulled_by, row.annul_reason) for number, row in scans.items()}
        assert {number: now.get(number) for number in self.written} == self.written
        assert all(undone[number] == kept for number, kept in self.annulled.items() if kept[0])
        self.written, self.annulled = now, undone

    def attendance(self, scans: dict[int, Any]) -> dict[tuple[str, int], Came]:
        rows = db.session.connection().execute(select(Attendance.__table__)).all()
        found = {
            (self.house.names[row.delegate_id], row.sitting_id): Came(row.at, row.gate, scans[row.scan_id].nonce, row.left_at)
            for row in rows
        }
        assert len(found) == len(rows)
        return found

    def check_in(self, device: Device, scan: Happened, came: dict[tuple[str, int], Came]) -> None:
        kept = [self.truth.kept.get((device.name, nonce)) for nonce in (scan.nonce, f"{scan.nonce}/offline")]
        undone = any(each and each.annulled for each in kept)
        here = [person for person in self.truth.people.values() if person.here]
        known = [person.name for person in here if scan.what in (person.name, *person.badges)]
        assert undone or not known or (known[0], scan.sitting) in came, "somebody whom a gate let in is not in"

    # ---- the evening -------------------------------------------------------------------------------------------------

    def finish(self) -> None:
        """All queues arrive, in whatever order; then all that was ever answered is asked again."""
        for device in self.devices:
            device.network = True
        backwards = db.session.begin_nested()
        for device in reversed(self.devices):
            for item in device.queue:
                if item.scan:
                    self.server.scans(device.facts, [item.body])
                else:
                    self.server.annul(device.source, item.nonce, read_moment(item))
        scans = {row.id: row for row in db.session.connection().execute(select(Scan.__table__)).all()}
        other = self.attendance(scans)
        backwards.rollback()
        for number, device in enumerate(self.devices):
            while device.queue:
                self.upload(number, 5, "heard")
        assert self.truth.attendance() == other
        self.ask_again()

    def ask_again(self) -> None:
        before, asked = dict(self.truth.kept), list(self.answered)
        self.wait(7)
        for device in self.devices:
            mine = [(item, answer) for sender, item, answer in asked if sender is device]
            if not mine:
                continue
            again = self.send(device, [item for item, _ in mine])
            assert [(each.result, each.code) for each in again] == [(each.result, each.code) for _, each in mine]
        assert self.truth.kept == before


def read_moment(item: Item) -> datetime:
    """When a device says that it took a scan back."""
    return datetime.fromisoformat(item.body["happened_at"])


def play(house: House, history: list[tuple[Any, ...]]) -> None:
    """One history from the first step to the evening, of which nothing stays."""
    try:
        morning = Morning(house)
        for step, *details in history:
            getattr(morning, step)(*details)
        morning.finish()
    finally:
        db.session.rollback()


@pytest.fixture
def house(session: Any, app: Flask) -> House:
    return House(app)


OF_OURS = settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


@found_once
@settings(OF_OURS, max_examples=300)
@given(history=histories)
def test_every_morning_ends_as_it_happened(house: House, history: list[tuple[Any, ...]]) -> None:
    play(house, history)


@pytest.mark.long
@settings(OF_OURS, max_examples=10_000)
@given(history=histories)
def test_ten_thousand_mornings(house: House, history: list[tuple[Any, ...]]) -> None:
    play(house, history)
