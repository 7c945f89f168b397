"""How the processes write their log: one line per important thing, on standard error."""

import logging
import sys
import time

SECONDS_BETWEEN_CLIENT_LINES = 30.0


class FewFromKafka(logging.Filter):
    """Lets one line of Kafka's client through now and then: with the broker down it writes several per attempt."""

    def __init__(self) -> None:
        super().__init__()
        self._next = 0.0

    def filter(self, record: logging.LogRecord) -> bool:
        """Say whether the line is to be written."""
        if not record.name.startswith("kafka"):
            return True
        if record.levelno < logging.WARNING or time.monotonic() < self._next:
            return False
        self._next = time.monotonic() + SECONDS_BETWEEN_CLIENT_LINES
        return True


def write_to_standard_error(level: str) -> None:
    """Set logging up for the whole process."""
    handler = logging.StreamHandler(sys.stderr)
    handler.addFilter(FewFromKafka())
    logging.basicConfig(level=level, format="%(asctime)s %(levelname)-7s %(message)s", handlers=[handler])
    # Below this its lines cost time on the way of every event, and would not be written anyway.
    logging.getLogger("kafka").setLevel(logging.WARNING)
