"""History becomes events, the same ones on every run."""

from bootstrap.read.history import events_of, history_digest
from online_models.schema.events import ItemPurchased, ItemRated, ItemViewed, decode, encode
from tests.bootstrap.builders import a_history


def test_a_purchase_carries_all_that_the_row_says() -> None:
    event = next(events_of(a_history()))

    assert isinstance(event, ItemPurchased)
    assert (event.visitor, event.item, event.quantity, event.price, event.order) == (
        "customer-0",
        "item-0",
        1,
        295,
        "order-0",
    )
    assert event.occurred_at == 1.26e9
    assert event.surface == "history"


def test_every_event_survives_the_wire() -> None:
    for event in events_of(a_history()):
        assert decode(encode(event)) == event


def test_the_same_history_makes_the_same_ids_and_none_twice() -> None:
    first, second = ([event.event_id for event in events_of(a_history(50))] for _ in range(2))

    assert first == second
    assert len(set(first)) == 50


def test_equal_rows_are_still_two_events() -> None:
    history = a_history(1)
    doubled = history.loc[[0, 0]].reset_index(drop=True)

    one, other = events_of(doubled)

    assert one.event_id != other.event_id


def test_ids_are_ordered_by_time() -> None:
    ids = [event.event_id for event in events_of(a_history(50))]

    assert ids == sorted(ids)


def test_starting_later_makes_the_same_events() -> None:
    assert list(events_of(a_history(20), 15)) == list(events_of(a_history(20)))[15:]


def test_other_kinds_become_their_events() -> None:
    history = a_history(2)
    history["kind"] = ["view", "rating"]
    history["quantity"] = [1, 4]

    view, rating = events_of(history)

    assert isinstance(view, ItemViewed)
    assert isinstance(rating, ItemRated)
    assert rating.stars == 4


def test_another_history_has_another_digest() -> None:
    changed = a_history()
    changed.loc[3, "quantity"] = 99

    assert history_digest(a_history()) == history_digest(a_history())
    assert history_digest(a_history()) != history_digest(changed)
