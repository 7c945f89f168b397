"""How much the whole shop moves around each item: decayed counts at several half-lives."""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from online_models.feedback import Feedback
from online_models.recommender import Context, InvalidState, Scores, State
from online_models.rows import best, grown
from online_models.state import read_array, read_rows

HOUR = 3_600.0
DAY = 24 * HOUR
WEEK = 7 * DAY
YEAR = 365 * DAY


class Horizon(NamedTuple):
    """A half-life, the window in which a visitor counts once per item, and its weight in the member's answer."""

    half_life: float
    window: float
    weight: float


HORIZONS = (
    Horizon(2 * HOUR, 2 * HOUR, 0.2),
    Horizon(DAY, DAY, 0.3),
    Horizon(WEEK, WEEK, 0.4),
    Horizon(4 * YEAR, WEEK, 0.1),
)
"""Hours, a day, a week, and years: the last is what remains to say when nothing has happened for long."""

_HALF_LIVES = np.array([horizon.half_life for horizon in HORIZONS])
_WEIGHTS = np.array([horizon.weight for horizon in HORIZONS], np.float32)
_WEEK, _LONG = 2, 3
_DAMPING = np.float32(30)
_MIN_FRESH = 0.5
_LEAST = -120.0
_LEADERS = 400
_FEW = 256


