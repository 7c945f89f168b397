"""What a storefront does beside answering: it opens the database, moves what Redis had, deletes what has expired."""

import logging
import time
from collections.abc import Callable
from threading import Event as Signal
from threading import Thread

from redis import RedisError

from storefront.database.connection import Database, DatabaseDown
from storefront.visitor_state.expiry import sweep, trim_applied
from storefront.visitor_state.redis_move import RedisMove

log = logging.getLogger(__name__)

RETRY_SECONDS = 5.0
SWEEP_SECONDS = 60.0


class Housekeeping:
    """Runs beside the shop, in one thread. Under gevent that is a greenlet."""

    def __init__(
        self,
        database: Database,
        redis_move: RedisMove,
        now: Callable[[], float] = time.time,
        seal_again: Callable[[], object] = lambda: None,
        drop_keys: Callable[[float], object] = lambda _: None,
    ) -> None:
        self._database = database
        self._redis_move = redis_move
        self._now = now
        self._seal_again = seal_again
        self._drop_keys = drop_keys
        self._closing = Signal()

    def start(self) -> None:
        """Begin, and return at once."""
        Thread(target=self.run, name="housekeeping", daemon=True).start()

    def close(self) -> None:
        """Stop after what is being done now."""
        self._closing.set()

    def run(self) -> None:
        """Move, encrypt with the present key, then sweep again and again, until closed."""
        is_moved = is_sealed = False
        while True:
            try:
                is_moved = is_moved or self.move()
                is_sealed = is_sealed or self.seal()
                self.sweep()
            except Exception:
                log.exception("Housekeeping goes on later")
            if self._closing.wait(SWEEP_SECONDS if is_moved and is_sealed else RETRY_SECONDS):
                return

    def sweep(self) -> None:
        """Delete what has expired, once."""
        self._drop_keys(self._now())
        try:
            sweep(self._database, self._now())
            trim_applied(self._database)
        except DatabaseDown:
            log.warning("What has expired is deleted later")

    def seal(self) -> bool:
        """Encrypt again what a former key has encrypted, and return whether all of it is."""
        try:
            self._seal_again()
        except DatabaseDown:
            log.warning("What a former key has encrypted is encrypted again later")
            return False
        return True

    def move(self) -> bool:
        """Move what an older version left in Redis, and return whether all of it is moved."""
        try:
            self._redis_move.run(self._now())
        except (RedisError, DatabaseDown) as error:
            log.warning("Baskets and stars from an older version are moved to the database later: %s", error)
            return False
        return True
