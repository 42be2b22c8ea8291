"""What a device without network keeps of a token: a name to look its record up by, and the key that opens the record."""

from base64 import b64decode, b64encode
from hashlib import pbkdf2_hmac
from secrets import token_bytes

from sqlalchemy import bindparam, select, update

from ..models import Congress, db
from .sealing import Sealer

ITERATIONS = 10_000
SALT_BYTES = 16
_HALF = 32  # bytes of each: the lookup, then the opener

_CONGRESS = Congress.__table__.c
_SALT = select(_CONGRESS.snapshot_salt).where(_CONGRESS.id == bindparam("congress_id"))


def derive(token: str, salt: bytes) -> tuple[str, bytes]:
    """(lookup, opener) of a token's digits: PBKDF2-HMAC-SHA256, 64 bytes; the first half in base64, the second as it is.

    Takes some milliseconds, on purpose: whoever steals a device would have to guess 20 digits at this price.
    """
    derived = pbkdf2_hmac("sha256", token.encode(), salt, ITERATIONS, 2 * _HALF)
    return b64encode(derived[:_HALF]).decode(), derived[_HALF:]


def find_salt(congress_id: int) -> bytes | None:
    """The salt of a congress, or None while nobody has needed one."""
    kept = db.session.connection().execute(_SALT, {"congress_id": congress_id}).scalar_one()
    return b64decode(kept) if kept else None


def ensure_salt(congress_id: int) -> bytes:
    """The salt of a congress, 16 random bytes made when they are first needed; two who ask at once get the same."""
    connection, asked = db.session.connection(), {"congress_id": congress_id}
    kept = connection.execute(_SALT, asked).scalar_one()
    if not kept:
        fresh = b64encode(token_bytes(SALT_BYTES)).decode()
        none_yet = update(Congress).where(_CONGRESS.id == congress_id, _CONGRESS.snapshot_salt == "")
        db.session.execute(none_yet.values(snapshot_salt=fresh), execution_options={"synchronize_session": "fetch"})
        kept = connection.execute(_SALT, asked).scalar_one()
    return b64decode(kept)


def seal_opener(opener: bytes, sealer: Sealer) -> str:
    """An opener as it is stored: in base64, sealed like the token it comes from."""
    return sealer.seal(b64encode(opener).decode())


def open_opener(sealed: str, sealer: Sealer) -> bytes:
    """The opener that was sealed; raises Refused when the instance key is another one."""
    return b64decode(sealer.open(sealed))
