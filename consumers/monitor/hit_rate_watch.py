"""Watches the share of visitors' next items that were in their lists, and finds when it has changed for good."""

from typing import Any

import msgspec
from river.drift import ADWIN

from online_models.schema.messages import ModelQuality

MOST = 1_000
"""Events taken in at once: after an outage the newest share counts, not a flood of old ones."""


class HitRateWatch:
    """River's ADWIN over the hits that the learner counts.

    The learner says how many events it has held to lists since the shop began, and how many of them were hits. What
    came since the last time is taken in one by one, the hits spread evenly.

    References
    ----------
    Bifet, A. and Gavaldà, R. (2007). Learning from time-changing data with adaptive windowing. SDM.
    """

    def __init__(self) -> None:
        # River's compiled detectors carry no types.
        self._detector: Any = ADWIN()  # type: ignore[no-untyped-call]
        self._asked: int | None = None
        self._hits = 0
        self._drifts = 0
        self._drifted_at: float | None = None

    def watch(self, quality: ModelQuality, now: float) -> ModelQuality:
        """Take in what came since the last time, and return the quality with its drifts."""
        asked, hits = quality.total_asked - (self._asked or 0), quality.total_hits - self._hits
        first = self._asked is None or asked < 0
        self._asked, self._hits = quality.total_asked, quality.total_hits
        if not first and asked > 0:
            self._take_in(min(asked, MOST), hits / asked, now)
        return msgspec.structs.replace(quality, drifts=self._drifts, drifted_at=self._drifted_at)

    def _take_in(self, count: int, rate: float, now: float) -> None:
        hits = round(rate * count)
        drifted = False
        for number in range(count):
            self._detector.update((number + 1) * hits // count > number * hits // count)
            drifted |= self._detector.drift_detected
        if drifted:
            self._drifts += 1
            self._drifted_at = now
