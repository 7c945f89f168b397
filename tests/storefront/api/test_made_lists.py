"""Lists that are made when they are asked for."""

from typing import Any

import pytest

from online_models.schema import phrases
from online_models.schema.events import ItemId
from online_models.schema.own_visitors import visitor_of
from online_models.schema.recommendations import Reason
from online_models.schema.requested_list import ListFilter, ListRequest, MadeItem, MadeList
from storefront.serving.requested_lists import NoList, Problem, RequestedLists
from tests.storefront.api.api_client import ApiClient


class MemoryRequestedLists(RequestedLists):
    """Answers as a learner would, with these items."""

    def __init__(self) -> None:
        self.asked: list[ListRequest] = []
        self.items = ("tote", "mug", "gone")
        self.problem: Problem | None = None

    def make(self, request: ListRequest) -> MadeList:
        self.asked.append(request)
        if self.problem:
            raise NoList(self.problem)
        scores = {"transitions": 0.5} if request.explain else {}
        made = tuple(
            MadeItem(
                item=ItemId(item),
                score=1.0 - place / 10,
                member="transitions",
                reason=Reason(phrase=phrases.BEST_SELLER),
                scores=scores,
            )
            for place, item in enumerate(self.items)
        )
        return MadeList(ranking_id=request.ranking_id, ranked_at=5.0, items=made)


@pytest.fixture
def lists() -> MemoryRequestedLists:
    return MemoryRequestedLists()


@pytest.fixture
def app_config(app_config: dict[str, Any], lists: MemoryRequestedLists) -> dict[str, Any]:
    return app_config | {"REQUESTED_LISTS": lists}


def test_all_that_is_said_is_asked_of_the_models(server: ApiClient, lists: MemoryRequestedLists) -> None:
    wanted = {"categories": ["mugs"], "tags": ["red"], "min_price": 1, "max_price": 900, "in_stock": True}
    content = {
        "visitor": "gid://shopify/Customer/1",
        "session": ["a", "gid://shopify/Product/1"],
        "item": "c",
        "basket": ["d"],
        "exclude": ["e"],
        "count": 7,
        "filter": wanted,
        "explain": True,
    }
    answer = server.post("/recommendations", json=content)
    assert answer.status_code == 200, answer.get_data()
    (asked,) = lists.asked
    assert asked == ListRequest(
        ranking_id=asked.ranking_id,
        visitor=visitor_of("gid://shopify/Customer/1"),
        session=(ItemId("a"), ItemId("gid://shopify/Product/1")),
        item=ItemId("c"),
        basket=(ItemId("d"),),
        exclude=(ItemId("e"),),
        count=7,
        filter=ListFilter(categories=("mugs",), tags=("red",), min_price=1, max_price=900, in_stock=True),
        explain=True,
    )


def test_the_list_comes_with_products_reasons_and_the_part_of_each_source(server: ApiClient) -> None:
    body = server.post("/recommendations", json={"session": ["mug"], "explain": True}).get_json()
    assert [one["item"] for one in body["items"]] == ["tote", "mug"], "without what is no longer sold"
    first = body["items"][0]
    assert (first["title"], first["price"], first["score"]) == ("Jumbo Tote", 695, 1.0)
    assert (first["source"], first["scores"]) == ("transitions", {"transitions": 0.5})
    assert first["reason"]["text"]
    assert (body["surface"], body["is_personal"], body["ranked_at"]) == ("api", True, 5.0)
    assert "next" not in body


def test_each_list_has_a_name_of_its_own(server: ApiClient, lists: MemoryRequestedLists) -> None:
    names = [server.post("/recommendations", json={}).get_json()["ranking_id"] for _ in range(2)]
    assert len(set(names)) == 2
    assert [asked.ranking_id for asked in lists.asked] == names


def test_nothing_need_be_said(server: ApiClient) -> None:
    answer = server.post("/recommendations", json={})
    assert answer.headers["Cache-Control"] == "no-store"
    assert "is_personal" not in answer.get_json()
    assert "scores" not in answer.get_json()["items"][0]


@pytest.mark.parametrize(
    ("content", "field"),
    [
        ({"count": 0}, "count"),
        ({"count": 101}, "count"),
        ({"session": "mug"}, "session"),
        ({"session": ["m"] * 101}, "session"),
        ({"filter": {"min_price": -1}}, "filter.min_price"),
        ({"filter": {"colour": "red"}}, "filter"),
        ({"colour": "red"}, ""),
    ],
)
def test_what_does_not_fit_is_refused_by_its_field(
    server: ApiClient, lists: MemoryRequestedLists, content: dict[str, object], field: str
) -> None:
    answer = server.post("/recommendations", json=content)
    assert answer.status_code == 422
    assert answer.get_json().get("field", "") == field
    assert not lists.asked


@pytest.mark.parametrize(("problem", "status"), [("late", 503), ("away", 503), ("busy", 503), ("failed", 500)])
def test_without_a_list_the_client_is_told_when_to_try_again(
    server: ApiClient, lists: MemoryRequestedLists, problem: Problem, status: int
) -> None:
    lists.problem = problem
    answer = server.post("/recommendations", json={})
    assert answer.status_code == status
    assert answer.content_type == "application/problem+json"
    assert ("Retry-After" in answer.headers) == (status == 503)


def test_a_pages_key_does_not_open_it(page: ApiClient, lists: MemoryRequestedLists) -> None:
    assert page.post("/recommendations", json={}).status_code == 403
    assert not lists.asked
