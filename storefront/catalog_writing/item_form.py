"""What a shop says of one of its products, in the words of the usual feeds, checked and read as a product."""

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any

import msgspec
from babel import numbers
from msgspec import Meta

from connections.picture_hosts import InvalidPicture, check_picture
from online_models.schema.events import ItemId
from online_models.schema.keyspace import picture_path
from online_models.schema.plain_text import one_line, several_lines
from online_models.schema.product import Availability, Category, Product, decode_product, encode_product
from online_models.schema.search_terms import terms_of

NO_PICTURE = picture_path("none")
"""Where the shop shows that a product has no picture."""

OTHER = "other"
MOST_TAGS, MOST_PICTURES = 24, 20
SHORTEST_TAG = 3
MOST_PRICE = 10**9

ALIASES = {
    "image_link": "picture",
    "image_url": "picture",
    "additional_image_link": "pictures",
    "categories": "category",
    "product_type": "category",
    "item_group_id": "group",
    "color": "colour",
}
"""Names that Google's, Segment's and schema.org's feeds have for the same."""

_AVAILABLE: dict[str, Availability] = {
    "instock": "in_stock",
    "outofstock": "out_of_stock",
    "soldout": "out_of_stock",
    "preorder": "preorder",
    "backorder": "backorder",
}
_PRICE = re.compile(r"(\d{1,12}(?:\.\d{1,4})?)(?: ?([A-Z]{3}))?")
_NOT_OF_A_SLUG = re.compile(r"[^a-z0-9]+")

_Text = Annotated[str, Meta(max_length=300)]
_Texts = Annotated[tuple[_Text, ...], Meta(max_length=100)]


class InvalidItem(ValueError):
    """What the shop says cannot be a product. The message says what to correct."""


