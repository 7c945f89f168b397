"""The blend of a recording again, with parts left out: what a part adds is what is lost without it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.recording import Recording
from online_models.catalog.item_statistics import ItemStatistics
from online_models.models.recommender import Candidates
from online_models.ranking.context_features import Situation
from online_models.ranking.fallback_to_best_model import Guard
from online_models.ranking.features import MEMBER_FEATURES
from online_models.ranking.linear_ranker import ITEMS, Contexts, LearnedBlend
from online_models.ranking.live_quality import Quality
from online_models.ranking.prior_weights import DAY_ONE
from online_models.slate.arrangement import led_by

_ALWAYS: Contexts = (0, 4, 6, 10)


class _SameWeightsAlways(LearnedBlend):
    """A blend to which all situations are one. Weights learn as fast as else."""

    def _contexts(self, answers: Candidates, situation: Situation) -> Contexts:
        return _ALWAYS


@dataclass(frozen=True, slots=True)
class Variant:
    """A blend with something left out.

    Attributes
    ----------
    silenced
        Members that say nothing.
    contexts, item_features, guard, learns
        Whether it has that part.
    day_one
        The weights that it starts from.
    """

    silenced: frozenset[str] = frozenset()
    contexts: bool = True
    item_features: bool = True
    guard: bool = True
    learns: bool = True
    day_one: Mapping[str, Sequence[float]] | None = None


WHOLE = Variant(day_one=DAY_ONE)


@dataclass(frozen=True, slots=True)
class Replayed:
    """What a variant did on a recording.

    Attributes
    ----------
    ranks
        Place of the right item in the list before each step, from 1; 0 where it was not.
    weights
        Those for every situation, as they were in the end, by member and `ITEMS`.
    """

    ranks: NDArray[np.int16]
    weights: dict[str, tuple[float, ...]]


def replay(recording: Recording, variant: Variant) -> Replayed:
    """Walk a recording with another blend."""
    blend = (LearnedBlend if variant.contexts else _SameWeightsAlways)(recording.members, variant.day_one)
    guard, quality = Guard(len(recording.members)), Quality(recording.members)
    seen, nothing = ItemStatistics(), ItemStatistics()
    silenced = frozenset(place for place, name in enumerate(recording.members) if name in variant.silenced)
    ranks = np.zeros(len(recording.steps), np.int16)
    for place, step in enumerate(recording.steps):
        if step.question is not None:
            situation, answers = step.question.situation, step.question.answers(len(recording.members), silenced)
            statistics = seen if variant.item_features else nothing
            blended = blend.combine(answers, situation, statistics)
            if variant.guard and guard.serving >= 0:
                blended = led_by(blended, answers, guard.serving)
            best = blended.rows[: recording.k]
            found = np.flatnonzero(best == step.item)
            ranks[place] = found[0] + 1 if len(found) else 0
            if step.chosen and (step.item != situation.last or bool((answers.items == step.item).any())):
                guard.learn_one(quality.learn_one(step.item, answers, best))
                if variant.learns:
                    blend.learn_one(step.item, answers, situation, statistics)
        if step.chosen:
            seen.touch(step.item, step.at)
    return Replayed(ranks, weights_of(blend, recording.members))


def weights_of(blend: LearnedBlend, members: Sequence[str]) -> dict[str, tuple[float, ...]]:
    """Return a blend's weights for every situation, by member and `ITEMS`."""
    weights = np.asarray(blend.dump()["weights"])[0].tolist()
    end = len(members) * MEMBER_FEATURES
    by_member = {
        name: tuple(weights[place * MEMBER_FEATURES : (place + 1) * MEMBER_FEATURES])
        for place, name in enumerate(members)
    }
    return {**by_member, ITEMS: tuple(weights[end:])}
