"""Both clients: what they send, when they send it again, and what they make of the answers."""

import inspect
from collections.abc import Awaitable
from typing import Any

import httpx
import pytest

from riverfront_client import (
    AsyncRiverfront,
    NotAllowed,
    NotFound,
    Problem,
    Refused,
    Retries,
    Riverfront,
    TooManyRequests,
    Unavailable,
    Unreachable,
    async_pages,
    pages,
)
from tests.clients.event_loop import run_async
from tests.clients.python.scripted_api import ADDRESS, KEY, ScriptedApi, a_list, a_problem, at_once

LOST = httpx.ReadTimeout("no answer")
TAKEN = httpx.Response(202, json={"accepted": 1, "ignored": 0, "refused": 0, "results": []})
AN_EVENT = {"kind": "item_viewed", "visitor": "v", "item": "i"}


@pytest.fixture(params=["sync", "async"])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def ask(kind: str, api: ScriptedApi, method: str, *args: Any, retries: Retries | None = None, **parameters: Any) -> Any:
    """Call a method of one of the two clients, and return what it answers."""
    shop = api.client(retries=retries) if kind == "sync" else api.async_client(retries=retries)
    answer = getattr(shop, method)(*args, **parameters)
    if not inspect.isawaitable(answer):
        return answer

    async def wait_for(answer: Awaitable[Any]) -> Any:
        return await answer

    return run_async(wait_for(answer))


def test_it_sends_the_key_below_the_address_with_ids_escaped(kind: str) -> None:
    api = ScriptedApi(a_list("mug"))
    found = ask(kind, api, "get_recommendations", "a/b c?é", count=3, exclude=["x", "y"], tag=(), in_stock=True)
    assert [item.item for item in found.items] == ["mug"]
    (request,) = api.asked
    assert request.headers["authorization"] == f"Bearer {KEY}"
    assert str(request.url) == (
        f"{ADDRESS}/api/v1/visitors/a%2Fb%20c%3F%C3%A9/recommendations?count=3&exclude=x&exclude=y&in_stock=true"
    )


@pytest.mark.parametrize("id_of_dots", [".", ".."])
def test_an_id_of_dots_stays_one(kind: str, id_of_dots: str) -> None:
    api = ScriptedApi(a_list())
    ask(kind, api, "get_similar_items", id_of_dots)
    assert api.asked[0].url.raw_path == f"/path/api/v1/items/{id_of_dots.replace('.', '%2E')}/similar".encode()


def test_an_empty_id_is_refused_before_anything_is_sent(kind: str) -> None:
    api = ScriptedApi(a_list())
    with pytest.raises(ValueError, match="empty"):
        ask(kind, api, "forget_visitor", "")
    assert api.asked == []


@pytest.mark.parametrize(
    "answer",
    [LOST, httpx.ConnectError("refused"), httpx.Response(502), a_problem(503, "unavailable"), httpx.Response(504)],
    ids=str,
)
def test_what_fails_for_a_moment_is_sent_again(kind: str, answer: httpx.Response | Exception) -> None:
    api = ScriptedApi(answer, answer, TAKEN)
    assert ask(kind, api, "send_events", [AN_EVENT]).accepted == 1
    keys = {request.headers["idempotency-key"] for request in api.asked}
    assert (len(api.asked), len(keys)) == (3, 1), "each try has the same key, so that its events count once"
    assert len({request.content for request in api.asked}) == 1
    first, second = api.pauses
    assert 0.2 <= first <= 0.3
    assert 0.4 <= second <= 0.6


def test_two_requests_have_two_keys_and_an_own_key_is_kept(kind: str) -> None:
    api = ScriptedApi(TAKEN)
    for key in (None, None, "mine"):
        ask(kind, api, "send_events", [AN_EVENT], idempotency_key=key)
    one, other, own = (request.headers["idempotency-key"] for request in api.asked)
    assert one != other
    assert own == "mine"


def test_it_waits_as_long_as_the_api_says(kind: str) -> None:
    api = ScriptedApi(a_problem(429, "too-many-requests", retry_after=7), a_list())
    ask(kind, api, "get_list", "trending")
    assert len(api.pauses) == 1
    assert api.pauses[0] >= 7


