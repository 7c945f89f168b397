"""Sends items by the API and takes them away again, in a whole shop, and times when that is where.

    python -m benchmarks.catalog.changes --limit 5000
    python -m benchmarks.catalog.changes --empty
    python -m benchmarks.catalog.changes --empty --first 20000

Each line is the time from just before the request: until a search in both storefronts finds the new item, until it has
neighbors by content there, until a list that the models make for a visit to such a neighbor, among items with its tag,
has it; and until open pages are told that it is out of stock or deleted. With ``--empty`` the shop never ran bootstrap:
its products, too, come by the API, as fast as they are taken, and the first line says after how long the last is found.
"""

import json
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, closing
from http.client import HTTPConnection, HTTPException
from typing import Any
from urllib.parse import quote

import click

from infra.bench.serve import make_key
from infra.bench.timing import summarize
from infra.errors import CannotRun
from infra.stack.display import Display
from infra.stack.fresh_stack import fresh_stack
from infra.stack.local_stack import LocalStack, Options
from infra.visitors.socket_visitor import SocketVisitor
from online_models.schema.messages import ITEMS_WITHDRAWN
from storefront.api.mount import PREFIX

DEADLINE = 20.0
LOOK_SECONDS = 0.005
COLOURS = ("Red", "Blue", "Green", "Ivory", "Copper", "Silver")
THINGS = ("Mug", "Lantern", "Teapot", "Cushion", "Clock", "Apron", "Doormat", "Candle")
AT_ONCE = 1_000
"""Products of one request."""

PATIENCE = 1_800.0
"""How long all of the first products may take."""


class Api:
    """The API of a storefront, over one connection; ``host`` is the name by which the shop is known."""

    def __init__(self, server: str, host: str, key: str) -> None:
        self._connection = HTTPConnection(server, timeout=DEADLINE)
        self._headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json", "Host": host}

    def close(self) -> None:
        """Disconnect."""
        self._connection.close()

    def ask(self, method: str, path: str, content: object = None) -> Any:
        """Return the answer; None where there is no such thing. Raises `CannotRun` if it is refused."""
        body = None if content is None else json.dumps(content)
        try:
            self._connection.request(method, PREFIX + path, body, self._headers)
            answer = self._connection.getresponse()
            payload = answer.read()
        except (OSError, HTTPException) as error:
            raise CannotRun(f"The shop does not answer: {error}") from error
        if answer.status == 404:
            return None
        if answer.status >= 400:
            raise CannotRun(f"{method} {path}: {answer.status} {payload[:300]!r}")
        return json.loads(payload) if payload else None


def an_item(number: int) -> dict[str, Any]:
    """Return a product whose last word no other one has."""
    colour, thing = COLOURS[number % len(COLOURS)], THINGS[number % len(THINGS)]
    title = f"{colour} {thing} {word_of(number)}"
    return {"title": title, "price": 4.5 + number % 7, "category": thing, "colour": colour, "availability": 9}


