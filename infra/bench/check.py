"""``riverfront demo --check``: does a click change the list, through everything, on this machine?

Runs the whole stack in a fresh folder on free ports, clicks products in a real browser (or through a bare socket
where there is no browser), and prints one line of JSON.
"""

import json
import sys
import time

from infra.bench.timing import summarize, summary_of
from infra.kafka.round_trip import measure_round_trip
from infra.programs.binaries import find_chromium
from infra.stack.catalog import read_best_sellers
from infra.stack.display import Display
from infra.stack.fresh_stack import fresh_stack
from infra.stack.local_stack import LocalStack, Options
from infra.visitors.click import Click
from infra.visitors.socket_visitor import SocketVisitor, some_items

CLICKS = 50
NOT_PASSED = 3
PART_OF_THE_DATA = ("--limit", "10000", "--no-report")


def run_check() -> int:
    """Run the check, print its line, and return the exit code."""
    started_at = time.monotonic()
    display = Display()
    with fresh_stack(display, Options(shoppers=True, bootstrap=PART_OF_THE_DATA, quiet=True)) as stack:
        chromium = find_chromium()
        with display.step(f"{CLICKS} clicks in {'Chromium' if chromium else 'a socket, as there is no Chromium'}"):
            clicks = click_in_browser(chromium, stack) if chromium else click_by_socket(stack)
        with display.step("The bare round trip through Kafka"):
            round_trips = measure_round_trip(stack.kafka, count=200, rate=100)
    report = {
        **summary_of(clicks),
        "kafka_round_trip_ms": summarize(round_trips),
        "browser": "chromium" if chromium else "socket.io",
        "seconds": round(time.monotonic() - started_at, 1),
    }
    sys.stdout.write(json.dumps(report) + "\n")
    return 0 if has_passed(clicks) else NOT_PASSED


def has_passed(clicks: list[Click]) -> bool:
    """Say whether every click led to a list of its own, and most lists differed from the one before."""
    summary = summary_of(clicks)
    return summary["pushes"] == CLICKS and int(str(summary["lists_changed"])) > CLICKS / 2


def click_in_browser(chromium: str, stack: LocalStack) -> list[Click]:
    """Click in a headless Chromium."""
    from infra.visitors.shop_browser import ShopBrowser

    with ShopBrowser(chromium, stack.address) as browser:
        return [browser.click_product() for _ in range(CLICKS)]


def click_by_socket(stack: LocalStack) -> list[Click]:
    """Click as a visitor without a browser."""
    items = some_items(read_best_sellers(stack.redis), CLICKS)
    with SocketVisitor(stack.address) as visitor:
        return [visitor.click_once(item) for item in items]
