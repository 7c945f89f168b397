"""Takes in the events that browsers report: checks, publishes, stores what they change, notifies pages.

The browser says what happened to which item, and when. The shop adds who it was, a digest of their network, and when it
arrived. An event is sent at once. What it changes is stored, and its receipt given, when it is safe: one that was not
stored has changed nothing and may come again.
"""

import logging
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, NamedTuple

from connections.log_lines import LIMITED_BY
from online_models.schema import keyspace, messages
from online_models.schema.events import (
    KINDS,
    AnyEvent,
    CartItemAdded,
    EventId,
    InvalidEvent,
    ItemEvent,
    ItemForgotten,
    ItemId,
    ItemRated,
    ItemUnwished,
    ItemViewed,
    ItemWished,
    RankingShown,
    ReasonsRequested,
    TasteReset,
    VisitorId,
    event_id_at,
    from_mapping,
)
from storefront.database.connection import DatabaseDown
from storefront.events.effects import Effects
from storefront.events.event_publisher import EventPublisher
from storefront.events.pending_receipt import PendingReceipt, known
from storefront.events.receipt import UNSTORED, Receipt, Refusal, Refused, refused
from storefront.events.spool import NotStored, SpoolFull
from storefront.limits.event_allowance import cost_of
from storefront.limits.leaky_buckets import RateLimit
from storefront.limits.network_digest import NetworkDigest
from storefront.limits.push_causes import PushCauses
from storefront.lru_table import LruTable
from storefront.reviews.own_stars import OwnStars
from storefront.serving.serving_reader import ServingReader
from storefront.visitor_state.applied_events import OLDEST_SECONDS
from storefront.visitor_state.baskets import MOST_OF_AN_ITEM, Basket
from storefront.visitor_state.profiling import ProfilingChoice
from storefront.visitor_state.viewed import Viewed
from storefront.visitor_state.visitor_store import TooMany

log = logging.getLogger(__name__)

SEEN_KEPT = 20_000

FURTHEST = 32_503_680_000_000
"""No clock is further from 1970, be it in seconds or in milliseconds."""

MOST_SHOWN = max(keyspace.RANKING_LENGTH, keyspace.TRENDING_LENGTH, keyspace.RELATED_LENGTH)
"""Items of a list that a page reports as seen: no list is longer.

One with an unknown item is refused as a whole: without it, the others would be in other positions.
"""

_ALWAYS = frozenset({"kind", "event_id", "occurred_at", "surface", "ranking_id"})
FIELDS: dict[str, frozenset[str]] = {
    "item_viewed": frozenset({"item"}),
    "item_rated": frozenset({"item", "stars"}),
    "cart_item_added": frozenset({"item", "quantity"}),
    "cart_item_removed": frozenset({"item"}),
    "item_dismissed": frozenset({"item"}),
    "item_wished": frozenset({"item"}),
    "item_unwished": frozenset({"item"}),
    "item_liked": frozenset({"item"}),
    "item_forgotten": frozenset({"item"}),
    "taste_reset": frozenset(),
    "reasons_requested": frozenset(),
    "ranking_shown": frozenset({"items", "cause", "drawn_ms", "painted_ms", "variant"}),
}
"""What a browser may say, by kind of event. Everything else is dropped."""


class EventSource(NamedTuple):
    """Who reports events: what they may say by kind of event, and whether they are believed.

    Who is trusted counts by visitor: neither the rate of one visitor nor the network of the request holds for them, the
    time of an event may be long ago, and what they say was put into a basket was for sale.
    """

    fields: Mapping[str, frozenset[str]]
    is_trusted: bool = False
    most_shown: int = MOST_SHOWN


BROWSER = EventSource(FIELDS)
"""The shop's own pages."""

_OBSERVED = (ItemViewed, RankingShown, ReasonsRequested)
"""What visitors do not do to tell the shop anything: without profiling it counts for nothing."""

_ERASING = (ItemForgotten, TasteReset)
"""What takes something out of a profile: it is published whatever the visitor has chosen."""

_IN_ANY_ORDER = frozenset({"item_viewed", "reasons_requested", "ranking_shown"})
"""Kinds of events after which the visitor's next one need not wait."""

Tell = Callable[[VisitorId, str, dict[str, Any]], None]
"""Sends a message to all open pages of a visitor."""

