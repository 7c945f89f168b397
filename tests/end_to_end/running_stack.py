"""The local stack in a process of its own, as a user starts and stops it."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil

from infra.programs.ports import free_port
from infra.stack.home import Home

UP = (sys.executable, "-m", "infra", "up")

DEMO = """
import sys
from infra.stack.local_stack import Options
from infra.cli.run import run
words = ("--limit", "3000", "--no-report")
run(Options(bootstrap=words, storefronts=int(sys.argv[1]), quiet=True), None)
"""


class RunningStack:
    """A stack on a free port: a part of the demo's data without shoppers, or any other command. Stop what you start."""

    def __init__(self, home: Path, command: tuple[str, ...] | None = None, *, storefronts: int = 1) -> None:
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.environment = {**os.environ, "RIVERFRONT_HOME": str(home), "RIVERFRONT_PORT": str(self.port)}
        self.output = home.parent / f"output-{self.port}.txt"
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                command or (sys.executable, "-c", DEMO, str(storefronts)),
                env=self.environment,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )

    def said(self) -> str:
        return self.output.read_text(encoding="utf-8")

    def wait_for(self, condition: Callable[[], bool], seconds: float = 600.0) -> None:
        deadline = time.monotonic() + seconds
        while not condition():
            assert self.process.poll() is None, self.said()
            assert time.monotonic() < deadline, self.said()
            time.sleep(0.05)

    def wait_until_up(self) -> None:
        self.wait_for(lambda: "Riverfront runs" in self.said())

    def port_of(self, server: str) -> int:
        port = Home(Path(self.environment["RIVERFRONT_HOME"])).known_port(server)
        assert port
        return port

    def children(self) -> list[psutil.Process]:
        children: list[psutil.Process] = psutil.Process(self.process.pid).children(recursive=True)
        return children

    def stop(self, number: int = signal.SIGINT) -> int:
        self.process.send_signal(number)
        return self.process.wait(120)
