"""What the terminal shows while the stack starts, runs and stops."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from bootstrap.progress import new_progress


class Display:
    """A calm terminal: one line per step with its time, then where the shop is, then only what went wrong."""

    def __init__(self, console: Console | None = None) -> None:
        self.console = console or Console(stderr=True, highlight=False)

    @contextmanager
    def step(self, title: str) -> Iterator[None]:
        """Show a step while it lasts, then how long it took."""
        started_at = time.monotonic()
        try:
            with self.console.status(f"{title} …", spinner="dots", spinner_style="cyan"):
                yield
        except BaseException:
            self._line("✗", "red", title, time.monotonic() - started_at)
            raise
        self._line("✓", "green", title, time.monotonic() - started_at)

    def _line(self, mark: str, colour: str, title: str, seconds: float) -> None:
        self.console.print(Text.assemble((f"  {mark} ", colour), f"{title:<44}", (f"{seconds:6.1f} s", "dim")))

    @contextmanager
    def progress(self, title: str) -> Iterator[Callable[[int, int], None]]:
        """Show a bar while something is worked off, then how long it took; gives what moves it."""
        started_at = time.monotonic()
        with new_progress(self.console, transient=True) as progress:
            task = progress.add_task(title, total=1)
            yield lambda completed, total: progress.update(task, completed=completed, total=max(1, total))
        self._line("✓", "green", title, time.monotonic() - started_at)

    def note(self, text: str) -> None:
        """Show a quiet line."""
        self.console.print(Text(f"  {text}", style="dim"))

    def problem(self, text: str) -> None:
        """Show what went wrong."""
        self.console.print(Text.assemble(("  ✗ ", "red"), text))

    def ready(self, places: dict[str, str], seconds: float) -> None:
        """Show where everything is."""
        table = Table.grid(padding=(0, 3))
        for name, place in places.items():
            table.add_row(Text(name, style="dim"), Text(place, style="bold" if name == "Shop" else ""))
        title = f"Riverfront runs · started in {seconds:.1f} s"
        self.console.print()
        self.console.print(
            Panel(table, title=title, title_align="left", border_style="cyan", expand=False, padding=(1, 3))
        )
        self.console.print(Text("  Ctrl-C stops everything.\n", style="dim"))

    @contextmanager
    def stopping(self, names: tuple[str, ...]) -> Iterator[None]:
        """Show that programs are being stopped, then how long it took."""
        if names:
            with self.step(f"Stop {' and '.join(names)}"):
                yield
        else:
            yield

    def died(self, name: str, how: str, last_lines: str, delay: float) -> None:
        """Name a program that ended by itself."""
        self.problem(f"{name} ended with {how}. It starts again {f'in {delay:.1f} s' if delay else 'at once'}.")
        if last_lines:
            self.console.print(Text(last_lines, style="dim"))

    def came_back(self, name: str) -> None:
        """Name a program that was started again."""
        self.console.print(Text.assemble(("  ✓ ", "green"), f"{name} was started again."))
