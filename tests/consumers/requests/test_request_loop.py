"""Lists are made for requests while the learner learns: between its batches, and by a model that is left as it is."""

import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from consumers.errors import StoreUnavailable
from consumers.kafka.record import Record
from consumers.requests.request_loop import PATIENCE_SECONDS, RequestLoop
from consumers.requests.request_queue import RequestQueue
from consumers.requests.turns import Turns
from online_models.hybrid import Hybrid
from online_models.schema import keyspace
from online_models.schema.events import ItemId, RankingId
from online_models.schema.requested_list import ListRequest, MadeItem, MadeList
from storefront.serving.requested_lists import NoList, RequestedLists
from tests.consumers.builders import NOW, a_view
from tests.consumers.fakes import ManualClock, MemoryEventLog, MemoryTopic
from tests.consumers.harness import CATALOG, Harness
from tests.storefront.running_shop import wait_until

REQUEST = ListRequest(ranking_id=RankingId("r1"), session=(ItemId("i1"),), count=5)


class MemoryQueue(RequestQueue):
    """Requests that are all there from the beginning, and the answers to them."""

    def __init__(self, *requests: ListRequest, fails: int = 0) -> None:
        self.requests, self.fails = list(requests), fails
        self.answers: list[MadeList] = []
        self.closed = False

    def read(self, answer: MadeList | None, seconds: float) -> ListRequest | None:
        if self.fails:
            self.fails -= 1
            raise StoreUnavailable("Redis is away")
        if answer is not None:
            self.answers.append(answer)
        return self.requests.pop(0) if seconds and self.requests else None

    def close(self) -> None:
        self.closed = True


def a_model() -> Hybrid:
    model = Hybrid()
    model.use_catalog(CATALOG.products.values(), CATALOG.neighbors)
    model.learn_one(a_view("v1", "i1"))
    return model


def a_loop(*requests: ListRequest, model: Hybrid | None = None, fails: int = 0) -> tuple[RequestLoop, MemoryQueue]:
    queue = MemoryQueue(*requests, fails=fails)
    return RequestLoop(model or a_model(), queue, Turns(), ManualClock(NOW)), queue


def test_each_request_is_answered() -> None:
    loop, queue = a_loop(REQUEST, ListRequest(ranking_id=RankingId("r2"), count=3))
    loop.start(lambda: True)
    wait_until(lambda: len(queue.answers) == 2)
    loop.close()
    assert [(made.ranking_id, len(made.items)) for made in queue.answers] == [("r1", 5), ("r2", 3)]
    assert loop.answered == 2
    assert queue.closed


def test_a_learner_that_is_behind_leaves_requests_to_others() -> None:
    is_open = threading.Event()
    loop, queue = a_loop(REQUEST)
    loop.start(is_open.is_set)
    assert len(queue.requests) == 1
    is_open.set()
    wait_until(lambda: bool(queue.answers))
    loop.close()


def test_while_redis_is_away_it_waits_and_then_goes_on() -> None:
    loop, queue = a_loop(REQUEST, fails=1)
    loop.start(lambda: True)
    wait_until(lambda: bool(queue.answers))
    loop.close()


def test_a_list_that_cannot_be_made_does_not_end_the_others() -> None:
    class Picky(Hybrid):
        def rank_request(self, request: ListRequest, now: float) -> tuple[MadeItem, ...]:
            if request.count == 5:
                raise ArithmeticError("cannot do that")
            return super().rank_request(request, now)

    loop, queue = a_loop(REQUEST, ListRequest(ranking_id=RankingId("r2"), count=3), model=Picky())
    loop.start(lambda: True)
    wait_until(lambda: len(queue.answers) == 2)
    loop.close()
    assert [made.has_failed for made in queue.answers] == [True, False]


def test_a_turn_that_comes_too_late_is_not_used() -> None:
    clock, turns, made = ManualClock(NOW), Turns(), []
    loop = RequestLoop(a_model(), MemoryQueue(), turns, clock)
    turns.take()
    asking = threading.Thread(target=lambda: made.append(loop.answer(REQUEST)))
    asking.start()
    wait_until(lambda: turns.waiting == 1)
    clock.advance(PATIENCE_SECONDS + 0.1)
    turns.give()
    asking.join()
    assert made == [None]
    turns.take()


class AskingLog(MemoryEventLog):
    """A log whose reader waits, and during whose wait a list is asked for."""

    loop: RequestLoop | None = None

    def poll(self, timeout: float, max_records: int) -> Sequence[Record]:
        if self.loop is not None:
            self.loop.answer(REQUEST)
        return super().poll(timeout, max_records)


def test_lists_are_made_while_the_learner_waits_for_events_and_change_nothing(tmp_path: Path) -> None:
    topics = MemoryTopic(), MemoryTopic()
    asking = AskingLog(topics[0], keyspace.LEARNER_GROUP)
    asked, alone = Harness(topics[0], tmp_path / "a", log=asking), Harness(topics[1], tmp_path / "b")
    asking.loop = RequestLoop(asked.model, MemoryQueue(), asked.loop.turns, asked.clock)
    events = [a_view(f"v{number % 3}", f"i{number % 7}", at=NOW + number) for number in range(40)]
    for harness in (asked, alone):
        for event in events:
            harness.tell(event)
    assert asking.loop.answered >= len(events)
    assert asked.dump() == alone.dump()
    assert asked.lists_pushed() == alone.lists_pushed()


@pytest.fixture
def answering(empty_redis: str) -> Iterator[RequestLoop]:
    loop = RequestLoop(a_model(), RequestQueue(empty_redis), Turns(), ManualClock(NOW))
    loop.start(lambda: True)
    yield loop
    loop.close()


@pytest.mark.integration
def test_a_storefront_gets_its_list_from_whoever_answers(answering: RequestLoop, empty_redis: str) -> None:
    lists = RequestedLists(empty_redis)
    made = lists.make(REQUEST)
    assert made.ranking_id == "r1"
    assert len(made.items) == 5
    others: list[MadeList] = []

    def ask(number: int) -> None:
        request = ListRequest(ranking_id=RankingId(f"q{number}"), session=(ItemId(f"i{number}"),), count=number)
        others.append(lists.make(request))

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(1, 9)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {(one.ranking_id, len(one.items)) for one in others} == {(f"q{n}", n) for n in range(1, 9)}


@pytest.mark.integration
def test_a_model_that_fails_is_told_at_once(empty_redis: str) -> None:
    class Broken(Hybrid):
        def rank_request(self, request: ListRequest, now: float) -> tuple[MadeItem, ...]:
            raise ArithmeticError("cannot do that")

    loop = RequestLoop(Broken(), RequestQueue(empty_redis), Turns(), ManualClock(NOW))
    loop.start(lambda: True)
    with pytest.raises(NoList, match="failed"):
        RequestedLists(empty_redis, seconds=30).make(REQUEST)
    loop.close()
