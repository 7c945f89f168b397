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
from consumers.kafka.record import Offsets
from consumers.members.heartbeats import Heartbeat, HeartbeatStore
from consumers.members.slots import Assignment, owners_of, slot_of
from online_models.schema.events import VisitorId

_log = logging.getLogger(__name__)

SECONDS_BETWEEN_BEATS = 0.3
DEAD_AFTER = 1.5
"""Seconds without a new heartbeat after which a learner is taken for dead. One that lives only ranks twice."""

STUCK_AFTER = 5.0
"""Seconds without a step of its loop after which a learner says of itself that it cannot rank."""

REMOVED_AFTER = 60.0


@dataclass(slots=True)
class _Peer:
    heartbeat: Heartbeat
    heard: float
    """By the clock's `elapsed`."""


@dataclass(frozen=True, slots=True)
class Takeover:
    """A new share of this learner.

    Attributes
    ----------
    names
        The learners that rank now.
    answered
        By slot that it has got, and partition, the offset up to which its owner before has done what there was to do.
        Of an owner that did not say so for the share that it had, nothing is taken to be done.
    """

    names: tuple[str, ...]
    answered: dict[int, Offsets]


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
        self._taken: tuple[str, ...] = ()
        self._said: tuple[Offsets, tuple[str, ...]] = {}, ()
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

    def note_step(self, *, is_ready: bool, answered: Offsets | None = None) -> None:
        """Note that the loop goes on, and what the next heartbeat says.

        ``answered`` are the offsets up to which all is done that there was to do for the share that was taken over
        last; None leaves them as they are.
        """
        self._is_ready, self._stepped = is_ready, self._clock.elapsed()
        if answered is not None:
            self._said = (answered, self._taken)

    def take_over(self) -> list[Takeover]:
        """Return how the share of this learner has changed since the last call."""
        taken = []
        while self._takeovers:
            taken.append(self._takeovers.popleft())
            self._taken = taken[-1].names
        return taken

    def answered_by(self, slot: int) -> Offsets:
        """Return, by partition, the offsets up to which the owner of a slot has done what there was to do for it."""
        return self._answered_by(owners_of(self.assignment.names)[slot], self.assignment.names)

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
        answered, among = self._said
        own = Heartbeat(self._process, self._count, is_ready, is_leaving, answered, among)
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
        elapsed = self._clock.elapsed()
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
                self._peers[name] = _Peer(heartbeat, elapsed)

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
        owners = owners_of(before.names)
        answered = {slot: self._answered_by(owners[slot], before.names) for slot in after.owned - before.owned}
        self._takeovers.append(Takeover(after.names, answered))

    def _answered_by(self, owner: str | None, names: tuple[str, ...]) -> Offsets:
        answered, among = self._said
        if owner != self.name:
            peer = self._peers.get(owner) if owner is not None else None
            answered, among = (peer.heartbeat.answered, peer.heartbeat.among) if peer is not None else ({}, ())
        return answered if among == names else {}

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
