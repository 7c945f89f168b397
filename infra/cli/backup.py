"""``riverfront backup`` and ``riverfront restore``: all that the database holds, in one file."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from infra.cli.shop_here import ENVIRONMENT, shop_database
from infra.errors import CannotRun

FILE = click.Path(dir_okay=False, path_type=Path)


@click.command(epilog=ENVIRONMENT)
@click.argument("file", type=FILE)
def backup(file: Path) -> None:
    """Write accounts, orders, reviews, baskets and all else that the database holds to FILE. The shop may run."""
    from storefront.database.backup import NothingToSave, write_backup

    if file.exists():
        raise CannotRun(f"{file} exists already. Name another file.")
    with shop_database(may_be_new=True) as database, _progress("Saved") as start:
        try:
            manifest = write_backup(database, file, time.time(), start)
        except NothingToSave as error:
            raise CannotRun(f"Nothing to save: {error}.") from error
        except OSError as error:
            raise CannotRun(f"{file} cannot be written: {error.strerror}.") from error
    click.echo(f"Saved {manifest.rows:,} rows of {len(manifest.tables)} tables to {file}.")


@click.command(epilog=ENVIRONMENT)
@click.argument("file", type=FILE)
@click.option("--replace", is_flag=True, help="Delete what the database holds now.")
def restore(file: Path, replace: bool) -> None:
    """Fill the database from FILE, which `riverfront backup` wrote, on SQLite or PostgreSQL."""
    from storefront.database.restore import BadBackup, NotEmpty
    from storefront.database.restore import restore as restore_from

    with shop_database(may_be_new=True) as database, _progress("Restored") as start:
        try:
            manifest = restore_from(database, file, replace=replace, start=start)
        except BadBackup as error:
            raise CannotRun(f"{file} cannot be restored: {error}. Nothing was changed.") from error
        except NotEmpty as error:
            message = f"The database holds something already: {error}. Nothing was changed. Delete it with --replace."
            raise CannotRun(message) from error
    click.echo(f"Restored {manifest.rows:,} rows of {len(manifest.tables)} tables from {file}.")


@contextmanager
def _progress(title: str) -> Iterator[Callable[[int], Callable[[int], object]]]:
    from rich.console import Console

    from bootstrap.progress import new_progress

    console = Console(stderr=True)
    with new_progress(console if console.is_terminal else None, transient=True) as progress:

        def start(total: int) -> Callable[[int], object]:
            task = progress.add_task(title, total=total)
            return lambda rows: progress.advance(task, rows)

        yield start
