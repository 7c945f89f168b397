"""Notices that Redis may have lost what was written to it: flushed, replaced by another one, or started again."""

import logging
import threading
import uuid
from typing import Any

from redis import RedisError

from connections.redis_client import connect
from consumers.errors import StoreUnavailable
from online_models.schema import keyspace

_log = logging.getLogger(__name__)

SECONDS_BETWEEN_CHECKS = 1.0
TIMEOUT = 1.0

Identity = tuple[str, str]
"""Which run of the server it is, by the server's own id, and which data set, by an id that lies in it."""


class StoreReader:
    """Asks Redis who it is."""

    def __init__(self, url: str) -> None:
        # redis-py types its answers for both its kinds of client at once.
        self._client: Any = connect(url, TIMEOUT)

    def read_identity(self) -> tuple[Identity, bool]:
        """Return the identity, and whether the data set was new, so that it was given one. Raises `StoreUnavailable`.

        A server that keeps the id of its run to itself is known by its data alone.
        """
        try:
            with self._client.pipeline(transaction=False) as pipeline:
                pipeline.info("server")
                pipeline.set(keyspace.data_set(), uuid.uuid4().hex, nx=True)
                pipeline.get(keyspace.data_set())
                server, is_new, data_set = pipeline.execute(raise_on_error=False)
        except RedisError as error:
            raise StoreUnavailable(f"cannot ask Redis who it is: {error}") from error
        if not isinstance(data_set, bytes):
            raise StoreUnavailable(f"Redis does not say what data it has: {data_set!r}")
        run = str(server.get("run_id", "")) if isinstance(server, dict) else ""
        return (run, data_set.decode(errors="replace")), bool(is_new)


class StoreWatcher:
    """Asks once a second, in a thread of its own, and keeps the answer until it is taken."""

    def __init__(self, reader: StoreReader) -> None:
        self._reader = reader
        self._known: Identity | None = None
        self._lost = False
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="store", daemon=True)

    def check(self) -> None:
        """Ask, and compare the answer with the one before. With Redis down nothing is known."""
        try:
            identity, is_new = self._reader.read_identity()
        except StoreUnavailable:
            return
        if is_new or self._known not in (None, identity):
            if self._known is not None:
                _log.warning("Redis was flushed, replaced or started again: writing all lists again")
            self._lost = True
        self._known = identity

    def take(self) -> bool:
        """Return whether Redis may have lost anything since the last call."""
        lost, self._lost = self._lost, False
        return lost

    def start(self) -> None:
        """Start asking, in a thread."""
        self._thread.start()

    def close(self) -> None:
        """Stop asking."""
        self._stopping.set()

    def _watch(self) -> None:
        while not self._stopping.wait(SECONDS_BETWEEN_CHECKS):
            self.check()
