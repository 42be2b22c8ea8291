"""The database handle, its conventions and everything that only one of the two databases can do."""

import threading
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import JSON, DateTime, Engine, MetaData, String, event
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

# Whether the transaction about to begin may write. A request that only reads sets it to False, so that it does not
# queue behind writers on SQLite; everything else keeps the safe answer.
may_write: ContextVar[bool] = ContextVar("may_write", default=True)

# One writer at a time inside this process: waiting on a lock is fair and cheap, waiting on SQLite's busy timeout is neither.
_writer = threading.Lock()


# Text compared byte by byte on both databases: sort keys, and paths looked up by their beginning.
BYTES_ORDER = String().with_variant(String(collation="C"), "postgresql")


class UtcTime(TypeDecorator[datetime]):
    """An aware UTC time, stored without its zone so that both databases keep the same value."""

    impl = DateTime(timezone=False)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a stored time needs its zone")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value.replace(tzinfo=UTC) if value is not None else None


class _Conventions(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)


db = SQLAlchemy(model_class=_Conventions)

if TYPE_CHECKING:
    Base = _Conventions
else:
    Base = db.Model  # the parent of all models, as the extension makes it
    Base.registry.update_type_annotation_map({dict[str, Any]: JSON, list[Any]: JSON})


def is_sqlite() -> bool:
    """Whether this application runs on the embedded database."""
    return db.engine.dialect.name == "sqlite"


def set_up_engine(engine: Engine) -> None:
    """Give SQLite the durability and the write discipline that PostgreSQL has by itself."""
    if engine.dialect.name != "sqlite":
        return

    @event.listens_for(engine, "connect")
    def connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=30000", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:
        if not may_write.get():
            connection.exec_driver_sql("BEGIN")
            return
        _writer.acquire()
        try:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        except BaseException:
            _writer.release()
            raise
        connection.info["writes"] = True

    def end(connection: Any) -> None:
        if connection.info.pop("writes", False):
            _writer.release()

    event.listen(engine, "commit", _after(end, "commit"))
    event.listen(engine, "rollback", _after(end, "rollback"))


def _after(end: Any, verb: str) -> Any:
    """SQLAlchemy tells of a commit before it happens; finish it here, then let the next writer in."""

    def finish(connection: Any) -> None:
        try:
            driver = connection.connection.driver_connection
            if driver.in_transaction:
                driver.execute(verb.upper())
        finally:
            end(connection)

    return finish


def lock_row(model: type[Base], row_id: int) -> Any:
    """Read a row so that no other transaction decides about it before this one ends; None when there is no such row.

    PostgreSQL locks the row; rows that only point to it may still be added, or who adds one while holding another lock and who
    holds this one would wait for each other. On SQLite the whole write transaction is already alone.
    """
    query = db.select(model).where(model.id == row_id).execution_options(populate_existing=True)  # type: ignore[attr-defined]
    if not is_sqlite():
        query = query.with_for_update(key_share=True)
    return db.session.execute(query).scalar_one_or_none()
