"""A made-up shop of any size, for measuring: many products, many visitors, sessions that stay among like products."""

import random
from collections.abc import Iterator, Sequence

import numpy as np

from online_models.schema.events import AnyEvent, ItemId, VisitorId, from_mapping
from online_models.schema.feedback import REWARDS, Feedback, FeedbackKind
from online_models.schema.product import Product

KINDS: tuple[FeedbackKind, ...] = ("view", "view", "view", "view", "view", "view", "cart", "purchase")
CLUSTER = 50
"""Products that are looked at together."""

SESSION = 5
"""Events in a session."""

_VISIT_SECONDS, _BETWEEN_VIEWS = 3_600, 20
_STARS = (3, 4, 4, 5, 5)

_EXPONENT = 1.1
_BLOCK = 65_536


def products_of(items: int) -> list[Product]:
    """Make products in clusters: one category for every ten clusters, one theme for each."""
    return [
        Product(
            item=ItemId(f"item-{number}"),
            title=f"Product {number}",
            price=100 + number % 900,
            category=f"category-{number // (10 * CLUSTER)}",
            theme=f"theme-{number // CLUSTER}",
            sold=items - number,
        )
        for number in range(items)
    ]


def neighbors_of(items: int) -> dict[ItemId, list[tuple[ItemId, float]]]:
    """Let each product be like the others of its cluster."""
    names = [ItemId(f"item-{number}") for number in range(items)]
    near = {}
    for number, name in enumerate(names):
        first = number - number % CLUSTER
        others = [(names[other], 1 / (1 + abs(other - number))) for other in range(first, min(first + CLUSTER, items))]
        near[name] = sorted((pair for pair in others if pair[0] != name), key=lambda pair: -pair[1])
    return near


def feedback_of_shop(events: int, visitors: int, items: int, seed: int = 7, start: float = 1.7e9) -> Iterator[Feedback]:
    """Make signals in order of time: sessions of five in a cluster drawn by a power law, visitors by turns."""
    draw = np.random.default_rng(seed)
    clusters = max(1, items // CLUSTER)
    odds = 1 / np.arange(1, clusters + 1) ** _EXPONENT
    odds /= odds.sum()
    at = start
    for first in range(0, events, _BLOCK):
        count = min(_BLOCK, events - first)
        sessions = -(-count // SESSION)
        chosen = draw.choice(clusters, sessions, p=odds)
        inside = draw.integers(0, min(CLUSTER, items), (sessions, SESSION))
        kinds = draw.integers(0, len(KINDS), (sessions, SESSION))
        for number in range(count):
            session, step = divmod(number, SESSION)
            visitor = (first // SESSION + session) % visitors
            item = int(chosen[session]) * CLUSTER + int(inside[session, step])
            kind = KINDS[int(kinds[session, step])]
            at += 0.05
            yield Feedback(VisitorId(f"visitor-{visitor}"), ItemId(f"item-{item}"), kind, REWARDS[kind], at)


def events_of_an_hour(items: Sequence[ItemId], visitors: int, end: float, seed: int = 7) -> list[AnyEvent]:
    """Make the hour before ``end``: each visitor, of a network of their own, views five items and often rates the last.

    Items come best sellers first, and are drawn by a power law. A quarter of the visitors have accounts.
    """
    chance = random.Random(seed)  # noqa: S311 - what is drawn need not be secret
    odds = [1 / (rank + SESSION) for rank in range(len(items))]
    told: list[dict[str, object]] = []
    for number in range(visitors if items else 0):
        visitor = f"{'a' if number % 4 == 0 else 'v'}-honest{number}"
        start = end - _VISIT_SECONDS + chance.random() * (_VISIT_SECONDS - SESSION * _BETWEEN_VIEWS)
        viewed = chance.choices(items, odds, k=SESSION)
        deeds: list[tuple[str, ItemId]] = [("item_viewed", item) for item in viewed]
        deeds += [("item_rated", viewed[-1])] * (number % 2 == 0)
        for step, (kind, item) in enumerate(deeds):
            stars = {"stars": chance.choice(_STARS)} if kind == "item_rated" else {}
            at = start + _BETWEEN_VIEWS * min(step, SESSION - 1) + step
            told.append(
                {"kind": kind, "event_id": f"h{number}-{step}", "visitor": visitor, "item": item, "occurred_at": at}
                | {"network": f"{number:012x}", **stars}
            )
    return [from_mapping(fields) for fields in sorted(told, key=lambda fields: float(str(fields["occurred_at"])))]
