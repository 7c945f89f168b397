"""Updates the recommender with each event: first the ranker by the visitor's slate, then all models."""

import zlib
from collections.abc import Callable
from typing import Literal

import msgspec
import numpy as np

from online_models.arrays.types import NO_INDEX
from online_models.models.factors.factorization import Factorization
from online_models.models.sequence.transitions import STEPS
from online_models.ranking.judgment import Judgment, pack, unpack
from online_models.ranking.recent_slates import Slate
from online_models.ranking_pipeline import RankingPipeline
from online_models.recommender_state import RecommenderState
from online_models.schema.events import (
    AnyEvent,
    ItemForgotten,
    ItemId,
    PreferencesChanged,
    RankingShown,
    ReasonsRequested,
    Searched,
    TasteReset,
    VisitorForgotten,
    VisitorId,
    VisitorIdentified,
)
from online_models.schema.feedback import Feedback, feedback_of
from online_models.schema.keyspace import RANKING_LENGTH
from online_models.schema.ranker_update import NOT_KNOWN, InvalidUpdate, RankerUpdate
from online_models.update_result import NOTHING_UPDATED, UpdateResult
from online_models.visitors.context import Context
from online_models.visitors.influence import Influence

SLATE_EVERY, SLATE_EVERY_LATER, EARLY = 32, 128, 20_000
"""Of events without a slate, such as a back-filled history, the ranker learns from every 32nd of the first 20,000, then
from every 128th.
"""

Owns = Callable[[VisitorId], bool]
"""Whether a visitor is this learner's to rank."""


