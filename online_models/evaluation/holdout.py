"""The holdout protocol: one stream is learned; then the sessions of another are walked with all models frozen."""

import numpy as np
from numpy.typing import NDArray

from online_models.evaluation.evaluated import AnySlate, EvaluatedRecommender
from online_models.evaluation.rules import Rules
from online_models.evaluation.stream import Stream
from online_models.evaluation.walk import MOVED_EVERY, Clock, Measures, Moved, Walk, nobody_looks

SESSION_ENDS_AFTER = 30 * 60.0


def walk_holdout(
    hybrid: EvaluatedRecommender[AnySlate],
    stream: Stream,
    test: Stream,
    rules: Rules,
    clock: Clock,
    items: int = 0,
    moved: Moved = nobody_looks,
) -> Measures:
    """Learn ``stream``, then ask along ``test``, session by session and click by click.

    References
    ----------
    Ludewig and Jannach: Evaluation of session-based recommendation algorithms, UMUAI 2018.
    """
    known = max(items, len(set(stream.item_names) | set(test.item_names)))
    walk = Walk(hybrid, rules, known, clock)
    total, warm_up = len(stream) + len(test), int(len(stream) * rules.warm_up)
    started_at = clock()
    for number, feedback in enumerate(stream.feedbacks()):
        if number % MOVED_EVERY == 0:
            moved(number, total)
        walk.learn(feedback, judged=False, timed=number >= warm_up)
    for number, feedback in enumerate(test.taken(by_session(test)).feedbacks(), len(stream)):
        if number % MOVED_EVERY == 0:
            moved(number, total)
        walk.expect(feedback)
        walk.follow(feedback)
    walk.measures.seconds = clock() - started_at
    walk.measures.steps = total
    moved(total, total)
    return walk.measures


def by_session(stream: Stream) -> NDArray[np.intp]:
    """Return the places of the events session by session, each in order of time, the session that began first first.

    Where the stream names no sessions, they end by half an hour of absence.
    """
    places = np.lexsort((np.arange(len(stream)), stream.visitors))
    visitors, sessions, times = stream.visitors[places], stream.sessions[places], stream.times[places]
    begins = np.ones(len(stream), np.bool_)
    same = visitors[1:] == visitors[:-1]
    absent = np.diff(times) > SESSION_ENDS_AFTER
    begins[1:] = ~same | (sessions[1:] != sessions[:-1]) | ((sessions[1:] < 0) & absent)
    first = places[np.maximum.accumulate(np.where(begins, np.arange(len(stream)), 0))]
    return places[np.lexsort((places, first))]
