"""What the command line says, as options."""

from pathlib import Path
from typing import Any

import pytest

from infra.errors import CannotRun
from infra.evaluate.inputs import read_options

ASKED: dict[str, Any] = {
    "files": (Path("e.csv"),),
    "columns": ("visitor=who,time=when",),
    "sep": ";",
    "header": False,
    "time_unit": "ms",
    "catalog_columns": (),
    "k": 7,
}


def test_columns_and_their_layout_belong_together() -> None:
    options = read_options({**ASKED, "exclude_seen": True})
    assert options.layout.columns == {"visitor": "who", "timestamp": "when"}
    assert (options.layout.separator, options.layout.header, options.layout.time_unit) == (";", False, "ms")
    assert (options.files, options.k, options.exclude_seen, options.repeats) == ((Path("e.csv"),), 7, True, False)


def test_a_mapping_of_the_catalog_is_its_own() -> None:
    options = read_options({**ASKED, "catalog": Path("c.csv"), "catalog_columns": ("category=shelf",)})
    assert options.catalog_layout.columns == {"category": "shelf"}
    with pytest.raises(CannotRun, match="no field 'shelf'"):
        read_options({**ASKED, "catalog_columns": ("shelf=category",)})
