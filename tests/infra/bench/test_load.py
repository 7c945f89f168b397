"""Clicks at a steady rate, answered by sockets of this process."""

import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

from infra.bench.load import Load
from infra.visitors.socket_visitor import Message, SocketVisitor
from online_models.schema.messages import RANKING_CHANGED


class EchoVisitor:
    """A visitor whose shop answers each click with a list that names it."""

    def __init__(self) -> None:
        self.clicked: list[str] = []
        self._here, self._there = socket.socketpair()

    def close(self) -> None:
        self._here.close()
        self._there.close()

    def fileno(self) -> int:
        return self._here.fileno()

    def click(self, item: str) -> str:
        event_id = f"{id(self)}-{len(self.clicked)}"
        self.clicked.append(item)
        self._there.send(json.dumps({"causes": [event_id]}).encode() + b"\n")
        return event_id

    def receive(self, timeout: float) -> Message | None:
        fields: dict[str, Any] = json.loads(self._line(timeout))
        return Message(RANKING_CHANGED, fields, fields.get("at", float("inf")))

    def _line(self, timeout: float) -> bytes:
        self._here.settimeout(timeout)
        line = b""
        while not line.endswith(b"\n"):
            line += self._here.recv(1)
        return line


@contextmanager
def visitors(count: int = 1) -> Iterator[tuple[list[EchoVisitor], list[SocketVisitor]]]:
    """Give visitors as they are, and as the load takes them for."""
    echoes = [EchoVisitor() for _ in range(count)]
    yield echoes, [cast(SocketVisitor, echo) for echo in echoes]
    for echo in echoes:
        echo.close()


def test_visitors_click_in_turn_and_each_answer_is_noted() -> None:
    with visitors(2) as (echoes, sockets):
        clicks = Load(sockets, ["mug", "lamp"], seed=1).run(rate=1_000, seconds=0.01)
    assert len(clicks) == 10
    assert [len(echo.clicked) for echo in echoes] == [5, 5]
    assert all(click.push_ms is not None for click in clicks)


def test_the_same_seed_clicks_the_same_items() -> None:
    walks = []
    for _ in range(2):
        with visitors() as (echoes, sockets):
            Load(sockets, ["mug", "lamp", "pot"], seed=3).run(rate=1_000, seconds=0.02)
        walks.append(echoes[0].clicked)
    assert walks[0] == walks[1]
    assert len(set(walks[0])) == 3
