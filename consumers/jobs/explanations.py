"""Why lists are as they are, for the visitors who asked lately.

To take a list apart takes about as long as to make it, and few visitors ask. So it is done for those alone, after all
lists have been sent, in the time that is left.
"""

from collections import OrderedDict

from consumers.clock import Clock
from consumers.learner.model import Model
from consumers.redis.serving_writer import ServingWriter
from online_models.schema.events import RankingId, VisitorId
from online_models.schema.explanation import SlateExplanation
from online_models.schema.keyspace import WHY_TTL

MAX_CURIOUS = 1_000


class Explanations:
    """Visitors who asked within the last `WHY_TTL` seconds, and those of them whose list is new. Bounded."""

    def __init__(self, model: Model, writer: ServingWriter, clock: Clock, limit: int = MAX_CURIOUS) -> None:
        self._model = model
        self._writer = writer
        self._clock = clock
        self._limit = limit
        self._curious: OrderedDict[VisitorId, float] = OrderedDict()
        self._waiting: OrderedDict[VisitorId, RankingId] = OrderedDict()

    def __len__(self) -> int:
        return len(self._waiting)

    def want(self, visitor: VisitorId) -> None:
        """Explain this visitor's lists for a while. Of too many, the one who asked first is left out."""
        self._curious[visitor] = self._clock.elapsed()
        self._curious.move_to_end(visitor)
        if len(self._curious) > self._limit:
            self.discard(next(iter(self._curious)))

    def add(self, visitor: VisitorId, ranking_id: RankingId) -> None:
        """Let a new list be explained, if its visitor asked."""
        asked = self._curious.get(visitor)
        if asked is None:
            return
        if asked + WHY_TTL < self._clock.elapsed():
            self.discard(visitor)
        else:
            self._waiting[visitor] = ranking_id

    def discard(self, visitor: VisitorId) -> None:
        """Explain nothing to this visitor any more."""
        self._curious.pop(visitor, None)
        self._waiting.pop(visitor, None)

    def make(self, until: float) -> None:
        """Explain what waits, up to a moment of the clock's `elapsed`."""
        while self._waiting and self._clock.elapsed() < until:
            visitor, ranking_id = self._waiting.popitem()
            why = self._model.explain(visitor, ranking_id, self._clock.now())
            # Where nothing is known the page is told so, rather than kept waiting.
            self._writer.write_why(visitor, why or SlateExplanation(ranking_id=ranking_id))
