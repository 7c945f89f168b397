"""The page that shows the API's document and sends requests to it, by Swagger UI, with the key that is entered."""

from flask import Blueprint, Response, make_response, render_template

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""Of this page alone. Swagger UI writes HTML that it has cleaned, but by no trusted types of ours."""


def show() -> Response:
    """Show the page."""
    page = make_response(render_template("api_page/show.html"))
    page.headers["Content-Security-Policy"] = POLICY
    return page


def create_blueprint() -> Blueprint:
    """Return the page's route."""
    blueprint = Blueprint("api_page", __name__)
    blueprint.get("/api")(show)
    return blueprint
