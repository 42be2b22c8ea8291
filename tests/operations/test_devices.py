"""Devices: paired once, found by their key, heard of every few seconds, ended for good."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, select, text

from congress.domain.access import COMMAND_LINE, Actor
from congress.domain.refusals import Refused
from congress.domain.tokens import TokenKind, is_well_formed, make_token
from congress.models import AuditEntry, Congress, Device, Gate, Pairing, Unit, db
from congress.operations import devices, gates, pairings
from congress.operations.devices import DeviceFacts, find_device
from congress.operations.heartbeats import Status, heartbeat
from congress.operations.sealing import Sealer
from tests.world import NOW, World, actor_for, make_congress

pytestmark = pytest.mark.usefixtures("session")
SEALER = Sealer(bytes(32))
ROOT = Path(__file__).parents[2]


class Hall(World):
    """The district's congress and somebody who supervises its door."""

    def __init__(self) -> None:
        super().__init__()
        self.supervisor = replace(actor_for("organiser", unit=self.district), name="Lê Thị Điều")
        self.helper = actor_for("checkin_staff", congress=self.congress)

    def gate(self, name: str, congress: Congress | None = None) -> Gate:
        return gates.add_gate((congress or self.congress).id, name, actor=self.supervisor, now=NOW)

    def pair(self, place: Congress | Unit | None = None, profile: str = "gate", name: str = "", **more: Any) -> Pairing:
        given = {"gate": None, "actor": self.supervisor, "sealer": SEALER, "now": NOW, **more}
        return pairings.make_pairing(place or self.congress, profile=profile, name=name, **given)

    def code(self, pairing: Pairing) -> str:
        return pairings.code_of(pairing, sealer=SEALER, now=NOW)

    def device(self, place: Congress | Unit | None = None, profile: str = "gate", **more: Any) -> tuple[Device, str]:
        return pairings.redeem(self.code(self.pair(place, profile, **more)), version="v1", sealer=SEALER, now=NOW)

    def facts(self, place: Congress | Unit | None = None, profile: str = "gate", **more: Any) -> DeviceFacts:
        found = find_device(self.device(place, profile, **more)[1], sealer=SEALER)
        assert found
        return found


@pytest.fixture
def hall() -> Hall:
    return Hall()


@contextmanager
def statements() -> Iterator[list[str]]:
    """The first words of what is asked of the database."""
    seen: list[str] = []

    def note(*args: Any) -> None:
        seen.append(args[2].split()[0])

    event.listen(db.engine, "before_cursor_execute", note)
    yield seen
    event.remove(db.engine, "before_cursor_execute", note)


def refused(doing: Any, *args: Any, **more: Any) -> tuple[str, str]:
    with pytest.raises(Refused) as refusal:
        doing(*args, **more)
    return refusal.value.code, refusal.value.message


def lines() -> list[tuple[str, str, dict[str, Any]]]:
    query = select(AuditEntry.action, AuditEntry.actor_name, AuditEntry.difference).order_by(AuditEntry.id)
    return [tuple(row) for row in db.session.execute(query)]


# ---- pairing ------------------------------------------------------------------------------------------------------------


def test_a_code_makes_one_device_and_its_key_finds_it(hall: Hall) -> None:
    gate = hall.gate("Cửa chính")
    pairing = hall.pair(gate=gate, name="  Máy của  Lan ")
    code = hall.code(pairing)
    assert is_well_formed(code) and int(code[0]) == TokenKind.DEVICE_PAIRING
    assert pairing.expires_at - pairing.created_at == timedelta(minutes=15)
    device, key = pairings.redeem(f" {code[:4]} {code[4:]} ", version="v1", sealer=SEALER, now=NOW + timedelta(minutes=14))
    db.session.commit()
    expected = DeviceFacts(device.id, "Máy của Lan", "gate", hall.congress.id, None, gate.id, "Cửa chính", "", revoked=False)
    with statements() as seen:
        assert find_device(key, sealer=SEALER) == expected
    assert [word for word in seen if word != "BEGIN"] == ["SELECT"]
    assert (device.version, device.paired_by, device.last_seen_at) == ("v1", "Lê Thị Điều", NOW + timedelta(minutes=14))
    assert pairing.device_id == device.id


