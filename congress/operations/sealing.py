"""Keeping badge tokens unreadable at rest, and keyed digests to look things up by."""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from hashlib import sha256
from secrets import token_bytes

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from ..domain.refusals import Refused

WRONG_KEY = "Tệp key không phải của cơ sở dữ liệu này. Đặt lại đúng tệp đã sao lưu."


class Sealer:
    """Seals, opens and digests with keys derived from the instance key (32 bytes)."""

    def __init__(self, instance_key: bytes) -> None:
        self._digest_key = sha256(b"digest" + instance_key).digest()
        self._cipher = AESGCM(sha256(b"seal" + instance_key).digest())

    def seal(self, text: str) -> str:
        """Encrypt a short text (AES-256-GCM with a fresh nonce)."""
        nonce = token_bytes(12)
        return urlsafe_b64encode(nonce + self._cipher.encrypt(nonce, text.encode(), None)).decode()

    def open(self, sealed: str) -> str:
        """What was sealed; raises Refused when the key is another one."""
        raw = urlsafe_b64decode(sealed)
        try:
            return self._cipher.decrypt(raw[:12], raw[12:], None).decode()
        except InvalidTag:
            raise Refused("wrong_key", WRONG_KEY) from None

    def seal_bytes(self, data: bytes) -> bytes:
        """Encrypt a file (AES-256-GCM with a fresh nonce)."""
        nonce = token_bytes(12)
        return nonce + self._cipher.encrypt(nonce, data, None)

    def open_bytes(self, sealed: bytes) -> bytes:
        """The file that was sealed; raises Refused when the key is another one."""
        try:
            return self._cipher.decrypt(sealed[:12], sealed[12:], None)
        except InvalidTag:
            raise Refused("wrong_key", WRONG_KEY) from None

    def digest(self, purpose: str, *parts: str) -> str:
        """A keyed digest of texts for one purpose (HMAC-SHA256, hex)."""
        message = "\x1f".join((purpose, *parts)).encode()
        return hmac.digest(self._digest_key, message, "sha256").hex()
