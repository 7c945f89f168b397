"""A broker that speaks nothing but TLS, started once for all tests of a module."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from connections.kafka_cluster import KafkaCluster
from tests.certificates import Certificates
from tests.connections.secured_brokers import broker_with_tls


@pytest.fixture(scope="module")
def tls(tmp_path_factory: pytest.TempPathFactory, certificates: Certificates) -> Iterator[KafkaCluster]:
    folder: Path = tmp_path_factory.mktemp("kafka-tls")
    with broker_with_tls(folder, certificates) as kafka:
        yield kafka
