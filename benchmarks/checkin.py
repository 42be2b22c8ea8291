"""Check-ins through the real servers, against one bare INSERT and commit behind bare Flask on the same server.

One scan a request, as gates send them, from several phones at once; beside that a batch that waited without network, and the
list that a gate carries. Every figure is the best of some rounds, taken in turn with its floor.
"""

import importlib.util
import json
import math
import os
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from hashlib import pbkdf2_hmac
from http.client import HTTPConnection
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from flask import Flask

from benchmarks.bare_door import ADDRESS
from benchmarks.province import NOW, add_attendance, add_congresses, add_delegates, load_province, open_service
from benchmarks.serving import GUNICORN, ROOT, WAITRESS, serving
from congress.models import Congress, Device, Sitting, db
from congress.operations.badges import issue_badges, tokens_of
from congress.operations.snapshot_keys import ITERATIONS, ensure_salt
from congress.operations.snapshots import badges_without_keys, derive_keys, keep_keys
from tests.databases import NO_POSTGRESQL, postgresql_database, postgresql_server

SCANS = "/api/gate/scans"
LEAST_RATIO = 0.5
LONGEST = {"p99": 100, "batch": 300, "list": 1000}  # milliseconds
AIMED_AT = 8  # clients
PATIENCE = 60  # seconds of one round
Rows = list[dict[str, Any]]


@dataclass(frozen=True)
class Size:
    """How much is measured: delegates are `people` in each of so many congresses."""

    people: int = 500  # the largest congress of the plan
    congresses: Sequence[int] = (1, 120)
    clients: Sequence[int] = (1, AIMED_AT, 32)
    batch: int = 200
    rounds: int = 3


@dataclass
class Hall:
    """A congress whose doors are open, its badges, and the keys of its devices."""

    app: Flask
    congress_id: int
    tokens: list[str]
    devices: list[str]
    badge_keys: list[str] = field(default_factory=list)

    def open_sitting(self) -> int:
        """Another sitting, to which nobody has come."""
        with self.app.app_context():
            sitting = Sitting(congress_id=self.congress_id, kind="main", name="Buổi", opened_by_hand=True)
            db.session.add(sitting)
            db.session.commit()
            return sitting.id


@dataclass
class Round:
    """The best of what was measured: the most in a second, the fewest seconds of each percentile."""

    rate: float = 0
    slow: dict[str, float] = field(default_factory=dict)

    def add(self, told: dict[str, Any]) -> None:
        took = sorted(told["took"])
        self.rate = max(self.rate, len(took) / told["seconds"])
        for share in (50, 95, 99):
            seconds = took[math.ceil(len(took) * share / 100) - 1]
            self.slow[f"p{share}"] = min(self.slow.get(f"p{share}", seconds), seconds)


def run(size: Size = Size()) -> Rows:
    """The rows for SQLite behind waitress, then for PostgreSQL behind two workers of gunicorn."""
    with TemporaryDirectory() as folder:
        rows = _measure("waitress + SQLite", WAITRESS, f"sqlite:///{Path(folder) / 'congress.sqlite3'}", Path(folder), size)
    name = "gunicorn × 2 + PostgreSQL"
    with TemporaryDirectory() as folder, postgresql_server(durable=True) as server:
        if server is None or not importlib.util.find_spec("gunicorn"):
            print(f"{name}: {NO_POSTGRESQL if server is None else 'no gunicorn here'}", file=sys.stderr)
            return [*rows, _row(f"check-in, {name}", "/s", None, None)]
        with postgresql_database(server) as url:
            return [*rows, *_measure(name, GUNICORN, url, Path(folder), size)]


def _row(
    name: str, unit: str, figure: float | None, floor: float | None, *, aim: str = "–", met: bool = True
) -> dict[str, Any]:  # fmt: skip
    """A row; without an aim it has met it, without a figure it meets none."""
    ratio = round(figure / floor, 2) if figure and floor else None
    digits = 0 if unit == "/s" else 2
    return {
        "name": name, "figure": figure and round(figure, digits), "unit": unit, "floor": floor and round(floor, digits),
        "ratio": ratio, "aim": aim, "met": figure is not None and met,
    }  # fmt: skip


