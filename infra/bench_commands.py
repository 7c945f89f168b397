"""``riverfront bench``: how fast the whole product is on this machine, measured in a fresh folder."""

import json
import sys
from pathlib import Path

import click


@click.group()
def bench() -> None:
    """Measure latency and throughput of the whole product, in a fresh folder. Stop other work first."""


def parse_rates(_context: click.Context, _parameter: click.Parameter, text: str) -> tuple[float, ...]:
    """Read rates separated by commas."""
    try:
        rates = tuple(float(word) for word in text.split(","))
    except ValueError as error:
        raise click.BadParameter("must be numbers, separated by commas") from error
    if not all(0 < rate <= 10_000 for rate in rates):
        raise click.BadParameter("must each be over 0 and at most 10000")
    return rates


@bench.command()
@click.option("--rates", default="1,50,200", show_default=True, callback=parse_rates, help="Clicks per second.")
@click.option(
    "--seconds", default=20.0, show_default=True, type=click.FloatRange(min=5), help="How long each rate lasts."
)
@click.option("--limit", type=click.IntRange(min=1000), help="Learn only this many events of history first.")
@click.option(
    "--json", "json_file", type=click.Path(path_type=Path, dir_okay=False), help="Also write the figures here."
)
def latency(rates: tuple[float, ...], seconds: float, limit: int | None, json_file: Path | None) -> None:
    """Time clicks to the pushed and the drawn list, in a real browser, while others click too."""
    from infra.latency import measure_latency, table_of

    report = measure_latency(rates, seconds, limit)
    sys.stdout.write(table_of(report) + "\n")
    _write(report, json_file)


@bench.command()
@click.option("--limit", type=click.IntRange(min=1000), help="Learn only this many events.")
@click.option(
    "--json", "json_file", type=click.Path(path_type=Path, dir_okay=False), help="Also write the figures here."
)
def backfill(limit: int | None, json_file: Path | None) -> None:
    """Count events learned per second while the learner works off the history."""
    from infra.backfill import measure_backfill

    report = measure_backfill(limit)
    sys.stdout.write(json.dumps(report) + "\n")
    _write(report, json_file)


def _write(report: dict[str, object], json_file: Path | None) -> None:
    if json_file:
        json_file.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
