"""Ports of this machine: which are free."""

import socket

LOOPBACK = "127.0.0.1"
BACKLOG = 1_024
"""Connections that wait for a server which is being started again; the system may allow fewer."""


def is_free(port: int, host: str = LOOPBACK) -> bool:
    """Say whether a server could listen on the port now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def free_port(host: str = LOOPBACK) -> int:
    """Return a port that is free now. The system does not give it again soon."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])


def listen(port: int, host: str = LOOPBACK) -> socket.socket:
    """Return a listening socket that a program can inherit. Raises OSError if the port is in use."""
    return socket.create_server((host, port), backlog=BACKLOG)
