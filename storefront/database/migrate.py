"""Brings the tables up to date: ``upgrade`` at the first use of the database, in one transaction."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, text

MIGRATIONS = Path(__file__).parent / "migrations"

_LOCK = 4_711_010
"""PostgreSQL's advisory lock under which one storefront migrates while others wait."""


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Run the migrations that are missing."""
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        else:
            # Takes SQLite's one write lock now, so that another process waits instead of failing half way.
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        command.upgrade(config_with(connection), revision)


def config_with(connection: Connection) -> Config:
    """Return Alembic's configuration for a connection that is open."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
