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


@pytest.mark.parametrize(
    ("protocol", "test"), [("holdout", None), ("t4rec", Path("t.csv")), ("prequential", Path("t"))]
)
def test_only_a_holdout_holds_a_file_out(protocol: str, test: Path | None) -> None:
    with pytest.raises(CannotRun, match="--protocol holdout needs --test FILE"):
        read_options({**ASKED, "protocol": protocol, "test": test})


def test_a_protocol_may_be_named() -> None:
    assert read_options({**ASKED, "protocol": "holdout", "test": Path("t.csv")}).protocol == "holdout"
    assert read_options({**ASKED, "protocol": "t4rec", "test": None}).protocol == "t4rec"
