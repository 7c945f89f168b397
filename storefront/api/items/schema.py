"""What the routes of items take and answer."""

from typing import Annotated

import msgspec
from msgspec import Meta

from storefront.catalog_writing.catalog_writer import MOST_CHANGES, ItemChange, ItemResult
from storefront.catalog_writing.item_form import ItemPatch


class ItemBatch(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Changes of up to 1,000 items, made in their order."""

    changes: Annotated[tuple[ItemChange, ...], Meta(min_length=1, max_length=MOST_CHANGES)]


class ItemResults(msgspec.Struct, frozen=True, kw_only=True):
    """What became of all changes: how many were written, how many not, and each in order."""

    written: int
    others: int
    results: tuple[ItemResult, ...]


class Stock(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whether an item can be had: a word of `ItemForm`, or how many there are."""

    availability: bool | int | str

    def as_patch(self) -> ItemPatch:
        """Return it as a change of the item."""
        return ItemPatch(availability=self.availability)


class Price(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What an item costs, as in `ItemForm`."""

    price: float | str
    currency: Annotated[str, Meta(pattern=r"^[A-Z]{3}\Z")] | None = None

    def as_patch(self) -> ItemPatch:
        """Return it as a change of the item."""
        return ItemPatch(price=self.price, currency=self.currency)


def results_of(results: list[ItemResult]) -> ItemResults:
    """Count results."""
    written = sum(result.status == "written" for result in results)
    return ItemResults(written=written, others=len(results) - written, results=tuple(results))
