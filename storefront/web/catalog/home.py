"""The home page: the visitor's list, and rows that each rest on something the visitor or the shop has done."""

from collections.abc import Callable
from dataclasses import dataclass
from zlib import crc32

from online_models.schema.events import ItemId, VisitorId
from online_models.schema.keyspace import DAY
from online_models.schema.product import Category, Product
from storefront.serving.lists import Lists, ShownList
from storefront.serving.serving_reader import ServingReader
from storefront.visitor_state.belongings import BelongingsReader
from storefront.visitor_state.profiling import ProfilingChoice
from storefront.visitor_state.viewed import Viewed
from storefront.web.catalog.taste_picker import tiles_of

RAIL = 12
ROW = 6
LEAST = 3
"""With fewer products a row that is the visitor's own is left out."""

LAST_ONES = 3
"""Of so many products that were opened last, the first that enough is similar to has a row."""

DOORS = 8


@dataclass(frozen=True, slots=True)
class HomePage:
    """What the home page shows. No product is in two of its lists; those without anything to rest on are empty.

    ``viewed_last`` is the product that ``similar`` belongs to. Only a newcomer has
    ``tiles`` to pick from; some may be ``picked``.
    """

    for_you: ShownList
    trending: ShownList
    viewed_last: Product | None
    similar: ShownList
    viewed: ShownList
    new_to_you: ShownList
    surprise: ShownList
    top_rated: ShownList
    new_arrivals: ShownList
    doors: tuple[Category, ...]
    tiles: tuple[Category, ...]
    picked: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HomeReader:
    """Reads the home page's lists, from the top: what stands there is left out below.

    The visitor's own rows stand below those that change live: on the way back from a product nothing has moved.
    """

    reader: ServingReader
    lists: Lists
    belongings: BelongingsReader
    viewed: Viewed
    profiling: ProfilingChoice
    now: Callable[[], float]

    def read(self, visitor: VisitorId, reload: str = "", picked: tuple[str, ...] = ()) -> HomePage:
        """Return what a visitor's home page shows. ``reload`` names a page that is loaded again."""
        catalog = self.reader.read_catalog()
        is_profiled = not self.profiling.is_off()
        seen = self.viewed.read(visitor) if is_profiled else ()
        above: list[ItemId] = []

        def below(shown: ShownList) -> ShownList:
            above.extend(card.item for card in shown.items)
            return shown

        for_you = below(self.lists.read_for_you(visitor, RAIL, reload=reload))
        trending = below(self.lists.read_trending(visitor, RAIL, above))
        viewed_last, similar = self._similar(visitor, seen, above)
        is_new = is_profiled and not seen and (bool(picked) or for_you.ranking_id is None)
        return HomePage(
            for_you=for_you,
            trending=trending,
            viewed_last=viewed_last,
            similar=below(similar),
            viewed=below(self.lists.read_recently_viewed(visitor, seen, ROW, above)),
            new_to_you=below(_enough(self.lists.read_new_to_you(visitor, seen, ROW, above))),
            surprise=below(self.lists.read_surprise(visitor, seen, self._draw(visitor), above)),
            top_rated=below(self.lists.read_top_rated(visitor, ROW, above)),
            new_arrivals=below(self.lists.read_new_arrivals(visitor, ROW, above)),
            doors=catalog.categories[:DOORS],
            tiles=tiles_of(catalog) if is_new else (),
            picked=picked,
        )

    def _similar(
        self, visitor: VisitorId, seen: tuple[ItemId, ...], above: list[ItemId]
    ) -> tuple[Product | None, ShownList]:
        dismissed = self.belongings.read(visitor).dismissed
        wanted = [item for item in seen if item not in dismissed]
        for product in self.reader.read_catalog().present(wanted)[:LAST_ONES]:
            similar = _enough(self.lists.read_similar(visitor, product, ROW, [*above, *seen]))
            if similar.items:
                return product, similar
        return None, ShownList(surface="similar", items=())

    def _draw(self, visitor: VisitorId) -> int:
        """Return a number that is the visitor's own for a day: a page that is loaded again shows the same surprise."""
        return crc32(f"{visitor} {int(self.now() // DAY)}".encode())


def _enough(shown: ShownList) -> ShownList:
    return shown if len(shown.items) >= LEAST else ShownList(surface=shown.surface, items=())
