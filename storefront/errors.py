"""Pages for what goes wrong: calm, in the shop's own words, with a way on."""

import logging

from flask import Flask, jsonify, make_response, render_template
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as BaseResponse

from storefront.pages import wants_json

log = logging.getLogger(__name__)

WORDS = {
    400: ("That did not work", "Please go back, reload the page and try again."),
    403: ("This room is closed", "It is open to the people who run the shop."),
    404: ("Nothing on this shelf", "The page you asked for has moved, or never was here."),
    405: ("That did not work", "Please go back, reload the page and try again."),
    408: ("That took too long", "Please send it again."),
    413: ("That was too much", "Please send a little less."),
    429: ("A little slower, please", "You are faster than the shop. Wait a moment and try again."),
    500: ("Something broke on our side", "It has been noted. Please try again in a moment."),
}


def bind(app: Flask) -> None:
    """Answer every error with a page, or with JSON where a script asked."""

    @app.errorhandler(HTTPException)
    def failed(error: HTTPException) -> BaseResponse:
        code = error.code or 500
        if code < 400:
            return error.get_response()
        title, words = WORDS.get(code, WORDS[400] if code < 500 else WORDS[500])
        if code in {400, 403, 429} and error.description and error.description != type(error).description:
            words = error.description
        if wants_json():
            answer = jsonify(error=words)
        else:
            answer = make_response(render_template("errors/error.html", code=code, title=title, words=words))
        answer.status_code = code
        for name, value in error.get_headers():
            if name in {"Allow", "Retry-After"}:
                answer.headers[name] = value
        return answer
