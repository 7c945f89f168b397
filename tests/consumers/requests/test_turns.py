"""Threads take turns, in the order in which they ask."""

import threading
from functools import partial

from consumers.requests.turns import Turns
from tests.storefront.running_shop import wait_until


def test_whoever_has_waited_longest_is_next() -> None:
    turns, order = Turns(), []
    turns.take()

    def work(name: str) -> None:
        turns.take()
        order.append(name)
        turns.give()

    threads = [threading.Thread(target=work, args=(name,)) for name in "abc"]
    for number, thread in enumerate(threads, start=1):
        thread.start()
        wait_until(partial(_is, turns, number))
    turns.give()
    # Whoever has just given up its turn comes after all who wait.
    turns.take()
    order.append("again")
    turns.give()
    for thread in threads:
        thread.join()
    assert order == ["a", "b", "c", "again"]
    assert turns.waiting == 0


def _is(turns: Turns, waiting: int) -> bool:
    return turns.waiting == waiting


def test_one_at_a_time_has_its_turn() -> None:
    turns, inside, most = Turns(), 0, 0

    def work() -> None:
        nonlocal inside, most
        for _ in range(300):
            turns.take()
            inside += 1
            most = max(most, inside)
            inside -= 1
            turns.give()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == 1


def test_giving_without_a_turn_does_nothing() -> None:
    turns = Turns()
    turns.give()
    turns.take()
    turns.give()
    turns.give()
    turns.take()
