"""What happened in the shop, in the shop's words, and how it is written on the wire.

Events are frozen values in the past tense. On the wire they are JSON objects tagged by ``kind``. Reading checks
every field: unknown fields are ignored, so that an older reader survives a newer writer; anything else that does
not fit is an `InvalidEvent` that names what is wrong.
"""

import re
from typing import Annotated, Any, Literal, NewType

import msgspec
from msgspec import Meta

from online_models.schema.json_reader import UNREADABLE

SCHEMA_VERSION = 1
"""Written into every event. Readers accept this version and older ones."""

MAX_EVENT_BYTES = 16_384
"""Larger payloads are refused before they are parsed."""

VisitorId = NewType("VisitorId", str)
ItemId = NewType("ItemId", str)
EventId = NewType("EventId", str)
RankingId = NewType("RankingId", str)

PLAIN_ID = Meta(min_length=1, max_length=64, pattern=r"\A[A-Za-z0-9][A-Za-z0-9._:~-]*\Z")
"""An id that the product gives out, or that needs no care anywhere."""

SHOP_ID = Meta(min_length=1, max_length=128, pattern=r"\A[^\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]+\Z")
"""An id that the shop gives out: any text of one line, without control characters and what turns the reading direction.

Ids are compared by code point. Half a character (a lone surrogate) is no text: neither JSON nor Kafka can hold one.
"""

_Label = Meta(min_length=1, max_length=64)
_ACCOUNT = re.compile(r"a[0-9a-f]{24}\Z")

Visitor = Annotated[VisitorId, PLAIN_ID]
Item = Annotated[ItemId, SHOP_ID]
Stars = Annotated[int, Meta(ge=1, le=5)]
Quantity = Annotated[int, Meta(ge=1, le=100_000)]
Pennies = Annotated[int, Meta(ge=0, le=100_000_000)]
Instant = Annotated[float, Meta(gt=0, lt=32_503_680_000)]
"""Seconds since 1970, before the year 3000."""

Milliseconds = Annotated[float, Meta(ge=0, le=600_000)]
Network = Annotated[str, Meta(pattern=r"^[0-9a-f]{12}\Z")]

Surface = Literal[
    "for_you",
    "trending",
    "top_rated",
    "new_arrivals",
    "goes_well_with",
    "bought_together",
    "similar",
    "recently_viewed",
    "category",
    "product",
    "basket",
    "search",
    "history",
    "api",
    "wishlist",
    "new_to_you",
    "surprise",
]
"""Where in the shop an event came from."""


def is_account(visitor: VisitorId) -> bool:
    """Return whether this is the product's own id of an account.

    Examples
    --------
    >>> is_account(VisitorId("a0123456789abcdef01234567")), is_account(VisitorId("ann"))
    (True, False)
    """
    return _ACCOUNT.match(visitor) is not None


class InvalidEvent(ValueError):
    """The bytes are not an event of a known kind with valid fields. Park them; do not retry.

    The text says what is wrong, and where, but not with what: it may be logged.
    """

    @property
    def path(self) -> str:
        """The field that is wrong, such as ``$.item``; empty where it is not a field."""
        found = _PATH.search(str(self))
        return found[1] if found else ""


class Event(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="kind"):
    """What all events carry.

    Attributes
    ----------
    event_id
        Unique and ordered by time (`event_id_at`). A retry carries the same id.
    visitor
        Who did it. The partition key.
    occurred_at
        When it happened, Unix seconds.
    received_at
        When the storefront took it in, Unix seconds.
    surface, ranking_id
        Which part of the shop, and which recommended list, led to it.
    simulated
        True for the demo's simulated shoppers.
    network
        A digest of the client's network that a storefront made, under a key of the day: what is shared counts networks.
        Without it, the visitor counts as a network of their own.
    """

    event_id: Annotated[EventId, PLAIN_ID]
    visitor: Visitor
    occurred_at: Instant
    schema: Annotated[int, Meta(ge=1, le=SCHEMA_VERSION)] = SCHEMA_VERSION
    received_at: Instant | None = None
    surface: Surface | None = None
    ranking_id: Annotated[RankingId, PLAIN_ID] | None = None
    simulated: bool = False
    network: Network | None = None


class ItemViewed(Event, frozen=True, kw_only=True, omit_defaults=True, tag="item_viewed"):
    """The visitor opened a product."""

    item: Item


