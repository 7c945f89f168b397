"""What the shop writes to account holders, and to those who may become one."""

from flask_babel import gettext as _

from storefront.accounts.account import Account
from storefront.accounts.mail import Mail


class Letters:
    """Writes the letters, and gives them to the mail."""

    def __init__(self, mail: Mail) -> None:
        self._mail = mail

    def opening(self, email: str, link: str) -> None:
        """Send the link that opens an account. Nothing that a stranger may have typed goes with it."""
        text = _(
            "Somebody, hopefully you, wants to open an account at Riverfront with this address.\n\nOpen it here, "
            "within a day:\n%(link)s\n\nIf it was not you, do nothing: there will be no account.",
            link=link,
        )
        self._mail.send(email, _("Open your account at Riverfront"), text)

    def has_account(self, account: Account, sign_in: str, reset: str) -> None:
        """Tell whose address was used to sign up that it has an account already."""
        text = _(
            "Somebody, hopefully you, wanted to open an account at Riverfront with this address. You have one already."
            "\n\nSign in:\n%(sign_in)s\n\nForgot your password? Choose another:\n%(reset)s\n\nIf it was not you, do "
            "nothing: your account stays as it is, and nobody was told of it.",
            sign_in=sign_in,
            reset=reset,
        )
        self._mail.send(account.email, _("You have an account at Riverfront"), text)

    def change(self, email: str, link: str) -> None:
        """Send the link that makes an address the account's."""
        text = _(
            "Somebody, hopefully you, wants this to be the address of their account at Riverfront.\n\nConfirm it here, "
            "within a day, in a browser in which you are signed in:\n%(link)s\n\nIf it was not you, do nothing.",
            link=link,
        )
        self._mail.send(email, _("Confirm your new address"), text)

    def change_is_not_possible(self, account: Account) -> None:
        """Tell whose address was to become another account's that it stays theirs."""
        text = _(
            "Somebody wanted to give their account at Riverfront this address. It is that of your account, and stays "
            "so.\n\nIf it was you, and you have two accounts: delete one of them first, or give it another address."
        )
        self._mail.send(account.email, _("Your address stays yours"), text)

    def change_asked(self, account: Account, new: str) -> None:
        """Tell the present address that another is to take its place."""
        text = _(
            "Somebody, hopefully you, wants to change the address of your account at Riverfront to %(email)s.\n\nThis "
            "address stays until a link that we have sent there is opened.\n\nIf it was not you, change your password "
            "at once: the link is then over.",
            email=new,
        )
        self._mail.send(account.email, _("A new address was asked for"), text)

    def reset(self, account: Account, link: str) -> None:
        """Send the link to a new password."""
        text = _(
            "Somebody, hopefully you, asked for a new password at Riverfront.\n\nChoose one here, within the hour:\n"
            "%(link)s\n\nIf it was not you, do nothing: your password stays as it is.",
            link=link,
        )
        self._mail.send(account.email, _("A new password for Riverfront"), text)

    def password_changed(self, account: Account) -> None:
        """Tell that the password is another one."""
        text = _(
            "The password of your account at Riverfront was changed, and other browsers were signed out.\n\n"
            "If it was not you, ask for a new password at once: “Forgot your password?” on the sign-in page."
        )
        self._mail.send(account.email, _("Your password was changed"), text)

    def email_changed(self, account: Account, new: str) -> None:
        """Tell the old address that it is no longer that of the account."""
        text = _("Your account at Riverfront now has the address %(email)s, and this one no longer.", email=new)
        self._mail.send(account.email, _("Your address was changed"), text)
