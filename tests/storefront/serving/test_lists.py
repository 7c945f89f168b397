"""Every surface as the server draws it, and the form by which a card is sent away."""

from html import unescape
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from msgspec.structs import replace

from online_models.schema.events import ItemDismissed, ItemId, ItemLiked, RankingId, VisitorId
from online_models.schema.phrases import Phrase
from online_models.schema.recommendations import RankedItem, Ranking, Reason, decode_ranking
from storefront import create_app
from storefront.settings import StorefrontSettings
from storefront.visitor_state.visitors import COOKIE
from tests.storefront.browser_client import BrowserClient, browser_of
from tests.storefront.in_memory import MemoryEventPublisher, MemoryServingReader

MUG, CUP, BAG, TOTE = (ItemId(item) for item in ("mug", "cup", "bag", "tote"))


def ranked(*items: str) -> tuple[RankedItem, ...]:
    reason = Reason(phrase=Phrase("As the test says"))
    return tuple(RankedItem(item=ItemId(item), score=1.0, member="test", reason=reason) for item in items)


def a_list(visitor: VisitorId, *items: str, item: ItemId | None = None) -> Ranking:
    return Ranking(ranking_id=RankingId("r7"), visitor=visitor, ranked_at=1.0, items=ranked(*items), item=item)


def page_of(client: FlaskClient, path: str) -> str:
    return client.get(path).get_data(as_text=True)


def rail_of(page: str, name: str) -> str:
    return page.split(f'data-rail="{name}"')[1].split("</section>")[0] if f'data-rail="{name}"' in page else ""


def items_of(page: str, name: str) -> list[str]:
    return [part.split('"')[0] for part in rail_of(page, name).split('<li class="card" data-item="')[1:]]


@pytest.fixture
def visitor(client: FlaskClient) -> VisitorId:
    client.get("/")
    cookie = client.get_cookie(COOKIE)
    assert cookie is not None
    return VisitorId(cookie.value.split(".")[0])


@pytest.fixture
def small(reader: MemoryServingReader, monkeypatch: pytest.MonkeyPatch) -> MemoryServingReader:
    """A front page whose first lists are short, so that others have something left to show."""
    monkeypatch.setattr("storefront.web.catalog.home.RAIL", 1)
    return reader


