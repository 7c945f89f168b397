"""From answers in rows to lists for people: what may be shown, in which order, and why."""

from collections.abc import Callable
from functools import partial

import msgspec
import numpy as np
from numpy.typing import NDArray

from online_models.blend import Blended
from online_models.content import Content
from online_models.diversity import diversified
from online_models.explanation import explain, explain_pair, explain_unlearned
from online_models.feedback import REWARDS
from online_models.popularity import Popularity
from online_models.preferences import NOTHING_DECLARED, Preferences
from online_models.ranking import RankedItem, Reason
from online_models.recommender import Context, Rows
from online_models.rows import best
from online_models.sessions import Sessions
from online_models.shelf import Shelf
from online_models.transitions import Transitions
from online_models.vocabulary import ItemVocabulary

_POOL = 2
"""So many candidates per place compete for it when the list is made diverse."""

_CONTENT_BESIDE_PAIRS = 0.25
_PURCHASE = REWARDS["purchase"]


class Listing:
    """Makes the lists of one shop. It reads what it is given and keeps nothing."""

    def __init__(
        self,
        items: ItemVocabulary,
        shelf: Shelf,
        sessions: Sessions,
        popularity: Popularity,
        transitions: Transitions,
        content: Content,
    ) -> None:
        self._items = items
        self._shelf = shelf
        self._sessions = sessions
        self._popularity = popularity
        self._transitions = transitions
        self._content = content

    def personal(self, blended: Blended, context: Context, declared: Preferences, n: int) -> tuple[RankedItem, ...]:
        """Make the visitor's list: the wanted, diverse, best first, filled up with what is popular."""
        values = blended.values
        if declared != NOTHING_DECLARED:
            values = values * self._shelf.liking(blended.rows, declared)
        unwanted = self._sessions.unwanted(context)
        allowed = self._shelf.for_sale(blended.rows)
        if unwanted:
            hidden = np.zeros(len(self._items), np.bool_)
            hidden[unwanted] = True
            allowed &= ~hidden[blended.rows]
        places = allowed.nonzero()[0]
        places = self._ordered(places[best(values[places], _POOL * n)], blended.rows, values)
        rows = blended.rows[places]
        bought = {touch.row for touch in (*context.history, *context.session) if touch.reward >= _PURCHASE}
        reduced = diversified(values[places], self._content.cosines(rows))
        bought = {touch.row for touch in (*context.history, *context.session) if touch.reward >= _PURCHASE}
        carriers, evidence = blended.carriers[places].tolist(), blended.evidence[places].tolist()
        reasons: dict[tuple[int, int], Reason] = {}
        ranked = []
        for place in np.argsort(-reduced, kind="stable")[:n].tolist():
            key = carriers[place], evidence[place]
            member = blended.members[key[0]]
            if key not in reasons:
                named = self._items.id(key[1]) if key[1] >= 0 else None
                reasons[key] = explain(member, named, self._shelf.title, key[1] in bought)
            item = self._items.id(int(rows[place]))
            ranked.append(RankedItem(item=item, score=float(reduced[place]), member=member, reason=reasons[key]))
        return self._filled(ranked, partial(self._popularity.shares, context.now), n, set(unwanted))

    def related(self, item: int, now: float, n: int) -> tuple[RankedItem, ...]:
        """Make the list of what goes well with a row: what is chosen beside it, like it, then popular."""
        pairs = self._transitions.similar_items(item, _POOL * n)
        alike = self._content.similar_items(item, _POOL * n)
        scores: dict[int, float] = {}
        if len(pairs.values):
            scores = dict(zip(pairs.rows.tolist(), (pairs.values / pairs.values.max()).tolist(), strict=True))
        chosen = set(scores)
        for row, cosine in zip(alike.rows.tolist(), alike.values.tolist(), strict=True):
            scores[row] = scores.get(row, 0.0) + _CONTENT_BESIDE_PAIRS * cosine
        scores.pop(item, None)
        rows, values = np.array(list(scores), np.int32), np.array(list(scores.values()))
        places = self._ordered(np.flatnonzero(self._shelf.for_sale(rows)), rows, values)[:n]
        name = self._items.id(item)
        ranked = []
        for row, value in zip(rows[places].tolist(), values[places].tolist(), strict=True):
            member = self._transitions.name if row in chosen else self._content.name
            reason = explain_pair(member, name, self._shelf.title)
            ranked.append(RankedItem(item=self._items.id(row), score=value, member=member, reason=reason))
        return self._filled(ranked, partial(self._popularity.shares, now), n, {item})

    def trending(self, now: float, n: int) -> tuple[RankedItem, ...]:
        """Make the list of what moves now, filled up with what moved last."""
        fresh = self._popularity.trending(now, len(self._items))
        ranked = self._shared("trending", fresh.rows, fresh.values, n)
        return self._filled(ranked, self._popularity.latest, n, set())

    def popular(self, now: float, n: int) -> tuple[RankedItem, ...]:
        """Make the list of what most visitors choose, filled up with what sold before."""
        return self._filled([], partial(self._popularity.shares, now), n, set())

    def _shared(self, member: str, rows: Rows, values: NDArray[np.float32], n: int) -> list[RankedItem]:
        places = self._ordered(np.flatnonzero(self._shelf.for_sale(rows)), rows, values)[:n]
        reason = explain(member, None, self._shelf.title)
        return [
            RankedItem(item=self._items.id(row), score=value, member=member, reason=reason)
            for row, value in zip(rows[places].tolist(), values[places].tolist(), strict=True)
        ]

    def _filled(
        self, ranked: list[RankedItem], values_of: Callable[[], NDArray[np.float32]], n: int, unwanted: set[int]
    ) -> tuple[RankedItem, ...]:
        """Fill a list up to ``n``: by values over all rows, then by the units sold before."""
        if len(ranked) < n:
            taken = unwanted | {self._items.row(item.item) for item in ranked}
            values = values_of()
            rows = np.flatnonzero(values > 0).astype(np.int32)
            rows = rows[self._shelf.for_sale(rows)]
            rows = rows[best(values[rows], n + len(taken))]
            self._append(ranked, self._shared("popularity", rows, values[rows], len(rows)), n, taken)
        if len(ranked) < n:
            taken = unwanted | {self._items.row(item.item) for item in ranked}
            sold = [
                RankedItem(
                    item=self._items.id(row),
                    score=0.0,
                    member="catalogue",
                    reason=explain_unlearned(self._shelf.sold(row)),
                )
                for row in self._shelf.best_sellers[: n + len(taken)].tolist()
            ]
            self._append(ranked, sold, n, taken)
        return tuple(ranked)

    def _append(self, ranked: list[RankedItem], more: list[RankedItem], n: int, taken: set[int]) -> None:
        """Append what is not taken yet; on another scale, so that no score may pass those before it."""
        for item in more:
            row = self._items.row(item.item)
            if len(ranked) < n and row not in taken:
                taken.add(row)
                score = min(item.score, ranked[-1].score) if ranked else item.score
                ranked.append(msgspec.structs.replace(item, score=score))

    def _ordered(self, places: NDArray[np.intp], rows: Rows, values: NDArray[np.floating]) -> NDArray[np.intp]:
        """Sort places by value, equals by item id."""
        keys = sorted(
            zip((-values[places]).tolist(), map(self._items.id, rows[places].tolist()), places.tolist(), strict=True)
        )
        return np.array([place for _, _, place in keys], np.intp)
