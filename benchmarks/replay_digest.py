"""Digests of every list and of the whole state after a fixed replay: equal before and after what must change neither.

    python -m benchmarks.replay_digest

Learns 24,000 events in `Hybrid` as the shop does: 9,000 purchases of the demo's history, then sessions that are drawn
with a fixed seed and follow the lists they are given. All kinds of events take part, some with a network,
and visitors make room for others.
Digests of state leaves do not depend on the names under which the leaves are kept, so that renames leave them equal.
How reasons are worded is left out.
"""

import hashlib
import random
import re
import zlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from importlib import resources
from typing import Any

import click
import msgspec
import numpy as np
import pandas as pd

from online_models.hybrid import Hybrid
from online_models.hybrid_settings import HybridSettings
from online_models.schema.events import (
    AnyEvent,
    CartItemAdded,
    CartItemRemoved,
    EventId,
    ItemDismissed,
    ItemEvent,
    ItemForgotten,
    ItemId,
    ItemPurchased,
    ItemRated,
    ItemUnwished,
    ItemViewed,
    ItemWished,
    PreferencesChanged,
    RankingId,
    RankingShown,
    ReasonsRequested,
    TasteReset,
    VisitorForgotten,
    VisitorId,
    VisitorIdentified,
)
from online_models.schema.feedback import Feedback
from online_models.schema.product import Product
from online_models.schema.recommendations import RankedItem

EVENTS, HISTORY, LISTS_EVERY = 24_000, 9_000, 10
VISITORS, NETWORKS, SEED = 1_500, 400, 13
SETTINGS = HybridSettings(max_visitors=1_200)
"""Fewer than there are, so that some make room for others."""

_COLOURS = frozenset({"red", "blue", "pink", "white", "green", "black", "ivory", "silver", "purple"})
_VERSION, _WORDING = "version", "phrase"
_KINDS = {
    "view": 60,
    "cart": 9,
    "purchase": 6,
    "rating": 7,
    "uncart": 3,
    "dismissal": 3,
    "wish": 2,
    "unwish": 1,
    "shown": 4,
    "preferences": 2,
    "identified": 2,
    "item_forgotten": 1,
    "taste_reset": 0.5,
    "forgotten": 0.7,
    "reasons": 0.5,
    "named_session": 1,
    "walk": 0.3,
}

_OF_ITEMS: dict[str, type[ItemEvent]] = {
    "view": ItemViewed,
    "cart": CartItemAdded,
    "purchase": ItemPurchased,
    "uncart": CartItemRemoved,
    "dismissal": ItemDismissed,
    "wish": ItemWished,
    "unwish": ItemUnwished,
}
_OF_VISITORS: dict[str, type[TasteReset | VisitorForgotten | ReasonsRequested]] = {
    "taste_reset": TasteReset,
    "forgotten": VisitorForgotten,
    "reasons": ReasonsRequested,
}

Neighbors = Mapping[ItemId, list[tuple[ItemId, float]]]


class Digest:
    """A digest of values in order: the values in structures and mappings, without their names."""

    def __init__(self) -> None:
        self._digest = hashlib.sha256()

    def add(self, value: object) -> None:
        """Add a value and all that is in it."""
        if isinstance(value, dict):
            for name, inner in value.items():
                if name != _WORDING:
                    self.add(inner)
        elif isinstance(value, list | tuple):
            self._digest.update(f"[{len(value)}]".encode())
            for inner in value:
                self.add(inner)
        elif isinstance(value, msgspec.Struct):
            self.add(msgspec.to_builtins(value))
        elif isinstance(value, np.ndarray):
            self._digest.update(f"{value.dtype.str}{value.shape}".encode() + value.tobytes())
        elif isinstance(value, bytes):
            self._digest.update(value)
        else:
            text = value.hex() if isinstance(value, float) else str(value)
            self._digest.update(f"{type(value).__name__}:{text};".encode())

    def hex(self) -> str:
        """Return the digest so far."""
        return self._digest.hexdigest()


def leaves_of(state: Mapping[str, object], path: str = "") -> Iterator[tuple[str, str]]:
    """Return the path and the digest of each leaf of a dumped state, but for its version number."""
    for name, value in state.items():
        if isinstance(value, dict):
            yield from leaves_of(value, f"{path}/{name}")
        elif name != _VERSION:
            digest = Digest()
            digest.add(value)
            yield f"{path}/{name}", digest.hex()


