"""The tools of ``riverfront mcp``: an assistant asks a shop's API with them. None of them changes anything."""

from collections.abc import AsyncIterator, Awaitable, Sequence
from contextlib import asynccontextmanager
from typing import Annotated, Any, TypeVar

from mcp.server import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.types import ToolAnnotations
from pydantic import BaseModel, Field

from riverfront_client import AsyncRiverfront, RecommendationRequest, RequestFilter, RiverfrontError
from riverfront_client.models import ListedItem, MadeListItem, SearchedItem

INSTRUCTIONS = (
    "Recommendations and search of one online shop. Prices are in the smallest unit of their currency: 1275 GBP is "
    "12.75 pounds."
)
MOST = 50
_READS = ToolAnnotations(read_only_hint=True, open_world_hint=False)

T = TypeVar("T")

Count = Annotated[int, Field(ge=1, le=MOST, description="How many items at most.")]
ItemName = Annotated[str, Field(min_length=1, max_length=128, description="An item's id in the shop.")]
VisitorName = Annotated[str, Field(min_length=1, max_length=128, description="A visitor's id, as the shop names them.")]
Items = Annotated[list[ItemName], Field(max_length=100, description="Items of the present visit, oldest first.")]


class ShownItem(BaseModel):
    """An item as an assistant sees it. ``price`` is in the smallest unit of ``currency``."""

    item: str
    title: str
    price: int
    currency: str
    category: str
    reason: str


class ExplainedItem(ShownItem):
    """The same, with what each source of the models added to its score."""

    scores: dict[str, float]


class ShownSearch(BaseModel):
    """What a search found. ``corrected`` is the text as it was probably meant, where that was searched for instead."""

    total: int
    corrected: str
    items: list[ShownItem]


def build_server(shop: AsyncRiverfront, version: str) -> MCPServer[None]:
    """Return a server that asks a shop, and closes the client when it ends."""

    @asynccontextmanager
    async def closing(_: MCPServer[None]) -> AsyncIterator[None]:
        async with shop:
            yield

    server = MCPServer("riverfront", instructions=INSTRUCTIONS, version=version, lifespan=closing, log_level="WARNING")

    @server.tool(annotations=_READS)
    async def recommend(visitor: VisitorName, count: Count = 12) -> list[ShownItem]:
        """List what the shop recommends to a visitor now, best first, each item with the reason for it."""
        return shown((await answer_of(shop.get_recommendations(visitor, count=count))).items)

    @server.tool(annotations=_READS)
    async def similar(item: ItemName, count: Count = 12) -> list[ShownItem]:
        """List items that are similar to an item, most similar first."""
        return shown((await answer_of(shop.get_similar_items(item, count=count))).items)

    @server.tool(annotations=_READS)
    async def search(
        query: Annotated[str, Field(min_length=1, max_length=200, description="What to search for, in words.")],
        count: Count = 12,
    ) -> ShownSearch:
        """Search the shop's catalog: words in any form, with slips of the finger corrected, else by meaning."""
        found = await answer_of(shop.search(query))
        return ShownSearch(total=found.total, corrected=found.corrected, items=shown(found.items[:count]))

    @server.tool(annotations=_READS)
    async def explain(
        visitor: VisitorName | None = None,
        session: Items | None = None,
        categories: Annotated[list[str], Field(max_length=20, description="One of these categories.")] | None = None,
        count: Count = 5,
    ) -> list[ExplainedItem]:
        """Make a list for a visitor, or for an anonymous visit, and say what each model added to each item's score.

        It takes a server's key.
        """
        request = RecommendationRequest(
            visitor=visitor,
            session=session or [],
            count=count,
            filter=RequestFilter(categories=categories or []),
            explain=True,
        )
        made = await answer_of(shop.make_recommendations(request))
        return [ExplainedItem(**_fields(item), scores=item.scores) for item in made.items]

    return server


async def answer_of(asked: Awaitable[T]) -> T:
    """Return the API's answer. Raises `ToolError`, which tells the assistant what is wrong."""
    try:
        return await asked
    except RiverfrontError as error:
        raise ToolError(str(error)) from error


def shown(items: Sequence[ListedItem] | Sequence[SearchedItem]) -> list[ShownItem]:
    """Return items as assistants see them."""
    return [ShownItem(**_fields(item)) for item in items]


def _fields(item: ListedItem | SearchedItem | MadeListItem) -> dict[str, Any]:
    named = {name: getattr(item, name) for name in ("item", "title", "price", "currency", "category")}
    return {**named, "reason": item.reason.text if item.reason else ""}
