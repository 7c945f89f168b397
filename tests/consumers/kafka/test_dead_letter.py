"""Where records go that cannot be learned: into Kafka, or on disk until Kafka takes them."""

import socket
import uuid
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from kafka.admin import KafkaAdminClient, NewTopic

from connections.kafka_cluster import KafkaCluster
from consumers.kafka.dead_letter import DeadLetter, DeadLetters
from consumers.kafka.event_log import EventLog
from consumers.kafka.record import Record, number_of
from tests.consumers.fakes import ManualClock

BAD = Record(partition=3, offset=17, appended_at=1_700_000_000.5, value=b'{"kind":"item_sniffed"}')


def nobody_listens() -> KafkaCluster:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return KafkaCluster(f"127.0.0.1:{free.getsockname()[1]}")


@pytest.fixture
def dead_topic(kafka_servers: str) -> Iterator[str]:
    name = f"dead-{uuid.uuid4().hex[:8]}"
    admin = KafkaAdminClient(bootstrap_servers=kafka_servers)
    admin.create_topics([NewTopic(name, 1, 1)])
    yield name
    admin.delete_topics([name])
    admin.close()


def read_all(servers: str, topic: str) -> list[Record]:
    log = EventLog(KafkaCluster(servers), topic, "test")
    expected = sum(log.end_offsets().values())
    found: list[Record] = []
    while len(found) < expected:
        found += log.poll(5, 100)
    log.close()
    return found


@pytest.mark.integration
def test_a_record_is_parked_as_it_was_with_reason_and_origin(
    kafka_servers: str, dead_topic: str, tmp_path: Path
) -> None:
    letters = DeadLetters(KafkaCluster(kafka_servers), "interactions", dead_topic, tmp_path / "spool", ManualClock())
    letters.publish(BAD, "Invalid value 'item_sniffed'")
    letters.publish(BAD._replace(offset=18, value=None), "an event without content")
    letters.flush(10)
    first, second = read_all(kafka_servers, dead_topic)
    assert first.value == BAD.value
    assert dict(first.headers) == {
        "reason": b"Invalid value 'item_sniffed'",
        "topic": b"interactions",
        "partition": b"3",
        "offset": b"17",
        "appended_at": b"1700000000.5",
    }
    assert second.value is None
    assert letters.count == 2
    assert not (tmp_path / "spool").exists()
    letters.close()


@pytest.mark.integration
def test_a_record_of_a_further_topic_says_so(kafka_servers: str, dead_topic: str, tmp_path: Path) -> None:
    further = ("interactions.impressions",)
    letters = DeadLetters(
        KafkaCluster(kafka_servers), "interactions", dead_topic, tmp_path / "spool", ManualClock(), further=further
    )
    letters.publish(BAD._replace(partition=number_of(1, 2)), "not an event")
    letters.flush(10)
    (letter,) = read_all(kafka_servers, dead_topic)
    headers = dict(letter.headers)
    assert (headers["topic"], headers["partition"], headers["offset"]) == (b"interactions.impressions", b"2", b"17")
    letters.close()


def test_while_kafka_refuses_records_wait_on_disk(tmp_path: Path) -> None:
    spool = tmp_path / "spool" / "dead-letters.jsonl"
    letters = DeadLetters(nobody_listens(), "interactions", "dead", spool, ManualClock())
    letters.publish(BAD, "first")
    letters.publish(BAD, "second")
    letters.flush(1)
    assert [line.count(b"reason") for line in spool.read_bytes().splitlines()] == [1, 1]
    assert letters.count == 2
    letters.close()


def test_the_envelope_of_a_cloud_event_waits_with_it(tmp_path: Path) -> None:
    spool = tmp_path / "dead-letters.jsonl"
    letters = DeadLetters(nobody_listens(), "interactions", "dead", spool, ManualClock())
    letters.publish(
        BAD._replace(headers=(("ce_id", b"7"), ("traceparent", b"00"), ("content-type", b"text/json"))), "?"
    )
    letters.flush(1)
    (letter,) = (msgspec.json.decode(line, type=DeadLetter) for line in spool.read_bytes().splitlines())
    assert letter.envelope == (("ce_id", "7"), ("content-type", "text/json"))
    assert letter.headers()[-2:] == [("ce_id", b"7"), ("content-type", b"text/json")]
    letters.close()


def test_nothing_is_lost_by_trying_in_vain_to_send_what_waits(tmp_path: Path) -> None:
    spool, clock = tmp_path / "dead-letters.jsonl", ManualClock()
    letters = DeadLetters(nobody_listens(), "interactions", "dead", spool, clock)
    letters.publish(BAD, "first")
    letters.flush(1)
    before = spool.read_bytes()
    clock.advance(60)
    letters.run()
    assert b"".join(path.read_bytes() for path in tmp_path.iterdir()) == before
    letters.close()


@pytest.mark.integration
def test_what_waited_on_disk_is_sent_when_kafka_answers_again(
    kafka_servers: str, dead_topic: str, tmp_path: Path
) -> None:
    spool, clock = tmp_path / "dead-letters.jsonl", ManualClock()
    before = DeadLetters(nobody_listens(), "interactions", dead_topic, spool, clock)
    before.publish(BAD, "first")
    before.close()
    with spool.open("ab") as file:
        file.write(b'{"cut short by a crash')
    after = DeadLetters(KafkaCluster(kafka_servers), "interactions", dead_topic, spool, clock)
    after.run()
    (record,) = read_all(kafka_servers, dead_topic)
    assert record.value == BAD.value
    assert not list(tmp_path.iterdir())
    after.close()


def test_with_the_disk_full_letters_wait_in_memory_and_the_learner_is_told(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_bytes(b"")
    spool = tmp_path / "file" / "spool"
    letters = DeadLetters(nobody_listens(), "interactions", "dead", spool, ManualClock())
    letters.publish(BAD, "first")
    assert not letters.flush(1)
    assert not letters.flush(1)
    assert letters.count == 1
    assert caplog.text.count("1 dead letters wait in memory") == 1
    (tmp_path / "file").unlink()
    assert letters.flush(1)
    assert spool.exists()
    letters.close()


def test_a_line_that_was_cut_short_takes_no_other_with_it(tmp_path: Path) -> None:
    spool = tmp_path / "dead-letters.jsonl"
    spool.write_bytes(b'{"cut short by a crash')
    letters = DeadLetters(nobody_listens(), "interactions", "dead", spool, ManualClock())
    letters.publish(BAD, "first")
    letters.close()
    assert [line[:8] for line in spool.read_bytes().split(b"\n") if line] == [b'{"cut sh', b'{"topic"']
