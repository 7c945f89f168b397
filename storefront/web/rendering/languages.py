"""Which language a page is in, and by which locale it writes numbers: two answers to one request header.

Texts are English unless `translations/` holds a language that the visitor reads; prices, numbers and dates follow the
visitor's own locale, whichever Babel knows. A translation is one file, ``translations/<language>.po``: it is read as it
is, with nothing to compile.
"""

import re
from functools import cache, lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any, cast

from babel import Locale, UnknownLocaleError, negotiate_locale
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask import Flask, Response, request
from flask_babel import Babel, Domain, get_locale

from storefront.web.rendering.locale_data import forget_unused_locales

FOLDER = Path(__file__).parents[2] / "translations"
SOURCE = "en"
HABITS = "en-GB"
"""The locale of browsers that name none."""

LOCALES_KEPT = 64
_MOST_ASKED = 8
_TAG = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,4}")
"""A language tag as browsers write it. Babel takes others, too, such as ``de@whatever``, each for another locale."""

_IN_SCRIPTS = ("static/js/", "online_models/schema/phrases.py")
"""Where the texts of the browser's modules come from: their own, and the reasons in lists that are pushed."""

_PLURALS_SENT = 200


class Languages:
    """The languages of the shop's texts, each loaded at its first use."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self._folder = folder
        self.names = (SOURCE, *sorted(path.stem for path in folder.glob("*.po") if path.stem != SOURCE))
        self.translations = cache(self._read_translations)
        self.script_texts = cache(self._read_script_texts)

    def choose(self, accepted: tuple[str, ...]) -> str:
        """Return the first accepted language that the shop has; else English."""
        names = {name.lower().replace("_", "-"): name for name in self.names}
        return names[(negotiate_locale(accepted, names, sep="-") or SOURCE).lower()]

    def _read_translations(self, name: str) -> NullTranslations:
        if name == SOURCE:
            return NullTranslations()
        compiled = BytesIO()
        write_mo(compiled, self._read(name))
        compiled.seek(0)
        return Translations(compiled)

    def _read_script_texts(self, name: str) -> dict[str, object] | None:
        """Return the texts of the browser's modules in a language, for `texts.js`; nothing for English."""
        if name == SOURCE:
            return None
        texts = {
            message.id if isinstance(message.id, str) else message.id[0]: message.string
            for message in self._read(name)
            if message.id and message.string and _is_in_scripts(message)
        }
        translations = cast(Any, self.translations(name))
        plurals = "".join(str(translations.plural(number)) for number in range(_PLURALS_SENT))
        return {"texts": texts, "plurals": plurals}

    def _read(self, name: str) -> Catalog:
        with (self._folder / f"{name}.po").open("rb") as file:
            return read_po(file, locale=name)


def _is_in_scripts(message: Message) -> bool:
    return any(part in place for place, _ in message.locations for part in _IN_SCRIPTS)


class _PoDomain(Domain):  # type: ignore[misc]  # Flask-Babel has no types
    """Flask-Babel's texts, from the shop's own languages."""

    def __init__(self, languages: Languages) -> None:
        super().__init__()
        self._languages = languages

    def get_translations(self) -> NullTranslations:
        return self._languages.translations(text_language())


def bind(app: Flask) -> None:
    """Give the application its languages, and templates what the page's frame needs of them.

    ``TRANSLATIONS`` in the application's configuration names another folder of translations.
    """
    languages = Languages(Path(app.config.get("TRANSLATIONS", FOLDER)))
    babel = Babel(app, default_locale=SOURCE, locale_selector=lambda: languages.choose(accepted()))
    babel.domain_instance = _PoDomain(languages)
    app.jinja_env.globals.update(
        text_language=text_language,
        text_direction=lambda: Locale.parse(text_language()).text_direction,
        number_locale=lambda: tag_of(number_locale()),
        script_texts=lambda: languages.script_texts(text_language()),
    )

    @app.after_request
    def vary(response: Response) -> Response:
        if response.mimetype == "text/html":
            response.headers.add("Vary", "Accept-Language")
        return response


def accepted() -> tuple[str, ...]:
    """Return the languages that the visitor's browser asks for, best first."""
    tags = tuple(request.accept_languages.values())[:_MOST_ASKED] if request else ()
    return tuple(tag for tag in tags if _TAG.fullmatch(tag))


def text_language() -> str:
    """Return the language of this page's texts."""
    return str(get_locale() or SOURCE)


def number_locale() -> Locale:
    """Return the locale of this page's prices, numbers and dates."""
    return find_locale(accepted())


@lru_cache(LOCALES_KEPT)
def find_locale(tags: tuple[str, ...]) -> Locale:
    """Return the first of the locales that Babel knows.

    >>> [tag_of(find_locale(tags)) for tags in (("de-AT", "en"), ("xx", "pt"), ("zh-TW",), ("*",), ("en",), ())]
    ['de-AT', 'pt', 'zh-Hant-TW', 'en-GB', 'en-GB', 'en-GB']
    """
    forget_unused_locales(2 * LOCALES_KEPT)
    for tag in tags:
        try:
            locale = Locale.parse(tag, sep="-")
        except (UnknownLocaleError, ValueError, TypeError):
            continue
        return Locale.parse(HABITS, sep="-") if tag_of(locale) == SOURCE else locale
    return Locale.parse(HABITS, sep="-")


def tag_of(locale: Locale) -> str:
    """Write a locale as browsers do.

    >>> tag_of(Locale.parse("zh_Hant_TW"))
    'zh-Hant-TW'
    """
    return str(locale).replace("_", "-")
