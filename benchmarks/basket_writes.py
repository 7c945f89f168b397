"""What basket writes cost those who view pages: ``python -m benchmarks.basket_writes [--database postgresql]``.

A storefront of its own answers page views at a steady rate, by turns without and with basket changes beside them, each
of which is committed before it is answered. Printed are the pages' times of both, and the changes' own. A view's time
counts from when it was due, so one that had to wait for another counts its wait. No Kafka runs: events are spooled.

With ``--cpu`` no shop runs: printed is the CPU time of the serving thread for what a page reads and a change writes,
the least of many rounds, which other programs on the machine do not change much. That is how long others wait for it.
"""

import http.client
import json
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from itertools import count, cycle, islice
from multiprocessing import get_context
from pathlib import Path
from queue import SimpleQueue
from typing import Any
from urllib.parse import urlsplit

import click
import numpy as np
from redis import Redis

from infra.postgres.server import find_postgres, postgres_program, server_folder
from infra.postgres.server import url_of as postgres_url_of
from infra.programs.binaries import find_redis_server
from infra.programs.ports import free_port
from infra.programs.program import Child
from infra.redis.server import redis_program
from infra.stack.home import Home
from infra.stack.servers import own_redis
from online_models.schema.events import VisitorId, from_mapping
from storefront.database.connection import Database
from storefront.events.effects import Effects
from storefront.reviews.review_store import ReviewStore
from storefront.visitor_state.applied_events import AppliedEvents
from storefront.visitor_state.baskets import Baskets
from storefront.visitor_state.belongings import BelongingsReader
from storefront.visitor_state.dismissals import Dismissals
from storefront.visitor_state.wishes import Wishes
from tests.storefront.running_shop import ITEMS, ShopProcess, publish_catalog

PAGES = ("/", f"/products/{ITEMS[0]}", "/basket")
CONNECTIONS = 4
VISITORS = 40
BASKET_LINES = 10
ROUNDS, CALLS = 30, 20


class Shopper:
    """A browser's connection to the shop, with its cookie."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=30)
        self._cookie = ""

    def get(self, path: str) -> int:
        """Open a page."""
        return self._ask("GET", path, None)

    def change(self, number: int) -> int:
        """Put a product into the basket, or take it out."""
        item = ITEMS[number % BASKET_LINES]
        kind = {"kind": "cart_item_removed"} if number // BASKET_LINES % 3 == 2 else {"kind": "cart_item_added"}
        return self._ask("POST", "/interactions", json.dumps({**kind, "item": item, "occurred_at": time.time()}))

    def _ask(self, method: str, path: str, body: str | None) -> int:
        headers = {"Cookie": self._cookie, "Origin": self._address, "Content-Type": "application/json"}
        self._connection.request(method, path, body, headers if body else {"Cookie": self._cookie})
        answer = self._connection.getresponse()
        answer.read()
        cookies = [value.partition(";")[0] for name, value in answer.getheaders() if name.lower() == "set-cookie"]
        self._cookie = self._cookie or "; ".join(cookies)
        return answer.status


@click.command()
@click.option("--database", type=click.Choice(["sqlite", "postgresql"]), default="sqlite", show_default=True)
@click.option("--views", default=20.0, show_default=True, help="Page views a second.")
@click.option("--writes", default=50.0, show_default=True, help="Basket changes a second.")
@click.option("--seconds", default=10.0, show_default=True, help="Length of a turn.")
@click.option("--turns", default=6, show_default=True, help="Turns of each kind.")
@click.option("--cpu", is_flag=True, help="Only the CPU time of the database's part.")
@click.option("--json", "as_json", is_flag=True, help="Print the figures as a line of JSON.")
def main(database: str, views: float, writes: float, seconds: float, turns: int, cpu: bool, as_json: bool) -> None:
    """Measure page views without and with basket changes beside them."""
    if cpu:
        costs = measure_cpu(database)
        words = ", ".join(f"{name} {cost:.2f} ms" for name, cost in costs.items())
        click.echo(json.dumps({"database": database, "cpu_ms": costs}) if as_json else f"{database}: {words}")
        return
    alone: list[list[float]] = []
    beside: list[list[float]] = []
    changes: list[float] = []
    with running_shop(database) as address:
        shoppers = [Shopper(address) for _ in range(CONNECTIONS)]
        for shopper, page in ((shopper, page) for shopper in shoppers for page in PAGES):
            shopper.get(page)
        for _ in range(turns):
            alone.append(view(shoppers, views, seconds))
            with writing(address, writes, seconds) as written:
                beside.append(view(shoppers, views, seconds))
            changes += written
    figures = {
        "database": database,
        "alone_ms": summary(alone),
        "beside_ms": summary(beside),
        "p99_more_ms": round(summary(beside)["p99"] - summary(alone)["p99"], 2),
        "writes_ms": summary([changes]),
        "writes": len(changes),
    }
    click.echo(json.dumps(figures) if as_json else table_of(figures))


@contextmanager
def running_shop(database: str) -> Iterator[str]:
    """Run a storefront on servers of its own, and give its address."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        access = own_redis(Home(folder / "home"))
        run(redis_program(find_redis_server(), access, folder / "redis", folder / "redis.log"), stack)
        if database == "postgresql":
            os.environ["RIVERFRONT_DATABASE"] = run_postgres(folder, stack)
        os.environ["RIVERFRONT_EVENTS_PER_ADDRESS"] = "10000"
        with Redis.from_url(access.url) as redis:
            publish_catalog(redis)
        shop = ShopProcess(folder / "home", free_port(), access.url)
        stack.callback(shop.stop)
        shop.start()
        yield shop.address


