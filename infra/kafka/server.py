"""A Kafka of the stack's own: one KRaft node straight from Apache's jars, on this machine only."""

import base64
import secrets
import subprocess
from collections.abc import Mapping
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from kafka.admin import ConfigResource, ConfigResourceType, KafkaAdminClient
from kafka.errors import KafkaError

from connections.kafka_cluster import KafkaCluster
from connections.listening import is_listening
from connections.permissions import write_private
from infra.errors import CannotRun
from infra.kafka.access import CLIENTS, KafkaAccess
from infra.kafka.rights import let_in
from infra.kafka.topics import NoBroker, connect
from infra.programs.binaries import Missing
from infra.programs.ports import LOOPBACK
from infra.programs.program import Program, require_options

NODE = "1"
JARS = Path(__file__).parent / "jars"
LOG_SETTINGS = Path(__file__).parent / "log4j2.yaml"
ARCHIVE = JARS / "classes.jsa"
JAVA_OPTIONS = (
    "-Xms256m",
    "-Xmx512m",
    "-XX:+UseSerialGC",
    # The second compiler works for minutes on the cores that the shop needs, and one machine's broker has little to do.
    "-XX:TieredStopAtLevel=1",
    "-Djava.awt.headless=true",
)
USE_ARCHIVE = (f"-XX:SharedArchiveFile={ARCHIVE}", "-Xshare:auto", "-Xlog:cds=off", "-Xlog:cds+dynamic=off")


def kafka_program(
    java: str,
    port: int,
    controller_port: int,
    data: Path,
    log: Path,
    further: tuple[str, ...] = USE_ARCHIVE,
    access: KafkaAccess | None = None,
) -> Program:
    """Describe the broker, and prepare its data folder if that was not done yet. Raises `CannotRun`.

    ``further`` are Java options for the broker alone. Without ``access``, anybody on this machine may do everything.
    """
    options = server_options(port, controller_port, data / "log", access)
    program = broker_program(java, options | (access.secret_options() if access else {}), data, log, further)
    reached = access.as_broker if access else KafkaCluster(f"{LOOPBACK}:{port}")
    return replace(
        program,
        ready=lambda: is_listening(reached.servers) and answers_requests(reached),
        verify=lambda: verify(reached, options, access),
    )


def broker_program(
    java: str, options: Mapping[str, str], data: Path, log: Path, further: tuple[str, ...] = USE_ARCHIVE
) -> Program:
    """Describe a broker with any options, and prepare its data folder if that was not done yet. Raises `CannotRun`."""
    if not any(JARS.glob("kafka_*.jar")):
        raise Missing("Kafka's jars are not there: run `make setup`.")
    data.mkdir(parents=True, exist_ok=True)
    properties = data / "server.properties"
    write_private(properties, "".join(f"{name}={value}\n" for name, value in options.items()))
    if not (data / "log" / "meta.properties").exists():
        format_log(java, properties)
    return Program(
        name="Kafka",
        argv=(*java_command(java, further), "kafka.Kafka", str(properties.resolve())),
        log=log,
        # A machine with much else to do takes long over it.
        start_deadline=180.0,
        stop_deadline=20.0,
    )


def java_command(java: str, further: tuple[str, ...] = USE_ARCHIVE) -> tuple[str, ...]:
    """Return the command line up to the class to run."""
    settings = f"-Dlog4j2.configurationFile={LOG_SETTINGS}"
    return (java, *JAVA_OPTIONS, *further, settings, "-cp", f"{JARS}/*")


def server_options(
    port: int, controller_port: int, log_folder: Path, access: KafkaAccess | None = None
) -> dict[str, str]:
    """Return the options, but for secret ones, of a single node that is broker and controller at once."""
    protocol = CLIENTS if access else "PLAINTEXT"
    return {
        "node.id": NODE,
        "process.roles": "broker,controller",
        "controller.quorum.voters": f"{NODE}@{LOOPBACK}:{controller_port}",
        "controller.listener.names": "CONTROLLER",
        "listeners": f"{protocol}://{LOOPBACK}:{port},CONTROLLER://{LOOPBACK}:{controller_port}",
        "advertised.listeners": f"{protocol}://{LOOPBACK}:{port}",
        "listener.security.protocol.map": f"{protocol}:{protocol},CONTROLLER:{protocol}",
        "log.dirs": str(log_folder.resolve()),
        "num.partitions": "1",
        "auto.create.topics.enable": "false",
        "offsets.topic.replication.factor": "1",
        "offsets.topic.num.partitions": "1",
        "transaction.state.log.replication.factor": "1",
        "transaction.state.log.min.isr": "1",
        "transaction.state.log.num.partitions": "1",
        "share.coordinator.state.topic.replication.factor": "1",
        "share.coordinator.state.topic.min.isr": "1",
        "group.initial.rebalance.delay.ms": "0",
        # A broker that was killed is let in again when its former session is over; the default is nine seconds.
        "broker.session.timeout.ms": "4000",
        "broker.heartbeat.interval.ms": "1000",
        "num.network.threads": "2",
        "num.io.threads": "4",
        **(access.options() if access else {}),
    }


def verify(kafka: KafkaCluster, options: Mapping[str, str], access: KafkaAccess | None) -> None:
    """Compare what the broker runs with with what was asked of it, and make its users. Raises `CannotRun`."""
    with closing(connect(kafka)) as admin:
        require_options("Kafka", options, read_options(admin))
        if access:
            let_in(admin, access)


def read_options(admin: KafkaAdminClient) -> dict[str, str | None]:
    """Ask the broker what it runs with. Raises `CannotRun`."""
    try:
        answer = admin.describe_configs([ConfigResource(ConfigResourceType.BROKER, NODE)], config_filter="all")
    except (KafkaError, OSError) as error:
        raise CannotRun(f"Kafka does not tell its options: {error}") from error
    return {name: option["value"] for name, option in answer["broker"][NODE].items()}


def new_cluster_id() -> str:
    """Make a cluster id: 16 random bytes in URL-safe Base64. The storage tool takes a leading dash for an option."""
    while (cluster := base64.urlsafe_b64encode(secrets.token_bytes(16)).decode().rstrip("=")).startswith("-"):
        continue
    return cluster


def format_log(java: str, properties: Path) -> None:
    """Give the data folder its cluster id, once. Raises `CannotRun`."""
    tool = (*java_command(java), "kafka.tools.StorageTool", "format", "-t", new_cluster_id())
    tool = (*tool, "-c", str(properties.resolve()))
    answer = subprocess.run(tool, capture_output=True, text=True, timeout=120, check=False)  # noqa: S603 - Kafka's own tool
    if answer.returncode:
        raise CannotRun(f"Kafka could not prepare its folder: {answer.stderr.strip() or answer.stdout.strip()}")


def answers_requests(kafka: KafkaCluster) -> bool:
    """Say whether the broker answers a client now."""
    try:
        connect(kafka).close()
    except NoBroker:
        return False
    return True
