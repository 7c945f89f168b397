"""Trains the neural session model: a recurrent network that foresees the next item of a visit."""

import logging
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from online_models.models.neural.weights import Weights
from online_models.schema.events import ItemId
from training.batches import Negatives, batches
from training.errors import TooFewVisits
from training.packed_visits import LONGEST_VISIT, pack
from training.session_network import SessionNetwork, compute_alike

_log = logging.getLogger(__name__)

MOST_ITEMS = 100_000
"""The busiest items that have vectors."""

SMALLEST_CAPACITY = 1_024

WARMING = 0.05
"""In this share of a refit, its first, the rate rises."""

LAST_RATE = 0.02
"""What is left of the rate in the end."""

MOST_LEARNED = 200_000
"""Visits of which some are learned again with new ones, the newest."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """How a network learns.

    Attributes
    ----------
    units
        Width of the state and of the items' vectors.
    dropout
        As in `SessionNetwork`.
    batch
        Rows of a batch.
    steps
        How many steps of visits a refit takes at most, going through the visits again and again.
    passes
        How often it goes through them, at most.
    rate
        Of learning, at the most: it rises in the first batches and then falls, linearly, to nearly nothing.
    fine_rate, fine_passes, fine_steps
        The same of a fine-tune, whose rate stays.
    """

    units: int = 64
    dropout: float = 0.5
    batch: int = 16
    steps: int = 400_000
    passes: int = 8
    rate: float = 0.015
    fine_rate: float = 0.001
    fine_passes: int = 2
    fine_steps: int = 16_000


DEFAULT = Schedule()


class SessionGruTrainer:
    """Trains from the beginning, and on from there.

    The same visits, in the same order, give the same weights on the same machine.

    Parameters
    ----------
    seed
        Of all that is drawn.
    schedule
        How it learns.

    References
    ----------
    Hidasi et al. 2016, Session-based recommendations with recurrent neural networks.
    Hidasi & Karatzoglou 2018, Recurrent neural networks with top-k gains for session-based recommendations.
    Li et al. 2017, Neural attentive session-based recommendation.
    """

    def __init__(self, seed: int = 7, schedule: Schedule = DEFAULT) -> None:
        compute_alike()
        self._seed = seed
        self._schedule = schedule
        self._network: SessionNetwork | None = None
        self._items: dict[str, int] = {}
        self._counts: NDArray[np.int64] = np.zeros(0, np.int64)
        self._learned: list[list[int]] = []
        self._trainings = 0

    def refit(
        self, visits: Sequence[Sequence[str]], *, position: Mapping[str, int] | None = None, trained_at: float = 0.0
    ) -> Weights:
        """Forget all that was learned, and learn these visits.

        Parameters
        ----------
        visits
            Of each visit its items, the oldest first, without an item twice in a row; the oldest visit first.
        position, trained_at
            Of the log, as in `Weights`.

        Raises
        ------
        TooFewVisits
            If none has two items.
        """
        counts = Counter(item for visit in visits for item in visit)
        busiest = sorted(counts, key=lambda item: (-counts[item], item))[:MOST_ITEMS]
        self._items = {item: index for index, item in enumerate(busiest)}
        self._counts = np.array([counts[item] for item in busiest], np.int64)
        self._learned = self._encode(visits)
        if not self._learned:
            raise TooFewVisits("no visit has two items")
        schedule, network = self._schedule, self._network
        capacity = _capacity(len(busiest))
        if network is None or network.capacity != capacity:
            network = self._network = SessionNetwork(capacity, schedule.units, schedule.dropout)
        self._trainings = 0
        random = np.random.default_rng(self._seed)
        network.start(random)
        steps = sum(map(len, self._learned)) - len(self._learned)
        passes = int(np.clip(schedule.steps // steps, 1, schedule.passes))
        self._learn(network, self._learned, passes, lambda done: schedule.rate * _warmth(done), random)
        return self._weights(network, position, trained_at)

    def fine_tune(
        self, new_visits: Sequence[Sequence[str]], *, position: Mapping[str, int] | None = None, trained_at: float = 0.0
    ) -> Weights:
        """Learn visits that have come since, or have gone on, in a fraction of the time.

        As many of those that were learned before are learned once more, so that they are not forgotten. Items that are
        new get vectors, as long as there is room.

        Raises
        ------
        TooFewVisits
            If none has two items, or nothing was learned before.
        """
        network, schedule = self._network, self._schedule
        if network is None:
            raise TooFewVisits("nothing was learned before")
        self._trainings += 1
        random = np.random.default_rng((self._seed, self._trainings))
        self._add_items(network, Counter(item for visit in new_visits for item in visit))
        new = _newest(self._encode(new_visits), schedule.fine_steps)
        if not new:
            raise TooFewVisits("no visit has two items")
        again = random.choice(len(self._learned), min(len(new), len(self._learned)), replace=False).tolist()
        visits = [*new, *(self._learned[number] for number in again)]
        self._learn(network, visits, schedule.fine_passes, lambda _: schedule.fine_rate, random)
        self._learned = [*self._learned, *new][-MOST_LEARNED:]
        return self._weights(network, position, trained_at)

    def _learn(
        self,
        network: SessionNetwork,
        visits: Sequence[Sequence[int]],
        passes: int,
        rate: Callable[[float], float],
        random: np.random.Generator,
    ) -> None:
        """Go through visits, at a rate that is told by which share of all has been learned."""
        packed, negatives = pack(visits, random), Negatives(self._counts, random)
        learned = 0
        for number in range(passes):
            losses = []
            for batch in batches(packed, self._schedule.batch, negatives, random):
                losses.append(network.step(batch, rate(learned / (passes * len(packed))), self._seed))
                learned += len(batch.inputs)
            _log.debug("pass %d of %d visits: loss %.3f", number + 1, len(visits), np.mean(losses))

    def _encode(self, visits: Iterable[Sequence[str]]) -> list[list[int]]:
        items = self._items
        encoded = ([items[item] for item in visit if item in items] for visit in visits)
        return [visit[-LONGEST_VISIT:] for visit in encoded if len(visit) > 1]

    def _add_items(self, network: SessionNetwork, counts: Mapping[str, int]) -> None:
        for item in sorted(counts):
            if item not in self._items and len(self._items) < network.capacity:
                # It has the vector that it drew when training began.
                self._items[item] = len(self._items)
        added = np.zeros(len(self._items), np.int64)
        added[: len(self._counts)] = self._counts
        for item, count in counts.items():
            if item in self._items:
                added[self._items[item]] += count
        self._counts = added

    def _weights(self, network: SessionNetwork, position: Mapping[str, int] | None, trained_at: float) -> Weights:
        items = len(self._items)
        output, shortcut = np.split(network.output.kernel.numpy(), 2)
        return Weights(
            item_ids=tuple(map(ItemId, self._items)),
            item_vectors=network.vectors.numpy()[:items],
            item_bias=network.biases.numpy()[:items, 0],
            kernel=network.gru.kernel.numpy(),
            recurrent_kernel=network.gru.recurrent_kernel.numpy(),
            bias=network.gru.bias.numpy(),
            output=output,
            shortcut=shortcut,
            position=dict(position or {}),
            trained_at=trained_at,
            seed=self._seed,
        )


def _warmth(done: float) -> float:
    """Return by which part of the highest rate to learn, when a share of all has been learned.

    References
    ----------
    Goyal et al. 2017, Accurate, large minibatch SGD. (The rise at first.)
    """
    return min((done + WARMING / 20) / WARMING, 1 - (1 - LAST_RATE) * done, 1)


def _capacity(items: int) -> int:
    """Return room for a quarter more items, a power of two."""
    return max(SMALLEST_CAPACITY, 1 << (items * 5 // 4 - 1).bit_length())


def _newest(visits: Sequence[list[int]], steps: int) -> list[list[int]]:
    """Return the last visits that have so many steps at most."""
    kept, room = [], steps
    for visit in reversed(visits):
        room -= len(visit) - 1
        if room < 0:
            break
        kept.append(visit)
    return kept[::-1]
