from babel import localedata, numbers
from flask import Flask

from storefront.web.rendering.languages import LOCALES_KEPT, accepted, find_locale


def test_the_locales_in_memory_are_bounded() -> None:
    most = 0
    for name in localedata.locale_identifiers():
        numbers.format_decimal(1, locale=find_locale((name.replace("_", "-"),)))
        most = max(most, len(localedata._cache))
    assert 2 * LOCALES_KEPT < most <= 3 * LOCALES_KEPT, "Babel keeps its locales here, until there are too many"


def test_what_no_browser_sends_is_no_language(app: Flask) -> None:
    asked = f"de@euro, fr/../de, de@{'x' * 3_000}/fr, *, {'de-' * 99}AT, zh-Hant-TW, en-AU"
    with app.test_request_context(headers={"Accept-Language": asked}):
        assert accepted() == ("zh-Hant-TW", "en-AU")
