"""No other site acts in a visitor's name: a token in every form, and the origin of events as the browser tells it.

A beacon cannot carry a header, so events need no token; but a browser always says where a POST comes from.
"""

from flask import Flask, Request, abort, request
from flask_babel import lazy_gettext as _
from flask_wtf import CSRFProtect

from storefront.security.own_origin import is_own_address

FIELD = "token"
EXPIRED = _("This form has expired. Go back, reload the page and try again.")

TAKES_JSON = "interactions"
"""The one blueprint to which scripts send JSON."""

csrf = CSRFProtect()


def bind(app: Flask) -> None:
    """Check every POST of the application, unless its view is exempt and checks for itself."""
    # A token lasts as long as its session.
    app.config.update(WTF_CSRF_FIELD_NAME=FIELD, WTF_CSRF_TIME_LIMIT=None)

    @app.before_request
    def refuse_nameless_fields() -> None:
        # The check of the token, which comes next, fails on them.
        if request.mimetype == "multipart/form-data" and (None in request.form or None in request.files):
            abort(400)

    csrf.init_app(app)

    @app.before_request
    def take_forms() -> None:
        # WTForms would read JSON in place of a form, and fails on what is no object.
        if request.is_json and request.method == "POST" and request.blueprint != TAKES_JSON:
            abort(415)


def is_same_origin(request: Request) -> bool:
    """Return whether the browser says that a request comes from this shop's own pages. Silence is no."""
    site = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get("Origin")
    if site is None and origin is None:
        return False
    return not is_cross_site(request)


def is_cross_site(request: Request) -> bool:
    """Return whether the browser says that a request comes from elsewhere. Silence is no."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None and site not in {"same-origin", "none"}:
        return True
    origin = request.headers.get("Origin")
    return origin is not None and not is_own_address(origin, request)
