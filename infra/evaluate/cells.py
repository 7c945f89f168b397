"""Columns of a table as ids, text or numbers, whatever the file's kind makes of them."""

import pandas as pd


def clean(column: pd.Series) -> pd.Series:
    """Return numbers and times as they are, and all else as stripped text, blank where nothing is said."""
    if pd.api.types.is_numeric_dtype(column) or pd.api.types.is_datetime64_any_dtype(column):
        return column
    return column.astype("str").str.strip().mask(column.isna().to_numpy(), "")


def as_text(column: pd.Series) -> pd.Series:
    """Return ids as text: whole numbers without a point, blanks where there is nothing.

    Examples
    --------
    >>> as_text(pd.Series([12.0, None])).tolist()
    ['12', '']
    """
    if pd.api.types.is_float_dtype(column):
        whole = column.notna() & (column == column.round())
        texts = column.astype("str").where(column.notna(), "")
        return texts.where(~whole, column.where(whole, 0).astype("int64").astype("str"))
    if pd.api.types.is_numeric_dtype(column) or pd.api.types.is_datetime64_any_dtype(column):
        return column.astype("str").mask(column.isna().to_numpy(), "")
    return column
