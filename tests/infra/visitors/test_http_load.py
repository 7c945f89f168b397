"""Requests as fast as they are answered, or at a rate, to a server of this process."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from infra.visitors.http_load import HttpLoad, Plan, ask, get, post

HEADERS = {"Host": "shop"}


class Echo(BaseHTTPRequestHandler):
    """Answers with the path, and by what it says: /refuse with 429, /hang-up not at all."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.path == "/hang-up":
            self.close_connection = True
            return
        body = self.path.encode() * 100
        self.send_response(429 if self.path == "/refuse" else 200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self) -> None:
        self.do_GET()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def address() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Echo) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_every_answer_is_counted_by_its_status(address: str) -> None:
    requests = get("/a", HEADERS), post("/refuse", HEADERS, {"a": "é"})
    answers = HttpLoad(Plan((address,), requests, connections=2, seconds=0.3)).run()
    assert set(answers.statuses) == {"200", "429"}
    assert abs(answers.statuses["200"] - answers.statuses["429"]) <= 2
    assert len(answers.ms) == sum(answers.statuses.values())
    assert min(answers.ms) > 0


def test_at_a_rate_so_many_are_asked(address: str) -> None:
    answers = HttpLoad(Plan((address, address), (get("/a", HEADERS),), connections=4, seconds=0.5, rate=40)).run()
    assert answers.statuses == {"200": 20}


def test_a_connection_that_is_closed_is_no_answer_and_is_opened_again(address: str) -> None:
    requests = get("/hang-up", HEADERS), get("/a", HEADERS)
    answers = HttpLoad(Plan((address,), requests, connections=1, seconds=0.3)).run()
    assert answers.statuses["0"] >= 1
    assert answers.statuses["200"] == len(answers.ms) >= 1


def test_a_process_of_its_own_asks_as_well(address: str) -> None:
    answers = ask(Plan((address,), (get("/a", HEADERS),), connections=1, seconds=0.2))
    assert answers.statuses.keys() == {"200"}
    assert answers.seconds == 0.2
