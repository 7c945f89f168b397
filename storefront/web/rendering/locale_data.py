"""Bounds the memory of Babel's locale data, which Babel keeps for every locale that was ever asked for.

All of them take 190 MB, and `Accept-Language` names whichever a browser likes. Babel has no public way to drop one: its
table and lock are private. `tests/storefront/web/rendering/test_locale_data.py` asks for all locales, and fails if the
table grows or if Babel keeps them elsewhere.
"""

from babel import localedata


def forget_unused_locales(most: int) -> None:
    """Empty Babel's table if it holds more than ``most`` locales. Babel loads those in use again from its files."""
    if len(localedata._cache) > most:
        with localedata._cache_lock:
            localedata._cache.clear()
