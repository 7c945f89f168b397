"""Curves: sliding means along the stream."""

import numpy as np
import pytest

from online_models.evaluation.curves import draw_curves
from online_models.evaluation.tally import Tally, Traffic
from online_models.models.recommender import Candidates
from online_models.schema.events import VisitorId


def judged(hits: list[bool]) -> Tally:
    tally = Tally(1, 2, Traffic(3))
    listed = np.array([0, 1], np.int32)
    for at, hit in enumerate(hits):
        tally.add(Candidates(listed[None], np.ones((1, 2), np.float32)), listed, 0 if hit else 2, VisitorId("v"), at)
    return tally


def test_a_curve_is_the_mean_of_the_last_tenth_of_the_lists() -> None:
    curves = draw_curves(judged([False] * 50 + [True] * 50), k=2)
    assert curves.window == 10
    assert curves.hr[0, 0] == 0
    assert curves.hr[-1, 0] == 1
    assert (np.diff(curves.hr[:, 0]) >= 0).all()


def test_a_single_list_is_a_curve_of_one_point() -> None:
    curves = draw_curves(judged([True]), k=2)
    assert (curves.window, curves.lists.tolist(), curves.times.tolist()) == (1, [1], [0.0])
    assert curves.mrr[0] == pytest.approx([1, 1])
