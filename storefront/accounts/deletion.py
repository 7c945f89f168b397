"""An account is deleted: in every store, in the database, and by an event in the models."""

import logging
import secrets
import time
from collections.abc import Callable, Sequence

from online_models.schema.events import VisitorForgotten, VisitorId, event_id_at
from storefront.accounts.account import Account
from storefront.accounts.account_store import AccountStore
from storefront.events.event_publisher import EventPublisher
from storefront.events.spool import SpoolFull
from storefront.visitor_state.visitor_store import VisitorStore

log = logging.getLogger(__name__)


class Deletion:
    """Forgets accounts.

    Parameters
    ----------
    end_all
        Signs an account out everywhere.
    """

    def __init__(
        self,
        stores: Sequence[VisitorStore],
        store: AccountStore,
        publisher: EventPublisher,
        end_all: Callable[[VisitorId], object],
        now: Callable[[], float] = time.time,
    ) -> None:
        self._stores = stores
        self._store = store
        self._publisher = publisher
        self._end_all = end_all
        self._now = now

    def delete(self, account: Account) -> None:
        """Delete all that hangs on the account. Raises `NotNow` or `DatabaseDown`: ask again, the account is there."""
        visitor, now = account.visitor, self._now()
        for store in self._stores:
            store.forget(visitor)
        self._end_all(visitor)
        self._store.remove(visitor)
        event = VisitorForgotten(
            event_id=event_id_at(now, secrets.token_bytes(10)), visitor=visitor, occurred_at=now, received_at=now
        )
        try:
            self._publisher.publish(event)
        except SpoolFull:
            # The account is gone, so nobody can ask again: the operator must.
            log.error("The models were not told to forget a visitor. Run: riverfront forget %s", visitor)
