"""Who has an account in the tests."""

from online_models.schema.events import VisitorId
from storefront.accounts.account import Account

ANN = "ann@example.com"
BOB = "bob@example.com"
PASSWORD = "a lantern on the quay"
ANOTHER = "seven herons at dusk"
NOW = 1_800_000_000.0


def an_account(visitor: str = "a1", email: str = ANN, name: str = "Ann") -> Account:
    return Account(visitor=VisitorId(visitor), email=email, name=name, password_hash="$hash", created_at=NOW)
