"""What all commands have in common, and two of them as real processes beside a database of their own."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import flask_migrate
import pytest
from flask import Flask

from congress.cli import GROUPS
from congress.models import db
from congress.operations import presets
from tests.cli.running import run
from tests.conftest import MIGRATIONS, close
from tests.web.contract import Office

ROOT = Path(MIGRATIONS).parent
COMMANDS = {
    "allocations": ["export", "issue", "list", "share"],
    "badges": ["print"],
    "checkin": ["scan", "worker"],
    "congress": ["check", "close", "list", "set-planned"],
    "delegates": ["import", "list", "photos", "preview", "set-state", "substitute"],
    "delegations": ["link", "list"],
    "plan": ["check", "export", "load"],
    "programme": ["print"],
    "reports": ["make", "print"],
    "suggestions": ["make"],
    "units": ["import"],
    "user": ["create"],
}


def test_the_commands_are_those_that_scripts_know() -> None:
    assert {group.name: sorted(group.commands) for group in GROUPS} == COMMANDS


def test_every_command_says_what_it_does() -> None:
    silent = [f"{group.name} {name}" for group in GROUPS for name, command in group.commands.items() if not command.help]
    assert silent == []


@pytest.mark.usefixtures("session")
def test_a_command_without_its_arguments_is_a_wrong_call(app: Flask) -> None:
    """`congress list` has none; what is wrong is said on stderr."""
    ended = {(group, name): run(app, group, name) for group, names in COMMANDS.items() for name in names}
    assert ended.pop(("congress", "list")) == (0, "", "")
    assert {command: (code, data) for command, (code, data, _) in ended.items()} == dict.fromkeys(ended, (2, ""))
    assert [command for command, (*_, words) in ended.items() if not words] == []


# ---- as processes ----------------------------------------------------------------------------------------------------


@pytest.fixture
def beside(tmp_path: Path, build_app: Callable[..., Flask]) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Runs `flask --app congress …` on a database with three congresses."""
    url = f"sqlite:///{tmp_path / 'beside.sqlite3'}"
    app = build_app(url)
    with app.app_context():
        flask_migrate.upgrade(MIGRATIONS)
        office = Office(app)
        office.person("Nông Thị Ánh", state="approved")
        db.session.commit()
    close(app)
    settings = {"CONGRESS_DATABASE_URL": url, "CONGRESS_INSTANCE": str(tmp_path), "PYTHONWARNINGS": "error", "PYTHONUTF8": "0"}

    def ended(*words: str, **more: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "flask", "--app", "congress", *words]
        given = {**os.environ, **settings, **more}
        return subprocess.run(command, cwd=ROOT, env=given, capture_output=True, encoding="utf-8", timeout=120, check=False)

    return ended


def test_a_process_gives_one_document_in_utf8_and_nothing_else(beside: Callable[..., subprocess.CompletedProcess[str]]) -> None:
    """Also on a machine whose own encoding is another one."""
    listed = beside("congress", "list", "--json", PYTHONIOENCODING="ascii", LC_ALL="C")
    assert (listed.returncode, listed.stderr) == (0, "")
    assert [(row["id"], row["unit"], row["approved"]) for row in json.loads(listed.stdout)] == [
        (1, "Huyện Một", 1), (2, "Xã Một", 0), (3, "Huyện Hai", 0),
    ]  # fmt: skip
    assert "Huyện Một" in listed.stdout


def test_a_process_ends_with_one_sentence_or_with_the_right_call(
    beside: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    refused = beside("congress", "set-planned", "1", "301")
    words = "Quy mô 301 vượt mức tối đa 300 của kế hoạch. Chọn 300 trở xuống.\n"
    assert (refused.returncode, refused.stdout, refused.stderr) == (1, "", words)
    wrong = beside("delegates", "set-state", "--congress", "1", "--state", "approved")
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert "Cho các mã đại biểu, hoặc --group" in wrong.stderr and "Traceback" not in wrong.stderr
    empty = beside("congress", "list", "--json", CONGRESS_DATABASE_URL=f"sqlite:///{tmp_path / 'empty.sqlite3'}")
    assert (empty.returncode, empty.stdout) == (1, "")
    assert empty.stderr.startswith("Cơ sở dữ liệu chưa sẵn sàng") and empty.stderr.count("\n") == 1


def test_a_process_previews_a_workbook(beside: Callable[..., subprocess.CompletedProcess[str]]) -> None:
    shown = beside("delegates", "preview", str(presets.FOLDER / "samples" / "so-y-te.xlsx"), "--json")
    assert (shown.returncode, shown.stderr) == (0, "")
    assert json.loads(shown.stdout)["totals"] == {"rows": 150, "good": 138, "faulty": 12}
