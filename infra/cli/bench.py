"""``riverfront bench``: how fast the whole product is on this machine, measured in a fresh folder."""

import json
import sys
from pathlib import Path

import click

PEERS_MOVED = (
    "Other recommenders are installed, timed and judged by `python -m benchmarks.peers`, in a clone of the project."
)

json_option = click.option(
    "--json", "json_file", type=click.Path(path_type=Path, dir_okay=False), help="Also write the figures here."
)


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
@json_option
def latency(rates: tuple[float, ...], seconds: float, limit: int | None, json_file: Path | None) -> None:
    """Time clicks to the pushed and the drawn list, in a real browser, while others click too."""
    from infra.bench.latency import measure_latency, table_of

    report = measure_latency(rates, seconds, limit)
    _tell(report, json_file, table_of(report))


@bench.command("first-click")
@click.option("--restarts", default=3, show_default=True, type=click.IntRange(0, 50), help="Starts after the first.")
@click.option("--limit", type=click.IntRange(min=1000), help="Learn only this many events of history first.")
@json_option
def first_click(restarts: int, limit: int | None, json_file: Path | None) -> None:
    """Time the first clicks of the first browser after a start, and after restarts of the same shop."""
    from infra.bench.first_click import measure_first_clicks, table_of

    report = measure_first_clicks(restarts, limit)
    _tell(report, json_file, table_of(report))


@bench.command()
@click.option("--limit", type=click.IntRange(min=1000), help="Learn only this many events.")
@json_option
def backfill(limit: int | None, json_file: Path | None) -> None:
    """Count events learned per second while the learner works off the history."""
    from infra.bench.backfill import measure_backfill

    report = measure_backfill(limit)
    _tell(report, json_file, json.dumps(report))


@bench.command()
@click.option("--limit", default=400_000, show_default=True, type=click.IntRange(min=1000), help="Events to learn.")
@json_option
@click.option("--peers", is_flag=True, help="Says which command compares other recommenders.")
def learn(limit: int, json_file: Path | None, peers: bool) -> None:
    """Time learning alone, event by event, beside River's own factorization."""
    from infra.bench.model_figures import measure_learning

    report = measure_learning(limit)
    if peers:
        report["peers"] = {"error": PEERS_MOVED}
        click.echo(PEERS_MOVED, err=True)
    _tell(report, json_file)


@bench.command()
@click.option("--items", default=5_000, show_default=True, type=click.IntRange(min=100), help="Products to rank.")
@click.option("--events", default=200_000, show_default=True, type=click.IntRange(min=1000), help="Learned before.")
@click.option("--asked", default=2_000, show_default=True, type=click.IntRange(min=10), help="Lists to time.")
@json_option
def rank(items: int, events: int, asked: int, json_file: Path | None) -> None:
    """Time ranking alone, list by list with reasons, beside River's own factorization."""
    from infra.bench.model_figures import measure_ranking

    _tell(measure_ranking(items, events, asked), json_file)


@bench.command()
@click.option("--visitors", default=1_000_000, show_default=True, type=click.IntRange(min=1), help="Visitors.")
@click.option("--items", default=100_000, show_default=True, type=click.IntRange(min=100), help="Products.")
@click.option("--events", default=5_000_000, show_default=True, type=click.IntRange(min=1000), help="To learn.")
@json_option
def memory(visitors: int, items: int, events: int, json_file: Path | None) -> None:
    """Learn a shop with very many visitors, and say how much memory that takes."""
    from infra.bench.memory_figures import measure_memory

    _tell(measure_memory(visitors, items, events), json_file)


@bench.command()
@click.option("--items", type=click.IntRange(min=100), help="Made-up products; without it, those of the gift shop.")
@click.option("--asked", default=2_000, show_default=True, type=click.IntRange(min=10), help="Searches to time.")
@json_option
def search(items: int | None, asked: int, json_file: Path | None) -> None:
    """Time searches, suggestions while typing, shelves, and the first load of the index, in this process."""
    from infra.bench.search_figures import measure_search

    _tell(measure_search(items, asked), json_file)


