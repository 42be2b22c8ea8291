"""Texts and files kept unreadable at rest: only the key of the instance opens them, and nothing else was changed in them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from congress.domain.refusals import Refused
from congress.operations.sealing import WRONG_KEY, Sealer

SEALER = Sealer(bytes(range(32)))


@given(st.binary(max_size=300))
def test_a_sealed_file_opens_as_it_was_and_never_reads_the_same_twice(data: bytes) -> None:
    sealed = SEALER.seal_bytes(data)
    assert SEALER.open_bytes(sealed) == data
    assert SEALER.seal_bytes(data) != sealed
    assert len(data) < 8 or data not in sealed


@pytest.mark.parametrize("place", [0, 15, -1])
def test_a_file_changed_or_under_another_key_is_refused(place: int) -> None:
    sealed = bytearray(SEALER.seal_bytes(b"danh sach dai bieu"))
    with pytest.raises(Refused, match=WRONG_KEY):
        Sealer(bytes(32)).open_bytes(bytes(sealed))
    sealed[place] ^= 1
    with pytest.raises(Refused, match=WRONG_KEY):
        SEALER.open_bytes(bytes(sealed))
