"""How many stars a visitor will give an item: drifting biases and matrix factorization, stacked."""

import numpy as np
from numpy.typing import NDArray

from online_models.arrays.compiled import compiled
from online_models.arrays.growth import grown
from online_models.arrays.state import InvalidState, State, read_array, read_number
from online_models.arrays.types import NO_INDEX

Side = NDArray[np.float64]
"""By index the sum of its deviations, how many there are, and their moving mean; shape (indices or more, 3)."""

Vector = NDArray[np.float64]
Matrix = NDArray[np.float64]

FEATURES = 9

_SUM, _COUNT, _MOVING = range(3)
_FIRST_MEAN, _FIRST_COUNT = 3.5, 10.0
_DAMPING = 2.0
_VISITOR_RATE, _ITEM_RATE = 1 / 3, 1 / 20
_FEW = 5.0
_FADING, _L2 = 0.9998, 10.0
_LOWEST, _HIGHEST = 1.0, 5.0


class RatingPrediction:
    r"""Stars that are expected, from what visitors gave so far. It retrieves no candidates.

    The baseline is the mean :math:`\mu` of all stars with a bias of the item and of the visitor,

    .. math::
        b_{ui} = \mu + b_u + b_i, \qquad
        b_i = \frac{\sum_{u} (r_{ui} - \mu - b_u)}{n_i + 2}, \qquad
        b_u = \frac{\sum_{i} (r_{ui} - \mu - b_i)}{n_u + 2}

    Of the same deviations, :math:`d_i` and :math:`d_u` are moving means, to which the newest adds a twentieth of the
    item's and a third of the visitor's: how strictly somebody judges changes from one sitting to the next. With
    :math:`m` for what `Factorization` expects beyond the baseline, and :math:`s = 5 / (5 + n_i)` for how little is
    known of the item,

    .. math:: \hat{r}_{ui} = b_{ui} + \langle w, (1, b_i, b_u, d_i, d_u, m, s, s b_i, s m) \rangle

    The weights are those of a ridge regression on all ratings so far, newer ones weighing more:

    .. math:: w = \arg\min \sum_k 0.9998^{n - k} (r_k - \hat{r}_k)^2 + 10 |w|^2

    A rating of the same visitor and item that does not count among the shared ones (`Influence`) moves the visitor's
    numbers alone. A rating takes constant time.

    Attributes
    ----------
    mean
        Of all stars, starting from ten votes at 3.5.

    References
    ----------
    Koren, Y. (2010). Collaborative filtering with temporal dynamics. Communications of the ACM 53 (4). (Drifting
    biases.)
    Sill, J., Takács, G., Mackey, L. and Lin, D. (2009). Feature-weighted linear stacking. arXiv:0911.0460. (Weights
    that depend on how well an item is known.)

    Examples
    --------
    >>> ratings = RatingPrediction()
    >>> for visitor in range(50):
    ...     for item, stars in ((0, 5.0), (1, 2.0)):
    ...         ratings.learn_one(visitor, item, stars, expected=3.5)
    >>> [round(ratings.predict_one(50, item, expected=3.5)) for item in (0, 1)]
    [5, 2]
    """

    def __init__(self) -> None:
        self._visitors: Side = np.zeros((0, 3))
        self._items: Side = np.zeros((0, 3))
        self.mean, self._count = _FIRST_MEAN, _FIRST_COUNT
        self._gram: Matrix = np.zeros((FEATURES, FEATURES))
        self._moments: Vector = np.zeros(FEATURES)
        self._weights: Vector = np.zeros(FEATURES)
        self._features: Vector = np.zeros(FEATURES)

    def predict_one(self, visitor: int, item: int, expected: float) -> float:
        """Return the stars, 1 to 5, that are expected. Changes nothing.

        Parameters
        ----------
        visitor, item
            Indices; one that is not known, or -1, counts as an average one.
        expected
            The stars that `Factorization` expects.
        """
        baseline = self._describe(visitor, item, expected)
        return min(_HIGHEST, max(_LOWEST, baseline + float(self._features @ self._weights)))

    def learn_one(self, visitor: int, item: int, stars: float, expected: float, *, is_shared: bool = True) -> None:
        """Learn stars; ``expected`` is what `Factorization` expected before it learned them."""
        self._visitors, self._items = grown(self._visitors, visitor + 1), grown(self._items, item + 1)
        if is_shared:
            error = stars - self._describe(visitor, item, expected)
            _add_row(self._gram, self._moments, self._weights, self._features, error)
            self._count += 1
            self.mean += (stars - self.mean) / self._count
        _count(self._visitors, self._items, visitor, item, stars - self.mean, is_shared)

    def merge_visitor(self, source: int, target: int) -> None:
        """Let a visitor have the deviations of another, whose own are erased."""
        if not 0 <= source < len(self._visitors):
            return
        self._visitors = grown(self._visitors, target + 1)
        theirs, own = self._visitors[source].copy(), self._visitors[target]
        moving, count = theirs[_MOVING] * theirs[_COUNT] + own[_MOVING] * own[_COUNT], theirs[_COUNT] + own[_COUNT]
        self._visitors[target] = theirs[_SUM] + own[_SUM], count, moving / max(count, 1.0)
        self.forget_visitor(source)

    def forget_visitor(self, visitor: int) -> None:
        """Erase the visitor's deviations."""
        if 0 <= visitor < len(self._visitors):
            self._visitors[visitor] = 0

    def dump(self) -> State:
        """Return a copy of the whole state."""
        return {
            "visitors": self._visitors.copy(),
            "items": self._items.copy(),
            "mean": self.mean,
            "count": self._count,
            "gram": self._gram.copy(),
            "moments": self._moments.copy(),
        }

    def load(self, state: State) -> None:
        """Replace the whole state. Raises `InvalidState`."""
        visitors, items = (read_array(state, name, np.float64, None, 3) for name in ("visitors", "items"))
        mean, count = float(read_number(state, "mean")), float(read_number(state, "count"))
        gram = read_array(state, "gram", np.float64, FEATURES, FEATURES)
        moments = read_array(state, "moments", np.float64, FEATURES)
        if not all(np.isfinite(numbers).all() for numbers in (visitors, items, mean, count, gram, moments)):
            raise InvalidState("ratings that are not numbers")
        if (visitors[:, _COUNT] < 0).any() or (items[:, _COUNT] < 0).any() or count < _FIRST_COUNT:
            raise InvalidState("less than no ratings")
        if np.linalg.eigvalsh(gram)[0] <= -_L2:
            raise InvalidState("a regression on what cannot have been seen")
        self._visitors, self._items, self.mean, self._count = visitors, items, mean, count
        self._gram, self._moments = gram, moments
        _solve(gram, moments, self._weights)

    def _describe(self, visitor: int, item: int, expected: float) -> float:
        """Write the features of a pair, and return its baseline."""
        return self.mean + _write_features(
            self._visitors, self._items, visitor, item, expected - self.mean, self._features
        )


