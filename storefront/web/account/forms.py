"""The forms of the account pages. What is wrong is said beside the field; what was typed is kept, but for passwords."""

import re
import unicodedata

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import Field, Form, HiddenField, PasswordField, StringField
from wtforms.validators import InputRequired, Length, ValidationError

from storefront.accounts import password_rules
from storefront.database.tables import EMAIL_LENGTH, NAME_LENGTH

_ADDRESS = re.compile(r"[^@\s,;<>()\[\]\\\"]+@[^@\s.,;<>()\[\]\\\"]+(\.[^@\s.,;<>()\[\]\\\"]+)+")

CANNOT_BE_USED = _("You can’t use this email address. If it’s yours, sign in or reset your password.")
NOT_AN_ADDRESS = _("Enter an email address, like name@example.com.")
TOO_SHORT = _("Use at least %(min)s characters.")
TOO_LONG = _("Use no more than %(max)s characters.")
WEAK = _("This password is too easy to guess. Try a few unrelated words.")


def one_line(text: str | None) -> str:
    """Drop what has no place in a name or an address: control characters, and space at the ends."""
    return "".join(sign for sign in text or "" if unicodedata.category(sign)[0] != "C").strip()


def is_address(_form: Form, field: Field) -> None:
    """Refuse what cannot be an address. Whether it is one, only a letter to it can tell."""
    if not _ADDRESS.fullmatch(field.data or ""):
        raise ValidationError(str(NOT_AN_ADDRESS))


def email_field() -> StringField:
    """Make a field for an address."""
    return StringField(
        _("Email"),
        filters=[one_line],
        validators=[InputRequired(NOT_AN_ADDRESS), Length(max=EMAIL_LENGTH, message=TOO_LONG), is_address],
    )


def name_field() -> StringField:
    """Make a field for a name. It may stay empty."""
    return StringField(_("Name"), filters=[one_line], validators=[Length(max=NAME_LENGTH, message=TOO_LONG)])


def present_password_field() -> PasswordField:
    """Make a field for the password that they have."""
    too_long = Length(max=password_rules.LONGEST, message=_("Incorrect password."))
    return PasswordField(_("Password"), validators=[InputRequired(_("Enter your password.")), too_long])


def new_password_field() -> PasswordField:
    """Make a field for a password to be. Ask `check_new_password` as well: it knows who chooses."""
    return PasswordField(
        _("New password"),
        validators=[
            InputRequired(_("Choose a password.")),
            Length(min=password_rules.SHORTEST, message=TOO_SHORT),
            Length(max=password_rules.LONGEST, message=TOO_LONG),
        ],
    )


def check_new_password(field: Field, *known: str) -> None:
    """Refuse a password that others guess. ``known`` is what they know of its owner."""
    if password_rules.is_well_known(field.data or ""):
        raise ValidationError(str(WEAK))
    if password_rules.is_about(field.data or "", "riverfront", *known):
        raise ValidationError(str(_("Choose a password that doesn’t include your name or email address.")))


class SignUpForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF is not typed
    """Opens an account."""

    name = name_field()
    email = email_field()
    password = new_password_field()
    next = HiddenField()

    def validate_password(self, field: Field) -> None:
        """Refuse a password that others guess."""
        check_new_password(field, self.name.data or "", self.email.data or "")


class SignInForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF is not typed
    """Signs in."""

    email = email_field()
    password = present_password_field()
    next = HiddenField()


class ConfirmForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF is not typed
    """Gives the password again."""

    password = present_password_field()
    next = HiddenField()


class NameForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF is not typed
    """Changes the name."""

    name = name_field()


class EmailForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF is not typed
    """Changes the address."""

    email = email_field()


class PasswordForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF is not typed
    """Changes the password."""

    present = present_password_field()
    password = new_password_field()


class ForgottenForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF is not typed
    """Asks for a letter with a link to a new password."""

    email = email_field()


class NewPasswordForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF is not typed
    """Chooses a new password, where the link was opened."""

    password = new_password_field()


class DeletionForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF is not typed
    """Deletes the account."""

    password = present_password_field()
