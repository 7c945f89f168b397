"""``riverfront backup`` and ``restore``, on databases of their own."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from infra.cli.backup import backup, restore
from infra.errors import CannotRun
from online_models.schema.events import VisitorId
from storefront.accounts.account import Account
from storefront.accounts.account_store import AccountStore
from storefront.database.connection import Database


def accounts_at(path: Path) -> AccountStore:
    return AccountStore(Database(f"sqlite:///{path}"))


def run(command: object, database: Path, *words: str) -> Result:
    environment = {"RIVERFRONT_DATABASE": f"sqlite:///{database}", "RIVERFRONT_HOME": str(database.parent)}
    return CliRunner().invoke(command, words, env=environment)  # type: ignore[arg-type]  # a command


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    path = tmp_path / "shop.db"
    accounts_at(path).add(Account(VisitorId("a1"), "ann@example.com", "Ann", "hash"))
    return path


def test_one_command_saves_and_one_restores(shop: Path, tmp_path: Path) -> None:
    saved, fresh = tmp_path / "saved.zip", tmp_path / "fresh.db"
    answer = run(backup, shop, str(saved))
    assert answer.exit_code == 0
    assert "Saved 1 rows" in answer.stdout
    assert run(restore, fresh, str(saved)).exit_code == 0
    assert accounts_at(fresh).find(VisitorId("a1")) is not None


def test_what_is_there_is_not_overwritten_unless_told(shop: Path, tmp_path: Path) -> None:
    saved = tmp_path / "saved.zip"
    run(backup, shop, str(saved))
    for answer, words in (
        (run(backup, shop, str(saved)), "exists already"),
        (run(restore, shop, str(saved)), "--replace"),
        (run(restore, shop, str(tmp_path / "none")), "Nothing was changed"),
        (run(backup, tmp_path / "none.db", str(tmp_path / "other.zip")), "Nothing to save"),
        (run(backup, shop, str(tmp_path / "none" / "saved.zip")), "cannot be written"),
    ):
        assert isinstance(answer.exception, CannotRun)
        assert words in str(answer.exception)
    assert run(restore, shop, str(saved), "--replace").exit_code == 0
