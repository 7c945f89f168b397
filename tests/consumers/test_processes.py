"""The two processes as they run in production, on real Kafka and Redis."""

import time
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import msgspec
import pytest

from consumers.kafka.event_log import EventLog
from online_models.schema import keyspace
from online_models.schema.events import ItemId, RankingId
from online_models.schema.messages import OpsStats
from online_models.schema.product import encode_product
from online_models.schema.recommendations import decode_ranking
from online_models.schema.requested_list import ListFilter, ListRequest
from storefront.serving.requested_lists import RequestedLists
from tests.consumers.builders import a_product, a_rating
from tests.consumers.processes import DEADLINE, Shop, a_click, a_visitor, open_shop, running, stop, wait_for

pytestmark = pytest.mark.integration


@pytest.fixture
def shop(kafka_servers: str, redis_url: str, process_redis_url: str, tmp_path: Path) -> Iterator[Shop]:
    with open_shop(kafka_servers, redis_url, tmp_path, process_redis_url) as shop:
        yield shop


def test_a_click_in_kafka_becomes_a_list_in_redis_and_a_push_with_its_id(shop: Shop) -> None:
    visitor = a_visitor()
    click = a_click(visitor, "i1")
    with running(shop, "learn") as learner:
        wait_for(shop.status)
        shop.append(click)
        push = shop.answer_to(click)
        errors = stop(learner)
    (message,) = push["data"]
    assert push["room"] == f"visitor:{visitor}"
    assert message["causes"] == [click.event_id]
    assert message["journey"]["event_id"] == click.event_id
    assert message["items"]
    ranking = decode_ranking(shop.store.get(keyspace.ranking(visitor)))
    assert ranking.ranking_id == message["ranking_id"]
    assert "stopped after" in errors


def test_a_list_is_made_for_a_request_by_the_learner_that_runs(shop: Shop) -> None:
    lists = RequestedLists(shop.environment["RIVERFRONT_REDIS"], seconds=30)
    with running(shop, "learn") as learner:
        wait_for(shop.status)
        shop.append(click := a_click(a_visitor(), "i1"))
        shop.answer_to(click)
        wanted = ListFilter(min_price=0)
        names = [RankingId(f"r{number}") for number in range(3)]
        made = [
            lists.make(ListRequest(ranking_id=name, session=(ItemId("i1"),), count=24, filter=wanted)) for name in names
        ]
        status = wait_for(lambda: status if (status := shop.status()) and status.requested == len(names) else None)
        assert "stopped after" in stop(learner)
    assert [(one.ranking_id, len(one.items)) for one in made] == [(name, 24) for name in names]
    assert status.request_us is not None


def test_of_two_learners_either_makes_lists(shop: Shop) -> None:
    lists = RequestedLists(shop.environment["RIVERFRONT_REDIS"], seconds=30)
    with ExitStack() as stack:
        learners = {
            name: stack.enter_context(running(shop, "learn", RIVERFRONT_LEARNERS="2", RIVERFRONT_LEARNER=name))
            for name in ("1", "2")
        }
        wait_for(lambda: True if [one.share for one in shop.statuses() if 0 < one.share < 1][1:] else None)
        assert lists.make(ListRequest(ranking_id=RankingId("r1"), count=5)).items
        learners["1"].kill()
        # A request that it has taken is lost with it.
        learners["1"].wait()
        for number in range(2, 5):
            assert lists.make(ListRequest(ranking_id=RankingId(f"r{number}"), count=5)).items
        stop(learners["2"])


def test_a_learner_loads_its_code_before_the_first_click_and_says_so(shop: Shop) -> None:
    with running(shop, "learn") as learner:
        status = wait_for(lambda: status if (status := shop.status()) and status.warm else None)
        assert "loaded code" in stop(learner)
    assert status.learned == 0


def test_it_goes_on_where_it_stopped(shop: Shop) -> None:
    visitor = a_visitor()
    with running(shop, "learn") as learner:
        wait_for(shop.status)
        shop.append(first := a_click(visitor, "i1"))
        shop.answer_to(first)
        stop(learner)
    with closing(EventLog(shop.kafka, keyspace.INTERACTIONS.name, keyspace.LEARNER_GROUP)) as log:
        assert log.committed() == log.end_offsets()
    shop.store.delete(keyspace.learner_statuses())
    shop.append(last := a_click(visitor, "i2"))
    with running(shop, "learn") as learner:
        push = shop.answer_to(last)
        status = wait_for(lambda: status if (status := shop.status()) and status.learned else None)
        stop(learner)
    # Where Redis was slow to confirm the first list, it may be made again, with the next.
    assert push["data"][0]["causes"][-1] == last.event_id
    assert status.learned == 1


def test_killed_without_warning_it_learns_again_what_was_not_saved(shop: Shop) -> None:
    visitor = a_visitor()
    with running(shop, "learn") as learner:
        wait_for(shop.status)
        shop.append(first := a_click(visitor, "i1"))
        shop.answer_to(first)
        learner.kill()
        learner.wait()
    shop.append(last := a_click(visitor, "i2"))
    with running(shop, "learn") as learner:
        shop.answer_to(last)
        stop(learner)


def test_what_cannot_be_read_goes_to_the_dead_letters(shop: Shop) -> None:
    visitor = a_visitor()
    nonsense = f'{{"kind":"nonsense-{uuid.uuid4().hex}"}}'.encode()
    with (
        running(shop, "learn") as learner,
        closing(EventLog(shop.kafka, keyspace.DEAD_LETTERS.name, "test")) as dead,
    ):
        wait_for(shop.status)
        shop.append_bytes(visitor, nonsense)
        letter = wait_for(lambda: next((r for r in dead.poll(0.2, 1000) if r.value == nonsense), None))
        shop.append(click := a_click(visitor, "i1"))
        shop.answer_to(click)
        stop(learner)
    assert dict(letter.headers)["topic"] == b"interactions"


