"""Publishes the catalog again, from disk, when Redis has lost it; and keeps on disk what is published elsewhere.

The monitor does it because it is always there, reads nothing of the catalog itself, and nobody waits for it: the
learner would take the time from pushes. It goes on in a thread of its own, so that no second of figures comes late.
"""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from redis import Redis, RedisError

from connections.catalog_archive import CatalogArchive
from connections.catalog_publication import Incomplete, Superseded, publish_version, read_version, served_version

log = logging.getLogger(__name__)

SECONDS_BETWEEN_CHECKS = 1.0
LONGEST_PAUSE = 30.0


class CatalogGuard:
    """Compares what Redis serves with what is on disk once a second, by their versions, which sort by time.

    Where Redis serves nothing, or an older version than the one on disk, that one is published under its old version.
    Where it serves a newer one, that is kept on disk. With Redis down nothing happens.
    """

    def __init__(self, client: Redis, archive: CatalogArchive) -> None:
        # redis-py types its answers for both its kinds of client at once.
        self._client: Any = client
        self._archive = archive
        self._pause = SECONDS_BETWEEN_CHECKS
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="catalog", daemon=True)

    def check(self) -> None:
        """Compare once, and do what follows from it. Raises `RedisError`, OSError, `Incomplete`."""
        served, kept = served_version(self._client), self._archive.version()
        if kept is not None and _is_older(served, kept):
            served, kept = self._publish(served, kept)
        if served not in (None, kept):
            self._archive.keep(served, read_version(self._client, served))
            log.info("kept catalog %s on disk", served)

    @contextmanager
    def running(self) -> Iterator[None]:
        """Check in a thread while the block lasts."""
        self._thread.start()
        try:
            yield
        finally:
            self._stopping.set()

    def _publish(self, served: str | None, newest: str) -> tuple[str | None, str | None]:
        """Publish what is on disk if Redis serves nothing newer. Returns what is served then, and whole on disk.

        Raises `Incomplete` if Redis serves nothing and nothing on disk is whole.
        """
        catalog = self._archive.read()
        if catalog is None and served is None:
            raise Incomplete("the catalog is lost, run `riverfront bootstrap`: no file of it is whole")
        if catalog is not None and _is_older(served, catalog.version):
            version = catalog.version
            try:
                publish_version(self._client, version, catalog.batches(), lambda now: _is_older(now, version))
            except Superseded:
                return None, None
            log.warning("Redis had lost catalog %s: published it again from %s", version, catalog.path)
            served = version
        # A newest file that is damaged gives way to what is served.
        return served, newest if catalog is not None and catalog.version == newest else None

    def _watch(self) -> None:
        pause = SECONDS_BETWEEN_CHECKS
        while not self._stopping.wait(pause):
            try:
                self.check()
            except (RedisError, OSError, Incomplete) as error:
                if pause == SECONDS_BETWEEN_CHECKS:
                    log.warning("the catalog in Redis and the one on disk cannot be compared, trying again: %s", error)
                pause = min(2 * pause, LONGEST_PAUSE)
            except Exception:  # whatever is wrong with one version, the next one must be kept
                log.exception("the catalog could not be published again or kept")
                pause = LONGEST_PAUSE
            else:
                pause = SECONDS_BETWEEN_CHECKS


def _is_older(served: str | None, kept: str) -> bool:
    return served is None or served < kept
