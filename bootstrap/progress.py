"""Telling how far a long run is: one bar a stage, and how long each took."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

Advance = Callable[[int], None]


def new_progress(console: Console | None, *, transient: bool = False) -> Progress:
    """Return the bars that a terminal shows: title, bar, how many of how many, time left, and in the end time spent."""
    return Progress(
        TextColumn("  [cyan]●[/] {task.description:<28}"),
        BarColumn(bar_width=28, complete_style="cyan", finished_style="green"),
        MofNCompleteColumn(),
        TimeRemainingColumn(compact=True, elapsed_when_finished=True),
        console=console,
        transient=transient,
        disable=console is None,
    )


class Stages:
    """Follows a run through its stages, measures them, and draws a progress bar for each if there is a console."""

    def __init__(self, console: Console | None = None) -> None:
        self.seconds: dict[str, float] = {}
        self._progress = new_progress(console)

    @contextmanager
    def stage(self, name: str, total: int | None = None) -> Iterator[Advance]:
        """Enter a stage of ``total`` steps; what it yields is told how many more are done."""
        began = time.monotonic()
        task = self._progress.add_task(name, total=total)
        yield partial(self._progress.advance, task)
        done = total if total is not None else 1
        self._progress.update(task, total=done, completed=done)
        self.seconds[name] = time.monotonic() - began

    def __enter__(self) -> "Stages":
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()
