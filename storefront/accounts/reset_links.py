"""Signed links to reset a password: valid for an hour, for one account, and for one change of its password."""

import hashlib
import hmac
from collections.abc import Sequence

from itsdangerous import BadData, URLSafeTimedSerializer

from online_models.schema.events import VisitorId
from storefront.accounts.account import Account
from storefront.accounts.account_store import AccountStore

GOOD_FOR = 60 * 60


class ResetLinks:
    """Makes and reads the links' tokens. Nothing is stored: a token has a digest of the password that it replaces."""

    def __init__(self, keys: Sequence[str], store: AccountStore) -> None:
        self._serializer = URLSafeTimedSerializer(list(keys), salt="reset")
        self._store = store

    def make(self, account: Account) -> str:
        """Return a token for the account."""
        token = self._serializer.dumps([account.visitor, _mark(account)])
        return token if isinstance(token, str) else token.decode()

    def read(self, token: str) -> Account | None:
        """Return the account of a token; None if it is forged, too old, or was used."""
        try:
            content: object = self._serializer.loads(token, max_age=GOOD_FOR)
        except BadData:
            return None
        match content:
            case [str(visitor), str(mark)]:
                account = self._store.find(VisitorId(visitor))
                return account if account and hmac.compare_digest(mark, _mark(account)) else None
        return None


def _mark(account: Account) -> str:
    """Return a digest that changes with the password, and with the address that the link was sent to."""
    return hashlib.sha256(f"{account.password_hash} {account.email}".encode()).hexdigest()[:32]
