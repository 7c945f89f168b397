"""What the outbox saves: lists and pushes sent by it and by redis-py's own pipelines, in turns.

Run as ``python -m benchmarks.outbox redis://localhost:6379/9`` on a Redis that may be written to. It prints the
processor time and the elapsed time of a list and its push, in microseconds. Where `hiredis` is installed, both use it.
"""

import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

from connections.redis_client import connect
from consumers.clock import Clock
from consumers.redis.notifier import Notifier
from consumers.redis.outbox import Outbox
from consumers.redis.serving_writer import ServingWriter
from online_models.schema.events import EventId, ItemId, RankingId, VisitorId
from online_models.schema.messages import RankingChanged
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


def send_lists(outbox: Outbox, clock: Callable[[], float]) -> float:
    """Return the time for a list and its push, by a clock in seconds."""
    writer, notifier = ServingWriter(outbox), Notifier(outbox)
    started = clock()
    for _ in range(LISTS):
        writer.write_ranking(Ranking(ranking_id=RANKING, visitor=VISITOR, ranked_at=1.0, items=ITEMS, causes=CAUSES))
        notifier.push_ranking(VISITOR, RankingChanged(ranking_id=RANKING, items=CARDS, causes=CAUSES))
        outbox.send()
    spent = clock() - started
    outbox.flush()
    return spent / LISTS * 1e6


def main(url: str) -> None:
    outbox, pipelined = Outbox(url, Clock()), PipelinedOutbox(url, Clock())
    for name, clock in (("processor time", time.process_time), ("elapsed time", time.perf_counter)):
        pairs = [(send_lists(outbox, clock), send_lists(pipelined, clock)) for _ in range(TURNS)]
        ours, theirs = (statistics.median(turn) for turn in zip(*pairs, strict=True))
        more = statistics.median(theirs - ours for ours, theirs in pairs)
        print(f"{name}: outbox {ours:.0f} µs, pipelines {theirs:.0f} µs, {more:.0f} µs more")


if __name__ == "__main__":
    main(sys.argv[1])
