"""Draws repeat, and are even."""

import itertools

import numpy as np

from online_models.arrays.draws import draw


def test_the_same_number_draws_the_same() -> None:
    assert [draw(count, 1_000) for count in range(50)] == [draw(count, 1_000) for count in range(50)]


def test_every_value_is_drawn_about_equally_often() -> None:
    counts = np.bincount([draw(count, 7) for count in range(7_000)], minlength=7)
    assert len(counts) == 7
    assert (abs(counts - 1_000) < 120).all()


def test_neighboring_numbers_draw_independently() -> None:
    drawn = [draw(count, 2) for count in range(4_000)]
    changes = sum(one != other for one, other in itertools.pairwise(drawn))
    assert abs(changes - 2_000) < 150
