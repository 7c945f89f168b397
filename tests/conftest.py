"""Real servers for tests marked ``integration``: in containers, else started from infra.

With ``CI=true`` or ``RIVERFRONT_REQUIRE_SERVERS=1``, a test that would be skipped for want of a server or a browser
fails instead.
"""

import io
import os
import shutil
import ssl
import subprocess
import tarfile
import uuid
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import urlencode

import psycopg
import pytest
import redis
from playwright.sync_api import Browser, Playwright, sync_playwright
from testcontainers.community.postgres import PostgresContainer
from testcontainers.community.redis import RedisContainer
from testcontainers.core.config import testcontainers_config
from testcontainers.core.container import DockerContainer
from testcontainers.core.wait_strategies import LogMessageWaitStrategy

from connections.kafka_cluster import KafkaCluster
from infra.kafka.access import KafkaAccess
from infra.kafka.server import kafka_program
from infra.kafka.topics import connect, create_topic
from infra.postgres.server import find_postgres, postgres_program, server_folder
from infra.postgres.server import url_of as postgres_url_of
from infra.programs.binaries import Missing, find_chromium, find_java, find_redis_server
from infra.programs.ports import LOOPBACK, free_port
from infra.programs.program import Child, Program
from infra.redis.server import redis_program
from infra.stack.home import Home
from infra.stack.servers import own_redis
from online_models.schema.keyspace import Topic
from tests.certificates import Certificates, make_certificates
from tests.connections.secured_brokers import broker_with_login
from tests.redis_line import RedisLine

KAFKA_IMAGE = "apache/kafka:4.3.1"
REDIS_IMAGE = "redis:7.0-bookworm"
POSTGRES_IMAGE = "postgres:15-bookworm"
START_SCRIPT = "/tmp/start-kafka.sh"


class ApacheKafkaContainer(DockerContainer):
    """One broker in Apache's own image, reachable from this machine.

    A broker must be told the address under which clients reach it, and Docker chooses the port when the container
    starts. So the container first waits for a script, which is put into it once the port is known.
    """

    def __init__(self, image: str = KAFKA_IMAGE) -> None:
        super().__init__(image)
        self.with_exposed_ports(9092)
        self.with_command(f'sh -c "until [ -f {START_SCRIPT} ]; do sleep 0.1; done; exec bash {START_SCRIPT}"')
        for name, value in _BROKER_SETTINGS.items():
            self.with_env(f"KAFKA_{name}", value)

    def servers(self) -> str:
        """Return what clients connect to."""
        return f"{self.get_container_host_ip()}:{self.get_exposed_port(9092)}"

    def start(self) -> "ApacheKafkaContainer":
        """Start the container, then the broker in it, and wait for it."""
        super().start()
        advertised = f"OUTSIDE://{self.servers()},INSIDE://localhost:19092"
        script = f"export KAFKA_ADVERTISED_LISTENERS={advertised}\nexec /etc/kafka/docker/run\n"
        self.get_wrapped_container().put_archive("/", _archive_of(START_SCRIPT, script))
        LogMessageWaitStrategy("Kafka Server started").with_startup_timeout(120).wait_until_ready(self)
        return self


_BROKER_SETTINGS = {
    "NODE_ID": "1",
    "PROCESS_ROLES": "broker,controller",
    "CONTROLLER_LISTENER_NAMES": "CONTROLLER",
    "CONTROLLER_QUORUM_VOTERS": "1@localhost:9093",
    "INTER_BROKER_LISTENER_NAME": "INSIDE",
    "LISTENERS": "OUTSIDE://:9092,INSIDE://:19092,CONTROLLER://:9093",
    "LISTENER_SECURITY_PROTOCOL_MAP": "OUTSIDE:PLAINTEXT,INSIDE:PLAINTEXT,CONTROLLER:PLAINTEXT",
    "AUTO_CREATE_TOPICS_ENABLE": "false",
    "OFFSETS_TOPIC_REPLICATION_FACTOR": "1",
    "OFFSETS_TOPIC_NUM_PARTITIONS": "1",
    "TRANSACTION_STATE_LOG_REPLICATION_FACTOR": "1",
    "TRANSACTION_STATE_LOG_MIN_ISR": "1",
    "GROUP_INITIAL_REBALANCE_DELAY_MS": "0",
    "JVM_PERFORMANCE_OPTS": "-XX:TieredStopAtLevel=1",
}


