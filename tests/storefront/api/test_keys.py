"""Keys: made once, kept as digests, revoked, and counted."""

import pytest
from flask import Flask

from storefront.api.keys.api_key import MOST_A_SECOND, Scope
from storefront.api.keys.key_ring import FRESH_SECONDS, KeyRing
from storefront.api.keys.key_store import KeyStore
from storefront.database.connection import DatabaseDown
from storefront.database.tables import api_keys
from tests.storefront.api.api_client import ApiClient
from tests.storefront.api.builders import Hand


def test_a_key_opens_the_api_until_it_is_revoked(app: Flask, store: KeyStore) -> None:
    key, token = store.create(Scope.BROWSER, "pages")
    assert ApiClient(app, token).get("/lists/trending").status_code == 200
    assert store.revoke(key.name)
    assert not store.revoke(key.name), "it is revoked already"
    assert [one.name for one in store.all()] == [key.name], "it stays listed"
    assert store.in_use() == []


def test_a_revoked_key_is_refused_within_seconds(store: KeyStore, ring: KeyRing, hand: Hand) -> None:
    key, token = store.create(Scope.SERVER)
    assert ring.find(token) == key
    store.revoke(key.name)
    hand.at += FRESH_SECONDS
    assert ring.find(token) is None


def test_a_new_key_is_found_within_seconds(store: KeyStore, ring: KeyRing, hand: Hand) -> None:
    assert ring.find("rf_server_unknown") is None
    key, token = store.create(Scope.SERVER)
    hand.at += FRESH_SECONDS
    assert ring.find(token) == key


def test_the_database_holds_no_key(store: KeyStore) -> None:
    _, token = store.create(Scope.SERVER, "shop")
    with store.database.read() as connection:
        row = connection.execute(api_keys.select()).mappings().one()
    assert token not in {str(value) for value in row.values()}
    assert len(row["digest"]) == 64


def test_a_key_says_what_it_opens(store: KeyStore) -> None:
    assert store.create(Scope.BROWSER)[1].startswith("rf_browser_")
    assert store.create(Scope.SERVER)[1].startswith("rf_server_")


def test_keys_that_are_known_hold_while_the_database_is_down(
    store: KeyStore, hand: Hand, monkeypatch: pytest.MonkeyPatch
) -> None:
    key, token = store.create(Scope.SERVER)
    ring = KeyRing(store, hand)
    assert ring.find(token) == key

    def down(_store: KeyStore) -> None:
        raise DatabaseDown("gone")

    monkeypatch.setattr(KeyStore, "in_use", down)
    hand.at += FRESH_SECONDS
    assert ring.find(token) == key
    with pytest.raises(DatabaseDown):
        KeyRing(store, hand).find(token)


@pytest.mark.parametrize("rate", [0, -1, MOST_A_SECOND + 1])
def test_a_rate_has_bounds(store: KeyStore, rate: int) -> None:
    with pytest.raises(ValueError, match="a rate from 1"):
        store.create(Scope.SERVER, rate=rate)


def test_a_rate_is_a_burst_of_a_batch_and_then_so_many_a_second(store: KeyStore, ring: KeyRing, hand: Hand) -> None:
    key, _ = store.create(Scope.SERVER, rate=10)
    assert ring.charge(key, 1_000) == 0
    assert ring.charge(key) == pytest.approx(0.1)
    hand.at += 0.1
    assert ring.charge(key) == 0
    other, _ = store.create(Scope.SERVER, rate=10)
    assert ring.charge(other) == 0, "each key has a rate of its own"


def test_a_label_is_one_line(store: KeyStore) -> None:
    key, _ = store.create(Scope.SERVER, "a\nlabel \u202e" + "x" * 200)
    assert key.label.startswith("a label x")
    assert len(key.label) <= 80
