"""Two storefronts behind the proxy, killed and restarted while visitors read pages and click."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import psutil
import pytest
from kafka import KafkaConsumer, TopicPartition

from connections.kafka_client import connect
from infra.stack.catalog import read_best_sellers
from infra.stack.servers import kafka_here, redis_here
from infra.visitors.persistent_visitor import Diary, PersistentVisitor
from online_models.schema.events import EventId, decode
from online_models.schema.keyspace import INTERACTIONS
from tests.end_to_end.running_stack import RunningStack

pytestmark = pytest.mark.integration

VISITORS = 4


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningStack]:
    stack = RunningStack(tmp_path_factory.mktemp("two") / "home", storefronts=2)
    try:
        stack.wait_until_up()
        yield stack
    finally:
        if stack.process.poll() is None:
            stack.stop(signal.SIGTERM)


def storefronts(stack: RunningStack) -> list[psutil.Process]:
    """Return each storefront's first process, whose children answer."""
    parents = psutil.Process(stack.process.pid).children()
    return [child for child in parents if child.cmdline()[-2:] == ["-m", "storefront"]]


@contextmanager
def visitors(stack: RunningStack) -> Iterator[list[Diary]]:
    """Have visitors walk around until the block is left, each at the storefront that the proxy chooses."""
    items = read_best_sellers(redis_here(stack.environment))[:20]
    with ExitStack() as walking:
        yield [walking.enter_context(PersistentVisitor(stack.address, items)).diary for _ in range(VISITORS)]


def in_topic(stack: RunningStack) -> dict[EventId, int]:
    """Return how often each event that a visitor has sent is in the topic."""
    consumer = connect(KafkaConsumer, kafka_here(stack.environment), group_id=None, enable_auto_commit=False)
    partitions = [TopicPartition(INTERACTIONS.name, number) for number in range(INTERACTIONS.partitions)]
    consumer.assign(partitions)
    consumer.seek_to_beginning()
    ends = consumer.end_offsets(partitions)
    found: dict[EventId, int] = {}
    while any(consumer.position(partition) < ends[partition] for partition in partitions):
        for records in consumer.poll(timeout_ms=500).values():
            for record in records:
                event_id = decode(record.value).event_id
                found[event_id] = found.get(event_id, 0) + 1
    consumer.close()
    return found


def assert_nothing_is_lost(stack: RunningStack, diaries: list[Diary]) -> None:
    assert {page.status for diary in diaries for page in diary.pages} == {200}
    acknowledged = {event_id for diary in diaries for event_id in diary.acknowledged}
    assert len(acknowledged) > VISITORS
    stack.wait_for(lambda: acknowledged <= in_topic(stack).keys(), 60)


def go_on(stack: RunningStack, diaries: list[Diary]) -> None:
    """Wait until each visitor has read another page, and seen another click's list."""
    pages = [len(diary.pages) for diary in diaries]
    lists = [len(lists_of(diary)) for diary in diaries]
    stack.wait_for(lambda: all(len(diary.pages) > before for diary, before in zip(diaries, pages, strict=True)), 120)
    stack.wait_for(
        lambda: all(len(lists_of(diary)) > before for diary, before in zip(diaries, lists, strict=True)), 120
    )


def lists_of(diary: Diary) -> list[float]:
    return [click.push_seconds for click in diary.clicks if click.push_seconds is not None]


def test_a_rolling_restart_loses_no_page_and_no_event(stack: RunningStack) -> None:
    before = {process.pid for process in storefronts(stack)}
    with visitors(stack) as diaries:
        go_on(stack, diaries)
        command = [sys.executable, "-m", "infra", "restart"]
        restart = subprocess.run(command, env=stack.environment, capture_output=True, text=True, timeout=300)
        assert restart.returncode == 0, restart.stderr
        go_on(stack, diaries)
    after = {process.pid for process in storefronts(stack)}
    assert len(after) == 2
    assert not before & after
    assert all(diary.sockets > 1 for diary in diaries), "each socket was closed once at least"
    assert_nothing_is_lost(stack, diaries)


def test_a_killed_storefront_costs_no_page_and_no_event(stack: RunningStack) -> None:
    for number in range(2):
        victim = storefronts(stack)[number]
        with visitors(stack) as diaries:
            go_on(stack, diaries)
            os.killpg(victim.pid, signal.SIGKILL)
            go_on(stack, diaries)
        assert_nothing_is_lost(stack, diaries)
        stack.wait_for(lambda: len(storefronts(stack)) == 2, 60)