class Trainer:
    """Updates the state of a recommender, one event at a time. It keeps nothing itself.

    Parameters
    ----------
    state, pipeline
        What is trained, and what makes slates.
    owns
        Where several learners share the visitors: says whether this one ranks a visitor. Then the ranker learns by
        `apply` alone, and events of these visitors result in the updates that all learners apply in the same order.
    """

    def __init__(self, state: RecommenderState, pipeline: RankingPipeline, owns: Owns | None = None) -> None:
        self._state = state
        self._pipeline = pipeline
        self._owns = owns
        self._ensemble = zlib.crc32(" ".join(state.models.names).encode())

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
            feedback = msgspec.structs.replace(feedback, at=received)
        return self.learn(feedback, from_list=event.surface == "for_you")

    def visitors_of(self, event: AnyEvent) -> tuple[VisitorId, ...]:
        """Return who may wait for a list because of an event that was learned before.

        That is whoever it belongs to now, the account after a sign-in, and an id that is in use again since.
        """
        if isinstance(event, RankingShown):
            return ()
        visitors = self._state.visitors
        received = event.occurred_at if event.received_at is None else event.received_at
        found = {event.visitor} if visitors.index(event.visitor) >= 0 else set()
        if not isinstance(event, VisitorForgotten):
            visitor = event.account if isinstance(event, VisitorIdentified) else event.visitor
            owner = visitors.departures.follow(visitor, received)
            found |= {owner} if owner is not None and self._is_there(owner) else set()
        return tuple(sorted(found))

    def _is_there(self, visitor: VisitorId) -> bool:
        """Tell whether a visitor was not erased, or came back."""
        visitors = self._state.visitors
        return visitors.index(visitor) >= 0 or visitors.departures.follow(visitor, float("-inf")) is not None

    def learn(self, feedback: Feedback, slate: Slate | None = None, *, from_list: bool = False) -> UpdateResult:
        """Learn one interaction: first the ranker from ``slate``, or from the visitor's last one; then all models.

        ``from_list`` tells whether the visitor came to the item from their list.
        """
        state = self._state
        item = state.items.add(feedback.item)
        if item < 0:
            return NOTHING_UPDATED
        visitor = state.visitors.use(feedback.visitor)
        is_shared = self._owns is not None
        influence = state.visitors.weigh(visitor, item, feedback)
        context = state.visitors.sessions.context(visitor, feedback.at, feedback.session, influence=influence)
        from_list = from_list and influence.teaches
        if feedback.chosen and not is_shared:
            state.ranker.note_taken(visitor, item, from_list)
        judgment = self._judge(item, feedback, context, slate)
        update = None
        if is_shared:
            update = self._update_of(item, visitor, feedback, judgment, from_list)
        elif judgment is not None:
            state.ranker.learn_one(judgment)
        if feedback.rating is not None:
            self._learn_rating(visitor, item, feedback.rating, influence)
        state.models.learn_one(item, feedback, context)
        if influence.is_first:
            state.statistics.touch(item, feedback.at, influence.weight)
            state.cold_start.touch(item)
        beside = context.session_items[: -STEPS - 1 : -1].tolist()
        unchanged = item in beside or not feedback.chosen
        state.visitors.sessions.touch(visitor, item, feedback)
        state.learned += 1
        return UpdateResult(feedback.visitor, () if unchanged else (feedback.item, *state.items.ids(beside)), update)

    def apply(self, update: RankerUpdate) -> None:
        """Let the ranker learn what a learner has worked out, this one or another.

        Raises
        ------
        InvalidUpdate
            If its ranker has other sources. Nothing is learned then.
        """
        ranker, visitor = self._state.ranker, self._index_at(update.visitor, update.at)
        if update.ensemble != self._ensemble:
            raise InvalidUpdate("an update of a ranker with other sources")
        items = [self._state.items.index(item) for item in update.items]
        if update.kind == "shown":
            if len(update.top_sources) != len(items):
                raise InvalidUpdate("a list that was shown with too many or too few sources")
            sources = np.frombuffer(update.top_sources, np.int8).tolist()
            items = [NO_INDEX if source == NOT_KNOWN else item for item, source in zip(items, sources, strict=True)]
            ranker.note_shown(visitor, items, sources, update.at)
            return
        if update.judgment is not None:
            try:
                ranker.learn_one(unpack(update.judgment))
            except ValueError as error:
                raise InvalidUpdate(str(error)) from error
        match update.kind:
            case "chosen":
                ranker.note_taken(visitor, items[0], update.from_list)
            case "forgotten":
                ranker.forget_shown(visitor, items[0])
            case "reset":
                ranker.forget_shown(visitor)

    def _index_at(self, visitor: VisitorId, at: float) -> int:
        """Return the index of whoever an id stood for at a time; -1 where they were erased since, or are not known."""
        visitors = self._state.visitors
        owner = visitors.departures.follow(visitor, at)
        return NO_INDEX if owner is None else visitors.index(owner)

    def walk(self, feedback: Feedback) -> None:
        """Advance the visitor's session without learning."""
        state = self._state
        item = state.items.add(feedback.item)
        if item >= 0:
            visitor, sessions = state.visitors.use(feedback.visitor), state.visitors.sessions
            state.models.walk(item, feedback, sessions.context(visitor, feedback.at, feedback.session))
            sessions.touch(visitor, item, feedback)

    def _judge(self, item: int, feedback: Feedback, context: Context, slate: Slate | None) -> Judgment | None:
        """Judge the visitor's slate by what they did, if there is anything to learn from it."""
        state = self._state
        slate = slate or state.ranker.recent_slates.take(context.visitor)
        if not context.influence.teaches or (self._owns is not None and not self._owns(feedback.visitor)):
            return None
        if slate is None:
            every = SLATE_EVERY if state.learned < EARLY else SLATE_EVERY_LATER
            if state.learned % every or not len(context.items):
                return None
            slate = self._pipeline.score(context, RANKING_LENGTH)
        dismissed = feedback.kind == "dismissal"
        return state.ranker.judge(item, slate, dismissed=dismissed) if dismissed or feedback.chosen else None

    def _learn_rating(self, visitor: int, item: int, stars: float, influence: Influence) -> None:
        """Learn what to expect of a rating, before the models have seen it."""
        state = self._state
        expected = state.models.get(Factorization).expected_rating(visitor, item)
        if expected is None:
            expected = state.ratings.mean
        state.ratings.learn_one(visitor, item, stars, expected, is_shared=influence.trains)

    def _update_of(
        self, item: int, visitor: int, feedback: Feedback, judgment: Judgment | None, from_list: bool
    ) -> RankerUpdate | None:
        """Return what all learners' rankers are to learn, if this one ranks the visitor."""
        is_taken = feedback.chosen and (judgment is not None or self._state.ranker.was_shown(visitor, item))
        if (judgment is None and not is_taken) or not (self._owns and self._owns(feedback.visitor)):
            return None
        return RankerUpdate(
            ensemble=self._ensemble,
            kind="chosen" if feedback.chosen else "dismissed",
            visitor=feedback.visitor,
            items=(feedback.item,),
            at=feedback.at,
            from_list=from_list,
            judgment=None if judgment is None else pack(judgment),
        )

    def _note_shown(self, event: RankingShown) -> UpdateResult:
        """Note what was drawn for a visitor, with the sources of their slate."""
        visitor, ranker = self._state.visitors.index(event.visitor), self._state.ranker
        if visitor >= 0 and not self._state.visitors.admits_list(visitor, event.network, event.occurred_at):
            return NOTHING_UPDATED
        items = [self._state.items.index(item) for item in event.items]
        top_sources = ranker.top_sources(visitor, items)
        if self._owns is None:
            if top_sources is not None:
                ranker.note_shown(visitor, items, top_sources, event.occurred_at)
        elif visitor >= 0 and items and self._owns(event.visitor):
            # Without a slate, too: what a visitor was shown must not depend on which learner made the list, nor on how
            # much another has learned meanwhile.
            known = top_sources or [NO_INDEX] * len(items)
            sources = np.array(
                [NOT_KNOWN if item < 0 else source for item, source in zip(items, known, strict=True)], np.int8
            ).tobytes()
            update = RankerUpdate(
                self._ensemble, "shown", event.visitor, event.items, event.occurred_at, top_sources=sources
            )
            return UpdateResult(ranker_update=update)
        return NOTHING_UPDATED

    def _forgets(self, kind: Literal["forgotten", "reset"], event: AnyEvent, *items: ItemId) -> RankerUpdate | None:
        """Return what has all learners forget again what was shown: of an event before, an update may be on its way."""
        if self._owns is None or not self._owns(event.visitor):
            return None
        return RankerUpdate(self._ensemble, kind, event.visitor, items, event.occurred_at)

    def _apply(self, event: AnyEvent, received: float) -> UpdateResult:
        """Apply an event that is no interaction with an item; ``received`` is when the shop received it."""
        state = self._state
        match event:
            case PreferencesChanged():
                state.visitors.declare(event)
            case ReasonsRequested():
                pass
            case Searched():
                return NOTHING_UPDATED
            case RankingShown():
                return self._note_shown(event) if event.surface in (None, "for_you") else NOTHING_UPDATED
            case ItemForgotten(surface="for_you"):  # the undo beside a list
                state.identity.take_back_dismissal(state.visitors.index(event.visitor), state.items.index(event.item))
                return UpdateResult(event.visitor)
            case ItemForgotten():
                state.identity.forget_item(state.visitors.index(event.visitor), state.items.index(event.item))
                return UpdateResult(event.visitor, ranker_update=self._forgets("forgotten", event, event.item))
            case TasteReset():
                state.identity.reset_taste(event.visitor, received)
                return UpdateResult(event.visitor, ranker_update=self._forgets("reset", event))
            case VisitorIdentified():
                state.identity.identify(event.visitor, event.account, received)
                return UpdateResult(event.account)
            case VisitorForgotten():
                state.identity.forget(event.visitor, received)
                return NOTHING_UPDATED
        return UpdateResult(event.visitor)