class ItemRated(Event, frozen=True, kw_only=True, omit_defaults=True, tag="item_rated"):
    """The visitor gave a product one to five stars. The newest rating counts."""

    item: Item
    stars: Stars


class CartItemAdded(Event, frozen=True, kw_only=True, omit_defaults=True, tag="cart_item_added"):
    """The visitor put a product into the basket."""

    item: Item
    quantity: Quantity = 1


class CartItemRemoved(Event, frozen=True, kw_only=True, omit_defaults=True, tag="cart_item_removed"):
    """The visitor took a product out of the basket."""

    item: Item


class ItemPurchased(Event, frozen=True, kw_only=True, omit_defaults=True, tag="item_purchased"):
    """One line of an order. ``price`` is per unit, in the smallest unit of the shop's currency."""

    item: Item
    quantity: Quantity = 1
    price: Pennies | None = None
    order: Annotated[str, PLAIN_ID] | None = None


class ItemRefunded(Event, frozen=True, kw_only=True, omit_defaults=True, tag="item_refunded"):
    """A purchase was taken back: for the visitor it counts as a view from now on. ``order`` is the purchase's."""

    item: Item
    quantity: Quantity = 1
    order: Annotated[str, PLAIN_ID] | None = None


class ItemDismissed(Event, frozen=True, kw_only=True, omit_defaults=True, tag="item_dismissed"):
    """The visitor said "not interested"."""

    item: Item


class ItemWished(Event, frozen=True, kw_only=True, omit_defaults=True, tag="item_wished"):
    """The visitor put a product on their wish list."""

    item: Item


class ItemUnwished(Event, frozen=True, kw_only=True, omit_defaults=True, tag="item_unwished"):
    """The visitor took a product off their wish list."""

    item: Item


class ItemLiked(Event, frozen=True, kw_only=True, omit_defaults=True, tag="item_liked"):
    """The visitor asked for more like a product that was recommended to them."""

    item: Item


class ListItemClicked(Event, frozen=True, kw_only=True, omit_defaults=True, tag="list_item_clicked"):
    """The visitor clicked a product in a list. ``surface`` and ``ranking_id`` say in which."""

    item: Item


class Searched(Event, frozen=True, kw_only=True, omit_defaults=True, tag="searched"):
    """The visitor searched for a text. No model learns from it."""

    query: Annotated[str, Meta(min_length=1, max_length=200)]


class RankingShown(Event, frozen=True, kw_only=True, omit_defaults=True, tag="ranking_shown"):
    """A recommended list was drawn in the browser.

    Attributes
    ----------
    items
        What was drawn, in order.
    cause
        The event that led to this list, if one did.
    drawn_ms, painted_ms
        From the click to the list in the laid-out document, and to the next painted frame; the browser's clock.
    """

    items: Annotated[tuple[Item, ...], Meta(max_length=100)]
    cause: Annotated[EventId, PLAIN_ID] | None = None
    drawn_ms: Milliseconds | None = None
    painted_ms: Milliseconds | None = None
    variant: Annotated[str, _Label] | None = None


class PreferencesChanged(Event, frozen=True, kw_only=True, omit_defaults=True, tag="preferences_changed"):
    """The visitor declared what they like. Replaces what was declared before."""

    categories: Annotated[tuple[Annotated[str, _Label], ...], Meta(max_length=50)] = ()
    colours: Annotated[tuple[Annotated[str, _Label], ...], Meta(max_length=50)] = ()
    min_price: Pennies | None = None
    max_price: Pennies | None = None


class ItemForgotten(Event, frozen=True, kw_only=True, omit_defaults=True, tag="item_forgotten"):
    """The visitor asked to forget what they did with one product: views and the rest, and that they dismissed it.

    From the surface ``for_you`` it is the undo of a dismissal, and takes nothing but that back.
    """

    item: Item


class TasteReset(Event, frozen=True, kw_only=True, omit_defaults=True, tag="taste_reset"):
    """The visitor asked to be recommended to as a stranger: what they did is forgotten.

    What they declared, what lies in their basket and the stars that they gave stay.
    """


class ReasonsRequested(Event, frozen=True, kw_only=True, omit_defaults=True, tag="reasons_requested"):
    """The visitor opened the page that says why they are recommended what they are."""


class VisitorIdentified(Event, frozen=True, kw_only=True, omit_defaults=True, tag="visitor_identified"):
    """An anonymous visitor signed in: what ``visitor`` did now belongs to ``account``."""

    account: Visitor


