"""The model and the thread of a simulated learner: real ones, which pass points on their way."""

from collections.abc import Callable
from concurrent.futures import Executor, Future
from typing import Any

from consumers.redis.catalog_reader import PublishedCatalog
from online_models.arrays.state import State
from online_models.hybrid import Hybrid
from online_models.hybrid_settings import HybridSettings
from online_models.models.neural.session_gru import ReadyWeights
from online_models.models.neural.weights import BrokenWeights, Weights
from online_models.schema import keyspace
from online_models.schema.events import AnyEvent, RankingShown, VisitorId
from online_models.schema.recommendations import RankedItem
from online_models.update_result import UpdateResult
from tests.consumers.builders import a_product
from tests.consumers.simulation.world import World

TINY = HybridSettings(max_items=64, max_visitors=32, factors=4, pairs=64, candidates=6, buckets=64)
ITEMS = tuple(f"i{number}" for number in range(10))
SHELF = PublishedCatalog("v1", {product.item: product for product in map(a_product, ITEMS[:-1])}, {})
"""All that visitors turn to but one, which is not for sale."""

TAKEN = "weights "
"""What a lineage says of weights, before their version."""

ODD = VisitorId("odd")
"""The model fails at everything that this visitor does."""

SLOWEST_LIST = 0.006
POINTS_AFTER_TAKE_UP = 20
"""It is rare, and may well be the last that a learner does."""

_LINEAGE, _LAST = "lineage", "last"


def is_answered(event: AnyEvent, change: UpdateResult) -> bool:
    """Say whether the visitor gets a list because of an event."""
    return change.visitor is not None and not isinstance(event, RankingShown)


class SimulatedModel(Hybrid):
    """Knows which events it learned and which weights it took up, in which order: its ``lineage``, which it saves.

    ``owns`` says whose lists it makes; None for a learner alone. ``on_take_up`` is told the version.
    """

    def __init__(self, world: World, owns: Callable[[VisitorId], bool] | None = None) -> None:
        super().__init__(TINY, owns=owns)
        self._world = world
        self.lineage: list[str] = []
        self.on_take_up: Callable[[str], None] = lambda _: None
        self._last: dict[VisitorId, str] = {}

    def learn_one(self, event: AnyEvent) -> UpdateResult:
        self._world.at("before learning")
        if event.visitor == ODD:
            raise ArithmeticError("cannot do that")
        change = super().learn_one(event)
        self.lineage.append(event.event_id)
        if is_answered(event, change):
            self._last[change.visitor or event.visitor] = event.event_id
        self._world.at("after learning")
        return change

    def take_up(self, weights: Weights | ReadyWeights) -> None:
        self._world.at("before weights are taken up")
        super().take_up(weights)
        self.lineage.append(TAKEN + self.weights_version)
        self.on_take_up(self.weights_version)
        self._world.tell(f"took up weights {self.weights_version:.8}")
        for _ in range(POINTS_AFTER_TAKE_UP):
            self._world.at("after weights were taken up")

    def rank(self, visitor: VisitorId, now: float, n: int = keyspace.RANKING_LENGTH) -> tuple[RankedItem, ...]:
        self._world.at("before ranking")
        self._world.clock.advance(self._world.chance.uniform(0, SLOWEST_LIST))
        made = visitor, self._world.clock.now()
        self._world.lists[made], self._world.known[made] = self._last.get(visitor, ""), frozenset(self.lineage)
        return super().rank(visitor, now, n)

    def dump(self) -> State:
        return {
            **super().dump(),
            _LINEAGE: list(self.lineage),
            _LAST: {str(visitor): last for visitor, last in self._last.items()},
        }

    def load(self, state: State) -> None:
        rest = dict(state)
        lineage = rest.pop(_LINEAGE)
        last = rest.pop(_LAST)
        super().load(rest)
        assert isinstance(lineage, list)
        assert isinstance(last, dict)
        self.lineage = list(lineage)
        self._last = {VisitorId(visitor): str(event_id) for visitor, event_id in last.items()}


class _LaterFuture(Future[Any]):
    def __init__(self, work: Callable[[], Any]) -> None:
        super().__init__()
        self._work = work

    def run(self) -> None:
        if self.done():
            return
        try:
            self.set_result(self._work())
        except (OSError, BrokenWeights) as error:
            self.set_exception(error)

    def result(self, timeout: float | None = None) -> Any:
        self.run()
        return super().result(timeout)


class LaterExecutor(Executor):
    """A thread that gets its turn when the story says so, or when somebody waits for it."""

    def __init__(self) -> None:
        self._given: list[_LaterFuture] = []

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        future = _LaterFuture(lambda: fn(*args, **kwargs))
        self._given.append(future)
        return future

    def run(self) -> None:
        """Do what was given."""
        given, self._given = self._given, []
        for future in given:
            future.run()
