"""The door through real servers in processes of their own: crowds, cut connections, `kill -9`; nothing lost, nobody in twice.

SQLite behind waitress as `run.py` starts it, PostgreSQL behind two workers of gunicorn.
"""

import contextlib
import importlib.util
import json
import os
import random
import shutil
import signal
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from benchmarks.province import add_delegates
from benchmarks.serving import GUNICORN, WAITRESS, free_port, start_server, stop_server
from congress.domain.tokens import TokenKind, make_token
from congress.models import Attendance, Device, Scan, ScanConflict, Sitting, db
from congress.operations.badges import issue_badges, tokens_of
from tests.conftest import DATABASES, SETTINGS, close, migrate
from tests.databases import postgresql_database
from tests.world import NOW, World, make_user

PEOPLE, CLIENTS = 200, 16
PATIENCE = 30  # seconds for one answer
SCANS = "/api/gate/scans"
Body = dict[str, Any]
Heard = tuple[str, str, str]  # result, code, at


class Fire:
    """A congress with a crowd before its doors, and a server; each test takes a sitting of its own."""

    def __init__(self, app: Flask, folder: Path, url: str) -> None:
        self.app, self.folder, self.url, self.port = app, folder, url, free_port()
        (folder / "key").write_text(str(SETTINGS["INSTANCE_KEY"]), encoding="ascii")
        with app.app_context():
            congress, sealer = World().congress, app.extensions["sealer"]
            make_user("quan-tri", "administrator")  # without an account every page leads to the first one
            people = add_delegates(congress, PEOPLE, random.Random(7), state="approved")
            issue_badges(people, sealer=sealer, now=NOW)
            self.congress_id, self.tokens = congress.id, tokens_of(congress, sealer)
            for n in range(CLIENTS):
                key_hash = sealer.digest("device", self.key(n))
                device = Device(key_hash=key_hash, name=f"Máy {n}", profile="gate", paired_by="x", paired_at=NOW)
                device.congress_id = congress.id
                db.session.add(device)
            db.session.commit()
        self.start()

    def key(self, client: int) -> str:
        return f"key-{client}"

    def start(self) -> None:
        command = WAITRESS if self.url.startswith("sqlite") else GUNICORN
        self.server = start_server(command, "real", self.folder, self.url, self.port)

    def workers(self) -> list[int]:
        """The processes that the server has started."""
        pid = self.server.pid
        try:
            return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
        except OSError:  # waitress, on a system without /proc
            return []

    def kill(self) -> None:
        """The server and all it has started end at once, in the middle of whatever they do."""
        self.server.send_signal(signal.SIGSTOP)  # it starts no other worker meanwhile
        pids = [*self.workers(), self.server.pid]
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.server.wait()
        end = time.monotonic() + PATIENCE
        while any(is_alive(pid) for pid in pids) and time.monotonic() < end:
            time.sleep(0.01)

    def open_sitting(self) -> int:
        with self.app.app_context():
            sitting = Sitting(congress_id=self.congress_id, kind="main", name="Buổi", opened_by_hand=True)
            db.session.add(sitting)
            db.session.commit()
            return sitting.id

    def connect(self) -> HTTPConnection:
        return HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)

    def ask(self, client: int, path: str, body: Any, connection: HTTPConnection | None = None) -> tuple[int, Any]:
        """Status and JSON of an answer."""
        mine = connection or self.connect()
        try:
            mine.request("POST", path, json.dumps(body), self.headers(client))
            answer = mine.getresponse()
            return answer.status, json.loads(answer.read())
        finally:
            if connection is None:
                mine.close()

    def headers(self, client: int) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.key(client)}", "Content-Type": "application/json"}

    def post(self, client: int, bodies: list[Body], connection: HTTPConnection | None = None) -> list[Body]:
        status, answers = self.ask(client, SCANS, bodies, connection)
        assert status == 200, answers
        assert [answer["nonce"] for answer in answers] == [body["nonce"] for body in bodies]
        return list(answers)

    def rows(self, sitting: int) -> tuple[dict[int, Any], dict[int, Any], list[str]]:
        """What is in the tables: scans by number, attendance by person, the conflicts."""
        with self.app.app_context():
            connection = db.session.connection()
            scans = connection.execute(select(Scan.__table__).where(Scan.sitting_id == sitting)).all()
            came = connection.execute(select(Attendance.__table__).where(Attendance.sitting_id == sitting)).all()
            listed = connection.execute(select(ScanConflict.code).join(Scan).where(Scan.sitting_id == sitting)).scalars().all()
            db.session.rollback()
        assert len(came) == len({row.delegate_id for row in came})
        return {row.id: row for row in scans}, {row.delegate_id: row for row in came}, list(listed)

    def check_attendance(self, sitting: int) -> None:
        """Who is in is what the scans say."""
        scans, came, _ = self.rows(sitting)
        counting = [scan for scan in scans.values() if scan.result == "ok" and scan.annulled_at is None]
        wanted = {}
        for person in {scan.delegate_id for scan in counting if scan.kind == "entry"}:
            mine = [scan for scan in counting if scan.delegate_id == person]
            entries = sorted((s.happened_at, s.device, s.nonce, s.id) for s in mine if s.kind == "entry")
            exits = [s.happened_at for s in mine if s.kind == "exit" and s.happened_at >= entries[-1][0]]
            wanted[person] = (entries[0][0], entries[0][3], min(exits, default=None))
        assert {person: (row.at, row.scan_id, row.left_at) for person, row in came.items()} == wanted


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def told(answer: Body) -> Heard:
    return answer["result"], answer["code"], answer["at"]


