"""The choice of a language: the form in the footer, and what remembers it.

An address that names a language (``?language=de``, as search engines know it) shows its page in that language. It also
counts as a choice where there is none yet, but never replaces one.
"""

from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode, urlsplit

from flask import Blueprint, Response, abort, current_app, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from storefront.security.return_address import page_before
from storefront.web.rendering.languages import COOKIE, EXTENSION, PARAMETER, chosen
from storefront.web.rendering.rooted import rooted

ONE_YEAR = 365 * 24 * 60 * 60


@dataclass(frozen=True, slots=True)
class LanguageViews:
    """The form, and the cookie. ``secure``: the shop is served over TLS."""

    secure: bool

    def choose(self) -> BaseResponse:
        """Remember a language, and go back to the page that the form was on, in that language."""
        language = request.form.get(PARAMETER, "")
        if language not in current_app.extensions[EXTENSION].names:
            abort(400, _("Choose a language."))
        response = redirect(without_language(page_before(request, url_for("catalog.home"))), 303)
        self._remember(response, language)
        return response

    def keep(self, response: Response) -> Response:
        """Remember the language of the page's address, unless one was chosen before."""
        is_page = request.method == "GET" and response.status_code == 200 and response.mimetype == "text/html"
        if is_page and COOKIE not in request.cookies and (language := chosen()):
            self._remember(response, language)
        return response

    def _remember(self, response: BaseResponse, language: str) -> None:
        response.set_cookie(
            COOKIE, language, max_age=ONE_YEAR, httponly=True, samesite="Lax", secure=self.secure, path=rooted("/")
        )


def create_blueprint(views: LanguageViews) -> Blueprint:
    """Return the route of the form."""
    blueprint = Blueprint("languages", __name__)
    blueprint.post("/language")(views.choose)
    blueprint.after_app_request(views.keep)
    return blueprint


def without_language(path: str) -> str:
    """Return a path of the shop without the language that it may name.

    >>> without_language("/categories/tea?language=de&page=2"), without_language("/?language=de"), without_language("/")
    ('/categories/tea?page=2', '/', '/')
    """
    parts = urlsplit(path)
    others = [(name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if name != PARAMETER]
    return parts._replace(query=urlencode(others)).geturl()
