"""How good the lists are that visitors really had, and those that each member alone would have made."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from online_models.arrays.compiled import compiled
from online_models.arrays.state import InvalidState, State, read_array, read_ids, read_number
from online_models.arrays.types import Indices, Values
from online_models.models.recommender import Candidates
from online_models.ranking.click_model import ClickModel, ClickRates
from online_models.schema.keyspace import RANKING_LENGTH
from online_models.schema.messages import MemberQuality, ModelQuality

POSITIONS = 20
WINDOW = 2_000
"""Events over which quality is counted."""

_SILENT = -1
_MISSED = 0


class LiveQuality:
    """Test, then learn: each list is held to the item that the visitor took next, before anything learns of it.

    The figures are those of a sliding window of the last 2,000 events that followed a list.

    Parameters
    ----------
    members
        Their names, in the order of the answers' rows.

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

    def __init__(self, members: Sequence[str]) -> None:
        self._members = tuple(members)
        self._places: NDArray[np.int8] = np.full((WINDOW, 1 + len(self._members)), _SILENT, np.int8)
        self._asked = 0
        self._hits = 0

    def learn_one(self, item: int, candidates: Candidates, served: Indices) -> Values:
        """Hold a list to the row that the visitor took next.

        Parameters
        ----------
        item
            What was taken.
        candidates
            What the members had said.
        served
            The visitor's list, best first.

        Returns
        -------
        Values
            NDCG at 20 of the list served, and of each member alone: shape (1 + members,).
        """
        places = self._places[self._asked % WINDOW]
        gains = np.empty(len(places), np.float32)
        _find(int(item), candidates.items, served, places, gains)
        self._asked += 1
        self._hits += int(gains[0] > 0)
        return gains

    def report(self, weights: Mapping[str, Mapping[str, float]], serving: str, clicks: ClickModel) -> ModelQuality:
        """Return the figures of the window.

        Parameters
        ----------
        weights
            By context, each member's share of the blend; it is told in proportion to how often the member answers.
        serving
            Whose order is served: ``hybrid`` or a member's name.
        clicks
            What was shown and clicked.
        """
        asked = min(self._asked, WINDOW)
        window = self._places[:asked]
        over = max(asked, 1)
        hits = ((window > _MISSED).sum(axis=0) / over).tolist()
        ranks = np.where(window > _MISSED, 1 / np.maximum(window, 1, dtype=np.float32), 0)
        mrr = (ranks.sum(axis=0) / over).tolist()
        answered = ((window > _SILENT).sum(axis=0) / over).tolist()
        clicked = (clicks.overall(), *clicks.by_source())
        names = ("hybrid", *self._members)
        lines = [_line(*figures) for figures in zip(names, hits, mrr, answered, clicked, strict=True)]
        return ModelQuality(
            asked=asked,
            hybrid=lines[0],
            members=tuple(lines[1:]),
            weights={context: _heard(shares, lines[1:]) for context, shares in weights.items()},
            serving=serving,
            total_asked=self._asked,
            total_hits=self._hits,
            looked_at=tuple(clicks.examined[:RANKING_LENGTH].tolist()),
        )

    def dump(self) -> State:
        """Return a copy of the state."""
        return {
            "members": list(self._members),
            "places": self._places.copy(),
            "asked": self._asked,
            "hits": self._hits,
        }

    def load(self, state: State) -> None:
        """Replace the state; members that it lacks count as silent. Raises `InvalidState`."""
        names = read_ids(state, "members")
        places = read_array(state, "places", np.int8, WINDOW, 1 + len(names))
        asked, hits = (int(read_number(state, name)) for name in ("asked", "hits"))
        if not 0 <= hits <= asked or int(places.min()) < _SILENT or int(places.max()) > POSITIONS:
            raise InvalidState("places that a list does not have")
        self._places[:] = _SILENT
        self._places[:, 0] = places[:, 0]
        for column, name in enumerate(names, 1):
            if name in self._members:
                self._places[:, 1 + self._members.index(name)] = places[:, column]
        self._asked, self._hits = asked, hits


def _line(member: str, hit_rate: float, mrr: float, answered: float, clicked: ClickRates) -> MemberQuality:
    return MemberQuality(
        member=member,
        hit_rate=hit_rate,
        mrr=mrr,
        answered=answered,
        shown=clicked.shown,
        clicked=clicked.clicked,
        click_rate=clicked.rate,
    )


def _heard(shares: Mapping[str, float], lines: Sequence[MemberQuality]) -> dict[str, float]:
    said = {line.member: shares.get(line.member, 0.0) * line.answered for line in lines}
    total = sum(said.values())
    return {member: share / total for member, share in said.items()} if total else dict(shares)


@compiled
def _place_of(item: int, rows: Indices) -> int:
    """Return the place of an item, from 1; 0 if it is not among the first 20; -1 if there is nothing."""
    if len(rows) == 0 or rows[0] < 0:
        return _SILENT
    for place in range(min(len(rows), POSITIONS)):
        if rows[place] == item:
            return place + 1
    return _MISSED


@compiled
def _find(item: int, said: Indices, served: Indices, places: NDArray[np.int8], gains: Values) -> None:
    for line in range(len(places)):
        place = _place_of(item, served if line == 0 else said[line - 1])
        places[line] = place
        gains[line] = 1 / np.log2(1 + place) if place > 0 else 0