def _measure(name: str, command: list[str], url: str, folder: Path, size: Size) -> Rows:
    rows: Rows = []
    with open_service(folder, url) as app:
        hall = _open_hall(app, size)
        rows.append(_derive(hall, name))
        for count in size.congresses:
            _fill(app, count, size.people)
            said = f"{count * size.people:,} delegates, {name}"
            with serving(command, "floor", folder, url) as bare, serving(command, "real", folder, url) as real:
                _warm(hall, bare, real)
                for clients in size.clients:
                    rows += _count_scans(hall, said, clients, size.rounds, (bare, real))
                rows.append(_send_batch(hall, said, size, (bare, real)))
                rows.append(_fetch_list(hall, said, size.rounds, real))
    return rows


# ---- what is measured ------------------------------------------------------------------------------------------------


def _count_scans(hall: Hall, said: str, clients: int, rounds: int, ports: tuple[int, int]) -> Rows:
    """How many scans a second and how long each takes, from so many phones at once."""
    floor, best = Round(), Round()
    for _ in range(rounds):
        sitting = hall.open_sitting()
        bodies = [[{"nonce": f"{sitting}-{n}", "token": token, "sitting_id": sitting}] for n, token in enumerate(hall.tokens)]
        floor.add(_post(ports[0], ADDRESS, hall.devices[:clients], bodies))
        best.add(_post(ports[1], SCANS, hall.devices[:clients], bodies))
    who = f"{clients} client{'s' * (clients > 1)}, {said}"
    enough = best.rate >= LEAST_RATIO * floor.rate
    rows = [_row(f"check-in, {who}", "/s", best.rate, floor.rate, aim=f"≥ {LEAST_RATIO:.0%} of the floor", met=enough)]
    for share, seconds in best.slow.items():
        aimed = share == "p99" and clients == AIMED_AT
        aim = f"≤ {LONGEST['p99']} ms" if aimed else "–"
        fast = not aimed or seconds * 1000 <= LONGEST["p99"]
        rows.append(_row(f"{share} of a check-in, {who}", "ms", seconds * 1000, floor.slow[share] * 1000, aim=aim, met=fast))
    return rows


def _send_batch(hall: Hall, said: str, size: Size, ports: tuple[int, int]) -> dict[str, Any]:
    """One request with scans that waited in a gate without network."""
    floor, best = Round(), Round()
    for _ in range(size.rounds):
        sitting = hall.open_sitting()
        batch = [
            {"nonce": f"{sitting}-{n}", "key": key, "sitting_id": sitting, "offline": True, "shown": "ok"}
            for n, key in enumerate(hall.badge_keys[: size.batch])
        ]
        floor.add(_post(ports[0], ADDRESS, hall.devices[:1], [batch]))
        best.add(_post(ports[1], SCANS, hall.devices[:1], [batch]))
    took, least = best.slow["p50"] * 1000, floor.slow["p50"] * 1000
    name = f"batch of {min(size.batch, size.people)} offline scans, {said}"
    return _row(name, "ms", took, least, aim=f"≤ {LONGEST['batch']} ms", met=took <= LONGEST["batch"])


