"""The token of an account: says which account a document and its events were made for, without saying whose it is."""

from collections.abc import Mapping

from itsdangerous import Signer

from storefront.accounts.authenticator import Authenticator

FIELD = "account"
_LENGTH = 12
_SALT = "account mark"


class AccountTokens:
    """Makes the token of whoever is signed in."""

    def __init__(self, authenticator: Authenticator, secret: str) -> None:
        self._identity = authenticator
        self._signer = Signer(secret, salt=_SALT)

    def present(self) -> str:
        """Return the token of the account that is signed in with this request, or nothing."""
        visitor = self._identity.visitor()
        return "" if visitor is None else self._signer.get_signature(visitor)[:_LENGTH].decode()


def is_made_for(fields: object, token: str) -> bool:
    """Return whether an event was made for whoever is there now: for this account, or before it was signed in."""
    said = fields.get(FIELD) if isinstance(fields, Mapping) else None
    return not isinstance(said, str) or said in {"", token}
