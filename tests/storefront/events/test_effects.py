import pytest

from online_models.schema.events import (
    AnyEvent,
    CartItemAdded,
    CartItemRemoved,
    EventId,
    ItemDismissed,
    ItemForgotten,
    ItemId,
    ItemRated,
    ItemUnwished,
    ItemViewed,
    ItemWished,
    TasteReset,
    VisitorId,
)
from online_models.schema.keyspace import MAX_BASKET_LINES
from storefront.database.connection import Database
from storefront.events.effects import Effects
from storefront.reviews.review_store import ReviewStore
from storefront.visitor_state.applied_events import AppliedEvents
from storefront.visitor_state.baskets import Baskets
from storefront.visitor_state.belongings import Belongings, BelongingsReader
from storefront.visitor_state.dismissals import Dismissals
from storefront.visitor_state.visitor_store import TooMany
from storefront.visitor_state.wishes import MOST_WISHES, Wishes
from tests.storefront.database.conftest import database as database

V1, ANN = VisitorId("v1"), VisitorId("a" + 24 * "1")
MUG, BAG = ItemId("mug"), ItemId("bag")


def effects_on(database: Database) -> Effects:
    reader, reviews, dismissals = BelongingsReader(database), ReviewStore(database), Dismissals(database)
    return Effects(database, reader, AppliedEvents(), Baskets(), reviews, dismissals, Wishes())


@pytest.fixture
def effects(database: Database) -> Effects:
    return effects_on(database)


def head(number: int, visitor: VisitorId = V1) -> dict[str, object]:
    return {"event_id": EventId(f"e{number}"), "visitor": visitor, "occurred_at": float(number)}


def added(number: int, item: ItemId = MUG, quantity: int = 1) -> CartItemAdded:
    return CartItemAdded(**head(number), item=item, quantity=quantity)  # type: ignore[arg-type]  # a builder


def rated(number: int, stars: int) -> ItemRated:
    return ItemRated(**head(number), item=MUG, stars=stars)  # type: ignore[arg-type]  # a builder


def apply(effects: Effects, *events: AnyEvent) -> Belongings:
    for event in events:
        effects.apply(event, event.occurred_at)
    return effects.belongings.require(V1)


def test_an_event_that_is_sent_again_to_another_process_changes_nothing(database: Database, effects: Effects) -> None:
    assert apply(effects, added(1, quantity=2)).basket == {MUG: 2}
    other = Database(database.url.render_as_string(hide_password=False), is_patient=True)
    assert apply(effects_on(other), added(1, quantity=2)).basket == {MUG: 2}
    assert apply(effects_on(other), added(2, quantity=2)).basket == {MUG: 4}
    other.close()


def test_an_old_event_that_comes_again_does_not_undo_a_newer_one(effects: Effects) -> None:
    removed = CartItemRemoved(**head(2), item=MUG)  # type: ignore[arg-type]  # a builder
    dismissed = ItemDismissed(**head(6), item=BAG)  # type: ignore[arg-type]  # a builder
    forgotten = ItemForgotten(**head(7), item=BAG)  # type: ignore[arg-type]  # a builder
    events = (added(1), removed, added(3), rated(4, 2), rated(5, 5), dismissed, forgotten)
    after = apply(effects, *events)
    assert after == Belongings({MUG: 1}, {MUG: 5})
    assert apply(effects, *events, removed, rated(4, 2), dismissed) == after


def test_a_wish_is_kept_once_and_taken_back_once(effects: Effects) -> None:
    wished, again = (ItemWished(**head(n), item=MUG) for n in (1, 3))  # type: ignore[arg-type]  # a builder
    unwished = ItemUnwished(**head(2), item=MUG)  # type: ignore[arg-type]  # a builder
    assert apply(effects, wished, wished).wished == (MUG,)
    assert apply(effects, unwished).wished == ()
    assert apply(effects, wished).wished == (), "sent again, it is the old one"
    assert apply(effects, again, unwished).wished == (MUG,)


def test_a_full_wish_list_takes_no_more_and_what_is_there_may_come_again(effects: Effects) -> None:
    wishes = [ItemWished(**head(n), item=ItemId(f"i{n}")) for n in range(1, MOST_WISHES + 1)]  # type: ignore[arg-type]  # a builder
    full = apply(effects, *wishes)
    more = ItemWished(**head(999), item=MUG)  # type: ignore[arg-type]  # a builder
    with pytest.raises(TooMany):
        effects.check(more)
    with pytest.raises(TooMany):
        effects.apply(more, 999.0)
    effects.check(ItemWished(**head(998), item=ItemId("i1")))  # type: ignore[arg-type]  # a builder
    assert effects.belongings.require(V1) == full


def test_an_event_that_could_not_be_stored_leaves_nothing_and_can_be_sent_again(effects: Effects) -> None:
    for number in range(MAX_BASKET_LINES):
        effects.put(V1, ItemId(f"i{number}"), 1, 0.0)
    with pytest.raises(TooMany):
        apply(effects, added(1))
    effects.put(V1, ItemId("i0"), 0, 0.0)
    assert apply(effects, added(1)).basket[MUG] == 1


def test_a_view_lets_a_product_come_back_that_was_dismissed_before_it(effects: Effects) -> None:
    view = ItemViewed(**head(3), item=MUG)  # type: ignore[arg-type]  # a builder
    first, later = (ItemDismissed(**head(n), item=MUG) for n in (2, 4))  # type: ignore[arg-type]  # a builder
    assert apply(effects, first).dismissed == (MUG,)
    assert apply(effects, view).dismissed == ()
    assert apply(effects, later, view).dismissed == (MUG,), "the view was before"


def test_a_reset_forgets_dismissals_and_nothing_else(effects: Effects) -> None:
    dismissed = ItemDismissed(**head(1), item=BAG)  # type: ignore[arg-type]  # a builder
    reset = TasteReset(**head(2))  # type: ignore[arg-type]  # a builder
    assert apply(effects, dismissed, added(3), rated(4, 3), reset) == Belongings({MUG: 1}, {MUG: 3})


def test_what_was_sent_before_the_sign_in_and_again_after_it_counts_once(database: Database, effects: Effects) -> None:
    apply(effects, added(1))
    with database.begin() as connection:
        for table in (Baskets(), AppliedEvents()):
            table.merge(connection, V1, ANN)
    effects.apply(CartItemAdded(**head(1, ANN), item=MUG), 9.0)  # type: ignore[arg-type]  # a builder
    assert effects.belongings.require(ANN).basket == {MUG: 1}
