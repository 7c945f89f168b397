"""The address that each language of a page has for search engines.

The address without a language is that of the shop's own language; it is also where those belong who read none of the
others, because there the shop asks the browser. Source: https://developers.google.com/search/docs/specialty/international
"""

from flask import current_app

from storefront.web.rendering.languages import EXTENSION, PARAMETER, text_language


def own_address(address: str) -> str:
    """Return the address of a page in the language that it is being written in."""
    return _in_language(address, text_language(), current_app.extensions[EXTENSION].default)


def alternates(address: str) -> tuple[tuple[str, str], ...]:
    """Return a page's address in each language, by what ``hreflang`` says; nothing if there is one language only."""
    languages = current_app.extensions[EXTENSION]
    if len(languages.names) == 1:
        return ()
    found = [(name.replace("_", "-"), _in_language(address, name, languages.default)) for name in languages.names]
    return (*found, ("x-default", address))


def _in_language(address: str, language: str, default: str) -> str:
    """Name a language in an address.

    >>> _in_language("/", "en", "en"), _in_language("/", "de", "en"), _in_language("/categories/tea?page=2", "de", "en")
    ('/', '/?language=de', '/categories/tea?page=2&language=de')
    """
    if language == default:
        return address
    return f"{address}{'&' if '?' in address else '?'}{PARAMETER}={language}"
