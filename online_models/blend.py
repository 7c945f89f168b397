"""How the members' answers become one: the interface of every blend, and the fixed one."""

from collections.abc import Callable, Mapping
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from online_models.recommender import Context, InvalidState, Rows, Scores, State

Answers = Mapping[str, Scores]
"""What each member said, by its name."""


class Blended(NamedTuple):
    """The blend's answer: shape (k,) each, no row twice, best first, equals in order of row.

    ``carriers`` says for each answer which of ``members`` added most to it, ``evidence`` the row which that member
    named.
    """

    rows: Rows
    values: NDArray[np.float64]
    evidence: Rows
    carriers: NDArray[np.intp]
    members: tuple[str, ...]


class Blend(Protocol):
    """Makes one list of the members' answers."""

    def combine(self, answers: Answers, context: Context, limit: int) -> Blended:
        """Return the best ``limit`` of all answers. Changes nothing."""

    def learn_one(self, item: int, answers: Callable[[], Answers], context: Context) -> None:
        """Learn that the visitor of ``context`` (as it was just before) took row ``item``.

        ``answers`` asks the members what they would have said just before; it costs time, so a blend that does not
        learn does not call it.
        """

    def dump(self) -> State:
        """Return a copy of the whole state."""

    def load(self, state: State) -> None:
        """Replace the whole state. Raises `InvalidState`."""


Weights = Mapping[str, float]

PREFERENCES = "preferences"
"""The name under which declared preferences take part in the blend."""

FIXED_WEIGHTS: tuple[tuple[int, Weights], ...] = (
    (
        5,
        {
            "transitions": 1.0,
            "content": 0.10,
            "factorization": 0.03,
            "trending": 0.02,
            "popularity": 0.02,
            PREFERENCES: 0.1,
        },
    ),
    (
        2,
        {
            "transitions": 1.0,
            "content": 0.12,
            "factorization": 0.03,
            "trending": 0.03,
            "popularity": 0.03,
            PREFERENCES: 0.1,
        },
    ),
    (
        1,
        {
            "transitions": 1.0,
            "content": 0.15,
            "factorization": 0.03,
            "trending": 0.04,
            "popularity": 0.04,
            PREFERENCES: 0.2,
        },
    ),
    (
        0,
        {
            "transitions": 0.5,
            "content": 0.30,
            "factorization": 0.30,
            "trending": 0.20,
            "popularity": 0.40,
            PREFERENCES: 0.50,
        },
    ),
)
"""Weights by the least number of items in the session. What comes next leads as soon as there is a session."""

_RANK_OFFSET = 10.0


class FixedBlend:
    r"""A weighted sum that somebody chose.

    .. math:: score(i) = \sum_m w_m(|s|) \left( \frac{x_m(i)}{\max_j x_m(j)} + \frac{11}{10 + rank_m(i)} \right) / 2

    Half of a member's say is its score against its own best, half its order; so one large score does not hide all
    others of that member.

    Examples
    --------
    >>> said = Scores(np.array([7, 8], np.int32), np.array([2, 1], np.float32), np.array([-1, -1], np.int32))
    >>> blended = FixedBlend().combine({"popularity": said}, Context(-1, (), (), now=0.0), limit=5)
    >>> blended.rows, blended.members[blended.carriers[0]]
    (array([7, 8], dtype=int32), 'popularity')
    """

    def __init__(self, weights: tuple[tuple[int, Weights], ...] = FIXED_WEIGHTS) -> None:
        self._weights = tuple(sorted(weights, key=lambda of_length: -of_length[0]))

    def combine(self, answers: Answers, context: Context, limit: int) -> Blended:
        """Return the best ``limit`` by the weighted sum."""
        length = len(context.session)
        weights = next(weights for least, weights in self._weights if length >= least)
        names = [name for name, said in answers.items() if len(said.rows) and weights.get(name)]
        if not names:
            return Blended(np.empty(0, np.int32), np.empty(0), np.empty(0, np.int32), np.empty(0, np.intp), ())
        said = [answers[name] for name in names]
        lengths = [len(answer.rows) for answer in said]
        rows, places = _union(np.concatenate([answer.rows for answer in said]))
        lines = np.repeat(np.arange(len(names)), lengths)
        parts = np.zeros((len(names), len(rows)))
        parts[lines, places] = np.concatenate([weights[name] * _say(answers[name].values) for name in names])
        total = parts.sum(axis=0)
        order = np.argsort(-total, kind="stable")[:limit]
        lead = parts[:, order].argmax(axis=0)
        evidence = np.full((len(names), len(rows)), -1, np.int32)
        evidence[lines, places] = np.concatenate([answer.evidence for answer in said])
        return Blended(rows[order], total[order], evidence[lead, order], lead, tuple(names))

    def learn_one(self, item: int, answers: Callable[[], Answers], context: Context) -> None:
        """Do nothing."""

    def dump(self) -> State:
        """Return an empty state."""
        return {}

    def load(self, state: State) -> None:
        """Accept an empty state. Raises `InvalidState` for another blend's."""
        if state:
            raise InvalidState("this blend keeps no state")


def _union(together: Rows) -> tuple[Rows, NDArray[np.intp]]:
    """Return the different rows in ascending order, and the place of each among them."""
    place = np.zeros(int(together.max()) + 1, np.intp)
    place[together] = 1
    rows = place.nonzero()[0]
    place[rows] = np.arange(len(rows))
    return rows.astype(np.int32), place[together]


def _say(values: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return a member's say on its own answers, from 0 to 1; equals have the same."""
    falling = -values
    ordered = np.sort(falling)
    low, high = min(0.0, -float(ordered[-1])), -float(ordered[0])
    level = (values - low) / (high - low) if high > low else np.ones(len(values))
    say: NDArray[np.float64] = (level + (_RANK_OFFSET + 1) / (_RANK_OFFSET + 1 + ordered.searchsorted(falling))) / 2
    return say
