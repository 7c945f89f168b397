"""``riverfront bench storefronts``: what the proxy costs, and how soon the shop is whole when a storefront dies."""

import os
import signal
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any

import requests

from infra.bench.timing import summarize
from infra.stack.catalog import read_best_sellers
from infra.stack.display import Display
from infra.stack.fresh_stack import fresh_stack
from infra.stack.local_stack import LocalStack, Options
from infra.stack.storefronts import answers_http
from infra.visitors.persistent_visitor import Diary, PersistentVisitor
from infra.visitors.socket_visitor import SocketVisitor, some_items

VISITORS = 4
PAGES, CLICKS = 60, 20
"""Of each turn."""
CALM_SECONDS = 3.0
PAGE_SECONDS = 30.0
DATA = ("--limit", "10000", "--no-report")


def measure_storefronts(kills: int, turns: int) -> dict[str, Any]:
    """Measure both in a fresh folder."""
    display = Display()
    with fresh_stack(display, Options(demo=True, bootstrap=DATA, storefronts=2, quiet=True)) as stack:
        items = read_best_sellers(stack.redis)[:100]
        with display.step(f"{turns} turns without and with the proxy"):
            cost = measure_proxy(stack, items, turns)
        with display.step(f"{kills} kills"):
            killed = [measure_kill(stack, items, number) for number in range(kills)]
        with display.step("A rolling restart"):
            restart = measure_restart(stack, items)
    return {
        "ways": cost,
        "kills": kills,
        "page_recovery_s": spread([one["page_s"] for one in killed]),
        "push_recovery_s": spread([one["push_s"] for one in killed]),
        "slowest_page_s": spread([one["slowest_page_s"] for one in killed]),
        "pages": sum(one["pages"] for one in killed),
        "pages_failed": sum(one["failed"] for one in killed),
        "rolling_restart": restart,
    }


def measure_proxy(stack: LocalStack, items: Sequence[str], turns: int) -> dict[str, Any]:
    """Time pages and clicks in turns: straight at a storefront, and through the proxy."""
    ways = {"direct": f"http://{next(iter(stack.storefronts.addresses.values()))}", "proxy": stack.address}
    pages: dict[str, list[float]] = {way: [] for way in ways}
    pushes: dict[str, list[float]] = {way: [] for way in ways}
    for turn in range(turns):
        for way in sorted(ways, reverse=bool(turn % 2)):
            pages[way] += time_pages(ways[way], items)
            with SocketVisitor(ways[way]) as visitor:
                clicks = [visitor.click_once(item) for item in some_items(list(items), CLICKS, seed=turn)]
            pushes[way] += [click.push_ms for click in clicks if click.push_ms is not None]
    return {
        way: {"page_ms": summarize(pages[way]), "click_to_push_ms": summarize(pushes[way]), "pushes": len(pushes[way])}
        for way in ways
    }


def time_pages(address: str, items: Sequence[str]) -> list[float]:
    """Read product pages as one visitor. Returns milliseconds."""
    spent = []
    with requests.Session() as session:
        session.get(address, timeout=PAGE_SECONDS).raise_for_status()
        for number in range(PAGES):
            started_at = time.perf_counter()
            session.get(f"{address}/products/{items[number % len(items)]}", timeout=PAGE_SECONDS).raise_for_status()
            spent.append((time.perf_counter() - started_at) * 1_000)
    return spent


def measure_kill(stack: LocalStack, items: Sequence[str], number: int) -> dict[str, float]:
    """Kill a storefront while visitors walk around. Returns when each of them was served again, at the latest."""
    names = list(stack.storefronts.addresses)
    name = names[number % len(names)]
    with visitors(stack, items) as diaries:
        linger(stack, CALM_SECONDS)
        killed_at = time.perf_counter()
        os.killpg(stack.pids()[name], signal.SIGKILL)
        stack.watch_until(lambda: all(is_served(diary, killed_at) for diary in diaries))
        stack.watch_until(lambda: answers_http(f"http://{stack.storefronts.addresses[name]}/healthz/ready"))
        linger(stack, CALM_SECONDS)
    return {
        "page_s": max(first_page(diary, killed_at) for diary in diaries),
        "push_s": max(first_list(diary, killed_at) for diary in diaries),
        **pages_of(diaries, killed_at),
    }


def measure_restart(stack: LocalStack, items: Sequence[str]) -> dict[str, float]:
    """Restart the storefronts one after the other while visitors walk around."""
    with visitors(stack, items) as diaries:
        linger(stack, CALM_SECONDS)
        began_at = time.perf_counter()
        stack.restart_request.make()
        stack.watch_until(lambda: not stack.restart_request.is_made)
        seconds = time.perf_counter() - began_at
        linger(stack, CALM_SECONDS)
    waits = [click.push_seconds for diary in diaries for click in diary.clicks if click.push_seconds]
    return {"seconds": round(seconds, 1), "slowest_push_s": round(max(waits), 2), **pages_of(diaries, began_at)}


@contextmanager
def visitors(stack: LocalStack, items: Sequence[str]) -> Iterator[list[Diary]]:
    """Have visitors walk around meanwhile."""
    with ExitStack() as walking:
        yield [walking.enter_context(PersistentVisitor(stack.address, items)).diary for _ in range(VISITORS)]


def linger(stack: LocalStack, seconds: float) -> None:
    """Look after the stack for so long."""
    until = time.perf_counter() + seconds
    stack.watch_until(lambda: time.perf_counter() >= until)


def is_served(diary: Diary, since: float) -> bool:
    """Say whether a visitor has read a page and got a list after a moment."""
    return first_page(diary, since) < float("inf") and first_list(diary, since) < float("inf")


def first_page(diary: Diary, since: float) -> float:
    """Return the seconds until the first page that was asked for after a moment has come."""
    times = (page.at + page.seconds - since for page in diary.pages if page.at >= since and page.status == 200)
    return min(times, default=float("inf"))


def first_list(diary: Diary, since: float) -> float:
    """Return the seconds until the first list of a click after a moment has come."""
    times = (
        click.at + click.push_seconds - since for click in diary.clicks if click.at >= since and click.push_seconds
    )
    return min(times, default=float("inf"))


def pages_of(diaries: Sequence[Diary], since: float) -> dict[str, float]:
    """Count the pages that ended after a moment, those that failed, and the slowest."""
    pages = [page for diary in diaries for page in diary.pages if page.at + page.seconds >= since]
    return {
        "pages": len(pages),
        "failed": sum(page.status != 200 for page in pages),
        "slowest_page_s": round(max(page.seconds for page in pages), 2),
    }


def spread(seconds: Sequence[float]) -> dict[str, float]:
    """Return the middle and the worst."""
    return {"p50": round(sorted(seconds)[len(seconds) // 2], 2), "max": round(max(seconds), 2)}
