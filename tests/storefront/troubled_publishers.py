"""Publishers whose events are not safe: for a while, or not at all."""

from threading import Event as Signal

from online_models.schema.events import Event
from storefront.events.delivery import Delivery
from storefront.events.spool import NotStored, SpoolFull
from tests.storefront.in_memory import MemoryEventPublisher


class FullPublisher(MemoryEventPublisher):
    """Stores no event as long as it has an ``error``."""

    def __init__(self, error: NotStored | None = None) -> None:
        super().__init__()
        self.error: NotStored | None = error or SpoolFull("many events wait")
        self.tries = 0

    def send(self, event: Event, delivery: Delivery | None = None) -> Delivery:
        self.tries += 1
        if self.error is None:
            return super().send(event, delivery)
        delivery = delivery or Delivery()
        delivery.fail(self.error)
        return delivery


class SlowPublisher(MemoryEventPublisher):
    """Kafka does not confirm before the test says so."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[Delivery] = []
        self.sent = Signal()

    def send(self, event: Event, delivery: Delivery | None = None) -> Delivery:
        self.events.append(event)
        self.open.append(delivery or Delivery())
        self.sent.set()
        return self.open[-1]
