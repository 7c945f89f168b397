"""The page of your recommendations: what it tells, and what its switches do."""

import re

import pytest
from flask.testing import FlaskClient

from online_models.schema.events import (
    Event,
    EventId,
    ItemForgotten,
    ItemId,
    ItemViewed,
    RankingId,
    ReasonsRequested,
    TasteReset,
    VisitorId,
)
from online_models.schema.explanation import KINDS, KnownInteraction, ReasonShare, SlateExplanation
from online_models.schema.phrases import CHOSEN_WITH
from online_models.schema.recommendations import RankedItem, Ranking, Reason
from tests.storefront.in_memory import MemoryEventPublisher, MemoryServingReader

ADDRESS = "/account/recommendations"


def text_of(client: FlaskClient, address: str = ADDRESS) -> str:
    response = client.get(address)
    assert (response.status_code, response.mimetype) == (200, "text/html")
    return response.get_data(as_text=True)


def visitor_of(client: FlaskClient, publisher: MemoryEventPublisher) -> VisitorId:
    client.get("/")
    client.get(ADDRESS)
    return publisher.events[-1].visitor


@pytest.fixture
def visitor(client: FlaskClient, publisher: MemoryEventPublisher, reader: MemoryServingReader) -> VisitorId:
    """Somebody whose list is explained: the bag, because of the mug."""
    visitor = visitor_of(client, publisher)
    reason = Reason(phrase=CHOSEN_WITH, named="Red Heart Mug", evidence=ItemId("mug"))
    ranked = RankedItem(item=ItemId("bag"), score=1.0, member="transitions", reason=reason)
    reader.rankings[visitor] = Ranking(
        ranking_id=RankingId("r1"), visitor=visitor, ranked_at=1.0, items=(ranked,), causes=(EventId("e1"),)
    )
    reader.why[visitor] = SlateExplanation(
        ranking_id=RankingId("r1"),
        parts={
            ItemId("bag"): (
                ReasonShare(0, 70, ItemId("mug")),
                ReasonShare(KINDS.index("popular"), 30),
                ReasonShare(99, 1),
            )
        },
        history=(
            KnownInteraction(ItemId("mug"), "viewed", 1_700_000_000),
            KnownInteraction(ItemId("cup"), "basket", 1_700_000_000),
            KnownInteraction(ItemId("sold out long ago"), "bought", 1_700_000_000),
        ),
        dismissed=(ItemId("tote"),),
    )
    publisher.events.clear()
    return visitor


def said(publisher: MemoryEventPublisher) -> list[Event]:
    return [event for event in publisher.events if not isinstance(event, ItemViewed)]


def test_a_stranger_gets_the_page_and_the_learner_is_asked(
    client: FlaskClient, publisher: MemoryEventPublisher
) -> None:
    page = text_of(client)
    (asked,) = publisher.events
    assert isinstance(asked, ReasonsRequested)
    assert "Your recommendations" in page
    assert "Red Heart Mug" in page
    assert "Please try again in a moment" in page


def test_each_item_says_what_carried_it_and_which_of_your_products_spoke(
    client: FlaskClient, visitor: VisitorId, publisher: MemoryEventPublisher
) -> None:
    page = text_of(client)
    assert "Often chosen with Red Heart Mug" in page
    assert 'x="70" width="30"' in page
    assert "Often chosen together" in page
    assert 'aria-label="What led to it"' in page
    assert publisher.events == []


def test_the_page_says_what_the_shop_knows(client: FlaskClient, visitor: VisitorId) -> None:
    known = text_of(client).split('id="why-known"')[1]
    assert "Viewed" in known
    assert "In your basket" in known
    assert "Show again" in known
    assert "Jumbo Tote" in known
    assert known.count("Remove") == 1


def test_an_explanation_of_another_list_is_not_mixed_with_this_one(
    client: FlaskClient, visitor: VisitorId, reader: MemoryServingReader
) -> None:
    reader.why[visitor] = SlateExplanation(ranking_id=RankingId("r0"), parts=reader.why[visitor].parts)
    page = text_of(client)
    assert "Often chosen with Red Heart Mug" in page
    assert "why__bar" not in page


def test_the_page_that_follows_the_list_does_not_ask_again(
    client: FlaskClient, publisher: MemoryEventPublisher
) -> None:
    text_of(client, f"{ADDRESS}?live=1")
    assert publisher.events == []


