"""What the outbox saves: lists and pushes sent by it, by redis-py's pipelines and by python-socketio, in turns.

Run as ``python -m benchmarks.outbox`` beside a stack, or with ``RIVERFRONT_REDIS``: it writes into that Redis. It
prints the processor time and the elapsed time of a list and its push, in microseconds: of the outbox; of the outbox
with the fences that keep older lists out where learners share the visitors; of the client's own pipelines in its
place; and of the outbox with the pushes left to python-socketio's manager. Where `hiredis` is installed, all use it.
"""

import os
import statistics
import time
import uuid
from collections.abc import Callable
from typing import Any

import msgspec
import socketio

from connections.redis_client import connect
from consumers.clock import Clock
from consumers.kafka.record import number_of
from consumers.redis.fences import Fences
from consumers.redis.notifier import Notifier
from consumers.redis.outbox import Outbox
from consumers.redis.serving_writer import ServingWriter
from infra.stack.servers import redis_here
from online_models.schema.events import EventId, ItemId, RankingId, VisitorId
from online_models.schema.keyspace import EVENT_TOPICS
from online_models.schema.messages import PUSH_CHANNEL, RANKING_CHANGED, RankingChanged, visitor_room
from online_models.schema.recommendations import Card, RankedItem, Ranking, Reason

LENGTH, TURNS, LISTS = 24, 30, 120
VISITOR, RANKING, CAUSES = VisitorId("v1"), RankingId("r1"), (EventId("e1"),)
ITEMS = tuple(RankedItem(item=ItemId(f"i{n}"), score=1.0, member="popularity", reason=Reason()) for n in range(LENGTH))
CARDS = tuple(
    Card(item=ItemId(f"i{n}"), title=f"Made-up Product Number {n}", price=295, currency="GBP", picture=f"/p/{n}.svg")
    for n in range(LENGTH)
)


class PipelinedOutbox(Outbox):
    """Sends by the client's pipelines, which wait for the replies."""

    def __init__(self, url: str, clock: Clock) -> None:
        super().__init__(url, clock)
        self._client: Any = connect(url, 5.0)  # redis-py is typed in part only

    def send(self) -> bool:
        pipe = self._client.pipeline(transaction=False)
        for commands in self._slots.values():
            for command in commands:
                pipe.execute_command(*command)
        pipe.execute(raise_on_error=False)
        self._slots.clear()
        return True


def by_socketio(url: str) -> Callable[[VisitorId, RankingChanged], None]:
    """Return a function that pushes a list by the library's own manager."""
    manager = socketio.RedisManager(url, channel=PUSH_CHANNEL, write_only=True)

    def push(visitor: VisitorId, message: RankingChanged) -> None:
        manager.emit(RANKING_CHANGED, msgspec.to_builtins(message), room=visitor_room(visitor))

    return push


def fences_of_a_shop() -> Fences:
    """Return the fences of a learner that has read a day of all partitions."""
    fences = Fences()
    offsets = {
        number_of(topic, n): 1_234_567 for topic, kept in enumerate(EVENT_TOPICS) for n in range(kept.partitions)
    }
    fences.use([uuid.uuid4().hex[:22] for _ in EVENT_TOPICS], offsets)
    return fences


Push = Callable[[VisitorId, RankingChanged], None]


def send_lists(outbox: Outbox, fences: Fences | None, push: Push, clock: Callable[[], float]) -> float:
    """Return the microseconds for a list and its push, by a clock in seconds."""
    writer = ServingWriter(outbox, fences=fences)
    started = clock()
    for _ in range(LISTS):
        ranking = Ranking(ranking_id=RANKING, visitor=VISITOR, ranked_at=1.0, items=ITEMS, causes=CAUSES)
        writer.write_ranking(ranking, (1, 1_234_566))
        push(VISITOR, RankingChanged(ranking_id=RANKING, items=CARDS, causes=CAUSES))
        outbox.send()
    spent = clock() - started
    outbox.flush()
    return spent / LISTS * 1e6


def main(url: str) -> None:
    outbox, pipelined, fences = Outbox(url, Clock()), PipelinedOutbox(url, Clock()), fences_of_a_shop()
    ways: dict[str, tuple[Outbox, Fences | None, Push]] = {
        "outbox": (outbox, None, Notifier(outbox).push_ranking),
        "with fences": (outbox, fences, Notifier(outbox, fences).push_ranking),
        "pipelines": (pipelined, None, Notifier(pipelined).push_ranking),
        "python-socketio": (outbox, None, by_socketio(url)),
    }
    for name, clock in (("processor time", time.process_time), ("elapsed time", time.perf_counter)):
        turns = [[send_lists(*way, clock) for way in ways.values()] for _ in range(TURNS)]
        print(f"{name}: outbox {statistics.median(turn[0] for turn in turns):.0f} µs")
        for column, way in list(enumerate(ways))[1:]:
            print(f"  {way}: {statistics.median(turn[column] - turn[0] for turn in turns):.0f} µs more")


if __name__ == "__main__":
    main(redis_here(os.environ))
