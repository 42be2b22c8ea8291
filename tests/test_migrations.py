"""The migrations: one numbered chain, up and down, and at its top exactly what the models say; on both databases."""

import ast
import re
from pathlib import Path

import flask_migrate
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from sqlalchemy import CheckConstraint, inspect

from congress.models import db
from tests.conftest import MIGRATIONS, close

VERSIONS = sorted((Path(MIGRATIONS) / "versions").glob("*.py"))


def assigned(path: Path) -> dict[str, object]:
    """The constants at the top of a migration file."""
    nodes = [node for node in ast.parse(path.read_text(encoding="utf-8")).body if isinstance(node, ast.Assign | ast.AnnAssign)]
    targets = [(node.targets[0] if isinstance(node, ast.Assign) else node.target, node.value) for node in nodes]
    return {target.id: ast.literal_eval(value) for target, value in targets if isinstance(target, ast.Name) and value}


def test_the_chain_is_numbered_and_linear() -> None:
    numbers = [path.name[:4] for path in VERSIONS]
    assert numbers == [f"{number:04}" for number in range(1, len(VERSIONS) + 1)]
    assert [path.name for path in VERSIONS if not re.fullmatch(r"\d{4}_[a-z0-9_]+\.py", path.name)] == []
    constants = [assigned(path) for path in VERSIONS]
    assert [each["revision"] for each in constants] == numbers
    assert [each["down_revision"] for each in constants] == [None, *numbers[:-1]]


@pytest.fixture
def empty_app(empty_url: str, build_app) -> Flask:
    app = build_app(empty_url)
    yield app
    close(app)


def tables() -> set[str]:
    return set(inspect(db.engine).get_table_names()) - {"alembic_version"}


def differences() -> list[object]:
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        return compare_metadata(context, db.metadata)


def test_the_top_of_the_chain_is_what_the_models_say(empty_app: Flask) -> None:
    with empty_app.app_context():
        flask_migrate.upgrade(MIGRATIONS)
        assert differences() == []
        assert checks_in_database() == checks_in_models()


def test_every_step_goes_up_and_down_again(empty_app: Flask) -> None:
    with empty_app.app_context():
        for path in VERSIONS:
            flask_migrate.upgrade(MIGRATIONS, path.name[:4])
        top = tables()
        assert top == set(db.metadata.tables)
        for _ in VERSIONS:
            flask_migrate.downgrade(MIGRATIONS)
        assert tables() == set()
        flask_migrate.upgrade(MIGRATIONS)
        assert tables() == top


def checks_in_database() -> set[tuple[str, str]]:
    """Table and name of each CHECK constraint; Alembic does not compare these."""
    inspector = inspect(db.engine)
    return {(table, str(check["name"])) for table in tables() for check in inspector.get_check_constraints(table)}


def checks_in_models() -> set[tuple[str, str]]:
    return {
        (table.name, db.engine.dialect.identifier_preparer.format_constraint(constraint).strip('"'))
        for table in db.metadata.tables.values()
        for constraint in table.constraints
        if isinstance(constraint, CheckConstraint)
    }
