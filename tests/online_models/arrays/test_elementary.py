"""Fast logarithms and exponentials: how far from the exact ones."""

import numpy as np

from online_models.arrays.elementary import take_exponentials, take_logarithms


def test_logarithms_are_near_the_exact_ones_over_all_sizes() -> None:
    exact = np.concatenate((np.geomspace(1e-30, 1e30, 5001), np.linspace(0.9, 1.1, 501))).astype(np.float32)
    fast = exact.copy()
    take_logarithms(fast)
    assert np.abs(fast - np.log(exact)).max() < 4e-5


def test_exponentials_are_near_the_exact_ones_and_vanish_far_below() -> None:
    exact = -np.concatenate((np.geomspace(1e-9, 80, 5001), [0.0])).astype(np.float32)
    fast = exact.copy()
    take_exponentials(fast)
    assert np.abs(fast / np.exp(exact) - 1).max() < 2e-5
    assert fast[-1] == 1
    far = np.array([-1e3, -1e12], np.float32)
    take_exponentials(far)
    assert (far < 1e-30).all()
