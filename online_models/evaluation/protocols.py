"""The protocols of an evaluation: prequential (test, then learn), and holdout (learn one stream, test on another)."""

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from online_models.arrays.types import NO_INDICES, Indices
from online_models.evaluation.rules import Rules
from online_models.evaluation.stream import Stream
from online_models.evaluation.walk import AnySlate, Clock, EvaluatedRecommender, Measures, Walk
from online_models.schema.feedback import Feedback

Progress = Callable[[int, int], None]
"""Called now and then with how many events are done, and of how many."""

SESSION_ENDS_AFTER = 30 * 60.0
_PROGRESS_EVERY = 256


def ignore_progress(_done: int, _total: int) -> None:
    """Do nothing."""


def walk_prequentially(
    hybrid: EvaluatedRecommender[AnySlate],
    stream: Stream,
    rules: Rules,
    clock: Clock,
    items: int = 0,
    progress: Progress = ignore_progress,
    categories: Indices = NO_INDICES,
) -> Measures:
    """Test, then learn, event by event.

    The lists of the warm-up are learned from and not judged. Ratings are judged from the first one on.

    Parameters
    ----------
    items
        Number of items of the catalog; at least those of the stream count.
    categories
        By index of an item its category, numbered from 0, -1 where it is not known; empty where none is.

    References
    ----------
    Gama, Sebastiao and Rodrigues: On evaluating stream learning algorithms, Machine Learning 2013. Vinagre, Jorge and
    Gama: Evaluation of recommender systems in streaming environments, 2015.
    """
    walk = Walk(hybrid, rules, max(items, len(stream.item_names)), clock, categories)
    warm_up, started_at = int(len(stream) * rules.warm_up), clock()
    for number, feedback in with_progress([stream], progress):
        if number == warm_up:
            started_at = clock()
        walk.expect(feedback)
        walk.learn(feedback, judged=number >= warm_up, timed=number >= warm_up)
    walk.measures.seconds, walk.measures.steps = clock() - started_at, len(stream) - warm_up
    return walk.measures


def walk_holdout(
    hybrid: EvaluatedRecommender[AnySlate],
    stream: Stream,
    test: Stream,
    rules: Rules,
    clock: Clock,
    items: int = 0,
    progress: Progress = ignore_progress,
    categories: Indices = NO_INDICES,
) -> Measures:
    """Learn ``stream``, then rank along ``test`` with all models frozen, session by session and click by click.

    References
    ----------
    Ludewig and Jannach: Evaluation of session-based recommendation algorithms, UMUAI 2018.
    """
    walk = Walk(hybrid, rules, max(items, len({*stream.item_names, *test.item_names})), clock, categories)
    warm_up, started_at = int(len(stream) * rules.warm_up), clock()
    for number, feedback in with_progress([stream, test.taken(by_session(test))], progress):
        if number < len(stream):
            walk.learn(feedback, judged=False, timed=number >= warm_up)
        else:
            walk.expect(feedback)
            walk.follow(feedback)
    walk.measures.seconds, walk.measures.steps = clock() - started_at, len(stream) + len(test)
    return walk.measures


def with_progress(streams: list[Stream], progress: Progress) -> Iterator[tuple[int, Feedback]]:
    """Go through the numbered events of streams, and report progress."""
    total, number = sum(map(len, streams)), 0
    for stream in streams:
        for feedback in stream.feedbacks():
            if number % _PROGRESS_EVERY == 0:
                progress(number, total)
            yield number, feedback
            number += 1
    progress(total, total)


def by_session(stream: Stream) -> NDArray[np.intp]:
    """Return the indices of the events session by session, each in order of time, whichever began first first."""
    return np.lexsort((np.arange(len(stream)), first_of_session(stream)))


def first_of_session(stream: Stream) -> NDArray[np.intp]:
    """Return for each event the index of the first event of its session, shape (events,).

    Where the stream names no sessions, they end by half an hour of absence.
    """
    order = np.lexsort((np.arange(len(stream)), stream.visitors))
    visitors, sessions, times = stream.visitors[order], stream.sessions[order], stream.times[order]
    begins = np.ones(len(stream), np.bool_)
    same = visitors[1:] == visitors[:-1]
    absent = np.diff(times) > SESSION_ENDS_AFTER
    begins[1:] = ~same | (sessions[1:] != sessions[:-1]) | ((sessions[1:] < 0) & absent)
    first = np.empty(len(stream), np.intp)
    first[order] = order[np.maximum.accumulate(np.where(begins, np.arange(len(stream)), 0))]
    return first