def test_a_page_that_is_loaded_again_varies_at_its_end_alone(
    client: FlaskClient, reader: MemoryServingReader, visitor: VisitorId, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storefront.web.catalog.home.RAIL", 4)
    reader.rankings[visitor] = a_list(visitor, "mug", "cup", "bag", "tote", "bowl", "purse")
    opened = [items_of(page_of(client, "/"), "for_you") for _ in range(3)]
    assert opened == 3 * [["mug", "cup", "bag", "tote"]]
    again = [
        items_of(client.get("/", headers={"Cache-Control": "max-age=0"}).get_data(as_text=True), "for_you")
        for _ in range(40)
    ]
    assert {tuple(items[:3]) for items in again} == {("mug", "cup", "bag")}
    assert {items[3] for items in again} == {"tote", "bowl", "purse"}


def test_with_the_setting_off_it_does_not_vary(
    app_config: dict[str, Any],
    reader: MemoryServingReader,
    settings: StorefrontSettings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shop = create_app(app_config | {"SETTINGS": replace(settings, varied_lists=False)})
    shop.test_client_class = BrowserClient
    client = browser_of(shop)
    client.get("/")
    reader.rankings[client.anonymous()] = a_list(client.anonymous(), *(item for item in reader.catalog.products))
    monkeypatch.setattr("storefront.web.catalog.home.RAIL", 4)
    again = [
        items_of(client.get("/", headers={"Cache-Control": "max-age=0"}).get_data(as_text=True), "for_you")
        for _ in range(9)
    ]
    assert {tuple(items) for items in again} == {("mug", "cup", "bowl", "bag")}


def test_top_rated_is_there_once_there_are_ratings(client: FlaskClient, small: MemoryServingReader) -> None:
    assert "Top rated" not in page_of(client, "/")
    small.top_rated = ranked("tote", "gone")
    assert items_of(page_of(client, "/"), "top_rated") == ["tote"]


def test_a_list_that_an_earlier_version_wrote_is_drawn_in_words_of_today(
    client: FlaskClient, reader: MemoryServingReader, visitor: VisitorId
) -> None:
    payload = (
        b'{"ranking_id":"r7","visitor":"%s","ranked_at":1.0,"items":['
        b'{"item":"tote","score":1.0,"member":"next_item","reason":{"phrase":"Often next after %%(named)s",'
        b'"named":"Red Heart Mug"}},{"item":"bag","score":0.9,"member":"new","reason":{"phrase":"New here"}}]}'
    )
    reader.rankings[visitor] = decode_ranking(payload % visitor.encode())
    shown = unescape(rail_of(page_of(client, "/"), "for_you"))
    assert shown.index("Often chosen after Red Heart Mug") < shown.index("New product")
    assert "Often next after" not in shown


def test_similar_products_by_their_words_give_no_reason(client: FlaskClient, reader: MemoryServingReader) -> None:
    reader.similar = {MUG: ((BAG, 0.8), (TOTE, 0.2))}
    page = page_of(client, "/products/mug")
    shown = rail_of(page, "similar")
    assert items_of(page, "similar") == ["bag", "tote"]
    assert shown.count('<p class="card__reason"></p>') == shown.count("card__reason")


def test_new_arrivals_say_that_they_are_new(client: FlaskClient, small: MemoryServingReader) -> None:
    small.new_arrivals = ranked("bag")
    page = page_of(client, "/")
    assert items_of(page, "new_arrivals") == ["bag"]
    assert "New product" in rail_of(page, "new_arrivals")


def test_no_list_of_the_front_page_repeats_one_above_it(client: FlaskClient, small: MemoryServingReader) -> None:
    small.top_rated = small.new_arrivals = ranked("mug", "cup", "tote")
    page = page_of(client, "/")
    above = items_of(page, "for_you") + items_of(page, "trending")
    assert above == ["mug", "cup"]
    assert items_of(page, "top_rated") == ["tote"]


def test_what_goes_well_is_the_visitors_own_where_it_is_for_this_product(
    client: FlaskClient, reader: MemoryServingReader, visitor: VisitorId
) -> None:
    reader.goes_well_with = {MUG: ranked("cup"), BAG: ranked("cup")}
    reader.goes_well_with_for[visitor] = a_list(visitor, "tote", item=MUG)

    own, shared = page_of(client, "/products/mug"), page_of(client, "/products/bag")

    assert items_of(own, "goes_well_with") == ["tote", "cup"], "filled by what others took"
    assert 'data-ranking-id="r7"' in rail_of(own, "goes_well_with")
    assert items_of(shared, "goes_well_with") == ["cup"]
    assert "data-ranking-id" not in rail_of(shared, "goes_well_with")


def test_what_goes_well_can_come_live_to_a_page_that_had_none(client: FlaskClient) -> None:
    assert rail_of(page_of(client, "/products/mug"), "goes_well_with")
    assert '<section class="section wide rail rail--row" hidden data-rail="goes_well_with"' in page_of(
        client, "/products/mug"
    )


def test_similar_comes_from_the_models_where_they_know(client: FlaskClient, reader: MemoryServingReader) -> None:
    reader.similar = {MUG: ((BAG, 0.9),), CUP: ((BAG, 0.9),)}
    reader.learned_similar = {MUG: ranked("tote")}
    assert items_of(page_of(client, "/products/mug"), "similar") == ["tote"]
    assert items_of(page_of(client, "/products/cup"), "similar") == ["bag"]


def test_what_is_bought_together_shows_with_a_basket_only(
    client: FlaskClient, reader: MemoryServingReader, visitor: VisitorId, token: str
) -> None:
    reader.bought_together[visitor] = a_list(visitor, "mug", "tote")
    assert items_of(page_of(client, "/basket"), "bought_together") == []
    client.post("/basket/lines", data={"item": "mug", "token": token})
    page = page_of(client, "/basket")
    assert items_of(page, "bought_together") == ["tote"], "what lies in the basket is left out"
    assert "tote" not in items_of(page, "for_you")


def test_before_the_learner_knows_the_basket_what_goes_well_with_its_products_is_bought_together(
    client: FlaskClient, reader: MemoryServingReader, token: str
) -> None:
    reader.goes_well_with = {MUG: ranked("tote"), CUP: ranked("mug", "bag")}
    for item in (MUG, CUP):
        client.post("/basket/lines", data={"item": item, "token": token})
    assert items_of(page_of(client, "/basket"), "bought_together") == ["bag", "tote"]


def test_every_list_names_its_surface(client: FlaskClient, small: MemoryServingReader) -> None:
    small.top_rated, small.new_arrivals = ranked("tote"), ranked("bag")
    page = page_of(client, "/")
    for name in ("for_you", "trending", "top_rated", "new_arrivals"):
        assert f'data-surface="{name}"' in rail_of(page, name)


def test_the_lists_are_there_as_json_too(client: FlaskClient, reader: MemoryServingReader, visitor: VisitorId) -> None:
    reader.top_rated, reader.new_arrivals = ranked("tote"), ranked("bag")
    reader.goes_well_with_for[visitor] = a_list(visitor, "tote", item=MUG)
    lists = client.get("/recommendations").get_json()
    assert [card["item"] for card in lists["top_rated"]["items"]] == ["tote"]
    assert lists["new_arrivals"]["items"][0]["phrase"] == "New product"
    assert lists["bought_together"]["items"] == []
    assert client.get("/recommendations/mug").get_json()["goes_well_with"]["ranking_id"] == "r7"


def test_only_the_visitors_own_list_has_cards_to_send_away(client: FlaskClient, reader: MemoryServingReader) -> None:
    reader.goes_well_with = {MUG: ranked("cup")}
    page = page_of(client, "/products/mug")
    assert "Not interested in" in rail_of(page, "for_you")
    assert "Not interested in" not in rail_of(page, "goes_well_with")


def test_a_form_sends_a_card_away_and_comes_back_to_its_page(
    client: FlaskClient, token: str, publisher: MemoryEventPublisher
) -> None:
    answer = client.post(
        "/products/cup/dismissal",
        data={"token": token, "ranking_id": "r7"},
        headers={"Referer": "http://localhost/categories/mugs?page=1"},
    )

    assert (answer.status_code, answer.headers["Location"]) == (303, "/categories/mugs?page=1")
    (event,) = publisher.events
    assert isinstance(event, ItemDismissed)
    assert (event.item, event.surface, event.ranking_id) == ("cup", "for_you", "r7")
    assert "cup" not in items_of(page_of(client, "/"), "for_you"), "at once, whatever the learner does"


def test_what_was_sent_away_is_in_no_list_whomever_it_was_made_for(
    client: BrowserClient, reader: MemoryServingReader, visitor: VisitorId
) -> None:
    client.submit("/", {"item": "mug"}, to="/basket/lines")
    everything = ranked(*reader.catalog.products)
    reader.trending = reader.popular = reader.top_rated = reader.new_arrivals = everything
    reader.goes_well_with = reader.learned_similar = dict.fromkeys(reader.catalog.products, everything)
    reader.rankings[visitor] = a_list(visitor, *reader.catalog.products)
    client.post("/interactions", json={"kind": "item_viewed", "item": "cup"})
    client.submit("/", to="/products/cup/dismissal")

    for address in ("/recommendations", "/recommendations/mug"):
        for name, shown in client.get(address).get_json().items():
            items = [card["item"] for card in shown["items"]]
            assert items, name
            assert "cup" not in items, name
    for address in ("/", "/products/mug", "/basket", "/wishlist"):
        assert 'class="card" data-item="cup"' not in page_of(client, address), address
    assert 'data-dismissed="cup"' in page_of(client, "/"), "for lists that come live"


def test_a_form_asks_for_more_like_a_card(client: BrowserClient, publisher: MemoryEventPublisher) -> None:
    assert client.submit("/", to="/products/cup/like").status_code == 303
    (event,) = publisher.events
    assert isinstance(event, ItemLiked)
    assert (event.item, event.surface) == ("cup", "for_you")
    assert "cup" in items_of(page_of(client, "/"), "for_you")


@pytest.mark.parametrize("before", ["", "http://elsewhere.test/products/mug", "http://localhost//elsewhere.test"])
def test_nobody_is_sent_to_another_site(client: FlaskClient, token: str, before: str) -> None:
    answer = client.post("/products/cup/dismissal", data={"token": token}, headers={"Referer": before})
    assert answer.headers["Location"] == "/"


def test_a_form_of_another_site_sends_nothing_away(client: FlaskClient, publisher: MemoryEventPublisher) -> None:
    assert client.post("/products/cup/dismissal", data={"token": "made up"}).status_code == 400
    assert publisher.events == []


def test_what_was_sent_away_comes_back_when_the_visitor_turns_to_it(
    app: Flask, client: FlaskClient, token: str
) -> None:
    client.post("/products/cup/dismissal", data={"token": token})
    client.post("/interactions", json={"kind": "item_viewed", "item": "cup"})
    assert "cup" in items_of(page_of(client, "/"), "for_you")
