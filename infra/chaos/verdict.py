"""What a storm left: the shoppers' books against the topic, the learner's snapshot, and what the shop shows."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from connections.redis_client import connect
from infra.chaos.ledger import Ledger
from infra.chaos.replayed_log import Snapshot
from infra.chaos.shop_client import ShopClient, basket_in, stars_in
from online_models.schema import keyspace
from online_models.schema.events import AnyEvent, EventId, ItemPurchased

ANSWER_SECONDS = 10.0
ENDLESS = (f"{keyspace.PREFIX}:catalogue:", keyspace.data_set())
"""Beginnings of the keys that stay: the catalog that is served, until another replaces it, and the data's own id."""


@dataclass(slots=True)
class StormVerdict:
    """What was lost, learned twice or left behind; ``words`` say which."""

    acknowledged: int = 0
    in_topic: int = 0
    learned: int = 0
    lost: int = 0
    twice: int = 0
    baskets_lost: int = 0
    stars_lost: int = 0
    orders_lost: int = 0
    purchases_lost: int = 0
    refused: int = 0
    words: list[str] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        """Whether nothing was lost and nothing happened twice."""
        return not any(
            (self.lost, self.twice, self.baskets_lost, self.stars_lost, self.orders_lost, self.purchases_lost)
        )

    def judge_events(
        self, ledgers: Sequence[Ledger], events: Sequence[AnyEvent], snapshots: Sequence[Snapshot]
    ) -> None:
        """Compare receipts with the topic, and the topic with what each learner has learned."""
        acknowledged = {event_id for ledger in ledgers for event_id in ledger.acknowledged}
        there = Counter(str(event.event_id) for event in events)
        learned = [set(snapshot.header.recent_events) for snapshot in snapshots] or [set[EventId]()]
        missing = sorted(acknowledged - there.keys())
        unlearned = sorted(set().union(*((acknowledged & there.keys()) - ids for ids in learned)))
        twice = [event_id for snapshot in snapshots for event_id in snapshot.twice]
        self.acknowledged, self.in_topic = len(acknowledged), len(acknowledged & there.keys())
        self.learned = min(len(acknowledged & ids) for ids in learned)
        self.lost, self.twice = len(missing) + len(unlearned), len(twice)
        self.refused = sum(len(ledger.refused) for ledger in ledgers)
        self._say("acknowledged, but not in the topic", missing)
        self._say("in the topic, but not learned", unlearned)
        self._say("learned twice", twice)

    def judge_orders(self, ledgers: Sequence[Ledger], events: Iterable[AnyEvent]) -> None:
        """Compare the orders that the shop thanked for with the purchases in the topic."""
        bought: dict[str, set[str]] = {}
        for event in events:
            if isinstance(event, ItemPurchased) and event.order is not None:
                bought.setdefault(event.order, set()).add(event.item)
        for ledger in ledgers:
            for order in ledger.orders.values():
                if order.is_thanked and bought.get(order.number, set()) != order.items:
                    self.purchases_lost += 1
                    missing = sorted(order.items - bought.get(order.number, set()))
                    self._say(f"order {order.number} was thanked, but its purchases are not in the topic", missing)

    def judge_shopper(self, ledger: Ledger, client: ShopClient) -> None:
        """Compare one shopper's books with what the shop shows them. Raises `Unanswered`."""
        basket = basket_in(client.get("/basket").text)
        if not ledger.is_basket_kept(basket):
            self.baskets_lost += 1
            self.words.append(f"basket {basket} should be {dict(ledger.basket)}, perhaps with {dict(ledger.unsure)}")
        for item, stars in ledger.stars.items():
            shown = stars_in(client.get(f"/products/{item}").text, item)
            if shown != stars:
                self.stars_lost += 1
                self.words.append(f"{item} was given {stars} stars, the shop shows {shown}")
        for order in ledger.orders.values():
            if order.is_thanked and client.get(f"/orders/{order.number}").status != 200:
                self.orders_lost += 1
                self.words.append(f"order {order.number} was thanked, but is not there")

    def _say(self, what: str, which: Sequence[str]) -> None:
        if which:
            self.words.append(f"{what}: {len(which)}, such as {', '.join(which[:3])}")


def endless_keys(redis_url: str) -> list[str]:
    """Return the product's keys that would stay for ever, but for those of the catalog that is served."""
    with connect(redis_url, ANSWER_SECONDS, decode_responses=True) as client:
        keys = [key for key in client.scan_iter(f"{keyspace.PREFIX}:*", count=1_000) if not key.startswith(ENDLESS)]
        return sorted(key for key in keys if client.ttl(key) == -1)
