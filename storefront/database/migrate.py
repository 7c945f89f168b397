"""Brings the tables up to date: ``upgrade`` at the first use of the database, in one transaction."""

from pathlib import Path

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import OperationalError, ProgrammingError

MIGRATIONS = Path(__file__).parent / "migrations"

HEAD = "0003"
"""The newest migration. A start that finds it applied need not load Alembic, nor be able to write."""

_LOCK = 4_711_010
"""PostgreSQL's advisory lock under which one storefront migrates while others wait."""


def is_current(connection: Connection) -> bool:
    """Return whether all migrations are applied."""
    return revision_of(connection) == HEAD


def revision_of(connection: Connection) -> str | None:
    """Return the newest migration that is applied; None before the first."""
    try:
        revision: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    except ProgrammingError:
        return None
    except OperationalError as error:
        if "no such table" not in str(error):
            raise
        return None
    return revision


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Run the migrations that are missing."""
    # Imported late: Alembic costs start-up time that a start without a migration need not pay.
    from alembic import command
    from alembic.config import Config

    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
