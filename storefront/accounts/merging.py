"""Merges what an anonymous visitor did into the account at sign-in: in every store, and in the models."""

import logging
import secrets
import time
from collections.abc import Callable, Sequence

from online_models.schema.events import VisitorId, VisitorIdentified, event_id_at
from storefront.database.connection import DatabaseDown
from storefront.events.event_publisher import EventPublisher
from storefront.events.spool import SpoolFull
from storefront.visitor_state.visitor_store import NotNow, VisitorStore

log = logging.getLogger(__name__)


class AccountMerge:
    """Moves what one visitor keeps to another. It may be asked again after a failure: each step does nothing twice."""

    def __init__(
        self, stores: Sequence[VisitorStore], publisher: EventPublisher, now: Callable[[], float] = time.time
    ) -> None:
        self._stores = stores
        self._publisher = publisher
        self._now = now

    def merge(self, source: VisitorId, account: VisitorId) -> bool:
        """Move it. Returns False if a part could not be reached: nothing is lost, ask again later."""
        now = self._now()
        event = VisitorIdentified(
            event_id=event_id_at(now, secrets.token_bytes(10)),
            visitor=source,
            account=account,
            occurred_at=now,
            received_at=now,
        )
        try:
            for store in self._stores:
                store.merge(source, account)
            self._publisher.publish(event)
        except (NotNow, DatabaseDown, SpoolFull) as error:
            log.warning("A visitor's things join their account later: %s", error)
            return False
        return True
