"""The simulation has teeth: a learner that is broken on purpose does not get through."""

import logging
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from consumers.kafka.dead_letter import DeadLetters
from consumers.kafka.record import Offsets
from consumers.learner.recent_events import RecentEvents
from consumers.learner.snapshot_store import SnapshotStore
from consumers.learner.weights_uptake import WeightsUptake
from consumers.members.membership import Membership, Takeover
from online_models.arrays.state import State
from online_models.schema.events import EventId
from online_models.snapshot import SnapshotHeader
from tests.consumers.harness import Life
from tests.consumers.simulation.invariants import violations
from tests.consumers.simulation.learner import Build
from tests.consumers.simulation.parts import SimulatedModel
from tests.consumers.simulation.simulation import Simulation

SEEDS = 300


class LearnsEveryCopy(RecentEvents):
    """Lets every event through, also one that came before."""

    def add(self, event_id: EventId) -> bool:
        super().add(event_id)
        return True


class ForgetsIdsAtRestart(RecentEvents):
    """Does not take over the ids of a snapshot."""

    def restore(self, ids: Iterable[EventId]) -> None:
        super().restore(())


class OffsetsFromCommits(Life):
    """Goes on from the offsets that were committed to Kafka, not from those of the snapshot."""

    def __init__(self, *parts: object) -> None:
        super().__init__(*parts)  # type: ignore[arg-type]
        committed: Offsets = self.loop.log._memory.commits.get("riverfront-learner", {})  # type: ignore[attr-defined]
        self.learner.offsets = {**self.learner.offsets, **committed}


class WritesInPlace(SnapshotStore):
    """Writes over the newest snapshot instead of beside it."""

    def write(self, pieces: Iterable[bytes]) -> Path:
        path = self._path(1)
        self._files.write(path, pieces)
        self._files.sync(self._folder)
        return path


class DoesNotSyncTheFolder(SnapshotStore):
    """Does not sync the folder after the rename."""

    def write(self, pieces: Iterable[bytes]) -> Path:
        number = (self._numbers() or [0])[-1] + 1
        self._files.write(self._path(number).with_suffix(".unfinished"), pieces)
        self._files.rename(self._path(number).with_suffix(".unfinished"), self._path(number))
        return self._path(number)


class CopiesLater(SimulatedModel):
    """Gives its own arrays away, so that a snapshot holds what was learned after its offsets."""

    def dump(self) -> State:
        return _Late(self)


class _Late(dict):  # type: ignore[type-arg]
    def __init__(self, model: SimulatedModel) -> None:
        super().__init__()
        self._model = model

    def items(self):  # type: ignore[no-untyped-def]
        return SimulatedModel.dump(self._model).items()


class ForgetsWhoWaits(Life):
    """Does not rank again who had no list yet when the snapshot was made."""

    def __init__(self, *parts: object) -> None:
        super().__init__(*parts)  # type: ignore[arg-type]
        self.loop._listed = {}


class KeepsLettersInMemory(DeadLetters):
    """Says that all is parked while it waits in memory."""

    def flush(self, timeout: float) -> bool:
        return True if timeout > 1 else super().flush(timeout)


class SkipsARecord(Life):
    """Goes on one record later than its snapshot says."""

    def __init__(self, *parts: object) -> None:
        super().__init__(*parts)  # type: ignore[arg-type]
        offsets = self.learner.offsets
        if offsets:
            offsets[min(offsets)] += 1


class TakesUpAtOnce(WeightsUptake):
    """Takes weights up when it hears of them, wherever it is."""

    def run(self, learned: Offsets) -> None:
        super().run(dict(self._waiting[0][1].take_up) if self._waiting else learned)


class ForgetsWhatItTookUp(WeightsUptake):
    """Reads all records again after a restart."""

    def restore(self, header: SnapshotHeader) -> None:
        super().restore(msgspec.structs.replace(header, weights=None))


class NeverTakesOver(Membership):
    """Ranks its new share from now on, and leaves undone what its owner before had not done."""

    def take_over(self) -> list[Takeover]:
        super().take_over()
        return []


class LeavesOneOut(Membership):
    """Takes the first event that the owner before had not done for done."""

    def take_over(self) -> list[Takeover]:
        return [
            replace(takeover, answered={slot: _one_further(answered) for slot, answered in takeover.answered.items()})
            for takeover in super().take_over()
        ]


def _one_further(offsets: Offsets) -> Offsets:
    return {partition: offset + 1 for partition, offset in offsets.items()}


MUTANTS = {
    "no deduplication": Build(recent=LearnsEveryCopy),
    "ids of events not in the snapshot": Build(recent=ForgetsIdsAtRestart),
    "offsets apart from the state": Build(life=OffsetsFromCommits),
    "one record left out after a restart": Build(life=SkipsARecord),
    "snapshots written in place": Build(store=WritesInPlace),
    "folder not synced after the rename": Build(store=DoesNotSyncTheFolder),
    "nothing synced": Build(disk_syncs=False),
    "state copied later than its offsets": Build(model=CopiesLater),
    "who waits for a list not in the snapshot": Build(life=ForgetsWhoWaits),
    "dead letters in memory at a snapshot": Build(letters=KeepsLettersInMemory),
    "weights taken up before their place": Build(uptake=TakesUpAtOnce),
    "weights taken up not in the snapshot": Build(uptake=ForgetsWhatItTookUp),
}

MUTANTS_OF_SEVERAL = {
    "work left undone after a takeover": Build(members=NeverTakesOver),
    "one event left out after a takeover": Build(members=LeavesOneOut),
}


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


def is_caught(build: Build, size: int) -> bool:
    for seed in range(SEEDS):
        simulation = Simulation(seed, replace(build), size=size)
        simulation.run()
        if violations(simulation):
            return True
    return False


@pytest.mark.parametrize("mutant", MUTANTS.values(), ids=MUTANTS)
def test_a_broken_learner_is_caught(mutant: Build) -> None:
    assert is_caught(mutant, size=1)


@pytest.mark.parametrize("mutant", MUTANTS_OF_SEVERAL.values(), ids=MUTANTS_OF_SEVERAL)
def test_one_of_several_is_caught(mutant: Build) -> None:
    assert is_caught(mutant, size=2)
