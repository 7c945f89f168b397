"""Values as they are found in the wild: ids that are numbers, prices with decimals, times in five notations."""

import math
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from storefront.api.shapes.foreign import Fields, Unreadable
from storefront.security.bounded_json import loads

_NO_DECIMALS = frozenset(
    [
        "BIF",
        "CLP",
        "DJF",
        "GNF",
        "ISK",
        "JPY",
        "KMF",
        "KRW",
        "PYG",
        "RWF",
        "UGX",
        "UYI",
        "VND",
        "VUV",
        "XAF",
        "XOF",
        "XPF",
    ]
)
_THREE_DECIMALS = frozenset(["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"])
_MOST_PRICE = 100_000_000
_MOST_QUANTITY = 100_000
_MILLISECONDS_FROM, _MICROSECONDS_FROM = 1e11, 1e14
"""Seconds since 1970 stay below the first until the year 5138, and milliseconds below the second."""


def text_of(value: object) -> str:
    """Return an id or a name; a whole number is one, too. Empty for all else.

    >>> text_of(" mug "), text_of(17), text_of(17.0), text_of(None), text_of(True)
    (' mug ', '17', '17', '', '')
    """
    if isinstance(value, str):
        return value
    if isinstance(value, bool) or not isinstance(value, int | float):
        return ""
    if isinstance(value, float):
        return str(int(value)) if math.isfinite(value) and value.is_integer() else ""
    return str(value)


def first_text(fields: Fields, *names: str) -> str:
    """Return the first text among fields of these names that is not empty."""
    return next((text for name in names if (text := text_of(fields.get(name)))), "")


def number_of(value: object) -> float | None:
    """Return a number, also of a text that is one; None for all else."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def quantity_of(value: object) -> int:
    """Return how many, at least one."""
    number = number_of(value)
    return 1 if number is None else int(min(max(number, 1), _MOST_QUANTITY))


def price_of(value: object, currency: str) -> int | None:
    """Return a price in the smallest unit of its currency; None for what is none.

    >>> price_of(2.95, "GBP"), price_of("300", "JPY"), price_of(1.234, "KWD"), price_of(-1, "EUR")
    (295, 300, 1234, None)
    """
    number = number_of(value)
    if number is None or number < 0:
        return None
    digits = 0 if currency in _NO_DECIMALS else 3 if currency in _THREE_DECIMALS else 2
    price = round(number * 10**digits)
    return price if price <= _MOST_PRICE else None


def time_of(value: object) -> float | None:
    """Return a time in Unix seconds, of a date in ISO 8601 or a number of seconds, milli- or microseconds.

    >>> time_of("2026-01-02T03:04:05.5Z"), time_of(1767323045500), time_of("1767323045"), time_of("soon")
    (1767323045.5, 1767323045.5, 1767323045.0, None)
    """
    number = number_of(value)
    if number is not None:
        if abs(number) >= _MICROSECONDS_FROM:
            return number / 1e6
        return number / 1e3 if abs(number) >= _MILLISECONDS_FROM else number
    if not isinstance(value, str) or len(value) > 40:
        return None
    try:
        moment = datetime.fromisoformat(value)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        return None


def mapping_of(value: object) -> Fields:
    """Return a JSON object, or an empty one for what is none."""
    return value if isinstance(value, Mapping) else {}


def objects_of(value: object) -> list[Fields]:
    """Return the JSON objects of a list; nothing for what is none."""
    if not isinstance(value, Sequence) or isinstance(value, str | bytes):
        return []
    return [one for one in value if isinstance(one, Mapping)]


def need(text: str, path: str) -> str:
    """Return a text that must not be empty. Raises `Unreadable`."""
    if not text:
        raise Unreadable("It is missing, or no text.", path)
    return text


def currency_of(*sources: Fields) -> str:
    """Return the currency that the first of some objects names, in capitals; empty where none does."""
    return next((text.upper() for source in sources if (text := first_text(source, "currency", "currencyCode"))), "")


def json_object(text: Any) -> Fields:
    """Return the JSON object that a text holds, or the object that it is already."""
    if isinstance(text, Mapping):
        return text
    try:
        return mapping_of(loads(text)) if isinstance(text, str | bytes) else {}
    except ValueError:
        return {}
