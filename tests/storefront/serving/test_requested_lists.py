"""Having lists made, and what happens where nobody makes them."""

import threading
from typing import Any

import pytest
from redis import Redis

from online_models.schema import keyspace
from online_models.schema.events import RankingId
from online_models.schema.requested_list import ListRequest, MadeList, encode_list
from storefront.serving import requested_lists
from storefront.serving.requested_lists import NoList, RequestedLists
from tests.storefront.running_shop import wait_until

R1 = RankingId("r1")
REQUEST = ListRequest(ranking_id=R1)


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def redis(empty_redis: str) -> Any:
    return Redis.from_url(empty_redis)


def answer(redis: Any, payload: bytes, name: str = R1) -> None:
    redis.rpush(keyspace.list_answer(RankingId(name)), payload)


def problem_of(lists: RequestedLists, request: ListRequest = REQUEST) -> str:
    with pytest.raises(NoList) as caught:
        lists.make(request)
    return caught.value.problem


@pytest.mark.integration
def test_an_answer_is_returned_and_taken_away(redis: Any, empty_redis: str) -> None:
    made = MadeList(ranking_id=R1, ranked_at=2.0)
    answer(redis, encode_list(made))
    assert RequestedLists(empty_redis).make(REQUEST) == made
    assert not redis.exists(keyspace.list_answer(R1))
    assert 0 < redis.ttl(keyspace.list_requests()) <= keyspace.LIST_REQUESTS_TTL


@pytest.mark.integration
@pytest.mark.parametrize("payload", [b"{", encode_list(MadeList(ranking_id=R1, ranked_at=2.0, has_failed=True))])
def test_an_answer_that_is_no_list_is_a_failure(redis: Any, empty_redis: str, payload: bytes) -> None:
    answer(redis, payload)
    assert problem_of(RequestedLists(empty_redis)) == "failed"


@pytest.mark.integration
def test_without_a_learner_a_request_is_withdrawn_and_the_next_does_not_wait(redis: Any, empty_redis: str) -> None:
    clock = Clock()
    lists = RequestedLists(empty_redis, 0.05, clock)
    assert problem_of(lists) == "late"
    assert redis.llen(keyspace.list_requests()) == 0
    assert problem_of(lists) == "away"
    clock.now += 10
    answer(redis, encode_list(MadeList(ranking_id=R1, ranked_at=2.0)))
    assert lists.make(REQUEST).ranked_at == 2.0
    answer(redis, encode_list(MadeList(ranking_id=R1, ranked_at=3.0)))
    assert lists.make(REQUEST).ranked_at == 3.0


@pytest.mark.integration
def test_one_that_is_late_while_others_are_answered_closes_no_door(redis: Any, empty_redis: str) -> None:
    clock = Clock()
    lists = RequestedLists(empty_redis, 1.0, clock)
    problems: list[str] = []
    late = threading.Thread(target=lambda: problems.append(problem_of(lists, ListRequest(ranking_id=RankingId("r2")))))
    late.start()
    wait_until(lambda: bool(redis.llen(keyspace.list_requests())))
    clock.now += 1
    for _ in range(2):
        answer(redis, encode_list(MadeList(ranking_id=R1, ranked_at=2.0)))
        lists.make(REQUEST)
        late.join()
    assert problems == ["late"]


@pytest.mark.integration
def test_the_queue_keeps_the_newest(redis: Any, empty_redis: str) -> None:
    redis.rpush(keyspace.list_requests(), *(f"old{number}" for number in range(400)))
    answer(redis, encode_list(MadeList(ranking_id=R1, ranked_at=2.0)))
    RequestedLists(empty_redis).make(REQUEST)
    kept = redis.lrange(keyspace.list_requests(), 0, -1)
    assert len(kept) == keyspace.LIST_REQUESTS_LENGTH
    assert b'"r1"' in kept[-1]


@pytest.mark.integration
def test_only_so_many_wait_at_once(redis: Any, empty_redis: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(requested_lists, "AT_ONCE", 1)
    lists = RequestedLists(empty_redis, 5.0)
    first = threading.Thread(target=lists.make, args=(REQUEST,))
    first.start()
    wait_until(lambda: bool(redis.llen(keyspace.list_requests())))
    assert problem_of(lists, ListRequest(ranking_id=RankingId("r2"))) == "busy"
    answer(redis, encode_list(MadeList(ranking_id=R1, ranked_at=2.0)))
    first.join()


@pytest.mark.integration
def test_with_the_rights_of_processes_it_works_as_well(redis: Any, process_redis_url: str) -> None:
    answer(redis, encode_list(MadeList(ranking_id=R1, ranked_at=2.0)))
    assert RequestedLists(process_redis_url).make(REQUEST).ranked_at == 2.0
    assert problem_of(RequestedLists(process_redis_url, 0.05)) == "late"


def test_without_redis_nobody_answers() -> None:
    lists = RequestedLists("redis://127.0.0.1:1/0")
    assert [problem_of(lists) for _ in range(2)] == ["away", "away"]
