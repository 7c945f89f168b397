"""``riverfront bench manipulation``: what it costs to move a product in the lists that everybody sees.

Attackers have cookies, which cost nothing, and networks, which cost something. The real models learn a shop's log, and
then what the attackers do, one cookie after the other, until the product has moved.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from infra.bench.attacked_shop import MOST, ORDER, STARS, VIEW, Ask, Attack, AttackedShop, gift_shop, made_up_shop
from infra.stack.display import Display
from online_models.hybrid import Hybrid
from online_models.schema.events import ItemId
from online_models.schema.recommendations import RankedItem

NETWORKS = {"one network": 1, "ten networks": 10, "a network each": MOST}
"""From how many networks cookies come, in turns."""

PLACES = (2, 5, 10, 20)
ALTERNATING = (2, 50)
"""Views of two products in turns by one cookie: once each, and as row after row."""

PAST = 3
"""So many other products a cookie views before, to count in full."""


@dataclass(frozen=True, slots=True)
class SharedList:
    """A list, which may be that beside a product, and how attackers move another one in it."""

    name: str
    ask: Ask
    attacks: Callable[[ItemId], tuple[Attack, ...]]
    beside: ItemId | None = None


def measure_manipulation(
    limit: int | None, items: int | None, events: int, visitors: int, seed: int, display: Display
) -> dict[str, Any]:
    """Measure all lists of the gift shop, or of a made-up one of ``items`` products and ``events``.

    ``visitors`` come in the hour before the attacks.
    """
    with display.step("Learn the shop's log"):
        shop, learned = made_up_shop(items, events, visitors, seed) if items else gift_shop(limit, visitors, seed)
    lists = list(_lists(shop))
    attacks = [
        (shared, place, target, attack)
        for shared in lists
        for place, target in _targets(shop, shared)
        for attack in shared.attacks(target)
    ]
    costs = []
    with display.progress("Attack") as move:
        for done, (shared, place, target, attack) in enumerate(attacks, 1):
            row: dict[str, Any] = {"list": shared.name, "from_place": place, "each_cookie": attack.title}
            costs.append(row | {name: _cost(shop, shared, target, attack, of) for name, of in NETWORKS.items()})
            move(done, len(attacks))
    return {
        "products": len(shop.items),
        "events_learned": learned,
        "visitors_in_the_last_hour": visitors if shop.items else 0,
        "seed": seed,
        "most_cookies": MOST,
        "costs": costs,
        "one_cookie_in_turns": [_in_turns(shop, beside) for beside in _besides(shop)],
    }


def _cost(shop: AttackedShop, shared: SharedList, target: ItemId, attack: Attack, networks: int) -> dict[str, Any]:
    """Count the cookies until the product is a place further up, and until it is first; None for more than `MOST`."""
    before = _place(target, shop.read(shared.ask))
    up: int | None = None
    first: int | None = None
    for cookies, hybrid in shop.attack(attack, networks):
        place = _place(target, [ranked.item for ranked in shared.ask(hybrid, shop.now + 1)])
        if up is None and place is not None and (before is None or place < before):
            up = cookies
        if place == 1:
            first = cookies
            break
    deeds = len(attack.deeds)
    return {"up": up, "first": first, "events_up": up and up * deeds, "events_first": first and first * deeds}


def _targets(shop: AttackedShop, shared: SharedList) -> Iterator[tuple[int | None, ItemId]]:
    """Yield the products that are moved, with their places; None for what nobody looks at, which is in no list."""
    listed = shop.read(shared.ask)
    yield from ((place, listed[place - 1]) for place in PLACES if place <= len(listed))
    quiet = shop.find_quiet(listed, *map(shop.read, (_trending, _cold_start))) or shop.find_quiet(listed)
    yield from ((None, item) for item in [item for item in quiet if item != shared.beside][:1])


def _in_turns(shop: AttackedShop, beside: ItemId) -> dict[str, Any]:
    """Say where one cookie's views in turns bring a product that nobody looks at, beside another."""
    ask = _well_with(beside)
    listed = shop.read(ask)
    row: dict[str, Any] = {"beside": beside, "listed": len(listed)}
    for target in [item for item in shop.find_quiet(listed) if item != beside][:1]:
        for views in ALTERNATING:
            found = [ranked.item for ranked in ask(shop.alternate((beside, target), views), shop.now + 1)]
            row[f"place_after_{views}_views"] = _place(target, found)
    return row


