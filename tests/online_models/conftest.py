"""Builders of events and a way to teach members as the hybrid does."""

from collections.abc import Iterable, Sequence
from typing import Protocol

import pytest
from hypothesis import settings

from online_models.models.recommender import Model
from online_models.schema.events import AnyEvent, ItemId, ItemViewed, VisitorId, from_mapping
from online_models.schema.feedback import REWARDS, Feedback, FeedbackKind
from online_models.visitors.interaction_history import InteractionHistory

NOW = 1_700_000_000.0

settings.register_profile("riverfront", deadline=None)
settings.load_profile("riverfront")

Step = tuple[int, int, FeedbackKind, float]
"""Visitor row, item row, what they did, when."""


class EventBuilder(Protocol):
    def __call__(
        self, visitor: str, item: str = ..., at: float = ..., kind: type[AnyEvent] = ..., **fields: object
    ) -> AnyEvent: ...


@pytest.fixture
def an_event() -> EventBuilder:
    """Build an event, a view unless said otherwise."""
    count = 0

    def build(
        visitor: str, item: str = "", at: float = NOW, kind: type[AnyEvent] = ItemViewed, **fields: object
    ) -> AnyEvent:
        nonlocal count
        count += 1
        tag = kind.__struct_config__.tag
        told = {"kind": tag, "event_id": f"e{count}", "visitor": visitor, "occurred_at": at, "item": item, **fields}
        return from_mapping(told)

    return build


class Teach(Protocol):
    def __call__(
        self, models: Sequence[Model], steps: Iterable[Step], sessions: InteractionHistory | None = ...
    ) -> InteractionHistory: ...


@pytest.fixture
def teach() -> Teach:
    """Let models learn steps one by one, and return the sessions as they are then."""

    def teach_models(
        models: Sequence[Model], steps: Iterable[Step], sessions: InteractionHistory | None = None
    ) -> InteractionHistory:
        sessions = sessions or InteractionHistory()
        for visitor, item, kind, at in steps:
            stars = 1.0 + item % 5 if kind == "rating" else None
            reward = 2 * stars - 5 if stars else REWARDS[kind]
            feedback = Feedback(VisitorId(f"v{visitor}"), ItemId(f"i{item}"), kind, reward, at, stars)
            context = sessions.context(visitor, at)
            for model in models:
                model.learn_one(item, feedback, context)
            sessions.touch(visitor, item, feedback)
        return sessions

    return teach_models
