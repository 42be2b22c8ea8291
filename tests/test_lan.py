"""The office network's authority: what it vouches for, what it can never vouch for, how it is kept, and how it is served."""

import os
import signal
import socket
import ssl
import stat
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key
from flask import Flask, request

from congress import lan
from congress.lan import Authority, BadAuthority, Place, issue, load_authority, make_authority, place_of, prepare, serves, vouched
from congress.lan_server import SecureServer, this_machine
from tests.test_start import environment, run, serving

NOW = datetime(2026, 11, 30, 7, 0, tzinfo=UTC)
PLACE = place_of("MAY-1", ["192.168.1.20"])
DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def authority() -> Authority:
    """An authority of today: the TLS below looks at the real clock."""
    return make_authority(PLACE, "MAY-1", now=datetime.now(UTC))


def certificates(path: Path) -> list[x509.Certificate]:
    return x509.load_pem_x509_certificates(path.read_bytes())


def constraints(certificate: x509.Certificate) -> list[str]:
    extension = certificate.extensions.get_extension_for_class(x509.NameConstraints)
    assert extension.critical and extension.value.excluded_subtrees is None
    return [str(name.value) for name in extension.value.permitted_subtrees or ()]


def names_of(certificate: x509.Certificate) -> list[str]:
    held = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return [str(name.value) for name in held]


def shake_hands(server_pem: Path, trusted: Path, hostname: str) -> None:
    """A TLS handshake in memory, as a client that trusts one authority; raises what the client raises."""
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(server_pem)
    pipes = ssl.MemoryBIO(), ssl.MemoryBIO()
    ends = [
        ssl.create_default_context(cafile=trusted).wrap_bio(*pipes, server_hostname=hostname),
        server.wrap_bio(*reversed(pipes), server_side=True),
    ]
    waiting = list(ends)
    while waiting:
        for end in list(waiting):
            try:
                end.do_handshake()
                waiting.remove(end)
            except ssl.SSLWantReadError:
                continue


def write_root(folder: Path, authority: Authority) -> Path:
    path = folder / "root.crt"
    path.write_bytes(authority.root.public_bytes(Encoding.PEM))
    return path


@pytest.mark.parametrize(
    ("hostname", "addresses", "names", "found"),
    [
        ("MAY-1", ["192.168.1.20"], ["may-1", "may-1.local"], ["192.168.1.20"]),
        ("pc1.so.backan.gov.vn", [], ["pc1", "pc1.local"], []),  # a public name is never vouched for
        ("vanphong", [], ["vanphong.local"], []),  # nor one that could be a public ending
        ("vn", [], ["vn.local"], []),
        ("xn--vn-abc", [], ["xn--vn-abc.local"], []),
        ("may-1.home.arpa", [], ["may-1.home.arpa", "may-1", "may-1.local"], []),
        ("MÁY 1", [], [], []),
        ("may-1", ["10.0.0.5", "8.8.8.8", "192.0.2.7", "127.0.0.1", "10.0.0.5"], ["may-1", "may-1.local"], ["10.0.0.5"]),
        ("may-1", ["fe80::1%eth0", "fd00::2", "2001:db8::1", "172.20.1.1"], ["may-1", "may-1.local"], ["172.20.1.1", "fd00::2"]),
        ("1", ["169.254.3.4", "10.8.0.1", "192.168.1.20"], ["1", "1.local"], ["10.8.0.1", "192.168.1.20", "169.254.3.4"]),
    ],
)  # fmt: skip
def test_a_machine_s_place(hostname: str, addresses: list[str], names: list[str], found: list[str]) -> None:
    place = place_of(hostname, addresses)
    assert place.names == (*names, "localhost")
    assert place.addresses == tuple(map(ip_address, [*found, "127.0.0.1", "::1"]))


def test_the_real_machine_has_a_place() -> None:
    hostname, addresses = this_machine()
    assert hostname == socket.gethostname()
    assert "127.0.0.1" in addresses


def test_an_authority_lives_ten_years_and_is_allowed_private_ranges_and_local_names_only() -> None:
    authority = make_authority(PLACE, "MAY-1", now=NOW)
    allowed = [
        "localhost", "local", "internal", "home.arpa", "lan", "may-1", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16",
        "127.0.0.0/8", "169.254.0.0/16", "fc00::/7", "fe80::/10", "::1/128",
    ]  # fmt: skip
    for certificate, depth in ((authority.root, 1), (authority.issuer, 0)):
        basic = certificate.extensions.get_extension_for_class(x509.BasicConstraints)
        assert (basic.critical, basic.value.ca, basic.value.path_length) == (True, True, depth)
        assert constraints(certificate) == allowed
        assert (certificate.not_valid_before_utc, certificate.not_valid_after_utc) == (NOW - DAY, NOW + timedelta(days=3652))
    assert authority.name.startswith("Thi đua yêu nước · máy MAY-1 · ")
    assert authority.fingerprint.replace(":", "") == authority.root.fingerprint(hashes.SHA256()).hex().upper()


