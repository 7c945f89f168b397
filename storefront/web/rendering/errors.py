"""Error pages, in the shop's own words."""

import logging

from flask import Flask, jsonify, make_response, render_template, request
from flask_babel import lazy_gettext as _
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import BadHost, HTTPException, ServiceUnavailable
from werkzeug.wrappers import Response as BaseResponse

from storefront.accounts.passwords import TooBusy
from storefront.database.connection import DatabaseDown
from storefront.security.csrf import EXPIRED, FIELD
from storefront.visitor_state.visitor_store import NotNow
from storefront.web.rendering.frame import wants_json

log = logging.getLogger(__name__)

WORDS = {
    400: (_("Something went wrong"), _("Go back, reload the page and try again.")),
    403: (_("You don’t have access"), _("This page is for the people who run the shop.")),
    404: (_("Page not found"), _("It may have moved, or the link may be wrong.")),
    405: (_("Something went wrong"), _("Go back, reload the page and try again.")),
    408: (_("Request timed out"), _("Please try again.")),
    413: (_("Too much data"), _("Shorten what you entered and try again.")),
    429: (_("Too many requests"), _("Wait a moment, then try again.")),
    503: (
        _("Temporarily unavailable"),
        _("This part of the shop isn’t available right now. Please try again in a minute."),
    ),
    500: (_("Something went wrong on our side"), _("We’ve logged the problem. Please try again in a moment.")),
}


class NotSaved(ServiceUnavailable):
    """What a form says could not be stored. The page says so, and holds a form that sends the same again."""

    description = _("We couldn’t save that right now, so nothing has changed. Please try again in a moment.")


def bind(app: Flask) -> None:
    """Answer every error with a page, or with JSON where a script asked."""

    @app.errorhandler(HTTPException)
    def failed(error: HTTPException) -> BaseResponse:
        code = error.code or 500
        if code < 400 or isinstance(error, BadHost):
            # Without a host there are no addresses for a page of ours.
            return error.get_response()
        title, words = WORDS.get(code, WORDS[400] if code < 500 else WORDS[500])
        if code in {400, 403, 429} and error.description and error.description != type(error).description:
            words = error.description
        if isinstance(error, CSRFError):
            words = EXPIRED
        again: dict[str, str] | None = None
        if isinstance(error, NotSaved):
            words = error.description
            again = {name: value for name, value in request.form.items() if name != FIELD}
        if wants_json():
            answer = jsonify(error=str(words))
        else:
            answer = make_response(render_template("rendering/error.html", title=title, words=words, again=again))
        answer.status_code = code
        for name, value in error.get_headers():
            if name in {"Allow", "Retry-After"}:
                answer.headers[name] = value
        return answer

    @app.errorhandler(DatabaseDown)
    @app.errorhandler(NotNow)
    @app.errorhandler(TooBusy)
    def resting(_error: Exception) -> BaseResponse:
        answer = failed(ServiceUnavailable())
        answer.headers["Retry-After"] = "30"
        return answer
