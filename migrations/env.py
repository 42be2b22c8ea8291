"""Runs the migrations inside the application's context, on the application's own connection."""

from alembic import context
from flask import current_app

database = current_app.extensions["migrate"].db


def run() -> None:
    """Bring the connected database to the asked revision, in one transaction."""
    engine = database.engine
    with engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=database.metadata,
            render_as_batch=True,
            compare_type=True,
        )
        # SQLite changes a table by rebuilding it: with foreign keys on, dropping the old one would ask for its rows' children.
        driver = connection.connection.driver_connection if engine.dialect.name == "sqlite" else None
        if driver:
            driver.execute("PRAGMA foreign_keys=OFF")
        with context.begin_transaction():
            context.run_migrations()
            if driver and driver.execute("PRAGMA foreign_key_check").fetchone():
                raise RuntimeError("the migration would leave a row without what it points to")
        if driver:
            driver.execute("PRAGMA foreign_keys=ON")


run()
