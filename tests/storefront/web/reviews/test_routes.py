import re
from html import unescape
from html.parser import HTMLParser

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import update

from online_models.schema.events import ItemId, ItemRated
from storefront import create_app
from storefront.database.connection import Database
from storefront.database.tables import REVIEW_LENGTH, accounts
from storefront.reviews.review import clean_text
from tests.storefront.accounts.factors import turn_on
from tests.storefront.accounts.people import BOB, PASSWORD
from tests.storefront.browser_client import BrowserClient, browser_of
from tests.storefront.in_memory import MemoryEventPublisher, MemoryServingReader
from tests.storefront.stored import database_of

MUG = "/products/mug"
REVIEW = f"{MUG}/review"


class Reader(HTMLParser):
    """Reads the words of the reviews on a page, as a browser would."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.tags: set[str] = set()
        self._is_inside = False

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self._is_inside = ("class", "review__text") in attributes
        if self._is_inside:
            self.texts.append("")

    def handle_endtag(self, tag: str) -> None:
        self._is_inside = False

    def handle_data(self, data: str) -> None:
        if self._is_inside:
            self.texts[-1] += data


def shown(page: str) -> Reader:
    reader = Reader()
    reader.feed(page)
    return reader


def write(client: BrowserClient, text: str = "Lovely.\n\nTwice.", stars: int = 5) -> int:
    return client.submit(MUG, {"stars": str(stars), "text": text}, to=REVIEW).status_code


def page_of(client: BrowserClient, path: str = MUG) -> str:
    return client.get(path).get_data(as_text=True)


def bob(app: Flask) -> BrowserClient:
    other = browser_of(app)
    other.submit("/account/sign-up", {"name": "Bob <b>Bold</b>", "email": BOB, "password": PASSWORD})
    return other


def test_a_review_stands_on_the_page_with_its_line_breaks_and_its_name(app: Flask, ann: BrowserClient) -> None:
    assert write(ann) == 303
    page = page_of(browser_of(app))
    assert shown(page).texts == ["Lovely.\n\nTwice."]
    assert "Ann Miller" in page
    assert "1 review" in page
    assert "@" not in page.split('id="reviews"')[1]


def test_stars_of_a_review_are_an_event_that_moves_the_lists(
    ann: BrowserClient, publisher: MemoryEventPublisher
) -> None:
    write(ann, stars=4)
    write(ann, "Still lovely.", stars=4)
    rated = [event for event in publisher.events if isinstance(event, ItemRated)]
    assert [(event.item, event.stars) for event in rated] == [("mug", 4)], "new words are no new rating"
    assert "You gave 4 stars" in page_of(ann)


def test_ones_own_stars_are_in_the_sum_at_once_and_once(
    app: Flask, ann: BrowserClient, reader: MemoryServingReader
) -> None:
    reader.stars[ItemId("mug")] = (0, 0, 0, 0, 1)
    ann.submit(MUG, {"stars": "3"}, to=f"{MUG}/rating")
    assert 'data-counts="0 0 1 0 1" data-own="3"' in page_of(ann)
    assert 'data-counts="0 0 0 0 1"' in page_of(browser_of(app)), "nobody else sees them before they are counted"
    write(ann, stars=4)
    assert 'data-counts="0 0 0 1 1"' in page_of(ann)
    reader.stars[ItemId("mug")] = (0, 0, 1, 0, 1)
    assert 'data-counts="0 0 0 1 1"' in page_of(ann), "the first stars are counted, and changed"
    reader.stars[ItemId("mug")] = (0, 0, 0, 1, 1)
    assert 'data-counts="0 0 0 1 1"' in page_of(ann)
    reader.stars[ItemId("mug")] = (0, 0, 0, 2, 1)
    assert 'data-counts="0 0 0 2 1"' in page_of(ann), "what others give then is theirs"


def test_ones_own_review_comes_first_and_can_be_edited_and_deleted(app: Flask, ann: BrowserClient) -> None:
    write(ann, "First.")
    other = bob(app)
    write(other, "Second.")
    assert shown(page_of(ann)).texts == ["First.", "Second."]

    write(ann, "First, better.")
    page = page_of(ann)
    assert shown(page).texts == ["First, better.", "Second."]
    assert "edited" in page

    assert ann.submit(MUG, to=f"{REVIEW}/removal").status_code == 303
    assert shown(page_of(ann)).texts == ["Second."]
    assert "You gave 5 stars" in page_of(ann)


def test_a_name_cannot_smuggle_markup(app: Flask, ann: BrowserClient) -> None:
    write(bob(app))
    page = page_of(ann)
    assert "Bob &lt;b&gt;Bold&lt;/b&gt;" in page
    assert "<b>" not in page


# Nobody may write more than 30 reviews an hour.
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.one_of(st.text(max_size=200), st.text("<>&\"'/={}%\n\r\t ", max_size=60)))
def test_any_text_is_kept_and_shown_as_text(ann: BrowserClient, text: str) -> None:
    typed = text.encode("utf-8", "replace").decode()
    assert write(ann, typed) == 303
    page = page_of(ann)
    read = shown(page)
    expected = clean_text(typed)
    assert read.texts == ([expected] if expected else [])
    data = page.count('<script type="application/ld+json">')
    assert "script" not in read.tags or page.count("<script") == 1 + data
    typed_again = re.search(r"<textarea[^>]*>\n(.*?)</textarea>", page, re.DOTALL)
    assert typed_again is not None
    assert unescape(typed_again[1]) == expected


def test_what_is_too_long_comes_back_as_typed_with_the_reason(ann: BrowserClient) -> None:
    answer = ann.submit(MUG, {"stars": "3", "text": "x" * (REVIEW_LENGTH + 1)}, to=REVIEW)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "no more than 4,000 characters" in page
    assert "x" * (REVIEW_LENGTH + 1) in page
    assert shown(page).texts == []
    assert write(ann, "x" * REVIEW_LENGTH) == 303


def test_words_without_stars_come_back_with_the_reason(ann: BrowserClient, publisher: MemoryEventPublisher) -> None:
    answer = ann.submit(MUG, {"text": "Nice"}, to=REVIEW)
    assert answer.status_code == 422
    assert "from 1 to 5 stars" in answer.get_data(as_text=True)
    assert not any(isinstance(event, ItemRated) for event in publisher.events)


def test_without_an_account_there_are_stars_and_a_way_to_sign_in(client: BrowserClient) -> None:
    page = page_of(client)
    assert "/account/sign-in?next=/products/mug%23reviews" in page
    assert "<textarea" not in page


def test_whose_sign_in_has_ended_keeps_what_they_typed(client: BrowserClient) -> None:
    answer = client.submit(MUG, {"stars": "3", "text": "A long story"}, to=REVIEW)
    assert answer.status_code == 403
    page = answer.get_data(as_text=True)
    assert "A long story" in page
    assert "been signed out" in page


def test_only_an_operator_removes_what_others_wrote(app: Flask, ann: BrowserClient) -> None:
    write(ann, "Rude words.")
    other = bob(app)
    whose = {"visitor": visitor_of(app, "Ann Miller")}
    assert other.submit(MUG, whose, to=f"{REVIEW}/removal").status_code == 403
    assert whose["visitor"] not in page_of(other)

    with parts_database(app).begin() as connection:
        connection.execute(update(accounts).where(accounts.c.email == BOB).values(role="operator"))
    turn_on(other)

    assert whose["visitor"] in page_of(other)
    assert other.submit(MUG, whose, to=f"{REVIEW}/removal").status_code == 303
    assert shown(page_of(browser_of(app))).texts == []
    assert browser_of(app).submit(MUG, whose, to=f"{REVIEW}/removal").status_code == 403


def parts_database(app: Flask) -> Database:
    database = database_of(app)
    assert isinstance(database, Database)
    return database


def visitor_of(app: Flask, name: str) -> str:
    with parts_database(app).begin() as connection:
        found = connection.execute(accounts.select().where(accounts.c.name == name)).one()
    return str(found.visitor)


def test_who_bought_it_is_marked(app: Flask, ann: BrowserClient) -> None:
    write(ann)
    assert "Verified purchase" not in page_of(ann)
    ann.submit(MUG, {"item": "mug"}, to="/basket/lines")
    form = dict(re.findall(r'name="(token|number|mark)" value="([^"]+)"', page_of(ann, "/basket/checkout")))
    ann.post("/basket/order", data=form)
    assert "Verified purchase" in page_of(browser_of(app))


def test_the_page_says_how_all_visitors_rate_it(client: BrowserClient, reader: MemoryServingReader) -> None:
    assert "0 ratings" in page_of(client)
    reader.stars[ItemId("mug")] = (1, 0, 0, 1_000, 3_000)
    page = page_of(client)
    assert "4,001 ratings" in page
    assert ">4.7<" in page
    assert '<rect width="75%"' in page


def test_reviews_come_in_pages(app: Flask, ann: BrowserClient) -> None:
    from online_models.schema.events import VisitorId
    from storefront.reviews.review import Review
    from storefront.reviews.review_store import ReviewStore

    store = ReviewStore(parts_database(app))
    for number in range(10):
        store.put(Review(VisitorId(f"a{number}"), ItemId("mug"), 3, f"Review {number}.", written_at=float(number + 1)))
    assert shown(page_of(ann)).texts[0] == "Review 9."
    assert shown(page_of(ann, f"{MUG}?reviews=2")).texts == ["Review 1.", "Review 0."]
    for page in ("0", "3", "-1", str(10**30)):
        assert ann.get(f"{MUG}?reviews={page}").status_code == 404


def test_my_ratings_are_listed_and_can_be_changed_there(ann: BrowserClient) -> None:
    write(ann, "Nice mug.")
    ann.submit("/products/bag", {"stars": "2"}, to="/products/bag/rating")
    page = page_of(ann, "/account/reviews")
    assert page.index("Red Heart Bag") < page.index("Nice mug.")
    token = re.search(r'name="token" value="([^"]+)"', page)
    assert token is not None
    answer = ann.post(
        "/products/bag/rating",
        data={"stars": "4", "token": token[1]},
        headers={"Referer": "http://localhost/account/reviews"},
    )
    assert answer.headers["Location"] == "/account/reviews"
    assert "You gave 4 stars" in page_of(ann, "/account/reviews")


def test_an_anonymous_visitor_sees_their_stars_too(client: BrowserClient) -> None:
    client.submit(MUG, {"stars": "2"}, to=f"{MUG}/rating")
    page = page_of(client, "/account/reviews")
    assert "Red Heart Mug" in page
    assert "Sign in to keep them" in page


def test_stars_given_before_the_sign_in_are_in_the_accounts_history(client: BrowserClient) -> None:
    client.submit(MUG, {"stars": "2"}, to=f"{MUG}/rating")
    client.submit("/account/sign-up", {"name": "Bob", "email": BOB, "password": PASSWORD})
    assert "You gave 2 stars" in page_of(client, "/account/reviews")


def test_with_the_database_down_the_product_still_sells(app: Flask) -> None:
    down = create_app(app.config | {"DATABASE": Database("postgresql://nobody@127.0.0.1:1/none")})
    page = down.test_client().get(MUG).get_data(as_text=True)
    assert "Add to basket" in page
    assert "Reviews aren’t available right now" in page


@pytest.mark.parametrize("page", ["0", "2", "1000"])
def test_a_page_of_the_history_that_is_not_there(client: BrowserClient, page: str) -> None:
    assert client.get(f"/account/reviews?page={page}").status_code == 404
