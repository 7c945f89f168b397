"""How many storefronts there are, by who listens for pushes."""

from contextlib import ExitStack

import pytest
from redis import Redis

from consumers.redis.status_reader import StatusReader
from online_models.schema.messages import PUSH_CHANNEL
from storefront.web.live.rooms import rooms_of
from tests.storefront.running_shop import wait_until
from tests.storefront.web.live.wire import aside


@pytest.mark.integration
def test_each_storefront_that_listens_counts(empty_redis: str) -> None:
    reader = StatusReader(empty_redis)
    assert reader.count_storefronts() == 0
    with Redis.from_url(empty_redis) as redis, ExitStack() as stack:
        for _ in range(2):
            stack.callback(aside(rooms_of(empty_redis, PUSH_CHANNEL)._listen().__next__).join, 20)
        wait_until(lambda: reader.count_storefronts() == 2)
        redis.publish(PUSH_CHANNEL, '{"method":"end"}')


def test_without_redis_nobody_knows() -> None:
    assert StatusReader("redis://127.0.0.1:1/0").count_storefronts() is None
