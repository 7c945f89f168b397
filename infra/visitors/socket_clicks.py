"""Clicks through a bare socket, for machines without a browser."""

import random
import time

from infra.visitors.click import Click
from infra.visitors.socket_visitor import SocketVisitor
from online_models.schema.messages import RANKING_CHANGED

DEADLINE = 5.0


def click_once(visitor: SocketVisitor, item: str) -> Click:
    """Click an item and wait for the list that names the click as a cause."""
    clicked_at = time.perf_counter()
    event_id = visitor.click(item)
    while (left := clicked_at + DEADLINE - time.perf_counter()) > 0:
        message = visitor.receive(left)
        if message and message.name == RANKING_CHANGED and event_id in message.fields.get("causes", ()):
            items = tuple(str(card["item"]) for card in message.fields["items"])
            return Click((message.at - clicked_at) * 1_000, items=items)
    return Click(None)


def some_items(items: list[str], count: int, seed: int = 1) -> list[str]:
    """Choose which items to click: different ones, the best sellers more likely."""
    rng = random.Random(seed)  # noqa: S311 - which item to click
    return [items[int(len(items) * rng.random() ** 2)] for _ in range(count)]
