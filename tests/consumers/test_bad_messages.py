"""Thousands of messages straight into the topic, most of them bad: each is parked once, the good ones are learned."""

import json
import random
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from consumers.kafka.event_log import EventLog
from consumers.kafka.record import Record
from online_models.schema import keyspace
from online_models.schema.events import InvalidEvent, decode, encode
from tests.consumers.processes import Shop, a_click, a_visitor, open_shop, running, stop, wait_for

pytestmark = pytest.mark.integration

MESSAGES, BAD = 2_500, 1_800


def bad_messages(rng: random.Random) -> Iterator[bytes | None]:
    """Yield messages that are no events, of every kind that comes to mind."""
    while True:
        event = json.loads(encode(a_click(a_visitor(), "i1")))
        name = rng.choice(sorted(event))
        yield from (
            None,
            b"",
            rng.randbytes(rng.randint(1, 200)),
            encode(a_click(a_visitor(), "i1"))[: rng.randint(1, 40)],
            json.dumps({**event, "kind": f"nonsense-{rng.random()}"}).encode(),
            json.dumps({**event, "event_id": rng.choice((7, None, "", "x" * 500))}).encode(),
            json.dumps({**event, "visitor": rng.choice((7, None, "", "x" * 500))}).encode(),
            json.dumps({**event, "occurred_at": rng.choice(("now", None, [], {}))}).encode(),
            json.dumps({**event, "item": rng.choice((7, None, "", ["i1"]))}).encode(),
            json.dumps([event]).encode(),
            json.dumps({key: value for key, value in event.items() if key not in {name, "item"}}).encode(),
            json.dumps(event).encode() + b"}",
            b"[" * rng.randint(1, 2_000),
            json.dumps({**event, "kind": "item_rated", "stars": rng.choice((0, 6, 4.5, "5"))}).encode(),
            json.dumps({**event, "kind": "cart_item_added", "quantity": rng.choice((0, -1, 10**9))}).encode(),
        )


@pytest.fixture
def shop(kafka_servers: str, redis_url: str, process_redis_url: str, tmp_path: Path) -> Iterator[Shop]:
    with open_shop(kafka_servers, redis_url, tmp_path, process_redis_url) as shop:
        yield shop


def has_caught_up(log: EventLog) -> bool | None:
    return log.committed() == log.end_offsets() or None


def learned_by(shop: Shop) -> int:
    """Return how many events the learner says it has learned, in a status that is newer than this call."""
    asked_at = time.time()
    status = wait_for(lambda: status if (status := shop.status()) and status.at > asked_at else None)
    return status.learned


def test_each_bad_message_is_parked_once_with_a_reason_and_the_good_ones_are_learned(shop: Shop) -> None:
    rng, bad = random.Random(14), bad_messages(random.Random(14))
    wanted = rng.sample([True] * BAD + [False] * (MESSAGES - BAD), MESSAGES)
    topic = keyspace.INTERACTIONS.name
    with (
        running(shop, "learn") as learner,
        closing(EventLog(shop.kafka, topic, keyspace.LEARNER_GROUP)) as log,
        closing(EventLog(shop.kafka, keyspace.DEAD_LETTERS.name, "test")) as dead,
    ):
        wait_for(shop.status)
        wait_for(lambda: has_caught_up(log))
        dead.seek(dead.end_offsets())
        before = learned_by(shop)
        sent: dict[tuple[int, int], bytes | None] = {}
        futures = []
        for is_bad in wanted:
            value = next(bad) if is_bad else encode(a_click(a_visitor(), f"i{rng.randrange(30)}"))
            key = uuid.uuid4().hex.encode()
            futures.append((is_bad, value, shop.producer.send(topic, value, key=key)))
        for is_bad, value, future in futures:
            if is_bad:
                with pytest.raises(InvalidEvent):
                    decode(value)
                place = future.get(timeout=30)
                sent[place.partition, place.offset] = value

        letters: list[Record] = []

        def all_letters() -> bool | None:
            letters.extend(dead.poll(0.2, 1_000))
            return len(letters) >= BAD or None

        wait_for(all_letters)
        wait_for(lambda: has_caught_up(log))
        assert learned_by(shop) - before == MESSAGES - BAD
        stop(learner)
        letters.extend(dead.poll(1.0, 1_000))

    headers = [dict(letter.headers) for letter in letters]
    places = [(int(one["partition"]), int(one["offset"])) for one in headers]
    assert Counter(places) == Counter(dict.fromkeys(sent, 1))
    assert all(one["reason"] for one in headers)
    assert all((letter.value or None) == (sent[place] or None) for letter, place in zip(letters, places, strict=True))
