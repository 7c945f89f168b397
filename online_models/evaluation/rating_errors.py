"""How far expected ratings were off."""

from array import array
from dataclasses import dataclass

import numpy as np

from online_models.evaluation.metrics import Interval, interval, means_of_resamples


@dataclass(frozen=True, slots=True)
class RatingErrors:
    """Root mean squared and mean absolute error of expected ratings."""

    rmse: float
    mae: float
    ci95: dict[str, Interval]


def rating_errors_of(differences: "array[float]", raters: "array[int]", seed: int) -> RatingErrors | None:
    """Return the errors, None where there are none; intervals are by the bootstrap over visitors.

    Parameters
    ----------
    differences
        Of each rating, what was expected less what was given.
    raters
        A number from 0 for the visitor of each.

    Examples
    --------
    >>> errors = rating_errors_of(array("d", [1.0, -1.0]), array("l", [0, 1]), seed=1)
    >>> errors.mae, errors.ci95["mae"]
    (1.0, (1.0, 1.0))
    """
    errors, visitors = np.array(differences), np.array(raters)
    if not len(errors):
        return None
    squares, sizes = np.bincount(visitors, errors**2), np.bincount(visitors, np.abs(errors))
    sums = np.stack((squares, sizes), axis=1).astype(np.float64)
    samples = means_of_resamples(np.bincount(visitors), sums, seed)
    bounds = {"rmse": interval(np.sqrt(samples[:, 0])), "mae": interval(samples[:, 1])}
    return RatingErrors(float(np.sqrt(np.mean(errors**2))), float(np.mean(np.abs(errors))), bounds)
