"""A list made for one request: of a visit that the models do not know, for a basket, among some of the items."""

from collections.abc import Iterable

import numpy as np

from online_models.arrays.selection import Excluded
from online_models.arrays.types import NO_INDEX, Indices, Values
from online_models.ranking.recent_slates import Slate
from online_models.ranking_pipeline import RankingPipeline
from online_models.recommender_state import RecommenderState
from online_models.schema.events import ItemId
from online_models.schema.feedback import REWARDS
from online_models.schema.recommendations import RankedItem
from online_models.schema.requested_list import EVERYTHING, ListRequest, MadeItem
from online_models.slate.slate_builder import SlateBuilder
from online_models.visitors.context import Context
from online_models.visitors.interaction_history import LENGTH

_DIGITS = 4
"""To which what a source adds to a score is rounded."""


class RequestRanking:
    """Ranks for requests by the state of a recommender. It changes nothing of it and keeps nothing.

    What may not be listed is left out before any source chooses its best, so that a list is as long as it was asked to
    be for as long as there are that many items.
    """

    def __init__(self, state: RecommenderState, pipeline: RankingPipeline, builder: SlateBuilder) -> None:
        self._state = state
        self._pipeline = pipeline
        self._builder = builder

    def rank(self, request: ListRequest, now: float) -> tuple[MadeItem, ...]:
        """Return the list that is asked for, best first."""
        state, n = self._state, request.count
        visitor = state.visitors.index(request.visitor) if request.visitor is not None else NO_INDEX
        known = state.visitors.sessions.context(visitor, now)
        excluded = self._excluded(request, known)
        context = self._context(request, known)._replace(excluded=excluded)
        slate = self._pipeline.rank_allowed(context, state.learned, n)
        ranked = self._builder.with_reasons(slate, context, state.visitors.sessions.bought(known))
        if len(ranked) < n:
            self._builder.fill(ranked, excluded, now, n)
        return tuple(self._explained(ranked, slate) if request.explain else map(_made, ranked))

    def _context(self, request: ListRequest, known: Context) -> Context:
        """Return what is known of the visitor, and after it what the request says: basket, session, and the page."""
        named = [(item, REWARDS["cart"]) for item in request.basket]
        named += [(item, REWARDS["view"]) for item in (*request.session, *filter(None, (request.item,)))]
        rewards: dict[int, float] = {}
        for item, reward in named:
            index = self._state.items.index(item)
            if index >= 0:
                rewards[index] = max(rewards.pop(index, 0.0), reward)
        return _with_items(known, rewards) if rewards else known

    def _excluded(self, request: ListRequest, known: Context) -> Excluded:
        """Tell of each item whether it must not be listed."""
        state = self._state
        excluded = state.catalog.excluded(len(state.items))
        state.visitors.sessions.exclude_unwanted(known._replace(excluded=excluded))
        if request.filter != EVERYTHING:
            fitting = state.catalog.filters.fitting(request.filter)
            excluded[: len(fitting)] |= ~fitting
            excluded[len(fitting) :] = True
        unwanted = self._indices((*request.exclude, *request.basket, *request.session[-1:]))
        excluded[unwanted] = True
        if request.item is not None:
            excluded[self._indices((request.item,))] = True
        return excluded

    def _indices(self, items: Iterable[ItemId]) -> Indices:
        found = self._state.items.indices(tuple(items))
        return found[found >= 0]

    def _explained(self, ranked: list[RankedItem], slate: Slate) -> list[MadeItem]:
        """Say of each item what each source added to its score. What fills a list up was proposed by none."""
        contributions: Values = self._state.ranker.contributions(slate)
        names = self._state.models.names
        made = []
        for position, item in enumerate(ranked):
            scores: dict[str, float] = {}
            if position < len(contributions):
                added = contributions[position]
                of_sources = np.flatnonzero(added)
                of_sources = of_sources[np.argsort(-added[of_sources], kind="stable")]
                scores = {names[source]: round(added.item(source), _DIGITS) for source in of_sources.tolist()}
            made.append(_made(item, scores))
        return made


def _made(item: RankedItem, scores: dict[str, float] | None = None) -> MadeItem:
    return MadeItem(item=item.item, score=item.score, member=item.member, reason=item.reason, scores=scores or {})


def _with_items(known: Context, rewards: dict[int, float]) -> Context:
    """Return a context after the visitor turned to some items in the present session, in this order, just now."""
    items = np.fromiter(rewards, np.int32, len(rewards))
    kept = ~np.isin(known.items, items)
    kept_of_session = int(np.count_nonzero(kept[len(kept) - known.session_length :]))
    before = dict(zip(known.items.tolist(), known.counts.tolist(), strict=True))
    counts = np.array([before.get(item, 0) + 1 for item in rewards], np.int32)
    joined = (
        np.concatenate((known.items[kept], items))[-LENGTH:],
        np.concatenate((known.rewards[kept], np.fromiter(rewards.values(), np.float32, len(rewards))))[-LENGTH:],
        np.concatenate((known.times[kept], np.full(len(items), np.floor(known.now))))[-LENGTH:],
        np.concatenate((known.counts[kept], counts))[-LENGTH:],
    )
    return known._replace(
        items=joined[0],
        rewards=joined[1],
        times=joined[2],
        counts=joined[3],
        session_length=min(kept_of_session + len(items), len(joined[0])),
        is_asked=True,
    )
