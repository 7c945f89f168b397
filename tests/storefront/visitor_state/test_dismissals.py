from sqlalchemy import event

from online_models.schema.events import ItemId, VisitorId
from storefront.database.connection import Database
from storefront.visitor_state.belongings import BelongingsReader
from storefront.visitor_state.dismissals import ITEMS_KEPT, NONE_SECONDS, Dismissals
from tests.storefront.manual_clock import Clock

ANN, V1, V2 = VisitorId("a" + 24 * "1"), VisitorId("v1"), VisitorId("v2")
MUG, BAG = ItemId("mug"), ItemId("bag")


def add(database: Database, visitor: VisitorId, item: ItemId, at: float) -> None:
    with database.begin() as connection:
        Dismissals(database).add(connection, visitor, item, at, now=at)


def of(database: Database, visitor: VisitorId) -> tuple[ItemId, ...]:
    return BelongingsReader(database).require(visitor).dismissed


def test_the_newest_ones_are_kept(database: Database) -> None:
    items = [ItemId(f"i{number}") for number in range(ITEMS_KEPT + 2)]
    for at, item in enumerate(items, 1):
        add(database, V1, item, float(at))
    assert of(database, V1) == tuple(items[2:])


def test_a_dismissal_can_be_taken_back(database: Database) -> None:
    add(database, V1, MUG, 1.0)
    add(database, V1, BAG, 2.0)
    with database.begin() as connection:
        Dismissals(database).discard(connection, V1, MUG)
        Dismissals(database).discard(connection, ANN, BAG)
    assert of(database, V1) == (BAG,)


def test_only_what_was_dismissed_before_a_view_comes_back_with_it(database: Database) -> None:
    add(database, V1, MUG, 5.0)
    dismissals = Dismissals(database)
    assert [dismissals.was_dismissed(V1, MUG, before) for before in (4.0, 6.0)] == [False, True]
    assert not dismissals.was_dismissed(V1, BAG, 6.0)


def test_most_views_do_not_ask_the_database(database: Database) -> None:
    clock = Clock()
    dismissals = Dismissals(database, clock)
    asked: list[str] = []
    event.listen(database._engine, "before_cursor_execute", lambda *call: asked.append(call[2]))
    assert not any(dismissals.was_dismissed(V1, item, 9.0) for item in (MUG, BAG, MUG))
    assert sum("FROM dismissals" in statement for statement in asked) == 1
    add(database, V1, MUG, 5.0)
    dismissals.renew(V1)
    assert dismissals.was_dismissed(V1, MUG, 9.0), "dismissed here"
    add(database, ANN, MUG, 5.0)
    assert not dismissals.was_dismissed(V2, MUG, 9.0)
    add(database, V2, MUG, 5.0)
    clock.now += NONE_SECONDS + 1
    assert dismissals.was_dismissed(V2, MUG, 9.0), "dismissed at another storefront"


def test_they_go_to_the_account(database: Database) -> None:
    add(database, V1, MUG, 1.0)
    add(database, V1, BAG, 2.0)
    add(database, ANN, BAG, 3.0)
    for _ in range(2):
        with database.begin() as connection:
            Dismissals(database).merge(connection, V1, ANN)
    assert (of(database, V1), of(database, ANN)) == ((), (MUG, BAG))