def test_the_monitor_counts_what_passes_and_tells_operators(shop: Shop) -> None:
    def counted() -> OpsStats | None:
        message = shop.next_push("ops_stats")
        stats = msgspec.convert(message["data"][0], OpsStats) if message else None
        return stats if stats and stats.totals.get("item_viewed") == 2 else None

    with running(shop, "monitor") as monitor:
        wait_for(lambda: shop.next_push("ops_stats"))
        shop.append(a_click(a_visitor(), "i1"))
        shop.append(a_click(a_visitor(), "i2"))
        stats = wait_for(counted)
        stop(monitor)
    assert len(stats.lag) == sum(topic.partitions for topic in keyspace.EVENT_TOPICS)
    assert shop.store.get(keyspace.ops_latest())


def test_what_the_topic_deletes_leaves_redis_the_pages_and_the_next_lists(shop: Shop) -> None:
    visitor, deleted = a_visitor(), {f"i{number}" for number in range(5, 30)}

    def list_without_them() -> bool | None:
        shop.append(click := a_click(visitor, "i1"))
        shop.answer_to(click)
        listed = {ranked.item for ranked in decode_ranking(shop.store.get(keyspace.ranking(visitor))).items}
        return (bool(listed) and not listed & deleted) or None

    with running(shop, "learn") as learner, running(shop, "monitor") as monitor:
        wait_for(shop.status)
        for item in sorted(deleted):
            shop.write_item(item, None)
        told: set[str] = set()
        while told != deleted:
            told |= set(wait_for(lambda: shop.next_push("items_withdrawn"))["data"][0]["items"])
        assert shop.store.hlen(keyspace.catalog_products("v1")) == 5
        assert wait_for(list_without_them)
        stop(learner)
        stop(monitor)


def test_a_shop_that_was_never_published_recommends_what_the_topic_brings_and_a_restarted_learner_too(
    shop: Shop,
) -> None:
    shop.store.flushdb()
    category = f"shelf-{uuid.uuid4().hex[:8]}"
    items = [ItemId(f"{category}-{number}") for number in range(4)]
    lists = RequestedLists(shop.environment["RIVERFRONT_REDIS"], seconds=30)
    asked = ListRequest(
        ranking_id=RankingId("r"), session=(items[0],), count=24, filter=ListFilter(categories=(category,))
    )

    def listed(*wanted: ItemId) -> bool | None:
        made = lists.make(asked)
        return {one.item for one in made.items} == set(wanted) or None

    def wait_until_it_learns() -> None:
        shop.append(click := a_click(a_visitor(), "i1"))
        shop.answer_to(click)

    def write(item: ItemId) -> None:
        shop.write_item(item, encode_product(a_product(item, title="Striped Deckchair", category=category)))

    with running(shop, "monitor") as monitor:
        with running(shop, "learn") as learner:
            wait_until_it_learns()
            for item in items[:3]:
                write(item)
            assert wait_for(lambda: listed(*items[1:3]))
            stop(learner)
        write(items[3])
        with running(shop, "learn") as learner:
            wait_until_it_learns()
            assert wait_for(lambda: listed(*items[1:]))
            shop.write_item(items[2], None)
            assert wait_for(lambda: listed(items[1], items[3]))
            stop(learner)
        stop(monitor)


def test_what_a_flushed_redis_held_comes_back_without_an_event(shop: Shop) -> None:
    def keys() -> set[bytes]:
        return set(shop.store.scan_iter("*"))

    def has_settled() -> bool | None:
        related = {keyspace.goes_well_with(ItemId(f"i{n}")).encode() for n in (1, 2)}
        wanted = {*related, keyspace.stars().encode(), keyspace.ops_history().encode(), keyspace.data_set().encode()}
        return (keys() >= wanted and (shop.home / "catalog" / "catalog.bin").exists()) or None

    visitor = a_visitor()
    with running(shop, "learn") as learner, running(shop, "monitor") as monitor:
        wait_for(shop.status)
        rating = a_rating(visitor, "i2", 5, at=time.time())
        for event in (a_click(visitor, "i1"), a_click(visitor, "i3"), rating):
            shop.append(event)
        shop.answer_to(rating)
        wait_for(has_settled)
        before, ranking = keys(), shop.store.get(keyspace.ranking(visitor))
        shop.store.flushall()
        wait_for(lambda: keys() >= before or None)
        assert shop.store.get(keyspace.ranking(visitor)) == ranking
        assert shop.store.get(keyspace.catalog_version()) == b"v1"
        stop(learner)
        stop(monitor)


def test_a_wrong_setting_is_named_and_nothing_starts(shop: Shop) -> None:
    shop.environment["RIVERFRONT_KAFKA"] = "nowhere"
    with running(shop, "learn") as learner:
        _, errors = learner.communicate(timeout=DEADLINE)
    assert learner.returncode == 2
    assert errors.startswith("RIVERFRONT_KAFKA must be host:port")


def test_a_second_learner_in_the_same_folder_is_refused(shop: Shop) -> None:
    with running(shop, "learn") as learner:
        wait_for(shop.status)
        with running(shop, "learn") as second:
            _, errors = second.communicate(timeout=DEADLINE)
        stop(learner)
    assert second.returncode == 2
    assert "another learner" in errors


def test_without_kafka_it_waits_and_still_stops_at_once(shop: Shop) -> None:
    shop.environment["RIVERFRONT_KAFKA"] = "127.0.0.1:1"
    with running(shop, "learn") as learner:
        wait_for(shop.status)
        assert "cannot reach Kafka" in stop(learner)
