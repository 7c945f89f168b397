"""STAN and VSTAN, written from their papers in plain Python: nearest neighbors of the present session."""

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from heapq import nlargest, nsmallest

from benchmarks.peers.adapters.driver import PeerEvent, PeerModel, PeerQuery, main

DAY = 86_400.0


@dataclass(frozen=True, slots=True)
class StanSettings:
    r"""The parameters of STAN, and those that VSTAN adds.

    The defaults are those of the framework of Ludewig et al., without tuning.

    Attributes
    ----------
    neighbors, sample
        How many sessions vote, of how many that share an item, the newest.
    click_decay
        :math:`\lambda_1`, in positions of the present session.
    age_decay
        :math:`\lambda_2`, in days.
    distance_decay
        :math:`\lambda_3`, in positions of a neighbor.
    match_decay
        In positions of the present session: how much less a neighbor's vote counts the longer ago the newest item in
        common is. Infinite in STAN.
    idf_weight
        How much more a rare item counts. 0 in STAN.
    """

    neighbors: int = 500
    sample: int = 5_000
    click_decay: float = 1.02
    age_decay: float = 5.0
    distance_decay: float = 2.05
    match_decay: float = math.inf
    idf_weight: float = 0.0


STAN = StanSettings()
VSTAN = StanSettings(match_decay=1.02, idf_weight=5.0)


class SessionKnn(PeerModel):
    r"""Sequence and time aware neighborhood.

    With :math:`l(s)` the number of items of a session, :math:`p(i, s)` the position of an item in it, counted from 1,
    and :math:`t(s)` its end, sessions :math:`n` that share items with the present one, :math:`s`, are as similar as

    .. math:: sim(s, n) = \frac{\sum_{i \in s \cap n} e^{(p(i, s) - l(s)) / \lambda_1}}{\sqrt{l(s)\, l(n)}}
        \; e^{-(t(s) - t(n)) / \lambda_2}

    The nearest of them vote for their items. Where :math:`i^*` is the newest item of :math:`s` that is also in
    :math:`n`,

    .. math:: score(i) = \sum_n sim(s, n)\; e^{-|p(i, n) - p(i^*, n)| / \lambda_3}

    VSTAN also weighs each vote by the position of the match, :math:`e^{(p(i^*, s) - l(s)) / \lambda_4}`, and each item
    by :math:`1 + \lambda_{idf} \ln(N / N_i)`, where :math:`N_i` of :math:`N` sessions have it. Of an item that a
    session has twice the last position counts. Ties are broken by the item's number.

    References
    ----------
    Garg, D. et al. (2019). Sequence and time aware neighborhood for session-based recommendations: STAN. SIGIR.
    Ludewig, M. et al. (2020). Empirical analysis of session-based recommendation algorithms. User Modeling and
    User-Adapted Interaction (VSTAN).
    """

    def __init__(self, settings: StanSettings = STAN) -> None:
        self._settings = settings
        self._positions: list[dict[int, int]] = []
        self._ends: list[float] = []
        self._sessions_of: defaultdict[int, list[int]] = defaultdict(list)

    def fit(self, events: Sequence[PeerEvent], items: int, deadline: float) -> str:
        """Index the sessions by their items, oldest first."""
        sessions: defaultdict[int, list[PeerEvent]] = defaultdict(list)
        for event in events:
            sessions[event.session].append(event)
        for number, session in enumerate(sorted(sessions.values(), key=lambda session: session[-1].at)):
            positions = {event.item: position for position, event in enumerate(session, start=1)}
            self._positions.append(positions)
            self._ends.append(session[-1].at)
            for item in positions:
                self._sessions_of[item].append(number)
        return ""

    def recommend(self, query: PeerQuery, n: int) -> list[int]:
        """Return the items with the highest scores."""
        scores = self.scores(query)
        return nsmallest(n, scores, key=lambda item: (-scores[item], item))

    def scores(self, query: PeerQuery) -> dict[int, float]:
        """Return the score of each item of the nearest sessions."""
        settings, session = self._settings, query.session_items
        scores: defaultdict[int, float] = defaultdict(float)
        for similarity, neighbor in self._nearest(query):
            positions = self._positions[neighbor]
            back, match = next((back, item) for back, item in enumerate(reversed(session)) if item in positions)
            similarity *= math.exp(-back / settings.match_decay)
            for item, position in positions.items():
                distance = abs(position - positions[match])
                scores[item] += similarity * math.exp(-distance / settings.distance_decay) * self._item_weight(item)
        return scores

    def _nearest(self, query: PeerQuery) -> list[tuple[float, int]]:
        settings, session = self._settings, query.session_items
        weights = {
            item: math.exp((position - len(session)) / settings.click_decay)
            for position, item in enumerate(session, start=1)
        }
        shared: defaultdict[int, float] = defaultdict(float)
        for item, weight in weights.items():
            for number in self._sessions_of.get(item, ()):
                shared[number] += weight
        newest = shared if len(shared) <= settings.sample else nlargest(settings.sample, shared)
        similar = []
        for number in newest:
            age = max(0.0, query.at - self._ends[number]) / DAY
            length = math.sqrt(len(weights) * len(self._positions[number]))
            similar.append((shared[number] / length * math.exp(-age / settings.age_decay), number))
        return nlargest(settings.neighbors, similar)

    def _item_weight(self, item: int) -> float:
        rarity = math.log(len(self._positions) / len(self._sessions_of[item]))
        return 1 + self._settings.idf_weight * rarity


if __name__ == "__main__":
    main({"stan": lambda: SessionKnn(STAN), "vstan": lambda: SessionKnn(VSTAN)})
