import pytest
from sqlalchemy import insert, select

from online_models.schema.events import EventId, ItemId, VisitorId
from storefront.database.connection import Database
from storefront.database.tables import applied_events, baskets
from storefront.reviews.review_store import ReviewStore
from storefront.visitor_state import expiry
from storefront.visitor_state.applied_events import KEPT_SECONDS, AppliedEvents
from storefront.visitor_state.baskets import Baskets
from storefront.visitor_state.belongings import Belongings, BelongingsReader
from storefront.visitor_state.dismissals import Dismissals
from storefront.visitor_state.expiry import (
    BASKET_SECONDS,
    DISMISSAL_SECONDS,
    RATING_SECONDS,
    WISH_SECONDS,
    sweep,
    trim_applied,
)
from storefront.visitor_state.wishes import Wishes

ANN, V1 = VisitorId("a" + 24 * "1"), VisitorId("v1")
MUG, BAG, CUP = ItemId("mug"), ItemId("bag"), ItemId("cup")


def fill(database: Database, visitor: VisitorId, now: float = 0.0) -> None:
    with database.begin() as connection:
        AppliedEvents().add(connection, visitor, EventId("e1"), now)
        Baskets().add(connection, visitor, MUG, 2, now)
        ReviewStore(database).put_stars(connection, visitor, MUG, 5, now)
        Dismissals(database).add(connection, visitor, BAG, now, now)
        Wishes().add(connection, visitor, CUP, now, now)


def test_what_an_anonymous_visitor_has_expires_part_by_part_and_an_accounts_stays(database: Database) -> None:
    fill(database, V1)
    fill(database, ANN)
    reader, all_of_it = BelongingsReader(database), Belongings({MUG: 2}, {MUG: 5}, (BAG,), (CUP,))
    assert sweep(database, 1.0) == 0
    assert reader.require(V1) == all_of_it

    sweep(database, BASKET_SECONDS + 1)
    assert reader.require(V1).basket == {}
    sweep(database, DISMISSAL_SECONDS + 1)
    assert reader.require(V1) == Belongings(stars={MUG: 5}, wished=(CUP,))
    sweep(database, max(RATING_SECONDS, WISH_SECONDS) + 1)
    assert reader.require(V1) == Belongings()
    assert reader.require(ANN) == all_of_it


def test_a_basket_lives_from_its_last_change(database: Database) -> None:
    fill(database, V1)
    with database.begin() as connection:
        Baskets().add(connection, V1, BAG, 1, BASKET_SECONDS)
    sweep(database, BASKET_SECONDS + 1)
    assert BelongingsReader(database).require(V1).basket == {MUG: 2, BAG: 1}


def test_what_goes_to_an_account_does_not_expire(database: Database) -> None:
    fill(database, V1)
    with database.begin() as connection:
        for table in (Baskets(), ReviewStore(database), Dismissals(database), Wishes(), AppliedEvents()):
            table.merge(connection, V1, ANN)
    sweep(database, 2 * RATING_SECONDS)
    assert BelongingsReader(database).require(ANN) == Belongings({MUG: 2}, {MUG: 5}, (BAG,), (CUP,))


def test_a_sweep_goes_on_in_small_transactions_until_nothing_expired_is_left(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(expiry, "BATCH", 2)
    with database.begin() as connection:
        connection.execute(insert(baskets), [{"visitor": f"v{number}", "expires_at": 1.0} for number in range(5)])
        connection.execute(insert(baskets).values(visitor="v9", expires_at=9.0))
    assert sweep(database, 5.0) == 5
    with database.read() as connection:
        assert connection.execute(select(baskets.c.visitor)).scalars().all() == ["v9"]


def test_applied_events_are_kept_for_as_long_as_they_may_be_sent_again_and_their_number_is_bounded(
    database: Database,
) -> None:
    with database.begin() as connection:
        for number in range(5):
            AppliedEvents().add(connection, V1, EventId(f"e{number}"), float(number))
    sweep(database, KEPT_SECONDS + 0.5)
    trim_applied(database, most=3)
    with database.read() as connection:
        kept = connection.execute(select(applied_events.c.event_id).order_by(applied_events.c.event_id))
        assert kept.scalars().all() == ["e2", "e3", "e4"]
