"""Follows the topic of the catalog, and has what Redis serves follow it.

It runs in a thread of the monitor, which is always there and which no visitor waits for. Up to where the topic is
applied is part of what is served, so that each record is applied once, whoever is killed when. A version that Redis
has lost comes back from disk as it was published, and the topic is applied to it again. Where nothing was ever
published, the topic alone makes a version.
"""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from consumers.catalog.served_catalog import FIRST_VERSION, ServedCatalog
from consumers.errors import LogUnavailable, StoreUnavailable
from consumers.kafka.event_log import EventLog

_log = logging.getLogger(__name__)

MOST_AT_ONCE = 200
WAIT_SECONDS = 0.2
FIRST_PAUSE, LONGEST_PAUSE = 0.2, 5.0
"""How long it waits where Kafka or Redis does not answer, or nothing is published yet: longer each time."""

STOP_SECONDS = 1.0
PARTITION = 0


class CatalogUpdater:
    """Applies the records of the topic, in their order, to the version that is served.

    ``is_kept`` says whether a version is on disk, which comes back where Redis has lost it.
    """

    def __init__(self, log: EventLog, served: ServedCatalog, is_kept: Callable[[], bool]) -> None:
        self._log = log
        self._served = served
        self._is_kept = is_kept
        self._version: str | None = None
        self._applied = 0
        self._is_away = False
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="catalog-changes", daemon=True)

    def step(self, timeout: float = WAIT_SECONDS) -> bool:
        """Apply what has come. Returns False if nothing can be applied now.

        Raises `LogUnavailable` and `StoreUnavailable`.
        """
        version = self._served.read_version()
        if version is None:
            if self._is_kept():
                return False
            version = FIRST_VERSION
        if version != self._version or self._served.read_applied(version) != self._applied:
            self._follow(version)
        records = self._log.poll(timeout, MOST_AT_ONCE)
        if not records:
            return True
        if self._served.apply(version, self._applied, records):
            self._applied = records[-1].offset + 1
        else:
            self._version = None
        return True

    @contextmanager
    def running(self) -> Iterator[None]:
        """Apply in a thread while the block lasts."""
        self._thread.start()
        try:
            yield
        finally:
            self._stopping.set()
            self._thread.join(STOP_SECONDS)

    def _follow(self, version: str) -> None:
        """Read on from where the served version is."""
        applied = self._served.read_applied(version)
        beginning, end = self._log.beginning_offsets()[PARTITION], self._log.end_offsets()[PARTITION]
        if applied > end:
            _log.warning("the topic of the catalog was made again: applying it from its beginning")
            self._served.start_again(version)
            applied = 0
        self._served.prepare(version)
        self._log.seek({PARTITION: max(applied, beginning)})
        self._version, self._applied = version, applied
        _log.info("applying changes to catalog %s from offset %d, of %d", version, applied, end)

    def _run(self) -> None:
        pause = FIRST_PAUSE
        while not self._stopping.is_set():
            try:
                if self.step():
                    pause, self._is_away = FIRST_PAUSE, False
                    continue
            except (LogUnavailable, StoreUnavailable) as error:
                self._version = None
                if not self._is_away:
                    _log.warning("changes of the catalog wait: %s", error)
                self._is_away = True
            except Exception:  # noqa: BLE001 - whatever is wrong with one record, those of the next version must be applied
                self._version = None
                _log.exception("changes of the catalog could not be applied")
            self._stopping.wait(pause)
            pause = min(2 * pause, LONGEST_PAUSE)
        self._log.close()
