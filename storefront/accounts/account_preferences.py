"""What accounts declare to like: stored for their profile, and published for the models."""

import secrets
import time
from collections.abc import Callable

from online_models.schema.events import PreferencesChanged, VisitorId, event_id_at
from storefront.accounts.preference_store import Preferences, PreferenceStore
from storefront.events.event_publisher import EventPublisher


class AccountPreferences:
    """Reads and changes what an account declares to like."""

    def __init__(self, store: PreferenceStore, publisher: EventPublisher, now: Callable[[], float] = time.time) -> None:
        self._store = store
        self._publisher = publisher
        self._now = now

    def read(self, visitor: VisitorId) -> Preferences:
        """Return what the account declared last. Raises `DatabaseDown`."""
        return self._store.read(visitor)

    def declare(self, visitor: VisitorId, declared: Preferences) -> None:
        """Store it in place of what was declared before, and tell the models. Raises `DatabaseDown`, `SpoolFull`."""
        now = self._now()
        event = PreferencesChanged(
            event_id=event_id_at(now, secrets.token_bytes(10)),
            visitor=visitor,
            occurred_at=now,
            received_at=now,
            categories=declared.categories,
            colours=declared.colours,
            min_price=declared.min_price,
            max_price=declared.max_price,
        )
        self._store.write(visitor, declared, now)
        self._publisher.publish(event)
