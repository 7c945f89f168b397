"""The whole recommender in one class: the learner feeds it events and asks it for lists."""

import zlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

import numpy as np

from online_models.arrays.state import InvalidState, State
from online_models.arrays.types import NO_INDEX, NO_INDICES, Indices
from online_models.catalog.catalog import Catalog
from online_models.catalog.content_neighbors import ContentNeighbors
from online_models.hybrid_settings import DEFAULTS, HybridSettings
from online_models.models.factors.factorization import Factorization
from online_models.models.neural.session_gru import ReadyWeights, SessionGru
from online_models.models.neural.weights import Weights
from online_models.models.popularity.top_rated import TopRated
from online_models.ranking.recent_slates import Slate
from online_models.ranking_pipeline import RankingPipeline
from online_models.recommender_state import RecommenderState
from online_models.request_ranking import RequestRanking
from online_models.schema.events import AnyEvent, ItemId, RankingId, VisitorId
from online_models.schema.explanation import SlateExplanation
from online_models.schema.feedback import Feedback
from online_models.schema.keyspace import RANKING_LENGTH, RELATED_LENGTH, TRENDING_LENGTH
from online_models.schema.messages import ModelQuality
from online_models.schema.product import Product
from online_models.schema.ranker_update import RankerUpdate
from online_models.schema.recommendations import RankedItem
from online_models.schema.requested_list import ListRequest, MadeItem
from online_models.slate.explainer import SlateExplainer
from online_models.slate.slate_builder import SlateBuilder
from online_models.trainer import Owns, Trainer
from online_models.update_result import UpdateResult


