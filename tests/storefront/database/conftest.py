from collections.abc import Iterator
from pathlib import Path

import pytest

from storefront.database.connection import Database


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.integration)])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """An empty database of each kind."""
    is_sqlite = request.param == "sqlite"
    url = f"sqlite:///{tmp_path}/shop.db" if is_sqlite else request.getfixturevalue("empty_postgres")
    found = Database(url, is_patient=True)
    yield found
    found.close()
