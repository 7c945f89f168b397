"""The account pages of a running shop, as somebody without a browser uses them."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from html import unescape
from pathlib import Path

import pytest
from redis import Redis

from infra.chaos.shop_client import PageAnswer, ShopClient, token_in
from infra.programs.ports import free_port
from tests.storefront.running_shop import DEADLINE, ShopProcess, publish_catalog

PASSWORD = "a lantern on the quay"


@contextmanager
def a_running_shop(home: Path, redis_url: str, **settings: str) -> Iterator[ShopProcess]:
    """Run a real storefront with further ``RIVERFRONT_`` settings."""
    with Redis.from_url(redis_url) as redis:
        redis.flushall()
        publish_catalog(redis)
    with pytest.MonkeyPatch.context() as patch:
        for name, value in settings.items():
            patch.setenv(f"RIVERFRONT_{name}", value)
        process = ShopProcess(home, free_port(), redis_url)
    try:
        process.start()
        yield process
    finally:
        process.stop()


def submit(client: ShopClient, page: str, fields: Mapping[str, object], to: str = "") -> PageAnswer:
    """Open a page, and send a form that is on it."""
    token = token_in(client.get(page, DEADLINE).text)
    return client.post_form(to or page, fields, token, DEADLINE)


def sign_up(shop: ShopProcess, email: str, **fields: str) -> tuple[ShopClient, PageAnswer]:
    """Sign up in a new browser."""
    client = ShopClient(shop.address)
    return client, submit(client, "/account/sign-up", {"name": "", "email": email, "password": PASSWORD, **fields})


def text_of(page: PageAnswer) -> str:
    """Return a page with its entities written out."""
    return unescape(page.text)
