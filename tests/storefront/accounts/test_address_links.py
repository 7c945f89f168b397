from concurrent.futures import ThreadPoolExecutor

import pytest

from online_models.schema.events import VisitorId
from storefront.accounts.account_store import AccountStore
from storefront.accounts.address_links import GOOD_FOR, AddressLink, AddressLinks
from storefront.database.connection import Database
from tests.storefront.accounts.people import ANN, BOB, NOW, an_account
from tests.storefront.manual_clock import Clock

A1 = VisitorId("a1")


@pytest.fixture
def clock() -> Clock:
    return Clock(NOW)


@pytest.fixture
def links(database: Database, clock: Clock) -> AddressLinks:
    AccountStore(database).add(an_account())
    return AddressLinks(database, clock)


def an_opening(email: str = BOB) -> AddressLink:
    return AddressLink(email, "$hash", "Bob")


def a_change(email: str = BOB) -> AddressLink:
    return AddressLink(email, "$hash", visitor=A1)


@pytest.mark.parametrize("link", [an_opening(), a_change()])
def test_a_link_is_found_by_its_token_until_it_is_taken(links: AddressLinks, link: AddressLink) -> None:
    token = links.add(link)
    assert links.find(token) == links.find(token) == link
    assert links.find(token[:-1]) is None
    assert links.take(token) == link
    assert links.find(token) is None
    assert links.take(token) is None


def test_a_link_is_good_for_a_day(links: AddressLinks, clock: Clock) -> None:
    token = links.add(an_opening())
    clock.now += GOOD_FOR - 1
    assert links.find(token)
    clock.now += 1
    assert links.find(token) is None
    assert links.take(token) is None


def test_of_many_who_take_a_link_at_once_one_gets_it(links: AddressLinks) -> None:
    token = links.add(an_opening())
    with ThreadPoolExecutor(4) as pool:
        taken = list(pool.map(links.take, [token] * 4))
    assert [link for link in taken if link] == [an_opening()]


def test_an_account_that_opens_ends_the_other_links_for_its_address_alone(links: AddressLinks) -> None:
    first, again = links.add(an_opening()), links.add(an_opening("BOB@example.com"))
    others, change = links.add(an_opening("carol@example.com")), links.add(a_change())
    assert links.take(first)
    assert links.find(again) is None
    assert links.find(others)
    assert links.find(change)


def test_of_one_accounts_changes_the_last_one_counts(links: AddressLinks) -> None:
    sign_up, first = links.add(an_opening()), links.add(a_change())
    second = links.add(a_change("ann@elsewhere.example"))
    assert links.find(first) is None
    assert links.find(second)
    assert links.find(sign_up)


def test_a_bounded_number_is_kept_and_the_oldest_go(
    links: AddressLinks, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storefront.accounts.address_links.MOST_KEPT", 3)
    tokens = []
    for number in range(5):
        clock.now += 1
        tokens.append(links.add(an_opening(f"{number}@example.com")))
    assert [links.find(token) is not None for token in tokens] == [False, False, True, True, True]


def test_the_links_of_an_account_go_with_it(links: AddressLinks, database: Database) -> None:
    token = links.add(a_change(ANN))
    with database.begin() as connection:
        AccountStore(database).remove(connection, A1)
    assert links.find(token) is None