def entry(nonce: str, token: str, sitting: int, **more: Any) -> Body:
    return {"nonce": nonce, "token": token, "sitting_id": sitting, "kind": "entry", "offline": False, **more}


def at_once(works: Sequence[Callable[[], Any]]) -> list[Any]:
    """Do all of these at the same moment; what each came to."""
    together = threading.Barrier(len(works))

    def begin(work: Callable[[], Any]) -> Any:
        together.wait()
        return work()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(begin, works))


@pytest.fixture(scope="module", params=DATABASES)
def database_name(request: pytest.FixtureRequest) -> str:
    """As in conftest, for a whole file: these tests do not disturb each other."""
    return str(request.param)


@pytest.fixture(scope="module")
def fire(
    database_name: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, build_app: Callable[..., Flask]
) -> Iterator[Fire]:
    folder = tmp_path_factory.mktemp("fire")
    if database_name == "sqlite":
        shutil.copyfile(request.getfixturevalue("sqlite").pristine, folder / "congress.sqlite3")
        app = build_app(f"sqlite:///{folder / 'congress.sqlite3'}")
        yield from burn(app, folder)
        return
    server = request.getfixturevalue("postgresql_url")
    if not importlib.util.find_spec("gunicorn"):
        pytest.skip("no gunicorn here")
    with postgresql_database(server) as url:
        app = build_app(url)
        migrate(app)
        yield from burn(app, folder)


def burn(app: Flask, folder: Path) -> Iterator[Fire]:
    fire = Fire(app, folder, app.config["SQLALCHEMY_DATABASE_URI"])
    yield fire
    stop_server(fire.server)
    close(app)
    said = (folder / "real.log").read_text(errors="replace")
    assert "Traceback" not in said, said[-3000:]


# ---- a crowd ---------------------------------------------------------------------------------------------------------


def test_of_a_crowd_that_shares_its_badges_each_is_in_exactly_once(fire: Fire) -> None:
    """200 tokens, each held by three of sixteen clients at once: one of them lets in, the others say where and when."""
    sitting, draw = fire.open_sitting(), random.Random(3)
    offers: list[list[Body]] = [[] for _ in range(CLIENTS)]
    for person, token in fire.tokens.items():
        for client in draw.sample(range(CLIENTS), 3):
            offers[client].append(entry(f"crowd-{person}-{client}", token, sitting))

    def be_a_client(client: int) -> list[Body]:
        connection = fire.connect()
        answers = [fire.post(client, [body], connection)[0] for body in offers[client]]
        connection.close()
        return answers

    answers = sum(at_once([lambda client=client: be_a_client(client) for client in range(CLIENTS)]), [])
    scans, came, conflicts = fire.rows(sitting)
    assert (len(answers), len(scans), len(came), conflicts) == (3 * PEOPLE, 3 * PEOPLE, PEOPLE, [])
    heard = {person: [answer for answer in answers if answer["delegate"]["id"] == person] for person in fire.tokens}
    for person, mine in heard.items():
        assert Counter(answer["code"] for answer in mine) == {"in": 1, "already_in": 2}
        row, first = came[person], next(answer for answer in mine if answer["result"] == "ok")
        assert (row.scan_id, row.at.isoformat()) == (first["scan_id"], first["at"])
        assert {(a["first"]["at"], a["first"]["gate"]) for a in mine if a["first"]} == {(first["at"], row.gate)}
    assert {told(answer) for answer in answers} == {told_by(scan) for scan in scans.values()}
    assert fire.post(0, [entry("crowd-late", "1" * 23, sitting)])[0]["counts"]["inside"] == PEOPLE
    fire.check_attendance(sitting)


