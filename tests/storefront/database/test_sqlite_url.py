"""The file of a database, however its URL is written."""

from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from storefront.database.sqlite_url import file_of


@pytest.mark.parametrize(
    ("url", "file"),
    [
        ("sqlite:////srv/shop.db", "/srv/shop.db"),
        ("sqlite:////srv/shop.db?timeout=5", "/srv/shop.db"),
        ("sqlite:///file:/srv/shop.db?mode=ro&uri=true", "/srv/shop.db"),
        ("sqlite:///file:///srv/my%20shop.db?uri=1", "/srv/my shop.db"),
        ("sqlite:///file://localhost/srv/shop.db?cache=private&uri=true", "/srv/shop.db"),
        ("sqlite:///file:shop.db?uri=true", "shop.db"),
    ],
)
def test_a_file_is_found_behind_its_url(url: str, file: str) -> None:
    assert file_of(make_url(url)) == Path(file)


def test_what_is_called_like_a_uri_is_a_path_unless_the_url_says_otherwise(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert file_of(make_url("sqlite:///file:shop.db")) == tmp_path / "file:shop.db"


@pytest.mark.parametrize(
    "url", ["sqlite://", "sqlite:///:memory:", "sqlite:///file:shop?mode=memory&uri=true", "sqlite:///?uri=true"]
)
def test_a_database_in_memory_has_no_file(url: str) -> None:
    assert file_of(make_url(url)) is None
