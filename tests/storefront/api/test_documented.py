"""docs/api.md says what the API does."""

import re
from pathlib import Path

from flask import Flask

from storefront.api.events.sources import IDENTIFIED, SERVER
from storefront.api.problems import ProblemType
from storefront.api.shapes.table import as_markdown
from tests.storefront.api.api_client import ApiClient

PAGE = (Path(__file__).parents[3] / "docs" / "api.md").read_text(encoding="utf-8")


def test_every_problem_is_documented() -> None:
    rows = re.findall(r"^\| `([a-z-]+)` \| (\d+) \| (.+) \|$", PAGE, re.MULTILINE)
    named = {(kind.urn.rpartition(":")[2], str(kind.status), kind.title) for kind in ProblemType}
    assert set(rows) == named


def test_every_route_is_documented(app: Flask, nobody: ApiClient) -> None:
    document = nobody.get("/openapi.json").get_json()
    routes = {(method.upper(), path) for path, of_path in document["paths"].items() for method in of_path}
    missing = {route for route in routes if not is_documented(*route)}
    assert missing == set()


def is_documented(method: str, path: str) -> bool:
    if path == "/lists/{name}":
        return all(
            f"`{path}`" in PAGE.replace("GET ", "") for path in ("/lists/trending", "/lists/top-rated", "/lists/new")
        )
    return f"`{method} {path}`" in PAGE


def test_the_table_of_other_systems_is_the_one_that_events_are_read_by() -> None:
    assert as_markdown() in PAGE


def test_every_kind_of_event_is_documented_with_its_fields() -> None:
    own = PAGE.partition("### Events of other systems")[0]
    rows = dict(re.findall(r"^\| (`[a-z_]+`.*?) \| (.*?) \|", own, re.MULTILINE))
    documented = {kind: fields for kinds, fields in rows.items() for kind in re.findall(r"`([a-z_]+)`", kinds)}
    for kind, fields in {**SERVER.fields, IDENTIFIED: {"account"}}.items():
        missing = {name for name in fields if name not in {"cause", "drawn_ms", "painted_ms"}}
        assert missing <= set(re.findall(r"`([a-z_]+)`", documented.get(kind, ""))), kind