def test_no_other_key_finds_it(hall: Hall) -> None:
    _, key = hall.device()
    others = [find_device(other, sealer=SEALER) for other in ("", "x", key + "x", key.lower())]
    assert [*others, find_device(key, sealer=Sealer(bytes(31) + b"1"))] == [None] * 5


def test_a_code_is_good_once_and_for_fifteen_minutes(hall: Hall) -> None:
    used, late = hall.code(hall.pair()), hall.code(hall.pair())
    pairings.redeem(used, sealer=SEALER, now=NOW)
    assert refused(pairings.redeem, used, sealer=SEALER, now=NOW) == ("used_code", pairings.USED)
    assert refused(pairings.redeem, late, sealer=SEALER, now=NOW + timedelta(minutes=15)) == ("expired_code", pairings.EXPIRED)
    assert "Ghép máy mới" in pairings.USED and "Ghép máy mới" in pairings.EXPIRED
    assert db.session.scalar(select(db.func.count(Device.id))) == 1


def test_what_is_no_code_is_unknown(hall: Hall) -> None:
    digits = hall.code(hall.pair())
    swapped = digits[:5] + digits[6] + digits[5] + digits[7:]
    strangers = [make_token(TokenKind.DEVICE_PAIRING, "1" * 20), make_token(TokenKind.BADGE, "1" * 20)]
    for code in ("", "x", "²" * 23, swapped if swapped != digits else "0", digits[:-1], *strangers):
        assert refused(pairings.redeem, code, sealer=SEALER, now=NOW) == ("unknown_code", pairings.UNKNOWN)
    pairings.redeem(digits, sealer=SEALER, now=NOW)


def test_a_used_or_expired_code_is_not_shown_any_more(hall: Hall) -> None:
    pairing, other = hall.pair(), hall.pair()
    pairings.redeem(hall.code(pairing), sealer=SEALER, now=NOW)
    moments = (NOW, NOW + timedelta(minutes=15))
    assert [pairings.state_of(each, now=moment) for each in (pairing, other) for moment in moments] == [
        "used", "used", "waiting", "expired",
    ]  # fmt: skip
    assert hall.code(pairing) == "" and pairings.code_of(other, sealer=SEALER, now=moments[1]) == ""
    assert len(hall.code(other)) == 23


def test_only_a_supervisor_pairs(hall: Hall) -> None:
    place = {"profile": "gate", "gate": None, "name": "", "sealer": SEALER, "now": NOW}
    for actor in (hall.helper, actor_for("organiser", unit=hall.other_district), actor_for("viewer", unit=hall.district)):
        assert refused(pairings.make_pairing, hall.congress, actor=actor, **place)[0] == "not_supervisor"
    # Who was given one congress by name holds nothing at the whole unit.
    assert refused(pairings.make_pairing, hall.district, actor=hall.helper, **place)[0] == "not_supervisor"
    assert pairings.make_pairing(hall.district, actor=hall.supervisor, **place).unit_id == hall.district.id


def test_a_pairing_refuses_what_makes_no_sense(hall: Hall) -> None:
    other = hall.gate("Cửa bên", hall.other_congress)
    assert refused(hall.pair, profile="boss")[0] == "bad_profile"
    assert refused(hall.pair, gate=other)[0] == "bad_gate"
    assert refused(hall.pair, hall.district, gate=hall.gate("Cửa 1"))[0] == "bad_gate"
    assert refused(hall.pair, name="x" * 61)[0] == "long_name"
    hall.congress.stage = "cancelled"
    assert refused(hall.pair)[0] == "cancelled"


def test_a_device_without_a_gate_stands_at_the_only_one(hall: Hall) -> None:
    first = hall.facts()
    assert (first.gate_name, first.name) == ("Cửa 1", "Cửa 1")
    assert hall.facts(profile="kiosk").gate_id == first.gate_id
    desk = hall.facts(profile="desk")
    assert (desk.gate_id, desk.name) == (None, "Bàn hỗ trợ")
    hall.gate("Cửa 2")
    assert hall.facts().gate_id is None  # somebody must choose


