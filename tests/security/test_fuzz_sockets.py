"""Messages and frames of all kinds on a page's socket: it is answered or closed, and the shop goes on for others."""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import partial
from typing import get_args

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st
from websocket import ABNF, WebSocketException

from infra.visitors.socket_visitor import visit
from online_models.schema.messages import CATCH_UP, INTERACTION, RANKING_DRAWN, MessageName
from storefront.events.intake import FIELDS
from tests.security.flooded_shop import FloodedShop, a_shop
from tests.security.hostile import EXAMPLES, any_texts, event_texts, fuzzing, json_texts, mutated, tell
from tests.security.raw_socket import RawSocket
from tests.storefront.running_shop import DEADLINE, wait_until

pytestmark = pytest.mark.integration

NAMES = (*get_args(MessageName), "connect", "disconnect", "connect_error", "message", "error", "*", "")
ASKED = tuple(
    sorted({name for names in FIELDS.values() for name in names} | {"event_id", "occurred_at", "lists", "account"})
)
CLOSED = (OSError, WebSocketException)

messages = st.sampled_from(NAMES) | any_texts.filter(lambda text: len(text) < 200)
arguments = json_texts | event_texts(tuple(FIELDS), ASKED)


@pytest.fixture(scope="module")
def running(redis_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FloodedShop]:
    """A shop whose limits nobody reaches: they would close sockets before their messages are read."""
    limits = {"events_per_second": 100_000, "events_burst": 1_000_000, "events_per_address": 1_000_000}
    with a_shop(redis_url, tmp_path_factory.mktemp("home"), sockets_per_address=1_000_000, **limits) as shop:
        yield shop


@pytest.fixture
def shop(running: FloodedShop) -> Iterator[FloodedShop]:
    """The same, which afterwards answers others as ever, has logged no error of its own, and counts no socket."""
    yield running
    running.ask()
    with RawSocket(running.address) as other:
        assert other.ask(INTERACTION, '{"kind":"item_viewed","item":"item01"}')["accepted"]
    wait_until(lambda: running.count_sockets() == 0)
    assert "Traceback" not in running.log
    assert running.count_refused("too_much") == 0


class Pages:
    """One page at a time, which is opened again when the shop has closed it."""

    def __init__(self, shop: FloodedShop) -> None:
        self._address = shop.address
        self._cookie = visit(shop.address, DEADLINE)
        self._page: RawSocket | None = None
        self.closed = 0

    def page(self) -> RawSocket:
        self._page = self._page or RawSocket(self._address, self._cookie)
        return self._page

    def drop(self) -> None:
        page, self._page = self._page, None
        if page is not None:
            with suppress(*CLOSED):
                page.close()

    def say(self, *frames: str | bytes) -> None:
        """Send frames, on a new connection where the shop has closed the one before."""
        self._each([partial(RawSocket.send, frame=frame) for frame in frames])

    def write(self, *raws: bytes) -> None:
        """Send what need not be frames."""
        self._each([partial(RawSocket.write, raw=raw) for raw in raws])

    def _each(self, acts: Sequence[Callable[[RawSocket], None]]) -> None:
        for act in acts:
            try:
                act(self.page())
            except CLOSED:
                self.closed += 1
                self.drop()


@pytest.fixture
def pages(shop: FloodedShop) -> Iterator[Pages]:
    pages = Pages(shop)
    yield pages
    pages.drop()


def quoted(text: str) -> str:
    return '"' + "".join(f"\\u{ord(sign):04x}" if ord(sign) < 0x10000 else "x" for sign in text) + '"'


def test_events_of_every_name_with_any_json(pages: Pages) -> None:
    seen: Counter[str] = Counter()

    @fuzzing(400)
    @given(messages, st.lists(arguments, max_size=3), st.none() | st.integers(0, 10**6))
    def say(name: str, given_: list[str], number: int | None) -> None:
        words = ",".join((quoted(name), *given_))
        pages.say(f"42{'' if number is None else number}[{words}]")
        seen[name if name in NAMES else "another name"] += 1

    say()
    for name in NAMES:
        pages.say(f"42[{quoted(name)}]", f"421[{quoted(name)},null]")
        seen[name] += 2
    tell("events sent", seen)
    assert seen.total() >= (EXAMPLES or 400)


def is_unreadable(fields: str) -> bool:
    """Say whether JSON is nested more deeply, or longer, than a message may be: it is dropped, and not answered."""
    return "[" * 900 in fields or len(fields) > 40_000


def test_every_report_has_its_receipt(pages: Pages) -> None:
    seen: Counter[str] = Counter()

    @fuzzing(300)
    @given(st.sampled_from([INTERACTION, RANKING_DRAWN]), event_texts(tuple(FIELDS), ASKED))
    def report(name: str, fields: str) -> None:
        if is_unreadable(fields):
            pages.say(f'421["{name}",{fields}]')
            seen["unreadable"] += 1
            return
        receipt = pages.page().ask(name, fields)
        assert receipt["accepted"] or receipt["reason"]
        seen["accepted" if receipt["accepted"] else "refused"] += 1

    report()
    tell("receipts", seen)
    assert seen.total() >= (EXAMPLES or 300)
    assert min(seen["accepted"], seen["refused"]) > 5


def test_every_page_that_comes_back_has_its_answer(pages: Pages) -> None:
    seen: Counter[str] = Counter()

    @fuzzing(100)
    @given(arguments.filter(lambda fields: not is_unreadable(fields)))
    def ask(fields: str) -> None:
        assert isinstance(pages.page().ask(CATCH_UP, fields)["messages"], list)
        seen["answered"] += 1

    ask()
    tell("pages that come back", seen)
    assert seen.total() >= (EXAMPLES or 100)


