"""Answers requests for lists one after the other, in a thread of its own, when it is its turn to use the model."""

import logging
import threading
from collections.abc import Callable

from consumers.clock import Clock
from consumers.errors import StoreUnavailable
from consumers.quantiles import Quantiles
from consumers.requests.request_queue import RequestQueue
from consumers.requests.turns import Turns
from online_models.hybrid import Hybrid
from online_models.schema.requested_list import ListRequest, MadeList

_log = logging.getLogger(__name__)

WAIT_SECONDS = 0.25
"""For a request: so long may the end of the thread take."""

PAUSE_SECONDS = 0.5
CLOSED_SECONDS = 0.1
PATIENCE_SECONDS = 1.0
"""Whoever asked has given up after this."""


class RequestLoop:
    """Makes lists by the learner's own model. It never learns, and changes nothing of the model.

    Parameters
    ----------
    model, turns
        The model, and whose turn it is to use it.
    queue
        Where requests come from.

    Attributes
    ----------
    answered
        How many lists were made.
    made_us
        How long the model took for each, in microseconds.
    """

    def __init__(self, model: Hybrid, queue: RequestQueue, turns: Turns, clock: Clock) -> None:
        self._model, self._queue, self._turns, self._clock = model, queue, turns, clock
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self.answered = 0
        self.made_us = Quantiles()

    def start(self, is_open: Callable[[], bool]) -> None:
        """Answer while it ``is_open``, in a thread. A learner that is behind leaves requests to others."""
        self._thread = threading.Thread(target=self._run, args=(is_open,), name="requests", daemon=True)
        self._thread.start()

    def answer(self, request: ListRequest) -> MadeList | None:
        """Make one list. Returns None where its turn came too late."""
        clock = self._clock
        asked_at = clock.elapsed()
        self._turns.take()
        try:
            started, now = clock.elapsed(), clock.now()
            if started - asked_at > PATIENCE_SECONDS:
                return None
            items = self._model.rank_request(request, now)
            self.made_us.add(now, (clock.elapsed() - started) * 1e6)
        except Exception:  # noqa: BLE001 - one request must not end all others
            _log.exception("a list that was asked for could not be made")
            return MadeList(ranking_id=request.ranking_id, ranked_at=clock.now(), has_failed=True)
        finally:
            self._turns.give()
        self.answered += 1
        return MadeList(ranking_id=request.ranking_id, ranked_at=now, items=items)

    def close(self) -> None:
        """Take no more requests, and disconnect. Not to be called by who has the turn."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join(2 * WAIT_SECONDS)
        self._queue.close()

    def _run(self, is_open: Callable[[], bool]) -> None:
        answer: MadeList | None = None
        is_away = False
        while True:
            is_ending = self._stopping.is_set()
            seconds = WAIT_SECONDS if is_open() and not is_ending else 0.0
            if answer is None and not seconds:
                if is_ending:
                    return
                self._stopping.wait(CLOSED_SECONDS)
                continue
            try:
                request = self._queue.read(answer, seconds)
            except StoreUnavailable as error:
                if not is_away:
                    _log.warning("%s", error)
                answer, is_away = None, True
                self._stopping.wait(PAUSE_SECONDS)
                continue
            is_away = False
            answer = self.answer(request) if request is not None else None
