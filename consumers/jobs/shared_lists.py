"""Lists that are the same for everybody: related and similar items; trending, popular, top rated and new ones.

They are updated in slices short enough that no click waits for them.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from consumers.clock import Clock
from consumers.jobs.dirty_items import DirtyItems
from consumers.redis.cards import Cards
from consumers.redis.notifier import Notifier
from consumers.redis.serving_writer import ServingWriter
from online_models.hybrid import Hybrid
from online_models.schema import keyspace
from online_models.schema.events import ItemId
from online_models.schema.messages import TrendingChanged

SLICE_SECONDS = 0.002
SECONDS_BETWEEN_SLICES_WHEN_BEHIND = 0.25
SECONDS_BETWEEN_LOOKS = 1.0
SECONDS_BETWEEN_PUSHES = 3.0
SECONDS_BETWEEN_REWRITES = 3600.0
STANDBY_SECONDS = 10.0
"""What another learner should have written this long after it was due, it has."""


@dataclass(slots=True)
class SharedLists:
    """Asks the model and puts what changed into the outbox."""

    model: Hybrid
    dirty_items: DirtyItems
    cards: Cards
    writer: ServingWriter
    notifier: Notifier
    clock: Clock
    _looked: float = float("-inf")
    _pushed: float = float("-inf")
    _written: float = float("-inf")
    _sliced: float = float("-inf")
    _stands_by: bool = False
    _orders: dict[str, tuple[ItemId, ...]] = field(default_factory=dict)
    _shown: tuple[ItemId, ...] = ()
    _lost: Iterator[ItemId] | None = None

    @property
    def is_due(self) -> bool:
        """Whether related lists may be written now."""
        return not self._stands_by and (self._lost is not None or self.dirty_items.is_due(self.clock.elapsed()))

    def rewrite(self) -> None:
        """Write everything again with the next runs, because it was lost: the shop's lists first."""
        self._looked = self._written = float("-inf")
        self._lost = self.model.touched_items()

    def stand_by(self) -> None:
        """Leave the lists to another learner: forget what it has written by now, and write all shop lists after it."""
        self._stands_by, self._lost = True, None
        self._looked = self._written = float("-inf")
        long_ago = self.clock.elapsed() - STANDBY_SECONDS
        while self.dirty_items.is_due(long_ago):
            self.dirty_items.pop()

    def run(self, behind: bool = False) -> None:
        """Write related lists for one slice of time; update the shop's lists once a second.

        While the learner is ``behind``, slices are rare: what is written now would soon be out of date again.
        """
        self._stands_by = False
        elapsed = self.clock.elapsed()
        if elapsed >= self._looked + SECONDS_BETWEEN_LOOKS:
            self._looked = elapsed
            self._update_shop_lists(elapsed)
        if behind and elapsed < self._sliced + SECONDS_BETWEEN_SLICES_WHEN_BEHIND:
            return
        self._sliced = elapsed
        end = elapsed + SLICE_SECONDS
        while self.clock.elapsed() < end and (item := self._next_item(elapsed)) is not None:
            self.writer.write_goes_well_with(item, self.model.goes_well_with(item))
            similar = self.model.similar(item)
            # What the catalog's index says by itself, the shop reads there.
            if any(other.member != "content" for other in similar):
                self.writer.write_similar(item, similar)

    def _next_item(self, elapsed: float) -> ItemId | None:
        """Take an item whose lists are out of date, else one whose lists were lost."""
        if self.dirty_items.is_due(elapsed):
            return self.dirty_items.pop()
        item = next(self._lost, None) if self._lost is not None else None
        if item is None:
            self._lost = None
        return item

    def _update_shop_lists(self, elapsed: float) -> None:
        now, model = self.clock.now(), self.model
        trending = model.trending(now)
        rewrite = elapsed >= self._written + SECONDS_BETWEEN_REWRITES
        if rewrite:
            self._written = elapsed
        for key, items in (
            (keyspace.trending(), trending),
            (keyspace.popular(), model.popular(now)),
            (keyspace.top_rated(), model.top_rated(now)),
            (keyspace.new_arrivals(), model.new_arrivals()),
        ):
            order = tuple([ranked.item for ranked in items])
            if rewrite or order != self._orders.get(key, ()):
                self._orders[key] = order
                self.writer.write_shared(key, items)
        stars = model.take_rated(everything=rewrite)
        if stars or rewrite:
            self.writer.write_stars(stars, everything=rewrite)
        order = self._orders[keyspace.trending()]
        if order != self._shown and elapsed >= self._pushed + SECONDS_BETWEEN_PUSHES:
            self._shown = order
            self._pushed = elapsed
            self.notifier.push_trending(TrendingChanged(items=self.cards.of(trending)))
