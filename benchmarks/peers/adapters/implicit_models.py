"""Two models of `implicit`: matrix factorization by alternating least squares, and item-item by BM25."""

import os
from collections.abc import Sequence
from typing import Any

from benchmarks.peers.adapters.driver import PeerEvent, PeerModel, PeerQuery, main

SEED = 7
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
# The library brings threads of its own, and asks for this: those of the linear algebra would wait for each other.


class ImplicitModel(PeerModel):
    """A model of `implicit` on visitors and items, by the sum of positive rewards.

    A visitor's vector is worked out from what they chose so far, each item once.
    """

    def __init__(self, model: Any) -> None:
        self._model = model
        self._items = 0

    def fit(self, events: Sequence[PeerEvent], items: int, deadline: float) -> str:
        """Fit the whole matrix."""
        from scipy.sparse import coo_matrix

        liked = [event for event in events if event.reward > 0]
        rows = {visitor: row for row, visitor in enumerate(dict.fromkeys(event.visitor for event in liked))}
        places = ([rows[event.visitor] for event in liked], [event.item for event in liked])
        rewards = [event.reward for event in liked]
        self._items = items
        self._model.fit(coo_matrix((rewards, places), shape=(len(rows), items)).tocsr(), show_progress=False)
        return ""

    def recommend(self, query: PeerQuery, n: int) -> list[int]:
        """Return the items that suit what the visitor chose; items without a score are left out."""
        from scipy.sparse import csr_matrix

        chosen = sorted(set(query.visitor_items))
        row = csr_matrix(([1.0] * len(chosen), ([0] * len(chosen), chosen)), shape=(1, self._items))
        items, scores = self._recommend(row, n)
        return [int(item) for item, score in zip(items, scores, strict=True) if item >= 0 and score > 0]

    def _recommend(self, row: Any, n: int) -> Any:
        return self._model.recommend(0, row, N=n, filter_already_liked_items=False)


class ImplicitFactorModel(ImplicitModel):
    """The same for factors, which are recalculated for a visitor who was not there when the model was fitted."""

    def _recommend(self, row: Any, n: int) -> Any:
        return self._model.recommend(0, row, N=n, filter_already_liked_items=False, recalculate_user=True)


def build_als() -> PeerModel:
    """Return alternating least squares with 64 factors."""
    from implicit.als import AlternatingLeastSquares

    return ImplicitFactorModel(AlternatingLeastSquares(factors=64, random_state=SEED))


def build_bm25() -> PeerModel:
    """Return item-item neighbors, weighted by BM25."""
    from implicit.nearest_neighbours import BM25Recommender

    return ImplicitModel(BM25Recommender(K=100))


if __name__ == "__main__":
    main({"als": build_als, "bm25": build_bm25})
