"""From item indices to lists for people: ids, reasons, and what fills up a short list."""

from collections.abc import Callable
from functools import partial

import msgspec
import numpy as np
from numpy.typing import NDArray

from online_models.arrays.growth import best
from online_models.arrays.id_index import ItemIdIndex
from online_models.arrays.types import NO_INDEX, Indices, ScoredItems
from online_models.catalog.catalog import Catalog
from online_models.catalog.item_statistics import ItemStatistics
from online_models.models.ensemble import Ensemble
from online_models.models.popularity.popularity import Popularity
from online_models.models.popularity.top_rated import TopRated
from online_models.ranking.recent_slates import Slate
from online_models.schema.recommendations import RankedItem, Reason
from online_models.slate.reasons import Reasons, explain_pair, explain_unlearned
from online_models.slate.related import Related
from online_models.visitors.context import Context
from online_models.visitors.interaction_history import InteractionHistory

MAX_REASONS = 50_000
"""Reasons kept in memory, so that each is made once."""


class SlateBuilder:
    """Builds the lists of one shop."""

    def __init__(
        self,
        items: ItemIdIndex,
        catalog: Catalog,
        sessions: InteractionHistory,
        statistics: ItemStatistics,
        models: Ensemble,
        reasons: Reasons,
    ) -> None:
        self._items = items
        self._catalog = catalog
        self._sessions = sessions
        self._statistics = statistics
        self._wording = reasons
        self._popularity, self._top_rated = models.get(Popularity), models.get(TopRated)
        self._related = Related(models)
        self._reasons: dict[tuple[int, int, bool], Reason] = {}
        self._by_member = models.by_member
        self._attributed = {index for index, name in enumerate(models.names) if reasons.name_attribution(name)}
        # What no member carried is new, and the last of the names is number -1.
        self._names = (*models.names, "new")

    def personal(self, slate: Slate, context: Context, n: int) -> tuple[RankedItem, ...]:
        """Give each item of a visitor's list its reason, and fill the list up with what is popular."""
        bought, id_of, names, known = self._sessions.bought(context), self._items.id, self._names, self._reasons
        top_sources = slate.top_sources.tolist()
        evidence = self._evidence(slate.items, top_sources, context)
        ranked = []
        for place, (row, score, top_source) in enumerate(
            zip(slate.items.tolist(), slate.scores.tolist(), top_sources, strict=True)
        ):
            spoke = evidence[top_source][place] if top_source in evidence else NO_INDEX
            key = top_source, spoke, spoke in bought
            reason = known.get(key) or self._reason(*key)
            ranked.append(RankedItem(item=id_of(row), score=score, member=names[top_source], reason=reason))
        if len(ranked) >= n:
            return tuple(ranked)
        unwanted = set(self._sessions.unwanted(context))
        return self._filled(ranked, partial(self._popularity.shares, context.now), n, unwanted)

    def related(self, item: int, now: float, n: int, slate: Slate | None) -> tuple[RankedItem, ...]:
        """Make the list of what goes well with a row, for a visitor or for all, filled up with what is popular."""
        found, chosen = self._related.beside(item, self._catalog.excluded(len(self._items)), 2 * n)
        if slate is not None:
            found = self._related.suited(found, slate)
        ranked = []
        reasons = {
            member: explain_pair(member, self._items.id(item), self._catalog.title)
            for member in ("transitions", "content")
        }
        for row, value in self._ordered(found, n):
            member = "transitions" if row in chosen else "content"
            ranked.append(RankedItem(item=self._items.id(row), score=value, member=member, reason=reasons[member]))
        return self._filled(ranked, partial(self._popularity.shares, now), n, {item})

    def similar(self, item: int, n: int) -> tuple[RankedItem, ...]:
        """Make the list of what is like a row, by its words, then by who chose it."""
        found, by_words = self._related.alike(item, self._catalog.excluded(len(self._items)), n)
        ranked = []
        for row, value in self._ordered(found, n):
            member = "content" if row in by_words else "companions"
            reason = explain_pair(member, self._items.id(item), self._catalog.title)
            ranked.append(RankedItem(item=self._items.id(row), score=value, member=member, reason=reason))
        return tuple(ranked)

    def together(self, basket: list[int], context: Context, n: int) -> tuple[RankedItem, ...]:
        """Make the list of what goes with all of a basket, the newest line first; each names the line it goes with."""
        excluded = self._catalog.excluded(len(self._items))
        excluded[self._sessions.unwanted(context)] = True
        found, spoke = self._related.with_all(basket, excluded, 2 * n)
        ranked = []
        for row, value in self._ordered(found, n):
            reason = explain_pair("transitions", self._items.id(spoke[row]), self._catalog.title)
            ranked.append(RankedItem(item=self._items.id(row), score=value, member="transitions", reason=reason))
        return tuple(ranked)

    def trending(self, now: float, n: int) -> tuple[RankedItem, ...]:
        """Make the list of what moves now, filled up with what moved last."""
        ranked = self._shared("trending", self._popularity.trending(now, len(self._items)), n)
        return self._filled(ranked, self._popularity.latest, n, set())

    def popular(self, now: float, n: int) -> tuple[RankedItem, ...]:
        """Make the list of what most visitors choose, filled up with what sold before."""
        return self._filled([], partial(self._popularity.shares, now), n, set())

    def top_rated(self, now: float, n: int) -> tuple[RankedItem, ...]:
        """Make the list of what is rated best."""
        return tuple(self._shared("top_rated", self._top_rated.best(now, len(self._items)), n))

    def new_arrivals(self, n: int) -> tuple[RankedItem, ...]:
        """Make the list of what nobody has touched, then of what was touched for the first time last.

        Where more are untouched than there are places, those come in that were in the catalog first.
        """
        rows = np.flatnonzero(~self._catalog.excluded(len(self._items))).astype(np.int32)
        self._statistics.make_room(len(self._items))
        first = np.where(self._statistics.counts[rows] > 0, self._statistics.first[rows], np.inf)
        newest = best(first, n)
        reason = self._wording.explain("new", None, self._catalog.title)
        return tuple(
            RankedItem(item=self._items.id(row), score=-float(place), member="new", reason=reason)
            for place, (row, _) in enumerate(self._ordered(ScoredItems(rows[newest], first[newest]), n))
        )

    def forget_titles(self) -> None:
        """Make reasons anew: the catalog has changed."""
        self._reasons.clear()

    def _evidence(self, best: Indices, top_sources: list[int], context: Context) -> dict[int, list[int]]:
        """Return by carrier whose reasons name it which of the visitor's items spoke for each item of a list.

        Of all items, not only of those that it carried: that is one call, where taking them out would be three.
        """
        return {
            top_source: self._by_member[top_source].attribution(self._names[top_source], context, best).tolist()
            for top_source in self._attributed.intersection(top_sources)
        }

    def _reason(self, top_source: int, spoke: int, bought: bool) -> Reason:
        if len(self._reasons) >= MAX_REASONS:
            self._reasons.clear()
        named = self._items.id(spoke) if spoke >= 0 else None
        reason = self._wording.explain(self._names[top_source], named, self._catalog.title, bought)
        self._reasons[top_source, spoke, bought] = reason
        return reason

    def _shared(self, member: str, found: ScoredItems, n: int) -> list[RankedItem]:
        reason = self._wording.explain(member, None, self._catalog.title)
        sold = self._catalog.for_sale(found.items)
        return [
            RankedItem(item=self._items.id(row), score=value, member=member, reason=reason)
            for row, value in self._ordered(ScoredItems(found.items[sold], found.scores[sold]), n)
        ]

    def _filled(
        self, ranked: list[RankedItem], values_of: Callable[[], NDArray[np.float32]], n: int, unwanted: set[int]
    ) -> tuple[RankedItem, ...]:
        """Fill a list up to ``n``: by values over all rows, then by the units sold before."""
        if len(ranked) < n:
            taken = unwanted | {self._items.row(item.item) for item in ranked}
            values = values_of()
            rows = np.flatnonzero(values > 0).astype(np.int32)
            rows = rows[self._catalog.for_sale(rows)]
            rows = rows[best(values[rows], n + len(taken))]
            self._append(ranked, self._shared("popularity", ScoredItems(rows, values[rows]), len(rows)), n, taken)
        if len(ranked) < n:
            taken = unwanted | {self._items.row(item.item) for item in ranked}
            sold = [
                RankedItem(
                    item=self._items.id(row),
                    score=0.0,
                    member="catalogue",
                    reason=explain_unlearned(self._catalog.sold(row)),
                )
                for row in self._catalog.best_sellers[: n + len(taken)].tolist()
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

    def _ordered(self, found: ScoredItems, n: int) -> list[tuple[int, float]]:
        """Return the best ``n`` with their scores, best first, equals by item id."""
        keys = zip(
            (-found.scores).tolist(), map(self._items.id, found.items.tolist()), found.items.tolist(), strict=True
        )
        return [(row, -value) for value, _, row in sorted(keys)[:n]]
