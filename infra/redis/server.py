"""A Redis of the stack's own: on this machine only, bounded in memory, saved to disk."""

from pathlib import Path

from redis import RedisError

from connections.redis_client import connect
from infra.errors import CannotRun
from infra.programs.ports import LOOPBACK
from infra.programs.program import Program, require_options

MAX_MEMORY = 512 * 2**20
"""In bytes."""


def redis_program(server: str, port: int, data: Path, log: Path) -> Program:
    """Describe the server.

    When memory is full, the keys with a time to live that were used least make room; the catalog and its
    pointer have none and stay.
    """
    data.mkdir(parents=True, exist_ok=True)
    options = server_options(port, data)
    return Program(
        name="Redis",
        argv=(server, *(word for name, values in options.items() for word in (f"--{name}", *values))),
        log=log,
        ready=lambda: answers_ping(url_of(port)),
        verify=lambda: require_options(
            "Redis", {name: " ".join(values) for name, values in options.items()}, read_options(url_of(port))
        ),
        start_deadline=20.0,
        stop_deadline=15.0,
    )


def server_options(port: int, data: Path) -> dict[str, tuple[str, ...]]:
    """Return each option with its words, in the form in which the server gives them back."""
    return {
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


def read_options(url: str) -> dict[str, str | None]:
    """Ask a server what it runs with. Raises `CannotRun`."""
    client = connect(url, 2.0, connect_timeout=1.0, retries=0, decode_responses=True)
    try:
        return {str(name): value for name, value in client.config_get("*").items()}
    except RedisError as error:
        raise CannotRun(f"Redis does not tell its options: {error}") from error
    finally:
        client.close()


def url_of(port: int) -> str:
    """Return the address that clients use."""
    return f"redis://{LOOPBACK}:{port}/0"


def answers_ping(url: str) -> bool:
    """Say whether the server takes commands now (while it loads its data it does not)."""
    client = connect(url, 2.0, connect_timeout=1.0, retries=0)
    try:
        return bool(client.ping())
    except RedisError:
        return False
    finally:
        client.close()
