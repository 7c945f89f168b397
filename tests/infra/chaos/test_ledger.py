"""The books of a shopper: what must be there, what may be, and what must not."""

import pytest

from infra.chaos.ledger import Ledger


def added(ledger: Ledger, event_id: str, item: str, quantity: int = 1) -> None:
    ledger.note_sent({"event_id": event_id, "kind": "cart_item_added", "item": item, "quantity": quantity})


@pytest.fixture
def ledger() -> Ledger:
    """Two mugs with a receipt, and a lamp without."""
    ledger = Ledger()
    added(ledger, "e1", "mug", 2)
    added(ledger, "e2", "lamp")
    ledger.note_receipt("e1", accepted=True)
    return ledger


@pytest.mark.parametrize(
    ("found", "is_kept"),
    [
        ({"mug": 2}, True),
        ({"mug": 2, "lamp": 1}, True),
        ({"mug": 2, "lamp": 2}, False),
        ({"mug": 1}, False),
        ({"mug": 4}, False),
        ({}, False),
        ({"mug": 2, "plate": 1}, False),
    ],
)
def test_what_has_a_receipt_must_be_there_and_what_has_none_may_be(
    ledger: Ledger, found: dict[str, int], is_kept: bool
) -> None:
    ledger.close()
    assert ledger.is_basket_kept(found) is is_kept


def test_a_second_receipt_of_the_same_event_counts_nothing(ledger: Ledger) -> None:
    ledger.note_receipt("e1", accepted=True)
    assert ledger.basket == {"mug": 2}


def test_what_was_refused_for_good_must_not_be_there(ledger: Ledger) -> None:
    ledger.note_receipt("e2", accepted=False, reason="unknown item")
    ledger.close()
    assert not ledger.is_basket_kept({"mug": 2, "lamp": 1})


def test_an_order_with_thanks_empties_the_basket(ledger: Ledger) -> None:
    ledger.note_ordered("n1", thanked=True)
    assert ledger.orders["n1"].items == {"mug"}
    assert ledger.is_basket_kept({})
    assert not ledger.is_basket_kept({"mug": 2})


def test_without_thanks_the_basket_may_be_as_it_was_or_empty(ledger: Ledger) -> None:
    ledger.note_ordered("n1", thanked=False)
    assert ledger.is_basket_kept({})
    assert ledger.is_basket_kept({"mug": 2})


def test_stars_count_once_they_have_a_receipt() -> None:
    ledger = Ledger()
    for event_id, item in (("e1", "mug"), ("e2", "lamp")):
        ledger.note_sent({"event_id": event_id, "kind": "item_rated", "item": item, "stars": 4})
    ledger.note_receipt("e1", accepted=True)
    ledger.close()
    assert (ledger.stars, ledger.unsure_stars) == ({"mug": 4}, {"lamp": 4})
