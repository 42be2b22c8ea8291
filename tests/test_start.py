"""`python3 run.py …` once its environment is there: serving, the command line, and what is said when something is missing."""

import contextlib
import os
import signal
import sqlite3
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from congress import create_app
from congress.models import ImportDraft, db
from congress.operations.import_drafts import DRAFTS_LIVE
from congress.start import bring_up
from tests.world import World, make_user

RUN = Path(__file__).parent.parent / "run.py"


def environment(instance: Path, **more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CONGRESS_")}
    return {**kept, "CONGRESS_NO_VENV": "1", "CONGRESS_INSTANCE": str(instance), **more}


def run(instance: Path, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(RUN), *arguments], env=environment(instance, **more), capture_output=True, text=True,
        encoding="utf-8", timeout=120,
    )  # fmt: skip


@contextlib.contextmanager
def serving(instance: Path, *arguments: str) -> Iterator[tuple[subprocess.Popen[str], str, list[str]]]:
    """The process, its address and what it said until it served."""
    command = [sys.executable, str(RUN), *arguments, "--port", "0"]
    process = subprocess.Popen(
        command, env=environment(instance), stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
    )
    try:
        assert process.stderr is not None
        said = []
        for line in process.stderr:
            said.append(line.strip())
            if line.startswith("Đang chạy ở "):
                break
        yield process, said[-1].split()[3], said
    finally:
        process.kill()
        process.communicate()


def version_of(database: Path) -> list[tuple[str]]:
    with contextlib.closing(sqlite3.connect(database)) as connection:
        return connection.execute("SELECT version_num FROM alembic_version").fetchall()


@pytest.mark.parametrize("arguments", [(), ("serve",)])
def test_the_real_start_migrates_and_serves_the_first_run(arguments: tuple[str, ...], tmp_path: Path) -> None:
    with serving(tmp_path, *arguments) as (process, address, said):
        assert said[0] == f"Cơ sở dữ liệu: {tmp_path / 'congress.sqlite3'}"
        with urllib.request.urlopen(address, timeout=20) as answer:
            assert answer.url == f"{address}first-run"
            assert "Server" not in answer.headers
        process.send_signal(signal.SIGINT)
        stdout, stderr = process.communicate(timeout=20)
        assert (stdout, stderr, process.returncode) == ("", "Đã dừng.\n", 0)
    assert len(version_of(tmp_path / "congress.sqlite3")) == 1


def test_a_command_on_an_empty_database_makes_its_tables_and_answers_clean_json(tmp_path: Path) -> None:
    answer = run(tmp_path, "congress", "list", "--json")
    assert (answer.stdout, answer.stderr, answer.returncode) == ("[]\n", "", 0)


def test_a_refusal_is_one_sentence_and_exit_1_a_wrong_call_exit_2(tmp_path: Path) -> None:
    refused = run(tmp_path, "congress", "close", "3")
    assert (refused.stdout, refused.stderr, refused.returncode) == ("", "Không có hội nghị số 3.\n", 1)
    assert run(tmp_path, "congress", "close").returncode == 2
    assert run(tmp_path, "no-such-command").returncode == 2
    assert run(tmp_path, "serve", "--port", "70000").returncode == 2


@pytest.mark.parametrize("arguments", [("serve", "--port", "0"), ("congress", "list")])
def test_a_database_that_does_not_answer_is_told_in_one_sentence(arguments: tuple[str, ...], tmp_path: Path) -> None:
    answer = run(tmp_path, *arguments, CONGRESS_DATABASE_URL="postgres://somebody:secret@127.0.0.1:9/nothing")
    last = answer.stderr.splitlines()[-1]
    assert last.startswith("Không mở được cơ sở dữ liệu (") and last.endswith("): hãy kiểm tra CONGRESS_DATABASE_URL.")
    assert "Traceback" not in answer.stderr and "secret" not in answer.stderr
    assert (answer.stdout, answer.returncode) == ("", 1)


def test_a_database_of_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    database = tmp_path / "congress.sqlite3"
    assert run(tmp_path, "congress", "list").returncode == 0
    with contextlib.closing(sqlite3.connect(database)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
    answer = run(tmp_path, "--port", "0")
    assert answer.stderr.splitlines()[-1] == "Cơ sở dữ liệu này của một bản phần mềm mới hơn: hãy cập nhật phần mềm rồi chạy lại."
    assert answer.returncode == 1
    assert version_of(database) == [("9999",)]


def test_a_folder_that_cannot_be_written_is_told_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("stands in the way")
    answer = run(tmp_path / "file")
    assert answer.stderr.splitlines() == [
        f"Không ghi được vào {tmp_path / 'file'} (File exists): hãy kiểm tra quyền và chỗ trống."
    ]
    assert answer.returncode == 1


def test_a_start_forgets_lists_nobody_came_back_for(tmp_path: Path) -> None:
    app = create_app({"SQLALCHEMY_DATABASE_URI": f"sqlite:///{tmp_path / 'congress.sqlite3'}", "INSTANCE_DIR": tmp_path})
    bring_up(app)
    with app.app_context():
        congress = World().congress
        user = make_user("lan", "organiser", unit=congress.unit)
        for age in (timedelta(hours=1), DRAFTS_LIVE + timedelta(hours=1)):
            draft = {"congress_id": congress.id, "user_id": user.id, "created_at": datetime.now(UTC) - age}
            db.session.add(ImportDraft(listing={}, choices={}, left_out=[], file_sealed=b"sealed", **draft))
        db.session.commit()
        kept = db.session.scalars(db.select(ImportDraft.id)).first()
        db.session.remove()
    bring_up(app)
    with app.app_context():
        assert db.session.scalars(db.select(ImportDraft.id)).all() == [kept]
        db.session.remove()
        db.engine.dispose()
