"""The product's processes one at a time, for those who run Kafka and Redis themselves."""

import os
import sys
from functools import partial

import click

from connections.environment import DEFAULT_KAFKA, DEFAULT_PORT, DEFAULT_REDIS, InvalidSetting, read_variable, variable
from infra.cli.shop_here import find_shop
from infra.errors import CannotRun
from infra.kafka.topics import ensure_topics
from infra.stack.home import Home
from infra.stack.process_environment import process_environment
from infra.stack.servers import KAFKA, REDIS
from infra.stack.settings import read_settings

TRUSTED_PROXIES, BEHIND_PROXY = variable("trusted_proxies"), variable("behind_proxy")
ENVIRONMENT = f"RIVERFRONT_KAFKA (default: {DEFAULT_KAFKA}) and RIVERFRONT_REDIS (default: {DEFAULT_REDIS}) say where."


def _process(name: str, help_text: str, module: str, *words: str) -> click.Command:
    return click.Command(name, callback=partial(become, module, *words), help=help_text, epilog=ENVIRONMENT)


def become(module: str, *words: str) -> None:
    """Replace this process by another one of the product, with the topics in place."""
    settings = read_settings(os.environ)
    ensure_topics(settings.cluster_at(settings.kafka or DEFAULT_KAFKA))
    environment = process_environment(module, os.environ)
    os.execve(sys.executable, [sys.executable, "-m", module, *words], environment)  # noqa: S606 - our own module


learn = _process("learn", "Run the learner: it reads events, learns, ranks and pushes.", "consumers", "learn")
monitor = _process(
    "monitor", "Run the monitor: it counts events and lag for the operators' page.", "consumers", "monitor"
)
refit = _process(
    "refit",
    "Run the refit process: it trains the neural session model from the log, at the lowest priority. Needs TensorFlow, "
    "which `python3 -m infra.setup --training` installs.",
    "training",
)


@click.command(epilog=ENVIRONMENT)
@click.option("--behind-proxy", is_flag=True, help="`riverfront proxy` is before it: believe one proxy more.")
def serve(behind_proxy: bool) -> None:
    """Run the storefront under a production server, at RIVERFRONT_HOST and RIVERFRONT_PORT."""
    from storefront.production import read_served_settings

    if behind_proxy:
        os.environ[TRUSTED_PROXIES] = str(read_settings(os.environ).trusted_proxies + 1)
        os.environ[BEHIND_PROXY] = "1"
    try:
        read_served_settings(os.environ)
    except InvalidSetting as error:
        raise CannotRun(str(error)) from error
    become("storefront")


@click.command(
    epilog="RIVERFRONT_HOST and RIVERFRONT_PORT say where it listens, RIVERFRONT_TRUSTED_PROXIES how many proxies in "
    "front of it are believed, RIVERFRONT_PROXY_SECRET what it shows to storefronts. Start those with "
    "`riverfront serve --behind-proxy`."
)
@click.argument("storefronts", nargs=-1, required=True, metavar="HOST:PORT...")
def proxy(storefronts: tuple[str, ...]) -> None:
    """Run the proxy in front of storefronts. A name stands for every address that it has."""
    from infra.programs.binaries import find_nginx
    from infra.proxy.server import plan_proxy, prepare_proxy
    from infra.stack.storefronts import prefix_here

    settings = read_settings(os.environ)
    folder, trusted = Home(settings.home).proxy, settings.trusted_proxies
    try:
        secret = read_variable(variable("proxy_secret"), os.environ)
    except InvalidSetting as error:
        raise CannotRun(str(error)) from error
    port, prefix = settings.port or DEFAULT_PORT, prefix_here(os.environ)
    plan = plan_proxy(settings.host, port, storefronts, folder, trusted, secret, prefix)
    command = prepare_proxy(find_nginx(), plan)
    os.execv(command[0], command)  # noqa: S606 - the program that setup found


@click.command(epilog=ENVIRONMENT)
@click.option("--rate", type=click.FloatRange(min=0, min_open=True), help="Events per second of all together.")
@click.option("--seed", type=int, help="Repeat a walk exactly. Default: a new one each time.")
def simulate(rate: float | None, seed: int | None) -> None:
    """Run simulated shoppers, who follow real baskets. Their events are marked as simulated."""
    from infra.visitors.simulation import run_simulation

    settings = read_settings(find_shop(KAFKA, REDIS))
    run_simulation(settings, rate or settings.shoppers_rate, seed)


@click.command(epilog=ENVIRONMENT, context_settings={"ignore_unknown_options": True})
@click.argument("words", nargs=-1, type=click.UNPROCESSED, metavar="[BOOTSTRAP OPTIONS]")
def prepare(words: tuple[str, ...]) -> None:
    """Make what is missing before the processes can run: the topics, and the catalog if none is published.

    That is the one that was published last, or the demo's if there never was any.
    """
    from infra.stack.catalog import CatalogLost, has_catalog, publish_again, refuse_demo_among_events

    settings = read_settings(os.environ)
    kafka, redis = settings.cluster_at(settings.kafka or DEFAULT_KAFKA), settings.redis or DEFAULT_REDIS
    ensure_topics(kafka)
    if has_catalog(redis):
        click.echo("There is a catalog already.")
    elif version := publish_again(redis, Home(settings.home).catalog):
        click.echo(f"Redis had lost catalog {version}: published it again.")
    else:
        try:
            refuse_demo_among_events(kafka)
        except CatalogLost as lost:
            # The shop starts all the same, with what its own learner knows, and is ready as soon as it has a catalog.
            click.echo(str(lost), err=True)
            return
        become("infra", "bootstrap", *words)
