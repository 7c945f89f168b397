"""Taste of known visitors: River's matrix factorization, its weights in arrays."""

import numpy as np
from numpy.typing import NDArray

from online_models.arrays.compiled import compiled
from online_models.arrays.draws import draw
from online_models.arrays.growth import grown
from online_models.arrays.state import InvalidState, State, read_array, read_number, read_part
from online_models.arrays.types import Indices, Values
from online_models.models.factors.factor_index import INDEX_SIZE, Copies, FactorIndex, copy_factors
from online_models.models.factors.latent_factors import LatentFactors
from online_models.models.recommender import Model
from online_models.schema.feedback import Feedback
from online_models.visitors.context import Context

Sides = tuple[Values, Values, Values, Values]
"""Biases and latent vectors of the visitors, then those of the items."""

FACTORS = 16
_RATE = 0.025
_L2 = 0.02
# The slope of an error of the whole scale, eight: nothing is cut off but what would run away.
_CLIP = 16.0
_MOST_TRAINED = 2**16 - 1
# A rating's reward is twice its stars less five.
_REWARD_OF_A_STAR, _NO_STARS = 2.0, 5.0


class RowwiseMF:
    """River's `reco.BiasedMF` at a constant learning rate, with its weights in arrays instead of dictionaries.

    The step is compiled; a test compares every step with River's. Visitors and items must have been added before.

    Parameters
    ----------
    visitors, items
        The weights of the two sides.
    rate
        The learning rate.
    l2
        How strongly weights are pulled to zero.
    clip
        The largest gradient of the squared loss that is followed.

    Attributes
    ----------
    mean, count
        Of all rewards.
    """

    def __init__(
        self, visitors: LatentFactors, items: LatentFactors, rate: float = _RATE, l2: float = _L2, clip: float = _CLIP
    ) -> None:
        self.visitors, self.items = visitors, items
        self.mean = self.count = 0.0
        self._settings = rate, l2, clip

    def predict_one(self, visitor: int, item: int) -> float:
        """Return the expected reward of a known visitor and item."""
        return float(
            self.mean
            + self.visitors.biases.item(visitor)
            + self.items.biases.item(item)
            + self.visitors.latents[visitor].dot(self.items.latents[item])
        )

    def learn_one(self, visitor: int, item: int, reward: float, *, is_shared: bool = True) -> None:
        """Make one step. One that is not ``is_shared`` moves the visitor's weights alone."""
        _descend(self._sides(), visitor, item, self._offset(reward, is_shared), self._settings, float(is_shared))

    def learn_two(
        self, visitor: int, item: int, reward: float, other: int, copies: Copies, *, is_shared: bool = True
    ) -> None:
        """Make one step for an item and one for another, unless it is the same, with a reward of 0; copy both."""
        offset = self._offset(reward, is_shared)
        offsets = offset, self._offset(0.0, is_shared) if other != item else offset
        _descend_twice(self._sides(), copies, visitor, item, other, offsets, self._settings, float(is_shared))

    def _sides(self) -> Sides:
        visitors, items = self.visitors, self.items
        return visitors.biases, visitors.latents, items.biases, items.latents

    def _offset(self, reward: float, is_shared: bool) -> float:
        """Count a reward, if it is shared, and return the mean less it."""
        if is_shared:
            self.count += 1
            self.mean += (1 / self.count) * (reward - self.mean)
        return self.mean - reward


@compiled
def _descend(
    sides: Sides, visitor: int, item: int, offset: float, settings: tuple[float, float, float], share: float
) -> None:
    """Follow the gradient of the squared loss; ``offset`` is the mean less the reward, ``share`` the item's part."""
    (biases, latents, item_biases, item_latents), (rate, l2, clip) = sides, settings
    error = offset + biases[visitor] + item_biases[item]
    for factor in range(latents.shape[1]):
        error += latents[visitor, factor] * item_latents[item, factor]
    slope = max(-clip, min(clip, 2 * error))
    biases[visitor] -= rate * (slope + l2 * biases[visitor])
    item_biases[item] -= share * rate * (slope + l2 * item_biases[item])
    for factor in range(latents.shape[1]):
        mine, its = latents[visitor, factor], item_latents[item, factor]
        latents[visitor, factor] = mine - rate * (slope * its + l2 * mine)
        item_latents[item, factor] = its - share * rate * (slope * mine + l2 * its)


@compiled
def _descend_twice(
    sides: Sides,
    copies: Copies,
    visitor: int,
    item: int,
    other: int,
    offsets: tuple[float, float],
    settings: tuple[float, float, float],
    share: float,
) -> None:
    """Descend for an item, then for another, and copy their factors into the index."""
    _, _, item_biases, item_latents = sides
    _descend(sides, visitor, item, offsets[0], settings, share)
    if other != item:
        _descend(sides, visitor, other, offsets[1], settings, share)
        copy_factors(copies, item_latents, item_biases, other)
    copy_factors(copies, item_latents, item_biases, item)


