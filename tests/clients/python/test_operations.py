"""The clients have every operation of the OpenAPI document, with its parameters and its answer."""

import inspect
import json
import re
import typing
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from riverfront_client import AsyncRiverfront, ItemForm, RecommendationRequest, Riverfront, operations
from riverfront_client.operation import PREFIX, Operation

DOCUMENT = json.loads((Path(__file__).parents[3] / "docs" / "openapi.json").read_text(encoding="utf-8"))
FOUND = {
    one["operationId"]: (path, method.upper(), one)
    for path, methods in DOCUMENT["paths"].items()
    for method, one in methods.items()
}
BODIES: dict[str, tuple[Any, ...]] = {
    "sendEvents": ([{"kind": "taste_reset", "visitor": "v"}],),
    "makeRecommendations": (RecommendationRequest(),),
    "putItem": ("a/b", ItemForm(title="T", price=1)),
    "setStock": ("a/b", 3),
    "setPrice": ("a/b", 4.5),
    "changeItems": ([],),
    "search": ("mug",),
    "autocomplete": ("mu",),
    "forgetVisitor": ("a/b",),
}
"""What an operation is called with here; the others with an id alone."""

HEADERS_OF_OTHERS = {"If-None-Match"}


def snake(name: str) -> str:
    return re.sub(r"([A-Z])", r"_\1", name).lower()


def made(name: str) -> Operation[Any]:
    make = getattr(operations, snake(name))
    found: Operation[Any] = make(*BODIES.get(name, ("a/b",)))
    return found


@pytest.mark.parametrize("name", FOUND)
def test_an_operation_goes_where_the_document_says(name: str) -> None:
    path, method, _ = FOUND[name]
    assert (made(name).method, made(name).path) == (method, re.sub(r"\{\w+\}", "a%2Fb", path))


def parameters_of(make: Callable[..., Any]) -> tuple[set[str], set[str]]:
    """Return the names of what a function must be given, and of what it may be given."""
    needed: set[str] = set()
    optional: set[str] = set()
    for name, one in inspect.signature(make).parameters.items():
        if one.kind is one.VAR_KEYWORD:
            (fields,) = typing.get_args(one.annotation)
            optional |= typing.get_type_hints(fields).keys()
        else:
            (needed if one.default is one.empty else optional).add(name)
    return needed, optional


@pytest.mark.parametrize("name", FOUND)
def test_an_operation_takes_what_the_document_says(name: str) -> None:
    _, _, described = FOUND[name]
    needed, optional = parameters_of(getattr(operations, snake(name)))
    others = [one for one in described["parameters"] if one["name"] not in HEADERS_OF_OTHERS]
    assert {one["name"] for one in others if one["required"]} <= needed
    named = {one["name"]: one["name"].lower().replace("-", "_") for one in others if not one["required"]}
    assert set(named.values()) <= optional
    if "requestBody" not in described:
        assert optional == set(named.values())


@pytest.mark.parametrize("name", FOUND)
def test_an_operation_answers_what_the_document_says(name: str) -> None:
    _, _, described = FOUND[name]
    (answer,) = (one for status, one in described["responses"].items() if status.startswith("2"))
    content = answer.get("content", {}).get("application/json")
    expected = content["schema"]["$ref"].rpartition("/")[2] if content else "NoneType"
    assert made(name).answer.__name__ == expected
    hint = typing.get_type_hints(getattr(operations, snake(name)))["return"]
    assert typing.get_args(hint) == (made(name).answer,)


def test_there_is_no_operation_that_the_document_lacks() -> None:
    own = {
        name
        for name, one in vars(operations).items()
        if inspect.isfunction(one) and one.__module__ == operations.__name__
    }
    assert own == {snake(name) for name in FOUND}


@pytest.mark.parametrize("client", [Riverfront, AsyncRiverfront])
def test_each_client_has_every_operation_with_the_same_words(client: type) -> None:
    for name in map(snake, FOUND):
        own, make = getattr(client, name), getattr(operations, name)
        assert own.__doc__ == make.__doc__
        assert [*inspect.signature(own).parameters] == ["self", *inspect.signature(make).parameters]
        assert inspect.iscoroutinefunction(own) is (client is AsyncRiverfront)


def test_the_prefix_is_that_of_the_document() -> None:
    assert DOCUMENT["servers"] == [{"url": PREFIX}]
