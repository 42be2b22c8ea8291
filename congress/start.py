"""What `run.py` hands over to once its environment is there: serve, demo, benchmarks, or the command line."""

import argparse
import contextlib
import errno
import logging
import os
import socket
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import flask_migrate
import waitress
from flask import Flask
from flask.cli import FlaskGroup
from sqlalchemy import inspect
from sqlalchemy.exc import DBAPIError

from . import create_app
from .cli import GROUPS
from .models import db, is_sqlite
from .operations.import_drafts import forget_drafts
from .worker import start_worker

HOST, PORT, SECURE_PORT = "127.0.0.1", 8080, 8443
EVERY_HOST = "0.0.0.0"
# A hall of fifty door phones keeps some six connections each; select() ends at 1,024.
THREADS, CONNECTIONS = 32, 500


class CannotStart(Exception):
    """Carries the one sentence that tells the user what to do."""


def main(argv: list[str]) -> int:
    """Do what the arguments ask, as `python3 run.py …` does; returns the exit code.

    None, `serve` or options alone start the service, `demo` the sample province, `bench` the benchmarks, `bundle` packs what a
    machine without network needs; anything else is a command of `flask --app congress`.
    """
    command = argv[0] if argv and not argv[0].startswith("-") else "serve"
    rest = argv[1:] if argv[:1] == [command] else argv
    try:
        if command == "serve":
            return _start(rest)
        if command == "demo":
            from .demo import main as demo

            return demo(rest)
        if command == "bench":
            from benchmarks.__main__ import main as bench

            return bench(rest)
        if command == "bundle":
            from .bundle import main as bundle

            return bundle(rest)
        return _run_command(argv)
    except CannotStart as fault:
        say(str(fault))
        return 1


def say(text: str) -> None:
    """A word to the person at the terminal; stdout is for data."""
    print(text, file=sys.stderr, flush=True)


def add_address(parser: argparse.ArgumentParser) -> None:
    """The options that say where to serve."""
    parser.add_argument("--host", help=f"địa chỉ nghe (mặc định {HOST}: chỉ máy này; {EVERY_HOST}, cũng là của --lan: cả mạng)")
    parser.add_argument("--port", type=_port, default=PORT, help=f"cổng (mặc định {PORT}; 0: một cổng còn trống)")
    parser.add_argument("--lan", action="store_true", help="mạng nội bộ qua https, bằng chứng chỉ của chính máy này")
    parser.add_argument("--https-port", type=_port, default=SECURE_PORT, help=f"cổng https của --lan (mặc định {SECURE_PORT})")


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) <= 65535):
        raise argparse.ArgumentTypeError("cổng là một số từ 0 đến 65535")
    return int(text)


def _start(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="run.py", description="Chạy dịch vụ. Lệnh khác: demo, test, bench, bundle, user, plan, units, congress, delegates, …"
    )
    add_address(parser)
    options = parser.parse_args(argv)
    with listen_as(options) as doors:
        app = open_app()
        bring_up(app)
        serve(app, *doors)
    return 0


@contextlib.contextmanager
def listen_as(options: argparse.Namespace) -> Iterator[list[socket.socket]]:
    """The sockets that the options ask for: one for http, and with `--lan` a second for https."""
    host = options.host or (EVERY_HOST if options.lan else HOST)
    with contextlib.ExitStack() as stack:
        doors = [stack.enter_context(listen(host, options.port))]
        if options.lan:
            doors.append(stack.enter_context(listen(host, options.https_port, "--https-port")))
        yield doors


def listen(host: str, port: int, option: str = "--port") -> socket.socket:
    """A socket that listens; taken before anything else is done, so that a taken port is told at once, by its option."""
    try:
        family, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        return socket.create_server(address[:2], family=family)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            way_out = f"hãy dừng chương trình đang dùng cổng ấy, hoặc chọn cổng khác, ví dụ {option} {port + 1}."
            raise CannotStart(f"Cổng {port} đang có chương trình khác dùng: {way_out}") from None
        why = error.strerror.split(" (")[0]  # Python adds the address once more
        raise CannotStart(f"Không mở được cổng {port} ở {host} ({why}): hãy chọn --host hoặc {option} khác.") from None


