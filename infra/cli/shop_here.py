"""The shop that a command is about: the one that runs here, or what the environment names. And its database."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from infra.errors import CannotRun
from infra.stack.servers import DATABASE, environment_here, note_on_servers

if TYPE_CHECKING:
    from storefront.database.connection import Database
    from storefront.settings import StorefrontSettings

ENVIRONMENT = (
    "RIVERFRONT_HOME is the shop's folder (default: var). The database is that of the Riverfront that runs there, else "
    "RIVERFRONT_DATABASE (default: shop.db in the folder)."
)
SQLITE = "sqlite:///"


def find_shop(*servers: str) -> dict[str, str]:
    """Return the environment by which the shop's servers are reached, and say where nothing tells which they are."""
    if note := note_on_servers(os.environ, *servers):
        click.echo(note, err=True)
    return environment_here(os.environ)


def shop_settings(*servers: str) -> "StorefrontSettings":
    """Return the settings of the shop, with its servers. Raises `CannotRun`."""
    return read_shop_settings(find_shop(*servers))


def read_shop_settings(environment: Mapping[str, str]) -> "StorefrontSettings":
    """Read the storefront's settings. Raises `CannotRun`."""
    from connections.environment import InvalidSetting
    from storefront.settings import read_settings

    try:
        # Nothing is signed here, so no secret is needed.
        return read_settings({**environment, "RIVERFRONT_DEMO": "1"})
    except InvalidSetting as error:
        raise CannotRun(str(error)) from error


@contextmanager
def shop_database(settings: "StorefrontSettings | None" = None, *, may_be_new: bool = False) -> Iterator["Database"]:
    """Give the database. What it does not answer is a message, and so is one that nobody has made yet."""
    from sqlalchemy.engine import make_url

    from storefront.database.connection import Database, DatabaseDown
    from storefront.database.sqlite_url import file_of

    url = (settings or shop_settings(DATABASE)).database
    file = file_of(make_url(url)) if url.startswith(SQLITE) else None
    if file and not may_be_new and not file.exists():
        raise CannotRun(
            f"There is no shop's database at {file}. Set RIVERFRONT_HOME to your shop's folder, or RIVERFRONT_DATABASE."
        )
    database = Database(url, is_patient=True)
    try:
        yield database
    except DatabaseDown as error:
        raise CannotRun(f"The database does not answer: {error}") from error
    finally:
        database.close()