def test_somebody_signed_in_opens_a_device_here(hall: Hall) -> None:
    given = {"gate": None, "name": "", "sealer": SEALER, "now": NOW}
    device, key = devices.open_here(hall.congress, profile="gate", actor=hall.helper, **given)
    found = find_device(key, sealer=SEALER)
    assert found and (found.id, found.gate_name, device.paired_by) == (device.id, "Cửa 1", "checkin_staff thử")
    assert devices.open_here(hall.congress, profile="kiosk", actor=hall.helper, **given)[0].profile == "kiosk"
    assert refused(devices.open_here, hall.congress, profile="desk", actor=hall.helper, **given)[0] == "not_supervisor"
    assert devices.open_here(hall.congress, profile="desk", actor=hall.supervisor, **given)[0].profile == "desk"
    assert refused(devices.open_here, hall.other_congress, profile="gate", actor=hall.helper, **given)[0] == "not_supervisor"


# ---- which congress -----------------------------------------------------------------------------------------------------


def test_a_unit_s_device_checks_in_for_what_is_held_that_day(hall: Hall) -> None:
    hall.congress.held_on = date(2025, 3, 10)  # the day of NOW
    later = make_congress(hall.plan, hall.district, held_on=date(2025, 4, 1))
    soon = make_congress(hall.plan, hall.district, held_on=date(2025, 3, 20))
    facts = hall.facts(hall.district)
    assert (facts.congress_id, facts.unit_id) == (None, hall.district.id)

    def chosen(**moved: Any) -> int | None:
        return devices.device_congress_id(facts, NOW + timedelta(**moved))

    assert [chosen(), chosen(days=1), chosen(days=10), chosen(days=11)] == [hall.congress.id, soon.id, soon.id, later.id]
    assert chosen(days=300) == later.id  # the last, when nothing comes any more
    assert chosen(hours=15, minutes=59) == hall.congress.id  # 23:59 in Vietnam
    assert chosen(hours=16) == soon.id
    soon.stage = "cancelled"
    db.session.flush()
    assert [chosen(days=1), chosen(days=10)] == [later.id, later.id]
    hall.congress.stage = later.stage = "cancelled"
    soon.held_on = None
    db.session.flush()
    assert chosen() == hall.congress.id  # all are: better one than none
    soon.stage = "list_open"
    db.session.flush()
    assert chosen(days=300) == soon.id  # it has no day yet, so it comes


def test_a_device_of_a_congress_stays_with_it(hall: Hall) -> None:
    facts = hall.facts()
    assert facts.congress_id == hall.congress.id
    db.session.commit()
    with statements() as seen:
        assert devices.device_congress_id(facts, NOW + timedelta(days=300)) == facts.congress_id
    assert seen == []
    nowhere = replace(facts, congress_id=None, unit_id=hall.department.id)
    assert devices.device_congress_id(nowhere, NOW) is None


# ---- heartbeats ---------------------------------------------------------------------------------------------------------


def beat(facts: DeviceFacts, seconds: float = 0, **status: Any) -> tuple[DeviceFacts, bool]:
    """What the device is after it spoke, and whether its row was written."""
    db.session.commit()
    moment = NOW + timedelta(seconds=seconds)
    after = heartbeat(facts, Status(**status), congress_id=facts.congress_id, now=moment)
    db.session.commit()
    return after, db.session.get_one(Device, facts.id).last_seen_at == moment


def test_a_heartbeat_is_written_when_it_says_something_new(hall: Hall) -> None:
    facts = hall.facts()
    told = {"queue": 3, "version": "v2", "operator": "Lan", "snapshot_at": NOW - timedelta(hours=1)}
    after, written = beat(facts, 5, **told)
    assert written and after == replace(facts, operator="Lan")
    row = db.session.get_one(Device, facts.id)
    assert (row.queue_length, row.version, row.operator, row.snapshot_at) == tuple(told.values())
    assert [beat(after, second, **told)[1] for second in (6, 10, 20, 20.5, 21, 36)] == [False] * 3 + [True, False, True]
    for name, value in {"queue": 0, "version": "v3", "operator": "", "snapshot_at": NOW}.items():
        told[name] = value
        assert beat(after, 40, **told)[1], name
        assert not beat(after, 41, **told)[1], name
    row = db.session.get_one(Device, facts.id)
    assert (row.queue_length, row.version, row.operator, row.snapshot_at) == (0, "v3", "", NOW)


def test_silence_about_something_leaves_it(hall: Hall) -> None:
    facts = hall.facts()
    after, _ = beat(facts, 1, queue=3, version="v2", operator="Lan", snapshot_at=NOW)
    assert beat(after, 30)[0] == after
    row = db.session.get_one(Device, facts.id)
    assert (row.queue_length, row.version, row.operator, row.snapshot_at) == (3, "v2", "Lan", NOW)


