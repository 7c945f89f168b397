"""Where in the log learners take new weights up: far enough ahead that all of them have read of it by then."""

import math
from collections import deque
from collections.abc import Mapping

NOTICE_SECONDS = 3.0
"""Of events between the publication and the place: a learner reads the record and loads the file meanwhile."""

OBSERVED_SECONDS = 60.0
_MOST_KEPT = 20_000


class AppendRates:
    """How many events a second are appended to each partition, from those of the last minute.

    Examples
    --------
    >>> rates = AppendRates()
    >>> for second in range(120):
    ...     rates.note(partition=1, appended_at=1000.0 + second)
    >>> rates.place({0: 7, 1: 120}, now=1120.0)
    {0: 7, 1: 124}
    """

    def __init__(self) -> None:
        self._appended: dict[int, deque[float]] = {}

    def note(self, partition: int, appended_at: float) -> None:
        """Note an event, in the order of its partition."""
        self._appended.setdefault(partition, deque(maxlen=_MOST_KEPT)).append(appended_at)

    def place(self, ends: Mapping[int, int], now: float) -> dict[int, int]:
        """Return the offsets before which learners learn with the weights of before, by partition.

        They are the log's ends; of the busiest partition, the end that it will have in a moment, and one event more. So
        in a shop that stands still nothing is taken up: nobody waits for a list there.
        """
        rates = {partition: self._rate(partition, now) for partition in ends}
        busiest = max(sorted(ends), key=lambda partition: (rates[partition], ends[partition]), default=None)
        if busiest is None:
            return {}
        return {**ends, busiest: ends[busiest] + 1 + math.ceil(rates[busiest] * NOTICE_SECONDS)}

    def _rate(self, partition: int, now: float) -> float:
        appended = self._appended.get(partition, deque())
        while appended and appended[0] <= now - OBSERVED_SECONDS:
            appended.popleft()
        return len(appended) / OBSERVED_SECONDS
