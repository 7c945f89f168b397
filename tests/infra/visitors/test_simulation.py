"""Simulated shoppers in a process of their own, against a real Kafka and Redis."""

import os
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from online_models.schema.events import decode
from tests.infra.event_tail import EventTail

pytestmark = pytest.mark.integration


def test_simulated_shoppers_publish_until_they_are_stopped(
    kafka_servers: str, empty_redis: str, tmp_path: Path, tail: EventTail
) -> None:
    rows = [
        {"visitor": "c1", "item": item, "kind": "purchase", "order": "o1", "quantity": 1, "price": 100, "at": 1.2e9}
        for item in ("mug", "plate", "lamp")
    ]
    (tmp_path / "bootstrap").mkdir()
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "bootstrap" / "history.parquet")
    environment = {
        **os.environ,
        "RIVERFRONT_KAFKA": kafka_servers,
        "RIVERFRONT_REDIS": empty_redis,
        "RIVERFRONT_HOME": str(tmp_path),
    }
    command = [sys.executable, "-m", "infra", "simulate", "--rate", "50", "--seed", "1"]
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True) as shoppers:
        events = [decode(value) for _, value in tail.read(50, seconds=40)]
        shoppers.terminate()
        assert shoppers.wait(20) == 0
    assert all(event.simulated and event.visitor == "sim-c1" for event in events)
