"""What a shopper did, and what of it the shop acknowledged."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class PlacedOrder:
    """An order, the items of its lines, and whether the shop thanked for it."""

    number: str
    items: frozenset[str]
    is_thanked: bool


@dataclass(slots=True)
class Ledger:
    """The books of one shopper.

    Attributes
    ----------
    sent
        Events by id, whatever became of them.
    acknowledged
        Ids of events that have a receipt.
    refused
        Why an event was refused for good, by id.
    basket
        What must lie in the basket.
    unsure
        What may lie there on top: forms that no answer came to.
    stars
        The rating of each item that has a receipt.
    """

    sent: dict[str, dict[str, Any]] = field(default_factory=dict)
    acknowledged: set[str] = field(default_factory=set)
    refused: dict[str, str] = field(default_factory=dict)
    basket: Counter[str] = field(default_factory=Counter)
    unsure: Counter[str] = field(default_factory=Counter)
    stars: dict[str, int] = field(default_factory=dict)
    unsure_stars: dict[str, int] = field(default_factory=dict)
    orders: dict[str, PlacedOrder] = field(default_factory=dict)

    def note_sent(self, event: dict[str, Any]) -> None:
        """Write down an event before it is sent for the first time."""
        self.sent[event["event_id"]] = event

    def note_receipt(self, event_id: str, *, accepted: bool, reason: str = "") -> None:
        """Write down a receipt that is final. A second one of the same event changes nothing."""
        event = self.sent[event_id]
        if not accepted:
            self.refused[event_id] = reason
        elif event_id not in self.acknowledged:
            self.acknowledged.add(event_id)
            if event["kind"] == "cart_item_added":
                self.basket[event["item"]] += event.get("quantity", 1)
            elif event["kind"] == "item_rated":
                self.stars[event["item"]] = event["stars"]

    def note_ordered(self, number: str, *, thanked: bool) -> None:
        """Write down that the basket was ordered. Without thanks, it may or may not have been."""
        self.orders[number] = PlacedOrder(number, frozenset(self.basket), thanked)
        if not thanked:
            self.unsure.update(self.basket)
        self.basket.clear()

    def close(self) -> None:
        """Count what has no receipt in the end as unsure: it may have been done, or not."""
        for event_id, event in self.sent.items():
            if event_id in self.acknowledged or event_id in self.refused:
                continue
            if event["kind"] == "cart_item_added":
                self.unsure[event["item"]] += event.get("quantity", 1)
            elif event["kind"] == "item_rated":
                self.unsure_stars[event["item"]] = event["stars"]

    def is_basket_kept(self, found: dict[str, int]) -> bool:
        """Say whether a basket holds all that was acknowledged, and nothing that was never asked for."""
        return all(
            self.basket[item] <= found.get(item, 0) <= self.basket[item] + self.unsure[item]
            for item in {*self.basket, *self.unsure, *found}
        )
