"""A real nginx before stand-ins for storefronts: who gets which request, and what happens when one of them is away."""

import json
import socket
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from select import select
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests

from infra.errors import CannotRun
from infra.programs.binaries import Missing, find_nginx
from infra.programs.ports import LOOPBACK, free_port
from infra.programs.program import Child, Program, kill_group
from infra.proxy.configuration import OWN_FILES
from infra.proxy.server import first_name_server, plan_proxy, proxy_program
from tests.infra.proxy.upstream import HOLD, Upstream
from tests.storefront.running_shop import wait_until

pytestmark = pytest.mark.integration

DEADLINE = 60.0


class Front:
    """The proxy, as a client sees it."""

    def __init__(self, address: str, program: Program) -> None:
        self.address = address
        self._program = program
        self._child: Child | None = None

    def start(self) -> None:
        self._child = Child(self._program)
        self._child.wait_until_ready()

    def kill(self) -> None:
        if self._child:
            kill_group(self._child.pid)
            self._child.stop()

    def ask(self, path: str = "/", visitor: str = "", method: str = "GET", **headers: str) -> requests.Response:
        cookie = {"Cookie": f"riverfront_visitor={visitor}"} if visitor else {}
        return requests.request(
            method,
            self.address + path,
            headers=cookie | headers,
            data="said" if method == "POST" else None,
            timeout=DEADLINE,
        )

    def said(self, path: str = "/", visitor: str = "", method: str = "GET", **headers: str) -> dict[str, Any]:
        answer = self.ask(path, visitor, method, **headers)
        assert answer.status_code == 200, answer.text
        said: dict[str, Any] = json.loads(answer.text)
        return said

    def name(self, visitor: str) -> str:
        return str(self.said(visitor=visitor)["name"])


class HeldSocket:
    """A page's socket, which is open from when the storefront has it until the storefront answers."""

    def __init__(self, front: Front, upstream: Upstream) -> None:
        # One at a time, and again if nginx had no storefront for it: how fast it opens is the machine's affair.
        before, deadline = len(upstream.asked), time.monotonic() + DEADLINE
        self._open(front)
        while len(upstream.asked) == before:
            assert time.monotonic() < deadline, "no storefront was asked"
            if select([self._wire], [], [], 0.02)[0]:
                self._wire.close()
                self._open(front)

    def _open(self, front: Front) -> None:
        place = urlsplit(front.address)
        self._wire = socket.create_connection((place.hostname, place.port), DEADLINE)
        self._wire.sendall(f"GET {HOLD} HTTP/1.1\r\nHost: {place.netloc}\r\nConnection: close\r\n\r\n".encode())

    def answer(self) -> bytes:
        """Return all that comes, and close."""
        with self._wire:
            return b"".join(iter(lambda: self._wire.recv(4_096), b""))


Start = Callable[..., Front]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    try:
        nginx = find_nginx()
    except Missing as missing:
        pytest.skip(str(missing))
    with ExitStack() as stack:

        def start_proxy(*upstreams: Upstream, trusted: int = 0, **changes: Any) -> Front:
            port = free_port()
            addresses = [upstream.address for upstream in upstreams]
            proxy = replace(plan_proxy(LOOPBACK, port, addresses, tmp_path / "proxy", trusted, ""), **changes)
            program = proxy_program(nginx, proxy, f"{LOOPBACK}:{port}", tmp_path / "proxy.log")
            assert program.listener
            stack.enter_context(program.listener)
            front = Front(f"http://{LOOPBACK}:{port}", program)
            stack.callback(front.kill)
            front.start()
            return front

        yield start_proxy


@pytest.fixture
def one() -> Iterator[Upstream]:
    with Upstream("one", free_port()) as upstream:
        yield upstream


@pytest.fixture
def two() -> Iterator[Upstream]:
    with Upstream("two", free_port()) as upstream:
        yield upstream


def a_visitor_of(front: Front, upstream: Upstream) -> str:
    """Return a visitor who is sent to this one as long as all are there."""
    return next(visitor for number in range(1_000) if front.name(visitor := f"v{number}") == upstream.name)


def test_visitors_are_spread_and_each_stays_where_they_are(start: Start, one: Upstream, two: Upstream) -> None:
    front = start(one, two)
    visitors = [f"v{number}" for number in range(40)]
    names = [front.name(visitor) for visitor in visitors]
    assert set(names) == {"one", "two"}
    assert [front.name(visitor) for visitor in visitors] == names


def test_a_visitor_is_the_cookies_whatever_its_signature_and_prefix(start: Start, one: Upstream, two: Upstream) -> None:
    front = start(one, two)
    for number in range(20):
        visitor = f"v{number}"
        name = front.name(visitor)
        assert front.name(f"{visitor}.signature") == name
        behind_tls = front.said(Cookie=f"language=en; __Host-riverfront_visitor={visitor}.other; session=x")
        assert behind_tls["name"] == name


def test_sockets_leave_connections_to_pages_and_the_next_is_refused_in_words(start: Start, one: Upstream) -> None:
    most = 15
    front = start(one, max_files=OWN_FILES + 40)
    sockets = [HeldSocket(front, one) for _ in range(most)]

    refused = front.ask(HOLD)

    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "30")
    assert "Too many pages" in refused.json()["message"]
    assert front.said()["name"] == "one"
    one.may_answer.set()
    assert [b'{"name": "one"' in opened.answer() for opened in sockets] == [True] * most
    # A socket that is closed leaves its place to the next.
    wait_until(lambda: front.ask(HOLD).status_code == 200)


