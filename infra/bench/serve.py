"""``riverfront bench serve``: the API of two storefronts, asked for ready lists and for lists made for the request.

And what clicks take meanwhile, until the list that each led to is pushed.
"""

import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from connections.redis_client import connect
from infra.bench.timing import summarize
from infra.errors import CannotRun
from infra.stack.catalog import read_best_sellers
from infra.stack.display import Display
from infra.stack.fresh_stack import fresh_stack
from infra.stack.local_stack import LocalStack, Options
from infra.visitors.http_load import Answers, Plan, ask, get, post
from infra.visitors.socket_visitor import SocketVisitor
from online_models.schema.events import VisitorId
from online_models.schema.keyspace import ranking
from online_models.schema.own_visitors import visitor_of
from storefront.api.keys.api_key import MOST_A_SECOND, Scope
from storefront.api.keys.key_store import KeyStore
from storefront.api.mount import PREFIX
from storefront.database.connection import Database

VISITORS, CLICKS_EACH = 100, 3
READS = 20_000
"""Of the bare Redis."""

CLICKS_A_SECOND = 8.0
SESSION = 3
"""Items of a visit for which a list is made."""

FILTER = {"max_price": 500, "in_stock": True}


def measure_serve(seconds: float, connections: int, rate: float, limit: int | None) -> dict[str, Any]:
    """Measure in a fresh folder. Raises `CannotRun` if a request is refused or gets no answer."""
    display = Display()
    words = ("--limit", str(limit)) if limit else ()
    with fresh_stack(display, Options(demo=True, bootstrap=words, storefronts=2, quiet=True)) as stack:
        items = read_best_sellers(stack.redis)[:200]
        with display.step(f"{VISITORS} visitors and their lists"):
            names = introduce(stack, items)
        with display.step("The bare Redis"):
            report: dict[str, Any] = {"bare_redis": measure_redis(stack.redis, names)}
        headers = {"Host": stack.address.partition("://")[2], "Authorization": f"Bearer {make_key(stack)}"}
        storefronts = tuple(f"http://{address}" for address in stack.storefronts.addresses.values())
        for name, requests in cases(items, names, headers).items():
            for way, plan in plans(name, requests, storefronts, stack.address, (connections, seconds, rate)).items():
                with display.step(f"{name}, {way}"):
                    report.setdefault(name, {})[way] = figures_of(ask(plan))
        made = Plan(storefronts, cases(items, names, headers)["made"], connections, seconds, rate)
        for way, beside in {"alone": None, f"beside {rate:g} made lists a second": made}.items():
            with display.step(f"Clicks, {way}"):
                report.setdefault("clicks", {})[way] = measure_clicks(stack.address, items, seconds, beside)
    return report


def measure_clicks(address: str, items: Sequence[str], seconds: float, beside: Plan | None) -> dict[str, Any]:
    """Click as often as the shop lets one visitor, and wait for each list. Raises `CannotRun` if one does not come."""
    with ThreadPoolExecutor(1) as pool, SocketVisitor(address) as visitor:
        asked = pool.submit(ask, beside) if beside else None
        clicked: list[float | None] = []
        started = time.perf_counter()
        while (spent := time.perf_counter() - started) < seconds:
            clicked.append(visitor.click_once(items[len(clicked) % len(items)]).push_ms)
            time.sleep(max(0.0, started + len(clicked) / CLICKS_A_SECOND - time.perf_counter()))
        if asked:
            figures_of(asked.result())
    answered = [ms for ms in clicked if ms is not None]
    if len(answered) < len(clicked):
        raise CannotRun(f"{len(clicked) - len(answered)} of {len(clicked)} clicks led to no list.")
    return {"per_second": round(len(answered) / spent), "ms": summarize(answered)}


