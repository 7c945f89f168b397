"""Wish lists: bounded, in the order of the wishes, joined at sign-in."""

import pytest

from online_models.schema.events import ItemId, VisitorId
from storefront.database.connection import Database
from storefront.visitor_state.belongings import BelongingsReader
from storefront.visitor_state.visitor_store import TooMany
from storefront.visitor_state.wishes import MOST_WISHES, Wishes

ANN, V1 = VisitorId("a" + 24 * "1"), VisitorId("v1")
MUG, BAG, CUP = ItemId("mug"), ItemId("bag"), ItemId("cup")


def add(database: Database, visitor: VisitorId, *items: ItemId, at: float = 1.0) -> None:
    with database.begin() as connection:
        for place, item in enumerate(items):
            Wishes().add(connection, visitor, item, at + place, now=at)


def merge(database: Database) -> None:
    with database.begin() as connection:
        Wishes().merge(connection, V1, ANN)


def of(database: Database, visitor: VisitorId) -> tuple[ItemId, ...]:
    return BelongingsReader(database).require(visitor).wished


def test_a_wish_that_comes_again_stays_in_its_place(database: Database) -> None:
    add(database, V1, MUG, BAG, MUG)
    assert of(database, V1) == (MUG, BAG)


def test_what_is_taken_off_is_gone_for_this_visitor_alone(database: Database) -> None:
    add(database, V1, MUG, BAG)
    add(database, ANN, MUG)
    with database.begin() as connection:
        Wishes().discard(connection, V1, MUG)
        Wishes().discard(connection, V1, CUP)
    assert of(database, V1) == (BAG,)
    assert of(database, ANN) == (MUG,)


def test_a_full_list_refuses_one_more_and_keeps_what_it_has(database: Database) -> None:
    items = [ItemId(f"i{number}") for number in range(MOST_WISHES)]
    add(database, V1, *items)
    with pytest.raises(TooMany, match=str(MOST_WISHES)):
        add(database, V1, MUG)
    add(database, V1, items[0])
    assert of(database, V1) == tuple(items)


def test_a_list_joins_the_accounts_in_order_of_time_and_once(database: Database) -> None:
    add(database, ANN, CUP, at=5.0)
    add(database, V1, MUG, CUP, BAG, at=4.0)
    merge(database)
    merge(database)
    assert of(database, ANN) == (MUG, CUP, BAG)
    assert of(database, V1) == ()


def test_the_newest_join_as_far_as_there_is_room(database: Database) -> None:
    add(database, ANN, *(ItemId(f"i{number}") for number in range(MOST_WISHES - 1)), at=9.0)
    add(database, V1, MUG, BAG)
    merge(database)
    assert len(of(database, ANN)) == MOST_WISHES
    assert BAG in of(database, ANN)
    assert of(database, V1) == ()
