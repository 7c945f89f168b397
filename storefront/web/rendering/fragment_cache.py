"""Draws each part of a page once: a card, the menu and the footer stand on many pages and are the same on all of them.

What is kept is a macro's text, by the macro, what it was given, and the language and the locale of the page; so it may
depend on nothing else. Such macros live in `templates/kept/`. What is the visitor's own, above all the token of a form,
stands between two kept parts.
"""

from collections.abc import Callable, Hashable
from functools import lru_cache, partial
from typing import Any

from flask import Flask, request
from markupsafe import Markup

from storefront.web.rendering.languages import number_locale, tag_of, text_language

PARTS_KEPT = 16_384
"""About half a kilobyte each."""

Speech = tuple[str, str, str]


def bind(app: Flask) -> None:
    """Give templates ``kept(macro, …)``. The macro has to be imported without the page's context."""

    # Typed: the title "<b>" and the mark-up "<b>" are equal, and must not be taken for each other.
    @lru_cache(PARTS_KEPT, typed=True)
    def draw(_speech: Speech, macro: Callable[..., Markup], *values: Hashable) -> Markup:
        return macro(*values)

    @app.context_processor
    def keep() -> dict[str, Any]:
        speech = (request.root_path, text_language(), tag_of(number_locale()))
        return {"kept": partial(draw, speech)}
