"""The routes of items: read one; write, change and delete one or up to 1,000."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from online_models.schema.events import ItemId
from online_models.schema.product import Product
from storefront.api.items.schema import ItemBatch, ItemResults, Price, Stock, results_of
from storefront.api.problems import RETRY_SECONDS, Problem, ProblemType, fail
from storefront.api.route import Call, Reply, Route
from storefront.catalog_writing.catalog_writer import CatalogClosed, CatalogWriter, ItemChange, ItemResult
from storefront.catalog_writing.item_form import ItemForm
from storefront.serving.serving_reader import ServingReader

TAG = "Items"
_LIVE = "It is safe in Kafka when it is answered, and served within two seconds."


@dataclass(frozen=True, slots=True)
class ItemViews:
    """Answers the routes of items."""

    reader: ServingReader
    catalog_writer: CatalogWriter

    def read(self, call: Call, item: ItemId) -> Product:  # noqa: ARG002
        """Return an item as it is served."""
        product = self.reader.read_catalog().product(item)
        if product is None:
            fail(ProblemType.UNKNOWN_ITEM, field="item")
        return product

    def put(self, call: Call, item: ItemId) -> Reply:
        """Write an item, whether the shop has it or not."""
        return self._one(ItemChange(item=item, fields=_fields(call.body)))

    def set_stock(self, call: Call, item: ItemId) -> Reply:
        """Change whether an item can be had."""
        return self._one(ItemChange(item=item, action="patch", fields=_fields(call.body.as_patch())))

    def set_price(self, call: Call, item: ItemId) -> Reply:
        """Change what an item costs."""
        return self._one(ItemChange(item=item, action="patch", fields=_fields(call.body.as_patch())))

    def delete(self, call: Call, item: ItemId) -> Reply:  # noqa: ARG002
        """Delete an item."""
        return self._one(ItemChange(item=item, action="delete"))

    def write(self, call: Call) -> Reply:
        """Make the changes of a batch."""
        changes = call.body.changes
        call.charge(len(changes) - 1)
        return Reply(content=results_of(self._write(changes)), status=202)

    def _one(self, change: ItemChange) -> Reply:
        (result,) = self._write((change,))
        match result.status:
            case "unknown":
                fail(ProblemType.UNKNOWN_ITEM, field="item")
            case "refused":
                fail(ProblemType.INVALID_BODY, result.problem)
            case "unconfirmed":
                raise Problem(ProblemType.UNAVAILABLE, "Kafka has not confirmed it.", retry_after=RETRY_SECONDS)
        return Reply(content=result, status=202)

    def _write(self, changes: tuple[ItemChange, ...]) -> list[ItemResult]:
        try:
            return self.catalog_writer.write(changes)
        except CatalogClosed as error:
            raise Problem(ProblemType.UNAVAILABLE, str(error), retry_after=RETRY_SECONDS) from error


def _fields(form: msgspec.Struct) -> Mapping[str, Any]:
    fields: dict[str, Any] = msgspec.to_builtins(form)
    return fields


def item_routes(views: ItemViews) -> Iterator[Route]:
    """Yield the routes of items."""
    path = "/items/{item}"
    yield Route(
        method="GET",
        path=path,
        name="getItem",
        tag=TAG,
        summary="An item as it is served",
        handle=views.read,
        answers={200: Product},
        has_etag=True,
    )
    yield Route(
        method="PUT",
        path=path,
        name="putItem",
        tag=TAG,
        summary="Write an item",
        description=f"It replaces what the shop has under this id. {_LIVE}",
        handle=views.put,
        body=ItemForm,
        answers={202: ItemResult},
        examples={"a mug": {"title": "Red Spotty Mug", "price": 4.95, "category": "Mugs", "availability": "in_stock"}},
    )
    yield Route(
        method="PATCH",
        path=f"{path}/stock",
        name="setStock",
        tag=TAG,
        summary="Change whether an item can be had",
        description="What is out of stock leaves all lists, those of open pages too.",
        handle=views.set_stock,
        body=Stock,
        answers={202: ItemResult},
    )
    yield Route(
        method="PATCH",
        path=f"{path}/price",
        name="setPrice",
        tag=TAG,
        summary="Change what an item costs",
        handle=views.set_price,
        body=Price,
        answers={202: ItemResult},
    )
    yield Route(
        method="DELETE",
        path=path,
        name="deleteItem",
        tag=TAG,
        summary="Delete an item",
        description="It leaves all lists, those of open pages too. Its page says so for 30 days.",
        handle=views.delete,
        answers={202: ItemResult},
    )
    yield Route(
        method="POST",
        path="/items",
        name="changeItems",
        tag=TAG,
        summary="Change up to 1,000 items",
        description=f"Each is written or refused by itself. {_LIVE}",
        handle=views.write,
        body=ItemBatch,
        answers={202: ItemResults},
        examples={
            "three": {
                "changes": [
                    {"item": "22423", "fields": {"title": "Cake Stand", "price": "12.75 GBP", "category": "Kitchen"}},
                    {"item": "85123A", "action": "patch", "fields": {"availability": 0}},
                    {"item": "POST", "action": "delete"},
                ]
            }
        },
    )
