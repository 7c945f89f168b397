"""The command ``bootstrap``: options in, progress and figures out. Heavy imports wait until it runs."""

import os
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

_FILE = click.Path(path_type=Path, dir_okay=False)


@click.command("bootstrap")
@click.option(
    "--catalog",
    "--catalogue",
    "catalog",
    type=_FILE,
    help="A catalog of your own: CSV, TSV, JSON, JSON lines or Parquet, .gz too.",
)
@click.option(
    "--map", "columns", multiple=True, metavar="NAME=COLUMN", help="Which column is which, such as title=Name."
)
@click.option("--history", type=_FILE, help="A history of your own: who viewed or bought what, and when.")
@click.option(
    "--map-history", "history_columns", multiple=True, metavar="NAME=COLUMN", help="The same for the history."
)
@click.option(
    "--history-kind",
    type=click.Choice(["view", "wish", "cart", "purchase", "rating"]),
    help="What each row of the history is, where no column says so.",
)
@click.option("--currency", default="GBP", help="Currency of the prices, such as GBP.")
@click.option("--price", type=click.FloatRange(min=0, min_open=True), help="Price of products that have none.")
@click.option(
    "--most-bad",
    type=click.FloatRange(0, 1),
    default=0.5,
    show_default=True,
    help="Refuse a file with a larger share of bad rows.",
)
@click.option("--limit", type=click.IntRange(min=1), help="Back-fill only the first so many events of the history.")
@click.option("--since", type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"]), help="Leave out history before (UTC).")
@click.option("--no-history", is_flag=True, help="Publish the catalog only.")
@click.option("--again", is_flag=True, help="Back-fill even what Kafka has already.")
@click.option("--report/--no-report", default=True, show_default=True, help="Write the exploratory report.")
def bootstrap_command(
    limit: int | None, since: datetime | None, no_history: bool, again: bool, report: bool, **files: Any
) -> None:
    """Clean a catalog, index it, publish it to Redis, and back-fill its history into Kafka.

    Without options it is the demo's gift shop. What is served stays until all of the new catalog is in place.
    """
    from rich.console import Console

    from bootstrap.errors import BootstrapError
    from bootstrap.options import BootstrapOptions
    from bootstrap.progress import Stages
    from bootstrap.read.own_shop import OwnFiles
    from bootstrap.report.summary import print_summary
    from bootstrap.run import run
    from bootstrap.settings import read_settings
    from connections.environment import InvalidSetting

    console = Console()
    try:
        if files["history"] and not files["catalog"]:
            raise click.UsageError("--history goes with --catalog.")
        files |= {name: _mapping(files[name]) for name in ("columns", "history_columns")}
        files["price"] = round(files["price"] * 100) if files["price"] is not None else None
        options = BootstrapOptions(
            settings=read_settings(os.environ),
            files=OwnFiles(**files) if files["catalog"] else None,
            limit=limit,
            since=since.replace(tzinfo=UTC).timestamp() if since else None,
            backfill=not no_history,
            again=again,
            report=report,
        )
        with Stages(console) as stages:
            result = run(options, stages)
    except (BootstrapError, InvalidSetting) as error:
        raise click.ClickException(str(error)) from error
    print_summary(console, result)


def _mapping(pairs: Sequence[str]) -> dict[str, str]:
    mapping = {}
    for pair in pairs:
        name, equals, column = pair.partition("=")
        if not (equals and name.strip() and column.strip()):
            raise click.UsageError(f"A mapping looks like title=Name, not {pair!r}.")
        mapping[name.strip()] = column.strip()
    return mapping
