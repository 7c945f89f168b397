import pytest
from flask import Flask

from storefront.limits.client_address import network_of
from storefront.limits.leaky_buckets import Limit
from storefront.limits.throttle import check_limit

ONCE = Limit("once", 1, 600)


@pytest.fixture
def narrow_app(app: Flask) -> Flask:
    @app.get("/narrow")
    def narrow() -> str:
        check_limit(app.config["LIMITS"], ONCE)
        return "in"

    return app


def test_who_comes_too_often_gets_a_page_that_says_when_to_come_back(narrow_app: Flask) -> None:
    client = narrow_app.test_client()
    assert client.get("/narrow").status_code == 200
    refused = client.get("/narrow")
    assert refused.status_code == 429
    assert refused.headers["Retry-After"] == "600"
    assert "in 10 minutes" in refused.get_data(as_text=True)


def test_scripts_get_the_same_as_json(narrow_app: Flask) -> None:
    client = narrow_app.test_client()
    client.get("/narrow")
    refused = client.get("/narrow", headers={"Accept": "application/json"})
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "600")
    assert "in 10 minutes" in refused.get_json()["error"]


def test_others_are_let_in(narrow_app: Flask) -> None:
    client = narrow_app.test_client()
    client.get("/narrow", environ_base={"REMOTE_ADDR": "192.0.2.1"})
    assert client.get("/narrow", environ_base={"REMOTE_ADDR": "192.0.2.1"}).status_code == 429
    assert client.get("/narrow", environ_base={"REMOTE_ADDR": "192.0.2.2"}).status_code == 200


def test_a_forwarded_address_is_not_believed_without_a_trusted_proxy(narrow_app: Flask) -> None:
    client = narrow_app.test_client()
    client.get("/narrow", headers={"X-Forwarded-For": "192.0.2.1"})
    assert client.get("/narrow", headers={"X-Forwarded-For": "192.0.2.2"}).status_code == 429


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        (None, "unknown"),
        ("unix:", "unknown"),
    ],
)
def test_an_ipv6_client_is_counted_by_the_network_that_it_owns(address: str | None, network: str) -> None:
    assert network_of(address) == network