def test_a_heartbeat_asks_once(hall: Hall) -> None:
    facts = hall.facts()
    db.session.commit()
    with statements() as seen:
        heartbeat(facts, Status(queue=3), congress_id=facts.congress_id, now=NOW)
    assert [word for word in seen if word != "BEGIN"] == ["UPDATE"]


def test_a_device_moves_to_a_gate_of_its_congress_only(hall: Hall) -> None:
    second, elsewhere = hall.gate("Cửa 2"), hall.gate("Cửa lạ", hall.other_congress)
    facts = hall.facts(gate=hall.gate("Cửa 1"))
    for wrong in (elsewhere.id, 999, 2**40, -1):
        assert beat(facts, gate_id=wrong)[0] == facts
        assert db.session.get_one(Device, facts.id).gate_id == facts.gate_id
    moved, written = beat(facts, 1, gate_id=second.id, operator="Hà")
    assert written and (moved.gate_id, moved.gate_name) == (second.id, "Cửa 2")
    assert beat(moved, 2, gate_id=second.id)[0] == moved
    assert [line for line in lines() if line[0] == "devices.move"] == [
        ("devices.move", "Hà", {"operator": ["", "Hà"], "gate": ["Cửa 1", "Cửa 2"]})
    ]


def test_odd_figures_are_bounded(hall: Hall) -> None:
    facts = hall.facts()
    after, _ = beat(facts, queue=2**40, version="v" * 500, operator="\0 Lan\n" + "x" * 500)
    row = db.session.get_one(Device, facts.id)
    assert (row.queue_length, len(row.version), row.operator) == (0, 60, "Lan " + "x" * 56) and after.operator == row.operator
    beat(facts, queue=-5)
    assert db.session.get_one(Device, facts.id).queue_length == 0


def test_a_unit_s_device_takes_its_gate_along_by_name(hall: Hall) -> None:
    facts = hall.facts(hall.district)
    assert facts.gate_id is None
    here = heartbeat(facts, Status(), congress_id=hall.congress.id, now=NOW)
    assert here.gate_name == "Cửa 1"
    side = hall.gate("Cửa bên")
    moved = heartbeat(here, Status(gate_id=side.id), congress_id=hall.congress.id, now=NOW)
    there = heartbeat(moved, Status(), congress_id=hall.other_congress.id, now=NOW)
    assert there.gate_name == "Cửa bên" and there.gate_id != side.id
    assert [gate.name for gate in gates.list_gates(hall.other_congress.id)] == ["Cửa bên"]
    assert heartbeat(there, Status(), congress_id=hall.other_congress.id, now=NOW) == there


# ---- the end ------------------------------------------------------------------------------------------------------------


def test_a_revoked_device_is_found_as_revoked_until_it_is_wiped(hall: Hall) -> None:
    device, key = hall.device()
    assert refused(devices.note_wiped, device.id, now=NOW)[0] == "not_revoked"
    devices.revoke(device, actor=hall.supervisor, now=NOW)
    found = find_device(key, sealer=SEALER)
    assert found and found.revoked and device.wiped_at is None
    assert refused(devices.revoke, device, actor=hall.supervisor, now=NOW)[0] == "revoked"
    devices.note_wiped(device.id, now=NOW + timedelta(minutes=1))
    devices.note_wiped(device.id, now=NOW + timedelta(minutes=9))
    assert device.wiped_at == NOW + timedelta(minutes=1)


def test_a_device_that_leaves_has_ended_and_carries_nothing(hall: Hall) -> None:
    device, key = hall.device()
    devices.leave(device.id, now=NOW)
    devices.leave(device.id, now=NOW + timedelta(hours=1))
    found = find_device(key, sealer=SEALER)
    assert found and found.revoked and (device.revoked_at, device.wiped_at) == (NOW, NOW)


def test_the_devices_of_a_congress_and_of_its_unit_are_listed(hall: Hall) -> None:
    mine, ended = hall.device(name="B")[0], hall.device(name="A")[0]
    of_unit = hall.device(hall.district, name="C")[0]
    stranger = pairings.redeem(hall.code(hall.pair(hall.other_congress, actor=COMMAND_LINE)), sealer=SEALER, now=NOW)[0]
    devices.revoke(ended, actor=hall.supervisor, now=NOW)
    assert devices.devices_of(hall.congress) == [mine, of_unit, ended]
    ids = (mine.id, of_unit.id, stranger.id, 999)
    assert [devices.find_of(hall.congress, number) for number in ids] == [mine, of_unit, None, None]


