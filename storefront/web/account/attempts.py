"""A password is tried: counted, so that nobody guesses for long, and as slow for an address that has no account."""

from dataclasses import dataclass

from flask import request

from storefront.accounts.account import Account, email_key
from storefront.app.shop import shop
from storefront.security.client_address import client_network
from storefront.security.limits import Verdict


@dataclass(frozen=True, slots=True)
class Attempt:
    """What came of it. ``account`` is there if the password was right."""

    verdict: Verdict
    account: Account | None = None


def try_password(email: str, password: str) -> Attempt:
    """Try a password for an address. Raises `TooBusy` and `DatabaseDown`."""
    account = shop().accounts.store.find_by_email(email)
    verdict, fits = try_hash(email, password, account.password_hash if account else None)
    return Attempt(verdict, account if fits else None)


def try_hash(email: str, password: str, password_hash: str | None) -> tuple[Verdict, bool]:
    """Try a password on a hash; None for that of an address without an account. Raises `TooBusy`."""
    parts, key, network = shop(), email_key(email), client_network()
    device = parts.devices.known(request.cookies, key)
    verdict = parts.sign_in_guard.check(key, network, device)
    if not verdict.allowed:
        return verdict, False
    fits = parts.accounts.passwords.fits(password_hash, password)
    (parts.sign_in_guard.succeeded if fits else parts.sign_in_guard.failed)(key, network, device)
    return verdict, fits
