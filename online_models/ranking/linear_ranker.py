"""Learning to rank: the sources' candidates scored by a weighted sum of features, and the weights learned online."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from online_models.arrays.compiled import compiled, packed
from online_models.arrays.state import InvalidState, State, read_array, read_ids
from online_models.arrays.types import Indices, Values
from online_models.catalog.item_statistics import ItemStatistics
from online_models.models.recommender import Candidates
from online_models.ranking.context_features import CONTEXTS, ContextFeatures, context_indices
from online_models.ranking.features import (
    ITEM_FEATURES,
    SOURCE_FEATURES,
    ContextIndices,
    RankingInputs,
    score_candidates,
    sum_weights,
)
from online_models.ranking.listwise_softmax import descend, gradient_of, slopes_of
from online_models.ranking.network.layout import NO_NETWORK
from online_models.ranking.ranked_candidates import RankedCandidates, rank_candidates, write_contributions

ITEMS = "items"
"""The name of the item features' weights in a table of prior weights; no source may have it."""

SILENCE_SOURCE = "transitions"
"""The source whose silence is a context of its own: it knows what follows the last item."""

_RATE, _CONTEXT_RATE = np.float32(0.05), np.float32(0.02)
_WEIGHT_ROWS = 1 + len(CONTEXTS)


class Gradient(NamedTuple):
    """The gradient of one loss by each weight, and whose weights: those of all, and of these contexts.

    ``slopes`` is empty where there is nothing to learn: the item was no candidate.
    """

    contexts: ContextIndices
    slopes: Values


