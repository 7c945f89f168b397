"""Writes changes of the catalog: upserts, deletions, stock and prices, each item's alone.

A record has the whole product, so that the topic keeps the newest state of each. A new price is laid over what was
written last, whoever wrote it: writers take turns, by a lock in Redis, and what is written but not served yet is
remembered there.
"""

import secrets
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any, Literal

import msgspec
from redis import Redis, RedisError

from online_models.schema import keyspace
from online_models.schema.events import ItemId
from online_models.schema.product import InvalidProduct, Product, decode_product, encode_product
from storefront.catalog_writing.catalog_topic import CatalogTopic
from storefront.catalog_writing.item_form import (
    InvalidItem,
    checked,
    product_of,
    read_availability,
    read_form,
    read_patch,
    read_price,
)
from storefront.events.producer import KafkaUnavailable
from storefront.serving.serving_reader import ServingReader

MOST_CHANGES = 1_000
LOCK_SECONDS, TURN_SECONDS, LOOK_SECONDS = 15, 3.0, 0.02
DEFAULT_CURRENCY = "GBP"
DAY = 86_400

_UNLOCK = "if redis.call('get', KEYS[1]) == ARGV[1] then redis.call('del', KEYS[1]) end"


class CatalogClosed(Exception):
    """The catalog cannot be changed now: Kafka or Redis does not answer, or others write. Send the same again later."""


class ItemChange(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One change of one item: ``upsert`` replaces it by what ``fields`` say, ``patch`` its stock, its price or both."""

    item: str
    action: Literal["upsert", "patch", "delete"] = "upsert"
    fields: Mapping[str, Any] = {}


class ItemResult(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What became of a change.

    Attributes
    ----------
    status
        ``written``; ``unknown`` where there is no such item; ``refused``, and ``problem`` says why; or ``unconfirmed``,
        which may be sent again.
    """

    item: str
    status: Literal["written", "unknown", "refused", "unconfirmed"]
    problem: str = ""


class _Written(msgspec.Struct, frozen=True):
    """What was written last of an item: at which offset, and the product, if it was not deleted."""

    offset: int
    product: Product | None


_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(_Written).decode


class CatalogWriter:
    """Writes to the topic of the catalog, from any number of storefronts."""

    def __init__(
        self, redis: Redis, reader: ServingReader, catalog_topic: CatalogTopic, now: Callable[[], float] = time.time
    ) -> None:
        # redis-py types its answers for both its kinds of client at once.
        self._redis: Any = redis
        self._reader = reader
        self._topic = catalog_topic
        self._now = now
        self._is_published = False

    def write(self, changes: Sequence[ItemChange]) -> list[ItemResult]:
        """Write changes in their order, at most `MOST_CHANGES`, and say of each what became of it.

        Raises
        ------
        CatalogClosed
            If none could be written.
        """
        if len(changes) > MOST_CHANGES:
            raise ValueError(f"{len(changes)} changes, of {MOST_CHANGES} at most")
        if not changes:
            return []
        try:
            with self._turn():
                return self._write(changes)
        except (RedisError, KafkaUnavailable) as error:
            # Never what they said: it has addresses of servers.
            server = "Redis" if isinstance(error, RedisError) else "Kafka"
            raise CatalogClosed(f"{server} does not answer") from error

    def _write(self, changes: Sequence[ItemChange]) -> list[ItemResult]:
        known = self._read(dict.fromkeys(change.item for change in changes))
        if not self._is_published and any(change.action != "upsert" for change in changes):
            raise CatalogClosed("no catalog is served now")
        results: list[ItemResult | None] = []
        records: list[tuple[ItemId, bytes | None]] = []
        for change in changes:
            item = ItemId(change.item)
            before = known.get(item)
            if before is None and change.action != "upsert":
                results.append(ItemResult(item=item, status="unknown"))
                continue
            try:
                after = None if change.action == "delete" else self._changed(item, change, before)
            except InvalidItem as error:
                results.append(ItemResult(item=item, status="refused", problem=str(error)))
                continue
            known[item] = after
            records.append((item, None if after is None else encode_product(after)))
            results.append(None)
        confirmed = iter(self._send(records, known))
        return [result or next(confirmed) for result in results]

    def _send(
        self, records: Sequence[tuple[ItemId, bytes | None]], known: Mapping[ItemId, Product | None]
    ) -> list[ItemResult]:
        offsets = self._topic.send(records) if records else []
        written: dict[ItemId, bytes] = {}
        results = []
        for (item, _), offset in zip(records, offsets, strict=True):
            if offset is not None:
                written[item] = _encode(_Written(offset, known[item]))
            results.append(ItemResult(item=item, status="unconfirmed" if offset is None else "written"))
        if written:
            with self._redis.pipeline(transaction=True) as pipeline:
                pipeline.hset(keyspace.catalog_written(), mapping=written)
                pipeline.expire(keyspace.catalog_written(), keyspace.WRITTEN_TTL)
                pipeline.execute()
        return results

    def _changed(self, item: ItemId, change: ItemChange, before: Product | None) -> Product:
        catalog = self._reader.read_catalog()
        currency = (before.currency if before else None) or next(iter(catalog.currencies), DEFAULT_CURRENCY)
        if change.action == "patch" and before is not None:
            return _patched(before, change.fields)
        form = read_form(change.fields)
        today = int(self._now() // DAY)
        return product_of(item, form, currency=currency, categories=catalog.categories, today=today, before=before)

    def _read(self, items: Mapping[str, None]) -> dict[ItemId, Product | None]:
        """Read the newest state of items: what was written last, if that is not served yet."""
        version = self._redis.get(keyspace.catalog_version())
        self._is_published = version is not None
        name, names = (version or b"").decode(), list(items)
        with self._redis.pipeline(transaction=True) as pipeline:
            pipeline.get(keyspace.catalog_applied(name))
            pipeline.hmget(keyspace.catalog_products(name), names)
            pipeline.hmget(keyspace.catalog_written(), names)
            applied, served, written = pipeline.execute()
        found: dict[ItemId, Product | None] = {}
        for item, product, later in zip(names, served, written, strict=True):
            last = _readable(later)
            if last is not None and last.offset >= int(applied or 0):
                found[ItemId(item)] = last.product
            elif product is not None:
                try:
                    found[ItemId(item)] = decode_product(product)
                except InvalidProduct:
                    continue
        return found

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """Wait for one's turn to write, and end it."""
        mark, deadline = secrets.token_hex(8), time.monotonic() + TURN_SECONDS
        while not self._redis.set(keyspace.catalog_lock(), mark, nx=True, ex=LOCK_SECONDS):
            if time.monotonic() > deadline:
                raise CatalogClosed("others are writing to the catalog")
            time.sleep(LOOK_SECONDS)
        try:
            yield
        finally:
            # Without Redis it ends by itself.
            with suppress(RedisError):
                self._redis.eval(_UNLOCK, 1, keyspace.catalog_lock(), mark)


def _patched(before: Product, fields: Mapping[str, Any]) -> Product:
    """Return a product with another price, stock or both. Raises `InvalidItem`."""
    patch, product = read_patch(fields), before
    if patch.price is not None:
        price, currency = read_price(patch.price, patch.currency or before.currency)
        product = msgspec.structs.replace(product, price=price, currency=currency)
    if patch.availability is not None:
        product = msgspec.structs.replace(product, availability=read_availability(patch.availability))
    return checked(product)


def _readable(payload: bytes | None) -> _Written | None:
    try:
        return _decode(payload) if payload else None
    except (msgspec.MsgspecError, ValueError):
        return None
