"""Learners and the refit process as they run in production, on real Kafka and Redis."""

import ast
import re
import subprocess
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from consumers.kafka.event_log import EventLog
from online_models.models.neural.weights import Weights, read_weights
from online_models.schema import keyspace
from online_models.schema.events import VisitorId, encode
from online_models.schema.weights_record import WeightsRecord, decode, file_name
from tests.consumers.processes import Shop, a_click, a_visitor, open_shop, running, stop, wait_for
from tests.training.builders import some_weights
from training.event_reader import EventReader
from training.packages import ADVICE, are_there
from training.refit import Pace, RefitProcess
from training.visit_window import VisitWindow
from training.weights_folder import WeightsFolder
from training.weights_publisher import WeightsPublisher

pytestmark = pytest.mark.integration

ITEMS = [f"i{number}" for number in range(30)]


@pytest.fixture
def shop(kafka_servers: str, redis_url: str, process_redis_url: str, tmp_path: Path) -> Iterator[Shop]:
    with open_shop(kafka_servers, redis_url, tmp_path, process_redis_url) as shop:
        yield shop


class QuickTrainer:
    """Makes up weights of the shop's items, others each time."""

    def __init__(self) -> None:
        self._seed = uuid.uuid4().int % 2**31

    def refit(
        self, visits: Sequence[Sequence[str]], *, position: Mapping[str, int] | None = None, trained_at: float = 0.0
    ) -> Weights:
        self._seed += 1
        return some_weights(*ITEMS, seed=self._seed, position=position)

    fine_tune = refit


def let_many_come(shop: Shop, visitors: int = 60) -> None:
    """Append visits of eleven items each."""
    for number in range(visitors):
        visitor = a_visitor()
        for step in range(11):
            event = a_click(visitor, ITEMS[(number + step) % len(ITEMS)])
            shop.producer.send(keyspace.INTERACTIONS.name, encode(event), key=visitor.encode())
    shop.producer.flush()


def publish(shop: Shop) -> WeightsRecord:
    """Train and publish once, as the refit process does but for TensorFlow, and return the record."""
    folder = WeightsFolder(shop.home / "weights")
    records: list[WeightsRecord] = []

    class Noted(WeightsPublisher):
        def publish(self, record: WeightsRecord) -> None:
            super().publish(record)
            records.append(record)

    process = RefitProcess(
        reader=EventReader(shop.kafka, keyspace.INTERACTIONS.name),
        window=VisitWindow(),
        build_trainer=QuickTrainer,
        folder=folder,
        publisher=Noted(shop.kafka, keyspace.WEIGHTS.name),
        pace=Pace(1e9, 1e9),
    )

    def is_published() -> bool | None:
        process.step()
        return bool(records) or None

    wait_for(is_published)
    process.reader.close()
    process.publisher.close()
    return records[0]


def line_of(learner: "subprocess.Popen[str]", words: str) -> str:
    """Wait for a line that a learner logs."""
    assert learner.stderr is not None
    for line in learner.stderr:
        if words in line:
            return line
    raise AssertionError(f"the learner ended without: {words}")


def versions_of(shop: Shop, learners: int) -> set[str] | None:
    """Return the versions that the learners have, once each has one."""
    statuses = shop.statuses()
    versions = [status.weights.version for status in statuses if status.weights]
    return set(versions) if len(versions) == learners else None


def test_two_learners_take_weights_up_at_the_same_place_and_keep_them(shop: Shop) -> None:
    let_many_come(shop)
    with ExitStack() as stack:
        learners = [
            stack.enter_context(running(shop, "learn", RIVERFRONT_LEARNERS="2", RIVERFRONT_LEARNER=name))
            for name in ("1", "2")
        ]
        wait_for(lambda: len(shop.statuses()) == 2 or None)
        record = publish(shop)
        for learner in learners:
            line_of(learner, f"weights {record.version:.12} are to be taken up")
        let_many_come(shop)
        places = [line_of(learner, f"took up weights {record.version:.12}") for learner in learners]
        assert wait_for(lambda: versions_of(shop, 2)) == {record.version}
        for place in places:
            offsets = ast.literal_eval(re.findall(r"{.*}", place)[0])
            ahead = [offsets[partition] - offset for partition, offset in record.take_up.items()]
            assert min(ahead) == 0, "neither before its place nor after it"

    # Both were killed. What they had is in their snapshots, or read of again.
    shop.store.delete(keyspace.learner_statuses())
    with running(shop, "learn", RIVERFRONT_LEARNERS="2", RIVERFRONT_LEARNER="1"):
        assert wait_for(lambda: versions_of(shop, 1)) == {record.version}


def test_a_learner_without_the_file_goes_on(shop: Shop) -> None:
    let_many_come(shop)
    record = publish(shop)
    (shop.home / "weights" / file_name(record.version)).unlink()
    let_many_come(shop)
    with running(shop, "learn") as learner:
        line_of(learner, f"weights {record.version:.12} cannot be taken up")
        shop.append(click := a_click(VisitorId("late"), "i1"))
        shop.answer_to(click)
        status = shop.status()
        assert status is not None
        assert status.weights is None or status.weights.version != record.version


@pytest.mark.training
def test_the_refit_process_trains_and_publishes(shop: Shop) -> None:
    if not are_there():
        pytest.skip(ADVICE)
    let_many_come(shop)
    with closing(EventLog(shop.kafka, keyspace.WEIGHTS.name, keyspace.LEARNER_GROUP)) as log:
        log.seek(log.end_offsets())
        with running(shop, "refit") as refit:
            records = wait_for(lambda: log.poll(0.2, 1) or None)
            record = decode(records[0].value)
            stop(refit)
    weights = read_weights((shop.home / "weights" / file_name(record.version)).read_bytes())
    assert weights.version == record.version
    assert set(weights.item_ids) == set(ITEMS)
    assert (record.training, record.items) == ("refit", len(ITEMS))
    assert set(weights.position) == {f"interactions-{number}" for number in range(keyspace.INTERACTIONS.partitions)}