@bench.command()
@click.option("--limit", type=click.IntRange(min=0), help="Learn only this many events of the gift shop's history.")
@click.option("--items", type=click.IntRange(min=1), help="Products of a made-up shop, in place of the gift shop.")
@click.option("--events", default=50_000, show_default=True, type=click.IntRange(min=0), help="Its history.")
@click.option("--visitors", default=200, show_default=True, type=click.IntRange(0, 100_000), help="In the last hour.")
@click.option("--seed", default=7, show_default=True, help="Of what is made up. The same seed gives the same figures.")
@json_option
def manipulation(
    limit: int | None, items: int | None, events: int, visitors: int, seed: int, json_file: Path | None
) -> None:
    """Count the cookies, networks and views that it takes to move a product up in the lists that everybody sees."""
    from infra.bench.manipulation import measure_manipulation, table_of
    from infra.stack.display import Display

    report = measure_manipulation(limit, items, events, visitors, seed, Display())
    _tell(report, json_file, table_of(report))


@bench.command()
@click.option("--seconds", default=5.0, show_default=True, type=click.FloatRange(0.2, 600), help="How long each lasts.")
@click.option("--connections", default=16, show_default=True, type=click.IntRange(1, 500), help="Open at once.")
@click.option("--rate", default=300.0, show_default=True, type=click.FloatRange(1, 10_000), help="Of made lists.")
@click.option("--limit", type=click.IntRange(min=1000), help="Learn only this many events of history first.")
@json_option
def serve(seconds: float, connections: int, rate: float, limit: int | None, json_file: Path | None) -> None:
    """Ask the API of two storefronts for ready lists and for made ones, beside a bare Redis read."""
    from infra.bench.serve import measure_serve, table_of

    report = measure_serve(seconds, connections, rate, limit)
    _tell(report, json_file, table_of(report))


@bench.command()
@click.option("--kills", default=6, show_default=True, type=click.IntRange(min=1), help="How often one is killed.")
@click.option("--turns", default=6, show_default=True, type=click.IntRange(min=1), help="To compare the two ways in.")
@json_option
def storefronts(kills: int, turns: int, json_file: Path | None) -> None:
    """Run two storefronts: what the proxy costs, and how soon all is well after one is killed or restarted."""
    from infra.bench.storefronts import measure_storefronts

    _tell(measure_storefronts(kills, turns), json_file)


@bench.command()
@click.option("--minutes", default=20.0, show_default=True, type=click.FloatRange(0.2, 600), help="How long it blows.")
@click.option("--seed", default=1, show_default=True, help="Which storm. The same seed pulls the same plugs.")
@click.option("--learners", default=1, show_default=True, type=click.IntRange(1, 8), help="How many learners run.")
@click.option("--storefronts", default=1, show_default=True, type=click.IntRange(1, 8), help="How many storefronts.")
@click.option("--json", "as_json", is_flag=True, help="Print the figures as one line.")
def chaos(minutes: float, seed: int, learners: int, storefronts: int, as_json: bool) -> None:
    """Kill and freeze processes while shoppers shop, then compare what was acknowledged with what is there."""
    from infra.chaos.storm import StormOptions, measure_storm

    report = measure_storm(StormOptions(minutes * 60, seed, learners, storefronts))
    sys.stdout.write(f"{json.dumps(report) if as_json else json.dumps(report, indent=2)}\n")


@bench.command()
@click.option("--seconds", default=8.0, show_default=True, type=click.FloatRange(1, 600), help="How long each lasts.")
@click.option("--json", "as_json", is_flag=True, help="Print the figures as one line.")
def outages(seconds: float, as_json: bool) -> None:
    """Take one part away after the other: what pages answer meanwhile, and how soon all works again."""
    from infra.chaos.outages import measure_outages

    report = measure_outages(seconds)
    table = str(report.pop("table"))
    sys.stdout.write(f"{json.dumps(report)}\n" if as_json else f"{table}\n\n{json.dumps(report, indent=2)}\n")


@bench.command()
@click.option("--minutes", default=20.0, show_default=True, type=click.FloatRange(0.2, 600), help="How long.")
@click.option("--chart", type=click.Path(path_type=Path, dir_okay=False), help="Draw the memory of each process here.")
@json_option
def soak(minutes: float, chart: Path | None, json_file: Path | None) -> None:
    """Learn 500 events a second and serve pages as fast as they stay quick, and watch the memory of each process."""
    from infra.chaos.soak import measure_soak

    _tell(measure_soak(minutes, chart), json_file)


def _tell(report: dict[str, object], json_file: Path | None, shown: str = "") -> None:
    """Print figures, as JSON unless they are ``shown`` otherwise, and write them to the file if there is one."""
    text = json.dumps(report, indent=2)
    sys.stdout.write(f"{shown or text}\n")
    if json_file:
        json_file.write_text(f"{text}\n", encoding="utf-8")
