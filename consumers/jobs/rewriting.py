"""Writes everything again that Redis has lost: the shop's lists at once, visitors' and items' lists in slices."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice

from consumers.jobs.shared_lists import SharedLists
from consumers.redis.recent_writes import RecentWrites, Write
from consumers.redis.serving_writer import ServingWriter
from consumers.redis.store_watcher import StoreWatcher
from online_models.schema.events import VisitorId

VISITORS_PER_RUN = 50


@dataclass(slots=True)
class Rewriting:
    """Nothing is pushed: open pages show these lists already. A visitor whom the learner does not own is left out."""

    store: StoreWatcher
    shared_lists: SharedLists
    recent: RecentWrites
    writer: ServingWriter
    owns: Callable[[VisitorId], bool] = lambda _: True
    _visitors: Iterator[tuple[VisitorId, dict[str, Write]]] | None = None

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
        for visitor, writes in few:
            if self.owns(visitor):
                for key, write in writes.items():
                    self.writer.write_again(visitor, key, write)
        if len(few) < VISITORS_PER_RUN:
            self._visitors = None
