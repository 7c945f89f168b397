"""Events with values that no event has: each is refused by itself, with a receipt, and those beside it are taken in."""

from typing import Any

import pytest
import requests

from online_models.schema.events import InvalidEvent, decode
from online_models.schema.messages import INTERACTION, RANKING_DRAWN
from tests.security.raw_socket import RawSocket
from tests.storefront.running_shop import DEADLINE, RunningShop

VIEW = '"kind":"item_viewed","item":"item01"'
SHOWN = '"kind":"ranking_shown","items":["item01"]'
DIGITS, ENDLESS = "9" * 400, "9" * 5_000

HOSTILE = {
    "a time of 400 digits": f'{VIEW},"occurred_at":{DIGITS}',
    "a time of 5,000 digits": f'{VIEW},"occurred_at":{ENDLESS}',
    "a time of 400 digits before 1970": f'{VIEW},"occurred_at":-{DIGITS}',
    "a time beyond all": f'{VIEW},"occurred_at":1e999',
    "not a number": f'{VIEW},"occurred_at":NaN',
    "stars of 400 digits": f'"kind":"item_rated","item":"item01","stars":{DIGITS}',
    "stars of 5,000 digits": f'"kind":"item_rated","item":"item01","stars":{ENDLESS}',
    "infinite stars": '"kind":"item_rated","item":"item01","stars":Infinity',
    "a quantity of 5,000 digits": f'"kind":"cart_item_added","item":"item01","quantity":{ENDLESS}',
    "a quantity that is no number": '"kind":"cart_item_added","item":"item01","quantity":NaN',
    "half a character as an id": rf'{VIEW},"event_id":"\ud800"',
    "half a character in an item": r'"kind":"item_viewed","item":"item01\ud800"',
    "half a character as a kind": r'"kind":"\udfff"',
    "half a character as a surface": rf'{VIEW},"surface":"\ud83c"',
    "half a character as a variant": rf'{SHOWN},"variant":"\ud800"',
    "half a character among items": r'"kind":"ranking_shown","items":["item01","\ud800"]',
    "half a character as a list": rf'{VIEW},"ranking_id":"\ud800"',
    "an id that ends a line": rf'{VIEW},"event_id":"abc\n"',
    "a list that ends a line": rf'{VIEW},"ranking_id":"abc\n"',
    "an item that ends a line": r'"kind":"item_viewed","item":"item01\n"',
    "an item shown that ends a line": r'"kind":"ranking_shown","items":["item01\n"]',
    "nothing in an id": rf'{VIEW},"event_id":"a\u0000b"',
    "a nested item": '"kind":"item_viewed","item":' + "[" * 400 + "]" * 400,
    "a time shown of 400 digits": f'{SHOWN},"drawn_ms":{DIGITS}',
}
GOOD = f'{{{VIEW},"surface":"api"}}'


def batch(*events: str) -> str:
    return f'{{"events":[{",".join(events)}]}}'


@pytest.mark.integration
def test_by_http_each_is_refused_and_all_others_are_taken_in(shop: RunningShop) -> None:
    bad = [f"{{{fields}}}" for fields in HOSTILE.values()]
    sent = [event for one in bad for event in (one, GOOD)]
    receipts: list[dict[str, Any]] = []
    for start in range(0, len(sent), 10):
        answer = requests.post(
            f"{shop.address}/interactions",
            data=batch(*sent[start : start + 10]).encode(),
            headers={"Content-Type": "application/json", "Sec-Fetch-Site": "same-origin"},
            timeout=DEADLINE,
        )
        assert answer.status_code == 202, answer.text
        receipts += answer.json()["receipts"]
    refused, taken = receipts[0::2], receipts[1::2]
    assert [name for name, receipt in zip(HOSTILE, refused, strict=True) if receipt["accepted"]] == []
    assert all(receipt["reason"] for receipt in refused)
    assert all(receipt["accepted"] for receipt in taken)
    stored = {event["event_id"] for event in shop.events("item_viewed")}
    assert stored >= {receipt["event_id"] for receipt in taken}


@pytest.mark.integration
@pytest.mark.parametrize("fields", HOSTILE.values(), ids=HOSTILE.keys())
def test_one_alone_is_refused_in_words(shop: RunningShop, fields: str) -> None:
    answer = requests.post(
        f"{shop.address}/interactions",
        data=f"{{{fields}}}".encode(),
        headers={"Content-Type": "application/json", "Sec-Fetch-Site": "same-origin"},
        timeout=DEADLINE,
    )
    assert answer.status_code == 422
    assert not answer.json()["accepted"]


@pytest.mark.integration
def test_over_the_socket_each_is_refused_and_all_others_are_taken_in(shop: RunningShop) -> None:
    with RawSocket(shop.address) as page:
        for name, fields in HOSTILE.items():
            receipt = page.ask(INTERACTION, f"{{{fields}}}")
            assert (receipt["accepted"], bool(receipt["reason"])) == (False, True), name
            assert page.ask(INTERACTION, GOOD)["accepted"], name
        assert not page.ask(RANKING_DRAWN, rf'{{{SHOWN},"variant":"\ud800"}}')["accepted"]


@pytest.mark.integration
def test_the_log_has_no_traceback_of_it(shop: RunningShop) -> None:
    assert "Traceback" not in shop.process.log.read_text(errors="replace")


@pytest.mark.parametrize("fields", HOSTILE.values(), ids=HOSTILE.keys())
def test_in_the_log_it_is_a_dead_letter_with_a_reason(fields: str) -> None:
    event = f'{{"event_id":"e1","visitor":"v1","occurred_at":1.0,{fields}}}'
    with pytest.raises(InvalidEvent) as refused:
        decode(event.encode())
    assert str(refused.value)
