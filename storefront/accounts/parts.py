"""What the account pages work with, wired once by the factory."""

from dataclasses import dataclass

from storefront.accounts.account_store import AccountStore
from storefront.accounts.address_links import AddressLinks
from storefront.accounts.deletion import Deletion
from storefront.accounts.emails import Letters
from storefront.accounts.identity import Identity
from storefront.accounts.passwords import Passwords
from storefront.accounts.preference_store import PreferenceStore
from storefront.accounts.reset_links import ResetLinks
from storefront.accounts.sign_ins import SignInStore


@dataclass(frozen=True, slots=True)
class Accounts:
    """The parts of the accounts."""

    store: AccountStore
    sign_ins: SignInStore
    passwords: Passwords
    identity: Identity
    preferences: PreferenceStore
    letters: Letters
    reset_links: ResetLinks
    address_links: AddressLinks
    deletion: Deletion