def test_a_new_visitor_stays_too(start: Start, one: Upstream, two: Upstream) -> None:
    front = start(one, two)
    assert len({front.said()["name"] for _ in range(10)}) == 1


def test_a_dead_storefronts_visitors_are_served_by_the_other_and_come_back(start: Start, one: Upstream) -> None:
    with Upstream("two", free_port()) as two:
        front = start(one, two)
        visitor = a_visitor_of(front, two)
    assert [front.name(visitor) for _ in range(5)] == ["one"] * 5
    with two:
        wait_until(lambda: front.name(visitor) == "two")


def test_while_no_storefront_answers_a_page_waits(start: Start) -> None:
    one, two = Upstream("one", free_port()), Upstream("two", free_port())
    front = start(one, two)
    with ThreadPoolExecutor(2) as clients:
        page = clients.submit(front.ask)
        form = clients.submit(front.ask, "/account/sign-in", method="POST")
        with one:
            answers = [page.result(), form.result()]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[1].json()["body"] == "said"


def test_a_shop_that_stays_away_says_so_in_words(start: Start) -> None:
    answer = start(Upstream("one", free_port())).ask()
    assert answer.status_code == 503
    assert "One moment, please" in answer.text
    assert answer.headers["Retry-After"] == "2"
    assert answer.headers["Content-Type"] == "text/html"
    assert "WWW-Authenticate" not in answer.headers


def test_a_page_over_which_a_storefront_dies_comes_from_the_other(start: Start, one: Upstream, two: Upstream) -> None:
    front = start(one, two)
    visitor = a_visitor_of(front, one)
    one.dies = True
    assert front.said("/products/mug", visitor)["name"] == "two"
    assert one.asked[-1] == "GET /products/mug"


@pytest.mark.parametrize(
    "path",
    [
        "/interactions",
        "/basket/lines",
        "/basket/lines/mug",
        "/basket/order",
        "/products/mug/rating",
        "/products/a%20b/review",
    ],
)
def test_what_counts_once_is_sent_again(start: Start, one: Upstream, two: Upstream, path: str) -> None:
    front = start(one, two)
    visitor = a_visitor_of(front, one)
    one.dies = True
    said = front.said(path, visitor, "POST")
    assert (said["name"], said["body"]) == ("two", "said")
    assert one.asked[-1] == f"POST {path}"


@pytest.mark.parametrize("path", ["/account/sign-up", "/account/password", "/basket/order/more", "/x/interactions"])
def test_no_other_form_is_sent_twice(start: Start, one: Upstream, two: Upstream, path: str) -> None:
    front = start(one, two)
    visitor = a_visitor_of(front, one)
    two.asked.clear()
    one.dies = True
    answer = front.ask(path, visitor, "POST")
    assert answer.status_code == 503
    assert one.asked.count(f"POST {path}") == 1
    assert two.asked == []


def test_while_the_proxy_itself_starts_again_requests_wait(start: Start, one: Upstream) -> None:
    front = start(one)
    front.kill()
    with ThreadPoolExecutor(1) as clients:
        page = clients.submit(front.ask)
        front.start()
        assert page.result().status_code == 200


def test_the_clients_own_address_is_passed_on_and_no_other(start: Start, one: Upstream) -> None:
    forged = {"X-Forwarded-For": "6.6.6.6", "X-Forwarded-Proto": "https", "X-Forwarded-Host": "evil.example"}
    front = start(one)
    headers = front.said(**forged, Host="shop.example:81")["headers"]
    assert headers["x-forwarded-for"] == LOOPBACK
    assert headers["x-forwarded-proto"] == "http"
    assert headers["x-forwarded-host"] == headers["host"] == "shop.example:81"


@pytest.mark.parametrize("secret", ["known", ""])
def test_storefronts_know_the_proxy_by_its_secret_whatever_a_client_sends(
    start: Start, one: Upstream, secret: str
) -> None:
    headers = start(one, secret=secret).said(**{"X-Riverfront-Proxy": "guessed"})["headers"]
    assert headers.get("x-riverfront-proxy", "") == secret


def test_a_trusted_proxy_before_it_is_heard(start: Start, one: Upstream) -> None:
    seen = {"X-Forwarded-For": "7.7.7.7", "X-Forwarded-Proto": "https", "X-Forwarded-Host": "shop.example"}
    headers = start(one, trusted=1).said(**seen, Host="inside")["headers"]
    assert headers["x-forwarded-for"] == f"7.7.7.7, {LOOPBACK}"
    assert headers["x-forwarded-proto"] == "https, http"
    assert headers["x-forwarded-host"] == "shop.example, inside"


def test_each_request_has_a_connection_of_its_own_to_the_storefront(start: Start, one: Upstream) -> None:
    assert start(one).said()["headers"]["connection"] == "close"


def test_a_proxy_without_storefronts_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CannotRun, match="needs a storefront"):
        plan_proxy(LOOPBACK, 1, [], tmp_path, 0, "")


def test_the_name_server_is_the_machines_own(tmp_path: Path) -> None:
    path = tmp_path / "resolv.conf"
    with pytest.raises(CannotRun, match="must be given by address"):
        first_name_server(path)
    path.write_text("search lan\nnameserver 127.0.0.11\nnameserver 9.9.9.9\n")
    assert first_name_server(path) == "127.0.0.11"
    path.write_text("nameserver fe80::1\n")
    assert first_name_server(path) == "[fe80::1]"
