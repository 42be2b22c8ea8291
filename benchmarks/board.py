"""A poll of the live board with 500 people, read anew and with nothing changed, against bare Flask with the same bytes."""

from pathlib import Path
from random import Random
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

from flask import Flask, Response
from flask.testing import FlaskClient

from benchmarks.overview import sign_in
from benchmarks.province import add_attendance, add_congresses, add_delegates, load_province, open_service
from congress.models import Attendance, Delegation, db

PEOPLE, DELEGATIONS = 500, 40
ROUNDS = 60
MOST_SECONDS = 0.010

_ASKS = {"Accept-Encoding": "br"}


def run(people: int = PEOPLE, rounds: int = ROUNDS) -> list[dict[str, Any]]:
    """Medians in milliseconds: a poll that must read everything anew, and one whose reader has it; the floor in turn."""
    with TemporaryDirectory() as folder, open_service(Path(folder)) as app:
        congress_id, session_id = _fill(app, people)
        browser, kept = sign_in(app, session_id), app.extensions["boards"]
        rows = []
        for page in ("board", "screen"):
            url = f"/congress/{congress_id}/checkin/{page}/live"
            first = _poll(browser, url, 200)
            bare = _bare(first.data)
            known = {"If-None-Match": first.headers["ETag"]}
            anew, same, floor = [], [], []
            for _ in range(rounds):
                kept.clear()
                anew.append(_seconds(browser, url, 200))
                same.append(_seconds(browser, url, 304, known))
                floor.append(_seconds(bare, "/", 200))
            rows += [
                _row(f"{page} of {people} people read anew", anew, floor),
                _row(f"{page} of {people} people, nothing changed", same, floor),
            ]  # fmt: skip
        return rows


def _row(name: str, times: list[float], floor: list[float]) -> dict[str, Any]:
    figure, least = median(times) * 1000, median(floor) * 1000
    return {
        "name": name, "figure": round(figure, 2), "unit": "ms", "floor": round(least, 2), "ratio": round(figure / least, 2),
        "aim": f"≤ {MOST_SECONDS * 1000:.0f} ms", "met": figure <= MOST_SECONDS * 1000,
    }  # fmt: skip


def _fill(app: Flask, people: int) -> tuple[int, str]:
    """A congress in delegations, four of five people in: the missing are named on the board."""
    with app.app_context():
        session_id = load_province().get_id()
        congress = add_congresses(1, stages=("list_closed",))[0]
        delegations = [
            Delegation(congress_id=congress.id, name=f"Đoàn {n}", folded=f"doan {n}", position=n, contact_name="Hà")
            for n in range(1, DELEGATIONS + 1)
        ]
        db.session.add_all(delegations)
        db.session.flush()
        add_delegates(congress, people, Random(7), state="approved", delegations=[d.id for d in delegations])
        add_attendance(congress)
        db.session.execute(db.delete(Attendance).where(Attendance.id % 5 == 0))
        db.session.commit()
        return congress.id, session_id


def _bare(body: bytes) -> FlaskClient:
    """The least that could answer: a page that is always the same."""
    app = Flask("bare")
    app.add_url_rule("/", "fixed", lambda: Response(body, mimetype="text/html"))
    return app.test_client()


def _poll(browser: FlaskClient, url: str, status: int, headers: dict[str, str] | None = None) -> Any:
    answer = browser.get(url, headers={**_ASKS, **(headers or {})})
    if answer.status_code != status:
        raise RuntimeError(f"{url} answers {answer.status}")
    return answer


def _seconds(browser: FlaskClient, url: str, status: int, headers: dict[str, str] | None = None) -> float:
    start = perf_counter()
    _poll(browser, url, status, headers)
    return perf_counter() - start
