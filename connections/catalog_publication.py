"""One version of the catalog on its way into Redis, and back: written aside, counted, and served by flipping a pointer.

A version comes in batches, so that a large catalog never lies in memory as a whole.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

import msgspec
import redis

from online_models.schema import keyspace
from online_models.schema.product import InvalidProduct, decode_categories

BATCH = 500
"""Entries per command, so that neither side ever holds more than a few hundred kilobytes of one."""

UNFINISHED_TTL = keyspace.HOUR
"""A version that was never finished, because its writer was killed, is gone after this long."""

Advance = Callable[[int], None]
Kind = Literal["hash", "list", "string"]


class Incomplete(Exception):
    """Redis does not hold all of a version. What was served before still is."""


class Superseded(Exception):
    """Redis serves another version by now, which may stay."""


class Batch(msgspec.Struct, frozen=True):
    """Some fields of a hash, each before its value; a whole list; or the one value of a string."""

    key: str
    kind: Kind
    entries: tuple[bytes, ...]

    @property
    def size(self) -> int:
        """How many fields, items or values it holds."""
        return len(self.entries) // 2 if self.kind == "hash" else len(self.entries)


@dataclass(slots=True)
class _Given:
    """What a key was given: how many entries, and the length of each where that is checked as well."""

    kind: Kind
    count: int = 0
    lengths: dict[bytes, int] = field(default_factory=dict)

    def add(self, batch: Batch) -> None:
        self.count += batch.size
        if batch.kind == "hash" and batch.size == 1:
            self.lengths[batch.entries[0]] = len(batch.entries[1])


def served_version(client: redis.Redis) -> str | None:
    """Read which version is served; None where there is none, or nothing of it is left."""
    version = _text(client.get(keyspace.catalog_version()))
    if not version:
        return None
    is_there = client.exists(keyspace.catalog_products(version))
    # Redis keeps no empty hash: of a shop that has deleted its last product, the empty list of categories is left.
    return version if is_there or client.get(keyspace.catalog_categories(version)) == b"[]" else None


def fields_per_batch(key: str, version: str) -> int:
    """Return how many fields of a hash go together: of the search index one file, as it may have some megabytes."""
    return 1 if key == keyspace.catalog_search(version) else BATCH


def publish_version(
    client: redis.Redis,
    version: str,
    batches: Iterable[Batch],
    may_replace: Callable[[str | None], bool] = lambda _: True,
    advance: Advance = lambda _: None,
) -> str | None:
    """Write a version and serve it. Returns the version before, which lives `OLD_CATALOG_TTL` longer.

    Two that write the same version at once do no harm.

    Raises
    ------
    Incomplete
        If Redis holds less than it was given.
    Superseded
        If ``may_replace`` refuses to replace the version that is served in the end.
    redis.RedisError
        If Redis cannot be reached. In all three cases what was written is taken away; where even that fails, it
        expires by itself.
    """
    given: dict[str, _Given] = {}
    try:
        _write(client, batches, given, advance)
        _check(client, given)
        return _flip(client, version, given, may_replace)
    except BaseException:
        _remove(client, version, given)
        raise


def read_version(client: redis.Redis, version: str) -> Iterator[Batch]:
    """Read a version that is served. Raises `Incomplete` if it goes meanwhile, and `redis.RedisError`."""
    answers: Any = client
    for key in _stored_keys(client, version):
        match answers.type(key):
            case b"hash":
                fields = answers.hkeys(key)
                size = fields_per_batch(key, version)
                for start in range(0, len(fields), size):
                    names = fields[start : start + size]
                    values = answers.hmget(key, names)
                    if None in values:
                        raise Incomplete(f"{key} was changed while it was read")
                    yield Batch(key, "hash", tuple(part for field in zip(names, values, strict=True) for part in field))
            case b"list":
                yield Batch(key, "list", tuple(answers.lrange(key, 0, -1)))
            case b"string":
                yield Batch(key, "string", (answers.get(key) or b"",))
    if served_version(client) != version:
        raise Incomplete(f"catalog {version} was replaced while it was read")


def _write(client: redis.Redis, batches: Iterable[Batch], given: dict[str, _Given], advance: Advance) -> None:
    """Write the version aside, noting in ``given`` what each key should hold."""
    for batch in batches:
        given.setdefault(batch.key, _Given(batch.kind)).add(batch)
        # A list is replaced in one go, so that whoever writes it at the same time does not make it longer.
        with client.pipeline(transaction=batch.kind == "list") as pipeline:
            _put(pipeline, batch)
            pipeline.expire(batch.key, UNFINISHED_TTL)
            pipeline.execute()
        advance(batch.size)


def _put(pipeline: Any, batch: Batch) -> None:
    if batch.kind == "hash":
        pipeline.hset(batch.key, items=list(batch.entries))
    elif batch.kind == "string":
        pipeline.set(batch.key, batch.entries[0])
    else:
        pipeline.delete(batch.key)
        for start in range(0, len(batch.entries), BATCH):
            pipeline.rpush(batch.key, *batch.entries[start : start + BATCH])


def _check(client: redis.Redis, given: dict[str, _Given]) -> None:
    """Count what Redis holds of the new version."""
    wanted: list[int] = []
    with client.pipeline(transaction=False) as pipeline:
        for key, content in given.items():
            count: dict[Kind, Any] = {"hash": pipeline.hlen, "list": pipeline.llen, "string": pipeline.exists}
            count[content.kind](key)
            wanted.append(content.count)
            for name, length in content.lengths.items():
                pipeline.hstrlen(key, name)
                wanted.append(length)
        held = pipeline.execute()
    if held != wanted:
        raise Incomplete(f"Redis holds {held} entries of the new version instead of {wanted}")


def _flip(
    client: redis.Redis, version: str, keys: Iterable[str], may_replace: Callable[[str | None], bool]
) -> str | None:
    """Serve the new version in one transaction, which also lets it live on and the old one end."""

    def flip(pipeline: Any) -> str | None:
        replaced = _text(pipeline.get(keyspace.catalog_version()))
        if not may_replace(served_version(client)):
            raise Superseded(f"catalog {replaced} is served by now")
        old_keys = _stored_keys(client, replaced) if replaced and replaced != version else []
        pipeline.multi()
        for key in keys:
            pipeline.persist(key)
        pipeline.set(keyspace.catalog_version(), version)
        for key in old_keys:
            pipeline.expire(key, keyspace.OLD_CATALOG_TTL)
        return replaced

    transaction: Any = client.transaction
    replaced: str | None = transaction(flip, keyspace.catalog_version(), value_from_callable=True)
    return replaced


def _stored_keys(client: redis.Redis, version: str) -> list[str]:
    """Name the keys of a stored version by its own list of categories."""
    stored = _text(client.get(keyspace.catalog_categories(version)))
    try:
        categories = decode_categories((stored or "").encode())
    except InvalidProduct:
        return [str(_text(key)) for key in client.scan_iter(keyspace.catalog_pattern(version), count=1000)]
    return [
        # First: what is applied after it was read is applied again.
        keyspace.catalog_applied(version),
        keyspace.catalog_products(version),
        keyspace.catalog_categories(version),
        keyspace.catalog_best_sellers(version),
        keyspace.catalog_similar(version),
        keyspace.catalog_pictures(version),
        keyspace.catalog_search(version),
        keyspace.catalog_added(version),
        keyspace.catalog_reworded(version),
        keyspace.catalog_changes(version),
        *(keyspace.catalog_category(version, category.slug) for category in categories),
    ]


def _text(value: bytes | str | None) -> str | None:
    return value.decode() if isinstance(value, bytes) else value


def _remove(client: redis.Redis, version: str, keys: Iterable[str]) -> None:
    try:
        # Unless somebody else has published the same version meanwhile.
        if keys and _text(client.get(keyspace.catalog_version())) != version:
            client.unlink(*keys)
    except redis.RedisError:
        # Redis is gone: what was written expires by itself.
        return
