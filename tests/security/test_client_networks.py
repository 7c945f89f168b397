"""Behind the proxy that `up --storefronts` starts, events say which of them come from one network."""

import http.client
import json
import os
import socket
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import pytest
import websocket
from redis import Redis
from socketio import packet as socket_io

from infra.programs.binaries import Missing, find_nginx
from infra.programs.ports import LOOPBACK, free_port
from infra.programs.program import Child
from infra.stack.home import Home
from infra.stack.settings import read_settings
from infra.stack.storefronts import Storefronts, as_host
from infra.visitors.packets import decode_packet, encode_packet
from online_models.schema.messages import INTERACTION
from tests.storefront.running_shop import DEADLINE, ITEMS, ShopProcess, publish_catalog, wait_until

pytestmark = pytest.mark.integration

ONE, OTHER = "127.0.0.1", "127.0.0.2"
"""Two clients of this machine: a connection may come from any address of the loopback network."""


class ProxiedShop:
    """A storefront behind the proxy, each told what the local stack tells it."""

    def __init__(self, port: int, home: Path, storefront: int) -> None:
        self.port, self._home, self._storefront = port, home, storefront

    def ask(self, client: str, method: str, path: str, body: object = None, **headers: str) -> http.client.HTTPResponse:
        connection = http.client.HTTPConnection(LOOPBACK, self.port, DEADLINE, source_address=(client, 0))
        origin = {"Origin": f"http://{LOOPBACK}:{self.port}", "Content-Type": "application/json"}
        with closing(connection):
            connection.request(method, path, json.dumps(body) if body else None, origin | headers)
            answer = connection.getresponse()
            answer.read()
        return answer

    def cookie(self, client: str) -> str:
        """Return the cookie of a new visitor."""
        return str(self.ask(client, "GET", "/").headers["Set-Cookie"]).partition(";")[0]

    def view(self, client: str, **headers: str) -> None:
        """View a product by HTTP, as a new visitor."""
        fields = {"kind": "item_viewed", "item": ITEMS[0], "surface": "product"}
        assert self.ask(client, "POST", "/interactions", fields, Cookie=self.cookie(client), **headers).status == 202

    def view_past_the_proxy(self, client: str, **headers: str) -> None:
        """View a product by HTTP at the storefront's own port, which other users of the machine reach too."""
        ProxiedShop(self._storefront, self._home, self._storefront).view(client, **headers)

    def view_by_socket(self, client: str) -> None:
        """View a product over a socket, as a new visitor."""
        address = f"{LOOPBACK}:{self.port}"
        cookie = self.cookie(client)
        with socket.create_connection((LOOPBACK, self.port), DEADLINE, source_address=(client, 0)) as connection:
            page = websocket.create_connection(
                f"ws://{address}/socket.io/?EIO=4&transport=websocket",
                socket=connection,
                origin=f"http://{address}",
                cookie=cookie,
            )
            page.send(encode_packet(socket_io.CONNECT))
            self._wait_for(page, socket_io.CONNECT)
            fields = {"kind": "item_viewed", "item": ITEMS[0], "surface": "product"}
            page.send(encode_packet(socket_io.EVENT, [INTERACTION, fields], 1))
            self._wait_for(page, socket_io.ACK)

    @staticmethod
    def _wait_for(page: websocket.WebSocket, kind: int) -> None:
        while (packet := decode_packet(page.recv())) is None or packet.packet_type != kind:
            pass

    def views(self) -> list[dict[str, Any]]:
        """Return the views that were taken in, which wait on disk: there is no Kafka."""
        lines = [line for spool in self._home.glob("spool/*.jsonl") for line in spool.read_bytes().splitlines()]
        return [event for event in map(json.loads, lines) if event["kind"] == "item_viewed"]


@pytest.fixture
def proxied(tmp_path: Path, redis_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[ProxiedShop]:
    try:
        find_nginx()
    except Missing as missing:
        pytest.skip(str(missing))
    with Redis.from_url(redis_url) as client:
        client.flushall()
        publish_catalog(client)
    home, port = Home(tmp_path), free_port()
    (tmp_path / "log").mkdir(parents=True, exist_ok=True)
    front = Storefronts(read_settings({}), home, port, 2)
    told = front.program_settings("Storefront 1", {})["environment"]
    for name, value in told.items():
        monkeypatch.setitem(os.environ, name, value)
    storefront = ShopProcess(tmp_path, int(told["RIVERFRONT_PORT"]), redis_url)
    with ExitStack() as stack:
        stack.callback(storefront.stop)
        storefront.start()
        program = front.proxy_program()
        assert program.listener
        stack.enter_context(program.listener)
        proxy = Child(program)
        stack.callback(proxy.stop)
        proxy.wait_until_ready()
        assert front.address.endswith(f"{as_host(LOOPBACK)}:{port}")
        yield ProxiedShop(port, tmp_path, int(told["RIVERFRONT_PORT"]))


def test_two_clients_behind_the_proxy_are_two_networks(proxied: ProxiedShop) -> None:
    for client in (ONE, OTHER):
        proxied.view(client)
        proxied.view(client)
        proxied.view_by_socket(client)
    wait_until(lambda: len(proxied.views()) == 6)
    views = proxied.views()
    networks = [event["network"] for event in views]
    assert len({event["visitor"] for event in views}) == 6
    assert len(set(networks[:3])) == len(set(networks[3:])) == 1
    assert networks[0] != networks[3]


def test_a_client_cannot_say_which_network_it_is(proxied: ProxiedShop) -> None:
    proxied.view(ONE)
    proxied.view(ONE, **{"X-Forwarded-For": OTHER, "X-Real-IP": OTHER})
    wait_until(lambda: len(proxied.views()) == 2)
    assert len({event["network"] for event in proxied.views()}) == 1


@pytest.mark.parametrize("proof", [{}, {"X-Riverfront-Proxy": "guessed"}])
def test_who_goes_past_the_proxy_cannot_say_which_network_it_is(proxied: ProxiedShop, proof: dict[str, str]) -> None:
    proxied.view_past_the_proxy(ONE)
    for forged in ("203.0.113.1", "203.0.113.2"):
        proxied.view_past_the_proxy(ONE, **proof, **{"X-Forwarded-For": forged})
    wait_until(lambda: len(proxied.views()) == 3)
    assert len({event["network"] for event in proxied.views()}) == 1
