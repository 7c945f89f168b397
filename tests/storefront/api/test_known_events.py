"""The log of events and the memory of Idempotency-Keys, in a real Redis."""

import pytest
from redis import Redis

from online_models.schema import keyspace
from online_models.schema.events import EventId, VisitorId
from storefront.api.events import known_events
from storefront.api.events.known_events import KnownEvent, KnownEvents
from storefront.events.delivery import RecordPlace

pytestmark = pytest.mark.integration


@pytest.fixture
def redis(redis_url: str) -> Redis:
    client = Redis.from_url(redis_url)
    client.flushall()
    return client


def known(at: float = 1.0) -> KnownEvent:
    return KnownEvent(VisitorId("v"), "item_viewed", at, RecordPlace("interactions", 1, 7))


def test_an_event_is_found_for_a_day(redis: Redis) -> None:
    log = KnownEvents(redis)
    log.keep([(EventId("e1"), known())])
    assert log.find(EventId("e1"), 2.0) == known()
    assert log.find(EventId("e2"), 2.0) is None
    assert log.find(EventId("e1"), 1.0 + keyspace.DAY) is None
    assert 0 < int(redis.ttl(keyspace.api_events())) <= keyspace.DAY


def test_the_newest_are_kept(redis: Redis, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(known_events, "MOST_EVENTS", 3)
    log = KnownEvents(redis)
    log.keep([(EventId(f"e{number}"), known()) for number in range(5)])
    log.keep([(EventId("e4"), known(3.0))])
    found = {number: log.find(EventId(f"e{number}"), 4.0) for number in range(5)}
    assert [number for number, one in found.items() if one] == [2, 3, 4]
    assert found[4] == known(3.0)
    assert redis.hlen(keyspace.api_events()) == redis.llen(keyspace.api_event_order()) == 3
