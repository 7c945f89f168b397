"""The storefront by each of Kafka's clients, in turns: its processor time for a click, and how long to Kafka's log.

Run as ``python benchmarks/storefront_producers.py``. Starts the whole stack and a storefront by each client beside it,
and lets visitors click on bare sockets while front pages are asked for. Prints a Markdown table.
"""

import argparse
import os
import sys
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from statistics import mean

import confluent_kafka
import psutil

from infra.bench.latency import slashes
from infra.bench.load import LoadProcess
from infra.bench.timing import summarize
from infra.programs.ports import LOOPBACK, free_port
from infra.programs.program import Child, Program
from infra.stack.display import Display
from infra.stack.fresh_stack import fresh_stack
from infra.stack.local_stack import LocalStack, Options, answers_http
from online_models.schema import keyspace
from online_models.schema.events import decode
from storefront.settings import KafkaClient


def start_storefront(stack: LocalStack, client: KafkaClient) -> tuple[Child, str]:
    """Start a storefront that sends by this client, and return its address too."""
    port = free_port()
    address = f"http://{LOOPBACK}:{port}"
    environment = stack.environment() | {"RIVERFRONT_PORT": str(port), "RIVERFRONT_KAFKA_CLIENT": client}
    child = Child(
        Program(
            client,
            (sys.executable, "-m", "storefront"),
            stack.home.log(f"storefront-{client}"),
            environment,
            lambda: answers_http(f"{address}/healthz/ready"),
        )
    )
    return child, address


def processor_seconds(pid: int) -> float:
    top = psutil.Process(pid)
    times = [process.cpu_times() for process in (top, *top.children(recursive=True))]
    return float(sum(one.user + one.system for one in times))


def end_offsets(consumer: confluent_kafka.Consumer) -> list[int]:
    topic = keyspace.INTERACTIONS
    ends = [consumer.get_watermark_offsets(place) for place in map_places(topic.name, [0] * topic.partitions)]
    return [end[1] for end in ends if end is not None]


def map_places(topic: str, offsets: list[int]) -> list[confluent_kafka.TopicPartition]:
    return [confluent_kafka.TopicPartition(topic, number, offset) for number, offset in enumerate(offsets)]


def waits_since(consumer: confluent_kafka.Consumer, starts: list[int], ends: list[int]) -> list[float]:
    """Return how long each event between the offsets took from the storefront into Kafka's log, in ms."""
    consumer.assign(map_places(keyspace.INTERACTIONS.name, starts))
    waits: list[float] = []
    for _ in range(sum(ends) - sum(starts)):
        message = consumer.poll(10.0)
        if message is None or message.error():
            continue
        received_at = decode(message.value() or b"").received_at
        if received_at is not None:
            waits.append(message.timestamp()[1] - received_at * 1_000)
    return waits


@contextmanager
def pages_asked_for(address: str, rate: float) -> Iterator[None]:
    """Ask for front pages at a steady rate meanwhile."""
    ended = threading.Event()

    def ask() -> None:
        while not ended.wait(1 / rate):
            with suppress(OSError):
                urllib.request.urlopen(address, timeout=10).read()  # noqa: S310 - the storefront just started

    thread = threading.Thread(target=ask)
    thread.start()
    yield
    ended.set()
    thread.join()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rate", type=float, default=25.0, help="clicks a second")
    parser.add_argument("--pages", type=float, default=5.0, help="front pages a second, at most one at a time")
    parser.add_argument("--seconds", type=float, default=15.0, help="how long each turn takes")
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    spent: dict[KafkaClient, list[float]] = {client: [] for client in KafkaClient}
    waits: dict[KafkaClient, list[float]] = {client: [] for client in KafkaClient}
    options = Options(bootstrap=("--no-history", "--no-report"), quiet=True)
    os.environ.pop("RIVERFRONT_KAFKA_CLIENT", None)
    with fresh_stack(Display(), options) as stack, ExitStack() as cleaning:
        consumer = confluent_kafka.Consumer({"bootstrap.servers": stack.kafka, "group.id": "waits"})
        cleaning.callback(consumer.close)
        shops = {client: start_storefront(stack, client) for client in KafkaClient}
        for child, _ in shops.values():
            cleaning.callback(child.stop)
            child.wait_until_ready()
        for number in range(arguments.rounds):
            for client, (child, address) in shops.items():
                load = LoadProcess(address, stack.redis, arguments.rate, arguments.seconds, number)
                cleaning.callback(load.kill)
                load.wait_until_open()
                starts, before = end_offsets(consumer), processor_seconds(child.pid)
                with pages_asked_for(address, arguments.pages):
                    load.go()
                    clicks = load.finish()
                after, ends = processor_seconds(child.pid), end_offsets(consumer)
                spent[client].append((after - before) * 1_000 / len(clicks))
                waits[client] += waits_since(consumer, starts, ends)
    print("| sent by | received to appended, p50 / p90 / p99, ms | processor time for a click and its pages, ms |")
    print("| --- | --- | --- |")
    for client in KafkaClient:
        shown = slashes(summarize(waits[client]))
        print(
            f"| {client} | {shown} | {mean(spent[client]):.2f} ({', '.join(f'{one:.2f}' for one in spent[client])}) |"
        )


if __name__ == "__main__":
    main()
