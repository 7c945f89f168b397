"""A running product with a small catalog, and a key of its API: all that a stranger's program has."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bootstrap.enrich.icons import VENDORED
from infra.programs.binaries import Missing, find_java, find_redis_server
from tests.end_to_end.running_stack import UP, RunningStack

SECONDS = 120
THINGS, KINDS = ("Mug", "Bowl", "Bag", "Lamp"), ("Red", "Blue", "Green", "Spotty", "Striped", "Tiny", "Giant", "Old")
CATALOG = {f"{thing}/{number}": f"{kind} {thing}" for thing in THINGS for number, kind in enumerate(KINDS)}
"""The titles of 32 items by their ids, in four categories."""


@dataclass(frozen=True)
class Product:
    """Where the API is, and a key that opens all of it."""

    address: str
    key: str

    @property
    def environment(self) -> dict[str, str]:
        """The environment of a program that knows both."""
        return {**os.environ, "RIVERFRONT_URL": self.address, "RIVERFRONT_KEY": self.key}


def command(stack: RunningStack, *words: str) -> str:
    """Run a command of the product, and return what it printed."""
    program = [sys.executable, "-m", "infra", *words]
    answer = subprocess.run(program, env=stack.environment, capture_output=True, text=True, timeout=SECONDS)
    assert answer.returncode == 0, f"{answer.stdout}\n{answer.stderr}"
    return answer.stdout


def write_catalog(path: Path) -> Path:
    rows = [f'"{item}","{title}",4.95,{item.partition("/")[0]}s' for item, title in CATALOG.items()]
    path.write_text("\n".join(["item,title,price,category", *rows]), encoding="utf-8")
    return path


@pytest.fixture(scope="package")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    if not VENDORED.is_file():
        pytest.skip("the icon set is not set up here")
    try:
        find_java(), find_redis_server()
    except Missing as missing:
        pytest.skip(str(missing))
    folder = tmp_path_factory.mktemp("product")
    stack = RunningStack(folder / "home", UP)
    try:
        stack.wait_until_up()
        command(stack, "bootstrap", "--catalog", str(write_catalog(folder / "catalog.csv")), "--no-report")
        yield Product(stack.address, command(stack, "keys", "create", "--scope", "server", "--rate", "5000").strip())
    finally:
        if stack.process.poll() is None:
            stack.stop(signal.SIGTERM)
