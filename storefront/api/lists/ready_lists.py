"""Reads the lists that are ready, filled from the next best where they are short. Never an item that cannot be bought.

A visitor's own list costs one question to Redis. It is without what they have dismissed, as the learner has made it so;
what fills it up is for everybody, and takes a question to the database.
"""

from collections.abc import Iterable, Iterator
from hashlib import blake2b
from itertools import chain, islice

from online_models.schema import phrases
from online_models.schema.events import ItemId, RankingId, Surface
from online_models.schema.own_visitors import visitor_of
from online_models.schema.recommendations import RankedItem, Ranking, Reason
from storefront.api.cursors import DEEPEST, cursor_at, start_of
from storefront.api.lists.schema import ItemList, ListedItem, ListQuery, SharedListQuery, listed
from storefront.serving.serving_reader import ServingReader
from storefront.visitor_state.belongings import BelongingsReader

Candidate = tuple[ItemId, Reason | None, float | None]
MOST_TRIED = 5_000
"""Candidates that are held against a filter: what fits beyond them is found by a list made for the request."""

_BEST_SELLER = Reason(phrase=phrases.BEST_SELLER)
_NEW = Reason(phrase=phrases.NEW)


class ReadyLists:
    """Answers with ready lists; while Redis is down with what was last read, then with the best sellers."""

    def __init__(self, reader: ServingReader, belongings: BelongingsReader) -> None:
        self._reader = reader
        self._belongings = belongings

    def recommendations(self, own_id: str, query: ListQuery) -> ItemList:
        """Return the visitor's own list; what is missing comes from trending, popular, then the best sellers."""
        visitor = visitor_of(own_id)
        own = self._reader.read_ranking(visitor)
        start = start_of(query.cursor, "for_you")
        if own is None:
            return self._page("for_you", self._filler(own_id, (), query), query, start)
        return self._page("for_you", self._filled(own, own_id, query), query, start, own)

    def similar(self, item: ItemId, query: SharedListQuery) -> ItemList:
        """Return what the models find similar to an item, then the items whose words are nearest."""
        start = start_of(query.cursor, f"similar {item}")
        return self._page("similar", self._similar(item), query, start, item=item)

    def bought_together(self, item: ItemId, query: SharedListQuery) -> ItemList:
        """Return what is taken together with an item."""
        start = start_of(query.cursor, f"bought_together {item}")
        return self._page("bought_together", _ranked(self._reader.read_goes_well_with(item)), query, start, item=item)

    def trending(self, query: SharedListQuery) -> ItemList:
        """Return what moves now, then what most visitors chose, then the best sellers."""
        return self._page("trending", self._best(query), query, start_of(query.cursor, "trending"))

    def top_rated(self, query: SharedListQuery) -> ItemList:
        """Return what has the most stars."""
        found = _ranked(self._reader.read_top_rated())
        return self._page("top_rated", found, query, start_of(query.cursor, "top_rated"))

    def new(self, query: SharedListQuery) -> ItemList:
        """Return what is new in the shop."""
        found = ((ranked.item, _NEW, ranked.score) for ranked in self._reader.read_new_arrivals())
        return self._page("new_arrivals", found, query, start_of(query.cursor, "new_arrivals"))

    def _page(
        self,
        surface: Surface,
        candidates: Iterable[Candidate],
        query: ListQuery,
        start: int,
        own: Ranking | None = None,
        item: ItemId | None = None,
    ) -> ItemList:
        without = set(query.exclude)
        if item is not None:
            without.add(item)
        if isinstance(query, SharedListQuery) and query.visitor is not None:
            without.update(self._dismissed(query.visitor))
        end = start + query.count
        # Of a visitor's own list nothing is read ahead: what fills it up takes a question to the database.
        ahead = 1 if own is None else 0
        found = list(islice(self._listed(candidates, without, query), start, end + ahead))
        has_next = len(found) == query.count + ahead and end < DEEPEST
        items = tuple(found[: query.count])
        of = surface if item is None else f"{surface} {item}"
        return ItemList(
            ranking_id=own.ranking_id if own is not None else _name_of(surface, items),
            surface=surface,
            items=items,
            is_personal=own is not None,
            ranked_at=own.ranked_at if own is not None else None,
            next=cursor_at(of, end) if has_next else None,
        )

    def _listed(self, candidates: Iterable[Candidate], seen: set[ItemId], query: ListQuery) -> Iterator[ListedItem]:
        products = self._reader.read_catalog().products
        has_filter = query.has_filter
        for item, reason, score in islice(candidates, MOST_TRIED) if has_filter else candidates:
            product = products.get(item)
            if product is None or product.is_sold_out or item in seen or (has_filter and not query.admits(product)):
                continue
            seen.add(item)
            yield listed(product, reason, score)

    def _filled(self, own: Ranking, own_id: str, query: ListQuery) -> Iterator[Candidate]:
        yield from _ranked(own.items)
        yield from self._filler(own_id, (ranked.item for ranked in own.items), query)

    def _filler(self, own_id: str, shown: Iterable[ItemId], query: ListQuery) -> Iterator[Candidate]:
        unwanted = {*shown, *self._dismissed(own_id)}
        return ((item, reason, None) for item, reason, _ in self._best(query) if item not in unwanted)

    def _best(self, query: ListQuery) -> Iterator[Candidate]:
        yield from _ranked(self._reader.read_trending())
        yield from _ranked(self._reader.read_popular())
        catalog = self._reader.read_catalog()
        sellers = [catalog.by_category.get(slug, ()) for slug in query.category] or [catalog.best_sellers]
        for item in chain.from_iterable(sellers):
            yield item, _BEST_SELLER, None

    def _similar(self, item: ItemId) -> Iterator[Candidate]:
        yield from _ranked(self._reader.read_learned_similar(item))
        for near, cosine in self._reader.read_similar(item):
            yield near, None, cosine

    def _dismissed(self, own_id: str) -> Iterable[ItemId]:
        return self._belongings.read(visitor_of(own_id)).dismissed


def _ranked(items: Iterable[RankedItem]) -> Iterator[Candidate]:
    return ((ranked.item, ranked.reason, ranked.score) for ranked in items)


def _name_of(surface: str, items: Iterable[ListedItem]) -> RankingId:
    """Return the id of a list that is nobody's own: the same as long as the list is."""
    digest = blake2b(digest_size=12)
    for one in items:
        digest.update(one.item.encode() + b"\0")
    return RankingId(f"{surface}.{digest.hexdigest()}")
