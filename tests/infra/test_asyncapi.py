"""The document of the topics: it is that of the code, and hangs together."""

import re
from pathlib import Path
from typing import Any

import pytest

from infra.asyncapi import DOCUMENT, SCHEMAS, build_document, build_schemas, files
from online_models.schema.events import EVENT_TYPES, decode
from online_models.schema.keyspace import TOPICS

PROJECT = Path(__file__).parents[2]


def references_in(part: Any) -> list[str]:
    if isinstance(part, list):
        return [found for one in part for found in references_in(one)]
    if not isinstance(part, dict):
        return []
    own = [part["$ref"]] if isinstance(part.get("$ref"), str) else []
    return own + [found for one in part.values() for found in references_in(one)]


def patterns_in(part: Any) -> list[str]:
    if isinstance(part, list):
        return [found for one in part for found in patterns_in(one)]
    if not isinstance(part, dict):
        return []
    own = [part["pattern"]] if isinstance(part.get("pattern"), str) else []
    return own + [found for one in part.values() for found in patterns_in(one)]


def followed(document: dict[str, Any], reference: str) -> Any:
    found: Any = document
    for name in reference.removeprefix("#/").split("/"):
        found = found[name]
    return found


@pytest.mark.parametrize("path", files())
def test_what_is_published_is_current(path: Path) -> None:
    assert (PROJECT / path).read_text() == files()[path], "write it again: make asyncapi"


def test_no_schema_of_a_topic_is_left_over() -> None:
    written = {path for path in files() if path != DOCUMENT}
    assert {SCHEMAS / path.name for path in (PROJECT / SCHEMAS).iterdir()} == written


def test_every_topic_has_a_channel_and_two_operations() -> None:
    document = build_document()
    assert document["asyncapi"] == "3.1.0"
    assert {channel["address"] for channel in document["channels"].values()} == {topic.name for topic in TOPICS}
    operations = [(one["action"], one["channel"]["$ref"]) for one in document["operations"].values()]
    assert sorted(operations) == sorted(
        (action, f"#/channels/{name}") for name in document["channels"] for action in ("send", "receive")
    )
    assert all(channel["description"] and channel["messages"] for channel in document["channels"].values())


@pytest.mark.parametrize("document", [build_document(), *build_schemas().values()])
def test_all_references_lead_somewhere(document: dict[str, Any]) -> None:
    for reference in references_in(document):
        assert followed(document, reference) is not None


@pytest.mark.parametrize("document", [build_document(), *build_schemas().values()])
def test_patterns_are_those_of_json_schema(document: dict[str, Any]) -> None:
    for pattern in patterns_in(document):
        assert r"\A" not in pattern
        assert r"\Z" not in pattern
        re.compile(pattern)


def test_every_event_is_a_message_under_its_kind() -> None:
    messages = build_document()["components"]["messages"]
    for kind in EVENT_TYPES:
        assert messages[kind.__name__]["name"] == kind.__struct_config__.tag
        assert messages[kind.__name__]["payload"]["$ref"].endswith(f"/{kind.__name__}")


def test_what_the_schema_requires_is_what_the_reader_requires() -> None:
    schema = build_schemas()["interactions.schema.json"]["$defs"]["ItemViewed"]
    assert set(schema["required"]) == {"kind", "event_id", "visitor", "occurred_at", "item"}
    least = b'{"kind":"item_viewed","event_id":"e1","visitor":"v1","occurred_at":1.0,"item":"a/b"}'
    assert decode(least).visitor == "v1"


def test_every_kind_and_field_stands_in_the_documentation() -> None:
    page = (PROJECT / "docs" / "kafka.md").read_text()
    for kind in EVENT_TYPES:
        assert f"`{kind.__struct_config__.tag}`" in page
        assert {name for name in kind.__struct_fields__ if f"`{name}`" not in page} == set()
