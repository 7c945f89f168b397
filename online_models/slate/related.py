"""What goes with an item or a basket, and what is similar to it, whoever asks. What goes well was chosen with it."""

import numpy as np

from online_models.arrays.selection import Excluded
from online_models.arrays.types import Indices, ScoredItems, no_items
from online_models.models.content.content import Content
from online_models.models.ensemble import Ensemble
from online_models.models.neighbors.item_item_cf import ItemItemCF
from online_models.models.sequence.transitions import Transitions
from online_models.ranking.recent_slates import Slate

_CONTENT_BESIDE_PAIRS = 0.25
_SUITS = 0.5
_LINES = 10
"""Lines of a basket that are used, the newest."""


class Related:
    """Reads the pair models and the content index. It keeps nothing."""

    def __init__(self, models: Ensemble) -> None:
        self._transitions, self._content = models.get(Transitions), models.get(Content)
        self._item_item_cf = models.get(ItemItemCF)

    def beside(self, item: int, excluded: Excluded, limit: int) -> ScoredItems:
        """Return what was chosen with an item: of two chosen as often, the more similar one first."""
        pairs = _without(self._transitions.similar_items(item, 2 * limit), excluded)
        if not len(pairs.scores):
            return no_items()
        scores = dict(zip(pairs.items.tolist(), (pairs.scores / pairs.scores.max()).tolist(), strict=True))
        alike = self._content.similar_items(item, 2 * limit)
        for other, cosine in zip(alike.items.tolist(), alike.scores.tolist(), strict=True):
            if other in scores:
                scores[other] += _CONTENT_BESIDE_PAIRS * cosine
        scores.pop(item, None)
        return _best(scores, limit)

    def suited(self, found: ScoredItems, slate: Slate) -> ScoredItems:
        """Lift what ranks high in a visitor's own slate: by up to half of the best score."""
        if not len(found.items) or not len(slate.items):
            return found
        odds = np.exp(slate.scores - slate.scores.max())
        own = dict(zip(slate.items.tolist(), odds.tolist(), strict=True))
        lift = np.array([own.get(other, 0.0) for other in found.items.tolist()], np.float32)
        return ScoredItems(found.items, found.scores + np.float32(_SUITS) * found.scores.max() * lift)

    def alike(self, item: int, excluded: Excluded, limit: int) -> tuple[ScoredItems, set[int]]:
        """Return what is similar by its words, and where that is too little, by who chose it; and what is by words."""
        alike = _without(self._content.similar_items(item, limit), excluded)
        by_words = set(alike.items.tolist())
        if len(by_words) >= limit:
            return alike, by_words
        scores = dict(zip(alike.items.tolist(), (1.0 + alike.scores).tolist(), strict=True))
        co_chosen = _without(self._item_item_cf.similar_items(item, limit), excluded)
        if len(co_chosen.items):
            shares = (co_chosen.scores / co_chosen.scores.max()).tolist()
            more = zip(co_chosen.items.tolist(), shares, strict=True)
            scores |= {other: value for other, value in more if other not in by_words}
        return _best(scores, limit), by_words

    def with_all(self, basket: list[int], excluded: Excluded, limit: int) -> tuple[ScoredItems, dict[int, int]]:
        """Return what goes with the items of a basket, and for each of it the line that it goes with best."""
        scores: dict[int, float] = {}
        best_line: dict[int, tuple[float, int]] = {}
        for line in basket[:_LINES]:
            found = self.beside(line, excluded, limit)
            for other, value in zip(found.items.tolist(), found.scores.tolist(), strict=True):
                if other not in basket:
                    scores[other] = scores.get(other, 0.0) + value
                    best_line[other] = max(best_line.get(other, (0.0, line)), (value, line))
        return _best(scores, limit), {other: line for other, (_, line) in best_line.items()}


def _without(scores: ScoredItems, excluded: Excluded) -> ScoredItems:
    allowed = ~excluded[scores.items]
    return ScoredItems(scores.items[allowed], scores.scores[allowed])


def _best(scores: dict[int, float], limit: int) -> ScoredItems:
    ordered = sorted(scores.items(), key=lambda pair: (-pair[1], pair[0]))[:limit]
    items: Indices = np.array([other for other, _ in ordered], np.int32)
    return ScoredItems(items, np.array([value for _, value in ordered], np.float32))
