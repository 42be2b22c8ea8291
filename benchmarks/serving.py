"""Servers in processes of their own: waitress as `run.py` starts it, gunicorn as on a server."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from congress import create_app, start

from .bare_door import create_bare

ROOT = Path(__file__).resolve().parent.parent
WAITRESS = [sys.executable, "-m", "benchmarks.serving", "{port}", "{which}"]
GUNICORN = [sys.executable, "-m", "gunicorn", "-w", "2", "--threads", "8", "-b", "127.0.0.1:{port}", "{factory}"]
FACTORIES = {"real": "congress:create_app()", "floor": "benchmarks.bare_door:create_bare()"}
PATIENCE = 20  # seconds for a server to start or to end


@contextmanager
def serving(command: list[str], which: str, folder: Path, url: str) -> Iterator[int]:
    """The port of a server of the real door or of the floor; it is ended at the end."""
    port = free_port()
    server = start_server(command, which, folder, url, port)
    try:
        yield port
    finally:
        stop_server(server)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        return int(door.getsockname()[1])


def start_server(command: list[str], which: str, folder: Path, url: str, port: int) -> "subprocess.Popen[bytes]":
    """Start a server and wait until it answers; what it says goes to a file of `folder`. Raises RuntimeError when it does not."""
    words = [word.format(port=port, which=which, factory=FACTORIES[which]) for word in command]
    around = {"CONGRESS_DATABASE_URL": url, "CONGRESS_INSTANCE": str(folder)}
    log = folder / f"{which}.log"
    with log.open("ab") as out:
        server = subprocess.Popen(words, cwd=ROOT, env={**os.environ, **around}, stdout=out, stderr=out)
    try:
        _wait_until_open(server, port, log)
    except BaseException:
        stop_server(server)
        raise
    return server


def stop_server(server: "subprocess.Popen[bytes]") -> None:
    """Ask a server to end, and make it."""
    server.terminate()
    try:
        server.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


def _wait_until_open(server: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    end = time.monotonic() + PATIENCE
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            if server.poll() is not None or time.monotonic() > end:
                raise RuntimeError(f"the server did not start: {log.read_text(errors='replace')[-2000:]}") from None
            time.sleep(0.05)


if __name__ == "__main__":
    wanted = create_app() if sys.argv[2] == "real" else create_bare()
    start.serve(wanted, start.listen("127.0.0.1", int(sys.argv[1])))
