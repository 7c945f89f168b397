import socket

import pytest

from connections.listening import is_listening


@pytest.fixture
def closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
    return port


def test_one_address_of_several_is_enough(closed_port: int) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        assert is_listening(f"127.0.0.1:{closed_port}, 127.0.0.1:{server.getsockname()[1]}")


@pytest.mark.parametrize("servers", ["127.0.0.1:{port}", "localhost", "localhost:http", "[::1]:{port}", ""])
def test_nobody_listens_at_a_closed_port_or_at_what_is_no_address(servers: str, closed_port: int) -> None:
    assert not is_listening(servers.format(port=closed_port))
