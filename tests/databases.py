"""The two databases the tests run on: a file of SQLite and a throw-away server of PostgreSQL."""

import contextlib
import os
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Engine, MetaData, create_engine, make_url, text

NO_POSTGRESQL = "no PostgreSQL here: install it (Debian: apt install postgresql) or point TEST_POSTGRES_URL to your own server"


def find_postgresql() -> Path | None:
    """The folder of initdb and pg_ctl: from PATH, else Debian's newest, else None."""
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    return installed[-1].parent if installed else None


@contextlib.contextmanager
def postgresql_server(*, durable: bool = False) -> Iterator[str | None]:
    """Yield the URL of a server we may create databases on, or None; ours lives on a socket in its own folder.

    What it commits survives a power cut only where it shall be `durable`.
    """
    if given := os.environ.get("TEST_POSTGRES_URL"):
        yield given
        return
    binaries = find_postgresql()
    if binaries is None:
        yield None
        return
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    owner: dict[str, str] = {}
    if os.geteuid() == 0:  # initdb refuses root
        shutil.chown(folder, "postgres", "postgres")
        owner = {"user": "postgres", "group": "postgres"}

    def run(program: str, *arguments: str) -> None:
        command = [str(binaries / program), "-D", str(folder / "data"), *arguments]
        subprocess.run(command, check=True, cwd=folder, stdout=subprocess.DEVNULL, **owner)  # type: ignore[call-overload]

    careless = "" if durable else " -c fsync=off -c synchronous_commit=off -c full_page_writes=off"
    switches = f"-k {folder} -c listen_addresses={careless}"
    try:
        run("initdb", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
        run("pg_ctl", "-w", "-l", str(folder / "log"), "-o", switches, "start")
        yield f"postgresql+psycopg://postgres@/postgres?host={folder}"
    finally:
        with contextlib.suppress(subprocess.CalledProcessError):
            run("pg_ctl", "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def postgresql_database(server: str, template: str = "template0") -> Iterator[str]:
    """Create a database, yield its URL, drop it."""
    name = f"congress_test_{uuid.uuid4().hex[:12]}"
    admin = create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} ENCODING 'UTF8' TEMPLATE {template}"))
    try:
        yield make_url(server).set(database=name).render_as_string(hide_password=False)
    finally:
        with admin.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
        admin.dispose()


class SqliteDatabase:
    """A migrated file; `reset` puts the pristine copy back. Call it when no connection is open."""

    name = "sqlite"

    def __init__(self, folder: Path) -> None:
        self.file = folder / "congress.sqlite3"
        self.pristine = folder / "pristine.sqlite3"
        self.url = f"sqlite:///{self.file}"

    def keep_pristine(self) -> None:
        """Remember the present content, which must be all in the file (no connection open)."""
        shutil.copyfile(self.file, self.pristine)

    def reset(self) -> None:
        for suffix in ("-wal", "-shm", "-journal"):
            Path(f"{self.file}{suffix}").unlink(missing_ok=True)
        shutil.copyfile(self.pristine, self.file)


class PostgresqlDatabase:
    """A migrated database; `reset` empties the tables that a test has filled and starts their numbers again."""

    name = "postgresql"

    def __init__(self, url: str) -> None:
        self.url = url
        self.engine: Engine = create_engine(url)
        self.emptying = ""

    def keep_pristine(self) -> None:
        """Write down what empties the tables; they must be empty now, as truncating would not bring a row back."""
        metadata = MetaData()
        metadata.reflect(self.engine)
        tables = [table for table in metadata.tables.values() if table.name != "alembic_version"]
        with self.engine.connect() as connection:
            filled = [table.name for table in tables if connection.execute(table.select().limit(1)).first()]
        if filled:
            raise RuntimeError(f"migrations put rows into {filled}: resetting between tests would lose them")
        self.emptying = "TRUNCATE " + ", ".join(f'"{table.name}"' for table in tables) + " RESTART IDENTITY CASCADE"

    def reset(self) -> None:
        with self.engine.begin() as connection:
            connection.execute(text("SET LOCAL lock_timeout = '5s'"))  # a test that left a transaction open is told so
            connection.execute(text(self.emptying))

    def close(self) -> None:
        self.engine.dispose()
