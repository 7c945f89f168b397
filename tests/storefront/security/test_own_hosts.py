"""Which names a shop answers to."""

import pytest
from werkzeug.test import Client, EnvironBuilder

from storefront.security.own_hosts import HostCheck, OwnHosts


@pytest.mark.parametrize(
    ("names", "own", "others"),
    [
        (
            ["shop.example"],
            ["shop.example", "SHOP.example:80"],
            ["a.shop.example", "shop.example.", "shop.example:x", ""],
        ),
        ([".shop.example"], ["shop.example", "a.b.shop.example"], ["notshop.example", ".example", "example"]),
        (["::1"], ["[::1]", "[0:0:0:0:0:0:0:1]:8000"], ["::1", "[::2]", "[::1", "[::1]x"]),
        (["[::1]:8000"], ["[::1]"], ["[::1%25eth0]"]),
        (["127.0.0.1"], ["127.0.0.1:9"], ["127.0.0.2", "127.0.0.1.evil.example", "2130706433"]),
        (["0.0.0.0"], ["10.1.2.3:80", "[fe80::1]"], ["evil.example", "10.1.2.3.evil.example", "localhost"]),
        (["::"], ["10.1.2.3"], ["evil.example"]),
        (["b\u00fccher.example"], ["xn--bcher-kva.example"], ["bcher.example"]),
        ([""], [], ["", ":80", "localhost"]),
    ],
)
def test_names_and_addresses(names: list[str], own: list[str], others: list[str]) -> None:
    hosts = OwnHosts(names)
    assert [host for host in own if host not in hosts] == []
    assert [host for host in others if host in hosts] == []


@pytest.mark.parametrize(
    "host", ["a" * 7_900, "a b", "a,b", "a/b", "a@b", "a\n", "shop.example\n", "<script>", "\u00e4"]
)
def test_what_no_browser_sends_is_no_host(host: str) -> None:
    assert host not in OwnHosts(["a", "b", "shop.example"])


def test_only_health_checks_and_who_brings_a_token_for_metrics_come_by_any_name() -> None:
    def application(environ, start_response):  # type: ignore[no-untyped-def]  # as WSGI has it
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [b"the shop"]

    client = Client(HostCheck(application, OwnHosts(["shop.example"])))
    evil = {"Host": "evil.example"}
    assert client.get("/healthz", headers=evil).status_code == 200
    assert client.get("/healthz/ready", headers=evil).status_code == 200
    assert client.get("/metrics", headers={**evil, "Authorization": "Bearer some"}).status_code == 200
    for path in ("/metrics", "/", "/healthz/other", "/healthzz", "/metrics/", "/socket.io/"):
        answer = client.get(path, headers=evil)
        assert (answer.status_code, answer.mimetype) == (400, "text/plain")
        assert "RIVERFRONT_HOSTS" in answer.get_data(as_text=True)


def test_who_names_no_host_has_come_to_the_address() -> None:
    def application(environ, start_response):  # type: ignore[no-untyped-def]  # as WSGI has it
        start_response("200 OK", [])
        return [b""]

    environ = EnvironBuilder("/").get_environ()
    environ.pop("HTTP_HOST")
    answered: list[str] = []
    list(HostCheck(application, OwnHosts(["localhost"]))(environ, lambda status, _: answered.append(status)))  # type: ignore[arg-type]
    assert answered == ["200 OK"]
