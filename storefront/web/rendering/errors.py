"""Pages for what goes wrong: calm, in the shop's own words, with a way on."""

import logging

from flask import Flask, jsonify, make_response, render_template
from flask_babel import lazy_gettext as _
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import BadHost, HTTPException, ServiceUnavailable
from werkzeug.wrappers import Response as BaseResponse

from storefront.accounts.passwords import TooBusy
from storefront.database.connection import DatabaseDown
from storefront.security.csrf import EXPIRED
from storefront.visitor_state.visitor_store import NotNow
from storefront.web.rendering.frame import wants_json

log = logging.getLogger(__name__)

WORDS = {
    400: (_("That did not work"), _("Please go back, reload the page and try again.")),
    403: (_("This room is closed"), _("It is open to the people who run the shop.")),
    404: (_("Nothing on this shelf"), _("The page you asked for has moved, or never was here.")),
    405: (_("That did not work"), _("Please go back, reload the page and try again.")),
    408: (_("That took too long"), _("Please send it again.")),
    413: (_("That was too much"), _("Please send a little less.")),
    429: (_("A little slower, please"), _("You are faster than the shop. Wait a moment and try again.")),
    503: (
        _("One moment, please"),
        _("This part of the shop is resting, the rest is open. Please try again in a minute."),
    ),
    500: (_("Something broke on our side"), _("It has been noted. Please try again in a moment.")),
}


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
        if wants_json():
            answer = jsonify(error=str(words))
        else:
            answer = make_response(render_template("errors/error.html", code=code, title=title, words=words))
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
