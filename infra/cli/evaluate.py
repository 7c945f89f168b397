"""``riverfront evaluate``: how good the recommendations are on a file of events, by protocols of the field."""

import json
from pathlib import Path
from typing import Any

import click

_IN = click.Path(path_type=Path)
_OUT = click.Path(path_type=Path, dir_okay=False)


@click.command()
@click.argument("files", type=_IN, nargs=-1, required=True, metavar="FILE...")
@click.option("--columns", multiple=True, metavar="FIELD=COLUMN,...", help="Which column is which, by name or number.")
@click.option("--sep", help="What stands between cells: a character, or tab; found out if not said.")
@click.option("--header/--no-header", default=None, help="Whether the first line names the columns.")
@click.option(
    "--time-unit", type=click.Choice(["s", "ms", "us", "ns", "iso"]), help="Of the times; found out if not said."
)
@click.option("-k", default=20, show_default=True, type=click.IntRange(1, 1000), help="Length of the lists.")
@click.option("--limit", type=click.IntRange(min=1), help="Only the first so many events by time.")
@click.option("--exclude-seen", is_flag=True, help="Leave out what the visitor touched before, and do not ask for it.")
@click.option("--repeats", is_flag=True, help="Let the item just touched be recommended, and ask for it.")
@click.option("--linear", is_flag=True, help="Rank by the linear ranker alone, without the network beside it.")
@click.option("--varied", is_flag=True, help="Vary the lists, as the shop does: no type of item fills them.")
@click.option(
    "--neural/--no-neural",
    default=True,
    help="Whether the session network takes part, trained by the clock of the data; it needs TensorFlow.",
)
@click.option("--test", type=_IN, help="Learn FILE, then walk the sessions of this file with all models frozen.")
@click.option(
    "--protocol",
    type=click.Choice(["prequential", "holdout", "t4rec"]),
    help="Test, then learn each event; or, with --test, hold a file out; or learn a day and judge the next one's "
    "sessions by their last item, as Transformers4Rec does.  [default: prequential, or holdout with --test]",
)
@click.option(
    "--catalog", "--catalogue", "catalog", type=_IN, help="Category and brand by item, where the events do not say."
)
@click.option(
    "--catalog-columns",
    "--catalogue-columns",
    "catalog_columns",
    multiple=True,
    metavar="FIELD=COLUMN,...",
    help="As --columns, for the catalog.",
)
@click.option("--json", "json_file", type=_OUT, help="Write the figures here.")
@click.option("--report", "report_file", type=_OUT, help="Write an HTML page with curves over time here.")
def evaluate(json_file: Path | None, report_file: Path | None, **asked: Any) -> None:
    """Measure the recommendations on files of events: CSV, TSV, JSON lines or Parquet, gzipped or not.

    Each event is asked for, judged and then learned, in order of time; the first fifth is not judged. The fields of an
    event are timestamp, visitor, item, kind, value, rating, session, category and brand; of these visitor and item are
    needed, and all are recognized by their usual names. Without times, events come in order of the file.
    """
    from rich.console import Console

    from infra.evaluate.inputs import read_inputs, read_options
    from infra.evaluate.page import build_page
    from infra.evaluate.refits import find_trainer
    from infra.evaluate.run import build_hybrid, run, with_refits
    from infra.evaluate.summary import print_summary
    from infra.stack.display import Display
    from online_models.evaluation.evaluation import as_plain_data
    from online_models.hybrid import Hybrid

    options = read_options(asked)
    display = Display()
    with display.step("Read the files"):
        inputs = read_inputs(options)
    trainer = find_trainer() if options.neural else None
    if options.neural and trainer is None:
        display.note("TensorFlow is not installed: the session network (session_gru) has no answer.")
    hybrid = with_refits(build_hybrid(inputs, options, Hybrid), trainer, inputs)
    evaluation = run(hybrid, inputs, options, display)
    console = Console(highlight=False)
    print_summary(console if console.is_terminal else Console(highlight=False, width=140), inputs, evaluation)
    if json_file:
        _write(json_file, json.dumps(as_plain_data(evaluation), indent=2) + "\n")
    if report_file:
        _write(report_file, build_page(options, inputs, evaluation))


def _write(path: Path, text: str) -> None:
    from infra.errors import CannotRun

    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise CannotRun(f"{path} cannot be written: {error.strerror or error}.") from error
