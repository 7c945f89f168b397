"""Which learners live, by their heartbeats, and the slots that this one has among them.

Kafka's group protocol would do, but notices a death after its session timeout, which brokers do not let be under 6 s.
A learner alone has all slots, sends no heartbeats, and asks nobody.
"""

import logging
import threading
import uuid
from collections import deque
from dataclasses import dataclass

from consumers.clock import Clock
from consumers.errors import StoreUnavailable
from consumers.members.heartbeats import Heartbeat, HeartbeatStore
from consumers.members.slots import Assignment, slot_of
from online_models.schema.events import VisitorId

_log = logging.getLogger(__name__)

SECONDS_BETWEEN_BEATS = 0.3
DEAD_AFTER = 1.5
"""Seconds without a new heartbeat after which a learner is taken for dead. One that lives only ranks twice."""

STUCK_AFTER = 5.0
"""Seconds without a step of its loop after which a learner says of itself that it cannot rank."""

REMOVED_AFTER = 60.0
MARGIN = 2.0
"""Seconds before the last sign of life from which on visitors are ranked again: what was on its way then is lost."""


@dataclass(slots=True)
class _Peer:
    heartbeat: Heartbeat
    heard: float
    """By the clock's `elapsed`."""
    at: float
    """Unix seconds."""


@dataclass(frozen=True, slots=True)
class Takeover:
    """Slots that this learner has got, and since when their visitors may not have been ranked, Unix seconds."""

    slots: frozenset[int]
    since: float


class Membership:
    """Beats in a thread of its own, so that Redis delays no list. While Redis is away, everything stays as it was:
    nothing can be pushed then.

    Parameters
    ----------
    name
        This learner's.
    store
        Where learners see each other; None for a learner alone.
    """

    def __init__(self, name: str, clock: Clock, store: HeartbeatStore | None = None) -> None:
        self.name = name
        self.assignment = Assignment((), frozenset()) if store else Assignment.among(name, [name])
        self._clock = clock
        self._store = store
        self._process = uuid.uuid4().hex
        self._count = 0
        self._peers: dict[str, _Peer] = {}
        self._takeovers: deque[Takeover] = deque()
        self._is_ready = False
        self._pending_since: float | None = None
        self._stepped = clock.elapsed()
        self._is_deaf = False
        self._is_doubled = False
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def is_shared(self) -> bool:
        """Whether there may be other learners."""
        return self._store is not None

    @property
    def leads(self) -> bool:
        """Whether this learner makes what is made once for all."""
        return self.assignment.leads

    def owns(self, visitor: VisitorId) -> bool:
        """Return whether this learner ranks a visitor."""
        return self._store is None or slot_of(visitor) in self.assignment.owned

    def note_step(self, *, is_ready: bool, pending_since: float | None) -> None:
        """Note that the loop goes on, and what the next heartbeat says."""
        self._is_ready, self._pending_since, self._stepped = is_ready, pending_since, self._clock.elapsed()

    def take_over(self) -> list[Takeover]:
        """Return what this learner has got since the last call."""
        taken = []
        while self._takeovers:
            taken.append(self._takeovers.popleft())
        return taken

    def start(self) -> None:
        """Beat from now on. A learner alone does nothing."""
        if self._store is not None:
            self._thread = threading.Thread(target=self._run, name="membership", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """Tell the others that this learner leaves, so that they need not find out."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join()
        if self._count:
            self.beat(is_leaving=True)

    def beat(self, *, is_leaving: bool = False) -> None:
        """Send a heartbeat, look at the others', and share the slots anew if anything has changed."""
        if self._store is None:
            return
        self._count += 1
        is_ready = self._is_ready and self._clock.elapsed() < self._stepped + STUCK_AFTER
        own = Heartbeat(self._process, self._count, is_ready, is_leaving, self._pending_since)
        try:
            found = self._store.exchange(self.name, own)
        except StoreUnavailable as error:
            if not self._is_deaf:
                _log.warning("no heartbeats, the visitors stay shared as they are: %s", error)
            self._is_deaf = True
            return
        self._hear(found)
        self._share(own)
        self._remove_old()

    def _run(self) -> None:
        while not self._stop.wait(SECONDS_BETWEEN_BEATS if self._count else 0):
            self.beat()

    def _hear(self, found: dict[str, Heartbeat]) -> None:
        elapsed, now = self._clock.elapsed(), self._clock.now()
        if self._is_deaf:
            # Nobody could be heard meanwhile, dead or not.
            for peer in self._peers.values():
                peer.heard = elapsed
            self._is_deaf = False
        for name, heartbeat in found.items():
            known = self._peers.get(name)
            if name == self.name:
                if heartbeat.process != self._process and self._count > 1 and not self._is_doubled:
                    self._is_doubled = True
                    _log.error("another learner is called %s, too: give each a RIVERFRONT_LEARNER of its own", name)
            elif known is None or known.heartbeat != heartbeat:
                self._peers[name] = _Peer(heartbeat, elapsed, now)

    def _share(self, own: Heartbeat) -> None:
        elapsed = self._clock.elapsed()
        living = {
            name: peer.heartbeat
            for name, peer in self._peers.items()
            if not peer.heartbeat.is_leaving and elapsed < peer.heard + DEAD_AFTER
        }
        if not own.is_leaving:
            living[self.name] = own
        ready = [name for name, heartbeat in living.items() if heartbeat.is_ready]
        before, after = self.assignment, Assignment.among(self.name, ready or living)
        if before.names == after.names:
            return
        self.assignment = after
        _log.info("learners that rank: %s; %d slots are mine", ", ".join(after.names) or "none", len(after.owned))
        if gained := after.owned - before.owned:
            gone = [self._peers[name] for name in before.names if name not in after.names and name in self._peers]
            self._takeovers.append(Takeover(gained, self._since(gone)))

    def _since(self, gone: list[_Peer]) -> float:
        """Return the time from which on visitors of these learners may not have been ranked."""
        pending = [peer.heartbeat.pending_since for peer in gone]
        times = [self._clock.now(), *(peer.at for peer in gone), *(at for at in pending if at is not None)]
        return min(times) - MARGIN

    def _remove_old(self) -> None:
        elapsed = self._clock.elapsed()
        old = [name for name, peer in self._peers.items() if elapsed > peer.heard + REMOVED_AFTER]
        if old and self._store is not None:
            try:
                self._store.remove(old)
            except StoreUnavailable:
                return
            for name in old:
                del self._peers[name]
