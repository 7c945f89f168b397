"""What the shop writes to account holders, and to those who may become one."""

from flask_babel import gettext as _

from storefront.accounts.account import Account
from storefront.accounts.mail import Mail


class AccountEmails:
    """Writes the emails, and gives them to the mail server."""

    def __init__(self, mail: Mail) -> None:
        self._mail = mail

    def opening(self, email: str, link: str) -> None:
        """Send the link that opens an account. Nothing that a stranger may have typed goes with it."""
        text = _(
            "To finish creating your Riverfront account, open this link within 24 hours:\n%(link)s\n\nIf you didn’t "
            "sign up, you can ignore this email. No account will be created.",
            link=link,
        )
        self._mail.send(email, _("Finish creating your Riverfront account"), text)

    def has_account(self, account: Account, sign_in: str, reset: str) -> None:
        """Tell whose address was used to sign up that it has an account already."""
        text = _(
            "Someone tried to sign up to Riverfront with your email address, but you already have an account.\n\n"
            "Sign in:\n%(sign_in)s\n\nForgot your password? Reset it:\n%(reset)s\n\nIf this wasn’t you, you can ignore "
            "this email. Your account hasn’t changed, and we haven’t told anyone that you have one.",
            sign_in=sign_in,
            reset=reset,
        )
        self._mail.send(account.email, _("You already have a Riverfront account"), text)

    def change(self, email: str, link: str) -> None:
        """Send the link that makes an address the account's."""
        text = _(
            "To use this email address for your Riverfront account, open this link within 24 hours, in a browser where "
            "you’re signed in:\n%(link)s\n\nIf you didn’t ask for this, you can ignore this email.",
            link=link,
        )
        self._mail.send(email, _("Confirm your new email address"), text)

    def change_is_not_possible(self, account: Account) -> None:
        """Tell whose address was to become another account's that it stays theirs."""
        text = _(
            "Someone tried to use your email address for another Riverfront account. Your account still has it, and "
            "nothing has changed.\n\nIf this was you and you have two accounts, first delete one of them or change its "
            "email address."
        )
        self._mail.send(account.email, _("Someone tried to use your email address"), text)

    def change_asked(self, account: Account, new: str) -> None:
        """Tell the present address that another is to take its place."""
        text = _(
            "We received a request to change the email address of your Riverfront account to %(email)s.\n\nIt won’t "
            "change until someone opens the link that we’ve sent there.\n\nIf this wasn’t you, change your password "
            "now. That cancels the link.",
            email=new,
        )
        self._mail.send(account.email, _("Request to change your email address"), text)

    def reset(self, account: Account, link: str) -> None:
        """Send the link to a new password."""
        text = _(
            "We received a request to reset the password of your Riverfront account.\n\nTo choose a new password, open "
            "this link within an hour:\n%(link)s\n\nIf you didn’t ask for this, you can ignore this email. Your "
            "password won’t change.",
            link=link,
        )
        self._mail.send(account.email, _("Reset your Riverfront password"), text)

    def password_changed(self, account: Account) -> None:
        """Tell that the password is another one."""
        text = _(
            "The password of your Riverfront account was changed, and your other devices were signed out.\n\n"
            "If this wasn’t you, reset your password now: choose “Forgot your password?” on the sign-in page."
        )
        self._mail.send(account.email, _("Your password was changed"), text)

    def email_changed(self, account: Account, new: str) -> None:
        """Tell the old address that it is no longer that of the account."""
        text = _("Your Riverfront account now uses %(email)s instead of this email address.", email=new)
        self._mail.send(account.email, _("Your email address was changed"), text)
