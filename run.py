#!/usr/bin/env python3
"""Start the service: `python3 run.py [demo | test | bench | bundle | any command of the command line]`.

The first call makes .venv and installs the pinned requirements; later calls only compare stamps. Until then there is
only the standard library, and Python 3.6 must still be able to read this file, so as to be told that it is too old.
CONGRESS_NO_VENV=1 uses the Python at hand as it is (containers, uv). Steps go to stderr: stdout may carry JSON.
"""
import hashlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
UNFINISHED = VENV / ".unfinished"  # there from the first file of .venv until pip works in it
LOG = VENV / "install.log"
WHEELS = ROOT / "wheels"  # packages copied by hand or by `run.py bundle`, for a machine without network
MADE_FOR = WHEELS / "made-for.txt"
VENDOR = ROOT / "static" / "vendor"  # the QR decoder of gates without network, out of the npm package zxing-wasm
DECODER = {
    "dist/iife/reader/index.js": "zxing-reader.js",  # made a module here: in one file, so that one address is kept offline
    "dist/reader/zxing_reader.wasm": "zxing-reader.wasm",
    "LICENSE": "zxing-LICENSE.txt",
}
VERSION = ".".join(map(str, sys.version_info[:2]))
SETS = {
    "requirements.txt": ("Cài thư viện", []),
    "requirements-fonts.txt": ("Cài phông chữ", ["--no-deps", "--ignore-requires-python"]),
    "requirements-test.txt": ("Cài công cụ kiểm thử", []),
}


class Stop(Exception):
    """Carries the one sentence that tells the user what to do."""


def say(text, end="\n"):
    sys.stderr.write(text + end)
    sys.stderr.flush()


def wanted_stamp(name):
    """What the stamp of a requirements file reads when it is installed for this Python."""
    return hashlib.sha256((ROOT / name).read_bytes() + VERSION.encode()).hexdigest()


def is_installed(name):
    stamp = VENV / (name + ".sha256")
    return stamp.exists() and stamp.read_text() == wanted_stamp(name)