def serve(app: Flask, *doors: socket.socket) -> None:
    """Serve until interrupted: http, or http and https, as `listen_as` has opened them; the worker runs beside."""
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # it warns of one request that waits for a millisecond
    stop_worker = start_worker(app)
    try:
        if len(doors) > 1:
            _serve_lan(app, *doors)
        else:
            say(f"Đang chạy ở {address_of(*doors)} (Ctrl+C để dừng)")
            waitress.serve(app, sockets=doors, threads=THREADS, connection_limit=CONNECTIONS, ident=None, _quiet=True)
    finally:
        stop_worker()
    say("Đã dừng.")


def _serve_lan(app: Flask, plain: socket.socket, secure: socket.socket) -> None:
    from .lan import AUTHORITY_FILE, SERVER_FILE, BadAuthority
    from .lan_server import notice, open_lan, serve_lan, show_qr
    from .web.lan import init_lan

    if app.config["BEHIND_PROXY"]:
        raise CannotStart("--lan không đứng sau proxy: hãy bỏ CONGRESS_BEHIND_PROXY, hoặc bỏ --lan.")
    folder = Path(app.instance_path) / "lan"
    try:
        facts = open_lan(folder, plain=plain, secure=secure, now=datetime.now(UTC))
    except BadAuthority:
        way_out = "hãy chép lại từ bản sao lưu, hoặc xóa nó để tạo chứng chỉ mới rồi cài lại trên mọi máy."
        raise CannotStart(f"Không đọc được {folder / AUTHORITY_FILE}: {way_out}") from None
    except OSError as error:
        raise _cannot_write(error) from None
    init_lan(app, facts)

    def tell() -> None:
        for line in notice(facts):
            say(line)
        show_qr(f"http://{facts.hosts[0]}:{facts.plain_port}/")
        say(f"Đang chạy ở {address_of(plain, secure)} và {address_of(plain)} (Ctrl+C để dừng)")

    serve_lan(app, plain=plain, secure=secure, certificate=folder / SERVER_FILE, ready=tell)


def address_of(*doors: socket.socket) -> str:
    """The address to type into a browser on this machine; the secure one where there is one."""
    host, port = doors[-1].getsockname()[:2]
    shown = "localhost" if host in (EVERY_HOST, "::") else f"[{host}]" if ":" in host else host
    return f"{'https' if len(doors) > 1 else 'http'}://{shown}:{port}/"


def open_app(**config: object) -> Flask:
    """The application; raises CannotStart where its folder cannot be written."""
    try:
        return create_app(config)
    except OSError as error:
        raise _cannot_write(error) from None


def _cannot_write(error: OSError) -> CannotStart:
    return CannotStart(f"Không ghi được vào {error.filename} ({error.strerror}): hãy kiểm tra quyền và chỗ trống.")


def bring_up(app: Flask) -> None:
    """Bring the database up to the newest migration, with one line that says which database it is.

    Lists uploaded two days ago and never written go with their files, even where nobody imports any more.
    """
    with app.app_context():
        url = db.engine.url
        say(f"Cơ sở dữ liệu: {url.database if is_sqlite() else url.render_as_string(hide_password=True)}")
        _upgrade()
        with db.session.begin():
            forget_drafts(now=datetime.now(UTC))
        db.session.remove()


def _upgrade() -> None:
    try:
        flask_migrate.upgrade()
    except DBAPIError as error:
        raise _unreachable(error) from None
    except SystemExit:  # Flask-Migrate's way to say that it does not know the revision
        raise CannotStart("Cơ sở dữ liệu này của một bản phần mềm mới hơn: hãy cập nhật phần mềm rồi chạy lại.") from None
    finally:
        db.session.remove()


def _unreachable(error: DBAPIError) -> CannotStart:
    why = str(error.orig).strip().split("\n")[0]
    return CannotStart(f"Không mở được cơ sở dữ liệu ({why}): hãy kiểm tra CONGRESS_DATABASE_URL.")


def _run_command(argv: list[str]) -> int:
    """A command of the command line, in this process; a database without tables gets them first."""
    app = open_app()
    if argv[0] in {group.name for group in GROUPS}:
        with app.app_context():
            try:
                is_empty = not inspect(db.engine).has_table("alembic_version")
            except DBAPIError as error:
                raise _unreachable(error) from None
            if is_empty:
                _upgrade()
    os.environ.setdefault("FLASK_SKIP_DOTENV", "1")
    try:
        FlaskGroup(create_app=lambda: app).main(argv, prog_name="run.py")
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(bool(end.code))
    return 0
