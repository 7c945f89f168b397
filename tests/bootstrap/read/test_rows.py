"""Cells of any kind as text."""

import numpy as np
import pandas as pd
import pytest

from bootstrap.read.rows import UnusableRow, text_of


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (" red mug ", "red mug"),
        (7, "7"),
        (7.0, "7"),
        (7.5, "7.5"),
        (None, ""),
        (float("nan"), ""),
        (pd.NaT, ""),
        ("NaN", ""),
        ("null", ""),
        ("None such", "None such"),
        (["red", None, 3.0], "red  3"),
        (("a", ["b", "c"]), "a b c"),
        (np.array(["x", "y"]), "x y"),
        (np.int64(4), "4"),
        (True, "True"),
    ],
)
def test_a_cell_as_text(value: object, text: str) -> None:
    assert text_of(value) == text


@pytest.mark.parametrize("value", ["mug \0", ["mug", "\0"]])
def test_what_no_text_can_hold_makes_a_bad_row(value: object) -> None:
    with pytest.raises(UnusableRow, match="half a character, or NUL"):
        text_of(value)
