"""Why lists are as they are, for the visitors who asked lately.

Explaining a list takes about as long as making it, and few visitors ask. So it is done for those alone, after all lists
have been sent, in the time that is left.
"""

from collections import OrderedDict
from dataclasses import dataclass, field

from consumers.clock import Clock
from consumers.redis.serving_writer import ServingWriter
from online_models.hybrid import Hybrid
from online_models.schema.events import RankingId, VisitorId
from online_models.schema.explanation import SlateExplanation
from online_models.schema.keyspace import WHY_TTL

MAX_REQUESTS = 1_000


@dataclass(slots=True)
class Explanations:
    """Visitors who asked within the last `WHY_TTL` seconds, and those of them whose list is new. Bounded."""

    model: Hybrid
    writer: ServingWriter
    clock: Clock
    limit: int = MAX_REQUESTS
    _requested: OrderedDict[VisitorId, float] = field(default_factory=OrderedDict)
    _pending: OrderedDict[VisitorId, RankingId] = field(default_factory=OrderedDict)

    def __len__(self) -> int:
        return len(self._pending)

    def request(self, visitor: VisitorId) -> None:
        """Explain this visitor's lists for a while. Beyond the limit, whoever asked first is dropped."""
        self._requested[visitor] = self.clock.elapsed()
        self._requested.move_to_end(visitor)
        if len(self._requested) > self.limit:
            self.discard(next(iter(self._requested)))

    def add(self, visitor: VisitorId, ranking_id: RankingId) -> None:
        """Queue a new list, if its visitor asked for explanations."""
        asked = self._requested.get(visitor)
        if asked is None:
            return
        if asked + WHY_TTL < self.clock.elapsed():
            self.discard(visitor)
        else:
            self._pending[visitor] = ranking_id

    def discard(self, visitor: VisitorId) -> None:
        """Remove a visitor, until they ask again."""
        self._requested.pop(visitor, None)
        self._pending.pop(visitor, None)

    def run(self, until: float) -> None:
        """Explain pending lists, up to a moment of the clock's `elapsed`."""
        while self._pending and self.clock.elapsed() < until:
            visitor, ranking_id = self._pending.popitem()
            why = self.model.explain(visitor, ranking_id, self.clock.now())
            # An empty explanation ends the wait of a page where nothing is known.
            self.writer.write_why(visitor, why or SlateExplanation(ranking_id=ranking_id))