@compiled
def _bias(side: Side, index: int) -> tuple[float, float, float]:
    """Return an index's damped mean deviation, its moving one, and how many it has."""
    if index == NO_INDEX or index >= len(side):
        return 0.0, 0.0, 0.0
    count = side[index, _COUNT]
    return side[index, _SUM] / (count + _DAMPING), side[index, _MOVING], count


@compiled
def _write_features(visitors: Side, items: Side, visitor: int, item: int, expected: float, features: Vector) -> float:
    """Write the features of a pair, and return both biases together; ``expected`` is above the mean of all."""
    of_visitor, visitor_moving, _ = _bias(visitors, visitor)
    of_item, item_moving, count = _bias(items, item)
    beyond, unknown = expected - of_visitor - of_item, _FEW / (_FEW + count)
    features[0], features[1], features[2] = 1.0, of_item, of_visitor
    features[3], features[4], features[5] = item_moving, visitor_moving, beyond
    features[6], features[7], features[8] = unknown, unknown * of_item, unknown * beyond
    return of_visitor + of_item


@compiled
def _count(visitors: Side, items: Side, visitor: int, item: int, deviation: float, is_shared: bool) -> None:
    """Add a rating's deviation from the mean of all, less the other side's bias, to the visitor's and the item's."""
    of_visitor, of_item = _bias(visitors, visitor)[0], _bias(items, item)[0]
    if visitor != NO_INDEX:
        _add(visitors, visitor, deviation - of_item, _VISITOR_RATE)
    if is_shared:
        _add(items, item, deviation - of_visitor, _ITEM_RATE)


@compiled
def _add(side: Side, index: int, deviation: float, rate: float) -> None:
    side[index, _SUM] += deviation
    side[index, _COUNT] += 1.0
    side[index, _MOVING] += rate * (deviation - side[index, _MOVING])


@compiled
def _add_row(gram: Matrix, moments: Vector, weights: Vector, features: Vector, error: float) -> None:
    """Add one row to the regression, and solve it again."""
    for line in range(FEATURES):
        moments[line] = _FADING * moments[line] + features[line] * error
        for column in range(FEATURES):
            gram[line, column] = _FADING * gram[line, column] + features[line] * features[column]
    _solve(gram, moments, weights)


@compiled
def _solve(gram: Matrix, moments: Vector, weights: Vector) -> None:
    """Write the weights of the ridge regression, by Cholesky's decomposition."""
    lower = np.zeros((FEATURES, FEATURES))
    for line in range(FEATURES):
        for column in range(line + 1):
            rest = gram[line, column] + (_L2 if line == column else 0.0)
            for inner in range(column):
                rest -= lower[line, inner] * lower[column, inner]
            lower[line, column] = np.sqrt(rest) if line == column else rest / lower[column, column]
    for line in range(FEATURES):
        rest = moments[line]
        for inner in range(line):
            rest -= lower[line, inner] * weights[inner]
        weights[line] = rest / lower[line, line]
    for line in range(FEATURES - 1, -1, -1):
        rest = weights[line]
        for inner in range(line + 1, FEATURES):
            rest -= lower[inner, line] * weights[inner]
        weights[line] = rest / lower[line, line]
