"""Training waits for everything else that the machine has to do: a click must not wait for it."""

import os
from contextlib import suppress

LOWEST = 19


def give_way() -> None:
    """Have this process run only when no other one wants the processor, as far as the system knows such a rank."""
    os.nice(LOWEST)
    with suppress(AttributeError, OSError):
        os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
