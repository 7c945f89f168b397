from babel import localedata, numbers

from storefront.web.rendering.languages import LOCALES_KEPT, find_locale


def test_the_locales_in_memory_are_bounded() -> None:
    most = 0
    for name in localedata.locale_identifiers():
        numbers.format_decimal(1, locale=find_locale((name.replace("_", "-"),)))
        most = max(most, len(localedata._cache))
    assert 2 * LOCALES_KEPT < most <= 3 * LOCALES_KEPT, "Babel keeps its locales here, until there are too many"
