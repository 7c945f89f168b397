"""The forms of the account pages. Errors are shown beside their fields; values are kept, except passwords."""

from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import Field, Form, HiddenField, PasswordField, StringField
from wtforms.validators import InputRequired, Length, ValidationError

from online_models.schema.plain_text import one_line
from storefront.accounts import passwords
from storefront.accounts.account import Account
from storefront.accounts.email_address import InvalidAddress, check_address
from storefront.accounts.reserved_names import SHOP, is_reserved
from storefront.database.tables import EMAIL_LENGTH, NAME_LENGTH

CANNOT_BE_USED = _("You can’t use this email address. If it’s yours, sign in or reset your password.")
NOT_AN_ADDRESS = _("Enter an email address, like name@example.com.")
TOO_SHORT = _("Use at least %(min)s characters.")
TOO_LONG = _("Use no more than %(max)s characters.")
WEAK = _("This password is too easy to guess. Try a few unrelated words.")
PERSONAL = _("Choose a password that doesn’t include your name or email address.")
WRONG = _("Incorrect password.")
RESERVED = _("Choose another name. Other shoppers could take this one for our staff.")


def stripped(text: str | None) -> str:
    """Drop space at the ends. What else an address must not hold is refused: without it, it would be another one."""
    return (text or "").strip()


def is_address(_form: Form, field: Field) -> None:
    """Refuse what is not one plain email address."""
    try:
        check_address(field.data or "")
    except InvalidAddress:
        raise ValidationError(str(NOT_AN_ADDRESS)) from None


def has_at(_form: Form, field: Field) -> None:
    """Refuse what is no address at all. What an older version took as an address still signs in."""
    if "@" not in (field.data or ""):
        raise ValidationError(str(NOT_AN_ADDRESS))


def is_free_name(_form: Form, field: Field) -> None:
    """Refuse a name by which other shoppers would take somebody for the shop's staff."""
    if is_reserved(field.data or ""):
        raise ValidationError(str(RESERVED))


def email_field() -> StringField:
    """Make a field for a new address."""
    length = Length(max=EMAIL_LENGTH, message=TOO_LONG)
    return StringField(_("Email"), filters=[stripped], validators=[InputRequired(NOT_AN_ADDRESS), length, is_address])


def known_email_field() -> StringField:
    """Make a field for the address that an account has."""
    length = Length(max=EMAIL_LENGTH, message=TOO_LONG)
    return StringField(_("Email"), filters=[one_line], validators=[InputRequired(NOT_AN_ADDRESS), length, has_at])


def name_field() -> StringField:
    """Make a field for a name. It may stay empty."""
    length = Length(max=NAME_LENGTH, message=TOO_LONG)
    return StringField(_("Name"), filters=[one_line], validators=[length, is_free_name])


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
        if passwords.is_about(field.data or "", SHOP, *self._known, *typed):
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

    email = known_email_field()
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
    """Takes an account's new email address."""

    email = email_field()


class ResetForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF is not typed
    """Takes the email address of an account whose password is reset."""

    email = known_email_field()
