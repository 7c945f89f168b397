"""Ports of this machine: which are free."""

import socket

LOOPBACK = "127.0.0.1"
LOOPBACKS = (LOOPBACK, "::1")
"""The addresses by which nobody but this machine is reached."""

BACKLOG = 1_024
"""Connections that wait for a server which is being started again; the system may allow fewer."""


def is_free(port: int, host: str = LOOPBACK) -> bool:
    """Say whether a server could listen on the port now."""
    with socket.socket(_family_of(host), socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def free_port(host: str = LOOPBACK) -> int:
    """Return a port that is free now. The system does not give it again soon."""
    with socket.socket(_family_of(host), socket.SOCK_STREAM) as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])


def listen(port: int, host: str = LOOPBACK) -> socket.socket:
    """Return a listening socket that a program can inherit. Raises OSError if the port is in use."""
    # "All of this machine" means IPv4, too.
    is_dual = host == "::" and socket.has_dualstack_ipv6()
    return socket.create_server((host, port), family=_family_of(host), backlog=BACKLOG, dualstack_ipv6=is_dual)


def _family_of(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET
