"""Real brokers that let in not everybody: with a login, or with TLS and a certificate of the client's."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from connections.kafka_cluster import KafkaCluster, SecurityProtocol
from infra.kafka.access import USERS, KafkaAccess
from infra.kafka.server import answers_requests, broker_program, kafka_program, server_options
from infra.kafka.topics import connect, create_topic
from infra.programs.binaries import Missing, find_java
from infra.programs.ports import LOOPBACK, free_port
from infra.programs.program import Child, Program
from online_models.schema.keyspace import Topic
from tests.certificates import Certificates

TOPIC = Topic("interactions", 1, {})
PASSWORDS = {user: f"the password of {user}" for user in USERS}


@contextmanager
def broker_with_login(folder: Path) -> Iterator[KafkaAccess]:
    """A broker as the local stack has it."""
    access = KafkaAccess(free_port(), PASSWORDS)
    java, log = _java(), folder / "kafka.log"
    with _running(kafka_program(java, access.port, free_port(), folder, log, access=access)):
        _make_topic(access.as_broker)
        yield access


@contextmanager
def broker_with_tls(folder: Path, certificates: Certificates) -> Iterator[KafkaCluster]:
    """A broker that only speaks TLS and wants to see a certificate, and how a client that it takes reaches it."""
    port, own, client = free_port(), certificates.server, certificates.client
    keystore = folder / "keystore.pem"
    keystore.write_bytes(own.key.read_bytes() + own.certificate.read_bytes())
    options = server_options(port, free_port(), folder / "log")
    options |= {
        "listeners": options["listeners"].replace("PLAINTEXT:", "SSL:"),
        "advertised.listeners": options["advertised.listeners"].replace("PLAINTEXT:", "SSL:"),
        "listener.security.protocol.map": "SSL:SSL,CONTROLLER:PLAINTEXT",
        "security.inter.broker.protocol": "SSL",
        "ssl.keystore.type": "PEM",
        "ssl.keystore.location": str(keystore),
        "ssl.truststore.type": "PEM",
        "ssl.truststore.location": str(certificates.authority),
        "ssl.client.auth": "required",
    }
    kafka = KafkaCluster(
        f"{LOOPBACK}:{port}",
        SecurityProtocol.SSL,
        ca_file=certificates.authority,
        certificate_file=client.certificate,
        key_file=client.key,
    )
    program = broker_program(_java(), options, folder, folder / "kafka.log")
    with _running(replace(program, ready=lambda: answers_requests(kafka))):
        _make_topic(kafka)
        yield kafka


@contextmanager
def _running(program: Program) -> Iterator[None]:
    child = Child(program)
    try:
        child.wait_until_ready()
        yield
    finally:
        child.stop()


def _java() -> str:
    try:
        return find_java()
    except Missing as missing:
        pytest.skip(str(missing))


def _make_topic(kafka: KafkaCluster) -> None:
    with closing(connect(kafka)) as admin:
        create_topic(admin, TOPIC)
