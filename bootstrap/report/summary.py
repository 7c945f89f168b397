"""What a bootstrap says on the terminal when it is done."""

from rich.console import Console
from rich.table import Table

from bootstrap.options import BootstrapResult
from bootstrap.read.cleaning import EXPLANATIONS

SHOWN_BAD_ROWS = 10


def print_summary(console: Console, result: BootstrapResult) -> None:
    """Print the figures of a finished bootstrap."""
    if result.cleaning:
        table = Table("Cleaning", "Count", title_justify="left", box=None, pad_edge=False)
        table.columns[1].justify = "right"
        for name, count in result.cleaning.items():
            table.add_row(EXPLANATIONS[name], f"{count:,}")
        console.print(table)
        console.print()
    for name, rows in result.bad_rows.items():
        if rows:
            console.print(f"{len(rows):,} bad rows in {name}, left out:")
            for row in rows[:SHOWN_BAD_ROWS]:
                console.print(f"  row {row.number}: {row.reason}", markup=False, highlight=False)
            if len(rows) > SHOWN_BAD_ROWS:
                console.print(f"  … and {len(rows) - SHOWN_BAD_ROWS:,} more, all in {result.bad_rows_file}")
    state = "is served already, unchanged" if result.unchanged else "is served now"
    console.print(
        f"Version {result.version} {state}: {result.products:,} products in {result.categories} categories, "
        f"{result.pictures:,} pictures.",
        highlight=False,
    )
    if result.published or result.already:
        rate = result.published / max(result.backfill_seconds, 1e-9)
        speed = f" ({rate:,.0f} a second)" if result.published else ""
        before = f"; {result.already:,} were there before" if result.already else ""
        console.print(f"History: {result.published:,} events sent to Kafka{speed}{before}.", highlight=False)
    if result.report:
        console.print(f"Report: {result.report}", highlight=False, soft_wrap=True)
    spent = sum(result.seconds.values())
    stages = ", ".join(f"{name.lower()} {seconds:.1f}" for name, seconds in result.seconds.items())
    console.print(f"{spent:.1f} s: {stages}", highlight=False, style="dim")