def test_it_does_not_wait_beyond_its_patience(kind: str) -> None:
    api = ScriptedApi(a_problem(429, "too-many-requests", retry_after=3_600))
    with pytest.raises(TooManyRequests) as caught:
        ask(kind, api, "get_list", "trending")
    assert caught.value.retry_after == 3_600
    assert (len(api.asked), api.pauses) == (1, [])


def test_after_the_last_try_it_says_so(kind: str) -> None:
    api = ScriptedApi(LOST)
    with pytest.raises(Unreachable, match="no answer"):
        ask(kind, api, "get_list", "trending", retries=at_once(3))
    assert len(api.asked) == 3


@pytest.mark.parametrize(
    ("status", "code", "expected"),
    [
        (400, "invalid-parameter", Refused),
        (401, "no-key", NotAllowed),
        (403, "wrong-scope", NotAllowed),
        (404, "unknown-item", NotFound),
        (422, "invalid-body", Refused),
        (429, "too-many-requests", TooManyRequests),
        (500, "internal", Unavailable),
        (503, "unavailable", Unavailable),
    ],
)
def test_a_problem_is_an_exception_of_its_kind(kind: str, status: int, code: str, expected: type[Problem]) -> None:
    api = ScriptedApi(a_problem(status, code, detail="Why", field="item", results=[{"index": 0}]))
    with pytest.raises(expected) as caught:
        ask(kind, api, "get_item", "mug", retries=at_once())
    problem = caught.value
    assert type(problem) is expected
    assert (problem.status, problem.code, problem.detail, problem.field) == (status, code, "Why", "item")
    assert problem.results == [{"index": 0}]
    assert str(problem) == "What it is: item: Why"


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(200, text="<html>Sign in to this network"),
        httpx.Response(404, text="<html>Nothing here"),
        httpx.Response(404, content=b"{", headers={"content-type": "application/problem+json"}),
        httpx.Response(302, headers={"location": "https://elsewhere.example"}),
        httpx.Response(200, json={"items": 3}),
    ],
    ids=str,
)
def test_what_is_no_answer_of_the_api_is_called_so(kind: str, answer: httpx.Response) -> None:
    with pytest.raises(Unreachable):
        ask(kind, ScriptedApi(answer), "get_recommendations", "v")


def test_fields_and_words_that_it_does_not_know_do_no_harm(kind: str) -> None:
    listed = {"ranking_id": "r", "surface": "one of next year", "items": [], "new": {"deep": 1}}
    assert ask(kind, ScriptedApi(httpx.Response(200, json=listed)), "get_list", "new").surface == "one of next year"


def test_what_has_no_body_answers_none(kind: str) -> None:
    assert ask(kind, ScriptedApi(httpx.Response(204)), "forget_visitor", "v") is None


@pytest.mark.parametrize("address", ["shop.example", "ftp://shop.example", "https://", ""])
def test_an_address_that_is_none_is_refused(address: str) -> None:
    for client in (Riverfront, AsyncRiverfront):
        with pytest.raises(ValueError, match="no address"):
            client(address, KEY)


@pytest.mark.parametrize("key", ["", " ", "a\nb", "clé"])
def test_a_key_that_is_none_is_refused(key: str) -> None:
    with pytest.raises(ValueError, match="key"):
        Riverfront(ADDRESS, key)


def test_all_pages_are_read() -> None:
    api = ScriptedApi(a_list("a", after="c1"), a_list("b", after="c2"), a_list())
    found = [item.item for page in pages(api.client().get_similar_items, "mug", count=1) for item in page.items]
    assert found == ["a", "b"]
    assert [request.url.params.get("cursor") for request in api.asked] == [None, "c1", "c2"]
    assert {request.url.params["count"] for request in api.asked} == {"1"}


def test_all_pages_are_read_with_async() -> None:
    api = ScriptedApi(a_list("a", after="c1"), a_list("b"))

    async def read() -> list[str]:
        async with api.async_client() as shop:
            return [item.item async for page in async_pages(shop.get_list, "new") for item in page.items]

    assert run_async(read()) == ["a", "b"]
