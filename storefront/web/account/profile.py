"""The profile: name, email address, and the form for preferences, which change the visitor's lists at once."""

import re
from collections import Counter
from dataclasses import dataclass
from decimal import Decimal

from flask import Blueprint, flash, redirect, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_login import login_required
from flask_wtf import FlaskForm
from wtforms import Field, SelectMultipleField, StringField
from wtforms.validators import ValidationError

from online_models.schema.plain_text import one_line
from storefront.accounts.account import Account
from storefront.accounts.account_store import AccountStore
from storefront.accounts.authenticator import Authenticator
from storefront.accounts.preferences import AccountPreferences, Preferences
from storefront.serving.catalog import ShopCatalog
from storefront.serving.lists import Lists
from storefront.serving.serving_reader import ServingReader
from storefront.web.account.forms import NameForm
from storefront.web.account.page import BOTH, FormPage, Shown
from storefront.web.live.interactions import HttpEvents

RAIL = 8
COLOURS = 18
_AMOUNT = re.compile(r"\d{1,6}([.,]\d{1,2})?")


class PreferenceForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF is not typed
    """Declares preferences. Make it with `form_for`."""

    categories = SelectMultipleField(_("Categories"))
    colours = SelectMultipleField(_("Colours"))
    min_price = StringField(_("From"), filters=[one_line])
    max_price = StringField(_("To"), filters=[one_line])

    def validate_min_price(self, field: Field) -> None:
        """Refuse what is no amount."""
        pennies_of(field.data)

    def validate_max_price(self, field: Field) -> None:
        """Refuse what is no amount, or below the minimum."""
        highest = pennies_of(field.data)
        lowest = None if self.min_price.errors else pennies_of(self.min_price.data)
        if lowest is not None and highest is not None and highest < lowest:
            raise ValidationError(str(_("Enter an amount that isn’t lower than “From”.")))

    def preferences(self) -> Preferences:
        """Return the preferences of a valid form."""
        return Preferences(
            categories=tuple(self.categories.data or ()),
            colours=tuple(self.colours.data or ()),
            min_price=pennies_of(self.min_price.data),
            max_price=pennies_of(self.max_price.data),
        )


@dataclass(frozen=True, slots=True)
class ProfileViews:
    """The profile's page and its forms, with what they need."""

    authenticator: Authenticator
    accounts: AccountStore
    preferences: AccountPreferences
    reader: ServingReader
    lists: Lists
    events: HttpEvents

    def show(self) -> Shown:
        """Show the profile."""
        account = self.authenticator.require_account()
        return self._page(account, self.preferences.read(account.visitor))

    def prefer(self) -> Shown:
        """Save the preferences, and publish them for the models."""
        account = self.authenticator.require_account()
        form = form_for(self.reader.read_catalog(), Preferences())
        if not form.validate_on_submit():
            return self._page(account, Preferences(), form)
        with self.events.charged(account.visitor, 1):
            self.preferences.declare(account.visitor, form.preferences())
        flash(gettext("Saved. Your recommendations are updating."))
        return redirect(url_for("profile.show", _anchor="preferences"), 303)

    def name(self) -> Shown:
        """Change the name."""
        account = self.authenticator.require_account()
        form = NameForm(name=account.name)
        if not form.validate_on_submit():
            return FormPage("account/name.html", form).show()
        self.accounts.set_name(account.visitor, form.name.data)
        flash(gettext("Name updated."))
        return redirect(url_for("profile.show"), 303)

    def _page(self, account: Account, declared: Preferences, form: PreferenceForm | None = None) -> Shown:
        form = form or form_for(self.reader.read_catalog(), declared)
        for_you = self.lists.read_for_you(account.visitor, RAIL)
        return FormPage("account/profile.html", form, account=account, for_you=for_you).show()


def create_blueprint(views: ProfileViews) -> Blueprint:
    """Return the routes of the profile."""
    blueprint = Blueprint("profile", __name__, url_prefix="/account")
    blueprint.get("/profile")(login_required(views.show))
    blueprint.post("/preferences")(login_required(views.prefer))
    blueprint.route("/name", methods=BOTH)(login_required(views.name))
    return blueprint


def form_for(catalog: ShopCatalog, declared: Preferences) -> PreferenceForm:
    """Make the form, with the catalog's choices and the preferences of before."""
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
