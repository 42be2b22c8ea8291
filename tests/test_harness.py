"""The house of the tests: both databases start empty each time, are counted, and nothing is skipped unseen."""

import subprocess
import sys
from pathlib import Path

import pytest
from flask import Flask, g
from sqlalchemy.orm import Session, scoped_session

from congress.models import Unit, db
from tests.pages import PageClient
from tests.test_run import environment

ROOT = Path(__file__).parent.parent
SAMPLE = """
import pytest

def test_plain(): pass

def test_both(database_name): pass

@pytest.mark.skipif({skip}, reason="no camera here")
def test_camera(): pass
"""


@pytest.mark.parametrize("turn", ["first", "second"])
def test_each_test_starts_with_empty_tables_and_number_one(turn: str, session: scoped_session[Session]) -> None:
    assert [name for name, table in db.metadata.tables.items() if session.execute(table.select().limit(1)).first()] == []
    unit = Unit(code="thu", name=turn, kind="province", path="/thu/", emulation_block="", folded=turn, sort_key=turn)
    session.add(unit)
    session.commit()
    assert unit.id == 1


def test_a_page_sees_what_the_test_prepared_and_not_its_context(app: Flask, session: scoped_session[Session]) -> None:
    def view() -> str:
        db.session.get_one(Unit, 1).name = "đổi"
        db.session.commit()
        return str(g.get("mine"))

    app.before_request_funcs.clear()  # nobody signs in here
    app.after_request_funcs.clear()
    app.add_url_rule("/probe", view_func=view)
    g.mine = "của phép thử"
    unit = Unit(code="thu", name="cũ", kind="province", path="/thu/", emulation_block="", folded="cu", sort_key="cu")
    session.add(unit)
    session.flush()
    assert PageClient(app).open("/probe").html == "None"
    assert unit.name == "đổi"


def run_sample(folder: Path, *arguments: str, skip: bool = False, **more: str) -> tuple[int, str]:
    sample = folder / "test_sample.py"
    sample.write_text(SAMPLE.format(skip=skip))
    settings = folder / "pytest.ini"
    settings.write_text("[pytest]\n")
    command = [sys.executable, "-m", "pytest", "-p", "tests.conftest", "-p", "no:cacheprovider", "-c", str(settings), str(sample)]
    answer = subprocess.run([*command, *arguments], cwd=ROOT, env=environment(**more), capture_output=True, text=True, timeout=60)
    return answer.returncode, answer.stdout


@pytest.mark.parametrize(
    ("arguments", "figures"),
    [
        ([], "tests run: 1 on sqlite, 1 on postgresql, 2 without a database"),
        (["--database=sqlite"], "tests run: 1 on sqlite, 0 on postgresql, 2 without a database"),
        (["--database=postgresql"], "tests run: 0 on sqlite, 1 on postgresql, 2 without a database"),
        (["-n2", "--dist=worksteal"], "tests run: 1 on sqlite, 1 on postgresql, 2 without a database"),
    ],
)
def test_the_run_says_how_many_ran_on_each_database(arguments: list[str], figures: str, tmp_path: Path) -> None:
    code, said = run_sample(tmp_path, *arguments)
    assert (code, [line for line in said.splitlines() if line.startswith("tests run")]) == (0, [figures])


@pytest.mark.parametrize("workers", [[], ["-n2"]])
def test_a_skipped_test_fails_the_run_in_ci_only(workers: list[str], tmp_path: Path) -> None:
    assert run_sample(tmp_path, *workers, skip=True)[0] == 0
    code, said = run_sample(tmp_path, *workers, skip=True, CONGRESS_CI="1")
    assert code == 1
    assert "CONGRESS_CI is set: a skipped test fails the run" in said
    assert run_sample(tmp_path, *workers, CONGRESS_CI="1")[0] == 0
