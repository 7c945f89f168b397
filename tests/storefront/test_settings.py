from pathlib import Path

import pytest

from connections.environment import InvalidSetting
from storefront.security.own_hosts import OwnHosts
from storefront.settings import KafkaClient, StorefrontSettings, read_settings

KEY = "0123456789abcdef" * 4


def test_an_empty_environment_gives_the_defaults() -> None:
    assert read_settings({"RIVERFRONT_DEMO": "1"}) == StorefrontSettings(demo=True)


def test_every_variable_is_read() -> None:
    settings = read_settings(
        {
            "RIVERFRONT_HOME": "/srv/shop",
            "RIVERFRONT_HOST": "0.0.0.0",
            "RIVERFRONT_PORT": "9000",
            "RIVERFRONT_KAFKA": "one:9092,two:9092",
            "RIVERFRONT_KAFKA_CLIENT": "librdkafka",
            "RIVERFRONT_REDIS": "rediss://cache:6380/1",
            "RIVERFRONT_DATABASE": "postgresql://shop@db/shop",
            "RIVERFRONT_SECRET": KEY,
            "RIVERFRONT_SECRET_OLD": f"{KEY[::-1]}, {KEY[1:]}0",
            "RIVERFRONT_HOSTS": "Shop.example, .shop.example",
            "RIVERFRONT_METRICS_TOKEN": KEY,
            "RIVERFRONT_EVENTS_PER_ADDRESS": "70",
            "RIVERFRONT_SOCKETS_PER_ADDRESS": "80",
            "RIVERFRONT_LOG_LEVEL": "debug",
            "RIVERFRONT_TLS": "1",
            "RIVERFRONT_OPS_OPEN": "yes",
            "RIVERFRONT_TRUSTED_PROXIES": "2",
            "RIVERFRONT_EVENTS_PER_SECOND": "5",
            "RIVERFRONT_EVENTS_BURST": "9",
            "RIVERFRONT_SPOOL_BYTES": "65536",
            "UNRELATED": "x",
        }
    )

    assert settings == StorefrontSettings(
        home=Path("/srv/shop"),
        host="0.0.0.0",
        port=9000,
        kafka="one:9092,two:9092",
        kafka_client=KafkaClient.LIBRDKAFKA,
        redis="rediss://cache:6380/1",
        database="postgresql://shop@db/shop",
        secret=KEY,
        secret_old=(KEY[::-1], f"{KEY[1:]}0"),
        hosts=("shop.example", ".shop.example"),
        metrics_token=KEY,
        events_per_address=70,
        sockets_per_address=80,
        log_level="DEBUG",
        tls=True,
        ops_open=True,
        trusted_proxies=2,
        events_per_second=5.0,
        events_burst=9,
        spool_bytes=65_536,
    )


def test_the_database_is_in_the_home_folder_unless_told_otherwise() -> None:
    assert (
        read_settings({"RIVERFRONT_HOME": "/srv/shop", "RIVERFRONT_SECRET": KEY}).database
        == "sqlite:////srv/shop/shop.db"
    )


def test_this_machine_the_address_it_listens_on_and_the_public_one_are_always_the_shops() -> None:
    said = {"DEMO": "1", "HOST": "192.0.2.7", "ADDRESS": "https://shop.example:8443", "HOSTS": "www.shop.example"}
    own = OwnHosts(read_settings({f"RIVERFRONT_{name}": value for name, value in said.items()}).own_hosts)
    for host in ("localhost:1", "127.0.0.1", "[::1]", "192.0.2.7:8000", "shop.example", "www.shop.example"):
        assert host in own
    for host in ("evil.example", "192.0.2.8", "a.shop.example"):
        assert host not in own


@pytest.mark.parametrize("host", [".", "a b", "shop.example/path", "https://shop.example", "x" * 300])
def test_what_is_no_host_is_named(host: str) -> None:
    with pytest.raises(InvalidSetting, match="RIVERFRONT_HOSTS"):
        read_settings({"RIVERFRONT_DEMO": "1", "RIVERFRONT_HOSTS": host})


def test_each_process_has_a_spool_of_its_own() -> None:
    assert StorefrontSettings(port=8001).spool != StorefrontSettings(port=8002).spool


@pytest.mark.parametrize(
    ("said", "confirms"),
    [
        ({}, False),
        ({"MAIL": "console"}, False),
        ({"MAIL": "smtp://mail.example"}, True),
        ({"MAIL": "smtps://mail.example", "CONFIRM_ADDRESSES": "no"}, False),
        ({"CONFIRM_ADDRESSES": "yes"}, True),
    ],
)
def test_addresses_are_confirmed_where_letters_go_out_unless_told_otherwise(
    said: dict[str, str], confirms: bool
) -> None:
    given = {f"RIVERFRONT_{name}": value for name, value in said.items()}
    assert read_settings({"RIVERFRONT_DEMO": "1", **given}).confirm_addresses is confirms


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "eighty"),
        ("PORT", "0"),
        ("PORT", "70000"),
        ("REDIS", "localhost:6379"),
        ("DATABASE", "mysql://db/shop"),
        ("TLS", "perhaps"),
        ("CONFIRM_ADDRESSES", "perhaps"),
        ("LOG_LEVEL", "loud"),
        ("KAFKA_CLIENT", "java"),
        ("EVENTS_BURST", "0"),
    ],
)
def test_a_bad_value_is_named(name: str, value: str) -> None:
    with pytest.raises(InvalidSetting, match=f"RIVERFRONT_{name}.*{value}"):
        read_settings({"RIVERFRONT_DEMO": "1", f"RIVERFRONT_{name}": value})