def test_what_is_done_is_written_and_no_secret_is(hall: Hall) -> None:
    pairing = hall.pair(gate=hall.gate("Cửa chính"), name="Máy 1")
    code = hall.code(pairing)
    device, key = pairings.redeem(code, version="v1", sealer=SEALER, now=NOW)
    devices.revoke(device, actor=hall.supervisor, now=NOW)
    devices.note_wiped(device.id, now=NOW)
    left = hall.device(name="Máy 2")[0]
    devices.leave(left.id, now=NOW)
    devices.open_here(
        hall.congress, profile="gate", gate=None, name="", actor=hall.helper, sealer=SEALER, now=NOW
    )  # fmt: skip
    paired = {"pairing": pairing.id, "paired_by": "Lê Thị Điều"}
    assert lines() == [
        ("gates.add", "Lê Thị Điều", {"name": "Cửa chính"}),
        ("devices.pair", "Lê Thị Điều", {"name": "Máy 1", "profile": "gate", "gate": "Cửa chính"}),
        ("devices.redeem", "Máy 1", paired),
        ("devices.revoke", "Lê Thị Điều", {"name": "Máy 1"}),
        ("devices.wiped", "Máy 1", {"name": "Máy 1"}),
        ("devices.pair", "Lê Thị Điều", {"name": "Máy 2", "profile": "gate", "gate": "Cửa chính"}),
        ("devices.redeem", "Máy 2", {**paired, "pairing": pairing.id + 1}),
        ("devices.leave", "Máy 2", {"name": "Máy 2"}),
        ("devices.open_here", "checkin_staff thử", {"name": "Cửa chính", "profile": "gate", "gate": "Cửa chính"}),
    ]
    assert set(db.session.scalars(select(AuditEntry.congress_id))) == {hall.congress.id}
    stored = " ".join(
        str(row) for table in db.metadata.sorted_tables for row in db.session.execute(text(f'SELECT * FROM "{table.name}"'))
    )
    assert code not in stored and key not in stored and len(key) >= 32


# ---- gates --------------------------------------------------------------------------------------------------------------


def test_gates_are_named_renamed_and_removed(hall: Hall) -> None:
    main, side = hall.gate(" Cửa  chính "), hall.gate("Cửa bên")
    assert [gate.name for gate in gates.list_gates(hall.congress.id)] == ["Cửa chính", "Cửa bên"]
    assert refused(hall.gate, "CUA CHINH") == ("same_gate", "Đã có cửa “Cửa chính”. Đặt tên khác.")
    assert hall.gate("Cửa chính", hall.other_congress).id != main.id
    assert [refused(hall.gate, name)[0] for name in ("", " \0 ", "x" * 41)] == ["no_name", "no_name", "long_name"]
    act = {"actor": hall.supervisor, "now": NOW}
    gates.rename_gate(main, "CỬA CHÍNH", **act)
    assert refused(gates.rename_gate, side, "cửa chính", **act)[0] == "same_gate"
    gates.rename_gate(side, "Cửa sau", **act)
    gates.remove_gate(main, **act)
    assert [gate.name for gate in gates.list_gates(hall.congress.id)] == ["Cửa sau"]
    assert [(action, changed) for action, _, changed in lines()][-3:] == [
        ("gates.rename", {"name": ["Cửa chính", "CỬA CHÍNH"]}),
        ("gates.rename", {"name": ["Cửa bên", "Cửa sau"], "folded": ["cua ben", "cua sau"]}),
        ("gates.remove", {"name": "CỬA CHÍNH"}),
    ]


def test_a_gate_stays_while_a_device_stands_at_it(hall: Hall) -> None:
    gate = hall.gate("Cửa chính")
    device, waiting = hall.device(gate=gate, name="Máy 1")[0], hall.pair(gate=gate)
    act = {"actor": hall.supervisor, "now": NOW}
    code, words = refused(gates.remove_gate, gate, **act)
    assert code == "gate_in_use" and "Máy 1" in words and "Cửa chính" in words
    devices.revoke(device, **act)
    gates.remove_gate(gate, **act)
    db.session.expire_all()
    assert (device.gate_id, waiting.gate_id) == (None, None)
    assert pairings.redeem(hall.code(waiting), sealer=SEALER, now=NOW)[0].gate_id is None