class VisitorForgotten(Event, frozen=True, kw_only=True, omit_defaults=True, tag="visitor_forgotten"):
    """The visitor asked to be erased, with all that is kept under their name."""


AnyEvent = (
    ItemViewed
    | ItemRated
    | CartItemAdded
    | CartItemRemoved
    | ItemPurchased
    | ItemDismissed
    | RankingShown
    | PreferencesChanged
    | ItemForgotten
    | TasteReset
    | ReasonsRequested
    | VisitorIdentified
    | VisitorForgotten
    | ItemWished
    | ItemUnwished
    | ItemLiked
    | ItemRefunded
    | ListItemClicked
    | Searched
)
ItemEvent = (
    ItemViewed
    | ItemRated
    | CartItemAdded
    | CartItemRemoved
    | ItemPurchased
    | ItemDismissed
    | ItemWished
    | ItemUnwished
    | ItemLiked
    | ItemRefunded
    | ListItemClicked
)

EVENT_TYPES: tuple[type[Event], ...] = AnyEvent.__args__
KINDS: tuple[str, ...] = tuple(str(kind.__struct_config__.tag) for kind in EVENT_TYPES)

_TYPE_OF = dict(zip(KINDS, EVENT_TYPES, strict=True))
_PATH = re.compile(r" - at `(\$[^`]*)`\Z")
_SENT = re.compile(r"^(Invalid .*?value) .*(?= - at `\$[^`]*`\Z)", re.DOTALL)
_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(AnyEvent)


def encode(event: Event) -> bytes:
    """Write an event as JSON."""
    return _encoder.encode(event)


def decode(payload: bytes | None) -> AnyEvent:
    """Read an event from JSON.

    Raises
    ------
    InvalidEvent
        If the payload is missing, too large, not JSON, of an unknown kind, or has a field out of its bounds.

    Examples
    --------
    >>> decode(b'{"kind":"item_viewed","event_id":"e1","visitor":"v1","occurred_at":1.0,"item":"22423"}').item
    '22423'
    >>> decode(b'{"kind":"item_sniffed"}')
    Traceback (most recent call last):
    online_models.schema.events.InvalidEvent: Invalid value - at `$.kind`
    """
    if payload is None:
        raise InvalidEvent("an event without content")
    if len(payload) > MAX_EVENT_BYTES:
        raise InvalidEvent(f"an event of {len(payload)} bytes; the limit is {MAX_EVENT_BYTES}")
    try:
        event: AnyEvent = _decoder.decode(payload)
    except UNREADABLE as error:
        raise _invalid(error) from error
    return event


def from_mapping(fields: dict[str, object]) -> AnyEvent:
    """Check a mapping, such as a browser's message, and make it an event.

    Raises
    ------
    InvalidEvent
        As for `decode`.
    """
    kind = fields.get("kind")
    # One type is far quicker to check against than all of them, whose plan msgspec makes anew each time.
    kinds: Any = _TYPE_OF.get(kind, AnyEvent) if isinstance(kind, str) else AnyEvent
    try:
        event: AnyEvent = msgspec.convert(fields, kinds)
        # Half a character (a lone surrogate) is text in Python, and none in the log.
        _encoder.encode(event)
    except UNREADABLE as error:
        raise _invalid(error) from error
    return event


def _invalid(error: Exception) -> InvalidEvent:
    if isinstance(error, UnicodeError):
        return InvalidEvent("Text that cannot be written: half a character")
    return InvalidEvent(_SENT.sub(r"\1", str(error)))


def event_id_at(occurred_at: float, entropy: bytes) -> EventId:
    """Make a UUID version 7 (RFC 9562) from a time and ten random bytes.

    Raises
    ------
    ValueError
        If ``entropy`` is not ten bytes.

    Examples
    --------
    >>> event_id_at(1_700_000_000.0, bytes(10))
    '018bcfe5-6800-7000-8000-000000000000'
    """
    if len(entropy) != 10:
        raise ValueError(f"entropy must be 10 bytes, not {len(entropy)}")
    number = (int(occurred_at * 1000) & (1 << 48) - 1) << 80 | int.from_bytes(entropy, "big")
    number = number & ~(0xF << 76) | 0x7 << 76
    number = number & ~(0x3 << 62) | 0x2 << 62
    text = f"{number:032x}"
    return EventId(f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}")
