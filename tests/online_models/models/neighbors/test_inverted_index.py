"""Trails against the same thing in lists, and states that must not be believed."""

import numpy as np
import pytest

from online_models.arrays.state import InvalidState, State
from online_models.models.neighbors.inverted_index import InvertedIndex

NOW = 1_700_000_000.0


class Lists:
    """What trails must do, written with lists."""

    def __init__(self, trails: int, length: int) -> None:
        self.trails, self.length = trails, length
        self.by_owner: dict[int, list[int]] = {}
        self.touched: list[tuple[int, int]] = []

    def add(self, owner: int, item: int) -> None:
        if owner not in self.by_owner and len(self.by_owner) == self.trails:
            self.erase(next(iter(self.by_owner)))
        trail = [other for other in self.by_owner.pop(owner, []) if other != item]
        self.by_owner[owner] = [*trail, item][-self.length :]
        self.touched = [touch for touch in self.touched if touch != (owner, item)] + [(owner, item)]

    def erase(self, owner: int) -> None:
        self.by_owner.pop(owner, None)

    def who_had(self, item: int) -> list[int]:
        return [owner for owner, row in self.touched[::-1] if row == item and row in self.by_owner.get(owner, [])]


def who_had(trails: InvertedIndex, item: int, owners: int) -> list[int]:
    names = {trails.slot(owner): owner for owner in range(owners)}
    entry, found = int(trails.heads[item]) if item < len(trails.heads) else -1, []
    for _ in range(trails.held[item] if entry >= 0 else 0):
        found.append(names[entry // trails.length])
        entry = int(trails.older[entry])
    return found


def taught(trails: InvertedIndex, steps: int, seed: int, owners: int = 9, items: int = 7) -> None:
    draw = np.random.default_rng(seed)
    for step in range(steps):
        trails.add(int(draw.integers(owners)), int(draw.integers(items)), NOW + step)


@pytest.mark.parametrize("seed", range(4))
def test_trails_do_what_lists_do(seed: int) -> None:
    trails, lists = InvertedIndex(trails=5, length=3), Lists(trails=5, length=3)
    draw = np.random.default_rng(seed)
    for step in range(400):
        owner, item = int(draw.integers(9)), int(draw.integers(7))
        if draw.random() < 0.1:
            trails.erase(owner)
            lists.erase(owner)
        else:
            trails.add(owner, item, NOW + step)
            lists.add(owner, item)
        assert [trails.of(owner) for owner in range(9)] == [lists.by_owner.get(owner, []) for owner in range(9)]
        assert [who_had(trails, item, 9) for item in range(7)] == [lists.who_had(item) for item in range(7)]
        assert trails.held[:7].tolist() == [len(lists.who_had(item)) for item in range(7)][: len(trails.held)]


def test_the_trail_untouched_for_longest_gives_way() -> None:
    trails = InvertedIndex(trails=2, length=4)
    for owner, item in ((0, 1), (1, 2), (0, 3), (2, 4)):
        trails.add(owner, item, NOW)
    assert [trails.of(owner) for owner in range(3)] == [[1, 3], [], [4]]


def test_a_forgotten_trail_is_the_next_to_be_taken() -> None:
    trails = InvertedIndex(trails=8, length=4)
    for owner in range(3):
        trails.add(owner, owner, NOW)
    trails.erase(1)
    trails.add(3, 5, NOW)
    assert trails.used == 3
    assert [trails.of(owner) for owner in range(4)] == [[0], [], [2], [5]]


def test_a_released_trail_stays_as_nobodys() -> None:
    trails = InvertedIndex(trails=8, length=4)
    trails.add(0, 1, NOW)
    trails.release(0)
    trails.add(0, 2, NOW)
    assert trails.of(0) == [2]
    assert trails.held[1] == 1
    trails.erase(0)
    assert trails.held[:3].tolist() == [0, 1, 0]


def test_owners_and_items_never_seen_have_nothing() -> None:
    trails = InvertedIndex(trails=8, length=4)
    trails.release(3)
    trails.erase(-1)
    assert trails.of(3) == trails.of(-1) == []


def test_memory_grows_with_what_is_kept_and_no_further() -> None:
    trails = InvertedIndex(trails=128, length=4)
    assert trails.items.nbytes == 0
    taught(trails, 3_000, seed=1, owners=5_000)
    assert trails.used == 128
    assert len(trails.items) == 128 * 4


def test_a_trail_has_a_length_that_a_byte_can_count() -> None:
    for length in (0, 256):
        with pytest.raises(ValueError, match="1 to 255"):
            InvertedIndex(trails=1, length=length)
    longest = InvertedIndex(trails=1, length=255)
    for item in [*range(300), 100]:
        longest.add(0, item, NOW)
    assert longest.of(0) == [*range(45, 100), *range(101, 300), 100]


@pytest.mark.parametrize("steps", [0, 1, 40, 400])
def test_what_was_dumped_goes_on_as_if_nothing_had_been(steps: int) -> None:
    straight, resumed = InvertedIndex(trails=5, length=3), InvertedIndex(trails=5, length=3)
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
    "two items at one place": ("places", 0, 1),
    "a link to nowhere": ("older", 0, 1_000),
    "a head that is not there": ("heads", 0, -1),
    "a head to nowhere": ("heads", 0, 500),
    "a visitor with two trails": ("owners", 0, 1),
    "trails that are lost": ("earlier", 0, 0),
}


@pytest.mark.parametrize("name", BREAKS)
def test_a_broken_state_is_not_believed(name: str) -> None:
    trails = InvertedIndex(trails=5, length=3)
    for owner in range(5):
        for item in range(3):
            trails.add(owner, item, NOW)
    field, place, value = BREAKS[name]
    state = trails.dump()
    array = state[field]
    assert isinstance(array, np.ndarray)
    array[place] = value if array[place] != value else value + 1
    with pytest.raises(InvalidState):
        InvertedIndex(trails=5, length=3).load(state)


def test_states_of_other_shapes_and_endless_times_are_not_believed() -> None:
    trails = InvertedIndex(trails=5, length=3)
    taught(trails, 30, seed=1)
    state = trails.dump()
    for other in (InvertedIndex(trails=5, length=4), InvertedIndex(trails=2, length=3)):
        with pytest.raises(InvalidState):
            other.load(state)
    for change in ({"latest": 9}, {"latest": "x"}, {"times": np.full(5, np.nan)}, {"heads": np.zeros(3)}):
        with pytest.raises(InvalidState):
            trails.load({**state, **change})


def test_a_state_that_is_refused_changes_nothing() -> None:
    trails = InvertedIndex(trails=5, length=3)
    taught(trails, 30, seed=1)
    before = flat(trails.dump())
    with pytest.raises(InvalidState):
        trails.load({})
    assert flat(trails.dump()) == before
