from pathlib import Path
from threading import Thread

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import insert, inspect, select
from sqlalchemy.exc import IntegrityError

from storefront.database.connection import Database, DatabaseDown
from storefront.database.migrate import HEAD, MIGRATIONS
from storefront.database.tables import accounts, metadata, orders, sign_ins

ANN = {"visitor": "a1", "email": "Ann@x.org", "email_key": "ann@x.org", "password_hash": "h", "created_at": 1.0}


def test_the_migrations_make_the_tables_that_the_code_names(database: Database) -> None:
    with database.begin() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_the_newest_migration_is_the_one_that_the_code_names() -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    assert ScriptDirectory.from_config(config).get_current_head() == HEAD


def test_what_was_written_is_there_for_the_next_one(database: Database) -> None:
    with database.begin() as connection:
        connection.execute(insert(accounts).values(ANN))
    again = Database(database.url.render_as_string(hide_password=False), is_patient=True)
    with again.begin() as connection:
        assert connection.execute(select(accounts.c.role)).scalar_one() == "shopper"
    again.close()


def test_a_transaction_that_fails_leaves_nothing(database: Database) -> None:
    def twice() -> None:
        with database.begin() as connection:
            connection.execute(insert(accounts).values(ANN))
            connection.execute(insert(accounts).values(ANN | {"visitor": "a2"}))

    with pytest.raises(IntegrityError):
        twice()
    with database.begin() as connection:
        assert connection.execute(select(accounts.c.visitor)).all() == []


def test_sign_ins_go_with_their_account_and_orders_do_not(database: Database) -> None:
    with database.begin() as connection:
        connection.execute(insert(accounts).values(ANN))
        connection.execute(
            insert(sign_ins).values(token_hash="t", visitor="a1", created_at=1.0, seen_at=1.0, confirmed_at=1.0)
        )
        connection.execute(insert(orders).values(number="n", visitor="a1", placed_at=1.0, currency="GBP", total=5))
    with database.begin() as connection:
        connection.execute(accounts.delete())
    with database.begin() as connection:
        assert connection.execute(select(sign_ins)).all() == []
        assert len(connection.execute(select(orders)).all()) == 1


def test_two_that_start_at_once_migrate_once(database: Database) -> None:
    address = database.url.render_as_string(hide_password=False)
    both = [Database(address, is_patient=True), Database(address, is_patient=True)]
    up: list[bool] = []
    threads = [Thread(target=lambda one=one: up.append(one.is_up)) for one in both]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert up == [True, True]
    with both[0].begin() as connection:
        assert set(inspect(connection).get_table_names()) == {*metadata.tables, "alembic_version"}
    for one in both:
        one.close()


def test_a_database_that_is_not_there_is_down() -> None:
    database = Database("postgresql://nobody@127.0.0.1:1/none")
    assert not database.is_up
    with pytest.raises(DatabaseDown), database.begin():
        pass


@pytest.mark.integration
@pytest.mark.parametrize(
    "taken",
    [
        "ALTER DATABASE {database} SET default_transaction_read_only = on",
        "REVOKE INSERT ON accounts FROM reader",
    ],
    ids=["read-only", "no privilege"],
)
def test_a_postgresql_that_takes_no_changes_is_read_as_ever(empty_postgres: str, taken: str) -> None:
    owner = Database(empty_postgres, is_patient=True)
    name = owner.url.database
    with owner.begin() as connection:
        connection.execute(insert(accounts).values(ANN))
        connection.exec_driver_sql("DROP ROLE IF EXISTS reader")
        connection.exec_driver_sql("CREATE ROLE reader LOGIN PASSWORD 'reads'")
        connection.exec_driver_sql("GRANT ALL ON ALL TABLES IN SCHEMA public TO reader")
        connection.exec_driver_sql(taken.format(database=f'"{name}"'))
    address = owner.url.set(username="reader", password="reads").render_as_string(hide_password=False)
    shop = Database(address)
    with pytest.raises(DatabaseDown), shop.begin() as connection:
        connection.execute(insert(accounts).values(ANN | {"visitor": "b1", "email_key": "b"}))
    with shop.read() as connection:
        assert connection.execute(select(accounts.c.visitor)).scalars().all() == ["a1"]
    shop.close()
    with owner.rebuild() as connection:
        connection.exec_driver_sql("SET TRANSACTION READ WRITE")
        connection.exec_driver_sql("DROP OWNED BY reader")
        connection.exec_driver_sql("DROP ROLE reader")
    owner.close()


def test_a_file_that_is_no_database_is_down_not_emptied(tmp_path: Path) -> None:
    path = tmp_path / "shop.db"
    path.write_text("these are somebody's notes, and not few of them" * 99)
    with pytest.raises(DatabaseDown), Database(f"sqlite:///{path}").begin():
        pass
    assert path.read_text().startswith("these are")
