"""Which language a page is in, and by which locale it writes numbers: two answers to one question.

What the visitor has chosen counts first, then what the browser accepts, then the shop's own language. Texts are in the
first of these that `translations/` has; prices, numbers and dates follow the first that Babel knows. A translation is
one file, ``translations/<language>.po``: it is read as it is, with nothing to compile.
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
from flask import Flask, Response, current_app, request
from flask_babel import Babel, Domain, get_locale
from jinja2.utils import htmlsafe_json_dumps
from markupsafe import Markup

from storefront.web.rendering.locale_data import forget_unused_locales

FOLDER = Path(__file__).parents[2] / "translations"
SOURCE = "en"
HABITS = "en-GB"
"""How English is written where nobody says whose."""

COOKIE = "riverfront_language"
PARAMETER = "language"
"""What names a page's language in its address: each language has an address of its own for search engines."""

DEPENDS_ON = ("Accept-Language", "Cookie")
"""The headers of a request that decide on the language of its answer."""

LOCALES_KEPT = 64
_MOST_ASKED = 8
_TAG = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,4}")
"""A language tag as browsers write it. Babel takes others, too, such as ``de@whatever``, each for another locale."""

_IN_SCRIPTS = ("static/js/", "online_models/schema/phrases.py")
"""Where the texts of the browser's modules come from: their own, and the reasons in lists that are pushed."""

_FOR_OPERATORS = ("static/js/ops", "static/js/quality.js", "static/js/chart.js")
"""Modules of the operators' page alone."""

_PLURALS_SENT = 200

EXTENSION = "languages"
"""Under which name an application has its `Languages`."""


class Languages:
    """The languages of the shop's texts, each loaded at its first use.

    Parameters
    ----------
    folder
        Where the translations are.
    default
        The language of visitors who neither choose one nor accept another that there is.
    """

    def __init__(self, folder: Path = FOLDER, default: str = SOURCE) -> None:
        self._folder = folder
        self.default = default
        self.names = languages_in(folder)
        self.own_names = {name: str(Locale.parse(name).get_display_name(name)) for name in self.names}
        self.translations = cache(self._read_translations)
        self.script_texts = cache(self._read_script_texts)

    def choose(self, accepted: tuple[str, ...]) -> str:
        """Return the first accepted language that the shop has; else its own."""
        names = {name.lower().replace("_", "-"): name for name in self.names}
        return names.get((negotiate_locale(accepted, names, sep="-") or "").lower(), self.default)

    def _read_translations(self, name: str) -> NullTranslations:
        if name == SOURCE:
            return NullTranslations()
        compiled = BytesIO()
        write_mo(compiled, self._read(name))
        compiled.seek(0)
        return Translations(compiled)

    def _read_script_texts(self, name: str, *, for_operators: bool = False) -> Markup:
        """Return the texts of the browser's modules in a language, as JSON for `texts.js`; nothing for English."""
        if name == SOURCE:
            return Markup()
        texts = {
            message.id if isinstance(message.id, str) else message.id[0]: message.string
            for message in self._read(name)
            if message.id and _is_translated(message) and _is_in_scripts(message, for_operators)
        }
        translations = cast(Any, self.translations(name))
        plurals = "".join(str(translations.plural(number)) for number in range(_PLURALS_SENT))
        return htmlsafe_json_dumps({"texts": texts, "plurals": plurals}, ensure_ascii=False, separators=(",", ":"))

    def _read(self, name: str) -> Catalog:
        with (self._folder / f"{name}.po").open("rb") as file:
            return read_po(file, locale=name)


def languages_in(folder: Path = FOLDER) -> tuple[str, ...]:
    """Return the languages that the shop has texts in, the one of its sources first."""
    return (SOURCE, *sorted(path.stem for path in folder.glob("*.po") if path.stem != SOURCE))


def _is_translated(message: Message) -> bool:
    return all(message.string) if isinstance(message.string, tuple | list) else bool(message.string)


def _is_in_scripts(message: Message, for_operators: bool) -> bool:
    places = [place for place, _ in message.locations if any(part in place for part in _IN_SCRIPTS)]
    return any(for_operators or not any(part in place for part in _FOR_OPERATORS) for place in places)


class _PoDomain(Domain):  # type: ignore[misc]  # Flask-Babel has no types
    """Flask-Babel's texts, from the shop's own languages."""

    def __init__(self, languages: Languages) -> None:
        super().__init__()
        self._languages = languages

    def get_translations(self) -> NullTranslations:
        return self._languages.translations(text_language())


def bind(app: Flask, default: str = SOURCE) -> None:
    """Give the application its languages, and templates what the page's frame needs of them.

    ``TRANSLATIONS`` in the application's configuration names another folder of translations.
    """
    languages = Languages(Path(app.config.get("TRANSLATIONS", FOLDER)), default)
    app.extensions[EXTENSION] = languages
    babel = Babel(app, default_locale=SOURCE, locale_selector=lambda: languages.choose(asked()))
    babel.domain_instance = _PoDomain(languages)
    app.jinja_env.globals.update(
        text_language=text_language,
        text_direction=text_direction,
        number_locale=lambda: tag_of(number_locale()),
        script_texts=lambda **options: languages.script_texts(text_language(), **options),
        languages=languages.own_names,
    )

    @app.after_request
    def vary(response: Response) -> Response:
        # JSON, too: suggestions have words and prices in them, and browsers keep those for a while.
        if response.mimetype in {"text/html", "application/json"}:
            for name in DEPENDS_ON:
                response.headers.add("Vary", name)
        return response


def chosen() -> str:
    """Return the language that the visitor has chosen: by the page's address, else before; empty for none."""
    languages = _languages()
    if languages is None:
        return ""
    choices = request.args.get(PARAMETER, ""), request.cookies.get(COOKIE, "")
    return next((choice for choice in choices if choice in languages.names), "")


def asked() -> tuple[str, ...]:
    """Return the locales that this page may be written by, best first.

    A choice leaves those of its language that the browser accepts: who has chosen German and accepts ``de-AT`` gets
    German as Austrians write it.
    """
    choice, languages = chosen(), _languages()
    if not choice:
        return (*accepted(), languages.default if languages else SOURCE)
    tag = choice.replace("_", "-")
    return (*(one for one in accepted() if one.lower().startswith(f"{tag.lower()}-")), tag)


def _languages() -> Languages | None:
    return current_app.extensions.get(EXTENSION) if request else None


def accepted() -> tuple[str, ...]:
    """Return the languages that the visitor's browser asks for, best first."""
    tags = tuple(request.accept_languages.values())[:_MOST_ASKED] if request else ()
    return tuple(tag for tag in tags if _TAG.fullmatch(tag))


def text_language() -> str:
    """Return the language of this page's texts."""
    return str(get_locale() or SOURCE)


def text_direction() -> str:
    """Return in which direction this page is read: ``ltr`` or ``rtl``."""
    return str(Locale.parse(text_language()).text_direction)


def number_locale() -> Locale:
    """Return the locale of this page's prices, numbers and dates."""
    return find_locale(asked())


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
