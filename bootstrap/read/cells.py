"""A cell of a table as text, whatever the file's kind makes of it."""

import math

import pandas as pd

_NOTHING = frozenset({"nan", "none", "null", "<na>"})


def text_of(value: object) -> str:
    """Read a cell as text: lists joined by blanks, missing values as nothing, whole numbers without a point.

    Examples
    --------
    >>> text_of(["red", None, 7.0])
    'red  7'
    >>> text_of(float("nan"))
    ''
    """
    if isinstance(value, list | tuple):
        return " ".join(map(text_of, value))
    if value is None or value is pd.NaT or (isinstance(value, float) and math.isnan(value)):
        return ""
    if hasattr(value, "tolist"):
        return text_of(value.tolist())
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    text = str(value).strip()
    return "" if text.lower() in _NOTHING else text
