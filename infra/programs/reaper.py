"""A small process that stops the stack's programs should their supervisor be killed without warning.

It is told of each program through its standard input: ``+PID SECONDS`` when one starts, ``-PID`` when one has ended.
When the input ends, the supervisor is gone, and what is left is stopped in reverse order: asked first, then killed
after its seconds. It is run as a script, with the standard library only, and in a session of its own.
"""

import os
import signal
import sys
import time
from pathlib import Path


def main() -> None:
    """Follow the input to its end, then stop what is left."""
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        signal.signal(getattr(signal, name), signal.SIG_IGN)
    left: dict[int, float] = {}
    for line in sys.stdin:
        if line.startswith("+"):
            pid, seconds = line[1:].split()
            left[int(pid)] = float(seconds)
        elif line.startswith("-"):
            left.pop(int(line[1:]), None)
    for pid, seconds in reversed(left.items()):
        stop(pid, seconds)


def stop(pid: int, seconds: float) -> None:
    """Ask a program to stop, wait, then kill whatever is left of its group."""
    send(pid, signal.SIGTERM)
    deadline = time.monotonic() + seconds
    while is_alive(pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    try:
        os.killpg(pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return


def send(pid: int, number: int) -> bool:
    """Send a signal. Says whether there was such a process."""
    try:
        os.kill(pid, number)
    except (ProcessLookupError, PermissionError):
        return False
    return True


def is_alive(pid: int) -> bool:
    """Say whether the process still runs: one that only waits to be collected does not."""
    if not send(pid, 0):
        return False
    status = Path(f"/proc/{pid}/stat")
    try:
        return status.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return not Path("/proc/self/stat").exists()


if __name__ == "__main__":
    main()
