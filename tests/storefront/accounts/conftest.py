import pytest

from tests.storefront.accounts.people import ANN, PASSWORD
from tests.storefront.browser_client import BrowserClient
from tests.storefront.database.conftest import database as database


@pytest.fixture
def ann(client: BrowserClient) -> BrowserClient:
    """A browser in which Ann has opened her account."""
    answer = client.submit("/account/sign-up", {"name": "Ann Miller", "email": ANN, "password": PASSWORD})
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return client
