"""The alarm for a hit rate that has changed for good."""

from concurrent.futures import Future
from typing import Any

import numpy as np

from consumers.monitor.hit_rate_watch import HitRateWatch, load_detector
from online_models.schema.messages import MemberQuality, ModelQuality


def told(asked: int, hits: int) -> ModelQuality:
    hybrid = MemberQuality(member="hybrid", hit_rate=0.0, mrr=0.0, answered=1.0)
    return ModelQuality(asked=asked, hybrid=hybrid, total_asked=asked, total_hits=hits)


def test_a_hit_rate_that_changes_for_good_is_noticed_once() -> None:
    watch, draws = HitRateWatch(), np.random.default_rng(0)
    asked = hits = 0
    for second in range(400):
        asked += 5
        hits += int(draws.binomial(5, 0.6 if second < 200 else 0.3))
        quality = watch.watch(told(asked, hits), now=float(second))
        if second == 199:
            assert quality.drifts == 0
    assert quality.drifts >= 1
    assert quality.drifted_at is not None
    assert 200 < quality.drifted_at < 400


def test_what_happened_before_the_start_and_a_learner_that_starts_anew_are_no_change() -> None:
    watch = HitRateWatch()
    assert watch.watch(told(10_000, 9_000), now=0.0).drifts == 0
    assert watch.watch(told(0, 0), now=1.0).drifts == 0
    assert watch.watch(told(10, 0), now=2.0).drifted_at is None


def test_what_comes_while_the_detector_is_loaded_is_taken_in_later() -> None:
    loading: Future[Any] = Future()
    watch = HitRateWatch(loading)
    watch.watch(told(0, 0), now=0.0)
    assert watch.watch(told(900, 900), now=1.0).drifts == 0
    loading.set_result(load_detector())
    watch.watch(told(901, 901), now=2.0)
    for second in range(3, 200):
        quality = watch.watch(told(901 + 5 * (second - 2), 901), now=float(second))
    assert quality.drifts == 1
