"""Which plug is pulled when: a plan that follows from its seed alone."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Role = Literal["learner", "storefront", "worker", "monitor", "redis", "kafka"]
Action = Literal["kill", "freeze", "restart"]

ROLES: tuple[Role, ...] = ("learner", "storefront", "worker", "redis", "kafka", "monitor")
SERVERS = ("redis", "kafka")
_ODDS: dict[Action, int] = {"kill": 6, "freeze": 3, "restart": 1}
_FROZEN_SECONDS = (1.0, 5.0)


@dataclass(frozen=True, slots=True)
class Pull:
    """One plug to pull.

    Attributes
    ----------
    at
        Seconds after the storm began.
    role, number
        Which process: the ``number``-th of its role, counted around.
    action
        ``kill`` (SIGKILL), ``freeze`` (SIGSTOP, and SIGCONT after ``seconds``) or ``restart`` (SIGTERM).
    """

    at: float
    role: Role
    number: int
    action: Action
    seconds: float = 0.0

    def __str__(self) -> str:
        frozen = f" for {self.seconds:.1f} s" if self.action == "freeze" else ""
        return f"{self.action} {self.role}{frozen}"


def plan_pulls(
    seed: int, seconds: float, every: tuple[float, float] = (4.0, 9.0), roles: Sequence[Role] = ROLES
) -> list[Pull]:
    """Plan a storm: all roles by turns, in an order of chance, with pauses of so many seconds.

    Examples
    --------
    >>> [str(pull) for pull in plan_pulls(1, 20)][:2]
    ['freeze redis for 4.2 s', 'freeze kafka for 2.6 s']
    """
    chance = random.Random(seed)  # noqa: S311 - repeatable on purpose
    pulls: list[Pull] = []
    at, left = chance.uniform(*every), list[Role]()
    while at < seconds:
        if not left:
            left = chance.sample(list(roles), len(roles))
        role = left.pop()
        (action,) = chance.choices(list(_ODDS), list(_ODDS.values()))
        frozen = chance.uniform(*_FROZEN_SECONDS) if action == "freeze" else 0.0
        pulls.append(Pull(at, role, chance.randrange(1_000), action, frozen))
        at += chance.uniform(*every) + frozen
    return pulls
