"""A soak: a steady stream into the log, and pages as fast as they stay quick, while memory is watched."""

import random
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Lock, Thread

import psutil
from confluent_kafka import Producer

from bootstrap.report.charts import Curve, curves_svg
from connections.kafka_cluster import KafkaCluster
from infra.bench.timing import percentile
from infra.chaos.shop_client import ShopClient, Unanswered
from infra.chaos.storm import PRODUCTS, shop_file
from infra.stack.display import Display
from infra.stack.fresh_stack import fresh_stack
from infra.stack.local_stack import LocalStack, Options
from online_models.schema.events import EventId, ItemId, ItemViewed, VisitorId, encode, event_id_at
from online_models.schema.keyspace import INTERACTIONS

EVENTS_PER_SECOND = 500
VISITORS = 5_000
SLOWEST = 1.0
"""Seconds that the p99 of pages must stay below."""

ADJUSTED_EVERY, SAMPLED_EVERY = 2.0, 5.0
FIRST_RATE, MORE, LESS = 5.0, 1.1, 0.8
LANES = 16
PATHS = ("/", "/products/item-0", "/products/item-7", "/basket")
SEARCH, SEARCHED_EVERY = "/search?q=mug", 1.0
"""All pages are asked for from one address, which may search 120 times a minute."""
MEBI = 2**20
STYLES = "abcd"


class EventStream:
    """Views at a steady rate, straight into the log."""

    def __init__(self, kafka: KafkaCluster) -> None:
        self.sent = 0
        self._producer = Producer({**kafka.librdkafka_options(), "linger.ms": 5})
        self._chance = random.Random(1)  # noqa: S311 - who views what
        self._stopping = Event()
        self._thread = Thread(target=self._run, name="stream", daemon=True)

    @contextmanager
    def running(self) -> Iterator[None]:
        """Send while the block lasts."""
        self._thread.start()
        try:
            yield
        finally:
            self._stopping.set()
            self._thread.join(10)
            self._producer.flush(10)
            self._producer.close()

    def _run(self) -> None:
        started = time.monotonic()
        while not self._stopping.wait(0.02):
            due = int((time.monotonic() - started) * EVENTS_PER_SECOND)
            for _ in range(due - self.sent):
                now = time.time()
                event = ItemViewed(
                    event_id=EventId(event_id_at(now, self._chance.randbytes(10))),
                    visitor=VisitorId(f"soak-{self._chance.randrange(VISITORS)}"),
                    occurred_at=now,
                    item=ItemId(f"item-{self._chance.randrange(PRODUCTS)}"),
                    simulated=True,
                )
                self._producer.produce(INTERACTIONS.name, encode(event), event.visitor)
            self.sent = due
            self._producer.poll(0)


class PageLoad:
    """Pages at a rate that grows while the p99 is below `SLOWEST`, and shrinks when it is not."""

    def __init__(self, address: str) -> None:
        self.rates: list[float] = []
        self.p99: list[float] = []
        self.failed = 0
        self._address = address
        self._rate = FIRST_RATE
        self._next = self._searched = time.monotonic()
        self._took: list[float] = []
        self._lock = Lock()
        self._stopping = Event()
        self._threads = [Thread(target=self._run, name=f"lane {number}", daemon=True) for number in range(LANES)]

    @contextmanager
    def running(self) -> Iterator[None]:
        """Ask while the block lasts."""
        for thread in self._threads:
            thread.start()
        try:
            yield
        finally:
            self._stopping.set()
            for thread in self._threads:
                thread.join(15)

    def adjust(self) -> None:
        """Look at the last pages, and go on faster or slower."""
        with self._lock:
            took, self._took = self._took, []
        if not took:
            return
        slowest = percentile(took, 99)
        self.rates.append(len(took) / ADJUSTED_EVERY)
        self.p99.append(slowest)
        self._rate = max(1.0, self._rate * (MORE if slowest < SLOWEST else LESS))

    @property
    def best(self) -> float:
        """The highest rate at which the p99 stayed below `SLOWEST` most of the time: the median of such spells."""
        good = [rate for rate, slowest in zip(self.rates, self.p99, strict=True) if slowest < SLOWEST]
        return round(percentile(good, 50), 1) if good else 0.0

    def _run(self) -> None:
        client, number = ShopClient(self._address), 0
        while not self._stopping.is_set():
            with self._lock:
                due = self._next = max(self._next + 1 / self._rate, time.monotonic() - 1.0)
                is_search = due >= self._searched + SEARCHED_EVERY
                if is_search:
                    self._searched = due
            if (left := due - time.monotonic()) > 0 and self._stopping.wait(left):
                return
            started = time.monotonic()
            try:
                ok = client.get(SEARCH if is_search else PATHS[number % len(PATHS)]).status == 200
            except Unanswered:
                ok = False
            number += 1
            with self._lock:
                self._took.append(time.monotonic() - started)
                self.failed += not ok


