"""The office network's own certificates: an authority for this installation, and a certificate for this machine.

Browsers give a camera, offline pages and encryption only to https or localhost. No public authority vouches for an address
inside an office, so each installation has its own, which its devices install once (`/lan`). What is installed is a root whose
key is thrown away as soon as it has signed one issuer: only the issuer's key is kept, and the issuer's critical name
constraints allow private addresses and names of local networks alone. Whoever steals that key can stand for no public site,
not even before a device that does not look at the constraints of a root.
"""

import contextlib
import ipaddress
import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

PRIVATE = tuple(
    ipaddress.ip_network(network)
    for network in "10.0.0.0/8 172.16.0.0/12 192.168.0.0/16 127.0.0.0/8 169.254.0.0/16 fc00::/7 fe80::/10 ::1/128".split()
)
# Endings that no public site can have: mDNS, localhost, ICANN's private-use ending, home networks, and what routers use.
PRIVATE_ENDINGS = ("localhost", "local", "internal", "home.arpa", "lan")
AUTHORITY_LIVES = timedelta(days=3652)
# Phones refuse more than 398 days. Certificates begin a day ago, for clocks that are behind.
SERVER_LIVES, BACKDATED = timedelta(days=396), timedelta(days=1)
RENEWED_BEFORE = timedelta(days=30)
AUTHORITY_FILE, SERVER_FILE = "authority.pem", "server.pem"
LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
PEM = re.compile(rb"-----BEGIN ([A-Z ]+)-----.+?-----END \1-----\n?", re.DOTALL)


class BadAuthority(ValueError):
    """The file of the authority cannot be read; a new one would not be trusted by the devices that have the old one."""


@dataclass(frozen=True)
class Place:
    """What this machine is called on its network: names, and the addresses others may reach it at."""

    names: tuple[str, ...]
    addresses: tuple[Address, ...]


@dataclass(frozen=True)
class Authority:
    """The root that devices install, the issuer it has signed, and the issuer's key."""

    root: x509.Certificate
    issuer: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    @property
    def der(self) -> bytes:
        """The root as devices install it."""
        return self.root.public_bytes(Encoding.DER)

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the root, as devices show it: 32 pairs of hexadecimal digits with colons."""
        return self.root.fingerprint(hashes.SHA256()).hex(":").upper()

    @property
    def name(self) -> str:
        """How the root is listed on a device."""
        return str(self.root.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value)


@dataclass(frozen=True)
class LanFacts:
    """The authority, what it vouches for here, this machine's addresses that it does not vouch for, and the two ports."""

    authority: Authority
    place: Place
    left_out: tuple[str, ...]
    plain_port: int
    secure_port: int

    @property
    def hosts(self) -> list[str]:
        """Names and IPv4 addresses of the certificate, the best to type first; no policy of a page can name an IPv6 address."""
        fourth = [str(address) for address in self.place.addresses if address.version == 4 and not address.is_loopback]
        names = sorted((name for name in self.place.names if name != "localhost"), key=lambda name: not name.endswith(".local"))
        return [*fourth, *names, "localhost", "127.0.0.1"]

    def secure_url(self, host: str) -> str:
        """The secure address at a host, without a path."""
        return f"https://{host}:{self.secure_port}"


def is_private(address: Address) -> bool:
    """Whether an address lies in the ranges that the authority may vouch for."""
    return any(address in network for network in PRIVATE)


def place_of(hostname: str, addresses: Iterable[str]) -> Place:
    """The machine's place by its own name and addresses: those of private ranges, IPv4 first, else as given; loopback last.

    Its first label stands alone only where it cannot be an ending of public names ("pc-1", never "vn"), and with `.local`.
    Link-local IPv6 is left out: no browser can be sent to an address that needs the name of an interface.
    """
    full = hostname.lower().rstrip(".")
    label = full.partition(".")[0]
    names = [name for name in (full, label) if _is_local_name(name)]
    if LABEL.fullmatch(label):
        names.append(f"{label}.local")
    found = [address for text in addresses if is_private(address := ipaddress.ip_address(text.partition("%")[0]))]
    loopback = [ipaddress.ip_address("127.0.0.1"), ipaddress.ip_address("::1")]
    outside = [
        address
        for address in dict.fromkeys(found)
        if not address.is_loopback and not (address.version == 6 and address.is_link_local)
    ]
    in_order = sorted(outside, key=lambda address: (address.version, address.is_link_local))
    return Place(tuple(dict.fromkeys([*names, "localhost"])), (*in_order, *loopback))


def _is_local_name(name: str) -> bool:
    labels = name.split(".")
    if not all(LABEL.fullmatch(label) for label in labels):
        return False
    if len(labels) > 1:
        return any(name.endswith(f".{ending}") for ending in PRIVATE_ENDINGS)
    return name in PRIVATE_ENDINGS or not (name.isalpha() or name.startswith("xn--"))  # an ending is letters only


def make_authority(place: Place, hostname: str, *, now: datetime) -> Authority:
    """A new authority for a machine; it lives ten years and vouches for private addresses and local names only."""
    root_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    mark = x509.SubjectKeyIdentifier.from_public_key(root_key.public_key()).digest[:2].hex().upper()
    shown = "".join(char for char in hostname if char.isprintable())[:20]
    names = [_name(f"{title} · máy {shown} · {mark}") for title in ("Thi đua yêu nước", "Mạng nội bộ")]
    ends = now + AUTHORITY_LIVES
    root = _authority_certificate(names[0], names[0], root_key, root_key, depth=1, place=place, now=now, ends=ends)
    issuer = _authority_certificate(names[1], names[0], key, root_key, depth=0, place=place, now=now, ends=ends)
    return Authority(root, issuer, key)


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common[:64])])