class ItemForm(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """One product, as a shop writes it.

    Attributes
    ----------
    price
        A number in units of the currency (12.99), or text with it (``12.99 USD``).
    currency
        ISO 4217; the shop's own by default.
    category
        A name, or a path (``Home > Mugs``), of which the first step counts.
    picture, pictures
        Web addresses.
    availability
        ``in_stock``, ``out_of_stock``, ``preorder`` or ``backorder``, in any spelling, or how many there are.
    group, variant
        What it shares with its variants, and what tells it apart from them.
    """

    title: Annotated[str, Meta(min_length=1, max_length=300)]
    price: Annotated[float, Meta(gt=0)] | _Text
    currency: Annotated[str, Meta(pattern=r"^[A-Z]{3}\Z")] | None = None
    category: str | _Texts = ""
    description: Annotated[str, Meta(max_length=5_000)] = ""
    brand: Annotated[str, Meta(max_length=80)] = ""
    picture: Annotated[str, Meta(max_length=2_000)] = ""
    pictures: Annotated[tuple[Annotated[str, Meta(max_length=2_000)], ...], Meta(max_length=MOST_PICTURES)] | str = ()
    availability: bool | int | _Text | None = None
    tags: _Texts = ()
    colour: _Text | None = None
    material: _Text | None = None
    theme: _Text | None = None
    delivery: Annotated[str, Meta(max_length=200)] = ""
    group: Annotated[str, Meta(max_length=128)] = ""
    variant: Annotated[str, Meta(max_length=80)] = ""


class ItemPatch(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """What can be changed of a product alone: its price, its stock, or both; in the form of `ItemForm`."""

    price: Annotated[float, Meta(gt=0)] | _Text | None = None
    currency: Annotated[str, Meta(pattern=r"^[A-Z]{3}\Z")] | None = None
    availability: bool | int | _Text | None = None


def read_patch(fields: Mapping[str, Any]) -> ItemPatch:
    """Read what is to be changed. Raises `InvalidItem`."""
    try:
        return msgspec.convert(fields, ItemPatch)
    except (msgspec.ValidationError, ValueError) as error:
        raise InvalidItem(str(error)) from error


def read_form(fields: Mapping[str, Any]) -> ItemForm:
    """Read what a shop has sent. Raises `InvalidItem`."""
    known = {ALIASES.get(name, name): value for name, value in fields.items()}
    if len(known) < len(fields):
        raise InvalidItem("it says one thing under two names")
    try:
        return msgspec.convert(known, ItemForm)
    except (msgspec.ValidationError, ValueError) as error:
        raise InvalidItem(str(error)) from error


def product_of(
    item: str,
    form: ItemForm,
    *,
    currency: str,
    categories: Iterable[Category],
    today: int,
    before: Product | None = None,
) -> Product:
    """Make a product of a form. Of one that the shop had ``before``, what sold and since when stays.

    Raises
    ------
    InvalidItem
        If it cannot be a product.
    """
    price, named = read_price(form.price, form.currency or currency)
    title = one_line(form.title)
    if not title:
        raise InvalidItem("the title is empty")
    addresses = (form.picture, *((form.pictures,) if isinstance(form.pictures, str) else form.pictures))
    pictures = [address for address in addresses if address]
    for address in pictures:
        try:
            check_picture(address)
        except InvalidPicture as error:
            raise InvalidItem(f"the picture {address[:80]!r} {error}") from error
    tags = [one_line(tag).lower()[:40] for tag in form.tags] or _words_of(title)
    return checked(
        Product(
            item=ItemId(item),
            title=title,
            price=price,
            category=_slug_of(form.category, categories),
            currency=named,
            tags=tuple(dict.fromkeys(filter(None, tags)))[:MOST_TAGS],
            colour=_word(form.colour),
            material=_word(form.material),
            theme=_word(form.theme),
            brand=one_line(form.brand) or None,
            description=several_lines(form.description),
            picture=pictures[0] if pictures else NO_PICTURE,
            pictures=tuple(pictures[1:]),
            availability=None if form.availability is None else read_availability(form.availability),
            delivery=one_line(form.delivery),
            group=one_line(form.group),
            variant=one_line(form.variant),
            sold=before.sold if before else 0,
            since=before.since if before else today,
        )
    )


def checked(product: Product) -> Product:
    """Return a product that all processes can read. Raises `InvalidItem`."""
    try:
        return decode_product(encode_product(product))
    except (ValueError, UnicodeError) as error:
        raise InvalidItem(str(error)) from error


def read_price(price: float | str, currency: str) -> tuple[int, str]:
    """Read a price in the smallest unit of its currency. Raises `InvalidItem`.

    >>> read_price(12.99, "GBP"), read_price("1500 JPY", "GBP")
    ((1299, 'GBP'), (1500, 'JPY'))
    """
    text = price.strip() if isinstance(price, str) else str(Decimal(str(price)))
    found = _PRICE.fullmatch(text)
    if found is None:
        raise InvalidItem(f"the price {text[:40]!r} is none: write 12.99, or 12.99 USD")
    named = found[2] or currency
    try:
        amount = int(Decimal(found[1]).scaleb(numbers.get_currency_precision(named)).to_integral_value())
    except InvalidOperation as error:
        raise InvalidItem(f"the price {text[:40]!r} is none") from error
    if not 0 < amount <= MOST_PRICE:
        raise InvalidItem(f"the price {text[:40]!r} is out of bounds")
    return amount, named


def read_availability(stock: bool | int | str) -> Availability:
    """Read whether a product can be had, in words or as how many there are. Raises `InvalidItem`.

    >>> [read_availability(stock) for stock in ("IN_STOCK", "https://schema.org/PreOrder", 0, True)]
    ['in_stock', 'preorder', 'out_of_stock', 'in_stock']
    """
    if isinstance(stock, int):
        return "in_stock" if stock > 0 else "out_of_stock"
    word = "".join(letter for letter in stock.rpartition("/")[2].lower() if letter.isalpha())
    if word not in _AVAILABLE:
        raise InvalidItem(f"the availability {stock[:40]!r} is none of in_stock, out_of_stock, preorder, backorder")
    return _AVAILABLE[word]


def _slug_of(category: str | tuple[str, ...], categories: Iterable[Category]) -> str:
    path = category if isinstance(category, str) else category[0] if category else ""
    name = one_line(path.partition(">")[0])
    for known in categories:
        if name in (known.slug, known.name):
            return known.slug
    return _NOT_OF_A_SLUG.sub("-", name.lower()).strip("-")[:64].strip("-") or OTHER


def _words_of(title: str) -> list[str]:
    return [term for term in terms_of(title) if len(term) >= SHORTEST_TAG and term.isalpha()]


def _word(text: str | None) -> str | None:
    return one_line(text).lower() or None
