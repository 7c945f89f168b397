"""How the members' answers become one list, and how that is learned from what visitors take."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from online_models.arrays.compiled import compiled
from online_models.arrays.state import InvalidState, State, read_array, read_ids
from online_models.arrays.types import Indices, Values
from online_models.catalog.item_statistics import ItemStatistics
from online_models.models.recommender import Candidates
from online_models.ranking.context_features import CONTEXTS, Situation, contexts_of
from online_models.ranking.features import ITEM_FEATURES, MEMBER_FEATURES, Times, ordered, weigh, write_parts
from online_models.ranking.listwise_softmax import descend, gradient_of, slopes_of

ITEMS = "items"
"""The name of the items' own weights in a table of day-one weights; no member may have it."""

LEAD = "transitions"
"""The member whose silence is a situation of its own: it knows what follows the item touched last."""

_RATE, _CONTEXT_RATE = np.float32(0.05), np.float32(0.02)
Contexts = tuple[int, int, int, int]
Facts = tuple[Indices, Values, Values, Times, Times, float, int, Indices, Values]
Weighing = tuple[Values, Contexts, Indices, Values, Values, Times, Times, float, int, Indices, Values]

_PARTS = 1 + len(CONTEXTS)


class Blended(NamedTuple):
    """One list of all answers: shape (k,) each, no row twice, best first, equals in order of row.

    Attributes
    ----------
    rows, values
        Items and scores, int32 and float32. Scores may be negative; only differences mean something.
    carriers
        For each item the place of the member that added most to its score, of those that named it; int32.
    """

    rows: Indices
    values: Values
    carriers: Indices


class LearnedBlend:
    r"""A linear score of what the members say, whose weights depend on the situation and learn from every event.

    .. math:: score(i) = f_i \cdot (w_0 + w_{session} + w_{visitor} + w_{dwell} + w_{last})

    where :math:`f_i` holds, for each member that named item :math:`i` at place :math:`r` with value :math:`v`
    (:math:`M` being its greatest): :math:`1;\ v/M;\ 1/(1+r);\ 1+\ln(v/M+10^{-4})/9.21;\ (v/M)\min(1,\ln(1+M)/3);\
    \max(0, 1+\ln(v+10^{-4})/9.21)`, zeros for a member that did not; and for the item, touched :math:`n` times,
    its traffic, idle time and age: :math:`\ln(1+n)/5;\ e^{-idle/10min};\ e^{-idle/day};\ e^{-age/h};\ e^{-age/week};\
    \ln(1+n\,day/(age+h))/5;\ n\le 2`, whether it is the item touched last, and :math:`\ln(1+x)` for what was shown
    to this visitor :math:`x` times and not taken.

    When a visitor takes item :math:`t`, and it is among the candidates, one step goes down the gradient of
    :math:`-\ln p_t` with :math:`p = softmax(score)`, scaled for each weight by AdaGrad (squares from 1, rates 0.05
    for :math:`w_0` and 0.02 for the others).

    Parameters
    ----------
    members
        Their names, in the order of the answers' rows.
    day_one
        :math:`w_0` to start from: six numbers by member, nine under `ITEMS`. What it lacks starts from zero.

    References
    ----------
    Duchi, J., Hazan, E. and Singer, Y. (2011). Adaptive subgradient methods for online learning and stochastic
    optimization. JMLR 12.

    Cao, Z. et al. (2007). Learning to rank: from pairwise approach to listwise approach (ListNet, whose loss for one
    taken item this is). ICML.

    Examples
    --------
    >>> blend = LearnedBlend(["transitions", "popularity"])
    >>> answers = Candidates(np.array([[7, 8], [9, 7]], np.int32), np.array([[2, 1], [5, 4]], np.float32))
    >>> situation, statistics = Situation(1, False, 5.0, 3, 1.0, now=0.0), ItemStatistics()
    >>> blend.combine(answers, situation, statistics).rows
    array([7, 8, 9], dtype=int32)
    >>> for _ in range(20):
    ...     blend.learn_one(9, answers, situation, statistics)
    >>> blended = blend.combine(answers, situation, statistics)
    >>> blended.rows, blended.carriers
    (array([9, 7, 8], dtype=int32), array([1, 1, 0], dtype=int32))
    """

    def __init__(self, members: Sequence[str], day_one: Mapping[str, Sequence[float]] | None = None) -> None:
        self._members = tuple(members)
        self._lead = self._members.index(LEAD) if LEAD in self._members else 0
        self._blocks = {
            name: slice(place * MEMBER_FEATURES, (place + 1) * MEMBER_FEATURES)
            for place, name in enumerate(self._members)
        }
        width = len(self._members) * MEMBER_FEATURES + ITEM_FEATURES
        self._blocks[ITEMS] = slice(width - ITEM_FEATURES, width)
        self._weights: Values = np.zeros((_PARTS, width), np.float32)
        self._squares: Values = np.ones((_PARTS, width), np.float32)
        for name, weights in (day_one or {}).items():
            if name in self._blocks:
                self._weights[0, self._blocks[name]] = weights

    def combine(self, answers: Candidates, situation: Situation, statistics: ItemStatistics) -> Blended:
        """Return all that any member named, best first. Changes nothing."""
        return Blended(*combined(*self.weighing(answers, situation, statistics), answers.items.size))

    def weighing(self, answers: Candidates, situation: Situation, statistics: ItemStatistics) -> Weighing:
        """Return all that candidates are weighed by: what `combined` takes."""
        return self._weights, self._contexts(answers, situation), *_facts(answers, situation, statistics)

    def parts(self, answers: Candidates, situation: Situation, best: Indices) -> Values:
        """Return what each member adds to the score of each row of a list, shape (rows, members); 0 if nothing."""
        parts = np.empty((len(best), len(self._members)), np.float32)
        weights = _summed(self._weights, self._contexts(answers, situation))
        write_parts(weights, answers.items, answers.scores, best, parts)
        return parts

    def learn_one(self, item: int, answers: Candidates, situation: Situation, statistics: ItemStatistics) -> None:
        """Learn that the visitor took row ``item``. What no member named teaches nothing."""
        self._step(item, False, answers, situation, statistics)

    def learn_dismissed(self, item: int, answers: Candidates, situation: Situation, statistics: ItemStatistics) -> None:
        r"""Learn that the visitor wants anything but row ``item``.

        One step down the gradient of :math:`-\ln(1 - p_{item})`: it is as large as the item was likely, so what the
        blend did not believe in anyway moves nothing, and no dismissal moves more than a taken item does.
        """
        self._step(item, True, answers, situation, statistics)

    def shares(self) -> dict[str, dict[str, float]]:
        """Return by context each member's share of the say, 0 to 1.

        A member's say is what it adds to the item that it puts first, when it is sure; below zero it has none.
        """
        of_members = (self._weights[0] + self._weights[1:])[:, : len(self._members) * MEMBER_FEATURES]
        say = of_members.reshape(len(CONTEXTS), len(self._members), MEMBER_FEATURES).sum(axis=2).clip(0)
        say /= np.maximum(say.sum(axis=1, keepdims=True), 1e-12)
        return {
            context: dict(zip(self._members, line, strict=True))
            for context, line in zip(CONTEXTS, say.tolist(), strict=True)
        }

    def dump(self) -> State:
        """Return a copy of the whole state."""
        return {"members": list(self._members), "weights": self._weights.copy(), "squares": self._squares.copy()}

    def load(self, state: State) -> None:
        """Take over the weights of all members that the state knows; others keep what they start from.

        Raises
        ------
        InvalidState
            If it is not the state of such a blend.
        """
        names = [*read_ids(state, "members"), ITEMS]
        width = (len(names) - 1) * MEMBER_FEATURES + ITEM_FEATURES
        weights, squares = (read_array(state, name, np.float32, _PARTS, width) for name in ("weights", "squares"))
        if not (np.isfinite(weights).all() and np.isfinite(squares).all() and (squares > 0).all()):
            raise InvalidState("weights of a blend that cannot be")
        for place, name in enumerate(names):
            if name in self._blocks:
                block = slice(place * MEMBER_FEATURES, (place + 1) * MEMBER_FEATURES if name != ITEMS else width)
                self._weights[:, self._blocks[name]] = weights[:, block]
                self._squares[:, self._blocks[name]] = squares[:, block]

    def _step(
        self, item: int, against: bool, answers: Candidates, situation: Situation, statistics: ItemStatistics
    ) -> None:
        contexts = self._contexts(answers, situation)
        _learn(self._weights, self._squares, contexts, int(item), against, *_facts(answers, situation, statistics))

    def _contexts(self, answers: Candidates, situation: Situation) -> Contexts:
        return contexts_of(situation, silent=answers.items.item(self._lead, 0) < 0)


