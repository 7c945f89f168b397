"""``riverfront bench latency``: a browser clicks at a human pace, and bare sockets make up the rest."""

import time
from typing import Any

import psutil

from infra.bench.browser_echo import measure_echo
from infra.bench.load import others_clicking
from infra.bench.timing import summarize, summary_of
from infra.errors import CannotRun
from infra.kafka.round_trip import measure_round_trip
from infra.programs.binaries import find_chromium
from infra.stack.display import Display
from infra.stack.fresh_stack import fresh_stack
from infra.stack.local_stack import LocalStack, Options
from infra.visitors.click import Click
from infra.visitors.shop_browser import HUMAN, ShopBrowser

OTHERS_HAVE = ("clicks", "pushes", "click_to_push_ms")
"""A bare socket draws nothing."""

BROWSER_RATE = 1.0
"""Clicks per second of the browser, where the whole rate allows it."""

ECHOES = 30


def measure_latency(rates: tuple[float, ...], seconds: float, limit: int | None) -> dict[str, Any]:
    """Measure each rate in turn on one running stack. Raises `CannotRun` without a browser."""
    chromium = find_chromium()
    if chromium is None:
        raise CannotRun("This needs Chromium or Chrome: run `make setup-tests`, or install one.")
    display = Display()
    words = ("--limit", str(limit)) if limit else ()
    with fresh_stack(display, Options(bootstrap=words, quiet=True)) as stack:
        with display.step("The bare round trip through Kafka"):
            idle = summarize(measure_round_trip(stack.kafka))
        with ShopBrowser(chromium, stack.address, hand=HUMAN) as browser, display.step("Clicks that open a page"):
            opening = summary_of([browser.click_product() for _ in range(60)][10:])
        with ShopBrowser(chromium, stack.address, stays=True, hand=HUMAN) as browser:
            with display.step("Warm-up"):
                for _ in range(30):
                    browser.click_product()
            measured = []
            for number, rate in enumerate(rates):
                with display.step(f"{rate:g} clicks per second"):
                    measured.append(measure_rate(stack, browser, rate, seconds, number))
                with display.step(f"The browser alone beside {rate:g} clicks per second"):
                    measured[-1] |= {"browser_echo_ms": measure_browser(stack, browser, rate, number)}
        memory = memory_of(stack)
    return {"kafka_round_trip_ms": idle, "opening": opening, "rates": measured, "memory_mb": memory}


def measure_rate(stack: LocalStack, browser: ShopBrowser, rate: float, seconds: float, seed: int) -> dict[str, object]:
    """Measure one rate, in the browser and at the other visitors, and the bare way through Kafka right after it."""
    own_rate = min(rate, BROWSER_RATE)
    with others_clicking(stack.address, stack.redis, rate - own_rate, seconds, seed) as finish:
        clicks, others = click_steadily(browser, own_rate, seconds), summary_of(finish())
    return {
        "clicks_per_second": rate,
        "browser": summary_of(clicks),
        "others": {name: others[name] for name in OTHERS_HAVE} if others["clicks"] else None,
        "kafka_round_trip_ms": summarize(measure_round_trip(stack.kafka, count=150)),
    }


def measure_browser(stack: LocalStack, browser: ShopBrowser, rate: float, seed: int) -> dict[str, float] | None:
    """Measure click to echo in another page of the browser, by a bare server, beside as many clicks of others."""
    seconds = ECHOES * 1.2 + 5
    with others_clicking(stack.address, stack.redis, rate - BROWSER_RATE, seconds, seed):
        page = browser.new_page()
        try:
            return summarize(measure_echo(page, ECHOES))
        finally:
            page.close()


def click_steadily(browser: ShopBrowser, rate: float, seconds: float) -> list[Click]:
    """Click in the browser at a rate, or as fast as pages come if that is slower."""
    start = time.perf_counter()
    clicks: list[Click] = []
    while (now := time.perf_counter()) < start + seconds:
        browser.page.wait_for_timeout(max(0.0, start + len(clicks) / rate - now) * 1_000)
        clicks.append(browser.click_product())
    return clicks


def memory_of(stack: LocalStack) -> dict[str, int]:
    """Measure what each program and its children hold in memory now, in MB."""
    memory = {}
    for name, pid in stack.pids().items():
        process = psutil.Process(pid)
        family = [process, *process.children(recursive=True)]
        memory[name] = round(sum(member.memory_info().rss for member in family) / 2**20)
    return memory


def table_of(report: dict[str, Any]) -> str:
    """Write the figures as a Markdown table."""
    rows = [
        "| clicks/s | push p50 / p90 / p99 | drawn p50 / p90 / p99 | push to others | bare Kafka | browser's echo |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for rate in report["rates"]:
        browser, others = rate["browser"], rate["others"] or {}
        cells = [
            f"{rate['clicks_per_second']:g}",
            slashes(browser["click_to_push_ms"]),
            slashes(browser["click_to_drawn_ms"]),
            slashes(others.get("click_to_push_ms")),
            slashes(rate["kafka_round_trip_ms"]),
            slashes(rate["browser_echo_ms"]),
        ]
        rows.append(f"| {' | '.join(cells)} |")
    rows.append(
        f"| one click that opens a page | {slashes(report['opening']['click_to_push_ms'])} "
        f"| {slashes(report['opening']['click_to_drawn_ms'])} | – | {slashes(report['kafka_round_trip_ms'])} | – |"  # noqa: RUF001 - a dash for none
    )
    memory = ", ".join(f"{name} {size} MB" for name, size in report["memory_mb"].items())
    return "\n".join([*rows, "", f"All times in ms. Memory: {memory}."])


def slashes(summary: dict[str, float] | None) -> str:
    """Write percentiles side by side."""
    return " / ".join(f"{value:.1f}" for value in summary.values()) if summary else "–"  # noqa: RUF001 - a dash for none
