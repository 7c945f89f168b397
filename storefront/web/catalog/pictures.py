"""Generated product pictures. Their names are hashes of their content, so browsers cache them forever."""

from flask import Blueprint, Response

from storefront.serving.serving_reader import ServingReader
from storefront.web.rendering.assets import FOR_EVER


def create_blueprint(*, reader: ServingReader) -> Blueprint:
    """Return the route of the pictures."""
    blueprint = Blueprint("pictures", __name__, url_prefix="/pictures")

    @blueprint.get("/<name>.svg")
    def show(name: str) -> Response:
        """Show a picture."""
        picture = reader.read_picture(name)
        if picture is None:
            return Response(status=404)
        response = Response(picture, mimetype="image/svg+xml")
        response.headers["Cache-Control"] = FOR_EVER
        return response

    return blueprint
