"""Quantiles of a figure over the last seconds."""

from collections import deque

from online_models.schema.messages import Percentiles


class Quantiles:
    """Samples of the last ``seconds``, at most ``limit`` of them."""

    def __init__(self, seconds: float = 60.0, limit: int = 2_000) -> None:
        self._seconds = seconds
        self._samples: deque[tuple[float, float]] = deque(maxlen=limit)

    def add(self, at: float, value: float) -> None:
        """Take in one sample."""
        self._samples.append((at, value))

    def percentiles(self, now: float) -> Percentiles | None:
        """Return the quantiles of what is not older than the window, or None if nothing is."""
        samples = self._samples
        while samples and samples[0][0] < now - self._seconds:
            samples.popleft()
        if not samples:
            return None
        ordered = sorted(value for _, value in samples)
        last = len(ordered) - 1
        p50, p90, p99 = (round(ordered[round(last * share)], 3) for share in (0.5, 0.9, 0.99))
        return Percentiles(count=len(ordered), p50=p50, p90=p90, p99=p99)