def is_sound():
    """False for a .venv that was interrupted, has no pip, or belongs to another version of Python."""
    if UNFINISHED.exists() or not PYTHON.exists():
        return False
    probe = [str(PYTHON), "-c", "import pip, sys; sys.stdout.write('%d.%d' % sys.version_info[:2])"]
    return subprocess.run(probe, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout == VERSION.encode()


def make_venv():
    try:
        import ensurepip  # noqa: F401  Debian ships it apart from Python
        import venv

        if VENV.exists():
            shutil.rmtree(str(VENV))
        VENV.mkdir()
        UNFINISHED.touch()
        venv.EnvBuilder(with_pip=True, symlinks=os.name != "nt").create(str(VENV))
        UNFINISHED.unlink()
    except (ImportError, subprocess.CalledProcessError):
        raise Stop("Python này thiếu mô-đun venv: hãy cài nó (Debian, Ubuntu: apt install python3-venv) rồi chạy lại.") from None


def install(name, line):
    """Let pip install one requirements file; its words go to a log, its count of packages to the screen."""
    command = [str(PYTHON), "-m", "pip", "install", "--disable-pip-version-check", "--no-input", "--progress-bar=off"]
    command += SETS[name][1] + ["-r", str(ROOT / name)]
    if WHEELS.is_dir():
        command += ["--no-index", "--find-links", str(WHEELS)]
    count = 0
    with LOG.open("ab") as log, subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as pip:
        for row in pip.stdout:
            log.write(row)
            if row.startswith(b"Collecting ") and sys.stderr.isatty():
                count += 1
                say(f"\r{line} … {count} gói", end="")
    if pip.returncode:
        if MADE_FOR.exists():
            fits = f"{MADE_FOR.read_text(encoding='utf-8')}, đây là Python {VERSION}"
            raise Stop(f"Gói trong wheels/ là cho {fits}: hãy đóng gói trên máy giống máy này (xem {LOG}).")
        if WHEELS.is_dir():
            raise Stop(f"Thư mục wheels/ chưa đủ gói: hãy chép thêm, hoặc bỏ thư mục ấy và nối mạng, rồi chạy lại (xem {LOG}).")
        raise Stop(f"Không tải được thư viện: hãy kiểm tra mạng, hoặc chép gói vào thư mục wheels/, rồi chạy lại (xem {LOG}).")
    (VENV / (name + ".sha256")).write_text(wanted_stamp(name))


def prepare(names):
    """Bring .venv to what the requirements files say; does nothing, in a millisecond, when it is there already."""
    stale = [name for name in names if not is_installed(name)]
    if not stale and PYTHON.exists() and not UNFINISHED.exists():
        return
    steps = stale if is_sound() else [None, *names]  # None: the environment itself
    for number, name in enumerate(steps, 1):
        title = SETS[name][0] if name else "Tạo môi trường .venv"
        line = f"[{number}/{len(steps)}] {title}"
        say(line + " …", end="")
        start, end = time.time(), ""
        try:
            install(name, line) if name else make_venv()
            end = f" xong ({time.time() - start:.0f} giây)"
        finally:
            say(end)


def fetch_decoder():
    """Let npm, where there is one, bring the decoder to what package-lock.json says; failing, say so once a day and go on."""
    lock, stamp, failed = ROOT / "package-lock.json", VENDOR / "package-lock.sha256", VENV / "npm.failed"
    npm, wanted = shutil.which("npm"), hashlib.sha256(lock.read_bytes()).hexdigest() if lock.exists() else None
    if not (npm and wanted) or (stamp.exists() and stamp.read_text() == wanted):
        return
    if failed.exists() and time.time() - failed.stat().st_mtime < 86400:
        return
    folder = VENV / "npm"
    command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries=0", "--fetch-timeout=30000"]
    start, end = time.time(), f"\nKhông tải được bộ đọc mã QR dùng khi mất mạng; dịch vụ vẫn chạy, mai thử lại (xem {LOG})."
    say("Cài bộ đọc mã QR …", end="")
    try:
        folder.mkdir(exist_ok=True)
        for name in ("package.json", lock.name):
            shutil.copy(str(ROOT / name), str(folder))
        with LOG.open("ab") as log:
            subprocess.run(command, cwd=str(folder), stdout=log, stderr=log, timeout=180, check=True)
        VENDOR.mkdir(exist_ok=True)
        for name, kept in DECODER.items():
            content = (folder / "node_modules" / "zxing-wasm" / name).read_bytes()
            (VENDOR / kept).write_bytes(content + (b"\nexport default ZXingWASM;\n" if kept.endswith(".js") else b""))
        stamp.write_text(wanted)
        shutil.rmtree(str(folder))
        end = f" xong ({time.time() - start:.0f} giây)"
    except (OSError, subprocess.SubprocessError):
        failed.touch()
    finally:
        say(end)


def become(command):
    """Run `command` in the place of this process; on Windows beside it, where exec would lose the console."""
    if os.name == "nt":
        sys.exit(subprocess.call(command))
    os.execv(command[0], command)


def main(argv):
    if sys.version_info < (3, 11):
        raise Stop(f"Cần Python 3.11 trở lên, đây là {VERSION}: hãy cài bản mới rồi chạy lại bằng bản ấy.")
    command = argv[0] if argv else ""
    as_it_is = os.environ.get("CONGRESS_NO_VENV")
    python = sys.executable if as_it_is else str(PYTHON)
    if not as_it_is:
        try:
            prepare([name for name in SETS if name != "requirements-test.txt" or command in ("test", "bench")])
        except OSError as error:
            raise Stop(f"Không ghi được vào {VENV} ({error.strerror}): hãy kiểm tra quyền và chỗ trống rồi chạy lại.") from None
        fetch_decoder()
    if command == "test":
        os.chdir(str(ROOT))
        become([python, "-m", "pytest", *argv[1:]])
    if not as_it_is:
        os.environ["CONGRESS_NO_VENV"] = "1"  # the same file once more, now inside .venv
        become([python, str(ROOT / "run.py"), *argv])
    from congress.start import main as start

    return start(argv)


if __name__ == "__main__":
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a piped Windows console would not take Vietnamese
            stream.reconfigure(encoding="utf-8")
    try:
        sys.exit(main(sys.argv[1:]))
    except Stop as stop:
        say(str(stop))
    except KeyboardInterrupt:
        say("Đã dừng; chạy lại lệnh này để làm tiếp.")
    sys.exit(1)
