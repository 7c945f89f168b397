"""What stores promise that keep things by visitor: they move to an account at sign-in, and go with its deletion."""

from typing import Protocol

from sqlalchemy import Connection

from online_models.schema.events import VisitorId


class NotNow(Exception):
    """The store cannot be reached. Nothing was changed: ask again later."""


class TooMany(ValueError):
    """The visitor has as many items here as the shop keeps. Refuse one more."""


class VisitorTable(Protocol):
    """Keeps something under a visitor's name in the database. All of them change in one transaction."""

    def merge(self, connection: Connection, source: VisitorId, target: VisitorId) -> None:
        """Give all that ``source`` has to the account ``target``. A second time does nothing."""

    def forget(self, connection: Connection, visitor: VisitorId) -> None:
        """Delete all that the visitor has."""


class VisitorStore(Protocol):
    """Keeps something under a visitor's name elsewhere: it can be made again."""

    def merge(self, source: VisitorId, target: VisitorId) -> None:
        """Give all that ``source`` has to ``target``. A second time does nothing. Raises `NotNow`."""

    def forget(self, visitor: VisitorId) -> None:
        """Delete all that the visitor has. Raises `NotNow`."""
