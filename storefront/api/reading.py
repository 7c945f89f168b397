"""Reads what a request brings: parameters of its path and query, and its JSON body. All are checked by type."""

import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Annotated, Any, get_origin, get_type_hints
from urllib.parse import unquote_to_bytes

import msgspec
from flask import request
from msgspec import Meta

from online_models.schema.events import Item
from online_models.schema.json_reader import UNREADABLE
from online_models.schema.own_visitors import OwnVisitor
from storefront.api.problems import ProblemType, fail

EventName = Annotated[str, Meta(min_length=1, max_length=128, description="An event's id, as it was sent.")]
ListName = Annotated[str, Meta(pattern=r"^(trending|top-rated|new)\Z", description="A list of the whole shop.")]
KeyName = Annotated[str, Meta(min_length=1, max_length=16)]

PATH_TYPES: dict[str, Any] = {"item": Item, "visitor": OwnVisitor, "event": EventName, "name": ListName}
"""The type of each parameter that may stand in a path."""

_AT = re.compile(r" - at `\$\.?([^`]*)`\Z")


def read_path(name: str, sent: str) -> Any:
    """Return a parameter of the path. Raises `Problem`."""
    try:
        return msgspec.convert(unquote_to_bytes(sent).decode(), PATH_TYPES[name])
    except UNREADABLE as error:
        fail(ProblemType.INVALID_PARAMETER, wording_of(error), field=name)


def read_query(kind: type[msgspec.Struct] | None) -> Any:
    """Return the query as a struct; a field that holds several values may be given several times. Raises `Problem`.

    Without a type, there must be none.
    """
    return query_of(kind, request.args.lists())


def query_of(kind: type[msgspec.Struct] | None, sent: Iterable[tuple[str, list[str]]]) -> Any:
    """Return the names and values of a query as a struct. Raises `Problem`."""
    lists = {} if kind is None else _lists_of(kind)
    fields: dict[str, Any] = {}
    for name, values in sent:
        if name not in lists:
            fail(ProblemType.INVALID_PARAMETER, "There is no such parameter.", field=name[:64])
        if not lists[name] and len(values) > 1:
            fail(ProblemType.INVALID_PARAMETER, "It is given several times.", field=name)
        fields[name] = values if lists[name] else values[0]
    try:
        return None if kind is None else msgspec.convert(fields, kind, strict=False)
    except UNREADABLE as error:
        fail(ProblemType.INVALID_PARAMETER, wording_of(error), field=field_of(error))


def read_json(payload: bytes, kind: Any = Any) -> Any:
    """Return a JSON body of a type. Raises `Problem`."""
    try:
        return msgspec.json.decode(payload, type=kind)
    except msgspec.ValidationError as error:
        fail(ProblemType.INVALID_BODY, wording_of(error), field=field_of(error))
    except UNREADABLE:
        fail(ProblemType.MALFORMED, "The body is not JSON in UTF-8.")


def read_body(kind: Any) -> Any:
    """Return the JSON body of this request. Raises `Problem`."""
    if request.mimetype != "application/json":
        fail(ProblemType.WRONG_MEDIA_TYPE, "Send application/json.")
    return read_json(request.get_data(cache=False), kind)


def field_of(error: Exception) -> str:
    """Return the field that an error of msgspec's names."""
    found = _AT.search(str(error))
    return found[1] if found else ""


def wording_of(error: Exception) -> str:
    """Return what is wrong, without the value that was sent: it may be long, or written to be read in a log."""
    text = _AT.sub("", str(error))
    return re.sub(r"^(Invalid .*?value) .*", r"\1", text, flags=re.DOTALL)[:300]


@cache
def _lists_of(kind: type[msgspec.Struct]) -> Mapping[str, bool]:
    """Return the names of a struct's fields, and of each whether it holds several values."""
    hints = get_type_hints(kind)
    names = zip(kind.__struct_fields__, kind.__struct_encode_fields__, strict=True)
    return {sent: get_origin(hints[name]) is tuple for name, sent in names}
