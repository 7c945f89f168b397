"""The search page and the shelves as visitors get them."""

import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from online_models.schema.events import ItemId, RankingId, VisitorId
from online_models.schema.phrases import POPULAR, SHOPPERS_LIKE_YOU, Phrase
from online_models.schema.recommendations import RankedItem, Ranking, Reason
from storefront import create_app
from storefront.database.connection import Database
from storefront.limits.limits import SEARCH, Limits
from storefront.settings import StorefrontSettings
from storefront.visitor_state.visitors import COOKIE
from tests.storefront.browser_client import BrowserClient, browser_of
from tests.storefront.in_memory import MemoryEventPublisher, MemoryServingReader, MemoryViewed
from tests.storefront.search.builders import a_catalog, a_product, a_reader


@pytest.fixture
def client(reader: MemoryServingReader, tmp_path: Path) -> BrowserClient:
    database = f"sqlite:///{tmp_path}/shop.db"
    app = create_app(
        {
            "TESTING": True,
            "SETTINGS": StorefrontSettings(home=tmp_path, database=database, secret="a secret of the tests", demo=True),
            "SERVING_READER": reader,
            "EVENT_PUBLISHER": MemoryEventPublisher(),
            "VIEWED": MemoryViewed(),
            "DATABASE": Database(database),
            "LIMITS": Limits(clock=lambda: 0.0),
            "MESSAGE_QUEUE": "",
            "SOCKET_MODE": "threading",
            "START_ASIDE": lambda task: task(),
        }
    )
    app.test_client_class = BrowserClient
    return browser_of(app)


