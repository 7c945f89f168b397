"""Other greenlets run while a page is rendered."""

import time
from collections import deque
from collections.abc import Iterator

import pytest

from storefront.web.rendering.cooperative_rendering import (
    EMPTY_SECONDS,
    MOST_TURNS,
    STEP_SECONDS,
    CooperativeEnvironment,
    yield_to_others,
)


def slow_pieces(count: int) -> Iterator[str]:
    for number in range(count):
        until = time.perf_counter() + 1.5 * STEP_SECONDS
        while time.perf_counter() < until:
            pass
        yield str(number)


def test_others_run_between_the_pieces_of_a_page(monkeypatch: pytest.MonkeyPatch) -> None:
    yielded: list[float] = []
    monkeypatch.setattr(time, "sleep", yielded.append)
    assert CooperativeEnvironment.concat(slow_pieces(5)) == "01234"
    assert yielded == [0] * 5


class Others:
    """What else is to be done, a turn at a time; ``time.sleep`` and ``time.perf_counter`` for the time being."""

    def __init__(self, turns: int) -> None:
        self.turns = deque([10 * EMPTY_SECONDS] * turns)
        self.now = 0.0

    def sleep(self, _seconds: float) -> None:
        self.now += self.turns.popleft() if self.turns else EMPTY_SECONDS / 10

    def perf_counter(self) -> float:
        return self.now


@pytest.mark.parametrize(("turns", "left"), [(0, 0), (3, 0), (MOST_TURNS + 2, 2)])
def test_a_page_waits_until_others_have_nothing_to_do_but_not_for_ever(
    monkeypatch: pytest.MonkeyPatch, turns: int, left: int
) -> None:
    others = Others(turns)
    monkeypatch.setattr("storefront.web.rendering.cooperative_rendering.time", others)
    yield_to_others()
    assert len(others.turns) == left


def test_what_is_already_made_is_only_joined() -> None:
    assert CooperativeEnvironment.concat(["a", "b"]) == "ab"
