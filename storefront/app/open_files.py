"""How many files the process may have open: each connection is one."""

import resource

OWN_FILES = 256
"""Sockets to Redis, Kafka and the database, logs, the search index."""


class TooFewFiles(Exception):
    """The system does not allow as many open files as the shop's connections take; the text says what to do."""


def allow_connections(count: int) -> None:
    """Raise the limit of open files to what so many connections take. Raises `TooFewFiles`."""
    needed = count + OWN_FILES
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY or soft >= needed:
        return
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (needed, hard))
    except (ValueError, OSError) as error:
        raise TooFewFiles(
            f"A process may have {hard} files open here, and the shop's connections take {needed}. "
            "Raise the limit (`ulimit -n`, `LimitNOFILE=` of systemd, `ulimits` of compose), or lower "
            "RIVERFRONT_SOCKETS or RIVERFRONT_HTTP_CONNECTIONS."
        ) from error
