"""Serving the office network: https by cheroot and plain http by waitress, both in this process, for SQLite has one writer."""

import contextlib
import logging
import socket
import ssl
import sys
import threading
from collections.abc import Callable
from datetime import datetime
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import ifaddr
import waitress
from cheroot.makefile import MakeFile
from cheroot.server import HTTPConnection
from cheroot.wsgi import Server
from flask import Flask
from qrcode.main import QRCode

from .lan import LanFacts, is_private, place_of, prepare, vouched

# Together as many as connections to the database are kept (create_app).
SECURE_THREADS, PLAIN_THREADS = 24, 8
CONNECTIONS, BACKLOG = 400, 128
LONGEST_HEAD = 64 * 1024
log = logging.getLogger(__name__)


def this_machine() -> tuple[str, list[str]]:
    """The machine's own name and all its addresses, the one it reaches the network by first."""
    given = [address.ip for adapter in ifaddr.get_adapters() for address in adapter.ips]
    found = [address if isinstance(address, str) else address[0] for address in given]
    with contextlib.suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(("203.0.113.1", 9))  # asks the table of routes; nothing is sent
        found.insert(0, probe.getsockname()[0])
    return socket.gethostname(), list(dict.fromkeys(found))


def open_lan(folder: Path, *, plain: socket.socket, secure: socket.socket, now: datetime) -> LanFacts:
    """Make or read what serves on this machine at these two sockets; raises what `lan.prepare` raises."""
    hostname, addresses = this_machine()
    (listens_at, plain_port), secure_port = plain.getsockname()[:2], secure.getsockname()[1]
    if listens_at in addresses:
        addresses.insert(0, listens_at)
    place = place_of(hostname, addresses)
    authority = prepare(folder, place, hostname, now=now)
    left_out = tuple(text for text in addresses if not is_private(ip_address(text)))
    return LanFacts(authority, vouched(authority, place), left_out, plain_port, secure_port)


def notice(facts: LanFacts) -> list[str]:
    """What the person at the terminal is told, line by line."""
    host, *others = facts.hosts[: facts.hosts.index("localhost")] or ["localhost"]
    plain, secure = f"http://{host}:{facts.plain_port}/", f"{facts.secure_url(host)}/"
    lines = [f"Máy khác trong mạng: mở {plain} để cài chứng chỉ một lần, rồi dùng {secure}"]
    if others:
        lines.append(f"Địa chỉ khác của máy này: {', '.join(others)}")
    if facts.left_out:
        lines.append(f"Ngoài mạng nội bộ nên không có trong chứng chỉ: {', '.join(facts.left_out)}")
    lines += [
        f"Chứng chỉ: {facts.authority.name}",
        f"Vân tay SHA-256, so với trang cài đặt: {facts.authority.fingerprint}",
    ]
    return lines


def show_qr(text: str) -> None:
    """A QR code on stderr, where somebody looks at it."""
    if sys.stderr.isatty():
        code = QRCode(border=2)
        code.add_data(text)
        code.print_ascii(out=sys.stderr, invert=True)


class _Tls:
    """What cheroot asks of TLS. The handshake waits for the first read, which a worker does."""

    makefile = staticmethod(MakeFile)

    def __init__(self, certificate: Path) -> None:
        self.context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        self.context.load_cert_chain(certificate)
        self.context.set_alpn_protocols(["http/1.1"])

    def wrap(self, sock: socket.socket) -> tuple[ssl.SSLSocket, dict[str, str]]:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # head and body are two writes: the second must not wait
        wrapped = self.context.wrap_socket(sock, server_side=True, do_handshake_on_connect=False, suppress_ragged_eofs=True)
        return wrapped, {"wsgi.url_scheme": "https", "HTTPS": "on"}


class _Connection(HTTPConnection):
    """A connection whose first bytes may not have come yet."""

    has_spoken = False


class SecureServer(Server):
    """cheroot on a socket that already listens, where a caller who stays silent keeps nobody waiting.

    cheroot shakes hands in the one thread that accepts, ten seconds long with a phone that has walked out of reach. Here a
    new connection first waits among the idle ones until it speaks, and shakes hands in a worker.
    """

    ConnectionClass = _Connection
    keep_alive_conn_limit = CONNECTIONS
    max_request_header_size = LONGEST_HEAD

    def __init__(self, app: Flask, door: socket.socket, certificate: Path) -> None:
        super().__init__(door.getsockname()[:2], app, SECURE_THREADS, server_name="congress", request_queue_size=BACKLOG)
        self.max_request_body_size = app.config["MAX_CONTENT_LENGTH"]
        self.ssl_adapter = _Tls(certificate)
        self._door = door

    def bind(self, family: int, type: int, proto: int = 0) -> socket.socket:
        self.socket = self._door
        return self.socket

    def process_conn(self, conn: Any) -> None:
        if conn.has_spoken:
            super().process_conn(conn)
        else:
            conn.has_spoken = True
            self.put_conn(conn)

    def error_log(self, msg: str = "", level: int = logging.INFO, traceback: bool = False) -> None:
        """Callers who do not trust us or go away are no news; a fault in this process is."""
        if isinstance(sys.exc_info()[1], ssl.SSLError | TimeoutError | ConnectionError):
            level, traceback = logging.DEBUG, False
        log.log(level, msg, exc_info=traceback)


def serve_lan(app: Flask, *, plain: socket.socket, secure: socket.socket, certificate: Path, ready: Callable[[], None]) -> None:
    """Serve both until interrupted; `ready` is called once both answer."""
    http = waitress.create_server(
        app, sockets=[plain], threads=PLAIN_THREADS, connection_limit=CONNECTIONS, ident=None, clear_untrusted_proxy_headers=True
    )
    https = SecureServer(app, secure, certificate)
    https.prepare()
    threading.Thread(target=http.run, daemon=True).start()
    ready()
    try:
        https.serve()
    except KeyboardInterrupt:
        pass
    finally:
        https.stop()
        http.task_dispatcher.shutdown()
