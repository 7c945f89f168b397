"""Ports: free, taken, answering."""

import socket

from connections.listening import is_listening
from infra.programs.ports import LOOPBACK, free_port, is_free, listen


def test_a_free_port_can_be_listened_on() -> None:
    port = free_port()
    assert is_free(port)
    assert not is_listening(f"127.0.0.1:{port}")


def test_a_port_that_is_listened_on_is_taken_and_answers() -> None:
    with socket.create_server((LOOPBACK, 0)) as server:
        port = server.getsockname()[1]
        assert not is_free(port)
        assert is_listening(f"127.0.0.1:{port}")
    assert is_free(port)


def test_a_port_that_was_just_left_is_free_again() -> None:
    with socket.create_server((LOOPBACK, 0)) as server:
        port = server.getsockname()[1]
        with socket.create_connection((LOOPBACK, port)), server.accept()[0]:
            pass
    assert is_free(port)


def test_a_host_that_is_not_here_has_no_free_port() -> None:
    assert not is_free(8000, "192.0.2.1")


def test_a_port_of_an_ipv6_address_is_one_too() -> None:
    host = "::1"
    port = free_port(host)
    assert is_free(port, host)
    with listen(port, host) as server:
        assert server.family == socket.AF_INET6
        assert not is_free(port, host)
        assert is_listening(f"[{host}]:{port}")


def test_all_addresses_of_ipv6_are_those_of_ipv4_too() -> None:
    port = free_port("::")
    with listen(port, "::"):
        assert is_listening(f"[::1]:{port}")
        assert is_listening(f"{LOOPBACK}:{port}")