def introduce(stack: LocalStack, items: Sequence[str]) -> list[str]:
    """Let visitors click until each has a list, and let the API's visitors have these lists. Returns the names."""
    names = [f"customer {number}" for number in range(VISITORS)]
    with connect(stack.redis) as redis:
        for number, name in enumerate(names):
            with SocketVisitor(stack.address) as visitor:
                for step in range(CLICKS_EACH):
                    visitor.click_once(items[(number * CLICKS_EACH + step) % len(items)])
            found = next(redis.scan_iter(ranking(VisitorId("*")), count=1_000))
            redis.copy(found, ranking(visitor_of(name)))
            redis.delete(found)
    return names


def make_key(stack: LocalStack) -> str:
    """Make a key that may do everything as often as can be asked, and return its token."""
    database = Database(stack.environment()["RIVERFRONT_DATABASE"], is_patient=True)
    try:
        return KeyStore(database).create(Scope.SERVER, "bench", MOST_A_SECOND)[1]
    finally:
        database.close()


def measure_redis(url: str, names: Sequence[str]) -> dict[str, Any]:
    """Read lists as they are, one after the other, over one connection."""
    keys = [ranking(visitor_of(name)) for name in names]
    spent = []
    with connect(url) as redis:
        for number in range(READS):
            started = time.perf_counter()
            redis.get(keys[number % len(keys)])
            spent.append((time.perf_counter() - started) * 1_000)
    return {"per_second": round(READS / sum(spent) * 1_000), "ms": summarize(spent)}


def cases(items: Sequence[str], names: Sequence[str], headers: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """Return the requests of each case."""
    visits = [[items[(start + step * 7) % len(items)] for step in range(SESSION)] for start in range(len(items))]
    made = f"{PREFIX}/recommendations"
    return {
        "ready": tuple(
            get(f"{PREFIX}/visitors/{name.replace(' ', '%20')}/recommendations?count=24", headers) for name in names
        ),
        "similar": tuple(get(f"{PREFIX}/items/{item}/similar", headers) for item in items),
        "trending": (get(f"{PREFIX}/lists/trending", headers),),
        "made": tuple(post(made, headers, {"session": visit, "count": 24}) for visit in visits),
        "made_filtered": tuple(
            post(made, headers, {"session": visit, "count": 24, "filter": FILTER}) for visit in visits
        ),
    }


def plans(
    name: str,
    requests: tuple[str, ...],
    storefronts: tuple[str, ...],
    proxy: str,
    load: tuple[int, float, float],
) -> dict[str, Plan]:
    """Return how the requests of a case are asked: one at a time, and by many at once."""
    connections, seconds, rate = load
    one = Plan(storefronts[:1], requests, 1, seconds)
    if name.startswith("made"):
        at_a_rate = Plan(storefronts, requests, connections, seconds, rate)
        return {
            "one at a time": one,
            f"{rate:g} a second": at_a_rate,
            "at once": Plan(storefronts, requests, 16, seconds),
        }
    return {
        "one at a time": one,
        "at once": Plan(storefronts, requests, connections, seconds),
        "at once, by the proxy": Plan((proxy,), requests, connections, seconds),
    }


def figures_of(answers: Answers) -> dict[str, Any]:
    """Return how many were answered a second, and in what time. Raises `CannotRun` if any was not."""
    if set(answers.statuses) != {"200"}:
        raise CannotRun(f"Not all requests were answered: {dict(answers.statuses)} by HTTP status.")
    return {"per_second": round(len(answers.ms) / answers.seconds), "ms": summarize(answers.ms)}


def table_of(report: Mapping[str, Any]) -> str:
    """Return the figures as lines for people."""
    lines = [f"{'':16}{'':24}{'a second':>10}{'p50':>9}{'p90':>9}{'p99':>9}  ms"]
    for name, ways in report.items():
        for way, figures in {"": ways}.items() if "ms" in ways else ways.items():
            ms = figures["ms"]
            times = "".join(f"{ms[quantile]:>9}" for quantile in ("p50", "p90", "p99"))
            lines.append(f"{name:16}{way:24}{figures['per_second']:>10}{times}")
    return "\n".join(lines)
