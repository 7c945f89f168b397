"""The gate before a real Engine.IO, by requests without a websocket."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from engineio.payload import Payload
from flask import Flask
from msgspec.structs import replace
from werkzeug.test import TestResponse

from storefront.extensions import socketio
from storefront.limits.connections import MOST_OF_A_VISITOR
from storefront.settings import StorefrontSettings
from storefront.visitor_state.visitors import COOKIE
from storefront.web.live.gate import JOIN_SECONDS, LEAVE_SECONDS
from tests.storefront.browser_client import BrowserClient, browser_of

HANDSHAKE = "/socket.io/?EIO=4&transport=polling"


class Later:
    """What is to be done later, done when a test says so."""

    def __init__(self) -> None:
        self._due: list[tuple[float, Callable[..., object], tuple[object, ...]]] = []

    def __call__(self, seconds: float, work: Callable[..., object], *arguments: object) -> None:
        self._due.append((seconds, work, arguments))

    def come(self, seconds: float) -> None:
        due = [one for one in self._due if one[0] <= seconds]
        self._due = [one for one in self._due if one[0] > seconds]
        for _, work, arguments in due:
            work(*arguments)


@pytest.fixture
def later() -> Later:
    return Later()


@pytest.fixture
def settings(settings: StorefrontSettings) -> StorefrontSettings:
    return replace(settings, sockets=30, sockets_per_address=25, events_per_second=1.0, events_burst=20, ops_open=True)


@pytest.fixture
def app_config(app_config: dict[str, Any], later: Later) -> dict[str, Any]:
    return app_config | {"CALL_LATER": later}


class Page:
    """A page without a websocket."""

    def __init__(self, app: Flask, network: str = "192.0.2.1") -> None:
        self.client: BrowserClient = browser_of(app)
        self.client.environ_base["REMOTE_ADDR"] = network
        self.client.get("/")
        self.session = ""

    def open(self) -> TestResponse:
        answer = self.client.get(HANDSHAKE)
        if answer.status_code == 200:
            self.session = json.loads(answer.get_data(as_text=True)[1:])["sid"]
        return answer

    def say(self, *packets: str) -> TestResponse:
        return self.client.post(f"{HANDSHAKE}&sid={self.session}", data="\x1e".join(packets))

    def hear(self) -> str:
        return self.client.get(f"{HANDSHAKE}&sid={self.session}").get_data(as_text=True)

    def join(self) -> None:
        self.open()
        self.say("40")
        assert self.hear().startswith("40")


def sockets(app: Flask) -> int:
    """What the shop counts."""
    figures = app.test_client().get("/metrics").get_data(as_text=True)
    return next(int(float(line.split()[1])) for line in figures.splitlines() if line.startswith("riverfront_sockets "))


def sessions() -> int:
    """What there is."""
    return sum(not one.closed for one in socketio.server.eio.sockets.values())


@pytest.mark.parametrize("cookie", ["", "v1", "v1.forged", "\x00", "é"])
def test_without_the_shops_cookie_nothing_is_made(app: Flask, cookie: str) -> None:
    page = Page(app)
    page.client.delete_cookie(COOKIE)
    if cookie:
        page.client.set_cookie(COOKIE, cookie)
    answer = page.open()
    assert answer.status_code == 401
    assert "cookie" in answer.get_json()["message"]
    assert (sockets(app), sessions()) == (0, 0)


def test_a_visitor_opens_so_many_and_is_told_why_no_more(app: Flask) -> None:
    page = Page(app)
    assert [page.open().status_code for _ in range(MOST_OF_A_VISITOR + 1)] == [200] * MOST_OF_A_VISITOR + [429]
    assert "pages open" in page.open().get_json()["message"]
    assert sockets(app) == sessions() == MOST_OF_A_VISITOR


def test_the_shop_has_so_many_and_says_when_to_come_back(app: Flask) -> None:
    for number in range(30):
        assert Page(app, network=f"192.0.2.{number}").open().status_code == 200
    refused = Page(app, network="192.0.2.99").open()
    assert refused.status_code == 503
    assert refused.headers["Retry-After"] == str(refused.get_json()["retry_after"])
    assert Page(app).client.get("/").status_code == 200


def test_a_network_does_not_open_and_close_without_end(app: Flask) -> None:
    page = Page(app)
    codes: list[int] = []
    while len(codes) < 500 and codes[-1:] != [429]:
        codes.append(page.open().status_code)
        page.say("1")
    assert 50 <= codes.count(200) < 500
    assert sockets(app) == 0
    assert Page(app, network="198.51.100.1").open().status_code == 200


def test_a_connection_that_does_not_join_is_ended(app: Flask, later: Later) -> None:
    silent, joined = Page(app), Page(app)
    silent.open()
    joined.join()
    later.come(JOIN_SECONDS)
    assert sockets(app) == sessions() == 1
    assert joined.say("42" + json.dumps(["catch_up", {}])).status_code == 200


@pytest.mark.parametrize(
    "said",
    [
        ["40"],
        ["40", "40", "40"],
        ["41"],
        ["41", "41", "40", "41", "40"],
        ["40/admin,", "41/admin,", "40/,", "41/,"],
        ['42["connect"]', '42["connect",{}]', '421["connect",{"ops":true}]'],
        ['42["disconnect"]', '42["disconnect","client disconnect"]', '421["disconnect"]'],
        ["44{}", "43[]", '451-["connect",{"_placeholder":true,"num":0}]', "bAAAA"],
        ["42[]", "42{}", "42", '42["', "42[null]", '42[["connect"]]', "42[{}]", "42[1]"],
        ["5", "6", "2", "3", "3", "2probe", "3probe"],
    ],
)
def test_whatever_a_page_says_it_counts_as_one_until_it_ends(
    app: Flask, later: Later, caplog: pytest.LogCaptureFixture, said: list[str]
) -> None:
    page, other = Page(app), Page(app)
    other.join()
    page.join()
    for packet in said:
        page.say(packet)
        assert sockets(app) == sessions()
    later.come(LEAVE_SECONDS)
    assert sockets(app) == sessions()
    page.say("1")
    later.come(JOIN_SECONDS)
    assert sockets(app) == sessions() == 1
    assert other.say("42" + json.dumps(["catch_up", {}])).status_code == 200
    assert "Traceback" not in caplog.text


def test_a_page_that_left_does_not_come_back_on_its_connection(app: Flask, later: Later) -> None:
    page = Page(app)
    page.join()
    page.say("41")
    page.say("40")
    assert "44" in page.hear()
    later.come(LEAVE_SECONDS)
    assert sockets(app) == sessions() == 0


def test_messages_over_the_allowance_end_the_connection(app: Flask) -> None:
    page, other = Page(app), Page(app)
    page.join()
    other.join()
    message = "42" + json.dumps(["catch_up", {"lists": []}])
    answers: list[int] = []
    while len(answers) < 500 and answers[-1:] in ([], [200]):
        answers.append(page.say(*[message] * 16).status_code)
    assert len(answers) > 4
    assert answers[-1] == 429
    assert sockets(app) == sessions() == 1
    assert other.say(message).status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        "x" * (64 * 1024 + 1),
        "\x1e" * (Payload.max_decode_packets + 1),
        "",
        "x",
        "4\x1e\x1e4",
        "d=4",
        "bAAAA",
        "8",
    ],
)
def test_what_is_no_payload_ends_the_connection(app: Flask, caplog: pytest.LogCaptureFixture, body: str) -> None:
    page = Page(app)
    page.join()
    assert page.say(body).status_code in {400, 413}
    assert sockets(app) == sessions() == 0
    assert "Traceback" not in caplog.text


def test_a_session_that_is_not_there_is_refused(app: Flask) -> None:
    page = Page(app)
    page.session = "made-up"
    assert page.say("40").status_code == 400
    assert page.client.get(f"{HANDSHAKE}&sid=made-up").status_code == 400
    assert sockets(app) == 0


@pytest.mark.parametrize("query", ["", "?EIO=3&transport=polling", "?EIO=4&transport=websocket", "?transport=none"])
def test_what_engine_io_refuses_is_not_counted(app: Flask, query: str) -> None:
    page = Page(app)
    assert page.client.get(f"/socket.io/{query}").status_code == 400
    assert page.client.post(HANDSHAKE, data="40").status_code == 400
    assert (sockets(app), sessions()) == (0, 0)


def test_a_page_of_another_origin_is_not_counted(app: Flask) -> None:
    page = Page(app)
    page.client.environ_base["HTTP_ORIGIN"] = "https://evil.example"
    assert page.open().status_code == 400
    assert (sockets(app), sessions()) == (0, 0)
