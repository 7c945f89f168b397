"""How good the slates are that visitors really had, and those that each source alone would have made."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from online_models.arrays.compiled import compiled
from online_models.arrays.state import InvalidState, State, read_array, read_ids, read_number
from online_models.arrays.types import Indices, Values
from online_models.models.recommender import Candidates
from online_models.ranking.click_model import ClickModel
from online_models.schema.keyspace import RANKING_LENGTH
from online_models.schema.messages import MemberQuality, ModelQuality

POSITIONS = 20
WINDOW = 2_000
"""Events over which quality is measured."""

_SILENT = -1
_MISSED = 0

Ranks = NDArray[np.int8]
"""Ranks of one item: in the list served, then in that of each source alone."""


class LiveQuality:
    """Test, then learn: each slate is judged by the item that the visitor chose next, before anything learns of it.

    The figures are those of a sliding window of the last 2,000 events that followed a slate.

    Parameters
    ----------
    sources
        Their names, in the order of the candidates' lines.

    References
    ----------
    Gama, J., Sebastião, R. and Rodrigues, P. (2013). On evaluating stream learning algorithms (prequential
    evaluation). Machine Learning 90.

    Examples
    --------
    >>> quality = LiveQuality(["transitions"])
    >>> candidates = Candidates(np.array([[7, 8]], np.int32), np.array([[2, 1]], np.float32))
    >>> quality.learn_one(8, candidates, np.array([8, 7], np.int32)).round(3)
    array([1.   , 0.631], dtype=float32)
    >>> report = quality.report({}, "hybrid", ClickModel(["transitions"]))
    >>> report.hybrid.mrr, report.members[0].mrr
    (1.0, 0.5)
    """

    def __init__(self, sources: Sequence[str]) -> None:
        self._sources = tuple(sources)
        self._ranks: Ranks = np.full((WINDOW, 1 + len(self._sources)), _SILENT, np.int8)
        self._judged = 0
        self._hits = 0

    def learn_one(self, item: int, candidates: Candidates, served: Indices) -> Values:
        """Judge a slate by the item that the visitor chose next.

        Parameters
        ----------
        item
            What was chosen.
        candidates
            What the sources had proposed.
        served
            The items of the slate, best first.

        Returns
        -------
        Values
            NDCG at 20 of the slate served, and of each source alone: shape (1 + sources,).
        """
        return self.note(self.ranks(item, candidates, served))

    def ranks(self, item: int, candidates: Candidates, served: Indices) -> Ranks:
        """Return the rank of an item in the list served and in that of each source alone. Changes nothing.

        From 1; 0 if it is not among the first 20, or as many as were served if those are fewer; -1 where the list is
        empty. Shape (1 + sources,).
        """
        ranks: Ranks = np.empty(1 + len(self._sources), np.int8)
        _write_ranks(int(item), candidates.items, served, ranks)
        return ranks

    def note(self, ranks: Ranks) -> Values:
        """Add a judged slate to the window, and return its gains like `learn_one`.

        Raises
        ------
        ValueError
            If they are ranks among other sources, or none that a list has.
        """
        if len(ranks) != 1 + len(self._sources) or int(ranks.min()) < _SILENT or int(ranks.max()) > POSITIONS:
            raise ValueError("ranks among other sources")
        self._ranks[self._judged % WINDOW] = ranks
        gains = np.empty(len(ranks), np.float32)
        _write_gains(ranks, gains)
        self._judged += 1
        self._hits += int(gains[0] > 0)
        return gains

    def report(self, weights: Mapping[str, Mapping[str, float]], serving: str, clicks: ClickModel) -> ModelQuality:
        """Return the figures of the window.

        Parameters
        ----------
        weights
            By context, each source's share of the weight; reported in proportion to how often the source answers.
        serving
            Whose order is served: ``hybrid`` or the name of a source.
        clicks
            What was shown and clicked.
        """
        judged = min(self._judged, WINDOW)
        window = self._ranks[:judged]
        over = max(judged, 1)
        hits = ((window > _MISSED).sum(axis=0) / over).tolist()
        reciprocals = np.where(window > _MISSED, 1 / np.maximum(window, 1, dtype=np.float32), 0)
        mrr = (reciprocals.sum(axis=0) / over).tolist()
        answered = ((window > _SILENT).sum(axis=0) / over).tolist()
        clicked = (clicks.overall(), *clicks.by_source())
        names = ("hybrid", *self._sources)
        lines = [
            MemberQuality(
                member=name,
                hit_rate=hit_rate,
                mrr=reciprocal,
                answered=share,
                shown=clicks_on.shown,
                clicked=clicks_on.clicked,
                click_rate=clicks_on.rate,
            )
            for name, hit_rate, reciprocal, share, clicks_on in zip(names, hits, mrr, answered, clicked, strict=True)
        ]
        return ModelQuality(
            asked=judged,
            hybrid=lines[0],
            members=tuple(lines[1:]),
            weights={context: _shares_of_answers(shares, lines[1:]) for context, shares in weights.items()},
            serving=serving,
            total_asked=self._judged,
            total_hits=self._hits,
            looked_at=tuple(clicks.examined[:RANKING_LENGTH].tolist()),
        )

    def dump(self) -> State:
        """Return a copy of the state."""
        return {
            "members": list(self._sources),
            "places": self._ranks.copy(),
            "asked": self._judged,
            "hits": self._hits,
        }

    def load(self, state: State) -> None:
        """Replace the state; sources that it lacks count as silent. Raises `InvalidState`."""
        names = read_ids(state, "members")
        ranks = read_array(state, "places", np.int8, WINDOW, 1 + len(names))
        judged, hits = (int(read_number(state, name)) for name in ("asked", "hits"))
        if not 0 <= hits <= judged or int(ranks.min()) < _SILENT or int(ranks.max()) > POSITIONS:
            raise InvalidState("ranks that a list does not have")
        self._ranks[:] = _SILENT
        self._ranks[:, 0] = ranks[:, 0]
        for column, name in enumerate(names, 1):
            if name in self._sources:
                self._ranks[:, 1 + self._sources.index(name)] = ranks[:, column]
        self._judged, self._hits = judged, hits


def _shares_of_answers(shares: Mapping[str, float], lines: Sequence[MemberQuality]) -> dict[str, float]:
    answered = {line.member: shares.get(line.member, 0.0) * line.answered for line in lines}
    total = sum(answered.values())
    return {member: share / total for member, share in answered.items()} if total else dict(shares)


@compiled
def _rank_of(item: int, items: Indices, length: int) -> int:
    """Return the rank of an item, from 1; 0 if it is not among the first ``length``; -1 if there is nothing."""
    if len(items) == 0 or items[0] < 0:
        return _SILENT
    for position in range(min(len(items), length)):
        if items[position] == item:
            return position + 1
    return _MISSED


@compiled
def _write_ranks(item: int, candidates: Indices, served: Indices, ranks: Ranks) -> None:
    # A list of ten is held to what each source would have put into ten.
    length = min(len(served), POSITIONS)
    for line in range(len(ranks)):
        ranks[line] = _rank_of(item, served if line == 0 else candidates[line - 1], length)


@compiled
def _write_gains(ranks: Ranks, gains: Values) -> None:
    for line in range(len(ranks)):
        rank = int(ranks[line])
        gains[line] = 1 / np.log2(1 + rank) if rank > 0 else 0
