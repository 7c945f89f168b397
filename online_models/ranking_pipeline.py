"""The ranking pipeline for one visitor: retrieve candidates, score them, rank them into a slate."""

from online_models.arrays.types import NO_INDICES, Indices
from online_models.models.content.content import Content
from online_models.ranking.context_features import ContextFeatures
from online_models.ranking.recent_slates import Slate
from online_models.recommender_state import RecommenderState
from online_models.slate.arrangement import apply_preferences, arrange, put_first, rank_at_once
from online_models.slate.variety import NO_VARIETY, RECENT, Variety
from online_models.visitors.context import Context
from online_models.visitors.declared_preferences import NOTHING_DECLARED


class RankingPipeline:
    """Makes slates from the state of a recommender. It changes nothing and keeps nothing.

    Parameters
    ----------
    state
        What was learned.
    candidates
        How many items each source may propose.
    varies
        Whether lists are varied (`Variety`).
    """

    def __init__(self, state: RecommenderState, candidates: int, *, varies: bool = False) -> None:
        self._state = state
        self._candidates = candidates
        self._varies = varies
        self._content = state.models.get(Content)
        self._content_line = state.models.names.index(self._content.names[0])

    def score(self, context: Context, n: int, excluded: Indices = NO_INDICES, *, keep_last: bool = False) -> Slate:
        """Return the best ``n`` without ``excluded``, the last item (unless kept), and what is not for sale."""
        state = self._state
        mask = state.catalog.excluded(len(state.items))
        mask[excluded] = True
        if len(context.items) and not keep_last:
            mask[context.items[-1]] = True
        return self._slate(context._replace(excluded=mask), n)

    def rank(self, context: Context, turn: int, n: int) -> Slate:
        """Return the slate to show: without items the visitor must not see, with positions for cold-start items.

        ``turn`` is any number that grows from slate to slate: cold-start items take turns.
        """
        state = self._state
        context = context._replace(excluded=state.catalog.excluded(len(state.items)))
        state.visitors.sessions.exclude_unwanted(context)
        return self.rank_allowed(context, turn, n)

    def rank_allowed(self, context: Context, turn: int, n: int) -> Slate:
        """Return the slate to show without what the context excludes, as `rank` does. That must cover all items."""
        state = self._state
        slate = self._slate(context, n)
        return state.cold_start.insert(slate, slate.candidates.items[self._content_line], context.excluded, turn, n)

    def _slate(self, context: Context, n: int) -> Slate:
        state = self._state
        candidates = state.models.retrieve(context, self._candidates)
        features, fallback = state.ranker.context_features(context), state.ranker.fallback
        declared = state.visitors.preferences.of(context.visitor)
        variety = self._variety(context, features)
        best = None
        if declared == NOTHING_DECLARED:
            best = rank_at_once(state.ranker.inputs(candidates, features), fallback, self._content, n, variety)
        if best is None:
            ranked = state.ranker.rank(candidates, features)
            if fallback >= 0:
                ranked = put_first(ranked, candidates, fallback)
            if declared != NOTHING_DECLARED:
                odds = state.catalog.liking(ranked.items, declared)
                if self._varies:
                    variety = variety._replace(declared=ranked.items[odds > 1])
                ranked = apply_preferences(ranked, odds)
            best = arrange(ranked, state.items, self._content, n, variety)
        return Slate(candidates, features, best.items, best.scores, best.top_sources)

    def _variety(self, context: Context, features: ContextFeatures) -> Variety:
        """Return what the visitor's list is varied by, but for what they declared."""
        if not self._varies:
            return NO_VARIETY
        return Variety(
            is_on=True,
            types=self._state.catalog.types,
            recent=context.items[-RECENT:],
            ignored_items=features.ignored_items,
            ignored=features.ignored,
        )