def _archive_of(path: str, text: str) -> bytes:
    content = text.encode()
    with io.BytesIO() as buffer:
        with tarfile.open(fileobj=buffer, mode="w") as archive:
            entry = tarfile.TarInfo(path.lstrip("/"))
            entry.size, entry.mode = len(content), 0o755
            archive.addfile(entry, io.BytesIO(content))
        return buffer.getvalue()


@cache
def container_engine() -> str | None:
    """Return the version of the container engine that answers, if one does."""
    docker = shutil.which("docker")
    if docker is None:
        return None
    answer = subprocess.run(
        [docker, "version", "-f", "{{.Server.Version}}"], capture_output=True, text=True, timeout=30
    )
    return answer.stdout.strip() if answer.returncode == 0 else None


def has_image(name: str) -> bool:
    return subprocess.run(["docker", "image", "inspect", name], capture_output=True).returncode == 0


def servers_are_required() -> bool:
    return os.environ.get("CI") == "true" or os.environ.get("RIVERFRONT_REQUIRE_SERVERS") == "1"


def pytest_make_parametrize_id(val: object) -> str | None:
    """Name a test by text that can be sent to another process, whatever signs it is about."""
    is_sendable = not isinstance(val, str) or not any("\ud800" <= sign <= "\udfff" for sign in val)
    return None if is_sendable else ascii(val)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--pictures", action="store_true", help="take the pictures of docs/journeys.md on the way")


def pytest_report_header() -> str:
    engine = container_engine()
    source = f"containers (Docker {engine})" if engine else "started from infra, as no container engine answers"
    return f"Kafka and Redis for integration tests: {source}{'; required' if servers_are_required() else ''}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    wants_servers = any(item.get_closest_marker(name) for name in ("integration", "browser", "training"))
    if wants_servers and report.skipped and not hasattr(report, "wasxfail") and servers_are_required():
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        report.outcome = "failed"
        report.longrepr = f"A server, browser or TensorFlow is required here, but the test was skipped. {reason}"
    # What was logged on the way may hold half a character, which no other process can be sent.
    report.sections = [(name, text.encode(errors="backslashreplace").decode()) for name, text in report.sections]
    return report


@pytest.fixture(scope="session")
def kafka_servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Bootstrap servers of a real broker without topics: use `make_topic`."""
    with ExitStack() as stack:
        if container_engine():
            kafka = ApacheKafkaContainer()
            _run_container(kafka, stack)
            yield kafka.servers()
            return
        folder = tmp_path_factory.mktemp("kafka")
        port, controller_port = free_port(), free_port()
        try:
            program = kafka_program(find_java(), port, controller_port, folder, folder / "kafka.log")
        except Missing as missing:
            pytest.skip(str(missing))
        _run(program, stack)
        yield f"{LOOPBACK}:{port}"


@dataclass(frozen=True)
class RedisUrls:
    """The ways to one Redis: of who looks after it, and of the product's processes. In a container they are one."""

    supervisor: str
    processes: str


@pytest.fixture(scope="session")
def kafka_access(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KafkaAccess]:
    """A broker as the local stack has it, which lets in its users only, with the topic `interactions`."""
    with broker_with_login(tmp_path_factory.mktemp("kafka-login")) as access:
        yield access


@pytest.fixture(scope="session")
def redis_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisUrls]:
    """A real Redis that all tests share."""
    with ExitStack() as stack:
        if container_engine():
            container = RedisContainer(REDIS_IMAGE)
            _run_container(container, stack)
            url = f"redis://{container.get_container_host_ip()}:{container.get_exposed_port(6379)}/0"
            yield RedisUrls(url, url)
            return
        folder = tmp_path_factory.mktemp("redis")
        access = own_redis(Home(folder))
        try:
            program = redis_program(find_redis_server(), access, folder, folder / "redis.log")
        except Missing as missing:
            pytest.skip(str(missing))
        _run(program, stack)
        yield RedisUrls(access.supervisor_url, access.url)


