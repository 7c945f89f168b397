"""Passwords: what makes one too weak; and hashing with argon2id, outside the event loop, a few at a time.

Too weak is what is short, well known, or the visitor's own name. Nothing else is asked of a password.
"""

import logging
import secrets
import unicodedata
from collections.abc import Callable
from functools import cache
from pathlib import Path
from threading import BoundedSemaphore
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from storefront.workers import Workers, run_here

log = logging.getLogger(__name__)

AT_ONCE = 2
WAITING = 32
MEMORY_KIB = 19 * 1024
PASSES = 2

SHORTEST = 10
LONGEST = 256
WORDS = Path(__file__).parent / "common_passwords.txt"
_ROWS = ("0123456789", "qwertyuiop", "asdfghjkl", "zxcvbnm", "abcdefghijklmnopqrstuvwxyz", "qazwsxedcrfvtgbyhnujmikolp")
_SIGNS = str.maketrans({"@": "a", "0": "o", "1": "i", "3": "e", "$": "s", "5": "s", "4": "a", "7": "t"})


class TooBusy(Exception):
    """Too many passwords are being checked. Ask the visitor to try again."""


class Passwords:
    """Hashes and checks passwords."""

    def __init__(
        self, workers: Workers = run_here, *, memory_kib: int = MEMORY_KIB, passes: int = PASSES, waiting: int = WAITING
    ) -> None:
        self._hasher = PasswordHasher(time_cost=passes, memory_cost=memory_kib, parallelism=1)
        self._workers = workers
        self._places = BoundedSemaphore(waiting)
        self._dummy = ""

    def hash(self, password: str) -> str:
        """Return what to store. Raises `TooBusy`."""
        return str(self._run(self._hasher.hash, folded(password)))

    def fits(self, password_hash: str | None, password: str) -> bool:
        """Return whether this is the password. Without a hash it takes as long, and returns False."""
        if password_hash is None:
            self._dummy = self._dummy or self.hash(secrets.token_hex(16))
        fits = bool(self._run(self._verify, password_hash or self._dummy, folded(password)))
        return fits and password_hash is not None

    def is_outdated(self, password_hash: str) -> bool:
        """Return whether a hash was made with other parameters than today's."""
        return bool(self._hasher.check_needs_rehash(password_hash))

    def _verify(self, password_hash: str, password: str) -> bool:
        try:
            return self._hasher.verify(password_hash, password)
        except (VerificationError, InvalidHashError):
            return False

    def _run(self, work: Callable[..., Any], *arguments: str) -> Any:
        if not self._places.acquire(blocking=False):
            raise TooBusy
        try:
            return self._workers(work, *arguments)
        finally:
            self._places.release()


def folded(password: str) -> str:
    """Normalize a password, however a keyboard composes it (NFKC)."""
    return unicodedata.normalize("NFKC", password)


def is_well_known(password: str) -> bool:
    """Return whether a password is a common one, a run of keys, or one with figures put behind it.

    >>> [is_well_known(word) for word in ("Password123!", "qwertyuiop", "aaaaaaaaaa", "P@ssw0rd2024", "12345678901")]
    [True, True, True, True, True]
    >>> is_well_known("river under the stone"), is_well_known("mgFb3-xUw92-KqLp")
    (False, False)
    """
    plain = folded(password).casefold().replace(" ", "")
    if len(set(plain)) < 4 or any(_is_run(plain, row) for row in _ROWS):
        return True
    stem = plain.rstrip("0123456789!?.,*#-_$@&+")
    half = stem[: len(stem) // 2]
    forms = {plain, stem, stem.lstrip("0123456789"), plain.translate(_SIGNS), stem.translate(_SIGNS)}
    if stem and stem == half * 2:
        forms.add(half)
    return not forms.isdisjoint(common())


def is_about(password: str, *known: str) -> bool:
    """Return whether a password is little more than the visitor's name or address.

    >>> is_about("ann.miller1", "Ann Miller"), is_about("ann@example.com", "ann@example.com")
    (True, True)
    >>> is_about("the anchor holds", "Ann Miller", "ann@example.com")
    False
    """
    plain = _letters(password)
    for text in known:
        for word in {_letters(text), _letters(text.partition("@")[0])}:
            if len(word) >= 3 and (plain == word or (word in plain and len(plain) - len(word) <= 4)):
                return True
    return False


@cache
def common() -> frozenset[str]:
    """Return the most common passwords."""
    return frozenset(WORDS.read_text(encoding="utf-8").split())


def _letters(text: str) -> str:
    return "".join(sign for sign in folded(text).casefold() if sign.isalnum())


def _is_run(plain: str, row: str) -> bool:
    """Return whether the password follows a row of keys, forwards or backwards, repeatedly."""
    return any(plain in way * (len(plain) // len(way) + 2) for way in (row, row[::-1]))
