"""Fast logarithms, exponentials and powers: how far from the exact ones."""

import numpy as np

from online_models.arrays.elementary import take_exponentials, take_logarithms, take_powers_of_two


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


def test_powers_of_two_are_near_the_exact_ones_and_bounded() -> None:
    exact = np.concatenate((np.linspace(-999, 999, 5001), np.arange(-20.0, 20.0)))
    fast = exact.copy()
    take_powers_of_two(fast)
    assert np.abs(fast / np.exp2(exact) - 1).max() < 1e-11
    far = np.array([-np.inf, -1e12, 1e12])
    take_powers_of_two(far)
    assert (far[:2] < 1e-300).all()
    assert far[2] > 1e300
