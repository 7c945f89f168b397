"""The OpenAPI document says what the application does."""

import re
from typing import Any

import pytest
from flask import Flask

from infra.api_clients import build_openapi
from storefront.api.mount import PREFIX
from tests.storefront.api.api_client import ApiClient


@pytest.fixture
def document(nobody: ApiClient) -> dict[str, Any]:
    answer = nobody.get("/openapi.json")
    assert answer.status_code == 200
    found: dict[str, Any] = answer.get_json()
    return found


def references(value: Any) -> set[str]:
    """Return every schema that a part of the document refers to."""
    if isinstance(value, dict):
        own = {value["$ref"]} if "$ref" in value else set()
        return own.union(*map(references, value.values())) if value else own
    return set[str]().union(*map(references, value)) if isinstance(value, list) else set()


def test_it_is_of_openapi_3_1_and_says_where_the_api_is(document: dict[str, Any]) -> None:
    assert document["openapi"] == "3.1.0"
    assert document["servers"] == [{"url": PREFIX}]


def test_it_is_the_one_that_the_clients_are_made_from(document: dict[str, Any]) -> None:
    assert build_openapi() == document


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    schemas = {f"#/components/schemas/{name}" for name in document["components"]["schemas"]}
    assert references(document) <= schemas


def test_every_operation_has_a_name_of_its_own_and_says_what_a_problem_looks_like(document: dict[str, Any]) -> None:
    operations = [one for path in document["paths"].values() for one in path.values()]
    names = [one["operationId"] for one in operations]
    assert len(set(names)) == len(names) > 3
    for one in operations:
        assert one["summary"]
        assert "application/problem+json" in one["responses"]["default"]["content"]
        assert {"401", "403", "429"} <= set(one["responses"])


def test_every_path_that_is_named_exists(document: dict[str, Any], app: Flask, nobody: ApiClient) -> None:
    for path, operations in document["paths"].items():
        for method in operations:
            answer = nobody.open(method.upper(), re.sub(r"\{\w+\}", "trending", path))
            assert answer.status_code == 401, f"{method} {path}"