class Factorization(Model):
    r"""River's matrix factorization (`RowwiseMF`) as a member of the hybrid.

    .. math:: \hat{y}(u, i) = \bar{y} + b_u + b_i + \langle v_u, v_i \rangle

    The answer's values are :math:`e^{b_i + \langle v_u, v_i \rangle}`: what is the same for all items is left out.
    A bounded number of items is scored, those learned most recently (`FactorIndex`): all, in a shop of up to 8,192.
    Two habits of `river.reco.BiasedMF` are kept from happening here: a question about an unknown id is answered
    without adding it, and a new id's factors are drawn from the seed and the id alone, so that they do not depend on
    who came before.

    The target is the graded reward: -3 to 5 for one to five stars (the stars on another scale, so that ratings stay
    what they are), 1 for a view, 3 for the basket, 5 for a purchase. Views and purchases say nothing of what a
    visitor does not like, so after each such signal one item of the index, drawn by a hash of the count of events, is
    learned as 0.

    Parameters
    ----------
    factors
        Length of the latent vectors.
    seed
        Of the first factors.
    index_size
        So many items are scored at most.

    References
    ----------
    Koren, Y., Bell, R. and Volinsky, C. (2009). Matrix factorization techniques for recommender systems. Computer 42.

    Examples
    --------
    >>> from online_models.schema.events import ItemId, VisitorId
    >>> from online_models.models.recommender import retrieve
    >>> from online_models.visitors.context import nothing_known
    >>> mf = Factorization()
    >>> for at, (visitor, item) in enumerate([(0, 0), (1, 0), (1, 1)] * 40):
    ...     feedback = Feedback(VisitorId(f"v{visitor}"), ItemId(f"i{item}"), "purchase", 5.0, float(at))
    ...     mf.learn_one(item, feedback, nothing_known(float(at), visitor))
    >>> retrieve(mf, nothing_known(now=0.0, visitor=0), limit=3).items
    array([[ 0,  1, -1]], dtype=int32)
    """

    names = ("factorization",)

    def __init__(self, factors: int = FACTORS, seed: int = 0, index_size: int = INDEX_SIZE) -> None:
        self._steps = 0
        self._items = LatentFactors(factors, seed)
        self._index = FactorIndex(self._items, index_size)
        self._visitors = LatentFactors(factors, seed + 1)
        self._trained: NDArray[np.uint16] = np.zeros(0, np.uint16)
        self._model = RowwiseMF(self._visitors, self._items)

    def learn_one(self, item: int, feedback: Feedback, context: Context) -> None:
        """Make one step for the signal and, if it was implicit, one for an item not chosen.

        Items' weights are shared: each kind of signal moves them once for each visitor, item and window.
        """
        visitor, is_shared = context.visitor, context.influence.trains
        self._items.add(item, feedback.item)
        if self._visitors.add(visitor, feedback.visitor):
            self._trained = grown(self._trained, visitor + 1)
        if self._trained.item(visitor) < _MOST_TRAINED:
            self._trained[visitor] += 1
        self._index.add(item)
        self._steps += 1
        other = item
        if feedback.rating is None and feedback.reward > 0:
            other = self._index.items.item(draw(self._steps, self._index.count))
        self._model.learn_two(visitor, item, feedback.reward, other, self._index.copies, is_shared=is_shared)

    def retrieve(self, context: Context, items: Indices, scores: Values) -> None:
        """Write the items of the largest expected reward; nothing for a visitor never learned from."""
        if self._visitors.knows(context.visitor):
            self._index.retrieve(self._visitors.latents[context.visitor], context.excluded, items[0], scores[0])

    def expected_rating(self, visitor: int, item: int) -> float | None:
        """Return the stars, 1 to 5, that the visitor is expected to give; None where neither index is known.

        An index that is not known counts as an average one.
        """
        knows_visitor, knows_item = self._visitors.knows(visitor), self._items.knows(item)
        if knows_visitor and knows_item:
            reward = self._model.predict_one(visitor, item)
        elif knows_visitor or knows_item:
            known = self._visitors.biases.item(visitor) if knows_visitor else self._items.biases.item(item)
            reward = self._model.mean + known
        else:
            return None
        return min(5.0, max(1.0, (reward + _NO_STARS) / _REWARD_OF_A_STAR))

    def merge_visitor(self, source: int, context: Context) -> None:
        """Give the visitor the mean of both indices' factors, each weighing as many signals as it has learned."""
        target = context.visitor
        if not self._visitors.knows(source):
            return
        self._trained = grown(self._trained, target + 1)
        theirs, own = self._trained.item(source), self._trained.item(target)
        self._visitors.merge(source, target, theirs / (theirs + own))
        self._trained[target], self._trained[source] = min(theirs + own, _MOST_TRAINED), 0

    def forget_visitor(self, visitor: int) -> None:
        """Erase the visitor's factors."""
        if self._visitors.knows(visitor):
            self._visitors.remove(visitor)
            self._trained[visitor] = 0

    def dump(self) -> State:
        """Return a copy of the whole state."""
        return {
            "items": self._items.dump(),
            "visitors": self._visitors.dump(),
            "trained": self._trained[: self._visitors.span].copy(),
            "index": self._index.dump(),
            "mean": self._model.mean,
            "count": self._model.count,
            "steps": self._steps,
        }

    def load(self, state: State) -> None:
        """Replace the whole state. Raises `InvalidState`."""
        mean, count, steps = (read_number(state, name) for name in ("mean", "count", "steps"))
        self._items.load(read_part(state, "items"))
        self._visitors.load(read_part(state, "visitors"))
        self._index.load(read_part(state, "index"))
        trained = read_array(state, "trained", np.uint16, self._visitors.span)
        if not np.array_equal(trained > 0, self._visitors.biases > -np.inf):
            raise InvalidState("visitors that learned nothing, or nobody's learning")
        self._trained, self._steps = trained, int(steps)
        self._model.mean, self._model.count = float(mean), float(count)
