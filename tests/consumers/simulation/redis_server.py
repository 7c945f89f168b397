"""A Redis that is away now and then, and connections that break before, within or after what they carry."""

from collections.abc import Sequence

from redis.exceptions import ConnectionError as NoConnection
from redis.exceptions import TimeoutError as NoAnswer

from consumers.errors import StoreUnavailable
from consumers.members.heartbeats import Heartbeat
from consumers.redis.outbox import Command
from consumers.redis.store_watcher import Identity
from tests.consumers.fakes import MemoryHeartbeats, MemoryRedis, MemoryStore
from tests.consumers.simulation.world import World

BROKEN = 0.02
"""Share of sendings that break on the way, and of those of which the replies are lost."""


class SimulatedConnection:
    """What the outbox uses of a connection of redis-py."""

    def __init__(self, redis: MemoryRedis, world: World) -> None:
        self._redis = redis
        self._world = world
        self._packed: Sequence[Command] = ()

    def pack_commands(self, commands: Sequence[Command]) -> list[bytes]:
        self._packed = tuple(commands)
        return [b""]

    def send_packed_command(self, _packed: object, *, check_health: bool) -> None:
        world = self._world
        world.at("before Redis is written to")
        breaks_at = world.chance.randint(0, len(self._packed)) if world.happens(BROKEN) else -1
        for number, command in enumerate(self._packed):
            if world.redis_down or number == breaks_at:
                raise NoConnection("the connection broke")
            self._redis.run(command)
            world.at("after a command of Redis")

    def read_response(self) -> bytes:
        if self._world.redis_down or self._world.happens(BROKEN / 10):
            raise NoAnswer("no reply came")
        return b"OK"

    def disconnect(self) -> None:
        """Nothing to let go of."""


class SimulatedConnections:
    """The pool, while Redis is there."""

    def __init__(self, redis: MemoryRedis, world: World) -> None:
        self._redis = redis
        self._world = world

    def get_connection(self) -> SimulatedConnection:
        if self._world.redis_down:
            raise NoConnection("nobody listens")
        return SimulatedConnection(self._redis, self._world)

    def release(self, connection: SimulatedConnection) -> None:
        """Nothing to take back."""

    def disconnect(self) -> None:
        """Nothing to let go of."""


class SimulatedStore(MemoryStore):
    """Who Redis is, while it is there."""

    def __init__(self, redis: MemoryRedis, world: World) -> None:
        super().__init__(redis)
        self._world = world

    def read_identity(self) -> tuple[Identity, bool]:
        if self._world.redis_down:
            raise StoreUnavailable("nobody listens")
        return super().read_identity()


class SimulatedHeartbeats(MemoryHeartbeats):
    """Heartbeats that may be lost on the way, or of which the answer may be."""

    def __init__(self, heartbeats: dict[str, Heartbeat], world: World) -> None:
        super().__init__(heartbeats)
        self._world = world

    def exchange(self, name: str, heartbeat: Heartbeat) -> dict[str, Heartbeat]:
        world = self._world
        if world.redis_down or world.happens(BROKEN):
            raise StoreUnavailable("nobody listens")
        found = super().exchange(name, heartbeat)
        if world.happens(BROKEN):
            raise StoreUnavailable("no reply came")
        return found
