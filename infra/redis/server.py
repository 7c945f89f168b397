"""A Redis of the stack's own: for its owner only, bounded in memory, saved to disk."""

from pathlib import Path

from redis import AuthenticationError, RedisError

from connections.permissions import write_private
from connections.redis_client import connect
from infra.errors import CannotRun
from infra.programs.program import Program, require_options
from infra.redis.users import RedisAccess

MAX_MEMORY = 512 * 2**20
"""In bytes."""

USERS = "users.acl"


def redis_program(server: str, access: RedisAccess, data: Path, log: Path) -> Program:
    """Describe the server.

    When memory is full, the keys with a time to live that were used least make room; the catalog and its
    pointer have none and stay.
    """
    data.mkdir(parents=True, exist_ok=True)
    write_private(data / USERS, access.users_file())
    options = server_options(access, data)
    return Program(
        name="Redis",
        argv=(server, *(word for name, values in options.items() for word in (f"--{name}", *values))),
        log=log,
        ready=lambda: answers_ping(access.supervisor_url),
        verify=lambda: verify(access, {name: " ".join(values) for name, values in options.items()}),
        start_deadline=20.0,
        stop_deadline=15.0,
    )


def server_options(access: RedisAccess, data: Path) -> dict[str, tuple[str, ...]]:
    """Return each option with its words, in the form in which the server gives them back."""
    return {
        # No network at all: another user of the machine could reach a port.
        "port": ("0",),
        "unixsocket": (str(access.socket),),
        "unixsocketperm": ("700",),
        "aclfile": (str((data / USERS).resolve()),),
        "dir": (str(data.resolve()),),
        "appendonly": ("no",),
        # Two words: older servers ignore them in one, and then never save.
        "save": ("60", "1"),
        "maxmemory": (str(MAX_MEMORY),),
        "maxmemory-policy": ("volatile-lru",),
        "daemonize": ("no",),
    }


def verify(access: RedisAccess, asked: dict[str, str]) -> None:
    """Compare what the server runs with, and with whom it talks, with what was asked of it. Raises `CannotRun`."""
    require_options("Redis", asked, read_options(access.supervisor_url))
    client = connect(access.bare_url, 2.0, retries=0)
    try:
        client.ping()
    except AuthenticationError:
        return
    except RedisError as error:
        raise CannotRun(f"Redis does not tell whom it answers: {error}") from error
    finally:
        client.close()
    raise CannotRun("Redis answers without a password. It must be version 7 or later, or Valkey.")


def read_options(url: str) -> dict[str, str | None]:
    """Ask a server what it runs with. Raises `CannotRun`."""
    client = connect(url, 2.0, connect_timeout=1.0, retries=0, decode_responses=True)
    try:
        return {str(name): value for name, value in client.config_get("*").items()}
    except RedisError as error:
        raise CannotRun(f"Redis does not tell its options: {error}") from error
    finally:
        client.close()


def answers_ping(url: str) -> bool:
    """Say whether the server takes commands now (while it loads its data it does not)."""
    client = connect(url, 2.0, connect_timeout=1.0, retries=0)
    try:
        return bool(client.ping())
    except RedisError:
        return False
    finally:
        client.close()
