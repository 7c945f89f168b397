"""Records that cannot be learned: parked in a topic of their own, as they were, with the reason.

If Kafka refuses them they are spooled on disk and sent later. `flush` makes sure of one or the other, and is called
before every snapshot: no record that a snapshot counts as read is merely in memory. After a crash, records since the
last snapshot are read again and parked again: the key of a letter says which record it is, so that it counts once.
"""

import base64
import logging
from collections.abc import Callable
from functools import partial
from pathlib import Path

import msgspec
from confluent_kafka import KafkaException, Producer

from connections.kafka_cluster import KafkaCluster
from connections.librdkafka_refusals import Refusals
from connections.listening import LONGEST_BACKOFF_MS, is_listening
from connections.log_lines import escape
from consumers.clock import Clock
from consumers.errors import LogUnavailable
from consumers.filesystem import DISK, Filesystem
from consumers.kafka.record import Record, place_of
from online_models.schema.json_reader import UNREADABLE
from online_models.schema.records.cloud_event import envelope_of

_log = logging.getLogger(__name__)

MAX_REASON = 500
MAX_WAITING = 1_000
MAX_SPOOL_BYTES = 64 * 2**20
SECONDS_BETWEEN_RUNS = 1.0
RUN_TIMEOUT, SPOOL_TIMEOUT = 1.0, 5.0
PAUSE_AFTER_FAILURE = 30.0


class DeadLetter(msgspec.Struct, frozen=True, kw_only=True):
    """A parked record as it waits on disk. ``value`` is Base64, or None for a record without a value.

    ``envelope`` has the headers that say how to read it, where it is a CloudEvent.
    """

    topic: str
    partition: int
    offset: int
    appended_at: float
    reason: str
    value: str | None
    envelope: tuple[tuple[str, str], ...] = ()

    def key(self, source: str) -> bytes:
        """Return what says which record it is: its place, with its topic where that is not the ``source``."""
        place = f"{self.partition}:{self.offset}"
        return (place if self.topic == source else f"{self.topic}:{place}").encode()

    def headers(self) -> list[tuple[str, str | bytes | None]]:
        """Return what goes beside the original bytes in Kafka."""
        fields = ("reason", "topic", "partition", "offset", "appended_at")
        own = [(name, str(getattr(self, name)).encode()) for name in fields]
        return [*own, *((name, text.encode()) for name, text in self.envelope)]


_decoder = msgspec.json.Decoder(DeadLetter)

Connect = Callable[[KafkaCluster], Producer]
"""Makes a producer for this cluster. Raises `LogUnavailable` where nobody listens."""


def connect_producer(kafka: KafkaCluster) -> Producer:
    """Make a producer, which connects by itself. Raises `LogUnavailable` where nobody listens."""
    if not is_listening(kafka.servers):
        raise LogUnavailable(f"nothing listens at {kafka.servers}")
    settings = {
        **kafka.librdkafka_options(),
        "acks": "all",
        "message.timeout.ms": 5_000,
        "message.max.bytes": 2 * 2**20,
        "reconnect.backoff.max.ms": LONGEST_BACKOFF_MS,
        "log.connection.close": False,
        "error_cb": Refusals(kafka, _log),
    }
    return Producer(settings, logger=_log)