def test_a_view_is_forgotten_by_a_form(
    client: FlaskClient, visitor: VisitorId, publisher: MemoryEventPublisher, token: str
) -> None:
    response = client.post(f"{ADDRESS}/forgotten", data={"token": token, "item": "mug"})
    assert response.status_code == 303
    (event,) = said(publisher)
    assert isinstance(event, ItemForgotten)
    assert (event.visitor, event.item) == (visitor, "mug")
    assert "It no longer affects your recommendations" in text_of(client, response.location)


def test_what_is_not_sold_any_more_can_be_forgotten(
    client: FlaskClient, visitor: VisitorId, publisher: MemoryEventPublisher, token: str
) -> None:
    assert client.post(f"{ADDRESS}/forgotten", data={"token": token, "item": "old"}).status_code == 303
    assert isinstance(said(publisher)[0], ItemForgotten)


def test_not_interested_and_back(
    client: FlaskClient, visitor: VisitorId, publisher: MemoryEventPublisher, token: str
) -> None:
    client.post(f"{ADDRESS}/dismissed", data={"token": token, "item": "bag"})
    page = text_of(client)
    assert 'data-item="bag"' not in page
    assert "Red Heart Bag" in page.split('id="why-known"')[1]
    client.post(f"{ADDRESS}/forgotten", data={"token": token, "item": "bag"})
    assert 'data-item="bag"' in text_of(client)
    assert [type(event).__name__ for event in said(publisher)] == ["ItemDismissed", "ItemForgotten"]


def test_a_reset_asks_first_and_brings_back_what_was_dismissed(
    client: FlaskClient, visitor: VisitorId, publisher: MemoryEventPublisher, token: str
) -> None:
    assert "can’t undo" in text_of(client, f"{ADDRESS}/reset")
    assert said(publisher) == []
    client.post(f"{ADDRESS}/dismissed", data={"token": token, "item": "bag"})
    response = client.post(f"{ADDRESS}/reset", data={"token": token})
    assert response.status_code == 303
    assert isinstance(said(publisher)[-1], TasteReset)
    page = text_of(client, response.location)
    assert "Your recommendations have been reset. Erased: 2 products from your activity, 2 marked as not" in page
    assert 'data-item="bag"' in page


def test_a_reset_gives_a_receipt_as_a_file_to_anybody(client: FlaskClient, visitor: VisitorId, token: str) -> None:
    client.post(f"{ADDRESS}/dismissed", data={"token": token, "item": "bag"})
    page = text_of(client, client.post(f"{ADDRESS}/reset", data={"token": token}).location)
    address = re.search(r'href="(/account/receipt\?receipt=([^"]+))"', page)
    assert address is not None
    receipt = client.get(address[1]).get_json()
    assert (receipt["scope"], receipt["erased"]) == ("recommendations", {"dismissed": 2, "activity": 2})
    assert receipt["remains"][0].startswith("Your basket, orders")
    assert visitor not in str(receipt)
    assert "Receipt" not in text_of(client, f"/account/goodbye?receipt={address[2]}"), "no account was deleted"


@pytest.mark.parametrize("address", ["forgotten", "dismissed", "reset"])
def test_forms_need_their_token(
    client: FlaskClient, visitor: VisitorId, publisher: MemoryEventPublisher, address: str
) -> None:
    assert client.post(f"{ADDRESS}/{address}", data={"item": "mug"}).status_code == 400
    assert said(publisher) == []


def test_bad_forms_are_refused(client: FlaskClient, visitor: VisitorId, token: str) -> None:
    assert client.post(f"{ADDRESS}/forgotten", data={"token": token}).status_code == 400
    assert client.post(f"{ADDRESS}/forgotten", data={"token": token, "item": "cup\x00"}).status_code == 400
    assert client.post(f"{ADDRESS}/dismissed", data={"token": token, "item": "unheard-of"}).status_code == 404


def test_with_redis_down_the_page_is_there(
    client: FlaskClient, visitor: VisitorId, reader: MemoryServingReader
) -> None:
    reader.up = False
    assert "Your recommendations" in text_of(client)


def test_the_front_page_leads_here_and_here_leads_to_the_preferences(client: FlaskClient) -> None:
    assert f'href="{ADDRESS}">Why these?' in client.get("/").get_data(as_text=True)
    assert 'href="/account/profile#preferences"' in client.get(ADDRESS).get_data(as_text=True)