class LinearRanker:
    r"""A linear scorer of candidates whose weights depend on the context and learn from every interaction.

    .. math:: score(i) = f_i \cdot (w_0 + w_{session} + w_{visitor} + w_{dwell} + w_{last})

    where :math:`f_i` holds, for each source that proposed item :math:`i` at position :math:`r` (from 0) with score
    :math:`v` (:math:`M` being its greatest): :math:`1;\ v/M;\ 1/(1+r);\ 1+\ln(v/M+10^{-4})/9.21;\
    (v/M)\min(1,\ln(1+M)/3);\ \max(0, 1+\ln(v+10^{-4})/9.21)`, zeros for other sources; and for the item itself, with
    :math:`n` interactions, its traffic, idle time and age: :math:`\ln(1+n)/5;\ e^{-idle/10min};\ e^{-idle/day};\
    e^{-age/h};\ e^{-age/week};\ \ln(1+n\,day/(age+h))/5;\ n\le 2`, whether it is the visitor's last item,
    :math:`\ln(1+x)` for an item that this visitor was shown :math:`x` times and passed over, and for one of the present
    session, the :math:`b`-th from its end, to which the visitor came :math:`c` times: :math:`1;\ 1/b;\ 1-1/c`.

    When a visitor chooses item :math:`t`, and it is a candidate, one step goes down the gradient of
    :math:`-\ln p_t` with :math:`p = softmax(score)`, scaled for each weight by AdaGrad (squares start at 1, learning
    rates 0.05 for :math:`w_0` and 0.02 for the others).

    Parameters
    ----------
    sources
        Their names, in the order of the candidates' lines.
    prior_weights
        :math:`w_0` to start from: six numbers for each source, twelve under `ITEMS`. Missing ones start at zero.

    References
    ----------
    Duchi, J., Hazan, E. and Singer, Y. (2011). Adaptive subgradient methods for online learning and stochastic
    optimization. JMLR 12.

    Cao, Z. et al. (2007). Learning to rank: from pairwise approach to listwise approach (ListNet, whose loss for one
    taken item this is). ICML.

    Examples
    --------
    >>> ranker = LinearRanker(["transitions", "popularity"])
    >>> candidates = Candidates(np.array([[7, 8], [9, 7]], np.int32), np.array([[2, 1], [5, 4]], np.float32))
    >>> context, statistics = ContextFeatures(1, False, 5.0, 3, 1.0, now=0.0), ItemStatistics()
    >>> ranker.rank(candidates, context, statistics).items
    array([7, 8, 9], dtype=int32)
    >>> for _ in range(20):
    ...     ranker.learn_one(9, candidates, context, statistics)
    >>> ranked = ranker.rank(candidates, context, statistics)
    >>> ranked.items, ranked.top_sources
    (array([9, 7, 8], dtype=int32), array([1, 1, 0], dtype=int32))
    """

    def __init__(self, sources: Sequence[str], prior_weights: Mapping[str, Sequence[float]] | None = None) -> None:
        self._sources = tuple(sources)
        self._silence_source = self._sources.index(SILENCE_SOURCE) if SILENCE_SOURCE in self._sources else 0
        self._blocks = {
            name: slice(index * SOURCE_FEATURES, (index + 1) * SOURCE_FEATURES)
            for index, name in enumerate(self._sources)
        }
        width = len(self._sources) * SOURCE_FEATURES + ITEM_FEATURES
        self._blocks[ITEMS] = slice(width - ITEM_FEATURES, width)
        self._weights: Values = np.zeros((_WEIGHT_ROWS, width), np.float32)
        self._squares: Values = np.ones((_WEIGHT_ROWS, width), np.float32)
        for name, weights in (prior_weights or {}).items():
            if name in self._blocks:
                self._weights[0, self._blocks[name]] = weights

    def rank(self, candidates: Candidates, context: ContextFeatures, statistics: ItemStatistics) -> RankedCandidates:
        """Return all candidates, best first. Changes nothing."""
        inputs = self.inputs(candidates, context, statistics)
        return RankedCandidates(*rank_candidates(inputs, candidates.items.size))

    def inputs(self, candidates: Candidates, context: ContextFeatures, statistics: ItemStatistics) -> RankingInputs:
        """Return everything that the candidates of one request are scored by."""
        return RankingInputs(
            self._weights,
            self._context_indices(candidates, context),
            candidates.items,
            candidates.scores,
            candidates.logits,
            statistics.counts,
            statistics.first,
            statistics.last,
            float(context.now),
            context.last,
            context.ignored_items,
            context.ignored,
            context.visit_items,
            context.visit_counts,
            NO_NETWORK,
            False,
        )

    def contributions(self, candidates: Candidates, context: ContextFeatures, items: Indices) -> Values:
        """Return what each source adds to the score of each item of a list, shape (items, sources); 0 if nothing."""
        contributions = np.empty((len(items), len(self._sources)), np.float32)
        weights = sum_weights(self._weights, self._context_indices(candidates, context))
        write_contributions(weights, candidates.items, candidates.scores, items, contributions)
        return contributions

    def learn_one(
        self, item: int, candidates: Candidates, context: ContextFeatures, statistics: ItemStatistics
    ) -> None:
        """Learn that the visitor chose ``item``. An item that is no candidate teaches nothing."""
        self.descend(self.gradient(item, candidates, context, statistics))

    def learn_dismissed(
        self, item: int, candidates: Candidates, context: ContextFeatures, statistics: ItemStatistics
    ) -> None:
        r"""Learn that the visitor does not want ``item``.

        One step down the gradient of :math:`-\ln(1 - p_{item})`. Its size is the probability of the item: an item that
        was unlikely anyway changes nothing, and a dismissal never moves the weights more than a choice does.
        """
        self.descend(self.gradient(item, candidates, context, statistics, dismissed=True))

    def gradient(
        self,
        item: int,
        candidates: Candidates,
        context: ContextFeatures,
        statistics: ItemStatistics,
        *,
        dismissed: bool = False,
    ) -> Gradient:
        """Return what `learn_one` or `learn_dismissed` would descend. Changes nothing."""
        inputs = self.inputs(candidates, context, statistics)
        return Gradient(inputs.contexts, _gradient(packed(inputs), int(item), dismissed))

    def descend(self, gradient: Gradient) -> None:
        """Take one step down a gradient, wherever that was worked out.

        Raises
        ------
        ValueError
            If it is that of a ranker with other sources or contexts.
        """
        slopes, contexts = gradient.slopes, gradient.contexts
        if len(slopes) not in (0, self._weights.shape[1]) or not all(0 <= at < len(CONTEXTS) for at in contexts):
            raise ValueError("a gradient of a ranker with other sources or contexts")
        if len(slopes):
            _descend(self._weights, self._squares, contexts, slopes)

    def shares(self) -> dict[str, dict[str, float]]:
        """Return by context each source's share of the weight, 0 to 1.

        A source's weight is what it adds to the score of its first candidate at full confidence; 0 if negative.
        """
        by_source = (self._weights[0] + self._weights[1:])[:, : len(self._sources) * SOURCE_FEATURES]
        weight = by_source.reshape(len(CONTEXTS), len(self._sources), SOURCE_FEATURES).sum(axis=2).clip(0)
        weight /= np.maximum(weight.sum(axis=1, keepdims=True), 1e-12)
        return {
            context: dict(zip(self._sources, line, strict=True))
            for context, line in zip(CONTEXTS, weight.tolist(), strict=True)
        }

    def dump(self) -> State:
        """Return a copy of the whole state."""
        return {"members": list(self._sources), "weights": self._weights.copy(), "squares": self._squares.copy()}

    def load(self, state: State) -> None:
        """Take over the weights of all sources in the state; others keep their prior weights.

        Raises
        ------
        InvalidState
            If it is not the state of a linear ranker.
        """
        names = [*read_ids(state, "members"), ITEMS]
        width = (len(names) - 1) * SOURCE_FEATURES + ITEM_FEATURES
        weights, squares = (read_array(state, name, np.float32, _WEIGHT_ROWS, width) for name in ("weights", "squares"))
        if not (np.isfinite(weights).all() and np.isfinite(squares).all() and (squares > 0).all()):
            raise InvalidState("weights of a ranker that are not finite")
        for index, name in enumerate(names):
            if name in self._blocks:
                block = slice(index * SOURCE_FEATURES, (index + 1) * SOURCE_FEATURES if name != ITEMS else width)
                self._weights[:, self._blocks[name]] = weights[:, block]
                self._squares[:, self._blocks[name]] = squares[:, block]

    def _context_indices(self, candidates: Candidates, context: ContextFeatures) -> ContextIndices:
        return context_indices(context, silent=candidates.items.item(self._silence_source, 0) < 0)


@compiled
def _gradient(bundle: RankingInputs, item: int, against: bool) -> Values:
    inputs = RankingInputs(*bundle)
    features = score_candidates(sum_weights(inputs.weights, inputs.contexts), inputs)
    target = -1
    for index in range(len(features.items)):
        if features.items[index] == item:
            target = index
    if target < 0:
        return np.empty(0, np.float32)
    return gradient_of(features, slopes_of(features.scores, target, against))


@compiled
def _descend(weights: Values, squares: Values, contexts: ContextIndices, slopes: Values) -> None:
    descend(weights[0], squares[0], slopes, _RATE)
    for context in contexts:
        descend(weights[1 + context], squares[1 + context], slopes, _CONTEXT_RATE)
