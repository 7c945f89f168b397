"""Encrypts what the shop has to read again, such as the secrets of codes: a copy of the database alone is no use.

The keys are derived from those that sign cookies, so that one setting rotates both.
"""

import base64
import hmac
from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography.fernet import Fernet

_PURPOSE = b"riverfront second factor"
_NAME = b"name"
NAME_LENGTH = 16


class SecretBox:
    """Encrypts with the last key, and reads what any of them has encrypted.

    Parameters
    ----------
    keys
        The signing keys, oldest first.
    """

    def __init__(self, keys: Sequence[str]) -> None:
        self._keys = {_name_of(key): key for key in map(_derive, keys)}
        self.key = list(self._keys)[-1]
        """The name of the key that encrypts: what is stored under another one is to be encrypted again."""

    def seal(self, text: str) -> str:
        """Encrypt a text."""
        return str(self._ciphers[self.key].encrypt(text.encode()).decode())

    def open(self, sealed: str, key: str) -> str | None:
        """Decrypt a text that the key of this name has encrypted; None if the shop no longer has it."""
        if key not in self._keys:
            return None
        from cryptography.fernet import InvalidToken

        try:
            return str(self._ciphers[key].decrypt(sealed.encode()).decode())
        except InvalidToken:
            return None

    @cached_property
    def _ciphers(self) -> "dict[str, Fernet]":
        # Imported late: a start need not pay for it.
        from cryptography.fernet import Fernet

        return {name: Fernet(base64.urlsafe_b64encode(key)) for name, key in self._keys.items()}


def _derive(secret: str) -> bytes:
    """Return a key of 32 bytes (HKDF with SHA-256, RFC 5869: to extract, then to expand by one block)."""
    extracted = hmac.digest(b"\x00" * 32, secret.encode(), "sha256")
    return hmac.digest(extracted, _PURPOSE + b"\x01", "sha256")


def _name_of(key: bytes) -> str:
    return hmac.digest(key, _NAME, "sha256").hex()[:NAME_LENGTH]
