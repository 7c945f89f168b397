"""What a page shows now, as the messages that would have brought it there: for pages that were away for a while."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from online_models.schema import messages
from online_models.schema.events import ItemId, VisitorId
from online_models.schema.keyspace import RANKING_LENGTH, TRENDING_LENGTH
from storefront.serving.lists import Lists, ShownList
from storefront.serving.serving_reader import ServingReader
from storefront.visitor_state.visitor_numbers import VisitorNumbers, total

Named = tuple[str, msgspec.Struct]
"""A message with its name."""


@dataclass(frozen=True, slots=True)
class PageState:
    """Writes the messages, from what a visitor's pages show now."""

    reader: ServingReader
    lists: Lists
    baskets: VisitorNumbers
    ratings: VisitorNumbers

    def read(self, visitor: VisitorId, page: Mapping[str, Any]) -> Iterator[Named]:
        """Yield the messages for a page that names the ``lists`` it shows, its open ``item`` and its ``ranking_id``."""
        lists = page.get("lists")
        item = page.get("item")
        shown = frozenset(name for name in lists if isinstance(name, str)) if isinstance(lists, list) else frozenset()
        basket = self.baskets.read(visitor)
        yield messages.BASKET_CHANGED, messages.BasketChanged(count=total(basket))
        if "for_you" in shown:
            yield from self._own_list(visitor, page.get("ranking_id"))
        if "trending" in shown:
            yield (
                messages.TRENDING_CHANGED,
                messages.TrendingChanged(items=self.lists.read_trending(TRENDING_LENGTH).items),
            )
        if "bought_together" in shown:
            yield from _related("bought_together", self.lists.read_bought_together(visitor, basket))
        if isinstance(item, str) and self.reader.read_catalog().product(ItemId(item)) is not None:
            opened = ItemId(item)
            if "goes_well_with" in shown:
                yield from _related("goes_well_with", self.lists.read_goes_well_with(opened, visitor=visitor), opened)
            if stars := self.ratings.read(visitor).get(opened):
                yield messages.RATING_CHANGED, messages.RatingChanged(item=opened, stars=stars)

    def _own_list(self, visitor: VisitorId, known: object) -> Iterator[Named]:
        ranking = self.reader.read_ranking(visitor)
        if ranking is not None and ranking.ranking_id != known:
            items = self.lists.read_for_you(visitor, RANKING_LENGTH).items
            yield messages.RANKING_CHANGED, messages.RankingChanged(ranking_id=ranking.ranking_id, items=items)


def _related(surface: messages.RelatedSurface, shown: ShownList, item: ItemId | None = None) -> Iterator[Named]:
    # A list that is the same for everybody has no name, and the page has it already.
    if shown.ranking_id is not None:
        yield (
            messages.RELATED_CHANGED,
            messages.RelatedChanged(surface=surface, ranking_id=shown.ranking_id, items=shown.items, item=item),
        )
