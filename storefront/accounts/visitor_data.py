"""All that is kept of a visitor, in every store and in the models: merged into an account, or deleted with it."""

import logging
import secrets
import time
from collections.abc import Callable, Sequence
from typing import Any

from online_models.schema.events import VisitorForgotten, VisitorId, VisitorIdentified, event_id_at
from storefront.accounts.account import Account
from storefront.accounts.account_store import AccountStore
from storefront.database.connection import Database, DatabaseDown
from storefront.events.outbox import EventOutbox, write_events
from storefront.visitor_state.erasure_receipts import ErasureReceipt, count_rows
from storefront.visitor_state.viewed import Viewed
from storefront.visitor_state.visitor_store import NotNow, VisitorStore, VisitorTable

log = logging.getLogger(__name__)


class AccountMerge:
    """Moves what one visitor keeps to another. It may be called again after a failure: each step is idempotent."""

    def __init__(
        self,
        database: Database,
        tables: Sequence[VisitorTable],
        stores: Sequence[VisitorStore],
        outbox: EventOutbox,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._database = database
        self._tables = tables
        self._stores = stores
        self._outbox = outbox
        self._now = now

    def merge(self, source: VisitorId, account: VisitorId) -> bool:
        """Move it. Returns False if a store could not be reached: nothing is lost, call it again later."""
        event = VisitorIdentified(visitor=source, account=account, **_stamp(self._now()))
        try:
            with self._database.begin() as connection:
                for table in self._tables:
                    table.merge(connection, source, account)
            for store in self._stores:
                store.merge(source, account)
            self._outbox.publish(event)
        except (NotNow, DatabaseDown) as error:
            log.warning("A visitor's data is merged into their account later: %s", error)
            return False
        return True


class Deletion:
    """Deletes accounts.

    Parameters
    ----------
    end_all
        Signs an account out everywhere.
    """

    def __init__(
        self,
        database: Database,
        tables: Sequence[VisitorTable],
        stores: Sequence[VisitorStore],
        store: AccountStore,
        outbox: EventOutbox,
        end_all: Callable[[VisitorId], object],
        viewed: Viewed,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._database = database
        self._tables = tables
        self._stores = stores
        self._store = store
        self._outbox = outbox
        self._end_all = end_all
        self._viewed = viewed
        self._now = now

    def delete(self, account: Account) -> ErasureReceipt:
        """Delete the account and its data, and say how much of each kind there was.

        Raises `NotNow` or `DatabaseDown`: try again, the account is still there.
        """
        viewed = len(self._viewed.read(account.visitor))
        for store in self._stores:
            store.forget(account.visitor)
        self._end_all(account.visitor)
        now = self._now()
        forgotten = VisitorForgotten(visitor=account.visitor, **_stamp(now))
        with self._database.begin() as connection:
            counts = count_rows(connection, account.visitor)
            for table in self._tables:
                table.forget(connection, account.visitor)
            self._store.remove(connection, account.visitor)
            write_events(connection, [forgotten], now)
        self._outbox.send(forgotten)
        return ErasureReceipt(int(now), {**counts, "viewed": viewed} if viewed else counts)


def _stamp(now: float) -> dict[str, Any]:
    return {"event_id": event_id_at(now, secrets.token_bytes(10)), "occurred_at": now, "received_at": now}
