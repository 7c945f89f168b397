"""Several learners in the whole stack: lists per second with one and with two, and how soon a killed one is replaced.

    python -m benchmarks.learners throughput --learners 2
    python -m benchmarks.learners takeover --kills 20
    python -m benchmarks.learners costs

The first sends an event of each of many visitors at once, and waits until each has been answered by a pushed list, four
times. Of the last three it prints the elapsed time and the processor time of each learner: on a machine with other
work, the latter counts. The second lets visitors click steadily, kills the learners in turn, and prints the seconds
from the kill to the first list of one of the dead learner's visitors, and the longest that any click waited. The third
times in this process what each learner does for each event, and what only the owner of its visitor does: the median
processor time.
"""

import json
import os
import random
import signal
import threading
import time
import uuid
from collections.abc import Callable
from functools import partial
from typing import Any

import click
import numpy as np
import psutil
from confluent_kafka import Producer

from connections.redis_client import connect
from consumers.members.slots import Assignment, slot_of
from infra.bench.synthetic_shop import feedback_of_shop, neighbors_of, products_of
from infra.bench.timing import percentile
from infra.stack.catalog import read_best_sellers
from infra.stack.display import Display
from infra.stack.fresh_stack import fresh_stack
from infra.stack.local_stack import LocalStack, Options
from infra.stack.progress import read_statuses
from online_models.hybrid import Hybrid
from online_models.schema import keyspace, ranker_update
from online_models.schema.events import EventId, ItemId, ItemViewed, VisitorId, encode
from online_models.schema.messages import PUSH_CHANNEL, RANKING_CHANGED

LONGEST_WAIT = 180.0
ROUNDS, RATE = 3, 20.0


class Clickers:
    """Visitors who click by way of Kafka, and the lists that are pushed to them."""

    def __init__(self, stack: LocalStack) -> None:
        self.redis: Any = connect(stack.redis, 5.0)  # redis-py is typed in part only
        self._channel: Any = self.redis.pubsub(ignore_subscribe_messages=True)  # type: ignore[no-untyped-call]  # of redis-py
        self._channel.subscribe(PUSH_CHANNEL)
        self._producer = Producer({**stack.kafka.librdkafka_options(), "linger.ms": 0})
        self._items = read_best_sellers(stack.redis)[:1_000]
        self._chance = random.Random(1)
        self.sent: dict[str, tuple[VisitorId, float]] = {}
        self.answered: dict[str, float] = {}

    def click(self, visitor: VisitorId) -> None:
        """View an item."""
        event_id, now = EventId(uuid.uuid4().hex), time.time()
        item = ItemId(self._chance.choice(self._items))
        event = ItemViewed(event_id=event_id, visitor=visitor, occurred_at=now, received_at=now, item=item)
        self.sent[event_id] = visitor, time.monotonic()
        self._producer.produce(keyspace.INTERACTIONS.name, encode(event), key=visitor)
        self._producer.poll(0)

    def flush(self) -> None:
        """Wait until all clicks are in Kafka."""
        self._producer.flush(LONGEST_WAIT)

    def receive(self, timeout: float) -> None:
        """Note the clicks that a pushed list answers, if one comes in time."""
        message = self._channel.get_message(timeout=timeout)
        pushed = json.loads(message["data"]) if message else {}
        if pushed.get("event") == RANKING_CHANGED:
            for cause in pushed["data"][0].get("causes", ()):
                self.answered.setdefault(cause, time.monotonic())

    def wait(self) -> None:
        """Wait until every click has been answered."""
        deadline = time.monotonic() + LONGEST_WAIT
        while self.sent.keys() - self.answered.keys():
            if time.monotonic() > deadline:
                raise TimeoutError(f"{len(self.sent.keys() - self.answered.keys())} clicks were not answered")
            for _ in range(50):
                self.receive(0.01)

    def wait_until_shared(self, learners: int) -> None:
        """Wait until so many learners rank."""
        while True:
            shares = [status.share for status in read_statuses(self.redis) if status.at > time.time() - 3]
            if sum(share > 0 for share in shares) == learners and sum(shares) == 1:
                return
            self.receive(0.1)


def measure_throughput(stack: LocalStack, visitors: int) -> dict[str, object]:
    """Let many visitors click at once, again and again: each click is judged by the list before."""
    crowd = Clickers(stack)
    crowd.wait_until_shared(stack.learners)
    _click_once(crowd, visitors)
    learners = {name: psutil.Process(pid) for name, pid in stack.pids().items() if name.startswith("Learner")}
    before, started = _seconds_of(learners), time.monotonic()
    for _ in range(ROUNDS):
        _click_once(crowd, visitors)
    seconds = max(crowd.answered.values()) - started
    after = _seconds_of(learners)
    lists = ROUNDS * visitors
    spent = {name: round(after[name] - before[name], 2) for name in learners}
    return {
        "learners": stack.learners,
        "lists": lists,
        "lists_per_second": round(lists / seconds),
        "learners_cpu_seconds": spent,
        "lists_per_cpu_second_of_the_busiest": round(lists / max(spent.values())),
    }


