"""Running an installer: its output goes to the log, and its last lines into the error if it fails."""

import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path


class Failed(RuntimeError):
    """A step could not be done. The message says why and what to do."""


def run(command: Sequence[str | Path], log: Path, environment: Mapping[str, str] | None = None) -> None:
    """Run a command to its end. Raises `Failed` with its last lines."""
    words = [str(word) for word in command]
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("a+", encoding="utf-8", errors="replace") as output:
        start = output.tell()
        output.write(f"$ {' '.join(words)}\n")
        output.flush()
        try:
            code = subprocess.run(  # noqa: S603 - fixed command lines
                words,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env={**os.environ, **(environment or {})},
                check=False,
            ).returncode
        except OSError as error:
            raise Failed(f"{words[0]} does not run: {error}") from error
        if code:
            output.seek(start)
            lines = output.read().splitlines()[-15:]
            raise Failed("\n".join([f"This failed with exit code {code}:", *lines, f"(all of it is in {log})"]))


def succeeds(command: Sequence[str | Path]) -> bool:
    """Say whether a command runs and ends well, silently."""
    words = [str(word) for word in command]
    try:
        answer = subprocess.run(words, capture_output=True, timeout=60, check=False)  # noqa: S603 - as above
    except (OSError, subprocess.TimeoutExpired):
        return False
    return answer.returncode == 0
