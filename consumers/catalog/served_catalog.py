"""The version of the catalog that Redis serves, changed in place: each change in one transaction, or not at all."""

import logging
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec
from redis import RedisError, WatchError

from connections.live_catalog.changes import entry_of, read_applied
from consumers.catalog.neighbor_lists import NeighborLists
from consumers.errors import StoreUnavailable
from consumers.kafka.record import Record
from consumers.redis.notifier import publication
from online_models.catalog.content_index import Neighbors
from online_models.schema import keyspace
from online_models.schema.events import ItemId
from online_models.schema.json_reader import json_reader
from online_models.schema.messages import EVERYONE, ITEMS_WITHDRAWN, ItemsWithdrawn
from online_models.schema.product import (
    Category,
    InvalidProduct,
    Product,
    decode_categories,
    decode_product,
    encode_categories,
)
from online_models.schema.search_terms import fields_of

_log = logging.getLogger(__name__)

FIRST_VERSION = "00000000T000000-live"
"""The version that the topic alone makes. It is older than any that is published."""

SCANNED = 500
"""So many products are read at a time."""

EMPTY_TTL = keyspace.HOUR
"""How long it is known that the topic has no product, where nothing is served."""


_encode = msgspec.json.Encoder().encode
_decode = json_reader(msgspec.json.Decoder(list[tuple[ItemId, float]]), ValueError)


@dataclass(frozen=True, slots=True)
class Difference:
    """What some records change.

    Attributes
    ----------
    put
        Products that are new or not as they were, with their bytes.
    deleted
        Products that are gone.
    before
        What the shop had of both until now.
    named
        All items of the records.
    """

    put: dict[ItemId, tuple[Product, bytes]] = field(default_factory=dict)
    deleted: dict[ItemId, bytes] = field(default_factory=dict)
    before: dict[ItemId, Product] = field(default_factory=dict)
    named: list[ItemId] = field(default_factory=list)

    @property
    def added(self) -> list[ItemId]:
        """Items that the shop did not have."""
        return [item for item in self.put if item not in self.before]

    @property
    def reworded(self) -> list[ItemId]:
        """Items that are found by other words from now on."""
        return [
            item
            for item, (product, _) in self.put.items()
            if item in self.before and fields_of(product, product.category) != _fields(self.before[item])
        ]

    @property
    def withdrawn(self) -> ItemsWithdrawn:
        """Items that leave all lists: they could be bought, and cannot any more."""
        sold_out = [
            item
            for item, (product, _) in self.put.items()
            if product.is_sold_out and item in self.before and not self.before[item].is_sold_out
        ]
        return ItemsWithdrawn(items=(*sold_out, *self.deleted), deleted=tuple(self.deleted))