class Hybrid:
    """All models, what they share, and the ranker that combines their candidates.

    What the models learn follows from the events alone. What the ranker, its fallback and the live quality learn also
    follows from the slates that visitors had: it is saved with the rest, but a replay of the log does not make the
    same slates again.

    Parameters
    ----------
    settings
        How large it may grow.
    owns
        Where several learners share the visitors: says whether a visitor is this one's to rank. Then `learn_one`
        returns what the ranker is to learn, a `RankerUpdate` that all learners `apply` in the same order: so each of
        them ranks any visitor alike.

    Examples
    --------
    >>> from online_models.schema.events import EventId, ItemViewed
    >>> hybrid = Hybrid()
    >>> for second, (visitor, item) in enumerate([("ann", "cup"), ("ann", "saucer"), ("bob", "cup")]):
    ...     event = ItemViewed(
    ...         event_id=EventId(f"e{second}"),
    ...         visitor=VisitorId(visitor),
    ...         occurred_at=1.7e9 + second,
    ...         item=ItemId(item),
    ...     )
    ...     change = hybrid.learn_one(event)
    >>> change
    UpdateResult(visitor='bob', items=('cup',))
    >>> best = hybrid.rank(VisitorId("bob"), now=1.7e9 + 3, n=1)[0]
    >>> best.item
    'saucer'
    """

    def __init__(self, settings: HybridSettings = DEFAULTS, owns: Owns | None = None) -> None:
        self._settings = settings
        self._owns = owns
        self._catalog = Catalog()
        self._neighbors = ContentNeighbors({})
        self._later: Collection[ItemId] = ()
        self._gone: Collection[ItemId] = ()
        self._start()

    def _start(self) -> None:
        state = RecommenderState(self._settings, self._catalog)
        self._state, self._ranker, self._names = state, state.ranker, state.models.names
        self._items, self._visitors, self._models = state.items, state.visitors, state.models
        self._pipeline = RankingPipeline(state, self._settings.candidates, varies=self._settings.varies)
        self._trainer = Trainer(state, self._pipeline, self._owns)
        self._builder = SlateBuilder(
            state.items, self._catalog, state.visitors.sessions, state.statistics, state.models, state.reasons
        )
        self._requests = RequestRanking(state, self._pipeline, self._builder)
        self._explainer = SlateExplainer(state.items, state.visitors.sessions, state.models, state.reasons)

    @property
    def items(self) -> int:
        """How many items are known."""
        return len(self._items)

    @property
    def visitors(self) -> int:
        """How many visitors are known."""
        return len(self._visitors)

    @property
    def members(self) -> tuple[str, ...]:
        """The members' names, in the order of `Candidates`."""
        return self._names

    def index(self, item: ItemId) -> int:
        """Return the index of an item; -1 if it is not known."""
        return self._items.index(item)

    def number(self, item: ItemId) -> None:
        """Give an item its index now, if it has none: indices are part of the state, so all learners must agree.

        Items of a catalog get theirs with the catalog, in order of id; those that came later at their place in the log.
        """
        self._state.number(item)

    def use_catalog(
        self,
        products: Iterable[Product],
        neighbours: Mapping[ItemId, Sequence[tuple[ItemId, float]]],
        later: Collection[ItemId] = (),
        gone: Collection[ItemId] = (),
    ) -> None:
        """Replace the catalog. Items that it lacks are learned from but never recommended, unless it is empty.

        Parameters
        ----------
        products
            What the shop has now.
        neighbours
            Content neighbors by item, best first, with their cosines.
        later
            Items that came after the catalog was published. They get no index by this, but by `number`, and are
            recommended from `complete_catalog` on.
        gone
            Items that have left it since. They get an index all the same.
        """
        self._neighbors, self._later, self._gone = ContentNeighbors(neighbours), later, gone
        self._place_catalog(products)

    def complete_catalog(self) -> None:
        """Recommend all products of the catalog, also those that came later. Who has no index by now gets one."""
        self._later = ()
        self._place_catalog(tuple(self._catalog.known.values()))

    def change_catalog(
        self,
        products: Iterable[Product],
        gone: Iterable[ItemId],
        neighbours: Mapping[ItemId, Sequence[tuple[ItemId, float]]] | None = None,
    ) -> None:
        """Change products of the catalog, and take items out of it, which are learned from but not recommended.

        New products are recommended from now on. ``neighbours`` are the content neighbors of items that have others
        now.
        """
        self._neighbors.change(neighbours or {})
        self._state.change_catalog(products, gone, self._neighbors, tuple(neighbours or ()))
        self._builder.forget_titles()

    def learn_one(self, event: AnyEvent) -> UpdateResult:
        """Learn one event in all models, and say what it changed.

        An event received before its visitor signed in counts for the account, even if it arrives later. One received
        before its visitor was erased is dropped.
        """
        return self._trainer.learn_one(event)

    def visitors_of(self, event: AnyEvent) -> tuple[VisitorId, ...]:
        """Return who may wait for a list because of an event that was learned before.

        That is whoever it belongs to now, the account after a sign-in, and an id that is in use again since.
        """
        return self._trainer.visitors_of(event)

    def learn(self, feedback: Feedback, slate: Slate | None = None, *, from_list: bool = False) -> UpdateResult:
        """Learn one signal: first the ranker from ``slate``, or from the visitor's last one; then all models.

        ``from_list`` tells whether the visitor came to the item from their list.
        """
        return self._trainer.learn(feedback, slate, from_list=from_list)

    def learn_many(self, feedbacks: Iterable[Feedback]) -> None:
        """Learn signals one after the other, as `learn` does. They come in order of time."""
        for feedback in feedbacks:
            self.learn(feedback)

    def apply(self, update: RankerUpdate) -> None:
        """Let the ranker learn what a learner has worked out, this one or another. Raises `InvalidUpdate`."""
        self._trainer.apply(update)

    @property
    def weights_version(self) -> str:
        """The version of the session network's weights that were taken up last; empty if none were."""
        weights = self.weights
        return weights.version if weights else ""

    @property
    def weights(self) -> Weights | None:
        """The session network's weights that were taken up last."""
        return self._state.session_gru.weights if self._state.session_gru else None

    def prepare(self, weights: Weights) -> ReadyWeights:
        """Make weights of the session network ready. Changes nothing, and may run beside the thread that learns.

        Raises
        ------
        LookupError
            If the settings leave the network out.
        """
        return self._models.get(SessionGru).prepare(weights, self._items.indices(weights.item_ids))

    def take_up(self, weights: Weights | ReadyWeights) -> None:
        """Let the session network answer by these weights from now on.

        Recommenders that have learned the same events and take up the same weights then are equal, whenever the
        weights were made ready. With weights that `prepare` has made ready it takes a few milliseconds.

        Raises
        ------
        LookupError
            If the settings leave the network out.
        """
        ready = self.prepare(weights) if isinstance(weights, Weights) else weights
        if NO_INDEX in ready.indices and not np.array_equal(
            ready.indices, indices := self._items.indices(ready.weights.item_ids)
        ):
            ready = self._models.get(SessionGru).prepare(ready.weights, indices)
        self._models.get(SessionGru).take_up(ready)

    def walk(self, feedback: Feedback) -> None:
        """Advance the visitor's session without learning."""
        self._trainer.walk(feedback)

    def score(
        self,
        visitor: VisitorId,
        now: float,
        *,
        session: str | None = None,
        excluded: Indices = NO_INDICES,
        keep_last: bool = False,
        n: int = RANKING_LENGTH,
    ) -> Slate:
        """Return the scored candidates and the slate for a visitor. Changes nothing.

        Parameters
        ----------
        session
            The shop's own name of the present session, where it has one.
        excluded
            Items to leave out, besides the last one (unless ``keep_last``) and what is not for sale.
        n
            Length of the list.
        """
        context = self._visitors.sessions.context(self._visitors.index(visitor), now, session)
        return self._pipeline.score(context, n, excluded, keep_last=keep_last)

    def recommend(
        self,
        visitor: VisitorId,
        now: float,
        n: int = 10,
        *,
        member: str | None = None,
        filter_already_liked_items: bool = True,
    ) -> list[tuple[ItemId, float]]:
        """Return up to ``n`` items for a visitor with their scores, best first, as `SingleModel` does. Changes nothing.

        `rank` makes the list that a shop shows: with reasons, a place for new products, and without what is in the
        basket.

        Parameters
        ----------
        member
            The source that answers alone, by its name in `members`; all of them together by default.
        filter_already_liked_items
            Whether to leave out the items of the visitor's interaction history.

        Raises
        ------
        ValueError
            If there is no member of that name.
        """
        if member is not None and member not in self._names:
            raise ValueError(f"{member} is none of the members: {', '.join(self._names)}")
        liked = self._visitors.sessions.context(self._visitors.index(visitor), now).items
        excluded = liked if filter_already_liked_items else NO_INDICES
        slate = self.score(visitor, now, excluded=excluded, keep_last=not filter_already_liked_items, n=n)
        items, scores = slate.items, slate.scores
        if member is not None:
            line = self._names.index(member)
            items, scores = slate.candidates.items[line], slate.candidates.scores[line]
        said = items >= 0
        return list(zip(self._items.ids(items[said][:n]), scores[said][:n].tolist(), strict=True))

    def rank(self, visitor: VisitorId, now: float, n: int = RANKING_LENGTH) -> tuple[RankedItem, ...]:
        """Return the visitor's list, best first. Only its slate is kept, to learn from what the visitor does next.

        The item just viewed is left out, and so is what lies in the basket, was just bought, rated badly or dismissed,
        or is not for sale.
        """
        index = self._visitors.index(visitor)
        context = self._visitors.sessions.context(index, now)
        # Learners that share the visitors number them differently.
        number = index if self._owns is None else zlib.crc32(visitor.encode())
        slate = self._pipeline.rank(context, number + self._state.learned, n)
        if index >= 0:
            self._ranker.recent_slates.put(index, slate)
        return self._builder.personal(slate, context, n)

    def rank_request(self, request: ListRequest, now: float) -> tuple[MadeItem, ...]:
        """Return the list that a request asks for, best first. Changes nothing.

        It is as long as was asked for, while the catalog has that many items which may be listed.

        Examples
        --------
        >>> from online_models.schema.requested_list import ListFilter
        >>> shop = Hybrid()
        >>> wares = [("cup", 300), ("saucer", 200), ("teapot", 900)]
        >>> products = [Product(item=ItemId(i), title=i.title(), price=price, category="tea") for i, price in wares]
        >>> shop.use_catalog(products, {ItemId("cup"): [(ItemId("teapot"), 0.8), (ItemId("saucer"), 0.4)]})
        >>> request = ListRequest(
        ...     ranking_id=RankingId("r1"), session=(ItemId("cup"),), filter=ListFilter(max_price=500)
        ... )
        >>> [(made.item, made.reason.text) for made in shop.rank_request(request, now=1.7e9)]
        [('saucer', 'Because you viewed Cup')]
        """
        return self._requests.rank(request, now)

    def explain(self, visitor: VisitorId, ranking_id: RankingId, now: float) -> SlateExplanation | None:
        """Return why the visitor's last list is as it is; None once they have done something else. Changes nothing."""
        index = self._visitors.index(visitor)
        slate = self._ranker.recent_slates.get(index)
        if slate is None:
            return None
        return self._explainer.explain(
            slate, self._ranker.contributions(slate), self._visitors.sessions.context(index, now), ranking_id
        )

    def goes_well_with(
        self, item: ItemId, n: int = RELATED_LENGTH, visitor: VisitorId | None = None
    ) -> tuple[RankedItem, ...]:
        """Return what was chosen with an item; for a visitor, what suits them first. Changes nothing."""
        index = self._items.index(item)
        if index < 0:
            return ()
        slate = self._ranker.recent_slates.get(self._visitors.index(visitor)) if visitor is not None else None
        return self._builder.related(index, n, slate)

    def similar(self, item: ItemId, n: int = RELATED_LENGTH) -> tuple[RankedItem, ...]:
        """Return the items most similar to an item. Changes nothing."""
        index = self._items.index(item)
        return self._builder.similar(index, n) if index >= 0 else ()

    def bought_together(self, visitor: VisitorId, now: float, n: int = RELATED_LENGTH) -> tuple[RankedItem, ...]:
        """Return what goes with all that lies in a visitor's basket; nothing without one. Changes nothing."""
        index = self._visitors.index(visitor)
        basket = self._visitors.sessions.basket(index, now)
        return self._builder.together(basket, self._visitors.sessions.context(index, now), n) if basket else ()

    def trending(self, now: float, n: int = TRENDING_LENGTH) -> tuple[RankedItem, ...]:
        """Return what gets more traffic lately than usual. Changes nothing."""
        return self._builder.trending(now, n)

    def popular(self, now: float, n: int = TRENDING_LENGTH) -> tuple[RankedItem, ...]:
        """Return what most visitors choose; in a fresh shop, what sold before. Changes nothing."""
        return self._builder.popular(now, n)

    def top_rated(self, now: float, n: int = TRENDING_LENGTH) -> tuple[RankedItem, ...]:
        """Return what visitors rate best; nothing where nobody rates. Changes nothing."""
        return self._builder.top_rated(now, n)

    def new_arrivals(self, n: int = TRENDING_LENGTH) -> tuple[RankedItem, ...]:
        """Return items without interactions, then those whose first interaction was latest. Changes nothing."""
        return self._builder.new_arrivals(n)

    def recent_items(self, visitor: VisitorId, now: float, n: int = 32) -> list[ItemId]:
        """Return the last items of a visitor's interaction history, oldest first. Changes nothing."""
        return self._items.ids(self._visitors.sessions.context(self._visitors.index(visitor), now).items[-n:])

    def popularity(self, items: Iterable[ItemId]) -> list[float]:
        """Return how often each item was chosen, in relation to all that was learned. Changes nothing."""
        counts, indices = self._state.statistics.counts, [self._items.index(item) for item in items]
        total = max(1, self._state.learned)
        return [counts.item(index) / total if 0 <= index < len(counts) else 0.0 for index in indices]

    def quality(self) -> ModelQuality:
        """Return how good the lists were that visitors really had. Changes nothing."""
        return self._ranker.quality()

    def touched_items(self) -> Iterator[ItemId]:
        """Yield the items of now with which anybody has interacted."""
        indices = np.flatnonzero(self._state.statistics.counts[: len(self._items)])
        return (self._items.id(index) for index in indices.tolist())

    def take_rated(self, *, everything: bool = False) -> dict[ItemId, tuple[int, ...]]:
        """Return how many visitors give one, two ... five stars, by item for sale, where that has changed.

        That is since the last call; after `load` or `use_catalog`, or with ``everything``, it is every item that has
        stars.
        """
        rated = self._models.get(TopRated)
        changed = rated.take_changed()
        indices = np.array(rated.rated() if everything else changed, np.int32)
        return {
            self._items.id(index): rated.stars(index) for index in indices[self._catalog.for_sale(indices)].tolist()
        }

    def expected_rating(self, visitor: VisitorId, item: ItemId) -> float | None:
        """Return the stars that the visitor is expected to give; None where neither is known."""
        pair = self._visitors.index(visitor), self._items.index(item)
        expected = self._models.get(Factorization).expected_rating(*pair)
        return None if expected is None else self._state.ratings.predict_one(*pair, expected)

    def dump(self) -> State:
        """Return a copy of all that was learned, quickly. The catalog is not part of it."""
        return self._state.dump()

    def load(self, state: State) -> None:
        """Replace all that was learned by what `dump` returned, and keep the catalog.

        Raises
        ------
        InvalidState
            If the state is of another version or of other settings. Nothing is learned then, not even what was.
        """
        self._start()
        try:
            self._state.restore(state)
        except InvalidState:
            self._start()
            raise
        finally:
            self._place_catalog(tuple(self._catalog.known.values()))

    def _place_catalog(self, products: Iterable[Product]) -> None:
        self._state.use_catalog(products, self._neighbors, self._later, self._gone)
        self._builder.forget_titles()