def _facts(answers: Candidates, situation: Situation, statistics: ItemStatistics) -> Facts:
    """Return all that candidates are weighed by, but for the weights."""
    return (
        answers.items,
        answers.scores,
        statistics.counts,
        statistics.first,
        statistics.last,
        float(situation.now),
        situation.last,
        situation.ignored_rows,
        situation.ignored,
    )


@compiled
def _summed(weights: Values, contexts: Contexts) -> Values:
    total: Values = weights[0].copy()
    for context in contexts:
        total += weights[1 + context]
    return total


@compiled
def combined(
    weights: Values,
    contexts: Contexts,
    said: Indices,
    values: Values,
    counts: Values,
    first: Times,
    last: Times,
    now: float,
    touched: int,
    ignored_rows: Indices,
    ignored: Values,
    most: int,
) -> tuple[Indices, Values, Indices]:
    """Return rows, values and carriers of the best that any member named: a `Blended`."""
    summed = _summed(weights, contexts)
    found = weigh(summed, said, values, counts, first, last, now, touched, ignored_rows, ignored)
    return ordered(found.rows, found.scores, found.carriers, most)


@compiled
def _learn(
    weights: Values,
    squares: Values,
    contexts: Contexts,
    item: int,
    against: bool,
    said: Indices,
    values: Values,
    counts: Values,
    first: Times,
    last: Times,
    now: float,
    touched: int,
    ignored_rows: Indices,
    ignored: Values,
) -> None:
    summed = _summed(weights, contexts)
    found = weigh(summed, said, values, counts, first, last, now, touched, ignored_rows, ignored)
    target = -1
    for place in range(len(found.rows)):
        if found.rows[place] == item:
            target = place
    if target < 0:
        return
    gradient = gradient_of(found, slopes_of(found.scores, target, against))
    descend(weights[0], squares[0], gradient, _RATE)
    for context in contexts:
        descend(weights[1 + context], squares[1 + context], gradient, _CONTEXT_RATE)