def test_a_gate_is_made_when_it_is_first_needed(hall: Hall) -> None:
    act = {"actor": hall.supervisor, "now": NOW}
    first = gates.ensure_gate(hall.congress.id, **act)
    assert first.name == "Cửa 1" and gates.ensure_gate(hall.congress.id, "cua 1", **act) == first
    assert gates.find_gate(hall.other_congress.id, first.id) is None


def test_there_is_an_end_to_gates(hall: Hall) -> None:
    for number in range(gates.MOST):
        hall.gate(f"Cửa {number}")
    assert refused(hall.gate, "Cửa nữa")[0] == "many_gates"


# ---- two at once --------------------------------------------------------------------------------------------------------

# Processes that redeem one code, and name one gate, at the same moment, each on its own connections.
RIVALS = """
import json, multiprocessing, sys
from datetime import datetime
from congress import create_app
from congress.domain.access import COMMAND_LINE
from congress.domain.refusals import Refused
from congress.models import db
from congress.operations import gates, pairings, snapshot_keys
from congress.operations.sealing import Sealer

def rival(app, asked, now, barrier, answers):
    what, code, congress_id = asked
    with app.app_context():
        db.session.connection()
        db.session.rollback()
        barrier.wait(timeout=60)
        try:
            if what == "code":
                answer = pairings.redeem(code, sealer=Sealer(bytes(32)), now=now)[0].name
            elif what == "salt":
                answer = snapshot_keys.ensure_salt(congress_id).hex()
            else:
                answer = gates.ensure_gate(congress_id, "Cửa 1", actor=COMMAND_LINE, now=now).id
            db.session.commit()
        except Exception as fault:
            db.session.rollback()
            answer = fault.code if isinstance(fault, Refused) else repr(fault)
        answers.put(answer)

settings, asked, now = json.loads(sys.stdin.read())
app, now = create_app(settings), datetime.fromisoformat(now)
fork = multiprocessing.get_context("fork")
barrier, answers = fork.Barrier(4), fork.Queue()
processes = [fork.Process(target=rival, args=(app, asked, now, barrier, answers)) for _ in range(4)]
for process in processes:
    process.start()
print(json.dumps(sorted(answers.get(timeout=60) for _ in processes)))
for process in processes:
    process.join()
"""


def race(app: Flask, *asked: Any) -> list[Any]:
    names = ("SQLALCHEMY_DATABASE_URI", "INSTANCE_KEY", "INSTANCE_DIR", "SECRET_KEY")
    sent = json.dumps([{name: app.config[name] for name in names}, asked, NOW.isoformat()])
    db.session.rollback()
    ended = subprocess.run(
        [sys.executable, "-c", RIVALS], input=sent, capture_output=True, text=True, cwd=ROOT, timeout=120, check=True
    )
    answers: list[Any] = json.loads(ended.stdout)
    return answers


def test_of_those_who_redeem_a_code_at_the_same_moment_one_gets_the_device(hall: Hall, app: Flask) -> None:
    code = hall.code(hall.pair(name="Máy 1"))
    db.session.commit()
    assert race(app, "code", code, 0) == ["Máy 1", "used_code", "used_code", "used_code"]
    assert db.session.scalars(select(Device.name)).all() == ["Máy 1"]


def test_those_who_need_a_gate_at_the_same_moment_get_the_same(hall: Hall, app: Flask) -> None:
    db.session.commit()
    found = race(app, "gate", "", hall.congress.id)
    assert found == [db.session.scalars(select(Gate.id)).one()] * 4


def test_those_who_need_the_salt_at_the_same_moment_get_the_same(hall: Hall, app: Flask) -> None:
    db.session.commit()
    found = race(app, "salt", "", hall.congress.id)
    assert len(set(found)) == 1 and len(found[0]) == 32


def test_the_actor_of_a_device_is_who_stands_there(hall: Hall) -> None:
    facts = hall.facts(name="Máy 1")
    assert [facts.actor, replace(facts, operator="Lan").actor] == [Actor(None, "Máy 1"), Actor(None, "Lan")]
