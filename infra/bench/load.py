"""Many visitors at once, in a process of their own: clicks at a steady rate over bare sockets, each timed to its push.

Run as ``python -m infra.bench.load``: it opens its sockets, says so by a line, clicks, and prints its times.
"""

import json
import math
import os
import random
import selectors
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress

from infra.errors import CannotRun
from infra.programs.environment import inherited
from infra.stack.catalog import read_best_sellers
from infra.visitors.click import Click
from infra.visitors.socket_visitor import Message, SocketVisitor, some_items
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


@contextmanager
def others_clicking(
    address: str, redis_url: str, rate: float, seconds: float, seed: int
) -> Iterator[Callable[[], list[Click]]]:
    """Let others click meanwhile, in a process of their own that does not slow down whoever else measures.

    Begins when all their sockets are open, and gives a function that waits for what became of each click. At a rate of
    0 nobody clicks. Raises `CannotRun`.
    """
    if rate <= 0:
        yield list
        return
    items = some_items(read_best_sellers(redis_url), 1_000, seed)
    command = [sys.executable, "-m", "infra.bench.load", address, str(rate), str(seconds), str(seed)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, env=inherited(os.environ)) as process:  # noqa: S603 - our own module
        lines = iter(process.stdout or ())
        try:
            with suppress(BrokenPipeError):
                send(process, items)
            if not next(lines, ""):
                raise CannotRun("The load could not open its sockets; its messages are above.")
            yield lambda: [Click(push_ms) for push_ms in json.loads(next(lines, "[]"))]
        finally:
            process.kill()


def send(process: "subprocess.Popen[str]", items: Sequence[str]) -> None:
    """Tell the process what to click. Raises BrokenPipeError if it has ended."""
    if process.stdin:
        with process.stdin:
            json.dump(items, process.stdin)


def main(address: str, rate: float, seconds: float, seed: int) -> None:
    """Read the items, open the sockets, say so, click, and print the times of arrival in ms, null for none."""
    visitors = max(1, math.ceil(rate / CLICKS_PER_VISITOR))
    items = json.load(sys.stdin)
    with ExitStack() as stack:
        sockets = [stack.enter_context(SocketVisitor(address)) for _ in range(visitors)]
        sys.stdout.write("open\n")
        sys.stdout.flush()
        clicks = Load(sockets, items, seed).run(rate, seconds)
    sys.stdout.write(json.dumps([click.push_ms for click in clicks]) + "\n")


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]), float(sys.argv[3]), int(sys.argv[4]))
