"""What a product's page says of it in words: what the catalog has, and nothing made up."""

from textwrap import shorten
from typing import NamedTuple

from flask_babel import gettext as _
from flask_babel import ngettext

from online_models.schema.product import Category, Product
from storefront.web.rendering.formatting import count

LEAD = 160
"""Characters of a description beside the picture: on a phone, what is recommended is still to be seen below them."""


class Fact(NamedTuple):
    """One thing that is known of a product."""

    name: str
    value: str


class ProductText(NamedTuple):
    """The words of a product's page.

    Attributes
    ----------
    lead
        The beginning of the description; where there is none, a sentence made of its category and figures.
    has_more
        Whether the description goes on.
    availability
        Whether it can be had; empty where the catalog does not say.
    facts
        What else is known, in the order of the page.
    """

    lead: str
    has_more: bool
    availability: str
    facts: tuple[Fact, ...]


def text_of(product: Product, category: Category | None) -> ProductText:
    """Word what is known of a product, in the page's language."""
    lead = shorten(product.description, LEAD, placeholder="…") if product.description else _sentence(product, category)
    is_whole = lead == " ".join(product.description.split())
    availability = availability_text(product)
    facts = (
        (_("Brand"), product.brand),
        (_("Availability"), availability),
        (_("Delivery"), product.delivery),
        (_("Colour"), product.colour),
        (_("Material"), product.material),
        (_("Item number"), product.item),
    )
    known = tuple(Fact(str(name), str(value)) for name, value in facts if value)
    return ProductText(lead, bool(product.description) and not is_whole, availability, known)


def availability_text(product: Product) -> str:
    """Word whether a product can be had; empty where the catalog does not say."""
    match product.availability:
        case "in_stock":
            return str(_("In stock"))
        case "out_of_stock":
            return str(_("Out of stock"))
        case "preorder":
            return str(_("Available to pre-order"))
        case "backorder":
            return str(_("On back-order"))
        case None:
            return ""


def _sentence(product: Product, category: Category | None) -> str:
    sentences = []
    if category:
        sentences.append(_("From %(category)s.", category=category.name))
    if product.sold > 0:
        sentences.append(
            ngettext("%(count)s sold so far.", "%(count)s sold so far.", product.sold, count=count(product.sold))
        )
    return " ".join(map(str, sentences))