ODD = (
    "",
    "4",
    "42",
    "42[]",
    "42{}",
    "42null",
    "42[null]",
    "42[[]]",
    "42[{}]",
    "421",
    "42/x,[1]",
    "40/x,",
    "40{",
    "40",
    "41",
    "43",
    "431[]",
    "43[]",
    "44",
    "45",
    '459999999999-["interaction",{"_placeholder":true,"num":0}]',
    '451-["interaction",{"_placeholder":true,"num":7}]',
    '451-["interaction",{"_placeholder":true,"num":-1}]',
    "461-1[]",
    "47",
    "49",
    "2probe",
    "5",
    "6",
    "1",
    "b",
    "b!",
    "bAAAA",
    "4" + "2" * 200,
    "42" + "9" * 101 + "[]",
    "42[" * 2_000,
    "4\N{SUPERSCRIPT TWO}",
    "\N{SUPERSCRIPT TWO}",
    b"",
    b"\x00",
    b"4",
    b"\xff" * 60,
)
report = b'421["interaction",{"kind":"item_viewed","item":"item01"}]'
frames: st.SearchStrategy[str | bytes] = (
    st.text(max_size=60)
    | st.binary(max_size=60)
    | st.tuples(st.sampled_from("0123456bp-"), st.sampled_from('0123456789/-{["'), st.text(max_size=20)).map("".join)
    # Answers to what was never asked.
    | st.tuples(st.integers(0, 10**20), json_texts).map(lambda answer: f"43{answer[0]}[{answer[1]}]")
    # Packets with attachments, of which some come.
    | st.tuples(st.integers(0, 3), json_texts).map(lambda packet: f'45{packet[0]}-["interaction",{packet[1]}]')
    | mutated(report)
    | mutated(report).map(lambda packet: packet.decode("utf-8", "replace"))
    | st.sampled_from(ODD)
)


def test_frames_of_any_kind(pages: Pages) -> None:
    seen: Counter[str] = Counter()

    @fuzzing(400)
    @given(st.lists(frames, min_size=1, max_size=3))
    def say(said: list[str | bytes]) -> None:
        pages.say(*said)
        seen.update("bytes" if isinstance(frame, bytes) else "text" for frame in said)

    say()
    tell("frames sent", seen)
    assert seen.total() >= (EXAMPLES or 400)
    assert pages.closed > 0


SHORT = 125
"""Bytes of a frame whose length is in one byte."""


@st.composite
def parts_of_frames(draw: st.DrawFn) -> bytes:
    """A frame of any opcode, the reserved ones too: a first, middle or last part, with a mask that changes nothing."""
    data = draw(st.binary(max_size=SHORT) | mutated(report))[:SHORT]
    is_last, reserved, opcode = draw(st.booleans()), draw(st.sampled_from([0, 0, 0, 4])), draw(st.integers(0, 15))
    is_masked = draw(st.sampled_from([True, True, True, False]))
    head = bytes(
        [is_last << 7 | reserved << 4 | opcode, is_masked << 7 | draw(st.just(len(data)) | st.integers(0, 127))]
    )
    return head + (bytes(4) if is_masked else b"") + data


def test_parts_of_frames_in_any_order(pages: Pages) -> None:
    seen: Counter[str] = Counter()

    @fuzzing(200)
    @given(st.lists(parts_of_frames(), min_size=1, max_size=4), st.booleans())
    def say(said: list[bytes], hangs_up: bool) -> None:
        pages.write(*said)
        if hangs_up:
            pages.drop()
        seen["sent"] += len(said)

    say()
    tell("parts of frames sent", seen)
    assert seen.total() >= (EXAMPLES or 200)
    assert pages.closed > 0


def test_a_frame_that_ends_before_its_end(shop: FloodedShop) -> None:
    seen: Counter[str] = Counter()
    cookie = shop.new_visitor()
    whole = ABNF.create_frame(report, ABNF.OPCODE_TEXT).format()

    @fuzzing(40)
    @given(st.integers(0, len(whole)))
    def send(length: int) -> None:
        opened = shop.open_socket(cookie)
        opened.wire.sendall(whole[:length])
        opened.abort()
        seen["sent"] += 1

    send()
    tell("frames cut off", seen)
    assert seen.total() >= min(EXAMPLES or 40, len(whole))


def test_bodies_of_any_kind_without_a_websocket(shop: FloodedShop) -> None:
    seen: Counter[int] = Counter()
    opening = f"{shop.address}/socket.io/?EIO=4&transport=polling"
    cookie = shop.new_visitor()

    @fuzzing(100)
    @given(frames | st.lists(st.text(max_size=20), max_size=20).map("\x1e".join) | st.just("d=%00") | st.just("d="))
    def send(body: str | bytes) -> None:
        with requests.Session() as browser:
            browser.headers["Cookie"] = cookie
            opened = browser.get(opening, timeout=DEADLINE)
            assert opened.status_code == 200, opened.text
            session = json.loads(opened.text[1:])["sid"]
            address = f"{opening}&sid={session}"
            data = body.encode("utf-8", "replace") if isinstance(body, str) else body
            answer = browser.post(address, data, timeout=DEADLINE)
            assert answer.status_code < 500
            assert answer.status_code < 400 or answer.json()["message"]
            seen[answer.status_code] += 1
            browser.post(address, b"1", timeout=DEADLINE)

    send()
    tell("bodies sent", seen)
    assert seen.total() >= (EXAMPLES or 100)
    assert seen[400] > 5
