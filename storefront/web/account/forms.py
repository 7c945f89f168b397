"""The forms of the account pages. Errors are shown beside their fields; values are kept, except passwords."""

import re
import unicodedata
from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import Field, Form, HiddenField, PasswordField, StringField
from wtforms.validators import InputRequired, Length, ValidationError

from storefront.accounts import passwords
from storefront.accounts.account import Account
from storefront.database.tables import EMAIL_LENGTH, NAME_LENGTH

_ADDRESS = re.compile(r"[^@\s,;<>()\[\]\\\"]+@[^@\s.,;<>()\[\]\\\"]+(\.[^@\s.,;<>()\[\]\\\"]+)+")

CANNOT_BE_USED = _("You can’t use this email address. If it’s yours, sign in or reset your password.")
NOT_AN_ADDRESS = _("Enter an email address, like name@example.com.")
TOO_SHORT = _("Use at least %(min)s characters.")
TOO_LONG = _("Use no more than %(max)s characters.")
WEAK = _("This password is too easy to guess. Try a few unrelated words.")
PERSONAL = _("Choose a password that doesn’t include your name or email address.")
WRONG = _("Incorrect password.")


def one_line(text: str | None) -> str:
    """Drop control characters, and space at the ends."""
    return "".join(sign for sign in text or "" if unicodedata.category(sign)[0] != "C").strip()


def is_address(_form: Form, field: Field) -> None:
    """Refuse what cannot be an email address. Only sending to it shows whether it is one."""
    if not _ADDRESS.fullmatch(field.data or ""):
        raise ValidationError(str(NOT_AN_ADDRESS))


def email_field() -> StringField:
    """Make a field for an address."""
    length = Length(max=EMAIL_LENGTH, message=TOO_LONG)
    return StringField(_("Email"), filters=[one_line], validators=[InputRequired(NOT_AN_ADDRESS), length, is_address])


def name_field() -> StringField:
    """Make a field for a name. It may stay empty."""
    return StringField(_("Name"), filters=[one_line], validators=[Length(max=NAME_LENGTH, message=TOO_LONG)])


def current_password_field() -> PasswordField:
    """Make a field for the password that an account has."""
    too_long = Length(max=passwords.LONGEST, message=WRONG)
    return PasswordField(_("Password"), validators=[InputRequired(_("Enter your password.")), too_long])


def new_password_field() -> PasswordField:
    """Make a field for a new password, in a form that is a `ChoosesPassword`."""
    return PasswordField(
        _("New password"),
        validators=[
            InputRequired(_("Choose a password.")),
            Length(min=passwords.SHORTEST, message=TOO_SHORT),
            Length(max=passwords.LONGEST, message=TOO_LONG),
        ],
    )


class ChoosesPassword(FlaskForm):  # type: ignore[misc]  # Flask-WTF is not typed
    """A form whose ``password`` is new: it must not be easy to guess for somebody who knows its owner."""

    def __init__(self, account: Account | None = None, **fields: Any) -> None:
        super().__init__(**fields)
        self._known = (account.name, account.email) if account else ()

    def validate_password(self, field: Field) -> None:
        """Refuse a password that is easy to guess."""
        if passwords.is_well_known(field.data or ""):
            raise ValidationError(str(WEAK))
        typed = [self[name].data or "" for name in ("name", "email") if name in self]
        if passwords.is_about(field.data or "", "riverfront", *self._known, *typed):
            raise ValidationError(str(PERSONAL))


class SignUpForm(ChoosesPassword):
    """Creates an account."""

    name = name_field()
    email = email_field()
    password = new_password_field()
    next = HiddenField()


class PasswordForm(ChoosesPassword):
    """Changes the password."""

    present = current_password_field()
    password = new_password_field()


class NewPasswordForm(ChoosesPassword):
    """Chooses a new password, after a reset link."""

    password = new_password_field()


class SignInForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF is not typed
    """Signs in."""

    email = email_field()
    password = current_password_field()
    next = HiddenField()


class ConfirmForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF is not typed
    """Confirms the password."""

    password = current_password_field()
    next = HiddenField()


class NameForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF is not typed
    """Changes the name."""

    name = name_field()


class EmailForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF is not typed
    """Takes an email address: the account's new one, or that of an account whose password is reset."""

    email = email_field()