def run_postgres(folder: Path, stack: ExitStack) -> str:
    """Run a PostgreSQL, and return its URL."""
    port, data = free_port(), stack.enter_context(server_folder())
    run(postgres_program(find_postgres(), port, data, folder / "postgres.log"), stack)
    return postgres_url_of(port)


def measure_cpu(kind: str) -> dict[str, float]:
    """Return the milliseconds of CPU that a page's read and a basket's change take in the thread that serves."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        url = f"sqlite:///{folder}/shop.db" if kind == "sqlite" else run_postgres(folder, stack)
        # As in the shop, commits run in another thread.
        pool = stack.enter_context(ThreadPoolExecutor(1))
        database = Database(url, lambda work: pool.submit(work).result(), is_patient=True)
        stack.callback(database.close)
        reader = BelongingsReader(database)
        stores = AppliedEvents(), Baskets(), ReviewStore(database), Dismissals(database), Wishes()
        effects = Effects(database, reader, *stores)
        visitors = [VisitorId(f"v{number}") for number in range(VISITORS)]

        def change(number: int) -> object:
            visitor, item = visitors[number % VISITORS], ITEMS[number // VISITORS % BASKET_LINES]
            head = {"event_id": f"e{number}", "visitor": visitor, "occurred_at": 1.0}
            return effects.apply(from_mapping({"kind": "cart_item_added", "item": item, **head}), 1.0)

        numbers = count()
        for _ in range(2 * VISITORS * BASKET_LINES):
            change(next(numbers))
        return {
            "a page's read": least(lambda: reader.read(visitors[next(numbers) % VISITORS])),
            "a change": least(lambda: change(next(numbers))),
        }


def least(work: Callable[[], object]) -> float:
    """Return the least milliseconds of CPU that a call takes, as the mean of one of many rounds."""
    rounds = []
    for _ in range(ROUNDS):
        began = time.thread_time()
        for _ in range(CALLS):
            work()
        rounds.append(1_000 * (time.thread_time() - began) / CALLS)
    return round(min(rounds), 3)


def run(program: Any, stack: ExitStack) -> None:
    """Start a server, and stop it in the end."""
    child = Child(program)
    stack.callback(child.stop)
    child.wait_until_ready()


def view(shoppers: list[Shopper], rate: float, seconds: float) -> list[float]:
    """Open pages at a steady rate, and return the milliseconds from when each was due to its end."""
    free: SimpleQueue[Shopper] = SimpleQueue()
    for shopper in shoppers:
        free.put(shopper)

    def open_page(page: str, due_at: float) -> float:
        shopper = free.get()
        try:
            status = shopper.get(page)
        finally:
            free.put(shopper)
        if status != 200:
            click.echo(f"{page} answered {status}", err=True)
        return 1_000 * (time.perf_counter() - due_at)

    started_at, opened = time.perf_counter(), []
    with ThreadPoolExecutor(len(shoppers)) as pool:
        for number, page in enumerate(islice(cycle(PAGES), int(rate * seconds))):
            due_at = started_at + number / rate
            time.sleep(max(0.0, due_at - time.perf_counter()))
            opened.append(pool.submit(open_page, page, due_at))
    return [view.result() for view in opened]


@contextmanager
def writing(address: str, rate: float, seconds: float) -> Iterator[list[float]]:
    """Change baskets meanwhile, in another process; what it yields is filled with milliseconds in the end."""
    found: list[float] = []
    context = get_context("spawn")
    answers = context.SimpleQueue()
    begin = context.Event()
    process = context.Process(target=write, args=(address, rate, seconds, begin, answers), daemon=True)
    process.start()
    answers.get()
    begin.set()
    yield found
    found += answers.get()
    process.join()


def write(address: str, rate: float, seconds: float, begin: Any, answers: Any) -> None:
    """Change baskets at a steady rate, and answer with the milliseconds of each change."""
    shoppers = [Shopper(address) for _ in range(VISITORS)]
    for shopper in shoppers:
        shopper.get("/basket")
    answers.put([])
    begin.wait()
    started_at, found = time.perf_counter(), []
    for number in range(int(rate * seconds)):
        due_at = started_at + number / rate
        time.sleep(max(0.0, due_at - time.perf_counter()))
        status = shoppers[number % VISITORS].change(number)
        if status != 202:
            click.echo(f"A change was answered {status}", err=True)
        found.append(1_000 * (time.perf_counter() - due_at))
    answers.put(found)


def summary(turns: list[list[float]]) -> dict[str, float]:
    """Return the median over turns of each turn's quantiles."""
    quantiles = np.median([np.percentile(turn, (50, 99)) for turn in turns], axis=0)
    return {name: round(float(value), 2) for name, value in zip(("p50", "p99"), quantiles, strict=True)}


def table_of(figures: dict[str, Any]) -> str:
    """Return the figures as lines."""
    lines = [f"{figures['database']}                    p50      p99 (ms; medians of the turns)"]
    for title, name in (("Pages alone", "alone_ms"), ("Pages beside writes", "beside_ms"), ("Writes", "writes_ms")):
        lines.append(f"{title:<24}{figures[name]['p50']:8.2f} {figures[name]['p99']:8.2f}")
    return "\n".join([*lines, f"Pages' p99 beside writes: {figures['p99_more_ms']:+.2f} ms"])


if __name__ == "__main__":
    main()
