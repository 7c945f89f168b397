"""Nobody tells later from which network somebody came, and an erasure leaves nothing of whom counted for what."""

import base64
import json
import time
import uuid
from collections.abc import Iterator
from hashlib import blake2b
from pathlib import Path

import numpy as np
import pytest
import requests
from redis import Redis

from infra.programs.ports import free_port
from online_models.arrays.state import read_array, read_part
from online_models.hybrid import Hybrid
from online_models.schema.keyspace import DAY, network_key
from storefront.database.backup import write_backup
from storefront.database.connection import Database
from storefront.limits.network_digest import NetworkDigest
from storefront.limits.network_keys import GRACE_SECONDS, NetworkKeys
from tests.security.busy_shop import ITEMS, NOW, ONE_NETWORK, Crowd, a_young_shop
from tests.storefront.running_shop import DEADLINE, PRODUCTS, ShopProcess, publish_catalog

ACCOUNT = "a" + 24 * "0"
SECRET = "of a shop whose secret was stolen, 0123456789"
HERE = "127.0.0.1"


@pytest.fixture
def redis(empty_redis: str) -> Iterator[Redis]:
    with Redis.from_url(empty_redis) as client:
        publish_catalog(client)
        yield client


@pytest.fixture
def shops(redis: Redis, empty_redis: str, tmp_path: Path) -> Iterator[list[ShopProcess]]:
    """Two storefronts of one shop."""
    started: list[ShopProcess] = []
    assert redis.ping()
    try:
        for name in ("one", "other"):
            home = tmp_path / name
            home.mkdir()
            shop = ShopProcess(home, free_port(), empty_redis, environment={"RIVERFRONT_SECRET": SECRET})
            started.append(shop)
            shop.start()
        yield started
    finally:
        for shop in started:
            shop.stop()


def stamp_of_a_view(shop: ShopProcess) -> str:
    """View a product as somebody new, and return the digest that the event was stamped with."""
    event_id = str(uuid.uuid4())
    with requests.Session() as client:
        client.get(f"{shop.address}/basket", timeout=DEADLINE)
        view = {"kind": "item_viewed", "item": next(iter(PRODUCTS)), "surface": "product", "event_id": event_id}
        origin = {"Origin": shop.address}
        assert client.post(f"{shop.address}/interactions", json=view, headers=origin, timeout=DEADLINE).ok
    # There is no Kafka: what was taken in waits on disk.
    lines = [line for spool in shop.home.glob("spool/*.jsonl") for line in spool.read_bytes().splitlines()]
    (event,) = (event for event in map(json.loads, lines) if event["event_id"] == event_id)
    return str(event["network"])


def of_the_secret_alone(now: float) -> str:
    """Return what follows from the secret and the day, as the digest did once."""
    secret = blake2b(SECRET.encode(), person=b"network").digest()
    key = blake2b(int(now // DAY).to_bytes(8, "big"), key=secret).digest()
    return blake2b(HERE.encode(), key=key, digest_size=6).hexdigest()


@pytest.mark.integration
def test_the_key_of_a_day_is_in_redis_until_the_day_is_over_and_nowhere_else(
    shops: list[ShopProcess], redis: Redis, tmp_path: Path
) -> None:
    one, other = shops
    began = time.time()
    stamp = stamp_of_a_view(one)
    now = time.time()
    if int(began // DAY) != int(now // DAY):
        pytest.skip("the day has just begun")
    assert stamp_of_a_view(other) == stamp, "storefronts agree"
    assert of_the_secret_alone(now) != stamp
    assert NetworkDigest(SECRET, NetworkKeys(redis)).of(HERE, now) == stamp, "with the key of the day it can be told"

    name = network_key(int(now // DAY))
    left = int(redis.ttl(name))
    assert 0 < left <= DAY - now % DAY + GRACE_SECONDS + 2  # rounded up, here and there
    key = redis.get(name)
    assert isinstance(key, bytes)
    backup = tmp_path / "one" / "backup.zip"
    database = Database(f"sqlite:///{tmp_path}/one/shop.db")
    write_backup(database, backup, now)
    forms = (key, key.hex().encode(), base64.b64encode(key))
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert backup in files
    assert not [path for path in files for form in forms if form in path.read_bytes()]

    redis.delete(name)
    for shop in shops:
        shop.stop()
    one.start()
    assert stamp_of_a_view(one) != stamp, "what Redis has deleted is gone"


def counted(shop: Hybrid) -> int:
    """Return how many pairs of somebody and a product are in the table of who counted for what."""
    limits = read_part(read_part(shop.dump(), "visitors"), "limits")
    return int((read_array(limits, "cells", np.uint32, None, 4, 4)[:, :, 0] > 0).sum())


@pytest.mark.parametrize("network", [None, ONE_NETWORK])
def test_an_erasure_takes_all_that_somebody_counted_for_with_it(network: str | None) -> None:
    shop, crowd = a_young_shop(), Crowd()
    told = {} if network is None else {"network": network}
    for number, item in enumerate(ITEMS):
        shop.learn_one(crowd.does("v-cookie", item, NOW + number, **told))
    shop.learn_one(crowd.does("v-cookie", "", NOW + 200, "visitor_identified", account=ACCOUNT))
    for number, item in enumerate(ITEMS[:5]):
        shop.learn_one(crowd.does(ACCOUNT, item, NOW + 300 + number, "item_purchased", **told))
    mine = len(ITEMS)
    before = counted(shop)
    assert before >= mine
    shop.learn_one(crowd.does(ACCOUNT, "", NOW + 400, "visitor_forgotten"))
    left = counted(shop)
    assert left <= before - mine
    if network is None:
        assert left == 0
    # Of the network there is left how many came to each product, and not who.
    shop.learn_one(crowd.does("v-cookie", "", NOW + 500, "visitor_forgotten"))
    assert counted(shop) == left
