"""The house of the tests: every test that asks for `app` runs on SQLite and on PostgreSQL, on a freshly migrated database."""

import os
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import flask_migrate
import hypothesis
import pytest
from flask import Flask
from jinja2 import FileSystemBytecodeCache
from sqlalchemy.orm import Session, scoped_session

from tests.databases import NO_POSTGRESQL, PostgresqlDatabase, SqliteDatabase, postgresql_database, postgresql_server
from tests.pages import PageClient

MIGRATIONS = str(Path(__file__).parent.parent / "migrations")
DATABASES = ["sqlite", "postgresql"]
SETTINGS = {
    "TESTING": True,
    "SECRET_KEY": "a secret of the tests",
    "INSTANCE_KEY": "00112233445566778899aabbccddeeff" * 2,
    "ARGON2_FAST": True,
}

hypothesis.settings.register_profile("tests", deadline=None)  # a busy machine is not a wrong rule
hypothesis.settings.load_profile("tests")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--database", choices=DATABASES, help="run the tests that need a database on this one only")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Browser tests come last; leave out the database that was not asked for, and what takes long unless it was."""
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)
    wanted, long = config.getoption("--database"), "long" in config.getoption("markexpr")
    left_out = [
        item for item in items
        if (wanted and database_of(item) not in (None, wanted)) or (item.get_closest_marker("long") and not long)
    ]  # fmt: skip
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


def database_of(item: pytest.Item) -> str | None:
    """The name of the database that a test is parametrised with, None when it needs none."""
    callspec = getattr(item, "callspec", None)
    return callspec.params.get("database_name") if callspec else None


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Any:
    report = yield
    report.database = database_of(item)
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    ran = [report for key in ("passed", "failed") for report in terminalreporter.stats.get(key, []) if report.when == "call"]
    counts = Counter(report.database for report in ran)
    figures = ", ".join(f"{counts[name]} on {name}" for name in DATABASES)
    terminalreporter.write_line(f"tests run: {figures}, {counts[None]} without a database")
    if os.environ.get("CONGRESS_CI") and terminalreporter.stats.get("skipped"):
        terminalreporter.write_line("CONGRESS_CI is set: a skipped test fails the run", red=True)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """What cannot run in CI is a hole in CI: there a skipped test fails the run."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("CONGRESS_CI") and reporter and reporter.stats.get("skipped"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.fixture(scope="session")
def build_app(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Flask]:
    """Make an application on a database URL; compiled templates are kept from one application to the next."""
    templates = FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates")))
    instance = str(tmp_path_factory.mktemp("instance"))

    from congress import create_app  # late: the tests of the rules run without the application

    def build(url: str, **settings: Any) -> Flask:
        app = create_app({**SETTINGS, "INSTANCE_DIR": instance, "SQLALCHEMY_DATABASE_URI": url, **settings})
        app.jinja_env.bytecode_cache = templates
        return app

    return build


def close(app: Flask) -> None:
    database = app.extensions["sqlalchemy"]
    with app.app_context():
        database.session.remove()
        database.engine.dispose()


def migrate(app: Flask) -> None:
    with app.app_context():
        flask_migrate.upgrade(MIGRATIONS)
    close(app)


@pytest.fixture(scope="session")
def sqlite(tmp_path_factory: pytest.TempPathFactory, build_app: Callable[..., Flask]) -> SqliteDatabase:
    database = SqliteDatabase(tmp_path_factory.mktemp("sqlite"))
    migrate(build_app(database.url))
    database.keep_pristine()
    return database


@pytest.fixture(scope="session")
def postgresql_url() -> Iterator[str]:
    """A server of PostgreSQL; without one the test is skipped."""
    with postgresql_server() as server:
        if server is None:
            pytest.skip(NO_POSTGRESQL)
        yield server


@pytest.fixture(scope="session")
def postgresql(postgresql_url: str, build_app: Callable[..., Flask]) -> Iterator[PostgresqlDatabase]:
    with postgresql_database(postgresql_url) as url:
        migrate(build_app(url))
        database = PostgresqlDatabase(url)
        database.keep_pristine()
        yield database
        database.close()


@pytest.fixture(params=DATABASES)
def database_name(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def database(database_name: str, request: pytest.FixtureRequest) -> SqliteDatabase | PostgresqlDatabase:
    """A migrated database without a row, once SQLite and once PostgreSQL; `url` is for other processes."""
    database = request.getfixturevalue(database_name)
    database.reset()
    return database


@pytest.fixture
def empty_url(database_name: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a database without any table, for tests of the migrations themselves."""
    if database_name == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.sqlite3'}"
    else:
        with postgresql_database(request.getfixturevalue("postgresql_url")) as url:
            yield url


@pytest.fixture
def app(database: SqliteDatabase | PostgresqlDatabase, build_app: Callable[..., Flask]) -> Iterator[Flask]:
    """The application on the database; no context is pushed, so that each request has its own."""
    app = build_app(database.url)
    yield app
    close(app)


@pytest.fixture
def session(app: Flask) -> Iterator[scoped_session[Session]]:
    """`db.session` inside an application context, for tests of operations and for setting up pages (see PageClient)."""
    with app.app_context():
        session = app.extensions["sqlalchemy"].session
        yield session
        session.rollback()


@pytest.fixture
def client(app: Flask) -> PageClient:
    """A browser without script that lints every page it gets; nobody is signed in."""
    return PageClient(app)
