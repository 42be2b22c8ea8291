"""The number behind a QR code: kind digit, 20 random digits, 2 check digits.

Digits survive every Vietnamese input method and fit a small QR code. Nothing personal is in them.
"""

from enum import IntEnum

RANDOM_DIGITS = 20
TOKEN_DIGITS = 1 + RANDOM_DIGITS + 2
_MODULUS = 97


class TokenKind(IntEnum):
    """What a token opens; the token's first digit."""

    BADGE = 1
    DEVICE_PAIRING = 2
    DESK_CARD = 3
    GATE = 4


def make_token(kind: TokenKind, digits: str) -> str:
    """The 23-digit token of 20 digits drawn by the caller, with ISO 7064 mod 97-10 check digits.

    Raises ValueError when the kind is unknown or `digits` is not exactly 20 digits 0-9.
    """
    if not _is_digits(digits, RANDOM_DIGITS):
        raise ValueError(f"a token needs {RANDOM_DIGITS} digits 0-9")
    body = f"{TokenKind(kind):d}{digits}"
    return f"{body}{_MODULUS + 1 - int(body) * 100 % _MODULUS:02d}"


def is_well_formed(token: str) -> bool:
    """True when length, kind and check digits are right; says nothing about being issued.

    ISO 7064 mod 97-10 catches every single wrong digit and every swap of two digits.
    """
    return _is_digits(token, TOKEN_DIGITS) and int(token[0]) in TokenKind.__members__.values() and int(token) % _MODULUS == 1


def spaced(token: str) -> str:
    """The token in groups of four, as people read it aloud."""
    return " ".join(token[at : at + 4] for at in range(0, len(token), 4))


def _is_digits(text: str, length: int) -> bool:
    # isdigit alone would accept digits of other scripts.
    return len(text) == length and text.isascii() and text.isdigit()