def memory_of(stack: LocalStack) -> dict[str, float]:
    """Return the memory of each program with its children, in MiB."""
    found: dict[str, float] = {}
    for name, pid in stack.pids().items():
        try:
            process = psutil.Process(pid)
            family = [process, *process.children(recursive=True)]
            found[name] = sum(one.memory_info().rss for one in family) / MEBI
        except psutil.Error:
            continue
    return found


def slope_of(times: Sequence[float], values: Sequence[float]) -> float:
    """Return by how much values grow per minute, by least squares.

    Examples
    --------
    >>> slope_of([0.0, 60.0, 120.0], [1.0, 3.0, 5.0])
    2.0
    """
    mean_time, mean = sum(times) / len(times), sum(values) / len(values)
    spread = sum((at - mean_time) ** 2 for at in times)
    rise = sum((at - mean_time) * (value - mean) for at, value in zip(times, values, strict=True))
    return round(60 * rise / spread, 3) if spread else 0.0


def measure_soak(minutes: float, chart: Path | None = None) -> dict[str, object]:
    """Soak the whole product for so long, and report. Raises `CannotRun`."""
    display = Display()
    samples: list[tuple[float, dict[str, float]]] = []
    with shop_file() as catalog:
        words = ("--no-report", "--no-history", "--catalog", str(catalog))
        with fresh_stack(display, Options(bootstrap=words, quiet=True)) as stack:
            stream, load = EventStream(stack.kafka), PageLoad(stack.address)
            started = adjusted = time.monotonic()

            def is_over() -> bool:
                nonlocal adjusted
                now = time.monotonic()
                if now >= adjusted + ADJUSTED_EVERY:
                    adjusted = now
                    load.adjust()
                if not samples or now - started >= samples[-1][0] + SAMPLED_EVERY:
                    samples.append((now - started, memory_of(stack)))
                return now - started >= 60 * minutes

            with display.step(f"{minutes:g} minutes"), stream.running(), load.running():
                stack.watch_until(is_over)
    names = sorted(set.intersection(*(set(memory) for _, memory in samples)))
    late = samples[len(samples) // 2 :]
    slopes = {name: slope_of([at for at, _ in late], [memory[name] for _, memory in late]) for name in names}
    if chart is not None:
        chart.parent.mkdir(parents=True, exist_ok=True)
        chart.write_text(chart_of(samples, names, minutes), "utf-8")
    return {
        "minutes": minutes,
        "events_per_second": round(stream.sent / (60 * minutes), 1),
        "pages_per_second": load.best,
        "pages_failed": load.failed,
        "page_p99_s": round(percentile(load.p99, 50), 3) if load.p99 else None,
        "memory_mib": {name: round(samples[-1][1][name], 1) for name in names},
        "growth_mib_per_minute": slopes,
    }


def chart_of(samples: Sequence[tuple[float, dict[str, float]]], names: Sequence[str], minutes: float) -> str:
    """Draw the memory of the four programs that are the product's own or hold its data."""
    shown = [name for name in names if name != "Kafka"][: len(STYLES)]
    curves = [
        Curve(name, style, [memory[name] for _, memory in samples]) for name, style in zip(shown, STYLES, strict=False)
    ]
    ticks = [f"{minutes * number / 4:g} min" for number in range(5)]
    return curves_svg("A soak", "memory in MiB", ticks, curves)
