"""Kafka is killed and comes back: how soon after it answers do spooled events reach it, and clicks become lists again?

``python -m benchmarks.kafka_return --seconds 60`` runs a broker, Redis, a learner and a storefront of its own.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from itertools import cycle
from pathlib import Path
from urllib.request import urlopen

from infra.programs.binaries import find_redis_server
from infra.programs.ports import free_port
from infra.programs.program import Child
from infra.redis.server import redis_program, url_of
from infra.visitors.socket_visitor import SocketVisitor
from tests.consumers.processes import Shop, open_shop, wait_for
from tests.storefront.events.own_broker import OwnBroker
from tests.storefront.running_shop import ITEMS, ShopProcess, publish_catalog

PATIENCE = 60.0
RATE = 5.0


def kafka_answers(shop: ShopProcess) -> bool:
    """Say whether the storefront's events go straight to Kafka."""
    with urlopen(f"{shop.address}/healthz/ready", timeout=10) as answer:  # noqa: S310 - an http address of ours
        return bool(json.load(answer)["checks"]["kafka"])


def until(condition: Callable[[], bool], since: float) -> float:
    """Wait for a condition; return how long after ``since`` it was true."""
    while not condition():
        if time.perf_counter() - since > PATIENCE:
            raise TimeoutError
        time.sleep(0.02)
    return time.perf_counter() - since


def start_learner(shop: Shop, log: Path) -> "subprocess.Popen[bytes]":
    """Start a learner that writes its log into a file: a pipe that nobody reads would stop it."""
    with log.open("wb") as output:
        return subprocess.Popen(
            [sys.executable, "-m", "consumers", "learn"],
            env=shop.environment,
            stdout=output,
            stderr=output,
        )


def measure(seconds: float, times: int) -> None:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        (folder / "home").mkdir()
        broker = OwnBroker(folder / "kafka")
        stack.callback(broker.stop)
        broker.start()
        port = free_port()
        redis = Child(redis_program(find_redis_server(), port, folder, folder / "redis.log"))
        stack.callback(redis.stop)
        redis.wait_until_ready()
        surroundings = stack.enter_context(open_shop(broker.servers, url_of(port), folder / "home"))
        surroundings.store.flushdb()
        publish_catalog(surroundings.store)
        shop = ShopProcess(folder / "home", free_port(), url_of(port), broker.servers)
        stack.callback(shop.kill)
        stack.callback(start_learner(surroundings, folder / "learner.log").kill)
        wait_for(surroundings.status)
        shop.start()
        until(lambda: kafka_answers(shop), time.perf_counter())
        visitor = stack.enter_context(SocketVisitor(shop.address))
        items = cycle(ITEMS)
        warm = [visitor.click_once(next(items)).push_ms for _ in range(20)]
        print("pushed before, ms:", [round(one) for one in warm if one is not None][-5:])
        for _ in range(times):
            broker.kill()
            ends = time.perf_counter() + seconds
            while time.perf_counter() < ends:
                visitor.click(next(items))
                visitor.receive(1 / RATE)
            broker.start()
            back = time.perf_counter()
            sent = until(lambda: kafka_answers(shop), back)
            while visitor.click_once(next(items)).push_ms is None:
                pass
            pushed = time.perf_counter() - back
            print(f"after it answers: events go to Kafka {sent:.2f} s, lists come {pushed:.2f} s")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--times", type=int, default=3)
    arguments = parser.parse_args()
    measure(arguments.seconds, arguments.times)
