"""Taste of known visitors: River's matrix factorization over contiguous factors."""

from copy import deepcopy

import numpy as np
from river import optim, stats

from online_models.factors import Factors
from online_models.feedback import Feedback
from online_models.recommender import Context, Scores, State, no_scores
from online_models.rows import best
from online_models.state import read_number, read_part, read_rows

FACTORS = 16
_LEARNING_RATE = 0.02
_L2 = 0.02
_CLIP = 4.0


class RowwiseMF:
    """River's `reco.BiasedMF`, with its weights in rows of arrays instead of dictionaries of vectors.

    Loss, optimizers and running mean are River's own, and a test holds every step against `river.reco.BiasedMF`.
    Rows must have been added to their side before.

    Parameters
    ----------
    visitors, items
        The weights of the two sides.
    optimizer
        Makes the steps; copied for each kind of weight, as River does.
    l2
        How strongly weights are pulled to zero.
    clip
        The largest gradient of the loss that is followed.
    """

    def __init__(
        self, visitors: Factors, items: Factors, optimizer: optim.SGD, l2: float = _L2, clip: float = _CLIP
    ) -> None:
        self.visitors = visitors
        self.items = items
        self.global_mean = stats.Mean()
        self._loss = optim.losses.Squared()
        self._visitor_biases, self._item_biases = deepcopy(optimizer), deepcopy(optimizer)
        self._visitor_latents, self._item_latents = deepcopy(optimizer), deepcopy(optimizer)
        self._l2 = l2
        self._clip = clip

    def predict_one(self, visitor: int, item: int) -> float:
        """Return the expected reward of two known rows."""
        return float(
            self.global_mean.get()
            + self.visitors.biases.item(visitor)
            + self.items.biases.item(item)
            + self.visitors.latents[visitor].dot(self.items.latents[item])
        )

    def learn_one(self, visitor: int, item: int, reward: float) -> None:
        """Make one step."""
        self.global_mean.update(reward)
        slope = self._loss.gradient(reward, self.predict_one(visitor, item))
        slope = max(-self._clip, min(self._clip, slope))
        _step_bias(self.visitors, visitor, slope, self._visitor_biases, self._l2)
        _step_bias(self.items, item, slope, self._item_biases, self._l2)
        mine, its = self.visitors.latents[visitor], self.items.latents[item]
        mine_slope = slope * its + self._l2 * mine
        its_slope = slope * mine + self._l2 * its
        self._visitor_latents.step(mine, mine_slope)
        self._item_latents.step(its, its_slope)


class Factorization:
    r"""River's matrix factorization (`RowwiseMF`) as a member of the hybrid.

    .. math:: \hat{y}(u, i) = \bar{y} + b_u + b_i + \langle v_u, v_i \rangle

    All items are ranked by one product of matrix and vector. Two habits of `river.reco.BiasedMF` are kept from
    happening here: a question about an unknown id is answered without adding it, and a new id's factors are drawn
    from the seed and the id alone, so that they do not depend on who came before.

    The target is the graded reward: -3 to 5 for one to five stars (the stars on another scale, so that ratings stay
    what they are), 1 for a view, 3 for the basket, 5 for a purchase. Views and purchases say nothing of what a
    visitor does not like, so after each such signal one item that others chose, drawn by a hash of the
    count of events, is learned as 0.

    Parameters
    ----------
    factors
        Length of the latent vectors.
    seed
        Of the first factors and of the draws.

    References
    ----------
    Koren, Y., Bell, R. and Volinsky, C. (2009). Matrix factorization techniques for recommender systems. Computer 42.

    Examples
    --------
    >>> from online_models.events import ItemId, VisitorId
    >>> mf = Factorization()
    >>> for at, (visitor, item) in enumerate([(0, 0), (0, 1), (1, 0)] * 40):
    ...     feedback = Feedback(VisitorId(f"v{visitor}"), ItemId(f"i{item}"), "purchase", 5.0, float(at))
    ...     mf.learn_one(item, feedback, Context(visitor, (), (), float(at)))
    >>> mf.score(Context(0, (), (), now=0.0), limit=5).rows
    array([0, 1], dtype=int32)
    """

    name = "factorization"

    def __init__(self, factors: int = FACTORS, seed: int = 0) -> None:
        self._steps = 0
        self._chosen: list[int] = []
        self._items = Factors(factors, seed)
        self._visitors = Factors(factors, seed + 1)
        self._model = RowwiseMF(self._visitors, self._items, optim.SGD(_LEARNING_RATE))

    def learn_one(self, item: int, feedback: Feedback, context: Context) -> None:
        """Let River make one step for the signal and, if it was implicit, one for an item not chosen."""
        visitor = context.visitor
        if self._items.add(item, feedback.item):
            self._chosen.append(item)
        self._visitors.add(visitor, feedback.visitor)
        self._model.learn_one(visitor, item, feedback.reward)
        self._steps += 1
        if feedback.rating is None and feedback.reward > 0:
            other = self._chosen[_scrambled(self._steps) % len(self._chosen)]
            if other != item:
                self._model.learn_one(visitor, other, 0.0)

    def score(self, context: Context, limit: int) -> Scores:
        """Return the items of the largest expected reward; nothing for a visitor never learned from."""
        visitor = context.visitor
        if not self._visitors.knows(visitor):
            return no_scores()
        expected = self._items.expected(self._visitors.latents[visitor])
        rows = best(expected, limit)
        rows = rows[np.isfinite(expected[rows])]
        values = expected[rows] + np.float32(self._model.global_mean.get() + self._visitors.biases[visitor])
        return Scores(rows.astype(np.int32), values, np.full(len(rows), -1, np.int32))

    def forget_visitor(self, visitor: int) -> None:
        """Erase the visitor's factors."""
        self._visitors.remove(visitor)

    def dump(self) -> State:
        """Return a copy of the whole state."""
        return {
            "items": self._items.dump(),
            "visitors": self._visitors.dump(),
            "mean": float(self._model.global_mean.get()),
            "count": float(self._model.global_mean.n),
            "steps": self._steps,
            "chosen": np.array(self._chosen, np.int32),
        }

    def load(self, state: State) -> None:
        """Replace the whole state. Raises `InvalidState`."""
        mean, count = stats.Mean(), read_number(state, "count")
        if count > 0:
            mean.update(read_number(state, "mean"), count)
        steps = int(read_number(state, "steps"))
        self._items.load(read_part(state, "items"))
        self._visitors.load(read_part(state, "visitors"))
        self._steps, self._chosen = steps, read_rows(state, "chosen", self._items.span)
        self._model.global_mean = mean


def _step_bias(side: Factors, row: int, slope: float, optimizer: optim.SGD, l2: float) -> None:
    bias = side.biases.item(row)
    side.biases[row] = bias - optimizer.learning_rate * (slope + l2 * bias)
    optimizer.n_iterations += 1


def _scrambled(number: int) -> int:
    """Mix the bits of a number (the finalizer of SplitMix64)."""
    mask = (1 << 64) - 1
    mixed = (number + 0x9E3779B97F4A7C15) & mask
    mixed = ((mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9) & mask
    mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) & mask
    return mixed ^ (mixed >> 31)
