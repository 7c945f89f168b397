"""The database cannot be written to, or is full: pages are shown as ever, and forms say what is the matter."""

import errno
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event

from infra.postgres.server import find_postgres, postgres_program, server_folder, url_of
from infra.programs.binaries import Missing
from infra.programs.ports import free_port
from infra.programs.program import Child
from online_models.schema.events import ItemId
from storefront import create_app
from storefront.database.connection import Database
from storefront.events.receipt import Refusal
from storefront.settings import StorefrontSettings
from storefront.visitor_state.belongings import Belongings
from tests.storefront.accounts.people import ANN, PASSWORD
from tests.storefront.browser_client import BrowserClient, browser_of
from tests.storefront.stored import belongings_of
from tests.storefront.web.account.test_auth import header_of

PAGES = ("/", "/products/mug", "/basket", "/orders", "/account/reviews", "/account/recommendations", "/search?q=mug")


def shop_on(app_config: dict[str, Any], database: Database) -> Flask:
    app = create_app(app_config | {"DATABASE": database})
    app.test_client_class = BrowserClient
    return app


@pytest.fixture(params=["read-only", "full"])
def stuck(
    request: pytest.FixtureRequest, app: Flask, app_config: dict[str, Any], settings: StorefrontSettings
) -> Flask:
    """The shop on the same database, which takes nothing more."""
    path = Path(settings.database.removeprefix("sqlite:///"))
    if request.param == "read-only":
        return shop_on(app_config, Database(f"sqlite:///file:{path}?mode=ro&uri=true"))
    database = Database(settings.database)
    # Not one page more than it has.
    event.listen(database._engine, "connect", lambda raw, _: raw.execute("PRAGMA max_page_count=1"))
    return shop_on(app_config, database)


def carry_on(client: BrowserClient, app: Flask) -> BrowserClient:
    """Return the same browser at another process of the shop."""
    other = browser_of(app)
    other._cookies = client._cookies
    return other


def test_pages_are_shown_and_changes_are_refused_in_words(
    app: Flask, client: BrowserClient, stuck: Flask, app_clock: Any
) -> None:
    client.submit("/account/sign-up", {"name": "Ann", "email": ANN, "password": PASSWORD})
    client.submit("/products/mug", {"item": "mug", "quantity": 2}, to="/basket/lines")
    client.submit("/products/cup", {"stars": 4}, to="/products/cup/rating")
    app_clock.ahead = 3_600
    ann = carry_on(client, stuck)
    for page in PAGES:
        answer = ann.get(page)
        assert answer.status_code == 200, page
        assert 'data-count="2"' in answer.get_data(as_text=True), page
    assert header_of(ann) == "Ann", "who is signed in stays so"

    for item in ("bag", "bowl"):
        answer = ann.submit(f"/products/{item}", {"item": item, "quantity": 3}, to="/basket/lines")
        if answer.status_code == 303:
            continue  # A full database may have room in a page that it has.
        assert answer.status_code == 503
        assert answer.headers["Retry-After"]
        assert "nothing has changed" in answer.get_data(as_text=True)
    # The stars are as they were: only the words would be written.
    review = {"stars": 4, "text": "As blue as it looks."}
    answer = ann.submit("/products/cup", review, to="/products/cup/review")
    if answer.status_code != 303:
        assert answer.status_code == 503
        assert answer.headers["Retry-After"]
        assert str(review["text"]) in answer.get_data(as_text=True)


def test_what_could_not_be_stored_is_stored_once_it_can(
    app: Flask, client: BrowserClient, app_config: dict[str, Any], settings: StorefrontSettings
) -> None:
    client.submit("/products/mug", {"item": "mug", "quantity": 2}, to="/basket/lines")
    path = Path(settings.database.removeprefix("sqlite:///"))
    stuck = carry_on(client, shop_on(app_config, Database(f"sqlite:///file:{path}?mode=ro&uri=true")))
    rated = {"kind": "item_rated", "item": "cup", "stars": 1, "event_id": "e1", "occurred_at": time.time()}
    (receipt,) = stuck.post("/interactions", json={"events": [rated]}).get_json()["receipts"]
    assert receipt == {"event_id": "e1", "accepted": False, "reason": Refusal.NOT_STORED}
    visitor = client.anonymous()
    assert belongings_of(app, visitor) == Belongings({ItemId("mug"): 2})
    (receipt,) = client.post("/interactions", json={"events": [rated]}).get_json()["receipts"]
    assert receipt["accepted"]
    assert belongings_of(app, visitor).stars == {ItemId("cup"): 1}


class SmallDisk:
    """A file system of its own, with a PostgreSQL on it."""

    def __init__(self, folder: Path, url: str) -> None:
        self.url = url
        self._filler = folder / "filler"

    def fill(self) -> None:
        """Leave not one byte free."""
        with self._filler.open("ab", buffering=0) as filler:
            for size in (2**20, 2**10):
                try:
                    while filler.write(bytes(size)) == size:
                        pass
                except OSError as error:
                    if error.errno != errno.ENOSPC:
                        raise

    def free(self) -> None:
        self._filler.unlink()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[SmallDisk]:
    port = free_port()
    with server_folder() as folder:
        mount = ["mount", "-t", "tmpfs", "-o", "size=128m", "tmpfs", str(folder)]
        if sys.platform != "linux" or os.geteuid() != 0 or subprocess.run(mount, capture_output=True).returncode:
            pytest.skip("a disk is full only where file systems may be mounted")
        try:
            server = Child(postgres_program(find_postgres(), port, folder, tmp_path / "postgres.log"))
            try:
                server.wait_until_ready()
                yield SmallDisk(folder, url_of(port))
            finally:
                server.stop()
        except Missing as missing:
            pytest.skip(str(missing))
        finally:
            subprocess.run(["umount", "-l", str(folder)], check=True)


@pytest.mark.integration
def test_a_postgresql_whose_disk_is_full_is_read_as_ever_and_takes_changes_once_there_is_room(
    small_disk: SmallDisk, app_config: dict[str, Any]
) -> None:
    database = Database(small_disk.url)
    ann = browser_of(shop_on(app_config, database))
    ann.submit("/account/sign-up", {"name": "Ann", "email": ANN, "password": PASSWORD})
    ann.submit("/products/mug", {"item": "mug", "quantity": 2}, to="/basket/lines")

    small_disk.fill()
    # The first star of the shop: it needs a page of its table's own, while others may still have room in theirs.
    answer = ann.submit("/products/cup", {"stars": 4}, to="/products/cup/rating")
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
    assert "nothing has changed" in answer.get_data(as_text=True)
    for page in PAGES:
        answer = ann.get(page)
        assert answer.status_code == 200, page
        assert 'data-count="2"' in answer.get_data(as_text=True), page
    assert header_of(ann) == "Ann"

    small_disk.free()
    assert ann.submit("/products/cup", {"stars": 4}, to="/products/cup/rating").status_code == 303
    database.close()
