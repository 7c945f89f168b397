"""Who may write reviews: visitors with an account. Everybody may rate."""

from dataclasses import dataclass

from flask_login import current_user

from online_models.schema.events import VisitorId


@dataclass(frozen=True, slots=True)
class Author:
    """A visitor who is signed in. ``name`` is shown with their reviews."""

    visitor: VisitorId
    name: str
    is_operator: bool


def present_author() -> Author | None:
    """Return who is signed in with this request."""
    if not current_user.is_authenticated:
        return None
    return Author(current_user.visitor, current_user.name, current_user.is_operator)
