"""What an event changes in the database at once, before the models learn it: stored once, however often it is sent."""

from dataclasses import dataclass

from sqlalchemy import Connection

from online_models.schema.events import (
    AnyEvent,
    CartItemAdded,
    CartItemRemoved,
    ItemDismissed,
    ItemForgotten,
    ItemId,
    ItemRated,
    ItemUnwished,
    ItemViewed,
    ItemWished,
    TasteReset,
    VisitorId,
)
from storefront.database.connection import Database
from storefront.reviews.review_store import ReviewStore
from storefront.visitor_state.applied_events import AppliedEvents
from storefront.visitor_state.baskets import Basket, Baskets, check_room
from storefront.visitor_state.belongings import BelongingsReader
from storefront.visitor_state.dismissals import Dismissals
from storefront.visitor_state.wishes import Wishes, check_wishes

_CHANGING = (
    *(CartItemAdded, CartItemRemoved, ItemRated, ItemDismissed, ItemWished, ItemUnwished),
    *(ItemForgotten, TasteReset),
)


@dataclass(frozen=True, slots=True)
class Effects:
    """Stores effects, each in one transaction with the id of its event. Raises `DatabaseDown`: nothing was changed."""

    database: Database
    belongings: BelongingsReader
    applied_events: AppliedEvents
    baskets: Baskets
    reviews: ReviewStore
    dismissals: Dismissals
    wishes: Wishes

    def check(self, event: AnyEvent) -> None:
        """Raise what `apply` would raise, as far as that is known before: `DatabaseDown`, `TooMany`."""
        if isinstance(event, _CHANGING):
            belongings = self.belongings.require(event.visitor)
            if isinstance(event, CartItemAdded) and event.item not in belongings.basket:
                check_room(belongings.basket)
            if isinstance(event, ItemWished) and event.item not in belongings.wished:
                check_wishes(belongings.wished)

    def apply(self, event: AnyEvent, now: float, quantity: int | None = None) -> Basket | None:
        """Store what an event changes unless that is done; return the basket where it changed. Raises `TooMany`.

        ``quantity`` is what the basket then holds of an item that was added, where that is known: it is set, not added.
        """
        if isinstance(event, ItemViewed):
            # Most views change nothing, and need no transaction.
            if not self.dismissals.was_dismissed(event.visitor, event.item, event.occurred_at):
                return None
        elif not isinstance(event, _CHANGING):
            return None
        with self.database.begin() as connection:
            is_new = self.applied_events.add(connection, event.visitor, event.event_id, now)
            basket = self._change(connection, event, now, quantity) if is_new else None
        self.belongings.renew()
        self.dismissals.renew(event.visitor)
        return basket

    def put(self, visitor: VisitorId, item: ItemId, quantity: int, now: float) -> Basket:
        """Set how many of an item lie in the basket, and return it. Raises `TooMany`."""
        with self.database.begin() as connection:
            basket = self.baskets.put(connection, visitor, item, quantity, now)
        self.belongings.renew()
        return basket

    def _change(self, connection: Connection, event: AnyEvent, now: float, quantity: int | None) -> Basket | None:
        visitor = event.visitor
        match event:
            case CartItemAdded():
                if quantity is not None:
                    return self.baskets.put(connection, visitor, event.item, quantity, now)
                return self.baskets.add(connection, visitor, event.item, event.quantity, now)
            case CartItemRemoved():
                return self.baskets.put(connection, visitor, event.item, 0, now)
            case ItemRated():
                self.reviews.put_stars(connection, visitor, event.item, event.stars, now)
            case ItemDismissed():
                self.dismissals.add(connection, visitor, event.item, event.occurred_at, now)
            case ItemWished():
                self.wishes.add(connection, visitor, event.item, event.occurred_at, now)
            case ItemUnwished():
                self.wishes.discard(connection, visitor, event.item)
            case ItemViewed() | ItemForgotten():
                self.dismissals.discard(connection, visitor, event.item)
            case TasteReset():
                self.dismissals.forget(connection, visitor)
            case _:
                pass
        return None
