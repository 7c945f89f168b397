"""``riverfront mcp``, asked by the client of the official SDK over standard input and output."""

import sys
import uuid
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import pytest
from mcp import Client, StdioServerParameters

from riverfront_client import Riverfront
from tests.clients.conftest import Product
from tests.clients.event_loop import run_async
from tests.clients.waiting import first

T = TypeVar("T")

SECONDS = 60.0
NOWHERE = "http://127.0.0.1:9"


def with_assistant(use: Callable[[Client], Awaitable[T]], **environment: str) -> T:
    """Start the server as an assistant does, use it, and stop it."""
    command = StdioServerParameters(command=sys.executable, args=["-m", "infra", "mcp"], env=environment)

    async def run() -> T:
        async with Client(command, read_timeout_seconds=SECONDS) as client:
            return await use(client)

    return run_async(run())


def test_it_offers_four_tools_that_change_nothing() -> None:
    tools = with_assistant(lambda client: client.list_tools(), RIVERFRONT_URL=NOWHERE, RIVERFRONT_KEY="k").tools
    assert {tool.name for tool in tools} == {"recommend", "similar", "search", "explain"}
    assert all(tool.description and tool.annotations and tool.annotations.read_only_hint for tool in tools)
    assert all(tool.output_schema for tool in tools)


def test_an_argument_that_is_wrong_is_refused_before_the_shop_is_asked() -> None:
    arguments = {"visitor": "v", "count": 0}
    answer = with_assistant(
        lambda client: client.call_tool("recommend", arguments), RIVERFRONT_URL=NOWHERE, RIVERFRONT_KEY="k"
    )
    assert answer.is_error
    assert "count" in str(answer.content)


@pytest.mark.integration
def test_it_answers_from_the_running_product(product: Product) -> None:
    visitor = f"v-{uuid.uuid4().hex}"
    with Riverfront(product.address, product.key) as shop:
        shop.send_events({"kind": "item_viewed", "visitor": visitor, "item": "Mug/0"})
        mine = first(lambda: shop.get_recommendations(visitor, count=4), lambda found: found.is_personal)
        first(lambda: shop.get_similar_items("Mug/0"), lambda found: found.items)
        found_first = first(lambda: shop.search("spotty mug"), lambda found: found.items).items[0]

    async def ask(client: Client) -> dict[str, Any]:
        async def call(tool: str, **arguments: Any) -> Any:
            answer = await client.call_tool(tool, arguments)
            assert not answer.is_error, answer.content
            return answer.structured_content

        return {
            "recommend": await call("recommend", visitor=visitor, count=4),
            "similar": await call("similar", item="Mug/0", count=3),
            "search": await call("search", query="spotty mug"),
            "explain": await call("explain", session=["Mug/0"], count=3),
            "unknown": await client.call_tool("similar", {"item": "none"}),
        }

    answers = with_assistant(ask, **{name: product.environment[name] for name in ("RIVERFRONT_URL", "RIVERFRONT_KEY")})
    assert [one["item"] for one in answers["recommend"]["result"]] == [item.item for item in mine.items]
    assert all(one["reason"] for one in answers["recommend"]["result"])
    assert len(answers["similar"]["result"]) == 3
    assert answers["search"]["items"][0]["title"] == found_first.title == "Spotty Mug"
    assert all(one["scores"] for one in answers["explain"]["result"])
    assert answers["unknown"].is_error
    assert "The catalog has no such item" in str(answers["unknown"].content)


@pytest.mark.integration
def test_a_key_that_is_none_is_told_to_the_assistant(product: Product) -> None:
    answer = with_assistant(
        lambda client: client.call_tool("recommend", {"visitor": "v"}),
        RIVERFRONT_URL=product.address,
        RIVERFRONT_KEY="rf_server_none",
    )
    assert answer.is_error
    assert "A key is missing or unknown" in str(answer.content)
