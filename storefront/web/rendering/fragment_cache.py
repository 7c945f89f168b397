"""Caches rendered fragments: cards, the menu and the footer are the same on many pages.

The key is the macro, its arguments, and the language and locale of the page, so a fragment may depend on nothing else.
Such macros are in the templates named `…fragments.html`. What belongs to the visitor, above all the token of a form,
stands between two fragments.

A front page takes 1.93 times the processor time without it, a product page that is asked for the first time 1.62 times
(`python -m benchmarks.rendering`).
"""

from collections.abc import Callable, Hashable
from functools import partial
from typing import Any

from flask import Flask, request
from markupsafe import Markup

from storefront.byte_cache import ByteCache
from storefront.web.rendering.languages import number_locale, tag_of, text_language

MOST_BYTES = 24 * 1024 * 1024
"""About half a kilobyte a fragment."""

ARGUMENT_BYTES = 100
"""What Python takes for an argument of a macro beside its letters, which the catalog has anyway."""

Locale = tuple[str, str, str]
"""The application's root, the language of texts, and the locale of numbers."""

Macro = Callable[..., Markup]
Values = tuple[Hashable, ...]
Key = tuple[Locale, Macro, Values, tuple[type, ...]]


class FragmentCache:
    """The rendered fragments of one application."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self.kept: ByteCache[Key, Markup] = ByteCache(most_bytes, _size_of)

    def render(self, locale: Locale, macro: Macro, *values: Hashable) -> Markup:
        """Return what a macro makes of some values."""
        # Typed: the title "<b>" and the mark-up "<b>" are equal, and must not be taken for each other.
        key = (locale, macro, values, tuple(map(type, values)))
        rendered = self.kept.get(key)
        if rendered is None:
            rendered = macro(*values)
            self.kept.put(key, rendered)
        return rendered


def bind(app: Flask) -> None:
    """Give templates ``fragment(macro, …)``. The macro has to be imported without the page's context."""
    fragments = FragmentCache()

    @app.context_processor
    def cache() -> dict[str, Any]:
        locale = (request.root_path, text_language(), tag_of(number_locale()))
        return {"fragment": partial(fragments.render, locale)}


def _size_of(key: Key, rendered: Markup) -> int:
    values = key[2]
    texts = sum(len(value) for value in values if isinstance(value, str))
    return ARGUMENT_BYTES * len(values) + texts + len(rendered)
