"""How often a page asks the database: each time is a round trip."""

import pytest
from flask import Flask
from sqlalchemy import event

from tests.storefront.browser_client import BrowserClient
from tests.storefront.stored import database_of


@pytest.fixture
def asked(app: Flask) -> list[str]:
    """The statements of all requests from now on."""
    database, found = database_of(app), list[str]()
    with database.begin() as connection:
        engine = connection.engine
    event.listen(engine, "before_cursor_execute", lambda _connection, _cursor, text, *_: found.append(text))
    return found


@pytest.mark.parametrize(("page", "most"), [("/", 1), ("/basket", 1), ("/categories/mugs", 1), ("/products/mug", 2)])
def test_a_page_reads_all_that_belongs_to_its_visitor_at_once(
    client: BrowserClient, asked: list[str], page: str, most: int
) -> None:
    client.get("/")
    asked.clear()
    client.get(page)
    assert len(asked) == most, asked


@pytest.mark.parametrize(("page", "most"), [("/", 2), ("/basket", 2), ("/products/mug", 4)])
def test_a_page_of_an_account_asks_once_more_who_it_is(
    ann: BrowserClient, asked: list[str], page: str, most: int
) -> None:
    ann.get(page)
    assert len(asked) == most, asked


def test_a_change_of_the_basket_is_one_transaction_of_few_statements(client: BrowserClient, asked: list[str]) -> None:
    token = client.token_on("/products/mug")
    asked.clear()
    client.post("/basket/lines", data={"item": "mug", "quantity": "2", "token": token})
    assert len(asked) == 6, asked
    assert asked[1] == "BEGIN IMMEDIATE", "it is checked before the event is sent, and stored after it"
