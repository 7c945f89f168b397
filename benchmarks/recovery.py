"""How long a page, a push and the operators' figures take after a process of the stack that runs here was killed.

``python -m benchmarks.recovery --kills 10`` beside ``riverfront demo``, whose shoppers are the load:
``RIVERFRONT_SHOPPERS_RATE=50``.
"""

import os
import re
import sys
import time
import urllib.request
from collections.abc import Callable
from http.client import HTTPException

import click
import msgspec
import numpy as np
import psutil

from connections.redis_client import connect
from infra.errors import CannotRun
from infra.stack.catalog import read_best_sellers
from infra.stack.home import Home, running_stack
from infra.stack.servers import redis_here
from infra.stack.settings import read_settings
from infra.visitors.socket_visitor import SocketVisitor
from online_models.schema import keyspace
from online_models.schema.messages import RANKING_CHANGED, OpsStats

DEADLINE = 150.0
PAUSE = 6.0
"""Seconds between two kills, so that each finds a process that has started well."""


class Stack:
    """The running stack: its processes, and what tells that each of them works."""

    def __init__(self) -> None:
        said = running_stack(Home(read_settings(os.environ).home)) or ""
        found = re.match(r"process (\d+), (http\S+)", said)
        if not found:
            raise CannotRun("No stack runs here. Start `riverfront demo`, or set RIVERFRONT_HOME.")
        self._supervisor, self._address = psutil.Process(int(found[1])), found[2]
        self._redis_url = redis_here(os.environ)
        self._item = read_best_sellers(self._redis_url)[0]
        self.refused = self.cut_off = 0

    def process(self, word: str) -> psutil.Process:
        """Return the process whose command line ends with a word."""
        return next(child for child in self._supervisor.children() if child.cmdline()[-1:] == [word])

    def worker(self) -> psutil.Process:
        """Return the storefront's process that answers."""
        return self.process("storefront").children()[0]

    def wait_for_page(self, process: psutil.Process) -> float:
        """Kill, and return the seconds until the front page was there."""
        killed_at = kill(process)
        while time.perf_counter() < killed_at + DEADLINE:
            try:
                with urllib.request.urlopen(self._address, timeout=DEADLINE) as answer:  # noqa: S310 - our own address
                    answer.read()
                    return time.perf_counter() - killed_at
            except (HTTPException, OSError) as error:
                is_refused = isinstance(getattr(error, "reason", error), ConnectionRefusedError)
                self.refused += is_refused
                self.cut_off += not is_refused
        raise CannotRun(f"No page came in {DEADLINE:.0f} s.")

    def wait_for_push(self, process: psutil.Process) -> float:
        """Kill, click, and return the seconds until the click's list was pushed."""
        with SocketVisitor(self._address, DEADLINE) as visitor:
            killed_at = kill(process)
            event = visitor.click(self._item)
            while (left := killed_at + DEADLINE - time.perf_counter()) > 0:
                message = visitor.receive(left)
                if message and message.name == RANKING_CHANGED and event in message.fields.get("causes", ()):
                    return message.at - killed_at
        raise CannotRun(f"No push came in {DEADLINE:.0f} s.")

    def wait_for_figures(self, process: psutil.Process) -> float:
        """Kill, and return the seconds until the operators' figures were newer than that."""
        with connect(self._redis_url, 5.0) as client:
            before, killed_at = time.time(), kill(process)
            while time.perf_counter() < killed_at + DEADLINE:
                payload = client.get(keyspace.ops_latest())
                if isinstance(payload, bytes) and msgspec.json.decode(payload, type=OpsStats).at > before + 0.1:
                    return time.perf_counter() - killed_at
                time.sleep(0.01)  # what is waited for is in Redis: nothing tells of it
        raise CannotRun(f"No figures came in {DEADLINE:.0f} s.")


def kill(process: psutil.Process) -> float:
    """Kill a process, and return when."""
    killed_at = time.perf_counter()
    process.kill()
    return killed_at


@click.command()
@click.option("--kills", default=10, show_default=True, help="Of each process.")
@click.option("--pause", default=PAUSE, show_default=True, help="Seconds between two kills.")
def main(kills: int, pause: float) -> None:
    """Kill each process again and again, and print what the shop did without."""
    stack = Stack()
    rounds: dict[str, Callable[[], float]] = {
        "learner, to a push": lambda: stack.wait_for_push(stack.process("learn")),
        "monitor, to figures": lambda: stack.wait_for_figures(stack.process("monitor")),
        "storefront's worker, to a page": lambda: stack.wait_for_page(stack.worker()),
        "storefront, to a page": lambda: stack.wait_for_page(stack.process("storefront")),
    }
    sys.stdout.write("| killed | p50 s | max s |\n| --- | --- | --- |\n")
    for name, kill_one in rounds.items():
        seconds = []
        for _ in range(kills):
            time.sleep(pause)
            seconds.append(kill_one())
        sys.stdout.write(f"| {name} | {np.median(seconds):.2f} | {max(seconds):.2f} |\n")
        sys.stdout.flush()
    figures = f"Pages refused: {stack.refused}, cut off: {stack.cut_off}."
    sys.stdout.write(f"\n{figures} Load of the machine: {os.getloadavg()[0]:.1f}.\n")


if __name__ == "__main__":
    main()