def test_a_server_s_certificate_names_the_machine_and_lives_under_398_days(authority: Authority) -> None:
    certificate = x509.load_pem_x509_certificate(lan.PEM.sub(_only_certificates, issue(authority, PLACE, now=NOW)))
    assert names_of(certificate) == ["may-1", "may-1.local", "localhost", "192.168.1.20", "127.0.0.1", "::1"]
    assert certificate.not_valid_after_utc - certificate.not_valid_before_utc == timedelta(days=397)
    assert not certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    last = authority.issuer.not_valid_after_utc - timedelta(days=40)
    late = x509.load_pem_x509_certificate(lan.PEM.sub(_only_certificates, issue(authority, PLACE, now=last)))
    assert late.not_valid_after_utc == authority.issuer.not_valid_after_utc


def _only_certificates(found: "lan.re.Match[bytes]") -> bytes:
    return found[0] if found[1] == b"CERTIFICATE" else b""


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps rights in another way")
def test_folder_and_keys_are_their_owner_s_and_no_key_of_the_root_is_kept(tmp_path: Path) -> None:
    folder = tmp_path / "instance" / "lan"
    authority = prepare(folder, PLACE, "MAY-1", now=NOW)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {path.name: oct(stat.S_IMODE(path.stat().st_mode)) for path in folder.iterdir()} == {
        "authority.pem": "0o600", "server.pem": "0o600",
    }  # fmt: skip
    kept = (folder / "authority.pem").read_bytes()
    assert kept.count(b"PRIVATE KEY-----") == 2  # one key: its beginning and its end
    assert load_pem_private_key(kept, None).public_key() == authority.issuer.public_key() != authority.root.public_key()
    os.chmod(folder, 0o755)
    os.chmod(folder / "authority.pem", 0o644)
    prepare(folder, PLACE, "MAY-1", now=NOW)
    assert (stat.S_IMODE(folder.stat().st_mode), stat.S_IMODE((folder / "authority.pem").stat().st_mode)) == (0o700, 0o600)


MOVED = place_of("MAY-1", ["192.168.1.20", "10.1.1.1"])
RENAMED = place_of("MAY-1.lan", ["192.168.1.20"])


@pytest.mark.parametrize(
    ("place", "later", "anew"),
    [
        (PLACE, 100 * DAY, False),
        (place_of("MAY-1", []), DAY, False),  # an address less is no reason
        (PLACE, 365 * DAY, False),
        (PLACE, 367 * DAY, True),
        (PLACE, -2 * DAY, True),  # the clock was put back
        (MOVED, DAY, True),
        (RENAMED, DAY, True),
    ],
)
def test_a_certificate_is_made_anew_when_it_must_and_the_authority_stays(
    place: Place, later: timedelta, anew: bool, tmp_path: Path
) -> None:
    first = prepare(tmp_path, PLACE, "MAY-1", now=NOW)
    before = (tmp_path / "server.pem").read_bytes()
    second = prepare(tmp_path, place, "MAY-1", now=NOW + later)
    assert second.der == first.der
    assert ((tmp_path / "server.pem").read_bytes() != before) == anew
    assert set(map(str, place.addresses)) | set(place.names) <= set(names_of(certificates(tmp_path / "server.pem")[0]))


def test_a_machine_renamed_keeps_what_the_authority_may_vouch_for(authority: Authority) -> None:
    moved = vouched(authority, place_of("may-2", ["192.168.1.21"]))
    assert moved.names == ("may-2.local", "localhost")
    assert moved.addresses[0] == ip_address("192.168.1.21")


@pytest.mark.parametrize("content", [b"", b"not a certificate", b"-----BEGIN CERTIFICATE-----\nA\n-----END CERTIFICATE-----\n"])
def test_a_broken_certificate_is_made_anew(content: bytes, tmp_path: Path) -> None:
    authority = prepare(tmp_path, PLACE, "MAY-1", now=NOW)
    (tmp_path / "server.pem").write_bytes(content)
    assert prepare(tmp_path, PLACE, "MAY-1", now=NOW).der == authority.der
    assert len(certificates(tmp_path / "server.pem")) == 2


def test_a_certificate_of_another_authority_does_not_serve(authority: Authority, tmp_path: Path) -> None:
    other = make_authority(PLACE, "MAY-1", now=NOW)
    prepare(tmp_path, PLACE, "MAY-1", now=NOW)
    pem = certificates(tmp_path / "server.pem")[0].public_bytes(Encoding.PEM)
    assert not serves(pem, authority, PLACE, now=NOW)
    assert not serves(pem, other, PLACE, now=NOW)


