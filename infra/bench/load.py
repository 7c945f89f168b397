"""Many visitors at once, in a process of their own: clicks at a steady rate over bare sockets, each timed to its push.

Run as ``python -m infra.bench.load``: it opens its sockets, says so by a line, waits for one, clicks, and
prints its times.
"""

import argparse
import json
import math
import random
import selectors
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import ExitStack

from infra.errors import CannotRun
from infra.stack.catalog import read_best_sellers
from infra.visitors.click import Click
from infra.visitors.socket_clicks import some_items
from infra.visitors.socket_visitor import Message, SocketVisitor
from online_models.schema.messages import RANKING_CHANGED

CLICKS_PER_VISITOR = 1.0
"""Clicks per second of one visitor: nobody clicks much faster."""

GRACE = 5.0
"""Seconds to wait for the last answers."""


class Load:
    """Visitors who click in turn."""

    def __init__(self, visitors: Sequence[SocketVisitor], items: Sequence[str], seed: int) -> None:
        self._visitors = visitors
        self._items = items
        self._rng = random.Random(seed)  # noqa: S311 - which item to click
        self._clicked_at: dict[str, float] = {}
        self._push_ms: dict[str, float] = {}
        self._selector = selectors.DefaultSelector()
        for visitor in visitors:
            self._selector.register(visitor, selectors.EVENT_READ, visitor)

    def run(self, rate: float, seconds: float) -> list[Click]:
        """Click at the rate for so long. Returns what became of each click."""
        start = time.perf_counter()
        count = int(rate * seconds)
        for number in range(count):
            self._receive_until(start + number / rate)
            visitor = self._visitors[number % len(self._visitors)]
            clicked_at = time.perf_counter()
            self._clicked_at[visitor.click(self._rng.choice(self._items))] = clicked_at
        deadline = time.perf_counter() + GRACE
        while len(self._push_ms) < count and time.perf_counter() < deadline:
            self._receive_until(time.perf_counter() + 0.05)
        return [Click(self._push_ms.get(event_id)) for event_id in self._clicked_at]

    def _receive_until(self, due_at: float) -> None:
        while (left := due_at - time.perf_counter()) > 0:
            for key, _ in self._selector.select(left):
                if message := key.data.receive(1.0):
                    self._note(message)

    def _note(self, message: Message) -> None:
        if message.name == RANKING_CHANGED:
            for cause in message.fields.get("causes", ()):
                if cause in self._clicked_at:
                    self._push_ms.setdefault(cause, (message.at - self._clicked_at[cause]) * 1_000)


class LoadProcess:
    """The load in a process of its own, so that it does not slow down whoever else measures."""

    def __init__(self, address: str, redis_url: str, rate: float, seconds: float, seed: int) -> None:
        words = (address, redis_url, str(rate), str(seconds), str(seed))
        self._process = subprocess.Popen(  # noqa: S603 - our own module
            [sys.executable, "-m", "infra.bench.load", *words], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def wait_until_open(self) -> None:
        """Wait until all its sockets are open."""
        if not self._read_line():
            raise CannotRun("The load could not open its sockets; its messages are above.")

    def go(self) -> None:
        """Let it click."""
        if self._process.stdin:
            self._process.stdin.write("go\n")
            self._process.stdin.close()

    def finish(self) -> list[Click]:
        """Wait for its end. Returns what became of each click."""
        line = self._read_line()
        self._process.wait()
        return [Click(push_ms) for push_ms in json.loads(line or "[]")]

    def kill(self) -> None:
        """End it whatever it does."""
        self._process.kill()
        self._process.wait()

    def _read_line(self) -> str:
        return self._process.stdout.readline() if self._process.stdout else ""


def main() -> None:
    """Open the sockets, wait for the word, click, and print the times of arrival in ms, null for none."""
    parser = argparse.ArgumentParser(prog="python -m infra.bench.load", description="Click at a steady rate.")
    for name in ("address", "redis"):
        parser.add_argument(name)
    for name in ("rate", "seconds"):
        parser.add_argument(name, type=float)
    parser.add_argument("seed", type=int)
    arguments = parser.parse_args()
    visitors = max(1, math.ceil(arguments.rate / CLICKS_PER_VISITOR))
    items = some_items(read_best_sellers(arguments.redis), 1_000, arguments.seed)
    with ExitStack() as stack:
        sockets = [stack.enter_context(SocketVisitor(arguments.address)) for _ in range(visitors)]
        sys.stdout.write("open\n")
        sys.stdout.flush()
        sys.stdin.readline()
        clicks = Load(sockets, items, arguments.seed).run(arguments.rate, arguments.seconds)
    sys.stdout.write(json.dumps([click.push_ms for click in clicks]) + "\n")


if __name__ == "__main__":
    main()