def _authority_certificate(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, signer: ec.EllipticCurvePrivateKey, *, depth: int,
    place: Place, now: datetime, ends: datetime,
) -> x509.Certificate:  # fmt: skip
    alone = [name for name in place.names if "." not in name]
    allowed: list[x509.GeneralName] = [x509.DNSName(name) for name in dict.fromkeys([*PRIVATE_ENDINGS, *alone])]
    allowed += [x509.IPAddress(network) for network in PRIVATE]
    signs = x509.KeyUsage(
        key_cert_sign=True, crl_sign=True, digital_signature=False, content_commitment=False, key_encipherment=False,
        data_encipherment=False, key_agreement=False, encipher_only=False, decipher_only=False,
    )  # fmt: skip
    builder = _builder(subject, issuer, key, signer, now=now, ends=ends)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=depth), critical=True)
    builder = builder.add_extension(signs, critical=True)
    builder = builder.add_extension(x509.NameConstraints(allowed, None), critical=True)
    if depth == 0:
        builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
    return builder.sign(signer, hashes.SHA256())


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, signer: ec.EllipticCurvePrivateKey, *, now: datetime,
    ends: datetime,
) -> x509.CertificateBuilder:  # fmt: skip
    by = x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key())
    return (
        x509.CertificateBuilder(subject_name=subject, issuer_name=issuer, public_key=key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - BACKDATED)
        .not_valid_after(ends)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(by, critical=False)
    )


def vouched(authority: Authority, place: Place) -> Place:
    """What of a place the authority may vouch for: a machine renamed since keeps its `.local` name and its addresses."""
    constraints = authority.issuer.extensions.get_extension_for_class(x509.NameConstraints).value
    endings = [name.value for name in constraints.permitted_subtrees or () if isinstance(name, x509.DNSName)]
    names = [name for name in place.names if any(name == ending or name.endswith(f".{ending}") for ending in endings)]
    return Place(tuple(names), tuple(filter(is_private, place.addresses)))


def issue(authority: Authority, place: Place, *, now: datetime) -> bytes:
    """A new key and a certificate for a place, with the issuer's after it, as one PEM; not longer than the authority lives."""
    key = ec.generate_private_key(ec.SECP256R1())
    sure = vouched(authority, place)
    ends = min(now + SERVER_LIVES, authority.issuer.not_valid_after_utc)
    builder = _builder(_name(sure.names[0]), authority.issuer.subject, key, authority.key, now=now, ends=ends)
    builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
    names: list[x509.GeneralName] = [*map(x509.DNSName, sure.names), *map(x509.IPAddress, sure.addresses)]
    builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
    return _pem(key, builder.sign(authority.key, hashes.SHA256()), authority.issuer)


def serves(pem: bytes, authority: Authority, place: Place, *, now: datetime) -> bool:
    """Whether a certificate still serves: from this authority, for 30 days more, for every name and address of the place."""
    try:
        certificate = x509.load_pem_x509_certificate(pem)
        certificate.verify_directly_issued_by(authority.issuer)
        held = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except Exception:  # whatever is wrong with it, a new one is made
        return False
    sure = vouched(authority, place)
    names, addresses = held.get_values_for_type(x509.DNSName), held.get_values_for_type(x509.IPAddress)
    in_time = certificate.not_valid_before_utc <= now < certificate.not_valid_after_utc - RENEWED_BEFORE
    return in_time and set(sure.names) <= set(names) and set(sure.addresses) <= set(addresses)


def _pem(key: ec.EllipticCurvePrivateKey, *certificates: x509.Certificate) -> bytes:
    parts = [certificate.public_bytes(Encoding.PEM) for certificate in certificates]
    return b"".join([key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()), *parts])


def dump_authority(authority: Authority) -> bytes:
    """The authority as one PEM: the issuer's key, the root, the issuer."""
    return _pem(authority.key, authority.root, authority.issuer)


def load_authority(pem: bytes) -> Authority:
    """The authority out of its PEM; raises BadAuthority."""
    try:
        root, issuer = x509.load_pem_x509_certificates(pem)
        key = load_pem_private_key(pem, None)
        issuer.verify_directly_issued_by(root)
    except Exception as error:
        raise BadAuthority from error
    if not isinstance(key, ec.EllipticCurvePrivateKey) or key.public_key() != issuer.public_key():
        raise BadAuthority
    return Authority(root, issuer, key)


def prepare(folder: Path, place: Place, hostname: str, *, now: datetime) -> Authority:
    """The authority kept in a folder, made where there is none, and beside it in `server.pem` a certificate that serves.

    Folder and files can be read by their owner only. An authority that ends within 30 days gives way to a new one, which every
    device installs anew. Raises BadAuthority and OSError.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    kept, served = folder / AUTHORITY_FILE, folder / SERVER_FILE
    authority = load_authority(kept.read_bytes()) if kept.exists() else None
    if authority is None or now >= authority.issuer.not_valid_after_utc - RENEWED_BEFORE:
        authority = make_authority(place, hostname, now=now)
        _write(kept, dump_authority(authority))
    if not (served.exists() and serves(_certificate_of(served), authority, place, now=now)):
        _write(served, issue(authority, place, now=now))
    for path in (kept, served):
        path.chmod(0o600)
    return authority


def _certificate_of(path: Path) -> bytes:
    """The first certificate of a PEM, without the key before it."""
    return next((found[0] for found in PEM.finditer(path.read_bytes()) if found[1] == b"CERTIFICATE"), b"")


def _write(path: Path, content: bytes) -> None:
    """Write a file that only its owner may read, whole or not at all."""
    fresh = path.with_suffix(".new")
    with contextlib.suppress(FileNotFoundError):
        fresh.unlink()
    with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
