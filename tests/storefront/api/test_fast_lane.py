"""Ready lists answered without Flask are those that Flask would answer with: it answers HEAD."""

import pytest
from flask import Flask
from msgspec.structs import replace

from storefront.settings import StorefrontSettings
from tests.storefront.api.api_client import ApiClient
from tests.storefront.api.builders import a_list_for, ranked
from tests.storefront.in_memory import MemoryServingReader


@pytest.fixture
def settings(settings: StorefrontSettings) -> StorefrontSettings:
    return replace(settings, ops_open=True)


PATHS = [
    "/visitors/v/recommendations",
    "/visitors/v/recommendations?count=2&exclude=mug&exclude=a%2Fb&tag=red",
    "/visitors/%E9%A1%A7/recommendations?count=1",
    "/items/mug/similar?visitor=v",
    "/items/mug/bought-together",
    "/lists/trending?category=mugs&min_price=100",
    "/lists/new",
    "/lists/best",
    "/lists/trending?count=0",
    "/lists/trending?count=1&count=2",
    "/lists/trending?cursor=none",
    "/lists/trending?exclude=%FF",
    "/lists/trending?more=1",
    "/items/no-such/similar",
    "/visitors/%FF/recommendations",
    "/visitors/a%2Fb/recommendations/",
]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("tag", ["", "*", '"another"'])
def test_both_ways_answer_alike(server: ApiClient, reader: MemoryServingReader, path: str, tag: str) -> None:
    a_list_for(reader, "v", "tote", "mug")
    reader.trending = (ranked("bag"),)
    headers = {"If-None-Match": tag} if tag else {}
    fast, slow = (server.open(method, path, headers=headers) for method in ("GET", "HEAD"))
    assert fast.status == slow.status
    assert sorted(fast.headers) == sorted(slow.headers)


@pytest.mark.parametrize("path", ["/visitors/v/recommendations", "/lists/trending", "/visitors/anon-0/recommendations"])
def test_both_ways_refuse_alike(nobody: ApiClient, page: ApiClient, path: str) -> None:
    for client, origin in ((nobody, ""), (page, ""), (page, "https://shop.example")):
        headers = {"Origin": origin} if origin else {}
        fast, slow = (client.open(method, path, headers=headers) for method in ("GET", "HEAD"))
        assert fast.status == slow.status
        assert sorted(fast.headers) == sorted(slow.headers)


def test_its_answers_are_counted_by_route(app: Flask, server: ApiClient, reader: MemoryServingReader) -> None:
    a_list_for(reader, "v", "tote")
    server.get("/visitors/v/recommendations")
    figures = app.test_client().get("/metrics").get_data(as_text=True)
    route = "/api/v1/visitors/<visitor>/recommendations"
    assert f'riverfront_request_seconds_count{{method="GET",route="{route}",status="2xx"}} 1.0' in figures
