"""The receipt of an event that is on its way: it can be given once the event is safe."""

from collections.abc import Callable
from threading import Lock

from online_models.schema.events import EventId
from storefront.events.delivery import Delivery
from storefront.events.receipt import Receipt
from storefront.events.spool import NotStored

Complete = Callable[[NotStored | None], Receipt]
"""Does what follows from an event that is safe, or was not stored, and makes its receipt."""


class PendingReceipt:
    """Completed by whoever waits for it first, for all who do.

    ``in_order`` says that what follows from the event must be done before what follows from the sender's next one.
    ``cost`` is as how many events it counts.
    """

    def __init__(self, event_id: EventId | None, complete: Complete, *, in_order: bool = True, cost: int = 1) -> None:
        self.event_id = event_id
        self.cost = cost
        self.in_order = in_order
        self.delivery = Delivery()
        self._complete = complete
        self._lock = Lock()
        self._receipt: Receipt | None = None

    @property
    def must_wait(self) -> bool:
        """Whether the event is still on its way."""
        return self._receipt is None and not self.delivery.done()

    def wait(self) -> Receipt:
        """Wait until the event is safe, or was not stored in time, and return the receipt."""
        if self._receipt is None:
            error = None
            try:
                self.delivery.wait()
            except NotStored as not_stored:
                error = not_stored
            with self._lock:
                if self._receipt is None:
                    self._receipt = self._complete(error)
        return self._receipt


def known(receipt: Receipt, cost: int = 1) -> PendingReceipt:
    """Return a receipt that nobody has to wait for."""
    pending = PendingReceipt(receipt.event_id, lambda _: receipt, cost=cost)
    pending.delivery.confirm()
    return pending
