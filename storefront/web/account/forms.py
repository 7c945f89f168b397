"""The forms of the account pages. Errors are shown beside their fields; values are kept, except passwords."""

from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import Field, Form, HiddenField, PasswordField, StringField
from wtforms.validators import InputRequired, Length, ValidationError

from online_models.schema.plain_text import one_line
from storefront.accounts import passwords as bounds
from storefront.accounts.account import Account
from storefront.accounts.email_address import InvalidAddress, check_address
from storefront.accounts.password_strength import Weakness
from storefront.accounts.passwords import Passwords
from storefront.accounts.reserved_names import SHOP, is_reserved
from storefront.database.tables import EMAIL_LENGTH, NAME_LENGTH

CODE_LENGTH = 10
RECOVERY_CODE_LENGTH = 40
"""With blanks that people or apps put into it."""

CANNOT_BE_USED = _("You can’t use this email address. If it’s yours, sign in or reset your password.")
NOT_AN_ADDRESS = _("Enter an email address, like name@example.com.")
TOO_SHORT = _("Use at least %(min)s characters.")
TOO_LONG = _("Use no more than %(max)s characters.")
WEAK = {
    Weakness.COMMON: _("This password is one of those that attackers try first. Try a few unrelated words."),
    Weakness.KEYS: _("Keys that are next to each other are easy to guess. Try a few unrelated words."),
    Weakness.REPEATED: _("Repeated characters or words are easy to guess. Try a few unrelated words."),
    Weakness.SEQUENCE: _("Sequences like abcd or 4321 are easy to guess. Try a few unrelated words."),
    Weakness.DATE: _("Dates and years are easy to guess. Try a few unrelated words."),
    Weakness.WORD: _("This password is too easy to guess. Try a few unrelated words."),
    Weakness.PERSONAL: _("Choose a password that doesn’t include your name or email address."),
}
WRONG = _("Incorrect password.")
WRONG_CODE = _("That code isn’t right. Enter the newest one from your app: each works once, for about a minute.")
WRONG_RECOVERY_CODE = _("That’s not one of your unused recovery codes.")
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
    too_long = Length(max=bounds.LONGEST, message=WRONG)
    return PasswordField(_("Password"), validators=[InputRequired(_("Enter your password.")), too_long])


def new_password_field() -> PasswordField:
    """Make a field for a new password, in a form that is a `ChoosesPassword`."""
    return PasswordField(
        _("New password"),
        validators=[
            InputRequired(_("Choose a password.")),
            Length(min=bounds.SHORTEST, message=TOO_SHORT),
            Length(max=bounds.LONGEST, message=TOO_LONG),
        ],
    )


def code_field(label: object, longest: int) -> StringField:
    """Make a field for a code."""
    too_long = Length(max=longest, message=TOO_LONG)
    return StringField(label, filters=[one_line], validators=[InputRequired(_("Enter the code.")), too_long])


class ChoosesPassword(FlaskForm):  # type: ignore[misc]  # Flask-WTF is not typed
    """A form whose ``password`` is new: it must not be easy to guess for somebody who knows its owner."""

    def __init__(self, passwords: Passwords, account: Account | None = None, **fields: Any) -> None:
        super().__init__(**fields)
        self._passwords = passwords
        self._known = (account.name, account.email) if account else ()

    def validate_password(self, field: Field) -> None:
        """Refuse a password that is easy to guess."""
        if field.errors or not bounds.SHORTEST <= len(field.data or "") <= bounds.LONGEST:
            return
        typed = [(self[name].data or "")[:EMAIL_LENGTH] for name in ("name", "email") if name in self]
        weakness = self._passwords.weakness(field.data, SHOP, *self._known, *typed)
        if weakness is not None:
            raise ValidationError(str(WEAK[weakness]))


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


class CodeForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF is not typed
    """Takes a code by time."""

    code = code_field(_("Code from your app"), CODE_LENGTH)
    next = HiddenField()


class RecoveryForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF is not typed
    """Takes a recovery code."""

    code = code_field(_("Recovery code"), RECOVERY_CODE_LENGTH)
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
