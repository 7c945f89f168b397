"""Watches the share of visitors' next items that were in their lists, and finds when it has changed for good."""

from concurrent.futures import Future
from threading import Thread
from typing import Any

import msgspec

from online_models.schema.messages import ModelQuality

MOST = 1_000
"""Events taken in at once: after an outage the newest share counts, not a flood of old ones."""


def load_detector() -> Any:
    """Load River's ADWIN, which takes seconds."""
    from river.drift import ADWIN

    # River's compiled detectors carry no types.
    return ADWIN()  # type: ignore[no-untyped-call]  # River is untyped


def load_detector_aside() -> "Future[Any]":
    """Load it in a thread, so that nothing else waits for it."""
    loading: Future[Any] = Future()
    Thread(target=lambda: loading.set_result(load_detector()), name="drift", daemon=True).start()
    return loading


class HitRateWatch:
    """River's ADWIN over the hits that the learner counts.

    The learner says how many events it has held to lists since the shop began, and how many of them were hits. What
    came since the last time is taken in one by one, the hits spread evenly.

    References
    ----------
    Bifet, A. and Gavaldà, R. (2007). Learning from time-changing data with adaptive windowing. SDM.
    """

    def __init__(self, loading: "Future[Any] | None" = None) -> None:
        if loading is None:
            loading = Future()
            loading.set_result(load_detector())
        self._loading = loading
        self._asked: int | None = None
        self._hits = 0
        self._drifts = 0
        self._drifted_at: float | None = None

    def watch(self, quality: ModelQuality, now: float) -> ModelQuality:
        """Take in what came since the last time, and return the quality with its drifts.

        Until the detector is loaded, what comes is left for later.
        """
        if self._asked is not None and not self._loading.done():
            return quality
        asked, hits = quality.total_asked - (self._asked or 0), quality.total_hits - self._hits
        first = self._asked is None or asked < 0
        self._asked, self._hits = quality.total_asked, quality.total_hits
        if not first and asked > 0:
            self._take_in(min(asked, MOST), hits / asked, now)
        return msgspec.structs.replace(quality, drifts=self._drifts, drifted_at=self._drifted_at)

    def _take_in(self, count: int, rate: float, now: float) -> None:
        hits = round(rate * count)
        detector, drifted = self._loading.result(), False
        for number in range(count):
            detector.update((number + 1) * hits // count > number * hits // count)
            drifted |= detector.drift_detected
        if drifted:
            self._drifts += 1
            self._drifted_at = now
