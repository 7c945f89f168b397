"""The state of the recommender: everything that was learned, and what a snapshot holds."""

from collections.abc import Collection, Iterable

import numpy as np

from online_models.arrays.id_index import ItemIdIndex
from online_models.arrays.state import InvalidState, State, read_number, read_part
from online_models.catalog.catalog import Catalog
from online_models.catalog.content_neighbors import ContentNeighbors
from online_models.catalog.item_statistics import ItemStatistics
from online_models.hybrid_settings import HybridSettings
from online_models.identities import VisitorIdentities
from online_models.models.content.content import Content
from online_models.models.neural.item_vectors import ItemContent
from online_models.models.neural.session_gru import SessionGru
from online_models.models.popularity.category_popularity import CategoryPopularity
from online_models.models.popularity.rating_prediction import RatingPrediction
from online_models.models.popularity.top_rated import TopRated
from online_models.ranking.online_ranker import OnlineRanker
from online_models.registry import SPECS, WITHOUT_NEURAL, Resources, build_ensemble, prior_weights_of, wordings_of
from online_models.schema.events import ItemId
from online_models.schema.product import Product
from online_models.slate.cold_start import ColdStart
from online_models.slate.reasons import Reasons
from online_models.visitors.visitors import Visitors

STATE_VERSION = 9


class RecommenderState:
    """Items, visitors, models and ranker; empty at first.

    Parameters
    ----------
    settings
        How large it may grow.
    catalog
        What is for sale. It is not part of a snapshot, but for the indices of its items.

    Attributes
    ----------
    learned
        How many interactions were learned.
    session_gru
        The model whose weights are trained elsewhere; None where it takes no part.

    Examples
    --------
    >>> state = RecommenderState(HybridSettings(), Catalog())
    >>> state.restore(state.dump())
    >>> len(state.items), state.learned
    (0, 0)
    """

    def __init__(self, settings: HybridSettings, catalog: Catalog) -> None:
        self.catalog = catalog
        self.items = ItemIdIndex(settings.max_items)
        self.visitors = Visitors(settings.max_visitors, settings.history_length, settings.buckets)
        self.statistics = ItemStatistics()
        specs = SPECS if settings.neural else WITHOUT_NEURAL
        self.models = build_ensemble(
            Resources(catalog, self.visitors.preferences, settings.factors, settings.seed, settings.pairs), specs
        )
        self.session_gru = self.models.get(SessionGru) if settings.neural else None
        self.reasons = Reasons(wordings_of(self.models, specs))
        self.ranker = OnlineRanker(
            self.models.names,
            self.statistics,
            prior_weights_of(self.models, specs),
            network_seed=settings.seed if settings.bends else None,
        )
        self.ratings = RatingPrediction()
        self.visitors.erasers = (
            self.models.forget_visitor,
            self.ranker.forget_visitor,
            self.ratings.forget_visitor,
        )
        self.identity = VisitorIdentities(self.items, self.visitors, self.models, self.ranker, self.ratings)
        self.cold_start = ColdStart()
        self.learned = 0

    def number(self, item: ItemId) -> None:
        """Give an item its index, and room in what grows with the items."""
        if self.items.add(item) >= 0:
            self.statistics.make_room(len(self.items))

    def use_catalog(
        self,
        products: Iterable[Product],
        neighbors: ContentNeighbors,
        later: Collection[ItemId] = (),
        gone: Iterable[ItemId] = (),
    ) -> None:
        """Take over a catalog: its products and their content neighbors. See `Catalog.fill` for who gets an index."""
        self.catalog.fill(products, self.items, later, gone)
        items = len(self.items)
        self.models.get(TopRated).change_all()
        lists, groups = neighbors.placed(self.items), self.catalog.groups(items)
        self.models.get(Content).use_lists(*lists)
        self.models.get(CategoryPopularity).use_groups(*groups)
        if self.session_gru:
            self.session_gru.use_content(ItemContent(*lists, *groups))
        self.statistics.make_room(items)
        untouched = ~self.catalog.excluded(items) & (self.statistics.counts[:items] == 0)
        self.cold_start.use(np.flatnonzero(untouched).tolist() if self.catalog.products else ())

    def change_catalog(
        self,
        products: Iterable[Product],
        gone: Iterable[ItemId],
        neighbors: ContentNeighbors,
        near: Collection[ItemId] = (),
    ) -> None:
        """Change products of the catalog, and the content neighbors of the items ``near``."""
        change = self.catalog.change(products, gone, self.items)
        items = len(self.items)
        self.statistics.make_room(items)
        if near:
            self.models.get(Content).change_lists(items, *neighbors.placed_of(near, self.items))
        if near or change.regrouped:
            groups, lists = self.catalog.groups(items), self.models.get(Content).lists
            self.models.get(CategoryPopularity).use_groups(*groups)
            if self.session_gru:
                self.session_gru.use_content(ItemContent(lists.neighbors, lists.cosines, *groups))
        if len(change.returned):
            self.models.get(TopRated).change_all()
            counted = np.flatnonzero(self.statistics.counts)
            self.cold_start.add(np.setdiff1d(change.returned, counted).astype(np.int32))

    def dump(self) -> State:
        """Return a copy of the state, quickly. The catalog is not part of it."""
        return {
            "version": STATE_VERSION,
            "learned": self.learned,
            "items": self.items.dump(),
            "visitors": self.visitors.dump(),
            "statistics": self.statistics.dump(),
            "models": self.models.dump(),
            "ranker": self.ranker.dump(),
            "ratings": self.ratings.dump(),
        }

    def restore(self, state: State) -> None:
        """Replace the state, except the catalog. Raises `InvalidState`, and is then to be discarded."""
        version = read_number(state, "version")
        if version != STATE_VERSION:
            raise InvalidState(f"a state of version {version}; this is version {STATE_VERSION}")
        self.learned = int(read_number(state, "learned"))
        self.items.load(read_part(state, "items"))
        self.visitors.load(read_part(state, "visitors"))
        self.statistics.load(read_part(state, "statistics"))
        self.models.load(read_part(state, "models"))
        self.ranker.load(read_part(state, "ranker"))
        self.ratings.load(read_part(state, "ratings"))
