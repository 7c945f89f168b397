"""Slows down guessing of passwords and codes, in a way that cannot be used to keep the owner out.

Strangers are counted by network, by account and network, and by account. A browser in which the account has signed in
before is counted alone: whatever others do to the account, its owner signs in there without delay.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass

from online_models.schema import keyspace
from storefront.limits.delays import Counted, Delay, Delays
from storefront.limits.limits import SIGN_IN_BY_ADDRESS, Limits, Verdict, digest_of

log = logging.getLogger(__name__)

BY_DEVICE = Delay("device", free=5, first=2, longest=15 * keyspace.MINUTE)
BY_ACCOUNT_AND_ADDRESS = Delay("account-address", free=5, first=2, longest=15 * keyspace.MINUTE)
# All strangers together: short pauses only, since the owner may be one of them, in a new browser.
BY_ACCOUNT = Delay("account", free=30, first=1, longest=30)


@dataclass(frozen=True, slots=True)
class GuessDelays:
    """Delays of guesses: in a known browser, from one network, and of all strangers together."""

    name: str
    by_device: Delay
    by_account_and_address: Delay
    by_account: Delay


PASSWORDS = GuessDelays("Sign-in", BY_DEVICE, BY_ACCOUNT_AND_ADDRESS, BY_ACCOUNT)
# Whoever guesses a code knows the password already, and one in 333,333 guesses is right: strangers get a hundred a day.
CODES = GuessDelays(
    "Second step",
    Delay("code-device", free=5, first=2, longest=15 * keyspace.MINUTE),
    Delay("code-account-address", free=5, first=2, longest=15 * keyspace.MINUTE),
    Delay("code-account", free=10, first=2, longest=15 * keyspace.MINUTE),
)


class SignInGuard:
    """Ask `check` before a password or a code is tried, and report the outcome.

    Parameters
    ----------
    count
        Called with each outcome: ``delayed``, ``failed`` or ``succeeded``.
    guessed
        How guesses are delayed: `PASSWORDS` or `CODES`.
    """

    def __init__(
        self,
        limits: Limits,
        delays: Delays,
        count: Callable[[str], None] = lambda _: None,
        guessed: GuessDelays = PASSWORDS,
    ) -> None:
        self._limits = limits
        self._delays = delays
        self._count = count
        self._guessed = guessed

    def check(self, email_key: str, address: str, device: str | None) -> Verdict:
        """Say whether a guess may be tried now, and count the attempt if so.

        Parameters
        ----------
        email_key
            The account asked for, whether it exists or not.
        address
            The client's network: `client_address.client_network`.
        device
            What `Devices.known` says for this account.
        """
        verdict = Verdict(allowed=True) if device else self._limits.allow(SIGN_IN_BY_ADDRESS, address)
        if verdict.allowed:
            verdict = self._delays.attempt(self._counted(email_key, address, device))
        if not verdict.allowed:
            self._note("delayed", email_key, address, device)
        return verdict

    def failed(self, email_key: str, address: str, device: str | None) -> None:
        """Note that it was wrong, or the account unknown: both alike."""
        self._note("failed", email_key, address, device)

    def succeeded(self, email_key: str, address: str, device: str | None) -> None:
        """Forget the attempts: it was the owner."""
        self._delays.clear(self._counted(email_key, address, device))
        if not device:
            self._limits.give_back(SIGN_IN_BY_ADDRESS, address)
        self._note("succeeded", email_key, address, device)

    def _note(self, outcome: str, email_key: str, address: str, device: str | None) -> None:
        self._count(outcome)
        # The account by its digest: the log is no list of customers.
        kind = "known" if device else "new"
        account = digest_of(email_key)[:12]
        log.info("%s %s: account %s, from %s, %s device", self._guessed.name, outcome, account, address, kind)

    def _counted(self, email_key: str, address: str, device: str | None) -> list[Counted]:
        kinds = self._guessed
        if device:
            return [(kinds.by_device, f"{email_key} {device}")]
        return [(kinds.by_account_and_address, f"{email_key} {address}"), (kinds.by_account, email_key)]