def test_an_authority_at_its_end_gives_way(tmp_path: Path) -> None:
    first = prepare(tmp_path, PLACE, "MAY-1", now=NOW)
    end = first.issuer.not_valid_after_utc
    assert prepare(tmp_path, PLACE, "MAY-1", now=end - 31 * DAY).der == first.der
    assert prepare(tmp_path, PLACE, "MAY-1", now=end - 30 * DAY).der != first.der


def test_a_broken_authority_is_never_replaced_silently(authority: Authority, tmp_path: Path) -> None:
    prepare(tmp_path, PLACE, "MAY-1", now=NOW)
    whole = (tmp_path / "authority.pem").read_bytes()
    mixed = lan.dump_authority(Authority(authority.root, authority.issuer, load_authority(whole).key))
    for content in (b"", whole[:-40], whole[whole.index(b"-----BEGIN CERTIFICATE") :], mixed):
        (tmp_path / "authority.pem").write_bytes(content)
        with pytest.raises(BadAuthority):
            prepare(tmp_path, PLACE, "MAY-1", now=NOW)
        assert (tmp_path / "authority.pem").read_bytes() == content


@pytest.mark.parametrize("host", ["may-1", "may-1.local", "localhost", "192.168.1.20", "127.0.0.1", "::1"])
def test_a_client_that_trusts_the_authority_is_content(host: str, authority: Authority, tmp_path: Path) -> None:
    (tmp_path / "server.pem").write_bytes(issue(authority, PLACE, now=datetime.now(UTC)))
    shake_hands(tmp_path / "server.pem", write_root(tmp_path, authority), host)
    with pytest.raises(ssl.SSLCertVerificationError, match="mismatch"):
        shake_hands(tmp_path / "server.pem", tmp_path / "root.crt", "192.168.1.99")
    stranger = make_authority(PLACE, "MAY-1", now=datetime.now(UTC))
    with pytest.raises(ssl.SSLCertVerificationError, match="unable to get local issuer|self-signed"):
        shake_hands(tmp_path / "server.pem", write_root(tmp_path, stranger), host)


@pytest.mark.parametrize("host", ["dichvucong.gov.vn", "local.vn", "may-2", "8.8.8.8", "192.169.0.1", "2001:db8::1"])
def test_a_stolen_key_cannot_stand_for_another_site(host: str, authority: Authority, tmp_path: Path) -> None:
    """What `issue` leaves out by itself is written into a certificate by hand, as a thief would."""
    is_name = not any(char == ":" for char in host) and not host.replace(".", "").isdigit()
    forged: x509.GeneralName = x509.DNSName(host) if is_name else x509.IPAddress(ip_address(host))
    key = lan.ec.generate_private_key(lan.ec.SECP256R1())
    builder = lan._builder(
        lan._name("x"), authority.issuer.subject, key, authority.key, now=datetime.now(UTC), ends=datetime.now(UTC) + 90 * DAY
    )
    builder = builder.add_extension(x509.SubjectAlternativeName([forged]), critical=False)
    pem = lan._pem(key, builder.sign(authority.key, hashes.SHA256()), authority.issuer)
    (tmp_path / "server.pem").write_bytes(pem)
    with pytest.raises(ssl.SSLCertVerificationError, match="permitted subtree violation"):
        shake_hands(tmp_path / "server.pem", write_root(tmp_path, authority), host)