@pytest.fixture(scope="session")
def redis_url(redis_server: RedisUrls) -> str:
    """Address of the Redis that all tests share, for who may do all: use `empty_redis` where leftovers would matter."""
    return redis_server.supervisor


@pytest.fixture(scope="session")
def process_redis_url(redis_server: RedisUrls) -> str:
    """Address of the same Redis for processes of the product, who may do less."""
    return redis_server.processes


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    """An authority, and what it has signed."""
    return make_certificates(tmp_path_factory.mktemp("certificates"))


@pytest.fixture(scope="session")
def tls_line(redis_server: RedisUrls, certificates: Certificates) -> Iterator[RedisLine]:
    """A way to the same Redis over TLS, for clients with a certificate."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=certificates.authority)
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_cert_chain(certificates.server.certificate, certificates.server.key)
    with RedisLine(redis_server.processes, context) as line:
        yield line


@pytest.fixture(scope="session")
def tls_redis_url(tls_line: RedisLine, certificates: Certificates) -> str:
    """Address of the same Redis over TLS, with the certificates that it takes."""
    client = certificates.client
    files = {"ssl_ca_certs": certificates.authority, "ssl_certfile": client.certificate, "ssl_keyfile": client.key}
    return f"{tls_line.url}?{urlencode(files)}"


@pytest.fixture(scope="session")
def postgres_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a real PostgreSQL that all tests share: use `empty_postgres` for a database of one's own."""
    with ExitStack() as stack:
        if container_engine():
            container = PostgresContainer(POSTGRES_IMAGE, driver=None)
            container.with_tmpfs_mount("/var/lib/postgresql/data")
            container.with_command("postgres -c wal_level=logical")
            _run_container(container, stack)
            yield container.get_connection_url()
            return
        port, log = free_port(), tmp_path_factory.mktemp("postgres") / "postgres.log"
        try:
            program = postgres_program(find_postgres(), port, stack.enter_context(server_folder()), log)
        except Missing as missing:
            pytest.skip(str(missing))
        _run(program, stack)
        yield postgres_url_of(port)


@pytest.fixture
def empty_postgres(postgres_url: str) -> Iterator[str]:
    """Address of a database of this test's own."""
    name = f"test_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        yield f"{postgres_url.rpartition('/')[0]}/{name}"
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def _run_container(container: DockerContainer, stack: ExitStack) -> None:
    # testcontainers' own cleaner runs in a container too; where its image is not at hand, the fixtures clean up alone.
    testcontainers_config.ryuk_disabled = not has_image(testcontainers_config.ryuk_image)
    stack.callback(container.stop)
    container.start()


def _run(program: Program, stack: ExitStack) -> None:
    child = Child(program)
    stack.callback(child.stop)
    child.wait_until_ready()


@pytest.fixture
def empty_redis(redis_url: str) -> str:
    """The shared Redis, emptied for this test."""
    client = redis.Redis.from_url(redis_url)
    client.flushall()
    client.close()
    return redis_url


@pytest.fixture
def make_topic(kafka_servers: str) -> Iterator[Callable[..., str]]:
    """Make topics under names of their own: ``make_topic(partitions=4)`` returns the name. They go with the test."""
    admin = connect(KafkaCluster(kafka_servers))
    made: list[str] = []

    def make(partitions: int = 1, **config: str) -> str:
        name = f"test-{uuid.uuid4().hex[:12]}"
        create_topic(admin, Topic(name, partitions, config))
        made.append(name)
        return name

    yield make
    if made:
        admin.delete_topics(made)
    admin.close()


@pytest.fixture
def kafka_topic(make_topic: Callable[..., str]) -> str:
    """Name of a topic of this test's own, with one partition."""
    return make_topic()


@pytest.fixture(scope="session")
def chromium() -> Path:
    """Path of a Chromium or Chrome."""
    path = find_chromium()
    if path is None:
        pytest.skip("no Chromium or Chrome on this machine")
    return Path(path)


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """Playwright for all tests: a second one beside it cannot be started."""
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="session")
def browser(playwright: Playwright, chromium: Path) -> Iterator[Browser]:
    """One Chromium for all tests; each opens contexts of its own."""
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    browser = playwright.chromium.launch(executable_path=str(chromium), args=arguments)
    yield browser
    browser.close()
