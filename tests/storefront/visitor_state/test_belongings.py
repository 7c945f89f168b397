import pytest
from flask import Flask
from sqlalchemy import event

from online_models.schema.events import ItemId, VisitorId
from storefront.database.connection import Database, DatabaseDown
from storefront.visitor_state.baskets import Baskets
from storefront.visitor_state.belongings import UNKNOWN, Belongings, BelongingsReader

V1, MUG = VisitorId("v1"), ItemId("mug")


def put(database: Database, quantity: int) -> None:
    with database.begin() as connection:
        Baskets().put(connection, V1, MUG, quantity, now=0.0)


def test_a_request_reads_once_until_it_changes_something(database: Database) -> None:
    reader = BelongingsReader(database)
    put(database, 2)
    with Flask(__name__).app_context():
        assert reader.read(V1).basket == {MUG: 2}
        put(database, 3)
        assert reader.read(V1).basket == {MUG: 2}
        reader.renew()
        assert reader.read(V1).basket == {MUG: 3}
    put(database, 4)
    assert reader.read(V1).count == 4


def test_all_of_it_is_one_statement(database: Database) -> None:
    reader, statements = BelongingsReader(database), []
    reader.read(V1)
    with database.read() as connection:
        event.listen(connection.engine, "before_cursor_execute", lambda _c, _cursor, text, *_: statements.append(text))
    assert reader.read(V1) == Belongings()
    assert len(statements) == 1


def test_while_the_database_is_down_nothing_is_known() -> None:
    reader = BelongingsReader(Database("postgresql://nobody@127.0.0.1:1/none"))
    assert reader.read(V1) == UNKNOWN
    with pytest.raises(DatabaseDown):
        reader.require(V1)
