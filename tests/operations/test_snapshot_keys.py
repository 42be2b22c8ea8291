"""What is derived of a token, and the salt of a congress."""

from base64 import b64decode, b64encode

import pytest
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC

from congress.models import db
from congress.operations import snapshot_keys
from congress.operations.sealing import Sealer
from tests.world import World

TOKEN, SALT = "10123456789012345678957", bytes(range(16))


def test_a_token_gives_what_any_other_pbkdf2_gives() -> None:
    lookup, opener = snapshot_keys.derive(TOKEN, SALT)
    whole = PBKDF2HMAC(algorithm=SHA256(), length=64, salt=SALT, iterations=10_000).derive(TOKEN.encode())
    assert (b64decode(lookup), opener) == (whole[:32], whole[32:])
    assert lookup == b64encode(whole[:32]).decode()


def test_another_token_or_salt_gives_something_else() -> None:
    found = [snapshot_keys.derive(token, salt) for token in (TOKEN, TOKEN[::-1]) for salt in (SALT, SALT[::-1])]
    assert len({lookup for lookup, _ in found}) == len({opener for _, opener in found}) == 4


def test_an_opener_is_kept_sealed() -> None:
    sealer, opener = Sealer(bytes(32)), bytes(range(32))
    sealed = snapshot_keys.seal_opener(opener, sealer)
    assert snapshot_keys.open_opener(sealed, sealer) == opener
    assert b64encode(opener).decode() not in sealed


@pytest.mark.usefixtures("session")
def test_a_congress_keeps_its_salt() -> None:
    world = World()
    first = snapshot_keys.ensure_salt(world.congress.id)
    db.session.commit()
    assert len(first) == 16 and b64decode(world.congress.snapshot_salt) == first
    assert snapshot_keys.ensure_salt(world.congress.id) == first
    assert snapshot_keys.ensure_salt(world.other_congress.id) != first
