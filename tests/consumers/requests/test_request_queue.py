"""Requests for lists as a learner reads them from Redis, and its answers."""

from typing import Any

import pytest
from redis import Redis

from consumers.errors import StoreUnavailable
from consumers.requests.request_queue import RequestQueue
from online_models.schema import keyspace
from online_models.schema.events import RankingId
from online_models.schema.requested_list import ListRequest, MadeList, decode_list, encode_request

R1, R2 = RankingId("r1"), RankingId("r2")
SHORT = 0.05

pytestmark = pytest.mark.integration


@pytest.fixture
def redis(empty_redis: str) -> Any:
    return Redis.from_url(empty_redis)


def test_requests_come_in_order_and_each_to_one_reader(redis: Any, empty_redis: str) -> None:
    redis.rpush(keyspace.list_requests(), *(encode_request(ListRequest(ranking_id=name)) for name in (R1, R2)))
    one, other = RequestQueue(empty_redis), RequestQueue(empty_redis)
    found = [queue.read(None, SHORT) for queue in (one, other, one)]
    assert [request and request.ranking_id for request in found] == [R1, R2, None]
    one.close()
    other.close()


def test_an_answer_lies_where_its_reader_waits_and_not_for_long(redis: Any, empty_redis: str) -> None:
    queue = RequestQueue(empty_redis)
    redis.rpush(keyspace.list_requests(), encode_request(ListRequest(ranking_id=R2)))
    following = queue.read(MadeList(ranking_id=R1, ranked_at=1.0), SHORT)
    assert following is not None
    assert following.ranking_id == R2
    assert decode_list(redis.lpop(keyspace.list_answer(R1))).ranked_at == 1.0
    assert queue.read(MadeList(ranking_id=R2, ranked_at=1.0), 0.0) is None
    assert 0 < redis.ttl(keyspace.list_answer(R2)) <= keyspace.LIST_ANSWER_TTL
    queue.close()


def test_without_seconds_nothing_is_read(redis: Any, empty_redis: str) -> None:
    redis.rpush(keyspace.list_requests(), encode_request(ListRequest(ranking_id=R1)))
    queue = RequestQueue(empty_redis)
    assert queue.read(MadeList(ranking_id=R2, ranked_at=1.0), 0.0) is None
    assert redis.llen(keyspace.list_requests()) == 1
    queue.close()


def test_what_is_no_request_is_passed_over(redis: Any, empty_redis: str) -> None:
    redis.rpush(keyspace.list_requests(), b"{", encode_request(ListRequest(ranking_id=R1)))
    queue = RequestQueue(empty_redis)
    assert queue.read(None, SHORT) is None
    following = queue.read(None, SHORT)
    assert following is not None
    assert following.ranking_id == R1
    queue.close()


def test_with_the_rights_of_processes_it_works_as_well(redis: Any, process_redis_url: str) -> None:
    queue = RequestQueue(process_redis_url)
    assert queue.read(MadeList(ranking_id=R1, ranked_at=1.0), SHORT) is None
    queue.close()


def test_without_redis_it_says_so() -> None:
    with pytest.raises(StoreUnavailable):
        RequestQueue("redis://127.0.0.1:1/0").read(None, SHORT)
