"""The benchmarks say what they should, on sizes so small that their times mean nothing."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from benchmarks import __main__ as program
from benchmarks import badges, board, checkin, delegates, imports, overview, suggestion
from tests.databases import NO_POSTGRESQL

KEYS = ["name", "figure", "unit", "floor", "ratio", "aim", "met"]
ROWS = [
    {"name": "one", "figure": 0.5, "unit": "s", "floor": 0.25, "ratio": 2.0, "aim": "≤ 1 s", "met": True},
    {"name": "two", "figure": None, "unit": "/s", "floor": None, "ratio": None, "aim": "≥ 50%", "met": False},
]
DOORS = [
    *(
        f"{figure}check-in, {clients}, {{}} delegates, {{}}"
        for clients in ("1 client", "2 clients")
        for figure in ("", "p50 of a ", "p95 of a ", "p99 of a ")
    ),
    "batch of 5 offline scans, {} delegates, {}",
    "list of 12 people for a gate, {} delegates, {}",
]


@pytest.mark.parametrize(
    ("run", "names"),
    [
        (lambda: badges.run(count=8, rounds=1), ["8 badges"]),
        (
            lambda: imports.run(rows=12, rounds=2),
            ["12 rows × 19 columns to the preview", "12 rows × 19 columns written"],
        ),
        (
            lambda: overview.run(congresses=7, few=4, delegates=60, rounds=1),
            ["overview of 7 congresses and 63 delegates", "queries of the overview of 7 congresses"],
        ),
        (
            lambda: checkin.run(checkin.Size(people=12, congresses=(1, 2), clients=(1, 2), batch=5, rounds=1)),
            [
                name.format(size, server)
                for server in ("waitress + SQLite", "gunicorn × 2 + PostgreSQL")
                for size in ("", "12", "24")
                for name in (DOORS if size else ["key of a badge, {1}"])
            ],
        ),
        (lambda: delegates.run(people=12, rounds=1), ["list of 12 delegates on one page", "queries of the list, 6 filters"]),
        (
            lambda: board.run(people=12, rounds=1),
            [f"{page} of 12 people{way}" for page in ("board", "screen") for way in (" read anew", ", nothing changed")],
        ),
        (lambda: suggestion.run(candidates=30, seats=10, rounds=1), ["list of 10 out of 30 candidates"]),
    ],
    ids=["badges", "imports", "overview", "checkin", "delegates", "board", "suggestion"],
)
def test_every_benchmark_tells_its_figure_beside_its_floor(run: Callable[[], list[dict[str, Any]]], names: list[str]) -> None:
    rows = run()
    assert [row["name"] for row in rows] == names
    for row in rows:
        assert list(row) == KEYS
        if row["figure"] is None:
            pytest.skip(NO_POSTGRESQL)
        assert row["figure"] >= 0 and row["floor"] >= 0 and row["ratio"] > 0
        assert isinstance(row["met"], bool)


def test_the_overview_asks_as_often_for_many_congresses_as_for_few() -> None:
    queries = overview.run(congresses=7, few=4, delegates=60, rounds=1)[1]
    assert (queries["figure"], queries["ratio"], queries["met"]) == (queries["floor"], 1.0, True)


@pytest.fixture
def two_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(program, "BENCHMARKS", {"one": lambda: ROWS[:1], "two": lambda: ROWS[1:]})


@pytest.mark.usefixtures("two_rows")
def test_json_is_one_list_and_nothing_else(capsys: pytest.CaptureFixture[str]) -> None:
    assert program.main(["--json"]) == 0
    out, err = capsys.readouterr()
    assert json.loads(out) == ROWS
    assert err == "Đang đo one …\nĐang đo two …\nChưa đạt: two.\n"


@pytest.mark.usefixtures("two_rows")
def test_the_table_tells_what_was_missed(capsys: pytest.CaptureFixture[str]) -> None:
    assert program.main([]) == 0
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert lines[1:] == [
        ["one", "0.5", "s", "0.25", "s", "2.00", "có", "≤", "1", "s"],
        ["two", "–", "–", "–", "KHÔNG", "≥", "50%"],
    ]


@pytest.mark.usefixtures("two_rows")
def test_one_benchmark_alone(capsys: pytest.CaptureFixture[str]) -> None:
    assert program.main(["--json", "--only", "one"]) == 0
    out, err = capsys.readouterr()
    assert (json.loads(out), err) == (ROWS[:1], "Đang đo one …\nMọi mục đều đạt.\n")
