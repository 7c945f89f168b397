"""Visits in a few words: what a visitor did by rows, how a model learns it, and what it answers."""

from collections.abc import Iterable, Sequence

import numpy as np

from online_models.models.recommender import Model, retrieve
from online_models.schema.events import ItemId, VisitorId
from online_models.schema.feedback import REWARDS, Feedback, FeedbackKind
from online_models.visitors.context import Context

NOW = 1_700_000_000.0


def a_visitor(*rows: int, session: int | None = None, excluded: Sequence[int] = ()) -> Context:
    """Return one who touched these rows, oldest first: all in this session unless said otherwise."""
    count = len(rows)
    bars = np.zeros(max(excluded, default=-1) + 1, np.bool_)
    bars[list(excluded)] = True
    return Context(
        visitor=0,
        items=np.array(rows, np.int32),
        rewards=np.ones(count, np.float32),
        times=np.full(count, NOW),
        counts=np.ones(count, np.int32),
        session_length=count if session is None else session,
        now=NOW,
        excluded=bars,
    )


def learn(model: Model, item: int, context: Context, kind: FeedbackKind = "view") -> None:
    """Let a model learn one touch of ``item``."""
    model.learn_one(item, Feedback(VisitorId("v"), ItemId(str(item)), kind, REWARDS[kind], NOW), context)


def walk(model: Model, rows: Iterable[int], kind: FeedbackKind = "view", session: int | None = None) -> None:
    """Let a model learn one visitor's touches one by one."""
    before: list[int] = []
    for row in rows:
        learn(model, row, a_visitor(*before, session=session), kind)
        before = [*[other for other in before if other != row], row]


def said(model: Model, name: str, context: Context, limit: int = 200) -> dict[int, float]:
    """Return what a model says under one of its names: the values by row, best first."""
    candidates = retrieve(model, context, limit)
    line = model.names.index(name)
    count = int((candidates.items[line] >= 0).sum())
    return dict(zip(candidates.items[line, :count].tolist(), candidates.scores[line, :count].tolist(), strict=True))
