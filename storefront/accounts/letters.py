"""What the shop writes to account holders."""

from flask_babel import gettext as _

from storefront.accounts.account import Account
from storefront.accounts.mail import Mail


class Letters:
    """Writes the letters, and gives them to the mail."""

    def __init__(self, mail: Mail) -> None:
        self._mail = mail

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
