"""The form for what a visitor likes: shelves, colours and prices, as many or as few as they wish."""

import re
from collections import Counter
from decimal import Decimal

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import Field, SelectMultipleField, StringField
from wtforms.validators import ValidationError

from storefront.accounts.preference_store import Preferences
from storefront.serving.catalog import ShopCatalog
from storefront.web.account.forms import one_line

COLOURS = 18
MOST_PENNIES = 100_000_000
_AMOUNT = re.compile(r"\d{1,6}([.,]\d{1,2})?")


class PreferenceForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF is not typed
    """Declares preferences. Make it with `for_catalog`."""

    categories = SelectMultipleField(_("Categories"))
    colours = SelectMultipleField(_("Colours"))
    min_price = StringField(_("From"), filters=[one_line])
    max_price = StringField(_("To"), filters=[one_line])

    def validate_min_price(self, field: Field) -> None:
        """Refuse what is no amount."""
        pennies_of(field.data)

    def validate_max_price(self, field: Field) -> None:
        """Refuse what is no amount, or less than the lowest."""
        highest = pennies_of(field.data)
        lowest = None if self.min_price.errors else pennies_of(self.min_price.data)
        if lowest is not None and highest is not None and highest < lowest:
            raise ValidationError(str(_("Enter an amount that isn’t lower than “From”.")))

    def preferences(self) -> Preferences:
        """Return what a valid form declares."""
        return Preferences(
            categories=tuple(self.categories.data or ()),
            colours=tuple(self.colours.data or ()),
            min_price=pennies_of(self.min_price.data),
            max_price=pennies_of(self.max_price.data),
        )


def form_for(catalog: ShopCatalog, declared: Preferences) -> PreferenceForm:
    """Make the form, with what the catalog offers and what was declared before."""
    form = PreferenceForm(
        categories=list(declared.categories),
        colours=list(declared.colours),
        min_price=_amount(declared.min_price),
        max_price=_amount(declared.max_price),
    )
    form.categories.choices = [(category.slug, category.name) for category in catalog.categories]
    form.colours.choices = [(colour, colour.capitalize()) for colour in colours_of(catalog)]
    return form


def colours_of(catalog: ShopCatalog) -> tuple[str, ...]:
    """Return the colours that most products of a catalog have."""
    found = Counter(product.colour for product in catalog.products.values() if product.colour)
    return tuple(sorted(colour for colour, _count in found.most_common(COLOURS)))


def pennies_of(text: str | None) -> int | None:
    """Read an amount; None if there is none. Raises `ValidationError`."""
    if not text:
        return None
    if not text.isascii() or not _AMOUNT.fullmatch(text):
        raise ValidationError(str(_("Enter an amount, like 5 or 12.50.")))
    return int(Decimal(text.replace(",", ".")) * 100)


def _amount(pennies: int | None) -> str:
    return "" if pennies is None else f"{Decimal(pennies) / 100:.2f}".removesuffix(".00")
