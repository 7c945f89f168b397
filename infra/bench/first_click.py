"""``riverfront bench first-click``: what the first browser sees after a start and after restarts of one shop."""

from statistics import median
from typing import Any

from infra.errors import CannotRun
from infra.programs.binaries import find_chromium
from infra.stack.display import Display
from infra.stack.fresh_stack import fresh_settings
from infra.stack.local_stack import Options, start_stack
from infra.visitors.opening import open_shop
from infra.visitors.shop_browser import HUMAN, ShopBrowser

CLICKS = 3


def measure_first_clicks(restarts: int, limit: int | None) -> dict[str, Any]:
    """Start a fresh shop, and restart it so often; each time a new browser makes its first clicks.

    Returns ms from each click to the pushed and to the drawn list. Raises `CannotRun` without a browser.
    """
    chromium = find_chromium()
    if chromium is None:
        raise CannotRun("This needs Chromium or Chrome: run `make setup-tests`, or install one.")
    display, starts = Display(), []
    words = ("--limit", str(limit)) if limit else ()
    with fresh_settings(display) as settings:
        for start in range(1 + restarts):
            options = Options(bootstrap=None if start else words, quiet=True)
            with start_stack(settings, display, options) as stack:
                open_shop(stack, display)
                with ShopBrowser(chromium, stack.address, seed=start, hand=HUMAN) as browser:
                    starts.append([browser.click_product() for _ in range(CLICKS)])
    return {
        "starts": [
            {
                "click_to_push_ms": [click.push_ms for click in clicks],
                "click_to_drawn_ms": [click.drawn_ms for click in clicks],
            }
            for clicks in starts
        ]
    }


def table_of(report: dict[str, Any]) -> str:
    """Write the figures as a Markdown table."""
    starts = report["starts"]
    rows = [
        f"| click | {' | '.join('after a restart' if start else 'fresh' for start in range(len(starts)))} | median |",
        f"| --- |{' --- |' * (1 + len(starts))}",
    ]
    for name, label in (("click_to_push_ms", "pushed"), ("click_to_drawn_ms", "drawn")):
        for click in range(CLICKS):
            values = [start[name][click] for start in starts]
            came = [value for value in values if value is not None]
            cells = [*map(_cell, values), _cell(median(came) if came else None)]
            rows.append(f"| {click + 1}, {label} | {' | '.join(cells)} |")
    return "\n".join([*rows, "", "All times in ms."])


def _cell(value: float | None) -> str:
    return "–" if value is None else f"{value:.0f}"  # noqa: RUF001 - a dash for none
