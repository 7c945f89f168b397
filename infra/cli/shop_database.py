"""The shop's database, as its settings name it, for commands."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from infra.errors import CannotRun

if TYPE_CHECKING:
    from storefront.database.connection import Database
    from storefront.settings import StorefrontSettings

ENVIRONMENT = "RIVERFRONT_DATABASE says where the database is (default: shop.db in RIVERFRONT_HOME)."


def shop_settings() -> "StorefrontSettings":
    """Return the storefront's settings."""
    from connections.environment import InvalidSetting
    from storefront.settings import read_settings

    try:
        # Nothing is signed here, so no secret is needed.
        return read_settings(os.environ | {"RIVERFRONT_DEMO": "1"})
    except InvalidSetting as error:
        raise CannotRun(str(error)) from error


@contextmanager
def shop_database() -> Iterator["Database"]:
    """Give the database. What it does not answer is a message."""
    from storefront.database.connection import Database, DatabaseDown

    database = Database(shop_settings().database, is_patient=True)
    try:
        yield database
    except DatabaseDown as error:
        raise CannotRun(f"The database does not answer: {error}") from error
    finally:
        database.close()
