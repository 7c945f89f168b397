"""How prices, names and counts are written on pages. The browser's modules write them the same way."""

from datetime import UTC, datetime

from flask_babel import format_date

_SYMBOLS = {"GBP": "£", "EUR": "€", "USD": "$"}


def price(pennies: int, currency: str = "GBP") -> str:
    """Write a price.

    >>> price(295), price(1_234_500, "EUR"), price(100, "CHF")
    ('£2.95', '€12,345.00', 'CHF 1.00')
    """
    symbol = _SYMBOLS.get(currency, f"{currency} ")
    return f"{symbol}{pennies / 100:,.2f}"


def count(number: int, one: str, many: str = "") -> str:
    """Write a number with its noun.

    >>> count(1, "item"), count(1_200, "item"), count(2, "box", "boxes")
    ('1 item', '1,200 items', '2 boxes')
    """
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def date(at: float) -> str:
    """Write the day of a time, given in Unix seconds, as the visitor's locale does."""
    return str(format_date(datetime.fromtimestamp(at, UTC), "long"))
