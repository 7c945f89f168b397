"""Passwords: hashed with argon2id, away from the hub that serves the pages, a few at a time."""

import logging
import secrets
from collections.abc import Callable
from threading import BoundedSemaphore
from typing import Any, Protocol

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from storefront.accounts.password_rules import folded

log = logging.getLogger(__name__)

AT_ONCE = 2
WAITING = 32
MEMORY_KIB = 19 * 1024
PASSES = 2


class TooBusy(Exception):
    """More passwords are being checked than the shop takes on at once. Ask the visitor to try again."""


class Workers(Protocol):
    """Runs a function elsewhere and returns what it returns."""

    def __call__(self, work: Callable[..., Any], *arguments: str) -> Any:
        """Run it."""


def run_here(work: Callable[..., Any], *arguments: str) -> Any:
    """Run in the thread that asks: for servers that have one thread a request."""
    return work(*arguments)


class GeventWorkers:
    """Runs in native threads, so that gevent goes on serving while a password is hashed."""

    def __init__(self, at_once: int = AT_ONCE) -> None:
        # Imported late: only the server that gevent runs has it patched and ready.
        from gevent.threadpool import ThreadPool

        self._pool = ThreadPool(at_once)

    def __call__(self, work: Callable[..., Any], *arguments: str) -> Any:
        """Run it; only the greenlet that asks waits."""
        return self._pool.apply(work, arguments)


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
        """Return whether this is the password. Without a hash it takes as long, and the answer is no."""
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
