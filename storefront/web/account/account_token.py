"""The mark of an account: what a document and its events say of whom they were made for, without saying who that is."""

from collections.abc import Mapping

from flask import current_app
from itsdangerous import Signer

from storefront.app.shop import shop

FIELD = "account"
_LENGTH = 12


def present_mark() -> str:
    """Return the mark of the account that is signed in, or nothing."""
    visitor = shop().accounts.identity.visitor()
    if visitor is None:
        return ""
    return Signer(current_app.secret_key or "", salt="account mark").get_signature(visitor)[:_LENGTH].decode()


def is_theirs(fields: object, mark: str) -> bool:
    """Return whether an event was made for whoever is there now: for this account, or before it was signed in."""
    said = fields.get(FIELD) if isinstance(fields, Mapping) else None
    return not isinstance(said, str) or said in {"", mark}
