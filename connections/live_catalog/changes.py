"""What has changed in the served version of the catalog: a stream in Redis that readers follow.

An entry names items. Whoever reads one looks up their present state, so that it does no harm to read an entry twice,
or to read a later state than its own.
"""

from collections.abc import Iterable
from typing import Any

import msgspec

from online_models.schema import keyspace
from online_models.schema.events import ItemId
from online_models.schema.json_reader import json_reader

SINCE, CHANGED, NEAR = b"since", b"changed", b"near"
"""The fields of an entry: what was applied before it, the items, and the items with other content neighbors."""


class BrokenStream(ValueError):
    """An entry that nobody of this version has written."""


_encode = msgspec.json.Encoder().encode
_decode = json_reader(msgspec.json.Decoder(tuple[ItemId, ...]), BrokenStream)


class CatalogChanges(msgspec.Struct, frozen=True, kw_only=True):
    """The items that have changed up to an offset of the topic, each once, in order of their first change.

    Attributes
    ----------
    applied
        Offset of the next record to apply.
    changed
        Items whose products have changed, or that are gone.
    near
        Items whose content neighbors have changed.
    """

    applied: int
    changed: tuple[ItemId, ...]
    near: tuple[ItemId, ...] = ()


def entry_of(since: int, changed: Iterable[ItemId], near: Iterable[ItemId] = ()) -> dict[bytes, bytes]:
    """Return the fields of an entry."""
    return {SINCE: b"%d" % since, CHANGED: _encode(tuple(changed)), NEAR: _encode(tuple(near))}


def read_applied(client: Any, version: str) -> int:
    """Return up to which offset changes are part of a version. Raises `redis.RedisError`."""
    return int(client.get(keyspace.catalog_applied(version)) or 0)


def read_changes(client: Any, version: str, since: int, applied: int) -> CatalogChanges | None:
    """Return what has changed since an offset, up to one that is applied.

    None where the stream does not say all of it: what has changed is to be read as a whole. Raises `redis.RedisError`.
    """
    if applied < since:
        return None
    found = client.xrange(keyspace.catalog_changes(version), f"({since}-0", "+")
    changed: dict[ItemId, None] = {}
    near: dict[ItemId, None] = {}
    reached = since
    try:
        for entry, fields in found:
            if int(fields[SINCE]) > reached:
                return None
            reached = int(entry.partition(b"-")[0])
            changed |= dict.fromkeys(_decode(fields[CHANGED]))
            near |= dict.fromkeys(_decode(fields[NEAR]))
    except (KeyError, ValueError):
        return None
    if reached < applied:
        return None
    return CatalogChanges(applied=reached, changed=tuple(changed), near=tuple(near))
