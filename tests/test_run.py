"""`run.py` on a small project of its own: real environments, real pip, packages made here and no network."""

import ast
import hashlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

RUN = Path(__file__).parent.parent / "run.py"
START = """
import json, sys
def main(argv):
    import library, font
    print(json.dumps([argv, library.VERSION, sys.prefix], ensure_ascii=False))
    return 7
"""
PYTEST = "import json, os, sys\nprint(json.dumps([sys.argv[1:], os.getcwd()]))\n"


def make_wheel(folder: Path, name: str, version: str, code: str, metadata: str = "") -> None:
    """Write the wheel of a package of one module."""
    info = f"{name}-{version}.dist-info"
    with zipfile.ZipFile(folder / f"{name}-{version}-py3-none-any.whl", "w") as wheel:
        wheel.writestr(f"{name}.py", code)
        wheel.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{metadata}")
        wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr(f"{info}/RECORD", f"{name}.py,,\n{info}/METADATA,,\n{info}/WHEEL,,\n{info}/RECORD,,\n")


def fill(folder: Path) -> None:
    """The files of the small project as they stand before the first call."""
    shutil.copy(RUN, folder)
    (folder / "congress").mkdir(exist_ok=True)
    (folder / "congress/start.py").write_text(START)
    (folder / "requirements.txt").write_text("library==1.0\n")
    (folder / "requirements-fonts.txt").write_text("font==1.0\n")
    (folder / "requirements-test.txt").write_text("pytest==1.0\n")
    (folder / "wheels").mkdir(exist_ok=True)
    for version in ("1.0", "2.0"):
        make_wheel(folder / "wheels", "library", version, f"VERSION = '{version}'\n")
    make_wheel(folder / "wheels", "font", "1.0", "", "Requires-Python: >=3.99\nRequires-Dist: nowhere\n")
    make_wheel(folder / "wheels", "pytest", "1.0", PYTEST)


