"""The API of the storefront on stand-ins, and a key of each scope."""

import pytest
from flask import Flask

from storefront.api.keys.api_key import Scope
from storefront.api.keys.key_ring import KeyRing
from storefront.api.keys.key_store import KeyStore
from storefront.database.connection import Database
from storefront.settings import StorefrontSettings
from tests.storefront.api.api_client import ApiClient
from tests.storefront.api.builders import Hand


@pytest.fixture
def store(settings: StorefrontSettings) -> KeyStore:
    return KeyStore(Database(settings.database, is_patient=True))


@pytest.fixture
def hand() -> Hand:
    return Hand()


@pytest.fixture
def ring(store: KeyStore, hand: Hand) -> KeyRing:
    return KeyRing(store, hand)


@pytest.fixture
def server(app: Flask, store: KeyStore) -> ApiClient:
    """A shop's server."""
    return ApiClient(app, store.create(Scope.SERVER, "the tests' server")[1])


@pytest.fixture
def page(app: Flask, store: KeyStore) -> ApiClient:
    """A page in a browser."""
    return ApiClient(app, store.create(Scope.BROWSER, "the tests' pages")[1])


@pytest.fixture
def nobody(app: Flask) -> ApiClient:
    """A program without a key."""
    return ApiClient(app)
