"""What must hold after any story: each is a sentence that is returned if it does not."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence

from consumers.kafka.record import Record, place_of
from consumers.learner.learner import Learner
from online_models.hybrid import Hybrid
from online_models.schema import keyspace
from online_models.schema.events import (
    AnyEvent,
    InvalidEvent,
    RankingShown,
    TasteReset,
    VisitorForgotten,
    VisitorId,
    VisitorIdentified,
    decode,
)
from online_models.schema.keyspace import IMPRESSIONS
from online_models.schema.messages import RANKING_CHANGED
from online_models.schema.recommendations import decode_ranking
from online_models.snapshot import SnapshotHeader
from online_models.snapshot import encode as encode_snapshot
from tests.consumers.harness import CATALOG, what_the_log_determines
from tests.consumers.simulation.parts import ODD, TINY, SimulatedModel
from tests.consumers.simulation.simulation import Simulation


def violations(done: Simulation) -> list[str]:
    """Return what does not hold."""
    found = list(done.broken)
    life = done.life
    if life is None or found:
        return found or ["nobody lives"]
    model = life.model
    assert isinstance(model, SimulatedModel)
    good, bad = _sorted_out(done)
    found += _learned_once(model.lineage, good)
    if not done.is_read():
        found.append(f"offsets are {life.learner.offsets}, the log ends at {done.topic.ends()}")
    if not found:
        undisturbed = Undisturbed([good[event_id] for event_id in model.lineage])
        if undisturbed.dump(life.learner) != life.dump():
            found.append("the models are not those of a run that nothing disturbed")
        found += _lists(done, undisturbed.lists)
    return found + list(_dead_letters(done, bad))


class Undisturbed:
    """A model that learned the same events in the same order, and whose list each of them made."""

    def __init__(self, events: list[AnyEvent]) -> None:
        self._model = Hybrid(TINY)
        self._model.use_catalog(CATALOG.products.values(), CATALOG.neighbors)
        self._ids = tuple(event.event_id for event in events)
        self.lists: dict[VisitorId, AnyEvent | None] = {}
        for event in events:
            change = self._model.learn_one(event)
            if isinstance(event, VisitorForgotten | VisitorIdentified | TasteReset):
                self.lists[event.visitor] = None
            if change.visitor is not None and not isinstance(event, RankingShown):
                self.lists[change.visitor] = event

    def dump(self, learner: Learner) -> bytes:
        positions = dict(sorted(learner.offsets.items()))
        header = SnapshotHeader(positions=positions, recent_events=self._ids, saved_at=0.0, product_version="")
        return b"".join(encode_snapshot(what_the_log_determines(self._model.dump()), header))


def _sorted_out(done: Simulation) -> tuple[dict[str, AnyEvent], dict[bytes, bytes | None]]:
    """Return the events that can be learned by id, and the records that cannot by the key of their dead letter."""
    good: dict[str, AnyEvent] = {}
    bad: dict[bytes, bytes | None] = {}
    for record in done.topic.records:
        try:
            event = decode(record.value)
        except InvalidEvent:
            event = None
        if event is None or event.visitor == ODD:
            bad[_key_of(record)] = record.value
        else:
            good[event.event_id] = event
    return good, bad


def _key_of(record: Record) -> bytes:
    topic, partition = place_of(record.partition)
    return f"{f'{IMPRESSIONS.name}:' if topic else ''}{partition}:{record.offset}".encode()


def _learned_once(lineage: list[str], good: dict[str, AnyEvent]) -> Iterator[str]:
    counts = Counter(lineage)
    if missing := sorted(good.keys() - counts.keys()):
        yield f"never learned: {missing}"
    if twice := sorted(event_id for event_id, count in counts.items() if count > 1):
        yield f"learned twice: {twice}"
    if strange := sorted(counts.keys() - good.keys()):
        yield f"learned, but not in the log: {strange}"


def _dead_letters(done: Simulation, bad: dict[bytes, bytes | None]) -> Iterator[str]:
    parked = {key: value for key, value, _ in done.letters}
    if missing := sorted(bad.keys() - parked.keys()):
        yield f"no dead letter for {missing}"
    if strange := sorted(parked.keys() - bad.keys()):
        yield f"a dead letter for {strange}, which can be learned"
    if changed := [key for key in bad.keys() & parked.keys() if bad[key] != parked[key]]:
        yield f"not the original bytes: {changed}"
    if not all(reason for _, _, reason in done.letters):
        yield "a dead letter without a reason"


def _lists(done: Simulation, expected: dict[VisitorId, AnyEvent | None]) -> Iterator[str]:
    pushed = {cause for _, payload in done.redis.published for cause in _causes(payload)}
    for visitor, event in expected.items():
        payload = done.redis.get(keyspace.ranking(visitor))
        if event is None:
            if payload is not None:
                yield f"{visitor} has a list, which was to be deleted"
        elif payload is None:
            yield f"{visitor} has no list for {event.event_id}"
        elif (ranking := decode_ranking(payload)).ranked_at < done.world.learned_at[event.event_id]:
            yield f"the list of {visitor} is not for {event.event_id} but for {ranking.causes}"
        elif event.event_id not in pushed:
            yield f"no list was pushed for {event.event_id} of {visitor}"


def _causes(payload: bytes) -> Sequence[str]:
    message = json.loads(payload)
    return message["data"][0]["causes"] if message["event"] == RANKING_CHANGED else ()
