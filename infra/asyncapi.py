"""What lies in Kafka, as a document of AsyncAPI 3.1 and as a JSON Schema for each topic, made from the code.

``python -m infra.asyncapi`` writes both into docs/; a test compares them.

Sources: https://www.asyncapi.com/docs/reference/specification/v3.1.0 and
https://github.com/asyncapi/bindings/tree/master/kafka
"""

import json
from collections.abc import Iterator, Mapping
from importlib.metadata import version
from inspect import cleandoc
from pathlib import Path
from typing import Any

import msgspec

from bootstrap.publish.backfill import HistoryMarker
from online_models.schema.events import EVENT_TYPES, RankingShown
from online_models.schema.keyspace import (
    DEAD_LETTERS,
    HISTORY_MARKERS,
    IMPRESSIONS,
    INTERACTIONS,
    RANKER_UPDATES,
    TOPICS,
    WEIGHTS,
    Topic,
)
from online_models.schema.own_visitors import OwnVisitor
from online_models.schema.product import Product
from online_models.schema.ranker_update import LoggedUpdate
from online_models.schema.records.cloud_event import STRUCTURED
from online_models.schema.weights_record import WeightsRecord

DOCUMENT = Path("docs/asyncapi.json")
SCHEMAS = Path("docs/schemas")

Json = dict[str, Any]

_BINDING = "0.5.0"
_WORDS: Mapping[str, str] = {
    INTERACTIONS.name: "Every event but impressions. Who may write to it is trusted. Key records by visitor, so that "
    "those of a visitor stay in order.",
    IMPRESSIONS.name: "Lists that visitors were shown. While this topic does not exist, they go to `interactions`.",
    DEAD_LETTERS.name: "Records that could not be read or learned, as they came, with the reason in headers.",
    HISTORY_MARKERS.name: "How much of which history has been back-filled.",
    RANKER_UPDATES.name: "What the ranker of one learner has learned, for all of them. MessagePack.",
    "catalog": "The newest state of each product; a record without a value takes the product out. Compacted.",
    WEIGHTS.name: "Which weights of the session network were trained, and where in the log learners take them up.",
}
_KINDS: Mapping[str, tuple[type[msgspec.Struct], ...]] = {
    INTERACTIONS.name: tuple(kind for kind in EVENT_TYPES if kind is not RankingShown),
    IMPRESSIONS.name: (RankingShown,),
    HISTORY_MARKERS.name: (HistoryMarker,),
    RANKER_UPDATES.name: (LoggedUpdate,),
    WEIGHTS.name: (WeightsRecord,),
    "catalog": (Product,),
}
_HELD = {topic.name: _KINDS[topic.name] for topic in TOPICS if topic.name in _KINDS}
_KEYS: Mapping[str, str] = {
    INTERACTIONS.name: "The visitor.",
    IMPRESSIONS.name: "The visitor.",
    HISTORY_MARKERS.name: "The digest of the history.",
    "catalog": "The product's id.",
}
_CLOUD_EVENTS: Mapping[str, Json] = {
    "CloudEvent": {
        "title": "CloudEvent, binary",
        "summary": "An event in the envelope of CloudEvents 1.0: its type is the kind, after whatever stands before "
        "the last dot or slash; the data are the other fields.",
        "contentType": "application/json",
        "headers": {"$ref": "#/components/schemas/CloudEventHeaders"},
        "payload": {"$ref": "#/components/schemas/CloudEventData"},
    },
    "StructuredCloudEvent": {
        "title": "CloudEvent, structured",
        "summary": "The same with the envelope in the value. The header content-type says so.",
        "contentType": STRUCTURED,
        "payload": {"$ref": "#/components/schemas/StructuredCloudEvent"},
    },
}
_ENVELOPE: Mapping[str, Json] = {
    "specversion": {"const": "1.0"},
    "id": {
        "type": "string",
        "minLength": 1,
        "description": "With the source, which event it is: a retry has the same.",
    },
    "source": {"type": "string", "minLength": 1, "format": "uri-reference"},
    "type": {"type": "string", "minLength": 1, "examples": ["item_viewed", "com.example.shop.item_viewed"]},
    "time": {
        "type": "string",
        "format": "date-time",
        "description": "When it happened: `occurred_at`, unless data say.",
    },
    "partitionkey": {"type": "string", "description": "The visitor, unless the data name one."},
}
_SHOP_ID = msgspec.json.schema(OwnVisitor)
_REQUIRED = ("specversion", "id", "source", "type")


def build_document() -> Json:
    """Return the document of AsyncAPI."""
    return {
        "asyncapi": "3.1.0",
        "info": {
            "title": "Riverfront: topics in Kafka",
            "version": version("riverfront"),
            "description": "Every topic that the product reads or writes. Unknown fields of a record are ignored.",
            "license": {"name": "MIT"},
        },
        "defaultContentType": "application/json",
        "channels": {_name(topic): _channel(topic) for topic in TOPICS},
        "operations": dict(_operations()),
        "components": {"messages": _messages(), "schemas": _schemas("#/components/schemas/{name}")},
    }


def build_schemas() -> dict[str, Json]:
    """Return a JSON Schema (draft 2020-12) for what lies in each topic, by file name."""
    found = {}
    for name, held in _HELD.items():
        roots, parts = msgspec.json.schema_components(held, ref_template="#/$defs/{name}")
        found[f"{name}.schema.json"] = {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": name,
            "description": _WORDS[name],
            **({"oneOf": list(roots)} if len(held) > 1 else roots[0]),
            "$defs": portable(_as_written(parts)),
        }
    return found