def measure_takeover(stack: LocalStack, kills: int) -> dict[str, object]:
    """Kill the learners in turn while visitors click."""
    crowd = Clickers(stack)
    visitors = [VisitorId(f"visitor-{number}") for number in range(200)]
    first_lists, longest = [], []
    for kill in range(kills):
        crowd.wait_until_shared(2)
        _click_for(crowd, visitors, 1.0)
        name = str(1 + kill % 2)
        theirs = Assignment.among(name, ("1", "2")).owned
        killed_at = time.monotonic()
        os.kill(stack.pids()["Learner" if name == "1" else f"Learner {name}"], signal.SIGKILL)
        _click_for(crowd, visitors, 4.0)
        crowd.flush()
        crowd.wait()
        later = {event_id: sent for event_id, sent in crowd.sent.items() if sent[1] > killed_at}
        orphans = [event_id for event_id, (visitor, _) in later.items() if slot_of(visitor) in theirs]
        first_lists.append(min(crowd.answered[event_id] for event_id in orphans) - killed_at)
        longest.append(max(crowd.answered[event_id] - at for event_id, (_, at) in crowd.sent.items()))
        crowd.sent.clear()
    return {
        "kills": kills,
        "first_list_s": {"p50": round(percentile(first_lists, 50), 2), "max": round(max(first_lists), 2)},
        "longest_wait_s": {"p50": round(percentile(longest, 50), 2), "max": round(max(longest), 2)},
        "unanswered": 0,
    }


def measure_costs(items: int, events: int, asked: int) -> dict[str, object]:
    """Time learning, ranking, judging and applying, one by one."""
    owned = True
    hybrid = Hybrid(owns=lambda _: owned)
    hybrid.use_catalog(products_of(items), neighbors_of(items))
    feedback = list(feedback_of_shop(events, visitors=max(100, events // 20), items=items))
    for one in feedback[:-asked]:
        hybrid.learn(one)
    spent: dict[str, list[int]] = {"rank": [], "learn_and_judge": [], "encode": [], "apply": [], "learn": []}
    size = 0

    def timed(name: str, call: Callable[[], Any]) -> Any:
        started = time.thread_time_ns()
        answer = call()
        spent[name].append(time.thread_time_ns() - started)
        return answer

    for number, one in enumerate(feedback[-asked:]):
        owned = number % 2 == 0
        if not owned:
            timed("learn", partial(hybrid.learn, one))
            continue
        timed("rank", partial(hybrid.rank, one.visitor, one.at))
        update = timed("learn_and_judge", partial(hybrid.learn, one)).ranker_update
        if update is not None:
            payload = timed("encode", partial(ranker_update.encode, ranker_update.LoggedUpdate(0, number, update)))
            size += len(payload)
            timed("apply", partial(_apply, hybrid, payload))
    medians = {f"{name}_us": round(float(np.median(times)) / 1_000, 1) for name, times in spent.items() if times}
    return {**medians, "bytes_an_update": round(size / max(1, len(spent["encode"])))}


def _apply(hybrid: Hybrid, payload: bytes) -> None:
    hybrid.apply(ranker_update.decode(payload).update)


def _click_once(crowd: Clickers, visitors: int) -> None:
    for number in range(visitors):
        crowd.click(VisitorId(f"visitor-{number}"))
    crowd.flush()
    crowd.wait()


def _click_for(crowd: Clickers, visitors: list[VisitorId], seconds: float) -> None:
    until = due = time.monotonic()
    until += seconds
    while due < until:
        crowd.click(random.choice(visitors))
        due += 1 / RATE
        while (left := due - time.monotonic()) > 0:
            crowd.receive(left)


def _seconds_of(learners: dict[str, psutil.Process]) -> dict[str, float]:
    return {name: sum(process.cpu_times()[:2]) for name, process in learners.items()}


def _run(learners: int, limit: int, measure: Callable[[LocalStack], dict[str, object]]) -> None:
    bootstrap = ("--no-report", "--limit", str(limit))
    report: dict[str, object] = {}
    with fresh_stack(Display(), Options(bootstrap=bootstrap, quiet=True, learners=learners)) as stack:
        measuring = threading.Thread(target=lambda: report.update(measure(stack)), daemon=True)
        measuring.start()
        # Meanwhile what is killed is started again.
        stack.watch_until(lambda: not measuring.is_alive())
    click.echo(json.dumps(report))


@click.group()
def main() -> None:
    """Measure several learners."""


@main.command()
@click.option("--learners", default=2, show_default=True, type=click.IntRange(1, 16))
@click.option("--visitors", default=2_000, show_default=True, type=click.IntRange(100, 2_000))
@click.option("--limit", default=60_000, show_default=True, help="Events of history to learn first.")
def throughput(learners: int, visitors: int, limit: int) -> None:
    """Count lists per second."""
    _run(learners, limit, lambda stack: measure_throughput(stack, visitors))


@main.command()
@click.option("--kills", default=20, show_default=True, type=click.IntRange(1, 1_000))
@click.option("--limit", default=20_000, show_default=True, help="Events of history to learn first.")
def takeover(kills: int, limit: int) -> None:
    """Time how soon a killed learner is replaced."""
    _run(2, limit, lambda stack: measure_takeover(stack, kills))


@main.command()
@click.option("--items", default=5_000, show_default=True)
@click.option("--events", default=60_000, show_default=True)
@click.option("--asked", default=4_000, show_default=True)
def costs(items: int, events: int, asked: int) -> None:
    """Time what an event costs its visitor's learner, and the others."""
    click.echo(json.dumps(measure_costs(items, events, asked)))


if __name__ == "__main__":
    main()
