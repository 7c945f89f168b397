"""A Kafka of the test's own, which can be stopped, started again, and held up."""

import os
import signal
from dataclasses import replace
from pathlib import Path

from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient

from connections.kafka_cluster import KafkaCluster
from infra.kafka.server import kafka_program
from infra.kafka.topics import connect, create_topic
from infra.programs.binaries import find_java
from infra.programs.ports import LOOPBACK, free_port
from infra.programs.program import Child
from online_models.schema.keyspace import Topic


class OwnBroker:
    """One real broker. It keeps its port and its records when it is started again."""

    def __init__(self, folder: Path) -> None:
        port, controller_port = free_port(), free_port()
        self.servers = f"{LOOPBACK}:{port}"
        program = kafka_program(find_java(), port, controller_port, folder, folder / "kafka.log")
        # The program's own question leaves kafka-python's sockets behind each time that it is asked too early.
        self._program = replace(program, ready=self._is_ready)
        self._child: Child | None = None
        self._admin = AdminClient({"bootstrap.servers": self.servers, "log_level": 0})

    def start(self) -> None:
        if self._child is None:
            self._child = Child(self._program)
        self._child.wait_until_ready()

    def stop(self) -> None:
        if self._child is not None:
            self.go_on()
            self._child.stop()
            self._child = None

    def kill(self) -> None:
        """End it without warning."""
        self._signal(signal.SIGKILL)
        self.stop()

    def hold(self) -> None:
        """Let it answer nothing, while its connections stay open."""
        self._signal(signal.SIGSTOP)

    def go_on(self) -> None:
        """Let it answer again. One that was not held, or is stopped, stays as it is."""
        if self._child is not None:
            self._signal(signal.SIGCONT)

    def make_topic(self, name: str, partitions: int = 1) -> str:
        admin = connect(KafkaCluster(self.servers))
        create_topic(admin, Topic(name, partitions, {}))
        admin.close()
        return name

    def _is_ready(self) -> bool:
        try:
            return bool(self._admin.list_topics(timeout=1.0).brokers)
        except KafkaException:
            return False

    def _signal(self, number: int) -> None:
        assert self._child is not None
        os.kill(self._child.pid, number)
