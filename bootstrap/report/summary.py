"""What a bootstrap says on the terminal when it is done."""

from rich.console import Console
from rich.table import Table

from bootstrap.options import BootstrapResult
from bootstrap.read.cleaning import EXPLANATIONS
from connections.picture_hosts import allowed_hosts, missing_hosts
from online_models.schema.product import all_pictures

SHOWN_BAD_ROWS = 10


def print_summary(console: Console, result: BootstrapResult) -> None:
    """Print the figures of a finished bootstrap."""
    shop, catalog, backfill = result.shop, result.catalog, result.backfill
    if shop.cleaning:
        table = Table("Cleaning", "Count", title_justify="left", box=None, pad_edge=False)
        table.columns[1].justify = "right"
        for name, count in shop.cleaning.items():
            table.add_row(EXPLANATIONS[name], f"{count:,}")
        console.print(table)
        console.print()
    _print_rows(console, result)
    state = "is served already, unchanged" if result.publication.unchanged else "is served now"
    console.print(
        f"Version {result.publication.version} {state}: {len(catalog.products):,} products in "
        f"{len(catalog.categories)} categories, {len(catalog.pictures):,} pictures.",
        highlight=False,
    )
    allowed = allowed_hosts(result.picture_hosts)
    if hosts := missing_hosts(all_pictures(catalog.products), allowed):
        console.print(
            f"Pictures on {', '.join(hosts)} are shown only if you start the storefront with "
            f"RIVERFRONT_PICTURE_HOSTS={','.join([*allowed, *hosts])}",
            markup=False,
            highlight=False,
            soft_wrap=True,
        )
    if backfill.published or backfill.already:
        rate = backfill.published / max(backfill.seconds, 1e-9)
        speed = f" ({rate:,.0f} a second)" if backfill.published else ""
        before = f"; {backfill.already:,} were there before" if backfill.already else ""
        console.print(f"History: {backfill.published:,} events sent to Kafka{speed}{before}.", highlight=False)
    if result.report:
        console.print(f"Report: {result.report}", highlight=False, soft_wrap=True)
    spent = sum(result.seconds.values())
    stages = ", ".join(f"{name.lower()} {seconds:.1f}" for name, seconds in result.seconds.items())
    console.print(f"{spent:.1f} s: {stages}", highlight=False, style="dim")


def _print_rows(console: Console, result: BootstrapResult) -> None:
    """Say which rows of one's own files were left out, and which ids were not read as they stand there."""
    shop = result.shop
    for name, rows in shop.bad_rows.items():
        if rows:
            console.print(f"{len(rows):,} bad rows in {name}, left out:")
            for row in rows[:SHOWN_BAD_ROWS]:
                console.print(f"  row {row.number}: {row.reason}", markup=False, highlight=False)
            if len(rows) > SHOWN_BAD_ROWS:
                console.print(f"  … and {len(rows) - SHOWN_BAD_ROWS:,} more, all in {result.bad_rows_file}")
    for name, fields in shop.float_ids.items():
        for field, count in fields.items():
            console.print(
                f"{count:,} {field} ids in {name} are whole numbers with a decimal point (a float column): 22423.0 was "
                "read as 22423.",
                markup=False,
                highlight=False,
                soft_wrap=True,
            )
