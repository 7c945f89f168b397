"""A linear item model in closed form, solved anew each half day of the data from what came before."""

import math
from collections import deque
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cho_factor, cho_solve
from scipy.sparse import csr_array

from online_models.arrays.selection import select
from online_models.arrays.types import Indices, Values
from online_models.models.recommender import Model
from online_models.schema.feedback import Feedback
from online_models.visitors.context import Context

DAY = 86_400.0
MOST_ITEMS, KEPT = 5_000, 100
MOST_SESSIONS = 60_000
FIRST_SIGNALS = 1_000

Matrix = NDArray[np.float32]
Session = tuple[list[int], float]


@dataclass(frozen=True, slots=True)
class LinearSettings:
    """What the linear model is solved from.

    Attributes
    ----------
    whole
        Weight of whole sessions (SLIS); the rest is that of what follows what in them (SLIT).
    ridge
        Of the squares of the weights.
    own_weight
        Whether an item may speak for itself, as it does where visitors come back; without it and with ``whole`` of 1 it
        is EASE.
    decay
        Items after which one counts for 1/e, in a session that is learned and in the visitor's.
    longest
        Items of a session; a longer one is cut into pieces.
    history
        Whether all of a visitor's items speak, or those of the present session alone.
    age
        Seconds after which a session counts for 1/e.
    """

    whole: float = 0.5
    ridge: float = 200.0
    own_weight: bool = True
    decay: float = 2.0
    longest: int = 20
    history: bool = False
    age: float = 14 * DAY


SLIST = LinearSettings()
EASE = LinearSettings(whole=1.0, own_weight=False, decay=20.0, longest=100, history=True)


class LinearItems(Model):
    r"""Item-to-item weights :math:`B` that best foretell sessions by a linear map.

    .. math:: B = (\alpha X^T X + (1 - \alpha) S^T S + \lambda I)^{-1} (\alpha X^T X + (1 - \alpha) S^T T)

    with :math:`X` the sessions, and :math:`S`, :math:`T` what came before and after each of their steps, all weighed by
    age and distance. The busiest 5,000 items take part, and the 100 largest weights of each are kept.

    References
    ----------
    Choi, M. et al. (2021). Session-aware linear item-item models for session-based recommendation (SLIST). WWW.
    Steck, H. (2019). Embarrassingly shallow autoencoders for sparse data (EASE). WWW.
    """

    names = ("linear_items",)

    def __init__(self, settings: LinearSettings = SLIST, pause: float = DAY / 2) -> None:
        self._settings = settings
        self._pause = pause
        self._sessions: deque[Session] = deque(maxlen=MOST_SESSIONS)
        self._open: dict[int, list[int]] = {}
        self._signals = self._solved_signals = 0
        self._solved_at = -math.inf
        self._rows: Indices = np.empty(0, np.int32)
        self._items: Indices = np.empty(0, np.int32)
        self._near = np.empty((0, 0), np.int32)
        self._weights: Values = np.empty((0, 0), np.float32)

    def learn_one(self, item: int, feedback: Feedback, context: Context) -> None:
        """Solve if it is time, from what came before; then note the signal."""
        if not feedback.chosen:
            return
        self._solve_if_due(feedback.at)
        session = self._open.get(context.visitor)
        if session is None or not context.session_length or len(session) == self._settings.longest:
            session = self._open[context.visitor] = session[-1:] if session and context.session_length else []
            self._sessions.append((session, feedback.at))
        if session[-1:] != [item]:
            session.append(item)
        self._signals += 1

    def walk(self, item: int, feedback: Feedback, context: Context) -> None:
        """Solve once more where learning ends."""
        self._solve_if_due(math.inf)

    def retrieve(self, context: Context, items: Indices, scores: Values) -> None:
        """Write what the weights of the visitor's last items add up to."""
        recent = (context.items if self._settings.history else context.recent_items)[::-1]
        known = (recent < len(self._rows)).nonzero()[0]
        rows = self._rows[recent[known]]
        shares = np.exp(-known[rows >= 0] / self._settings.decay).astype(np.float32)
        rows = rows[rows >= 0]
        if len(rows):
            weights = shares[:, None] * self._weights[rows]
            totals = np.bincount(self._near[rows].ravel(), weights.ravel(), len(self._items)).astype(np.float32)
            found = np.flatnonzero(totals > 0)
            found_items = self._items[found]
            order = np.argsort(found_items)
            select(found_items[order], totals[found[order]], len(order), context.excluded, items[0], scores[0])

    def _solve_if_due(self, now: float) -> None:
        if now >= self._solved_at + self._pause and self._signals > max(self._solved_signals, FIRST_SIGNALS):
            self._solved_signals = self._signals
            self._solved_at = min(now, self._sessions[-1][1])
            self._solve(self._solved_at)

    def _solve(self, now: float) -> None:
        sessions = [(session, at) for session, at in self._sessions if len(session) > 1]
        if not sessions:
            return
        chosen = np.concatenate([session for session, _ in sessions]).astype(np.int64)
        counts = np.bincount(chosen)
        busiest = np.argsort(-counts, kind="stable")[: min(MOST_ITEMS, int((counts > 0).sum()))]
        rows = np.full(len(counts), -1, np.int32)
        rows[busiest] = np.arange(len(busiest), dtype=np.int32)
        weights = solve_sessions(sessions, rows, now, self._settings)
        kept = min(KEPT, len(busiest))
        near = np.argpartition(-weights, kept - 1, axis=1)[:, :kept].astype(np.int32)
        self._weights = np.maximum(np.take_along_axis(weights, near, axis=1), 0)
        self._rows, self._items, self._near = rows, busiest.astype(np.int32), near


