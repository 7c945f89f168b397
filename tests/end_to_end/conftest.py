"""Stacks that are stopped when their test is over."""

import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.end_to_end.running_stack import RunningStack


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def start(home: Path) -> Iterator[Callable[..., RunningStack]]:
    stacks: list[RunningStack] = []

    def start_one(*command: tuple[str, ...]) -> RunningStack:
        stacks.append(RunningStack(home, *command))
        return stacks[-1]

    yield start_one
    for stack in stacks:
        if stack.process.poll() is None:
            stack.stop(signal.SIGTERM)
