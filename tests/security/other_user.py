"""What another user of the machine gets: an attack runs in a process of the user nobody."""

import os
import warnings
from collections.abc import Callable

NOBODY = 65_534
LONGEST = 4_096


def as_nobody(attack: Callable[[], object]) -> str:
    """Return what an attack gets, or the name of the error that it fails with. We must be root."""
    reads, writes = os.pipe()
    with warnings.catch_warnings():
        # Later versions of Python warn of other threads; the child only makes system calls.
        warnings.simplefilter("ignore", DeprecationWarning)
        pid = os.fork()
    if not pid:
        try:
            os.setgroups([])
            os.setgid(NOBODY)
            os.setuid(NOBODY)
            os.write(writes, _outcome(attack).encode(errors="replace")[:LONGEST])
        finally:
            os._exit(0)
    os.close(writes)
    with os.fdopen(reads, encoding="utf-8", errors="replace") as outcome:
        said = outcome.read()
    os.waitpid(pid, 0)
    return said


def _outcome(attack: Callable[[], object]) -> str:
    try:
        return f"got {attack()}"
    except OSError as error:
        return type(error).__name__
