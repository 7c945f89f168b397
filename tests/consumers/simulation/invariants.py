"""What must hold after any story: each is a sentence that is returned if it does not."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence

import msgspec

from consumers.kafka.record import Record, place_of
from consumers.learner.learner import Learner
from online_models.hybrid import Hybrid
from online_models.models.neural.weights import Weights
from online_models.schema import keyspace
from online_models.schema.events import (
    AnyEvent,
    InvalidEvent,
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
from tests.consumers.harness import Life, what_the_log_determines
from tests.consumers.simulation.learner import SimulatedLearner
from tests.consumers.simulation.parts import ODD, SHELF, TAKEN, TINY, SimulatedModel, is_answered
from tests.consumers.simulation.simulation import Simulation


def violations(done: Simulation) -> list[str]:
    """Return what does not hold."""
    found = list(done.outside.broken)
    if found or any(learner.life is None for learner in done.learners):
        return found or ["not all live"]
    good, bad = _sorted_out(done)
    expected: list[Undisturbed] = []
    known: dict[tuple[str, ...], Undisturbed] = {}
    for learner in done.learners:
        wrong = list(_learned(learner, good))
        if not wrong:
            lineage, life = tuple(_model(learner).lineage), _life(learner)
            undisturbed = known.get(lineage) or Undisturbed([_deed(done, good, name) for name in lineage])
            known[lineage] = undisturbed
            expected.append(undisturbed)
            if undisturbed.dump(life.learner) != life.dump():
                wrong.append("the models are not those of a run that nothing disturbed")
        found += [f"learner {learner.name}: {what}" for what in wrong]
    found += _taught(done)
    if not found:
        found += _lists(done, expected)
    return found + list(_dead_letters(done, bad))


def _deed(done: Simulation, good: Mapping[str, AnyEvent], name: str) -> AnyEvent | Weights:
    """Return what a lineage names."""
    if not name.startswith(TAKEN):
        return good[name]
    assert done.outside.weights is not None
    return done.outside.weights.whole[name.removeprefix(TAKEN)]


def _life(learner: SimulatedLearner) -> Life:
    assert learner.life is not None
    return learner.life


def _model(learner: SimulatedLearner) -> SimulatedModel:
    model = _life(learner).model
    assert isinstance(model, SimulatedModel)
    return model


def _learned(learner: SimulatedLearner, good: Mapping[str, AnyEvent]) -> Iterator[str]:
    lineage = _model(learner).lineage
    yield from _learned_once([name for name in lineage if not name.startswith(TAKEN)], good)
    yield from _taken_up(learner, [name.removeprefix(TAKEN) for name in lineage if name.startswith(TAKEN)])
    if not learner.is_read():
        offsets, ends = _life(learner).learner.offsets, learner.outside.topic.ends()
        yield f"offsets are {offsets}, the log ends at {ends}"


def _taken_up(learner: SimulatedLearner, taken: list[str]) -> Iterator[str]:
    """Say which weights were not taken up once, in order, the last that can be read in the end."""
    published = learner.outside.weights
    if published is None:
        return
    versions = [record.version for record in published.records.values() if record.version in published.whole]
    if taken != [version for version in versions if version in taken]:
        yield f"weights were taken up in this order: {taken}; they were published as {versions}"
    if taken[-1:] != [version for version in [_model(learner).weights_version] if version]:
        yield f"has weights {_model(learner).weights_version}, and took up {taken}"
    due = published.due(_life(learner).learner.offsets)
    if due and due[-1].version in published.whole and due[-1].version != _model(learner).weights_version:
        yield f"has weights {_model(learner).weights_version}, not {due[-1].version}"


def _taught(done: Simulation) -> Iterator[str]:
    """Say where learners whose models are equal differ in what was learned from lists."""
    first, *others = done.learners
    for other in others:
        if _life(first).exchange.updated != _life(other).exchange.updated:
            yield f"learners {first.name} and {other.name} did not apply the same updates"
        elif _model(first).lineage == _model(other).lineage and _ranker(first) != _ranker(other):
            yield f"learners {first.name} and {other.name} learned the same, but not from lists"


def _ranker(learner: SimulatedLearner) -> bytes:
    header = SnapshotHeader(positions={}, recent_events=(), saved_at=0.0, product_version="")
    return b"".join(encode_snapshot({"ranker": _model(learner).dump()["ranker"]}, header))


class Undisturbed:
    """A model that learned the same events and took up the same weights in the same order; whose list each one made."""

    def __init__(self, deeds: list[AnyEvent | Weights]) -> None:
        self._model = Hybrid(TINY)
        self._model.use_catalog(SHELF.products.values(), SHELF.neighbors)
        self._ids = tuple(deed.event_id for deed in deeds if not isinstance(deed, Weights))
        self.lists: dict[VisitorId, AnyEvent | None] = {}
        self.once_deleted: set[VisitorId] = set()
        for event in deeds:
            if isinstance(event, Weights):
                self._model.take_up(event)
                continue
            change = self._model.learn_one(event)
            if isinstance(event, VisitorForgotten | VisitorIdentified | TasteReset):
                self.lists[event.visitor] = None
                self.once_deleted.add(event.visitor)
            if is_answered(event, change):
                self.lists[change.visitor or event.visitor] = event

    def dump(self, learner: Learner) -> bytes:
        positions = dict(sorted(learner.offsets.items()))
        header = SnapshotHeader(positions=positions, recent_events=self._ids, saved_at=0.0, product_version="")
        return b"".join(encode_snapshot(what_the_log_determines(self._model.dump()), header))


def _sorted_out(done: Simulation) -> tuple[dict[str, AnyEvent], dict[bytes, bytes | None]]:
    """Return the events that can be learned by id, and the records that cannot by the key of their dead letter."""
    good: dict[str, AnyEvent] = {}
    bad: dict[bytes, bytes | None] = {}
    for record in done.outside.topic.records:
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


def _learned_once(lineage: list[str], good: Mapping[str, AnyEvent]) -> Iterator[str]:
    counts = Counter(lineage)
    if missing := sorted(good.keys() - counts.keys()):
        yield f"never learned: {missing}"
    if twice := sorted(event_id for event_id, count in counts.items() if count > 1):
        yield f"learned twice: {twice}"
    if strange := sorted(counts.keys() - good.keys()):
        yield f"learned, but not in the log: {strange}"


def _dead_letters(done: Simulation, bad: dict[bytes, bytes | None]) -> Iterator[str]:
    parked = {key: value for key, value, _ in done.outside.letters}
    if missing := sorted(bad.keys() - parked.keys()):
        yield f"no dead letter for {missing}"
    if strange := sorted(parked.keys() - bad.keys()):
        yield f"a dead letter for {strange}, which can be learned"
    if changed := [key for key in bad.keys() & parked.keys() if bad[key] != parked[key]]:
        yield f"not the original bytes: {changed}"
    if not all(reason for _, _, reason in done.outside.letters):
        yield "a dead letter without a reason"


def _lists(done: Simulation, expected: Sequence["Undisturbed"]) -> Iterator[str]:
    """Say whose list is not what any of the learners would have it be; they may differ where partitions were added."""
    redis = done.outside.redis
    pushed = {cause for _, payload in redis.published for cause in _causes(payload)}
    for visitor in sorted({visitor for one in expected for visitor in one.lists}):
        payload = redis.get(keyspace.ranking(visitor))
        was_deleted = done.size > 1 and any(visitor in one.once_deleted for one in expected)
        if payload is None and was_deleted and len(_partitions_of(done, visitor)) > 1:
            # Who takes over deletes lists again that were to be deleted, also one of a later event if that lies in
            # another partition: the visitor's next click brings it back.
            continue
        wrong = [_what_is_wrong(done, visitor, one.lists.get(visitor), payload, pushed) for one in expected]
        if all(wrong):
            yield f"{visitor}: {wrong[0]}"


def _partitions_of(done: Simulation, visitor: VisitorId) -> set[int]:
    """Return the partitions in which a visitor's events lie, but for the lists that were drawn."""
    name = f'"{visitor}"'.encode()
    values = [(record.partition, record.value or b"") for record in done.outside.topic.records]
    return {partition for partition, value in values if name in value and b"ranking_shown" not in value}


