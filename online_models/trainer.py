"""Updates the recommender with each event: first the ranker by the visitor's slate, then all models."""

from dataclasses import replace

import msgspec

from online_models.models.sequence.transitions import STEPS
from online_models.ranking.recent_slates import Slate
from online_models.ranking_pipeline import RankingPipeline
from online_models.recommender_state import RecommenderState
from online_models.schema.events import (
    AnyEvent,
    ItemForgotten,
    PreferencesChanged,
    RankingShown,
    ReasonsRequested,
    TasteReset,
    VisitorForgotten,
    VisitorIdentified,
)
from online_models.schema.feedback import Feedback, feedback_of
from online_models.schema.keyspace import RANKING_LENGTH
from online_models.update_result import NOTHING_UPDATED, UpdateResult
from online_models.visitors.context import Context

SLATE_EVERY, SLATE_EVERY_LATER, EARLY = 32, 128, 20_000
"""Of events without a slate, such as a back-filled history, the ranker learns from every 32nd of the first 20,000, then
from every 128th.
"""


class Trainer:
    """Updates the state of a recommender, one event at a time. It keeps nothing itself."""

    def __init__(self, state: RecommenderState, pipeline: RankingPipeline) -> None:
        self._state = state
        self._pipeline = pipeline

    def learn_one(self, event: AnyEvent) -> UpdateResult:
        """Learn one event in all models, and say what it changed.

        An event received before its visitor signed in counts for the account, even if it arrives later. One received
        before its visitor was erased is dropped.
        """
        received = event.occurred_at if event.received_at is None else event.received_at
        visitor = self._state.visitors.departures.follow(event.visitor, received)
        if visitor is None:
            return NOTHING_UPDATED
        if visitor != event.visitor:
            event = msgspec.structs.replace(event, visitor=visitor)
        feedback = feedback_of(event)
        if feedback is None:
            return self._apply(event, received)
        if received < feedback.at:
            feedback = replace(feedback, at=received)
        return self.learn(feedback, from_list=event.surface == "for_you")

    def learn(self, feedback: Feedback, slate: Slate | None = None, *, from_list: bool = False) -> UpdateResult:
        """Learn one interaction: first the ranker from ``slate``, or from the visitor's last one; then all models.

        ``from_list`` tells whether the visitor came to the item from their list.
        """
        state = self._state
        item = state.items.add(feedback.item)
        if item < 0:
            return NOTHING_UPDATED
        visitor = state.visitors.use(feedback.visitor)
        if feedback.chosen:
            state.ranker.note_taken(visitor, item, from_list)
        context = state.visitors.sessions.context(visitor, feedback.at, feedback.session)
        self._learn_from_slate(item, feedback, context, slate)
        state.models.learn_one(item, feedback, context)
        if feedback.chosen:
            state.statistics.touch(item, feedback.at)
            state.cold_start.touch(item)
        beside = context.session_items.tolist()[: -STEPS - 1 : -1]
        known = item in beside or not feedback.chosen
        state.visitors.sessions.touch(visitor, item, feedback)
        state.learned += 1
        return UpdateResult(feedback.visitor, () if known else (feedback.item, *map(state.items.id, beside)))

    def walk(self, feedback: Feedback) -> None:
        """Advance the visitor's session without learning."""
        state = self._state
        item = state.items.add(feedback.item)
        if item >= 0:
            state.visitors.sessions.touch(state.visitors.use(feedback.visitor), item, feedback)

    def _learn_from_slate(self, item: int, feedback: Feedback, context: Context, slate: Slate | None) -> None:
        """Judge the visitor's slate by what they did, and let the ranker learn from it."""
        state = self._state
        slate = slate or state.ranker.recent_slates.take(context.visitor)
        if slate is None:
            every = SLATE_EVERY if state.learned < EARLY else SLATE_EVERY_LATER
            if state.learned % every or not len(context.items):
                return
            slate = self._pipeline.score(context, RANKING_LENGTH)
        if feedback.kind == "dismissal":
            state.ranker.learn_dismissed(item, slate)
        elif feedback.chosen:
            state.ranker.learn_one(item, slate)

    def _apply(self, event: AnyEvent, received: float) -> UpdateResult:
        """Apply an event that is no interaction with an item; ``received`` is when the shop received it."""
        state = self._state
        match event:
            case PreferencesChanged():
                state.visitors.declare(event)
            case ReasonsRequested():
                pass
            case RankingShown():
                if event.surface in (None, "for_you"):
                    indices = map(state.items.index, event.items)
                    state.ranker.note_shown(state.visitors.index(event.visitor), indices, event.occurred_at)
                return NOTHING_UPDATED
            case ItemForgotten():
                state.identity.forget_item(state.visitors.index(event.visitor), state.items.index(event.item))
            case TasteReset():
                state.identity.reset_taste(event.visitor, received)
            case VisitorIdentified():
                state.identity.identify(event.visitor, event.account, received)
                return UpdateResult(event.account)
            case VisitorForgotten():
                state.identity.forget(event.visitor, received)
                return NOTHING_UPDATED
        return UpdateResult(event.visitor)
