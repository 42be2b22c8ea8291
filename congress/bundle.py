"""`python3 run.py bundle`: one archive of everything that an office without network or npm needs to run the service."""

import argparse
import os
import platform
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from . import ROOT
from .start import CannotStart, say

FOLDER = "congress-bundle"  # what the archive unpacks to
OUT = f"{FOLDER}.zip"
MADE_FOR = "made-for.txt"  # beside the wheels: run.py reads it out where they do not fit
VENDOR = Path("static/vendor")
DECODER = ("zxing-reader.js", "zxing-reader.wasm", "zxing-LICENSE.txt", "package-lock.sha256")
SETS = {"requirements.txt": (), "requirements-fonts.txt": ("--no-deps", "--ignore-requires-python")}

# What belongs to the project where git does not tell: nobody's lists, keys or databases that happen to lie beside it.
PARTS = (
    ".ci", ".gitignore", "CHANGELOG.md", "README.md", "benchmarks", "congress", "docs", "migrations", "package-lock.json",
    "package.json", "pyproject.toml", "requirements-fonts.txt", "requirements-test.txt", "requirements.txt", "run.py", "static",
    "templates", "tests",
)  # fmt: skip
NEVER = {"__pycache__", "node_modules", "vendor"}


def main(argv: list[str]) -> int:
    """Write the archive and say what it is for; raises CannotStart where something cannot be fetched."""
    parser = argparse.ArgumentParser(
        prog="run.py bundle", description="Đóng gói mã nguồn, thư viện, phông chữ và bộ đọc mã QR cho máy không có mạng."
    )
    parser.add_argument("--out", default=OUT, help=f"tệp ghi ra (mặc định {OUT})")
    out = Path(parser.parse_args(argv).out).resolve()
    if missing := [name for name in DECODER if not (ROOT / VENDOR / name).is_file()]:
        raise CannotStart(f"Chưa có bộ đọc mã QR ({missing[0]}): hãy cài npm, nối mạng, chạy lại python3 run.py bundle.")
    files = project_files(ROOT)
    with tempfile.TemporaryDirectory() as folder:
        wheels = Path(folder)
        for number, name in enumerate(SETS, 1):
            say(f"[{number}/{len(SETS) + 1}] Tải các gói của {name} …")
            _download(name, wheels)
        (wheels / MADE_FOR).write_text(made_for(), encoding="utf-8")
        say(f"[{len(SETS) + 1}/{len(SETS) + 1}] Ghi {out} …")
        try:
            write_archive(out, ROOT, files, wheels)
        except OSError as error:
            raise CannotStart(f"Không ghi được {out} ({error.strerror}): hãy chọn --out khác.") from None
    say(f"Xong: {out.stat().st_size / 1e6:.0f} MB, cho {made_for()}.")
    say(f"Ở máy kia: giải nén, vào thư mục {FOLDER}, chạy python3 run.py.")
    say("Máy khác loại, hoặc Python khác bản, thì phải đóng gói trên máy giống nó.")
    return 0


def made_for() -> str:
    """Which Python and which kind of machine the wheels are for, in words."""
    major, minor, _ = platform.python_version_tuple()
    return f"Python {major}.{minor}, {platform.system()} {platform.machine()}"


def project_files(root: Path) -> list[Path]:
    """The files of the project, relative and in order: what git keeps, else what is known to belong to it."""
    try:
        listed = subprocess.run(["git", "ls-files", "-z"], cwd=root, capture_output=True, check=True, text=True).stdout
        found = [Path(name) for name in listed.split("\0") if name] if (root / ".git").exists() else []
    except (OSError, subprocess.CalledProcessError):
        found = []
    if not found:
        parts = [path for name in PARTS for path in ([root / name] if (root / name).is_file() else (root / name).rglob("*"))]
        found = [path.relative_to(root) for path in parts]
        found = [path for path in found if not NEVER & set(path.parts) and path.suffix != ".pyc"]
    return sorted(path for path in found if (root / path).is_file())


def _download(requirements: str, wheels: Path) -> None:
    command = [sys.executable, "-m", "pip", "download", "--disable-pip-version-check", "--no-input", "--quiet"]
    command += ["--only-binary=:all:", "--dest", str(wheels), *SETS[requirements], "-r", str(ROOT / requirements)]
    if (kept := ROOT / "wheels").is_dir():  # a bundle of a bundle
        command += ["--no-index", "--find-links", str(kept)]
    answer = subprocess.run(command, capture_output=True, text=True)
    if answer.returncode:
        why = (answer.stderr.strip().splitlines() or ["pip"])[-1]
        raise CannotStart(f"Không tải được các gói của {requirements} ({why}): hãy kiểm tra mạng rồi chạy lại.")


def write_archive(out: Path, root: Path, files: list[Path], wheels: Path) -> None:
    """Write files, decoder and wheels into one archive, whole or not at all."""
    fresh = out.with_name(out.name + ".new")
    try:
        with zipfile.ZipFile(fresh, "w", zipfile.ZIP_DEFLATED) as archive:
            for path in [*files, *(VENDOR / name for name in DECODER)]:
                archive.write(root / path, f"{FOLDER}/{path.as_posix()}")
            for wheel in sorted(wheels.iterdir()):
                archive.write(wheel, f"{FOLDER}/wheels/{wheel.name}", zipfile.ZIP_STORED)  # packed already
        os.replace(fresh, out)
    finally:
        fresh.unlink(missing_ok=True)
