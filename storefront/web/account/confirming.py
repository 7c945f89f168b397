"""An address is asked to confirm itself: by an email with a link or, where it has an account, by one that says so.

Whoever filled in the form gets the same answer for the same work either way: a link is stored in both cases, but only a
free address is sent its token.
"""

from dataclasses import dataclass

from flask import session, url_for

from storefront.accounts.account import Account, email_key
from storefront.accounts.account_store import AccountStore
from storefront.accounts.address_links import AddressLink, AddressLinks
from storefront.accounts.emails import AccountEmails
from storefront.accounts.passwords import Passwords
from storefront.accounts.sign_ins import key_of
from storefront.limits.client_address import client_network
from storefront.limits.leaky_buckets import Limit
from storefront.limits.limits import CONFIRM, Limits, Verdict
from storefront.security.return_address import safe_next

ASKED_HERE = "asked_here"
"""Where the session keeps which link was asked for in this browser, by the hash of its token, and where to go then."""


@dataclass(frozen=True, slots=True)
class ConfirmationRequests:
    """Sends the links. ``public_address`` is what they begin with."""

    accounts: AccountStore
    address_links: AddressLinks
    passwords: Passwords
    emails: AccountEmails
    limits: Limits
    public_address: str

    def allow(self, limit: Limit, email: str, *who: str) -> Verdict:
        """Count a form of this network, and an email to this address. Nobody can be flooded with emails."""
        for one, key in (*((limit, key) for key in (client_network(), *who)), (CONFIRM, f"to {email_key(email)}")):
            verdict = self.limits.allow(one, key)
            if not verdict.allowed:
                return verdict
        return Verdict(allowed=True)

    def ask_to_open(self, email: str, name: str, password: str, onward: str | None) -> None:
        """Send the link that opens an account. Raises `TooBusy` and `DatabaseDown`."""
        token = self.address_links.add(AddressLink(email, self.passwords.hash(password), name))
        session[ASKED_HERE] = {"key": key_of(token), "next": safe_next(onward, "")}
        holder = self.accounts.find_by_email(email)
        if holder is None:
            self.emails.opening(email, self._link(url_for("email_confirmation.open_link", token=token)))
        else:
            sign_in, reset = self._link(url_for("auth.sign_in")), self._link(url_for("password_reset.ask"))
            self.emails.has_account(holder, sign_in, reset)

    def ask_to_change(self, account: Account, email: str) -> None:
        """Send the link that makes an address the account's, and tell the one that it has. Raises `DatabaseDown`."""
        token = self.address_links.add(AddressLink(email, account.password_hash, visitor=account.visitor))
        holder = self.accounts.find_by_email(email)
        if holder is None or holder.visitor == account.visitor:
            self.emails.change(email, self._link(url_for("email_confirmation.open_change", token=token)))
        else:
            self.emails.change_is_not_possible(holder)
        self.emails.change_asked(account, email)

    def _link(self, path: str) -> str:
        return f"{self.public_address}{path}"


def is_asked_here(token: str) -> bool:
    """Return whether it was in this browser that somebody asked for a link."""
    return _asked().get("key") == key_of(token)


def onward_from(token: str) -> str:
    """Return where whoever asked for a link in this browser wished to go."""
    return _asked().get("next", "") if is_asked_here(token) else ""


def _asked() -> dict[str, str]:
    asked = session.get(ASKED_HERE)
    return asked if isinstance(asked, dict) else {}
