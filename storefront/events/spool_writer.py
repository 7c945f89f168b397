"""Writes events to the spool for all who wait: whatever has come while the disk was busy is one write and one sync."""

import logging
from threading import Event as Signal
from threading import Lock, Thread
from typing import NamedTuple

from storefront.events.delivery import Delivery
from storefront.events.spool import NotStored, Spool, SpoolFailed, SpoolFull
from storefront.workers import Workers

log = logging.getLogger(__name__)

QUEUE_LIMIT = 20_000


class _Waiting(NamedTuple):
    """An event that is not on disk yet."""

    payload: bytes
    delivery: Delivery


class SpoolWriter:
    """A thread, under gevent a greenlet, that writes in the order in which it was given events."""

    def __init__(self, spool: Spool, workers: Workers) -> None:
        self._spool = spool
        self._workers = workers
        self._queue: list[_Waiting] = []
        self._is_writing = False
        self._is_failing = False
        self._lock = Lock()
        self._wake = Signal()
        self._closing = False
        self._thread = Thread(target=self._run, name="spool writer", daemon=True)
        self._thread.start()

    @property
    def is_idle(self) -> bool:
        """Whether all that it was given is on disk or refused."""
        with self._lock:
            return not self._queue and not self._is_writing

    def put(self, payload: bytes, delivery: Delivery) -> None:
        """Have an event written; the delivery says when it is safe. Never waits."""
        with self._lock:
            is_taken = len(self._queue) < QUEUE_LIMIT and self._thread.is_alive()
            if is_taken:
                self._queue.append(_Waiting(payload, delivery))
        if is_taken:
            self._wake.set()
        else:
            delivery.fail(SpoolFull("too many events wait for the disk, or it is given up"))

    def close(self, timeout: float) -> None:
        """Write what is left, for ``timeout`` seconds at most."""
        self._closing = True
        self._wake.set()
        self._thread.join(timeout)

    def _run(self) -> None:
        while not (self._closing and self.is_idle):
            self._wake.wait()
            self._wake.clear()
            with self._lock:
                batch, self._queue = self._queue, []
                self._is_writing = bool(batch)
            try:
                self._write(batch)
            except Exception as error:
                log.exception("Events could not be spooled")
                _fail_all(batch, SpoolFailed(str(error)))
            finally:
                self._is_writing = False

    def _write(self, batch: list[_Waiting]) -> None:
        if not batch:
            return
        try:
            count = self._workers(self._spool.append, [waiting.payload for waiting in batch])
        except SpoolFailed as error:
            if not self._is_failing:
                log.error("Events are refused: %s", error)
            self._is_failing = True
            _fail_all(batch, error)
            return
        if self._is_failing:
            log.info("Events can be spooled again")
        self._is_failing = False
        for waiting in batch[:count]:
            waiting.delivery.confirm()
        _fail_all(batch[count:], SpoolFull(f"{self._spool.waiting_bytes} bytes of events wait already"))


def _fail_all(batch: list[_Waiting], error: NotStored) -> None:
    for waiting in batch:
        waiting.delivery.fail(error)
