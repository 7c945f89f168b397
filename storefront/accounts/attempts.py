"""A password is tried: counted, so that nobody guesses for long, and as slow for an address that has no account."""

from dataclasses import dataclass

from flask import request

from storefront.accounts.account import Account, email_key
from storefront.edge.client_address import client_network
from storefront.edge.limits import Verdict
from storefront.shop import shop


@dataclass(frozen=True, slots=True)
class Attempt:
    """What came of it. ``account`` is there if the password was right."""

    verdict: Verdict
    account: Account | None = None


def try_password(email: str, password: str) -> Attempt:
    """Try a password for an address. Raises `TooBusy` and `DatabaseDown`."""
    parts = shop()
    accounts, key, network = parts.accounts, email_key(email), client_network()
    device = parts.devices.known(request.cookies, key)
    verdict = parts.sign_in_guard.check(key, network, device)
    if not verdict.allowed:
        return Attempt(verdict)
    account = accounts.store.find_by_email(email)
    if not accounts.passwords.fits(account.password_hash if account else None, password):
        account = None
    if account is None:
        parts.sign_in_guard.failed(key, network, device)
    else:
        parts.sign_in_guard.succeeded(key, network, device)
    return Attempt(verdict, account)
