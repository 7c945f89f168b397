"""History, export and erasure of another shop's visitors; search."""

from typing import Any

import pytest

from online_models.schema.events import ItemId, VisitorForgotten
from online_models.schema.own_visitors import visitor_of
from tests.storefront.api.api_client import ApiClient
from tests.storefront.api.builders import ANONYMOUS, a_list_for
from tests.storefront.in_memory import MemoryEventPublisher, MemoryServingReader

OWN_ID = "customer 17"
PATH = "/visitors/customer%2017"


@pytest.fixture(autouse=True)
def _deeds(server: ApiClient, page: ApiClient) -> None:  # both keys are there before the first request reads them
    deeds: list[dict[str, Any]] = [
        {"kind": "item_viewed", "item": "mug"},
        {"kind": "item_viewed", "item": "cup"},
        {"kind": "item_rated", "item": "mug", "stars": 4},
        {"kind": "cart_item_added", "item": "bag", "quantity": 2},
        {"kind": "item_wished", "item": "tote"},
        {"kind": "item_dismissed", "item": "purse"},
    ]
    answer = server.post("/events", json=[{"visitor": OWN_ID, **deed} for deed in deeds])
    assert answer.get_json()["accepted"] == len(deeds)


def test_a_history_says_what_was_done_page_by_page(server: ApiClient) -> None:
    path, entries = f"{PATH}/history?count=4", []
    first = server.get(path).get_json()
    entries = first["entries"] + server.get(f"{path}&cursor={first['next']}").get_json()["entries"]
    assert entries == [
        {"deed": "viewed", "item": "cup"},
        {"deed": "viewed", "item": "mug"},
        {"deed": "rated", "item": "mug", "stars": 4},
        {"deed": "in_basket", "item": "bag", "quantity": 2},
        {"deed": "wished", "item": "tote"},
        {"deed": "dismissed", "item": "purse"},
    ]


def test_a_cursor_is_of_one_visitor(server: ApiClient) -> None:
    cursor = server.get(f"{PATH}/history?count=1").get_json()["next"]
    assert server.get(f"/visitors/other/history?count=1&cursor={cursor}").status_code == 400


def test_an_export_holds_all(server: ApiClient, reader: MemoryServingReader) -> None:
    a_list_for(reader, OWN_ID, "tote")
    export = server.get(f"{PATH}/export").get_json()
    assert export["visitor"] == OWN_ID
    assert (export["viewed"], export["ratings"], export["basket"]) == (["cup", "mug"], {"mug": 4}, {"bag": 2})
    assert (export["wish_list"], export["dismissed"]) == (["tote"], ["purse"])
    assert export["recommendations"][0]["item"] == "tote"


def test_an_erasure_leaves_nothing_and_tells_the_models(server: ApiClient, publisher: MemoryEventPublisher) -> None:
    answer = server.delete(PATH)
    assert (answer.status_code, answer.get_data()) == (204, b"")
    assert server.get(f"{PATH}/history").get_json() == {"entries": []}
    assert isinstance(publisher.events[-1], VisitorForgotten)
    assert publisher.events[-1].visitor == visitor_of(OWN_ID)
    assert server.delete("/visitors/nobody-knows").status_code == 204


@pytest.mark.parametrize(("method", "path"), [("GET", "/history"), ("GET", "/export"), ("DELETE", "")])
def test_a_pages_key_opens_nothing_of_it(page: ApiClient, method: str, path: str) -> None:
    answer = page.open(method, PATH + path)
    assert answer.status_code == 403
    assert answer.get_json()["type"].endswith("wrong-scope")


def test_a_search_is_filtered_and_says_how_much_there_is(page: ApiClient) -> None:
    found = page.get("/search?q=red+heart").get_json()
    assert {one["item"] for one in found["items"]} == {"mug", "bag"}
    assert (found["total"], found["page"], found["pages"]) == (2, 1, 1)
    only = page.get("/search?q=red+heart&category=bags").get_json()
    assert [one["item"] for one in only["items"]] == ["bag"]
    assert page.get("/search?q=red&price=cheap").status_code == 400
    assert page.get("/search").status_code == 400
    assert page.get("/search?q=%20").get_json()["items"] == []


def test_suggestions_while_somebody_types(page: ApiClient) -> None:
    found = page.get(f"/autocomplete?q=red+he&visitor={ANONYMOUS}").get_json()
    assert {one["item"] for one in found["items"]} == {ItemId("mug"), ItemId("bag")}
