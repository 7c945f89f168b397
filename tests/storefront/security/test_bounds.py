"""What one client can take up is bounded: connections, events, bodies, JSON."""

import io
import time
from contextlib import AbstractContextManager, nullcontext

import gevent
import pytest
from flask import Flask
from flask.testing import FlaskClient
from msgspec.structs import replace
from werkzeug.exceptions import RequestTimeout

from storefront import create_app
from storefront.limits.event_allowance import SHARE, EventAllowance
from storefront.limits.limits import Limits, Verdict
from storefront.security.bounded_json import loads
from storefront.security.csrf import csrf
from storefront.security.slow_bodies import Body, SlowBodies
from storefront.settings import StorefrontSettings
from tests.storefront.browser_client import BrowserClient, browser_of
from tests.storefront.in_memory import MemoryEventPublisher, MemoryServingReader
from tests.storefront.manual_clock import Clock

OWN = {"Origin": "http://localhost"}


@pytest.fixture
def narrow_app(settings: StorefrontSettings, reader: MemoryServingReader, publisher: MemoryEventPublisher) -> Flask:
    """One event a second for a network."""
    app = create_app(
        {
            "SETTINGS": replace(settings, events_per_address=1),
            "SERVING_READER": reader,
            "EVENT_PUBLISHER": publisher,
            "LIMITS": Limits(),
            "MESSAGE_QUEUE": "",
            "SOCKET_MODE": "threading",
        }
    )
    app.test_client_class = BrowserClient
    return app


class Counted(Limits):
    """Limits that count how often they are asked."""

    asked = 0

    def allow(self, *arguments: object, **options: object):  # type: ignore[no-untyped-def]  # hands all on
        self.asked += 1
        return super().allow(*arguments, **options)  # type: ignore[arg-type]  # as it came


def test_a_network_sends_so_many_events_a_minute_and_hardly_any_waits_for_redis() -> None:
    clock = Clock()
    limits = Counted(clock=clock)
    allowance = EventAllowance(limits, per_second=10)
    assert sum(allowance.allow("net") for _ in range(600)) == 600
    assert limits.asked == 600 / SHARE
    assert not allowance.allow("net")
    assert allowance.allow("elsewhere")
    clock.now += SHARE / 10
    assert sum(allowance.allow("net") for _ in range(100)) == SHARE


def test_many_events_at_once_are_taken_from_what_is_left_and_from_new_shares_or_not_at_all() -> None:
    allowance = EventAllowance(Limits(clock=Clock()), per_second=1)
    assert allowance.allow("net")
    assert allowance.take("net", 30).allowed
    assert allowance.take("net", 9).allowed
    assert allowance.take("net", 21) == Verdict(allowed=False, retry_after=20)
    assert allowance.take("net", 20).allowed
    allowance.give_back("net", 5)
    assert sum(allowance.allow("net") for _ in range(10)) == 5


def test_the_table_of_networks_is_bounded() -> None:
    allowance = EventAllowance(Limits(), per_second=10, networks_kept=5)
    for number in range(50):
        allowance.allow(f"net{number}")
    assert len(allowance) == 5


def test_events_over_the_networks_share_are_told_so(narrow_app: Flask) -> None:
    app, client = narrow_app, browser_of(narrow_app)
    allowance = EventAllowance(app.config["LIMITS"], per_second=1)
    while allowance.allow("127.0.0.1"):
        pass
    client.get("/basket")
    answer = client.post("/interactions", json={"kind": "item_viewed", "event_id": "e1", "item": "mug"}, headers=OWN)
    assert answer.status_code == 429
    assert answer.get_json() == {"event_id": "e1", "accepted": False, "reason": "too many events"}


@pytest.mark.parametrize("text", ["[" * 100_000, '{"a":' * 100_000, "", "{", "nul"])
def test_json_that_cannot_be_read_is_a_value_error(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - what the library says varies
        loads(text)


@pytest.mark.parametrize("body", ["[" * 50_000, '{"kind":' * 10_000, "{", '"', "\x00", '{"a": 1e999}'])
def test_bad_json_is_a_bad_request(client: FlaskClient, body: str) -> None:
    client.get("/basket")
    answer = client.post("/interactions", data=body, content_type="application/json")
    assert answer.status_code in {400, 422}


class Dripping(io.BytesIO):
    """A body of which a byte comes now and then."""

    def read(self, size: int | None = -1, /) -> bytes:
        gevent.sleep(30)
        return b"x"


def test_a_body_that_drips_in_is_ended_by_408(app: Flask) -> None:
    @app.post("/form")
    def form() -> str:
        from flask import request

        return request.get_data(as_text=True)

    csrf.exempt(form)
    app.wsgi_app = SlowBodies(app.wsgi_app, gevent.Timeout, seconds=0.05)  # type: ignore[method-assign]  # as documented
    client = app.test_client()
    assert client.post("/form", data="whole").get_data(as_text=True) == "whole"
    slow = client.post("/form", input_stream=Dripping(b"never"), content_length=5)
    assert slow.status_code == 408
    assert "Request timed out" in slow.get_data(as_text=True)


def test_all_reads_together_have_one_deadline() -> None:
    given: list[float] = []

    def within(seconds: float, error: type[Exception]) -> AbstractContextManager[object]:
        given.append(seconds)
        assert error is RequestTimeout
        return nullcontext()

    body = Body(io.BytesIO(b"one\ntwo\nthree"), within, deadline=time.monotonic() + 5)
    assert [body.readline(), *body] == [b"one\n", b"two\n", b"three"]
    assert body.read() == b""
    assert given == sorted(given, reverse=True)
    assert all(0 < seconds <= 5 for seconds in given)
