"""How likely a place is looked at: found again from clicks that were drawn from a known curve."""

import numpy as np

from online_models.ranking.examination import POSITIONS, PRIOR, fit_examination

PLACE = np.arange(20)


def test_a_known_curve_is_found_again_whoever_stands_where() -> None:
    """Good items stand high more often, so that clicks alone fall much faster than looks."""
    draws = np.random.default_rng(0)
    examined, wanted = 1 / (1 + 0.3 * PLACE), np.array([0.4, 0.1])
    shown = np.stack([4000 * (20 - PLACE), 4000 * (1 + PLACE)], axis=1).astype(float)
    clicked = draws.binomial(shown.astype(int), examined[:, None] * wanted).astype(float)
    found = fit_examination(shown, clicked)
    assert np.abs(found - examined).max() < 0.03
    naive = clicked.sum(axis=1) / shown.sum(axis=1)
    assert abs(naive[10] / naive[0] - examined[10]) > 0.05


def test_before_there_are_clicks_the_prior_holds() -> None:
    shown = np.zeros((POSITIONS, 3))
    assert np.allclose(fit_examination(shown, shown), PRIOR)


def test_it_never_rises_and_starts_with_one() -> None:
    draws = np.random.default_rng(1)
    for _ in range(20):
        shown = draws.integers(0, 500, (POSITIONS, 4)).astype(float)
        clicked = draws.binomial(shown.astype(int), 0.05).astype(float)
        found = fit_examination(shown, clicked)
        assert found[0] == 1
        assert (np.diff(found) <= 0).all()
        assert (found > 0).all()
