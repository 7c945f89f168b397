"""Generated product pictures. Their names are hashes of their content, so browsers keep them for ever."""

from flask import Blueprint, Response

from storefront.app.shop import shop
from storefront.web.rendering.assets import FOR_EVER

blueprint = Blueprint("pictures", __name__, url_prefix="/pictures")


@blueprint.get("/<name>.svg")
def show(name: str) -> Response:
    """Show a picture."""
    picture = shop().reader.read_picture(name)
    if picture is None:
        return Response(status=404)
    response = Response(picture, mimetype="image/svg+xml")
    response.headers["Cache-Control"] = FOR_EVER
    return response