def told_by(scan: Any) -> Heard:
    return scan.result, scan.code, scan.happened_at.isoformat()


# ---- batches ---------------------------------------------------------------------------------------------------------


def batch_of(fire: Fire, name: str, sitting: int) -> list[Body]:
    """Everybody let in by one gate that had no network."""
    moment = datetime.now(UTC).isoformat()
    return [
        entry(f"{name}-{person}", token, sitting, offline=True, shown="ok", happened_at=moment)
        for person, token in fire.tokens.items()
    ]


def test_two_gates_send_the_same_people_in_opposite_order(fire: Fire) -> None:
    for turn in range(2):
        sitting = fire.open_sitting()
        batches = [batch_of(fire, f"opposite-{turn}-{gate}", sitting) for gate in range(2)]
        batches[1].reverse()
        answers = sum(at_once([lambda gate=gate, batches=batches: fire.post(gate, batches[gate]) for gate in range(2)]), [])
        assert Counter(answer["code"] for answer in answers) == {"in": PEOPLE, "forced": PEOPLE}
        assert Counter(fire.rows(sitting)[2]) == {"already_in": PEOPLE}
        fire.check_attendance(sitting)


def test_the_same_batch_twice_at_once_is_one_batch(fire: Fire) -> None:
    sitting = fire.open_sitting()
    batch = batch_of(fire, "twice", sitting)
    one, other = at_once([lambda: fire.post(0, batch)] * 2)
    assert [(*told(answer), answer["scan_id"]) for answer in one] == [(*told(answer), answer["scan_id"]) for answer in other]
    scans, came, conflicts = fire.rows(sitting)
    assert (len(scans), len(came), conflicts) == (PEOPLE, PEOPLE, [])


@pytest.mark.parametrize("badge", ["known", "unknown"])
def test_one_scan_sent_eight_times_at_once_is_one_scan(fire: Fire, badge: str) -> None:
    """A device that grows impatient asks again while its first question is still being answered."""
    sitting, token = fire.open_sitting(), next(iter(fire.tokens.values()))
    body = entry(f"impatient-{badge}", token if badge == "known" else make_token(TokenKind.BADGE, "1" * 20), sitting)
    answers = sum(at_once([lambda: fire.post(0, [body])] * 8), [])
    assert len({(*told(answer), answer["scan_id"]) for answer in answers}) == 1
    scans, came, _ = fire.rows(sitting)
    assert (len(scans), len(came)) == (1, int(badge == "known"))