def _what_is_wrong(
    done: Simulation, visitor: VisitorId, event: AnyEvent | None, payload: bytes | None, pushed: Collection[str]
) -> str | None:
    if event is None:
        return "has a list, which was to be deleted" if payload is not None else None
    if event.event_id not in pushed:
        return f"no list was pushed for {event.event_id}"
    if payload is None:
        # Of those of before a flush, a learner that was started since knows nothing.
        is_lost = done.world.made(visitor, event.event_id) < done.flushed_at
        return None if is_lost else f"has no list for {event.event_id}"
    ranking = decode_ranking(payload)
    known = done.world.lists[visitor, ranking.ranked_at]
    if known == event.event_id:
        return None
    if event.event_id in done.world.known[visitor, ranking.ranked_at] and len(_partitions_of(done, visitor)) > 1:
        return None  # A life that has ended has learned the visitor's events in another order.
    return f"has a list for {known}, not for {event.event_id}"


class _Pushed(msgspec.Struct):
    causes: tuple[str, ...] = ()


class _Message(msgspec.Struct):
    event: str
    data: tuple[_Pushed, ...]


_decode_message = msgspec.json.Decoder(_Message).decode


def _causes(payload: bytes) -> Sequence[str]:
    message = _decode_message(payload)
    return message.data[0].causes if message.event == RANKING_CHANGED else ()