class ServedCatalog:
    """Applies records to what is served. Every method raises `StoreUnavailable` where Redis does not answer."""

    def __init__(self, client: Any) -> None:
        # redis-py types its answers for both its kinds of client at once.
        self._client = client
        self._host_id = uuid.uuid4().hex
        self._lists = NeighborLists()
        self.refused = 0

    def read_version(self) -> str | None:
        """Return the version that is served; None before the first."""
        version = self._ask(lambda: self._client.get(keyspace.catalog_version()))
        return None if version is None else str(version, "utf-8")

    def read_applied(self, version: str) -> int:
        """Return the offset of the next record to apply."""
        return int(self._ask(lambda: read_applied(self._client, version)))

    def prepare(self, version: str) -> None:
        """Read all products of a version: what is new or reworded from now on is compared with them."""
        self._ask(lambda: self._lists.use(self._read_products(version)))

    def start_again(self, version: str) -> None:
        """Apply the topic from its beginning: it was made again."""

        def forget() -> None:
            with self._client.pipeline() as pipeline:
                pipeline.delete(keyspace.catalog_changes(version), keyspace.catalog_applied(version))
                pipeline.execute()

        self._ask(forget)

    def apply(self, version: str, since: int, records: Sequence[Record]) -> bool:
        """Apply records that follow an offset. Returns False, and changes nothing, if another one has applied some.

        So it is if another version is served by now. Where none is, the first version is, once it has a product.
        """
        return bool(self._ask(lambda: self._apply(version, since, records)))

    def _apply(self, version: str, since: int, records: Sequence[Record]) -> bool:
        applied = keyspace.catalog_applied(version)
        with self._client.pipeline() as pipeline:
            pipeline.watch(keyspace.catalog_version(), applied)
            served = pipeline.get(keyspace.catalog_version())
            is_first = served is None and version == FIRST_VERSION
            if not (is_first or served == version.encode()) or int(pipeline.get(applied) or 0) != since:
                return False
            difference = self._compare(pipeline, version, records)
            lists = self._changed_lists(pipeline, version, difference)
            categories = pipeline.get(keyspace.catalog_categories(version))
            pipeline.multi()
            reached = records[-1].offset + 1
            if is_first and not difference.put:
                pipeline.set(applied, reached, ex=EMPTY_TTL)
                return self._execute(pipeline)
            if is_first:
                pipeline.set(keyspace.catalog_version(), version)
            if difference.put or difference.deleted:
                self._change(pipeline, version, difference, reached)
                changed = _recounted(categories, difference)
                pipeline.set(keyspace.catalog_categories(version), encode_categories(changed))
            if lists:
                encoded = {item: _encode(near) for item, near in lists.items()}
                pipeline.hset(keyspace.catalog_similar(version), mapping=encoded)
            pipeline.set(applied, reached)
            pipeline.xadd(
                keyspace.catalog_changes(version),
                # Also what is served already: a reader may have known the state of before Redis lost it.
                entry_of(since, difference.named, lists),
                id=f"{reached}-0",
                maxlen=keyspace.CATALOG_CHANGES_LENGTH,
            )
            return self._execute(pipeline)

    @staticmethod
    def _execute(pipeline: Any) -> bool:
        try:
            pipeline.execute()
        except WatchError:
            return False
        return True

    def _compare(self, client: Any, version: str, records: Sequence[Record]) -> Difference:
        """Compare the last record of each item with what is served. What cannot be read is left out and counted."""
        newest = {record.key: record.value for record in records if record.key}
        items, difference = list(newest), Difference()
        if not items:
            return difference
        for key, served in zip(items, client.hmget(keyspace.catalog_products(version), items), strict=True):
            value = newest[key]
            try:
                item = ItemId(key.decode())
                product = decode_product(value) if value is not None else None
                if product is not None and product.item != item:
                    raise InvalidProduct("the record is another product's")
            except ValueError as error:
                self.refused += 1
                _log.warning("a change of the catalog is left out, the %d. so far: %s", self.refused, error)
                continue
            difference.named.append(item)
            if served is not None and (before := _readable(served)) is not None:
                difference.before[item] = before
            if product is not None and value is not None and value != served:
                difference.put[item] = product, value
            elif product is None and served is not None:
                difference.deleted[item] = served
        return difference

    def _changed_lists(self, client: Any, version: str, difference: Difference) -> dict[ItemId, Neighbors]:
        """Return the lists of content neighbors that are others than before."""

        def read(items: Sequence[ItemId]) -> list[Neighbors]:
            return [_read_list(payload) for payload in client.hmget(keyspace.catalog_similar(version), items)]

        products = [difference.put[item][0] for item in (*difference.added, *difference.reworded)]
        return self._lists.change(products, difference.deleted, read)

    def _read_products(self, version: str) -> Iterator[Product]:
        for _, payload in self._client.hscan_iter(keyspace.catalog_products(version), count=SCANNED):
            if (product := _readable(payload)) is not None:
                yield product

    def _change(self, pipeline: Any, version: str, difference: Difference, reached: int) -> None:
        products = keyspace.catalog_products(version)
        if difference.put:
            pipeline.hset(products, mapping={item: payload for item, (_, payload) in difference.put.items()})
        if difference.deleted:
            pipeline.hdel(products, *difference.deleted)
            pipeline.hdel(keyspace.catalog_similar(version), *difference.deleted)
        for item, payload in difference.deleted.items():
            pipeline.set(keyspace.withdrawn(item), payload, ex=keyspace.WITHDRAWN_TTL)
        added = difference.added
        if added:
            pipeline.delete(*map(keyspace.withdrawn, added))
        for item in added:
            pipeline.hsetnx(keyspace.catalog_added(version), item, reached)
        for item in difference.reworded:
            pipeline.hsetnx(keyspace.catalog_reworded(version), item, reached)
        if (message := difference.withdrawn).items:
            pipeline.execute_command(*publication(ITEMS_WITHDRAWN, EVERYONE, message, self._host_id))

    def _ask(self, question: Any) -> Any:
        try:
            return question()
        except RedisError as error:
            raise StoreUnavailable(f"cannot change the catalog: {error}") from error


def _readable(payload: bytes) -> Product | None:
    try:
        return decode_product(payload)
    except InvalidProduct:
        return None


def _read_list(payload: bytes | None) -> Neighbors:
    try:
        return _decode(payload) if payload else []
    except ValueError:
        return []


def _fields(product: Product) -> Mapping[str, str]:
    return fields_of(product, product.category)


def _recounted(payload: bytes | None, difference: Difference) -> tuple[Category, ...]:
    """Return the categories with their sizes after a change: without empty ones, new ones last."""
    try:
        known = decode_categories(payload or b"[]")
    except InvalidProduct:
        known = ()
    categories = {category.slug: category for category in known}
    for product in difference.before.values():
        if product.item in difference.put or product.item in difference.deleted:
            _resize(categories, product, -1)
    for product, _ in difference.put.values():
        _resize(categories, product, 1)
    return tuple(category for category in categories.values() if category.size > 0)


def _resize(categories: dict[str, Category], product: Product, change: int) -> None:
    known = categories.get(product.category)
    if known is None:
        known = Category(slug=product.category, name=_name_of(product.category), size=0, picture=product.picture)
    categories[product.category] = msgspec.structs.replace(known, size=known.size + change)


def _name_of(slug: str) -> str:
    """Make a name of a category that has come without one.

    >>> _name_of("garden-tools")
    'Garden tools'
    """
    return slug.replace("-", " ").capitalize()
