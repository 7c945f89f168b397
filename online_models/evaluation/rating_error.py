"""How far expected ratings are from given ones."""

from math import sqrt


class RatingError:
    r"""Errors of ratings that were expected before they were learned.

    .. math:: RMSE = \sqrt{\frac{1}{n} \sum (\hat r - r)^2},\quad MAE = \frac{1}{n} \sum |\hat r - r|

    Examples
    --------
    >>> error = RatingError()
    >>> error.add(3.0, 4.0)
    >>> error.add(5.0, 2.0)
    >>> error.mae, round(error.rmse, 3)
    (2.0, 2.236)
    """

    def __init__(self) -> None:
        self.count = 0
        self._squares = 0.0
        self._distances = 0.0

    def add(self, expected: float, given: float) -> None:
        """Count a rating that was expected, and what came."""
        distance = abs(expected - given)
        self.count += 1
        self._squares += distance * distance
        self._distances += distance

    @property
    def rmse(self) -> float:
        """Root of the mean squared error; 0 before the first."""
        return sqrt(self._squares / max(1, self.count))

    @property
    def mae(self) -> float:
        """Mean absolute error; 0 before the first."""
        return self._distances / max(1, self.count)
