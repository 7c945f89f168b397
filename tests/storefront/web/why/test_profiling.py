"""Without profiling: after one click lists are the same for everybody, and nothing that is looked at is kept."""

import pytest
from flask import Flask
from msgspec.structs import replace

from online_models.schema.events import ItemForgotten, ItemViewed, TasteReset
from online_models.schema.recommendations import Ranking
from storefront import create_app
from storefront.settings import StorefrontSettings
from storefront.visitor_state.profiling import COOKIE
from tests.storefront.accounts.people import ANN, PASSWORD
from tests.storefront.browser_client import BrowserClient, browser_of
from tests.storefront.in_memory import MemoryEventPublisher, MemoryServingReader, MemoryViewed
from tests.storefront.serving.test_lists import BAG, CUP, MUG, TOTE, a_list, items_of, page_of, ranked
from tests.storefront.stored import belongings_of, outbox_of
from tests.storefront.web.live.test_socket import caught_up, connect
from tests.storefront.web.orders.test_routes import order

ADDRESS = "/account/recommendations/profiling"
PAGES = ("/", "/products/mug", "/basket", "/wishlist", "/search?q=nothing", "/orders", "/account/recommendations")


def turn(client: BrowserClient, choice: str, page: str = "/") -> str:
    """Press the button at the end of a page, and return where that leads."""
    shown = page_of(client, page)
    assert f'form="profiling" name="profiling" value="{choice}"' in shown
    fields = {"token": client.token_on(page), "profiling": choice}
    answer = client.post(ADDRESS, data=fields, headers={"Referer": f"http://localhost{page}"})
    assert answer.status_code == 303
    return answer.headers["Location"]


@pytest.fixture
def own(client: BrowserClient, reader: MemoryServingReader) -> Ranking:
    """The list of a visitor whom the shop knows well."""
    client.get("/")
    client.post("/interactions", json={"kind": "item_viewed", "item": "cup"})
    visitor = client.anonymous()
    reader.rankings[visitor] = a_list(visitor, "tote", "bag")
    reader.goes_well_with_for[visitor] = a_list(visitor, "tote", item=MUG)
    reader.bought_together[visitor] = a_list(visitor, "purse")
    reader.trending = ranked("bowl", "cup")
    return reader.rankings[visitor]


def test_one_click_turns_it_off_and_one_on_again_on_the_page_that_one_is_on(client: BrowserClient) -> None:
    assert turn(client, "off", "/products/mug") == "/products/mug"
    assert turn(client, "on", "/basket") == "/basket"
    assert client.get_cookie(COOKIE) is None


def test_lists_are_the_same_for_everybody(
    app: Flask, client: BrowserClient, own: Ranking, reader: MemoryServingReader
) -> None:
    reader.goes_well_with = {MUG: ranked("bag")}
    assert items_of(page_of(client, "/"), "for_you")[:2] == ["tote", "bag"]
    turn(client, "off")
    for page in PAGES:
        shown = page_of(client, page)
        assert 'data-rail="for_you"' not in shown
        assert own.ranking_id not in shown
        assert "Recently viewed" not in shown
        assert 'class="card__dismiss" method' not in shown
    assert items_of(page_of(client, "/"), "popular")[:2] == ["bowl", "cup"]
    assert items_of(page_of(client, "/products/mug"), "goes_well_with") == ["bag"]
    stranger = browser_of(app).get("/recommendations/mug").get_json()
    assert client.get("/recommendations/mug").get_json() == stranger
    assert "ranking_id" not in client.get("/recommendations").get_json()["for_you"]
    turn(client, "on")
    assert items_of(page_of(client, "/"), "for_you")[:2] == ["tote", "bag"]


def test_search_is_not_personal(client: BrowserClient, own: Ranking) -> None:
    assert "Personalised for you" in page_of(client, "/search?q=heart")
    turn(client, "off")
    assert "ersonalis" not in page_of(client, "/search?q=heart")


def test_nothing_that_is_looked_at_is_kept_and_nothing_is_published(
    app: Flask, client: BrowserClient, publisher: MemoryEventPublisher
) -> None:
    turn(client, "off")
    visitor, viewed = client.anonymous(), app.config["VIEWED"]
    assert isinstance(viewed, MemoryViewed)
    said = [
        {"kind": "item_viewed", "item": "cup"},
        {"kind": "ranking_shown", "items": ["mug"], "surface": "for_you"},
        {"kind": "reasons_requested"},
    ]
    receipts = client.post("/interactions", json={"events": said}).get_json()["receipts"]
    client.get("/interactions/view.gif?item=bag")
    for page in PAGES:
        client.get(page)
    assert all(receipt["accepted"] for receipt in receipts), "so that no browser sends them again"

    client.submit("/", {"item": "tote", "quantity": "2"}, to="/basket/lines")
    client.submit("/", {"quantity": "3"}, to="/basket/lines/tote")
    client.submit("/", {"item": "bag"}, to="/wishlist")
    client.submit("/", {"stars": "4"}, to="/products/cup/rating")
    client.submit("/", to="/products/bowl/dismissal")

    kept = belongings_of(app, visitor)
    assert (kept.basket, kept.stars, kept.wished, kept.dismissed) == ({TOTE: 3}, {CUP: 4}, (BAG,), ("bowl",))
    assert "Thank you" in page_of(client, f"{order(client)}?thanks=1")
    assert belongings_of(app, visitor).basket == {}
    outbox_of(app).relay()
    assert publisher.events == []
    assert viewed.read(visitor) == ()


