"""Telling how far a long run is: one bar a stage, and how long each took."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

Advance = Callable[[int], None]


def new_progress(console: Console, *, transient: bool = False) -> Progress:
    """Return the bars that a terminal shows: title, bar, how many of how many, time left, and in the end time spent."""
    return Progress(
        TextColumn("  [cyan]●[/] {task.description:<28}"),
        BarColumn(bar_width=28, complete_style="cyan", finished_style="green"),
        MofNCompleteColumn(),
        TimeRemainingColumn(compact=True, elapsed_when_finished=True),
        console=console,
        transient=transient,
    )


class Stages:
    """Follows a run through its stages, measures them, and shows nothing."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextmanager
    def stage(self, name: str, total: int | None = None) -> Iterator[Advance]:
        """Enter a stage of ``total`` steps; what it yields is told how many more are done."""
        began = time.monotonic()
        with self._shown(name, total) as advance:
            yield advance
        self.seconds[name] = time.monotonic() - began

    @contextmanager
    def _shown(self, name: str, total: int | None) -> Iterator[Advance]:  # noqa: ARG002 - nothing is shown here
        yield lambda _: None


class RichStages(Stages):
    """Draws a progress bar for each stage."""

    def __init__(self, console: Console) -> None:
        super().__init__()
        self._progress = new_progress(console)

    def __enter__(self) -> "RichStages":
        self._progress.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._progress.stop()

    @contextmanager
    def _shown(self, name: str, total: int | None) -> Iterator[Advance]:
        task = self._progress.add_task(name, total=total)
        yield lambda count: self._progress.advance(task, count)
        done = total if total is not None else 1
        self._progress.update(task, total=done, completed=done)
