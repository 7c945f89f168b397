"""kafka-python's loop under gevent: who gets a turn, and when."""

import socket
from collections.abc import Iterator
from contextlib import closing, suppress

import gevent
import pytest

from storefront.events.few_turns import LOOKS_AT_MOST, FewTurns


@pytest.fixture
def net() -> Iterator[FewTurns]:
    with closing(FewTurns()) as made:
        yield made


@pytest.fixture
def ends() -> Iterator[tuple[socket.socket, socket.socket]]:
    here, there = socket.socketpair()
    with here, there:
        here.setblocking(False)
        there.setblocking(False)
        yield here, there


class Others:
    """Counts the turns that other greenlets get."""

    def __init__(self) -> None:
        self.turns = 0
        self._greenlet = gevent.spawn(self._run)

    def stop(self) -> None:
        self._greenlet.kill()

    def _run(self) -> None:
        while True:
            self.turns += 1
            gevent.sleep(0)


@pytest.fixture
def others() -> Iterator[Others]:
    made = Others()
    yield made
    made.stop()


def test_what_can_be_written_is_written_before_others_have_their_turn(
    net: FewTurns, ends: tuple[socket.socket, socket.socket], others: Others
) -> None:
    here, there = ends

    async def write() -> None:
        await net.wait_write(here)
        here.send(b"record")

    net.call_soon(write)
    for _ in range(3):
        net.poll(timeout_ms=0)

    assert there.recv(99) == b"record"
    assert others.turns == 0


def test_others_have_their_turn_while_there_is_no_room_to_write(
    net: FewTurns, ends: tuple[socket.socket, socket.socket], others: Others
) -> None:
    here, there = ends
    with suppress(BlockingIOError):
        while True:
            here.send(bytes(65_536))
    written: list[int] = []

    async def write() -> None:
        await net.wait_write(here)
        written.append(here.send(b"record"))

    net.call_soon(write)
    net.poll(timeout_ms=10)
    net.poll(timeout_ms=10)
    assert written == []
    assert others.turns > 0

    with suppress(BlockingIOError):
        while True:
            there.recv(65_536)
    while not written:
        net.poll(timeout_ms=1_000)
    assert written == [6]


def test_a_loop_that_never_waits_gives_a_turn_now_and_then(net: FewTurns, others: Others) -> None:
    for _ in range(3 * (LOOKS_AT_MOST + 1)):
        net.poll(timeout_ms=0)
    assert others.turns > 0


def test_it_can_be_woken_while_it_waits(net: FewTurns) -> None:
    called: list[bool] = []

    async def call() -> None:
        called.append(True)

    gevent.spawn(net.call_soon_threadsafe, call)
    while not called:
        net.poll(timeout_ms=5_000)
    assert called == [True]
