"""Whether anything listens at an address, found out without a client: clients try for long and leave sockets behind."""

import socket

LONGEST_BACKOFF_MS = 500
"""How long a client of Kafka waits at most before it tries again to connect: so events flow soon after it answers."""


def bootstrap_servers(servers: str) -> list[str]:
    """Return the addresses of a setting.

    Examples
    --------
    >>> bootstrap_servers("one:9092, two:9092")
    ['one:9092', 'two:9092']
    """
    return [server.strip() for server in servers.split(",")]


def is_listening(servers: str, timeout: float = 1.0) -> bool:
    """Say whether something accepts a connection at one of the addresses, within ``timeout`` seconds each."""
    return any(_accepts(server, timeout) for server in bootstrap_servers(servers))


def _accepts(server: str, timeout: float) -> bool:
    host, _, port = server.rpartition(":")
    try:
        socket.create_connection((host.strip("[]"), int(port)), timeout).close()
    except (OSError, ValueError):
        return False
    return True
