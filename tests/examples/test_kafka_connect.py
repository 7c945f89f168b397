"""The example of Kafka Connect, run as its README says: rows of a shop's database become events."""

import json
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from kafka import KafkaConsumer, TopicPartition

from connections.listening import is_listening
from infra.programs.binaries import find_java
from infra.programs.ports import LOOPBACK, free_port
from infra.programs.program import Child, Program
from infra.setup.clone import Clone
from infra.setup.kafka_jars import CONNECT, folder_of
from online_models.schema.events import ItemPurchased, ItemViewed
from online_models.schema.own_visitors import visitor_of
from online_models.schema.records.event_record import read_event

pytestmark = pytest.mark.integration

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "kafka_connect"
SECONDS = 90
ORDER = {"kind": "item_purchased", "item": "a/b c?é", "quantity": 2, "price": 1250, "order": "1001"}


@pytest.fixture
def topic(make_topic: Callable[..., str]) -> str:
    return make_topic(partitions=2)


@pytest.fixture
def shop(empty_postgres: str) -> Iterator[str]:
    """A shop's database with the example's table."""
    with psycopg.connect(empty_postgres, autocommit=True) as connection:
        connection.execute((EXAMPLE / "shop_events.sql").read_text().encode())
        yield empty_postgres
        # What Debezium has made at the server's log would keep the database from being dropped.
        connection.execute(
            "SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots"
            " WHERE database = current_database() AND active"
        )
        connection.execute(
            "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE database = current_database()"
        )


@pytest.fixture
def connect(kafka_servers: str, shop: str, topic: str, tmp_path: Path) -> Iterator[Child]:
    jars, port, database = folder_of(Clone(ROOT), CONNECT), free_port(), urlsplit(shop)
    if not jars.exists():
        pytest.skip("Kafka Connect is not there: run `make setup-tests`")
    worker = Program(
        name="Kafka Connect",
        argv=(
            find_java(),
            "-XX:TieredStopAtLevel=1",
            "-cp",
            f"{jars}/*",
            "org.apache.kafka.connect.cli.ConnectStandalone",
            str(EXAMPLE / "worker.properties"),
            str(EXAMPLE / "shop_events.properties"),
        ),
        log=tmp_path / "connect.log",
        environment={
            "KAFKA_SERVERS": kafka_servers,
            "INTERACTIONS": topic,
            "CONNECT_PORT": str(port),
            "CONNECT_OFFSETS": str(tmp_path / "offsets.dat"),
            "PGHOST": database.hostname or LOOPBACK,
            "PGPORT": str(database.port),
            "PGUSER": database.username or "",
            "PGPASSWORD": database.password or "-",
            "PGDATABASE": database.path.lstrip("/"),
        },
        ready=lambda: is_listening(f"{LOOPBACK}:{port}"),
        start_deadline=SECONDS,
    )
    child = Child(worker)
    try:
        child.wait_until_ready()
        yield child
    finally:
        child.stop()


def write(shop: str, visitor: str, event: dict[str, object]) -> None:
    with psycopg.connect(shop) as connection:
        connection.execute(
            "INSERT INTO shop_events (visitor, event) VALUES (%s, %s)", (visitor, json.dumps(event, ensure_ascii=False))
        )


@pytest.mark.usefixtures("connect")
def test_rows_of_the_shops_database_become_events(kafka_servers: str, shop: str, topic: str) -> None:
    with psycopg.connect(shop) as connection:
        connection.execute("INSERT INTO shop_events (visitor, event) VALUES ('nobody', '{}')")
        connection.rollback()
    write(shop, "ann@example.com", ORDER)
    write(shop, "顧客", {"kind": "item_viewed", "item": "22423", "occurred_at": 1764511200.25})

    with closing(KafkaConsumer(bootstrap_servers=kafka_servers, consumer_timeout_ms=SECONDS * 1_000)) as consumer:
        partitions = [TopicPartition(topic, number) for number in range(2)]
        consumer.assign(partitions)
        consumer.seek_to_beginning(*partitions)
        records = {record.key.decode(): record.value for _, record in zip(range(2), consumer, strict=False)}

    bought, seen = read_event(records["ann@example.com"]), read_event(records["顧客"])
    assert isinstance(bought, ItemPurchased)
    assert (bought.visitor, bought.item, bought.quantity) == (visitor_of("ann@example.com"), "a/b c?é", 2)
    assert (bought.price, bought.order) == (1250, "1001")
    assert isinstance(seen, ItemViewed)
    assert (seen.visitor, seen.item, seen.occurred_at) == (visitor_of("顧客"), "22423", 1764511200.25)
