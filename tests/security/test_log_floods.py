"""Clients that write into the shop's logs: what they send is not in there, does not forge a line, and fills no disk."""

import re
import socket
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext, suppress
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from redis import Redis

from connections.log_lines import LINES_OF_A_KIND, LONGEST_OUTSIDE
from infra.chaos.shop_client import ShopClient
from infra.programs.log_file import MAX_LOG_BYTES, old_log
from infra.programs.ports import free_port
from infra.programs.program import Program
from infra.programs.supervisor import Supervisor
from tests.storefront.running_shop import ShopProcess, publish_catalog, wait_until

FORGED = "2026-11-29 12:00:00,000 INFO    Sign-in succeeded"
HOSTILE = f"\x1b[2J{'x' * 1_500}\n{FORGED}"
BATCHES, BATCH = 40, 50
BOUND = 100_000
"""Bytes. What the clients of these tests send is over 3 MB."""


@pytest.fixture
def shop(empty_redis: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ShopProcess]:
    # Events that the limits let through are refused all the same.
    monkeypatch.setenv("RIVERFRONT_EVENTS_PER_SECOND", "10000")
    monkeypatch.setenv("RIVERFRONT_EVENTS_BURST", "10000")
    with Redis.from_url(empty_redis) as redis:
        publish_catalog(redis)
    process = ShopProcess(tmp_path, free_port(), empty_redis)
    try:
        process.start()
        yield process
    finally:
        process.stop()


def assert_clean(shop: ShopProcess) -> None:
    """Nothing that a client sent is in the log, but where, how often and why it was refused."""
    written = shop.log.read_bytes()
    assert len(written) < BOUND
    lines = written.decode().split("\n")
    assert all(line.isprintable() for line in lines)
    assert not any(line.startswith(FORGED) for line in lines)
    assert "xxxx" not in written.decode()


@pytest.mark.integration
def test_refused_values_are_not_in_the_log_and_their_lines_have_an_end(shop: ShopProcess) -> None:
    client = ShopClient(shop.address)
    client.get("/basket")
    hostile = {"event_id": "e1", "item": HOSTILE, "surface": HOSTILE, "cause": HOSTILE}
    kinds = ["item_viewed", "item_rated", "ranking_shown", HOSTILE]
    for number in range(BATCHES):
        events = [{**hostile, "kind": kinds[(number + place) % len(kinds)]} for place in range(BATCH)]
        status, answer = client.post_json("/interactions", {"events": events})
        assert status == 202
        assert not any(receipt["accepted"] for receipt in answer["receipts"])
    shop.stop()

    assert_clean(shop)
    written = shop.log.read_text()
    assert re.search(r"Refused item_viewed: bad_value \$\.(item|surface)", written)
    assert "Refused an event: unknown_kind" in written
    assert re.search(r"\d+ more like it in \d+ s: Refused %s: %s %s item_viewed bad_value", written)


LINE = b"GET / HTTP/1.1\r\n"
NO_REQUESTS = {
    "version": b"GET /%(text)s HTTP/9.9\x1b\r\nHost: a\x00\x1b\r\n\r\n",
    "method": b"%(text)s\x1b / HTTP/1.1\r\n\r\n",
    "line": b"%(text)s\r\n\r\n",
    "name of a header": LINE + b"%(text)s\x1b[31m: a\r\n\r\n",
    "header": LINE + b"%(text)s\r\n\r\n",
    "folded header": LINE + b"Host: a\r\n %(text)s\r\n\r\n",
    "coding": LINE + b"Transfer-Encoding: %(text)s\r\n\r\n",
    "expectation": LINE + b"Expect: %(text)s\r\n\r\n",
    "chunk": b"POST /interactions HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n%(text)s\r\n\r\n",
    "length": LINE + b"Content-Length: %(text)s\r\n\r\n",
}


@pytest.mark.integration
@pytest.mark.parametrize("kind", NO_REQUESTS)
def test_requests_that_are_no_requests_do_not_fill_the_log(kind: str, shop: ShopProcess) -> None:
    where = urlsplit(shop.address)
    for number in range(200):
        # No two are the same: nor are the lines that would tell of them.
        request = NO_REQUESTS[kind] % {b"text": b"%dxxxx" % number + b"X" * 3_000}
        with socket.create_connection((where.hostname, where.port), timeout=10) as connection, suppress(OSError):
            connection.sendall(request)
            while connection.recv(4_096):
                pass
    shop.stop()
    written = shop.log.read_bytes().decode()
    assert all(line.isprintable() for line in written.split("\n"))
    assert "X" * LONGEST_OUTSIDE not in written
    assert written.count("\n") < LINES_OF_A_KIND + 50


class Silent:
    """A reporter that nobody listens to."""

    def died(self, name: str, how: str, last_lines: str, delay: float) -> None:
        """Say nothing."""

    def came_back(self, name: str) -> None:
        """Say nothing."""

    def stopping(self, names: tuple[str, ...]) -> AbstractContextManager[None]:
        return nullcontext()


FLOODER = """
import os, time
line = b"x" * 1_023 + b"\\n"
for _ in range({rounds}):
    for _ in range({lines}):
        os.write(1, line)
    # The next flood comes when this one is gone.
    while os.fstat(1).st_size > {most}:
        time.sleep(0.01)
os.write(1, b"the last words\\n")
os._exit(3)
"""


def test_logs_are_rotated_while_their_programs_run_and_keep_the_last_words(tmp_path: Path) -> None:
    log = tmp_path / "flooder.log"
    code = FLOODER.format(rounds=3, lines=MAX_LOG_BYTES // 1_024 + 100, most=MAX_LOG_BYTES)
    with Supervisor(Silent()) as supervisor:
        child = Program("Flooder", (sys.executable, "-S", "-c", code), log)
        supervisor.start(child)
        wait_until(lambda: log.read_bytes().endswith(b"the last words\n"))
        sizes = [path.stat().st_size for path in (log, old_log(log))]
        assert sum(sizes) < 2 * MAX_LOG_BYTES + 2**20, "three floods of over 5 MB each were written"
