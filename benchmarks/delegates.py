"""The list of 500 delegates on one page, against its rows alone: one bare SELECT and a template that only repeats them."""

from pathlib import Path
from random import Random
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from jinja2 import Environment
from sqlalchemy import Engine

from benchmarks.overview import count_queries, sign_in
from benchmarks.province import add_congresses, add_delegates, load_province, open_service
from congress.models import Delegation, db

PEOPLE, DELEGATIONS, OTHERS = 500, 12, 20
ROUNDS = 15
MOST_SECONDS = 0.150
FILTERS = ("", "&state=approved", "&side=honoured&sex=female", "&missing=photo", "&delegation=1&capacity=individual", "&door=yes")

_SELECT = (
    "select d.id, d.number, d.name, d.title, d.unit_text, c.label, c.side, g.name, d.state from delegate d"
    " join component c on c.id = d.component_id left join delegation g on g.id = d.delegation_id"
    " where d.congress_id = ? and d.state != 'withdrawn' order by d.sort_key, d.id limit 500"
)
_ROWS = Environment(autoescape=True).from_string(
    """<!doctype html><html lang="vi"><body><table>{% for d in rows %}
    <tr>
      <td class="pick"><label class="pick-hit"><input class="pick-box" type="checkbox" name="ids" value="{{ d[0] }}" aria-label="Chọn {{ d[2] }}"></label></td>
      <td class="index">{{ d[1] }}</td>
      <td class="main"><a class="row-title" href="/congress/1/delegates/{{ d[0] }}">{{ d[2] }}</a>
        <div class="row-sub">{{ d[3] }}, {{ d[4] }}</div></td>
      <td><span class="pill {{ d[6] }}">{{ d[5] }}</span></td>
      <td>{{ d[7] }}</td>
      <td><span class="pill">{{ d[8] }}</span></td>
    </tr>
    {% endfor %}</table></body></html>"""  # noqa: E501 - the row as the page has it
)


def run(people: int = PEOPLE, rounds: int = ROUNDS) -> list[dict[str, Any]]:
    """The median of some warm requests of the plan owner, in milliseconds; the floor is taken in turn with them."""
    with TemporaryDirectory() as folder, open_service(Path(folder)) as app:
        congress_id, few_id, session_id = _fill(app, people)
        with app.app_context():
            engine = db.engine
        browser = sign_in(app, session_id)
        few = {count_queries(engine, browser, _address(few_id, codes)) for codes in FILTERS}
        many = {count_queries(engine, browser, _address(congress_id, codes)) for codes in FILTERS}
        page, floor = [], []
        for _ in range(rounds):
            floor.append(_seconds(_draw_plainly, engine, congress_id))
            page.append(_seconds(_get, browser, _address(congress_id, "")))
    figure, least = median(page) * 1000, median(floor) * 1000
    return [
        {
            "name": f"list of {people} delegates on one page", "figure": round(figure, 1), "unit": "ms",
            "floor": round(least, 1), "ratio": round(figure / least, 2), "aim": f"≤ {MOST_SECONDS * 1000:.0f} ms",
            "met": figure <= MOST_SECONDS * 1000,
        },
        {
            "name": f"queries of the list, {len(FILTERS)} filters", "figure": max(many), "unit": "queries", "floor": max(few),
            "ratio": round(max(many) / max(few), 2), "aim": "as many with one person, whatever the filter",
            "met": len(many | few) == 1,
        },
    ]  # fmt: skip


def _address(congress_id: int, codes: str) -> str:
    return f"/congress/{congress_id}/delegates?per=500{codes}"


def _fill(app: Flask, people: int) -> tuple[int, int, str]:
    """One congress with everybody, one with a single person, and others beside them."""
    draw = Random(7)
    with app.app_context():
        session_id = load_province().get_id()
        big, small, *others = add_congresses(2 + OTHERS)
        delegations = [
            Delegation(congress_id=big.id, name=f"Đoàn {n}", folded=f"doan {n}", position=n) for n in range(1, DELEGATIONS + 1)
        ]
        db.session.add_all(delegations)
        db.session.flush()
        ids = [delegation.id for delegation in delegations]
        add_delegates(big, people, draw, delegations=ids)
        add_delegates(small, 1, draw)
        for other in others:
            add_delegates(other, 250, draw)
        db.session.commit()
        return big.id, small.id, session_id


def _draw_plainly(engine: Engine, congress_id: int) -> None:
    connection = engine.raw_connection()
    try:
        cursor: Any = connection.cursor()
        rows = cursor.execute(_SELECT, (congress_id,)).fetchall()
        _ROWS.render(rows=rows).encode()
    finally:
        connection.close()


def _get(browser: FlaskClient, url: str) -> None:
    answer = browser.get(url, headers={"Accept-Encoding": "br"})
    if answer.status_code != 200:
        raise RuntimeError(f"{url} answers {answer.status}")


def _seconds(work: Any, *values: Any) -> float:
    start = perf_counter()
    work(*values)
    return perf_counter() - start
