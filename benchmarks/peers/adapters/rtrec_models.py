"""SLIM of `rtrec`: a sparse linear item model that can also learn on each event."""

import copy
import statistics
import time
from collections.abc import Sequence
from typing import Any

from benchmarks.peers.adapters.driver import PeerEvent, PeerModel, PeerQuery, main

ASKED = "asked"
TIMED = 100
NEAREST = 50
USUAL_ALPHA, L1_RATIO = 0.1, 0.1
"""The library's own penalty, and the share of it that is absolute."""


class RtrecSlim(PeerModel):
    """SLIM, fitted on all events and then frozen: what a visitor does while they are asked is only read.

    An item's weights are sought among the 50 items that it occurs with most. The penalty is relative to the number of
    visitors; beyond a hundred, the library's own would ask for more than one visitor in common, and is lowered to one.
    """

    def __init__(self) -> None:
        from rtrec.models.slim import SLIM

        self._build = SLIM
        self._model: Any = None
        self._known: set[int] = set()

    def fit(self, events: Sequence[PeerEvent], items: int, deadline: float) -> str:
        """Fit all events at once, and time how long one more takes."""
        liked = [event for event in events if event.reward > 0]
        self._known = {event.item for event in liked}
        signals = [(f"v{event.visitor}", f"i{event.item}", event.at, event.reward) for event in liked]
        alpha = min(USUAL_ALPHA, 1 / (L1_RATIO * max(1, len({event.visitor for event in liked}))))
        self._model = self._build(alpha=alpha, l1_ratio=L1_RATIO, nn_feature_selection=NEAREST)
        self._model.add_interactions(signals)
        self._model.bulk_fit(progress_bar=False)
        another, spent = copy.deepcopy(self._model), []
        for signal in signals[-TIMED:]:
            started_at = time.perf_counter()
            another.fit([signal], progress_bar=False)
            spent.append(time.perf_counter() - started_at)
        return f"learns one more event in {statistics.median(spent) * 1e3:.1f} ms (p50)"

    def recommend(self, query: PeerQuery, n: int) -> list[int]:
        """Return the best items for a visitor with these interactions."""
        number = self._model.user_ids.identify(ASKED)
        self._model.interactions.interactions.pop(number, None)
        signals = [(ASKED, f"i{item}", query.at, 1.0) for item in query.visitor_items if item in self._known]
        if not signals:
            return []
        self._model.add_interactions(signals)
        return [int(item[1:]) for item in self._model.recommend(ASKED, top_k=n, filter_interacted=False)]


if __name__ == "__main__":
    main({"slim": RtrecSlim})
