"""Garbage collection and thread switching, tuned for a process whose lists must not be late."""

import gc
import sys

from consumers.clock import Clock

# Kafka's client reads in a thread of its own. At the default of 5 ms it would wait that long for its turn whenever
# the models are at work.
SWITCH_SECONDS = 0.0005
YOUNG_OBJECTS = 100_000
SECONDS_BETWEEN_SMALL, SECONDS_BETWEEN_LARGE = 1.0, 300.0


class GcTuning:
    """Moves garbage collection into idle moments. Models hold millions of objects that stay."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._small_at = self._large_at = clock.elapsed()

    def freeze(self) -> None:
        """Exclude all living objects from collection. Call it once the models are loaded."""
        sys.setswitchinterval(SWITCH_SECONDS)
        gc.set_threshold(YOUNG_OBJECTS, 50, 1_000)
        gc.collect()
        gc.freeze()
        self._small_at = self._large_at = self._clock.elapsed()

    def collect(self) -> None:
        """Collect young objects, and now and then all. Call it when there is nothing else to do."""
        elapsed = self._clock.elapsed()
        if elapsed >= self._large_at + SECONDS_BETWEEN_LARGE:
            self._large_at = self._small_at = elapsed
            gc.collect()
            gc.freeze()
        elif elapsed >= self._small_at + SECONDS_BETWEEN_SMALL:
            self._small_at = elapsed
            gc.collect(0)
