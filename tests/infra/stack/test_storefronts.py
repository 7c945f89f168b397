"""Where storefronts listen, and what each is told."""

import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from infra.programs.ports import LOOPBACK, free_port
from infra.stack.home import Home
from infra.stack.settings import read_settings
from infra.stack.storefronts import Storefronts, answers_http, prefix_here
from storefront.security.own_hosts import OwnHosts


@pytest.fixture
def port() -> int:
    return free_port()


def some(count: int, folder: Path, port: int, **variables: str) -> Storefronts:
    return Storefronts(read_settings(variables), Home(folder), port, count)


def test_a_single_one_has_the_shops_own_port_and_its_socket_is_kept_for_it(tmp_path: Path, port: int) -> None:
    single = some(1, tmp_path, port)
    assert not single.has_proxy
    assert single.addresses == {"Storefront": f"{LOOPBACK}:{port}"}
    settings = single.program_settings("Storefront", {"A": "b"})
    with settings["listener"] as listener:
        assert settings["environment"] == {"A": "b", "RIVERFRONT_LISTEN_FD": str(listener.fileno())}


def test_several_keep_their_ports_from_one_start_to_the_next(tmp_path: Path, port: int) -> None:
    two, three = some(2, tmp_path, port).addresses, some(3, tmp_path, port).addresses
    assert list(two) == ["Storefront 1", "Storefront 2"]
    assert three | two == three
    assert len({*three.values(), f"{LOOPBACK}:{port}"}) == 4


def test_several_believe_the_proxy_and_know_the_shops_address(tmp_path: Path, port: int) -> None:
    two = some(2, tmp_path, port, RIVERFRONT_HOST="0.0.0.0", RIVERFRONT_TRUSTED_PROXIES="1")
    assert two.has_proxy
    told = two.program_settings("Storefront 2", {"RIVERFRONT_HOST": "0.0.0.0"})["environment"]
    assert f"{told['RIVERFRONT_HOST']}:{told['RIVERFRONT_PORT']}" == two.addresses["Storefront 2"]
    assert told["RIVERFRONT_TRUSTED_PROXIES"] == "2"
    assert len(told["RIVERFRONT_PROXY_SECRET"]) == 64
    assert told["RIVERFRONT_ADDRESS"] == two.address == f"http://{LOOPBACK}:{port}"
    assert "192.0.2.7:8000" in OwnHosts(told["RIVERFRONT_HOSTS"].split(",")), "who comes to the proxy's own address"


class Answer(BaseHTTPRequestHandler):
    """Answers as its path says."""

    def do_GET(self) -> None:
        self.send_response(int(self.path.strip("/")))
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name in the base class
        """Say nothing."""


def test_a_page_answers_if_it_answers_well() -> None:
    with HTTPServer((LOOPBACK, 0), Answer) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        address = f"http://{LOOPBACK}:{server.server_port}"
        assert answers_http(f"{address}/200")
        assert not answers_http(f"{address}/503")
        server.shutdown()
        thread.join()
    assert not answers_http(f"{address}/200")


@pytest.mark.parametrize("host", ["::1", "[::1]"])
def test_a_shop_on_an_ipv6_address_is_reached_in_brackets(tmp_path: Path, host: str) -> None:
    port = free_port("::1")
    single = some(1, tmp_path, port, RIVERFRONT_HOST=host)
    assert single.address == f"http://[::1]:{port}"
    with single.program_settings("Storefront", {})["listener"] as listener:
        assert listener.getsockname()[:2] == ("::1", port)


def test_the_prefix_is_that_of_the_address_unless_one_is_given() -> None:
    assert prefix_here({"RIVERFRONT_ADDRESS": "https://example.org/shop"}) == "/shop"
    assert prefix_here({"RIVERFRONT_PREFIX": "/shop/"}) == "/shop"
    assert prefix_here({}) == ""
