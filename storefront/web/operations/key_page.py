"""The operators' page of the API's keys: listed, made and revoked, as by ``riverfront keys``."""

import logging
from dataclasses import dataclass

from flask import Blueprint, flash, make_response, redirect, render_template, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import IntegerField, RadioField, SelectChoice, StringField
from wtforms.validators import InputRequired, Length, NumberRange

from online_models.schema.plain_text import one_line
from storefront.accounts.authenticator import Authenticator
from storefront.api.keys.api_key import DEFAULT_RATE, MOST_A_SECOND, Scope
from storefront.api.keys.key_store import KeyStore, TooManyKeys
from storefront.database.tables import NAME_LENGTH
from storefront.security.operators import Operators
from storefront.web.account.page import INVALID, needs_fresh_password

log = logging.getLogger(__name__)

SCOPES = {
    Scope.BROWSER.value: _("Browser: events and lists. Everybody may read it."),
    Scope.SERVER.value: _("Server: all of the API. Keep it secret."),
}
CHOICES = [SelectChoice(value, label) for value, label in SCOPES.items()]
SHORT_SCOPES = {Scope.BROWSER.value: _("Browser"), Scope.SERVER.value: _("Server")}
LONGEST_ORIGINS = 2_000
_RATE_HINT = _("Enter a whole number from 1 to %(most)s.", most=MOST_A_SECOND)


class KeyForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF is not typed
    """Makes a key."""

    scope = RadioField(_("Scope"), choices=CHOICES, validators=[InputRequired(_("Choose a scope."))])
    label = StringField(
        _("Label"),
        filters=[one_line],
        validators=[Length(max=NAME_LENGTH, message=_("Use no more than %(max)s characters."))],
    )
    origins = StringField(_("Origins"), filters=[one_line], validators=[Length(max=LONGEST_ORIGINS)])
    rate = IntegerField(
        _("Requests and events a second"),
        default=DEFAULT_RATE,
        validators=[InputRequired(_RATE_HINT), NumberRange(1, MOST_A_SECOND, message=_RATE_HINT)],
    )


@dataclass(frozen=True, slots=True)
class KeyViews:
    """The page and its forms. They are for operators alone, also where the settings open the figures to everybody."""

    operators: Operators
    authenticator: Authenticator
    key_store: KeyStore

    def show(self) -> Response:
        """Show the keys in use, and the form for another."""
        self._check()
        return self._page(KeyForm())

    def create(self) -> Response:
        """Make a key, and show it this once."""
        self._check()
        form = KeyForm()
        if not form.validate_on_submit():
            return self._page(form)
        scope, origins = Scope(form.scope.data), tuple((form.origins.data or "").split())
        if origins and scope is not Scope.BROWSER:
            form.origins.errors = [gettext("Origins go with a browser’s key: servers have none.")]
            return self._page(form)
        try:
            key, token = self.key_store.create(scope, form.label.data or "", form.rate.data, origins)
        except TooManyKeys:
            form.scope.errors = [gettext("Too many keys are in use. Revoke one first.")]
            return self._page(form)
        except ValueError:
            form.origins.errors = [gettext("Enter origins like https://shop.example, separated by spaces.")]
            return self._page(form)
        log.info("%s made the %s key %s of the API", self._who(), key.scope, key.name)
        return self._page(KeyForm(formdata=None), token)

    def revoke(self, name: str) -> Response:
        """Revoke a key. One that is revoked already stays so."""
        self._check()
        if self.key_store.revoke(name):
            log.info("%s revoked the key %s of the API", self._who(), name)
            flash(gettext("Key revoked. Requests with it are refused within two seconds."))
        return redirect(url_for("operator_keys.show"), 303)

    def _check(self) -> None:
        if not self.operators.is_operator():
            self.operators.refuse()

    def _who(self) -> str:
        return f"The operator {self.authenticator.require_account().visitor}"

    def _page(self, form: KeyForm, new_token: str | None = None) -> Response:
        page = make_response(
            render_template(
                "operations/keys.html",
                form=form,
                keys=self.key_store.in_use(),
                scopes=SHORT_SCOPES,
                new_token=new_token,
            ),
            INVALID if form.errors else 200,
        )
        page.headers["Cache-Control"] = "no-store"
        return page


def create_blueprint(views: KeyViews) -> Blueprint:
    """Return the routes of the page. Each needs a password that was given lately."""
    blueprint = Blueprint("operator_keys", __name__, url_prefix="/ops/keys")
    blueprint.get("")(needs_fresh_password(views.authenticator, views.show))
    blueprint.post("")(needs_fresh_password(views.authenticator, views.create))
    blueprint.post("/<name>/revoke")(needs_fresh_password(views.authenticator, views.revoke))
    return blueprint
