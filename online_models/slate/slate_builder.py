"""From item indices to lists for people: ids, reasons, and what fills up a short list."""

from collections.abc import Callable, Iterable
from functools import partial

import msgspec
import numpy as np
from numpy.typing import NDArray

from online_models.arrays.growth import best
from online_models.arrays.id_index import ItemIdIndex
from online_models.arrays.selection import Excluded
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
        # An item without a top source (-1, the last of the names) is new.
        self._names = (*models.names, "new")

    def personal(self, slate: Slate, context: Context, n: int) -> tuple[RankedItem, ...]:
        """Give each item of a visitor's list its reason, and fill the list up with what is popular."""
        ranked = self.with_reasons(slate, context, self._sessions.bought(context))
        if len(ranked) >= n:
            return tuple(ranked)
        unwanted = np.zeros(len(self._items), np.bool_)
        self._sessions.exclude_unwanted(context._replace(excluded=unwanted))
        shares = partial(self._popularity.shares, context.now)
        return self._filled(ranked, shares, n, set(np.flatnonzero(unwanted).tolist()))

    def with_reasons(self, slate: Slate, context: Context, bought: set[int]) -> list[RankedItem]:
        """Give each item of a list its reason; ``bought`` are those of the visitor's items that they bought."""
        names, known = self._names, self._reasons
        top_sources = slate.top_sources.tolist()
        attributions = self._attributions(slate.items, top_sources, context)
        ranked = []
        for position, (item, score, top_source) in enumerate(
            zip(self._items.ids(slate.items.tolist()), slate.scores.tolist(), top_sources, strict=True)
        ):
            attributed = attributions[top_source][position] if top_source in attributions else NO_INDEX
            key = top_source, attributed, attributed in bought
            reason = known.get(key) or self._reason(*key)
            ranked.append(RankedItem(item=item, score=score, member=names[top_source], reason=reason))
        return ranked

    def fill(self, ranked: list[RankedItem], excluded: Excluded, now: float, n: int) -> None:
        """Fill a list up to ``n`` with what is popular and not excluded, then by units sold before."""
        excluded = excluded.copy()
        excluded[[self._items.index(item.item) for item in ranked]] = True
        shares = self._popularity.shares(now)
        items = np.flatnonzero((shares > 0) & ~excluded[: len(shares)]).astype(np.int32)
        items = items[best(shares[items], n - len(ranked))]
        reason = self._wording.explain("popularity", None, self._catalog.title)
        found = self._ordered(ScoredItems(items, shares[items]), len(items))
        self._append(ranked, ((item, score, "popularity", reason) for item, score in found), n, set())
        if len(ranked) < n:
            excluded[items] = True
            sold, catalog = self._catalog.best_sellers, self._catalog
            more = (
                (item, 0.0, "catalogue", explain_unlearned(catalog.sold(item)))
                for item in sold[~excluded[sold]].tolist()
            )
            self._append(ranked, more, n, set())

    def related(self, item: int, n: int, slate: Slate | None) -> tuple[RankedItem, ...]:
        """Build the list of what goes well with an item, for a visitor or for all: only what was chosen with it."""
        found = self._related.beside(item, self._catalog.excluded(len(self._items)), 2 * n)
        if slate is not None:
            found = self._related.suited(found, slate)
        return tuple(self._paired(found, n, lambda _: ("transitions", item)))

    def similar(self, item: int, n: int) -> tuple[RankedItem, ...]:
        """Build the list of what is similar to an item, by its words, then by who chose it."""
        found, by_words = self._related.alike(item, self._catalog.excluded(len(self._items)), n)
        return tuple(self._paired(found, n, lambda other: ("content" if other in by_words else "companions", item)))

    def together(self, basket: list[int], context: Context, n: int) -> tuple[RankedItem, ...]:
        """Build the list of what goes with all of a basket, the newest line first; each names the line it goes with."""
        excluded = self._catalog.excluded(len(self._items))
        self._sessions.exclude_unwanted(context._replace(excluded=excluded))
        found, lines = self._related.with_all(basket, excluded, 2 * n)
        return tuple(self._paired(found, n, lambda other: ("transitions", lines[other])))

    def trending(self, now: float, n: int) -> tuple[RankedItem, ...]:
        """Build the list of what moves now, filled up with what moved last."""
        ranked = self._shared("trending", self._popularity.trending(now, len(self._items)), n)
        return self._filled(ranked, self._popularity.latest, n, set())

    def popular(self, now: float, n: int) -> tuple[RankedItem, ...]:
        """Build the list of what most visitors choose, filled up with what sold before."""
        return self._filled([], partial(self._popularity.shares, now), n, set())

    def top_rated(self, now: float, n: int) -> tuple[RankedItem, ...]:
        """Build the list of what is rated best."""
        return tuple(self._shared("top_rated", self._top_rated.best(now, len(self._items)), n))

    def new_arrivals(self, n: int) -> tuple[RankedItem, ...]:
        """Build the list of items without an interaction, then of those whose first interaction was last.

        Where more are without one than there are positions, those that were in the catalog first come in.
        """
        items = np.flatnonzero(~self._catalog.excluded(len(self._items))).astype(np.int32)
        self._statistics.make_room(len(self._items))
        first = np.where(self._statistics.counts[items] > 0, self._statistics.first[items], np.inf)
        newest = best(first, n)
        ranked = self._shared("new", ScoredItems(items[newest], first[newest]), n)
        return tuple(msgspec.structs.replace(item, score=-float(position)) for position, item in enumerate(ranked))

    def forget_titles(self) -> None:
        """Word reasons anew: the catalog has changed."""
        self._reasons.clear()

    def _attributions(self, items: Indices, top_sources: list[int], context: Context) -> dict[int, list[int]]:
        """Return by top source whose reasons name it which of the visitor's items each item is attributed to.

        Of all items, not only of its own: that is one call, where taking them out would be three.
        """
        return {
            source: self._by_member[source].attribution(self._names[source], context, items).tolist()
            for source in self._attributed.intersection(top_sources)
        }

    def _reason(self, top_source: int, attributed: int, bought: bool) -> Reason:
        if len(self._reasons) >= MAX_REASONS:
            self._reasons.clear()
        named = self._items.id(attributed) if attributed >= 0 else None
        reason = self._wording.explain(self._names[top_source], named, self._catalog.title, bought)
        self._reasons[top_source, attributed, bought] = reason
        return reason

    def _paired(self, found: ScoredItems, n: int, pair_of: Callable[[int], tuple[str, int]]) -> list[RankedItem]:
        """Return the best of what was found for other items; ``pair_of`` returns the source and the other item."""
        reasons: dict[tuple[str, int], Reason] = {}
        ranked = []
        for item, score in self._ordered(found, n):
            source, other = pair = pair_of(item)
            if pair not in reasons:
                reasons[pair] = explain_pair(source, self._items.id(other), self._catalog.title)
            ranked.append(RankedItem(item=self._items.id(item), score=score, member=source, reason=reasons[pair]))
        return ranked

    def _shared(self, member: str, found: ScoredItems, n: int) -> list[RankedItem]:
        """Return the best of what one source found that is for sale, with one reason for all."""
        reason = self._wording.explain(member, None, self._catalog.title)
        sold = self._catalog.for_sale(found.items)
        return [
            RankedItem(item=self._items.id(item), score=score, member=member, reason=reason)
            for item, score in self._ordered(ScoredItems(found.items[sold], found.scores[sold]), n)
        ]

    def _filled(
        self, ranked: list[RankedItem], values_of: Callable[[], NDArray[np.float32]], n: int, taken: set[int]
    ) -> tuple[RankedItem, ...]:
        """Fill a list up to ``n`` without what is ``taken``: by values of all items, then by the units sold before."""
        if len(ranked) >= n:
            return tuple(ranked)
        taken = taken.union(self._items.index(item.item) for item in ranked)
        values = values_of()
        items = np.flatnonzero(values > 0).astype(np.int32)
        items = items[self._catalog.for_sale(items)]
        items = items[best(values[items], n + len(taken))]
        reason = self._wording.explain("popularity", None, self._catalog.title)
        found = self._ordered(ScoredItems(items, values[items]), len(items))
        self._append(ranked, ((item, score, "popularity", reason) for item, score in found), n, taken)
        if len(ranked) < n:
            sold, catalog = self._catalog.best_sellers[: n + len(taken)].tolist(), self._catalog
            more = ((item, 0.0, "catalogue", explain_unlearned(catalog.sold(item))) for item in sold)
            self._append(ranked, more, n, taken)
        return tuple(ranked)

    def _append(
        self, ranked: list[RankedItem], more: Iterable[tuple[int, float, str, Reason]], n: int, taken: set[int]
    ) -> None:
        """Append up to ``n`` items that are not taken: index, score, source and reason of each, best first.

        Their scores are on another scale: none may exceed those before it.
        """
        for index, score, member, reason in more:
            if len(ranked) >= n:
                return
            if index not in taken:
                taken.add(index)
                lowest = min(score, ranked[-1].score) if ranked else score
                ranked.append(RankedItem(item=self._items.id(index), score=lowest, member=member, reason=reason))

    def _ordered(self, found: ScoredItems, n: int) -> list[tuple[int, float]]:
        """Return the best ``n`` with their scores, best first, ties by item id."""
        items = found.items.tolist()
        keys = zip((-found.scores).tolist(), map(self._items.id, items), items, strict=True)
        return [(item, -score) for score, _, item in sorted(keys)[:n]]
