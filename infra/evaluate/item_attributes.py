"""Category and brand of items: from a catalog file, or from columns of the event file itself."""

from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from bootstrap.read.tables import Table
from infra.evaluate.fields import ITEM_FIELDS, Layout, as_text, read_fields
from online_models.schema.events import ItemId


class Attribute(NamedTuple):
    """What is known of an item; blank where nothing is."""

    category: str
    brand: str


Attributes = dict[ItemId, Attribute]


def read_catalog(path: Path, layout: Layout) -> Attributes:
    """Read the items of a catalog. Raises `CannotRun` if it has no column for them."""
    table = read_fields(path, layout, ("item",))
    items = as_text(table.cells["item"])
    return attributes_of(table, items, np.flatnonzero((items != "").to_numpy(np.bool_)), even_blank=True)


def attributes_of(table: Table, items: pd.Series, rows: NDArray[np.intp], *, even_blank: bool = False) -> Attributes:
    """Return what some rows say of their items, the first that says anything; items of whom nothing is said if told."""
    fields = [name for name in ITEM_FIELDS[1:] if name in table.cells]
    if not fields and not even_blank:
        return {}
    frame = pd.DataFrame({"item": items.iloc[rows].to_numpy()})
    for name in ITEM_FIELDS[1:]:
        values = as_text(table.cells[name]).iloc[rows].to_numpy() if name in fields else ""
        frame[name] = pd.Series(values, index=frame.index, dtype="object").replace("", None)
    first = frame.groupby("item", sort=False)[list(ITEM_FIELDS[1:])].first()
    texts = first.astype("object").where(first.notna(), "")
    return {ItemId(str(item)): Attribute(str(category), str(brand)) for item, category, brand in texts.itertuples()}
