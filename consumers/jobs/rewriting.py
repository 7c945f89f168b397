"""Writes everything again that Redis has lost: the shop's lists at once, visitors' and items' lists in slices."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, islice

from consumers.jobs.shared_lists import SharedLists
from consumers.redis.outbox import Command, Outbox
from consumers.redis.recent_writes import RecentWrites
from consumers.redis.store_watcher import StoreWatcher

VISITORS_PER_RUN = 50


@dataclass(slots=True)
class Rewriting:
    """Nothing is pushed: open pages show these lists already."""

    store: StoreWatcher
    shared_lists: SharedLists
    recent: RecentWrites
    outbox: Outbox
    _visitors: Iterator[dict[str, Command]] | None = None

    @property
    def is_busy(self) -> bool:
        """Whether there is more to write."""
        return self._visitors is not None

    def run(self) -> None:
        """Look whether Redis has lost anything, and write the lists of a few more visitors."""
        if self.store.take():
            self.shared_lists.rewrite()
            self._visitors = self.recent.newest_first()
        if self._visitors is None:
            return
        few = list(islice(self._visitors, VISITORS_PER_RUN))
        for key, command in chain.from_iterable(commands.items() for commands in few):
            self.outbox.put(key, command)
        if len(few) < VISITORS_PER_RUN:
            self._visitors = None
