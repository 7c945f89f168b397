"""Passwords: hashing with argon2id and judging, outside the event loop, a few at a time.

Too weak is what is short or easy to guess. Nothing else is asked of a password.
"""

import logging
import secrets
import unicodedata
from collections.abc import Callable
from threading import BoundedSemaphore
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from storefront.accounts.password_strength import Weakness, weakness_of
from storefront.workers import Workers, run_here

log = logging.getLogger(__name__)

AT_ONCE = 2
WAITING = 32
MEMORY_KIB = 19 * 1024
PASSES = 2

SHORTEST = 10
LONGEST = 256


class TooBusy(Exception):
    """Too many passwords are being checked. Ask the visitor to try again."""


class Passwords:
    """Hashes, checks and judges passwords. Judging new ones does not hold up those who sign in."""

    def __init__(
        self,
        workers: Workers = run_here,
        judges: Workers = run_here,
        *,
        memory_kib: int = MEMORY_KIB,
        passes: int = PASSES,
        waiting: int = WAITING,
    ) -> None:
        self._hasher = PasswordHasher(time_cost=passes, memory_cost=memory_kib, parallelism=1)
        self._hashing = workers, BoundedSemaphore(waiting)
        self._judging = judges, BoundedSemaphore(waiting)
        self._dummy = ""

    def hash(self, password: str) -> str:
        """Return what to store. Raises `TooBusy`."""
        return str(_run(self._hashing, self._hasher.hash, folded(password)))

    def fits(self, password_hash: str | None, password: str) -> bool:
        """Return whether this is the password. Without a hash it takes as long, and returns False."""
        if password_hash is None:
            self._dummy = self._dummy or self.hash(secrets.token_hex(16))
        fits = bool(_run(self._hashing, self._verify, password_hash or self._dummy, folded(password)))
        return fits and password_hash is not None

    def weakness(self, password: str, *known: str) -> Weakness | None:
        """Return why a password is easy to guess for somebody who knows these names. Raises `TooBusy`."""
        found: Weakness | None = _run(self._judging, weakness_of, folded(password), *known)
        return found

    def is_outdated(self, password_hash: str) -> bool:
        """Return whether a hash was made with other parameters than today's."""
        return bool(self._hasher.check_needs_rehash(password_hash))

    def _verify(self, password_hash: str, password: str) -> bool:
        try:
            return self._hasher.verify(password_hash, password)
        except (VerificationError, InvalidHashError):
            return False


def _run(where: tuple[Workers, BoundedSemaphore], work: Callable[..., Any], *arguments: str) -> Any:
    workers, places = where
    if not places.acquire(blocking=False):
        raise TooBusy
    try:
        return workers(work, *arguments)
    finally:
        places.release()


def folded(password: str) -> str:
    """Normalize a password, however a keyboard composes it (NFKC)."""
    return unicodedata.normalize("NFKC", password)
