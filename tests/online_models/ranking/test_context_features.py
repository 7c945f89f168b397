"""Where a visitor stands, and which weights that calls for."""

import numpy as np
import pytest

from online_models.catalog.item_statistics import ItemStatistics
from online_models.ranking.context_features import CONTEXTS, ContextFeatures, context_features_of, context_indices
from online_models.visitors.context import Context

NOW = 1_000.0


def a_context(rows: list[int], session: int, last_at: float = NOW) -> Context:
    held = len(rows)
    times = np.linspace(last_at - held, last_at, held)
    ones = np.ones(held, np.int32)
    return Context(
        0, np.array(rows, np.int32), ones.astype(np.float32), times, ones, session, NOW, np.zeros(0, np.bool_)
    )


def test_it_says_what_is_known_and_keeps_no_views() -> None:
    statistics = ItemStatistics()
    statistics.touch(8, at=NOW - 40)
    context = a_context([7, 8], session=1, last_at=NOW - 40)
    features = context_features_of(context, statistics)
    context.items[:], context.counts[:] = 0, 0
    assert features[:6] == (1, True, 40.0, 8, 1.0, NOW)
    assert (features.visit_items.tolist(), features.visit_counts.tolist()) == ([8], [1])


def test_an_item_beyond_the_statistics_and_a_touch_to_come_do_no_harm() -> None:
    context = context_features_of(a_context([70_000], session=1, last_at=NOW + 90), ItemStatistics())
    assert (context.last_count, context.dwell) == (0.0, 0.0)


@pytest.mark.parametrize(
    ("context", "silent", "places"),
    [
        (ContextFeatures(0, False, 1e9, -1, 0, NOW), True, (0, 4, 9, 10)),
        (ContextFeatures(1, True, 0, 5, 3, NOW), False, (1, 5, 6, 11)),
        (ContextFeatures(4, False, 89, 5, 20, NOW), False, (2, 4, 7, 12)),
        (ContextFeatures(5, True, 1799, 5, 21, NOW), False, (3, 5, 8, 13)),
    ],
)
def test_each_question_has_one_answer(context: ContextFeatures, silent: bool, places: tuple[int, ...]) -> None:
    assert context_indices(context, silent) == places
    assert len(CONTEXTS) == 14