def test_what_a_socket_reports_is_treated_alike(
    app: Flask, client: BrowserClient, own: Ranking, publisher: MemoryEventPublisher
) -> None:
    turn(client, "off")
    publisher.events.clear()
    socket = connect(app, client)
    for fields in ({"kind": "item_viewed", "item": "mug"}, {"kind": "item_wished", "item": "mug"}):
        assert socket.emit("interaction", fields, callback=True)["accepted"]
    assert socket.emit("ranking_drawn", {"items": ["mug"]}, callback=True)["accepted"]
    assert publisher.events == []
    assert belongings_of(app, client.anonymous()).wished == (MUG,)
    assert app.config["VIEWED"].read(client.anonymous()) == (CUP,), "what was viewed before"
    assert "ranking_changed" not in caught_up(socket, {"lists": ["for_you"]})


def test_open_pages_are_told_to_load_again(app: Flask, client: BrowserClient) -> None:
    client.get("/")
    socket = connect(app, client)
    turn(client, "off")
    assert not socket.is_connected()


def test_what_takes_something_out_of_the_profile_is_published(
    client: BrowserClient, own: Ranking, publisher: MemoryEventPublisher
) -> None:
    turn(client, "off")
    publisher.events.clear()
    client.submit("/account/recommendations", {"item": "cup"}, to="/account/recommendations/forgotten")
    client.submit("/account/recommendations/reset")
    assert [type(event) for event in publisher.events] == [ItemForgotten, TasteReset]


def test_it_survives_a_restart_a_sign_up_and_a_sign_out(
    app: Flask, client: BrowserClient, app_config: dict[str, object], publisher: MemoryEventPublisher
) -> None:
    turn(client, "off")
    client.submit("/account/sign-up", {"name": "Ann", "email": ANN, "password": PASSWORD})
    publisher.events.clear()
    again = create_app(app_config)
    again.test_client_class = BrowserClient
    after = browser_of(again)
    for name in (COOKIE, "riverfront_visitor", "riverfront_session"):
        cookie = client.get_cookie(name)
        assert cookie is not None
        after.set_cookie(name, cookie.value)
    after.post("/interactions", json={"kind": "item_viewed", "item": "mug"})
    assert publisher.events == []
    assert "Turn on profiling" in page_of(after, "/account/data")
    after.submit("/account/data", to="/account/sign-out")
    assert "Turn on profiling" in page_of(after, "/")


def test_the_page_about_recommendations_says_what_is_off_and_what_stays(client: BrowserClient, own: Ranking) -> None:
    assert "You can shop without profiling" in page_of(client, "/account/recommendations")
    turn(client, "off", "/account/recommendations")
    page = page_of(client, "/account/recommendations")
    assert "Profiling is off in this browser" in page
    assert "to erase it, reset your recommendations" in page


def test_on_again_views_count(client: BrowserClient, publisher: MemoryEventPublisher) -> None:
    turn(client, "off")
    turn(client, "on")
    client.post("/interactions", json={"kind": "item_viewed", "item": "mug"})
    assert [type(event) for event in publisher.events] == [ItemViewed]


def test_no_other_site_turns_it_off_and_nothing_else_is_a_choice(client: BrowserClient) -> None:
    assert client.post(ADDRESS, data={"profiling": "off"}).status_code == 400
    assert client.submit("/", {"profiling": "perhaps"}, to=ADDRESS).status_code == 400
    assert client.get_cookie(COOKIE) is None


def test_behind_tls_the_cookie_is_this_hosts_alone(app_config: dict[str, object], settings: StorefrontSettings) -> None:
    secure = create_app(app_config | {"SETTINGS": replace(settings, tls=True)})
    secure.test_client_class = BrowserClient
    client = browser_of(secure)
    page = client.get("/", base_url="https://localhost").get_data(as_text=True)
    token = page.split('name="csrf-token" content="')[1].split('"')[0]
    headers = {"Origin": "https://localhost", "Referer": "https://localhost/"}
    answer = client.post(
        ADDRESS, data={"token": token, "profiling": "off"}, base_url="https://localhost", headers=headers
    )
    (cookie,) = answer.headers.getlist("Set-Cookie")
    assert cookie.startswith("__Host-riverfront_profiling=off; ")
    assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; "))
