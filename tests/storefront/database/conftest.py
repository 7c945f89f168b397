from collections.abc import Iterator
from pathlib import Path

import pytest

from storefront.database.connection import Database


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.integration)])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """An empty database of each kind."""
    is_sqlite = request.param == "sqlite"
    found = Database(f"sqlite:///{tmp_path}/shop.db" if is_sqlite else request.getfixturevalue("empty_postgres"))
    yield found
    found.close()