class _Cells:
    """A sparse matrix as it is written, row by row."""

    def __init__(self) -> None:
        self._rows: list[int] = []
        self._columns: list[int] = []
        self._values: list[float] = []
        self._count = 0

    def put(self, cells: dict[int, float], weight: float) -> None:
        self._rows += [self._count] * len(cells)
        self._columns += cells
        self._values += [weight * value for value in cells.values()]
        self._count += 1

    def matrix(self, columns: int) -> csr_array:
        values = np.array(self._values, np.float32)
        return csr_array((values, (self._rows, self._columns)), shape=(self._count, columns))


def solve_sessions(sessions: list[Session], rows: Indices, now: float, settings: LinearSettings) -> Matrix:
    """Return the weights, shape (n, n): row by the item that speaks, column by the one it speaks for.

    ``rows`` says of each item its row, -1 where it takes no part.
    """
    items, share = int(rows.max()) + 1, settings.whole
    whole, before, after = (cells.matrix(items) for cells in _written(sessions, rows, now, settings))
    together = share * (whole.T @ whole).toarray()
    gram = together + (1 - share) * (before.T @ before).toarray()
    target = together + (1 - share) * (before.T @ after).toarray()
    gram[np.diag_indices(items)] += settings.ridge
    factor = cho_factor(gram.astype(np.float32), lower=True, overwrite_a=True)
    if settings.own_weight:
        weights: Matrix = cho_solve(factor, target.astype(np.float32), overwrite_b=True)
        return weights
    inverse: Matrix = cho_solve(factor, np.eye(items, dtype=np.float32), overwrite_b=True)
    weights = inverse @ target.astype(np.float32)
    shares = (np.diag(weights) / np.diag(inverse)).astype(np.float32)
    weights -= inverse * shares
    return weights


def _written(sessions: list[Session], rows: Indices, now: float, settings: LinearSettings) -> tuple[_Cells, ...]:
    whole, before, after = _Cells(), _Cells(), _Cells()
    for session, at in sessions:
        items = [row for row in rows[session].tolist() if row >= 0]
        weight = math.exp((at - now) / settings.age / 2)
        whole.put(dict.fromkeys(items, 1.0), weight)
        for step in range(1, len(items) if settings.whole < 1 else 0):
            # Of an item that comes twice, the nearest counts: it is written last.
            past = {item: math.exp((place - step + 1) / settings.decay) for place, item in enumerate(items[:step])}
            coming = reversed(list(enumerate(items[step:])))
            future = {item: math.exp(-place / settings.decay) for place, item in coming}
            before.put(past, weight)
            after.put(future, weight)
    return whole, before, after
