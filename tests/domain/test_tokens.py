import pytest
from hypothesis import given
from hypothesis import strategies as st

from congress.domain.tokens import TOKEN_DIGITS, TokenKind, is_well_formed, make_token, spaced

digits = st.text("0123456789", min_size=20, max_size=20)
tokens = st.builds(make_token, st.sampled_from(TokenKind), digits)


def test_a_known_token() -> None:
    # 123456789012345678901 · 100 mod 97 = 93, so the check digits are 98 − 93.
    assert make_token(TokenKind.BADGE, "23456789012345678901") == "12345678901234567890105"


@given(tokens)
def test_a_made_token_is_well_formed(token: str) -> None:
    assert len(token) == TOKEN_DIGITS == 23
    assert is_well_formed(token)


@given(tokens, st.integers(0, 22), st.integers(1, 9))
def test_one_wrong_digit_is_always_caught(token: str, at: int, shift: int) -> None:
    wrong = str((int(token[at]) + shift) % 10)
    assert not is_well_formed(token[:at] + wrong + token[at + 1 :])


@given(tokens, st.integers(0, 21))
def test_two_swapped_neighbours_are_always_caught(token: str, at: int) -> None:
    swapped = token[:at] + token[at + 1] + token[at] + token[at + 2 :]
    assert is_well_formed(swapped) == (swapped == token)


@pytest.mark.parametrize(
    "token", ["", "1", "12345678901234567890105 ", "1234567890123456789010", "１２３４５６７８９０１２３４５６７８９０１０９"]
)
def test_not_a_token(token: str) -> None:
    assert not is_well_formed(token)


def test_an_unknown_kind_is_not_well_formed() -> None:
    body = "9" + "0" * 20
    assert not is_well_formed(f"{body}{98 - int(body) * 100 % 97:02d}")


@pytest.mark.parametrize("drawn", ["", "1" * 19, "1" * 21, "1" * 19 + "a", "٣" * 20])
def test_digits_that_do_not_make_a_token(drawn: str) -> None:
    with pytest.raises(ValueError, match="20 digits"):
        make_token(TokenKind.BADGE, drawn)


def test_an_unknown_kind_makes_no_token() -> None:
    with pytest.raises(ValueError, match="5"):
        make_token(5, "1" * 20)  # type: ignore[arg-type]


def test_spaced_in_fours() -> None:
    assert spaced("12345678901234567890105") == "1234 5678 9012 3456 7890 105"