class Popularity:
    r"""Exponentially decayed counts, kept as logarithms.

    With half-life :math:`h`, the count of item :math:`i` at time :math:`t` is
    :math:`c_i(t) = \sum_k w_k 2^{-(t - t_k)/h}`. What is stored is

    .. math:: L_i = \log_2 \sum_k w_k 2^{t_k/h}, \qquad c_i(t) = 2^{L_i - t/h}

    so one event costs one addition of logarithms, order does not matter, the order of items never depends on
    :math:`t`, and nothing overflows or vanishes however far apart the events are.

    The answer mixes each item's share of the shop's traffic at every half-life. The shares of the short ones are
    damped by a prior of 30, so that they count only once there is traffic; the longest is not, so that history
    decades old still answers.

    Examples
    --------
    >>> from online_models.events import ItemId, VisitorId
    >>> popularity = Popularity()
    >>> for visitor, item in enumerate([3, 3, 5]):
    ...     feedback = Feedback(VisitorId(str(visitor)), ItemId(str(item)), "view", 1.0, 1e9 + visitor)
    ...     popularity.learn_one(item, feedback, Context(visitor, (), (), feedback.at))
    >>> popularity.score(Context(-1, (), (), now=2e9), limit=1).rows
    array([3], dtype=int32)
    """

    name = "popularity"

    def __init__(self) -> None:
        self._levels: NDArray[np.float64] = np.zeros((0, len(HORIZONS)))
        self._total = np.full(len(HORIZONS), -np.inf)
        self._items = 0
        self._leaders: NDArray[np.intp] = np.zeros(0, np.intp)
        self._touched: set[int] = set()
        self._last: tuple[int, float, NDArray[np.intp], _Measured] | None = None

    def learn_one(self, item: int, feedback: Feedback, context: Context) -> None:
        """Count a positive signal; what the visitor's earlier touch of the item counted already is left out."""
        if feedback.reward <= 0:
            return
        if item >= self._items:
            self._levels = grown(self._levels, item + 1, fill=-np.inf)
            self._items = item + 1
        gained = _log_weights(item, feedback, context)
        if gained is None:
            return
        gained += feedback.at / _HALF_LIVES
        self._last = None
        self._touched.add(item)
        if len(self._touched) > max(_FEW, self._items // 64):
            self._find_leaders()
        self._levels[item] = np.logaddexp2(self._levels[item], gained)
        self._total = np.logaddexp2(self._total, gained)

    def score(self, context: Context, limit: int) -> Scores:
        """Return the items with the largest mixed share of traffic."""
        rows, measured = self._candidates(limit, context.now)
        values = self._shares(measured)
        chosen = best(values, limit)
        return _without_evidence(rows[chosen], values[chosen])

    def trending(self, now: float, limit: int) -> Scores:
        r"""Return the items that get more traffic lately than their long share explains.

        .. math:: z_i = \max_h \frac{c_{i,h} - e_{i,h}}{\sqrt{e_{i,h} + 1}}, \qquad e_{i,h} = C_h c_{i,long}/C_{long}

        for the two shortest half-lives. Items without fresh traffic are not trending, however popular they are.
        """
        rows, (counts, totals, long_share) = self._candidates(limit, now)
        expected = totals[:2, None] * long_share
        surprise = ((counts[:2] - expected) / np.sqrt(expected + 1)).max(axis=0, initial=0)
        surprise[counts[:2].max(axis=0, initial=0) < _MIN_FRESH] = 0
        chosen = best(surprise, limit)
        chosen = chosen[surprise[chosen] > 0]
        return _without_evidence(rows[chosen], surprise[chosen])

    def shares(self, now: float) -> NDArray[np.float32]:
        """Return the mixed share of traffic of every item row known, shape (items,)."""
        return self._shares(self._measured(np.arange(self._items), now))

    def latest(self) -> NDArray[np.float32]:
        """Return an order of all item rows by recent traffic, also where it lies long back: larger is more recent.

        The order is that of the counts at a half-life of a week, whatever the time is; untouched items have 0.
        """
        levels = self._levels[: self._items, _WEEK]
        touched = np.flatnonzero(levels > -np.inf)
        order = np.zeros(self._items, np.float32)
        order[touched[np.argsort(levels[touched], kind="stable")]] = np.arange(1, len(touched) + 1) / len(touched)
        return order

    def forget_visitor(self, visitor: int) -> None:
        """Do nothing: counts do not say who was counted."""

    def dump(self) -> State:
        """Return a copy of the whole state."""
        return {
            "levels": self._levels[: self._items].copy(),
            "total": self._total.copy(),
            "leaders": self._leaders.astype(np.int32),
            "touched": np.array(sorted(self._touched), np.int32),
        }

    def load(self, state: State) -> None:
        """Replace the whole state. Raises `InvalidState`."""
        levels = read_array(state, "levels", np.float64, None, len(HORIZONS))
        total = read_array(state, "total", np.float64, len(HORIZONS))
        leaders = read_rows(state, "leaders", len(levels))
        touched = set(read_rows(state, "touched", len(levels)))
        if np.isnan(levels).any() or np.isnan(total).any():
            raise InvalidState("a popularity that is not a number")
        self._levels, self._total, self._items = levels, total, len(levels)
        self._leaders, self._touched, self._last = np.array(leaders, np.intp), touched, None

    def _candidates(self, limit: int, now: float) -> "tuple[NDArray[np.intp], _Measured]":
        """Return the rows that can be among the first ``limit`` at a half-life, and their counts.

        The order at a half-life does not depend on the time, and only a touched item can pass others. So those who
        led some touches ago and those touched since contain those who lead now.
        """
        if self._last is None or self._last[:2] != (limit, now):
            touched = self._levels[: self._items, _LONG] > -np.inf
            if limit <= _LEADERS:
                near = np.zeros(self._items, np.bool_)
                near[self._leaders] = True
                near[list(self._touched)] = True
                touched &= near
            rows = touched.nonzero()[0]
            self._last = (limit, now, rows, self._measured(rows, now))
        return self._last[2:]

    def _find_leaders(self) -> None:
        near = np.zeros(self._items, np.bool_)
        for levels in np.ascontiguousarray(self._levels[: self._items].T):
            near[best(levels, _LEADERS)] = True
        self._leaders = np.flatnonzero(near)
        self._touched.clear()

    def _measured(self, rows: NDArray[np.intp], now: float) -> "_Measured":
        ages = now / _HALF_LIVES[:_LONG]
        levels = np.ascontiguousarray(self._levels[rows].T)
        total = max(float(self._total[_LONG]), -1e300)
        return _Measured(
            _exp2(levels[:_LONG] - ages[:, None]), _exp2(self._total[:_LONG] - ages), _exp2(levels[_LONG] - total)
        )

    def _shares(self, measured: "_Measured") -> NDArray[np.float32]:
        counts, totals, long_share = measured
        mixed: NDArray[np.float32] = (_WEIGHTS[:_LONG] / (totals + _DAMPING)) @ counts + _WEIGHTS[_LONG] * long_share
        return mixed


class _Measured(NamedTuple):
    """Counts at the shorter half-lives, shape (3, items), their totals, shape (3,), and long shares, shape (items,)."""

    counts: NDArray[np.float32]
    totals: NDArray[np.float32]
    long_share: NDArray[np.float32]


class Trending:
    """What moves now, as a member of its own that reads the counts of `Popularity` and keeps nothing."""

    name = "trending"

    def __init__(self, popularity: Popularity) -> None:
        self._popularity = popularity

    def learn_one(self, item: int, feedback: Feedback, context: Context) -> None:
        """Do nothing: `Popularity` has counted it."""

    def score(self, context: Context, limit: int) -> Scores:
        """Return what is trending at the context's time."""
        return self._popularity.trending(context.now, limit)

    def forget_visitor(self, visitor: int) -> None:
        """Do nothing: nothing is kept."""

    def dump(self) -> State:
        """Return an empty state."""
        return {}

    def load(self, state: State) -> None:
        """Do nothing: nothing is kept."""


def _log_weights(item: int, feedback: Feedback, context: Context) -> NDArray[np.float64] | None:
    """Return the logarithm of what this signal adds at each half-life; None if it adds nothing."""
    for touches in (context.session, context.history):
        for touch in reversed(touches):
            if touch.row == item and touch.reward > 0:
                age = feedback.at - touch.at
                more = feedback.reward - touch.reward
                if more <= 0 and age < HORIZONS[0].window:
                    return None
                within = math.log2(more) if more > 0 else -math.inf
                full = math.log2(feedback.reward)
                return np.array([full if age >= horizon.window else within for horizon in HORIZONS])
    return np.full(len(HORIZONS), math.log2(feedback.reward))


def _without_evidence(rows: NDArray[np.intp], values: NDArray[np.float32]) -> Scores:
    return Scores(rows.astype(np.int32), values, np.full(len(rows), -1, np.int32))


def _exp2(values: NDArray[np.float64]) -> NDArray[np.float32]:
    """Raise 2 to values; all below -120 is nothing: without denormal numbers this is ten times faster."""
    powers: NDArray[np.float32] = np.exp2(np.clip(values, _LEAST, 60).astype(np.float32))
    powers -= np.float32(2.0**_LEAST)
    return powers
