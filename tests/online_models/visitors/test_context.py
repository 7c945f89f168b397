"""What a context says of the present session."""

import numpy as np

from online_models.visitors.context import nothing_known
from tests.online_models.contexts import NOW, touching


def test_of_a_stranger_there_is_nothing() -> None:
    context = nothing_known(NOW)
    assert (context.visitor, context.session_length, context.now) == (-1, 0, NOW)
    for array in (context.items, context.rewards, context.times, context.counts, context.excluded):
        assert len(array) == 0
    assert len(context.session_items) == len(context.recent_items) == 0


def test_exclusions_and_index_are_kept_of_a_visitor_without_history() -> None:
    excluded = np.array([True, False])
    context = nothing_known(NOW, visitor=4, excluded=excluded)
    assert context.visitor == 4
    assert context.excluded is excluded


def test_the_session_is_the_newest_part_of_the_history() -> None:
    context = touching((3, 1.0), (4, 1.0), history=[(1, 1.0), (2, 1.0)])
    assert context.session_items.tolist() == [3, 4]
    assert context.recent_items.tolist() == [3, 4]
    assert context.items.tolist() == [1, 2, 3, 4]


def test_between_sessions_the_whole_history_is_recent() -> None:
    context = touching(history=[(1, 1.0), (2, 1.0)])
    assert context.session_items.tolist() == []
    assert context.recent_items.tolist() == [1, 2]