def _fetch_list(hall: Hall, said: str, rounds: int, real: int) -> dict[str, Any]:
    """The whole list of a gate whose keys are there; the floor seals as many records of that length."""
    best, floor, entries = math.inf, math.inf, []
    for _ in range(rounds):
        connection = HTTPConnection("127.0.0.1", real, timeout=PATIENCE)
        begun = perf_counter()
        connection.request("GET", "/api/gate/snapshot", headers={"Authorization": f"Bearer {hall.devices[0]}"})
        entries = json.loads(connection.getresponse().read())["entries"]
        best = min(best, perf_counter() - begun)
        connection.close()
        begun, text = perf_counter(), b"x" * (len(entries[0]["d"]) * 3 // 4)
        for _entry in entries:
            AESGCM(os.urandom(32)).encrypt(os.urandom(12), text, None)
        floor = min(floor, perf_counter() - begun)
    name, aim = f"list of {len(entries)} people for a gate, {said}", f"≤ {LONGEST['list']} ms"
    return _row(name, "ms", best * 1000, floor * 1000, aim=aim, met=best * 1000 <= LONGEST["list"])


def _derive(hall: Hall, name: str) -> dict[str, Any]:
    """The keys of all badges of the hall, as the worker makes them; the floor is PBKDF2 alone, on as many cores."""
    with hall.app.app_context():
        salt, badges = ensure_salt(hall.congress_id), badges_without_keys(hall.congress_id)
        db.session.commit()
        begun = perf_counter()
        rows = derive_keys(badges, salt, hall.app.extensions["sealer"])
        took = perf_counter() - begun
        keep_keys(rows)
        db.session.commit()
    hall.badge_keys = [row["lookup"] for row in rows]
    with ThreadPoolExecutor() as pool:
        begun = perf_counter()
        list(pool.map(lambda token: pbkdf2_hmac("sha256", token.encode(), salt, ITERATIONS, 64), hall.tokens))
        least = perf_counter() - begun
    return _row(f"key of a badge, {name}", "ms", took / len(rows) * 1000, least / len(rows) * 1000)


# ---- the hall and the phones -----------------------------------------------------------------------------------------


def _open_hall(app: Flask, size: Size) -> Hall:
    with app.app_context():
        load_province()
        congress, sealer = add_congresses(1)[0], app.extensions["sealer"]
        issue_badges(add_delegates(congress, size.people, Random(7), state="approved"), sealer=sealer, now=NOW)
        keys = [f"device-{n}" for n in range(max(size.clients))]
        for key in keys:
            device = Device(key_hash=sealer.digest("device", key), name=key, profile="gate", paired_by="x", paired_at=NOW)
            device.congress_id = congress.id
            db.session.add(device)
        db.session.commit()
        return Hall(app, congress.id, list(tokens_of(congress, sealer).values()), keys)


def _fill(app: Flask, congresses: int, people: int) -> None:
    """Other congresses with delegates who have badges and have come, until there are so many."""
    with app.app_context():
        there = db.session.scalar(db.select(db.func.count()).select_from(Congress)) or 0
        for number in [congress.id for congress in add_congresses(congresses - there)]:
            congress = db.session.get_one(Congress, number)  # one at a time in the session
            delegates = add_delegates(congress, people, Random(congress.id), state="approved")
            issue_badges(delegates, sealer=app.extensions["sealer"], now=NOW)
            add_attendance(congress)
            db.session.commit()
            db.session.expunge_all()


def _warm(hall: Hall, bare: int, real: int) -> None:
    """Every process of a server has answered before the clock runs."""
    sitting = hall.open_sitting()
    bodies = [[{"nonce": f"{sitting}-{n}", "token": hall.tokens[0], "sitting_id": sitting}] for n in range(4 * len(hall.devices))]
    _post(bare, ADDRESS, hall.devices, bodies)
    _post(real, SCANS, hall.devices, bodies)


def _post(port: int, path: str, keys: list[str], bodies: list[Any]) -> dict[str, Any]:
    """Requests posted by another process, one phone for each device key: how long all and each took."""
    work = {"port": port, "path": path, "keys": keys, "bodies": bodies}
    command = [sys.executable, "-m", "benchmarks.door_client"]
    done = subprocess.run(command, cwd=ROOT, input=json.dumps(work).encode(), capture_output=True, timeout=PATIENCE)
    told: dict[str, Any] = json.loads(done.stdout or b'{"results": {}}')
    if not set(told["results"]) <= {"ok", "again"} or not told["results"]:
        raise RuntimeError(f"not all were let in: {told['results']} {done.stderr.decode()[-2000:]}")
    return told
