"""All that was learned, in one place: what a snapshot holds. It asks and answers nothing by itself."""

from collections.abc import Iterable

import numpy as np

from online_models.arrays.id_index import ItemIdIndex
from online_models.arrays.state import InvalidState, State, read_number, read_part
from online_models.catalog.catalog import Catalog
from online_models.catalog.content_neighbors import ContentNeighbors
from online_models.catalog.item_statistics import ItemStatistics
from online_models.hybrid_settings import HybridSettings
from online_models.identities import Identity
from online_models.models.ensemble import build_models
from online_models.ranking.ranking_feedback import FeedbackLoop
from online_models.schema.product import Product
from online_models.slate.cold_start import Newcomers
from online_models.visitors.visitors import Visitors

STATE_VERSION = 3


class Knowledge:
    """Items, visitors, models, and what lists have taught; empty at first.

    Parameters
    ----------
    settings
        How large it may grow.
    shelf
        What is for sale: it comes with the catalogue and is no part of what is learned.

    Attributes
    ----------
    learned
        How many signals were learned in all.

    Examples
    --------
    >>> known = Knowledge(HybridSettings(), Catalog())
    >>> known.restore(known.dump())
    >>> len(known.items), known.learned
    (0, 0)
    """

    def __init__(self, settings: HybridSettings, shelf: Catalog) -> None:
        self.shelf = shelf
        self.items = ItemIdIndex(settings.max_items)
        self.audience = Visitors(settings.max_visitors, settings.touches, lambda row: self.identity.erase_row(row))
        self.statistics = ItemStatistics()
        self.models = build_models(shelf, self.audience.preferences, settings.factors, settings.seed)
        self.loop = FeedbackLoop(self.models.names, self.statistics)
        self.identity = Identity(self.audience, self.models, self.loop)
        self.newcomers = Newcomers()
        self.learned = 0

    def use_catalogue(self, products: Iterable[Product], like_items: ContentNeighbors) -> None:
        """Place a catalogue's products, and the lists of what is like them, beside what is learned."""
        self.shelf.fill(products, self.items)
        items = len(self.items)
        self.models.top_rated.change_all()
        self.models.content.use_lists(*like_items.placed(self.items))
        self.models.categories.use_groups(*self.shelf.groups(items))
        self.statistics.make_room(items)
        untouched = ~self.shelf.excluded(items) & (self.statistics.counts[:items] == 0)
        self.newcomers.use(np.flatnonzero(untouched).tolist() if self.shelf.products else ())

    def dump(self) -> State:
        """Return a copy of all that was learned, quickly. The catalogue is not part of it."""
        return {
            "version": STATE_VERSION,
            "learned": self.learned,
            "items": self.items.dump(),
            "audience": self.audience.dump(),
            "statistics": self.statistics.dump(),
            "models": self.models.dump(),
            "loop": self.loop.dump(),
        }

    def restore(self, state: State) -> None:
        """Replace all that was learned, but for the catalogue. Raises `InvalidState`; start anew then."""
        version = read_number(state, "version")
        if version != STATE_VERSION:
            raise InvalidState(f"a state of version {version}; this is version {STATE_VERSION}")
        self.learned = int(read_number(state, "learned"))
        self.items.load(read_part(state, "items"))
        self.audience.load(read_part(state, "audience"))
        self.statistics.load(read_part(state, "statistics"))
        self.models.load(read_part(state, "models"))
        self.loop.load(read_part(state, "loop"))