def environment(**more: str) -> dict[str, str]:
    """No pip settings of this machine, no index that answers, and no colour of the environment these tests run in."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PIP_", "CONGRESS_", "PYTHON"))}
    nowhere = {"PIP_CONFIG_FILE": os.devnull, "PIP_INDEX_URL": "http://127.0.0.1:9/", "PIP_RETRIES": "0"}
    return {**kept, **nowhere, **more}


def run(folder: Path, *arguments: str, before: str = "", **more: str) -> subprocess.CompletedProcess[str]:
    """Call run.py as a user does, from another folder; `before` is code that changes the Python it meets."""
    command = [sys.executable, str(folder / "run.py"), *arguments]
    if before:
        code = f"import runpy, sys; {before}; sys.argv = sys.argv[1:]; runpy.run_path(sys.argv[0], run_name='__main__')"
        command = [sys.executable, "-c", code, *command[1:]]
    return subprocess.run(
        command, cwd=folder.parent, env=environment(**more), capture_output=True, text=True, encoding="utf-8", timeout=120
    )


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("project") / "hội nghị"  # a space and accents, as folders have
    folder.mkdir()
    fill(folder)
    return folder


@pytest.fixture
def project(installed: Path) -> Path:
    """The small project with its environment made and everything as installed."""
    fill(installed)
    assert run(installed).returncode == 7
    return installed


def lines(answer: subprocess.CompletedProcess[str]) -> list[str]:
    """What was said, one line per step, without the seconds."""
    return [line.split(" xong (")[0] for line in answer.stderr.splitlines()]


def test_python_3_6_can_read_it() -> None:
    ast.parse(RUN.read_text(encoding="utf-8"), feature_version=(3, 6))


def test_first_call_makes_the_environment_and_passes_everything_on(tmp_path: Path) -> None:
    fill(tmp_path)
    answer = run(tmp_path, "congress", "list", "--name", "Bắc Kạn")
    assert lines(answer) == ["[1/3] Tạo môi trường .venv …", "[2/3] Cài thư viện …", "[3/3] Cài phông chữ …"]
    assert json.loads(answer.stdout) == [["congress", "list", "--name", "Bắc Kạn"], "1.0", str(tmp_path / ".venv")]
    assert answer.returncode == 7


def test_next_call_says_nothing(project: Path) -> None:
    answer = run(project, "demo")
    assert (answer.stderr, answer.returncode) == ("", 7)


def test_only_a_changed_file_is_installed_again(project: Path) -> None:
    (project / "requirements.txt").write_text("library==2.0\n")
    answer = run(project)
    assert lines(answer) == ["[1/1] Cài thư viện …"]
    assert json.loads(answer.stdout)[1] == "2.0"


def test_test_installs_its_tools_and_runs_pytest_in_the_root(project: Path) -> None:
    first, second = run(project, "test", "-k", "x y"), run(project, "test")
    assert lines(first) == ["[1/1] Cài công cụ kiểm thử …"]
    assert json.loads(first.stdout) == [["-k", "x y"], str(project)]
    assert second.stderr == ""


def test_bench_needs_the_test_tools_too(project: Path) -> None:
    (project / "requirements-test.txt").write_text("pytest==1.0  # once more\n")
    assert lines(run(project, "demo")) == []
    answer = run(project, "bench", "--json")
    assert lines(answer) == ["[1/1] Cài công cụ kiểm thử …"]
    assert json.loads(answer.stdout)[0] == ["bench", "--json"]


def test_an_interrupted_environment_is_made_anew(project: Path) -> None:
    (project / ".venv/.unfinished").touch()
    answer = run(project)
    assert lines(answer) == ["[1/3] Tạo môi trường .venv …", "[2/3] Cài thư viện …", "[3/3] Cài phông chữ …"]
    assert answer.returncode == 7
    assert not (project / ".venv/.unfinished").exists()


def test_interrupting_pip_leaves_a_state_that_the_next_call_mends(project: Path) -> None:
    (project / "requirements.txt").write_text("library==2.0\n")
    shutil.rmtree(project / "wheels")
    with socket.create_server(("127.0.0.1", 0)) as silent:  # an index that takes the call and never answers
        index = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        process = subprocess.Popen(
            [sys.executable, str(project / "run.py")], env=environment(PIP_INDEX_URL=index), stderr=subprocess.PIPE,
            start_new_session=True, text=True, encoding="utf-8",
        )  # fmt: skip
        silent.settimeout(60)
        with silent.accept()[0]:
            os.killpg(process.pid, signal.SIGINT)
            said = process.communicate(timeout=60)[1]
    assert said.splitlines() == ["[1/1] Cài thư viện …", "Đã dừng; chạy lại lệnh này để làm tiếp."]
    assert process.returncode == 1
    fill(project)
    (project / "requirements.txt").write_text("library==2.0\n")
    assert json.loads(run(project).stdout)[1] == "2.0"


def test_no_network_says_what_to_do_and_is_tried_again(project: Path) -> None:
    (project / "requirements.txt").write_text("library==2.0\n")
    shutil.rmtree(project / "wheels")
    for _ in range(2):
        answer = run(project)
        assert answer.stderr.splitlines() == [
            "[1/1] Cài thư viện …",
            "Không tải được thư viện: hãy kiểm tra mạng, hoặc chép gói vào thư mục wheels/, rồi chạy lại "
            f"(xem {project / '.venv/install.log'}).",
        ]
        assert (answer.returncode, answer.stdout) == (1, "")
    assert "library==2.0" in (project / ".venv/install.log").read_text()


def test_wheels_that_lack_a_package_are_named(project: Path) -> None:
    (project / "requirements.txt").write_text("library==3.0\n")
    answer = run(project)
    assert answer.stderr.splitlines()[1:] == [
        "Thư mục wheels/ chưa đủ gói: hãy chép thêm, hoặc bỏ thư mục ấy và nối mạng, rồi chạy lại "
        f"(xem {project / '.venv/install.log'})."
    ]
    assert answer.returncode == 1


def test_wheels_of_another_machine_say_for_which_they_are(project: Path) -> None:
    (project / "requirements.txt").write_text("library==3.0\n")
    (project / "wheels/made-for.txt").write_text("Python 3.99, Linux riscv")
    answer = run(project)
    (project / "wheels/made-for.txt").unlink()
    version = ".".join(map(str, sys.version_info[:2]))
    assert answer.stderr.splitlines()[1:] == [
        f"Gói trong wheels/ là cho Python 3.99, Linux riscv, đây là Python {version}: hãy đóng gói trên máy giống máy này "
        f"(xem {project / '.venv/install.log'})."
    ]
    assert answer.returncode == 1


@pytest.fixture
def with_decoder(project: Path) -> Iterator[Path]:
    """The small project with the real package of npm to fetch."""
    for name in ("package.json", "package-lock.json"):
        shutil.copy(RUN.parent / name, project)
    (project / "static").mkdir()
    yield project
    shutil.rmtree(project / "static")
    for path in (project / "package.json", project / "package-lock.json", project / ".venv/npm.failed"):
        path.unlink(missing_ok=True)


def test_without_npm_nothing_is_said_of_the_decoder(with_decoder: Path, tmp_path: Path) -> None:
    answer = run(with_decoder, PATH=str(tmp_path))
    assert (answer.stderr, answer.returncode) == ("", 7)


@pytest.mark.skipif(shutil.which("npm") is None, reason="no npm here: install it (Debian: apt install npm)")
def test_npm_without_network_is_told_once_and_stops_nothing(with_decoder: Path, tmp_path: Path) -> None:
    nowhere = {"npm_config_registry": "http://127.0.0.1:9/", "npm_config_cache": str(tmp_path)}
    first, second = run(with_decoder, **nowhere), run(with_decoder, **nowhere)
    assert first.stderr.splitlines() == [
        "Cài bộ đọc mã QR …",
        "Không tải được bộ đọc mã QR dùng khi mất mạng; dịch vụ vẫn chạy, mai thử lại "
        f"(xem {with_decoder / '.venv/install.log'}).",
    ]
    assert (first.returncode, second.returncode, second.stderr) == (7, 7, "")
    assert not (with_decoder / "static/vendor").exists()


def test_a_decoder_that_came_with_the_bundle_is_not_fetched(with_decoder: Path) -> None:
    vendor = with_decoder / "static/vendor"
    vendor.mkdir()
    lock = (with_decoder / "package-lock.json").read_bytes()
    (vendor / "package-lock.sha256").write_text(hashlib.sha256(lock).hexdigest())
    answer = run(with_decoder, npm_config_registry="http://127.0.0.1:9/")
    assert (answer.stderr, answer.returncode) == ("", 7)


def test_the_lock_of_npm_names_no_registry_and_pins_the_decoder() -> None:
    lock = json.loads((RUN.parent / "package-lock.json").read_text(encoding="utf-8"))
    assert "//" not in json.dumps([{**package, "integrity": ""} for package in lock["packages"].values()])
    assert {name for name, package in lock["packages"].items() if name and "integrity" not in package} == set()
    wanted = json.loads((RUN.parent / "package.json").read_text(encoding="utf-8"))["dependencies"]
    assert wanted == {"zxing-wasm": lock["packages"]["node_modules/zxing-wasm"]["version"]}


@pytest.mark.parametrize(
    ("before", "sentence"),
    [
        ("sys.version_info = (3, 10, 13)", "Cần Python 3.11 trở lên, đây là 3.10: hãy cài bản mới rồi chạy lại bằng bản ấy."),
        ("sys.modules['ensurepip'] = None", "Python này thiếu mô-đun venv: hãy cài nó (Debian, Ubuntu: apt install python3-venv) rồi chạy lại."),  # noqa: E501
    ],
)  # fmt: skip
def test_a_python_that_will_not_do_is_told_in_one_sentence(before: str, sentence: str, tmp_path: Path) -> None:
    fill(tmp_path)
    answer = run(tmp_path, before=before)
    assert answer.stderr.splitlines()[-1] == sentence
    assert "Traceback" not in answer.stderr
    assert (answer.returncode, answer.stdout) == (1, "")
    assert not (tmp_path / ".venv").exists()


def test_a_folder_that_cannot_be_written_is_told_in_one_sentence(tmp_path: Path) -> None:
    fill(tmp_path)
    (tmp_path / ".venv").write_text("a file stands in the way")
    answer = run(tmp_path)
    assert answer.stderr.splitlines()[-1] == (
        f"Không ghi được vào {tmp_path / '.venv'} (Not a directory): hãy kiểm tra quyền và chỗ trống rồi chạy lại."
    )
    assert answer.returncode == 1


def test_congress_no_venv_takes_the_python_at_hand(tmp_path: Path) -> None:
    fill(tmp_path)
    (tmp_path / "congress/start.py").write_text("import sys\ndef main(argv):\n    print(sys.prefix, argv)\n")
    answer = run(tmp_path, "demo", CONGRESS_NO_VENV="1")
    assert (answer.stdout, answer.stderr, answer.returncode) == (f"{sys.prefix} ['demo']\n", "", 0)
    assert not (tmp_path / ".venv").exists()


def test_a_taken_port_is_told_in_one_sentence(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        start = time.monotonic()
        answer = run(RUN.parent, "serve", "--port", port, CONGRESS_NO_VENV="1", CONGRESS_INSTANCE=str(tmp_path))
    assert answer.returncode == 1
    assert "Traceback" not in answer.stderr
    assert port in answer.stderr.splitlines()[-1]
    assert time.monotonic() - start < 60
