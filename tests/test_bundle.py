"""`run.py bundle`: what goes into the archive, what never does, and that it is whole or not there."""

import subprocess
import zipfile
from pathlib import Path

import pytest

from congress import ROOT
from congress.bundle import DECODER, FOLDER, MADE_FOR, PARTS, made_for, project_files, write_archive
from tests.test_start import run

KEPT = ("run.py", "congress/start.py", "static/js/door.js", "templates/layout.html", "requirements.txt")
STRAY = (
    "danh-sach.xlsx", "instance/key", "instance/congress.sqlite3", ".venv/pip.py", "congress/__pycache__/start.pyc",
    "static/vendor/zxing-reader.js", "wheels/x.whl", "node_modules/x.js",
)  # fmt: skip


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A small checkout with what lies about beside it."""
    for name in (*KEPT, *STRAY):
        path = tmp_path / "project" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    return tmp_path / "project"


def chosen(project: Path) -> list[str]:
    return [path.as_posix() for path in project_files(project)]


def test_without_git_only_what_belongs_to_the_project_is_taken(project: Path) -> None:
    assert chosen(project) == sorted(KEPT)


def test_with_git_what_git_keeps_is_taken(project: Path) -> None:
    for command in (["init", "-q"], ["add", "run.py", "congress/start.py", "requirements.txt"]):
        subprocess.run(["git", *command], cwd=project, check=True)
    assert chosen(project) == ["congress/start.py", "requirements.txt", "run.py"]
    (project / "congress/start.py").unlink()  # deleted and not committed yet
    assert chosen(project) == ["requirements.txt", "run.py"]


def test_a_folder_inside_somebody_else_s_checkout_is_taken_without_git(project: Path) -> None:
    subprocess.run(["git", "init", "-q"], cwd=project.parent, check=True)
    assert chosen(project) == sorted(KEPT)


def test_the_known_parts_are_all_that_git_keeps() -> None:
    if not (ROOT / ".git").exists():
        return
    tops = {path.parts[0] for path in project_files(ROOT)}
    assert tops <= set(PARTS)


def test_the_archive_holds_project_decoder_and_wheels(project: Path, tmp_path: Path) -> None:
    for name in DECODER:
        (project / "static/vendor" / name).write_text(name)
    wheels = tmp_path / "wheels"
    wheels.mkdir()
    for name in ("library-1.0-py3-none-any.whl", MADE_FOR):
        (wheels / name).write_text(name)
    (project / "run.py").chmod(0o755)
    out = tmp_path / "out.zip"
    write_archive(out, project, project_files(project), wheels)
    with zipfile.ZipFile(out) as archive:
        brought = [*(f"static/vendor/{name}" for name in DECODER), *(f"wheels/{path.name}" for path in wheels.iterdir())]
        assert sorted(archive.namelist()) == sorted(f"{FOLDER}/{name}" for name in [*KEPT, *brought])
        assert archive.read(f"{FOLDER}/congress/start.py") == b"congress/start.py"
        assert archive.getinfo(f"{FOLDER}/run.py").external_attr >> 16 & 0o111 == 0o111
    assert [path.name for path in tmp_path.glob("out*")] == ["out.zip"]


def test_an_archive_that_cannot_be_finished_is_not_there(project: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.zip"
    out.write_bytes(b"the one of yesterday")
    with pytest.raises(FileNotFoundError):
        write_archive(out, project, [Path("run.py"), Path("gone.py")], tmp_path)
    assert [(path.name, path.read_bytes()) for path in tmp_path.glob("out*")] == [("out.zip", b"the one of yesterday")]


def test_it_says_which_machine_it_is_for() -> None:
    assert made_for().startswith("Python 3.") and ", " in made_for()


def test_a_wrong_call_is_told(tmp_path: Path) -> None:
    assert run(tmp_path, "bundle", "--outt", "x").returncode == 2