def main_of(client: FlaskClient, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.get_data(as_text=True).partition("<main")[2].partition("</main>")[0]


def items_of(main: str) -> list[str]:
    return re.findall(r'<li class="card" data-item="([^"]+)"', main)


def test_matches_are_marked_and_titles_escaped(client: FlaskClient) -> None:
    main = main_of(client, "/search?q=bold")

    assert "&lt;b&gt;<mark>Bold</mark>&lt;/b&gt; &amp; Bright Bag" in main
    assert "<b>" not in main


def test_clicks_say_that_they_come_from_search(client: FlaskClient) -> None:
    assert 'data-surface="search"' in main_of(client, "/search?q=mug")


def test_filters_work_as_a_form_and_what_is_active_can_be_let_go(client: FlaskClient) -> None:
    main = main_of(client, "/search?q=mug&colour=red&colour=blue")

    assert items_of(main) == ["M1", "M2", "B1"]
    assert 'name="colour" value="red" checked' in main
    assert 'href="/search?q=mug&amp;colour=blue"' in main
    assert 'href="/search?q=mug"' in main


@pytest.mark.parametrize("query", ["q=mug&colour=&sort=relevance", "q=mug&page=1", "q=mug&rating="])
def test_a_form_without_scripts_leads_to_the_tidy_address(client: FlaskClient, query: str) -> None:
    assert client.get(f"/search?{query}").location == "/search?q=mug"


def test_filters_that_leave_nothing_can_be_cleared(client: FlaskClient) -> None:
    assert "Clear all filters" in main_of(client, "/search?q=mug&price=9000-")


def test_nothing_found_offers_shelves_and_the_visitors_list(client: FlaskClient) -> None:
    main = main_of(client, "/search?q=xyzzy")

    assert "No results for" in main
    assert "/categories/mugs" in main
    assert 'data-rail="for_you"' in main


def test_a_misspelt_search_says_what_it_shows_instead(client: FlaskClient) -> None:
    main = main_of(client, "/search?q=candel")
    assert "No results for “<bdi>candel</bdi>”. Showing results for “<bdi>candle</bdi>” instead." in main
    assert "exact=1" not in main, "there is nothing to search for instead"


def test_a_search_for_what_was_probably_meant_offers_the_words_as_typed(
    client: FlaskClient, reader: MemoryServingReader
) -> None:
    candles = [a_product(f"C{number}", f"Candle {number}") for number in range(12)]
    larger = a_reader(a_catalog([*candles, a_product("A1", "Candelabra")], version="v2"))
    reader.catalog, reader.search_indexes = larger.catalog, larger.search_indexes

    meant = main_of(client, "/search?q=candel")
    typed = main_of(client, "/search?q=candel&exact=1")

    assert "Showing results for “<bdi>candle</bdi>”." in meant
    assert '<a href="/search?q=candel&amp;exact=1">Search instead for “<bdi>candel</bdi>”</a>' in meant
    assert len(items_of(meant)) == 12
    assert items_of(typed) == ["A1"]
    assert 'name="exact" value="1"' in typed, "filters keep it"
    assert "Showing results for" not in typed


def give_list(client: FlaskClient, reader: MemoryServingReader, phrase: Phrase) -> None:
    """Let the visitor have a list of one red mug, for this reason."""
    cookie = client.get_cookie(COOKIE)
    assert cookie is not None
    visitor = VisitorId(cookie.value.split(".")[0])
    mug = RankedItem(item=ItemId("M1"), score=1.0, member="test", reason=Reason(phrase=phrase))
    reader.rankings[visitor] = Ranking(ranking_id=RankingId("r1"), visitor=visitor, ranked_at=0.0, items=(mug,))


def test_a_page_that_is_not_there_is_not_found(client: FlaskClient) -> None:
    assert client.get("/search?q=mug&page=2").status_code == 404


def test_a_visitors_taste_sorts_equal_matches_and_can_be_switched_off(
    client: FlaskClient, reader: MemoryServingReader
) -> None:
    assert items_of(main_of(client, "/search?q=heart"))[0] == "85123A"
    give_list(client, reader, SHOPPERS_LIKE_YOU)

    main = main_of(client, "/search?q=hearts")

    assert items_of(main)[0] == "M1"
    assert "Personalised for you" in main
    assert items_of(main_of(client, "/search?q=hearts&sort=plain"))[0] == "85123A"


def test_a_list_of_what_all_others_like_is_no_taste(client: FlaskClient, reader: MemoryServingReader) -> None:
    client.get("/")
    give_list(client, reader, POPULAR)

    main = main_of(client, "/search?q=hearts")

    assert items_of(main)[0] == "85123A"
    assert "Personalised for you" not in main


def test_the_order_of_a_search_stays_while_the_taste_moves(client: FlaskClient, reader: MemoryServingReader) -> None:
    before = items_of(main_of(client, "/search?q=heart"))
    give_list(client, reader, SHOPPERS_LIKE_YOU)

    assert items_of(main_of(client, "/search?q=heart")) == before


def test_stars_filter_and_sort(client: FlaskClient, reader: MemoryServingReader) -> None:
    reader.stars = {ItemId("M1"): (0, 0, 9, 0, 0), ItemId("M2"): (0, 0, 0, 0, 9)}

    assert items_of(main_of(client, "/search?q=mug&rating=4")) == ["M2"]
    assert items_of(main_of(client, "/search?q=mug&sort=top-rated"))[0] == "M2"


@pytest.mark.parametrize(("sort", "first"), [("price", "85123A"), ("price-desc", "C2"), ("newest", "C2")])
def test_a_shelf_can_be_sorted(client: FlaskClient, sort: str, first: str) -> None:
    assert items_of(main_of(client, f"/categories/candles?sort={sort}"))[0] == first


def test_suggestions_are_for_this_visitor_alone(client: FlaskClient) -> None:
    answer = client.get("/search/suggestions?q=heart+mu")

    assert answer.headers["Cache-Control"].startswith("private")
    product = next(one for one in answer.get_json()["suggestions"] if one["kind"] == "product")
    assert (product["item"], product["note"], product["marks"]) == ("M1", "£2.95", [[4, 9], [10, 12]])


def test_what_was_dismissed_is_not_suggested_but_is_found(client: BrowserClient) -> None:
    client.submit("/products/M1", to="/products/M1/dismissal")

    suggested = client.get("/search/suggestions?q=heart+mu").get_json()["suggestions"]

    assert "M1" not in [one.get("item") for one in suggested]
    found = main_of(client, "/search?q=mug")
    assert items_of(found)[-1] == "M1", "after all that is wanted"
    assert found.count("Marked as not interested") == 1
    assert "Marked as not interested" in main_of(client, "/categories/mugs"), "in its place"


def test_too_many_searches_have_to_wait(client: FlaskClient) -> None:
    answers = [client.get("/search?q=mug").status_code for _ in range(SEARCH.count + 1)]

    assert answers == [200] * SEARCH.count + [429]
