"""Items read and changed by the API; what becomes of a change is the writer's own matter, with tests of its own."""

from collections.abc import Sequence
from typing import Any

import pytest

from storefront.catalog_writing.catalog_writer import CatalogClosed, CatalogWriter, ItemChange, ItemResult
from tests.storefront.api.api_client import ApiClient


class Desk(CatalogWriter):
    """Answers as it is told, and keeps what it was asked."""

    def __init__(self) -> None:
        self.changes: list[ItemChange] = []
        self.results: list[ItemResult] = []
        self.is_closed = False

    def write(self, changes: Sequence[ItemChange]) -> list[ItemResult]:
        if self.is_closed:
            raise CatalogClosed("Kafka does not answer")
        self.changes += changes
        return self.results or [ItemResult(item=change.item, status="written") for change in changes]


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def app_config(app_config: dict[str, Any], desk: Desk) -> dict[str, Any]:
    return app_config | {"CATALOG_WRITER": desk}


def test_an_item_is_written(server: ApiClient, desk: Desk) -> None:
    answer = server.open("PUT", "/items/a%2Fb", json={"title": "A Lamp", "price": 5, "availability": 3})
    assert (answer.status_code, answer.get_json()) == (202, {"item": "a/b", "status": "written"})
    (change,) = desk.changes
    assert (change.item, change.action) == ("a/b", "upsert")
    assert change.fields["title"] == "A Lamp"


def test_price_and_stock_are_changed_alone(server: ApiClient, desk: Desk) -> None:
    server.open("PATCH", "/items/mug/price", json={"price": "7.50 EUR"})
    server.open("PATCH", "/items/mug/stock", json={"availability": "out of stock"})
    server.delete("/items/cup")
    assert [(change.item, change.action, dict(change.fields)) for change in desk.changes] == [
        ("mug", "patch", {"price": "7.50 EUR"}),
        ("mug", "patch", {"availability": "out of stock"}),
        ("cup", "delete", {}),
    ]


def test_each_change_of_a_batch_has_its_answer(server: ApiClient, desk: Desk) -> None:
    desk.results = [ItemResult(item="a", status="written"), ItemResult(item="b", status="refused", problem="no price")]
    changes = [{"item": "a", "fields": {"title": "A", "price": 1}}, {"item": "b", "fields": {"title": "B"}}]
    answer = server.post("/items", json={"changes": changes})
    assert answer.status_code == 202
    found = answer.get_json()
    assert (found["written"], found["others"]) == (1, 1)
    assert found["results"][1] == {"item": "b", "status": "refused", "problem": "no price"}


@pytest.mark.parametrize(
    ("status", "code"), [("unknown", 404), ("refused", 422), ("unconfirmed", 503)], ids=lambda value: str(value)
)
def test_what_was_not_written_is_a_problem(server: ApiClient, desk: Desk, status: Any, code: int) -> None:
    desk.results = [ItemResult(item="mug", status=status, problem="the price is none")]
    answer = server.open("PATCH", "/items/mug/price", json={"price": "free"})
    assert answer.status_code == code
    assert answer.mimetype == "application/problem+json"


def test_while_the_catalog_cannot_be_changed_it_is_asked_to_come_again(server: ApiClient, desk: Desk) -> None:
    desk.is_closed = True
    answer = server.delete("/items/mug")
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]


def test_an_item_is_read_with_a_tag(server: ApiClient) -> None:
    answer = server.get("/items/mug")
    assert answer.get_json()["title"] == "Red Heart Mug"
    assert server.get("/items/mug", headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
    assert server.get("/items/nothing").status_code == 404


def test_only_a_server_may_change_items(page: ApiClient, nobody: ApiClient) -> None:
    assert page.delete("/items/mug").status_code == 403
    assert nobody.delete("/items/mug").status_code == 401


@pytest.mark.parametrize(
    "body",
    [{}, {"title": "A", "price": -1}, {"title": "A", "price": 1, "size": "L"}, {"title": "", "price": 1}],
    ids=["nothing", "price", "unknown field", "no title"],
)
def test_what_is_no_item_is_refused(server: ApiClient, desk: Desk, body: dict[str, Any]) -> None:
    assert server.open("PUT", "/items/mug", json=body).status_code == 422
    assert not desk.changes
