"""A Redis of the stack's own: on this machine only, bounded in memory, saved to disk."""

from pathlib import Path

import redis

from infra.ports import LOOPBACK
from infra.program import Program

MAX_MEMORY = 512 * 2**20
"""In bytes."""


def redis_program(server: str, port: int, data: Path, log: Path) -> Program:
    """Describe the server.

    When memory is full, the keys with a time to live that were used least make room; the catalogue and its
    pointer have none and stay.
    """
    data.mkdir(parents=True, exist_ok=True)
    settings = {
        "bind": (LOOPBACK,),
        "port": (str(port),),
        "dir": (str(data.resolve()),),
        "appendonly": ("no",),
        # Two words: older servers ignore them in one, and then never save.
        "save": ("60", "1"),
        "maxmemory": (str(MAX_MEMORY),),
        "maxmemory-policy": ("volatile-lru",),
        "daemonize": ("no",),
    }
    options = tuple(word for name, values in settings.items() for word in (f"--{name}", *values))
    return Program(
        name="Redis",
        argv=(server, *options),
        log=log,
        ready=lambda: answers_ping(url_of(port)),
        start_deadline=20.0,
        stop_deadline=15.0,
    )


def url_of(port: int) -> str:
    """Return the address that clients use."""
    return f"redis://{LOOPBACK}:{port}/0"


def answers_ping(url: str) -> bool:
    """Say whether the server takes commands now (while it loads its data it does not)."""
    client = redis.Redis.from_url(url, socket_connect_timeout=1, socket_timeout=2)
    try:
        return bool(client.ping())
    except redis.RedisError:
        return False
    finally:
        client.close()
