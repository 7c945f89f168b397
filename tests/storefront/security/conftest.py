"""Two people with accounts, each in a browser of their own, and a clock for sign-ins."""

import time

import pytest
from flask import Flask

from tests.storefront.accounts.people import ANN, BOB, PASSWORD
from tests.storefront.browser_client import BrowserClient, browser_of
from tests.storefront.manual_clock import Clock


@pytest.fixture
def ann(client: BrowserClient) -> BrowserClient:
    """A browser in which Ann has opened her account."""
    assert client.submit("/account/sign-up", {"name": "Ann", "email": ANN, "password": PASSWORD}).status_code == 303
    return client


@pytest.fixture
def bob(app: Flask) -> BrowserClient:
    """A browser in which Bob has opened his account."""
    browser = browser_of(app)
    assert browser.submit("/account/sign-up", {"name": "Bob", "email": BOB, "password": PASSWORD}).status_code == 303
    return browser


@pytest.fixture
def clock() -> Clock:
    return Clock(time.time())