def _as_written(parts: Json) -> Json:
    """Return the schemas of events as producers may write them: visitors may be those that the shop names."""
    own = {"description": "Who did it, as the shop calls them, or by their id in the product.", **_SHOP_ID}
    for schema in parts.values():
        fields = schema.get("properties", {})
        if "kind" in fields and "event_id" in fields:
            fields.update((name, own) for name in ("visitor", "account") if name in fields)
    return parts


def portable(part: Any) -> Any:
    r"""Return a schema as other languages read it: patterns in the dialect of JSON Schema, texts of one paragraph.

    Examples
    --------
    >>> portable({"pattern": r"\A[a-z]+\Z"})
    {'pattern': '^[a-z]+$'}
    """
    if isinstance(part, list):
        return [portable(one) for one in part]
    if not isinstance(part, dict):
        return part
    written = {name: portable(value) for name, value in part.items()}
    if isinstance(pattern := written.get("pattern"), str):
        written["pattern"] = pattern.replace(r"\A", "^").replace(r"\Z", "$")
    if isinstance(text := written.get("description"), str):
        written["description"] = " ".join(cleandoc(text).partition("\n\n")[0].split())
    return written


def _name(topic: Topic) -> str:
    """Return a topic's name as an identifier: ``interactions.dead`` becomes ``interactionsDead``."""
    first, *others = topic.name.split(".")
    return first + "".join(map(str.title, others))


def _channel(topic: Topic) -> Json:
    kept = {name: int(topic.config[name]) for name in ("retention.ms", "retention.bytes") if name in topic.config}
    policy = {"cleanup.policy": [topic.config.get("cleanup.policy", "delete")]}
    binding = {"partitions": topic.partitions, "topicConfiguration": policy | kept, "bindingVersion": _BINDING}
    return {
        "address": topic.name,
        "description": _WORDS.get(topic.name, ""),
        "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in _messages_of(topic)},
        "bindings": {"kafka": binding},
    }


def _messages_of(topic: Topic) -> tuple[str, ...]:
    if topic is DEAD_LETTERS:
        return ("DeadLetter",)
    names = tuple(kind.__name__ for kind in _HELD.get(topic.name, ()))
    return (*names, *_CLOUD_EVENTS) if topic is INTERACTIONS else names


def _operations() -> Iterator[tuple[str, Json]]:
    """Yield what the product does with each topic: it writes and reads all of them."""
    for topic in TOPICS:
        channel = {"$ref": f"#/channels/{_name(topic)}"}
        for action in ("send", "receive"):
            name = _name(topic)
            yield f"{action}{name[0].upper()}{name[1:]}", {"action": action, "channel": channel}


def _messages() -> dict[str, Json]:
    messages: dict[str, Json] = {}
    for topic, held in _HELD.items():
        key = {"kafka": {"key": {"type": "string", "description": _KEYS.get(topic, "")}, "bindingVersion": _BINDING}}
        for kind in held:
            tag = kind.__struct_config__.tag
            messages[kind.__name__] = {
                **({"name": tag} if isinstance(tag, str) else {}),
                "summary": portable({"description": kind.__doc__ or ""})["description"],
                "contentType": "application/msgpack" if topic == RANKER_UPDATES.name else "application/json",
                "payload": {"$ref": f"#/components/schemas/{kind.__name__}"},
                **({"bindings": key} if topic in _KEYS else {}),
            }
    letter = {
        "summary": _WORDS[DEAD_LETTERS.name],
        "contentType": "application/octet-stream",
        "headers": {"$ref": "#/components/schemas/DeadLetterHeaders"},
    }
    return messages | {"DeadLetter": letter} | dict(_CLOUD_EVENTS)


def _schemas(reference: str) -> Json:
    held = [kind for kinds in _HELD.values() for kind in kinds]
    _, parts = msgspec.json.schema_components(held, ref_template=reference)
    text = {"type": "string"}
    data = {"type": "object", "description": "The event's fields, without its kind."}
    schemas: Json = portable(_as_written(parts))
    schemas["DeadLetterHeaders"] = {
        "type": "object",
        "properties": dict.fromkeys(("reason", "topic", "partition", "offset", "appended_at"), text),
    }
    schemas["CloudEventHeaders"] = {
        "type": "object",
        "required": [f"ce_{name}" for name in _REQUIRED],
        "properties": {f"ce_{name}": schema for name, schema in _ENVELOPE.items()} | {"content-type": text},
    }
    schemas["CloudEventData"] = data
    schemas["StructuredCloudEvent"] = {
        "type": "object",
        "required": [*_REQUIRED, "data"],
        "properties": {**_ENVELOPE, "data": {"$ref": "#/components/schemas/CloudEventData"}},
    }
    return schemas


def write_files(folder: Path = Path()) -> None:
    """Write the document and the schemas below a folder."""
    for path, content in files().items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(content, encoding="utf-8")


def files() -> dict[Path, str]:
    """Return the text of each file, by its path in the project."""
    found = {DOCUMENT: build_document()} | {SCHEMAS / name: schema for name, schema in build_schemas().items()}
    return {path: f"{json.dumps(content, indent=2, ensure_ascii=False)}\n" for path, content in found.items()}


if __name__ == "__main__":
    write_files()
