"""Backup and restore, from either kind of database into either."""

import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select

from storefront.database import backup as backup_module
from storefront.database.backup import MANIFEST, Move, NothingToSave, write_backup
from storefront.database.connection import Database
from storefront.database.migrate import HEAD, upgrade_within
from storefront.database.restore import BadBackup, NotEmpty, check_backup, restore
from storefront.database.tables import (
    accounts,
    basket_lines,
    baskets,
    metadata,
    order_lines,
    orders,
    recovery_codes,
    reviews,
    second_factors,
    sign_ins,
    wishes,
)

NOW = 1_700_000_000.125


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Database]:
    """An empty SQLite database."""
    found = Database(f"sqlite:///{tmp_path}/other.db", is_patient=True)
    yield found
    found.close()


def fill(database: Database) -> None:
    ann = {"visitor": "a1", "email": "Ann@x.org", "email_key": "ann@x.org", "password_hash": "h", "created_at": NOW}
    with database.begin() as connection:
        connection.execute(insert(accounts).values(ann))
        connection.execute(
            insert(sign_ins).values(token_hash="t", visitor="a1", created_at=NOW, seen_at=NOW, confirmed_at=NOW)
        )
        factor = {"visitor": "a1", "secret": "sealed", "key": "k", "last_step": 2**40, "confirmed_at": NOW}
        connection.execute(insert(second_factors).values(created_at=NOW, **factor))
        connection.execute(insert(recovery_codes).values(visitor="a1", lookup="abcd", code_hash="h"))
        connection.execute(insert(orders).values(number="n", visitor="a1", placed_at=NOW, currency="GBP", total=5))
        line = {"order": "n", "item": "mug", "title": "Müg “3”\n☕", "price": 5, "quantity": 1}
        connection.execute(insert(order_lines), [line | {"position": position} for position in range(7)])
        connection.execute(
            insert(reviews).values(visitor="v1", item="mug", stars=4, written_at=0.1 + 0.2, expires_at=NOW)
        )
        connection.execute(insert(baskets).values(visitor="v1", expires_at=None))
        connection.execute(insert(basket_lines).values(visitor="v1", item="mug", quantity=2, position=-3))
        connection.execute(insert(wishes).values(visitor="v1", item="cup", wished_at=NOW, expires_at=NOW))


def rows_of(database: Database) -> dict[str, list[Any]]:
    with database.read() as connection:
        return {
            table.name: sorted(map(tuple, connection.execute(select(table)).all()), key=repr)
            for table in metadata.sorted_tables
        }


def test_what_is_restored_is_what_was_saved(
    database: Database, other: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backup_module, "AT_ONCE", 3)
    fill(database)
    saved, told = tmp_path / "saved", list[int]()

    def start(total: int) -> Move:
        told.append(total)
        return told.append

    manifest = write_backup(database, saved, NOW, start)
    assert (manifest.revision, manifest.rows, told[0], sum(told[1:])) == (HEAD, 16, 16, 16)
    assert saved.stat().st_mode & 0o077 == 0, "passwords' hashes are in it"
    restore(other, saved)
    assert rows_of(other) == rows_of(database)

    again = tmp_path / "again"
    write_backup(other, again, NOW)
    restore(database, again, replace=True)
    assert rows_of(database) == rows_of(other)
    with database.begin() as connection:
        connection.execute(accounts.delete())
    left = rows_of(database)
    assert left["sign_ins"] == left["second_factors"] == left["recovery_codes"] == [], "tables refer as before"


def test_a_database_that_holds_something_is_left_alone_unless_told(
    database: Database, other: Database, tmp_path: Path
) -> None:
    fill(other)
    write_backup(other, tmp_path / "saved", NOW)
    with database.begin() as connection:
        connection.execute(insert(baskets).values(visitor="v9"))
    before = rows_of(database)
    with pytest.raises(NotEmpty, match="baskets"):
        restore(database, tmp_path / "saved")
    assert rows_of(database) == before
    restore(database, tmp_path / "saved", replace=True)
    assert rows_of(database) == rows_of(other)


def changed(path: Path, name: str, content: bytes) -> Path:
    """Return a copy of a backup with one member replaced."""
    copy = path.with_name("changed")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(copy, "w") as new:
        for member in old.namelist():
            new.writestr(member, content if member == name else old.read(member))
    return copy


def test_a_damaged_or_newer_backup_changes_nothing(database: Database, tmp_path: Path) -> None:
    fill(database)
    saved = tmp_path / "saved"
    write_backup(database, saved, NOW)
    before = rows_of(database)
    manifest = json.loads(zipfile.ZipFile(saved).read(MANIFEST))
    newer = json.dumps(manifest | {"revision": "9999"}).encode()
    cut = tmp_path / "cut"
    cut.write_bytes(saved.read_bytes()[:-40])
    notes = tmp_path / "notes"
    notes.write_text("not a backup")
    for bad, why in (
        (changed(saved, "reviews.jsonl", b"{}\n"), "damaged"),
        (cut, "cannot be read"),
        (notes, "cannot be read"),
        (tmp_path / "none", "cannot be read"),
    ):
        with pytest.raises(BadBackup, match=why):
            restore(database, bad, replace=True)
    with pytest.raises(BadBackup, match="newer version"):
        restore(database, changed(saved, MANIFEST, newer), replace=True)
    assert rows_of(database) == before


def test_a_restore_that_fails_half_way_changes_nothing(database: Database, tmp_path: Path) -> None:
    fill(database)
    saved = tmp_path / "saved"
    write_backup(database, saved, NOW)
    before = rows_of(database)

    def start(_total: int) -> Any:
        def move(_rows: int) -> None:
            raise KeyboardInterrupt

        return move

    with pytest.raises(KeyboardInterrupt):
        restore(database, saved, replace=True, start=start)
    assert rows_of(database) == before


def test_a_backup_of_an_older_version_is_brought_up_to_date(
    database: Database, other: Database, tmp_path: Path
) -> None:
    with other.rebuild() as connection:
        upgrade_within(connection, "0002")
        connection.exec_driver_sql("INSERT INTO reviews (visitor, item, stars, written_at) VALUES ('a1', 'mug', 4, 1)")
    saved = tmp_path / "saved"
    assert write_backup(other, saved, NOW).revision == "0002"
    restore(database, saved)
    ((visitor, item, stars, *_),) = rows_of(database)["reviews"]
    assert (visitor, item, stars) == ("a1", "mug", 4)
    fill(database)


def test_the_shop_goes_on_while_it_is_saved_and_what_comes_then_is_not_in_it(
    database: Database, tmp_path: Path
) -> None:
    fill(database)
    saved = tmp_path / "saved"

    def start(_total: int) -> Any:
        with database.begin() as connection:
            connection.execute(insert(baskets).values(visitor="v-late"))
        return lambda _rows: None

    manifest = write_backup(database, saved, NOW, start)
    assert manifest.tables["baskets"].rows == 1
    assert len(rows_of(database)["baskets"]) == 2
    assert check_backup(saved) == manifest


def test_where_there_is_no_shop_nothing_is_saved(tmp_path: Path) -> None:
    missing = Database(f"sqlite:///{tmp_path}/missing.db")
    with pytest.raises(NothingToSave, match=r"missing\.db"):
        write_backup(missing, tmp_path / "saved", NOW)
    (tmp_path / "empty.db").touch()
    with pytest.raises(NothingToSave, match="no shop"):
        write_backup(Database(f"sqlite:///{tmp_path}/empty.db"), tmp_path / "saved", NOW)
    assert list(tmp_path.glob("saved*")) == []
