"""The overview of a whole province, against its two counting queries alone; as many queries as with few congresses."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, event

from benchmarks.province import STAGES, add_attendance, add_congresses, add_delegates, load_province, open_service
from congress.models import db

CONGRESSES, FEW, DELEGATES = 170, 20, 45_000
ROUNDS = 15
MOST_SECONDS = 0.150

_FLOOR = (
    "select congress_id, state, component_id, count(*) from delegate group by congress_id, state, component_id",
    "select s.congress_id, count(distinct a.delegate_id) from sitting s join attendance a on a.sitting_id = s.id"
    " group by s.congress_id",
)


def run(congresses: int = CONGRESSES, few: int = FEW, delegates: int = DELEGATES, rounds: int = ROUNDS) -> list[dict[str, Any]]:
    """The median of some warm requests of the plan owner, in milliseconds; the floor is taken in turn with them."""
    with TemporaryDirectory() as folder, open_service(Path(folder)) as app:
        each = -(-delegates // congresses)
        with app.app_context():
            engine, session_id = db.engine, load_province().get_id()
        _fill(app, few, each)
        browser = sign_in(app, session_id)
        queries_few = count_queries(engine, browser)
        _fill(app, congresses - few, each)
        queries = count_queries(engine, browser)
        page, floor = [], []
        for _ in range(rounds):
            floor.append(_seconds(lambda: _count_plainly(engine)))
            page.append(_seconds(lambda: _get(browser)))
    figure, least = median(page) * 1000, median(floor) * 1000
    name = f"overview of {congresses} congresses"
    return [
        {
            "name": f"{name} and {each * congresses} delegates", "figure": round(figure, 1), "unit": "ms",
            "floor": round(least, 1), "ratio": round(figure / least, 2), "aim": f"≤ {MOST_SECONDS * 1000:.0f} ms",
            "met": figure <= MOST_SECONDS * 1000,
        },
        {
            "name": f"queries of the {name}", "figure": queries, "unit": "queries", "floor": queries_few,
            "ratio": round(queries / queries_few, 2), "aim": f"as many as with {few}", "met": queries == queries_few,
        },
    ]  # fmt: skip


def _fill(app: Flask, congresses: int, each: int) -> None:
    """Congresses at all stages, with people; those already held with attendance."""
    draw = Random(7)
    with app.app_context():
        for congress in add_congresses(congresses, stages=STAGES):
            add_delegates(congress, each, draw)
            if congress.stage in ("held", "reported"):
                add_attendance(congress)
        db.session.commit()


def sign_in(app: Flask, session_id: str) -> FlaskClient:
    """A browser in which somebody is signed in."""
    browser = app.test_client()
    with browser.session_transaction() as session:
        session["_user_id"], session["_fresh"] = session_id, True
    return browser


def _get(browser: FlaskClient, url: str = "/") -> None:
    answer = browser.get(url, headers={"Accept-Encoding": "br"})
    if answer.status_code != 200:
        raise RuntimeError(f"{url} answers {answer.status}")


def count_queries(engine: Engine, browser: FlaskClient, url: str = "/") -> int:
    """The statements that one warm request sends."""
    _get(browser, url)
    with _statements(engine) as sent:
        _get(browser, url)
    return len(sent)


@contextmanager
def _statements(engine: Engine) -> Iterator[list[str]]:
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if not statement.startswith(("BEGIN", "COMMIT", "ROLLBACK")):
            sent.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)


def _count_plainly(engine: Engine) -> None:
    connection = engine.raw_connection()
    try:
        cursor: Any = connection.cursor()
        for statement in _FLOOR:
            cursor.execute(statement)
            cursor.fetchall()
    finally:
        connection.close()


def _seconds(work: Callable[[], None]) -> float:
    start = perf_counter()
    work()
    return perf_counter() - start