def word_of(number: int) -> str:
    """Return a word that is no other number's.

    >>> word_of(0), word_of(27)
    ('Qaaaaz', 'Qaabbz')
    """
    letters = [chr(ord("a") + number // 26**place % 26) for place in (3, 2, 1, 0)]
    return f"Q{''.join(letters)}z"


def wait(is_so: Callable[[], bool], since: float, longest: float = DEADLINE) -> float:
    """Return the ms from a time until something is so. Raises `CannotRun` if it is not."""
    while not is_so():
        if time.perf_counter() > since + longest:
            raise CannotRun(f"It was not so within {longest:.0f} s.")
        time.sleep(LOOK_SECONDS)
    return (time.perf_counter() - since) * 1_000


def is_in(answer: Any, item: str) -> bool:
    """Say whether a list has an item."""
    return bool(answer) and any(one["item"] == item for one in answer.get("items", ()))


def all_list(apis: Sequence[Api], path: str, item: str = "") -> bool:
    """Say whether the lists of all storefronts have an item; without one, whether they have any."""
    answers = [api.ask("GET", path) for api in apis]
    return all(is_in(answer, item) if item else answer and answer.get("items") for answer in answers)


def fill(apis: Sequence[Api], products: int) -> float:
    """Send the products of a shop that has none. Returns the ms until all are found."""
    since, last = time.perf_counter(), products - 1
    for start in range(0, products, AT_ONCE):
        numbers = range(start, min(start + AT_ONCE, products))
        changes = [{"item": f"first-{number}", "fields": an_item(number)} for number in numbers]
        apis[0].ask("POST", "/items", {"changes": changes})
    return wait(lambda: all_list(apis, f"/search?q={word_of(last)}", f"first-{last}"), since, PATIENCE)


def measure_new(apis: Sequence[Api], number: int) -> dict[str, float]:
    """Send an item, and time until it is searched, has neighbors and is recommended."""
    item, found = f"new/{number}", {}
    path, api = quote(item, safe=""), apis[0]
    since = time.perf_counter()
    api.ask("PUT", f"/items/{path}", an_item(number))
    found["written"] = (time.perf_counter() - since) * 1_000
    found["searched"] = wait(lambda: all_list(apis, f"/search?q={word_of(number)}", item), since)
    found["neighbors"] = wait(lambda: all_list(apis, f"/items/{path}/similar"), since)
    near = api.ask("GET", f"/items/{path}/similar")["items"][0]["item"]
    visit = {"session": [near], "count": 24, "filter": {"tags": [word_of(number).lower()]}}
    found["recommended"] = wait(lambda: is_in(api.ask("POST", "/recommendations", visit), item), since)
    return found


def measure_gone(api: Api, page: SocketVisitor, number: int) -> dict[str, float]:
    """Take an item out of stock and delete it, and time until open pages are told."""
    item, found = f"new/{number}", {}
    path = quote(item, safe="")
    for name, method, way, content in (
        ("out of stock", "PATCH", f"/items/{path}/stock", {"availability": "out_of_stock"}),
        ("deleted", "DELETE", f"/items/{path}", None),
    ):
        since = time.perf_counter()
        api.ask(method, way, content)
        found[name] = (_told_at(page, item, name == "deleted", since) - since) * 1_000
    return found


def _told_at(page: SocketVisitor, item: str, is_deleted: bool, since: float) -> float:
    while (left := since + DEADLINE - time.perf_counter()) > 0:
        message = page.receive(left)
        if message and message.name == ITEMS_WITHDRAWN:
            named = message.fields.get("deleted" if is_deleted else "items", ())
            if item in named:
                return message.at
    raise CannotRun(f"No page was told of {item} within {DEADLINE:.0f} s.")


def measure(stack: LocalStack, items: int, first: int, display: Display) -> Mapping[str, list[float]]:
    """Change a running shop, and return the ms of each change by what was timed; ``first`` give it so many products."""
    key, host, times = make_key(stack), stack.address.partition("://")[2], dict[str, list[float]]()
    with ExitStack() as connections:
        apis = [
            connections.enter_context(closing(Api(server, host, key)))
            for server in stack.storefronts.addresses.values()
        ]
        if first:
            with display.step(f"{first} products by the API"):
                times[f"{first} products"] = [fill(apis, first)]
        with SocketVisitor(stack.address) as page, display.step(f"{items} items come and go"):
            for number in range(first, first + items):
                found = measure_new(apis, number) | measure_gone(apis[0], page, number)
                for name, ms in found.items():
                    times.setdefault(name, []).append(ms)
    return times


@click.command()
@click.option("--items", default=30, show_default=True, type=click.IntRange(1, 10_000), help="How many come and go.")
@click.option("--limit", type=click.IntRange(min=1000), help="Learn only this many events of history first.")
@click.option("--empty", is_flag=True, help="Without a catalog and a history.")
@click.option(
    "--first", default=200, show_default=True, type=click.IntRange(1, 400_000), help="Products of an empty shop."
)
def main(items: int, limit: int | None, empty: bool, first: int) -> None:
    """Time how soon a change of the catalog is everywhere."""
    display = Display()
    words = None if empty else ("--limit", str(limit)) if limit else ()
    with fresh_stack(display, Options(demo=True, bootstrap=words, storefronts=2, quiet=True)) as stack:
        times = measure(stack, items, first if empty else 0, display)
    print(f"{'ms':16}{'p50':>10}{'p90':>10}{'p99':>10}")
    for name, spent in times.items():
        print(f"{name:16}" + "".join(f"{value:>10.0f}" for value in (summarize(spent) or {}).values()))


if __name__ == "__main__":
    main()