def test_a_batch_that_was_cut_is_sent_again(fire: Fire) -> None:
    """Cut in the middle of the body nothing is kept; cut before the answer all is, and the same answers are given again."""
    sitting = fire.open_sitting()
    batch = batch_of(fire, "cut", sitting)
    text = json.dumps(batch).encode()
    lines = [f"POST {SCANS} HTTP/1.1", "Host: x", *(f"{name}: {value}" for name, value in fire.headers(0).items())]
    head = "\r\n".join([*lines, f"Content-Length: {len(text)}", "", ""]).encode()
    for sent in (head + text[: len(text) // 2], head + text):
        with socket.create_connection(("127.0.0.1", fire.port), timeout=PATIENCE) as cut:
            cut.sendall(sent)
            time.sleep(0.1)
    wait_for(lambda: len(fire.rows(sitting)[0]) == PEOPLE)
    before = fire.rows(sitting)
    answers = fire.post(0, batch)
    assert {told(answer)[:2] for answer in answers} == {("ok", "in")}
    assert fire.rows(sitting) == before
    assert {answer["scan_id"] for answer in answers} == set(before[0])


def wait_for(met: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not met():
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.05)


def test_batches_single_scans_and_second_thoughts_do_not_wait_for_each_other_for_ever(fire: Fire) -> None:
    """What locks a person and then writes about the congress, beside what locks the congress and then its people."""
    sitting, end = fire.open_sitting(), time.monotonic() + 3
    people = list(fire.tokens.items())[:20]
    statuses: Counter[int] = Counter()

    def send(client: int, path: str, body: Any) -> None:
        status, _ = fire.ask(client, path, body)
        statuses[status] += 1

    def batches(client: int) -> None:
        for turn in range(10**6):
            if time.monotonic() > end:
                return
            order = people if client % 2 else people[::-1]
            send(client, SCANS, [
                entry(f"mix-{client}-{turn}-{person}", token, sitting, offline=True, shown="ok") for person, token in order
            ])  # fmt: skip

    def singles(client: int) -> None:
        draw = random.Random(client)
        while time.monotonic() < end:
            person, token = draw.choice(people)
            nonce = f"mix-{client}-{draw.random()}-{person}"
            send(client, SCANS, [entry(nonce, token, sitting, offline=True, shown="ok")])
            send(client, f"{SCANS}/{nonce}/annul", {})

    works = [lambda: batches(0), lambda: batches(1), *(lambda client=client: singles(client) for client in range(2, 6))]
    at_once(works)
    assert set(statuses) == {200}
    fire.check_attendance(sitting)


# ---- kill -9 ---------------------------------------------------------------------------------------------------------


class Crew:
    """Clients that send until they are told to stop, with the same nonce again wherever no answer came."""

    def __init__(self, fire: Fire, sitting: int) -> None:
        self.fire, self.sitting, self.over = fire, sitting, threading.Event()
        self.sent: dict[int, list[list[Body]]] = {}
        self.heard: dict[str, Heard] = {}
        self.unheard = 0

    def be_a_client(self, client: int) -> None:
        draw, sent = random.Random(client), self.sent.setdefault(client, [])
        while not self.over.is_set():
            size = draw.choice((1, 1, 1, 10))
            picked = draw.sample(list(self.fire.tokens.items()), size)
            sent.append([
                entry(
                    f"kill-{client}-{len(sent)}-{person}", token, self.sitting, kind=draw.choice(("entry", "entry", "exit")),
                    offline=size > 1, happened_at=datetime.now(UTC).isoformat(),
                ) for person, token in picked
            ])  # fmt: skip
            self.hear(client, sent[-1])

    def hear(self, client: int, bodies: list[Body]) -> None:
        """Send until an answer comes; every answer to a nonce is the one that was heard first."""
        end = time.monotonic() + PATIENCE
        while True:
            try:
                answers = self.fire.post(client, bodies)
            except (OSError, HTTPException):
                self.unheard += 1
                assert time.monotonic() < end, "no server any more"
                time.sleep(0.05)
                continue
            for answer in answers:
                assert self.heard.setdefault(answer["nonce"], told(answer)) == told(answer)
            return


def test_kill_9_loses_no_scan_that_was_answered(fire: Fire) -> None:
    sitting, draw = fire.open_sitting(), random.Random()
    crew = Crew(fire, sitting)
    with ThreadPoolExecutor(8) as pool:
        clients = [pool.submit(crew.be_a_client, client) for client in range(8)]
        try:
            for _ in range(2):
                time.sleep(draw.uniform(0.5, 1.5))
                if workers := fire.workers():  # one worker first; its master starts another
                    os.kill(draw.choice(workers), signal.SIGKILL)
                    time.sleep(draw.uniform(0.5, 1.5))
                fire.kill()
                heard = dict(crew.heard)
                kept = {scan.nonce: told_by(scan) for scan in fire.rows(sitting)[0].values()}
                assert {nonce: kept.get(nonce) for nonce in heard} == heard
                fire.check_attendance(sitting)
                fire.start()
            time.sleep(0.5)
        finally:
            crew.over.set()
        for client in clients:
            client.result()
    before = fire.rows(sitting)
    assert crew.unheard and len(crew.heard) > 20
    for client, sent in crew.sent.items():
        for bodies in sent:
            crew.hear(client, bodies)
    assert fire.rows(sitting) == before
    assert {scan.nonce: told_by(scan) for scan in before[0].values()} == crew.heard
    fire.check_attendance(sitting)
