"""The inverted index against the same thing in lists, and states that must not be believed."""

import numpy as np
import pytest

from online_models.arrays.state import InvalidState, State
from online_models.models.neighbors.inverted_index import InvertedIndex

NOW = 1_700_000_000.0


class Lists:
    """What the index must do, written with lists."""

    def __init__(self, sequences: int, length: int) -> None:
        self.sequences, self.length = sequences, length
        self.by_owner: dict[int, list[int]] = {}
        self.touched: list[tuple[int, int]] = []

    def add(self, owner: int, item: int) -> None:
        if owner not in self.by_owner and len(self.by_owner) == self.sequences:
            self.erase(next(iter(self.by_owner)))
        trail = [other for other in self.by_owner.pop(owner, []) if other != item]
        self.by_owner[owner] = [*trail, item][-self.length :]
        self.touched = [touch for touch in self.touched if touch != (owner, item)] + [(owner, item)]

    def erase(self, owner: int) -> None:
        self.by_owner.pop(owner, None)

    def who_had(self, item: int) -> list[int]:
        return [owner for owner, row in self.touched[::-1] if row == item and row in self.by_owner.get(owner, [])]


def who_had(index: InvertedIndex, item: int, owners: int) -> list[int]:
    names = {index.slot(owner): owner for owner in range(owners)}
    entry, found = int(index.arrays.heads[item]) if item < len(index.arrays.heads) else -1, []
    for _ in range(index.arrays.held[item] if entry >= 0 else 0):
        found.append(names[entry // index.length])
        entry = int(index.arrays.older[entry])
    return found


def taught(index: InvertedIndex, steps: int, seed: int, owners: int = 9, items: int = 7) -> None:
    draw = np.random.default_rng(seed)
    for step in range(steps):
        index.add(int(draw.integers(owners)), int(draw.integers(items)), NOW + step)


@pytest.mark.parametrize("seed", range(4))
def test_the_index_does_what_lists_do(seed: int) -> None:
    index, lists = InvertedIndex(sequences=5, length=3), Lists(sequences=5, length=3)
    draw = np.random.default_rng(seed)
    for step in range(400):
        owner, item = int(draw.integers(9)), int(draw.integers(7))
        if draw.random() < 0.1:
            index.erase(owner)
            lists.erase(owner)
        else:
            index.add(owner, item, NOW + step)
            lists.add(owner, item)
        assert [index.of(owner) for owner in range(9)] == [lists.by_owner.get(owner, []) for owner in range(9)]
        assert [who_had(index, item, 9) for item in range(7)] == [lists.who_had(item) for item in range(7)]
        assert (
            index.arrays.held[:7].tolist() == [len(lists.who_had(item)) for item in range(7)][: len(index.arrays.held)]
        )


def test_the_trail_untouched_for_longest_gives_way() -> None:
    index = InvertedIndex(sequences=2, length=4)
    for owner, item in ((0, 1), (1, 2), (0, 3), (2, 4)):
        index.add(owner, item, NOW)
    assert [index.of(owner) for owner in range(3)] == [[1, 3], [], [4]]


def test_a_forgotten_trail_is_the_next_to_be_taken() -> None:
    index = InvertedIndex(sequences=8, length=4)
    for owner in range(3):
        index.add(owner, owner, NOW)
    index.erase(1)
    index.add(3, 5, NOW)
    assert index.used == 3
    assert [index.of(owner) for owner in range(4)] == [[0], [], [2], [5]]


def test_a_released_trail_stays_as_nobodys() -> None:
    index = InvertedIndex(sequences=8, length=4)
    index.add(0, 1, NOW)
    index.release(0)
    index.add(0, 2, NOW)
    assert index.of(0) == [2]
    assert index.arrays.held[1] == 1
    index.erase(0)
    assert index.arrays.held[:3].tolist() == [0, 1, 0]


def test_owners_and_items_never_seen_have_nothing() -> None:
    index = InvertedIndex(sequences=8, length=4)
    index.release(3)
    index.erase(-1)
    assert index.of(3) == index.of(-1) == []


def test_memory_grows_with_what_is_kept_and_no_further() -> None:
    index = InvertedIndex(sequences=128, length=4)
    assert index.arrays.items.nbytes == 0
    taught(index, 3_000, seed=1, owners=5_000)
    assert index.used == 128
    assert len(index.arrays.items) == 128 * 4


def test_a_trail_has_a_length_that_a_byte_can_count() -> None:
    for length in (0, 256):
        with pytest.raises(ValueError, match="1 to 255"):
            InvertedIndex(sequences=1, length=length)
    longest = InvertedIndex(sequences=1, length=255)
    for item in [*range(300), 100]:
        longest.add(0, item, NOW)
    assert longest.of(0) == [*range(45, 100), *range(101, 300), 100]


@pytest.mark.parametrize("steps", [0, 1, 40, 400])
def test_what_was_dumped_goes_on_as_if_nothing_had_been(steps: int) -> None:
    straight, resumed = InvertedIndex(sequences=5, length=3), InvertedIndex(sequences=5, length=3)
    taught(straight, steps, seed=1)
    straight.release(2)
    straight.erase(3)
    resumed.load(straight.dump())
    assert flat(resumed.dump()) == flat(straight.dump())
    taught(straight, 50, seed=2)
    taught(resumed, 50, seed=2)
    assert flat(resumed.dump()) == flat(straight.dump())


def flat(state: State) -> dict[str, object]:
    return {name: (value.tobytes() if isinstance(value, np.ndarray) else value) for name, value in state.items()}


BREAKS: dict[str, tuple[str, int, int]] = {
    "an item without a place for it": ("items", 0, 1_000),
    "an item that is none": ("items", 0, -7),
    "an item in the ring of another": ("items", 0, 6),
    "a hole": ("items", 0, -1),
    "two items at one place": ("positions", 0, 1),
    "a link to nowhere": ("older", 0, 1_000),
    "a head that is not there": ("heads", 0, -1),
    "a head to nowhere": ("heads", 0, 500),
    "a visitor with two trails": ("owners", 0, 1),
    "index that are lost": ("earlier", 0, 0),
}


@pytest.mark.parametrize("name", BREAKS)
def test_a_broken_state_is_not_believed(name: str) -> None:
    index = InvertedIndex(sequences=5, length=3)
    for owner in range(5):
        for item in range(3):
            index.add(owner, item, NOW)
    field, place, value = BREAKS[name]
    state = index.dump()
    array = state[field]
    assert isinstance(array, np.ndarray)
    array[place] = value if array[place] != value else value + 1
    with pytest.raises(InvalidState):
        InvertedIndex(sequences=5, length=3).load(state)


def test_states_of_other_shapes_and_endless_times_are_not_believed() -> None:
    index = InvertedIndex(sequences=5, length=3)
    taught(index, 30, seed=1)
    state = index.dump()
    for other in (InvertedIndex(sequences=5, length=4), InvertedIndex(sequences=2, length=3)):
        with pytest.raises(InvalidState):
            other.load(state)
    for change in ({"latest": 9}, {"latest": "x"}, {"times": np.full(5, np.nan)}, {"heads": np.zeros(3)}):
        with pytest.raises(InvalidState):
            index.load({**state, **change})


def test_a_state_that_is_refused_changes_nothing() -> None:
    index = InvertedIndex(sequences=5, length=3)
    taught(index, 30, seed=1)
    before = flat(index.dump())
    with pytest.raises(InvalidState):
        index.load({})
    assert flat(index.dump()) == before
