"""URLs of a Redis that no client could use are refused at the start, in words."""

from pathlib import Path

import pytest

from connections.environment import EnvironmentSettings, InvalidSetting, RedisUrl, read_environment
from connections.redis_url import problem_of
from tests.certificates import Certificates


class StoreSettings(EnvironmentSettings, frozen=True, kw_only=True):
    """Settings of these tests."""

    redis: RedisUrl = "redis://localhost:6379/0"


@pytest.mark.parametrize(
    "url",
    [
        "redis://localhost:6379/0",
        "redis://shop:hush@cache:6379/1",
        "rediss://:hush@cache?ssl_cert_reqs=none&ssl_check_hostname=false",
        "unix://shop:hush@/run/with%20space/redis.sock?db=2",
    ],
)
def test_a_url_that_a_client_can_use_has_no_problem(url: str) -> None:
    assert problem_of(url) == ""


def test_certificates_are_read(certificates: Certificates) -> None:
    client = certificates.client
    files = f"ssl_ca_certs={certificates.authority}&ssl_certfile={client.certificate}&ssl_keyfile={client.key}"
    assert problem_of(f"rediss://cache/0?{files}") == ""
    swapped = f"ssl_certfile={client.key}&ssl_keyfile={client.certificate}"
    assert "must name a certificate as PEM and its key" in problem_of(f"rediss://cache/0?{swapped}")


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("redis://:hush@cache:port/0", "cannot be used: Port could not be cast to integer value as 'port'."),
        ("redis://:hush@cache/0?db=two", "cannot be used: Invalid value for 'db' in connection URL."),
        ("redis://:hush@cache/0?ssl_ca_certs=/ca.pem", "cannot be used: redis-py does not know an option of it"),
        ("unix://:hush@/run/redis.sock?sokcet_timeout=1", "does not know an option of it ('sokcet_timeout')."),
        (
            "rediss://:hush@cache/0?ssl_ca_certs=/nowhere.pem",
            "ssl_ca_certs must name certificates as PEM, not '/nowhere.pem'",
        ),
        ("rediss://:hush@cache/0?ssl_cert_reqs=perhaps", "Invalid SSL Certificate Requirements"),
    ],
)
def test_what_is_wrong_is_said_without_the_password(url: str, problem: str) -> None:
    with pytest.raises(InvalidSetting) as refusal:
        read_environment(StoreSettings, {"RIVERFRONT_REDIS": url})
    assert str(refusal.value).startswith("RIVERFRONT_REDIS ")
    assert problem in str(refusal.value)
    assert "hush" not in str(refusal.value)


def test_a_file_of_no_certificate_is_refused(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("nothing")
    assert "ssl_ca_certs must name certificates as PEM" in problem_of(f"rediss://c/0?ssl_ca_certs={tmp_path}/ca.pem")