@pytest.fixture
def server(authority: Authority, tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """A small application over https, and the file of its root."""
    app = Flask("small")
    app.config["MAX_CONTENT_LENGTH"] = 1000
    app.add_url_rule("/", "who", lambda: f"{request.scheme} {request.remote_addr}")
    app.add_url_rule("/sent", "sent", lambda: str(len(request.get_data())), methods=["POST"])
    (tmp_path / "server.pem").write_bytes(issue(authority, PLACE, now=datetime.now(UTC)))
    with socket.create_server(("127.0.0.1", 0)) as door:
        address = f"https://localhost:{door.getsockname()[1]}"
        served = SecureServer(app, door, tmp_path / "server.pem")
        served.prepare()
        thread = threading.Thread(target=served.serve)
        thread.start()
        yield address, write_root(tmp_path, authority)
        served.stop()
        thread.join()


def get(address: str, root: Path, data: bytes | None = None) -> str:
    with urllib.request.urlopen(address, data, timeout=5, context=ssl.create_default_context(cafile=root)) as answer:
        return answer.read().decode()


def test_the_application_knows_that_it_is_asked_over_https(server: tuple[str, Path]) -> None:
    address, root = server
    assert get(f"{address}/", root) == "https 127.0.0.1"
    assert get(f"{address}/sent", root, b"x" * 900) == "900"


def test_callers_who_stay_silent_keep_nobody_waiting(server: tuple[str, Path]) -> None:
    address, root = server
    port = int(address.rpartition(":")[2])
    silent = [socket.create_connection(("127.0.0.1", port)) for _ in range(60)]  # more than there are threads
    for caller in silent[:5]:
        caller.send(b"\x16\x03\x01")  # and some go away in the middle of the handshake
    start = time.monotonic()
    assert get(f"{address}/", root) == "https 127.0.0.1"
    assert time.monotonic() - start < 3
    for caller in silent:
        caller.close()


def test_who_does_not_trust_or_speaks_plainly_is_no_news(server: tuple[str, Path], capfd: pytest.CaptureFixture[str]) -> None:
    address, root = server
    with pytest.raises(OSError, match="CERTIFICATE_VERIFY_FAILED"):
        urllib.request.urlopen(address, timeout=5)
    with pytest.raises(OSError):
        urllib.request.urlopen(address.replace("https", "http"), timeout=15)
    assert get(f"{address}/", root) == "https 127.0.0.1"
    assert capfd.readouterr().err == ""


def said_about(said: list[str], beginning: str) -> str:
    """What follows a beginning among the lines that the start said."""
    (line,) = [line for line in said if line.startswith(beginning)]
    return line.removeprefix(beginning)


def test_the_real_start_serves_both_and_says_where(tmp_path: Path) -> None:
    fingerprints = []
    for _ in range(2):
        with serving(tmp_path, "--lan", "--https-port", "0") as (process, secure, said):
            plain = said[-1].split()[5]
            assert secure.startswith("https://localhost:") and plain.startswith("http://localhost:")
            fingerprints.append(said_about(said, "Vân tay SHA-256, so với trang cài đặt: "))
            assert said_about(said, "Máy khác trong mạng: mở http://").split("/")[0].endswith(plain.split(":")[2].strip("/"))
            with urllib.request.urlopen(f"{plain}lan/authority.crt", timeout=20) as answer:
                assert "Server" not in answer.headers
                (tmp_path / "root.crt").write_text(ssl.DER_cert_to_PEM_cert(answer.read()))
            assert "Bắt đầu" in get(f"{secure}first-run", tmp_path / "root.crt")
            assert "Cài chứng chỉ" in get(f"{secure}lan", tmp_path / "root.crt")
            if os.name != "nt":
                process.send_signal(signal.SIGINT)
                stdout, stderr = process.communicate(timeout=20)
                assert (stdout, stderr, process.returncode) == ("", "Đã dừng.\n", 0)
    assert fingerprints[0] == fingerprints[1]
    root = x509.load_pem_x509_certificate((tmp_path / "root.crt").read_bytes())
    assert fingerprints[0].replace(":", "") == root.fingerprint(hashes.SHA256()).hex().upper()


def test_an_authority_that_cannot_be_read_stops_the_start_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "lan").mkdir()
    (tmp_path / "lan" / "authority.pem").write_text("broken")
    answer = run(tmp_path, "--lan", "--port", "0", "--https-port", "0")
    assert answer.stderr.splitlines()[-1] == (
        f"Không đọc được {tmp_path / 'lan' / 'authority.pem'}: "
        "hãy chép lại từ bản sao lưu, hoặc xóa nó để tạo chứng chỉ mới rồi cài lại trên mọi máy."
    )
    assert answer.returncode == 1


def test_lan_does_not_stand_behind_a_proxy(tmp_path: Path) -> None:
    answer = run(tmp_path, "--lan", "--port", "0", "--https-port", "0", CONGRESS_BEHIND_PROXY="1")
    last = "--lan không đứng sau proxy: hãy bỏ CONGRESS_BEHIND_PROXY, hoặc bỏ --lan."
    assert (answer.stderr.splitlines()[-1], answer.returncode) == (last, 1)


def test_a_taken_https_port_is_told_in_one_sentence(tmp_path: Path) -> None:
    with socket.create_server(("0.0.0.0", 0)) as other:
        port = other.getsockname()[1]
        answer = run(tmp_path, "--lan", "--port", "0", "--https-port", str(port))
    way_out = f"hãy dừng chương trình đang dùng cổng ấy, hoặc chọn cổng khác, ví dụ --https-port {port + 1}."
    assert answer.stderr == f"Cổng {port} đang có chương trình khác dùng: {way_out}\n"
    assert answer.returncode == 1


def test_the_demo_can_be_served_so_too(tmp_path: Path) -> None:
    command = [sys.executable, "run.py", "demo", "--help"]
    shown = subprocess.run(command, cwd=Path(__file__).parent.parent, env=environment(tmp_path), capture_output=True, text=True)
    assert "--lan" in shown.stdout and "--https-port" in shown.stdout
