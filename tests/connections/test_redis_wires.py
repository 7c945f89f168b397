"""Every kind of address of a Redis with users, and over TLS: a unix socket, a host, a host over TLS."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import quote, urlencode

import pytest
import redis

from connections.redis_client import connect
from consumers.clock import Clock
from consumers.redis.outbox import Outbox
from infra.programs.binaries import find_redis_server
from infra.programs.program import Child, Program
from infra.redis.server import answers_ping
from online_models.schema.messages import PUSH_CHANNEL
from storefront.web.live.rooms import rooms_of
from tests.certificates import Certificates
from tests.conftest import RedisUrls
from tests.redis_line import RedisLine

pytestmark = pytest.mark.integration

KEY = "riverfront:popular"


@pytest.fixture(scope="module")
def open_redis() -> Iterator[str]:
    """Address of a Redis that asks for no password."""
    with TemporaryDirectory() as folder:
        url, words = (
            f"unix://{folder}/redis.sock",
            ("--port", "0", "--unixsocket", f"{folder}/redis.sock", "--save", ""),
        )
        program = Program("Redis", (find_redis_server(), *words), Path(folder, "log"), ready=lambda: answers_ping(url))
        child = Child(program)
        try:
            child.wait_until_ready()
            yield url
        finally:
            child.stop()


@pytest.fixture(params=["without users", "as it is", "over TCP", "over TLS"])
def url(request: pytest.FixtureRequest, redis_server: RedisUrls) -> Iterator[str]:
    if request.param == "without users":
        yield request.getfixturevalue("open_redis")
    elif request.param == "over TLS":
        yield request.getfixturevalue("tls_redis_url")
    elif request.param == "over TCP":
        with RedisLine(redis_server.processes) as line:
            yield line.url
    else:
        yield redis_server.processes


def test_a_client_reads_and_writes(url: str) -> None:
    with connect(url, 5.0) as client:
        client.set(KEY, "mug", ex=10)
        assert client.get(KEY) == b"mug"


def test_the_learners_writes_arrive(url: str) -> None:
    outbox = Outbox(url, Clock())
    outbox.put("slot", ("SET", KEY, "lamp", "EX", 10))
    assert outbox.flush()
    outbox.close()
    with connect(url, 5.0) as client:
        assert client.get(KEY) == b"lamp"


def test_storefronts_publish_and_hear(url: str) -> None:
    with connect(url, 5.0) as client:
        heard: Any = client.pubsub(ignore_subscribe_messages=True)
        heard.subscribe(PUSH_CHANNEL)
        heard.get_message(timeout=5.0)
        rooms: Any = rooms_of(url, PUSH_CHANNEL)
        rooms._publish({"method": "emit", "event": "hello"})
        while (message := heard.get_message(timeout=5.0)) is None or b"hello" not in message["data"]:
            pass
        heard.close()
        rooms.redis.close()


def test_a_wrong_password_is_refused_and_not_repeated(url: str) -> None:
    user, _, rest = url.partition("@")
    if rest:
        scheme, name, password = user.split(":")
    else:
        # This one has no users but the one without a name.
        scheme, name, password, rest = url.partition(":")[0], "//nobody", "nobody's", url.partition("//")[2]
    wrong = f"{scheme}:{name}:{quote('not ' + password)}@{rest}"
    with connect(wrong, 5.0) as client, pytest.raises(redis.AuthenticationError) as refusal:
        client.ping()
    assert password not in str(refusal.value)


def test_without_a_certificate_nobody_gets_in(tls_line: RedisLine, certificates: Certificates) -> None:
    only_authority = urlencode({"ssl_ca_certs": certificates.authority})
    with connect(f"{tls_line.url}?{only_authority}", 5.0) as client, pytest.raises(redis.ConnectionError):
        client.ping()


def test_a_server_that_an_unknown_authority_has_signed_is_not_believed(tls_line: RedisLine) -> None:
    with connect(tls_line.url, 5.0) as client, pytest.raises(redis.ConnectionError, match="CERTIFICATE_VERIFY_FAILED"):
        client.ping()
