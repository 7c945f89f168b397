"""Compares Riverfront with other recommenders on a file that is held out.

    python -m benchmarks.peers train.csv --test test.csv --columns visitor=SessionId,item=ItemId

The arguments are those of ``riverfront evaluate``, with ``--test``; `evaluate` and all peers get the same events and
queries. What a peer needs is installed into ``.tools/peers``, in an environment of its own. A peer that cannot be
installed or run within ``--seconds`` stands in the table with its reason, and the others go on.
"""

import json
import tempfile
from pathlib import Path

import click

from benchmarks.peers.adapters.riverfront_hybrid import parse_words
from benchmarks.peers.registry import PEERS
from benchmarks.peers.report import chart_of, figures_of, table_of
from benchmarks.peers.running import PeerOutcome, run_peer
from benchmarks.peers.split import export_split
from infra.errors import CannotRun
from infra.evaluate.inputs import read_inputs
from infra.evaluate.run import rules_of
from infra.programs.binaries import ROOT
from infra.setup.clone import Clone
from infra.stack.display import Display

FILE = click.Path(path_type=Path, dir_okay=False)
NAMES = tuple(peer.name for peer in PEERS)


@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("words", nargs=-1, type=click.UNPROCESSED, metavar="FILE... --test FILE [OPTIONS OF EVALUATE]")
@click.option("--only", multiple=True, type=click.Choice(NAMES), help="Run this peer; may be said several times.")
@click.option("--seconds", default=1200.0, show_default=True, type=click.FloatRange(min=1), help="Limit for a peer.")
@click.option("--keep", is_flag=True, help="Take the answers of an earlier run on the same split.")
@click.option("--folder", type=click.Path(path_type=Path, file_okay=False), help="Environments, logs and answers.")
@click.option("--json", "json_file", type=FILE, help="Write the figures here.")
@click.option("--table", "table_file", type=FILE, help="Write the Markdown table here.")
@click.option("--chart", "chart_file", type=FILE, help="Write a chart (SVG) here.")
@click.option("--title", default="Next item, held-out sessions", show_default=True, help="Of the chart.")
def main(
    words: tuple[str, ...],
    only: tuple[str, ...],
    seconds: float,
    keep: bool,
    folder: Path | None,
    json_file: Path | None,
    table_file: Path | None,
    chart_file: Path | None,
    title: str,
) -> None:
    """Compare Riverfront with other recommenders on a file that is held out."""
    display, folder = Display(), (folder or Clone(ROOT).tools / "peers").absolute()
    options = parse_words(list(words))
    inputs = read_inputs(options)
    if inputs.test is None:
        raise CannotRun("--test FILE is needed: peers learn one file and are asked along another.")
    outcomes: list[PeerOutcome] = []
    with tempfile.TemporaryDirectory() as place:
        split = export_split(inputs.stream, inputs.test, rules_of(options), Path(place), words)
        if not len(split.targets):
            raise CannotRun("There is nothing to ask: no visitor has a second event in the file that is held out.")
        for peer in (peer for peer in PEERS if not only or peer.name in only):
            with display.step(f"Run {peer.title}"):
                outcomes.append(run_peer(peer, split, folder, seconds, keep=keep))
            if outcomes[-1].reason:
                display.problem(outcomes[-1].reason)
            figures = figures_of(outcomes, split)
            if json_file:
                json_file.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    table = table_of(figures)
    click.echo(f"{figures['queries']:,} queries\n\n{table}")
    if table_file:
        table_file.write_text(f"{table}\n", encoding="utf-8")
    if chart_file and figures["peers"]:
        chart_file.write_text(chart_of(figures, title), encoding="utf-8")


if __name__ == "__main__":
    try:
        main()
    except CannotRun as error:
        raise SystemExit(str(error)) from error
