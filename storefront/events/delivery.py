"""What becomes of one event on its way: it is safe, in Kafka or on the spool's disk, or it was not stored."""

from concurrent.futures import Future, InvalidStateError
from concurrent.futures import TimeoutError as StillOpen
from contextlib import suppress
from typing import NamedTuple

from storefront.events.spool import NotStored

WAIT_SECONDS = 2.5
"""How long anybody waits for a delivery at most. What takes longer is not acknowledged, and may be sent again."""


class RecordPlace(NamedTuple):
    """Where an event lies in Kafka."""

    topic: str
    partition: int
    offset: int


class Delivery(Future[None]):
    """Done when the event is safe; ends with `NotStored` if it is not. Only what is said first counts.

    Attributes
    ----------
    place
        Where the event lies, once Kafka has it; None where it waits on disk.
    """

    place: RecordPlace | None = None

    def confirm(self, place: RecordPlace | None = None) -> None:
        """Say that the event is safe, and where."""
        self.place = self.place or place
        with suppress(InvalidStateError):
            self.set_result(None)

    def fail(self, error: NotStored) -> None:
        """Say that the event was not stored."""
        with suppress(InvalidStateError):
            self.set_exception(error)

    def wait(self) -> None:
        """Wait until the event is safe. Raises `NotStored` if it is not, or not in time."""
        try:
            self.result(WAIT_SECONDS)
        except StillOpen as error:
            raise NotStored("the event is not stored yet") from error
