"""``riverfront demo`` and ``riverfront up``: the whole product on this machine, until Ctrl-C."""

import os
import time
import webbrowser
from collections.abc import Callable

import click

from infra.programs.supervisor import Stopped
from infra.stack.display import Display
from infra.stack.local_stack import Options, start_stack
from infra.stack.settings import read_settings
from infra.stack.storefronts import prefix_here
from infra.visitors.opening import open_shop

ENVIRONMENT = (
    "RIVERFRONT_HOME is the folder that keeps everything (default: var), RIVERFRONT_PORT the shop's port (default: "
    "8000, or the next one that is free). RIVERFRONT_KAFKA and RIVERFRONT_REDIS name servers to use instead of "
    "starting some."
)


learners_option = click.option(
    "--learners",
    type=click.IntRange(1, 64),
    help="How many learners share the visitors. Default: RIVERFRONT_LEARNERS, else 1.",
)
MOST_STOREFRONTS = 16
storefronts_option = click.option(
    "--storefronts",
    type=click.IntRange(1, MOST_STOREFRONTS),
    default=1,
    show_default=True,
    help="How many storefronts run. More than one stand behind a proxy: the shop stays open when one of them dies.",
)
refit_option = click.option(
    "--refit/--no-refit",
    default=True,
    show_default=True,
    help="Train the neural session model, at the lowest priority, where TensorFlow is installed.",
)


@click.command(epilog=ENVIRONMENT)
@learners_option
@storefronts_option
@refit_option
@click.option("--no-browser", is_flag=True, help="Do not open the shop in a browser.")
@click.option(
    "--check", is_flag=True, help="Run everything in a fresh folder, click 50 products, print what came of it."
)
def demo(learners: int | None, storefronts: int, refit: bool, no_browser: bool, check: bool) -> None:
    """Run the demo shop with simulated shoppers, and open it in the browser. Ctrl-C stops everything.

    In a folder where a catalog was published before, that shop runs instead of the demo's.
    """
    if check:
        from infra.bench.check import run_check

        raise SystemExit(run_check())
    options = Options(shoppers=True, demo=True, bootstrap=(), learners=learners, storefronts=storefronts, refit=refit)
    run(options, None if no_browser else webbrowser.open)


@click.command(epilog=ENVIRONMENT)
@learners_option
@storefronts_option
@refit_option
def up(learners: int | None, storefronts: int, refit: bool) -> None:
    """Run your shop. Ctrl-C stops everything.

    It is empty until `riverfront bootstrap --catalog FILE` has published its catalog. The demo's data are for
    `riverfront demo` alone.
    """
    run(Options(learners=learners, storefronts=storefronts, refit=refit), None)


def run(options: Options, open_browser: Callable[[str], object] | None) -> None:
    """Start the stack and watch it until somebody asks it to stop."""
    started_at = time.monotonic()
    display = Display()
    try:
        with start_stack(read_settings(os.environ), display, options) as stack:
            shop = f"{stack.address}{prefix_here(os.environ)}"
            places = {
                "Shop": shop,
                "Tour": f"{shop}/tour",
                "Operators": f"{shop}/ops",
                "Logs": str(stack.home.logs),
            }
            if stack.storefronts.has_proxy:
                addresses = stack.storefronts.addresses.values()
                places["Storefronts"] = f"{len(addresses)}, at {', '.join(addresses)}"
            open_shop(stack, display)
            display.ready(places, time.monotonic() - started_at)
            if open_browser:
                open_browser(shop)
            stack.watch()
    except Stopped:
        return
