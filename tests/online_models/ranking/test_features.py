"""The compiled features, scores and steps against the formulas, written out plainly."""

import math

import numpy as np
import pytest

from online_models.catalog.item_statistics import ItemStatistics
from online_models.models.recommender import Candidates
from online_models.ranking.context_features import ContextFeatures, context_indices
from online_models.ranking.linear_ranker import LinearRanker

NOW, ITEMS, LIMIT = 2_000_000.0, 40, 10
MEMBERS = ("popularity", "transitions", "content")
Features = dict[int, list[float]]


def a_shop(seed: int) -> tuple[Candidates, ContextFeatures, ItemStatistics]:
    draws = np.random.default_rng(seed)
    statistics = ItemStatistics()
    for item in draws.integers(0, ITEMS - 5, 60):
        statistics.touch(int(item), NOW - float(draws.exponential(50_000)))
    rows, values = np.full((3, LIMIT), -1, np.int32), np.zeros((3, LIMIT), np.float32)
    for member, said in enumerate(draws.integers(0, LIMIT + 1, 3)):
        rows[member, :said] = draws.choice(ITEMS, said, replace=False)
        values[member, :said] = np.sort(draws.exponential(20, said))[::-1]
    ignored = draws.choice(ITEMS, 6, replace=False).astype(np.int32)
    context = ContextFeatures(
        int(draws.integers(0, 7)),
        True,
        float(draws.exponential(100)),
        3,
        2.0,
        NOW,
        ignored,
        np.full(6, 1.5, np.float32),
        draws.choice(ITEMS, 4, replace=False).astype(np.int32),
        np.array([1, 4, 1, 2], np.int32),
    )
    return Candidates(rows, values), context, statistics


def features_of(candidates: Candidates, context: ContextFeatures, statistics: ItemStatistics) -> Features:
    features: Features = {}
    for member, (rows, values) in enumerate(zip(candidates.items.tolist(), candidates.scores.tolist(), strict=True)):
        for rank, (row, value) in enumerate(zip(rows, values, strict=True)):
            if row >= 0:
                line = features.setdefault(row, [0.0] * 18 + _of_item(row, context, statistics))
                line[6 * member : 6 * member + 6] = _said(rank, value, values[0])
    return features


def _said(rank: int, value: float, greatest: float) -> list[float]:
    share, sure = value / greatest, min(1.0, math.log(1 + greatest) / 3)
    level, near = max(0.0, 1 + math.log(value + 1e-4) / 9.21), 1 + math.log(share + 1e-4) / 9.21
    return [1.0, share, 1 / (1 + rank), near, share * sure, level]


def _of_item(row: int, context: ContextFeatures, statistics: ItemStatistics) -> list[float]:
    ignored = dict(zip(context.ignored_items.tolist(), context.ignored.tolist(), strict=True))
    last = [float(row == context.last), math.log(1 + ignored.get(row, 0.0)), *_of_visit(row, context)]
    count = float(statistics.counts[row]) if row < len(statistics.counts) else 0.0
    if not count:
        return [0.0] * 6 + [1.0, *last]
    idle, age = NOW - float(statistics.last[row]), max(0.0, NOW - float(statistics.first[row]))
    idle = max(0.0, idle)
    traffic = [math.log(1 + count) / 5, *(math.exp(-idle / scale) for scale in (600, 86_400))]
    traffic += [math.exp(-age / scale) for scale in (3_600, 604_800)]
    return [*traffic, math.log(1 + count * 86_400 / (age + 3_600)) / 5, float(count <= 2), *last]


def _of_visit(row: int, context: ContextFeatures) -> list[float]:
    visit = context.visit_items.tolist()
    if row not in visit:
        return [0.0] * 3
    place = visit.index(row)
    return [1.0, 1 / (len(visit) - place), 1 - 1 / context.visit_counts.item(place)]


@pytest.mark.parametrize("seed", range(8))
def test_scores_follow_the_formula(seed: int) -> None:
    candidates, context, statistics = a_shop(seed)
    weights = np.random.default_rng(seed).normal(size=(15, 30)).astype(np.float32)
    ranker = LinearRanker(MEMBERS)
    ranker.load(ranker.dump() | {"weights": weights})
    used = weights[0] + sum(weights[1 + part] for part in context_indices(context, bool(candidates.items[1, 0] < 0)))
    expected = {row: float(np.dot(line, used)) for row, line in features_of(candidates, context, statistics).items()}
    ranked = ranker.rank(candidates, context, statistics)
    assert dict(zip(ranked.items.tolist(), ranked.scores.tolist(), strict=True)) == pytest.approx(expected, abs=2e-3)


@pytest.mark.parametrize("against", [False, True])
@pytest.mark.parametrize("seed", range(4))
def test_steps_follow_the_gradient(seed: int, against: bool) -> None:
    candidates, context, statistics = a_shop(seed)
    features = features_of(candidates, context, statistics)
    target = sorted(features)[len(features) // 2]
    ranker = LinearRanker(MEMBERS)
    learn = ranker.learn_dismissed if against else ranker.learn_one
    learn(target, candidates, context, statistics)
    # From zero weights all candidates are equally likely.
    mean = np.mean(list(features.values()), axis=0)
    slope = mean - np.array(features[target])
    if against:
        slope *= -1 / (len(features) - 1)
    step = -slope / np.sqrt(1 + slope**2)
    weights = ranker.dump()["weights"]
    assert isinstance(weights, np.ndarray)
    assert weights[0] == pytest.approx(0.05 * step, abs=1e-5)
    touched = {1 + part for part in context_indices(context, bool(candidates.items[1, 0] < 0))}
    for part in range(1, 15):
        assert weights[part] == pytest.approx((0.02 if part in touched else 0) * step, abs=1e-5)