Count = Callable[[object, Refusal | None], None]
"""Counts an event of a kind as accepted, or as refused for a reason."""

Start = Callable[[Callable[[], object]], object]
"""Runs a function in the background."""


@dataclass(slots=True, kw_only=True)
class Intake:
    """The one way in for events, whether by socket, by HTTP or by form."""

    publisher: EventPublisher
    reader: ServingReader
    effects: Effects
    viewed: Viewed
    own_stars: OwnStars
    profiling: ProfilingChoice
    push_causes: PushCauses
    limit: RateLimit
    network_digest: NetworkDigest
    tell: Tell
    start: Start
    count: Count = lambda _kind, _refusal: None
    now: Callable[[], float] = time.time
    _seen: LruTable[tuple[str, str], PendingReceipt | None] = field(
        default_factory=lambda: LruTable(SEEN_KEPT), init=False
    )
    """Events that are on their way, and None for those that were taken in."""

    def take(self, visitor: VisitorId, network: str, fields: object, quantity: int | None = None) -> Receipt:
        """Take in one reported event, and wait until it is safe. A repeated id is accepted and changes nothing.

        ``quantity`` is what the basket then holds of the item that the event adds, where that is known.
        """
        return self.begin(visitor, network, fields, quantity).wait()

    def begin(
        self,
        visitor: VisitorId,
        network: str,
        fields: object,
        quantity: int | None = None,
        *,
        is_profiled: bool | None = None,
        source: EventSource = BROWSER,
    ) -> PendingReceipt:
        """Send one event that a client of a network reports. Whoever gives the receipt waits: several may be sent.

        Where it comes without a request, ``is_profiled`` is what its visitor chose. A source that is trusted may leave
        the network empty.
        """
        now = self.now()
        if not source.is_trusted and self.limit.take(visitor, now, cost_of(fields)):
            return known(self.refuse(fields, Refusal.TOO_MANY))
        return self._begin(visitor, network, fields, now, quantity, is_profiled=is_profiled, source=source)

    def note(self, visitor: VisitorId, network: str, fields: object) -> PendingReceipt:
        """Take in an event that comes with a page: it is rendered meanwhile, and nobody gets a receipt."""
        pending = self.begin(visitor, network, fields)
        self.start(pending.wait)
        return pending

    def refuse(self, fields: object, refusal: Refusal) -> Receipt:
        """Return the receipt of an event that is not taken in."""
        return self._refuse(fields, Refused(refusal))

    def set_quantity(
        self,
        visitor: VisitorId,
        network: str,
        item: ItemId,
        quantity: int,
        event_id: EventId | None = None,
        was: int | None = None,
    ) -> Receipt:
        """Set how many of an item lie in the basket. A smaller number that is not zero is no event: it says little.

        What the shop no longer sells can only be taken out, and that says nothing of the visitor's taste. ``was`` is
        the quantity that the visitor saw, and ``event_id`` made with it: the same change sent twice is one event.
        """
        try:
            there = self.effects.belongings.require(visitor).basket.get(item, 0)
            is_sold = self._is_sold(item)
            before = there if was is None else was
            if quantity > before and is_sold:
                added = {"kind": "cart_item_added", "item": item, "quantity": quantity - before, "event_id": event_id}
                return self.take(visitor, network, added, quantity)
            if quantity <= 0 and is_sold:
                removed = {"kind": "cart_item_removed", "item": item, "event_id": event_id}
                return self.take(visitor, network, removed)
            if not there or not (is_sold or quantity <= 0):
                return refused(None, Refused(Refusal.UNKNOWN_ITEM))
            self._tell_basket(visitor, self.effects.put(visitor, item, quantity, self.now()))
        except DatabaseDown:
            return self._refuse(None, Refused(Refusal.NOT_STORED))
        return Receipt(event_id=None, accepted=True)

    def put_again(
        self, visitor: VisitorId, network: str, items: Mapping[ItemId, int], ids: Mapping[ItemId, EventId | None]
    ) -> list[Receipt]:
        """Put what was bought once into the basket again, as one act, as far as it has room.

        The caller has counted each item as an event.
        """
        now, line = self.now(), {"kind": "cart_item_added", "surface": "basket"}
        sent = [
            self._begin(visitor, network, {**line, "item": item, "quantity": quantity, "event_id": ids.get(item)}, now)
            for item, quantity in items.items()
        ]
        return [pending.wait() for pending in sent]

    def _begin(
        self,
        visitor: VisitorId,
        network: str,
        fields: object,
        now: float,
        quantity: int | None = None,
        *,
        is_profiled: bool | None = None,
        source: EventSource = BROWSER,
    ) -> PendingReceipt:
        if is_profiled is None:
            is_profiled = not self.profiling.is_off()
        try:
            event = self._checked(visitor, network, fields, now, source)
            if not is_profiled and isinstance(event, _OBSERVED):
                return known(self._accept(event, _kind_of(fields)))
            repeated = self._repeated(event, fields)
            if repeated is None:
                self.effects.check(event)
                # The check may have waited for the database.
                repeated = self._repeated(event, fields)
        except (Refused, InvalidEvent, TooMany, DatabaseDown) as error:
            return known(self._refuse_for(error, visitor, fields), cost_of(fields))
        if repeated is not None:
            return repeated
        is_published = is_profiled or isinstance(event, _ERASING)
        if isinstance(event, ItemRated) and is_published:
            self.own_stars.expect(visitor, event.item, event.stars)
        key, complete = (visitor, event.event_id), partial(self._complete, event, fields, quantity)
        in_order = _kind_of(fields) not in _IN_ANY_ORDER
        pending = PendingReceipt(event.event_id, complete, in_order=in_order, cost=cost_of(fields))
        self._seen[key] = pending
        if not is_published:
            pending.delivery.confirm()
            return pending
        try:
            self.publisher.send(event, pending.delivery)
        except BaseException:
            self._seen.pop(key, None)
            raise
        return pending

    def _repeated(self, event: AnyEvent, fields: object) -> PendingReceipt | None:
        """Return the receipt of the same event, which a browser sends again that gave up waiting; None if it is new."""
        key = event.visitor, event.event_id
        if key not in self._seen:
            return None
        return self._seen[key] or known(self._accept(event, _kind_of(fields)))

    def _complete(self, event: AnyEvent, fields: object, quantity: int | None, not_stored: NotStored | None) -> Receipt:
        """Do what follows from an event that is safe. If it was not stored nothing follows, and it may come again."""
        key = event.visitor, event.event_id
        try:
            if not_stored is not None:
                raise not_stored
            self._keep(event, self.now(), quantity)
        except (NotStored, TooMany, DatabaseDown) as error:
            self._seen.pop(key, None)
            return self._refuse_for(error, event.visitor, fields)
        except BaseException:
            self._seen.pop(key, None)
            raise
        self._seen[key] = None
        return self._accept(event, _kind_of(fields))

    def _accept(self, event: AnyEvent, kind: object) -> Receipt:
        self.count(kind, None)
        return Receipt(event_id=event.event_id, accepted=True)

    def _refuse_for(self, error: Exception, visitor: VisitorId, fields: object) -> Receipt:
        match error:
            case Refused():
                refused_for = error
            case TooMany():
                refused_for = Refused(Refusal.TOO_MANY_ITEMS, str(error))
            case InvalidEvent():
                refused_for = Refused(Refusal.BAD_VALUE, str(error), error.path)
            case SpoolFull():
                refused_for = Refused(Refusal.QUEUE_FULL)
            case _:
                refused_for = Refused(Refusal.NOT_STORED)
        if refused_for.refusal in UNSTORED:
            # Trying again is what the sender is told to do.
            self.limit.give_back(visitor, cost_of(fields))
        return self._refuse(fields, refused_for)

    def _refuse(self, fields: object, error: Refused) -> Receipt:
        kind = _kind_of(fields)
        named = kind if isinstance(kind, str) and kind in KINDS else "an event"
        label = error.refusal.label
        # Never what was sent: it may be long, or written to be read in a log.
        log.info("Refused %s: %s %s", named, label, error.path, extra={LIMITED_BY: f"{named} {label}"})
        self.count(kind, error.refusal)
        return refused(fields, error)

    def _checked(self, visitor: VisitorId, network: str, fields: object, now: float, source: EventSource) -> AnyEvent:
        if not isinstance(fields, Mapping):
            raise Refused(Refusal.NOT_AN_EVENT)
        kind = fields.get("kind")
        if not isinstance(kind, str) or kind not in source.fields:
            raise Refused(Refusal.UNKNOWN_KIND)
        allowed = source.fields[kind] | _ALWAYS
        reported = {name: value for name, value in fields.items() if name in allowed and value is not None}
        if "event_id" not in reported:
            reported["event_id"] = event_id_at(now, secrets.token_bytes(10))
        oldest = 1.0 if source.is_trusted else now - OLDEST_SECONDS
        occurred_at = _clamped(reported.get("occurred_at"), oldest, now)
        reported |= {"visitor": visitor, "received_at": now, "occurred_at": occurred_at}
        if network or not source.is_trusted:
            reported["network"] = self.network_digest.of(network, now)
        event = from_mapping(reported)
        if isinstance(event, CartItemAdded) and event.quantity > MOST_OF_AN_ITEM:
            raise Refused(Refusal.BAD_VALUE, f"at most {MOST_OF_AN_ITEM} of an item")
        if isinstance(event, RankingShown) and len(event.items) > source.most_shown:
            raise Refused(Refusal.BAD_VALUE, f"at most {source.most_shown} items of a list", "$.items")
        catalog, items = self.reader.read_catalog(), _items_of(event)
        if catalog.products and not all(catalog.product(item) for item in items):
            raise Refused(Refusal.UNKNOWN_ITEM)
        is_doubted = isinstance(event, CartItemAdded) and catalog.products and not source.is_trusted
        if is_doubted and not self._is_sold(items[0]):
            raise Refused(Refusal.SOLD_OUT)
        return self.push_causes.check(event) if isinstance(event, RankingShown) else event

    def _is_sold(self, item: ItemId) -> bool:
        product = self.reader.read_catalog().product(item)
        return product is not None and not product.is_sold_out

    def _keep(self, event: AnyEvent, now: float, quantity: int | None) -> None:
        """Store what the event changes, and tell the visitor's pages."""
        basket = self._stored(event, now, quantity)
        if basket is not None:
            self._tell_basket(event.visitor, basket)
        match event:
            case ItemRated():
                rating = messages.RatingChanged(item=event.item, stars=event.stars)
                self.tell(event.visitor, messages.RATING_CHANGED, messages.to_message(rating))
            case ItemWished() | ItemUnwished():
                wish = messages.WishChanged(item=event.item, is_wished=isinstance(event, ItemWished))
                self.tell(event.visitor, messages.WISH_CHANGED, messages.to_message(wish))
            case ItemViewed():
                self.viewed.add(event.visitor, event.item)
            case ItemForgotten() if event.surface != "for_you":  # from a list it takes a dismissal back, nothing else
                self.viewed.discard(event.visitor, event.item)
            case TasteReset():
                # One by one: this goes on while Redis is down.
                for item in self.viewed.read(event.visitor):
                    self.viewed.discard(event.visitor, item)
            case _:
                pass

    def _stored(self, event: AnyEvent, now: float, quantity: int | None) -> Basket | None:
        try:
            return self.effects.apply(event, now, quantity)
        except DatabaseDown:
            # A view at most lets a dismissed product come back: that is not worth the view.
            if isinstance(event, ItemViewed):
                return None
            raise

    def _tell_basket(self, visitor: VisitorId, basket: Basket) -> None:
        message = messages.BasketChanged(count=sum(basket.values()))
        self.tell(visitor, messages.BASKET_CHANGED, messages.to_message(message))


def _items_of(event: AnyEvent) -> tuple[ItemId, ...]:
    if isinstance(event, RankingShown):
        return event.items
    return (event.item,) if isinstance(event, ItemEvent) else ()


def _kind_of(fields: object) -> object:
    return fields.get("kind") if isinstance(fields, Mapping) else None


def _clamped(occurred_at: object, oldest: float, now: float) -> float:
    """Believe the sender's clock as far as it is not ahead of ours, nor too far behind. Raises `InvalidEvent`."""
    if isinstance(occurred_at, bool) or not isinstance(occurred_at, int | float):
        return now
    if not -FURTHEST < occurred_at < FURTHEST:  # Nor is what is not a number.
        raise InvalidEvent("Expected a time - at `$.occurred_at`")
    return min(max(float(occurred_at), oldest), now)
