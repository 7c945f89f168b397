"""A PostgreSQL that stops answering, behind a line that a test can freeze."""

import select
import socket
from collections.abc import Iterator
from threading import Event, Thread
from urllib.parse import urlsplit

import pytest
from sqlalchemy import make_url

from storefront.database.connection import Database, DatabaseDown

pytestmark = pytest.mark.integration


class Line:
    """Forwards connections to a server until it is frozen: then it takes what comes and says nothing."""

    def __init__(self, host: str, port: int) -> None:
        self._to = host, port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.frozen, self.accepted = Event(), 0
        Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            self.accepted += 1
            Thread(target=self._forward, args=(near,), daemon=True).start()

    def _forward(self, near: socket.socket) -> None:
        with near, socket.create_connection(self._to) as far:
            other = {near: far, far: near}
            while True:
                for one in select.select([near, far], [], [], 0.05)[0]:
                    if self.frozen.is_set():
                        continue
                    data = one.recv(65_536)
                    if not data:
                        return
                    other[one].sendall(data)


@pytest.fixture
def line(empty_postgres: str) -> Iterator[Line]:
    server = urlsplit(empty_postgres)
    found = Line(server.hostname or "", server.port or 5432)
    yield found
    found.close()


@pytest.fixture
def database(line: Line, empty_postgres: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    through_line = make_url(empty_postgres).set(host="127.0.0.1", port=line.port)
    found = Database(through_line.render_as_string(hide_password=False))
    monkeypatch.setattr("storefront.database.postgres_engine.ANSWER_SECONDS", 5.0)
    found.open()
    assert found.is_up
    yield found
    found.close()


def test_an_answer_that_does_not_come_is_given_up_and_nobody_asks_for_a_moment(
    database: Database, line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storefront.database.postgres_engine.ANSWER_SECONDS", 0.2)
    line.frozen.set()
    with pytest.raises(DatabaseDown), database.read() as connection:
        connection.exec_driver_sql("SELECT 1")
    before = line.accepted
    for _ in range(20):
        with pytest.raises(DatabaseDown, match="a moment ago"), database.begin():
            pass
    assert line.accepted == before


def test_it_is_asked_again_after_a_moment_and_a_connection_that_does_not_come_is_given_up_too(
    database: Database, line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("connections.circuit.REST_SECONDS", 0.0)
    monkeypatch.setattr("storefront.database.postgres_engine.ANSWER_SECONDS", 0.2)
    line.frozen.set()
    for _ in range(3):
        assert not database.is_up
    line.frozen.clear()
    monkeypatch.setattr("storefront.database.postgres_engine.ANSWER_SECONDS", 5.0)
    assert database.is_up
