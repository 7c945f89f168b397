"""Records that cannot be learned: parked in a topic of their own, as they were, with the reason.

If Kafka refuses them they are spooled on disk and sent later. `flush` makes sure of one or the other, and is called
before every snapshot: no record that a snapshot counts as read is merely in flight.
"""

import base64
import logging
from pathlib import Path
from typing import Any, Protocol

import msgspec
from kafka import KafkaProducer
from kafka.errors import KafkaError

from connections.kafka_client import connect
from connections.listening import is_listening
from consumers.clock import Clock
from consumers.kafka.event_log import Record

_log = logging.getLogger(__name__)

MAX_REASON = 500
MAX_IN_FLIGHT = 1_000
MAX_SPOOL_BYTES = 64 * 2**20
BLOCK_MS = 500
CONNECT_TIMEOUT_MS = 1_000
PAUSE_AFTER_FAILURE = 30.0


class DeadLetters(Protocol):
    """Takes what cannot be learned. Never raises: what Kafka refuses waits on disk."""

    @property
    def count(self) -> int:
        """How many records were parked since the start."""

    def publish(self, record: Record, reason: str) -> None:
        """Park one record."""

    def flush(self, timeout: float) -> None:
        """Wait until all are in Kafka, or on disk."""

    def send_spooled(self) -> None:
        """Send on what waits on disk, if there is something and Kafka has not just failed."""

    def close(self) -> None:
        """Flush, and disconnect."""


class DeadLetter(msgspec.Struct, frozen=True, kw_only=True):
    """A parked record as it waits on disk. ``value`` is Base64, or None for a record without a value."""

    topic: str
    partition: int
    offset: int
    appended_at: float
    reason: str
    value: str | None

    def headers(self) -> list[tuple[str, bytes]]:
        """Return what goes beside the original bytes in Kafka."""
        fields = ("reason", "topic", "partition", "offset", "appended_at")
        return [(name, str(getattr(self, name)).encode()) for name in fields]


_decoder = msgspec.json.Decoder(DeadLetter)


class KafkaDeadLetters:
    """Parks records of ``source`` in ``topic``, spooling to ``spool`` while Kafka refuses them."""

    def __init__(self, bootstrap_servers: str, source: str, topic: str, spool: Path, clock: Clock) -> None:
        self._servers = bootstrap_servers
        self._source = source
        self._topic = topic
        self._spool = spool
        self._clock = clock
        self._producer: KafkaProducer | None = None
        self._in_flight: list[tuple[Any, DeadLetter]] = []
        self._retry_at = 0.0
        self._count = 0

    @property
    def count(self) -> int:
        """How many records were parked since the start."""
        return self._count

    def publish(self, record: Record, reason: str) -> None:
        """Send one record on, without waiting for the answer."""
        value = None if record.value is None else base64.b64encode(record.value).decode()
        self._count += 1
        if self._count & (self._count - 1) == 0:  # the first, and then ever more rarely
            _log.warning(
                "dead letter %d, partition %d offset %d: %s", self._count, record.partition, record.offset, reason
            )
        self._send(
            DeadLetter(
                topic=self._source,
                partition=record.partition,
                offset=record.offset,
                appended_at=record.appended_at,
                reason=reason[:MAX_REASON],
                value=value,
            )
        )
        if len(self._in_flight) >= MAX_IN_FLIGHT:
            self.flush(1.0)

    def flush(self, timeout: float) -> None:
        """Wait until all are in Kafka; put those that are not within ``timeout`` on disk."""
        if not self._in_flight:
            return
        in_flight, self._in_flight = self._in_flight, []
        try:
            if self._producer is not None:
                self._producer.flush(timeout=timeout)
        except KafkaError as error:
            self._fail(error)
        unsent = [letter for future, letter in in_flight if not future.succeeded()]
        if unsent:
            self._park_on_disk(unsent)

    def send_spooled(self) -> None:
        """Send what waits on disk, if anything does and Kafka has not just failed."""
        sending = self._spool.with_suffix(".sending")
        if self._clock.elapsed() < self._retry_at or not (sending.exists() or self._spool.exists()):
            return
        if not sending.exists():
            self._spool.replace(sending)
        letters = _read_letters(sending)
        for letter in letters:
            self._send(letter)
        self.flush(5.0)
        sending.unlink()
        if not self._spool.exists():
            _log.info("sent %d dead letters that had waited on disk", len(letters))
        self._retry_at = self._clock.elapsed() + PAUSE_AFTER_FAILURE

    def close(self) -> None:
        """Flush, and disconnect."""
        self.flush(1.0)
        if self._producer is not None:
            self._producer.close(timeout=1)
            self._producer = None

    def _send(self, letter: DeadLetter) -> None:
        value = None if letter.value is None else base64.b64decode(letter.value)
        key = f"{letter.partition}:{letter.offset}".encode()
        try:
            future = self._connect().send(self._topic, value=value, key=key, headers=letter.headers())
        except KafkaError as error:
            self._fail(error)
            self._park_on_disk([letter])
        else:
            self._in_flight.append((future, letter))

    def _connect(self) -> KafkaProducer:
        if self._producer is None:
            if self._clock.elapsed() < self._retry_at:
                raise KafkaError("Kafka refused a dead letter a moment ago")
            if not is_listening(self._servers):
                raise KafkaError(f"nothing listens at {self._servers}")
            self._producer = connect(
                KafkaProducer,
                self._servers,
                acks="all",
                max_block_ms=BLOCK_MS,
                bootstrap_timeout_ms=CONNECT_TIMEOUT_MS,
                max_request_size=2 * 2**20,
                allow_auto_create_topics=False,
            )
        return self._producer

    def _fail(self, error: KafkaError) -> None:
        if self._clock.elapsed() >= self._retry_at:
            _log.warning("Kafka does not take dead letters, they wait in %s: %s", self._spool, error)
            self._retry_at = self._clock.elapsed() + PAUSE_AFTER_FAILURE

    def _park_on_disk(self, letters: list[DeadLetter]) -> None:
        try:
            self._spool.parent.mkdir(parents=True, exist_ok=True)
            if self._spool.exists() and self._spool.stat().st_size > MAX_SPOOL_BYTES:
                _log.error("%s is full; %d dead letters are counted only", self._spool, len(letters))
                return
            with self._spool.open("ab") as file:
                file.writelines(msgspec.json.encode(letter) + b"\n" for letter in letters)
        except OSError as error:
            _log.error("cannot write %s; %d dead letters are counted only: %s", self._spool, len(letters), error)


def _read_letters(path: Path) -> list[DeadLetter]:
    letters: list[DeadLetter] = []
    for line in path.read_bytes().splitlines():
        try:
            letters.append(_decoder.decode(line))
        except msgspec.DecodeError:
            _log.error("%s has a line that cannot be read; it is left out", path)  # cut short by a crash
    return letters
