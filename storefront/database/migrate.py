"""Brings the tables up to date: ``upgrade`` at the first use of the database, in one transaction."""

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import OperationalError, ProgrammingError

if TYPE_CHECKING:
    from alembic.config import Config

MIGRATIONS = Path(__file__).parent / "migrations"

HEAD = "0009"
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
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        upgrade_within(connection, revision)


def upgrade_within(connection: Connection, revision: str = "head") -> None:
    """Run the migrations that are missing in the transaction of a connection."""
    # Imported late: Alembic costs start-up time that a start without a migration need not pay.
    from alembic import command

    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def is_known(revision: str) -> bool:
    """Return whether a revision is one of this version's migrations."""
    from alembic.script import ScriptDirectory

    return any(script.revision == revision for script in ScriptDirectory.from_config(_config()).walk_revisions())


def _config() -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return config