def read_orders() -> pd.DataFrame:
    """Read the demo's order lines with a product, a price and a customer."""
    path = resources.files("bootstrap") / "data" / "online_retail_2009_2010.parquet"
    with path.open("rb") as file:
        rows = pd.read_parquet(file)
    rows = rows[rows["StockCode"].str.fullmatch(r"\d{5}[A-Z]?") & rows["Description"].notna()]
    rows = rows[(rows["Quantity"] > 0) & (rows["Price"] > 0) & (rows["Customer ID"] > 0)].head(30_000)
    return rows.assign(at=pd.to_datetime(rows["InvoiceDate"]).astype("int64") // 10**9)


def read_catalog(orders: pd.DataFrame) -> tuple[list[Product], Neighbors]:
    """Make products from order lines, and neighbors by the words that titles share."""
    first = orders.drop_duplicates("StockCode")
    sold = Counter(orders["StockCode"].head(HISTORY))
    products, words = [], {}
    for code, title, price in zip(first["StockCode"], first["Description"], first["Price"], strict=True):
        item, spoken = ItemId(code), re.findall(r"[a-z]+", title.lower()) or ["thing"]
        words[item] = frozenset(spoken)
        products.append(
            Product(
                item=item,
                title=title,
                price=round(price * 100),
                category=f"kind-{zlib.crc32(spoken[-1].encode()) % 24}",
                colour=next((word for word in spoken if word in _COLOURS), None),
                theme=f"theme-{zlib.crc32(spoken[0].encode()) % 9}",
                brand=f"brand-{len(title) % 5}" if len(spoken) > 3 else None,
                sold=sold[code],
            )
        )
    having = defaultdict(list)
    for item, own in words.items():
        for word in own:
            having[word].append(item)
    return products, {item: _nearest(item, words, having) for item in words}


def _nearest(
    item: ItemId, words: Mapping[ItemId, frozenset[str]], having: Mapping[str, list[ItemId]]
) -> list[tuple[ItemId, float]]:
    shared = Counter(other for word in words[item] for other in having[word] if other != item)
    likeness = {other: count / len(words[item] | words[other]) for other, count in shared.items()}
    return sorted(likeness.items(), key=lambda pair: (-pair[1], pair[0]))[:50]


class Shoppers:
    """Visitors who go through the shop at random, the same way on every run."""

    def __init__(self, hybrid: Hybrid, products: list[Product], neighbors: Neighbors, now: float) -> None:
        self._hybrid = hybrid
        self._random = random.Random(SEED)
        self._products = sorted(products, key=lambda product: (-product.sold, product.item))
        self._neighbors = neighbors
        self._shown: dict[VisitorId, tuple[RankedItem, ...]] = {}
        self._last: dict[VisitorId, ItemId] = {}
        self._number = 0
        self.visitor = VisitorId("v0")
        self.now = now

    def act(self) -> None:
        """Let somebody do something."""
        draw = self._random
        self._number += 1
        if draw.random() < 0.3:
            self.visitor = VisitorId(f"v{min(int(draw.expovariate(1 / 300)), VISITORS)}")
        self.now += draw.choices((3.0, 40.0, 2_500.0, 90_000.0), (50, 45, 4, 0.2))[0] * (1 + draw.random())
        kind = draw.choices(list(_KINDS), list(_KINDS.values()))[0]
        item, from_list = self._item()
        if kind in ("named_session", "walk"):
            name = f"s{draw.randrange(3)}"
            feedback = Feedback(self.visitor, item, "view", 1.0, self.now, session=name)
            learn: Callable[[Feedback], object] = self._hybrid.walk if kind == "walk" else self._hybrid.learn
            learn(feedback)
        else:
            self._hybrid.learn_one(self._event(kind, item, from_list))
        self._last[self.visitor] = item

    def rank(self) -> tuple[RankedItem, ...]:
        """Return the list that the visitor who acted last is shown now."""
        best = self._shown[self.visitor] = self._hybrid.rank(self.visitor, self.now + 0.5)
        return best

    def _item(self) -> tuple[ItemId, bool]:
        draw = self._random
        shown, last = self._shown.get(self.visitor, ()), self._last.get(self.visitor)
        chance = draw.random()
        if shown and chance < 0.45:
            return shown[min(int(draw.expovariate(0.2)), len(shown) - 1)].item, True
        if last is not None and chance < 0.6 and self._neighbors.get(last):
            return draw.choice(self._neighbors[last])[0], False
        if last is not None and chance < 0.68:
            return last, False
        return self._products[min(int(draw.paretovariate(0.5)) - 1, len(self._products) - 1)].item, False

    def _event(self, kind: str, item: ItemId, from_list: bool) -> AnyEvent:
        draw = self._random
        late = draw.random() < 0.02
        common: dict[str, Any] = {
            "event_id": EventId(f"e{self._number}"),
            "visitor": self.visitor,
            "occurred_at": self.now,
            "received_at": self.now - 700 * draw.random() if late else None,
            "surface": "for_you" if from_list else "category",
            "network": f"{zlib.crc32(self.visitor.encode()) % NETWORKS:012x}" if draw.random() < 0.7 else None,
        }
        match kind:
            case "rating":
                return ItemRated(**common, item=item, stars=draw.choice((1, 2, 3, 4, 4, 5, 5, 5)))
            case "shown":
                items = tuple(ranked.item for ranked in self._shown.get(self.visitor, ()))
                return RankingShown(**{**common, "surface": "for_you"}, items=items)
            case "preferences":
                product = draw.choice(self._products)
                colours = (product.colour,) if product.colour else ()
                return PreferencesChanged(
                    **common,
                    categories=(product.category,),
                    colours=colours,
                    max_price=draw.choice((None, 300, 2_000)),
                )
            case "identified":
                return VisitorIdentified(**common, account=VisitorId(f"a{draw.randrange(200)}"))
            case "item_forgotten":
                return ItemForgotten(**common, item=self._last.get(self.visitor, item))
        if kind in _OF_VISITORS:
            return _OF_VISITORS[kind](**common)
        return _OF_ITEMS[kind](**common, item=item)


def lists_of(hybrid: Hybrid, visitor: VisitorId, item: ItemId, now: float) -> Iterator[object]:
    """Return everything that the shop shows beside the personal list."""
    yield hybrid.goes_well_with(item)
    yield hybrid.goes_well_with(item, visitor=visitor)
    yield hybrid.similar(item)
    yield hybrid.bought_together(visitor, now)
    yield hybrid.trending(now)
    yield hybrid.popular(now)
    yield hybrid.top_rated(now)
    yield hybrid.new_arrivals()
    yield hybrid.explain(visitor, RankingId("r"), now)
    yield hybrid.expected_rating(visitor, item)
    yield hybrid.take_rated()
    yield hybrid.quality()


@click.command()
@click.option("--leaves", is_flag=True, help="Print the digest of each leaf of the state, too.")
@click.option("--events", default=EVENTS, show_default=True, help="How many events; fewer answer sooner.")
@click.option("--every", default=0, help="Print the digest of the lists after every so many events.")
def main(leaves: bool, events: int, every: int) -> None:
    """Print the digests of all lists and of the state."""
    orders = read_orders()
    products, neighbors = read_catalog(orders)
    hybrid, lists = Hybrid(SETTINGS), Digest()
    hybrid.use_catalog(products[: len(products) * 9 // 10], neighbors)
    history = orders.head(HISTORY)
    rows = zip(history["Customer ID"], history["StockCode"], history["at"], strict=True)
    for number, (customer, code, at) in enumerate(rows):
        common: dict[str, Any] = {"event_id": EventId(f"h{number}"), "visitor": VisitorId(f"c{customer:.0f}")}
        hybrid.learn_one(ItemPurchased(**common, occurred_at=float(at), item=ItemId(code)))
    shoppers = Shoppers(hybrid, products, neighbors, float(history["at"].max()) + 3_600)
    for number in range(HISTORY, events):
        shoppers.act()
        best = shoppers.rank()
        if number % LISTS_EVERY == 0:
            item = products[(number * 7) % len(products)].item if number % 20 else best[0].item
            for shown in (best, *lists_of(hybrid, shoppers.visitor, item, shoppers.now + 1)):
                lists.add(shown)
        if number == 15_000:
            hybrid.use_catalog(products, neighbors)
        if number == 18_000:
            hybrid.load(hybrid.dump())
        if every and number % every == 0:
            click.echo(f"{number} {lists.hex()}")
    parts = list(leaves_of(hybrid.dump()))
    if leaves:
        for path, digest in parts:
            click.echo(f"{digest[:16]} {path}")
    click.echo(f"lists {lists.hex()}")
    click.echo(f"state {hashlib.sha256(''.join(sorted(digest for _, digest in parts)).encode()).hexdigest()}")


if __name__ == "__main__":
    main()
