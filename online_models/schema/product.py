"""What the shop sells: one product of a published catalog, and the categories it stands in."""

from collections.abc import Callable, Iterable, Iterator
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from online_models.schema.events import Item, Pennies
from online_models.schema.json_reader import json_reader

Availability = Literal["in_stock", "out_of_stock", "preorder", "backorder"]
"""Google Merchant's words for whether a product can be had."""


class Product(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One product.

    Attributes
    ----------
    price
        In the smallest unit of ``currency`` (pence for GBP).
    category
        Slug of the one category it is listed under.
    tags
        Lower-case words that describe it, most telling first: what the content index was built from.
    colour, material, theme
        The first that the words name, if any.
    brand
        Who makes it, where that is known.
    picture
        Address of its picture.
    pictures
        Addresses of more pictures of it.
    availability
        Whether it can be had; None where the catalog does not say.
    delivery
        When and how it comes, in the catalog's words.
    group
        What it shares with its variants; empty where it has none.
    variant
        What tells it apart from them: "13 inch, 8GB".
    sold
        Units sold in the history that came with the catalog.
    since
        The first day of that history on which something happened to it, in days since 1970; 0 where nothing did.
    """

    item: Item
    title: Annotated[str, Meta(min_length=1, max_length=300)]
    price: Pennies
    category: Annotated[str, Meta(min_length=1, max_length=64)]
    currency: Annotated[str, Meta(min_length=3, max_length=3)] = "GBP"
    tags: tuple[str, ...] = ()
    colour: str | None = None
    material: str | None = None
    theme: str | None = None
    brand: str | None = None
    description: str = ""
    picture: str = ""
    sold: int = 0
    since: int = 0
    pictures: tuple[str, ...] = ()
    availability: Availability | None = None
    delivery: str = ""
    group: str = ""
    variant: str = ""

    @property
    def is_sold_out(self) -> bool:
        """Whether it cannot be put into a basket."""
        return self.availability == "out_of_stock"


def all_pictures(products: Iterable[Product]) -> Iterator[str]:
    """Yield the address of every picture."""
    for product in products:
        yield product.picture
        yield from product.pictures


class Category(msgspec.Struct, frozen=True, kw_only=True):
    """A shelf of the shop. ``picture`` is that of its best-selling product."""

    slug: str
    name: str
    size: int
    picture: str = ""


class InvalidProduct(ValueError):
    """The bytes in the store are not a product of this version."""


encode_product: Callable[[Product], bytes] = msgspec.json.encode
"""Write a product as JSON."""

decode_product = json_reader(msgspec.json.Decoder(Product), InvalidProduct)
"""Read a product from JSON. Raises `InvalidProduct`."""

encode_categories: Callable[[tuple[Category, ...]], bytes] = msgspec.json.encode
"""Write the list of categories as JSON, in the order of the shop's menu."""

decode_categories = json_reader(msgspec.json.Decoder(tuple[Category, ...]), InvalidProduct)
"""Read the list of categories from JSON. Raises `InvalidProduct`."""
