"""Check-ins in a second through the real servers, against one bare INSERT and commit behind bare Flask on the same server."""

import importlib.util
import json
import re
import subprocess
import sys
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlencode

from flask import Flask

from benchmarks.bare_door import ADDRESS
from benchmarks.province import NOW, PASSWORD, add_congresses, add_delegates, load_province, open_service
from benchmarks.serving import GUNICORN, ROOT, WAITRESS, serving
from congress.models import Congress, Sitting, db
from congress.operations.accounts import create_user, grant_role
from congress.operations.badges import issue_badges, tokens_of
from congress.operations.first_run import SETTER_UP
from tests.databases import NO_POSTGRESQL, postgresql_database, postgresql_server

PEOPLE = 500  # the largest congress of the plan
ROUNDS = 3
PHONES = 8
LEAST_RATIO = 0.5
LONGEST = 20  # seconds of one round

_STAFF = "cua-chinh"


@dataclass(frozen=True)
class Hall:
    """A congress whose door is open: a sitting for every round, a token for every delegate."""

    congress_id: int
    sitting_ids: list[int]
    tokens: list[str]


def run(people: int = PEOPLE, rounds: int = ROUNDS) -> list[dict[str, Any]]:
    """Best of some rounds of each, taken in turn, in check-ins per second; every round is a sitting to which all come."""
    with TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'congress.sqlite3'}"
        rows = [_measure("waitress + SQLite", WAITRESS, url, Path(folder), (people, rounds))]
    name = "gunicorn × 2 + PostgreSQL"
    with TemporaryDirectory() as folder, postgresql_server() as server:
        if server is None or not importlib.util.find_spec("gunicorn"):
            print(f"{name}: {NO_POSTGRESQL if server is None else 'no gunicorn here'}", file=sys.stderr)
            return [*rows, _row(name, None, None)]
        with postgresql_database(server) as url:
            return [*rows, _measure(name, GUNICORN, url, Path(folder), (people, rounds))]


def _row(name: str, figure: float | None, floor: float | None) -> dict[str, Any]:
    """A row; without figures it says that nothing could be measured, which meets no aim."""
    ratio = figure / floor if figure and floor else None
    return {
        "name": f"check-in, {name}", "figure": figure and round(figure), "unit": "/s", "floor": floor and round(floor),
        "ratio": ratio and round(ratio, 2), "aim": f"≥ {LEAST_RATIO:.0%} of the floor",
        "met": ratio is not None and ratio >= LEAST_RATIO,
    }  # fmt: skip


def _measure(name: str, command: list[str], url: str, folder: Path, size: tuple[int, int]) -> dict[str, Any]:
    with open_service(folder, url) as app:
        hall = _open_hall(app, *size)
    real, floor = [], []
    with serving(command, "floor", folder, url) as bare_port, serving(command, "real", folder, url) as port:
        phone = _Phone(port)
        headers = phone.sign_in(hall.congress_id)
        address = f"/congress/{hall.congress_id}/checkin/scans"
        for sitting_id in hall.sitting_ids:
            bodies = [
                {"nonce": f"{sitting_id}-{token}", "token": token, "gate": "Cửa 1", "sitting_id": sitting_id}
                for token in hall.tokens
            ]
            floor.append(_rate(bare_port, ADDRESS, headers, bodies))
            real.append(_rate(port, address, headers, bodies))
    return _row(name, max(real), max(floor))


def _open_hall(app: Flask, people: int, rounds: int) -> Hall:
    with app.app_context():
        load_province()
        congress: Congress = add_congresses(1)[0]
        sittings = [Sitting(congress_id=congress.id, kind="main", name=f"Buổi {n}", opened_by_hand=True) for n in range(rounds)]
        db.session.add_all(sittings)
        delegates = add_delegates(congress, people, Random(7), state="approved")
        sealer = app.extensions["sealer"]
        issue_badges(delegates, sealer=sealer, now=NOW)
        user = create_user(_STAFF, "Hà Văn Cửa", PASSWORD, actor=SETTER_UP, now=NOW)
        grant_role(user, "checkin_staff", None, congress, actor=SETTER_UP, now=NOW)
        db.session.commit()
        return Hall(congress.id, [sitting.id for sitting in sittings], list(tokens_of(congress, sealer).values()))


def _rate(port: int, path: str, headers: dict[str, str], bodies: list[dict[str, Any]]) -> float:
    """Bodies answered "ok" in a second, posted by another process."""
    work = {"port": port, "path": path, "headers": headers, "bodies": bodies, "connections": PHONES}
    command = [sys.executable, "-m", "benchmarks.door_client"]
    done = subprocess.run(command, cwd=ROOT, input=json.dumps(work).encode(), capture_output=True, timeout=LONGEST)
    told = json.loads(done.stdout or b'{"results": null}')
    if told["results"] != {"ok": len(bodies)}:
        raise RuntimeError(f"not all were let in: {told['results']} {done.stderr.decode()[-2000:]}")
    return len(bodies) / float(told["seconds"])


class _Phone:
    """A browser at the door: signs in, opens the page, and knows what its script sends with every scan."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.cookie = ""

    def sign_in(self, congress_id: int) -> dict[str, str]:
        """Cookie and token of a signed-in door."""
        form = {"csrf_token": self._token("/sign-in"), "username": _STAFF, "password": PASSWORD}
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        self._ask("POST", "/sign-in", urlencode(form), kind)
        token = self._token(f"/congress/{congress_id}/checkin")
        return {
            "Cookie": self.cookie, "X-CSRFToken": token, "Accept": "application/json", "Content-Type": "application/json"
        }  # fmt: skip

    def _token(self, path: str) -> str:
        found = re.search(r'name="csrf_token" [^>]*value="([^"]+)"', self._ask("GET", path))
        if found is None:
            raise RuntimeError(f"no form at {path}")
        return found[1]

    def _ask(self, method: str, path: str, body: str | None = None, headers: dict[str, str] | None = None) -> str:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=LONGEST)
        connection.request(method, path, body, {**(headers or {}), "Cookie": self.cookie})
        answer: HTTPResponse = connection.getresponse()
        text = answer.read().decode()
        for cookie in answer.headers.get_all("Set-Cookie", []):
            self.cookie = cookie.partition(";")[0]
        connection.close()
        if answer.status >= 400:
            raise RuntimeError(f"{method} {path} answers {answer.status}")
        return text
