"""A shop that is attacked for a measurement: as its log has left it, and what attackers with cookies do to it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from bootstrap.catalog import build_plain_catalog
from bootstrap.read.history import events_of
from bootstrap.read.shop import read_demo_shop
from infra.bench.synthetic_shop import events_of_an_hour, feedback_of_shop, neighbors_of, products_of
from online_models.hybrid import Hybrid
from online_models.schema.events import ItemId, from_mapping
from online_models.schema.recommendations import RankedItem

MOST = 1_000
"""Cookies that are tried. Beyond 32 the list is read after each further 3 % of them."""

VIEW, ORDER, STARS = "item_viewed", "item_purchased", "item_rated"

_START = 1.7e9
_PART = 32

Ask = Callable[[Hybrid, float], Sequence[RankedItem]]
"""A list that everybody sees, at a time."""


@dataclass(frozen=True, slots=True)
class Attack:
    """What each cookie does, in order."""

    title: str
    deeds: tuple[tuple[str, ItemId], ...]
    is_account: bool = False


class AttackedShop:
    """A shop as its log has left it: each attack finds it so.

    Parameters
    ----------
    items
        What it sells, best sellers first.
    now
        When the attacks come, in Unix seconds: all within a second.
    """

    def __init__(self, hybrid: Hybrid, items: Sequence[ItemId], now: float) -> None:
        self._hybrid, self._state = hybrid, hybrid.dump()
        self.items, self.now = items, now

    def read(self, ask: Ask) -> list[ItemId]:
        """Return a list as it is before all attacks."""
        self._hybrid.load(self._state)
        return [ranked.item for ranked in ask(self._hybrid, self.now + 1)]

    def find_quiet(self, *busy: Sequence[ItemId]) -> list[ItemId]:
        """Return what is in none of these lists, the least sold first."""
        listed = {item for one in busy for item in one}
        return [item for item in reversed(self.items) if item not in listed]

    def attack(self, attack: Attack, networks: int) -> Iterator[tuple[int, Hybrid]]:
        """Have one cookie after the other attack; yields how many have by now, and the models."""
        self._hybrid.load(self._state)
        for cookie in range(MOST):
            self._do(
                attack.deeds, f"{'a' if attack.is_account else 'v'}{cookie:024x}", cookie % networks, cookie / MOST
            )
            done = cookie + 1
            if done == MOST or done % max(1, done // _PART) == 0:
                yield done, self._hybrid

    def alternate(self, items: Sequence[ItemId], views: int) -> Hybrid:
        """Have one cookie view items in turns, and return the models."""
        self._hybrid.load(self._state)
        deeds = tuple((VIEW, items[number % len(items)]) for number in range(views))
        self._do(deeds, "v-bad", 0, 0.0)
        return self._hybrid

    def _do(self, deeds: Sequence[tuple[str, ItemId]], visitor: str, network: int, after: float) -> None:
        for number, (kind, item) in enumerate(deeds):
            fields: dict[str, object] = {
                "kind": kind,
                "event_id": f"{visitor}-{number}",
                "visitor": visitor,
                "item": item,
                "occurred_at": self.now + after + number / (MOST * len(deeds)),
                "network": f"{0xBAD00000 + network:012x}",
            }
            if kind == STARS:
                fields["stars"] = 5
            self._hybrid.learn_one(from_mapping(fields))


def gift_shop(limit: int | None, visitors: int, seed: int) -> tuple[AttackedShop, int]:
    """Return the gift shop after its history, or the first so many events of it, and how many events were learned."""
    data = read_demo_shop()
    catalog = build_plain_catalog(data.listings, data.currency)
    hybrid, now, learned = Hybrid(), _START, 0
    hybrid.use_catalog(catalog.products, catalog.similar)
    for event in events_of(data.history if limit is None else data.history.head(limit)):
        hybrid.learn_one(event)
        now, learned = event.occurred_at, learned + 1
    return _after_an_hour(hybrid, [product.item for product in catalog.products], now, visitors, seed), learned


def made_up_shop(items: int, events: int, visitors: int, seed: int) -> tuple[AttackedShop, int]:
    """Return a made-up shop after so many events."""
    products, hybrid, now = products_of(items), Hybrid(), _START
    hybrid.use_catalog(products, neighbors_of(items))
    for feedback in feedback_of_shop(events, max(100, events // 20), items, seed=seed, start=_START):
        hybrid.learn(feedback)
        now = feedback.at
    return _after_an_hour(hybrid, [product.item for product in products], now, visitors, seed), events


def _after_an_hour(hybrid: Hybrid, items: Sequence[ItemId], now: float, visitors: int, seed: int) -> AttackedShop:
    end = now + 3_600
    for event in events_of_an_hour(items, visitors, end, seed):
        hybrid.learn_one(event)
    return AttackedShop(hybrid, items, end)
