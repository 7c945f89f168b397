"""The ranker of a recording again, with parts left out: what a part adds is what is lost without it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.recording import Recording
from online_models.arrays.types import Indices
from online_models.catalog.item_statistics import ItemStatistics
from online_models.models.recommender import Candidates
from online_models.ranking.context_features import ContextFeatures
from online_models.ranking.fallback_to_best_model import BestModelFallback
from online_models.ranking.features import SOURCE_FEATURES, ContextIndices
from online_models.ranking.linear_ranker import ITEMS, LinearRanker
from online_models.ranking.live_quality import LiveQuality
from online_models.registry import PRIOR_WEIGHTS
from online_models.slate.arrangement import put_first

_ALWAYS: ContextIndices = (0, 4, 6, 10)


class _SameWeightsAlways(LinearRanker):
    """A ranker with one set of weights for all contexts."""

    def _context_indices(self, candidates: Candidates, context: ContextFeatures) -> ContextIndices:
        return _ALWAYS


@dataclass(frozen=True, slots=True)
class Variant:
    """A ranker with something left out.

    Attributes
    ----------
    silenced
        Members that say nothing.
    contexts, item_features, fallback, learns, diversity
        Whether it has that part.
    prior_weights
        The weights that it starts from.
    """

    silenced: frozenset[str] = frozenset()
    contexts: bool = True
    item_features: bool = True
    fallback: bool = True
    learns: bool = True
    diversity: bool = False
    prior_weights: Mapping[str, Sequence[float]] | None = None


WHOLE = Variant(prior_weights=PRIOR_WEIGHTS)


@dataclass(frozen=True, slots=True)
class Replayed:
    """What a variant did on a recording.

    Attributes
    ----------
    ranks
        Position of the right item in the list before each step, from 1; 0 where it was not.
    lists
        Those lists, by step.
    weights
        Those that always apply, as they were in the end, by member and `ITEMS`.
    """

    ranks: NDArray[np.int16]
    lists: dict[int, Indices]
    weights: dict[str, tuple[float, ...]]


def replay(recording: Recording, variant: Variant) -> Replayed:
    """Walk a recording with another ranker."""
    hybrid, members = recording.hybrid, recording.hybrid.members
    ranker = (LinearRanker if variant.contexts else _SameWeightsAlways)(members, variant.prior_weights)
    fallback, quality = BestModelFallback(len(members)), LiveQuality(members)
    seen, nothing = ItemStatistics(), ItemStatistics()
    silenced = frozenset(place for place, name in enumerate(members) if name in variant.silenced)
    ranks, lists = np.zeros(len(hybrid.steps), np.int16), {}
    for number, step in enumerate(hybrid.steps):
        if step.question is not None:
            context = step.question.context
            candidates = step.question.candidates(len(members), silenced)
            statistics = seen if variant.item_features else nothing
            ranked = ranker.rank(candidates, context, statistics)
            if variant.fallback and fallback.serving >= 0:
                ranked = put_first(ranked, candidates, fallback.serving)
            if variant.diversity:
                ranked = hybrid.diversify(ranked, recording.k)
            best = lists[number] = ranked.items[: recording.k]
            found = np.flatnonzero(best == step.item)
            ranks[number] = found[0] + 1 if len(found) else 0
            if step.chosen and (step.item != context.last or bool((candidates.items == step.item).any())):
                fallback.learn_one(quality.learn_one(step.item, candidates, best))
                if variant.learns:
                    ranker.learn_one(step.item, candidates, context, statistics)
        if step.chosen:
            seen.touch(step.item, step.at)
    return Replayed(ranks, lists, weights_of(ranker, members))


def weights_of(ranker: LinearRanker, members: Sequence[str]) -> dict[str, tuple[float, ...]]:
    """Return the weights that always apply, by member and `ITEMS`."""
    weights = np.asarray(ranker.dump()["weights"])[0].tolist()
    end = len(members) * SOURCE_FEATURES
    by_member = {
        name: tuple(weights[place * SOURCE_FEATURES : (place + 1) * SOURCE_FEATURES])
        for place, name in enumerate(members)
    }
    return {**by_member, ITEMS: tuple(weights[end:])}