class DeadLetters:
    """Parks records of ``source`` in ``topic``. Never raises: what Kafka refuses waits in the file ``spool``.

    ``further`` topics are those that are read with the source.
    """

    def __init__(
        self,
        kafka: KafkaCluster,
        source: str,
        topic: str,
        spool: Path,
        clock: Clock,
        connect: Connect = connect_producer,
        files: Filesystem = DISK,
        further: tuple[str, ...] = (),
    ) -> None:
        self._kafka = kafka
        self._connect_to = connect
        self._files = files
        self._source = source
        self._sources = (source, *further)
        self._topic = topic
        self._spool = spool
        self._clock = clock
        self._producer: Producer | None = None
        self._waiting: list[DeadLetter] = []
        self._run_at = self._retry_at = 0.0
        self._is_parked = True
        self.count = 0

    @property
    def is_waiting(self) -> bool:
        """Whether anything waits in memory only."""
        return bool(self._waiting)

    def publish(self, record: Record, reason: str) -> None:
        """Park one record with the next `run` or `flush`."""
        self.count += 1
        number, partition = place_of(record.partition)
        topic = self._sources[number]
        if self.count & (self.count - 1) == 0:  # the first, and then ever more rarely
            place = (topic, partition, record.offset)
            _log.warning("dead letter %d, %s partition %d offset %d: %s", self.count, *place, escape(reason))
        letter = DeadLetter(
            topic=topic,
            partition=partition,
            offset=record.offset,
            appended_at=record.appended_at,
            reason=reason[:MAX_REASON],
            value=None if record.value is None else base64.b64encode(record.value).decode(),
            envelope=tuple(envelope_of(record.headers)),
        )
        self._waiting.append(letter)
        if len(self._waiting) >= MAX_WAITING:
            self.flush(RUN_TIMEOUT)

    def run(self) -> None:
        """Send what waits, here or on disk, once a second; a while later if Kafka has just refused something."""
        elapsed = self._clock.elapsed()
        if elapsed >= self._run_at:
            self._run_at = elapsed + SECONDS_BETWEEN_RUNS
            self.flush(RUN_TIMEOUT)
            if elapsed >= self._retry_at:
                self._send_spooled()

    def flush(self, timeout: float) -> bool:
        """Send what waits here, and put on disk what Kafka does not take in time.

        Returns whether nothing waits in memory any more. With the disk full, the newest `MAX_WAITING` go on waiting.
        """
        waiting, self._waiting = self._waiting, []
        refused = self._send(waiting, timeout)
        if not self._park_on_disk(refused):
            self._waiting = refused[-MAX_WAITING:]
            if len(refused) > MAX_WAITING:
                _log.error("%d dead letters are counted only: too many wait", len(refused) - MAX_WAITING)
        return not self._waiting

    def close(self) -> None:
        """Flush, and disconnect."""
        self.flush(RUN_TIMEOUT)
        self._disconnect()

    def _send_spooled(self) -> None:
        files, sending = self._files, self._spool.with_suffix(".sending")
        try:
            if not files.size(sending):
                if not files.size(self._spool):
                    return
                files.rename(self._spool, sending)
            letters = _read_letters(sending, files.read(sending))
            refused = self._send(letters, SPOOL_TIMEOUT)
            if letters and len(refused) == len(letters):
                return  # they stay where they are
            if self._park_on_disk(refused):
                files.remove(sending)
                files.sync(sending.parent)
        except OSError as error:
            _log.error("cannot read or delete %s; trying again: %s", sending, error)
            return
        _log.info("sent %d dead letters that had waited on disk", len(letters) - len(refused))

    def _send(self, letters: list[DeadLetter], timeout: float) -> list[DeadLetter]:
        """Send letters and return those that Kafka has not confirmed in time."""
        if not letters or self._clock.elapsed() < self._retry_at:
            return letters
        unconfirmed = dict(enumerate(letters))
        why: object = "no answer in time"
        try:
            if self._producer is None:
                self._producer = self._connect_to(self._kafka)
            producer = self._producer
            for number, letter in unconfirmed.copy().items():
                producer.produce(
                    self._topic,
                    value=None if letter.value is None else base64.b64decode(letter.value),
                    key=letter.key(self._source),
                    headers=letter.headers(),
                    on_delivery=partial(_confirm, unconfirmed, number),
                )
            producer.flush(timeout)
        except (BufferError, KafkaException, LogUnavailable) as error:
            why = error
        if unconfirmed:
            _log.warning("Kafka does not take dead letters, they wait in %s: %s", self._spool, why)
            self._retry_at = self._clock.elapsed() + PAUSE_AFTER_FAILURE
            self._disconnect()
        return list(unconfirmed.values())

    def _disconnect(self) -> None:
        producer, self._producer = self._producer, None
        if producer is not None:
            producer.purge()
            producer.close()

    def _park_on_disk(self, letters: list[DeadLetter]) -> bool:
        """Put letters on disk, and say whether they need no longer be in memory."""
        if not letters:
            return True
        try:
            if self._files.size(self._spool) > MAX_SPOOL_BYTES:
                _log.error("%s is full; %d dead letters are counted only", self._spool, len(letters))
                return True
            # What a crash cut short before them stays a line of its own.
            start = b"\n" if self._files.size(self._spool) else b""
            lines = b"".join(msgspec.json.encode(letter) + b"\n" for letter in letters)
            self._files.append(self._spool, start + lines)
        except OSError as error:
            if self._is_parked:
                _log.error("cannot write %s; %d dead letters wait in memory: %s", self._spool, len(letters), error)
            self._is_parked = False
        else:
            self._is_parked = True
        return self._is_parked


def _confirm(unconfirmed: dict[int, DeadLetter], number: int, error: object, _: object) -> None:
    if error is None:
        unconfirmed.pop(number, None)


def _read_letters(path: Path, lines: bytes) -> list[DeadLetter]:
    letters: list[DeadLetter] = []
    for line in filter(None, lines.splitlines()):
        try:
            letters.append(_decoder.decode(line))
        except UNREADABLE:
            _log.error("%s has a line that cannot be read; it is left out", path)  # cut short by a crash
    return letters
