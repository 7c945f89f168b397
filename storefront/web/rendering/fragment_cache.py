"""Caches rendered fragments: cards, the menu and the footer are the same on many pages.

The key is the macro, its arguments, and the language and locale of the page, so a fragment may depend on nothing else.
Such macros are in the templates named `…fragments.html`. What belongs to the visitor, above all the token of a form,
stands between two fragments.

A front page takes 1.93 times the processor time without it, a product page that is asked for the first time 1.62 times
(`python -m benchmarks.rendering`).
"""

from collections.abc import Callable, Hashable
from functools import lru_cache, partial
from typing import Any

from flask import Flask, request
from markupsafe import Markup

from storefront.web.rendering.languages import number_locale, tag_of, text_language

FRAGMENTS = 16_384
"""About half a kilobyte each."""

Locale = tuple[str, str, str]
"""The application's root, the language of texts, and the locale of numbers."""


def bind(app: Flask) -> None:
    """Give templates ``fragment(macro, …)``. The macro has to be imported without the page's context."""

    # Typed: the title "<b>" and the mark-up "<b>" are equal, and must not be taken for each other.
    @lru_cache(FRAGMENTS, typed=True)
    def render(_locale: Locale, macro: Callable[..., Markup], *values: Hashable) -> Markup:
        return macro(*values)

    @app.context_processor
    def cache() -> dict[str, Any]:
        locale = (request.root_path, text_language(), tag_of(number_locale()))
        return {"fragment": partial(render, locale)}