def _besides(shop: AttackedShop) -> list[ItemId]:
    """Return the best seller, and something that few have looked at."""
    return list(dict.fromkeys((shop.items[0], shop.items[len(shop.items) // 2]))) if len(shop.items) > 1 else []


def _lists(shop: AttackedShop) -> Iterator[SharedList]:
    quiet: Sequence[ItemId] = shop.find_quiet(shop.read(_trending), shop.read(_cold_start)) or shop.items

    def visits(target: ItemId) -> tuple[Attack, ...]:
        past = tuple((VIEW, item) for item in [item for item in quiet if item != target][:PAST])
        return (
            Attack("new: a view", ((VIEW, target),)),
            Attack(f"with a past: {len(past) + 1} views", (*past, (VIEW, target))),
            Attack("new: an order", ((ORDER, target),)),
        )

    yield SharedList("Trending", _trending, visits)
    yield SharedList("newcomers'", _cold_start, visits)
    for beside, title in zip(_besides(shop), ("a best seller", "a quiet product"), strict=False):
        yield SharedList(f"Goes well with {title}", _well_with(beside), _pairing(beside), beside)
    yield SharedList(
        "Top rated",
        lambda hybrid, now: hybrid.top_rated(now),
        lambda target: (
            Attack("anonymous: 5 stars", ((STARS, target),)),
            Attack("account: 5 stars", ((STARS, target),), is_account=True),
        ),
    )


def _trending(hybrid: Hybrid, now: float) -> Sequence[RankedItem]:
    return hybrid.trending(now)


def _cold_start(hybrid: Hybrid, now: float) -> Sequence[RankedItem]:
    return hybrid.popular(now)


def _well_with(beside: ItemId) -> Ask:
    return lambda hybrid, _: hybrid.goes_well_with(beside)


def _pairing(beside: ItemId) -> Callable[[ItemId], tuple[Attack, ...]]:
    return lambda target: (Attack("new: two views", ((VIEW, beside), (VIEW, target))),)


def _place(item: ItemId, listed: Sequence[ItemId]) -> int | None:
    """Return the place of an item in a list, from 1; None where it is not in it."""
    return listed.index(item) + 1 if item in listed else None


def table_of(report: dict[str, Any]) -> str:
    """Write the costs as a Markdown table: cookies for a place up, and for the first place."""
    rows = [f"| list | from place | each cookie | {' | '.join(NETWORKS)} |", "| --- " * (3 + len(NETWORKS)) + "|"]
    for row in report["costs"]:
        cells = [f"{_count(row[name]['up'])} / {_count(row[name]['first'])}" for name in NETWORKS]
        rows.append(f"| {' | '.join((row['list'], _place_name(row['from_place']), row['each_cookie'], *cells))} |")
    if not report["costs"]:
        rows = ["The shop has too few products: there is no place to move one from, and none that is not listed."]
    places = "; ".join(map(_turns_of, report["one_cookie_in_turns"]))
    told = [
        f"{report['products']} products, {report['events_learned']} events of history, then "
        f"{report['visitors_in_the_last_hour']} visitors with {5 * report['visitors_in_the_last_hour']} views in an "
        f"hour. Cookies until the product is a place further up / first; > {MOST}: not with so many.",
        f"Place that one cookie brings a product to by {' and by '.join(map(str, ALTERNATING))} views in turns: "
        f"{places or 'there are not two products'}.",
    ]
    return "\n".join([*rows, "", *told])


def _turns_of(row: dict[str, Any]) -> str:
    names = [f"place_after_{views}_views" for views in ALTERNATING]
    found = " and ".join(_place_name(row[name]) for name in names) if names[0] in row else "all others are listed"
    return f"beside {row['beside']} {found}"


def _count(cookies: int | None) -> str:
    return f"> {MOST}" if cookies is None else str(cookies)


def _place_name(place: int | None) -> str:
    return "none" if place is None else str(place)
