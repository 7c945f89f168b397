"""The network that bends the linear ranker's blend: its weights, how they learn, and when its order is served."""

from collections.abc import Sequence

import numpy as np

from online_models.arrays.compiled import compiled
from online_models.arrays.state import InvalidState, State, read_array, read_ids, read_number, read_part
from online_models.arrays.types import Values
from online_models.ranking.context_features import CONTEXTS
from online_models.ranking.features import ContextIndices
from online_models.ranking.network.guard import NetworkGuard
from online_models.ranking.network.layout import HIDDEN, inputs_of, learned_rows_of, rows_of

RATE = np.float32(1e-3)
_FIRST, _SECOND = np.float32(0.9), np.float32(0.999)
_EPSILON = np.float32(1e-8)
_SPREAD = 0.25


class RankingNetwork:
    r"""A network with one hidden layer that adds to the linear ranker's score of each of the best candidates.

    .. math:: score(i) = linear(i) + v \cdot \max(0,\ b + \sum_c b_c + W x_i)

    where :math:`c` are the contexts of the request, and :math:`x_i` holds of each source that proposed item :math:`i`
    the logarithm of its score and one over the position, then what is known of the item, as in `LinearRanker`, and the
    linear score, less the greatest, and one over its position. Of the session network, which can score candidates
    that others propose, it also holds the logarithm of the probability among the pool, that less the greatest, and one
    over the position by it. :math:`v` starts at zero: at first nothing is added.

    When a visitor chooses an item of the pool, one step of Adam goes down the gradient of the listwise softmax loss
    over the pool. How much the network adds beyond the linear ranker is judged before it learns (`NetworkGuard`).

    Parameters
    ----------
    sources
        Their names, in the order of the candidates' lines.
    seed
        Of the first weights.

    References
    ----------
    Cheng, H.-T. et al. (2016). Wide & deep learning for recommender systems. DLRS.

    Kingma, D. and Ba, J. (2015). Adam: a method for stochastic optimization. ICLR.

    Examples
    --------
    >>> network = RankingNetwork(["transitions", "popularity"], seed=1)
    >>> network.weights.shape, network.leads((0, 4, 6, 10))
    ((37, 32), False)
    """

    def __init__(self, sources: Sequence[str], seed: int) -> None:
        self._sources = tuple(sources)
        self._seed = seed
        self._reset()

    def _reset(self) -> None:
        rows, inputs = rows_of(len(self._sources)), inputs_of(len(self._sources))
        self.weights: Values = np.zeros((rows, HIDDEN), np.float32)
        """Float32, shape (rows, `HIDDEN`), by `layout`."""
        draws = np.random.default_rng(self._seed)
        self.weights[:inputs] = draws.normal(0, _SPREAD, (inputs, HIDDEN))
        self._means: Values = np.zeros_like(self.weights)
        self._squares: Values = np.zeros_like(self.weights)
        self._steps = 0
        self._guard = NetworkGuard()

    def leads(self, contexts: ContextIndices) -> bool:
        """Tell whether the network's order is served in these contexts."""
        return self._guard.prefers_network(contexts)

    def learn_one(self, contexts: ContextIndices, slopes: Values, gain: float | None) -> None:
        """Take one step down a gradient, and note what the network would have gained; None where nothing was chosen.

        Raises
        ------
        ValueError
            If it is the gradient of a network of another shape.
        """
        if not len(slopes):
            return
        shape = learned_rows_of(len(self._sources)), HIDDEN
        if slopes.shape != shape or not all(0 <= context < len(CONTEXTS) for context in contexts):
            raise ValueError("a gradient of a network with other sources")
        if gain is not None:
            self._guard.learn_one(contexts, gain)
        self._steps += 1
        _descend(self.weights, self._means, self._squares, contexts, slopes, self._steps)

    def dump(self) -> State:
        """Return a copy of the whole state."""
        return {
            "members": list(self._sources),
            "weights": self.weights.copy(),
            "means": self._means.copy(),
            "squares": self._squares.copy(),
            "steps": self._steps,
            "guard": self._guard.dump(),
        }

    def load(self, state: State) -> None:
        """Replace the whole state; that of a network of other sources is dropped, and it starts anew.

        Raises
        ------
        InvalidState
            If it is not the state of a network.
        """
        names = read_ids(state, "members")
        shape = rows_of(len(names)), HIDDEN
        weights, means, squares = (
            read_array(state, name, np.float32, *shape) for name in ("weights", "means", "squares")
        )
        steps = int(read_number(state, "steps"))
        if not all(np.isfinite(array).all() for array in (weights, means, squares)) or (squares < 0).any() or steps < 0:
            raise InvalidState("weights of a network that are not finite")
        guard = NetworkGuard()
        guard.load(read_part(state, "guard"))
        if tuple(names) == self._sources:
            self.weights, self._means, self._squares, self._steps = weights, means, squares, steps
            self._guard = guard
        else:
            self._reset()


@compiled
def _descend(
    weights: Values, means: Values, squares: Values, contexts: ContextIndices, slopes: Values, steps: int
) -> None:
    """Take one step of Adam; contexts that hold take that of the bias, others none."""
    rate = np.float32(RATE * np.sqrt(1 - _SECOND**steps) / (1 - _FIRST**steps))
    rows = len(slopes)
    for row in range(rows):
        _step(weights[row], means[row], squares[row], slopes[row], rate)
    for context in contexts:
        row = rows + context
        _step(weights[row], means[row], squares[row], slopes[rows - 2], rate)


@compiled
def _step(weights: Values, means: Values, squares: Values, slopes: Values, rate: np.float32) -> None:
    for unit in range(HIDDEN):
        slope = slopes[unit]
        means[unit] = _FIRST * means[unit] + (np.float32(1) - _FIRST) * slope
        squares[unit] = _SECOND * squares[unit] + (np.float32(1) - _SECOND) * slope * slope
        weights[unit] -= rate * means[unit] / (np.sqrt(squares[unit]) + _EPSILON)
