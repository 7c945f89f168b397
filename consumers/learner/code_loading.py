"""Loads the machine code of the models in a thread of its own, while the learner restores and joins Kafka.

Otherwise the first event that is learned and the first list that is ranked load it, and a shopper waits for both.
"""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from consumers.clock import Clock
from consumers.learner.warm_up import EVENTS_TO_LOAD, made_up_shop, use
from online_models.hybrid_settings import HybridSettings

_log = logging.getLogger(__name__)

LONGEST_SECONDS = 20.0
SECONDS_BETWEEN_LOOKS = 0.1


def load(settings: HybridSettings, *, is_shared: bool) -> Iterator[None]:
    """Learn and rank in a made-up shop, by a model that nobody else sees, until all code is loaded.

    ``settings`` are those of the learner's model; ``is_shared`` tells whether several learners share the visitors.
    """
    return use(made_up_shop(settings, is_shared=is_shared), EVENTS_TO_LOAD)


class CodeLoading:
    """Takes one step of ``work`` after the other. It is over by itself, and nothing depends on how it ends.

    What it does not load, because it fails or its steps take more than ``longest`` seconds, the event that needs it
    loads.
    """

    def __init__(self, clock: Clock, work: Callable[[], Iterator[None]], longest: float = LONGEST_SECONDS) -> None:
        self._clock, self._work, self._longest = clock, work, longest
        self._over, self._left = threading.Event(), threading.Event()

    @property
    def is_over(self) -> bool:
        """Whether nothing more is loaded."""
        return self._over.is_set()

    @contextmanager
    def running(self, is_busy: Callable[[], bool]) -> Iterator[None]:
        """Load beside the block, but not while it ``is_busy``. One that is left early waits for the step at hand."""
        thread = threading.Thread(target=self._run, args=(is_busy,), name="code-loading")
        thread.start()
        try:
            yield
        finally:
            self._left.set()
            thread.join()

    def _run(self, is_busy: Callable[[], bool]) -> None:
        spent, since = 0.0, self._clock.elapsed()
        try:
            for _ in self._work():
                spent += self._clock.elapsed() - since
                while is_busy() and not self._left.wait(SECONDS_BETWEEN_LOOKS):
                    pass
                since = self._clock.elapsed()
                if self._left.is_set() or spent > self._longest:
                    break
        except Exception:  # noqa: BLE001 - the learner does without
            _log.exception("code could not be loaded ahead; events will load it")
        finally:
            self._over.set()
        _log.info("loaded code for %.1f s", spent)
