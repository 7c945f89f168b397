"""Lists that are not one visitor's: what goes well with an item, what is trending, what is popular.

They are brought up to date in slices short enough that no click waits for them.
"""

from consumers.cards import Cards
from consumers.clock import Clock
from consumers.model import Model
from consumers.notifier import Notifier
from consumers.serving_writer import ServingWriter
from consumers.stale_items import StaleItems
from online_models.events import ItemId
from online_models.messages import TrendingChanged
from online_models.ranking import RankedItem

SLICE_SECONDS = 0.002
SECONDS_BETWEEN_SLICES_WHEN_BEHIND = 0.25
SECONDS_BETWEEN_LOOKS = 1.0
SECONDS_BETWEEN_PUSHES = 3.0
SECONDS_BETWEEN_REWRITES = 3600.0


class SharedLists:
    """Asks the model and puts what changed into the outbox."""

    def __init__(
        self,
        model: Model,
        stale: StaleItems,
        cards: Cards,
        writer: ServingWriter,
        notifier: Notifier,
        clock: Clock,
    ) -> None:
        self._model = model
        self._stale = stale
        self._cards = cards
        self._writer = writer
        self._notifier = notifier
        self._clock = clock
        self._looked = self._pushed = self._written = self._sliced = float("-inf")
        self._trending: tuple[ItemId, ...] = ()
        self._popular: tuple[ItemId, ...] = ()
        self._shown: tuple[ItemId, ...] = ()

    def waiting(self) -> bool:
        """Say whether related lists could be written now."""
        return self._stale.due(self._clock.elapsed())

    def refresh(self, behind: bool = False) -> None:
        """Write related lists for one slice of time; look at trending and popular once a second.

        While the learner is ``behind``, slices are rare: what is written now would soon be out of date again.
        """
        elapsed = self._clock.elapsed()
        if elapsed >= self._looked + SECONDS_BETWEEN_LOOKS:
            self._looked = elapsed
            self._look(elapsed)
        if behind and elapsed < self._sliced + SECONDS_BETWEEN_SLICES_WHEN_BEHIND:
            return
        self._sliced = elapsed
        end = elapsed + SLICE_SECONDS
        while self._stale.due(elapsed) and self._clock.elapsed() < end:
            item = self._stale.pop()
            self._writer.write_goes_well_with(item, self._model.goes_well_with(item, self._clock.now()))

    def _look(self, elapsed: float) -> None:
        now = self._clock.now()
        trending, popular = self._model.trending(now), self._model.popular(now)
        rewrite = elapsed >= self._written + SECONDS_BETWEEN_REWRITES
        if rewrite:
            self._written = elapsed
        if rewrite or _order(trending) != self._trending:
            self._trending = _order(trending)
            self._writer.write_trending(trending)
        if rewrite or _order(popular) != self._popular:
            self._popular = _order(popular)
            self._writer.write_popular(popular)
        if self._trending != self._shown and elapsed >= self._pushed + SECONDS_BETWEEN_PUSHES:
            self._shown = self._trending
            self._pushed = elapsed
            self._notifier.trending_changed(TrendingChanged(items=self._cards.of(trending)))


def _order(items: tuple[RankedItem, ...]) -> tuple[ItemId, ...]:
    return tuple([ranked.item for ranked in items])
