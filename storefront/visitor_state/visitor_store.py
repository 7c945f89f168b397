"""What a store promises that keeps things by visitor: they move to an account at sign-in, and go with its deletion."""

from typing import Protocol

from online_models.schema.events import VisitorId


class NotNow(Exception):
    """The store cannot be reached. Nothing was changed: ask again later."""


class VisitorStore(Protocol):
    """Keeps something under a visitor's name."""

    def merge(self, source: VisitorId, target: VisitorId) -> None:
        """Give all that ``source`` has to ``target``. A second time does nothing. Raises `NotNow`, `DatabaseDown`."""

    def forget(self, visitor: VisitorId) -> None:
        """Delete all that the visitor has. Raises `NotNow`, `DatabaseDown`."""
