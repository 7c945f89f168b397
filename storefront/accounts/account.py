"""An account, and the visitor without one: what Flask-Login calls the current user."""

import secrets
import time
import unicodedata
from dataclasses import dataclass

from flask_login import AnonymousUserMixin, UserMixin

from online_models.schema.events import VisitorId

SHOPPER = "shopper"
OPERATOR = "operator"
ROLES = (SHOPPER, OPERATOR)


@dataclass(frozen=True, slots=True, eq=False)
class Account(UserMixin):  # type: ignore[misc]  # Flask-Login is not typed
    """One account. All its data in the shop is stored under ``visitor``."""

    visitor: VisitorId
    email: str
    name: str
    password_hash: str
    role: str = SHOPPER
    created_at: float = 0.0

    def get_id(self) -> str:
        """Return what Flask-Login keeps in the session."""
        return self.visitor

    @property
    def is_operator(self) -> bool:
        """Whether this account may open the operators' pages."""
        return self.role == OPERATOR

    @property
    def short_name(self) -> str:
        """A name that fits into the header: the first word of the name, else the address up to the @."""
        return (self.name.split() or [self.email.partition("@")[0]])[0]


class Nobody(AnonymousUserMixin):  # type: ignore[misc]  # Flask-Login is not typed
    """A visitor who is not signed in."""

    role = SHOPPER
    is_operator = False
    name = ""


def new_account(email: str, name: str, password_hash: str) -> Account:
    """Make an account, with a new visitor id."""
    return Account(VisitorId(f"a{secrets.token_hex(12)}"), email, name, password_hash, created_at=time.time())


def email_key(email: str) -> str:
    """Fold an address, so that each has one account however it is typed.

    >>> email_key(" Ann@Example.COM ")
    'ann@example.com'
    """
    return unicodedata.normalize("NFKC", email).strip().casefold()
