import dataclasses

import pytest
from flask.testing import FlaskClient
from msgspec.structs import replace

from online_models.schema.events import EventId, ItemId, RankingId, VisitorId
from online_models.schema.phrases import Phrase
from online_models.schema.recommendations import RankedItem, Ranking, Reason
from storefront.serving.catalog import ShopCatalog
from storefront.visitor_state.visitors import COOKIE
from tests.storefront.in_memory import MemoryServingReader


def ranked(item: str, phrase: str, named: str = "") -> RankedItem:
    return RankedItem(item=ItemId(item), score=1.0, member="test", reason=Reason(phrase=Phrase(phrase), named=named))


def visitor_of(client: FlaskClient) -> VisitorId:
    cookie = client.get_cookie(COOKIE)
    assert cookie is not None
    return VisitorId(cookie.value.split(".")[0])


def items_of(page: str) -> list[str]:
    return [part.split('"')[0] for part in page.split('<li class="card" data-item="')[1:]]


def test_the_front_page_shows_the_visitors_list_with_reasons(client: FlaskClient, reader: MemoryServingReader) -> None:
    client.get("/")
    visitor = visitor_of(client)
    reader.rankings[visitor] = Ranking(
        ranking_id=RankingId("r1"),
        visitor=visitor,
        ranked_at=1.0,
        items=(ranked("purse", "Because you viewed %(named)s", named="Jumbo Tote"), ranked("mug", "Often next")),
        causes=(EventId("e1"),),
    )

    page = client.get("/").get_data(as_text=True)

    assert items_of(page)[:2] == ["purse", "mug"]
    assert "Because you viewed Jumbo Tote" in page
    assert 'data-ranking-id="r1"' in page


def test_a_new_visitor_sees_what_is_trending_then_popular_then_best_sellers(
    client: FlaskClient, reader: MemoryServingReader
) -> None:
    reader.trending = (ranked("tote", "Trending now"),)
    reader.popular = (ranked("cup", "Popular"),)

    assert items_of(client.get("/").get_data(as_text=True))[:3] == ["tote", "cup", "mug"]


def test_what_the_shop_no_longer_sells_is_never_shown(client: FlaskClient, reader: MemoryServingReader) -> None:
    reader.trending = (ranked("gone", "Trending now"), ranked("tote", "Trending now"))
    reader.goes_well_with = {ItemId("mug"): (ranked("gone", "Often next"),)}
    reader.similar = {ItemId("mug"): ((ItemId("gone"), 0.9),)}

    assert "gone" not in client.get("/").get_data(as_text=True)
    assert "gone" not in client.get("/products/mug").get_data(as_text=True)


def test_with_redis_down_the_shop_goes_on_without_a_technical_word(
    client: FlaskClient, reader: MemoryServingReader
) -> None:
    reader.up = False

    page = client.get("/").get_data(as_text=True)

    assert "Red Heart Mug" in page
    assert "redis" not in page.lower()


def test_before_the_first_catalog_the_front_page_asks_for_patience(
    client: FlaskClient, reader: MemoryServingReader
) -> None:
    reader.catalog = ShopCatalog()
    answer = client.get("/")
    assert answer.status_code == 200
    assert "We’re getting the shop ready" in answer.get_data(as_text=True)


def test_a_product_page_names_price_tags_and_what_belongs_to_it(
    client: FlaskClient, reader: MemoryServingReader
) -> None:
    reader.goes_well_with = {ItemId("mug"): (ranked("cup", "Often bought together"),)}
    reader.similar = {ItemId("mug"): ((ItemId("bag"), 0.8), (ItemId("cup"), 0.2))}

    page = client.get("/products/mug").get_data(as_text=True)

    assert "£1.95" in page
    assert '<a href="/search?q=heart">heart</a>' in page
    assert "Goes well with this" in page
    assert "Often bought together" in page
    assert page.count('data-item="cup"') == page.count('data-item="bag"') == 1, "each product is in one list"


def test_titles_cannot_smuggle_markup(client: FlaskClient) -> None:
    page = client.get("/products/bowl").get_data(as_text=True)
    assert "Green Bowl &lt;Small&gt;" in page
    assert "<Small>" not in page


def test_a_category_is_split_into_pages(client: FlaskClient, reader: MemoryServingReader) -> None:
    product = reader.catalog.products[ItemId("mug")]
    many = {ItemId(f"mug{n}"): replace(product, item=ItemId(f"mug{n}")) for n in range(50)}
    reader.catalog.products.update(many)
    reader.catalog.by_category["mugs"] = tuple(many)
    reader.catalog = dataclasses.replace(reader.catalog, best_sellers=tuple(many))

    first = client.get("/categories/mugs").get_data(as_text=True)
    second = client.get("/categories/mugs?page=2").get_data(as_text=True)

    assert len(items_of(first)) == 48
    assert items_of(second) == ["mug48", "mug49"]
    assert 'href="/categories/mugs?page=2"' in first
    assert 'href="/categories/mugs"' in second


@pytest.mark.parametrize(
    "path",
    [
        "/products/none",
        "/categories/none",
        "/categories/mugs?page=9",
        "/categories/mugs?page=0",
        "/none",
        "/recommendations/none",
        "/static/none.js",
    ],
)
def test_what_is_not_there_gets_a_designed_page(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert "Page not found" in answer.get_data(as_text=True)


def test_a_picture_is_kept_for_ever_and_can_run_nothing(client: FlaskClient, reader: MemoryServingReader) -> None:
    reader.pictures["abc"] = b"<svg xmlns='http://www.w3.org/2000/svg'/>"

    answer = client.get("/pictures/abc.svg")

    assert answer.mimetype == "image/svg+xml"
    assert "immutable" in answer.headers["Cache-Control"]
    assert "sandbox" in answer.headers["Content-Security-Policy"]


def test_the_lists_are_there_as_json(client: FlaskClient, reader: MemoryServingReader) -> None:
    reader.trending = (ranked("tote", "Trending now"),)
    reader.goes_well_with = {ItemId("mug"): (ranked("cup", "Often next"),)}

    lists = client.get("/recommendations").get_json()
    related = client.get("/recommendations/mug").get_json()

    assert lists["for_you"]["items"][0]["item"] == "tote"
    assert lists["trending"]["items"][0]["phrase"] == "Trending now"
    assert related["goes_well_with"]["items"][0]["item"] == "cup"
