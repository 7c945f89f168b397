"""Lets simulated shoppers loose on the shop: many at once, at human pauses, at a steady rate of events."""

import heapq
import logging
import math
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

import msgspec
import redis
from kafka import KafkaProducer
from kafka.errors import KafkaError

from connections import kafka_client
from connections.environment import DEFAULT_KAFKA, DEFAULT_REDIS
from connections.log_lines import configure_logging
from connections.redis_client import connect
from infra.kafka.topics import ensure_topics
from infra.programs.stop_signal import stop_signal
from infra.stack.home import Home
from infra.stack.settings import StackSettings
from infra.visitors.orders import PastOrder, read_orders
from infra.visitors.shoppers import Act, SimilarItems, plan_visit, to_event
from online_models.schema import keyspace
from online_models.schema.events import AnyEvent, ItemId, VisitorId, encode

logger = logging.getLogger(__name__)

MEAN_PAUSE = 8.0
"""Seconds between two acts of one shopper, while there are few enough of them."""

MAX_SHOPPERS = 500
REDIS_SECONDS = 5.0


@dataclass(order=True, slots=True)
class Visit:
    """One shopper in the shop: what they do next and when."""

    due_at: float
    number: int
    visitor: VisitorId = field(compare=False)
    acts: list[Act] = field(compare=False)


class Crowd:
    """The shoppers who are in the shop, on a timeline that the caller moves."""

    def __init__(
        self, orders: Sequence[PastOrder], similar_items: SimilarItems, rate: float, rng: random.Random, now: float
    ) -> None:
        self.size = min(MAX_SHOPPERS, math.ceil(rate * MEAN_PAUSE))
        self._mean_pause = self.size / rate
        self._orders = orders
        self._similar_items = similar_items
        self._rng = rng
        self._visits = [self._arrive(now + rng.random() * self._mean_pause, number) for number in range(self.size)]
        self._arrived = self.size
        heapq.heapify(self._visits)

    @property
    def next_at(self) -> float:
        """When the next shopper does something."""
        return self._visits[0].due_at

    def advance(self, now: float) -> list[AnyEvent]:
        """Return what has happened up to now. A shopper who has left is followed by another one."""
        events = []
        while self._visits[0].due_at <= now:
            visit = self._visits[0]
            act = visit.acts.pop(0)
            events.append(to_event(act, visit.visitor, f"sim-{visit.number}", visit.due_at, self._rng))
            due_at = visit.due_at + self._pause()
            if visit.acts:
                visit.due_at = due_at
            else:
                visit = self._arrive(due_at, self._arrived)
                self._arrived += 1
            heapq.heapreplace(self._visits, visit)
        return events

    def _arrive(self, due_at: float, number: int) -> Visit:
        order = self._rng.choice(self._orders)
        acts = plan_visit(order, self._similar_items, self._rng)
        return Visit(due_at, number, VisitorId(f"sim-{order.customer}"), acts)

    def _pause(self) -> float:
        # Log-normal with this spread: most pauses are short, a few are long; the mean stays as it is.
        spread = 0.8
        return self._rng.lognormvariate(math.log(self._mean_pause) - spread**2 / 2, spread)


def run_simulation(settings: StackSettings, rate: float, seed: int | None) -> None:
    """Publish the shoppers' events until asked to stop. Events that Kafka does not take are dropped."""
    configure_logging(settings.log_level, "%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.getLogger("kafka").setLevel(logging.WARNING)
    orders = read_orders(Home(settings.home).history, datetime.now(UTC).date())
    kafka = settings.cluster_at(settings.kafka or DEFAULT_KAFKA)
    ensure_topics(kafka)
    producer = kafka_client.connect(KafkaProducer, kafka, acks=1, linger_ms=0, max_block_ms=2_000)
    redis_url = settings.redis or DEFAULT_REDIS
    with connect(redis_url, REDIS_SECONDS, decode_responses=True) as client, stop_signal() as stopped:
        crowd = Crowd(orders, similar_items_in(client), rate, random.Random(seed), time.time())  # noqa: S311 - a walk
        logger.info("%s shoppers follow %s orders at %s events/s", crowd.size, len(orders), rate)
        walk(crowd, lambda event: publish(producer, event), stopped)
    producer.close(timeout=5)


def walk(crowd: Crowd, publish_one: Callable[[AnyEvent], None], stopped: Callable[[], bool]) -> None:
    """Let the crowd's time be the clock's."""
    while not stopped():
        for event in crowd.advance(time.time()):
            publish_one(event)
        time.sleep(min(0.25, max(0.0, crowd.next_at - time.time())))


def publish(producer: KafkaProducer, event: AnyEvent) -> None:
    """Hand an event to Kafka, keyed by its visitor."""
    try:
        producer.send(keyspace.topic_of(event).name, encode(event), key=event.visitor.encode())
    except KafkaError as error:
        logger.warning("an event was dropped: %s", error)


def similar_items_in(client: redis.Redis) -> SimilarItems:
    """Look up similar items in the catalog that is being served; none while Redis does not answer."""

    def look_up(item: ItemId) -> Sequence[ItemId]:
        try:
            version = str(client.get(keyspace.catalog_version()) or "")
            found = client.hget(keyspace.catalog_similar(version), item) if version else None
        except redis.RedisError as error:
            logger.warning("no similar items: %s", error)
            return ()
        pairs: list[tuple[str, float]] = msgspec.json.decode(found) if found else []
        return [ItemId(other) for other, _ in pairs]

    return look_up
