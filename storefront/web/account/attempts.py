"""Trying a password: counted, so that nobody guesses for long, and as slow for an address that has no account."""

from dataclasses import dataclass

from flask import request

from storefront.accounts.account import Account, email_key
from storefront.accounts.account_store import AccountStore
from storefront.accounts.passwords import Passwords
from storefront.limits.client_address import client_network
from storefront.limits.limits import Verdict
from storefront.limits.sign_in_guard import SignInGuard
from storefront.security.known_devices import Devices


@dataclass(frozen=True, slots=True)
class Attempt:
    """What came of it. ``account`` is there if the password was right."""

    verdict: Verdict
    account: Account | None = None


@dataclass(frozen=True, slots=True)
class PasswordAttempts:
    """Tries passwords, as often as the guard lets this browser."""

    accounts: AccountStore
    passwords: Passwords
    guard: SignInGuard
    devices: Devices

    def try_password(self, email: str, password: str) -> Attempt:
        """Try a password for an address. Raises `TooBusy` and `DatabaseDown`."""
        account = self.accounts.find_by_email(email)
        verdict, fits = self.try_hash(email, password, account.password_hash if account else None)
        return Attempt(verdict, account if fits else None)

    def try_hash(self, email: str, password: str, password_hash: str | None) -> tuple[Verdict, bool]:
        """Try a password on a hash; None for that of an address without an account. Raises `TooBusy`."""
        key, network = email_key(email), client_network()
        device = self.devices.known(request.cookies, key)
        verdict = self.guard.check(key, network, device)
        if not verdict.allowed:
            return verdict, False
        fits = self.passwords.fits(password_hash, password)
        (self.guard.succeeded if fits else self.guard.failed)(key, network, device)
        return verdict, fits
