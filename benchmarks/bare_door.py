"""The floor of check-in: bare Flask, one INSERT and a commit. Served like the real door, on a database of its own kind."""

import os
import sqlite3
import threading
from collections.abc import Callable
from typing import Any

from flask import Flask, Response, jsonify, request
from sqlalchemy import make_url

ADDRESS = "/scans"
Rows = list[tuple[str, str, int]]
_TABLE = "create table if not exists bare_scan (id {id} primary key, nonce text, asked text, sitting_id integer)"
_INSERT = "insert into bare_scan (nonce, asked, sitting_id) values ({0}, {0}, {0})"
_writer = threading.Lock()  # the real door has it too: waiting in SQLite is slower than waiting here


def create_bare() -> Flask:
    """The application, on the database that the service's own environment variable names."""
    insert = _inserter(os.environ["CONGRESS_DATABASE_URL"])
    app = Flask("bare")

    @app.post(ADDRESS)
    def scans() -> Response:
        bodies = request.get_json()
        insert([(body["nonce"], body.get("token") or body["key"], body["sitting_id"]) for body in bodies])
        return jsonify([{"nonce": body["nonce"], "result": "ok"} for body in bodies])

    return app


def _inserter(url: str) -> Callable[[Rows], None]:
    """Writes rows and commits, on a connection for each thread."""
    mine = threading.local()
    if url.startswith("sqlite"):
        path = make_url(url).database or ""

        def into_sqlite(rows: Rows) -> None:
            if not hasattr(mine, "connection"):
                mine.connection = _open_sqlite(path)
            with _writer:
                mine.connection.execute("begin immediate")
                mine.connection.executemany(_INSERT.format("?"), rows)
                mine.connection.execute("commit")

        _open_sqlite(path).execute(_TABLE.format(id="integer"))
        return into_sqlite

    import psycopg

    def into_postgresql(rows: Rows) -> None:
        if not hasattr(mine, "connection"):
            mine.connection = psycopg.connect(plain)
        if len(rows) == 1:
            mine.connection.execute(_INSERT.format("%s"), rows[0])
        else:
            mine.connection.cursor().executemany(_INSERT.format("%s"), rows)
        mine.connection.commit()

    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain) as connection:
        connection.execute("select pg_advisory_xact_lock(1)")  # two workers start at once
        connection.execute(_TABLE.format(id="bigserial"))
    return into_postgresql


def _open_sqlite(path: str) -> Any:
    connection = sqlite3.connect(path, isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=30000", "foreign_keys=ON"):
        connection.execute(f"pragma {pragma}")
    return connection
