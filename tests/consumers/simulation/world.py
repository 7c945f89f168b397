"""What is outside of a simulated learner: chance, time, and the moment at which it is killed. All by one seed."""

import math
import random

from tests.consumers.builders import NOW
from tests.consumers.fakes import ManualClock

MOST_POINTS = 1_500
"""A life that is to be killed is killed within so many points."""


class Killed(BaseException):
    """The process is gone: nothing may catch this."""


class World:
    """Everything that a learner reaches passes a point here, and any of them can be its last."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.clock = ManualClock(NOW)
        self.story: list[str] = []
        self.kills = 0
        self.lists: dict[tuple[str, float], str] = {}
        """The last event known of a visitor when a list of theirs was made, by visitor and time."""
        self.known: dict[tuple[str, float], frozenset[str]] = {}
        """All events that were learned by then."""
        self.log_down = self.redis_down = self.disk_full = False
        self.is_well = False
        """Whether all works from now on."""
        self.active = ""
        """Who passes points now."""
        self._left: dict[str, int] = {}

    def tell(self, what: str) -> None:
        """Write down what happens."""
        self.story.append(f"{self.clock.now() - NOW:8.3f}  {self.active:3}{what}")

    def happens(self, probability: float) -> bool:
        return self.chance.random() < probability

    def made(self, visitor: str, event_id: str) -> float:
        """Return when the first list was made for an event of a visitor; infinity if there was none."""
        times = [at for (whose, at), last in self.lists.items() if (whose, last) == (visitor, event_id)]
        return min(times, default=math.inf)

    def arm(self, *, deadly: bool = True) -> None:
        """Begin a life, which ends at some point if it is ``deadly``: more often soon than late."""
        self._left[self.active] = int(math.exp(self.chance.uniform(0, math.log(MOST_POINTS)))) if deadly else 0

    def at(self, point: str) -> None:
        """Pass a point, or be killed there."""
        left = self._left.get(self.active, 0)
        if left:
            self._left[self.active] = left - 1
            if left == 1:
                self.kills += 1
                self.tell(f"killed: {point}")
                raise Killed(point)

    def heal(self) -> None:
        """From now on all works, and nobody is killed."""
        self.tell("all is well from here")
        self.log_down = self.redis_down = self.disk_full = False
        self.is_well = True
        self._left.clear()
