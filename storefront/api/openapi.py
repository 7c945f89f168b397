"""The OpenAPI 3.1 document, made of the routes and the types that requests are checked against."""

import re
from collections.abc import Iterable, Sequence
from inspect import cleandoc
from typing import Any

import msgspec

from storefront.api.idempotency import HEADER, KEY_PATTERN
from storefront.api.keys.api_key import Scope
from storefront.api.mount import PREFIX
from storefront.api.problems import CONTENT_TYPE, ProblemDetails, ProblemType
from storefront.api.reading import PATH_TYPES
from storefront.api.route import Route

VERSION = "1.0.0"
_REF = "#/components/schemas/{name}"
_DESCRIPTION = "Events in, recommendations out. Every error is a problem (RFC 9457). docs/api.md has the rest."
_FAILURES = (ProblemType.NO_KEY, ProblemType.WRONG_SCOPE, ProblemType.TOO_MANY_REQUESTS)


def build_document(routes: Sequence[Route], address: str = PREFIX) -> dict[str, Any]:
    """Return the document as plain data, for an API at an address, which may be a path alone."""
    # Imported late: only who asks for the document needs it.
    from apispec import APISpec

    spec = APISpec(
        title="Riverfront API",
        version=VERSION,
        openapi_version="3.1.0",
        info={"description": _DESCRIPTION},
        servers=[{"url": address}],
        tags=[{"name": name} for name in dict.fromkeys(route.tag for route in routes)],
    )
    spec.components.security_scheme(
        "key", {"type": "http", "scheme": "bearer", "description": "`riverfront keys create`"}
    )
    kinds = [kind for route in routes for kind in (*route.answers.values(), route.body) if kind is not None]
    schemas, components = msgspec.json.schema_components([ProblemDetails, *kinds], ref_template=_REF)
    schema_of = dict(zip(map(repr, [ProblemDetails, *kinds]), schemas, strict=True))
    for name, schema in sorted(components.items()):
        spec.components.schema(name, schema)
    for route in routes:
        spec.path(path=route.path, operations={route.method.lower(): _operation(route, schema_of)})
    document: dict[str, Any] = _portable(spec.to_dict())
    return document


def _portable(value: Any) -> Any:
    """Write patterns as other languages read them: Python's ends of a text are none of theirs."""
    if isinstance(value, dict):
        kept = {"pattern": _pattern, "description": _text}
        return {name: kept.get(name, _portable)(part) for name, part in value.items()}
    return [_portable(part) for part in value] if isinstance(value, list | tuple) else value


def _pattern(value: Any) -> Any:
    return value.replace(r"\A", "^").replace(r"\Z", "$") if isinstance(value, str) else _portable(value)


def _text(value: Any) -> Any:
    return cleandoc(value) if isinstance(value, str) else _portable(value)


def _operation(route: Route, schema_of: dict[str, Any]) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": route.name,
        "summary": route.summary,
        "tags": [route.tag],
        "security": [{"key": []}],
        "x-scope": str(route.scope),
        "parameters": [*_path_parameters(route), *_query_parameters(route), *_header_parameters(route)],
        "responses": dict(_responses(route, schema_of)),
    }
    of_key = "Any key opens it." if route.scope is Scope.BROWSER else "It takes a server's key."
    operation["description"] = f"{route.description} {of_key}".strip()
    if route.body is not None:
        shown = (
            {"examples": {name: {"value": value} for name, value in route.examples.items()}} if route.examples else {}
        )
        content = {kind: {"schema": schema_of[repr(route.body)], **shown} for kind in route.media}
        operation["requestBody"] = {"required": True, "content": content}
    return operation


def _path_parameters(route: Route) -> Iterable[dict[str, Any]]:
    for name in re.findall(r"\{(\w+)\}", route.path):
        schema = _plain(PATH_TYPES[name])
        yield {"name": name, "in": "path", "required": True, "schema": schema}


def _query_parameters(route: Route) -> Iterable[dict[str, Any]]:
    if route.query is None:
        return
    (_,), components = msgspec.json.schema_components([route.query], ref_template=_REF)
    schema = components[route.query.__name__]
    for name, of_field in schema["properties"].items():
        required = name in schema.get("required", ())
        yield {"name": name, "in": "query", "required": required, "schema": _without_null(of_field)}


def _without_null(schema: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of a parameter that may be left out: there is no null in a query."""
    kinds = [kind for kind in schema.get("anyOf", ()) if kind != {"type": "null"}]
    if len(kinds) != 1:
        return schema
    rest = {name: value for name, value in schema.items() if name != "anyOf" and (name, value) != ("default", None)}
    return {**kinds[0], **rest}


def _header_parameters(route: Route) -> Iterable[dict[str, Any]]:
    if route.has_etag:
        tag = {"type": "string", "description": "The ETag of an answer that the client has: 304 if it is the same."}
        yield {"name": "If-None-Match", "in": "header", "required": False, "schema": tag}
    if route.takes_idempotency_key:
        key = {
            "type": "string",
            "pattern": KEY_PATTERN,
            "description": "Stands for this request for a day: sent again with the same body, it counts once.",
        }
        yield {"name": HEADER, "in": "header", "required": False, "schema": key}


def _responses(route: Route, schema_of: dict[str, Any]) -> Iterable[tuple[str, dict[str, Any]]]:
    for status, kind in route.answers.items():
        answer: dict[str, Any] = {"description": route.summary}
        if kind is not None:
            answer["content"] = {"application/json": {"schema": schema_of[repr(kind)]}}
        if route.has_etag:
            answer["headers"] = {"ETag": {"schema": {"type": "string"}}}
        yield str(status), answer
    if route.has_etag:
        yield "304", {"description": "The client has it already"}
    problem = {CONTENT_TYPE: {"schema": schema_of[repr(ProblemDetails)]}}
    for failure in _FAILURES:
        headers = {"Retry-After": {"schema": {"type": "integer"}}}
        of_rate = {"headers": headers} if failure is ProblemType.TOO_MANY_REQUESTS else {}
        yield str(failure.status), {"description": failure.title, "content": problem, **of_rate}
    yield "default", {"description": "Any other problem", "content": problem}


def _plain(kind: Any) -> dict[str, Any]:
    (schema,), _ = msgspec.json.schema_components([kind], ref_template=_REF)
    return schema
