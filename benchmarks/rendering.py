"""What each part of the storefront that makes pages cheap is worth: with it and without, in turns.

Run as ``python -m gevent.monkey --module benchmarks.rendering``, so that the standard library is patched as in the
storefront's worker. It needs no server: a shop of 2,000 made-up products stands in memory. For each part it prints the
medians with it and without, and the median of the ratios "without / with": of the processor time of a page or a
picture, and of how long a click waits while pages are made. A ratio above 1 speaks for the part.
"""

import itertools
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import gevent
from flask import Flask
from werkzeug.test import Client

from online_models.schema.events import ItemId
from online_models.schema.keyspace import picture_path
from online_models.schema.product import Category, Product
from online_models.schema.recommendations import RankedItem, Reason
from storefront import create_app
from storefront.limits.delays import Delays
from storefront.limits.limits import Limits
from storefront.serving.catalog import ShopCatalog
from storefront.settings import StorefrontSettings
from tests.storefront.in_memory import (
    MemoryEventPublisher,
    MemoryServingReader,
    MemoryViewed,
)

LIST, PICTURES = 24, 247
HEADERS = {"Accept-Language": "en-GB,en;q=0.9", "Accept-Encoding": "gzip"}


def build_shop(home: str, count: int) -> Flask:
    """Build a shop of so many products in memory, with every list of the front page filled."""
    items = [ItemId(f"item-{number}") for number in range(count)]
    products = {
        item: Product(
            item=item,
            title=f"Made-up Product Number {number}",
            price=295 + number,
            category="things",
            tags=("made", "up"),
            picture=picture_path(f"p{number}"),
        )
        for number, item in enumerate(items)
    }
    catalog = ShopCatalog(
        version="v1",
        products=products,
        categories=(Category(slug="things", name="Things", size=count),),
        by_category={"things": tuple(items)},
        best_sellers=tuple(items),
    )
    reader = MemoryServingReader(catalog)
    reason = Reason()
    ranked = tuple(RankedItem(item=item, score=1.0, member="popularity", reason=reason) for item in items[: 4 * LIST])
    reader.trending, reader.popular = ranked[:LIST], ranked[LIST : 2 * LIST]
    reader.top_rated, reader.new_arrivals = ranked[2 * LIST : 3 * LIST], ranked[3 * LIST :]
    reader.pictures = {f"p{number}": b"<svg xmlns='http://www.w3.org/2000/svg'/>" * 40 for number in range(PICTURES)}
    return create_app(
        {
            "SETTINGS": StorefrontSettings(
                home=Path(home), database=f"sqlite:///{home}/shop.db", secret="s" * 32, demo=True
            ),
            "SERVING_READER": reader,
            "EVENT_PUBLISHER": MemoryEventPublisher(),
            "VIEWED": MemoryViewed(),
            "LIMITS": Limits(),
            "DELAYS": Delays(),
            "MESSAGE_QUEUE": "",
            "SOCKET_MODE": "threading",
        }
    )


def processor_ms(client: Client, paths: list[str]) -> float:
    """Return the mean processor time of the answers."""
    started = time.process_time()
    for path in paths:
        if client.get(path, headers=HEADERS).status_code != 200:
            raise RuntimeError(f"no page at {path}")
    return 1_000 * (time.process_time() - started) / len(paths)


def stretch_ms(client: Client, paths: list[str]) -> float:
    """Return how long the processor works on before a click gets it, at a random moment while pages are made.

    That is the mean of the stretches in which nobody else runs, each weighed by its length; in processor time, so that
    other programs on the machine do not count.
    """
    stretches: list[float] = []

    def make_pages() -> None:
        for path in paths:
            client.get(path, headers=HEADERS)
            gevent.sleep(0)  # The next one has to be read first.

    maker = gevent.spawn(make_pages)
    last = time.process_time()
    while not maker.ready():
        gevent.sleep(0)
        now = time.process_time()
        stretches.append(now - last)
        last = now
    maker.get()
    return 1_000 * sum(stretch * stretch for stretch in stretches) / sum(stretches)


def compare(name: str, switch: Callable[[bool], object], measure: Callable[[], float], turns: int) -> None:
    """Print the medians with and without a part, in turns, and the quartiles of the ratios."""
    figures: dict[bool, list[float]] = {True: [], False: []}
    for _ in range(turns + 1):
        for is_on in figures:
            switch(is_on)
            figures[is_on].append(measure())
    switch(True)
    used, unused = (one[1:] for one in figures.values())  # The first turn warms up.
    low, middle, high = statistics.quantiles((off / on for on, off in zip(used, unused, strict=True)), n=4)
    medians = " | ".join(f"{statistics.median(one):.2f}" for one in (used, unused))
    click.echo(f"| {name} | {medians} | {middle:.2f} ({low:.2f} to {high:.2f}) |")


@click.command()
@click.option("--products", default=2_000, show_default=True, help="How many the shop has.")
@click.option("--turns", default=15, show_default=True, help="How often each part is switched on and off.")
@click.option("--pages", default=20, show_default=True, help="How many pages a turn makes.")
def main(products: int, turns: int, pages: int) -> None:
    """Measure what each part is worth, and print a table."""
    with tempfile.TemporaryDirectory() as home:
        app = build_shop(home, products)
        client = Client(app)
        environment: Any = app.jinja_env
        flask_alone = Client(Flask.wsgi_app.__get__(app))
        is_cached = [True]
        of_page = app.template_context_processors[None][-1]

        def choose_cache() -> Any:
            return of_page() if is_cached[0] else {"fragment": lambda macro, *values: macro(*values)}

        app.template_context_processors[None].append(choose_cache)
        cooperative = environment.concat

        def fragments(is_on: bool) -> None:
            is_cached[0] = is_on

        def steps(is_on: bool) -> None:
            environment.concat = cooperative if is_on else "".join

        used = [client]

        def responses(is_on: bool) -> None:
            used[0] = client if is_on else flask_alone

        numbers = itertools.count()

        def new_products() -> list[str]:
            return [f"/products/item-{next(numbers) % products}" for _ in range(pages)]

        front, product = ["/"] * pages, new_products()
        pictures = [picture_path(f"p{number}") for number in range(PICTURES)]
        click.echo("| part: figure | with, ms | without, ms | without / with (quartiles) |\n| --- | --- | --- | --- |")
        for name, switch, measure in (
            ("fragment cache: front page", fragments, lambda: processor_ms(client, front)),
            ("fragment cache: product page, first time", fragments, lambda: processor_ms(client, new_products())),
            ("response cache: a picture", responses, lambda: processor_ms(used[0], pictures)),
            ("rendering in steps: what a click waits for", steps, lambda: stretch_ms(client, product)),
            ("rendering in steps: the page itself", steps, lambda: processor_ms(client, product)),
        ):
            compare(name, switch, measure, turns)


if __name__ == "__main__":
    main()
