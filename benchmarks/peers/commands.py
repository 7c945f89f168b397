"""Running a program for a limited time, and saying in one line why it failed."""

import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path


class PeerFailed(RuntimeError):
    """A peer could not be installed or run. The message is the reason, in one line."""


def run_within(
    command: Sequence[str | Path], seconds: float, log: Path, environment: Mapping[str, str], folder: Path | None = None
) -> None:
    """Run a command to its end; what it starts ends with it.

    Parameters
    ----------
    seconds
        How long it may take.
    log
        Where its output goes, which is written anew.
    environment
        Variables on top of those of this process.
    folder
        Where it runs; here by default.

    Raises
    ------
    PeerFailed
        If it is not there, fails, or takes longer.
    """
    words = [str(word) for word in command]
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as output:
        try:
            process = subprocess.Popen(  # noqa: S603 - fixed words and our own files
                words,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=folder,
                env={**os.environ, **environment},
                start_new_session=True,
            )
        except OSError as error:
            raise PeerFailed(f"{words[0]} does not run: {error.strerror}") from error
        try:
            code = process.wait(seconds)
        except subprocess.TimeoutExpired as error:
            raise PeerFailed(f"not done within {seconds:g} s") from error
        finally:
            _end(process)
    if code:
        lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
        raise PeerFailed(lines[-1].strip() if lines else f"it ended with exit code {code}")


def _end(process: "subprocess.Popen[bytes]") -> None:
    """End whatever is left of a program and what it started."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
