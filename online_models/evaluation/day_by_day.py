"""The protocol of Transformers4Rec: learn day by day, and judge the next day by the last item of each session."""

from dataclasses import replace
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from online_models.arrays.types import NO_INDICES, Indices
from online_models.evaluation.protocols import Progress, first_of_session, ignore_progress, with_progress
from online_models.evaluation.rules import Rules
from online_models.evaluation.stream import Stream
from online_models.evaluation.walk import AnySlate, Clock, EvaluatedRecommender, Measures, Walk
from online_models.schema.feedback import AGAINST, FEEDBACK_KINDS

DAY = 86_400.0
LONGEST_SESSION = 20
SHORTEST_SESSION = 2

_AGAINST = [FEEDBACK_KINDS.index(kind) for kind in FEEDBACK_KINDS if kind in AGAINST]


def walk_day_by_day(
    hybrid: EvaluatedRecommender[AnySlate],
    stream: Stream,
    rules: Rules,
    clock: Clock,
    items: int = 0,
    progress: Progress = ignore_progress,
    categories: Indices = NO_INDICES,
) -> Measures:
    """Learn the first day; then, day by day, judge its sessions with all models frozen, and learn them.

    A session is judged once, by its last item, after the visitor has gone through all items before it. Sessions are
    anonymous: each is a visitor without a past. Nothing is tuned, so all sessions of a day are judged; the paper keeps
    half of them for tuning.

    References
    ----------
    de Souza Pereira Moreira, Rabhi, Lee, Ak and Oldridge: Transformers4Rec: bridging the gap between NLP and
    sequential / session-based recommendation, RecSys 2021 (incremental training and evaluation).
    """
    walk = Walk(hybrid, rules, max(items, len(stream.item_names)), clock, categories)
    days = split_by_day(stream)
    parts = [part for day in days for part in (_as_strangers(day), _by_time(day))][1:]
    steps, started_at = with_progress(parts, progress), clock()
    for number, day in enumerate(days):
        if number:
            for (_, feedback), is_last in zip(islice(steps, len(day)), _is_last(day).tolist(), strict=True):
                walk.follow(feedback, judged=is_last)
            walk.measures.day_ends.append(len(walk.measures.warm))
        for _, feedback in islice(steps, len(day)):
            walk.learn(feedback, judged=False, timed=True)
    # Reports that all is done.
    next(steps, None)
    walk.measures.seconds, walk.measures.steps = clock() - started_at, sum(map(len, parts))
    return walk.measures


def split_by_day(stream: Stream) -> list[Stream]:
    """Return the sessions of each day (UTC) on which one began, session by session; each session is a visitor.

    As in the paper, an item that follows itself counts once, sessions of one item are left out, and of longer ones the
    first 20 items remain. Events against an item are left out.
    """
    stream = stream.taken(np.flatnonzero(~np.isin(stream.kinds, _AGAINST)))
    first = first_of_session(stream)
    order = np.lexsort((np.arange(len(stream)), first))
    follows = first[order][1:] == first[order][:-1]
    repeats = np.zeros(len(order), np.bool_)
    repeats[1:] = follows & (stream.items[order][1:] == stream.items[order][:-1])
    order = order[~repeats]
    _, starts, sessions, lengths = np.unique(first[order], return_index=True, return_inverse=True, return_counts=True)
    positions = np.arange(len(order)) - starts[sessions]
    kept = (lengths[sessions] >= SHORTEST_SESSION) & (positions < LONGEST_SESSION)
    order, sessions = order[kept], sessions[kept]
    days = np.floor(stream.times[first[order]] / DAY)
    names = [str(number) for number in range(len(starts))]
    numbers = sessions.astype(np.int32)
    anonymous = replace(
        stream.taken(order), visitors=numbers, visitor_names=names, sessions=numbers, session_names=names
    )
    return [anonymous.taken(np.flatnonzero(days == day)) for day in np.unique(days)]


def _as_strangers(day: Stream) -> Stream:
    """Return the sessions under other names, so that what is judged leaves no trace in what is learned."""
    return replace(day, visitor_names=[f"judged {name}" for name in day.visitor_names])


def _by_time(day: Stream) -> Stream:
    return day.taken(np.argsort(day.times, kind="stable"))


def _is_last(day: Stream) -> NDArray[np.bool_]:
    """Tell of each event whether it is the last of its session."""
    last: NDArray[np.bool_] = np.append(day.visitors[1:] != day.visitors[:-1], True)
    return last
