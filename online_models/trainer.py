"""What becomes of an event: the blend learns from the list that the visitor had, then all models from the event."""

from dataclasses import replace

import msgspec

from online_models.models.sequence.transitions import STEPS
from online_models.ranking.recent_slates import Asked
from online_models.ranking_pipeline import Asking
from online_models.recommender_state import Knowledge
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
from online_models.update_result import NO_CHANGE, Change
from online_models.visitors.context import Context

ASKED_EVERY, ASKED_LATER, EARLY = 32, 128, 20_000
"""Of events that follow no list, such as history that is filled in, every so manieth teaches the blend.

At first every 32nd, from 20,000 events on every 128th: what was learned for longer is moved less by one event more.
"""


class Learning:
    """Teaches everything that is known, one event or signal at a time. It keeps nothing itself."""

    def __init__(self, known: Knowledge, asking: Asking) -> None:
        self._known = known
        self._asking = asking

    def learn_one(self, event: AnyEvent) -> Change:
        """Learn one event in all models, and say what it changed.

        An event that was taken in before its visitor signed in is the account's, also if it comes later; one from
        before its visitor was forgotten is nobody's.
        """
        came = event.occurred_at if event.received_at is None else event.received_at
        visitor = self._known.audience.departures.follow(event.visitor, came)
        if visitor is None:
            return NO_CHANGE
        if visitor != event.visitor:
            event = msgspec.structs.replace(event, visitor=visitor)
        feedback = feedback_of(event)
        if feedback is None:
            return self._heed(event, came)
        if came < feedback.at:
            feedback = replace(feedback, at=came)
        return self.learn(feedback, from_list=event.surface == "for_you")

    def learn(self, feedback: Feedback, asked: Asked | None = None, *, from_list: bool = False) -> Change:
        """Learn one signal: first the blend from ``asked``, or the list that the visitor had; then all models.

        ``from_list`` tells whether the visitor came to the item from their list.
        """
        known = self._known
        item = known.items.add(feedback.item)
        if item < 0:
            return NO_CHANGE
        visitor = known.audience.use(feedback.visitor)
        if feedback.chosen:
            known.loop.note_taken(visitor, item, from_list)
        context = known.audience.sessions.context(visitor, feedback.at, feedback.session)
        self._learn_served(item, feedback, context, asked)
        known.models.learn_one(item, feedback, context)
        if feedback.chosen:
            known.statistics.touch(item, feedback.at)
            known.newcomers.touch(item)
        beside = context.session_items.tolist()[: -STEPS - 1 : -1]
        told = item in beside or not feedback.chosen
        known.audience.sessions.touch(visitor, item, feedback)
        known.learned += 1
        return Change(feedback.visitor, () if told else (feedback.item, *map(known.items.id, beside)))

    def walk(self, feedback: Feedback) -> None:
        """Move the visitor's session on, and learn nothing."""
        known = self._known
        item = known.items.add(feedback.item)
        if item >= 0:
            known.audience.sessions.touch(known.audience.use(feedback.visitor), item, feedback)

    def _learn_served(self, item: int, feedback: Feedback, context: Context, asked: Asked | None) -> None:
        """Hold the visitor's list to what they did, and let the blend learn from it."""
        known = self._known
        asked = asked or known.loop.served.take(context.visitor)
        if asked is None:
            every = ASKED_EVERY if known.learned < EARLY else ASKED_LATER
            if known.learned % every or not len(context.items):
                return
            asked = self._asking.ask(context, RANKING_LENGTH)
        if feedback.kind == "dismissal":
            known.loop.learn_dismissed(item, asked)
        elif feedback.chosen:
            known.loop.learn_one(item, asked)

    def _heed(self, event: AnyEvent, came: float) -> Change:
        """Do what an event asks for that says nothing about one item; ``came`` is when it was taken in."""
        known = self._known
        match event:
            case PreferencesChanged():
                known.audience.declare(event)
            case ReasonsRequested():
                pass
            case RankingShown():
                if event.surface in (None, "for_you"):
                    rows = map(known.items.row, event.items)
                    known.loop.note_shown(known.audience.row(event.visitor), rows, event.occurred_at)
                return NO_CHANGE
            case ItemForgotten():
                known.identity.forget_item(known.audience.row(event.visitor), known.items.row(event.item))
            case TasteReset():
                known.identity.reset_taste(event.visitor, came)
            case VisitorIdentified():
                known.identity.identify(event.visitor, event.account, came)
                return Change(event.account)
            case VisitorForgotten():
                known.identity.forget(event.visitor, came)
                return NO_CHANGE
        return Change(event.visitor)
