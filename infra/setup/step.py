"""A step of setting up: done once, and again only when what goes into it has changed."""

import hashlib
import platform
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from infra.setup.clone import Clone


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to get.

    Attributes
    ----------
    inputs
        Files whose content decides whether the step must run again.
    outputs
        Paths that must exist for the step to count as done.
    run
        Does it. It may tell its line on the terminal how far it is.
    """

    name: str
    inputs: tuple[Path, ...]
    outputs: tuple[Path, ...]
    run: Callable[["Line"], None]

    def fingerprint(self) -> str:
        """Hash the inputs, this Python and this kind of machine."""
        digest = hashlib.sha256(f"{sys.version_info[:2]} {platform.machine()} {platform.system()}".encode())
        for path in self.inputs:
            digest.update(path.name.encode())
            digest.update(path.read_bytes() if path.exists() else b"")
        return digest.hexdigest()

    def is_done(self, clone: Clone) -> bool:
        """Say whether it was done with these very inputs, and its outputs are still there."""
        stamp = self.stamp(clone)
        done = stamp.exists() and stamp.read_text(encoding="ascii") == self.fingerprint()
        return done and all(path.exists() for path in self.outputs)

    def stamp(self, clone: Clone) -> Path:
        """Return the file that says with which inputs it was done."""
        return clone.stamps / self.name.lower().replace(" ", "-")


def run_all(steps: Iterable[Step], clone: Clone) -> None:
    """Do what is not done yet, with a line for each step."""
    for step in steps:
        if step.is_done(clone):
            continue
        with Line(step.name) as line:
            step.run(line)
        stamp = step.stamp(clone)
        stamp.parent.mkdir(parents=True, exist_ok=True)
        stamp.write_text(step.fingerprint(), encoding="ascii")


class Line:
    """A line on the terminal: the name while it lasts, then how long it took."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._started_at = 0.0

    def __enter__(self) -> "Line":
        self._started_at = time.monotonic()
        if sys.stderr.isatty():
            self._write(f"  … {self.name}", end="\r")
        return self

    def tell(self, share: float) -> None:
        """Show on a terminal how much is done."""
        if sys.stderr.isatty():
            self._write(f"  … {self.name} {share:4.0%}", end="\r")

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        seconds = time.monotonic() - self._started_at
        self._write(f"  {'✗' if kind else '✓'} {self.name:<42} {seconds:6.1f} s", end="\n")

    @staticmethod
    def _write(text: str, end: str) -> None:
        encoding = sys.stderr.encoding or "ascii"
        sys.stderr.write(text.encode(encoding, "replace").decode(encoding) + end)
        sys.stderr.flush()
