"""How many connections there may be, and that each is counted once."""

import pytest

from storefront.limits.connections import Connection, Connections, SocketRefusal


def admitted(connections: Connections, visitor: str = "v1", network: str = "net") -> Connection:
    connection = connections.admit(visitor, network)
    assert isinstance(connection, Connection)
    return connection


@pytest.fixture
def connections() -> Connections:
    return Connections(most=4, most_of_a_network=3, most_of_a_visitor=2)


def test_a_visitor_a_network_and_the_process_have_so_many(connections: Connections) -> None:
    admitted(connections, "v1")
    admitted(connections, "v1")
    assert connections.admit("v1", "elsewhere") is SocketRefusal.VISITOR_FULL
    admitted(connections, "v2")
    assert connections.admit("v3", "net") is SocketRefusal.NETWORK_FULL
    admitted(connections, "v3", "elsewhere")
    assert connections.admit("v4", "a third") is SocketRefusal.SHOP_FULL
    assert len(connections) == 4


def test_one_that_ends_makes_room_once(connections: Connections) -> None:
    first = admitted(connections)
    for _ in range(3):
        connections.release(first)
    assert len(connections) == 0
    for _ in range(2):
        admitted(connections)
    assert connections.admit("v1", "net") is SocketRefusal.VISITOR_FULL


def test_refusals_leave_nothing_behind(connections: Connections) -> None:
    opened = [admitted(connections, f"v{number}", f"net{number}") for number in range(4)]
    assert [connections.admit("another", "another") for _ in range(5)] == [SocketRefusal.SHOP_FULL] * 5
    for connection in opened:
        connections.release(connection)
    assert len(connections) == 0


def test_a_connection_joins_once(connections: Connections) -> None:
    connection = admitted(connections)
    assert [connection.may_join() for _ in range(3)] == [True, False, False]
