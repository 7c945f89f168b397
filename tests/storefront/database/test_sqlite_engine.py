import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import insert, select

from storefront.database.backup import write_backup
from storefront.database.connection import Database, DatabaseDown
from storefront.database.tables import baskets


def test_who_waits_for_the_lock_does_not_hold_up_the_other_greenlets(database: Database) -> None:
    """On both kinds of database."""
    module = "tests.storefront.database.cooperative_waits"
    url = database.url.set(drivername=database.url.get_backend_name()).render_as_string(hide_password=False)
    run = [sys.executable, "-m", "gevent.monkey", "--module", module, url]
    answer = subprocess.run(run, capture_output=True, text=True, timeout=120, check=False)
    assert answer.stdout.split() == ["released", "written", "2"], answer.stderr


def test_a_commit_is_on_the_disk_and_waits_for_it_aside(tmp_path: Path) -> None:
    commits = 0

    def aside(work: Callable[[], object]) -> object:
        nonlocal commits
        commits += 1
        return work()

    database = Database(f"sqlite:///{tmp_path}/shop.db", aside)
    database.open()
    before = commits
    with database.begin() as connection:
        connection.execute(insert(baskets).values(visitor="v1"))
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2, "every commit waits for the disk"
    assert commits == before + 1
    with database.read() as connection:
        assert connection.execute(select(baskets.c.visitor)).scalars().all() == ["v1"]
    assert commits == before + 1, "who reads waits for nothing"
    database.close()


def test_who_reads_does_not_wait_for_who_writes_and_a_writer_gives_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storefront.database.sqlite_engine.LOCK_SECONDS", 0.05)
    database = Database(f"sqlite:///{tmp_path}/shop.db")
    database.open()
    other = sqlite3.connect(tmp_path / "shop.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    assert database.is_up
    with pytest.raises(DatabaseDown), database.begin() as connection:
        connection.execute(insert(baskets).values(visitor="v1"))
    assert database.is_up
    other.rollback()
    with database.begin() as connection:
        connection.execute(insert(baskets).values(visitor="v1"))
    other.close()
    database.close()


def test_a_database_that_others_could_read_is_closed_wherever_it_is(tmp_path: Path) -> None:
    files = [tmp_path / name for name in ("shop.db", "shop.db-wal", "shop.db-shm")]
    for file in files:
        file.touch()
        file.chmod(0o644)
    Database(f"sqlite:///{files[0]}").close()
    assert [file.stat().st_mode & 0o777 for file in files] == [0o600] * 3


@pytest.mark.parametrize(
    "url",
    [
        "sqlite:///{}/shop.db",
        "sqlite:///{}/shop.db?timeout=0",
        "sqlite:///file:{}/shop.db?mode=rwc&uri=true",
        "sqlite:///file://{}/shop.db?uri=true",
        "sqlite:///file://localhost{}/%73hop.db?cache=private&uri=true",
    ],
)
def test_the_folder_that_is_made_is_the_files_own_whatever_the_url_says_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    database = Database(url.format(tmp_path / "there"))
    database.open()
    database.close()
    assert list(Path().iterdir()) == []
    assert (tmp_path / "there" / "shop.db").stat().st_mode & 0o077 == 0


def test_a_database_that_is_only_read_is_saved(tmp_path: Path) -> None:
    Database(f"sqlite:///{tmp_path}/shop.db").open()
    database = Database(f"sqlite:///file:{tmp_path}/shop.db?mode=ro&uri=true")
    manifest = write_backup(database, tmp_path / "backup.zip", 1.0)
    database.close()
    assert manifest.rows == 0
