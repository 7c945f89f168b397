"""What the shop writes to account holders, and to those who may become one."""

from dataclasses import dataclass
from typing import NamedTuple

from flask_babel import lazy_gettext as _

from storefront.accounts.mail import Mail


class Email(NamedTuple):
    """One kind of email. The text's parameters are named in ``%(…)s``."""

    subject: str
    text: str


@dataclass(frozen=True, slots=True)
class AccountEmails:
    """Fills emails in, and gives them to the mail server."""

    mail: Mail

    def send(self, to: str, email: Email, /, **values: str) -> None:
        """Send one kind of email, with these values in its text."""
        self.mail.send(to, str(email.subject), str(email.text) % values)


# To an address that somebody has typed: nothing else that a stranger may have typed goes with the link.
FINISH_SIGN_UP = Email(
    _("Finish creating your Riverfront account"),
    _(
        "To finish creating your Riverfront account, open this link within 24 hours:\n%(link)s\n\nIf you didn’t "
        "sign up, you can ignore this email. No account will be created."
    ),
)
# To the holder of an account whose address was used to sign up.
ALREADY_HAS_ACCOUNT = Email(
    _("You already have a Riverfront account"),
    _(
        "Someone tried to sign up to Riverfront with your email address, but you already have an account.\n\n"
        "Sign in:\n%(sign_in)s\n\nForgot your password? Reset it:\n%(reset)s\n\nIf this wasn’t you, you can ignore "
        "this email. Your account hasn’t changed, and we haven’t told anyone that you have one."
    ),
)
CONFIRM_NEW_ADDRESS = Email(
    _("Confirm your new email address"),
    _(
        "To use this email address for your Riverfront account, open this link within 24 hours, in a browser where "
        "you’re signed in:\n%(link)s\n\nIf you didn’t ask for this, you can ignore this email."
    ),
)
# To the holder of an account whose address somebody wants for another account.
ADDRESS_IS_TAKEN = Email(
    _("Someone tried to use your email address"),
    _(
        "Someone tried to use your email address for another Riverfront account. Your account still has it, and "
        "nothing has changed.\n\nIf this was you and you have two accounts, first delete one of them or change its "
        "email address."
    ),
)
# To the address that the account has while the new one is not confirmed yet.
ADDRESS_CHANGE_REQUESTED = Email(
    _("Request to change your email address"),
    _(
        "We received a request to change the email address of your Riverfront account to %(email)s.\n\nIt won’t "
        "change until someone opens the link that we’ve sent there.\n\nIf this wasn’t you, change your password "
        "now. That cancels the link."
    ),
)
RESET_PASSWORD = Email(
    _("Reset your Riverfront password"),
    _(
        "We received a request to reset the password of your Riverfront account.\n\nTo choose a new password, open "
        "this link within an hour:\n%(link)s\n\nIf you didn’t ask for this, you can ignore this email. Your "
        "password won’t change."
    ),
)
PASSWORD_CHANGED = Email(
    _("Your password was changed"),
    _(
        "The password of your Riverfront account was changed, and your other devices were signed out.\n\n"
        "If this wasn’t you, reset your password now: choose “Forgot your password?” on the sign-in page."
    ),
)
SECOND_FACTOR_ON = Email(
    _("Two-step verification is on"),
    _(
        "Two-step verification was turned on for your Riverfront account, and your other devices were signed out. "
        "From now on you’ll sign in with your password and a code from your app.\n\n"
        "If this wasn’t you, reset your password now, then contact us."
    ),
)
SECOND_FACTOR_OFF = Email(
    _("Two-step verification is off"),
    _(
        "Two-step verification was turned off for your Riverfront account. From now on you’ll sign in with your "
        "password alone.\n\nIf this wasn’t you, reset your password now, then turn two-step verification on again."
    ),
)
NEW_RECOVERY_CODES = Email(
    _("You have new recovery codes"),
    _(
        "New recovery codes were made for your Riverfront account. Those from before no longer work.\n\n"
        "If this wasn’t you, change your password now, then get new codes."
    ),
)
RECOVERY_CODE_USED = Email(
    _("A recovery code was used"),
    _(
        "Someone signed in to your Riverfront account with a recovery code. Unused codes left: %(left)s.\n\n"
        "If this wasn’t you, reset your password now, then get new recovery codes."
    ),
)
# To the old address.
ADDRESS_CHANGED = Email(
    _("Your email address was changed"),
    _("Your Riverfront account now uses %(email)s instead of this email address."),
)
