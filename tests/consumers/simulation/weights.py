"""What a refit process publishes: weights of the session network, of which some files are torn, changed or gone."""

from collections.abc import Callable, Mapping, Sequence

from consumers.kafka.record import Offsets, Record
from online_models.models.neural.weights import BrokenWeights, Weights, read_weights, write_weights
from online_models.schema.weights_record import InvalidWeightsRecord, WeightsRecord, decode, encode
from tests.consumers.fakes import MemoryTopic
from tests.consumers.simulation.log import SimulatedLog
from tests.consumers.simulation.parts import ITEMS
from tests.consumers.simulation.world import World
from tests.training.builders import some_weights

WHOLE = 0.7
"""Share of the files that can be read."""

LONGEST_LEAD = 5
"""Events of a partition, from the end of the log to the place at which weights are to be taken up."""


class PublishedWeights:
    """Records in a topic, and files; a file that cannot be read never can.

    Attributes
    ----------
    topic
        The records, and now and then what is none.
    records
        Those that are, by offset, in order.
    whole
        By version, the weights of which the file can be read.
    """

    def __init__(self, world: World) -> None:
        self.topic = MemoryTopic(1)
        self.records: dict[int, WeightsRecord] = {}
        self.whole: dict[str, Weights] = {}
        self._world = world
        self._files: dict[str, bytes] = {}

    def publish(self, ends: Mapping[int, int]) -> None:
        """Publish weights that were trained on all that is there, to be taken up a little further on."""
        chance, number = self._world.chance, len(self.records)
        weights = some_weights(*chance.sample(ITEMS, 4), seed=1_000 * number + chance.randrange(1_000))
        payload, state = write_weights(weights), "whole"
        if self._world.happens(WHOLE):
            self.whole[weights.version] = weights
        else:
            state = chance.choice(("torn", "changed", "of another version", "gone"))
            place = chance.randrange(len(payload))
            payload = {
                "torn": payload[:place],
                "changed": payload[:place] + bytes([payload[place] ^ 255]) + payload[place + 1 :],
                "of another version": write_weights(some_weights(*ITEMS[:4], seed=10**9)),
                "gone": b"",
            }[state]
        if state != "gone":
            self._files[weights.version] = payload
        record = WeightsRecord(
            version=weights.version,
            size=max(1, len(payload)),
            position=dict(ends),
            take_up={partition: end + chance.randint(0, LONGEST_LEAD) for partition, end in ends.items()},
            training="refit",
            items=len(weights.item_ids),
            seconds=1.0,
            trained_at=weights.trained_at,
        )
        if self._world.happens(1 - WHOLE):
            self.topic.append(b"nonsense")
        self.records[self.topic.append(encode(record)).offset] = record
        self._world.tell(f"weights {weights.version:.8}, {state}, to be taken up at {record.take_up}")

    def read(self, version: str) -> Weights:
        """Read a file as a learner does."""
        self._world.at("before weights are read")
        if version not in self._files:
            raise FileNotFoundError(version)
        weights = read_weights(self._files[version])
        if weights.version != version:
            raise BrokenWeights(f"weights {weights.version}")
        return weights

    def place_of(self, version: str) -> Mapping[int, int]:
        """Return where weights are to be taken up: at their place, or later at that of some published before."""
        place: dict[int, int] = {}
        for record in self.records.values():
            for partition, offset in record.take_up.items():
                place[partition] = max(offset, place.get(partition, 0))
            if record.version == version:
                return place
        raise AssertionError(f"{version} was not published")

    def due(self, offsets: Mapping[int, int]) -> list[WeightsRecord]:
        """Return the records that were to be acted upon before these offsets, in order: one waits for another."""
        found = []
        for record in self.records.values():
            if not is_reached(record.take_up, offsets):
                break
            found.append(record)
        return found


class WeightsLog(SimulatedLog):
    """The records as one life reads them, and where they were taken up."""

    def __init__(self, published: PublishedWeights, world: World, broken: list[str]) -> None:
        super().__init__(published.topic, world)
        self.read_offsets: Callable[[], Offsets] = dict
        """Of the events that this life has learned."""
        self._published = published
        self._broken = broken
        self._was_reached: dict[str, bool] = {}

    @property
    def is_read(self) -> bool:
        """Whether all was heard of."""
        return self._positions[0] == self._published.topic.ends()[0]

    def poll(self, timeout: float, max_records: int) -> Sequence[Record]:
        records = super().poll(timeout, max_records)
        for record in records:
            try:
                found = decode(record.value)
            except InvalidWeightsRecord:
                continue
            self._was_reached[found.version] = is_reached(self._published.place_of(found.version), self.read_offsets())
        return records

    def note_taken(self, version: str) -> None:
        """Compare where weights are taken up with what their record says. Who hears of them late is late."""
        offsets, place = self.read_offsets(), self._published.place_of(version)
        if version not in self._published.whole:
            self._broken.append(f"weights {version:.8} were taken up, which cannot be read")
        if not is_reached(place, offsets):
            self._broken.append(f"weights {version:.8} were taken up at {offsets}, before {place}")
        elif not self._was_reached[version] and not any(offsets.get(p, 0) == offset for p, offset in place.items()):
            self._broken.append(f"weights {version:.8} were taken up at {offsets}, after {place}")


def is_reached(place: Mapping[int, int], offsets: Mapping[int, int]) -> bool:
    """Say whether all events before a place are before these offsets."""
    return all(offsets.get(partition, 0) >= offset for partition, offset in place.items())
